import { type Kysely, type RawBuilder, sql, type SqlBool } from 'kysely';
import type { Tables } from '../database/database.js';
import { dialectOf } from '../dialect/dialects.js';
import { chunk } from '../sql/rows.js';

/** The image that another one is built on, by its layers. */
export interface LayerBase {
  readonly imageKey: number;
  /** How many layers of the other it has: all of its own. */
  readonly layerCount: number;
}

/** A page of the images that are built on another. */
export interface DerivedPage {
  /** Those that the gateway came to know last first. */
  readonly imageKeys: readonly number[];
  readonly hasNextPage: boolean;
}

/** Tells by their layers which images are built on which. By images' keys; only what a repository holds counts. */
export interface LineageStore {
  /** Of each image that is built on known ones: that with the most layers, and of several such the first known. */
  findBases(imageKeys: readonly number[]): Promise<Map<number, LayerBase>>;
  /** The images that have all layers of each, in their order, and more above; behind `after` where it is given. */
  listDerived(imageKeys: readonly number[], first: number, after: number | null): Promise<Map<number, DerivedPage>>;
  /** How many those are, of each that has any. */
  countDerived(imageKeys: readonly number[]): Promise<Map<number, number>>;
}

/** Reads beside the gateway: 100,000 images may be built on one, of which a viewer sees a few. */
export function createLineageStore(scanner: Kysely<Tables>): LineageStore {
  return {
    findBases: (imageKeys) => findBases(scanner, imageKeys),
    listDerived: (imageKeys, first, after) => listDerived(scanner, imageKeys, first, after),
    countDerived: (imageKeys) => countDerived(scanner, imageKeys),
  };
}

/** An image that is there for an attestation alone is none that anyone runs. */
function isHeld(image: RawBuilder<unknown>): RawBuilder<SqlBool> {
  return sql<SqlBool>`exists (select 1 from repository_image as holder
    where holder.image_id = ${image} and holder.attestation = 0)`;
}

/** From the layers on top down, each is one look at the index of stacks. */
async function findBases(db: Kysely<Tables>, imageKeys: readonly number[]): Promise<Map<number, LayerBase>> {
  const { listOf, join, pick, reached } = dialectOf(db);
  const bases = new Map<number, LayerBase>();
  const own = reached('image_blob', 'layer');
  for (const some of chunk(imageKeys)) {
    const best = sql`select candidate.id from ${own}
        ${join} ${reached('image', 'candidate')} on candidate.stack = layer.stack
      where layer.image_id = wanted.value and layer.stack is not null and ${isHeld(sql`candidate.id`)}
      order by layer.position desc, candidate.id limit 1`;
    const { rows } = await sql<{ root: number; base: number; layers: number }>`
      select wanted.value as root, base.id as base, layer.position as layers
        from ${listOf(some)} as wanted ${pick(reached('image', 'base'), sql`base.id`, best)}
        ${join} ${own} on layer.image_id = wanted.value and layer.stack = base.stack`.execute(db);
    for (const { root, base, layers } of rows) bases.set(root, { imageKey: base, layerCount: layers });
  }
  return bases;
}

/**
 * The images built on that whose stack is `root.stack`. An image without layers has an empty one, which no layer
 * has. A viewer with grants sees an image by who holds it: its layers are not looked at again.
 */
const isBuiltOn = sql<SqlBool>`layer.stack = root.stack and ${isHeld(sql`layer.image_id`)}`;

async function listDerived(
  db: Kysely<Tables>,
  imageKeys: readonly number[],
  first: number,
  after: number | null,
): Promise<Map<number, DerivedPage>> {
  const { listOf, join, pick, reached } = dialectOf(db);
  const pages = new Map<number, DerivedPage>();
  const isBehind = after === null ? sql<SqlBool>`true` : sql<SqlBool>`layer.image_id < ${after}`;
  const next = sql`select layer.image_id from ${reached('image_blob', 'layer')} where ${isBuiltOn} and ${isBehind}
    order by layer.image_id desc limit ${first + 1}`;
  for (const some of chunk(imageKeys)) {
    const { rows } = await sql<{ root: number; derived: number }>`
      select wanted.value as root, derived.id as derived
        from ${listOf(some)} as wanted ${join} ${reached('image', 'root')} on root.id = wanted.value
        ${pick(reached('image', 'derived'), sql`derived.id`, next)}
        order by derived.id desc`.execute(db);
    const found = Map.groupBy(rows, ({ root }) => root);
    for (const key of some) {
      const keys = (found.get(key) ?? []).map(({ derived }) => derived);
      pages.set(key, { imageKeys: keys.slice(0, first), hasNextPage: keys.length > first });
    }
  }
  return pages;
}

async function countDerived(db: Kysely<Tables>, imageKeys: readonly number[]): Promise<Map<number, number>> {
  const { listOf, join, reached } = dialectOf(db);
  const counts = new Map<number, number>();
  for (const some of chunk(imageKeys)) {
    const { rows } = await sql<{ root: number; total: number }>`select root.id as root,
        (select count(*) from ${reached('image_blob', 'layer')} where ${isBuiltOn}) as total
      from ${listOf(some)} as wanted ${join} ${reached('image', 'root')} on root.id = wanted.value`.execute(db);
    for (const { root, total } of rows) counts.set(root, total);
  }
  return counts;
}
