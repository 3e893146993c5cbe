import { type Kysely, type RawBuilder, sql, type SqlBool } from 'kysely';
import type { Repository, Tag } from '../../domain/catalogue.js';
import type { RepositoryFilter, RepositoryOrder, TagFilter, TagOrder } from '../../domain/filter.js';
import { badCursor, type Page, type PageRequest, type Position } from '../../domain/page.js';
import { toSortKey } from '../../domain/version.js';
import type { Tables } from '../database/database.js';
import { filterTags, isUnfiltered, isWithinBounds } from '../sql/filters.js';
import { byId, type Order, rangesAfter, readPosition, toOrderBy, toPage } from '../sql/keyset.js';
import { listLocations } from './locations.js';
import { type Connections, countRepositoriesOf, pageRepositories, listRepositoriesOf } from './repositorylists.js';
import { chunk, type TagRow, tagSelection, toTag } from '../sql/rows.js';

/**
 * Pages of the index: filtered, in an order, continued by cursors that stay right while rows come and go. Methods throw
 * BAD_USER_INPUT for a cursor of another list or order (naming `after`) and for a filter that cannot be
 * (`filter.glob`).
 */
export interface ListStore {
  /** Of one registry when the filter names one, else across all. */
  listRepositories(filter: RepositoryFilter, order: RepositoryOrder, page: PageRequest): Promise<Page<Repository>>;
  /**
   * A page of each registry, in one statement, whatever registries the filter names. `after` with several is refused.
   */
  listRepositoriesOf(
    registryIds: readonly string[],
    filter: RepositoryFilter,
    order: RepositoryOrder,
    page: PageRequest,
  ): Promise<Map<string, Page<Repository>>>;
  /** Of each registry that has any. */
  countRepositoriesOf(registryIds: readonly string[], filter: RepositoryFilter): Promise<Map<string, number>>;
  /**
   * A page of each repository, in one statement. A cursor belongs to one repository: `after` with several is refused.
   */
  listTags(
    repositoryKeys: readonly number[],
    filter: TagFilter,
    order: TagOrder,
    page: PageRequest,
  ): Promise<Map<number, Page<Tag>>>;
  /** Tags per repository; of what is not filtered, as last counted. */
  countTags(repositoryKeys: readonly number[], filter: TagFilter): Promise<Map<number, number>>;
  /**
   * A page of each image, in one statement: the tags on it, and on the indexes that it is a child of, hidden ones too,
   * by the names of registry, repository and tag. A cursor belongs to one image: `after` with several is refused.
   */
  listLocations(imageKeys: readonly number[], page: PageRequest): Promise<Map<number, Page<Tag>>>;
}

/** `scanner` reads what no index gives: see `Database`. */
export function createListStore(db: Kysely<Tables>, scanner: Kysely<Tables> = db): ListStore {
  const connections = { db, scanner };
  return {
    listRepositories: (filter, order, page) => pageRepositories(connections, filter, order, page),
    listRepositoriesOf: (registryIds, filter, order, page) =>
      listRepositoriesOf(connections, registryIds, filter, order, page),
    countRepositoriesOf: (registryIds, filter) => countRepositoriesOf(scanner, registryIds, filter),
    listTags: (repositoryKeys, filter, order, page) => listTags(connections, repositoryKeys, filter, order, page),
    countTags: (repositoryKeys, filter) => countTags(connections, repositoryKeys, filter),
    listLocations: (imageKeys, page) => listLocations(scanner, imageKeys, page),
  };
}

interface TagOrderRule extends Pick<Order, 'value' | 'tie' | 'type'> {
  readonly read: (row: TagRow) => string | number;
  /** The part of the row that stands in a cursor beside its value. */
  readonly own: (row: TagRow) => string | number;
}

const tagById = { tie: byId(sql`tag.id`), own: (row: TagRow) => row.id };

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
const tagOrders: Readonly<Record<TagOrder['field'], TagOrderRule>> = {
  NAME: { value: sql`tag.name`, type: 'text', read: (row) => row.name, ...tagById },
  SEMVER: { value: sql`tag.sort_key`, type: 'text', read: (row) => row.sort_key, ...tagById },
  UPDATED_AT: { value: sql`tag.updated_at`, type: 'number', read: (row) => row.updated_at, ...tagByVersion },
  SIZE: {
    value: sql`coalesce((select size from image where image.id = tag.image_id), -1)`,
    type: 'number',
    read: (row) => row.size ?? -1,
    ...tagById,
  },
};

