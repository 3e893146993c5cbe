import { type DeletionStep, isGone } from '../../domain/deletion.js';
import { isEnded, type Job, type JobKind } from '../../domain/job.js';
import type { TagName } from '../../domain/name.js';
import { badInput, GatewayError, isUpstreamCode, notFound } from '../../errors.js';
import { assertAllowed } from '../access.js';
import type { MutationContext } from '../audit.js';
import { assertApprovable, findApprovalNeed } from './approval.js';
import { describeAccepted } from './auditentries.js';
import type { DeletionPlan, SealedPlan } from './plan.js';
import { assertPlanned, sealPlan } from './plantoken.js';
import { describeRefusal } from './refusals.js';
import { waitFor } from '../context.js';
import type { DeletionWorker } from './worker.js';
import type { RequestContext } from '../context.js';
import type { CatalogueParts } from '../parts.js';

/** Milliseconds after which a caller who waits for a deletion is answered; the deletion goes on. */
export const longestWait = 8000;

/** A deletion under way, or ended. */
export interface Deletion {
  readonly job: Job;
  /** Names of tags that are gone; complete once the job has ended. */
  readonly gone: readonly TagName[];
  /** Why some of it is still there; null when nothing is, or the job goes on. */
  readonly failure: GatewayError | null;
}

/** The ways in which a caller can ask for a deletion. */
export interface DeletionRequest {
  /** True: the plan is shown, and nothing is done. */
  readonly dryRun: boolean;
  /** Token of the plan that the caller has seen; absent: none. An empty one is invalid, not absent. */
  readonly planToken?: string | null | undefined;
  /** How many tags the caller means, siblings that go with them not counted; absent: whatever the plan has. */
  readonly expectedCount?: number | null | undefined;
  /** True: the answer comes when the deletion has ended, or after `longestWait`. */
  readonly wait: boolean;
}

/** The answer to a caller who asked for a deletion. */
export interface DeletionResult {
  /** Given after a dry run, and when the repository has changed since the token's plan; null: it was executed. */
  readonly plan: SealedPlan | null;
  /** null: nothing was begun. */
  readonly deletion: Deletion | null;
  /** The error that the execution was or would be refused with; null: none. */
  readonly refusal: GatewayError | null;
}

/** Parts of the catalogue that deleting uses. */
export interface DeletingParts extends Pick<
  CatalogueParts,
  'approvals' | 'askers' | 'clock' | 'jobs' | 'repositories' | 'sealer' | 'steps' | 'tags' | 'timer' | 'waits'
> {
  readonly deletionWorker: Pick<DeletionWorker, 'enqueue'>;
}

/** Deletes what was planned. */
export class Deleting {
  readonly #parts: DeletingParts;

  constructor(parts: DeletingParts) {
    this.#parts = parts;
  }

