import { type Kysely, sql, type SqlBool } from 'kysely';
import type { Digest } from '../../domain/digest.js';
import type { Tables } from '../database/database.js';
import { dialectOf } from '../dialect/dialects.js';
import { chunk } from '../sql/rows.js';

/** Which repositories hold which images. */
export interface Holders {
  /** The keys of the repositories that hold each image, up to `limit` of each registry. */
  holdersOf(imageKeys: readonly number[], limit: number): Promise<Map<number, number[]>>;
  /** Those of these images that any repository holds. */
  findHeld(imageKeys: readonly number[]): Promise<Set<number>>;
  /** Those of these digests that the repository holds. */
  findHeldIn(repositoryKey: number, digests: readonly Digest[]): Promise<Set<Digest>>;
}

export function createHolders(db: Kysely<Tables>): Holders {
  const { listOf, among } = dialectOf(db);
  return {
    holdersOf: (imageKeys, limit) => holdersOf(db, imageKeys, limit),
    async findHeld(imageKeys) {
      const held = new Set<number>();
      for (const some of chunk(imageKeys)) {
        const { rows } = await sql<{ key: number }>`select value as key from ${listOf(some)} as wanted
          where exists (select 1 from repository_image where image_id = value)`.execute(db);
        for (const { key } of rows) held.add(key);
      }
      return held;
    },
    async findHeldIn(repositoryKey, digests) {
      const held = new Set<Digest>();
      for (const some of chunk(digests)) {
        const query = db
          .selectFrom('image')
          .select('digest')
          .where(among(sql`digest`, some));
        const isHere = sql<SqlBool>`exists (select 1 from repository_image where repository_id = ${repositoryKey}
        and image_id = image.id)`;
        for (const { digest } of await query.where(isHere).execute()) held.add(digest);
      }
      return held;
    },
  };
}

/** An image may be in each of ten thousand repositories: of each registry a few are enough to ask it. */
async function holdersOf(
  db: Kysely<Tables>,
  imageKeys: readonly number[],
  limit: number,
): Promise<Map<number, number[]>> {
  const { listOf, join } = dialectOf(db);
  const holders = new Map<number, number[]>();
  for (const some of chunk(imageKeys)) {
    const { rows } = await sql<{ image: number; repository: number }>`
      select image, repository from (
        select image_id as image, repository_id as repository,
            row_number() over (partition by image_id, registry_id order by repository_id) as rank
          from ${listOf(some)} as wanted
            ${join} repository_image on repository_image.image_id = wanted.value
            ${join} repository on repository.id = repository_image.repository_id)
        as held where rank <= ${limit} order by repository`.execute(db);
    for (const [image, found] of Map.groupBy(rows, (row) => row.image))
      holders.set(
        image,
        found.map((row) => row.repository),
      );
  }
  return holders;
}
