import type { LightMyRequestResponse } from 'fastify';
import { createApp } from '../src/app.js';
import { createLogger } from '../src/log.js';

/** A gateway in this process. */
export interface FilledGateway {
  /** Has each answer made anew: none that is kept is given. */
  readonly ask: (query: string, variables?: object) => Promise<LightMyRequestResponse>;
  readonly close: () => Promise<void>;
}

const account = { username: 'admin', password: 'a good password' };

/** On the index of a file. It is not listened to, and its one account is an admin. */
export async function openFilled(file: string): Promise<FilledGateway> {
  const app = await createApp({
    databaseUrl: `sqlite:${file}`,
    loadKey: () => new Uint8Array(32).fill(7),
    admin: account,
    allowedOrigins: [],
    logger: await createLogger('silent'),
    searchCpu: 60,
    httpLimits: { requests: 1_000_000 },
  });
  const login = await app.server.inject({ method: 'POST', url: '/auth/login', payload: account });
  const { auth_token: token } = login.json<{ auth_token: string }>();
  let round = 0;
  return {
    ask: (query, variables = {}) =>
      app.server.inject({
        method: 'POST',
        url: '/graphql',
        // A comment of its own keeps the answer from being one that is kept.
        payload: { query: `# ${round++}\n${query}`, variables },
        headers: { 'x-access-token': `${account.username}:${token}` },
      }),
    close: () => app.close(),
  };
}
