import { gatewayActor } from '../../domain/audit.js';
import { isWhole, type Job, type JobState } from '../../domain/job.js';
import type { Registry } from '../../domain/registry.js';
import type { Leases } from '../../store/leases/leases.js';
import type { RegistryState } from '../../store/registries/state.js';
import type { Timer } from '../../timer.js';
import type { Span } from '../../trace.js';
import type { JobWatch } from '../jobwatch.js';
import { findUnfinished, openJob, type OpenedJob, runJob } from '../registryjobs.js';
import type { BackgroundTasks } from '../tasks.js';
import { Crawl, type CrawlParts } from './crawl.js';
import { type CrawlJob, createCrawlJob } from './crawljob.js';
import { createRounds } from './rounds.js';
import { createSlots, type Slots } from './slots.js';

/** Milliseconds for which the schedule leaves a registry alone after a crawl, at the least. */
const shortestRest = 1000;

/** Milliseconds that another gateway is given to end a crawl that is cancelled. */
const cancelTimeout = 8000;

export interface CrawlsParts extends Omit<CrawlParts, 'rounds'> {
  readonly tasks: BackgroundTasks;
  readonly timer: Timer;
  readonly leases: Leases;
  readonly jobWatch: JobWatch;
}

/** The job of a crawl as it stands; `done` of `total` repositories are read. */
export interface CrawlProgress {
  readonly job: Job;
  readonly done: number;
  readonly total: number;
}

/** A crawl that was begun or joined: its job, which is known at once, and its end. */
export interface BegunCrawl {
  readonly job: Job;
  readonly ended: Promise<void>;
}

type OpenedCrawl = OpenedJob<CrawlJob>;

interface RunningCrawl {
  /** null: it is not to be done any more. */
  readonly opened: Promise<OpenedCrawl | null>;
  readonly ended: Promise<void>;
  readonly cancelling: AbortController;
}

/** The crawls under way, one for each registry at the most, on whatever gateway. */
export class Crawls {
  readonly #parts: Omit<CrawlsParts, 'tasks'> & CrawlParts;
  readonly #tasks: BackgroundTasks;
  readonly #stopping: AbortSignal;
  readonly #running = new Map<string, RunningCrawl>();
  readonly #jobs = new Map<string, CrawlJob>();
  readonly #slots: Slots;
  /** Which of the crawls the schedule may begin. */
  readonly slots: Omit<Slots, 'take' | 'leave' | 'forget'>;

  constructor({ tasks, ...parts }: CrawlsParts, stopping: AbortSignal) {
    this.#parts = { ...parts, rounds: createRounds(parts.registries, parts.repositories, parts.timer) };
    this.#tasks = tasks;
    this.#stopping = stopping;
    this.#slots = createSlots(parts.timer);
    this.slots = this.#slots;
  }

  /** Begins a crawl of the registry, or joins the one under way. Throws NOT_FOUND for one that was detached. */
  async crawl(registry: Registry, requestedBy: string): Promise<BegunCrawl> {
    for (;;) {
      const { opened, ended } = this.#running.get(registry.id) ?? this.#begin(registry, requestedBy, () => true);
      const crawl = await opened;
      if (crawl) return { job: 'own' in crawl ? crawl.own.row : crawl.elsewhere, ended };
      await ended;
    }
  }

