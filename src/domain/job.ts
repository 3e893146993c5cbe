import type { ErrorCode } from '../errors.js';

/** `CRAWL` reads a whole registry into the index. */
export type JobKind = 'CRAWL';

export type JobState = 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'PARTIALLY_FAILED' | 'FAILED' | 'CANCELLED';

/** What went wrong with one piece of a job. `subject` names it: a repository, or the registry. */
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
  readonly registryId: string;
  readonly state: JobState;
  /** Repositories. */
  readonly done: number;
  readonly total: number;
  /** The account, or what in the gateway began it. */
  readonly requestedBy: string;
  /** The first hundred. */
  readonly failures: readonly JobFailure[];
  readonly failureCount: number;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
}
