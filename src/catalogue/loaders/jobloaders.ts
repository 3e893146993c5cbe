import type DataLoader from 'dataloader';
import type { Job, JobKind, JobState } from '../../domain/job.js';
import type { PieceOutline } from '../../domain/jobpieces.js';
import type { TagName } from '../../domain/name.js';
import type { Page, PageRequest } from '../../domain/page.js';
import type { ApprovalStore } from '../../store/jobs/approvals.js';
import type { DeletionStore } from '../../store/jobs/deletions.js';
import type { StepPlace } from '../../store/jobs/restorable.js';
import type { JobStore } from '../../store/jobs/jobs.js';
import { createBatchLoader, loadByKey, loadPages } from './batchloader.js';

export interface JobListParts {
  readonly jobs: JobStore;
  readonly steps: Pick<DeletionStore, 'tagsGone' | 'countRestorable'>;
  readonly approvals: ApprovalStore;
}

/** The newest jobs of one registry, of these kinds. */
export interface JobListRequest {
  readonly registryId: string;
  readonly kinds: readonly JobKind[];
  readonly limit: number;
}

/** The pieces of one job; null: in whatever states. */
export interface PiecePageRequest {
  readonly jobId: string;
  readonly states: readonly JobState[] | null;
  readonly page: PageRequest;
}

/** Lists of jobs, and of what they did. */
export interface JobLoaders {
  readonly newestJobs: DataLoader<JobListRequest, Job[], string>;
  /** The first tags that a deletion took off so far. */
  readonly tagsGone: DataLoader<{ readonly jobId: string; readonly limit: number }, TagName[], string>;
  /** How many tags that a deletion took off can come back; of one of its steps, 1 where any can, else 0. */
  readonly restorableCount: DataLoader<StepPlace, number, string>;
  /** The pieces of a job, in the order they were made in, as rights are asked about them. */
  readonly pieces: DataLoader<string, PieceOutline[], string>;
  /** A page of the pieces of a job. */
  readonly piecePage: DataLoader<PiecePageRequest, Page<Job>, string>;
  /** The deletions of a registry that wait for approval, the oldest first. */
  readonly waitingJobs: DataLoader<string, Job[], string>;
}

export function createJobLoaders({ jobs, steps, approvals }: JobListParts): JobLoaders {
  return {
    newestJobs: createBatchLoader({
      keyOf: ({ registryId }) => registryId,
      kindOf: ({ kinds, limit }) => JSON.stringify([kinds, limit]),
      load: (requests) =>
        loadByKey(
          requests,
          ({ registryId }) => registryId,
          (ids) => jobs.listOf(ids, requests[0]!.kinds, requests[0]!.limit),
          [],
        ),
    }),
    tagsGone: createBatchLoader({
      keyOf: ({ jobId }) => jobId,
      kindOf: ({ limit }) => `${limit}`,
      load: (requests) =>
        loadByKey(
          requests,
          ({ jobId }) => jobId,
          (ids) => steps.tagsGone(ids, requests[0]!.limit),
          [],
        ),
    }),
    restorableCount: createBatchLoader({
      keyOf: ({ jobId, position }) => `${jobId} ${position ?? ''}`,
      kindOf: ({ position }) => (position === null ? 'job' : 'step'),
      load: (places) => steps.countRestorable(places),
    }),
    ...createPieceLoaders(jobs),
    waitingJobs: createBatchLoader({
      keyOf: (registryId) => registryId,
      load: (registryIds) =>
        loadByKey(
          registryIds,
          (id) => id,
          (ids) => approvals.listWaiting(ids),
          [],
        ),
    }),
  };
}

function createPieceLoaders(jobs: JobListParts['jobs']): Pick<JobLoaders, 'pieces' | 'piecePage'> {
  return {
    pieces: createBatchLoader({
      keyOf: (parentId) => parentId,
      load: (parentIds) =>
        loadByKey(
          parentIds,
          (id) => id,
          (ids) => jobs.outlines(ids),
          [],
        ),
    }),
    piecePage: createBatchLoader({
      keyOf: ({ jobId }) => jobId,
      kindOf: ({ states, page }) => JSON.stringify([states, page]),
      load: loadPages((requests) =>
        loadByKey(
          requests,
          ({ jobId }) => jobId,
          (ids) => jobs.pagesOfPieces(ids, requests[0]!.states, requests[0]!.page),
        ),
      ),
    }),
  };
}
