import { type Kysely, sql } from 'kysely';
import type { PlainTag, PlainTagPage } from '../../domain/catalogue.js';
import type { IndexedTagOrder } from '../../domain/filter.js';
import { encodeCursor } from '../../domain/page.js';
import type { Tables } from '../database/database.js';
import { dialectOf } from '../dialect/dialects.js';
import { filterTags } from '../sql/filters.js';
import { chunk, idDigest } from '../sql/rows.js';
import { pickInOrder } from './taglists.js';
import { scopeOfTags, tagOrders } from './tagorders.js';

const columns = {
  name: sql`tag.name`,
  digest: sql`image.digest`,
  idDigest,
  size: sql`image.size`,
  updatedAt: sql`tag.updated_at`,
  updatedAtSource: sql`tag.updated_source`,
} satisfies Record<keyof PlainTag, unknown>;

/** These tell where a tag stands in its list. */
const places = { id: sql`tag.id`, sortKey: sql`tag.sort_key` };

type PlainRow = PlainTag & { readonly repositoryKey: number; readonly id: number; readonly sortKey: string };
type PlainColumn = keyof typeof columns | keyof typeof places;

/** By what an index orders the tags of one repository; the last is each time another. */
const ordering = {
  NAME: ['name'],
  SEMVER: ['sortKey', 'id'],
  UPDATED_AT: ['updatedAt', 'sortKey', 'name'],
} as const satisfies Record<IndexedTagOrder['field'], readonly PlainColumn[]>;

/** See `ListStore.readPlainTags`. */
export async function readPlainTags(
  db: Kysely<Tables>,
  repositoryKeys: readonly number[],
  by: IndexedTagOrder,
  first: number,
  wanted: Iterable<keyof PlainTag>,
): Promise<Map<number, PlainTagPage>> {
  const keys = ordering[by.field];
  const compare = createComparison(keys, by.direction === 'DESC' ? -1 : 1);
  const selected = new Set<PlainColumn>(['id', ...keys, ...wanted]);
  const pages = new Map<number, PlainTagPage>();
  for (const some of chunk(repositoryKeys)) {
    const rows = Map.groupBy(await selectFirst(db, some, by, first + 1, selected), (row) => row.repositoryKey);
    for (const key of some) {
      const found = rows.get(key)?.sort(compare) ?? [];
      const cursorOf = (tag: PlainTag): string => encodeCursor(scopeOfTags(key, by), positionOf(tag as PlainRow, by));
      pages.set(key, { items: found.slice(0, first), hasNextPage: found.length > first, cursorOf });
    }
  }
  return pages;
}

function selectFirst(
  db: Kysely<Tables>,
  repositoryKeys: readonly number[],
  { field, direction }: IndexedTagOrder,
  limit: number,
  selected: Iterable<PlainColumn>,
): Promise<PlainRow[]> {
  const { value, tie, type } = tagOrders[field];
  const order = { scope: '', value, tie, type, isNullable: false, direction };
  const dialect = dialectOf(db);
  const where = filterTags({}, dialect);
  const picked = pickInOrder({
    tags: dialect.reached('tag'),
    where,
    images: null,
    order,
    isBySize: false,
    limit,
    offset: 0,
    dialect,
  });
  const all = { ...columns, ...places };
  const wanted = [...selected].map((name) => sql`${all[name]} as ${sql.ref(name)}`);
  return sql<PlainRow>`select tag.repository_id as ${sql.ref('repositoryKey')}, ${sql.join(wanted)}
    from ${dialect.repositoriesOf(repositoryKeys)}
      ${dialect.pick(dialect.reached('tag'), sql`tag.id`, picked)}
      left join ${dialect.reached('image')} on image.id = tag.image_id`
    .execute(db)
    .then(({ rows }) => rows);
}

/** As `tagOrders` reads it of a row that has all columns. */
function positionOf(row: PlainRow, { field }: IndexedTagOrder): readonly (string | number)[] {
  const { read, own } = tagOrders[field];
  const ordered = { ...row, sort_key: row.sortKey, updated_at: row.updatedAt };
  return [read(ordered), own(ordered)];
}

/** As SQLite compares rows of values of the same types: texts by code unit. */
function createComparison(keys: readonly PlainColumn[], sign: number): (a: PlainRow, b: PlainRow) => number {
  return (a, b) => {
    for (const key of keys) if (a[key] !== b[key]) return a[key]! < b[key]! ? -sign : sign;
    return 0;
  };
}
