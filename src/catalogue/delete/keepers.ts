import type { IndexChild, Tag } from '../../domain/catalogue.js';
import type { Digest } from '../../domain/digest.js';
import { maxIndexDepth } from '../../domain/image.js';
import type { ImageStore } from '../../store/index/images.js';
import { imageKeysOf } from './references.js';

/** Of the tags that stay, those that keep a manifest: they are on it, or on an index that holds it at any depth. */
export interface Keepers {
  /** In name order. */
  tagsOn(digest: Digest): readonly Tag[];
  /** In name order within each index. */
  tagsOnIndexesOf(digest: Digest): readonly Tag[];
}

/** Finds out what keeps manifests, again and again while tags are read; what an index holds is looked up once. */
export class KeeperFinder {
  readonly #images: Pick<ImageStore, 'listChildren'>;
  /** By the key of each index that was looked at; others have no entry. */
  readonly #children = new Map<number, readonly IndexChild[]>();
  readonly #seen = new Set<number>();

  constructor(images: Pick<ImageStore, 'listChildren'>) {
    this.#images = images;
  }

  async find(staying: readonly Tag[]): Promise<Keepers> {
    const keys = imageKeysOf(staying);
    await this.#load(keys);
    const byDigest = Map.groupBy(
      staying.filter(({ digest }) => digest !== null),
      ({ digest }) => digest,
    );
    const tagsOn = (digest: Digest): readonly Tag[] => byDigest.get(digest) ?? [];
    const parents = this.#mapParents(staying);
    const tagsOnIndexesOf = (digest: Digest): readonly Tag[] => {
      const indexes = new Set(parents.get(digest));
      for (const index of indexes) for (const above of parents.get(index) ?? []) indexes.add(above);
      return [...indexes].flatMap(tagsOn);
    };
    return { tagsOn, tagsOnIndexesOf };
  }

  async #load(imageKeys: readonly number[]): Promise<void> {
    let level = imageKeys.filter((key) => !this.#seen.has(key));
    for (let depth = 1; level.length > 0 && depth <= maxIndexDepth; depth++) {
      for (const key of level) this.#seen.add(key);
      const children = await this.#images.listChildren(level);
      for (const [key, some] of Map.groupBy(children, ({ indexKey }) => indexKey)) this.#children.set(key, some);
      const next = new Set(children.flatMap(({ imageKey }) => imageKey ?? []));
      level = [...next].filter((key) => !this.#seen.has(key));
    }
  }

  /** By the digest of each manifest that an index under one of the tags holds, the digests of those indexes. */
  #mapParents(staying: readonly Tag[]): ReadonlyMap<Digest, ReadonlySet<Digest>> {
    const parents = new Map<Digest, Set<Digest>>();
    const digests = new Map<number, Digest>();
    for (const { imageKey, digest } of staying) if (imageKey !== null && digest !== null) digests.set(imageKey, digest);
    // A key that is added meanwhile is looked at too: an index in an index.
    for (const [key, index] of digests)
      for (const { digest, imageKey } of this.#children.get(key) ?? []) {
        const above = parents.get(digest) ?? new Set();
        parents.set(digest, above.add(index));
        if (imageKey !== null && !digests.has(imageKey)) digests.set(imageKey, digest);
      }
    return parents;
  }
}
