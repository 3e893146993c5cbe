import type { Repository } from '../../domain/catalogue.js';
import { batch } from '../../domain/batch.js';
import { maxIndexDepth } from '../../domain/image.js';
import type { InventoryEntry, InventoryLayer, InventoryTag } from '../../store/queries/inventory.js';
import {
  type FirstRows,
  type AwaitTurn,
  type Pages,
  pagesAfter,
  pagesOf,
  readBeginnings,
  rowsPerStatement,
} from './batches.js';
import { createDescriber, type LayerInImage } from './images.js';
import type { CatalogueParts } from '../parts.js';
import { createKeySet, type KeySet } from './shownkeys.js';

/** Bytes of history that one statement reads: an image has up to a megabyte of it, most have some kilobytes. */
const historyPerStatement = 1024 * 1024;

/** Distinct layers of one repository. */
export interface LayersFound {
  /** The repository's place among those that are walked. */
  readonly at: number;
  readonly layers: readonly LayerInImage[];
}

/** The walk through one repository: the images and blobs that it has met. */
interface LayerWalk {
  readonly at: number;
  readonly images: KeySet;
  readonly blobs: KeySet;
}

/** An image of a repository, not yet walked. */
interface ImageToWalk {
  readonly walk: LayerWalk;
  readonly imageKey: number | null;
  readonly isIndex: boolean;
}

/** An image of a repository, met for the first time. */
interface ImageMet {
  readonly walk: LayerWalk;
  readonly imageKey: number;
}

/** Parts of the catalogue that it uses. */
export type LayerParts = Pick<CatalogueParts, 'images' | 'inventory'>;

type Tagged = FirstRows<Repository, InventoryTag>;
type Layered = FirstRows<ImageMet, InventoryLayer>;
type LayersInOrder = AsyncGenerator<LayersFound, void, undefined>;

/**
 * Each distinct layer of each repository, as the first image that has it describes it: repository by repository, tag by
 * tag, an index before its children. Neighbours share statements, whichever repository they are of.
 */
export async function* walkLayers(parts: LayerParts, repositories: readonly Tagged[], pace: AwaitTurn): LayersInOrder {
  for await (const places of listTagged(parts, repositories, pace)) {
    for await (const steps of walkImages(parts, places, pace, 0)) yield* describeImages(parts, steps, pace);
  }
}

/** Those of all tags, in as few parts as there are statements that read them. */
async function* listTagged(
  { inventory }: LayerParts,
  repositories: readonly Tagged[],
  pace: AwaitTurn,
): Pages<ImageToWalk> {
  let places: ImageToWalk[] = [];
  for (const [at, { parent, first }] of repositories.entries()) {
    const walk: LayerWalk = { at, images: createKeySet(), blobs: createKeySet() };
    for (const place of toImages(walk, first)) places.push(place);
    for await (const page of pagesAfter(inventory.tags, parent.key, first, pace)) {
      yield places;
      places = toImages(walk, page);
    }
  }
  yield places;
}

function toImages(walk: LayerWalk, rows: readonly (InventoryTag | InventoryEntry)[]): ImageToWalk[] {
  return rows.map(({ imageKey, isIndex }) => ({ walk, imageKey, isIndex }));
}

/** Each image once, an index before its children, which come before what stands behind it. */
async function* walkImages(
  parts: LayerParts,
  places: readonly ImageToWalk[],
  pace: AwaitTurn,
  depth: number,
): Pages<ImageMet> {
  const { entries } = parts.inventory;
  let steps: ImageMet[] = [];
  let ahead = new Map<number, readonly InventoryEntry[]>();
  for (const [at, { walk, imageKey, isIndex }] of places.entries()) {
    if (imageKey === null || !walk.images.add(imageKey)) continue;
    steps.push({ walk, imageKey });
    if (!isIndex || depth >= maxIndexDepth) continue;
    if (!ahead.has(imageKey)) {
      await pace();
      ahead = await entries.first([imageKey, ...listIndexes(places.slice(at + 1), imageKey)], rowsPerStatement);
    }
    for await (const page of pagesOf(entries, imageKey, ahead.get(imageKey)!, pace)) {
      for await (const more of walkImages(parts, toImages(walk, page), pace, depth + 1)) {
        for (const step of more) steps.push(step);
        if (steps.length < rowsPerStatement) continue;
        yield steps;
        steps = [];
      }
    }
  }
  if (steps.length > 0) yield steps;
}

/** Indexes that will be walked next, each once, without the one that is. */
function listIndexes(places: readonly ImageToWalk[], current: number): number[] {
  const keys = new Set<number>();
  for (const { walk, imageKey, isIndex } of places) {
    if (isIndex && imageKey !== null && imageKey !== current && !walk.images.has(imageKey)) keys.add(imageKey);
  }
  return [...keys].slice(0, rowsPerStatement);
}

async function* describeImages(parts: LayerParts, steps: readonly ImageMet[], pace: AwaitTurn): LayersInOrder {
  const { inventory } = parts;
  for await (const some of readBeginnings(inventory.layers, steps, ({ imageKey }) => imageKey, pace)) {
    // An image whose layers are all known, as most of them are in a base image, need not be read.
    const fresh = some.filter(({ parent: { walk }, first }) => {
      return first.length === rowsPerStatement || first.some(({ blobKey }) => !walk.blobs.has(blobKey));
    });
    if (fresh.length === 0) continue;
    await pace();
    const bytes = await inventory.measureHistories(listKeys(fresh));
    const batches = batch(fresh, ({ parent }) => bytes.get(parent.imageKey) ?? 0, historyPerStatement);
    for (const some of batches) yield* describePart(parts, some, pace);
  }
}

function listKeys(some: readonly Layered[]): number[] {
  return [...new Set(some.map(({ parent }) => parent.imageKey))];
}

async function* describePart(
  { inventory, images: index }: LayerParts,
  part: readonly Layered[],
  pace: AwaitTurn,
): LayersInOrder {
  await pace();
  const images = new Map((await index.findMany(listKeys(part))).map((image) => [image.key, image]));
  await pace();
  const histories = await index.historyOf(listKeys(part));
  let [at, layers]: [number, LayerInImage[]] = [-1, []];
  for (const { parent, first } of part) {
    const { walk, imageKey } = parent;
    const image = images.get(imageKey);
    // It went since: what no repository holds is removed behind.
    if (!image) continue;
    if (at !== walk.at) {
      if (layers.length > 0) yield { at, layers };
      [at, layers] = [walk.at, []];
    }
    const count = first.length < rowsPerStatement ? first.length : await inventory.countLayers(imageKey);
    const describe = createDescriber(image, histories.get(imageKey) ?? [], count);
    const show = (rows: readonly InventoryLayer[]): LayerInImage[] =>
      // The bottom one is at position 1.
      rows.filter(({ blobKey }) => walk.blobs.add(blobKey)).map((layer) => describe(layer, layer.position - 1));
    for (const layer of show(first)) layers.push(layer);
    for await (const rows of pagesAfter(inventory.layers, imageKey, first, pace)) {
      if (layers.length > 0) yield { at, layers };
      layers = show(rows);
    }
  }
  if (layers.length > 0) yield { at, layers };
}
