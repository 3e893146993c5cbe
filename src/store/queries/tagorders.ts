import { sql } from 'kysely';
import type { OrderDirection, TagOrder } from '../../domain/filter.js';
import { toSortKey } from '../../domain/version.js';
import { byId, type Order } from '../sql/keyset.js';
import type { TagRow } from '../sql/rows.js';

/** The columns that a list of tags is in the order of. */
type OrderedRow = Pick<TagRow, 'id' | 'name' | 'sort_key' | 'updated_at' | 'size'>;

/** How a list of tags is ordered, and what of a row stands in its cursors. */
export interface TagOrderRule extends Pick<Order, 'value' | 'tie' | 'type'> {
  readonly read: (row: OrderedRow) => string | number;
  /** The part of the row that stands in a cursor beside its value. */
  readonly own: (row: OrderedRow) => string | number;
}

/** Of tags of more than one repository, whose versions say nothing of each other. */
export const tagById = { tie: byId(sql`tag.id`), own: (row: OrderedRow) => row.id };

/** A tag's name gives its sort key, so a cursor holds the name only. */
const tagByVersion: Pick<TagOrderRule, 'tie' | 'own'> = {
  tie: {
    columns: [sql`tag.sort_key`, sql`tag.name`],
    type: 'text',
    columnsOf: (name) => [toSortKey(String(name)), name],
  },
  own: (row) => row.name,
};

/**
 * Orders within a repository. A size that is not known is less than any; tags of one time are in the order of their
 * versions.
 */
export const tagOrders: Readonly<Record<TagOrder['field'], TagOrderRule>> = {
  NAME: { value: sql`tag.name`, type: 'text', read: (row) => row.name, ...tagById },
  SEMVER: { value: sql`tag.sort_key`, type: 'text', read: (row) => row.sort_key, ...tagById },
  UPDATED_AT: { value: sql`tag.updated_at`, type: 'number', read: (row) => row.updated_at, ...tagByVersion },
  SIZE: {
    value: sql`coalesce(i.size, -1)`,
    type: 'number',
    read: (row) => row.size ?? -1,
    ...tagById,
  },
};

/** Names the list of a repository's tags in an order: its cursors hold it. */
export function scopeOfTags(repositoryKey: number | undefined, { field, direction }: TagOrder): string {
  return `tags:${repositoryKey}:${field}:${direction}`;
}

/** Compares rows as the order does. */
export function compareRows(
  { read, own, tie }: TagOrderRule,
  direction: OrderDirection,
): (a: OrderedRow, b: OrderedRow) => number {
  const sign = direction === 'DESC' ? -1 : 1;
  const keysOf = (row: OrderedRow): readonly unknown[] => [read(row), ...tie.columnsOf(own(row))];
  return (a, b) => sign * compareKeys(keysOf(a), keysOf(b));
}

/** As SQLite compares rows of values of the same types: texts by code unit. */
function compareKeys(a: readonly unknown[], b: readonly unknown[]): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at < 0 ? 0 : (a[at] as string | number) < (b[at] as string | number) ? -1 : 1;
}
