import PQueue from 'p-queue';
import type { NewAuditEntry } from '../../domain/audit.js';
import { isRepositoryJob, type Job, type JobKind, type RepositoryJob, repositoryKinds } from '../../domain/job.js';
import type { NewJob } from '../../store/jobs/jobs.js';
import { type Lease, runLeased } from '../../store/leases/leases.js';
import { repeat } from '../../timer.js';
import { type RequestContext, waitFor } from '../context.js';
import { takeWhenLeft } from '../jobwatch.js';
import { runJob } from '../registryjobs.js';
import { type ApprovalNeed, describeWanted, endAllWaiting, endExpired } from './approval.js';
import { describeBegun, describeEnded } from './auditentries.js';
import type { ExecutionParts } from './execution.js';
import { executeJob, findJobSource, type JobExecutor } from './jobexecution.js';
import { removeLeftovers } from './leftovers.js';
import type { DeletionPlan } from './plan.js';
import { describeSpan, type EnqueuedDeletion, nameLease, type QueuedJob } from './queuedjob.js';

/** Milliseconds after which jobs and placeholders that could not be finished are tried again. */
const retryInterval = 30_000;

/** Milliseconds for which a registry that is to be detached waits for its deletions to be cancelled. */
const cancelTimeout = 8000;

/** Deletions at a time in one registry: each reads whole repositories, and other readers are to get their turn. */
const deletionsAtATime = 4;

/**
 * Executes deletions, and what undoes them: each is a job of steps that goes on without the request that began it,
 * after a restart, and on another gateway where its own ended. Jobs of one repository are executed one after the other,
 * and of one registry `deletionsAtATime`.
 */
export class DeletionWorker {
  readonly #parts: ExecutionParts;
  readonly #restore: JobExecutor;
  readonly #queued = new Map<string, QueuedJob>();
  /** Ids of jobs whose turn has come. */
  readonly #begun = new Set<string>();
  /** By the id of the registry. */
  readonly #slots = new Map<string, PQueue>();
  readonly #stopping = new AbortController();
  #stopRetrying = (): void => undefined;
  #isRemovingLeftovers = false;

  /** `restore` executes the jobs that put tags back. */
  constructor(parts: ExecutionParts, restore: JobExecutor) {
    this.#parts = parts;
    this.#restore = restore;
  }

