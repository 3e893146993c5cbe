import type { Tag } from '../../domain/catalogue.js';
import type { DeletionMethod, PlannedStep } from '../../domain/deletion.js';
import type { Digest } from '../../domain/digest.js';
import { mostProofs } from '../sync/tagnames.js';
import type { Held, References } from './references.js';

/** The tags of a deletion, divided by whether their manifest is deleted with them or stays. */
export interface Partition {
  /** Tags that are deleted alone, in name order: their manifest stays, or there is none. */
  readonly alone: readonly Tag[];
  /** Manifests that are deleted with all their tags: indexes before what they hold. */
  readonly manifests: readonly Digest[];
  /** Children of those that nothing else references, and that were read. */
  readonly children: readonly Digest[];
  /** Keys of the images of `manifests`, then of `children`, in their order. */
  readonly imageKeys: readonly number[];
  /** See DeletionPlan. */
  readonly uncertainties: readonly string[];
}

/**
 * Returns those of the tags that can be deleted with their manifest: no tag that stays, and nothing that such a tag
 * holds, references it. None, while it is not known what the tags that stay reference.
 */
export function listUnreferenced(tags: readonly Tag[], references: References): readonly Tag[] {
  if (references.isUncertain) return [];
  return tags.filter(({ digest }) => digest !== null && !references.digests.has(digest));
}

/** Divides the tags that go. `held` is all that the images of the unreferenced ones hold: see listUnreferenced. */
export function partitionTags(
  tags: readonly Tag[],
  references: References,
  held: ReadonlyMap<Digest, Held>,
): Partition {
  const unreferenced = listUnreferenced(tags, references);
  const withManifest = new Set(unreferenced);
  const manifests = orderByDepth(unreferenced, held);
  const own = new Set(manifests);
  const keys = new Map(unreferenced.map(({ digest, imageKey }) => [digest, imageKey]));
  const isLoose = ([digest, { role }]: readonly [Digest, Held]): boolean =>
    role !== 'blob' && !own.has(digest) && !references.digests.has(digest);
  const loose = references.isUncertain ? [] : [...held].filter(isLoose);
  // A child that was not read is not deleted: it may be anything.
  const children = loose.flatMap(([digest, { imageKey }]) => (imageKey === null ? [] : [{ digest, imageKey }]));
  const unread = loose.length - children.length;
  return {
    alone: tags.filter((tag) => !withManifest.has(tag)),
    manifests,
    children: children.map(({ digest }) => digest),
    imageKeys: [...manifests.flatMap((digest) => keys.get(digest) ?? []), ...children.map(({ imageKey }) => imageKey)],
    uncertainties: [
      ...references.uncertainties,
      ...(unread > 0 ? [`Of the indexes that go, ${unread} children were not read, and are left.`] : []),
    ],
  };
}

/** Puts indexes before what they hold: some registries keep a child while its index stands. */
function orderByDepth(tags: readonly Tag[], held: ReadonlyMap<Digest, Held>): Digest[] {
  const depthOf = (digest: Digest): number => held.get(digest)?.depth ?? 0;
  return [...new Set(tags.flatMap((tag) => tag.digest ?? []))].sort((a, b) => depthOf(a) - depthOf(b));
}

/** Returns the steps that delete these tags, in order: manifests, tags alone, children. */
export function planSteps(tags: readonly Tag[], { alone, manifests, children }: Partition): PlannedStep[] {
  const tagsByDigest = Map.groupBy(tags, (tag) => tag.digest);
  return [
    ...manifests.map((digest): PlannedStep => {
      const named = tagsByDigest.get(digest) ?? [];
      return { kind: 'MANIFEST', digest, tags: named.map((tag) => tag.name) };
    }),
    ...alone.map(({ digest, name }): PlannedStep => ({ kind: 'TAG', digest, tags: [name] })),
    ...children.map((digest): PlannedStep => ({ kind: 'CHILD', digest, tags: [] })),
  ];
}

const requestsByTagMethod: Readonly<Record<DeletionMethod, number>> = {
  UNSUPPORTED: 0,
  MANIFEST_DELETE: 0,
  TAG_DELETE: 2,
  PLACEHOLDER_THEN_DELETE: 5,
};

/** Tags of a repository: all there are before the deletion, and those that are asked for to plan it. */
export interface TagCounts {
  readonly all: number;
  readonly asked: number;
}

/**
 * Estimates the requests that executing the steps sends: the plan made again with its probes, the steps' own with a
 * look at the list before each manifest and child, a snapshot of the repository before manifests go, which asks for
 * each of its tags, and last readings of the list with proofs that tags are gone.
 */
export function countRequests(
  steps: readonly PlannedStep[],
  method: DeletionMethod,
  { all, asked }: TagCounts,
): number {
  if (method === 'UNSUPPORTED') return 0;
  const requestsOf = ({ kind }: PlannedStep): number => (kind === 'TAG' ? requestsByTagMethod[method] : 3);
  const ofSteps = steps.reduce((sum, step) => sum + requestsOf(step), 0);
  const planning = 1 + asked + (method === 'MANIFEST_DELETE' ? 1 : 2);
  const snapshot = steps.some(({ kind }) => kind !== 'TAG') ? 1 + all : 0;
  const ofChildren = steps.some(({ kind }) => kind === 'CHILD') ? 1 : 0;
  const proofs = Math.min(
    steps.reduce((sum, { tags }) => sum + tags.length, 0),
    mostProofs,
  );
  return planning + ofSteps + snapshot + ofChildren + 2 + proofs;
}
