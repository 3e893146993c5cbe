import type { Viewer } from '../domain/account.js';
import { type DeletionJob, isDeletionJob, type Job } from '../domain/job.js';
import type { Registry } from '../domain/registry.js';
import { GatewayError, notFound } from '../errors.js';
import { assertAllowed, assertEntitled, isEntitled } from './access.js';
import type { MutationContext } from './audit.js';
import { type RequestContext, waitFor } from './context.js';
import { endWaiting, findMore, isWaiting } from './delete/approval.js';
import { type Deleting, longestWait } from './delete/deletetags.js';
import { findJobSource } from './delete/jobexecution.js';
import type { DeletionPlanner } from './delete/planner.js';
import type { DeletionWorker } from './delete/worker.js';
import type { CatalogueParts } from './parts.js';
import type { RepositorySource } from './sync/reading.js';
import { findSeenJob, noSuchJob } from './visibility.js';

/** Parts of the catalogue that it uses. */
export interface ApprovingParts extends Pick<
  CatalogueParts,
  | 'approvals'
  | 'askers'
  | 'clock'
  | 'jobs'
  | 'registries'
  | 'repositories'
  | 'steps'
  | 'sync'
  | 'tags'
  | 'timer'
  | 'waits'
> {
  readonly deletions: Pick<Deleting, 'assertPossible'>;
  readonly planner: Pick<DeletionPlanner, 'planFrom' | 'read'>;
  readonly deletionWorker: Pick<DeletionWorker, 'begin'>;
}

/** Deletions that need a second person: who may delete there too, by another account. */
export class Approving {
  readonly #parts: ApprovingParts;

  constructor(parts: ApprovingParts) {
    this.#parts = parts;
  }

  /**
   * Has a deletion that waits begin, and waits for it as whoever asks for one. The repository is read and planned again
   * first. Throws NOT_FOUND, NOT_AWAITING_APPROVAL; FORBIDDEN to who asked for it, to who has not logged in, and
   * where who asked may no longer delete there; CHANGED_SINCE_PLAN where more would go than was asked for; and as an
   * execution does.
   */
  async approve(context: MutationContext, id: string): Promise<Job> {
    const { job, registry } = await this.#find(context, id);
    const { approvals, clock, deletionWorker, jobs } = this.#parts;
    assertSecond(context.viewer, job);
    await this.#assertAskerMay(job, registry);
    await this.#assertNoMore(context, job, await findJobSource(this.#parts, job));
    // Reading took its time.
    await this.#assertAskerMay(job, registry);
    const by = context.viewer!.username;
    const details = { askedBy: job.requestedBy, approvedBy: by };
    await context.deed.commit(async (entry) => {
      const accepted = entry({ outcome: 'ACCEPTED', details });
      if (!(await approvals.decide(job.id, { approvedBy: by }, clock(), accepted))) throw notAwaiting();
    });
    const { ended } = deletionWorker.begin({ ...job, state: 'QUEUED', approvedBy: by });
    await waitFor(
      this.#parts,
      ended.catch(() => undefined),
      longestWait,
    );
    return (await jobs.find(id)) ?? job;
  }

  /** Cancels one that waits, for whoever may delete there. Throws NOT_FOUND, FORBIDDEN, NOT_AWAITING_APPROVAL. */
  async reject(context: MutationContext, id: string): Promise<Job> {
    const { job } = await this.#find(context, id);
    const by = context.viewer!.username;
    context.deed.tell({ details: { askedBy: job.requestedBy, rejectedBy: by } });
    if (!(await endWaiting(this.#parts, job, by))) throw notAwaiting();
    return (await this.#parts.jobs.find(id)) ?? job;
  }

  /** Whether `approve` would let this viewer, as far as rights tell. */
  async mayApprove({ viewer, loaders }: RequestContext, job: Job): Promise<boolean> {
    if (viewer === null || !isDeletionJob(job) || !isWaiting(job, this.#parts.clock())) return false;
    if (!isPerson(viewer) || viewer.accountId === job.requestedAccount) return false;
    const registry = await loaders.registry.load(job.registryId);
    return isEntitled(viewer, 'delete', { registry, repository: job.repository });
  }

  async #find(
    { viewer, deed }: MutationContext,
    id: string,
  ): Promise<{ readonly job: DeletionJob; readonly registry: Registry }> {
    assertAllowed(viewer, 'delete');
    const job = await findSeenJob(this.#parts.jobs, viewer, id);
    if (!job) throw noSuchJob();
    const registry = await this.#parts.registries.find(job.registryId);
    if (!registry) throw notFound('The registry is no longer attached.');
    const repository = job.repository ?? undefined;
    deed.tell({ jobId: job.id, registry, ...(repository && { repository }) });
    assertEntitled(viewer, 'delete', { registry, ...(repository && { repository }) });
    if (!isDeletionJob(job) || !isWaiting(job, this.#parts.clock())) throw notAwaiting();
    return { job, registry };
  }

  async #assertAskerMay(job: DeletionJob, registry: Registry): Promise<void> {
    const { repository } = job;
    const asker = await this.#parts.askers.find(job, this.#parts.clock());
    if (asker && isEntitled(asker, 'delete', { registry, repository })) return;
    const place = `${repository} of ${registry.name}`;
    const what = `${job.requestedBy}, who asked for it, may no longer delete from ${place}`;
    throw new GatewayError('FORBIDDEN', `${what}. Nothing was touched: reject it, and ask for it yourself.`);
  }

  /** Plans what is left of it: tags that are gone by now need nothing. */
  async #assertNoMore(context: MutationContext, job: DeletionJob, source: RepositorySource): Promise<void> {
    const approved = await this.#parts.steps.listSteps(job.id);
    const { planner } = this.#parts;
    const names = job.kind === 'DELETE_REPOSITORY' ? null : [...new Set(approved.flatMap(({ tags }) => tags))];
    const { all, asked } = await planner.read(context, source, { names, withSiblings: false });
    const wanted = names && new Set(names);
    const left = all.flatMap(({ name }) => (!wanted || wanted.has(name) ? [name] : []));
    if (left.length === 0) return;
    const plan = await planner.planFrom(context, source, all, { names: left, withSiblings: false }, asked);
    this.#parts.deletions.assertPossible(context, plan);
    const more = findMore(plan, approved);
    if (more === null) return;
    const place = `${source.repository.name} of ${source.registry.name}`;
    throw new GatewayError(
      'CHANGED_SINCE_PLAN',
      `${place} has changed since the deletion was asked for: ${more} would go too. Nothing was touched: reject it, ` +
        'and have it asked for anew.',
      { registry: source.registry.name },
    );
  }
}

function assertSecond(viewer: Viewer | null, { requestedAccount }: DeletionJob): void {
  if (viewer && !isPerson(viewer)) {
    const what = `${viewer.username} approves nothing by this token or key, which machines have too`;
    throw new GatewayError('FORBIDDEN', `${what}: log in, and approve it by what that gives.`);
  }
  if (viewer?.accountId !== requestedAccount) return;
  const what = `${viewer?.username} asked for this deletion, or made the service key that did`;
  throw new GatewayError('FORBIDDEN', `${what}: another account that may delete there has to approve it.`);
}

/** Somebody who has logged in, or whom a proxy lets in. */
function isPerson({ tokenId, tokenKind }: Viewer): boolean {
  return tokenId === undefined || tokenKind === 'LOGIN';
}

function notAwaiting(): GatewayError {
  const what = 'The job waits for no approval, or no longer: it was decided, or its time is over.';
  return new GatewayError('NOT_AWAITING_APPROVAL', `${what} Nothing was touched.`);
}
