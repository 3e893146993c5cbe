import type { Digest } from './digest.js';
import type { JobKind, JobState } from './job.js';
import type { RegistryName, RepositoryName, TagName } from './name.js';

/** In the order in which the schema lists them. */
export const eventKinds = [
  'TAG_PUSHED',
  'TAG_MOVED',
  'TAG_DELETED',
  'REPOSITORY_APPEARED',
  'REPOSITORY_CHANGED',
  'REPOSITORY_EMPTIED',
  'REPOSITORY_GONE',
  'REGISTRY_ATTACHED',
  'REGISTRY_DETACHED',
  'REGISTRY_UNREACHABLE',
  'REGISTRY_BACK',
  'JOB_BEGAN',
  'JOB_ENDED',
] as const;
export type EventKind = (typeof eventKinds)[number];

/**
 * Something that became otherwise in the catalogue, as it was written down with the change itself. It refers by names,
 * so that it outlives what it tells of; a field that its kind does not have is null.
 */
export interface CatalogueEvent {
  /** Grows in the order in which changes were committed; none is given twice. */
  readonly id: number;
  readonly at: Date;
  readonly kind: EventKind;
  readonly registryId: string;
  /** As it was called then. */
  readonly registryName: RegistryName;
  readonly repository: RepositoryName | null;
  readonly tag: TagName | null;
  /** The digest that the tag points to now; null: it is gone. */
  readonly digest: Digest | null;
  /** The digest that it pointed to before; null: none that was known. */
  readonly formerDigest: Digest | null;
  /** The tags that a repository appeared with, that went with it, or that changed at once. */
  readonly tagCount: number | null;
  readonly jobId: string | null;
  readonly jobKind: JobKind | null;
  readonly jobState: JobState | null;
  /** Why a registry is not reached. */
  readonly message: string | null;
}

/**
 * Tags of one reading of a repository that come, or go, and are told of one by one. More at once are told of by their
 * repository: a registry that shows another hundred thousand each time would push all else out of what is kept.
 */
export const mostTagsTold = 1000;
