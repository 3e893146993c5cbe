import { type Kysely, type RawBuilder, sql, type SqlBool } from 'kysely';
import type { Tag } from '../../domain/catalogue.js';
import type { TagFilter, TagOrder } from '../../domain/filter.js';
import { badCursor, isFar, type Page, type PageRequest, type Position } from '../../domain/page.js';
import type { Tables } from '../database/database.js';
import type { Dialect } from '../dialect/dialect.js';
import { dialectOf } from '../dialect/dialects.js';
import { filterImages, filterTags, isByName, isUnfiltered, isWithinBounds } from '../sql/filters.js';
import { type Order, rangesAfter, readPosition, toOrderBy, toPage, turnFor } from '../sql/keyset.js';
import { chunk, type TagRow, tagSelection, toTag } from '../sql/rows.js';
import { compareRows, scopeOfTags, tagOrders } from './tagorders.js';
import type { Connections } from './repositorylists.js';

/** See `ListStore.listTags`. */
export async function pageTags(
  connections: Connections,
  repositoryKeys: readonly number[],
  filter: TagFilter,
  by: TagOrder,
  page: PageRequest,
): Promise<Map<number, Page<Tag>>> {
  const { field, direction } = by;
  const rule = tagOrders[field];
  const { value, type, tie, read, own } = rule;
  if (page.after !== null && repositoryKeys.length > 1) throw badCursor();
  const scope = scopeOfTags(repositoryKeys[0], by);
  const order = turnFor(page, { scope, value, tie, type, isNullable: false, direction });
  const compare = compareRows(rule, order.direction);
  const [range = sql<SqlBool>`true`] = rangesAfter(order, readPosition(order, page));
  const bounds = field === 'SEMVER' && filter.semver ? isWithinBounds(filter.semver) : sql<SqlBool>`true`;
  const isBySize = field === 'SIZE';
  const source = isUnfiltered(filter) && !isBySize && !isFar(page) ? connections.db : connections.scanner;
  const dialect = dialectOf(source);
  const where = sql<SqlBool>`${range} and ${bounds} and ${filterTags(filter, dialect)}`;
  const tags = isBySize ? tagsFor(filter, dialect) : dialect.reached('tag');
  const images = filterImages(filter, dialect);
  const selection = { tags, where, images, order, isBySize, limit: page.first + 1, offset: page.offset ?? 0, dialect };
  const pages = new Map<number, Page<Tag>>();
  let counts: Promise<Map<number, number>> | undefined;
  for (const some of chunk(repositoryKeys)) {
    const rows = await selectTags(source, some, selection);
    for (const found of rows.values()) found.sort(compare);
    for (const key of some) {
      const count = async (): Promise<number> =>
        (await (counts ??= countListed(connections, repositoryKeys, filter))).get(key) ?? 0;
      const position = (row: TagRow): Position => [read(row), own(row)];
      pages.set(key, toPage(rows.get(key) ?? [], page, scopeOfTags(key, by), { item: toTag, position, count }));
    }
  }
  return pages;
}

/** The first tags of a repository, by `order`. */
interface FirstTags {
  /** The table, by an index or by any. */
  readonly tags: RawBuilder<unknown>;
  /** The condition on `tag`. */
  readonly where: RawBuilder<SqlBool>;
  /** The condition on its image `i`; null: there is none. */
  readonly images: RawBuilder<SqlBool> | null;
  readonly order: Order;
  /** The order is one of `i`, which no index has. */
  readonly isBySize: boolean;
  readonly limit: number;
  /** Rows that are passed over before these. */
  readonly offset: number;
  readonly dialect: Dialect;
}

/** Tags of a repository whose images are looked at one by one, before its images are looked through. */
const tagsLookedAt = 1000;

/**
 * The rows of each repository. What is asked of images is asked of those of the first tags, which most often fill the
 * page, and else of each distinct image of the repository once.
 */
async function selectTags(
  db: Kysely<Tables>,
  repositoryKeys: readonly number[],
  selection: FirstTags,
): Promise<Map<number, TagRow[]>> {
  const { images, isBySize, limit } = selection;
  const read = async (keys: readonly number[], tags: RawBuilder<unknown>, more = 0): Promise<Map<number, TagRow[]>> =>
    Map.groupBy(await selectRows(db, keys, tags, more), (row) => row.repository_id);
  if (images === null) return read(repositoryKeys, pickInOrder(selection));
  if (isBySize) {
    const sharing = await findSharing(db, repositoryKeys);
    const others = repositoryKeys.filter((key) => !sharing.has(key));
    const [one, two] = [
      await read([...sharing], pickByImages(selection, images)),
      await read(others, pickInOrder(selection)),
    ];
    return new Map([...one, ...two]);
  }
  const found = await read(repositoryKeys, pickAmongFirst(selection, images));
  const others = repositoryKeys.filter((key) => (found.get(key)?.length ?? 0) < limit);
  if (others.length === 0) return found;
  return new Map([...found, ...(await read(others, pickByImages(selection, images), tagsLookedAt))]);
}

/** Tags of a repository by which it is judged. */
const tagsJudged = 1000;

/**
 * Those of the repositories where, as far as the tags on the oldest images tell, an image has several tags. There it is
 * looked at once for all of them; elsewhere it takes longer to tell images apart than to look at each tag's.
 */
async function findSharing(db: Kysely<Tables>, repositoryKeys: readonly number[]): Promise<Set<number>> {
  const { rows } = await sql<{ id: number }>`select id from repository
    where ${dialectOf(db).among(sql`id`, repositoryKeys)}
    and (select count(*) - 2 * count(distinct image_id) from (select image_id from tag
      where repository_id = repository.id order by image_id limit ${tagsJudged}) as judged) > 0`.execute(db);
  return new Set(rows.map(({ id }) => id));
}

