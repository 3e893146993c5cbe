import type { Repository } from '../../domain/catalogue.js';
import type { UpstreamProblem } from '../../domain/freshness.js';
import type { RepositoryName } from '../../domain/name.js';
import type { Notice } from '../../domain/notice.js';
import type { Registry } from '../../domain/registry.js';
import type { RegistryState } from '../../store/registries/state.js';
import { NoticeChecker } from './checknotices.js';
import { type BegunCrawl, type CrawlProgress, Crawls, type CrawlsParts } from './crawls.js';
import { createForcedReads, type ForcedRead, type ForcedReads } from './forcedreads.js';
import { Notifications } from './notifications.js';
import type { ReadOptions, ReadProblem } from './reading.js';
import { createRefreshQueue, type RefreshQueue } from './refreshqueue.js';
import { RepositorySync, type SyncOptions } from './repositorysync.js';
import { createSchedule, type Schedule } from './schedule.js';
import { createSingleflight } from './singleflight.js';

export type SyncParts = Omit<CrawlsParts, 'repositorySync'>;

/** Keeps the index: crawls each registry in the background, and reads again what is said to have changed. */
export class Sync {
  readonly #parts: SyncParts;
  readonly #stopping = new AbortController();
  readonly #repositorySync: RepositorySync;
  readonly #discoveries = createSingleflight();
  readonly #crawls: Crawls;
  readonly #forced: ForcedReads;
  readonly #refreshes: RefreshQueue;
  readonly #notifications: Notifications;
  readonly #schedule: Schedule;
  /** Which reads were forced a moment ago, and what changed since. */
  readonly forced: Omit<ForcedReads, 'run' | 'forget' | 'stop'>;

  constructor(parts: SyncParts) {
    const { signal } = this.#stopping;
    this.#parts = parts;
    this.forced = this.#forced = createForcedReads(parts.timer);
    this.#repositorySync = new RepositorySync(parts);
    this.#crawls = new Crawls({ ...parts, repositorySync: this.#repositorySync }, signal);
    this.#refreshes = createRefreshQueue((...change) => parts.tasks.add(this.#readChanged(...change)), parts.timer);
    const readWhole = this.#refreshes.schedule;
    const checker = new NoticeChecker({ ...parts, repositorySync: this.#repositorySync, readWhole });
    this.#notifications = new Notifications({
      ...parts,
      readWhole,
      check: (registryId, name, expected) =>
        this.#apart(registryId, 'check', () =>
          checker.check(registryId, name, expected, this.#withStop({ isPrompt: true })),
        ),
    });
    this.#schedule = createSchedule({ ...parts, crawls: this.#crawls, stopping: signal });
  }

  /** Begins to look after all registries: at once those that are due, then on a schedule. */
  start(): void {
    this.#schedule.start();
  }

  /** Gives up what is under way, which the background tasks wait for, and begins nothing new. What was read is kept. */
  stop(): void {
    this.#forced.stop();
    this.#schedule.stop();
    this.#refreshes.stop();
    this.#notifications.stop();
    this.#stopping.abort();
  }

  /** Notes that somebody read from this registry: it is crawled behind if its names are older than `maxAge`. */
  markUsed(registryId: string): void {
    this.#schedule.markUsed(registryId);
  }

  /** Returns when the registry is read next by itself: see `Schedule.nextAttemptAt`. */
  nextAttemptAt(registry: Registry, state: RegistryState): Promise<Date | null> {
    return this.#schedule.nextAttemptAt(registry, state);
  }

  /** Reads a registry whole, or joins the crawl under way. */
  crawl(registry: Registry, requestedBy: string): Promise<BegunCrawl> {
    return this.#crawls.crawl(registry, requestedBy);
  }

