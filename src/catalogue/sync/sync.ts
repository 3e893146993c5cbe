import type { Repository } from '../../domain/catalogue.js';
import type { UpstreamProblem } from '../../domain/freshness.js';
import type { Job } from '../../domain/job.js';
import type { RepositoryName } from '../../domain/name.js';
import type { Notice } from '../../domain/notice.js';
import type { Registry } from '../../domain/registry.js';
import { GatewayError, isUpstreamError } from '../../errors.js';
import type { Timer } from '../../timer.js';
import { createCrawls, type Crawls, type Progress, refresh, type SyncParts } from './crawl.js';
import type { Expectation, Sight } from './expectation.js';
import { createExpectations, type Expectations } from './expectations.js';
import { createSingleflight, type Singleflight } from './singleflight.js';
import { createForcedReads, type ForcedRead, type ForcedReads } from './forcedreads.js';
import { lookAtNoticed } from './noticed.js';
import type { ReadOptions, ReadProblem } from './reading.js';
import { createRefreshQueue, type RefreshQueue } from './refreshqueue.js';
import { createSchedule } from './schedule.js';

/** Milliseconds that a reading under way is waited for by somebody who wants another. */
const longestWait = 15_000;

/** Keeps the index: crawls each registry in the background, and reads again what is said to have changed. */
export interface Sync {
  /** Begins to look after all registries: at once those that are due, then on a schedule. */
  start(): Promise<void>;
  /** Gives up what is under way, which the background tasks wait for, and begins nothing new. What was read is kept. */
  stop(): void;
  /** A reader saw this registry: it is crawled behind if its names are older than `maxAge`. */
  touch(registryId: string): void;
  /** Reads a registry whole, or joins the crawl under way; gives the job at once, and its end. */
  crawl(registry: Registry, requestedBy: string): Promise<{ readonly job: Job; readonly ended: Promise<void> }>;
  /** Gives up the crawl under way; resolves when it has ended. Before a registry's client is closed. */
  cancel(registryId: string): Promise<void>;
  /** Reads one repository now, or joins its reading under way. */
  refresh(registry: Registry, repositoryKey: number, options?: ReadOptions): Promise<UpstreamProblem | null>;
  /**
   * Reads one repository from now on: a reading that began before does not count. Throws UPSTREAM_TIMEOUT when that one
   * takes too long for the impatient.
   */
  readAfresh(registry: Registry, repositoryKey: number, options?: ReadOptions): Promise<ReadProblem | null>;
  /** As `crawl`, for somebody who forces it: see ForcedReads. */
  forceCrawl(registry: Registry, requestedBy: string): ReturnType<Sync['crawl']>;
  /** As `read`, which reads one repository, for somebody who forces it: see ForcedReads. */
  forceRead(
    registry: Registry,
    repository: Repository,
    read: () => Promise<UpstreamProblem | null>,
  ): Promise<UpstreamProblem | null>;
  /** Which reads were forced a moment ago, and what changed since. */
  readonly forced: Omit<ForcedReads, 'run' | 'forget' | 'stop'>;
  /**
   * Something changed: one repository is read again, or the registry when it is null. At once, unless it often changes:
   * see Pace.
   */
  reread(registryId: string, repository: RepositoryName | null, at: Date): void;
  /** Somebody asked for a repository by its name: behind, it is looked for where it is not known, and read. */
  seek(registry: Registry, name: RepositoryName): void;
  /**
   * A registry told of a change: what it names is looked for until it shows, a repository as a whole is read again, and
   * so is the registry when the notice is null. `onMissed` is called when what was named never showed.
   */
  readonly notify: (registryId: string, notice: Notice | null, at: Date, onMissed: () => void) => void;
  /** The crawl under way; null when there is none. */
  progressOf(registryId: string): Progress | null;
}

export function createSync(parts: SyncParts): Sync {
  const flights = createSingleflight();
  const forced = createForcedReads(parts.timer);
  const stopping = new AbortController();

  const { tasks } = parts;
  /** What no request waits for is recorded by itself. */
  const behind = <T>(registryId: string, name: string, work: () => Promise<T>): Promise<T> =>
    parts.tracer.apart(() => ({ name, attributes: { 'registry_gateway.registry.id': registryId } }), work);
  const withStop = (options: ReadOptions): ReadOptions => ({ ...options, signal: options.signal ?? stopping.signal });

  const crawls = createCrawls(parts, flights, stopping.signal);
  const readAgain = (registryId: string, name: RepositoryName | null, at: Date): Promise<void> =>
    tasks.add(
      behind(registryId, 'reread', () =>
        reread(
          parts,
          flights,
          crawls,
          registryId,
          name,
          withStop({ eventAt: at, isPatient: true, isBackground: true }),
        ),
      ),
    );
  const rereads = createRefreshQueue(readAgain, parts.timer);

  const lookFor = (...[id, name, expected]: LookArguments) =>
    behind(id, 'look', () =>
      lookAtNoticed({ parts, flights, readWhole: rereads.schedule }, id, name, expected, withStop({ isPrompt: true })),
    );
  const { expectations, notify } = createNotify(parts, rereads, lookFor);

  const schedule = createSchedule({
    ...parts,
    crawls,
    stopping: stopping.signal,
  });

  return {
    crawl: crawls.crawl,
    async cancel(registryId) {
      forced.forget(registryId);
      await crawls.cancel(registryId);
    },
    forceCrawl: (registry, requestedBy) => forceCrawl(crawls, forced, registry, requestedBy),
    async forceRead(registry, { name }, read) {
      const begin = (): ForcedRead<UpstreamProblem | null> => {
        const reading = read();
        return { given: reading, ended: reading };
      };
      return forced.run(registry.id, name, begin).given;
    },
    forced,
    progressOf: crawls.progressOf,
    async start() {
      await parts.jobs.cancelRunning(['CRAWL'], parts.clock());
      schedule.start();
    },
    stop() {
      forced.stop();
      schedule.stop();
      rereads.stop();
      expectations.stop();
      stopping.abort();
    },
    touch: (registryId) => schedule.touch(registryId),
    refresh: (registry, repositoryKey, options = {}) =>
      tasks.track(refresh(parts, flights, registry, repositoryKey, withStop(options))),
    readAfresh: (registry, repositoryKey, options = {}) =>
      tasks.track(readAfresh(parts, flights, registry, repositoryKey, withStop(options))),
    reread: rereads.schedule,
    seek: (registry, name) =>
      void tasks.add(
        flights.run(`seek:${registry.id} ${name}`, () =>
          behind(registry.id, 'seek', () => seek(parts, flights, registry, name, withStop({}))),
        ),
      ),
    notify,
  };
}

