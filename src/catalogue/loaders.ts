import DataLoader from 'dataloader';
import type { Image, ImageBlob, IndexChild, Repository, Tag } from '../domain/catalogue.js';
import type { Registry } from '../domain/registry.js';
import { notFound } from '../errors.js';
import type { ImageIndex } from '../store/images.js';
import type { RegistryState, RegistryStore } from '../store/registries.js';
import type { RepositoryIndex } from '../store/repositories.js';
import type { SizeIndex } from '../store/sizes.js';
import type { TagIndex } from '../store/tags.js';
import type { CallOptions } from '../upstream/upstream.js';
import { isDue } from './freshness.js';
import type { Reader, Source } from './reader.js';

export interface LoaderParts {
  readonly reader: Reader;
  readonly registries: RegistryStore;
  readonly repositories: RepositoryIndex;
  readonly tags: TagIndex;
  readonly images: ImageIndex;
  readonly sizes: SizeIndex;
  readonly clock: () => Date;
}

/** An image in one of the repositories that hold it: what has not been read of it yet is fetched from there. */
export interface ImagePlace {
  readonly imageKey: number;
  readonly repositoryKey: number;
}

/** Rows by key, truly batched: `WHERE id IN (…)`. */
interface RowLoaders {
  readonly registry: DataLoader<string, Registry>;
  readonly registryState: DataLoader<string, RegistryState>;
  readonly repository: DataLoader<number, Repository>;
  readonly tagsOf: DataLoader<number, Tag[]>;
  readonly tagCount: DataLoader<number, number>;
  readonly image: DataLoader<number, Image>;
  readonly blobs: DataLoader<number, ImageBlob[]>;
  readonly imageSize: DataLoader<number, number>;
  readonly repositorySize: DataLoader<number, number>;
  readonly imagesOf: DataLoader<number, number[]>;
}

/**
 * Rows after the registry was asked for what is due or was never read. OCI has no batch call, so these are de-duplicated
 * and run in parallel, up to the registry's limit; what they found is written together.
 */
interface ConfirmingLoaders {
  /** The state of a registry, its list of repositories confirmed. */
  readonly listedRegistry: DataLoader<string, RegistryState>;
  /** The repository, its tag list confirmed. */
  readonly listedRepository: DataLoader<number, Repository>;
  /** The tag, its digest confirmed. */
  readonly confirmedTag: DataLoader<number, Tag>;
  /** The image, its config read, if it has one. */
  readonly describedImage: DataLoader<ImagePlace, Image, string>;
  /** An index's children, their manifests read. */
  readonly children: DataLoader<ImagePlace, IndexChild[], string>;
}

/** What one request reads, each thing once. Made for each request: loaders hold what was true when it began. */
export type Loaders = RowLoaders & ConfirmingLoaders;

export function createLoaders(parts: LoaderParts, call: CallOptions): Loaders {
  const rows = createRowLoaders(parts);
  return {
    ...rows,
    listedRegistry: createListedRegistryLoader(parts, rows, call),
    listedRepository: createListedRepositoryLoader(parts, rows, call),
    confirmedTag: createConfirmedTagLoader(parts, rows, call),
    describedImage: createDescribedImageLoader(parts, rows, call),
    children: createChildrenLoader(parts, rows, call),
  };
}

function createRowLoaders({ registries, repositories, tags, images, sizes }: LoaderParts): RowLoaders {
  return {
    registry: new DataLoader(async (ids) => inOrder(ids, await registries.list(), (found) => found.id)),
    registryState: new DataLoader<string, RegistryState>(async (ids) => {
      const states = await registries.states(ids);
      return ids.map((id) => states.get(id) ?? notFound('The registry is no longer attached.'));
    }),
    repository: new DataLoader(async (keys) => inOrder(keys, await repositories.findMany(keys), (found) => found.key)),
    tagsOf: new DataLoader(async (keys) => inGroups(keys, await tags.listAll(keys), (tag) => tag.repositoryKey)),
    tagCount: fromMap((keys) => tags.count(keys), 0),
    image: new DataLoader(async (keys) => inOrder(keys, await images.findMany(keys), (found) => found.key)),
    blobs: new DataLoader(async (keys) => inGroups(keys, await images.listBlobs(keys), (blob) => blob.imageKey)),
    imageSize: fromMap((keys) => sizes.ofImages(keys), 0),
    repositorySize: fromMap((keys) => sizes.ofRepositories(keys), 0),
    imagesOf: fromMap((keys) => sizes.imagesOf(keys), []),
  };
}

