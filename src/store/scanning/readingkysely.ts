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
import { SeenPostgresAdapter, SeenSqliteAdapter } from '../dialect/dialects.js';
import type { Row } from './statement.js';
import type { DatabaseSystem } from './tracing.js';

const dialects = {
  sqlite: {
    createAdapter: () => new SqliteAdapter(),
    createSeenAdapter: () => new SeenSqliteAdapter(),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createIntrospector: (db: Kysely<unknown>) => new SqliteIntrospector(db),
  },
  postgresql: {
    createAdapter: () => new PostgresAdapter(),
    createSeenAdapter: () => new SeenPostgresAdapter(),
    createQueryCompiler: () => new PostgresQueryCompiler(),
    createIntrospector: (db: Kysely<unknown>) => new PostgresIntrospector(db),
  },
};

/** Builds statements for `read`, each on its own: there are no transactions. `isSeen`: its tables are views. */
export function createReadingKysely<Tables>(
  read: (query: CompiledQuery) => Promise<readonly Row[]>,
  engine: DatabaseSystem,
  isSeen: boolean,
): Kysely<Tables> {
  const connection: DatabaseConnection = {
    executeQuery: async <R>(query: CompiledQuery) => ({ rows: (await read(query)) as R[] }),
    streamQuery() {
      throw new TypeError('A scan is read as a whole.');
    },
  };
  const { createSeenAdapter, ...dialect } = dialects[engine];
  return new Kysely<Tables>({
    dialect: {
      ...dialect,
      ...(isSeen && { createAdapter: createSeenAdapter }),
      createDriver: () => Object.assign(new DummyDriver(), { acquireConnection: async () => connection }),
    },
  });
}
