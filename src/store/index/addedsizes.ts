import { type Kysely, sql } from 'kysely';
import { maxIndexDepth } from '../../domain/image.js';
import type { Tables } from '../database/database.js';
import { dialectOf } from '../dialect/dialects.js';
import { chunk } from '../sql/rows.js';

/**
 * Tags before one that are looked at for the last that is shown: a signature of each image is a tag, too, and whoever
 * may push can make 100,000 of them.
 */
const tagsLookedAt = 100;

/** A tag and the one before it; null: there is none, it points to nothing that was read, or has no known size. */
interface Succession {
  readonly key: number;
  readonly image: number | null;
  readonly size: number | null;
  readonly before: number | null;
  readonly before_image: number | null;
  readonly before_size: number | null;
  /** How many tags there are before it, up to `tagsLookedAt`. */
  readonly earlier: number;
}

/** See `UsageStore.addedSizesOf`. Two statements for 500 tags. */
export async function measureAdded(
  db: Kysely<Tables>,
  tagKeys: readonly number[],
): Promise<Map<number, number | null>> {
  const added = new Map<number, number | null>();
  for (const some of chunk(tagKeys)) {
    const pairs = new Map<string, ImagePair>();
    const unknown = new Map<string, number[]>();
    for (const row of await listSuccessions(db, some)) {
      const own = row.image === null ? null : row.size;
      added.set(row.key, own);
      if (own === null || row.image === null) continue;
      if (row.before === null) {
        if (row.earlier >= tagsLookedAt) added.set(row.key, null);
        continue;
      }
      if (row.before_image === row.image) added.set(row.key, 0);
      else if (row.before_image === null || row.before_size === null) added.set(row.key, null);
      else {
        const name = `${row.image} ${row.before_image}`;
        pairs.set(name, { image: row.image, before: row.before_image, size: own });
        unknown.set(name, [...(unknown.get(name) ?? []), row.key]);
      }
    }
    const sizes = await measurePairs(db, [...pairs.values()]);
    for (const [at, keys] of [...unknown.values()].entries()) for (const key of keys) added.set(key, sizes[at]!);
  }
  return added;
}

/** An index gives the tags of a repository by their times, from the one before on. */
async function listSuccessions(db: Kysely<Tables>, tagKeys: readonly number[]): Promise<Succession[]> {
  const { listOf, join, reached } = dialectOf(db);
  const earlier = sql`from ${reached('tag', 'other')} where other.repository_id = own.repository_id
    and other.updated_at < own.updated_at
    order by other.updated_at desc, other.sort_key desc, other.name desc limit ${sql.lit(tagsLookedAt)}`;
  const { rows } = await sql<Succession>`
    select own.id as key, own.image_id as image, image.size, before.id as before, before.image_id as before_image,
        held.size as before_size,
        case when before.id is null then (select count(*) from (select other.id ${earlier}) as looked) else 0 end
          as earlier
      from ${listOf(tagKeys)} as wanted ${join} ${reached('tag', 'own')} on own.id = wanted.value
      left join ${reached('tag', 'before')} on before.id = (select looked.id from
        (select other.id, other.is_hidden, other.updated_at, other.sort_key, other.name ${earlier}) as looked
        where looked.is_hidden = 0 order by looked.updated_at desc, looked.sort_key desc, looked.name desc limit 1)
      left join ${reached('image')} on image.id = own.image_id
      left join ${reached('image', 'held')} on held.id = before.image_id`.execute(db);
  return rows;
}

/** Two images, of which the first has so many bytes. */
interface ImagePair {
  readonly image: number;
  readonly before: number;
  readonly size: number;
}

/** Of each pair, in their order: the bytes of the blobs that the first has and the other has not. */
async function measurePairs(db: Kysely<Tables>, pairs: readonly ImagePair[]): Promise<number[]> {
  if (pairs.length === 0) return [];
  const { listOf, tableOf, join, sumOf } = dialectOf(db);
  const images = [...new Set(pairs.flatMap(({ image, before }) => [image, before]))];
  const sides = tableOf(
    pairs.flatMap(({ image, before }, at) => [
      [at, image, 0],
      [at, before, 1],
    ]),
  );
  const { rows } = await sql<{ at: number; size: number }>`
    with recursive below(root, image_id, depth) as (
      select value, value, 0 from ${listOf(images)} as wanted
      union
      select root, child_id, depth + 1 from below ${join} image_entry on index_id = image_id
        where child_id is not null and attestation = 0 and depth < ${maxIndexDepth}
    )
    select at, ${sumOf(sql`size`)} as size from (
      select side.at, image_blob.blob_id, max(image_blob.size) as size
        from (select cast(value ->> 0 as bigint) as at, cast(value ->> 1 as bigint) as root,
            cast(value ->> 2 as bigint) as is_before from ${sides} as listed) as side
          join below on below.root = side.root ${join} image_blob on image_blob.image_id = below.image_id
        group by side.at, image_blob.blob_id having max(side.is_before) = 0) as added
      group by at`.execute(db);
  const sizes = new Map(rows.map(({ at, size }) => [at, size]));
  // Images may say other sizes of a digest that they list twice: no image has more than all of it.
  return pairs.map(({ size }, at) => Math.min(sizes.get(at) ?? 0, size));
}
