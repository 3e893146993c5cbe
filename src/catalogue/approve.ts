import type { Viewer } from '../domain/account.js';
import { type DeletionJob, isDeletionJob, type Job } from '../domain/job.js';
import { isPiece, isWholeJob, type PieceOutline } from '../domain/jobpieces.js';
import type { TagName } from '../domain/name.js';
import type { Registry } from '../domain/registry.js';
import { GatewayError, notFound } from '../errors.js';
import { assertAllowed, assertEntitled, isEntitled } from './access.js';
import type { Deed, MutationContext, MutationFacts } from './audit.js';
import { type RequestContext, waitFor } from './context.js';
import { endWaiting, findMore, isWaiting } from './delete/approval.js';
import { describePiece } from './delete/auditentries.js';
import { type Deleting, longestWait } from './delete/deletetags.js';
import { findJobSource } from './delete/jobexecution.js';
import type { DeletionPlan } from './delete/plan.js';
import type { DeletionPlanner } from './delete/planner.js';
import type { SelectionPlanner } from './delete/selectionplan.js';
import type { DeletionWorker } from './delete/worker.js';
import type { CatalogueParts } from './parts.js';
import { listPlacedPieces, type PlacedPiece } from './pieces.js';
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
  readonly selectionPlanner: Pick<SelectionPlanner, 'planNamed'>;
  readonly deletionWorker: Pick<DeletionWorker, 'beginAll'>;
}

/** Deletions that need a second person: who may delete there too, by another account. */
export class Approving {
  readonly #parts: ApprovingParts;

  constructor(parts: ApprovingParts) {
    this.#parts = parts;
  }

