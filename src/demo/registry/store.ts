import { createHash } from 'node:crypto';
import type { Digest } from '../../domain/digest.js';

export interface StoredManifest {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly bytes: Buffer;
}

/**
 * The content of a registry in memory, reachable without HTTP. It checks nothing: a dangling tag, an index without its
 * children or bytes that are no JSON can all be put.
 */
export interface MemoryStore {
  /** Adds the blob and links it into the repository, which makes the repository listed. */
  putBlob(repository: string, bytes: Uint8Array): Digest;
  /** Makes a blob of another repository readable here. False when nobody has it. */
  linkBlob(repository: string, digest: string): boolean;
  findBlob(repository: string, digest: string): Buffer | null;
  deleteBlob(repository: string, digest: string): boolean;
  /** `reference` is a tag; a digest or null stores it untagged. */
  putManifest(repository: string, reference: string | null, mediaType: string, bytes: Uint8Array): Digest;
  findManifest(repository: string, reference: string): StoredManifest | null;
  /** In the order they were first put. */
  manifests(repository: string): StoredManifest[];
  /** By digest: with every tag on it, which are returned. null when there is no such manifest. */
  deleteManifest(repository: string, digest: string): string[] | null;
  /** Points a tag at a digest whether or not that exists: a dangling tag. */
  setTag(repository: string, tag: string, digest: string): void;
  deleteTag(repository: string, tag: string): boolean;
  /** The digest a tag points to, dangling or not. */
  resolveTag(repository: string, tag: string): string | null;
  /** In the order they were first set. */
  tags(repository: string): string[];
  /** Whether it ever had a tag: `tags/list` answers 404 before, and `null` after the last one went. */
  everTagged(repository: string): boolean;
  /**
   * Names with at least one blob (what distribution 2 lists) or one manifest (what 3 lists), ever; or with a tag now.
   * In the order of their first content.
   */
  repositories(having: 'blob' | 'manifest' | 'tagged'): string[];
}

export interface StoredRepository {
  readonly blobs: Set<string>;
  readonly manifests: Map<string, StoredManifest>;
  readonly tags: Map<string, string>;
  readonly ever: Set<'blob' | 'manifest' | 'tag'>;
}

export function createStore(repositories = new Map<string, StoredRepository>()): MemoryStore {
  const find = (name: string): StoredRepository | undefined => repositories.get(name);
  const open = (name: string): StoredRepository => {
    const found = find(name) ?? { blobs: new Set(), manifests: new Map(), tags: new Map(), ever: new Set() };
    repositories.set(name, found);
    return found;
  };
  return {
    ...createBlobs(find, open),
    ...createManifests(find, open),
    ...createTags(find, open),
    repositories: (having) =>
      [...repositories]
        .filter(([, { ever, tags }]) => (having === 'tagged' ? tags.size > 0 : ever.has(having)))
        .map(([name]) => name),
  };
}

type Find = (name: string) => StoredRepository | undefined;
type Open = (name: string) => StoredRepository;

function createBlobs(find: Find, open: Open): Pick<MemoryStore, 'putBlob' | 'linkBlob' | 'findBlob' | 'deleteBlob'> {
  const blobs = new Map<string, Buffer>();
  const link = (name: string, digest: string): void => {
    open(name).blobs.add(digest);
    open(name).ever.add('blob');
  };
  return {
    putBlob(name, bytes) {
      const digest = sha256(bytes);
      blobs.set(digest, Buffer.from(bytes));
      link(name, digest);
      return digest;
    },
    linkBlob(name, digest) {
      if (!blobs.has(digest)) return false;
      link(name, digest);
      return true;
    },
    findBlob: (name, digest) => (find(name)?.blobs.has(digest) ? (blobs.get(digest) ?? null) : null),
    deleteBlob: (name, digest) => find(name)?.blobs.delete(digest) ?? false,
  };
}

function createManifests(
  find: Find,
  open: Open,
): Pick<MemoryStore, 'putManifest' | 'findManifest' | 'manifests' | 'deleteManifest'> {
  return {
    putManifest(name, reference, mediaType, bytes) {
      const digest = sha256(bytes);
      open(name).manifests.set(digest, { digest, mediaType, bytes: Buffer.from(bytes) });
      open(name).ever.add('manifest');
      if (reference !== null && !reference.includes(':')) setTag(open(name), reference, digest);
      return digest;
    },
    findManifest(name, reference) {
      const repository = find(name);
      if (!repository) return null;
      const { manifests, tags } = repository;
      return manifests.get(reference.includes(':') ? reference : (tags.get(reference) ?? '')) ?? null;
    },
    manifests: (name) => [...(find(name)?.manifests.values() ?? [])],
    deleteManifest(name, digest) {
      const repository = find(name);
      if (!repository?.manifests.delete(digest)) return null;
      const gone = [...repository.tags].filter(([, target]) => target === digest).map(([tag]) => tag);
      for (const tag of gone) repository.tags.delete(tag);
      return gone;
    },
  };
}

function createTags(
  find: Find,
  open: Open,
): Pick<MemoryStore, 'setTag' | 'deleteTag' | 'resolveTag' | 'tags' | 'everTagged'> {
  return {
    setTag: (name, tag, digest) => setTag(open(name), tag, digest),
    deleteTag: (name, tag) => find(name)?.tags.delete(tag) ?? false,
    resolveTag: (name, tag) => find(name)?.tags.get(tag) ?? null,
    tags: (name) => [...(find(name)?.tags.keys() ?? [])],
    everTagged: (name) => find(name)?.ever.has('tag') ?? false,
  };
}

function setTag({ tags, ever }: StoredRepository, tag: string, digest: string): void {
  tags.set(tag, digest);
  ever.add('tag');
}

/** Computed without the gateway's own code, which has to come to the same. */
export function sha256(bytes: Uint8Array | string): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}` as Digest;
}
