import { type EntityMetadata, type EntityProperty, ReferenceKind, Type, types } from '@mikro-orm/core';

// Entities say what is kept; how PostgreSQL keeps it is said here alone. A raw row is the same as on SQLite:
// times are epoch milliseconds, flags 0 or 1, JSON its text, and names are ordered by their bytes whatever the
// database's own collation is.

/** Epoch milliseconds. */
class MillisecondsType extends Type<Date | null | undefined, number | null | undefined> {
  override convertToDatabaseValue(value: Date | null | undefined): number | null | undefined {
    return value instanceof Date ? value.getTime() : value;
  }

  override convertToJSValue(value: Date | number | string | null | undefined): Date | null | undefined {
    return value === null || value === undefined || value instanceof Date ? value : new Date(Number(value));
  }

  override getColumnType(): string {
    return 'bigint';
  }

  override compareAsType(): string {
    return 'number';
  }

  override get runtimeType(): string {
    return 'Date';
  }
}

/** 0 or 1. */
class FlagType extends Type<boolean | null | undefined, number | null | undefined> {
  override convertToDatabaseValue(value: boolean | null | undefined): number | null | undefined {
    return typeof value === 'boolean' ? Number(value) : value;
  }

  override convertToJSValue(value: number | boolean | null | undefined): boolean | null | undefined {
    return value === null || value === undefined ? value : Boolean(value);
  }

  override getColumnType(): string {
    return 'smallint';
  }

  override compareAsType(): string {
    return 'boolean';
  }

  override get runtimeType(): string {
    return 'boolean';
  }
}

/** JSON as it was written: PostgreSQL's `jsonb` would put the members of objects in another order. */
class JsonTextType extends Type<unknown, string | null | undefined> {
  override convertToDatabaseValue(value: unknown): string | null | undefined {
    return value === null || value === undefined ? value : JSON.stringify(value);
  }

  override convertToJSValue(value: unknown): unknown {
    return typeof value === 'string' ? (JSON.parse(value) as unknown) : value;
  }

  override getColumnType(): string {
    return 'text';
  }

  override compareAsType(): string {
    return 'any';
  }

  override get runtimeType(): string {
    return 'object';
  }
}

/** Tables whose rows have a text for their key: the order in which they came in is a column beside it. */
const numbered: ReadonlySet<string> = new Set(['Job', 'Token', 'AbsentContent']);

/** Columns that the database fills, each row with a number that no other has had. */
const given: ReadonlySet<string> = new Set(['Lease.fence']);

/**
 * Indexes that SQLite has no use for. Search finds the tags of a name, shown ones, in the order in which they came in:
 * its full-text table gives them there.
 */
const furtherIndexes: ReadonlyMap<string, readonly (readonly string[])[]> = new Map([
  ['Tag', [['name', 'isHidden', 'id']]],
]);

/**
 * Properties by which repositories are listed. Many have the same value: their indexes end with the id, which tells
 * such rows apart. SQLite ends each index so by itself.
 */
const tied: ReadonlySet<unknown> = new Set(['updatedAt', 'size', 'tagCount']);

/** Of what an entity says, how PostgreSQL keeps it. */
const columnTypes = new Map<unknown, unknown>([
  [types.datetime, MillisecondsType],
  [types.boolean, FlagType],
  [types.json, JsonTextType],
  [types.uuid, types.text],
]);

/** The hook that MikroORM calls with each entity before it works out the columns; each ORM has entities of its own. */
export function adaptColumns(meta: EntityMetadata): void {
  for (const property of Object.values<EntityProperty>(meta.properties)) {
    if (given.has(`${meta.className}.${property.name}`)) property.autoincrement = true;
    if (property.kind === ReferenceKind.SCALAR) adaptColumn(property);
    else if (property.kind === ReferenceKind.MANY_TO_ONE) adaptReference(meta, property);
  }
  for (const properties of furtherIndexes.get(meta.className) ?? []) meta.indexes.push({ properties: [...properties] });
  for (const index of meta.indexes) {
    const properties = [index.properties].flat();
    if (meta.className === 'Repository' && tied.has(properties.at(-1)))
      Object.assign(index, { properties: [...properties, 'id'] });
    orderNulls(meta, index);
  }
  if (numbered.has(meta.className)) Object.assign(meta.properties, { seq: describeNumber() });
}

function adaptColumn(property: EntityProperty): void {
  const stated: unknown = property.type;
  const type = columnTypes.get(stated);
  if (type) Object.assign(property, { type, length: undefined });
  // Else it is taken from the column, and no list or object is assigned to a text.
  if (stated === types.json) property.runtimeType = 'any';
  if (stated === types.text || stated === types.uuid || stated === types.json) property.collation = 'C';
  // Each row that is in conflict takes a number: four bytes would be used up.
  if (stated === types.integer && property.autoincrement) Object.assign(property, { type: new types.bigint('number') });
}

/** A foreign key has an index, as on SQLite, unless the primary key begins with it. */
function adaptReference(meta: EntityMetadata, property: EntityProperty): void {
  if (Object.values<EntityProperty>(meta.properties).find(({ primary }) => primary) === property)
    property.index = false;
  else property.index ??= true;
}

/** null is before all values, as on SQLite: an index gives only the order that it has, and its reverse. */
function orderNulls(meta: EntityMetadata, index: EntityMetadata['indexes'][number]): void {
  const names = [index.properties].flat() as string[];
  const isNullable = (name: string): boolean =>
    Boolean((meta.properties as Record<string, EntityProperty>)[name]?.nullable);
  if (names.every((name) => !isNullable(name))) return;
  index.columns = names.map((name) => (isNullable(name) ? { name, nulls: 'FIRST' } : { name }));
}

/** Given by the database as a row comes in. */
function describeNumber(): object {
  return {
    name: 'seq',
    kind: ReferenceKind.SCALAR,
    type: new types.bigint('number'),
    autoincrement: true,
    unique: true,
    hidden: true,
    lazy: true,
  };
}
