import { PostgresAdapter, type QueryExecutorProvider, sql, type SqlBool, SqliteAdapter } from 'kysely';
import { andAlso, type Dialect, escapeLike, seeThrough } from './dialect.js';
import { postgresDialect } from './postgresdialect.js';

// A connection whose tables are views of the rows that a viewer sees is told by its adapter: see store/seeing/.
export class SeenSqliteAdapter extends SqliteAdapter {}
export class SeenPostgresAdapter extends PostgresAdapter {}

/** The dialect of the database behind `db`, a transaction too. */
export function dialectOf(db: QueryExecutorProvider): Dialect {
  const { adapter } = db.getExecutor();
  if (adapter instanceof SeenPostgresAdapter) return seenPostgresDialect;
  if (adapter instanceof PostgresAdapter) return postgresDialect;
  return adapter instanceof SeenSqliteAdapter ? seenSqliteDialect : sqliteDialect;
}

/** The ways in which a query locks the rows that it gives; each gives the query on. */
interface LockableQuery<Query> {
  forUpdate(): Query;
  forNoKeyUpdate(): Query;
  forShare(): Query;
  forKeyShare(): Query;
}

/**
 * Has a query lock the rows that it gives until its transaction ends. PostgreSQL runs several at once: two that want
 * the same row wait for each other there; SQLite has one at a time, and is asked nothing.
 */
export function locking<Query extends LockableQuery<Query>>(
  db: QueryExecutorProvider,
  query: Query,
  lock: keyof LockableQuery<Query>,
): Query {
  return dialectOf(db).engine === 'sqlite' ? query : query[lock]();
}

/** SQLite 3.45 and later, with the functions that scanning/functions.ts adds. */
export const sqliteDialect: Dialect = {
  engine: 'sqlite',
  among: (column, keys) => sql<SqlBool>`${column} in (select value from json_each(${JSON.stringify(keys)}))`,
  listOf: (keys) => sql`json_each(${JSON.stringify(keys)})`,
  tableOf: (rows) => sql`json_each(${JSON.stringify(rows)})`,
  membersOf: (column) => sql`json_each(${column})`,
  elementsOf: (column) => sql`json_each(${column})`,
  memberOf: (column, name) => sql<string | null>`(${column} ->> ${sql.lit(name)})`,
  reached: (table, name = table) => sql`${sql.raw(table)} as ${sql.raw(name)}`,
  repositoriesOf: (keys) => sql`(select value as id from json_each(${JSON.stringify(keys)}) as wanted) as repository`,
  join: sql`cross join`,
  pick: (table, column, values, on) => sql`cross join ${table} on ${andAlso(on)}${column} in (${values})`,
  row: (table) => sql.ref(`${table}.rowid`),
  arrival: (table, name = table) => sql.ref<number>(`${name}.rowid`),
  unindexed: (column) => sql`+${column}`,
  indexedBy: (index) => sql`indexed by ${sql.raw(index)}`,
  contains: (column, part) => sql<SqlBool>`${column} like ${`%${escapeLike(part)}%`} escape '\\'`,
  includes: (column, part) => sql<SqlBool>`(instr(${column}, ${part}) > 0)`,
  beforeFirst: (column, separator) => sql<string>`substr(${column}, 1, instr(${column}, ${sql.lit(separator)}) - 1)`,
  // To the letter as the index `repository_namespace_index` has it.
  namespaceOf: (name) => sql<string>`rtrim(rtrim(${name}, replace(${name}, '/', '')), '/')`,
  glob: (column, pattern) => sql<SqlBool>`${column} glob ${pattern}`,
  // SQLite's own sum fails beyond 2^63, which a thousand layers that lie can reach.
  sumOf: (column) => sql<number>`cast(min(total(${column}), ${sql.lit(Number.MAX_SAFE_INTEGER)}) as integer)`,
  inLockOrder: (rows) => rows,
  // It runs in the thread of the gateway: a statement is short.
  namesAtOnce: 500,
  bytesOf: (column) => sql<number>`octet_length(${column})`,
};

/** The rows of its views have the numbers of the tables': see store/seeing/seenfile.ts. */
const seenSqliteDialect = seeThrough(sqliteDialect);
const seenPostgresDialect = seeThrough(postgresDialect);
