import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { type App, type AppSettings, createApp } from '../../src/app.js';
import { fillDemo } from '../../src/demo/content.js';
import type { MemoryStore } from '../../src/demo/registry/store.js';
import { closeOnce } from '../support/run/leftovers.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';
import { until } from '../support/timer.js';

/** The whole gateway on a free port of 127.0.0.1. */
export interface ExploredGateway {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** `username:token`, of a log-in of its own. */
  readonly access: string;
  /** What is attached as `local`, if anything is. */
  readonly registry: MemoryRegistry;
  close(): Promise<void>;
}

const account = { username: 'admin', password: 'correct horse battery' };

/**
 * `filled`: the demo's registry is attached as `local`; `failing`: it has refused everything since; `empty`: none is
 * attached. `port` 0: any free one. `fill` puts more into the registry before it is attached.
 */
export async function startExploredGateway(
  kind: 'filled' | 'failing' | 'empty' = 'filled',
  settings: Partial<AppSettings> = {},
  port = 0,
  fill: (store: MemoryStore) => void = () => undefined,
): Promise<ExploredGateway> {
  const registry = await createMemoryRegistry({ strict: false });
  fillDemo(registry.store);
  fill(registry.store);
  const app = await createApp({
    databaseUrl: 'sqlite::memory:',
    loadKey: () => randomBytes(32),
    admin: account,
    allowedOrigins: [],
    measureLoopDelay: () => 0,
    logger: pino({ level: 'silent' }),
    ...settings,
  });
  const url = await app.server.listen({ host: '127.0.0.1', port });
  const login = await app.server.inject({ method: 'POST', url: '/auth/login', payload: account });
  const access = `${account.username}:${login.json<{ auth_token: string }>().auth_token}`;
  if (kind !== 'empty') await attach(app, access, registry.url);
  if (kind === 'failing') {
    registry.fail({ kind: 'status', status: 401 });
    await app.server.inject({
      url: '/api/registries/local/repositories',
      headers: { 'x-access-token': access, 'cache-control': 'no-cache' },
    });
    await until(async () => {
      const asked = await app.server.inject({
        url: `/graphql?query=${encodeURIComponent('{ registry(name: "local") { freshness { lastError { code } } } }')}`,
        headers: { 'x-access-token': access, 'apollo-require-preflight': 'yes' },
      });
      return asked.body.includes('"UPSTREAM_AUTH"');
    });
  }
  return {
    ...account,
    url,
    access,
    registry,
    close: closeOnce(async () => {
      await app.close();
      await registry.close();
    }),
  };
}

async function attach({ server }: App, access: string, addr: string): Promise<void> {
  const answer = await server.inject({
    method: 'POST',
    url: '/api/registries',
    headers: { 'x-access-token': access },
    payload: { name: 'local', addr },
  });
  if (answer.statusCode !== 204) throw new Error(`The demo's registry could not be attached: ${answer.body}`);
}
