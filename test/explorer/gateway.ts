import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { createApp } from '../../src/app.js';
import { createDemoRegistry } from '../demo/registry.js';
import { closeOnce } from '../support/leftovers.js';

/** The whole gateway on a free port of 127.0.0.1, with the demo's registry attached as `local`. */
export interface ExploredGateway {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** `username:token`, of a log-in of its own. */
  readonly access: string;
  close(): Promise<void>;
}

const account = { username: 'admin', password: 'correct horse battery' };

export async function startExploredGateway(): Promise<ExploredGateway> {
  const registry = await createDemoRegistry();
  const app = await createApp({
    databaseUrl: 'sqlite::memory:',
    loadKey: () => randomBytes(32),
    admin: account,
    allowedOrigins: [],
    logger: pino({ level: 'silent' }),
  });
  const url = await app.server.listen({ host: '127.0.0.1', port: 0 });
  const login = await app.server.inject({ method: 'POST', url: '/auth/login', payload: account });
  const access = `${account.username}:${login.json<{ auth_token: string }>().auth_token}`;
  const payload = { name: 'local', addr: registry.url };
  const attached = await app.server.inject({ method: 'POST', url: '/api/registries', headers: { 'x-access-token': access }, payload });
  if (attached.statusCode !== 204) throw new Error(`The demo's registry could not be attached: ${attached.body}`);
  return {
    ...account,
    url,
    access,
    close: closeOnce(async () => {
      await app.close();
      await registry.close();
    }),
  };
}