type LookArguments = [registryId: string, name: RepositoryName, expected: readonly Expectation[]];
type Sights = ReadonlyMap<Expectation, Sight>;

/** What is named is looked for; what is not is read again. */
function createNotify(
  parts: SyncParts,
  rereads: RefreshQueue,
  lookFor: (...args: LookArguments) => Promise<Sights>,
): { expectations: Expectations; notify: Sync['notify'] } {
  const look = async (...args: LookArguments): Promise<Sights> => {
    let sights: Sights = new Map();
    await parts.tasks.add(lookFor(...args).then((found) => (sights = found)));
    return sights;
  };
  const readWhole = rereads.schedule;
  const expectations = createExpectations({
    timer: parts.timer,
    look,
    readWhole,
    logMissed: (...missed) => logMissed(parts, ...missed),
  });
  const notify: Sync['notify'] = (registryId, notice, at, onMissed) => {
    if (notice && (notice.tag || notice.digest)) expectations.expect(registryId, notice, at, onMissed);
    else rereads.schedule(registryId, notice && notice.repository, at);
  };
  return { expectations, notify };
}

/** One that the schedule began is joined, and counts as nobody's: whoever comes after it may force another. */
async function forceCrawl(
  crawls: Crawls,
  forced: ForcedReads,
  registry: Registry,
  requestedBy: string,
): ReturnType<Sync['crawl']> {
  if (crawls.isUnderWay(registry.id)) return crawls.crawl(registry, requestedBy);
  const begin = (): ForcedRead<Awaited<ReturnType<Sync['crawl']>>> => {
    const given = crawls.crawl(registry, requestedBy);
    return { given, ended: given.then(({ ended }) => ended) };
  };
  return forced.run(registry.id, null, begin).given;
}

async function readAfresh(
  parts: SyncParts,
  flights: Singleflight,
  registry: Registry,
  key: number,
  options: ReadOptions,
): Promise<ReadProblem | null> {
  const settled = flights.settle(`repository:${key}`);
  if (options.isPatient) await settled;
  else if (!(await endsSoon(parts.timer, settled))) throw explainUnderWay(registry);
  return refresh(parts, flights, registry, key, options);
}

async function endsSoon(timer: Timer, work: Promise<void>): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>();
  const cancel = timer.after(longestWait, () => resolve(false));
  return Promise.race([work.then(() => true), late]).finally(cancel);
}

/** A list may take minutes, for which nobody waits. */
function explainUnderWay({ name }: Registry): GatewayError {
  const message =
    `Registry ${name} is being read, and takes long: it cannot be read anew before that has ended. ` +
    'Try again later.';
  return new GatewayError('UPSTREAM_TIMEOUT', message, { registry: name });
}

/** An event may come while what it is about is being read, too late for that reading: then it is read once more. */
async function reread(
  parts: SyncParts,
  flights: Singleflight,
  crawls: Crawls,
  registryId: string,
  name: RepositoryName | null,
  options: ReadOptions,
): Promise<void> {
  const registry = await parts.registries.find(registryId);
  if (!registry) return;
  if (name === null) {
    await crawls.settle(registryId);
    const { ended } = await crawls.crawl(registry, 'notification');
    return ended;
  }
  // A name that only an event knows is asked for before it is taken in.
  const known =
    (await parts.repositories.find(registryId, name)) ??
    (await parts.indexer.lookUp(registry, name, options).catch(ignoreUpstream));
  if (known) await readAfresh(parts, flights, registry, known.key, options);
}

async function seek(
  parts: SyncParts,
  flights: Singleflight,
  registry: Registry,
  name: RepositoryName,
  options: ReadOptions,
): Promise<void> {
  if (await parts.repositories.find(registry.id, name)) return;
  const found = await parts.indexer.lookUp(registry, name, options).catch(ignoreUpstream);
  if (found) await refresh(parts, flights, registry, found.key, options);
}

/** It may never have been there: a notification proves nothing. */
function logMissed({ log }: SyncParts, registryId: string, missed: readonly Notice[]): void {
  const [{ repository, tag, digest } = { repository: '', tag: null, digest: null }] = missed;
  log('what a notification told of did not show', {
    registry: registryId,
    repository,
    tag,
    digest,
    others: missed.length - 1,
  });
}

/** A later crawl finds what could not be asked for now. */
function ignoreUpstream(error: unknown): null {
  if (isUpstreamError(error)) return null;
  throw error;
}
