import { type Kysely, sql } from 'kysely';
import type { Tables } from './database.js';
import { chunk } from './rows.js';

/** Deeper nesting of indexes than this is not followed. */
const maxDepth = 4;

/** Sums over the index, in bytes, each distinct blob once. What has not been read yet is not counted. */
export interface SizeIndex {
  /** Everything the tags reach, attestations included, foreign layers not: what the registry stores for the repository. */
  ofRepositories(repositoryKeys: readonly number[]): Promise<Map<number, number>>;
  /** An image's config and layers; of an index, those of its platforms (attestations are not what anyone pulls to run). */
  ofImages(imageKeys: readonly number[]): Promise<Map<number, number>>;
  /** The keys of the images the tags reach, attestations left out: tags in name order, children after their index. */
  imagesOf(repositoryKeys: readonly number[]): Promise<Map<number, number[]>>;
}

export function createSizeIndex(db: Kysely<Tables>): SizeIndex {
  return {
    async ofRepositories(repositoryKeys) {
      const sizes = new Map<number, number>(repositoryKeys.map((key) => [key, 0]));
      for (const some of chunk(repositoryKeys)) {
        const { rows } = await sql<{ root: number; size: number }>`
          with recursive reach(root, image_id, depth) as (
            select distinct repository_id, image_id, 0 from tag where image_id is not null and repository_id in (${sql.join(some)})
            union
            select root, child_id, depth + 1 from reach join image_entry on index_id = image_id where child_id is not null and depth < ${maxDepth}
          )
          select root, sum(size) as size from (
            select root, blob_id, max(size) as size from reach join image_blob using (image_id) where is_foreign = 0 group by root, blob_id
          ) group by root`.execute(db);
        for (const row of rows) sizes.set(row.root, row.size);
      }
      return sizes;
    },
    async ofImages(imageKeys) {
      const sizes = new Map<number, number>(imageKeys.map((key) => [key, 0]));
      for (const some of chunk(imageKeys)) {
        const { rows } = await sql<{ root: number; size: number }>`
          with recursive reach(root, image_id, depth) as (
            select id, id, 0 from image where id in (${sql.join(some)})
            union
            select root, child_id, depth + 1 from reach join image_entry on index_id = image_id
              where child_id is not null and attestation = 0 and depth < ${maxDepth}
          )
          select root, sum(size) as size from (
            select root, blob_id, max(size) as size from reach join image_blob using (image_id) group by root, blob_id
          ) group by root`.execute(db);
        for (const row of rows) sizes.set(row.root, row.size);
      }
      return sizes;
    },
    async imagesOf(repositoryKeys) {
      const images = new Map<number, Set<number>>(repositoryKeys.map((key) => [key, new Set()]));
      for (const some of chunk(repositoryKeys)) {
        const { rows } = await sql<{ root: number; image_id: number }>`
          with recursive reach(root, image_id, place, depth) as (
            select repository_id, image_id, name, 0 from tag where image_id is not null and repository_id in (${sql.join(some)})
            union
            select root, child_id, place || ' ' || printf('%05d', position), depth + 1 from reach join image_entry on index_id = image_id
              where child_id is not null and attestation = 0 and depth < ${maxDepth}
          )
          select root, image_id from reach order by root, place`.execute(db);
        for (const row of rows) images.get(row.root)?.add(row.image_id);
      }
      return new Map([...images].map(([root, keys]) => [root, [...keys]]));
    },
  };
}
