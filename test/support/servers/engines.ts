import { type Database, openDatabase } from '../../../src/store/database/database.js';
import { openPostgres } from '../../../src/store/postgres/open.js';
import type { Timer } from '../../../src/timer.js';
import { postgresFolder, type PostgresServer, startPostgres } from './postgres.js';

/** A database engine, and how a test has an empty migrated database of it. */
export interface Engine {
  readonly name: 'sqlite' | 'postgres';
  readonly open: (timer?: Timer) => Promise<Database & AsyncDisposable>;
}

const sqlite: Engine = {
  name: 'sqlite',
  open: async (timer) => disposable(await openDatabase('sqlite::memory:', timer && { timer })),
};

/**
 * The engines that a suite runs on: `describe.each(listEngines('lists'))('on $name', ({ open }) => …)`. SQLite in
 * memory; and a PostgreSQL of this file's own, started when the first test needs it. Where none is installed, one line
 * says what is skipped.
 */
export function listEngines(suite: string): readonly Engine[] {
  if (postgresFolder === null) {
    process.stdout.write(`Skipped: ${suite} on PostgreSQL: Debian's package postgresql is not installed.\n`);
    return [sqlite];
  }
  let server: Promise<PostgresServer> | undefined;
  const postgres: Engine = {
    name: 'postgres',
    async open(timer) {
      const url = await (await (server ??= startPostgres())).createDatabase();
      return disposable(await openPostgres(url, timer && { timer }));
    },
  };
  afterAll(async () => (await server)?.close());
  return [sqlite, postgres];
}

function disposable(database: Database): Database & AsyncDisposable {
  return Object.assign(database, { [Symbol.asyncDispose]: () => database.close() });
}
