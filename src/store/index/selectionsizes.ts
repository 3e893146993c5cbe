import { type Kysely, type RawBuilder, sql } from 'kysely';
import { maxIndexDepth } from '../../domain/image.js';
import type { Tables } from '../database/database.js';
import type { Dialect } from '../dialect/dialect.js';
import { dialectOf } from '../dialect/dialects.js';
import { measureReclaimable } from './measures.js';

/** Some tags of one repository, by their keys, and the keys of the images on them. */
export interface ChosenTags {
  readonly repositoryKey: number;
  readonly tagKeys: readonly number[];
  readonly imageKeys: readonly number[];
}

/** `chosen(image_id)`: the images that these reach, children of indexes and their attestations included. */
function withChosen({ listOf, join }: Dialect, imageKeys: readonly number[]): RawBuilder<unknown> {
  return sql`with recursive below(image_id, depth) as (
    select value, 0 from ${listOf(imageKeys)} as wanted
    union
    select child_id, depth + 1 from below ${join} image_entry on index_id = image_id
      where child_id is not null and depth < ${maxIndexDepth}
  ), chosen(image_id) as materialized (select distinct image_id from below)`;
}

/** Bytes that the registry stores for the images on these tags, each blob once. One statement. */
export async function measureChosen(db: Kysely<Tables>, { imageKeys }: ChosenTags): Promise<number> {
  if (imageKeys.length === 0) return 0;
  const dialect = dialectOf(db);
  const { rows } = await sql<{ size: number }>`${withChosen(dialect, imageKeys)}
    select ${dialect.sumOf(sql`size`)} as size from (
      select blob_id, max(size) as size from chosen ${dialect.join} image_blob using (image_id)
        where is_foreign = 0 group by blob_id) as held`.execute(db);
  return rows[0]!.size;
}

/** Bytes of these that no other tag of the registry holds. Two statements. */
export async function measureUniqueOfChosen(db: Kysely<Tables>, chosen: ChosenTags): Promise<number> {
  if (chosen.imageKeys.length === 0) return 0;
  const alone = await listAlone(db, chosen);
  return alone.length === 0 ? 0 : measureReclaimable(db, chosen.repositoryKey, alone);
}

/**
 * The images that no other tag of the repository reaches. Looked for upwards, from the images to their other tags and
 * indexes, since the repository may have 100,000 other tags: an index that was not reached from the chosen tags is held
 * by others, and all that is in one of those stays with it.
 */
async function listAlone(
  db: Kysely<Tables>,
  { repositoryKey, tagKeys, imageKeys }: ChosenTags,
): Promise<readonly number[]> {
  const dialect = dialectOf(db);
  const { join, among, reached } = dialect;
  const { rows } = await sql<{ key: number }>`${withChosen(dialect, imageKeys)}, kept(image_id) as (
      select chosen.image_id from chosen
        where exists (select 1 from ${reached('tag')} where tag.repository_id = ${repositoryKey}
            and tag.image_id = chosen.image_id and not (${among(sql`tag.id`, tagKeys)}))
          or exists (select 1 from image_entry
            ${join} repository_image as other on other.repository_id = ${repositoryKey}
              and other.image_id = image_entry.index_id
            where image_entry.child_id = chosen.image_id
              and image_entry.index_id not in (select image_id from chosen))
      union
      select image_entry.child_id from kept ${join} image_entry on image_entry.index_id = kept.image_id
        where image_entry.child_id in (select image_id from chosen)
    )
    select image_id as key from chosen where image_id not in (select image_id from kept)`.execute(db);
  return rows.map(({ key }) => key);
}
