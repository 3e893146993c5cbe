import { DummyDriver, Kysely, type RawBuilder, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';

/** Compiles, and runs nothing: its driver has no database. */
const compiler = new Kysely<Record<string, never>>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
});

/** A statement's text, each run of blanks as one, and its parameters. */
export function compile(statement: RawBuilder<unknown>): { text: string; parameters: readonly unknown[] } {
  const { sql, parameters } = statement.compile(compiler);
  return { text: sql.replaceAll(/\s+/g, ' ').trim(), parameters };
}
