import { type Kysely, type RawBuilder, sql, type SqlBool } from 'kysely';
import type { Tag } from '../../domain/catalogue.js';
import type { AnyTagFilter, TagOrder } from '../../domain/filter.js';
import type { Page, PageRequest } from '../../domain/page.js';
import type { Tables } from '../database/database.js';
import type { Dialect } from '../dialect/dialect.js';
import { dialectOf } from '../dialect/dialects.js';
import { filterImages, filterRepositories, filterTags, isUnfiltered } from '../sql/filters.js';
import { rangesAfter, readPosition, toOrderBy, toPage, turnFor } from '../sql/keyset.js';
import { type TagRow, tagSelection, toTag } from '../sql/rows.js';
import { compareRows, tagById, type TagOrderRule, tagOrders } from './tagorders.js';

/**
 * See `ListStore.listAllTags`. The newest are the first rows of an index; in any other order, and within some
 * repositories, all tags that the filter lets through are put in order.
 */
export async function pageAllTags(
  scanner: Kysely<Tables>,
  filter: AnyTagFilter,
  { field, direction }: TagOrder,
  page: PageRequest,
): Promise<Page<Tag>> {
  const rule: TagOrderRule = { ...tagOrders[field], ...tagById };
  const { value, type, tie, read, own } = rule;
  const scope = `alltags:${field}:${direction}`;
  const order = turnFor(page, { scope, value, tie, type, isNullable: false, direction });
  const [range = sql<SqlBool>`true`] = rangesAfter(order, readPosition(order, page));
  const from = joinTags(filter, dialectOf(scanner), field);
  const { rows } = await sql<TagRow>`
    select ${tagSelection} from (
      select tag.id ${from} and ${range} order by ${toOrderBy(order)} limit ${page.first + 1}
        offset ${page.offset ?? 0}) as first
      join tag on tag.id = first.id join repository on repository.id = tag.repository_id
      left join image on image.id = tag.image_id`.execute(scanner);
  return toPage(rows.toSorted(compareRows(rule, order.direction)), page, scope, {
    item: toTag,
    position: (row) => [read(row), own(row)],
    count: () => countAllTags(scanner, filter),
  });
}

async function countAllTags(scanner: Kysely<Tables>, filter: AnyTagFilter): Promise<number> {
  const { repositories, ...own } = filter;
  const dialect = dialectOf(scanner);
  const { rows } = isUnfiltered(own)
    ? await sql<{ total: number }>`select coalesce(sum(tag_count), 0) as total from repository
        where ${filterRepositories(repositories, dialect)}`.execute(scanner)
    : await sql<{ total: number }>`select count(*) as total ${joinTags(filter, dialect, null)}`.execute(scanner);
  return rows[0]!.total;
}

/**
 * `from … where …`: tags with their repositories, and images `i` where they are asked for. The joins are in the order
 * SQLite must take them: by time the tags come first, as an index has them, unless a filter leaves few repositories.
 */
export function joinTags(filter: AnyTagFilter, dialect: Dialect, by: TagOrder['field'] | null): RawBuilder<unknown> {
  const { repositories, ...own } = filter;
  const { join } = dialect;
  const images = filterImages(own, dialect);
  const isSize = by === 'SIZE';
  const image = images || isSize ? sql`left join image as i on i.id = tag.image_id` : sql``;
  const tables =
    by === 'UPDATED_AT' && isOfAll(filter)
      ? sql`tag ${join} repository on repository.id = tag.repository_id`
      : sql`repository ${join} tag on tag.repository_id = repository.id`;
  return sql`from ${tables} ${image} where ${filterTags(own, dialect)} and ${images ?? sql<SqlBool>`true`}
    and ${filterRepositories({ ...repositories, empty: null }, dialect)}`;
}

function isOfAll({ repositories: { registryIds, namespace, globs } }: AnyTagFilter): boolean {
  return (registryIds ?? namespace ?? null) === null && (globs?.length ?? 0) === 0;
}
