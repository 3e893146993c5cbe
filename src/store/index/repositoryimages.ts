import { type Kysely, sql } from 'kysely';
import { maxIndexDepth } from '../../domain/image.js';
import type { Tables } from '../database/database.js';
import { chunk } from '../sql/rows.js';

/**
 * The keys of the images that the tags of each repository reach, attestations left out, each once: tags in name order,
 * children after the first index that holds them. Two statements for all repositories. SQL does not tell the places of
 * an image apart: an index may stand in many others, and each of them in many more.
 */
export async function listImages(
  db: Kysely<Tables>,
  repositoryKeys: readonly number[],
): Promise<Map<number, number[]>> {
  const images = new Map<number, number[]>();
  for (const some of chunk(repositoryKeys)) {
    const { rows: tagged } = await sql<{ root: number; image_id: number }>`
      select repository_id as root, image_id from tag
        where image_id is not null and repository_id in (${sql.join(some)})
        group by repository_id, image_id order by min(name)`.execute(db);
    const { rows: edges } = await sql<IndexChildRow>`
      with recursive reach(root, image_id, depth) as (
        select distinct repository_id, image_id, 0 from tag
          where image_id is not null and repository_id in (${sql.join(some)})
        union
        select root, child_id, depth + 1 from reach cross join image_entry on index_id = image_id
          where child_id is not null and attestation = 0 and depth < ${maxIndexDepth}
      )
      select root, index_id, child_id from (select distinct root, image_id from reach where depth < ${maxIndexDepth})
        join image_entry on index_id = image_id where child_id is not null and attestation = 0
        group by root, index_id, child_id order by min(position)`.execute(db);
    const roots = Map.groupBy(tagged, (row) => row.root);
    const edgesOf = Map.groupBy(edges, (row) => row.root);
    for (const key of some) {
      const children = Map.groupBy(edgesOf.get(key) ?? [], (edge) => edge.index_id);
      images.set(key, walk(roots.get(key)?.map((row) => row.image_id) ?? [], children));
    }
  }
  return images;
}

interface IndexChildRow {
  readonly root: number;
  readonly index_id: number;
  readonly child_id: number;
}

/** Depth first, each image once. */
function walk(roots: readonly number[], children: ReadonlyMap<number, readonly IndexChildRow[]>): number[] {
  const found = new Set<number>();
  const waiting = roots.toReversed();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    for (const { child_id } of children.get(next)?.toReversed() ?? []) if (!found.has(child_id)) waiting.push(child_id);
  }
  return [...found];
}
