import type { NewAuditEntry } from '../domain/audit.js';
import type { Job, JobFailure, JobState } from '../domain/job.js';
import type { DeletionPlan } from './plan.js';
import type { Source } from './reading.js';

/** Tags whose digest an entry holds, so that they can be put back; and failures that it names. */
const [maxTags, maxFailures] = [500, 20];

/** The plan as the audit log holds it. */
export function describePlan({ tags, manifests, method, reclaimable }: DeletionPlan): NonNullable<NewAuditEntry['details']> {
  const digests = Object.fromEntries(tags.slice(0, maxTags).map((tag) => [tag.name, tag.digest]));
  return { tagCount: tags.length, manifestCount: manifests.length, method, reclaimable, digests };
}

/** Of a deletion that no mutation asked for by itself: a run of retention began it. */
export function describeBegun(job: Job, plan: DeletionPlan): NewAuditEntry {
  const tags = plan.tags.slice(0, maxTags).map((tag) => tag.name);
  return { ...describeJob(job, plan), at: job.createdAt, action: 'retention', tags, outcome: 'ACCEPTED', code: null, message: null, details: describePlan(plan) };
}

/** How a deletion ended. What asked for it has an entry of its own. */
export function describeEnded(job: Job, source: Source, { state, failures, at }: { state: JobState; failures: readonly JobFailure[]; at: Date }): NewAuditEntry {
  const [first] = failures;
  const isDone = state === 'SUCCEEDED';
  const message = state === 'CANCELLED' ? `${job.cancelledBy} cancelled it.` : (first?.message ?? 'The rest was not begun.');
  return {
    ...describeJob(job, source),
    at,
    action: 'endOfDeletion',
    tags: [],
    outcome: isDone ? 'DONE' : 'FAILED',
    code: isDone ? null : (first?.code ?? 'DELETE_INCOMPLETE'),
    message: isDone ? null : message,
    details: { kind: job.kind, state, steps: job.total, failureCount: failures.length, failures: failures.slice(0, maxFailures) },
  };
}

function describeJob({ id, requestedBy, requestId }: Job, { registry, repository }: Source) {
  return { actor: requestedBy, requestId, registryId: registry.id, registryName: registry.name, repository: repository.name, jobId: id };
}
