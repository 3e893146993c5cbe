import { type DeletionStep, isGone, type StepState } from '../../domain/deletion.js';
import { isEnded, type Job, type JobKind } from '../../domain/job.js';
import type { TagName } from '../../domain/name.js';
import type { Page, PageRequest } from '../../domain/page.js';
import { badInput, GatewayError, isUpstreamCode, notFound } from '../../errors.js';
import { assertAllowed } from '../access.js';
import type { MutationContext } from '../audit.js';
import { describePlan } from './auditentries.js';
import type { DeletionPlan } from './plan.js';
import { describeRefusal } from './refusals.js';
import { waitFor } from '../context.js';
import type { Session } from '../session.js';

/** Milliseconds that a caller who waits for a deletion is kept waiting; it goes on. */
export const deletionPatience = 8000;

/** How far a deletion is. */
export interface Deletion {
  readonly job: Job;
  /** Tags that are gone; complete once the job has ended. */
  readonly gone: readonly TagName[];
  /** Why some of it is still there; null when nothing is, or the job goes on. */
  readonly failure: GatewayError | null;
}

/**
 * Executes a plan as a job, and waits for it `patience` milliseconds. Throws DELETE_DISABLED, READ_ONLY or
 * UPSTREAM_AUTH with nothing touched, and BAD_USER_INPUT for tags that were not asked for and that a dry run did not
 * show.
 */
export async function executeDeletion(
  session: MutationContext,
  plan: DeletionPlan,
  kind: JobKind,
  { patience, isPlanned }: { patience: number; isPlanned: boolean },
): Promise<Deletion> {
  assertPossible(session, plan);
  if (plan.alsoRemovedTags.length > 0 && !isPlanned) {
    const names = plan.alsoRemovedTags.map((tag) => tag.name);
    throw badInput(
      `${names.length} more tags would go (${names.slice(0, 5).join(', ')}): give the "planToken" of a dry run ` +
        'that shows them.',
      'input',
      'planToken',
    );
  }
  const { registry, repository } = plan;
  const { job, ended } = await session.deed.commit((entry) =>
    session.deletions.begin(session, plan, kind, ({ id: jobId }) =>
      entry({ registry, repository: repository.name, ...describePlan(plan), outcome: 'ACCEPTED', jobId }),
    ),
  );
  // What failed in the gateway itself is gone on with later.
  await waitFor(
    session,
    ended.catch(() => undefined),
    patience,
  );
  return findOutcome(session, plan, job);
}

/** Throws DELETE_DISABLED, READ_ONLY, PROTECTED or UPSTREAM_AUTH. */
export function assertPossible({ viewer }: Session, { registry, repository, tags, capability }: DeletionPlan): void {
  assertAllowed(viewer, 'delete', { registry, repository: repository.name, tags: tags.map((tag) => tag.name) });
  if (capability !== 'enabled') throw describeRefusal(registry, capability);
}

/** How far the job is that executes the plan. Throws NOT_FOUND when its registry was detached. */
export async function findOutcome(session: Session, plan: DeletionPlan, job: Job): Promise<Deletion> {
  const now = await session.jobs.find(job.id);
  if (!now) throw notFound(`${plan.registry.name} was detached meanwhile: what was deleted until then is gone.`);
  const steps = await session.steps.listSteps(job.id);
  const standing = await findStanding(session, plan, now, steps);
  const gone = steps.flatMap((step) => step.tags).filter((name) => !standing.has(name));
  return {
    job: now,
    gone,
    failure: isEnded(now) && now.state !== 'SUCCEEDED' ? describeOutcome(plan, now, steps, standing) : null,
  };
}

/**
 * The tags that were to go and are not gone: by their steps, and once the job has read them back, by what was read. One
 * step may be of several tags, of which some were pushed again.
 */
async function findStanding(
  session: Session,
  { registry, repository }: DeletionPlan,
  job: Job,
  steps: readonly DeletionStep[],
): Promise<Set<TagName>> {
  const known = await session.repositories.find(registry.id, repository.name);
  const tags = known && new Map((await session.tags.listAll([known.key])).map((tag) => [tag.name, tag]));
  const isStanding = (name: TagName, { state, digest }: DeletionStep): boolean => {
    const tag = tags?.get(name);
    if (isGone(state)) return tag !== undefined && tag.error === null && tag.digest !== digest;
    return !isEnded(job) || tags === null || tag !== undefined;
  };
  return new Set(steps.flatMap((step) => step.tags.filter((name) => isStanding(name, step))));
}

/** What came of each piece of a job that deletes, in the order they are done. */
export function listSteps(
  session: Session,
  job: Job,
  state: StepState | null,
  page: PageRequest,
): Promise<Page<DeletionStep>> {
  assertAllowed(session.viewer, 'read');
  return session.loaders.stepPage.load({ jobId: job.id, state, page });
}

/**
 * Has a job stop before its next piece, and waits for that as for a deletion; one that has ended stays as it is. Throws
 * NOT_FOUND.
 */
export async function cancelJob(session: MutationContext, id: string): Promise<Job> {
  assertAllowed(session.viewer, 'read');
  const job = await session.jobs.find(id);
  if (!job) {
    // Whoever may cancel nothing does not learn which jobs there are.
    assertAllowed(session.viewer, 'delete');
    throw notFound('There is no such job: the last fifty of each kind and registry are kept.');
  }
  const registry = await session.registries.find(job.registryId);
  session.deed.tell({
    jobId: job.id,
    ...(registry && { registry }),
    ...(job.repository && { repository: job.repository }),
  });
  assertAllowed(session.viewer, job.kind === 'CRAWL' ? 'manage' : 'delete');
  if (!isEnded(job)) {
    if (job.kind === 'CRAWL') await session.sync.cancel(job.registryId);
    else
      await waitFor(
        session,
        (job.kind === 'RETENTION_RUN' ? session.retention : session.deletions).cancel(job, session.viewer.username),
        deletionPatience,
      );
  }
  return (await session.jobs.find(id)) ?? job;
}

/** Where nothing is gone and all of it for one reason, that reason; else that it is incomplete, and what is left. */
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