  /** As `crawl`, for somebody who forces it: see ForcedReads. */
  async forceCrawl(registry: Registry, requestedBy: string): Promise<BegunCrawl> {
    // One that the schedule began is joined, and counts as nobody's: whoever comes after it may force another.
    if (this.#crawls.isRunning(registry.id)) return this.crawl(registry, requestedBy);
    const begin = (): ForcedRead<BegunCrawl> => {
      const given = this.crawl(registry, requestedBy);
      return { given, ended: given.then(({ ended }) => ended) };
    };
    return this.#forced.run(registry.id, null, begin).given;
  }

  /**
   * Gives up the crawl under way, and forgets which reads were forced; resolves when the crawl has ended. To be called
   * before a registry's client is closed.
   */
  async cancelCrawl(registryId: string): Promise<void> {
    this.#forced.forget(registryId);
    await this.#crawls.cancel(registryId);
  }

  /** As `cancelCrawl`; a crawl of another gateway goes on. */
  async leaveCrawl(registryId: string): Promise<void> {
    this.#forced.forget(registryId);
    await this.#crawls.leave(registryId);
  }

  /** Returns the crawl under way; null when there is none. */
  progressOf(registryId: string): CrawlProgress | null {
    return this.#crawls.progressOf(registryId);
  }

  /** Reads one repository now: see `RepositorySync.sync`. */
  syncRepository(registry: Registry, key: number, options: SyncOptions = {}): Promise<ReadProblem | null> {
    return this.#parts.tasks.track(this.#repositorySync.sync(registry, key, this.#withStop(options)));
  }

  /** As `read`, which reads one repository, for somebody who forces it: see ForcedReads. */
  async forceRead(
    registry: Registry,
    { name }: Repository,
    read: () => Promise<UpstreamProblem | null>,
  ): Promise<UpstreamProblem | null> {
    const begin = (): ForcedRead<UpstreamProblem | null> => {
      const reading = read();
      return { given: reading, ended: reading };
    };
    return this.#forced.run(registry.id, name, begin).given;
  }

  /** Looks behind for a repository that somebody asked for by its name, if it is not known, and reads it. */
  discover(registry: Registry, name: RepositoryName): void {
    const discover = () => this.#repositorySync.discover(registry, name, this.#withStop({}));
    const run = () => this.#apart(registry.id, 'discover', discover);
    void this.#parts.tasks.add(this.#discoveries.run(`${registry.id} ${name}`, run));
  }

  /**
   * Has one repository, or the registry when it is null, read again because it changed. At once, unless it often
   * changes: see RefreshPace.
   */
  scheduleRefresh(registryId: string, repository: RepositoryName | null, at: Date): void {
    this.#refreshes.schedule(registryId, repository, at);
  }

  /**
   * Takes what a registry told of a change: what the notice names is checked until it shows, a repository as a whole is
   * read again, and so is the registry when the notice is null. `onMissed` is called when what was named never showed.
   */
  notify(registryId: string, notice: Notice | null, at: Date, onMissed: () => void): void {
    this.#notifications.notify(registryId, notice, at, onMissed);
  }

  /** Notes that a notification came in, whatever it says: behind, as the registry waits for its answer. */
  noteNotified(registryId: string, at: Date): void {
    const { registries, tasks } = this.#parts;
    void tasks.add(registries.recordEvent(registryId, at));
  }

  /** Reads what changed at `at`, and not what a reading that began before has of it. */
  #readChanged(registryId: string, name: RepositoryName | null, at: Date): Promise<void> {
    return this.#apart(registryId, 'refresh', async () => {
      const registry = await this.#parts.registries.find(registryId);
      if (!registry) return;
      const options = this.#withStop({ eventAt: at, isPatient: true, isBackground: true });
      if (name !== null) return this.#repositorySync.syncChanged(registry, name, options);
      await this.#crawls.ended(registryId);
      const { ended } = await this.#crawls.crawl(registry, 'notification');
      return ended;
    });
  }

  /** Records in a trace of its own what no request waits for. */
  #apart<T>(registryId: string, name: string, work: () => Promise<T>): Promise<T> {
    const describe = () => ({ name, attributes: { 'registry_gateway.registry.id': registryId } });
    return this.#parts.leases.apart(() => this.#parts.tracer.apart(describe, work));
  }

  #withStop<T extends ReadOptions>(options: T): T {
    return { ...options, signal: options.signal ?? this.#stopping.signal };
  }
}
