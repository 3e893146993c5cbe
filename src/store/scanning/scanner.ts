import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type CompiledQuery,
  type DatabaseConnection,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { noTracer, type Tracer } from '../../trace.js';
import { noWaits, type Waits } from '../../waits.js';
import { type DatabaseSystem, traceStatement } from './tracing.js';
import type { Asker } from './place.js';
import type { Readers } from './readers.js';
import type { Row } from './statement.js';

/** Reads the database beside the gateway's event loop. */
export interface Scanner<Tables> {
  /**
   * The tables as they were last committed, to be read only. Each statement is on its own: there are no transactions.
   * It runs in another process, which costs some 0.2 ms; or in another session of the server.
   */
  readonly kysely: Kysely<Tables>;
  /** Runs `work`; statements within it, and within all that it begins, count as this caller's. */
  readonly readAs: <T>(asker: Asker, work: () => T) => T;
  readonly close: () => Promise<void>;
}

/** Of what no caller asked for. */
const gateway: Asker = { caller: '' };

const dialects = {
  sqlite: {
    createAdapter: () => new SqliteAdapter(),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createIntrospector: (db: Kysely<unknown>) => new SqliteIntrospector(db),
  },
  postgresql: {
    createAdapter: () => new PostgresAdapter(),
    createQueryCompiler: () => new PostgresQueryCompiler(),
    createIntrospector: (db: Kysely<unknown>) => new PostgresIntrospector(db),
  },
};

export function createScanner<Tables>(
  readers: Readers,
  tracer: Tracer = noTracer,
  waits: Waits = noWaits,
  engine: DatabaseSystem = 'sqlite',
): Scanner<Tables> {
  const askers = new AsyncLocalStorage<Asker>();
  const connection: DatabaseConnection = {
    async executeQuery<R>(query: CompiledQuery) {
      const { sql, parameters } = query;
      const run = (): Promise<Row[]> => readers.run({ sql, parameters }, askers.getStore() ?? gateway);
      const rows = await traceStatement(tracer, query, run, engine).finally(waits.begin('database'));
      return { rows: rows as R[] };
    },
    streamQuery() {
      throw new TypeError('A scan is read as a whole.');
    },
  };
  const kysely = new Kysely<Tables>({
    dialect: {
      ...dialects[engine],
      createDriver: () => Object.assign(new DummyDriver(), { acquireConnection: async () => connection }),
    },
  });
  return { kysely, readAs: (asker, work) => askers.run(asker, work), close: async () => readers.close() };
}
