import type { Image, ImageBlob, Repository, Tag } from '../../domain/catalogue.js';
import type { Digest } from '../../domain/digest.js';
import type { HistoryEntry } from '../../domain/image.js';
import type { Page, PageRequest } from '../../domain/page.js';
import type { ImagesOnTags } from '../../store/index/repositoryimages.js';
import { assertAllowed } from '../access.js';
import type { Loaders } from '../loaders/loaders.js';
import type { RequestContext } from '../context.js';
import { createKeySet } from './shownkeys.js';

/**
 * A layer with what the image it was read from says of it. `size` in bytes; null: its manifest says none that can be.
 */
export interface LayerInImage {
  readonly digest: Digest;
  readonly size: number | null;
  readonly mediaType: string;
  readonly createdAt: Date | null;
  readonly createdBy: string | null;
  readonly os: string | null;
  readonly architecture: string | null;
  readonly author: string | null;
}

export class ImageBrowsing {
  /** Returns the image of a digest; null when no registry is known to hold it. */
  async findByDigest(context: RequestContext, digest: Digest): Promise<Image | null> {
    assertAllowed(context.viewer, 'read');
    const image = await context.loaders.imageByDigest.load(digest);
    return image && (await context.loaders.isHeld.load(image.key)) ? image : null;
  }

  /** Returns every tag that points to the image, or to an index it is a child of, in every registry. */
  async listLocations(context: RequestContext, image: Image, page: PageRequest): Promise<Page<Tag>> {
    assertAllowed(context.viewer, 'read');
    return context.loaders.locationPage.load({ imageKey: image.key, page });
  }

  /**
   * Returns the first distinct layers of all images of a repository, as the first image in tag order that has one
   * describes it. Images that bring no layer of their own are not read, and no tag more once there are enough.
   */
  async listLayersOf(context: RequestContext, repository: Repository, first: number): Promise<LayerInImage[]> {
    assertAllowed(context.viewer, 'read');
    const { loaders } = context;
    const found = new Map<Digest, LayerInImage>();
    const seen = new Set<Digest>();
    const met = createKeySet();
    for (let after: string | null = ''; after !== null && found.size < first;) {
      const { imageKeys, next }: ImagesOnTags = await loaders.imagesBehind.load({
        repositoryKey: repository.key,
        after,
      });
      const fresh = imageKeys.filter((key) => met.add(key));
      for (let start = 0; start < fresh.length && found.size < first; start += imagesAtATime) {
        const some = fresh.slice(start, start + imagesAtATime);
        const blobs = await Promise.all(some.map((key) => loaders.blobs.load(key)));
        const bringing = some.filter((_key, at) => seen.size < first && addLayers(seen, blobs[at]!));
        const layers = await Promise.all(
          bringing.map(async (key) => listLayers(loaders, await loaders.image.load(key))),
        );
        for (const layer of layers.flat()) if (!found.has(layer.digest)) found.set(layer.digest, layer);
      }
      after = next;
    }
    return [...found.values()].slice(0, first);
  }
}

/** Returns an image's layers, bottom first. */
export async function listLayers(loaders: Loaders, image: Image): Promise<LayerInImage[]> {
  const [blobs, history] = await Promise.all([loaders.blobs.load(image.key), loaders.history.load(image.key)]);
  return describeLayers(
    image,
    history,
    blobs.filter((blob) => blob.position > 0),
  );
}

/** A step of an image's build, with the layer that it made; null: it made none, or which one is not known. */
export interface BuildStep extends HistoryEntry {
  readonly layer: LayerInImage | null;
}

/** Returns the first steps of an image's build, oldest first. */
export async function listSteps(loaders: Loaders, image: Image, first: number): Promise<BuildStep[]> {
  const [layers, history] = await Promise.all([listLayers(loaders, image), loaders.history.load(image.key)]);
  const made = history.filter((entry) => !entry.emptyLayer);
  const isKnown = made.length === layers.length;
  let at = 0;
  return history
    .slice(0, first)
    .map((entry) => ({ ...entry, layer: entry.emptyLayer || !isKnown ? null : layers[at++]! }));
}

/** Images of a repository whose layers are looked at together. */
const imagesAtATime = 500;

/** Adds an image's layers, and returns whether one of them was not seen before. */
function addLayers(seen: Set<Digest>, blobs: readonly ImageBlob[]): boolean {
  const before = seen.size;
  for (const { position, digest } of blobs) if (position > 0) seen.add(digest);
  return seen.size > before;
}

/** The i-th layer was made by the i-th step that made one; when the counts differ, who made what is not known. */
function describeLayers(image: Image, history: readonly HistoryEntry[], layers: readonly ImageBlob[]): LayerInImage[] {
  const describe = createDescriber(image, history, layers.length);
  return layers.map((layer, at) => describe(layer, at));
}

type StoredLayer = Pick<LayerInImage, 'digest' | 'size' | 'mediaType'>;

/** Describes layers of an image that has `count` of them; the bottom one is at 0. */
export function createDescriber(
  { platform, author }: Image,
  history: readonly HistoryEntry[],
  count: number,
): (layer: StoredLayer, at: number) => LayerInImage {
  const made = history.filter((entry) => !entry.emptyLayer);
  const steps: readonly HistoryEntry[] = made.length === count ? made : [];
  return ({ digest, size, mediaType }, at) => ({
    digest,
    size,
    mediaType,
    createdAt: steps[at]?.createdAt ?? null,
    createdBy: steps[at]?.createdBy ?? null,
    os: platform?.os ?? null,
    architecture: platform?.architecture ?? null,
    author,
  });
}
