import { type RawBuilder, sql, type SqlBool } from 'kysely';
import type { OrderDirection } from '../../domain/filter.js';
import {
  badCursor,
  decodeCursor,
  encodeCursor,
  type Page,
  type PageRequest,
  type Position,
} from '../../domain/page.js';

/**
 * The order of a list: by a value, and by `tie` where values are equal, all in one direction, so that an index on them
 * gives the rows without sorting. null is before every value, as in SQLite.
 */
export interface Order {
  /** Names the list, its order and its direction: a cursor of another is refused. */
  readonly scope: string;
  readonly value: RawBuilder<unknown>;
  readonly tie: Tie;
  readonly type: 'text' | 'number';
  readonly isNullable: boolean;
  readonly direction: OrderDirection;
}

/**
 * The columns that order rows of equal value. All follow from one value, which tells rows apart and stands in cursors.
 */
export interface Tie {
  readonly columns: readonly RawBuilder<unknown>[];
  readonly type: 'text' | 'number';
  /** The columns of the row with this value. */
  readonly columnsOf: (value: string | number) => readonly unknown[];
}

/** By the row's id: SQLite ends every index with it. */
export function byId(id: RawBuilder<unknown>): Tie {
  return { columns: [id], type: 'number', columnsOf: (value) => [value] };
}

/** `[value, what tells rows apart]`, or null without a cursor. Throws BAD_USER_INPUT naming `after`, or `before`. */
export function readPosition(
  { scope, type, isNullable, tie }: Order,
  { after, isBackward = false }: Pick<PageRequest, 'after' | 'isBackward'>,
): Position | null {
  if (after === null) return null;
  const name = isBackward ? 'before' : 'after';
  const position = decodeCursor(scope, after, 2, name);
  const [value, own] = position;
  const fits = value === null ? isNullable : isOfType(value, type);
  if (!fits || !isOfType(own, tie.type)) throw badCursor(name);
  return position;
}

function isOfType(value: unknown, type: Order['type']): value is string | number {
  return typeof value === (type === 'text' ? 'string' : 'number');
}

/**
 * The ranges of rows that follow a position, in their order: read one after another until the page is full. More than
 * one only around null, which compares with nothing; a single condition with OR could not use the index.
 */
export function rangesAfter(
  { value, tie, direction, isNullable }: Order,
  position: Position | null,
): RawBuilder<SqlBool>[] {
  if (position === null) return [sql<SqlBool>`true`];
  const [last, own] = position;
  const columns = sql.join(tie.columns);
  const lastColumns = sql.join(tie.columnsOf(own!));
  const isDescending = direction === 'DESC';
  const compare = isDescending ? sql`<` : sql`>`;
  if (last !== null) {
    const beyond = sql<SqlBool>`(${value}, ${columns}) ${compare} (${last}, ${lastColumns})`;
    return isDescending && isNullable ? [beyond, sql<SqlBool>`${value} is null`] : [beyond];
  }
  const others = sql<SqlBool>`${value} is null and (${columns}) ${compare} (${lastColumns})`;
  return isDescending ? [others] : [others, sql<SqlBool>`${value} is not null`];
}

/** The terms behind `order by`. PostgreSQL takes null for the greatest, and an index only in the order that it has. */
export function toOrderBy({ value, tie, direction, isNullable }: Order): RawBuilder<unknown> {
  const isDescending = direction === 'DESC';
  const nulls = isDescending ? sql`nulls last` : sql`nulls first`;
  const [first, ...others] = [value, ...tie.columns].map((column) => (isDescending ? sql`${column} desc` : column));
  return sql.join([isNullable ? sql`${first!} ${nulls}` : first!, ...others]);
}

/** The order in which a page is read: a backward one from its end, which `toPage` turns round again. */
export function turnFor({ isBackward = false }: PageRequest, order: Order): Order {
  return isBackward ? { ...order, direction: order.direction === 'ASC' ? 'DESC' : 'ASC' } : order;
}

/** `rows`, as they were read, are one more than the page holds where more follow. */
export function toPage<Row, T extends { readonly key: number }>(
  rows: readonly Row[],
  page: PageRequest,
  scope: string,
  read: {
    readonly item: (row: Row) => T;
    readonly position: (row: Row) => Position;
    readonly count: () => Promise<number>;
  },
): Page<T> {
  const { isBackward = false, after, offset = 0 } = page;
  const shown = rows.slice(0, page.first);
  if (isBackward) shown.reverse();
  const items = shown.map(read.item);
  const hasMore = rows.length > page.first;
  let rowByKey: Map<number, Row> | undefined;
  const rowOf = (item: T): Row => (rowByKey ??= new Map(items.map(({ key }, at) => [key, shown[at]!]))).get(item.key)!;
  return {
    items,
    hasNextPage: isBackward ? after !== null : hasMore,
    hasPreviousPage: isBackward ? hasMore : after !== null || offset > 0,
    totalCount: read.count,
    cursorOf: (item) => encodeCursor(scope, read.position(rowOf(item))),
  };
}
