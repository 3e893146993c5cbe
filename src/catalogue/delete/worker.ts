import PQueue from 'p-queue';
import { gatewayActor, type NewAuditEntry } from '../../domain/audit.js';
import { type DeletionJob, deletionKinds, isDeletionJob, type Job, type JobKind } from '../../domain/job.js';
import { repeat } from '../../timer.js';
import type { SpanDescription } from '../../trace.js';
import { type RequestContext, waitFor } from '../context.js';
import { describeBegun, describeEnded } from './auditentries.js';
import type { ExecutionParts } from './execution.js';
import { executeJob, findJobSource } from './jobexecution.js';
import { removeLeftovers } from './leftovers.js';
import type { DeletionPlan } from './plan.js';

/** Milliseconds after which jobs and placeholders that could not be finished are tried again. */
const retryInterval = 30_000;

/** Milliseconds for which a registry that is to be detached waits for its deletions to be cancelled. */
const cancelTimeout = 8000;

/** Deletions at a time in one registry: each reads whole repositories, and other readers are to get their turn. */
const deletionsAtATime = 4;

/** A job that is executed, or waits for its turn. */
interface QueuedJob {
  readonly job: DeletionJob;
  readonly ended: Promise<void>;
  readonly cancelling: AbortController;
  readonly suspending: AbortController;
}

/** A deletion that was enqueued, and when it has ended or was suspended. */
export interface EnqueuedDeletion {
  readonly job: Job;
  readonly ended: Promise<void>;
}

/**
 * Executes deletions: each is a job of steps that goes on without the request that began it, and after a restart. Jobs
 * of one repository are executed one after the other, and of one registry `deletionsAtATime`.
 */
export class DeletionWorker {
  readonly #parts: ExecutionParts;
  readonly #queued = new Map<string, QueuedJob>();
  /** Ids of jobs whose turn has come. */
  readonly #begun = new Set<string>();
  /** By the id of the registry. */
  readonly #slots = new Map<string, PQueue>();
  readonly #stopping = new AbortController();
  #stopRetrying = (): void => undefined;
  #isRemovingLeftovers = false;

  constructor(parts: ExecutionParts) {
    this.#parts = parts;
  }

  /**
   * Writes the job, its steps and its entry in the audit log down, then executes it when its turn comes. Resolves once
   * it is written; `ended` is rejected by what is no failure of the registry.
   */
  async enqueue(
    { viewer, requestId }: Pick<RequestContext, 'viewer' | 'requestId'>,
    plan: DeletionPlan,
    kind: JobKind,
    audit: (job: Job) => NewAuditEntry = (job) => describeBegun(job, plan),
  ): Promise<EnqueuedDeletion> {
    const { registry, repository, steps } = plan;
    const wanted = {
      kind,
      registryId: registry.id,
      repository: repository.name,
      requestedBy: viewer?.username ?? gatewayActor,
      requestId,
      createdAt: this.#parts.clock(),
    };
    const job = await this.#parts.steps.create(wanted, steps, audit);
    return { job, ended: this.#queue({ ...job, repository: repository.name }).ended };
  }

  /**
   * Has the step under way done to its end, and none begun after it; `by` is the account that asks. Resolves when the
   * job has ended.
   */
  async cancel(job: DeletionJob, by: string): Promise<void> {
    const { jobs, steps, clock } = this.#parts;
    await jobs.update(job.id, { cancelledBy: by });
    const known = this.#queued.get(job.id);
    const { cancelling, ended } = known ?? this.#queue({ ...job, cancelledBy: by });
    cancelling.abort();
    if (!known || this.#begun.has(job.id) || job.state !== 'QUEUED') return ended.catch(() => undefined);
    // It waits for its turn, and has sent nothing: it is ended without that.
    await steps.cancelPending(job.id);
    const at = clock();
    const source = await findJobSource(this.#parts, job);
    const entry = describeEnded({ ...job, cancelledBy: by }, source, { state: 'CANCELLED', failures: [], at });
    await steps.end(job.id, { state: 'CANCELLED', finishedAt: at }, entry);
  }

  /**
   * Suspends the deletions of a registry, so that its client can be closed; `resume` goes on with them. With `by`, they
   * are cancelled in that account's name first, and suspended when they have not ended after `cancelTimeout`.
   */
  async suspend(registryId: string, by: string | null): Promise<void> {
    const entries = [...this.#queued.values()].filter(({ job }) => job.registryId === registryId);
    if (by !== null)
      await waitFor(this.#parts, Promise.all(entries.map(({ job }) => this.cancel(job, by))), cancelTimeout);
    for (const { suspending } of entries) suspending.abort();
    await Promise.allSettled(entries.map(({ ended }) => ended));
  }

  /** Queues the jobs that have not ended and are not queued. Resolves once they are. */
  async resume(): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    for (const job of await this.#parts.jobs.listUnfinished(deletionKinds)) if (isDeletionJob(job)) this.#queue(job);
  }

  /** Resumes jobs that an ended process left, and every `retryInterval` those that could not be finished. */
  start(): void {
    const retry = (): void => {
      void this.#parts.tasks.add(this.resume());
      void this.#parts.tasks.add(this.#removeLeftovers());
    };
    this.#stopRetrying = repeat(this.#parts.timer, retryInterval, retry);
    retry();
  }

  /** Suspends all jobs until the next start. Resolves when none is under way. */
  async stop(): Promise<void> {
    this.#stopRetrying();
    this.#stopping.abort();
    await Promise.allSettled([...this.#queued.values()].map(({ ended }) => ended));
  }

  #queue(job: DeletionJob): QueuedJob {
    const known = this.#queued.get(job.id);
    if (known) return known;
    const { repositoryMutex, tasks, tracer } = this.#parts;
    const [cancelling, suspending] = [new AbortController(), new AbortController()];
    if (job.cancelledBy !== null) cancelling.abort();
    const slot = this.#slotOf(job.registryId);
    const execute = tracer.bind(() => this.#execute(job, cancelling.signal, suspending.signal));
    const ended = repositoryMutex
      .runExclusive(job.registryId, job.repository, () => slot.add(execute))
      .finally(() => {
        this.#queued.delete(job.id);
        this.#begun.delete(job.id);
      });
    const queued = { job, ended, cancelling, suspending };
    this.#queued.set(job.id, queued);
    void tasks.add(ended);
    return queued;
  }

  #slotOf(registryId: string): PQueue {
    const slot = this.#slots.get(registryId) ?? new PQueue({ concurrency: deletionsAtATime });
    this.#slots.set(registryId, slot);
    return slot;
  }

  #execute(job: DeletionJob, cancelling: AbortSignal, suspending: AbortSignal): Promise<void> {
    this.#begun.add(job.id);
    const signals = { suspending: AbortSignal.any([this.#stopping.signal, suspending]), cancelling };
    return this.#parts.tracer.apart(
      () => describeSpan(job),
      (span) => executeJob(this.#parts, job, signals, span),
    );
  }

  async #removeLeftovers(): Promise<void> {
    if (this.#isRemovingLeftovers) return;
    this.#isRemovingLeftovers = true;
    await removeLeftovers(this.#parts, this.#stopping.signal).finally(() => (this.#isRemovingLeftovers = false));
  }
}

function describeSpan({ id, kind }: Job): SpanDescription {
  return { name: 'deletion', attributes: { 'registry_gateway.job.id': id, 'registry_gateway.job.kind': kind } };
}
