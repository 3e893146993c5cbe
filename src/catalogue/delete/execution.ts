import type { DeletionStep, StepError, StepState } from '../../domain/deletion.js';
import type { Digest } from '../../domain/digest.js';
import type { DeletionJob, JobFailure, JobState, RepositoryJob } from '../../domain/job.js';
import type { TagName } from '../../domain/name.js';
import { GatewayError, isUpstreamError } from '../../errors.js';
import type { StepChange } from '../../store/jobs/deletions.js';
import type { CallOptions, Upstream } from '../../upstream/upstream.js';
import type { CatalogueParts } from '../parts.js';
import type { RepositorySource } from '../sync/reading.js';
import type { TagAbilities } from './abilities.js';
import { describeEnded } from './auditentries.js';
import { describeRefusal } from './refusals.js';
import type { RepositorySnapshots } from './snapshot.js';

/** Parts of the catalogue that deletions use. */
export type ExecutionParts = Pick<
  CatalogueParts,
  | 'approvals'
  | 'clock'
  | 'contents'
  | 'images'
  | 'jobs'
  | 'log'
  | 'clients'
  | 'registries'
  | 'repositories'
  | 'steps'
  | 'sync'
  | 'tags'
  | 'timer'
  | 'waits'
  | 'tracer'
  | 'repositoryMutex'
  | 'leases'
  | 'jobWatch'
  | 'tasks'
>;

/**
 * One execution of a deletion. It changes nothing itself: `abilities` and `snapshots` each keep what the execution
 * finds out, and the steps are in the database.
 */
export interface DeletionExecution extends RepositorySource {
  readonly parts: ExecutionParts;
  readonly job: DeletionJob;
  readonly upstream: Upstream;
  /** Aborted when the gateway stops, or the registry's client is to be closed: the job is resumed later. */
  readonly call: CallOptions & { readonly signal: AbortSignal };
  readonly abilities: TagAbilities;
  readonly snapshots: RepositorySnapshots;
}

/** A job about a repository that was executed, whatever it did. */
export interface ExecutedWork extends Pick<RepositorySource, 'registry' | 'repository'> {
  readonly parts: Pick<ExecutionParts, 'clock' | 'jobs' | 'steps'>;
  readonly job: RepositoryJob;
}

/** Ends the job, with an entry in the audit log. */
export async function recordEnd(
  { parts, job, registry, repository }: ExecutedWork,
  state: JobState,
  failures: readonly JobFailure[],
): Promise<void> {
  const at = parts.clock();
  // Whoever cancelled it did so while it was executed.
  const ended = (await parts.jobs.find(job.id)) ?? job;
  await parts.steps.end(
    job.id,
    { state, failures, failureCount: failures.length, finishedAt: at },
    describeEnded(ended, { registry, repository }, { state, failures, at }),
  );
}

/** The result of a step. */
export interface StepOutcome {
  readonly state: StepState;
  readonly error: StepError | null;
  /** The registry limits the gateway: the step is to be tried again once it takes requests. */
  readonly limited?: GatewayError;
}

export const done: StepOutcome = { state: 'DONE', error: null };
export const absent: StepOutcome = { state: 'ABSENT', error: null };

/** Returns the outcome of a step that left something as it is; `what` follows the repository's name. */
export function skipped(
  { registry, repository }: RepositorySource,
  what: string,
  why = 'was pushed meanwhile',
): StepOutcome {
  const message = `${repository.name}${what} of ${registry.name} ${why}, and is left as it is.`;
  return { state: 'KEPT', error: { code: 'CHANGED_SINCE_PLAN', message } };
}

/** Writes to the database how far the step is. */
export function recordStep({ parts, job }: DeletionExecution, step: DeletionStep, change: StepChange): Promise<void> {
  return parts.steps.record(job.id, step.position, change);
}

/** Seconds that a registry which limits the gateway is left alone: where it does not say, and at the most. */
const usualRest = 10;
const longestRest = 300;

/** Times that one thing is tried again because the registry limits the gateway. */
export const mostRetries = 3;

/** Waits as long as the registry asks for that limits the gateway; until the signal, when that aborts first. */
export async function waitForLimit(
  { timer }: Pick<ExecutionParts, 'timer'>,
  { facts }: GatewayError,
  signal: AbortSignal,
): Promise<void> {
  await timer.sleep(Math.min(facts.retryAfter ?? usualRest, longestRest) * 1000, signal).catch(() => undefined);
}

/**
 * Asks, by a request that can change nothing, whether the registry deletes. Throws DELETE_DISABLED, READ_ONLY or
 * UPSTREAM_AUTH when it does not.
 */
export async function assertDeletable({
  parts,
  upstream,
  registry,
  repository,
  call,
}: DeletionExecution): Promise<void> {
  const capability = await upstream.probeDelete(repository.name, call);
  if (capability === 'enabled') return;
  await parts.registries.recordCapabilities(registry.id, { canDelete: capability });
  throw describeRefusal(registry, capability, ' What is left was not touched.');
}

/**
 * Asks, after a request to delete the reference failed, whether the registry deleted it all the same. Throws `error`
 * when it did not, and when that cannot be asked.
 */
export async function confirmDeleted(
  { upstream, repository, call }: DeletionExecution,
  reference: TagName | Digest,
  error: unknown,
): Promise<StepOutcome> {
  if (!isUpstreamError(error)) throw error;
  const now = await upstream.headManifest(repository.name, reference, call).catch((second: unknown) => {
    if (!isUpstreamError(second)) throw second;
    throw new GatewayError(
      error.code,
      `${error.message} Whether it was done is not known: the registry could not be asked.`,
      error.facts,
    );
  });
  if (now !== null) throw error;
  return done;
}