  /**
   * Writes the job, its steps and its entry in the audit log down, then executes it when its turn comes, or once it is
   * approved, where it waits for that. Resolves once it is written; `ended` is rejected by what is no failure of the
   * registry.
   */
  async enqueue(
    { viewer, requestId }: Pick<RequestContext, 'viewer' | 'requestId'>,
    plan: DeletionPlan,
    kind: JobKind,
    audit: (job: Job) => NewAuditEntry = (job) => describeBegun(job, plan),
    more: ApprovalNeed & Pick<NewJob, 'parentId'> = {},
  ): Promise<EnqueuedDeletion> {
    const asked = { kind, requestId, createdAt: this.#parts.clock(), ...more };
    const wanted = describeWanted(viewer, plan, asked);
    const job = await this.#parts.steps.create(wanted, plan.steps, audit);
    if (job.state === 'AWAITING_APPROVAL') return { job, ended: Promise.resolve() };
    return { job, ended: this.#queue({ ...job, repository: plan.repository.name }).ended };
  }

  /**
   * Executes those of these jobs when their turns come that wait for nobody. Resolves when they have ended, or were
   * suspended.
   */
  async beginAll(jobs: readonly Job[]): Promise<void> {
    const due = jobs.filter(isRepositoryJob).filter(({ state }) => state === 'QUEUED');
    await Promise.allSettled(due.map((job) => this.#queue(job).ended));
  }

  /**
   * Has the step under way done to its end, and none begun after it, on whatever gateway; `by` is the account that
   * asks. Resolves when the job has ended.
   */
  async cancel(job: RepositoryJob, by: string): Promise<void> {
    await this.#parts.jobs.update(job.id, { cancelledBy: by });
    const cancelled = { ...job, cancelledBy: by };
    const known = this.#queued.get(job.id);
    if (known) return this.#stopQueued(known, cancelled);
    const { ended } = this.#queue(cancelled);
    return ended.catch(() => undefined);
  }

  /** Resolves when the job has ended; it is known here, and its row says by whom it is cancelled. */
  async #stopQueued({ cancelling, ended, lease }: QueuedJob, job: RepositoryJob): Promise<void> {
    const { steps, leases, clock } = this.#parts;
    cancelling.abort();
    const own = await lease.catch(() => null);
    if (!own || this.#begun.has(job.id) || job.state !== 'QUEUED') return ended.catch(() => undefined);
    // It waits for its turn, and has sent nothing: it is ended without that.
    await leases.within(own, async () => {
      await steps.cancelPending(job.id);
      const at = clock();
      const source = await findJobSource(this.#parts, job);
      const entry = describeEnded(job, source, { state: 'CANCELLED', failures: [], at });
      await steps.end(job.id, { state: 'CANCELLED', finishedAt: at }, entry);
    });
  }

  /**
   * Suspends the deletions of a registry, so that its client can be closed; `resume` goes on with them. With `by`, they
   * are cancelled in that account's name first, as are those that wait for approval, and suspended when they have not
   * ended after `cancelTimeout`.
   */
  async suspend(registryId: string, by: string | null): Promise<void> {
    const { jobs, leases } = this.#parts;
    const listQueued = (): QueuedJob[] => [...this.#queued.values()].filter(({ job }) => job.registryId === registryId);
    if (by !== null) {
      await endAllWaiting(this.#parts, registryId, by);
      // Those of other gateways are in the database alone.
      const known = leases.isShared
        ? (await jobs.listUnfinished(repositoryKinds))
            .filter(isRepositoryJob)
            .filter((job) => job.registryId === registryId)
        : listQueued().map(({ job }) => job);
      await waitFor(this.#parts, Promise.all(known.map((job) => this.cancel(job, by))), cancelTimeout);
    }
    const entries = listQueued();
    for (const { suspending } of entries) suspending.abort();
    await Promise.allSettled(entries.map(({ ended }) => ended));
  }

  /** Queues the jobs that have not ended, and that no gateway has queued. Resolves once they are. */
  async resume(): Promise<void> {
    const { jobs, leases } = this.#parts;
    if (this.#stopping.signal.aborted) return;
    const left = (await jobs.listUnfinished(repositoryKinds))
      .filter(isRepositoryJob)
      .filter(({ id }) => !this.#queued.has(id));
    const held = leases.isShared ? await leases.listHeld(left.map(nameLease)) : new Set<string>();
    for (const job of left) if (!held.has(nameLease(job))) this.#queue(job);
  }

  /** Resumes jobs that an ended process left, and every `retryInterval` those that could not be finished. */
  start(): void {
    const resume = (): void => void this.#parts.tasks.add(this.resume());
    const retry = (): void => {
      resume();
      void this.#parts.tasks.add(endExpired(this.#parts));
      void this.#parts.tasks.add(this.#removeLeftovers());
    };
    this.#stopRetrying = repeat(this.#parts.timer, retryInterval, retry);
    this.#parts.leases.onLeft(resume);
    retry();
  }

  /** Suspends all jobs until the next start. Resolves when none is under way. */
  async stop(): Promise<void> {
    this.#stopRetrying();
    this.#stopping.abort();
    await Promise.allSettled([...this.#queued.values()].map(({ ended }) => ended));
  }

  #queue(job: RepositoryJob): QueuedJob {
    const known = this.#queued.get(job.id);
    if (known) return known;
    const { leases, tasks, tracer } = this.#parts;
    const [cancelling, suspending] = [new AbortController(), new AbortController()];
    if (job.cancelledBy !== null) cancelling.abort();
    const execute = tracer.bind((lost: AbortSignal) => this.#execute(job, cancelling.signal, lost));
    // It outlives whatever it was begun within, as a run of retention that may end without it.
    const queued = leases.apart((): QueuedJob => {
      const lease = leases.take(nameLease(job));
      const ended = this.#run(job, lease, suspending.signal, execute).finally(() => {
        this.#queued.delete(job.id);
        this.#begun.delete(job.id);
      });
      return { job, lease, ended, cancelling, suspending };
    });
    this.#queued.set(job.id, queued);
    void tasks.add(queued.ended);
    return queued;
  }

  /** Executes the job when its turn comes; waits for its end where another gateway has it. */
  async #run(
    job: RepositoryJob,
    taken: Promise<Lease | null>,
    suspending: AbortSignal,
    execute: (left: AbortSignal) => Promise<void>,
  ): Promise<void> {
    const { jobs, repositoryMutex, tasks } = this.#parts;
    const left = AbortSignal.any([this.#stopping.signal, suspending]);
    const lease = (await taken) ?? (await takeWhenLeft(this.#parts, job.id, nameLease(job), left));
    if (!lease) return;
    const cancel = (by: string): void => {
      const known = this.#queued.get(job.id);
      if (known) void tasks.add(this.#stopQueued(known, { ...job, cancelledBy: by }));
    };
    const leftHere = AbortSignal.any([left, lease.lost]);
    const takeTurn = (lost: AbortSignal): Promise<void> =>
      this.#slotOf(job.registryId).add(() => execute(AbortSignal.any([leftHere, lost])));
    try {
      await runJob(this.#parts, job.id, lease, cancel, async () => {
        // One that was left under way waits for its turn anew: its pace is of what is done from then on.
        if (job.state === 'RUNNING') await jobs.update(job.id, { resumedAt: null });
        await repositoryMutex.runExclusive(job.registryId, job.repository, takeTurn, leftHere);
      });
    } catch (error) {
      // It waited for a writer of another gateway, and is left to be resumed.
      if (!leftHere.aborted) throw error;
    }
  }

  #slotOf(registryId: string): PQueue {
    const slot = this.#slots.get(registryId) ?? new PQueue({ concurrency: deletionsAtATime });
    this.#slots.set(registryId, slot);
    return slot;
  }

  #execute(job: RepositoryJob, cancelling: AbortSignal, suspending: AbortSignal): Promise<void> {
    this.#begun.add(job.id);
    const signals = { suspending, cancelling };
    return this.#parts.tracer.apart(
      () => describeSpan(job),
      (span) =>
        job.kind === 'RESTORE_TAGS' ? this.#restore(job, signals, span) : executeJob(this.#parts, job, signals, span),
    );
  }

  async #removeLeftovers(): Promise<void> {
    if (this.#isRemovingLeftovers) return;
    this.#isRemovingLeftovers = true;
    const { leases } = this.#parts;
    const remove = ({ lost }: Lease): Promise<void> =>
      removeLeftovers(this.#parts, AbortSignal.any([this.#stopping.signal, lost]));
    await runLeased(leases, 'leftovers', remove).finally(() => (this.#isRemovingLeftovers = false));
  }
}
