import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Viewer } from '../domain/account.js';
import { isDeletionJob, isEnded, isRepositoryJob, type Job, type PlacedJob } from '../domain/job.js';
import { isWholeJob } from '../domain/jobpieces.js';
import { type Action, assertAllowed, assertEntitled, isEntitled } from './access.js';
import type { Deed, MutationContext } from './audit.js';
import { type RequestContext, waitFor } from './context.js';
import { endWaiting } from './delete/approval.js';
import { longestWait } from './delete/deletetags.js';
import type { DeletionWorker } from './delete/worker.js';
import type { SeenPlace } from '../store/jobs/finding.js';
import type { CatalogueParts } from './parts.js';
import { listPlacedPieces } from './pieces.js';
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
   * Has a job stop before its next piece, and waits for that as for a deletion; one that has ended stays as it is. Of a
   * whole those pieces that the viewer may cancel. Throws NOT_FOUND.
   */
  async cancelJob(context: MutationContext, id: string): Promise<Job> {
    assertAllowed(context.viewer, 'read');
    const { jobs, sync } = this.#parts;
    const { viewer, deed } = context;
    const job = await findSeenJob(jobs, viewer, id);
    if (!job) {
      // Whoever may cancel nothing does not learn which jobs there are.
      assertAllowed(viewer, 'delete');
      throw noSuchJob();
    }
    const cancelled = isWholeJob(job)
      ? await this.#findPieces(viewer, deed, job)
      : [await this.#findOne(viewer, deed, job)];
    const unfinished = cancelled.filter((one) => !isEnded(one));
    if (job.kind === 'CRAWL') {
      if (unfinished[0]) await sync.cancelCrawl(unfinished[0].registryId);
    } else await this.#cancelDeleting(unfinished, viewer.username);
    return (await findSeenJob(jobs, viewer, id)) ?? job;
  }

  /** Whether rights let this viewer cancel it. One that has ended stays as it is all the same. */
  async mayCancel({ viewer, loaders }: RequestContext, job: Job): Promise<boolean> {
    if (viewer === null) return false;
    // A role is one for all places: no piece is looked at.
    if (isWholeJob(job) && isEntitled({ ...viewer, grants: [] }, actionOf(job))) return true;
    const mayHere = async ({ registryId, repository }: SeenPlace): Promise<boolean> => {
      if (repository === null) return isEntitled(viewer, actionOf(job));
      return isEntitled(viewer, actionOf(job), { registry: await loaders.registry.load(registryId), repository });
    };
    const places = isWholeJob(job) ? await loaders.pieces.load(job.id) : [job as PlacedJob];
    for (const place of places) if (await mayHere(place)) return true;
    return false;
  }

  async #findPieces(viewer: Viewer, deed: Deed, job: Job): Promise<PlacedJob[]> {
    deed.tell({ jobId: job.id });
    return (await listPlacedPieces(this.#parts, viewer, job.id)).map((placed) => placed.job);
  }

  async #findOne(viewer: Viewer, deed: Deed, job: Job): Promise<PlacedJob> {
    const placed = job as PlacedJob;
    const { repository } = job;
    const registry = await this.#parts.registries.find(placed.registryId);
    deed.tell({ jobId: job.id, ...(registry && { registry }), ...(repository && { repository }) });
    assertEntitled(viewer, actionOf(job), registry && repository !== null ? { registry, repository } : undefined);
    return placed;
  }

  /** One that was approved meanwhile is under way. */
  async #cancelDeleting(jobs: readonly PlacedJob[], by: string): Promise<void> {
    const { deletionWorker, retentionRuns } = this.#parts;
    const waiting = jobs.filter(isDeletionJob).filter(({ state }) => state === 'AWAITING_APPROVAL');
    const ended = await endWaiting(this.#parts, waiting, by);
    const underWay = jobs.filter(({ id }) => !ended.has(id));
    const cancel = (job: PlacedJob): Promise<void> =>
      isRepositoryJob(job) ? deletionWorker.cancel(job, by) : retentionRuns.cancel(job, by);
    if (underWay.length > 0) await waitFor(this.#parts, cancelInTurns(underWay, cancel), longestWait);
  }
}

/** Jobs whose cancelling begins in one turn of the event loop: some 30 ms of it. */
const cancelledPerTurn = 20;

/** From the last on: none begins where one before it has made room. Resolves when all have ended. */
async function cancelInTurns(jobs: readonly PlacedJob[], cancel: (job: PlacedJob) => Promise<void>): Promise<void> {
  const ending: Promise<void>[] = [];
  for (const [at, job] of jobs.toReversed().entries()) {
    if (at > 0 && at % cancelledPerTurn === 0) await nextTurn();
    const ended = cancel(job);
    // It is told of below, once all have been asked to end.
    ended.catch(() => undefined);
    ending.push(ended);
  }
  await Promise.all(ending);
}

function actionOf({ kind }: Job): Action {
  if (kind === 'CRAWL') return 'manage';
  return kind === 'RETENTION_RUN' ? 'retainAll' : 'delete';
}
