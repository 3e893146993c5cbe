import type { Job, RepositoryJob } from '../../domain/job.js';
import type { Lease } from '../../store/leases/leases.js';
import type { SpanDescription } from '../../trace.js';

/** A job that is executed, or waits for its turn. */
export interface QueuedJob {
  readonly job: RepositoryJob;
  /** null: another gateway has the job, and executes it for as long as it lives. */
  readonly lease: Promise<Lease | null>;
  readonly ended: Promise<void>;
  readonly cancelling: AbortController;
  readonly suspending: AbortController;
}

/** A job that was enqueued, and when it has ended or was suspended. */
export interface EnqueuedDeletion {
  readonly job: Job;
  readonly ended: Promise<void>;
}

/** Whoever has the lease of this name executes the job. */
export function nameLease({ id }: Pick<Job, 'id'>): string {
  return `job ${id}`;
}

/** For the trace of the job, which is none of the request that asked for it. */
export function describeSpan({ id, kind }: Job): SpanDescription {
  const name = kind === 'RESTORE_TAGS' ? 'restoration' : 'deletion';
  return { name, attributes: { 'registry_gateway.job.id': id, 'registry_gateway.job.kind': kind } };
}
