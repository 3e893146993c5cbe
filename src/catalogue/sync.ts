import type { UpstreamProblem } from '../domain/freshness.js';
import type { Job, JobFailure, JobState } from '../domain/job.js';
import type { RepositoryName } from '../domain/name.js';
import type { Registry } from '../domain/registry.js';
import { isUpstreamError } from '../errors.js';
import type { JobStore } from '../store/jobs.js';
import type { CallOptions } from '../upstream/upstream.js';
import { createFlights, type Flights } from './flights.js';
import { isDue, isWholeRegistryFailure } from './freshness.js';
import type { Reader, ReaderParts, ReadOptions } from './reader.js';

/** Repositories of a registry that are read at a time; the registry's own limit bounds the requests. */
const repositoriesAtATime = 4;

/** Milliseconds between two looks at what is to be done: after a reader came, and without one. */
const tick = 250;
const idleTick = 5000;

/** Seconds after which a registry nobody reads is crawled all the same. */
const idleInterval = 300;

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

/** Keeps the index: crawls each registry in the background, and reads again what is said to have changed. */
export interface Sync {
  /** Begins to look after all registries: at once those that are due, then on a schedule. */
  start(): Promise<void>;
  /** Stops after what is under way, without beginning anything new. */
  stop(): Promise<void>;
  /** A reader saw this registry: it is crawled behind if its names are older than `maxAge`. */
  touch(registryId: string): void;
  /** Reads a registry whole, or joins the crawl under way; gives the job at once, and its end. */
  crawl(registry: Registry, requestedBy: string): Promise<{ readonly job: Job; readonly ended: Promise<void> }>;
  /** Reads one repository now, or joins its reading under way. */
  refresh(registry: Registry, repositoryKey: number, options?: ReadOptions): Promise<UpstreamProblem | null>;
  /** Reads one repository from now on: a reading that began before does not count. */
  readAfresh(registry: Registry, repositoryKey: number, options?: ReadOptions): Promise<UpstreamProblem | null>;
  /** Something changed: one repository is read again, or the names when it is null or not known. */
  reread(registryId: string, repository: RepositoryName | null, at: Date): void;
  /** The crawl under way; null when there is none. */
  progressOf(registryId: string): Progress | null;
}

/** One crawl under way. */
interface Crawl {
  job: Job;
  done: number;
  total: number;
  failures: JobFailure[];
  failureCount: number;
  writtenAt: number;
}