  /**
   * Has a deletion that waits begin, and waits for it as whoever asks for one; of a whole all pieces that wait and that
   * the viewer may delete for, or none of them. A repository is read and planned again first, those of a whole by the
   * index. Throws NOT_FOUND, NOT_AWAITING_APPROVAL; FORBIDDEN to who asked for it, to who has not logged in, and where
   * who asked may no longer delete there; CHANGED_SINCE_PLAN where more would go than was asked for; and as an
   * execution does.
   */
  async approve(context: MutationContext, id: string): Promise<Job> {
    const { job, pieces } = await this.#find(context, id);
    const { approvals, clock, deletionWorker, jobs } = this.#parts;
    for (const piece of pieces) assertSecond(context.viewer, piece.job);
    await this.#assertAskerMay(pieces);
    for (const piece of pieces) await this.#assertNoMore(context, piece.job, isWholeJob(job));
    // Reading took its time.
    await this.#assertAskerMay(pieces);
    const by = context.viewer!.username;
    const decided = await context.deed.commit(async (entry) => {
      const accepted = pieces.map((piece) => [piece.job.id, entry(describeApproved(piece, by))] as const);
      const done = await approvals.decide(new Map(accepted), { approvedBy: by }, clock());
      if (done.size === 0) throw notAwaiting();
      return done;
    });
    const begun = pieces.flatMap(({ job: piece }) =>
      decided.has(piece.id) ? [{ ...piece, state: 'QUEUED' as const, approvedBy: by }] : [],
    );
    await waitFor(this.#parts, deletionWorker.beginAll(begun), longestWait);
    return (await findSeenJob(jobs, context.viewer, id)) ?? job;
  }

  /**
   * Cancels one that waits, for whoever may delete there; of a whole what `approve` would have begin. Throws NOT_FOUND,
   * FORBIDDEN, NOT_AWAITING_APPROVAL.
   */
  async reject(context: MutationContext, id: string): Promise<Job> {
    const { job, pieces } = await this.#find(context, id);
    const by = context.viewer!.username;
    context.deed.tell({ details: { askedBy: job.requestedBy, rejectedBy: by } });
    const ended = await endWaiting(
      this.#parts,
      pieces.map((piece) => piece.job),
      by,
    );
    if (ended.size === 0) throw notAwaiting();
    return (await findSeenJob(this.#parts.jobs, context.viewer, id)) ?? job;
  }

  /** Whether `approve` would let this viewer, as far as rights tell. */
  async mayApprove({ viewer, loaders }: RequestContext, job: Job): Promise<boolean> {
    if (viewer === null || !isPerson(viewer) || viewer.accountId === job.requestedAccount) return false;
    // No piece is looked at where none waits.
    if (job.pieceCounts && !job.pieceCounts.some(({ state }) => state === 'AWAITING_APPROVAL')) return false;
    const mayHere = async (piece: Job | PieceOutline): Promise<boolean> => {
      if (!isDeletionJob(piece) || !isWaiting(piece, this.#parts.clock())) return false;
      const registry = await loaders.registry.load(piece.registryId);
      return isEntitled(viewer, 'delete', { registry, repository: piece.repository });
    };
    for (const piece of isWholeJob(job) ? await loaders.pieces.load(job.id) : [job])
      if (await mayHere(piece)) return true;
    return false;
  }

  async #find(
    { viewer, deed }: MutationContext,
    id: string,
  ): Promise<{ readonly job: Job; readonly pieces: readonly PlacedPiece[] }> {
    assertAllowed(viewer, 'delete');
    const job = await findSeenJob(this.#parts.jobs, viewer, id);
    if (!job) throw noSuchJob();
    const placed = isWholeJob(job)
      ? await listPlacedPieces(this.#parts, viewer, id)
      : await this.#findOne(viewer, deed, job);
    deed.tell({ jobId: job.id });
    const now = this.#parts.clock();
    const pieces = placed.flatMap(({ job: piece, registry }) =>
      isDeletionJob(piece) && isWaiting(piece, now) ? [{ job: piece, registry }] : [],
    );
    if (pieces.length === 0) throw notAwaiting();
    return { job, pieces };
  }

  async #findOne(viewer: Viewer, deed: Deed, job: Job): Promise<readonly { job: Job; registry: Registry }[]> {
    const registry = job.registryId === null ? null : await this.#parts.registries.find(job.registryId);
    if (!registry) throw notFound('The registry is no longer attached.');
    const repository = job.repository ?? undefined;
    deed.tell({ jobId: job.id, registry, ...(repository && { repository }) });
    assertEntitled(viewer, 'delete', { registry, ...(repository && { repository }) });
    return [{ job, registry }];
  }

  /** The pieces of a whole are of one asker. */
  async #assertAskerMay(pieces: readonly PlacedPiece[]): Promise<void> {
    const asker = await this.#parts.askers.find(pieces[0]!.job, this.#parts.clock());
    for (const { job, registry } of pieces) {
      const { repository } = job;
      if (asker && isEntitled(asker, 'delete', { registry, repository })) continue;
      const place = `${repository} of ${registry.name}`;
      const what = `${job.requestedBy}, who asked for it, may no longer delete from ${place}`;
      throw new GatewayError('FORBIDDEN', `${what}. Nothing was touched: reject it, and ask for it yourself.`);
    }
  }

  /** Plans what is left of it: tags that are gone by now need nothing. */
  async #assertNoMore(context: MutationContext, job: DeletionJob, isByIndex: boolean): Promise<void> {
    const source = await findJobSource(this.#parts, job);
    const approved = await this.#parts.steps.listSteps(job.id);
    const names = job.kind === 'DELETE_REPOSITORY' ? null : [...new Set(approved.flatMap(({ tags }) => tags))];
    const { selectionPlanner } = this.#parts;
    const plan = isByIndex
      ? await selectionPlanner.planNamed(context, source, names ?? [])
      : await this.#planRead(context, source, names);
    if (plan === null) return;
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

  /** null: nothing of it is left. */
  async #planRead(
    context: MutationContext,
    source: RepositorySource,
    names: readonly TagName[] | null,
  ): Promise<DeletionPlan | null> {
    const { planner } = this.#parts;
    const { all, asked } = await planner.read(context, source, { names, withSiblings: false });
    const wanted = names && new Set(names);
    const left = all.flatMap(({ name }) => (!wanted || wanted.has(name) ? [name] : []));
    return left.length === 0
      ? null
      : planner.planFrom(context, source, all, { names: left, withSiblings: false }, asked);
  }
}

/** Tells the entry of a deletion that somebody approved. */
function describeApproved({ job, registry }: PlacedPiece, by: string): MutationFacts {
  const details = { askedBy: job.requestedBy, approvedBy: by };
  const about = { registry, repository: job.repository, outcome: 'ACCEPTED' as const, jobId: job.id, details };
  return isPiece(job) ? describePiece(about, job) : about;
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
