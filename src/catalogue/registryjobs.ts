import { isEnded, type Job, nameRegistryLease, type RegistryJobKind, registryJobKinds } from '../domain/job.js';
import type { JobStore } from '../store/jobs/jobs.js';
import type { Lease, Leases } from '../store/leases/leases.js';
import { repeat, type Timer } from '../timer.js';
import type { JobWatch } from './jobwatch.js';
import type { BackgroundTasks } from './tasks.js';

/** Milliseconds between two looks for the job of work that another gateway is about to begin, or has just ended. */
const joinEvery = 250;

/** Milliseconds between two looks for jobs that no gateway has any more. */
const endLeftEvery = 30_000;

export interface RegistryJobParts {
  readonly clock: () => Date;
  readonly jobs: JobStore;
  readonly jobWatch: JobWatch;
  readonly leases: Leases;
  readonly tasks: BackgroundTasks;
  readonly timer: Timer;
}

/** A job of this gateway, as `T`, or one that another has under way. */
export type OpenedJob<T> = { readonly own: T; readonly lease: Lease } | { readonly elsewhere: Job };

/**
 * Takes the lease of the work and has its job begun, or finds the job of the gateway that has the lease. null: `begin`
 * gave that, as there is nothing to be done any more. Rejects with the signal's reason when that aborts first.
 */
export async function openJob<T>(
  parts: Pick<RegistryJobParts, 'jobs' | 'leases' | 'timer'>,
  kind: RegistryJobKind,
  registryId: string,
  signal: AbortSignal,
  begin: (lease: Lease) => Promise<T | null>,
): Promise<OpenedJob<T> | null> {
  for (;;) {
    const lease = await parts.leases.take(nameRegistryLease(kind, registryId));
    if (lease) return beginOwn(lease, begin);
    const elsewhere = await findUnfinished(parts, kind, registryId);
    if (elsewhere) return { elsewhere };
    await parts.timer.sleep(joinEvery, signal);
  }
}

async function beginOwn<T>(lease: Lease, begin: (lease: Lease) => Promise<T | null>): Promise<OpenedJob<T> | null> {
  let own: T | null = null;
  try {
    own = await begin(lease);
    return own === null ? null : { own, lease };
  } finally {
    if (own === null) await lease.release();
  }
}

/** Of any gateway; null: the work is not under way in the registry. */
export async function findUnfinished(
  { jobs }: Pick<RegistryJobParts, 'jobs'>,
  kind: RegistryJobKind,
  registryId: string,
): Promise<Job | null> {
  const [job] = (await jobs.listOf([registryId], [kind], 1)).get(registryId) ?? [];
  return job && !isEnded(job) ? job : null;
}

/**
 * Does the work of a job under its lease, and gives that back. Calls `cancel` once when another gateway wants the job's
 * end: see JobWatch.
 */
export async function runJob<T>(
  { jobWatch, leases }: Pick<RegistryJobParts, 'jobWatch' | 'leases'>,
  jobId: string,
  lease: Lease,
  cancel: (by: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  const stopWatching = jobWatch.onCancel(jobId, cancel);
  try {
    return await leases.within(lease, work);
  } finally {
    stopWatching();
    await lease.release();
  }
}

/**
 * Ends the crawls and the runs of retention that ended processes left: they are begun anew, and not resumed. Looks for
 * more of them, where other gateways may leave some, until what it gives is called.
 */
export async function endLeftJobs({ clock, jobs, leases, tasks, timer }: RegistryJobParts): Promise<() => void> {
  const endLeft = (): Promise<void> => jobs.cancelRunning(registryJobKinds, clock());
  await endLeft();
  const end = (): void => void tasks.add(endLeft());
  leases.onLeft(end);
  // One that could not be ended, as the database was away, has no lease.
  return leases.isShared ? repeat(timer, endLeftEvery, end) : () => undefined;
}