/** By an index where the order has one: what is behind the last row is never read. */
export function pickInOrder({
  tags,
  where,
  images,
  order,
  isBySize,
  limit,
  offset,
  dialect,
}: FirstTags): RawBuilder<unknown> {
  const image = images
    ? sql`${dialect.join} ${dialect.reached('image', 'i')} on i.id = tag.image_id and ${images}`
    : sql`left join ${dialect.reached('image', 'i')} on i.id = tag.image_id`;
  return sql`select tag.id from ${tags} ${isBySize ? image : sql``} where tag.repository_id = repository.id and ${where}
    order by ${toOrderBy(order)} limit ${limit} offset ${offset}`;
}

function pickAmongFirst(
  { where, order, limit, offset, dialect }: FirstTags,
  images: RawBuilder<SqlBool>,
): RawBuilder<unknown> {
  return sql`select tag.id from (select tag.id, tag.image_id, tag.name, tag.sort_key, tag.updated_at
      from ${dialect.reached('tag')}
      where tag.repository_id = repository.id and ${where} order by ${toOrderBy(order)} limit ${tagsLookedAt}) as tag
    ${dialect.join} ${dialect.reached('image', 'i')} on i.id = tag.image_id where ${images}
    order by ${toOrderBy(order)} limit ${limit} offset ${offset}`;
}

/** The joins are in the order SQLite must take them: an index gives the distinct images, and the tags of each. */
function pickByImages(
  { where, order, limit, offset, dialect: { join, reached } }: FirstTags,
  images: RawBuilder<SqlBool>,
): RawBuilder<unknown> {
  return sql`select tag.id from (select distinct image_id from ${reached('tag')}
      where tag.repository_id = repository.id) as held
    ${join} ${reached('image', 'i')} on i.id = held.image_id and ${images}
    ${join} ${reached('tag')} on tag.repository_id = repository.id and tag.image_id = i.id
    where ${where} order by ${toOrderBy(order)} limit ${limit} offset ${offset}`;
}

/**
 * The rows of `tags`, of each repository that has more than `more` tags. They come by id, and are few for each
 * repository, so they are put in order afterwards.
 */
async function selectRows(
  db: Kysely<Tables>,
  repositoryKeys: readonly number[],
  tags: RawBuilder<unknown>,
  more: number,
): Promise<TagRow[]> {
  const { listOf, join, pick, reached } = dialectOf(db);
  const hasMore = sql`exists (select 1 from ${reached('tag')} where tag.repository_id = repository.id
    limit 1 offset ${more})`;
  const { rows } = await sql<TagRow>`
    select ${tagSelection} from ${listOf(repositoryKeys)} as wanted
      ${join} repository on repository.id = wanted.value ${more > 0 ? sql`and ${hasMore}` : sql``}
      ${pick(reached('tag'), sql`tag.id`, tags)}
      left join ${reached('image')} on image.id = tag.image_id`.execute(db);
  return rows;
}

/** See `ListStore.countTags`. */
export async function countListed(
  { db, scanner }: Connections,
  repositoryKeys: readonly number[],
  filter: TagFilter,
): Promise<Map<number, number>> {
  const counts = new Map<number, number>(repositoryKeys.map((key) => [key, 0]));
  for (const some of chunk(repositoryKeys)) {
    const rows = isUnfiltered(filter)
      ? await db.selectFrom('repository').select(['id as key', 'tag_count as total']).where('id', 'in', some).execute()
      : await countFiltered(scanner, some, filter);
    for (const { key, total } of rows) counts.set(key, total);
  }
  return counts;
}

/**
 * Where no order says by which index tags are read: SQLite takes the smallest one, whose rows would be looked up for
 * each name.
 */
function tagsFor(filter: TagFilter, { indexedBy }: Dialect): RawBuilder<unknown> {
  return isByName(filter) ? sql`tag ${indexedBy('tag_repository_id_name_unique')}` : sql`tag`;
}

async function countFiltered(
  db: Kysely<Tables>,
  repositoryKeys: readonly number[],
  filter: TagFilter,
): Promise<{ key: number; total: number }[]> {
  const dialect = dialectOf(db);
  const images = filterImages(filter, dialect);
  if (images) return countByImages(db, repositoryKeys, filterTags(filter, dialect), images);
  const { rows } = await sql<{ key: number; total: number }>`
    select repository_id as key, count(*) as total from ${tagsFor(filter, dialect)}
    where ${dialect.among(sql`repository_id`, repositoryKeys)} and ${filterTags(filter, dialect)}
    group by repository_id`.execute(db);
  return rows;
}

/** Of each distinct image it is asked once what is asked of images. */
async function countByImages(
  db: Kysely<Tables>,
  repositoryKeys: readonly number[],
  where: RawBuilder<SqlBool>,
  images: RawBuilder<SqlBool>,
): Promise<{ key: number; total: number }[]> {
  const { listOf, join } = dialectOf(db);
  const { rows } = await sql<{ key: number; total: number }>`
    select repository.id as key, (
      select coalesce(sum(held.tags), 0) from (
        select tag.image_id, count(*) as tags from tag where tag.repository_id = repository.id and ${where}
        group by tag.image_id) as held
      ${join} image as i on i.id = held.image_id where ${images}) as total
    from ${listOf(repositoryKeys)} as wanted ${join} repository
    on repository.id = wanted.value`.execute(db);
  return rows;
}
