import { LRUCache } from 'lru-cache';
import type { Repository } from '../domain/catalogue.js';
import type { Digest } from '../domain/digest.js';

/** Bytes of all content that is kept, and of one piece of it. */
const defaultBytes = 32 * 1024 * 1024;
const share = 8;

/** Bytes that an entry takes besides its content, roughly. */
const entryBytes = 500;

/** The repository that gave the content. */
type ContentPlace = Pick<Repository, 'registryId' | 'name'>;

/**
 * Content of registries that somebody asked for, by the repository that gave it and by its digest, which it was checked
 * against: it never changes. It is in memory alone, since configs hold secrets; and of another repository it is not,
 * since a manifest there may name a blob that its registry would not give. Bounded in bytes; what was not asked for
 * longest goes first.
 */
export class ContentCache {
  readonly #kept: LRUCache<string, Buffer>;

  constructor(maxBytes = defaultBytes) {
    this.#kept = new LRUCache({
      maxSize: maxBytes,
      maxEntrySize: Math.floor(maxBytes / share),
      sizeCalculation: (bytes) => bytes.length + entryBytes,
    });
  }

  find(place: ContentPlace, digest: Digest): Buffer | undefined {
    return this.#kept.get(nameOf(place, digest));
  }

  /** Keeps a copy: bytes of an answer may be a piece of a larger buffer, which would be kept with them. */
  keep(place: ContentPlace, digest: Digest, bytes: Buffer): void {
    this.#kept.set(nameOf(place, digest), Buffer.from(bytes));
  }
}

function nameOf({ registryId, name }: ContentPlace, digest: Digest): string {
  return `${registryId} ${name} ${digest}`;
}
