import type { EntityMetadata, EntityProperty } from '@mikro-orm/core';
import { postgresDriver } from '../postgres/migrating.js';

/** Values are read and written as texts, so that no number is too large: `type` is how PostgreSQL keeps it. */
export interface MovedColumn {
  readonly name: string;
  readonly type: 'text' | 'smallint' | 'int' | 'bigint';
  /** It numbers the rows in the order in which they came; on SQLite, which does so by itself, it is the row id. */
  readonly isArrival: boolean;
}

export interface MovedTable {
  readonly name: string;
  readonly columns: readonly MovedColumn[];
  /** The primary key, in its order. */
  readonly key: readonly MovedColumn[];
  /** Its rows are numbered by the database, which knows the last number that it gave. */
  readonly isNumbered: boolean;
}

/** A row: the values in the order of its table's columns. */
export type MovedRow = readonly (string | null)[];

/** Tables that stay where they are, and why. All others of the entities are moved. */
export const leftOut: Readonly<Record<string, string>> = {
  replica: 'it tells which gateways run just now',
  lease: 'so does what each of them does',
  generation: 'it counts changes for gateways that run, and may begin anew',
  login_guess: 'wrong passwords are counted for some minutes only',
  access_pattern: 'a pattern is made again when a viewer asks by it',
  pattern_repository: 'and which repositories are of it, by triggers',
  search_repository: 'what searches need is made by triggers as the rows come',
  search_tag: 'the same of tags',
  search_label: 'the same of images',
  mikro_orm_migrations: 'each engine has its own, and both ends are of the same version',
};

/** The tables of the entities, those that others refer to first. */
export async function listMovedTables(): Promise<readonly MovedTable[]> {
  const orm = await postgresDriver.init({});
  try {
    const all = [...orm.em.getMetadata().getAll().values()].filter(({ tableName }) => !(tableName in leftOut));
    return inOrder(all).map(toTable);
  } finally {
    await orm.close(true);
  }
}

function inOrder(all: readonly EntityMetadata[]): EntityMetadata[] {
  let ordered: EntityMetadata[] = [];
  let left = all.toSorted((a, b) => (a.tableName < b.tableName ? -1 : 1));
  while (left.length > 0) {
    const waiting = new Set(left.map(({ tableName }) => tableName));
    const next = left.filter((meta) => parentsOf(meta).every((parent) => !waiting.has(parent)));
    if (next.length === 0) throw new Error(`Tables refer to each other: ${[...waiting].join(', ')}.`);
    ordered = [...ordered, ...next];
    left = left.filter((meta) => !next.includes(meta));
  }
  return ordered;
}

function parentsOf({ tableName, props }: EntityMetadata): string[] {
  return props.flatMap(({ targetMeta }) => targetMeta?.tableName ?? []).filter((parent) => parent !== tableName);
}

function toTable(meta: EntityMetadata): MovedTable {
  const columns = meta.props.map(toColumn);
  const key = meta.props.flatMap((property, at) => (property.primary ? columns[at]! : []));
  return {
    name: meta.tableName,
    columns,
    key,
    isNumbered: meta.props.some(({ autoincrement, primary }) => autoincrement && primary),
  };
}

const types: Readonly<Record<string, MovedColumn['type']>> = {
  text: 'text',
  smallint: 'smallint',
  int: 'int',
  bigint: 'bigint',
  bigserial: 'bigint',
};

function toColumn({ fieldNames, columnTypes, autoincrement, primary }: EntityProperty): MovedColumn {
  const [name = '', ...more] = fieldNames;
  const type = types[columnTypes[0] ?? ''];
  // It is told by a test, before a table of a new kind is ever moved.
  if (type === undefined || more.length > 0) throw new Error(`No move is known for the column ${name}.`);
  return { name, type, isArrival: autoincrement === true && !primary };
}
