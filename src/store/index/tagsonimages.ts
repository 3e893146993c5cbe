import { type Kysely, sql } from 'kysely';
import type { Tag } from '../../domain/catalogue.js';
import type { Tables } from '../database/database.js';
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
    const { rows } = await sql<TagRow & { readonly place: number }>`
      select wanted.key as place, ${tagSelection} from json_each(${toJson(some)}) as wanted
        cross join repository on repository.id = wanted.value ->> 0
        cross join tag on tag.id in (
          select other.id from tag as other where other.repository_id = wanted.value ->> 0
          and other.image_id = wanted.value ->> 1
            order by other.name limit ${limit})
        cross join image on image.id = tag.image_id
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
      select (select count(*) from tag where tag.repository_id = wanted.value ->> 0
      and tag.image_id = wanted.value ->> 1) as total
        from json_each(${toJson(some)}) as wanted order by wanted.key`.execute(db);
    for (const { total } of rows) found.push(total);
  }
  return found;
}

function toJson(places: readonly ImagePlace[]): string {
  return JSON.stringify(places.map(({ repositoryKey, imageKey }) => [repositoryKey, imageKey]));
}
