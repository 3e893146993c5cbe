import { type RawBuilder, sql, type SqlBool } from 'kysely';
import type { OrderDirection } from '../domain/filter.js';
import { badCursor, decodeCursor, encodeCursor, type Page, type PageRequest, type Position } from '../domain/page.js';

/**
 * The order of a list: by a value, and by `id` where values are equal, both in one direction, so that an index on the value
 * (SQLite ends every index with the row's id) gives the rows without sorting. null is before every value, as in SQLite.
 */
export interface Order {
  /** Names the list, its order and its direction: a cursor of another is refused. */
  readonly scope: string;
  readonly value: RawBuilder<unknown>;
  readonly id: RawBuilder<unknown>;
  readonly type: 'text' | 'number';
  readonly isNullable: boolean;
  readonly direction: OrderDirection;
}

/** `[value, id]`, or null without a cursor. Throws BAD_USER_INPUT naming `after`. */
export function readPosition({ scope, type, isNullable }: Order, after: string | null): Position | null {
  if (after === null) return null;
  const position = decodeCursor(scope, after, 2);
  const [value, id] = position;
  const fits = value === null ? isNullable : typeof value === (type === 'text' ? 'string' : 'number');
  if (!fits || typeof id !== 'number') throw badCursor();
  return position;
}

/**
 * The ranges of rows that follow a position, in their order: read one after another until the page is full. More than one
 * only around null, which compares with nothing; a single condition with OR could not use the index.
 */
export function rangesAfter({ value, id, direction, isNullable }: Order, position: Position | null): RawBuilder<SqlBool>[] {
  if (position === null) return [sql<SqlBool>`true`];
  const [last, lastId] = position;
  const isDescending = direction === 'DESC';
  const compare = isDescending ? sql`<` : sql`>`;
  if (last !== null) {
    const beyond = sql<SqlBool>`(${value}, ${id}) ${compare} (${last}, ${lastId})`;
    return isDescending && isNullable ? [beyond, sql<SqlBool>`${value} is null`] : [beyond];
  }
  const others = sql<SqlBool>`${value} is null and ${id} ${compare} ${lastId}`;
  return isDescending ? [others] : [others, sql<SqlBool>`${value} is not null`];
}

/** What stands behind `order by`. */
export function toOrderBy({ value, id, direction }: Order): RawBuilder<unknown> {
  return direction === 'DESC' ? sql`${value} desc, ${id} desc` : sql`${value}, ${id}`;
}

/** `rows` are one more than the page holds where more follow. */
export function toPage<Row, T extends { readonly key: number }>(
  rows: readonly Row[],
  page: PageRequest,
  scope: string,
  read: { readonly item: (row: Row) => T; readonly position: (row: Row) => Position; readonly count: () => Promise<number> },
): Page<T> {
  const items = rows.slice(0, page.first).map(read.item);
  let rowByKey: Map<number, Row> | undefined;
  const rowOf = (item: T): Row => (rowByKey ??= new Map(items.map(({ key }, at) => [key, rows[at]!]))).get(item.key)!;
  return {
    items,
    hasNextPage: rows.length > page.first,
    hasPreviousPage: page.after !== null,
    totalCount: read.count,
    cursorOf: (item) => encodeCursor(scope, read.position(rowOf(item))),
  };
}
