import { type Kysely, sql } from 'kysely';
import type { Tag } from '../../domain/catalogue.js';
import type { Tables } from '../database/database.js';
import type { ListedRow } from '../dialect/dialect.js';
import { dialectOf } from '../dialect/dialects.js';
import { chunk, type TagRow, tagSelection, toTag } from '../sql/rows.js';

/** An image in one repository, by their keys. */
export interface ImagePlace {
  readonly repositoryKey: number;
  readonly imageKey: number;
}

/** Of each place, in their order: its first `limit` tags on the image by name. One statement for 500 places. */
export async function listOnImages(db: Kysely<Tables>, places: readonly ImagePlace[], limit: number): Promise<Tag[][]> {
  const found: Tag[][] = [];
  for (const some of chunk(places)) {
    const { tableOf, join, pick } = dialectOf(db);
    const first = sql`select other.id from tag as other where other.repository_id = cast(wanted.value ->> 0 as bigint)
      and other.image_id = cast(wanted.value ->> 1 as bigint) order by other.name limit ${limit}`;
    const { rows } = await sql<TagRow & { readonly place: number }>`
      select wanted.key as place, ${tagSelection} from ${tableOf(toRows(some))} as wanted
        ${join} repository on repository.id = cast(wanted.value ->> 0 as bigint)
        ${pick(sql`tag`, sql`tag.id`, first)}
        ${join} image on image.id = tag.image_id
        order by tag.name`.execute(db);
    const groups = Map.groupBy(rows, (row) => row.place);
    for (const at of some.keys()) found.push((groups.get(at) ?? []).map(toTag));
  }
  return found;
}

/** Of each place, in their order: how many tags it has on the image. */
export async function countOnImages(db: Kysely<Tables>, places: readonly ImagePlace[]): Promise<number[]> {
  const found: number[] = [];
  for (const some of chunk(places)) {
    const { rows } = await sql<{ total: number }>`
      select (select count(*) from tag where tag.repository_id = cast(wanted.value ->> 0 as bigint)
      and tag.image_id = cast(wanted.value ->> 1 as bigint)) as total
        from ${dialectOf(db).tableOf(toRows(some))} as wanted order by wanted.key`.execute(db);
    for (const { total } of rows) found.push(total);
  }
  return found;
}

function toRows(places: readonly ImagePlace[]): ListedRow[] {
  return places.map(({ repositoryKey, imageKey }) => [repositoryKey, imageKey]);
}
