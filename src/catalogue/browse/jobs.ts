import type { Repository } from '../../domain/catalogue.js';
import type { Job, JobKind } from '../../domain/job.js';
import type { UpstreamProblem } from '../../domain/freshness.js';
import type { Registry } from '../../domain/registry.js';
import { GatewayError, notFound } from '../../errors.js';
import { assertAllowed } from '../access.js';
import { waitFor } from '../context.js';
import type { Session } from '../session.js';

/** Milliseconds a caller who wants to wait is kept waiting; the work goes on. */
const patience = 10_000;

/** A job as it stands, its progress included. Throws NOT_FOUND. */
export async function findJob(session: Session, id: string): Promise<Job> {
  assertAllowed(session.viewer, 'read');
  const job = await session.loaders.job.load(id);
  if (!job) throw notFound('There is no such job: the last fifty of each kind and registry are kept.');
  return withProgress(session, job);
}

/** The newest jobs of a registry, of these kinds. */
export function listJobs(
  session: Session,
  registry: Registry,
  kinds: readonly JobKind[],
  first: number,
): Promise<Job[]> {
  assertAllowed(session.viewer, 'read');
  return session.loaders.newestJobs.load({ registryId: registry.id, kinds, limit: first });
}

/** The newest crawl of a registry; null before the first. */
export async function findLastJob(session: Session, registry: Registry): Promise<Job | null> {
  assertAllowed(session.viewer, 'read');
  const [job] = await session.loaders.newestJobs.load({ registryId: registry.id, kinds: ['CRAWL'], limit: 1 });
  return job ? withProgress(session, job) : null;
}

/**
 * Reads a registry whole; with `wait` gives the job as it ended, or as it stands after ten seconds. The job is the one
 * under way where there is one, and the last one where that was forced too, and ended less than ten seconds ago: then
 * the registry is read once more when these are over, for what changed since.
 */
export async function refreshRegistry(session: Session, registry: Registry, wait: boolean): Promise<Job> {
  assertAllowed(session.viewer, 'read');
  const { sync } = session;
  const { username } = session.viewer;
  if (sync.forced.hasEnded(registry.id, null))
    sync.forced.follow(registry.id, null, () => sync.runBehind(crawlOnce(session, registry.id, username)));
  const { job, ended } = await sync.forceCrawl(registry, username);
  if (wait) await waitFor(session, ended, patience);
  return findJob(session, job.id);
}

async function crawlOnce({ sync, registries }: Session, registryId: string, requestedBy: string): Promise<void> {
  const registry = await registries.find(registryId);
  if (registry) await sync.forceCrawl(registry, requestedBy);
}

/**
 * Reads one repository now; with `wait` for ten seconds at the most. Throws the registry's failure when it kept
 * something from being read. A forced read of it that ended less than ten seconds ago is taken for this one, and
 * followed by another when these are over.
 */
export async function refreshRepository(
  session: Session,
  registry: Registry,
  repository: Repository,
  wait: boolean,
): Promise<void> {
  assertAllowed(session.viewer, 'read');
  const { sync, call } = session;
  const read = (): Promise<UpstreamProblem | null> =>
    sync.forceRead(registry, repository, () =>
      sync.readAfresh(registry, repository.key, { ...call, signal: undefined, isPatient: true }),
    );
  if (sync.forced.hasEnded(registry.id, repository.name))
    sync.forced.follow(registry.id, repository.name, () => sync.runBehind(read()));
  const reading = read();
  if (!wait) return sync.runBehind(reading);
  const problem = await waitFor(session, reading, patience);
  if (problem) throw new GatewayError(problem.code, problem.message, { registry: registry.name });
}

function withProgress({ sync }: Session, job: Job): Job {
  const progress = sync.progressOf(job.registryId);
  return progress?.job.id === job.id ? { ...job, done: progress.done, total: progress.total } : job;
}
