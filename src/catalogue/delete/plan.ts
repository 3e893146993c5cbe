import type { Referrer, Tag } from '../../domain/catalogue.js';
import type { DeletionMethod, PlannedStep } from '../../domain/deletion.js';
import type { Digest } from '../../domain/digest.js';
import type { DeleteCapability } from '../../domain/registry.js';
import type { RepositorySource } from '../sync/reading.js';
import type { KeptImage } from './kept.js';

/**
 * The tags and manifests that a deletion removes, as the registry had them when the plan was made, as far as what
 * decides was read then. A dry run and the execution make it alike.
 */
export interface DeletionPlan extends RepositorySource {
  /** Every tag that goes, in name order. */
  readonly tags: readonly Tag[];
  /** Tags among them that the caller did not name: they are on an image that is deleted with all its tags. */
  readonly alsoRemovedTags: readonly Tag[];
  /** Tags among them that go alone: their image has other tags, or stands in an index, and stays. */
  readonly keepingImage: readonly Tag[];
  /** Their images, and why these stay. */
  readonly keptImages: readonly KeptImage[];
  /** Manifests that go: those of tags, then children of indexes. */
  readonly manifests: readonly Digest[];
  /** The keys of their images, in the same order. */
  readonly imageKeys: readonly number[];
  /** Bytes of distinct blobs that the registry's garbage collection gives back. */
  readonly reclaimable: number;
  /** Signatures, SBOMs and the like about images that go; they stay. */
  readonly orphanedReferrers: readonly Referrer[];
  /** The repository has no tags left then; most registries go on listing its name. */
  readonly leavesEmptyRepository: boolean;
  readonly capability: DeleteCapability;
  readonly method: DeletionMethod;
  /**
   * When what the tags that stay point to was read, of the one that was read longest ago; null: none stays. Those that
   * decide were read just now; of the others none that moved since is lost: see RepositorySnapshots.
   */
  readonly stayingReadAt: Date | null;
  /** About how many requests the execution sends to the registry. */
  readonly upstreamRequests: number;
  /** Sentences that say why images are left though nothing that is known uses them; empty: all is known. */
  readonly uncertainties: readonly string[];
  /** In the order they are done in. */
  readonly steps: readonly PlannedStep[];
}

/** A plan with the token that stands for it, which is taken until `expiresAt`. */
export interface SealedPlan extends DeletionPlan {
  readonly token: string;
  readonly expiresAt: Date;
  /** How long that is from now. */
  readonly secondsLeft: number;
}
