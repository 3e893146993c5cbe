import type { Repository } from '../../domain/catalogue.js';
import type { JobStep, StepState } from '../../domain/deletion.js';
import { assertFewValues } from '../../domain/filter.js';
import { isDeletionJob, isEnded, type Job, type JobFilter, type JobKind, type JobState } from '../../domain/job.js';
import { estimateEnd } from '../../domain/jobpace.js';
import type { UpstreamProblem } from '../../domain/freshness.js';
import type { TagName } from '../../domain/name.js';
import type { Page, PageRequest } from '../../domain/page.js';
import type { Registry } from '../../domain/registry.js';
import { GatewayError } from '../../errors.js';
import { assertAllowed } from '../access.js';
import { type Follower, type RequestContext, waitFor } from '../context.js';
import type { CatalogueParts } from '../parts.js';
import { findSeenJob, noSuchJob } from '../visibility.js';

/** Milliseconds a caller who wants to wait is kept waiting; the work goes on. */
const longestWait = 10_000;

/** Milliseconds between two looks at a job that is followed. */
const followedEvery = 250;

/** Parts of the catalogue that it uses. */
export type JobBrowsingParts = Pick<
  CatalogueParts,
  'clock' | 'jobs' | 'registries' | 'sync' | 'tasks' | 'timer' | 'waits' | 'writes'
>;

export class JobBrowsing {
  readonly #parts: JobBrowsingParts;

  constructor(parts: JobBrowsingParts) {
    this.#parts = parts;
  }

  /** Returns a job as it stands, with its progress. Throws NOT_FOUND. */
  async find(context: RequestContext, id: string): Promise<Job> {
    assertAllowed(context.viewer, 'read');
    const job = await context.loaders.job.load(id);
    if (!job) throw noSuchJob();
    return this.#withProgress(job);
  }

