import { gatewayActor, maxEntryTags, type NewAuditEntry } from '../../domain/audit.js';
import type { Job, JobFailure, JobState } from '../../domain/job.js';
import type { RepositoryName } from '../../domain/name.js';
import type { Registry } from '../../domain/registry.js';
import type { NewJob } from '../../store/jobs/jobs.js';
import type { MutationFacts } from '../audit.js';
import type { DeletionPlan } from './plan.js';

/** The most failures that an entry names. */
const maxFailures = 20;

/** Where a job deletes: the index may know the repository no longer. */
interface JobPlace {
  readonly registry: Registry;
  readonly repository: { readonly name: RepositoryName };
}

/** A plan as entries tell of it. */
type DescribedPlan = Pick<DeletionPlan, 'tags' | 'manifests' | 'method' | 'reclaimable'>;

/** Describes the plan for the audit log, with the digests that the tags can be put back on. */
export function describePlan({
  tags,
  manifests,
  method,
  reclaimable,
}: DescribedPlan): Pick<NewAuditEntry, 'tags' | 'details'> {
  const named = tags.slice(0, maxEntryTags);
  const digests = Object.fromEntries(named.map((tag) => [tag.name, tag.digest]));
  return {
    tags: named.map((tag) => tag.name),
    details: { tagCount: tags.length, manifestCount: manifests.length, method, reclaimable, digests },
  };
}

/** Tells of a deletion that a mutation begins, or that waits for a second person from now on. */
export function describeAccepted(
  plan: DescribedPlan & Pick<DeletionPlan, 'registry' | 'repository'>,
  { approvalExpiresAt }: Pick<NewJob, 'approvalExpiresAt'>,
) {
  const { tags, details } = describePlan(plan);
  return {
    registry: plan.registry,
    repository: plan.repository.name,
    tags,
    details: approvalExpiresAt ? { ...details, awaitsApprovalUntil: approvalExpiresAt } : details,
    outcome: 'ACCEPTED' as const,
  };
}

/** Has an entry tell of a piece of a whole: its own job, and the whole beside it. */
export function describePiece<T extends MutationFacts>(facts: T, { id: jobId, parentId }: Job): T & MutationFacts {
  return { ...facts, jobId, details: { ...facts.details, partOf: parentId } };
}

/** Builds the entry for the begin of a deletion that a retention run asked for, and no mutation. */
export function describeBegun(job: Job, plan: DeletionPlan): NewAuditEntry {
  return {
    ...describeJob(job, plan),
    ...describePlan(plan),
    at: job.createdAt,
    action: 'retention',
    outcome: 'ACCEPTED',
    code: null,
    message: null,
  };
}

/**
 * Builds the entry for the end of a deletion, or of what undoes one; the mutation that asked for it has an entry of its
 * own.
 */
export function describeEnded(
  job: Job,
  place: JobPlace,
  { state, failures, at }: { state: JobState; failures: readonly JobFailure[]; at: Date },
): NewAuditEntry {
  const [first] = failures;
  const isDone = state === 'SUCCEEDED';
  const message = state === 'CANCELLED' ? describeCancelled(job) : (first?.message ?? 'The rest was not begun.');
  return {
    ...describeJob(job, place),
    at,
    action: job.kind === 'RESTORE_TAGS' ? 'endOfRestoration' : 'endOfDeletion',
    tags: [],
    outcome: isDone ? 'DONE' : 'FAILED',
    code: isDone ? null : (first?.code ?? 'DELETE_INCOMPLETE'),
    message: isDone ? null : message,
    details: {
      kind: job.kind,
      state,
      steps: job.total,
      ...(job.approvedBy !== null && { approvedBy: job.approvedBy }),
      failureCount: failures.length,
      failures: failures.slice(0, maxFailures),
    },
  };
}

function describeCancelled({ state, cancelledBy }: Job): string {
  const isExpired = state === 'AWAITING_APPROVAL' && cancelledBy === gatewayActor;
  return isExpired ? 'Nobody approved it in time.' : `${cancelledBy} cancelled it.`;
}

function describeJob({ id, requestedBy, requestId }: Job, { registry, repository }: JobPlace) {
  return {
    actor: requestedBy,
    requestId,
    registryId: registry.id,
    registryName: registry.name,
    repository: repository.name,
    jobId: id,
  };
}
