import { type Kysely, sql } from 'kysely';
import { maxIndexDepth } from '../../domain/image.js';
import type { Tables } from '../database/database.js';
import { dialectOf } from '../dialect/dialects.js';
import { chunk } from '../sql/rows.js';

/** The tags of a repository behind one of this name; of "" all. */
export interface TagsBehind {
  readonly repositoryKey: number;
  readonly after: string;
}

export interface ImagesOnTags {
  /**
   * Attestations left out, each once: tags in name order, children after the first index that holds them. What other
   * tags have may be among them again.
   */
  readonly imageKeys: readonly number[];
  /** The tag behind which there may be more; null: there are none. */
  readonly next: string | null;
}

/** Tags of a repository that are looked at together. */
const tagsAtATime = 500;

/**
 * The keys of the images that the next tags of each place reach. Two statements for all places. SQL does not tell the
 * places of an image apart: an index may stand in many others, and each of them in many more.
 */
export async function listImages(db: Kysely<Tables>, places: readonly TagsBehind[]): Promise<ImagesOnTags[]> {
  const found: ImagesOnTags[] = [];
  for (const some of chunk(places)) {
    const tags = Map.groupBy(await selectTagged(db, some), (row) => row.place);
    const roots = some.map((_place, at) => tags.get(at)?.flatMap(({ image_id }) => image_id ?? []) ?? []);
    const edges = Map.groupBy(await selectEdges(db, roots), (row) => row.place);
    for (const [at, images] of roots.entries()) {
      const children = Map.groupBy(edges.get(at) ?? [], (edge) => edge.index_id);
      const read = tags.get(at) ?? [];
      const next = read.length < tagsAtATime ? null : read.at(-1)!.name;
      found.push({ imageKeys: walk(images, children), next });
    }
  }
  return found;
}

interface TaggedImage {
  readonly place: number;
  readonly name: string;
  readonly image_id: number | null;
}

async function selectTagged(db: Kysely<Tables>, places: readonly TagsBehind[]): Promise<TaggedImage[]> {
  const { tableOf, pick } = dialectOf(db);
  const wanted = tableOf(places.map(({ repositoryKey, after }) => [repositoryKey, after]));
  const next = sql`select other.id from tag as other where other.repository_id = cast(wanted.value ->> 0 as bigint)
    and other.name > (wanted.value ->> 1) order by other.name limit ${tagsAtATime}`;
  const { rows } = await sql<TaggedImage>`
    select wanted.key as place, tag.name, tag.image_id
      from ${wanted} as wanted ${pick(sql`tag`, sql`tag.id`, next)}
    order by place, tag.name`.execute(db);
  return rows;
}

interface ImageEdge {
  readonly place: number;
  readonly index_id: number;
  readonly child_id: number;
}

/** The children of the indexes that the images of each place reach. */
async function selectEdges(db: Kysely<Tables>, roots: readonly (readonly number[])[]): Promise<ImageEdge[]> {
  const { tableOf, join } = dialectOf(db);
  const pairs = tableOf(roots.flatMap((images, at) => [...new Set(images)].map((image) => [at, image])));
  const { rows } = await sql<ImageEdge>`
    with recursive reach(place, image_id, depth) as (
      select cast(value ->> 0 as bigint), cast(value ->> 1 as bigint), 0 from ${pairs} as root
      union
      select place, child_id, depth + 1 from reach ${join} image_entry on index_id = image_id
        where child_id is not null and attestation = 0 and depth < ${maxIndexDepth}
    )
    select place, index_id, child_id
      from (select distinct place, image_id from reach where depth < ${maxIndexDepth}) as reached
      join image_entry on index_id = image_id where child_id is not null and attestation = 0
      group by place, index_id, child_id order by min(position)`.execute(db);
  return rows;
}

/** Depth first, each image once. */
function walk(roots: readonly number[], children: ReadonlyMap<number, readonly ImageEdge[]>): number[] {
  const found = new Set<number>();
  const waiting = roots.toReversed();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    for (const { child_id } of children.get(next)?.toReversed() ?? []) if (!found.has(child_id)) waiting.push(child_id);
  }
  return [...found];
}
