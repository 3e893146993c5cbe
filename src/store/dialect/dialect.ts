import { type RawBuilder, sql, type SqlBool } from 'kysely';
import { nameReached, type ReachedTable } from '../seeing/views.js';

/** Numbers, or texts: ids of registries and jobs, names, digests. */
export type Keys = readonly number[] | readonly string[];

/** A row that goes into a statement as a parameter. */
export type ListedRow = readonly (string | number | null)[];

/**
 * The pieces of a statement that SQLite and PostgreSQL write differently. All else is written once, in SQL that both
 * take: see docs/architecture.md. Each piece means the same on both, and is as fast as the engine can be.
 */
export interface Dialect {
  readonly engine: 'sqlite' | 'postgres';
  /** Whether the column has one of the keys. As everywhere here, one parameter for any number of them. */
  readonly among: (column: RawBuilder<unknown>, keys: Keys) => RawBuilder<SqlBool>;
  /** A table of keys: each is the `value` of a row, whose `key` is its place in the list, from 0. */
  readonly listOf: (keys: Keys) => RawBuilder<unknown>;
  /**
   * A table of rows, each with its place as `key`. `value ->> n` is its n-th field: text on PostgreSQL, so that a
   * number is `cast(value ->> n as bigint)`.
   */
  readonly tableOf: (rows: readonly ListedRow[]) => RawBuilder<unknown>;
  /** A table of the members of the JSON object in a column: each is a row with `key` and `value`. */
  readonly membersOf: (column: RawBuilder<unknown>) => RawBuilder<unknown>;
  /** A table of the texts of the JSON array in a column: each is the `value` of a row. */
  readonly elementsOf: (column: RawBuilder<unknown>) => RawBuilder<unknown>;
  /** The text of a member of the JSON object in a column; null: it has none. */
  readonly memberOf: (column: RawBuilder<unknown>, name: string) => RawBuilder<string | null>;
  /**
   * A table, by its own name or another, for rows that a statement comes to from that of a repository, or of a tag,
   * that it has already: whoever sees that sees these, and for a viewer with grants it is not looked at again. See
   * store/seeing/.
   */
  readonly reached: (table: ReachedTable, name?: string) => RawBuilder<unknown>;
  /** The table `repository`, of `id` alone: those of these keys that are seen. */
  readonly repositoriesOf: (keys: readonly number[]) => RawBuilder<unknown>;
  /** Joins what stands on both sides, in this order: for `from`, where SQLite's planner is known to err. */
  readonly join: RawBuilder<unknown>;
  /**
   * Joins the rows of `table` whose `column` is among what the query `values` gives, run once for each row before: its
   * limit holds for each of these. `on`: what else holds of the rows, by which an index finds them.
   */
  readonly pick: (
    table: RawBuilder<unknown>,
    column: RawBuilder<unknown>,
    values: RawBuilder<unknown>,
    on?: RawBuilder<unknown>,
  ) => RawBuilder<unknown>;
  /** Names a row of a table for as long as the statement runs. */
  readonly row: (table: string) => RawBuilder<unknown>;
  /** The numbers by which the rows of a table came in. `name`: of the table in this statement. */
  readonly arrival: (table: ArrivalTable, name?: string) => RawBuilder<number>;
  /** The column, for a condition that is to be asked of rows in another's order, and by no index of its own. */
  readonly unindexed: (column: RawBuilder<unknown>) => RawBuilder<unknown>;
  /** Behind a table: the index by which it is to be read, where statistics mislead SQLite's planner. */
  readonly indexedBy: (index: string) => RawBuilder<unknown>;
  /** Whether the text of the column has the part somewhere, ASCII letters in either case. */
  readonly contains: (column: RawBuilder<unknown>, part: string) => RawBuilder<SqlBool>;
  /** Whether the text of the column has the part somewhere, to the letter. */
  readonly includes: (column: RawBuilder<unknown>, part: string) => RawBuilder<SqlBool>;
  /** The text of the column before the first separator, a single character; without one nothing, or all of it. */
  readonly beforeFirst: (column: RawBuilder<unknown>, separator: string) => RawBuilder<string>;
  /** All before the last "/" of a repository's name; nothing where it has none. */
  readonly namespaceOf: (name: RawBuilder<unknown>) => RawBuilder<string>;
  /** Whether the text of the column is of a pattern with "*" and "?": see `parseGlob`. */
  readonly glob: (column: RawBuilder<unknown>, pattern: string) => RawBuilder<SqlBool>;
  /** The sum of a column of bytes, 0 of no rows, and at most 2^53 - 1: layers may say any size. */
  readonly sumOf: (column: RawBuilder<unknown>) => RawBuilder<number>;
  /**
   * Rows in the order in which every transaction writes rows of these keys: two that write the same in another order
   * would wait for each other. SQLite has one transaction at a time, and leaves them as they are.
   */
  readonly inLockOrder: <Row>(rows: readonly Row[], keyOf: (row: Row) => string) => readonly Row[];
  /** Names of tags that one statement adds. */
  readonly namesAtOnce: number;
  /** The bytes of a text, without reading it where that can be told. */
  readonly bytesOf: (column: RawBuilder<unknown>) => RawBuilder<number>;
}

/** The tables that are walked over, or listed, in the order in which their rows came in. */
export type ArrivalTable = 'image' | 'blob' | 'job' | 'token' | 'absent_content';

/** The pieces of a connection whose tables are views. */
export function seeThrough(dialect: Dialect): Dialect {
  const { join, listOf } = dialect;
  return {
    ...dialect,
    // A view has no index to be named.
    indexedBy: () => sql``,
    reached: (table, name = table) => sql`${sql.raw(nameReached(table))} as ${sql.raw(name)}`,
    repositoriesOf: (keys) => sql`(select repository.id from ${listOf(keys)} as wanted
      ${join} repository on repository.id = wanted.value) as repository`,
  };
}

/** The text as it stands in a pattern of LIKE, whose own signs "\" escapes. */
export function escapeLike(text: string): string {
  return text.replaceAll(/[\\%_]/g, String.raw`\$&`);
}

/** For what goes on with another condition. */
export function andAlso(on: RawBuilder<unknown> | undefined): RawBuilder<unknown> {
  return on ? sql`${on} and ` : sql``;
}
