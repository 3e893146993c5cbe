import type { UpstreamProblem } from '../../domain/freshness.js';
import type { Job, JobFailure, JobState } from '../../domain/job.js';
import type { Registry } from '../../domain/registry.js';
import { notFound } from '../../errors.js';
import type { RepositoryStore } from '../../store/index/repositories.js';
import type { JobStore } from '../../store/jobs/jobs.js';
import type { RegistryStore } from '../../store/registries/registries.js';
import type { Timer } from '../../timer.js';

/** Failures that a job's row keeps, the first that came; all of them are counted. */
const maxFailuresKept = 100;
/** Milliseconds between two writings of the progress, which is for people. */
const writeEvery = 1000;

export interface CrawlJobParts {
  readonly jobs: JobStore;
  readonly registries: RegistryStore;
  readonly repositories: RepositoryStore;
  readonly clock: () => Date;
  readonly timer: Timer;
}

/** The job of one crawl: its row, and its progress, which memory has sooner than the row. */
export class CrawlJob {
  readonly #parts: CrawlJobParts;
  readonly #failures: JobFailure[] = [];
  #failureCount = 0;
  #writtenAt = -Infinity;
  readonly row: Job;
  /** Repositories that are read, and that are to be read. */
  done = 0;
  total = 0;

  constructor(parts: CrawlJobParts, row: Job) {
    this.#parts = parts;
    this.row = row;
  }

  get failureCount(): number {
    return this.#failureCount;
  }

  note(subject: string, { code, message }: Pick<UpstreamProblem, 'code' | 'message'>): void {
    this.#failureCount += 1;
    if (this.#failures.length < maxFailuresKept) this.#failures.push({ subject, code, message });
  }

  async noteRepository(key: number, problem: UpstreamProblem): Promise<void> {
    const [repository] = await this.#parts.repositories.findMany([key]);
    if (repository) this.note(repository.name, problem);
  }

  /** Writes the progress to the row, at most once a second. */
  async writeProgress(): Promise<void> {
    const { jobs, timer } = this.#parts;
    if (timer.elapsed() - this.#writtenAt < writeEvery) return;
    this.#writtenAt = timer.elapsed();
    await jobs.update(this.row.id, { done: this.done, total: this.total, failureCount: this.#failureCount });
  }

  async end(state: JobState): Promise<void> {
    const { jobs, clock } = this.#parts;
    const failed = { failures: this.#failures, failureCount: this.#failureCount };
    await jobs.update(this.row.id, { state, done: this.done, total: this.total, ...failed, finishedAt: clock() });
  }

  /**
   * Ends the job of a crawl that threw. Returns CANCELLED when its registry was detached meanwhile, which is no
   * failure; all else is a fault of the gateway's own or of its database, and is thrown again.
   */
  async giveUp(registry: Registry, error: unknown): Promise<JobState> {
    const { jobs, registries, clock } = this.#parts;
    if ((await registries.find(registry.id)) === null) return 'CANCELLED';
    await jobs.update(this.row.id, { state: 'FAILED', done: this.done, total: this.total, finishedAt: clock() });
    throw error;
  }
}

/** Throws NOT_FOUND for a registry that was detached meanwhile. */
export async function createCrawlJob(parts: CrawlJobParts, registry: Registry, requestedBy: string): Promise<CrawlJob> {
  const { jobs, registries, clock } = parts;
  try {
    const wanted = { kind: 'CRAWL', registryId: registry.id, requestedBy, createdAt: clock() } as const;
    return new CrawlJob(parts, await jobs.createLeased(wanted));
  } catch (error) {
    throw (await registries.find(registry.id)) ? error : notFound('The registry is no longer attached.');
  }
}
