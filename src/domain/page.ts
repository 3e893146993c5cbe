import { badInput, type GatewayError } from '../errors.js';

/** The largest page a client may ask for. */
export const maxPageSize = 100;

/**
 * The most that a client may ask for of the parts of one thing: layers, labels, steps. As many of each are kept of an
 * image.
 */
export const maxParts = 1000;

/** A search counts what it finds as far as one more than this: all of it may be a million rows. */
export const maxCounted = 10_000;

/** A page: `first` items after the cursor `after`; where it is backward, before it, and the last ones without one. */
export interface PageRequest {
  readonly first: number;
  readonly after: string | null;
  /** Items that are passed over from the beginning on: of lists that say so, and without a cursor. Absent: none. */
  readonly offset?: number;
  /** Of lists that say so. */
  readonly isBackward?: boolean;
}

/** The most items that a page can pass over. */
export const maxOffset = 10_000_000;

/** A page that passes over more is looked for in another process. */
const offsetAtOnce = 1000;

/** Whether a page is looked for long, for all the items that it passes over. */
export function isFar({ offset = 0 }: PageRequest): boolean {
  return offset > offsetAtOnce;
}

/** Throws BAD_USER_INPUT naming `offset`. */
export function assertOffset(offset: number, after: string | null): void {
  if (after !== null) throw badInput('"offset" counts from the beginning of the list: leave "after" out.', 'offset');
  if (Number.isInteger(offset) && offset >= 0 && offset <= maxOffset) return;
  throw badInput(`"offset" must be between 0 and ${maxOffset}, got ${offset}.`, 'offset');
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly hasNextPage: boolean;
  /** True when the page did not begin at the start. */
  readonly hasPreviousPage: boolean;
  /** Of the whole list, of a search up to `maxCounted` and one. Counted when asked: it costs more than the page. */
  readonly totalCount: () => Promise<number>;
  /** The cursor that continues after this item. */
  readonly cursorOf: (item: T) => string;
}

/** Where an item stands in its list: the values the list is ordered by, the last of which tells equals apart. */
export type Position = readonly (string | number | null)[];

/**
 * A cursor holds the position in one list's order and the list's `scope`, so that a cursor of another list or order is
 * refused instead of giving a page from somewhere else. It is opaque to clients but not secret: nothing in it is
 * trusted.
 */
export function encodeCursor(scope: string, position: Position): string {
  return Buffer.from(JSON.stringify([scope, ...position])).toString('base64url');
}

/** Throws BAD_USER_INPUT naming `after`, or `before`. */
export function decodeCursor(scope: string, cursor: string, length: number, name?: CursorName): Position {
  const values = parseArray(cursor);
  const fits = values?.length === length + 1 && values[0] === scope;
  if (
    !fits ||
    !values.slice(1).every((value) => value === null || typeof value === 'string' || Number.isSafeInteger(value))
  ) {
    throw badCursor(name);
  }
  return values.slice(1) as Position;
}

/** The argument that a cursor is in. */
export type CursorName = 'after' | 'before';

/** Makes the error for a cursor that was made for another list, or made up. */
export function badCursor(name: CursorName = 'after'): GatewayError {
  const end = name === 'after' ? 'endCursor' : 'startCursor';
  const next = `use the ${end} of a page of the same list.`;
  return badInput(`"${name}" is not a cursor of this list in this order: ${next}`, name);
}

function parseArray(cursor: string): unknown[] | null {
  if (cursor.length > 2048) return null;
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

/** Throws BAD_USER_INPUT naming `first`, of a list that has no cursors. */
export function assertParts(first: number, limit: number): void {
  if (Number.isInteger(first) && first >= 1 && first <= limit) return;
  throw badInput(`"first" must be between 1 and ${limit}, got ${first}.`, 'first');
}

/** Throws BAD_USER_INPUT naming `first`, or `last`. */
export function assertPageSize(size: number, limit: number, name: 'first' | 'last' = 'first'): void {
  if (Number.isInteger(size) && size >= 1 && size <= limit) return;
  const cursor = name === 'first' ? 'after' : 'before';
  throw badInput(
    `"${name}" must be between 1 and ${limit}, got ${size}: ask for the next page with "${cursor}".`,
    name,
  );
}
