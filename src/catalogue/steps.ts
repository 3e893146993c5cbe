import type { DeletionStep } from '../domain/deletion.js';
import type { TagName } from '../domain/name.js';
import { type ErrorCode, GatewayError, isUpstreamError } from '../errors.js';
import { assertUnprotected } from './access.js';
import { isNeeded, learn } from './looking.js';
import { deleteByPlaceholder, giveBack, removePlaceholder } from './placeholding.js';
import { absent, assertDeletable, type DeletionRun, done, kept, note, type Outcome, settleUnanswered } from './run.js';

/**
 * Does one step and writes down what came of it. What was sent for it before, and not answered, is looked at first. `mayWait`:
 * a registry that limits the gateway has it done later.
 */
export async function runStep(run: DeletionRun, step: DeletionStep, mayWait: boolean): Promise<Outcome> {
  try {
    await assertStillUnprotected(run, step);
    const settled = step.state === 'SENT' ? await settleSent(run, step) : null;
    const outcome = settled ?? (step.kind === 'TAG' ? await deleteAlone(run, step, step.tags[0]!) : await deleteWhole(run, step));
    await note(run, step, outcome);
    await learn(run, step, outcome);
    return outcome;
  } catch (thrown) {
    const error = await explainRefused(run, thrown);
    // Given up by the gateway itself: it goes on with it when it starts again.
    if (!isStepFailure(error) || run.call.signal?.aborted) throw error;
    const outcome: Outcome = { state: 'FAILED', error: { code: error.code, message: error.message } };
    if (mayWait && error.code === 'UPSTREAM_RATE_LIMITED') return { ...outcome, limited: error };
    await note(run, step, outcome);
    await learn(run, step, outcome);
    return outcome;
  }
}

/** A rule that was set since the deletion began counts; what stands on a placeholder is what it protects. */
async function assertStillUnprotected(run: DeletionRun, step: DeletionStep): Promise<void> {
  const { parts, registry, repository } = run;
  try {
    assertUnprotected({ registry: (await parts.registries.find(registry.id)) ?? registry, repository: repository.name, tags: step.tags });
  } catch (error) {
    const mayWrite = error instanceof GatewayError && error.code === 'PROTECTED';
    if (mayWrite && step.placeholderDigest !== null && (await giveBack(run, step))) await note(run, step, { placeholderDigest: null });
    throw error;
  }
}

/** That of one thing is refused may mean that nothing is deleted any more. */
async function explainRefused(run: DeletionRun, error: unknown): Promise<unknown> {
  const isRefused = error instanceof GatewayError && error.code === 'UPSTREAM_UNSUPPORTED' && error.facts.upstreamStatus === 405;
  const reason: unknown = isRefused ? await assertDeletable(run).catch((thrown: unknown) => thrown) : null;
  const isOfAll = isRefused && reason instanceof GatewayError && ofAll.includes(reason.code);
  return isOfAll ? new GatewayError(reason.code, `${error.message} ${reason.message}`, reason.facts) : error;
}

/** What keeps one step from being done for these reasons, keeps all. */
export const ofAll: readonly ErrorCode[] = ['DELETE_DISABLED', 'READ_ONLY'];

const otherFailures: readonly ErrorCode[] = [...ofAll, 'DELETE_NOT_EXACT', 'PROTECTED'];

/** What keeps one step from being done, and not the whole from going on. */
function isStepFailure(error: unknown): error is GatewayError {
  return isUpstreamError(error) || (error instanceof GatewayError && otherFailures.includes(error.code));
}

/** Something was sent, and the process ended before it knew what came of it. null: it was not done, and is to be done now. */
async function settleSent(run: DeletionRun, step: DeletionStep): Promise<Outcome | null> {
  const { upstream, repository, call } = run;
  if (step.placeholderDigest !== null) await removePlaceholder(run, step, step.placeholderDigest);
  const reference = step.kind === 'TAG' ? step.tags[0]! : step.digest!;
  return (await upstream.headManifest(repository.name, reference, call)) === null && !(await isListed(run, step)) ? done : null;
}

/** A tag with nothing behind it is listed all the same. */
async function isListed({ upstream, repository, call }: DeletionRun, { kind, tags }: DeletionStep): Promise<boolean> {
  return kind === 'TAG' && (await upstream.listTags(repository.name, call)).names.includes(tags[0]!);
}

/** A manifest with all its tags, while they are all to go and nothing that stays holds it; else its tags one by one. */
async function deleteWhole(run: DeletionRun, step: DeletionStep): Promise<Outcome> {
  const { upstream, repository, call } = run;
  const digest = step.digest!;
  const isUsed = await isNeeded(run, digest, step.kind);
  if (step.kind === 'CHILD' && isUsed) return kept(run, `@${digest.slice(0, 19)}`, 'is still in use');
  if (isUsed) return deleteEachAlone(run, step);
  if (step.kind === 'MANIFEST' && !(await isStillNamed(run, step))) return kept(run, `:${step.tags.join(', :')}`);
  await note(run, step, { state: 'SENT' });
  try {
    return (await upstream.deleteManifest(repository.name, digest, call)) === 'deleted' ? done : absent;
  } catch (error) {
    return settleUnanswered(run, digest, error);
  }
}

/** Right before it goes: one of its tags still points to it, or none of them to anything. */
async function isStillNamed({ upstream, repository, call }: DeletionRun, { tags, digest }: DeletionStep): Promise<boolean> {
  let isMoved = false;
  for (const tag of tags) {
    const now = await upstream.headManifest(repository.name, tag, call);
    if (now === digest) return true;
    isMoved ||= now !== null;
  }
  return !isMoved;
}

async function deleteEachAlone(run: DeletionRun, step: DeletionStep): Promise<Outcome> {
  const outcomes: Outcome[] = [];
  for (const tag of step.tags) outcomes.push(await deleteAlone(run, step, tag));
  return outcomes.find(({ error }) => error !== null) ?? outcomes.find(({ state }) => state === 'DONE') ?? absent;
}

/** By the registry's own tag delete; where it has none, by a placeholder. The tag is looked at one request before it goes. */
async function deleteAlone(run: DeletionRun, step: DeletionStep, tag: TagName): Promise<Outcome> {
  const { upstream, repository, call } = run;
  // Else the tag would be lost to a placeholder that cannot be deleted.
  if (!run.canDeleteTag) await assertDeletable(run);
  const moved = await findMoved(run, step, tag);
  if (moved) return moved;
  await note(run, step, { state: 'SENT' });
  if (!run.canDeleteTag) return deleteByPlaceholder(run, step, tag);
  try {
    const outcome = await upstream.deleteTag(repository.name, tag, call);
    if (outcome !== 'unsupported') return outcome === 'deleted' ? done : absent;
  } catch (error) {
    return settleUnanswered(run, tag, error);
  }
  run.canDeleteTag = false;
  await run.parts.registries.recordCapabilities(run.registry.id, { canDeleteTag: false });
  return deleteAlone(run, step, tag);
}

/** Why the tag is not to be touched any more; null: it is as it was planned. */
async function findMoved(run: DeletionRun, { digest }: DeletionStep, tag: TagName): Promise<Outcome | null> {
  const { upstream, repository, call } = run;
  const now = await upstream.headManifest(repository.name, tag, call);
  if (now !== null) return now === digest ? null : kept(run, `:${tag}`);
  const { names } = await upstream.listTags(repository.name, call);
  return names.includes(tag) ? null : absent;
}