  /**
   * Returns the plan after a dry run, when the repository has changed since the token was issued, and when it is not of
   * as many tags as the caller expects; else executes it.
   * Throws PLAN_INVALID, and as `execute` does.
   */
  async dryRunOrExecute(
    context: MutationContext,
    plan: DeletionPlan,
    kind: JobKind,
    { dryRun, planToken, expectedCount, wait }: DeletionRequest,
  ): Promise<DeletionResult> {
    const unexpected = expectedCount == null ? null : findUnexpected(plan, expectedCount);
    if (dryRun) {
      const refusal = unexpected ?? (await this.#foresee(context, plan));
      return { plan: this.seal(plan), deletion: null, refusal };
    }
    if (unexpected) return { plan: this.seal(plan), deletion: null, refusal: unexpected };
    const isPlanned = planToken !== undefined && planToken !== null;
    try {
      if (isPlanned) assertPlanned(this.#parts, plan, planToken);
    } catch (error) {
      if (!(error instanceof GatewayError) || error.code !== 'CHANGED_SINCE_PLAN') throw error;
      return { plan: this.seal(plan), deletion: null, refusal: error };
    }
    const deletion = await this.execute(context, plan, kind, { waitMs: wait ? longestWait : 0, isPlanned });
    return { plan: null, deletion, refusal: deletion.failure };
  }

  /** Whether a deletion by this plan would wait for a second person, were it asked for now. */
  async needsApproval({ viewer }: RequestContext, plan: DeletionPlan): Promise<boolean> {
    return (await findApprovalNeed(this.#parts, viewer, plan)).approvalExpiresAt != null;
  }

  /** Returns the plan with a token that stands for it. */
  seal(plan: DeletionPlan): SealedPlan {
    return { ...plan, ...sealPlan(this.#parts, plan) };
  }

  /** Returns the error that the execution would be refused with; null: none. */
  async #foresee(context: RequestContext, plan: DeletionPlan): Promise<GatewayError | null> {
    try {
      this.assertPossible(context, plan);
      const need = await findApprovalNeed(this.#parts, context.viewer, plan);
      await assertApprovable(this.#parts, context.viewer, plan, need);
      return null;
    } catch (error) {
      if (error instanceof GatewayError) return error;
      throw error;
    }
  }

  /**
   * Executes a plan as a job, and waits at most `waitMs` milliseconds for its end, or not at all where it waits for a
   * second person. Throws DELETE_DISABLED, READ_ONLY or UPSTREAM_AUTH with nothing touched, FORBIDDEN where it would
   * wait and nobody could approve it, and BAD_USER_INPUT for tags that the caller did not name and no dry run has
   * shown.
   */
  async execute(
    context: MutationContext,
    plan: DeletionPlan,
    kind: JobKind,
    { waitMs, isPlanned }: { waitMs: number; isPlanned: boolean },
  ): Promise<Deletion> {
    this.assertPossible(context, plan);
    if (plan.alsoRemovedTags.length > 0 && !isPlanned) {
      const names = plan.alsoRemovedTags.map((tag) => tag.name);
      throw badInput(
        `${names.length} more tags would go (${names.slice(0, 5).join(', ')}): give the "planToken" of a dry run ` +
          'that shows them.',
        'input',
        'planToken',
      );
    }
    const approval = await findApprovalNeed(this.#parts, context.viewer, plan);
    await assertApprovable(this.#parts, context.viewer, plan, approval);
    const { job, ended } = await context.deed.commit((entry) =>
      this.#parts.deletionWorker.enqueue(
        context,
        plan,
        kind,
        ({ id: jobId }) => entry({ ...describeAccepted(plan, approval), jobId }),
        approval,
      ),
    );
    // A job that failed in the gateway itself is resumed later.
    await waitFor(
      this.#parts,
      ended.catch(() => undefined),
      waitMs,
    );
    return this.findOutcome(plan, job);
  }

  /** Asserts that the plan can be executed. Throws DELETE_DISABLED, READ_ONLY, PROTECTED or UPSTREAM_AUTH. */
  assertPossible(
    { viewer }: RequestContext,
    { registry, repository, tags, capability }: Pick<DeletionPlan, 'registry' | 'repository' | 'tags' | 'capability'>,
  ): void {
    assertAllowed(viewer, 'delete', { registry, repository: repository.name, tags: tags.map((tag) => tag.name) });
    if (capability !== 'enabled') throw describeRefusal(registry, capability);
  }

  /** Returns how far the job is that executes the plan. Throws NOT_FOUND when its registry was detached. */
  async findOutcome(plan: DeletionPlan, job: Job): Promise<Deletion> {
    const now = await this.#parts.jobs.find(job.id);
    if (!now) throw notFound(`${plan.registry.name} was detached meanwhile: what was deleted until then is gone.`);
    const steps = await this.#parts.steps.listSteps(job.id);
    const standing = await this.#findStanding(plan, now, steps);
    const gone = steps.flatMap((step) => step.tags).filter((name) => !standing.has(name));
    return {
      job: now,
      gone,
      failure: isEnded(now) && now.state !== 'SUCCEEDED' ? describeOutcome(plan, now, steps, standing) : null,
    };
  }

  /**
   * Lists the tags that were to go and are not gone: by the states of their steps, and once the job has ended, by what
   * it has read back. Of the tags of one step, some may have been pushed again.
   */
  async #findStanding(
    { registry, repository }: DeletionPlan,
    job: Job,
    steps: readonly DeletionStep[],
  ): Promise<Set<TagName>> {
    const known = await this.#parts.repositories.find(registry.id, repository.name);
    const tags = known && new Map((await this.#parts.tags.listAll([known.key])).map((tag) => [tag.name, tag]));
    const isStanding = (name: TagName, { state, digest }: DeletionStep): boolean => {
      const tag = tags?.get(name);
      if (isGone(state)) return tag !== undefined && tag.error === null && tag.digest !== digest;
      return !isEnded(job) || tags === null || tag !== undefined;
    };
    return new Set(steps.flatMap((step) => step.tags.filter((name) => isStanding(name, step))));
  }
}

/** Returns the error for a plan of another number of tags than the caller expects; null: it has as many. */
function findUnexpected(
  { registry, repository, tags, alsoRemovedTags }: DeletionPlan,
  expected: number,
): GatewayError | null {
  const count = tags.length - alsoRemovedTags.length;
  if (count === expected) return null;
  const what = `It is ${count} tags of ${repository.name} of ${registry.name} now, and not ${expected} as expected`;
  return new GatewayError('CHANGED_SINCE_PLAN', `${what}. Nothing was touched: look at the new plan.`, {
    registry: registry.name,
  });
}

/** Builds the error of a job: that of its steps where nothing is gone for one reason, else DELETE_INCOMPLETE. */
function describeOutcome(
  { registry, repository }: DeletionPlan,
  job: Job,
  steps: readonly DeletionStep[],
  standing: ReadonlySet<TagName>,
): GatewayError {
  const left = steps.filter((step) => !isGone(step.state));
  const [first] = job.failures;
  const isOneReason =
    first !== undefined &&
    !isUpstreamCode(first.code) &&
    left.length === steps.length &&
    job.failures.every(({ code }) => code === first.code);
  const tags = [...standing];
  const facts = { registry: registry.name, tags };
  if (isOneReason) return new GatewayError(first.code, first.message, facts);
  const named = tags.slice(0, 5).join(', ');
  const what =
    tags.length > 0
      ? `still has ${tags.length} of the tags (${named}${tags.length > 5 ? ', …' : ''})`
      : 'is not all deleted';
  const why =
    job.cancelledBy === null ? (first?.message ?? 'The rest was not begun.') : `${job.cancelledBy} cancelled it.`;
  return new GatewayError('DELETE_INCOMPLETE', `${repository.name} of ${registry.name} ${what}. ${why}`, facts);
}
