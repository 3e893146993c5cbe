import { type Kysely, type RawBuilder, sql, type SqlBool } from 'kysely';
import type { Tag } from '../../domain/catalogue.js';
import { badCursor, decodeCursor, type Page, type PageRequest, type Position } from '../../domain/page.js';
import type { Tables } from '../database/database.js';
import type { Dialect } from '../dialect/dialect.js';
import { dialectOf } from '../dialect/dialects.js';
import { toPage } from '../sql/keyset.js';
import { chunk, type TagRow, tagSelection, toTag } from '../sql/rows.js';

type LocationRow = TagRow & { readonly root: number; readonly registry_name: string };

const names = sql`registry.name, repository.name, tag.name`;

/** See `ListStore.listLocations`. */
export async function listLocations(
  db: Kysely<Tables>,
  imageKeys: readonly number[],
  { first, after }: PageRequest,
): Promise<Map<number, Page<Tag>>> {
  const scopeOf = (key: number | undefined): string => `locations:${key}`;
  if (after !== null && imageKeys.length > 1) throw badCursor();
  const position = after === null ? null : readNames(decodeCursor(scopeOf(imageKeys[0]), after, 3));
  const range = position === null ? sql<SqlBool>`true` : sql<SqlBool>`(${names}) > (${sql.join(position)})`;
  const pages = new Map<number, Page<Tag>>();
  let counts: Promise<Map<number, number>> | undefined;
  for (const some of chunk(imageKeys)) {
    const rows = Map.groupBy(await selectFirst(db, some, range, first + 1), (row) => row.root);
    for (const key of some) {
      const read = {
        item: toTag,
        position: (row: LocationRow): Position => [row.registry_name, row.repository_name, row.name],
        count: async () => (await (counts ??= countLocations(db, imageKeys))).get(key) ?? 0,
      };
      pages.set(key, toPage(rows.get(key) ?? [], { first, after }, scopeOf(key), read));
    }
  }
  return pages;
}

/** `holder(root, image_id)`: each image with itself and the indexes that it is a child of, attestations not counted. */
function withHolders({ listOf, join }: Dialect, imageKeys: readonly number[]): RawBuilder<unknown> {
  return sql`with holder(root, image_id) as materialized (
    select value, value from ${listOf(imageKeys)} as own
    union select child_id, index_id from ${listOf(imageKeys)} as wanted ${join} image_entry
    on image_entry.child_id = wanted.value
      where attestation = 0)`;
}

async function selectFirst(
  db: Kysely<Tables>,
  imageKeys: readonly number[],
  range: RawBuilder<SqlBool>,
  limit: number,
): Promise<LocationRow[]> {
  const dialect = dialectOf(db);
  const { listOf, pick, join } = dialect;
  const first = sql`select tag.id from holder ${join} tag on tag.image_id = holder.image_id
    ${join} repository on repository.id = tag.repository_id ${join} registry on registry.id = repository.registry_id
    where holder.root = wanted.value and ${range} order by ${names} limit ${limit}`;
  const { rows } = await sql<LocationRow>`${withHolders(dialect, imageKeys)}
    select wanted.value as root, registry.name as registry_name, ${tagSelection}
    from ${listOf(imageKeys)} as wanted ${pick(sql`tag`, sql`tag.id`, first)}
      ${join} repository on repository.id = tag.repository_id
      ${join} registry on registry.id = repository.registry_id
      ${join} image on image.id = tag.image_id
      order by ${names}`.execute(db);
  return rows;
}

async function countLocations(db: Kysely<Tables>, imageKeys: readonly number[]): Promise<Map<number, number>> {
  const counts = new Map<number, number>();
  for (const some of chunk(imageKeys)) {
    const dialect = dialectOf(db);
    const { rows } = await sql<{ root: number; total: number }>`${withHolders(dialect, some)}
      select root, count(*) as total from holder ${dialect.join} tag on tag.image_id = holder.image_id
      group by root`.execute(db);
    for (const { root, total } of rows) counts.set(root, total);
  }
  return counts;
}

function readNames(position: Position): Position {
  if (position.every((name) => typeof name === 'string')) return position;
  throw badCursor();
}
