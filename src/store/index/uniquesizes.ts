import { type Kysely, sql } from 'kysely';
import { LRUCache } from 'lru-cache';
import type { Database, Tables } from '../database/database.js';
import { dialectOf } from '../dialect/dialects.js';
import { chunk } from '../sql/rows.js';
import { measureUnique } from './measures.js';
import { findSharers, type ImageHolder, type ImageChange, type SharingLimits, sharingLimits } from './sharers.js';

export interface UniqueSizeLimits extends SharingLimits {
  /**
   * Tags from which on a repository is weighed by itself, and images from which on its size is kept: fewer are weighed
   * in a few milliseconds.
   */
  readonly large: number;
  /** Sizes that are kept, of some hundred bytes each; 0: none. */
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

/** Is under way, for all that ask while nothing of what it reads has changed. */
interface Weighing {
  /** null: of several repositories, for the one that asks. */
  readonly of: LargeRepository | null;
  readonly name: string;
  /** The generation of departures with which it began. */
  readonly departures: number;
  /** Since it began. */
  readonly changes: UniqueSizeChange[];
}

interface LargeRepository {
  readonly key: number;
  readonly registryId: string;
}

export type UniqueSizeParts = Pick<Database, 'kysely' | 'scanner' | 'shareReads' | 'departures' | 'elsewhere'>;

/**
 * Bytes of the blobs that no other repository of the registry uses. To weigh a repository of 100,000 tags takes half a
 * second, so a large one's size is kept for as long as it is right: until it holds something else, another one shares
 * a blob with it alone, or no longer does. As it is kept for all, it is weighed beyond the budget of the one that asks.
 */
export class UniqueSizes {
  readonly #parts: UniqueSizeParts;
  readonly #limits: UniqueSizeLimits;
  readonly #kept: LRUCache<number, KeptSize>;
  readonly #share: ReturnType<Database['shareReads']>;
  readonly #weighings = new Set<Weighing>();
  #weighingsSoFar = 0;
  #knownDepartures: number;

  constructor(parts: UniqueSizeParts, limits = uniqueSizeLimits) {
    parts.elsewhere.on('holdings', (registryId) => this.forget({ registryId, keys: null }));
    this.#parts = parts;
    this.#share = parts.shareReads();
    this.#limits = limits;
    this.#kept = new LRUCache({ max: Math.max(1, limits.kept) });
    this.#knownDepartures = parts.departures.value;
  }

  async sizesOf(keys: readonly number[]): Promise<Map<number, number>> {
    this.#followDepartures();
    const sizes = new Map<number, number>();
    for (const key of keys) {
      const known = this.#kept.get(key);
      if (known) sizes.set(key, known.size);
    }
    const others = keys.filter((key) => !sizes.has(key));
    const large = others.length > 0 ? await this.#findLarge(others) : [];
    const small = others.filter((key) => !large.some((one) => one.key === key));
    const add = (weighed: ReadonlyMap<number, number>): void => weighed.forEach((size, key) => sizes.set(key, size));
    if (small.length > 0) add(await this.#weigh(small, this.#begin(null)));
    // One after another, so that who asks for many has no more than one that waits.
    for (const one of large) add(await this.#join(one));
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
    for (const { changes } of this.#weighings) changes.push(change);
    const gone = [...this.#kept].filter(([key, { registryId }]) => concerns(change, registryId, key));
    for (const [key] of gone) this.#kept.delete(key);
  }

  async #findLarge(keys: readonly number[]): Promise<LargeRepository[]> {
    const { kysely } = this.#parts;
    const { listOf, join } = dialectOf(kysely);
    const found: LargeRepository[] = [];
    for (const some of chunk(keys)) {
      const { rows } = await sql<{ key: number; registry_id: string }>`
        select repository.id as key, registry_id from ${listOf(some)} as wanted
        ${join} repository on repository.id = wanted.value
        where tag_count >= ${this.#limits.large}`.execute(kysely);
      for (const { key, registry_id } of rows) found.push({ key, registryId: registry_id });
    }
    return found;
  }

  async #join(wanted: LargeRepository): Promise<ReadonlyMap<number, number>> {
    const { key, registryId } = wanted;
    const joined = [...this.#weighings].find((one) => one.of?.key === key && this.#isRight(one, registryId, key));
    const { name } = joined ?? { name: `unique size ${++this.#weighingsSoFar}` };
    return this.#share(name, () => this.#weigh([key], this.#begin(wanted, name)));
  }

  #begin(of: LargeRepository | null, name = ''): Weighing {
    const weighing = { of, name, departures: this.#parts.departures.value, changes: [] };
    this.#weighings.add(weighing);
    return weighing;
  }

  async #weigh(keys: readonly number[], weighing: Weighing): Promise<ReadonlyMap<number, number>> {
    const { large, kept } = this.#limits;
    try {
      const weighed = await measureUnique(this.#parts.scanner, keys);
      this.#followDepartures();
      for (const { key, registryId, size, images } of weighed)
        if (images >= large && kept > 0 && this.#isRight(weighing, registryId, key))
          this.#kept.set(key, { registryId, size });
      return new Map(weighed.map(({ key, size }) => [key, size]));
    } finally {
      this.#weighings.delete(weighing);
    }
  }

  /** Nothing that it reads of this repository has changed since it began. */
  #isRight({ departures, changes }: Weighing, registryId: string, key: number): boolean {
    return departures === this.#parts.departures.value && !changes.some((one) => concerns(one, registryId, key));
  }

  /** A repository that goes may leave any other of its registry alone with a blob. */
  #followDepartures(): void {
    if (this.#knownDepartures === this.#parts.departures.value) return;
    this.#kept.clear();
    this.#knownDepartures = this.#parts.departures.value;
  }
}

function concerns({ registryId, keys }: UniqueSizeChange, ofRegistry: string, key: number): boolean {
  return registryId === ofRegistry && (keys === null || keys.has(key));
}
