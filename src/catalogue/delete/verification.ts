import type { Tag } from '../../domain/catalogue.js';
import { type DeletionStep, isGone } from '../../domain/deletion.js';
import type { JobFailure, JobState } from '../../domain/job.js';
import { isUpstreamCode, isUpstreamError } from '../../errors.js';
import type { StepChange } from '../../store/jobs/deletions.js';
import { readBack, type ReadBack } from './readback.js';
import type { RepositorySource } from '../sync/reading.js';
import { type DeletionExecution, recordEnd, recordStep, skipped } from './execution.js';

/**
 * Reads the repository back, corrects the states of steps by what the registry has now, and ends the job with its
 * failures and its entry in the audit log. `isCancelled`: steps that had not begun are not done. Throws errors that are
 * no failure of the registry, and what a closing client was aborted with.
 */
export async function finishDeletion(execution: DeletionExecution, isCancelled: boolean): Promise<void> {
  const { parts, job, registry, repository } = execution;
  await parts.steps.cancelPending(job.id);
  const { left, gone, failure } = await readBack(execution, isCancelled);
  const steps = await verify(execution, await parts.steps.listSteps(job.id), { left, gone });
  const failures = [
    ...listFailures(steps),
    ...(failure ? [failure] : []),
    ...(job.kind === 'DELETE_REPOSITORY' ? describePushed(execution, steps, left ?? []) : []),
  ];
  const state = judgeState(steps, failures, isCancelled);
  parts.sync.forced.noteChange(registry.id, repository.name);
  await recordEnd(execution, state, failures);
  parts.log('deleted from a repository', {
    registry: registry.name,
    repository: repository.name,
    state,
    steps: steps.filter((step) => isGone(step.state)).length,
    of: steps.length,
    failures: failures.length,
  });
}

/** Corrects the steps by the tags that are left, and returns them. Nothing is known to correct when `left` is null. */
async function verify(
  execution: DeletionExecution,
  steps: readonly DeletionStep[],
  { left, gone }: Pick<ReadBack, 'left' | 'gone'>,
): Promise<readonly DeletionStep[]> {
  if (left === null) return steps;
  const byName = new Map(left.filter((tag) => !gone.has(tag.name)).map((tag) => [tag.name, tag]));
  const verified: DeletionStep[] = [];
  for (const step of steps) {
    const there = step.tags.flatMap((tag) => byName.get(tag) ?? []);
    const change = isGone(step.state)
      ? recheckGone(execution, step, there)
      : await recheckFailed(execution, step, there);
    if (change) await recordStep(execution, step, change);
    verified.push({ ...step, ...change });
  }
  return verified;
}

/** Returns what changes for a step that was done, and whose tags are there: the registry has them still, or again. */
function recheckGone(execution: DeletionExecution, { digest }: DeletionStep, there: readonly Tag[]): StepChange | null {
  // A tag that had no manifest when it was planned is still listed, with an error.
  const standing = there.filter((tag) => (digest === null ? tag.error !== null : tag.digest === digest));
  const dangling = standing.filter((tag) => tag.error?.code === 'UPSTREAM_INVALID');
  if (digest !== null && dangling.length > 0) {
    const { name } = execution.registry;
    const what = `${name} deleted the image, and goes on listing ${listNames(dangling)} with nothing behind`;
    return {
      state: 'FAILED',
      error: { code: 'DELETE_INCOMPLETE', message: `${what}: delete what is still listed again.` },
    };
  }
  if (standing.length > 0) {
    const message =
      `${execution.registry.name} said that it was deleted, and still has it: ${listNames(standing)}. It ` +
      'may have been pushed again.';
    return { state: 'FAILED', error: { code: 'DELETE_INCOMPLETE', message } };
  }
  return there.length > 0 ? { error: skipped(execution, `:${listNames(there)}`).error } : null;
}

/**
 * Returns what changes for a step that failed or was skipped, and whose tags are gone: a request that failed or timed
 * out may have been executed all the same, even later, and another client may have deleted the same.
 */
async function recheckFailed(
  execution: DeletionExecution,
  step: DeletionStep,
  there: readonly Tag[],
): Promise<StepChange | null> {
  const { kind, state, error, placeholderDigest } = step;
  const isOpen =
    state === 'FAILED' ? error !== null && isUpstreamCode(error.code) : state === 'KEPT' && kind !== 'CHILD';
  if (!isOpen || placeholderDigest !== null || there.length > 0) return null;
  // A manifest that cannot be asked for counts as standing.
  const stands =
    step.kind !== 'TAG' &&
    (await execution.upstream.headManifest(execution.repository.name, step.digest, execution.call).catch(orUnknown)) !==
      null;
  return stands ? null : { state: state === 'KEPT' ? 'ABSENT' : 'DONE', error: null };
}

/** Returns 'unknown' for a registry's failure, and throws any other error. */
function orUnknown(error: unknown): 'unknown' {
  if (isUpstreamError(error)) return 'unknown';
  throw error;
}

function listNames(tags: readonly Tag[]): string {
  return tags
    .slice(0, 5)
    .map((tag) => tag.name)
    .join(', ');
}

/** Lists the failures of steps. A child that stays with its index is one only where the index has none of that code. */
function listFailures(steps: readonly DeletionStep[]): JobFailure[] {
  const failures = steps.filter((step) => !isHeld(step)).flatMap(describeFailure);
  const codes = new Set(failures.map(({ code }) => code));
  return [
    ...failures,
    ...steps
      .filter(isHeld)
      .flatMap(describeFailure)
      .filter(({ code }) => !codes.has(code)),
  ];
}

/** Returns whether the step is a child that was left for the reason that its index was. */
function isHeld({ kind, state, error }: DeletionStep): boolean {
  return kind === 'CHILD' && state === 'KEPT' && error !== null && error.code !== 'CHANGED_SINCE_PLAN';
}

function describeFailure({ state, error, tags, digest }: DeletionStep): JobFailure[] {
  if (state === 'CANCELLED' || error === null) return [];
  return [{ subject: tags.length > 0 ? tags.slice(0, 5).join(', ') : (digest ?? ''), ...error }];
}

/** Lists the tags that a deletion of the whole repository did not plan for: they were pushed since. */
function describePushed(source: RepositorySource, steps: readonly DeletionStep[], left: readonly Tag[]): JobFailure[] {
  const planned = new Set(steps.flatMap((step) => step.tags));
  return left.flatMap(({ name }) => {
    const { error } = skipped(source, `:${name}`);
    return planned.has(name) || error === null ? [] : [{ subject: name, ...error }];
  });
}

function judgeState(steps: readonly DeletionStep[], failures: readonly JobFailure[], isCancelled: boolean): JobState {
  const isBegunWhole = steps.every((step) => step.state !== 'CANCELLED');
  if (isCancelled && !isBegunWhole) return 'CANCELLED';
  if (failures.length === 0 && isBegunWhole) return 'SUCCEEDED';
  return steps.some((step) => isGone(step.state)) ? 'PARTIALLY_FAILED' : 'FAILED';
}
