import type { DeletionStep } from '../../domain/deletion.js';
import { type ErrorCode, GatewayError, isUpstreamError } from '../../errors.js';
import { assertUnprotected } from '../access.js';
import { assertDeletable, done, type DeletionExecution, recordStep, type StepOutcome } from './execution.js';
import { executeManifestStep } from './imagestep.js';
import { removePlaceholder, restoreOriginal } from './placeholder.js';
import { isOfWholeRegistry, registryWideRefusals } from './refusals.js';
import { deleteAlone } from './tagstep.js';

/**
 * Executes one step and writes down its outcome. Of a step that was sent before and not answered, it first asks whether
 * it was done. `mayWait`: while the registry limits the gateway, the step stays to be tried again, and its outcome says
 * so. Throws errors that are no failure of the step, and what a closing client was aborted with.
 */
export async function executeStep(
  execution: DeletionExecution,
  step: DeletionStep,
  mayWait: boolean,
): Promise<StepOutcome> {
  try {
    await assertStillUnprotected(execution, step);
    const settled = step.state === 'SENT' ? await findOutcomeOfSent(execution, step) : null;
    return await conclude(execution, step, settled ?? (await deleteStep(execution, step)));
  } catch (thrown) {
    const error = await explainRefusal(execution, thrown);
    // The gateway itself has given up: it resumes the step when it starts again.
    if (!isStepFailure(error) || execution.call.signal.aborted) throw error;
    const outcome: StepOutcome = { state: 'FAILED', error: { code: error.code, message: error.message } };
    if (mayWait && error.code === 'UPSTREAM_RATE_LIMITED') return { ...outcome, limited: error };
    return conclude(execution, step, outcome);
  }
}

function deleteStep(execution: DeletionExecution, step: DeletionStep): Promise<StepOutcome> {
  return step.kind === 'TAG' ? deleteAlone(execution, step, step.tags[0]) : executeManifestStep(execution, step);
}

async function conclude(execution: DeletionExecution, step: DeletionStep, outcome: StepOutcome): Promise<StepOutcome> {
  await recordStep(execution, step, outcome);
  await execution.snapshots.recordOutcome(step, outcome);
  return outcome;
}

/**
 * Applies protection rules that were added since the job began: throws PROTECTED or READ_ONLY. A tag that is already on
 * a placeholder is put back on its image first, unless nothing may be written.
 */
async function assertStillUnprotected(execution: DeletionExecution, step: DeletionStep): Promise<void> {
  const { parts, registry, repository } = execution;
  try {
    assertUnprotected({
      registry: (await parts.registries.find(registry.id)) ?? registry,
      repository: repository.name,
      tags: step.tags,
    });
  } catch (error) {
    const mayWrite = error instanceof GatewayError && error.code === 'PROTECTED';
    if (mayWrite && step.placeholderDigest !== null && (await restoreOriginal(execution, step)))
      await recordStep(execution, step, { placeholderDigest: null });
    throw error;
  }
}

/**
 * Probes, when one request was refused, whether the registry refuses every deletion now, or this account's. Returns the
 * error that says so, else the given one.
 */
async function explainRefusal(execution: DeletionExecution, error: unknown): Promise<unknown> {
  const isRefused =
    error instanceof GatewayError && (error.code === 'UPSTREAM_LOCKED' || error.code === 'UPSTREAM_UNSUPPORTED');
  if (!isRefused) return error;
  const reason: unknown = await assertDeletable(execution).catch((thrown: unknown) => thrown);
  if (!(reason instanceof GatewayError)) return error;
  return isOfWholeRegistry(reason.code) || isOfAccount(error, reason) ? reason : error;
}

function isOfAccount({ facts: { upstreamStatus } }: GatewayError, { code, facts }: GatewayError): boolean {
  return code === 'UPSTREAM_AUTH' && facts.hint !== undefined && upstreamStatus === 403;
}

const otherFailures: readonly ErrorCode[] = [...registryWideRefusals, 'DELETE_NOT_EXACT', 'PROTECTED'];

/** Returns whether the error is of the step: it is recorded, and the job goes on. */
function isStepFailure(error: unknown): error is GatewayError {
  return isUpstreamError(error) || (error instanceof GatewayError && otherFailures.includes(error.code));
}

/**
 * Asks what came of a step that was sent before the process ended, and deletes the placeholder that it left. Returns
 * null when the step was not done, and is to be done now.
 */
async function findOutcomeOfSent(execution: DeletionExecution, step: DeletionStep): Promise<StepOutcome | null> {
  const { upstream, repository, call } = execution;
  if (step.placeholderDigest !== null) await removePlaceholder(execution, step, step.placeholderDigest);
  const reference = step.kind === 'TAG' ? step.tags[0] : step.digest;
  if ((await upstream.headManifest(repository.name, reference, call)) !== null) return null;
  return (await isListed(execution, step)) ? null : done;
}

/** Returns whether a tag is listed, as one with nothing behind it is. */
async function isListed({ upstream, repository, call }: DeletionExecution, step: DeletionStep): Promise<boolean> {
  return step.kind === 'TAG' && (await upstream.listTags(repository.name, call)).names.includes(step.tags[0]);
}
