import type { UpstreamProblem } from '../domain/freshness.js';
import type { Job } from '../domain/job.js';
import type { RepositoryName } from '../domain/name.js';
import type { Registry } from '../domain/registry.js';
import { isUpstreamError } from '../errors.js';
import { createCrawls, type Progress, refresh, type SyncParts } from './crawl.js';
import { createFlights, type Flights } from './flights.js';
import { isDue } from './freshness.js';
import type { ReadOptions } from './reader.js';

/** Milliseconds between two looks at what is to be done: after a reader came, and without one. */
const tick = 250;
const idleTick = 5000;

/** Seconds after which a registry nobody reads is crawled all the same. */
const idleInterval = 300;

/** Keeps the index: crawls each registry in the background, and reads again what is said to have changed. */
export interface Sync {
  /** Begins to look after all registries: at once those that are due, then on a schedule. */
  start(): Promise<void>;
  /** Stops after what is under way, without beginning anything new. */
  stop(): Promise<void>;
  /** Does work that nobody waits for, and that `stop` waits for. */
  readonly runBehind: (work: Promise<unknown>) => void;
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

export function createSync(parts: SyncParts): Sync {
  const flights = createFlights();
  const touched = new Set<string>();
  const behind = new Set<Promise<unknown>>();
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let lookedAt = 0;

  /** Work that nobody waits for; what goes wrong with it is a bug, and is logged. */
  const runBehind = (work: Promise<unknown>): void => {
    const guarded = work.catch((error: unknown) => parts.log('background work failed', { err: error })).finally(() => behind.delete(guarded));
    behind.add(guarded);
  };

  const crawls = createCrawls(parts, flights, stopping.signal, runBehind);

  const look = async (): Promise<void> => {
    lookedAt = Date.now();
    const seen = new Set(touched);
    touched.clear();
    const registries = await parts.registries.list();
    const states = await parts.registries.states(registries.map((registry) => registry.id));
    for (const registry of registries) {
      const state = states.get(registry.id);
      if (!state || stopping.signal.aborted || crawls.isResting(registry.id)) continue;
      const triedAt = latest(state.namesConfirmedAt, state.namesError?.at ?? null);
      const patience = seen.has(registry.id) ? registry.maxAge : Math.max(registry.maxAge, idleInterval);
      const isUnread = state.indexedAt === null && state.namesError === null;
      if (isUnread || isDue(triedAt, patience, parts.clock())) await crawls.crawl(registry, 'schedule');
    }
  };

  return {
    crawl: crawls.crawl,
    progressOf: crawls.progressOf,
    runBehind,
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
  };
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

function latest(a: Date | null, b: Date | null): Date | null {
  return a && b ? (a > b ? a : b) : (a ?? b);
}