  /** As `crawl`, for the schedule: not when another gateway has crawled it meanwhile, as its stored state shows. */
  async crawlDue(registry: Registry, isDue: (state: RegistryState) => boolean): Promise<void> {
    await (this.#running.get(registry.id) ?? this.#begin(registry, 'schedule', isDue)).opened;
  }

  /** Returns null when no crawl of the registry is under way. */
  progressOf(registryId: string): CrawlProgress | null {
    const job = this.#jobs.get(registryId);
    return job ? { job: job.row, done: job.done, total: job.total } : null;
  }

  isRunning(registryId: string): boolean {
    return this.#running.has(registryId);
  }

  /** Resolves when no crawl of the registry is under way, whatever came of it. */
  async ended(registryId: string): Promise<void> {
    await this.#running.get(registryId)?.ended.catch(() => undefined);
  }

  /**
   * Gives up the crawl under way, if there is one, and resolves when it has ended; the next crawl starts anew. One of
   * another gateway is given up there, in some seconds.
   */
  async cancel(registryId: string): Promise<void> {
    await this.leave(registryId);
    if (this.#parts.leases.isShared) await this.#cancelElsewhere(registryId);
  }

  /** As `cancel`, of a crawl of this gateway alone. */
  async leave(registryId: string): Promise<void> {
    this.#running.get(registryId)?.cancelling.abort();
    await this.ended(registryId);
    this.#parts.rounds.close(registryId);
    this.#slots.forget(registryId);
    this.#parts.contacts.forget(registryId);
  }

  /** Gives up a crawl that has had much more than its share, if there is one, since others wait. */
  makeRoom(): void {
    const overdue = this.#slots.findOverdue();
    if (overdue !== null) this.#running.get(overdue)?.cancelling.abort();
  }

  #begin(registry: Registry, requestedBy: string, isDue: (state: RegistryState) => boolean): RunningCrawl {
    const cancelling = new AbortController();
    const signal = AbortSignal.any([this.#stopping, cancelling.signal]);
    const describe = () => ({ name: 'crawl', attributes: { 'registry_gateway.registry': registry.name } });
    const running = this.#parts.leases.apart((): RunningCrawl => {
      const opened = this.#open(registry, requestedBy, isDue, signal);
      const run = (span: Span | null): Promise<void> => this.#run(registry, noteJob(opened, span), cancelling, signal);
      return { opened, ended: this.#parts.tracer.apart(describe, run), cancelling };
    });
    this.#running.set(registry.id, running);
    void this.#tasks.add(running.ended);
    return running;
  }

  #open(
    registry: Registry,
    requestedBy: string,
    isDue: (state: RegistryState) => boolean,
    signal: AbortSignal,
  ): Promise<OpenedCrawl | null> {
    const { leases, registries } = this.#parts;
    return openJob(this.#parts, 'CRAWL', registry.id, signal, async (lease) => {
      const state = leases.isShared ? await registries.readState(registry.id) : null;
      if (state && !isDue(state)) return null;
      return leases.within(lease, () => createCrawlJob(this.#parts, registry, requestedBy));
    });
  }

  async #run(
    registry: Registry,
    opened: Promise<OpenedCrawl | null>,
    cancelling: AbortController,
    signal: AbortSignal,
  ): Promise<void> {
    const { clients, timer, jobWatch } = this.#parts;
    const startedAt = timer.elapsed();
    this.#slots.take(registry.id);
    let state: JobState = 'FAILED';
    let isOwn = true;
    try {
      const crawl = await opened;
      isOwn = crawl !== null && 'own' in crawl;
      if (crawl && 'own' in crawl) state = await this.#runOwn(registry, crawl, cancelling, signal);
      else if (crawl) {
        // It takes no place of this gateway.
        this.#slots.leave(registry.id, false, 0);
        await jobWatch.ended(crawl.elsewhere.id, signal);
      }
    } finally {
      const rest = !isOwn ? 0 : state === 'FAILED' ? registry.maxAge * 1000 : timer.elapsed() - startedAt;
      const pause = await clients.pauseOf(registry.id);
      this.#slots.leave(registry.id, isWhole(state), Math.max(rest, shortestRest, pause));
      this.#running.delete(registry.id);
      this.#jobs.delete(registry.id);
    }
  }

  #runOwn(
    registry: Registry,
    { own: job, lease }: Extract<OpenedCrawl, { own: unknown }>,
    cancelling: AbortController,
    signal: AbortSignal,
  ): Promise<JobState> {
    this.#jobs.set(registry.id, job);
    const crawl = new Crawl(this.#parts, registry, job, AbortSignal.any([signal, lease.lost]));
    const run = (): Promise<JobState> => crawl.run().catch((error: unknown) => job.giveUp(registry, error));
    return runJob(this.#parts, job.row.id, lease, () => cancelling.abort(), run);
  }

  async #cancelElsewhere(registryId: string): Promise<void> {
    const { jobs, jobWatch } = this.#parts;
    const job = await findUnfinished(this.#parts, 'CRAWL', registryId);
    if (!job) return;
    await jobs.update(job.id, { cancelledBy: gatewayActor });
    await jobWatch.endedWithin(job.id, cancelTimeout, this.#stopping);
  }
}

async function noteJob(opened: Promise<OpenedCrawl | null>, span: Span | null): Promise<OpenedCrawl | null> {
  const crawl = await opened;
  if (crawl && 'own' in crawl)
    span?.note({ 'registry_gateway.job.id': crawl.own.row.id, 'registry_gateway.job.kind': crawl.own.row.kind });
  return crawl;
}
