import DataLoader from 'dataloader';
import type { Image, ImageBlob, IndexChild, Repository, Tag } from '../domain/catalogue.js';
import type { Digest } from '../domain/digest.js';
import type { TagFilter, TagOrder } from '../domain/filter.js';
import { type HistoryEntry, maxEntriesRead } from '../domain/image.js';
import type { TagName } from '../domain/name.js';
import type { Page, PageRequest } from '../domain/page.js';
import type { Registry } from '../domain/registry.js';
import { notFound } from '../errors.js';
import type { ContentIndex } from '../store/contents.js';
import type { ImageIndex } from '../store/images.js';
import type { Texts } from '../store/imagetexts.js';
import type { ListIndex } from '../store/lists.js';
import type { RegistryStore } from '../store/registries.js';
import type { RegistryState } from '../store/registrystate.js';
import type { RepositoryIndex } from '../store/repositories.js';
import type { TagIndex } from '../store/tags.js';

export interface LoaderParts {
  readonly registries: RegistryStore;
  readonly repositories: RepositoryIndex;
  readonly tags: TagIndex;
  readonly images: ImageIndex;
  readonly contents: ContentIndex;
  readonly lists: ListIndex;
}

/** A page of one repository's tags. */
export interface TagListRequest {
  readonly repositoryKey: number;
  readonly filter: TagFilter;
  readonly order: TagOrder;
  readonly page: PageRequest;
}

/** Whether a repository has a tag that one of these patterns names. */
export interface TagMatchRequest {
  readonly repositoryKey: number;
  readonly patterns: readonly string[];
}

/**
 * What one request reads, each thing once, truly batched: one statement for all keys of a tick. Made for each request:
 * loaders hold what was true when it began.
 */
export interface Loaders {
  readonly registry: DataLoader<string, Registry>;
  readonly registryState: DataLoader<string, RegistryState>;
  readonly repository: DataLoader<number, Repository>;
  readonly tagPage: DataLoader<TagListRequest, Page<Tag>, string>;
  /** One such tag; null without. */
  readonly matchingTag: DataLoader<TagMatchRequest, TagName | null, string>;
  readonly image: DataLoader<number, Image>;
  readonly labels: DataLoader<number, Texts>;
  readonly annotations: DataLoader<number, Texts>;
  /** How an image was built, oldest step first. */
  readonly history: DataLoader<number, readonly HistoryEntry[]>;
  /** null: never read, in no registry. */
  readonly imageByDigest: DataLoader<Digest, Image | null>;
  /** An index's children, in its order: those that are shown. */
  readonly children: DataLoader<number, IndexChild[]>;
  readonly blobs: DataLoader<number, ImageBlob[]>;
  /** The images of a repository, attestations left out. */
  readonly imagesOf: DataLoader<number, number[]>;
  readonly uniqueSize: DataLoader<number, number>;
}

export function createLoaders({ registries, repositories, tags, images, contents, lists }: LoaderParts): Loaders {
  return {
    registry: new DataLoader(async (ids) => inOrder(ids, await registries.list(), (found) => found.id)),
    registryState: new DataLoader<string, RegistryState>(async (ids) => {
      const states = await registries.states(ids);
      return ids.map((id) => states.get(id) ?? notFound('The registry is no longer attached.'));
    }),
    repository: new DataLoader(async (keys) => inOrder(keys, await repositories.findMany(keys), (found) => found.key)),
    tagPage: createTagPageLoader(lists),
    matchingTag: createTagMatchLoader(tags),
    image: new DataLoader(async (keys) => inOrder(keys, await images.findMany(keys), (found) => found.key)),
    labels: fromMap((keys) => images.labelsOf(keys), {}),
    annotations: fromMap((keys) => images.annotationsOf(keys), {}),
    history: fromMap((keys) => images.historyOf(keys), []),
    imageByDigest: new DataLoader(async (digests) => {
      const found = new Map((await images.findByDigests(digests)).map((image) => [image.digest, image]));
      return digests.map((digest) => found.get(digest) ?? null);
    }),
    children: new DataLoader(async (keys) => inGroups(keys, await images.listChildren(keys, maxEntriesRead), (child) => child.indexKey)),
    blobs: new DataLoader(async (keys) => inGroups(keys, await images.listBlobs(keys), (blob) => blob.imageKey)),
    imagesOf: fromMap((keys) => contents.imagesOf(keys), []),
    uniqueSize: fromMap((keys) => contents.uniqueSizesOf(keys), 0),
  };
}

/** Pages that differ only in their repository are one statement. */
function createTagPageLoader(lists: ListIndex): Loaders['tagPage'] {
  const kindOf = ({ filter, order, page }: TagListRequest): string => JSON.stringify([filter, order, page]);
  const load = async (requests: readonly TagListRequest[]): Promise<(Page<Tag> | Error)[]> => {
    const found = new Map<TagListRequest, Page<Tag>>();
    for (const some of Map.groupBy(requests, kindOf).values()) {
      const { filter, order, page } = some[0]!;
      const pages = await lists.listTags(some.map((request) => request.repositoryKey), filter, order, page);
      for (const request of some) found.set(request, pages.get(request.repositoryKey)!);
    }
    return requests.map((request) => found.get(request)!);
  };
  return new DataLoader(load, { cacheKeyFn: (request) => `${request.repositoryKey} ${kindOf(request)}` });
}

/** Repositories with the same patterns are one statement: rules name many of them alike. */
function createTagMatchLoader(tags: TagIndex): Loaders['matchingTag'] {
  const kindOf = ({ patterns }: TagMatchRequest): string => patterns.join(' ');
  const load = async (requests: readonly TagMatchRequest[]): Promise<(TagName | null)[]> => {
    const found = new Map<TagMatchRequest, TagName | null>();
    for (const some of Map.groupBy(requests, kindOf).values()) {
      const names = await tags.findMatching(some.map(({ repositoryKey }) => repositoryKey), some[0]!.patterns);
      for (const request of some) found.set(request, names.get(request.repositoryKey) ?? null);
    }
    return requests.map((request) => found.get(request) ?? null);
  };
  return new DataLoader(load, { cacheKeyFn: (request) => `${request.repositoryKey} ${kindOf(request)}` });
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
