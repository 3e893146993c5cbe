import DataLoader from 'dataloader';
import type { Image, ImageBlob, IndexChild, Repository, Tag } from '../../domain/catalogue.js';
import type { Digest } from '../../domain/digest.js';
import { type HistoryEntry, maxEntriesRead } from '../../domain/image.js';
import type { Job } from '../../domain/job.js';
import type { Registry } from '../../domain/registry.js';
import { notFound } from '../../errors.js';
import type { UsageStore } from '../../store/index/usage.js';
import type { ImageStore } from '../../store/index/images.js';
import type { Texts } from '../../store/index/imagetexts.js';
import type { RegistryStore } from '../../store/registries/registries.js';
import type { RegistryState } from '../../store/registries/state.js';
import type { ImagesOnTags, TagsBehind } from '../../store/index/repositoryimages.js';
import type { RepositoryStore, RepositoryPlace } from '../../store/index/repositories.js';
import type { TagPlace } from '../../store/index/taglookup.js';
import type { ImagePlace } from '../../store/index/tagsonimages.js';
import { createBatchLoader } from './batchloader.js';
import { createLineageLoaders, type LineageLoaders, type LineageParts } from './lineageloaders.js';
import { createListLoaders, type ListLoaders, type ListParts } from './listloaders.js';

export interface LoaderParts extends ListParts, LineageParts {
  readonly registries: RegistryStore;
  readonly repositories: RepositoryStore;
  readonly images: ImageStore;
  readonly contents: UsageStore;
}

/**
 * The look-ups of one request: each thing is read once, and one statement reads all keys of a tick. Made for each
 * request: loaders hold what was true when it began.
 */
export interface Loaders extends ListLoaders, LineageLoaders {
  readonly registry: DataLoader<string, Registry>;
  readonly registryState: DataLoader<string, RegistryState>;
  readonly repository: DataLoader<number, Repository>;
  /** null: its registry has none of that name. */
  readonly repositoryNamed: DataLoader<RepositoryPlace, Repository | null, string>;
  /** null: its repository has none of that name. */
  readonly tagNamed: DataLoader<TagPlace, Tag | null, string>;
  /** How many tags of a repository are on an image. */
  readonly tagCountOn: DataLoader<ImagePlace, number, string>;
  /** How many repositories of a registry have tags, or were not read yet. */
  readonly repositoryCount: DataLoader<string, number>;
  /** How many tags the repositories of a registry have. */
  readonly tagCount: DataLoader<string, number>;
  readonly image: DataLoader<number, Image>;
  readonly labels: DataLoader<number, Texts>;
  readonly annotations: DataLoader<number, Texts>;
  /** How an image was built, oldest step first. */
  readonly history: DataLoader<number, readonly HistoryEntry[]>;
  /** null: never read, in no registry. */
  readonly imageByDigest: DataLoader<Digest, Image | null>;
  /** Whether any repository holds the image. */
  readonly isHeld: DataLoader<number, boolean>;
  /** An index's children, in its order: those that are shown. */
  readonly children: DataLoader<number, IndexChild[]>;
  readonly blobs: DataLoader<number, ImageBlob[]>;
  /** The images of the next tags of a repository. */
  readonly imagesBehind: DataLoader<TagsBehind, ImagesOnTags, string>;
  readonly uniqueSize: DataLoader<number, number>;
  /** By a tag's key; null: it is not known. */
  readonly addedSize: DataLoader<number, number | null>;
  /** null: there is none of that id. */
  readonly job: DataLoader<string, Job | null>;
}

export function createLoaders(parts: LoaderParts): Loaders {
  const { registries, repositories, images, contents, lists, jobs, tags } = parts;
  return {
    ...createListLoaders(parts),
    ...createLineageLoaders(parts),
    registry: new DataLoader(async (ids) => inOrder(ids, await registries.list(), (found) => found.id)),
    registryState: new DataLoader<string, RegistryState>(async (ids) => {
      const states = await registries.states(ids);
      return ids.map((id) => states.get(id) ?? notFound('The registry is no longer attached.'));
    }),
    repository: new DataLoader(async (keys) => inOrder(keys, await repositories.findMany(keys), (found) => found.key)),
    repositoryNamed: createBatchLoader({
      keyOf: ({ registryId, name }) => `${registryId} ${name}`,
      load: (places) => repositories.findEach(places),
      isKept: false,
    }),
    tagNamed: createBatchLoader({
      keyOf: ({ repositoryKey, name }) => `${repositoryKey} ${name}`,
      load: (places) => tags.findEach(places),
      isKept: false,
    }),
    tagCountOn: createBatchLoader({
      keyOf: ({ repositoryKey, imageKey }) => `${repositoryKey} ${imageKey}`,
      load: (places) => tags.countOnImages(places),
    }),
    repositoryCount: fromMap((ids) => lists.countRepositoriesOf(ids, { empty: false }), 0),
    tagCount: fromMap((ids) => contents.countTagsOf(ids), 0),
    image: new DataLoader(async (keys) => inOrder(keys, await images.findMany(keys), (found) => found.key)),
    labels: fromMap((keys) => images.labelsOf(keys), {}),
    annotations: fromMap((keys) => images.annotationsOf(keys), {}),
    history: fromMap((keys) => images.historyOf(keys), []),
    imageByDigest: new DataLoader(async (digests) => {
      const found = new Map((await images.findByDigests(digests)).map((image) => [image.digest, image]));
      return digests.map((digest) => found.get(digest) ?? null);
    }),
    isHeld: new DataLoader(async (keys) => {
      const held = await contents.findHeld(keys);
      return keys.map((key) => held.has(key));
    }),
    children: new DataLoader(async (keys) =>
      inGroups(keys, await images.listChildren(keys, maxEntriesRead), (child) => child.indexKey),
    ),
    blobs: new DataLoader(async (keys) => inGroups(keys, await images.listBlobs(keys), (blob) => blob.imageKey)),
    imagesBehind: createBatchLoader({
      keyOf: ({ repositoryKey, after }) => `${repositoryKey} ${after}`,
      load: (places) => contents.imagesBehind(places),
    }),
    uniqueSize: fromMap((keys) => contents.uniqueSizesOf(keys), 0),
    addedSize: fromMap((keys) => contents.addedSizesOf(keys), null),
    job: new DataLoader(async (ids) => {
      const found = new Map((await jobs.findMany(ids)).map((job) => [job.id, job]));
      return ids.map((id) => found.get(id) ?? null);
    }),
  };
}

function fromMap<K, T>(load: (keys: readonly K[]) => Promise<ReadonlyMap<K, T>>, absent: T): DataLoader<K, T> {
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
