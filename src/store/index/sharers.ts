import { type Kysely, sql } from 'kysely';
import type { Tables } from '../database/database.js';
import { dialectOf } from '../dialect/dialects.js';

export interface SharingLimits {
  /** Images of one change that are looked at. */
  readonly images: number;
  /** Blobs of one change that are looked for in other repositories. */
  readonly changed: number;
  /** Places of a blob that are looked at: images, in each repository that holds them. */
  readonly places: number;
  /** Of the repository's other images, the latest, that are looked at. */
  readonly others: number;
}

export const sharingLimits: SharingLimits = { images: 1000, changed: 1000, places: 1000, others: 200 };

export interface ImageHolder {
  readonly registryId: string;
  readonly repositoryKey: number;
}

/** Keys of the images that came to be in a repository, and of those that no longer are. */
export interface ImageChange {
  readonly gained: readonly number[];
  readonly lost: readonly number[];
}

/**
 * The repositories of the registry that share a blob with this one alone, which came with its change, or that are left
 * alone with one which went. There may be others among them; null: it can be any of the registry, as more would have
 * to be looked at than is worth it.
 */
export async function findSharers(
  db: Kysely<Tables>,
  holder: ImageHolder,
  images: ImageChange,
  limits: SharingLimits = sharingLimits,
): Promise<Set<number> | null> {
  if (images.gained.length + images.lost.length > limits.images) return null;
  const changed = [...images.gained, ...images.lost];
  const blobs = await listChangedBlobs(db, holder, images, limits);
  if (blobs.length > limits.changed) return null;
  const sharers = new Set<number>();
  for (const blob of blobs) {
    const { places, isHeld, first, last } = await lookAtPlaces(db, holder, blob, changed, limits.places);
    // It had the blob before and has it still, or the blob has several other holders before and after.
    if (isHeld || (first !== null && first !== last)) continue;
    if (first !== null) sharers.add(first);
    else if (places >= limits.places) return null;
  }
  return sharers;
}

/** Keys of the blobs that are only in images that came, or only in images that went, but for those it surely has. */
async function listChangedBlobs(
  db: Kysely<Tables>,
  { repositoryKey }: ImageHolder,
  { gained, lost }: ImageChange,
  { changed, others }: SharingLimits,
): Promise<number[]> {
  const { among } = dialectOf(db);
  const imageId = sql`image_id`;
  const { rows } = await sql<{ blob_id: number }>`select blob_id from (
      select distinct blob_id, 1 as is_gained from image_blob where ${among(imageId, gained)}
      union all select distinct blob_id, 0 from image_blob where ${among(imageId, lost)}) as changed
    where blob_id not in (select blob_id from image_blob where image_id in (
      select image_id from repository_image where repository_id = ${repositoryKey}
        and not ${among(imageId, gained)} order by image_id desc limit ${others}))
    group by blob_id having count(*) = 1 limit ${changed + 1}`.execute(db);
  return rows.map((row) => row.blob_id);
}

/** The places of a blob that were looked at. */
interface BlobPlaces {
  /** How many those are, in any registry. */
  readonly places: number;
  /** The repository has it in an image that was there before and still is. */
  readonly isHeld: boolean;
  /** The other repositories of the registry that have it: the least and the greatest key; null: there are none. */
  readonly first: number | null;
  readonly last: number | null;
}

async function lookAtPlaces(
  db: Kysely<Tables>,
  { registryId, repositoryKey }: ImageHolder,
  blob: number,
  changed: readonly number[],
  limit: number,
): Promise<BlobPlaces> {
  const { among, join } = dialectOf(db);
  const isOther = sql`repository.registry_id = ${registryId} and place.repository_id <> ${repositoryKey}`;
  const isChanged = among(sql`place.image_id`, changed);
  const { rows } = await sql<{ places: number; held: number; first: number | null; last: number | null }>`
    select count(*) as places,
      count(case when place.repository_id = ${repositoryKey} and not ${isChanged} then 1 end) as held,
      min(case when ${isOther} then place.repository_id end) as first,
      max(case when ${isOther} then place.repository_id end) as last
      from (select repository_image.repository_id, repository_image.image_id from image_blob
        ${join} repository_image on repository_image.image_id = image_blob.image_id
        where image_blob.blob_id = ${blob} limit ${limit}) as place
      join repository on repository.id = place.repository_id`.execute(db);
  const { places, held, first, last } = rows[0]!;
  return { places, isHeld: held > 0, first, last };
}
