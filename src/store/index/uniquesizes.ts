import type { Kysely } from 'kysely';
import { LRUCache } from 'lru-cache';
import type { Database, Tables } from '../database/database.js';
import type { Generation } from '../database/generations.js';
import { measureUnique } from './measures.js';
import { findSharers, type ImageHolder, type ImageChange, type SharingLimits, sharingLimits } from './sharers.js';

export interface UniqueSizeLimits extends SharingLimits {
  /** Images from which on a repository's size is kept: fewer are weighed in a few milliseconds. */
  readonly large: number;
  /** Sizes that are kept, of some hundred bytes each. */
  readonly kept: number;
}

export const uniqueSizeLimits: UniqueSizeLimits = { ...sharingLimits, large: 500, kept: 1000 };

/** Whose unique sizes may be others now; null: those of any repository of the registry. */
export interface UniqueSizeChange {
  readonly registryId: string;
  readonly keys: ReadonlySet<number> | null;
}

interface KeptSize {
  readonly registryId: string;
  readonly size: number;
}

/**
 * Bytes of the blobs that no other repository of the registry uses. To weigh a repository of 100,000 tags takes half a
 * second, so a large one's size is kept for as long as it is right: until it holds something else, another one shares
 * a blob with it alone, or no longer does.
 */
export class UniqueSizes {
  readonly #scanner: Kysely<Tables>;
  readonly #departures: Generation;
  readonly #limits: UniqueSizeLimits;
  readonly #kept: LRUCache<number, KeptSize>;
  /** Each weighing that is under way has a list, of the changes since it began. */
  readonly #weighings = new Set<UniqueSizeChange[]>();
  #knownDepartures: number;

  constructor(
    { scanner, departures, elsewhere }: Pick<Database, 'scanner' | 'departures' | 'elsewhere'>,
    limits = uniqueSizeLimits,
  ) {
    elsewhere.on('holdings', (registryId) => this.forget({ registryId, keys: null }));
    this.#scanner = scanner;
    this.#departures = departures;
    this.#limits = limits;
    this.#kept = new LRUCache({ max: limits.kept });
    this.#knownDepartures = departures.value;
  }

  async sizesOf(keys: readonly number[]): Promise<Map<number, number>> {
    this.#followDepartures();
    const sizes = new Map<number, number>();
    for (const key of keys) {
      const known = this.#kept.get(key);
      if (known) sizes.set(key, known.size);
    }
    const others = keys.filter((key) => !sizes.has(key));
    if (others.length > 0) for (const [key, size] of await this.#weigh(others)) sizes.set(key, size);
    return sizes;
  }

  /** False: nobody needs to know which images came and went. */
  get isFollowing(): boolean {
    return this.#kept.size > 0 || this.#weighings.size > 0;
  }

  /**
   * Judges a change of what a repository holds, in the transaction of that; `forget` is to be told of the result once
   * it is committed. Without `images` nobody was following when it was made.
   */
  async judge(db: Kysely<Tables>, holder: ImageHolder, images: ImageChange | null): Promise<UniqueSizeChange> {
    const { registryId, repositoryKey } = holder;
    const isKept = [...this.#kept.values()].some((kept) => kept.registryId === registryId);
    if (images === null || (!isKept && this.#weighings.size === 0)) return { registryId, keys: null };
    if (images.gained.length + images.lost.length === 0) return { registryId, keys: new Set() };
    const sharers = await findSharers(db, holder, images, this.#limits);
    return { registryId, keys: sharers && new Set([repositoryKey, ...sharers]) };
  }

  forget(change: UniqueSizeChange): void {
    for (const changes of this.#weighings) changes.push(change);
    const gone = [...this.#kept].filter(([key, { registryId }]) => concerns(change, registryId, key));
    for (const [key] of gone) this.#kept.delete(key);
  }

  async #weigh(keys: readonly number[]): Promise<Map<number, number>> {
    const changes: UniqueSizeChange[] = [];
    this.#weighings.add(changes);
    const before = this.#departures.value;
    try {
      const weighed = await measureUnique(this.#scanner, keys);
      this.#followDepartures();
      for (const { key, registryId, size, images } of weighed) {
        const isRight = before === this.#departures.value && !changes.some((one) => concerns(one, registryId, key));
        if (isRight && images >= this.#limits.large) this.#kept.set(key, { registryId, size });
      }
      return new Map(weighed.map(({ key, size }) => [key, size]));
    } finally {
      this.#weighings.delete(changes);
    }
  }

  /** A repository that goes may leave any other of its registry alone with a blob. */
  #followDepartures(): void {
    if (this.#knownDepartures === this.#departures.value) return;
    this.#kept.clear();
    this.#knownDepartures = this.#departures.value;
  }
}

function concerns({ registryId, keys }: UniqueSizeChange, ofRegistry: string, key: number): boolean {
  return registryId === ofRegistry && (keys === null || keys.has(key));
}
