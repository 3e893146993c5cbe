import type { Pool, PoolClient } from 'pg';
import type { Database } from '../../../src/store/database/database.js';
import { dialectOf } from '../../../src/store/dialect/dialects.js';
import type { SqliteFile } from '../../../src/store/file/driver.js';

/**
 * The SQL that a database is asked to run: each statement each time, whoever writes it, without what begins and ends
 * transactions.
 */
export interface Statements {
  /** Those since the last `take`. */
  take(): string[];
  /** Transactions that were committed since the last time it was asked; one statement by itself is none. */
  takeCommits(): number;
}

export async function watchStatements(database: Database): Promise<Statements> {
  let seen: string[] = [];
  let commits = 0;
  await listen(database, (sql) => {
    if (/^\s*commit\b/i.test(sql)) commits += 1;
    if (!/^\s*(?:begin|start transaction|commit|rollback|savepoint|release|pragma)\b/i.test(sql)) seen.push(sql);
  });
  return {
    take() {
      const taken = seen;
      seen = [];
      return taken;
    },
    takeCommits() {
      const taken = commits;
      commits = 0;
      return taken;
    },
  };
}

/** SQLite's driver prepares a statement whenever it runs one; what is kept prepared is behind this. */
async function listen({ orm, kysely }: Database, tell: (sql: string) => void): Promise<void> {
  const native: unknown = await orm.em.getConnection().getNativeClient();
  if (dialectOf(kysely).engine === 'postgres') return listenToPool(native as Pool, tell);
  const file = native as SqliteFile;
  const prepare = file.prepare.bind(file);
  Object.assign(file, {
    prepare(sql: string) {
      tell(sql);
      return prepare(sql);
    },
  });
}

/** Each connection is listened to from when it is first lent. */
function listenToPool(pool: Pool, tell: (sql: string) => void): void {
  const known = new WeakSet<PoolClient>();
  const connect = pool.connect.bind(pool) as () => Promise<PoolClient>;
  Object.assign(pool, {
    async connect() {
      const client = await connect();
      if (known.has(client)) return client;
      known.add(client);
      const query = client.query.bind(client) as (...all: unknown[]) => unknown;
      return Object.assign(client, {
        query(statement: string | { readonly text: string }, ...rest: unknown[]) {
          tell(typeof statement === 'string' ? statement : statement.text);
          return query(statement, ...rest);
        },
      });
    },
  });
}
