import { gatewayActor } from '../domain/audit.js';
import { isEnded, type Job } from '../domain/job.js';
import type { WriteSignal } from '../store/database/writesignal.js';
import type { JobStore } from '../store/jobs/jobs.js';
import type { Lease, Leases } from '../store/leases/leases.js';
import type { Timer } from '../timer.js';

/** Milliseconds between two looks: progress is written often, and each look is at all jobs at once. */
const lookEvery = 250;

export interface JobWatchParts {
  readonly jobs: Pick<JobStore, 'findMany'>;
  readonly writes: WriteSignal;
  readonly leases: Pick<Leases, 'isShared' | 'apart'>;
  readonly timer: Timer;
}

type Observer = (job: Job | null) => void;

/** Looks at jobs for what other gateways of the same database do with them; while nobody asks it does nothing. */
export class JobWatch {
  readonly #parts: JobWatchParts;
  readonly #observers = new Map<string, Set<Observer>>();
  #stop = (): void => undefined;
  #isLooking = false;
  #isChanged = false;

  constructor(parts: JobWatchParts) {
    this.#parts = parts;
  }

  /**
   * Calls `cancel` once when another gateway tells the job to stop, or detaches its registry; gives what ends the
   * watching.
   */
  onCancel(jobId: string, cancel: (by: string) => void): () => void {
    if (!this.#parts.leases.isShared) return () => undefined;
    const stop = this.#observe(jobId, (job) => {
      if (job && job.cancelledBy === null) return;
      stop();
      cancel(job?.cancelledBy ?? gatewayActor);
    });
    return stop;
  }

  /** Resolves when the job has ended, or is forgotten, on whatever gateway; or when the signal aborts. */
  ended(jobId: string, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const stop = this.#observe(jobId, (job) => {
      if (job === null || isEnded(job)) resolve();
    });
    signal.addEventListener('abort', () => resolve(), { once: true });
    if (signal.aborted) resolve();
    else this.#wake();
    return promise.finally(stop);
  }

  /** As `ended`, for so many milliseconds at the most. False: these, or the signal, came first. */
  async endedWithin(jobId: string, milliseconds: number, signal: AbortSignal): Promise<boolean> {
    const late = new AbortController();
    const cancelTimer = this.#parts.timer.after(milliseconds, () => late.abort());
    const either = AbortSignal.any([signal, late.signal]);
    await this.ended(jobId, either).finally(cancelTimer);
    return !either.aborted;
  }

  #observe(jobId: string, observer: Observer): () => void {
    const { writes, leases } = this.#parts;
    if (this.#observers.size === 0) this.#stop = writes.on('job', () => this.#wake());
    const observers = this.#observers.get(jobId) ?? new Set();
    this.#observers.set(jobId, observers.add(observer));
    // It may have been told so before.
    leases.apart(() => this.#wake());
    return () => {
      if (!observers.delete(observer) || observers.size > 0) return;
      this.#observers.delete(jobId);
      if (this.#observers.size === 0) this.#stop();
    };
  }

  #wake(): void {
    this.#isChanged = true;
    if (!this.#isLooking) void this.#look();
  }

  async #look(): Promise<void> {
    this.#isLooking = true;
    while (this.#isChanged && this.#observers.size > 0) {
      this.#isChanged = false;
      await this.#tellEach().catch(() => (this.#isChanged = true));
      await this.#parts.timer.sleep(lookEvery);
    }
    this.#isLooking = false;
  }

  async #tellEach(): Promise<void> {
    const ids = [...this.#observers.keys()];
    const found = new Map((await this.#parts.jobs.findMany(ids)).map((job) => [job.id, job]));
    for (const id of ids) for (const observer of this.#observers.get(id) ?? []) observer(found.get(id) ?? null);
  }
}

/** Milliseconds between two tries to take the lease of a job that another gateway has. */
const takeEvery = 30_000;

/**
 * Waits for the end of a job that another gateway has, or for the signal: null then. Gives the job's lease where that
 * gateway is gone before.
 */
export async function takeWhenLeft(
  { jobWatch, leases }: { readonly jobWatch: JobWatch; readonly leases: Leases },
  jobId: string,
  lease: string,
  signal: AbortSignal,
): Promise<Lease | null> {
  for (;;) {
    const hasEnded = await jobWatch.endedWithin(jobId, takeEvery, signal);
    if (hasEnded || signal.aborted) return null;
    const taken = await leases.take(lease);
    if (taken) return taken;
  }
}
