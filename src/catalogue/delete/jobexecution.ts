import { type DeletionStep, isOver } from '../../domain/deletion.js';
import { type DeletionJob, isDeletionJob, type RepositoryJob, underWay } from '../../domain/job.js';
import { notFound } from '../../errors.js';
import type { Span } from '../../trace.js';
import { createFailureLimit } from '../freshness.js';
import type { RepositorySource } from '../sync/reading.js';
import { TagAbilities } from './abilities.js';
import {
  type DeletionExecution,
  type ExecutionParts,
  mostRetries,
  type StepOutcome,
  waitForLimit,
} from './execution.js';
import { executeStep } from './executor.js';
import { isOfWholeRegistry } from './refusals.js';
import { RepositorySnapshots } from './snapshot.js';
import { finishDeletion } from './verification.js';

/** The two ways in which a job under way is told to stop. */
export interface StopSignals {
  /** The job is left as it is, to be resumed later. */
  readonly suspending: AbortSignal;
  /** The step under way is done to its end, and the job ends without those that have not begun. */
  readonly cancelling: AbortSignal;
}

/** Executes a job when its turn comes. */
export type JobExecutor = (job: RepositoryJob, signals: StopSignals, span: Span | null) => Promise<void>;

/**
 * Does the steps of a job that are not over, verifies them and ends the job; resolves without that when it is
 * suspended. Does nothing for a job that has ended, or whose registry was detached, while it waited, nor for one that
 * waits for approval. Throws what is no failure of the registry: the job is resumed later.
 */
export async function executeJob(
  parts: ExecutionParts,
  { id }: DeletionJob,
  { suspending, cancelling }: StopSignals,
  span: Span | null,
): Promise<void> {
  const job = await parts.jobs.find(id);
  if (!job || !isDeletionJob(job) || !underWay.includes(job.state) || suspending.aborted) return;
  await parts.jobs.update(id, { state: 'RUNNING', resumedAt: parts.clock() });
  const steps = await parts.steps.listSteps(id);
  const execution = await openExecution(parts, job, steps, suspending);
  span?.note({ 'registry_gateway.registry': execution.registry.name });
  try {
    await executeSteps(execution, steps, cancelling);
    await finishDeletion(execution, cancelling.aborted);
  } catch (error) {
    if (!suspending.aborted) throw error;
  }
}

async function openExecution(
  parts: ExecutionParts,
  job: DeletionJob,
  steps: readonly DeletionStep[],
  signal: AbortSignal,
): Promise<DeletionExecution> {
  const source = await findJobSource(parts, job);
  const { registry } = source;
  const known = (await parts.registries.states([registry.id])).get(registry.id);
  const upstream = await parts.clients.open(registry.id);
  const call = { signal, isPatient: true };
  return {
    ...source,
    parts,
    job,
    upstream,
    call,
    abilities: new TagAbilities(parts.registries, registry.id, known),
    snapshots: await RepositorySnapshots.open(parts, { ...source, upstream, call }, steps),
  };
}

/**
 * Does the steps one after the other: the registry reads every tag of the repository for each, and parallel deletes
 * gain little. Stops at a failure that every further step would meet.
 */
async function executeSteps(
  execution: DeletionExecution,
  steps: readonly DeletionStep[],
  cancelling: AbortSignal,
): Promise<void> {
  const isOverLimit = createFailureLimit();
  for (const step of steps) {
    if (isOver(step.state)) continue;
    // A step that was sent and not answered is asked about all the same.
    if (cancelling.aborted && step.state === 'PENDING') continue;
    const outcome = await executeWithRetries(execution, step, cancelling);
    const code = outcome?.error?.code ?? null;
    if (isOverLimit(code) || isOfWholeRegistry(code)) return;
  }
}

/** Does one step, again while the registry limits the gateway; null: it was cancelled before anything was sent. */
async function executeWithRetries(
  execution: DeletionExecution,
  step: DeletionStep,
  cancelling: AbortSignal,
): Promise<StepOutcome | null> {
  const { parts, job, call } = execution;
  const signal = AbortSignal.any([call.signal, cancelling]);
  let current = step;
  for (let attempt = 1; ; attempt++) {
    const outcome = await executeStep(execution, current, attempt <= mostRetries && !signal.aborted);
    if (!outcome.limited) return outcome;
    await waitForLimit(parts, outcome.limited, signal);
    current = (await parts.steps.listSteps(job.id))[step.position] ?? step;
    if (cancelling.aborted && current.state === 'PENDING') return null;
  }
}

/**
 * Returns the registry and the repository of a job; a repository that was emptied already, and that the index has
 * dropped, is added to the index again. Throws NOT_FOUND when the registry was detached.
 */
export async function findJobSource(
  { registries, repositories, clock }: Pick<ExecutionParts, 'clock' | 'registries' | 'repositories'>,
  { registryId, repository: name }: RepositoryJob,
): Promise<RepositorySource> {
  const registry = await registries.find(registryId);
  if (!registry) throw notFound('The registry is no longer attached.');
  return {
    registry,
    repository: (await repositories.find(registryId, name)) ?? (await repositories.add(registryId, name, clock())),
  };
}