async function listTags(
  connections: Connections,
  repositoryKeys: readonly number[],
  filter: TagFilter,
  { field, direction }: TagOrder,
  page: PageRequest,
): Promise<Map<number, Page<Tag>>> {
  const { value, type, tie, read, own } = tagOrders[field];
  const scopeOf = (key: number | undefined): string => `tags:${key}:${field}:${direction}`;
  if (page.after !== null && repositoryKeys.length > 1) throw badCursor();
  const order: Order = { scope: scopeOf(repositoryKeys[0]), value, tie, type, isNullable: false, direction };
  const sign = direction === 'DESC' ? -1 : 1;
  const keysOf = (row: TagRow): readonly unknown[] => [read(row), ...tie.columnsOf(own(row))];
  const compare = (a: TagRow, b: TagRow): number => sign * compareKeys(keysOf(a), keysOf(b));
  const [range = sql<SqlBool>`true`] = rangesAfter(order, readPosition(order, page.after));
  const bounds = field === 'SEMVER' && filter.semver ? isWithinBounds(filter.semver) : sql<SqlBool>`true`;
  const where = sql<SqlBool>`${bounds} and ${filterTags(filter)}`;
  const source = isUnfiltered(filter) && field !== 'SIZE' ? connections.db : connections.scanner;
  const pages = new Map<number, Page<Tag>>();
  let counts: Promise<Map<number, number>> | undefined;
  for (const some of chunk(repositoryKeys)) {
    const rows = Map.groupBy(
      await selectFirst(source, some, sql<SqlBool>`${range} and ${where}`, order, page.first + 1),
      (row) => row.repository_id,
    );
    for (const found of rows.values()) found.sort(compare);
    for (const key of some) {
      const count = async (): Promise<number> =>
        (await (counts ??= countTags(connections, repositoryKeys, filter))).get(key) ?? 0;
      const position = (row: TagRow): Position => [read(row), own(row)];
      pages.set(key, toPage(rows.get(key) ?? [], page, scopeOf(key), { item: toTag, position, count }));
    }
  }
  return pages;
}

/** As SQLite compares rows of values of the same types: texts by code unit. */
function compareKeys(a: readonly unknown[], b: readonly unknown[]): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at < 0 ? 0 : (a[at] as string | number) < (b[at] as string | number) ? -1 : 1;
}

/**
 * The first rows of each repository, by an index where the order has one: what is behind them is never read. The joins
 * are in the order SQLite must take them; rows come by id, and are few for each repository, so they are put in order
 * here.
 */
async function selectFirst(
  db: Kysely<Tables>,
  repositoryKeys: readonly number[],
  where: RawBuilder<SqlBool>,
  order: Order,
  limit: number,
): Promise<TagRow[]> {
  const { rows } = await sql<TagRow>`
    select ${tagSelection} from json_each(${JSON.stringify(repositoryKeys)}) as wanted
      cross join repository on repository.id = wanted.value
      cross join tag on tag.id in (select tag.id from tag where tag.repository_id = repository.id and ${where}
      order by ${toOrderBy(order)} limit ${limit})
      left join image on image.id = tag.image_id`.execute(db);
  return rows;
}

async function countTags(
  { db, scanner }: Connections,
  repositoryKeys: readonly number[],
  filter: TagFilter,
): Promise<Map<number, number>> {
  const counts = new Map<number, number>(repositoryKeys.map((key) => [key, 0]));
  const where = filterTags(filter);
  for (const some of chunk(repositoryKeys)) {
    const rows = isUnfiltered(filter)
      ? await db.selectFrom('repository').select(['id as key', 'tag_count as total']).where('id', 'in', some).execute()
      : await scanner
          .selectFrom('tag')
          .select(['repository_id as key', sql<number>`count(*)`.as('total')])
          .where('repository_id', 'in', some)
          .where(where)
          .groupBy('repository_id')
          .execute();
    for (const { key, total } of rows) counts.set(key, total);
  }
  return counts;
}
