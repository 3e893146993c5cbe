import type { LightMyRequestResponse } from 'fastify';
import { createApp } from '../src/app.js';
import { createLogger } from '../src/log.js';

type Ask = (query: string, variables?: object) => Promise<LightMyRequestResponse>;

/** A gateway in this process. Each answer is made anew: none that is kept is given. */
export interface FilledGateway {
  /** By a text that was not asked before: it is parsed, validated and costed for this request alone. */
  readonly ask: Ask;
  /** By the text as it is, as a frontend does whose variables are others each time. */
  readonly askAgain: Ask;
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
  const askAgain: Ask = (query, variables = {}) =>
    app.server.inject({
      method: 'POST',
      url: '/graphql',
      payload: { query, variables },
      headers: { 'x-access-token': `${account.username}:${token}`, 'cache-control': 'no-cache' },
    });
  let round = 0;
  return {
    ask: (query, variables) => askAgain(`# ${round++}\n${query}`, variables),
    askAgain,
    close: () => app.close(),
  };
}
