import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import type { Tables } from '../database/database.js';
import { dialectOf } from '../dialect/dialects.js';
import { chunk } from '../sql/rows.js';

export interface UniqueSize {
  readonly key: number;
  readonly registryId: string;
  /** Bytes of the blobs that no other repository of the registry uses. */
  readonly size: number;
  /** That the repository holds. */
  readonly images: number;
}

/** Of each of these repositories that is there. */
export async function measureUnique(db: Kysely<Tables>, repositoryKeys: readonly number[]): Promise<UniqueSize[]> {
  const { listOf, join, sumOf } = dialectOf(db);
  const measured: UniqueSize[] = [];
  for (const some of chunk(repositoryKeys)) {
    const { rows } = await sql<{ key: number; registry_id: string; size: number | null; images: number }>`
      select repository.id as key, repository.registry_id, (select ${sumOf(sql`size`)} as size from (
        select blob_id, max(size) as size from repository_image join image_blob using (image_id)
          where repository_id = repository.id and is_foreign = 0 group by blob_id
      ) own where not exists (
        select 1 from image_blob join repository_image using (image_id) join repository as other
        on other.id = repository_id
          where image_blob.blob_id = own.blob_id and repository_id <> repository.id
          and other.registry_id = repository.registry_id
      )) as size, (select count(*) from repository_image where repository_id = repository.id) as images
      from ${listOf(some)} as wanted ${join} repository
      on repository.id = wanted.value`.execute(db);
    for (const { key, registry_id, size, images } of rows)
      measured.push({ key, registryId: registry_id, size: size ?? 0, images });
  }
  return measured;
}

/**
 * Bytes of the blobs that nothing in the registry uses once these images of the repository are gone. Of each blob only
 * the images that stay are looked at, so that it costs what goes, not what the registry holds.
 */
export async function measureReclaimable(
  db: Kysely<Tables>,
  repositoryKey: number,
  imageKeys: readonly number[],
): Promise<number> {
  const { listOf, join, sumOf } = dialectOf(db);
  const registry = sql`(select registry_id from repository where id = ${repositoryKey})`;
  const { rows } = await sql<{ size: number | null }>`
    with going as materialized (select value as image_id from ${listOf(imageKeys)} as listed),
    elsewhere as materialized (
      select image_id from going where exists (
        select 1 from repository_image ${join} repository on repository.id = repository_id
          where repository_image.image_id = going.image_id and repository_id <> ${repositoryKey}
          and registry_id = ${registry})
    )
    select ${sumOf(sql`size`)} as size from (
      select blob_id, max(size) as size from going ${join} image_blob using (image_id) where is_foreign = 0
      group by blob_id
    ) own where not exists (
      select 1 from image_blob where image_blob.blob_id = own.blob_id and image_id in (select image_id from elsewhere)
    ) and not exists (
      select 1 from image_blob where image_blob.blob_id = own.blob_id and image_id not in (select image_id from going)
        and exists (select 1 from repository_image ${join} repository on repository.id = repository_id
          where repository_image.image_id = image_blob.image_id and registry_id = ${registry})
    )`.execute(db);
  return rows[0]?.size ?? 0;
}

/** Blobs that one statement weighs: some milliseconds, in which nothing else runs. */
const blobsPerStep = 5000;

/**
 * Bytes of each distinct blob of a registry once. From the image to its repositories: the other way round, each image
 * would be looked for in each repository of the registry.
 */
export async function measureRegistry(db: Kysely<Tables>, registryId: string): Promise<number> {
  const { join, sumOf } = dialectOf(db);
  let total = 0;
  for (let start = 0; ; start += blobsPerStep) {
    const end = start + blobsPerStep;
    // Each image of the step is looked for once, not once for each of its blobs.
    const { rows } = await sql<{ size: number | null; more: number | boolean }>`
      with held(image_id) as materialized (
        select image_id from (select distinct image_id from image_blob where blob_id >= ${start}
        and blob_id < ${end}) used
          where exists (select 1 from repository_image ${join} repository on repository.id = repository_id
            where repository_image.image_id = used.image_id and registry_id = ${registryId})
      )
      select ${sumOf(sql`size`)} as size, exists(select 1 from blob where id >= ${end}) as more from (
        select blob_id, max(size) as size from image_blob
          where blob_id >= ${start} and blob_id < ${end} and is_foreign = 0
          and image_id in (select image_id from held)
          group by blob_id) own`.execute(db);
    total = Math.min(total + (rows[0]?.size ?? 0), Number.MAX_SAFE_INTEGER);
    if (!rows[0]?.more) return total;
    await nextTurn();
  }
}
