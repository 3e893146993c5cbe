import type { DeletionStep } from '../../domain/deletion.js';
import { type ErrorCode, GatewayError, isUpstreamError } from '../../errors.js';
import { assertUnprotected } from '../access.js';
import { deleteWhole } from './imagestep.js';
import { learn } from './snapshot.js';
import { restoreOriginal, removePlaceholder } from './placeholder.js';
import { assertDeletable, type Execution, done, recordStep, type StepOutcome } from './execution.js';
import { deleteAlone } from './tagstep.js';

/**
 * Does one step and writes down what came of it. What was sent for it before, and not answered, is looked at first.
 * `mayWait`: a registry that limits the gateway has it done later.
 */
export async function runStep(run: Execution, step: DeletionStep, mayWait: boolean): Promise<StepOutcome> {
  try {
    await assertStillUnprotected(run, step);
    const settled = step.state === 'SENT' ? await settleSent(run, step) : null;
    const outcome =
      settled ?? (step.kind === 'TAG' ? await deleteAlone(run, step, step.tags[0]) : await deleteWhole(run, step));
    await recordStep(run, step, outcome);
    await learn(run, step, outcome);
    return outcome;
  } catch (thrown) {
    const error = await explainRefused(run, thrown);
    // Given up by the gateway itself: it goes on with it when it starts again.
    if (!isStepFailure(error) || run.call.signal?.aborted) throw error;
    const outcome: StepOutcome = { state: 'FAILED', error: { code: error.code, message: error.message } };
    if (mayWait && error.code === 'UPSTREAM_RATE_LIMITED') return { ...outcome, limited: error };
    await recordStep(run, step, outcome);
    await learn(run, step, outcome);
    return outcome;
  }
}

/** A rule that was set since the deletion began counts; what stands on a placeholder is what it protects. */
async function assertStillUnprotected(run: Execution, step: DeletionStep): Promise<void> {
  const { parts, registry, repository } = run;
  try {
    assertUnprotected({
      registry: (await parts.registries.find(registry.id)) ?? registry,
      repository: repository.name,
      tags: step.tags,
    });
  } catch (error) {
    const mayWrite = error instanceof GatewayError && error.code === 'PROTECTED';
    if (mayWrite && step.placeholderDigest !== null && (await restoreOriginal(run, step)))
      await recordStep(run, step, { placeholderDigest: null });
    throw error;
  }
}

/**
 * That one thing is refused may mean that nothing is deleted any more, or not by this account. What can neither be
 * asked for, nor is of all, is of the one thing.
 */
async function explainRefused(run: Execution, error: unknown): Promise<unknown> {
  const isRefused =
    error instanceof GatewayError && (error.code === 'UPSTREAM_LOCKED' || error.code === 'UPSTREAM_UNSUPPORTED');
  const reason: unknown = isRefused ? await assertDeletable(run).catch((thrown: unknown) => thrown) : null;
  const isOfAll = reason instanceof GatewayError && (ofAll.includes(reason.code) || isOfAccount(error, reason));
  return isOfAll ? reason : error;
}

function isOfAccount(error: unknown, { code, facts }: GatewayError): boolean {
  return (
    code === 'UPSTREAM_AUTH' &&
    facts.hint !== undefined &&
    error instanceof GatewayError &&
    error.facts.upstreamStatus === 403
  );
}

/** What keeps one step from being done for these reasons, keeps all. */
export const ofAll: readonly ErrorCode[] = ['DELETE_DISABLED', 'READ_ONLY'];

const otherFailures: readonly ErrorCode[] = [...ofAll, 'DELETE_NOT_EXACT', 'PROTECTED'];

/** What keeps one step from being done, and not the whole from going on. */
function isStepFailure(error: unknown): error is GatewayError {
  return isUpstreamError(error) || (error instanceof GatewayError && otherFailures.includes(error.code));
}

/**
 * Something was sent, and the process ended before it knew what came of it. null: it was not done, and is to be done
 * now.
 */
async function settleSent(run: Execution, step: DeletionStep): Promise<StepOutcome | null> {
  const { upstream, repository, call } = run;
  if (step.placeholderDigest !== null) await removePlaceholder(run, step, step.placeholderDigest);
  const reference = step.kind === 'TAG' ? step.tags[0] : step.digest;
  return (await upstream.headManifest(repository.name, reference, call)) === null && !(await isListed(run, step))
    ? done
    : null;
}

/** A tag with nothing behind it is listed all the same. */
async function isListed({ upstream, repository, call }: Execution, step: DeletionStep): Promise<boolean> {
  return step.kind === 'TAG' && (await upstream.listTags(repository.name, call)).names.includes(step.tags[0]);
}
