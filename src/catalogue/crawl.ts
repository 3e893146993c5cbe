import type { UpstreamProblem } from '../domain/freshness.js';
import type { Job, JobFailure, JobState } from '../domain/job.js';
import type { Registry } from '../domain/registry.js';
import type { JobStore } from '../store/jobs.js';
import type { CallOptions } from '../upstream/upstream.js';
import type { Flights } from './flights.js';
import { isWholeRegistryFailure } from './freshness.js';
import type { Reader, ReaderParts, ReadOptions } from './reader.js';

/** Repositories of a registry that are read at a time; the registry's own limit bounds the requests. */
const repositoriesAtATime = 4;

/** Milliseconds a registry is left alone by the schedule after a crawl, at the least. */
const shortestRest = 1000;

export interface SyncParts extends ReaderParts {
  readonly reader: Reader;
  readonly jobs: JobStore;
  readonly log: (message: string, facts: Record<string, unknown>) => void;
}

/** What a crawl has done so far. */
export interface Progress {
  readonly job: Job;
  readonly done: number;
  readonly total: number;
}

/** One crawl under way. */
interface Crawl {
  readonly job: Job;
  done: number;
  total: number;
  readonly failures: JobFailure[];
  failureCount: number;
  writtenAt: number;
}

/** The crawls under way, one for each registry at the most. */
export interface Crawls {
  /** Begins one, or joins the one under way; gives the job at once, and its end. */
  readonly crawl: (registry: Registry, requestedBy: string) => Promise<{ readonly job: Job; readonly ended: Promise<void> }>;
  readonly progressOf: (registryId: string) => Progress | null;
  /** True while the schedule leaves it alone: a crawl that took long, or failed, is not begun again at once. */
  isResting(registryId: string): boolean;
}

export function createCrawls(parts: SyncParts, flights: Flights, signal: AbortSignal, runBehind: (work: Promise<unknown>) => void): Crawls {
  const underWay = new Map<string, { readonly created: Promise<Crawl>; readonly ended: Promise<void> }>();
  const running = new Map<string, Crawl>();
  const restUntil = new Map<string, number>();
  const now = (): number => parts.clock().getTime();

  const run = async (registry: Registry, created: Promise<Crawl>): Promise<void> => {
    const startedAt = now();
    try {
      const crawl = await created;
      running.set(registry.id, crawl);
      const state = await runCrawl(parts, flights, registry, crawl, signal);
      const rest = state === 'FAILED' ? registry.maxAge * 1000 : now() - startedAt;
      restUntil.set(registry.id, now() + Math.max(rest, shortestRest));
    } finally {
      underWay.delete(registry.id);
      running.delete(registry.id);
    }
  };
  const begin = (registry: Registry, requestedBy: string) => {
    const created = createCrawl(parts, registry, requestedBy);
    const entry = { created, ended: run(registry, created) };
    underWay.set(registry.id, entry);
    runBehind(entry.ended);
    return entry;
  };

  return {
    async crawl(registry, requestedBy) {
      const { created, ended } = underWay.get(registry.id) ?? begin(registry, requestedBy);
      return { job: (await created).job, ended };
    },
    progressOf(registryId) {
      const crawl = running.get(registryId);
      return crawl ? { job: crawl.job, done: crawl.done, total: crawl.total } : null;
    },
    isResting: (registryId) => (restUntil.get(registryId) ?? 0) > now(),
  };
}

/** Readings of one repository are one after the other, and equal ones are one. */
export function refresh(parts: SyncParts, flights: Flights, registry: Registry, key: number, options: ReadOptions): Promise<UpstreamProblem | null> {
  return flights.run(`repository:${key}`, async () => {
    const [repository] = await parts.repositories.findMany([key]);
    return repository ? parts.reader.readRepository({ registry, repository }, options) : null;
  });
}

/** The job's row; the rest is in memory. */
async function createCrawl(parts: SyncParts, registry: Registry, requestedBy: string): Promise<Crawl> {
  const job = await parts.jobs.create({ kind: 'CRAWL', registryId: registry.id, requestedBy, createdAt: parts.clock() });
  return { job, done: 0, total: 0, failures: [], failureCount: 0, writtenAt: 0 };
}

async function runCrawl(parts: SyncParts, flights: Flights, registry: Registry, crawl: Crawl, signal: AbortSignal): Promise<JobState> {
  const call: CallOptions = { signal };
  const startedAt = parts.clock();
  const problem = await parts.reader.readNames(registry, call);
  if (problem) note(crawl, registry.name, problem);
  // Without a catalogue the repositories that are known otherwise are read.
  let stop = problem !== null && problem.code !== 'UPSTREAM_UNSUPPORTED';
  const due = stop ? [] : await parts.repositories.listDue(registry.id, await resumeFrom(parts, registry, startedAt));
  crawl.total = due.length;
  const next = due.values();
  const work = async (): Promise<void> => {
    for (const key of next) {
      if (stop || signal.aborted) return;
      const failure = await refresh(parts, flights, registry, key, call);
      crawl.done += 1;
      if (failure) await noteRepository(parts, crawl, key, failure);
      if (failure && isWholeRegistryFailure(failure.code)) stop = true;
      await writeProgress(parts, crawl);
    }
  };
  await Promise.all(Array.from({ length: repositoriesAtATime }, work));
  const ended = crawl.failureCount > 0 ? 'PARTIALLY_FAILED' : 'SUCCEEDED';
  const state = signal.aborted ? 'CANCELLED' : stop ? 'FAILED' : ended;
  await endCrawl(parts, registry, crawl, state);
  return state;
}

/** A first crawl that was cut off goes on with what is missing; any other reads all of it. */
async function resumeFrom({ registries }: SyncParts, { id, maxAge }: Registry, startedAt: Date): Promise<Date> {
  const isFirst = (await registries.states([id])).get(id)?.indexedAt == null;
  return isFirst ? new Date(startedAt.getTime() - maxAge * 1000) : startedAt;
}

async function endCrawl(parts: SyncParts, registry: Registry, crawl: Crawl, state: JobState): Promise<void> {
  if (state === 'SUCCEEDED' || state === 'PARTIALLY_FAILED') {
    await parts.registries.recordIndexed(registry.id, { at: parts.clock(), size: await parts.contents.measureRegistry(registry.id) });
  }
  const { done, total, failures, failureCount } = crawl;
  await parts.jobs.update(crawl.job.id, { state, done, total, failures, failureCount, finishedAt: parts.clock() });
  parts.log('crawled a registry', { registry: registry.name, state, repositories: done, of: total, failures: failureCount });
}

function note(crawl: Crawl, subject: string, { code, message }: UpstreamProblem): void {
  crawl.failureCount += 1;
  crawl.failures.push({ subject, code, message });
  crawl.failures.splice(100);
}

async function noteRepository(parts: SyncParts, crawl: Crawl, key: number, problem: UpstreamProblem): Promise<void> {
  const [repository] = await parts.repositories.findMany([key]);
  if (repository) note(crawl, repository.name, problem);
}

/** At most once a second: progress is for people. */
async function writeProgress(parts: SyncParts, crawl: Crawl): Promise<void> {
  if (Date.now() - crawl.writtenAt < 1000) return;
  crawl.writtenAt = Date.now();
  await parts.jobs.update(crawl.job.id, { done: crawl.done, total: crawl.total, failureCount: crawl.failureCount });
}

