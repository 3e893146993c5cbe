import type { Tag } from '../../domain/catalogue.js';
import type { Digest } from '../../domain/digest.js';
import type { Keepers } from './keepers.js';

/**
 * Why an image stays of which a tag goes:
 * - `OTHER_TAGS`: tags that stay are on it;
 * - `INDEX`: tags that stay are on an index that holds it;
 * - `UNCERTAIN`: nothing that is known keeps it, and something that could not be read may.
 */
export type KeptReason = 'OTHER_TAGS' | 'INDEX' | 'UNCERTAIN';

/** An image that stays though tags of it go. */
export interface KeptImage {
  readonly digest: Digest;
  readonly imageKey: number | null;
  /** Those of its tags that go, in name order. */
  readonly tags: readonly Tag[];
  /** Those of its tags that stay, in name order. */
  readonly otherTags: readonly Tag[];
  /** Tags that stay and are on indexes that hold it, index by index. */
  readonly indexTags: readonly Tag[];
  readonly reasons: readonly KeptReason[];
}

/** Lists the images of tags that go alone, in the order of these tags. A tag with nothing behind it has none. */
export function explainKept(alone: readonly Tag[], keepers: Keepers): readonly KeptImage[] {
  const byDigest = Map.groupBy(alone, ({ digest }) => digest);
  return [...byDigest].flatMap(([digest, tags]): KeptImage[] => {
    if (digest === null) return [];
    const [otherTags, indexTags] = [keepers.tagsOn(digest), keepers.tagsOnIndexesOf(digest)];
    const known: KeptReason[] = [
      ...(otherTags.length > 0 ? (['OTHER_TAGS'] as const) : []),
      ...(indexTags.length > 0 ? (['INDEX'] as const) : []),
    ];
    const reasons = known.length > 0 ? known : (['UNCERTAIN'] as const);
    return [{ digest, imageKey: tags[0]?.imageKey ?? null, tags, otherTags, indexTags, reasons }];
  });
}
