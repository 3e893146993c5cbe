import { type Kysely, sql } from 'kysely';
import type { Digest } from '../../domain/digest.js';
import type { ImageKind } from '../../domain/image.js';
import { stackOf } from '../../domain/lineage.js';
import type { Database, Tables } from '../database/database.js';
import { dialectOf } from '../dialect/dialects.js';
import { unlimited } from '../sql/rows.js';
import type { PruneStep } from './sweeping.js';

/** How much one step takes. */
export interface StackStep {
  readonly images: number;
  /** Unless one image alone has more. */
  readonly layers: number;
}

/** Some milliseconds. */
const usualStep: StackStep = { images: 100, layers: 2000 };

/**
 * Works out the stacks of images that a gateway without them has saved, in steps between which other work goes on: all
 * of them after an upgrade, and afterwards none. Where gateways of both kinds run, those that have come meanwhile.
 */
export async function* fillStacks({ write }: Pick<Database, 'write'>, step = usualStep): AsyncGenerator<PruneStep> {
  for (let filled = 1; filled > 0;) {
    filled = await write(null, async (db, note) => {
      const images = await fillSome(db, step);
      if (images > 0) note('visible');
      return images;
    });
    yield { table: 'image', removed: 0 };
  }
}

interface Unstacked {
  readonly id: number;
  readonly kind: ImageKind;
  readonly size: number | null;
}

/** Gives how many images it has filled. Those that another transaction is about to refer to, or removes, come later. */
async function fillSome(db: Kysely<Tables>, step: StackStep): Promise<number> {
  const { engine, tableOf } = dialectOf(db);
  const free = engine === 'sqlite' ? sql`` : sql`for no key update skip locked`;
  const { rows: images } = await sql<Unstacked>`select id, kind, size from image where stack is null
    limit ${step.images} ${free}`.execute(db);
  if (images.length === 0) return 0;
  const { read, isWhole } = await readLayers(
    db,
    images.map(({ id }) => id),
    step.layers,
  );
  const stacks = images
    .filter(({ id }) => isWhole(id))
    .map(({ id, kind, size }) => {
      const layers = read.get(id) ?? [];
      return { id, layers, ...stackOf({ kind, layers }, size) };
    });
  const below = stacks.flatMap(({ id, layers, below: texts }) =>
    texts.flatMap((text, at) => (text === null ? [] : [[id, layers[at]!.position, text]])),
  );
  if (below.length > 0)
    await sql`update image_blob set stack = filled.value ->> 2 from ${tableOf(below)} as filled
      where image_blob.image_id = cast(filled.value ->> 0 as bigint)
        and image_blob.position = cast(filled.value ->> 1 as bigint)`.execute(db);
  await sql`update image set stack = filled.value ->> 1
    from ${tableOf(stacks.map(({ id, whole }) => [id, whole]))} as filled
    where image.id = cast(filled.value ->> 0 as bigint)`.execute(db);
  return stacks.length;
}

interface StackedLayer {
  readonly image_id: number;
  readonly position: number;
  readonly digest: Digest;
}

interface LayersRead {
  readonly read: ReadonlyMap<number, readonly StackedLayer[]>;
  /** Whether all layers of an image were read. */
  readonly isWhole: (image: number) => boolean;
}

/** The layers of as many of the images as one step takes: one of them at the least. */
async function readLayers(db: Kysely<Tables>, images: readonly number[], most: number): Promise<LayersRead> {
  const { listOf, join } = dialectOf(db);
  const { rows } = await sql<StackedLayer>`select image_blob.image_id, image_blob.position, blob.digest
    from ${listOf(images)} as wanted ${join} image_blob on image_blob.image_id = wanted.value
      ${join} blob on blob.id = image_blob.blob_id
    where image_blob.position > 0 order by image_blob.image_id, image_blob.position limit ${most}`.execute(db);
  const read = Map.groupBy(rows, (layer) => layer.image_id);
  if (rows.length < most) return { read, isWhole: (image) => images.includes(image) };
  const cut = rows.at(-1)!.image_id;
  if (read.size === 1) return readLayers(db, [cut], unlimited);
  return { read, isWhole: (image) => image < cut };
}
