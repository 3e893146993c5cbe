import type { UpstreamProblem } from '../../domain/freshness.js';
import type { Job, JobFailure } from '../../domain/job.js';
import type { JobStore } from '../../store/jobs/jobs.js';
import type { RepositoryStore } from '../../store/index/repositories.js';
import type { Timer } from '../../timer.js';

interface JobParts {
  readonly jobs: JobStore;
  readonly repositories: RepositoryStore;
  readonly timer: Timer;
}

/** One crawl under way. */
export interface Crawl {
  readonly job: Job;
  done: number;
  total: number;
  readonly failures: JobFailure[];
  failureCount: number;
  writtenAt: number;
}

/** The first hundred are kept. */
export function note(
  crawl: Crawl,
  subject: string,
  { code, message }: Pick<UpstreamProblem, 'code' | 'message'>,
): void {
  crawl.failureCount += 1;
  crawl.failures.push({ subject, code, message });
  crawl.failures.splice(100);
}

export async function noteRepository(
  parts: JobParts,
  crawl: Crawl,
  key: number,
  problem: UpstreamProblem,
): Promise<void> {
  const [repository] = await parts.repositories.findMany([key]);
  if (repository) note(crawl, repository.name, problem);
}

/** At most once a second: progress is for people. */
export async function writeProgress(parts: JobParts, crawl: Crawl): Promise<void> {
  const now = parts.timer.elapsed();
  if (now - crawl.writtenAt < 1000) return;
  crawl.writtenAt = now;
  await parts.jobs.update(crawl.job.id, { done: crawl.done, total: crawl.total, failureCount: crawl.failureCount });
}
