import type { ErrorCode } from '../errors.js';
import type { RepositoryName } from './name.js';

/**
 * `CRAWL` reads a whole registry into the index; `RETENTION_RUN` looks through one for what its rules let go, and
 * begins a `RETENTION` for each repository that has some; `RESTORE_TAGS` puts back what a deletion took off. A
 * `DELETE_SELECTION` is a whole of `DELETE_TAGS`, a `RESTORE_SELECTION` of `RESTORE_TAGS`. The others delete.
 */
export const jobKinds = [
  'CRAWL',
  'DELETE_TAGS',
  'DELETE_REPOSITORY',
  'RETENTION',
  'RETENTION_RUN',
  'RESTORE_TAGS',
  'DELETE_SELECTION',
  'RESTORE_SELECTION',
] as const;
export type JobKind = (typeof jobKinds)[number];

/** `AWAITING_APPROVAL`: a second person has to approve it, and nobody works on it before. */
export const jobStates = [
  'AWAITING_APPROVAL',
  'QUEUED',
  'RUNNING',
  'SUCCEEDED',
  'PARTIALLY_FAILED',
  'FAILED',
  'CANCELLED',
] as const;
export type JobState = (typeof jobStates)[number];

/** The failure of one piece of a job. `subject` names the piece: a repository, the registry, a tag or a digest. */
export interface JobFailure {
  readonly subject: string;
  readonly code: ErrorCode;
  readonly message: string;
}

/** Work that goes on without the request that began it. */
export interface Job {
  /** UUID. */
  readonly id: string;
  readonly kind: JobKind;
  /** null: its pieces are of several registries. */
  readonly registryId: string | null;
  /** The one it is about; null: the whole registry, or those of its pieces. */
  readonly repository: RepositoryName | null;
  /** The job that it is a piece of; null: it is a piece of none. */
  readonly parentId: string | null;
  /** Of a job whose pieces are jobs: how many of them are in each state that any is in. */
  readonly pieceCounts?: readonly PieceCount[];
  readonly state: JobState;
  /** Repositories of a crawl, and of a run of retention; steps of a deletion. */
  readonly done: number;
  readonly total: number;
  /** The account, or what in the gateway began it. */
  readonly requestedBy: string;
  /** Of the request that began it; null: none did. */
  readonly requestId: string | null;
  /** The id of that account, of a service key its maker; null: no account asked. */
  readonly requestedAccount: string | null;
  /** The account that told it to stop, or rejected it; null: none did. */
  readonly cancelledBy: string | null;
  /** The account that approved it; null: none did. */
  readonly approvedBy: string | null;
  /** Of a deletion that needs approval: until when it waits for that; null: it needs none. */
  readonly approvalExpiresAt: Date | null;
  /** The first hundred. */
  readonly failures: readonly JobFailure[];
  readonly failureCount: number;
  readonly createdAt: Date;
  /** When it was first worked on; null: it has not been, or that was not written down. */
  readonly startedAt: Date | null;
  /** By it its end is judged; null: nothing is known of that. */
  readonly pace: JobPace | null;
  readonly finishedAt: Date | null;
}

/**
 * How long a job, or the pieces of a whole, took for what is done, since a gateway last took it up: neither the time
 * for which it waited, nor that for which no gateway ran.
 */
export interface JobPace {
  /** Steps of `Job.done` that were over before. */
  readonly doneBefore: number;
  /** Milliseconds that pieces took which have ended. */
  readonly spent: number;
  /** Pieces under way; 1 of a job that has none. */
  readonly hands: number;
  /** The sum of when these were taken up: milliseconds since 1970. */
  readonly takenUp: number;
  /** Of a whole: the steps left in pieces that have not ended, and in the one of them that has most left. */
  readonly left?: StepsLeft;
}

interface StepsLeft {
  readonly all: number;
  readonly longest: number;
}

export interface PieceCount {
  readonly state: JobState;
  readonly count: number;
}

/** A job as it is written down: of one registry. */
export interface PlacedJob extends Job {
  readonly registryId: string;
}

export function isPlaced(job: Job): job is PlacedJob {
  return job.registryId !== null;
}

/** Narrows a list of jobs; a field that is absent does not narrow it. */
export interface JobFilter {
  readonly registryIds?: readonly string[];
  /** The full name of the repository that it is about. */
  readonly repository?: RepositoryName;
  readonly kinds?: readonly JobKind[];
  readonly states?: readonly JobState[];
  /** The account that asked for it, exactly. */
  readonly requestedBy?: string;
  /** Lists the jobs of one repository that a whole is made of, in place of the whole. */
  readonly pieces?: boolean;
}

/** The kinds of jobs that delete from one repository. */
export const deletionKinds: readonly JobKind[] = ['DELETE_TAGS', 'DELETE_REPOSITORY', 'RETENTION'];

/** The kinds of jobs that change one repository, step by step. */
export const repositoryKinds: readonly JobKind[] = [...deletionKinds, 'RESTORE_TAGS'];

/** A job that changes one repository, step by step. */
export interface RepositoryJob extends PlacedJob {
  readonly repository: RepositoryName;
}

export function isRepositoryJob(job: Job): job is RepositoryJob {
  return job.repository !== null && job.registryId !== null && repositoryKinds.includes(job.kind);
}

/** A job that deletes from one repository. */
export type DeletionJob = RepositoryJob;

export function isDeletionJob<T extends Pick<Job, 'kind' | 'registryId' | 'repository'>>(
  job: T,
): job is T & Pick<DeletionJob, 'registryId' | 'repository'> {
  return job.repository !== null && job.registryId !== null && deletionKinds.includes(job.kind);
}

/** `Job.requestedBy` of the crawls that the gateway begins by itself. */
export const ownRequesters = ['schedule', 'notification'] as const;

export const unfinished: readonly JobState[] = ['AWAITING_APPROVAL', 'QUEUED', 'RUNNING'];

/** Of these, those that a gateway works on, or is to. */
export const underWay: readonly JobState[] = ['QUEUED', 'RUNNING'];

/** Whether a job of this state got through all that it had to do, though some of it may have failed. */
export function isWhole(state: JobState): boolean {
  return state === 'SUCCEEDED' || state === 'PARTIALLY_FAILED';
}

export function isEnded({ state }: Pick<Job, 'state'>): boolean {
  return !unfinished.includes(state);
}

/** Work that is done for a registry by one gateway at a time. */
export const registryJobKinds = ['CRAWL', 'RETENTION_RUN'] as const satisfies readonly JobKind[];
export type RegistryJobKind = (typeof registryJobKinds)[number];

/**
 * The name of the lease of such work. A job of it that runs while nobody has the lease was left by a process that
 * ended.
 */
export function nameRegistryLease(kind: RegistryJobKind, registryId: string): string {
  return `${kind} ${registryId}`;
}
