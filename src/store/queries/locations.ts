import { type Kysely, type RawBuilder, sql, type SqlBool } from 'kysely';
import type { Tag } from '../../domain/catalogue.js';
import { badCursor, decodeCursor, type Page, type PageRequest, type Position } from '../../domain/page.js';
import type { Tables } from '../database/database.js';
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
function withHolders(imageKeys: readonly number[]): RawBuilder<unknown> {
  const keys = JSON.stringify(imageKeys);
  return sql`with holder(root, image_id) as materialized (
    select value, value from json_each(${keys})
    union select child_id, index_id from json_each(${keys}) as wanted cross join image_entry
    on image_entry.child_id = wanted.value
      where attestation = 0)`;
}

async function selectFirst(
  db: Kysely<Tables>,
  imageKeys: readonly number[],
  range: RawBuilder<SqlBool>,
  limit: number,
): Promise<LocationRow[]> {
  const { rows } = await sql<LocationRow>`${withHolders(imageKeys)}
    select wanted.value as root, registry.name as registry_name, ${tagSelection}
    from json_each(${JSON.stringify(imageKeys)}) as wanted
      cross join tag on tag.id in (
        select tag.id from holder cross join tag on tag.image_id = holder.image_id
          cross join repository on repository.id = tag.repository_id cross join registry
          on registry.id = repository.registry_id
          where holder.root = wanted.value and ${range} order by ${names} limit ${limit})
      cross join repository on repository.id = tag.repository_id
      cross join registry on registry.id = repository.registry_id
      cross join image on image.id = tag.image_id
      order by ${names}`.execute(db);
  return rows;
}

async function countLocations(db: Kysely<Tables>, imageKeys: readonly number[]): Promise<Map<number, number>> {
  const counts = new Map<number, number>();
  for (const some of chunk(imageKeys)) {
    const { rows } = await sql<{ root: number; total: number }>`${withHolders(some)}
      select root, count(*) as total from holder cross join tag on tag.image_id = holder.image_id
      group by root`.execute(db);
    for (const { root, total } of rows) counts.set(root, total);
  }
  return counts;
}

function readNames(position: Position): Position {
  if (position.every((name) => typeof name === 'string')) return position;
  throw badCursor();
}