function createListedRegistryLoader(parts: LoaderParts, rows: RowLoaders, call: CallOptions): Loaders['listedRegistry'] {
  return new DataLoader(async (ids) => {
    await Promise.all(
      ids.map(async (id) => {
        const [registry, { namesConfirmedAt }] = await Promise.all([rows.registry.load(id), rows.registryState.load(id)]);
        if (isDue(namesConfirmedAt, registry.maxAge, parts.clock())) await parts.reader.readNames(registry, call);
      }),
    );
    for (const id of ids) rows.registryState.clear(id);
    return rows.registryState.loadMany(ids);
  });
}

function createListedRepositoryLoader(parts: LoaderParts, rows: RowLoaders, call: CallOptions): Loaders['listedRepository'] {
  return new DataLoader(async (keys) => {
    await perRepository(rows, keys, (key) => key, async (source) => {
      if (isDue(source.repository.tagsConfirmedAt, source.registry.maxAge, parts.clock())) await parts.reader.readTagNames(source, call);
    });
    for (const key of keys) rows.repository.clear(key);
    return rows.repository.loadMany(keys);
  });
}

function createConfirmedTagLoader(parts: LoaderParts, rows: RowLoaders, call: CallOptions): Loaders['confirmedTag'] {
  return new DataLoader(async (keys) => {
    const known = await parts.tags.findMany(keys);
    await perRepository(rows, known, (tag) => tag.repositoryKey, async (source, some) => {
      const due = some.filter((tag) => isDue(tag.confirmedAt, source.registry.maxAge, parts.clock()));
      if (due.length > 0) await parts.reader.readTags(source, due, call);
    });
    return inOrder(keys, await parts.tags.findMany(keys), (tag) => tag.key);
  });
}

function createDescribedImageLoader(parts: LoaderParts, rows: RowLoaders, call: CallOptions): Loaders['describedImage'] {
  const load = async (places: readonly ImagePlace[]): Promise<(Image | Error)[]> => {
    const keys = places.map((place) => place.imageKey);
    const pending = (await rows.image.loadMany(keys)).flatMap((image, at) =>
      image instanceof Error || image.configState !== 'pending' ? [] : [{ image, repositoryKey: places[at]!.repositoryKey }],
    );
    await perRepository(rows, pending, (one) => one.repositoryKey, (source, some) => parts.reader.readConfigs(source, some.map((one) => one.image), call));
    for (const { image } of pending) rows.image.clear(image.key);
    return rows.image.loadMany(keys);
  };
  return new DataLoader(load, { cacheKeyFn: toPlaceKey });
}

function createChildrenLoader(parts: LoaderParts, rows: RowLoaders, call: CallOptions): Loaders['children'] {
  const load = async (places: readonly ImagePlace[]): Promise<IndexChild[][]> => {
    const keys = places.map((place) => place.imageKey);
    const repositoryOf = new Map(places.map((place) => [place.imageKey, place.repositoryKey]));
    const known = await parts.images.listChildren(keys);
    const unread = known.filter((child) => child.imageKey === null && !child.missing);
    await perRepository(rows, unread, (child) => repositoryOf.get(child.indexKey)!, (source, some) => parts.reader.readChildren(source, some, call));
    return inGroups(keys, unread.length > 0 ? await parts.images.listChildren(keys) : known, (child) => child.indexKey);
  };
  return new DataLoader(load, { cacheKeyFn: toPlaceKey });
}

/** Runs `work` once for each repository that the items belong to, all at the same time. */
async function perRepository<T>(
  rows: RowLoaders,
  items: readonly T[],
  keyOf: (item: T) => number,
  work: (source: Source, some: T[]) => Promise<void>,
): Promise<void> {
  await Promise.all(
    [...Map.groupBy(items, keyOf)].map(async ([key, some]) => {
      const repository = await rows.repository.load(key);
      await work({ repository, registry: await rows.registry.load(repository.registryId) }, some);
    }),
  );
}

function toPlaceKey({ imageKey, repositoryKey }: ImagePlace): string {
  return `${imageKey}@${repositoryKey}`;
}

function fromMap<T>(load: (keys: readonly number[]) => Promise<Map<number, T>>, absent: T): DataLoader<number, T> {
  return new DataLoader(async (keys) => {
    const found = await load(keys);
    return keys.map((key) => found.get(key) ?? absent);
  });
}

function inGroups<K, V>(keys: readonly K[], values: readonly V[], keyOf: (value: V) => K): V[][] {
  const groups = Map.groupBy(values, keyOf);
  return keys.map((key) => groups.get(key) ?? []);
}

/** DataLoader's contract: one answer for each key, in the order of the keys. */
function inOrder<K, V>(keys: readonly K[], values: readonly V[], keyOf: (value: V) => K): (V | Error)[] {
  const found = new Map(values.map((value) => [keyOf(value), value]));
  return keys.map((key) => found.get(key) ?? notFound('It is no longer in the catalogue.'));
}
