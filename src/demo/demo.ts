import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from '../app.js';
import { type Config, readConfig } from '../config.js';
import { serve, stopSignals } from '../serve.js';
import { ConfigError, type Environment } from '../settings/reader.js';
import { fillDemo } from './content.js';
import { liveThrough } from './life.js';
import { createPlainRegistry, type PlainRegistry } from './registry/server.js';

/** A demo that runs, and what it can be reached by. */
export interface Demo {
  /** `http://127.0.0.1:port` of the gateway, and of the registry that is attached to it as `local`. */
  readonly url: string;
  readonly registry: string;
  readonly username: string;
  readonly password: string;
  /** A token of that account. */
  readonly token: string;
}

/** Settings that the demo takes over. No other: it must neither touch the operator's database nor need the network. */
const taken = ['PORT', 'ADMIN_USERNAME', 'ADMIN_PASSWORD', 'ALLOWED_ORIGINS', 'LOG_LEVEL'] as const;

/**
 * Starts a registry in memory and a gateway that it is attached to, both for this machine only, and returns when the
 * gateway listens. Its database and key are in a temporary folder. SIGTERM and SIGINT end the process and remove that.
 * Throws ConfigError where it cannot start with these settings.
 */
export async function startDemo(env: Environment): Promise<Demo> {
  const endAtOnce = (): void => process.exit(0);
  // Before there is anything to be removed.
  for (const signal of stopSignals) process.once(signal, endAtOnce);
  try {
    const folder = makeFolder();
    // Also where a second signal ends the process at once.
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    return await serveFilled(env, folder);
  } finally {
    // From here on the gateway ends what it does first.
    for (const signal of stopSignals) process.off(signal, endAtOnce);
  }
}

async function serveFilled(env: Environment, folder: string): Promise<Demo> {
  const registry = await createFilledRegistry();
  try {
    return await serveWith(registry, readDemoConfig(env, folder));
  } catch (error) {
    await registry.close();
    throw error;
  }
}

async function serveWith(registry: PlainRegistry, config: Config): Promise<Demo> {
  const { username, password } = config.admin;
  let token = '';
  const url = await serve(config, {
    async prepare(app) {
      token = await logIn(app, config);
      await attach(app, `${username}:${token}`, registry);
      await liveThrough({ server: app.server, access: `${username}:${token}`, store: registry.store });
    },
    closed: () => registry.close(),
  });
  return { url, registry: registry.url, username, password: password ?? '', token };
}

function makeFolder(): string {
  try {
    return mkdtempSync(join(tmpdir(), 'registry-gateway-demo-'));
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new ConfigError([
      `TMPDIR: no folder can be made in ${tmpdir()} (${code}). Set it to one that you may write to.`,
    ]);
  }
}

function readDemoConfig(env: Environment, folder: string): Config {
  return readConfig({
    ...Object.fromEntries(taken.map((name) => [name, env[name]])),
    // Nobody who looks around needs to know of a slow request.
    LOG_LEVEL: env['LOG_LEVEL'] || 'error',
    ADMIN_PASSWORD: env['ADMIN_PASSWORD'] || randomBytes(12).toString('base64url'),
    DATABASE_URL: `sqlite:${join(folder, 'gateway.db')}`,
  });
}

/** A registry of the demo's content, for people to try things on: pushing and deleting work. */
export async function createFilledRegistry(): Promise<PlainRegistry> {
  const registry = await createPlainRegistry();
  fillDemo(registry.store);
  return registry;
}

async function logIn({ server }: App, { admin }: Config): Promise<string> {
  const answer = await server.inject({ method: 'POST', url: '/auth/login', payload: admin });
  if (answer.statusCode !== 200) throw new Error(`The demo could not log in: ${answer.body}`);
  return answer.json<{ auth_token: string }>().auth_token;
}

async function attach({ server }: App, access: string, { url: addr }: PlainRegistry): Promise<void> {
  const headers = { 'x-access-token': access };
  const payload = { name: 'local', addr };
  const answer = await server.inject({ method: 'POST', url: '/api/registries', headers, payload });
  if (answer.statusCode !== 204) throw new Error(`The demo's registry could not be attached: ${answer.body}`);
}
