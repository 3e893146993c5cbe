import type { Tag } from '../../domain/catalogue.js';
import type { Digest } from '../../domain/digest.js';
import type { TagName } from '../../domain/name.js';
import type { References } from './references.js';

/** Tags of a repository as they were found. */
export interface SeenTags {
  /** Names whose tags were asked for, and that were listed whenever that was looked at. */
  readonly names: Set<TagName>;
  readonly tagsByDigest: ReadonlyMap<Digest | null, readonly TagName[]>;
  /** Manifests that those of the tags which stay reference. */
  readonly references: References;
}

/** The repository as it was read once. */
export interface Snapshot extends SeenTags {
  /** By the timer, when the reading had ended. */
  readonly endedAt: number;
  /** Milliseconds after that until what its tags point to has to be asked for again. */
  readonly lifetime: number;
  /** True: it was read for children, after all other steps. */
  readonly isForChildren: boolean;
}

export function groupNames(tags: readonly Tag[]): ReadonlyMap<Digest | null, readonly TagName[]> {
  const byDigest = Map.groupBy(tags, (tag) => tag.digest);
  return new Map([...byDigest].map(([digest, some]) => [digest, some.map((tag) => tag.name)]));
}

/** Returns the snapshot with more tags, as old as it was. */
export function addTags(snapshot: Snapshot, more: SeenTags): Snapshot {
  const tagsByDigest = new Map(snapshot.tagsByDigest);
  for (const [digest, names] of more.tagsByDigest) {
    tagsByDigest.set(digest, [...(tagsByDigest.get(digest) ?? []), ...names]);
  }
  const { references } = snapshot;
  return {
    ...snapshot,
    names: new Set([...snapshot.names, ...more.names]),
    tagsByDigest,
    references: {
      digests: new Set([...references.digests, ...more.references.digests]),
      isUncertain: references.isUncertain || more.references.isUncertain,
      uncertainties: [...references.uncertainties, ...more.references.uncertainties],
    },
  };
}
