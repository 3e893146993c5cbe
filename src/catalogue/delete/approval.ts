import type { Viewer } from '../../domain/account.js';
import { approvalsOf, countedTogether, findApproval, mostAbove } from '../../domain/approval.js';
import { gatewayActor, type NewAuditEntry } from '../../domain/audit.js';
import type { DeletionStep } from '../../domain/deletion.js';
import { type DeletionJob, isDeletionJob, type Job } from '../../domain/job.js';
import type { NewJob } from '../../store/jobs/jobs.js';
import type { CatalogueParts } from '../parts.js';
import { describeEnded } from './auditentries.js';
import { GatewayError } from '../../errors.js';
import { isBearerActor } from '../../domain/singlesignon.js';
import type { DeletionPlan } from './plan.js';

const day = 24 * 60 * 60 * 1000;

/** Parts of the catalogue that end what waits. */
type EndingParts = Pick<CatalogueParts, 'approvals' | 'clock' | 'registries'>;

/** As a new job has it: until when it waits for a second person, or else what its account deletes alone. */
export type ApprovalNeed = Pick<NewJob, 'approvalExpiresAt' | 'alone'>;

/**
 * Whether a deletion that somebody asks for waits for a second person. What the same account had deleted in the
 * repository within a day counts along, so that many small ones are as one.
 */
export async function findApprovalNeed(
  { approvals, clock }: Pick<CatalogueParts, 'approvals' | 'clock'>,
  viewer: Viewer | null,
  { registry, repository, tags }: Pick<DeletionPlan, 'registry' | 'repository' | 'tags'>,
): Promise<ApprovalNeed> {
  const rules = approvalsOf(registry.approvals, repository.name);
  if (rules.length === 0 || viewer === null) return {};
  const now = clock().getTime();
  const place = { registryId: registry.id, repository: repository.name, accountId: viewer.accountId };
  const since = new Date(now - countedTogether);
  const before = await approvals.countDeletedAlone(place, since);
  const rule = findApproval(rules, before + tags.length);
  if (rule) return { approvalExpiresAt: new Date(now + rule.days * day) };
  const above = rules.reduce((least, one) => Math.min(least, one.above), mostAbove);
  return { alone: { since, most: above - tags.length } };
}

/**
 * Of a machine of the OpenID Provider that has no account here: throws FORBIDDEN where its deletion would wait, as its
 * rights are not kept, and so nobody could approve it.
 */
export async function assertApprovable(
  { askers, clock }: Pick<CatalogueParts, 'askers' | 'clock'>,
  viewer: Viewer | null,
  { registry, repository }: Pick<DeletionPlan, 'registry' | 'repository'>,
  { approvalExpiresAt }: ApprovalNeed,
): Promise<void> {
  if (!approvalExpiresAt || !viewer || !isBearerActor(viewer.username)) return;
  const asker = { requestedAccount: viewer.accountId, requestedBy: viewer.username };
  if ((await askers.find(asker, clock())) !== null) return;
  const place = `${repository.name} of ${registry.name}`;
  const why = `a deletion of so many tags from ${place} waits for a second person, and nobody can approve what a`;
  throw new GatewayError(
    'FORBIDDEN',
    `${viewer.username} may not do this: ${why} machine of the OpenID Provider asks for. Nothing was touched: ` +
      'ask for it by an account or a service key, or for fewer tags.',
    { registry: registry.name },
  );
}

/** The job that a deletion is to be. */
export function describeWanted(
  viewer: Viewer | null,
  { registry, repository }: Pick<DeletionPlan, 'registry' | 'repository'>,
  asked: Pick<NewJob, 'kind' | 'createdAt' | 'requestId' | 'parentId' | keyof ApprovalNeed>,
): NewJob {
  return {
    ...asked,
    registryId: registry.id,
    repository: repository.name,
    requestedBy: viewer?.username ?? gatewayActor,
    requestedAccount: viewer?.accountId ?? null,
  };
}

/** Cancels the deletions that nobody approved in time. */
export async function endExpired(parts: EndingParts): Promise<void> {
  await endWaiting(parts, (await parts.approvals.listExpired(parts.clock())).filter(isDeletionJob), gatewayActor);
}

/** Cancels the deletions of a registry that wait, in an account's name. */
export async function endAllWaiting(parts: EndingParts, registryId: string, by: string): Promise<void> {
  const waiting = (await parts.approvals.listWaiting([registryId])).get(registryId) ?? [];
  await endWaiting(parts, waiting.filter(isDeletionJob), by);
}

/**
 * Cancels deletions that wait, in one transaction. Gives the ids of those that it has cancelled: the others wait no
 * longer, or their registry was detached.
 */
export async function endWaiting(
  { approvals, clock, registries }: EndingParts,
  jobs: readonly DeletionJob[],
  by: string,
): Promise<ReadonlySet<string>> {
  const at = clock();
  const entries = new Map<string, NewAuditEntry>();
  for (const [registryId, some] of Map.groupBy(jobs, (job) => job.registryId)) {
    const registry = await registries.find(registryId);
    for (const job of registry ? some : []) {
      const place = { registry: registry!, repository: { name: job.repository } };
      const end = { state: 'CANCELLED', failures: [], at } as const;
      entries.set(job.id, describeEnded({ ...job, cancelledBy: by }, place, end));
    }
  }
  return entries.size === 0 ? new Set() : approvals.decide(entries, { cancelledBy: by }, at);
}

/** Names the first thing that a plan removes and the steps that were to be approved do not; null: there is none. */
export function findMore({ steps }: Pick<DeletionPlan, 'steps'>, approved: readonly DeletionStep[]): string | null {
  const digests = new Set(approved.flatMap(({ kind, digest }) => (kind === 'TAG' ? [] : [digest])));
  const tags = new Map(approved.flatMap((step) => step.tags.map((name) => [name, step.digest] as const)));
  for (const step of steps) {
    const moved = step.tags.find((name) => !tags.has(name) || tags.get(name) !== step.digest);
    if (moved !== undefined) return `the tag ${moved} as it is now`;
    if (step.kind !== 'TAG' && !digests.has(step.digest)) return `the manifest ${step.digest}`;
  }
  return null;
}

/** Whether a job waits for approval, and still may. */
export function isWaiting(job: Pick<Job, 'state' | 'approvalExpiresAt'>, now: Date): boolean {
  return job.state === 'AWAITING_APPROVAL' && job.approvalExpiresAt !== null && now < job.approvalExpiresAt;
}
