import { isWhole, type Job, type JobState } from '../../domain/job.js';
import type { Registry } from '../../domain/registry.js';
import type { Timer } from '../../timer.js';
import type { Span } from '../../trace.js';
import type { BackgroundTasks } from '../tasks.js';
import { Crawl, type CrawlParts } from './crawl.js';
import { type CrawlJob, createCrawlJob } from './crawljob.js';
import { createRounds } from './rounds.js';
import { createSlots, type Slots } from './slots.js';

/** Milliseconds for which the schedule leaves a registry alone after a crawl, at the least. */
const shortestRest = 1000;

export interface CrawlsParts extends Omit<CrawlParts, 'rounds'> {
  readonly tasks: BackgroundTasks;
  readonly timer: Timer;
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

interface RunningCrawl {
  readonly created: Promise<CrawlJob>;
  readonly ended: Promise<void>;
  readonly cancelling: AbortController;
}

/** The crawls under way, one for each registry at the most. */
export class Crawls {
  readonly #parts: CrawlParts;
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

  /** Begins a crawl of the registry, or joins the one under way. */
  async crawl(registry: Registry, requestedBy: string): Promise<BegunCrawl> {
    const { created, ended } = this.#running.get(registry.id) ?? this.#begin(registry, requestedBy);
    return { job: (await created).row, ended };
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

  /** Gives up the crawl under way, if there is one, and resolves when it has ended; the next crawl starts anew. */
  async cancel(registryId: string): Promise<void> {
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

  #begin(registry: Registry, requestedBy: string): RunningCrawl {
    const cancelling = new AbortController();
    const signal = AbortSignal.any([this.#stopping, cancelling.signal]);
    const created = createCrawlJob(this.#parts, registry, requestedBy);
    const describe = () => ({ name: 'crawl', attributes: { 'registry_gateway.registry': registry.name } });
    const ended = this.#parts.tracer.apart(describe, (span) => this.#run(registry, noteJob(created, span), signal));
    const running = { created, ended, cancelling };
    this.#running.set(registry.id, running);
    void this.#tasks.add(ended);
    return running;
  }

  async #run(registry: Registry, created: Promise<CrawlJob>, signal: AbortSignal): Promise<void> {
    const { clients, timer } = this.#parts;
    const startedAt = timer.elapsed();
    this.#slots.take(registry.id);
    let state: JobState = 'FAILED';
    try {
      const job = await created;
      this.#jobs.set(registry.id, job);
      const crawl = new Crawl(this.#parts, registry, job, signal);
      state = await crawl.run().catch((error: unknown) => job.giveUp(registry, error));
    } finally {
      const rest = state === 'FAILED' ? registry.maxAge * 1000 : timer.elapsed() - startedAt;
      const pause = await clients.pauseOf(registry.id);
      this.#slots.leave(registry.id, isWhole(state), Math.max(rest, shortestRest, pause));
      this.#running.delete(registry.id);
      this.#jobs.delete(registry.id);
    }
  }
}

async function noteJob(created: Promise<CrawlJob>, span: Span | null): Promise<CrawlJob> {
  const job = await created;
  span?.note({ 'registry_gateway.job.id': job.row.id, 'registry_gateway.job.kind': job.row.kind });
  return job;
}
