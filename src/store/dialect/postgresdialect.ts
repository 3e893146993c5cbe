import { type RawBuilder, sql, type SqlBool } from 'kysely';
import { andAlso, type ArrivalTable, type Dialect, escapeLike, type Keys, type ListedRow } from './dialect.js';

/** SQL of the epoch milliseconds as the server has them: the clocks of the gateways may differ. */
export const databaseNow = '(extract(epoch from clock_timestamp()) * 1000)::bigint';

/** PostgreSQL 15 and later. JSON is kept as its text, as on SQLite: `jsonb` would change the order of its members. */
export const postgresDialect: Dialect = {
  engine: 'postgres',
  among: (column, keys) => (keys.length === 0 ? sql<SqlBool>`false` : sql<SqlBool>`${column} = any(${toArray(keys)})`),
  listOf: (keys) => sql`(select value, ordinality - 1 as key
    from unnest(${toArray(keys)}) with ordinality as listed(value, ordinality))`,
  tableOf: (rows) => sql`(select value, ordinality - 1 as key
    from json_array_elements(${toJson(rows)}::json) with ordinality as listed(value, ordinality))`,
  membersOf: (column) => sql`json_each_text(${asJson(column)})`,
  elementsOf: (column) => sql`lateral (select value from json_array_elements_text(${asJson(column)}) as listed(value))`,
  memberOf: (column, name) => sql<string | null>`(${asJson(column)} ->> ${name})`,
  reached: (table, name = table) => sql`${sql.raw(table)} as ${sql.raw(name)}`,
  repositoriesOf: (keys) => sql`(select unnest(${toArray(keys)}) as id) as repository`,
  join: sql`join`,
  pick: (table, column, values, on) =>
    sql`cross join lateral (${values}) as picked(value) join ${table}
      on ${andAlso(on)}${column} = picked.value`,
  row: (table) => sql.ref(`${table}.ctid`),
  arrival: (table, name = table) => sql.ref<number>(`${name}.${isNumbered(table) ? 'id' : 'seq'}`),
  unindexed: (column) => column,
  indexedBy: () => sql``,
  // Without letters it is the same, and takes a third.
  contains: (column, part) =>
    sql<SqlBool>`${column} ${/[a-z]/i.test(part) ? sql`ilike` : sql`like`} ${`%${escapeLike(part)}%`}`,
  includes: (column, part) => sql<SqlBool>`(strpos(${column}, ${part}) > 0)`,
  beforeFirst: (column, separator) => sql<string>`split_part(${column}, ${sql.lit(separator)}, 1)`,
  // A fifth of what two trims take, which look at each character of the name for each.
  namespaceOf: (name) => sql<string>`case when strpos(${name}, '/') = 0 then ''
    else left(${name}, length(${name}) - strpos(reverse(${name}), '/')) end`,
  // A pattern has no brackets: see domain/glob.ts.
  glob: (column, pattern) =>
    sql<SqlBool>`${column} like ${escapeLike(pattern).replaceAll('*', '%').replaceAll('?', '_')}`,
  sumOf: (column) =>
    sql<number>`cast(least(coalesce(sum(${column}), 0), ${sql.lit(Number.MAX_SAFE_INTEGER)}) as bigint)`,
  inLockOrder: (rows, keyOf) => rows.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
  // All: a statement writes new names for search in their order, which two statements of a transaction would not.
  namesAtOnce: Infinity,
  bytesOf: (column) => sql<number>`octet_length(${column})`,
};

function toArray(keys: Keys): RawBuilder<unknown> {
  const type = typeof keys[0] === 'string' ? sql`text[]` : sql`bigint[]`;
  return sql`${sql.val([...keys])}::${type}`;
}

/** These have a number for their key; the others have one beside it. */
function isNumbered(table: ArrivalTable): boolean {
  return table === 'image' || table === 'blob';
}

/** As PostgreSQL's text can hold it: no text there has the character 0, or half of one. */
function toJson(rows: readonly ListedRow[]): string {
  const text = JSON.stringify(rows);
  if (!/\\u(?:0000|d[89a-f])/.test(text)) return text;
  const toText = (value: unknown): unknown =>
    typeof value === 'string' ? value.toWellFormed().replaceAll('\0', '\ufffd') : value;
  return JSON.stringify(rows.map((row) => row.map(toText)));
}

/**
 * The JSON in a text. JSON.stringify writes half a character, and 0, by their numbers, which PostgreSQL refuses. A "\\"
 * behind another one, which it escapes, begins no number.
 */
function asJson(column: RawBuilder<unknown>): RawBuilder<unknown> {
  const number = sql.lit(String.raw`(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})`);
  return sql`regexp_replace(${column}, ${number}, ${sql.lit(String.raw`\1\\ufffd`)}, 'g')::json`;
}
