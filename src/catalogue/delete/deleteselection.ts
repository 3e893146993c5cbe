import { randomUUID } from 'node:crypto';
import type { Job } from '../../domain/job.js';
import { GatewayError } from '../../errors.js';
import type { MutationContext } from '../audit.js';
import type { RequestContext } from '../context.js';
import type { CatalogueParts } from '../parts.js';
import { type ApprovalNeed, assertApprovable, describeWanted, findApprovalNeed } from './approval.js';
import { describeAccepted, describePiece } from './auditentries.js';
import { assertPinned, planInvalid, sealPinned } from './plantoken.js';
import type { SealedPlan } from './plan.js';
import { describeRefusal } from './refusals.js';
import {
  hashSelection,
  type RepositoryPlan,
  type SelectionPlan,
  type SelectionPlanner,
  type Selector,
} from './selectionplan.js';
import type { DeletionWorker } from './worker.js';

/** A plan with the token that stands for it, which is taken until `expiresAt`. */
export type SealedSelection = SelectionPlan & Pick<SealedPlan, 'token' | 'expiresAt' | 'secondsLeft'>;

/** The answer to a caller who asked for a deletion from many repositories. */
export interface SelectionResult {
  /** Given after a dry run, and when the index has changed since the token's plan; null: it was begun. */
  readonly plan: SealedSelection | null;
  /** The whole, with a piece for each repository; those that need it wait for a second person. null: none was begun. */
  readonly job: Job | null;
  /** The error that the execution was or would be refused with; null: none. */
  readonly refusal: GatewayError | null;
}

/** Parts of the catalogue that it uses. */
export interface SelectionDeletingParts extends Pick<
  CatalogueParts,
  'approvals' | 'askers' | 'clock' | 'jobs' | 'sealer' | 'steps' | 'tasks'
> {
  readonly deletionWorker: Pick<DeletionWorker, 'beginAll'>;
  readonly selectionPlanner: Pick<SelectionPlanner, 'plan'>;
}

/**
 * Deletes from many repositories by one plan, one token and one job. Each piece of that is a job of one repository, as
 * `deleteTags` begins it: its lock, who sees it and what the audit log has are of that repository.
 */
export class SelectionDeleting {
  readonly #parts: SelectionDeletingParts;

  constructor(parts: SelectionDeletingParts) {
    this.#parts = parts;
  }

  /**
   * Returns the plan after a dry run, and when the index has something else than the token stands for; else begins all
   * pieces, in one transaction. Throws as `SelectionPlanner.plan` does, PLAN_INVALID without a token too, and FORBIDDEN
   * where more of them would wait than may, or one that nobody could approve.
   */
  async dryRunOrExecute(
    context: MutationContext,
    selector: Selector,
    { dryRun, planToken }: { readonly dryRun: boolean; readonly planToken: string | null },
  ): Promise<SelectionResult> {
    if (!dryRun && planToken === null)
      throw planInvalid('"planToken" is missing: a dry run gives the one that stands for what it shows.');
    const plan = await this.#parts.selectionPlanner.plan(context, selector);
    if (dryRun) return { plan: this.#seal(plan), job: null, refusal: findRefusal(plan) };
    try {
      assertPinned(this.#parts, toPinned(plan), planToken!, 'The selection', null);
    } catch (error) {
      if (!(error instanceof GatewayError) || error.code !== 'CHANGED_SINCE_PLAN') throw error;
      return { plan: this.#seal(plan), job: null, refusal: error };
    }
    const refusal = findRefusal(plan);
    if (refusal) return { plan: null, job: null, refusal };
    return { plan: null, job: await this.#begin(context, plan), refusal: null };
  }

  /** Whether the deletion from one of the repositories would wait for a second person, were it asked for now. */
  async needsApproval({ viewer }: RequestContext, plan: RepositoryPlan): Promise<boolean> {
    return (await findApprovalNeed(this.#parts, viewer, plan)).approvalExpiresAt != null;
  }

  async #begin(context: MutationContext, { repositories }: SelectionPlan): Promise<Job | null> {
    const { viewer, requestId } = context;
    const createdAt = this.#parts.clock();
    const wanted: { readonly plan: RepositoryPlan; readonly approval: ApprovalNeed }[] = [];
    // By their registries, so that two that are asked for at once take the rows of these in one order.
    for (const plan of repositories.toSorted((a, b) => (a.registry.id < b.registry.id ? -1 : 1))) {
      const approval = await findApprovalNeed(this.#parts, viewer, plan);
      await assertApprovable(this.#parts, viewer, plan, approval);
      wanted.push({ plan, approval });
    }
    const { jobs, steps, deletionWorker, tasks } = this.#parts;
    const id = randomUUID();
    const pieces = await context.deed.commit((entry) =>
      steps.createPieces(
        id,
        wanted.map(({ plan, approval }) => ({
          job: describeWanted(viewer, plan, { kind: 'DELETE_TAGS', createdAt, requestId, ...approval }),
          steps: plan.steps,
          audit: (piece: Job) => entry(describePiece(describeAccepted(plan, approval), piece)),
        })),
      ),
    );
    void tasks.add(deletionWorker.beginAll(pieces));
    return jobs.find(id);
  }

  #seal(plan: SelectionPlan): SealedSelection {
    return { ...plan, ...sealPinned(this.#parts, toPinned(plan)) };
  }
}

function toPinned(plan: SelectionPlan): { readonly place: string; readonly pins: string } {
  return { place: 'selection', pins: hashSelection(plan) };
}

/** The refusal of the first repository whose registry deletes nothing, as it said when it was last asked. */
function findRefusal({ repositories }: SelectionPlan): GatewayError | null {
  for (const { registry, capability } of repositories)
    if (capability !== 'enabled') return describeRefusal(registry, capability);
  return null;
}