  /** Returns when a job ends, as what is done of it tells; null: that does not tell. */
  estimateEnd(job: Job): Date | null {
    return estimateEnd(job, this.#parts.clock());
  }

  /**
   * Begins to follow a job: it is told of as it stands, then each time that it has got further, until it has ended or
   * is forgotten. Throws NOT_FOUND.
   */
  async follow(context: RequestContext, id: string): Promise<Follower<Job>> {
    await this.find(context, id);
    const { jobs, writes, timer } = this.#parts;
    let isChanged = true;
    let isOver = false;
    let told = '';
    let wake = (): void => undefined;
    const stop = writes.on('job', () => {
      isChanged = true;
      wake();
    });
    return {
      next: async ({ viewer }) => {
        assertAllowed(viewer, 'read');
        if (!isChanged) return [];
        isChanged = false;
        // The viewer of an open stream may see less by now.
        const job = await findSeenJob(jobs, viewer, id);
        isOver = job === null || isEnded(job);
        const shown = job && this.#withProgress(job);
        const text = JSON.stringify(shown);
        if (!shown || text === told) return [];
        told = text;
        return [shown];
      },
      get isOver() {
        return isOver;
      },
      async wait(signal) {
        if (!isChanged && !signal.aborted) {
          const { promise, resolve } = Promise.withResolvers<void>();
          wake = resolve;
          signal.addEventListener('abort', wake);
          await promise;
          signal.removeEventListener('abort', wake);
        }
        // Many changes at once are told of once.
        await timer.sleep(followedEvery, signal).catch(() => undefined);
      },
      close: stop,
    };
  }

  /** Returns the newest jobs of a registry, of these kinds. */
  list(context: RequestContext, registry: Registry, kinds: readonly JobKind[], first: number): Promise<Job[]> {
    assertAllowed(context.viewer, 'read');
    return context.loaders.newestJobs.load({ registryId: registry.id, kinds, limit: first });
  }

  /** Returns the deletions of a registry that wait for a second person, the oldest first. */
  async listWaiting(context: RequestContext, registry: Registry, first: number): Promise<Job[]> {
    assertAllowed(context.viewer, 'read');
    return (await context.loaders.waitingJobs.load(registry.id)).slice(0, first);
  }

  /** Returns a page of the jobs of all registries, the newest first. Throws BAD_USER_INPUT. */
  async listAll(context: RequestContext, filter: JobFilter, page: PageRequest): Promise<Page<Job>> {
    assertAllowed(context.viewer, 'read');
    const { registryIds: registries, kinds, states } = filter;
    assertFewValues({ registries, kinds, states });
    const found = await this.#parts.jobs.list(filter, page);
    return { ...found, items: found.items.map((job) => this.#withProgress(job)) };
  }

  /** Lists a page of the pieces of a job that are jobs, of these states where some are given; of other work none. */
  async listPieces(
    { viewer, loaders }: RequestContext,
    job: Job,
    states: readonly JobState[] | null,
    page: PageRequest,
  ): Promise<Page<Job>> {
    assertAllowed(viewer, 'read');
    assertFewValues({ states: states ?? undefined });
    const listed = await loaders.piecePage.load({ jobId: job.id, states, page });
    const { pieceCounts } = job;
    if (!pieceCounts) return listed;
    // They are counted with the whole.
    const isWanted = (state: JobState): boolean => states === null || states.includes(state);
    const total = pieceCounts.reduce((sum, { state, count }) => (isWanted(state) ? sum + count : sum), 0);
    return { ...listed, totalCount: () => Promise.resolve(total) };
  }

  /** Lists a page of a deletion's steps, of one state where that is given, in the order in which they are done. */
  listSteps(
    { viewer, loaders }: RequestContext,
    job: Job,
    state: StepState | null,
    page: PageRequest,
  ): Promise<Page<JobStep>> {
    assertAllowed(viewer, 'read');
    return loaders.stepPage.load({ jobId: job.id, state, page });
  }

  /** Returns the first tags that a deletion took off so far; of other work none. */
  async listTagsGone({ viewer, loaders }: RequestContext, job: Job, first: number): Promise<readonly TagName[]> {
    assertAllowed(viewer, 'read');
    return isDeletionJob(job) ? loaders.tagsGone.load({ jobId: job.id, limit: first }) : [];
  }

  /** Returns the newest crawl of a registry; null before the first. */
  async findLast(context: RequestContext, registry: Registry): Promise<Job | null> {
    assertAllowed(context.viewer, 'read');
    const [job] = await context.loaders.newestJobs.load({ registryId: registry.id, kinds: ['CRAWL'], limit: 1 });
    return job ? this.#withProgress(job) : null;
  }

  /**
   * Reads a registry whole; with `wait` gives the job as it ended, or as it stands after ten seconds. The job is the
   * one under way where there is one, and the last one where that was forced too, and ended less than ten seconds ago:
   * then the registry is read once more when these are over, for what changed since.
   */
  async refreshRegistry(context: RequestContext, registry: Registry, wait: boolean): Promise<Job> {
    assertAllowed(context.viewer, 'crawl');
    const { sync } = this.#parts;
    const { username } = context.viewer;
    if (sync.forced.hasEnded(registry.id, null))
      sync.forced.follow(registry.id, null, () => void this.#parts.tasks.add(this.#crawlOnce(registry.id, username)));
    const { job, ended } = await sync.forceCrawl(registry, username);
    if (wait) await waitFor(this.#parts, ended, longestWait);
    return this.find(context, job.id);
  }

  async #crawlOnce(registryId: string, requestedBy: string): Promise<void> {
    const { sync, registries } = this.#parts;
    const registry = await registries.find(registryId);
    if (registry) await sync.forceCrawl(registry, requestedBy);
  }

  /**
   * Reads one repository now; with `wait` for ten seconds at the most. Throws the registry's failure when it kept
   * something from being read. A forced read of it that ended less than ten seconds ago is taken for this one, and
   * followed by another when these are over.
   */
  async refreshRepository(
    context: RequestContext,
    registry: Registry,
    repository: Repository,
    wait: boolean,
  ): Promise<void> {
    assertAllowed(context.viewer, 'read', { registry, repository: repository.name });
    const { call } = context;
    const { sync } = this.#parts;
    const read = (): Promise<UpstreamProblem | null> =>
      sync.forceRead(registry, repository, () =>
        sync.syncRepository(registry, repository.key, {
          ...call,
          signal: undefined,
          isPatient: true,
          joinRunning: false,
        }),
      );
    if (sync.forced.hasEnded(registry.id, repository.name))
      sync.forced.follow(registry.id, repository.name, () => void this.#parts.tasks.add(read()));
    const reading = read();
    if (!wait) return void this.#parts.tasks.add(reading);
    const problem = await waitFor(this.#parts, reading, longestWait);
    if (problem) throw new GatewayError(problem.code, problem.message, { registry: registry.name });
  }

  #withProgress(job: Job): Job {
    const { sync } = this.#parts;
    const progress = job.registryId === null ? null : sync.progressOf(job.registryId);
    return progress?.job.id === job.id ? { ...job, done: progress.done, total: progress.total } : job;
  }
}
