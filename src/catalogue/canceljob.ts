import { isDeletionJob, isEnded, isRepositoryJob, type Job } from '../domain/job.js';
import { type Action, assertAllowed, assertEntitled, isEntitled } from './access.js';
import type { MutationContext } from './audit.js';
import { type RequestContext, waitFor } from './context.js';
import { endWaiting } from './delete/approval.js';
import { longestWait } from './delete/deletetags.js';
import type { DeletionWorker } from './delete/worker.js';
import type { CatalogueParts } from './parts.js';
import type { RetentionRuns } from './retain/runs.js';
import { findSeenJob, noSuchJob } from './visibility.js';

/** Parts of the catalogue that it uses. */
export interface JobCancellingParts extends Pick<
  CatalogueParts,
  'approvals' | 'clock' | 'jobs' | 'registries' | 'sync' | 'timer' | 'waits'
> {
  readonly deletionWorker: Pick<DeletionWorker, 'cancel'>;
  readonly retentionRuns: Pick<RetentionRuns, 'cancel'>;
}

/** Ends jobs of every kind before they are done. */
export class JobCancelling {
  readonly #parts: JobCancellingParts;

  constructor(parts: JobCancellingParts) {
    this.#parts = parts;
  }

  /**
   * Has a job stop before its next piece, and waits for that as for a deletion; one that has ended stays as it is.
   * Throws NOT_FOUND.
   */
  async cancelJob(context: MutationContext, id: string): Promise<Job> {
    assertAllowed(context.viewer, 'read');
    const job = await findSeenJob(this.#parts.jobs, context.viewer, id);
    if (!job) {
      // Whoever may cancel nothing does not learn which jobs there are.
      assertAllowed(context.viewer, 'delete');
      throw noSuchJob();
    }
    const registry = await this.#parts.registries.find(job.registryId);
    context.deed.tell({
      jobId: job.id,
      ...(registry && { registry }),
      ...(job.repository && { repository: job.repository }),
    });
    const place = registry && job.repository !== null ? { registry, repository: job.repository } : undefined;
    assertEntitled(context.viewer, actionOf(job), place);
    if (!isEnded(job)) {
      const { username } = context.viewer;
      const isWaiting = isDeletionJob(job) && job.state === 'AWAITING_APPROVAL';
      // One that was approved meanwhile is under way.
      if (isWaiting && (await endWaiting(this.#parts, job, username))) return (await this.#parts.jobs.find(id)) ?? job;
      if (job.kind === 'CRAWL') await this.#parts.sync.cancelCrawl(job.registryId);
      else await waitFor(this.#parts, this.#cancelDeleting(job, username), longestWait);
    }
    return (await this.#parts.jobs.find(id)) ?? job;
  }

  /** Whether rights let this viewer cancel it. One that has ended stays as it is all the same. */
  async mayCancel({ viewer, loaders }: RequestContext, job: Job): Promise<boolean> {
    if (viewer === null) return false;
    const { registryId, repository } = job;
    if (repository === null) return isEntitled(viewer, actionOf(job));
    return isEntitled(viewer, actionOf(job), { registry: await loaders.registry.load(registryId), repository });
  }

  #cancelDeleting(job: Job, by: string): Promise<void> {
    const { deletionWorker, retentionRuns } = this.#parts;
    return isRepositoryJob(job) ? deletionWorker.cancel(job, by) : retentionRuns.cancel(job, by);
  }
}

function actionOf({ kind }: Job): Action {
  if (kind === 'CRAWL') return 'manage';
  return kind === 'RETENTION_RUN' ? 'retainAll' : 'delete';
}
