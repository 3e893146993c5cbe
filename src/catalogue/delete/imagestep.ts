import type { DeletionStep } from '../../domain/deletion.js';
import type { Digest } from '../../domain/digest.js';
import type { TagName } from '../../domain/name.js';
import { GatewayError, isUpstreamError } from '../../errors.js';
import {
  absent,
  confirmDeleted,
  done,
  type DeletionExecution,
  recordStep,
  skipped,
  type StepOutcome,
} from './execution.js';
import { deleteAlone, deleteByName } from './tagstep.js';

/** A step that deletes a manifest. */
type ManifestStep = DeletionStep<'MANIFEST' | 'CHILD'>;

/**
 * Deletes a manifest with all its tags. While something that stays references it, a child is left and tags are deleted
 * alone. Throws the registry's failure, and UPSTREAM_UNSUPPORTED where the registry wants the tags deleted first and
 * deletes no tags.
 */
export async function executeManifestStep(execution: DeletionExecution, step: ManifestStep): Promise<StepOutcome> {
  const { digest } = step;
  const isUsed = await execution.snapshots.isReferenced(digest, step.kind);
  if (step.kind === 'CHILD' && isUsed) return keepChild(execution, digest);
  if (isUsed) return deleteEachAlone(execution, step);
  if (step.kind === 'MANIFEST' && !(await isStillNamed(execution, step)))
    return skipped(execution, `:${step.tags.join(', :')}`);
  await recordStep(execution, step, { state: 'SENT' });
  if (execution.abilities.deletesTagsFirst && step.tags.length > 0) {
    if (await deleteTags(execution, step, digest)) return deleteUntagged(execution, step, digest);
    // It deletes no tags by their names: an image whose tags have to go first could never be deleted.
    await execution.abilities.recordOrder(false);
  }
  const outcome = await deleteDigest(execution, digest);
  if (outcome === done) await detectOrder(execution, step);
  if (outcome !== 'tagged') return outcome;
  if (step.kind === 'CHILD') return keepChild(execution, digest);
  if (!(await deleteTags(execution, step, digest))) throw describeNoWay(execution, step);
  await execution.abilities.recordOrder(true);
  return deleteUntagged(execution, step, digest);
}

/** Deletes the manifest; 'tagged': the registry refuses that while tags are on it, and nothing was touched. */
async function deleteDigest(execution: DeletionExecution, digest: Digest): Promise<StepOutcome | 'tagged'> {
  const { upstream, repository, call } = execution;
  try {
    const outcome = await upstream.deleteManifest(repository.name, digest, call);
    return outcome === 'tagged' ? outcome : outcome === 'deleted' ? done : absent;
  } catch (error) {
    return confirmDeleted(execution, digest, error);
  }
}

/**
 * Deletes the tags by their names, each read one request before; one that has moved is left alone. Returns false where
 * the registry deletes no single tags; nothing was touched then.
 */
async function deleteTags(execution: DeletionExecution, { tags }: DeletionStep, digest: Digest): Promise<boolean> {
  const { upstream, repository, call } = execution;
  for (const tag of tags) {
    if (!execution.abilities.canDeleteTag) return false;
    if ((await upstream.headManifest(repository.name, tag, call)) !== digest) continue;
    if ((await deleteByName(execution, tag)) === null) return false;
  }
  return true;
}

/** Deletes a manifest whose tags were deleted. A tag that was pushed since the last snapshot keeps it. */
async function deleteUntagged(execution: DeletionExecution, step: DeletionStep, digest: Digest): Promise<StepOutcome> {
  if (await execution.snapshots.isReferenced(digest, step.kind)) return done;
  const outcome = await deleteDigest(execution, digest);
  if (outcome !== 'tagged') return done;
  execution.snapshots.discard();
  if (await execution.snapshots.isReferenced(digest, step.kind)) return done;
  throw describeNoWay(execution, step);
}

/**
 * Finds out, after the first image was deleted from a registry, whether its tags are deleted with it. A tag that is
 * still listed without its image, and that the registry deletes by its name, was left by it; one that the registry does
 * not know is named by a list that lags.
 */
async function detectOrder(execution: DeletionExecution, { tags, digest }: ManifestStep): Promise<void> {
  const { upstream, repository, call } = execution;
  if (execution.abilities.deletesTagsFirst !== null || tags.length === 0) return;
  try {
    const listed = new Set<TagName>((await upstream.listTags(repository.name, call)).names);
    const left = tags.filter((tag) => listed.has(tag));
    if (left.length === 0) return await execution.abilities.recordOrder(false);
    for (const tag of left) {
      if (!(await isLeft(execution, tag, digest))) continue;
      const outcome = await deleteByName(execution, tag);
      if (outcome === null) return;
      await execution.abilities.recordOrder(outcome === done);
    }
  } catch (error) {
    // The image is gone; tags that are left are found when the job reads the repository back.
    if (!isUpstreamError(error) || call.signal?.aborted) throw error;
  }
}

/**
 * Asks whether the tag names an image that is gone: the registry has no manifest for it, or serves by the tag the one
 * that it no longer has by its digest. The tag is asked for last.
 */
export async function isLeft(
  { upstream, repository, call }: DeletionExecution,
  tag: TagName,
  digest: Digest,
): Promise<boolean> {
  if ((await upstream.headManifest(repository.name, digest, call)) !== null) return false;
  const now = await upstream.headManifest(repository.name, tag, call);
  return now === null || now === digest;
}

/** Returns the outcome of a child that stays: with the error of the index that it stays with, where there is one. */
function keepChild(execution: DeletionExecution, digest: Digest): StepOutcome {
  const short = digest.slice(0, 19);
  const reason = execution.snapshots.reasonFor(digest);
  if (!reason) return skipped(execution, `@${short}`, 'is still in use');
  const message =
    `${execution.repository.name}@${short} of ${execution.registry.name} stays with an index that was to go: ` +
    reason.message;
  return { state: 'KEPT', error: { code: reason.code, message } };
}

/** Asks, right before the manifest is deleted, whether one of its tags still points to it, or none to anything. */
async function isStillNamed(
  { upstream, repository, call }: DeletionExecution,
  { tags, digest }: DeletionStep,
): Promise<boolean> {
  let isMoved = false;
  for (const tag of tags) {
    const now = await upstream.headManifest(repository.name, tag, call);
    if (now === digest) return true;
    isMoved ||= now !== null;
  }
  return !isMoved;
}

/** Deletes the tags of a manifest that stays, and returns the first failure among them. */
async function deleteEachAlone(execution: DeletionExecution, step: DeletionStep): Promise<StepOutcome> {
  const outcomes: StepOutcome[] = [];
  for (const tag of step.tags) outcomes.push(await deleteAlone(execution, step, tag));
  return outcomes.find(({ error }) => error !== null) ?? outcomes.find(({ state }) => state === 'DONE') ?? absent;
}

/** Builds the error for a registry that deletes no image which has tags, and no tags. */
function describeNoWay({ registry, repository }: DeletionExecution, { tags }: DeletionStep): GatewayError {
  const what = `${repository.name}:${tags.slice(0, 5).join(', :')}`;
  const message =
    `${registry.name} deletes no image that has tags, and no single tags by their names: ${what} ` +
    'cannot be deleted.';
  return new GatewayError('UPSTREAM_UNSUPPORTED', message, {
    registry: registry.name,
    hint: 'Delete it with the tools of the registry itself.',
  });
}
