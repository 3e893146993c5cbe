import { Kysely, PostgresDialect } from 'kysely';
import { Pool, type PoolClient } from 'pg';
import { sessionOptions } from './connecting.js';

/** Milliseconds after which a word was not given, and its connection is taken for dead. */
const wordTimeout = 3000;

/**
 * One connection for the words by which a gateway keeps its leases: they never wait for one of the pool, which slow
 * statements may have for longer than a lease lasts. `session`: as which the server knows it.
 */
export function openWordConnection(url: string, session = sessionOptions(url, 'lives')): Kysely<unknown> {
  const pool = new Pool({
    ...session,
    max: 1,
    idleTimeoutMillis: 0,
    connectionTimeoutMillis: wordTimeout,
    query_timeout: wordTimeout,
    lock_timeout: wordTimeout,
  });
  // The next word opens another, then and where one was not answered: its connection may be of a dead flow.
  pool.on('error', () => undefined);
  // One that is lost in the midst of a word has failed that word: nobody else is to be told.
  pool.on('connect', (client) => void client.on('error', () => undefined));
  pool.on('release', (_error, client) => {
    if (!(client as PoolClient & { readonly readyForQuery?: boolean }).readyForQuery) void leave(client);
  });
  return new Kysely({ dialect: new PostgresDialect({ pool }) });
}

/** The pool keeps no client that is ended. */
async function leave(client: PoolClient): Promise<void> {
  const ending = client as PoolClient & { end(): Promise<void> };
  await ending.end().catch(() => undefined);
}
