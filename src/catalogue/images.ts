import type { Image, ImageBlob } from '../domain/catalogue.js';
import type { Digest } from '../domain/digest.js';
import type { HistoryEntry } from '../domain/image.js';
import type { ImagePlace, Loaders } from './loaders.js';

/** Indexes within indexes deeper than this are not read. */
const maxDepth = 3;

/** One runnable image of a tag or digest. `image` is null when the registry no longer has it. */
export interface PlatformImage {
  readonly os: string;
  readonly architecture: string;
  readonly variant: string | null;
  readonly digest: Digest;
  readonly image: Image | null;
}

/** A layer with what the image it was read from says of it. `size` in bytes. */
export interface LayerInImage {
  readonly digest: Digest;
  readonly size: number;
  readonly mediaType: string;
  readonly createdAt: Date | null;
  readonly createdBy: string | null;
  readonly os: string | null;
  readonly architecture: string | null;
  readonly author: string | null;
}

/** Reads an index's children, and theirs, so that its size and platforms can be told. */
export async function readWhole(loaders: Loaders, place: ImagePlace, depth = 0): Promise<void> {
  const image = await loaders.image.load(place.imageKey);
  if (image.kind !== 'index' || depth >= maxDepth) return;
  const children = await loaders.children.load(place);
  await Promise.all(
    children.map(async ({ imageKey }) => {
      if (imageKey !== null) await readWhole(loaders, { ...place, imageKey }, depth + 1);
    }),
  );
}

/** The platforms anyone can run: of an image itself, of an index its children without attestations. */
export async function listPlatforms(loaders: Loaders, place: ImagePlace, depth = 0): Promise<PlatformImage[]> {
  const image = await loaders.describedImage.load(place);
  if (image.kind !== 'index') {
    const { os, architecture, variant } = image.platform ?? { os: 'unknown', architecture: 'unknown', variant: null };
    return image.kind === 'artifact' ? [] : [{ os, architecture, variant, digest: image.digest, image }];
  }
  if (depth >= maxDepth) return [];
  const children = (await loaders.children.load(place)).filter((child) => !child.attestation);
  const platforms = await Promise.all(
    children.map(async (child): Promise<PlatformImage[]> => {
      if (child.imageKey === null) {
        const { os, architecture, variant } = child.platform ?? { os: 'unknown', architecture: 'unknown', variant: null };
        return [{ os, architecture, variant, digest: child.digest, image: null }];
      }
      const own = await listPlatforms(loaders, { ...place, imageKey: child.imageKey }, depth + 1);
      // The index's word goes before the config's: it may add a variant.
      return own.length === 1 && child.platform ? [{ ...own[0]!, ...child.platform }] : own;
    }),
  );
  return platforms.flat();
}

/** An image's layers, bottom first. */
export async function listLayers(loaders: Loaders, place: ImagePlace): Promise<LayerInImage[]> {
  const [image, blobs] = await Promise.all([loaders.describedImage.load(place), loaders.blobs.load(place.imageKey)]);
  return describeLayers(image, blobs.filter((blob) => blob.position > 0));
}

/** Each distinct layer of all images of a repository, as the first image in tag order that has it describes it. */
export async function listRepositoryLayers(loaders: Loaders, repositoryKey: number): Promise<LayerInImage[]> {
  const imageKeys = await loaders.imagesOf.load(repositoryKey);
  const layers = await Promise.all(imageKeys.map((imageKey) => listLayers(loaders, { imageKey, repositoryKey })));
  return [...Map.groupBy(layers.flat(), (layer) => layer.digest).values()].map(([first]) => first!);
}

/** When a tag's image was built: of an index, its newest platform. null when no config says. */
export async function findBuildTime(loaders: Loaders, place: ImagePlace): Promise<Date | null> {
  const image = await loaders.describedImage.load(place);
  if (image.kind !== 'index') return image.createdAt;
  const times = (await listPlatforms(loaders, place)).flatMap((platform) => platform.image?.createdAt ?? []);
  return times.reduce<Date | null>((newest, time) => (newest && newest > time ? newest : time), null);
}

/** The image ID that `docker images` shows: the config's digest; an index or an artifact without one has its own. */
export function idOf(image: Image): Digest {
  return image.kind === 'index' ? image.digest : (image.configDigest ?? image.digest);
}

/** The i-th layer was made by the i-th step that made one; when the counts differ, who made what is not known. */
function describeLayers(image: Image, layers: readonly ImageBlob[]): LayerInImage[] {
  const steps = image.history.filter((entry) => !entry.emptyLayer);
  const stepOf = (at: number): HistoryEntry | undefined => (steps.length === layers.length ? steps[at] : undefined);
  return layers.map(({ digest, size, mediaType }, at) => ({
    digest,
    size,
    mediaType,
    createdAt: stepOf(at)?.createdAt ?? null,
    createdBy: stepOf(at)?.createdBy ?? null,
    os: image.platform?.os ?? null,
    architecture: image.platform?.architecture ?? null,
    author: image.author,
  }));
}