export function createSync(parts: SyncParts): Sync {
  const flights = createFlights();
  const crawls = new Map<string, { readonly crawl: Promise<Crawl>; readonly ended: Promise<void> }>();
  const running = new Map<string, Crawl>();
  const touched = new Set<string>();
  /** When a registry may be crawled next, ms: a crawl that takes long is not begun again at once. */
  const restUntil = new Map<string, number>();
  const behind = new Set<Promise<unknown>>();
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let lookedAt = 0;

  /** Work that nobody waits for; what goes wrong with it is a bug, and is logged. */
  const runBehind = (work: Promise<unknown>): void => {
    const guarded = work.catch((error: unknown) => parts.log('background work failed', { err: error })).finally(() => behind.delete(guarded));
    behind.add(guarded);
  };

  const crawl: Sync['crawl'] = async (registry, requestedBy) => {
    const known = crawls.get(registry.id);
    const started = known ?? begin(registry, requestedBy);
    return { job: (await started.crawl).job, ended: started.ended };
  };

  const begin = (registry: Registry, requestedBy: string) => {
    const created = createCrawl(parts, registry, requestedBy);
    const startedAt = Date.now();
    const ended = created
      .then(async (one) => {
        running.set(registry.id, one);
        await runCrawl(parts, flights, registry, one, stopping.signal);
      })
      .finally(() => {
        crawls.delete(registry.id);
        running.delete(registry.id);
        restUntil.set(registry.id, Date.now() + Date.now() - startedAt);
      });
    const entry = { crawl: created, ended };
    crawls.set(registry.id, entry);
    runBehind(ended);
    return entry;
  };

  const look = async (): Promise<void> => {
    lookedAt = Date.now();
    const seen = new Set(touched);
    touched.clear();
    const registries = await parts.registries.list();
    const states = await parts.registries.states(registries.map((registry) => registry.id));
    for (const registry of registries) {
      const state = states.get(registry.id);
      if (!state || stopping.signal.aborted || (restUntil.get(registry.id) ?? 0) > Date.now()) continue;
      const triedAt = latest(state.namesConfirmedAt, state.namesError?.at ?? null);
      const patience = seen.has(registry.id) ? registry.maxAge : Math.max(registry.maxAge, idleInterval);
      const isUnread = state.indexedAt === null && state.namesError === null;
      if (isUnread || isDue(triedAt, patience, parts.clock())) await crawl(registry, 'schedule');
    }
  };

  return {
    crawl,
    async start() {
      await parts.jobs.cancelRunning(parts.clock());
      const lookIfDue = (): void => {
        if (touched.size > 0 || Date.now() - lookedAt >= idleTick) runBehind(flights.run('look', look));
      };
      timer = setInterval(lookIfDue, tick);
      timer.unref();
      lookIfDue();
    },
    async stop() {
      clearInterval(timer);
      stopping.abort();
      await Promise.all(behind);
    },
    touch(registryId) {
      touched.add(registryId);
    },
    refresh: (registry, repositoryKey, options = {}) => refresh(parts, flights, registry, repositoryKey, options),
    readAfresh: (registry, repositoryKey, options = {}) => readAfresh(parts, flights, registry, repositoryKey, options),
    reread(registryId, repository, at) {
      if (!stopping.signal.aborted) runBehind(reread(parts, flights, registryId, repository, at));
    },
    progressOf(registryId) {
      const one = running.get(registryId);
      return one ? { job: one.job, done: one.done, total: one.total } : null;
    },
  };
}

/** Readings of one repository are one after the other, and equal ones are one. */
function refresh(parts: SyncParts, flights: Flights, registry: Registry, key: number, options: ReadOptions): Promise<UpstreamProblem | null> {
  return flights.run(`repository:${key}`, async () => {
    const [repository] = await parts.repositories.findMany([key]);
    return repository ? parts.reader.readRepository({ registry, repository }, options) : null;
  });
}

async function readAfresh(parts: SyncParts, flights: Flights, registry: Registry, key: number, options: ReadOptions): Promise<UpstreamProblem | null> {
  await flights.settle(`repository:${key}`);
  return refresh(parts, flights, registry, key, options);
}

/** An event may come while its repository is being read, too late for that reading: then it is read once more. */
async function reread(parts: SyncParts, flights: Flights, registryId: string, name: RepositoryName | null, eventAt: Date): Promise<void> {
  const registry = await parts.registries.find(registryId);
  if (!registry) return;
  const options: ReadOptions = { eventAt };
  if (name === null) return void (await parts.reader.readNames(registry, options));
  // A name that only an event knows is asked for before it is taken in.
  const known = (await parts.repositories.find(registryId, name)) ?? (await parts.reader.lookUp(registry, name, options).catch(ignoreUpstream));
  if (known) await readAfresh(parts, flights, registry, known.key, options);
}

/** A later crawl finds what could not be asked for now. */
function ignoreUpstream(error: unknown): null {
  if (isUpstreamError(error)) return null;
  throw error;
}

async function createCrawl(parts: SyncParts, registry: Registry, requestedBy: string): Promise<Crawl> {
  const job = await parts.jobs.create({ kind: 'CRAWL', registryId: registry.id, requestedBy, createdAt: parts.clock() });
  return { job, done: 0, total: 0, failures: [], failureCount: 0, writtenAt: 0 };
}

async function runCrawl(parts: SyncParts, flights: Flights, registry: Registry, crawl: Crawl, signal: AbortSignal): Promise<void> {
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
  await endCrawl(parts, registry, crawl, signal.aborted ? 'CANCELLED' : stop ? 'FAILED' : crawl.failureCount > 0 ? 'PARTIALLY_FAILED' : 'SUCCEEDED');
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

function latest(a: Date | null, b: Date | null): Date | null {
  return a && b ? (a > b ? a : b) : (a ?? b);
}
