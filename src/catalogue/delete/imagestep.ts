import type { DeletionStep } from '../../domain/deletion.js';
import type { Digest } from '../../domain/digest.js';
import type { TagName } from '../../domain/name.js';
import { GatewayError, isUpstreamError } from '../../errors.js';
import { isReferenced } from './snapshot.js';
import { absent, type Execution, done, skipped, recordStep, type StepOutcome, settleUnanswered } from './execution.js';
import { deleteAlone, deleteByName } from './tagstep.js';

/** A manifest with all its tags, while they are all to go and nothing that stays holds it; else its tags one by one. */
export async function deleteWhole(run: Execution, step: DeletionStep<'MANIFEST' | 'CHILD'>): Promise<StepOutcome> {
  const { digest } = step;
  const isUsed = await isReferenced(run, digest, step.kind);
  if (step.kind === 'CHILD' && isUsed) return keepChild(run, digest);
  if (isUsed) return deleteEachAlone(run, step);
  if (step.kind === 'MANIFEST' && !(await isStillNamed(run, step))) return skipped(run, `:${step.tags.join(', :')}`);
  await recordStep(run, step, { state: 'SENT' });
  if (run.deletesTagsFirst && step.tags.length > 0) {
    if (await deleteTags(run, step, digest)) return deleteUntagged(run, step, digest);
    // Without a tag delete the lesson was wrong, or is of no use.
    await recordOrder(run, false);
  }
  const outcome = await deleteDigest(run, digest);
  if (outcome === done) await learnOrder(run, step);
  if (outcome !== 'tagged') return outcome;
  if (step.kind === 'CHILD') return keepChild(run, digest);
  if (!(await deleteTags(run, step, digest))) throw describeNoWay(run, step);
  await recordOrder(run, true);
  return deleteUntagged(run, step, digest);
}

/** 'tagged': the registry refuses it while tags stand on it, and nothing was touched. */
async function deleteDigest(run: Execution, digest: Digest): Promise<StepOutcome | 'tagged'> {
  const { upstream, repository, call } = run;
  try {
    const outcome = await upstream.deleteManifest(repository.name, digest, call);
    return outcome === 'tagged' ? outcome : outcome === 'deleted' ? done : absent;
  } catch (error) {
    return settleUnanswered(run, digest, error);
  }
}

/**
 * Takes the tags off, each looked at one request before it goes; one that has moved is left alone. False: the registry
 * deletes no single tags, and nothing was touched.
 */
async function deleteTags(run: Execution, { tags }: DeletionStep, digest: Digest): Promise<boolean> {
  const { upstream, repository, call } = run;
  for (const tag of tags) {
    if (!run.canDeleteTag) return false;
    if ((await upstream.headManifest(repository.name, tag, call)) !== digest) continue;
    if ((await deleteByName(run, tag)) === null) return false;
  }
  return true;
}

/** Its tags are gone. A tag that came since the last look keeps the image. */
async function deleteUntagged(run: Execution, step: DeletionStep, digest: Digest): Promise<StepOutcome> {
  if (await isReferenced(run, digest, step.kind)) return done;
  const outcome = await deleteDigest(run, digest);
  if (outcome !== 'tagged') return done;
  run.look = null;
  if (await isReferenced(run, digest, step.kind)) return done;
  throw describeNoWay(run, step);
}

/**
 * After the first image is gone from a registry: whether its tags are gone with it. A tag that stands without its
 * image, and that the registry deletes by its name, was left; one that it does not know is listed by a list that lags.
 */
async function learnOrder(run: Execution, { tags, digest }: DeletionStep<'MANIFEST' | 'CHILD'>): Promise<void> {
  const { upstream, repository, call } = run;
  if (run.deletesTagsFirst !== null || tags.length === 0) return;
  try {
    const listed = new Set<TagName>((await upstream.listTags(repository.name, call)).names);
    const left = tags.filter((tag) => listed.has(tag));
    if (left.length === 0) return await recordOrder(run, false);
    for (const tag of left) {
      if (!(await isLeft(run, tag, digest))) continue;
      const outcome = await deleteByName(run, tag);
      if (outcome === null) return;
      await recordOrder(run, outcome === done);
    }
  } catch (error) {
    // The image is gone; what is left of its tags is looked at when the job ends.
    if (!isUpstreamError(error) || call.signal?.aborted) throw error;
  }
}

/**
 * Whether the tag names an image that is gone: nothing is behind it, or the registry serves by the tag what it no
 * longer has by its digest. The tag is looked at last.
 */
export async function isLeft(
  { upstream, repository, call }: Execution,
  tag: TagName,
  digest: Digest,
): Promise<boolean> {
  if ((await upstream.headManifest(repository.name, digest, call)) !== null) return false;
  const now = await upstream.headManifest(repository.name, tag, call);
  return now === null || now === digest;
}

export async function recordOrder(run: Execution, deletesTagsFirst: boolean): Promise<void> {
  if (run.deletesTagsFirst === deletesTagsFirst) return;
  run.deletesTagsFirst = deletesTagsFirst;
  await run.parts.registries.recordCapabilities(run.registry.id, { deletesTagsFirst });
}

/** The child of an index that was to go and stays is no loss of its own: it stays for the reason the index does. */
function keepChild(run: Execution, digest: Digest): StepOutcome {
  const short = digest.slice(0, 19);
  const reason = run.heldByLeft.get(digest);
  if (!reason) return skipped(run, `@${short}`, 'is still in use');
  const message =
    `${run.repository.name}@${short} of ${run.registry.name} stays with an index that was to go: ` + reason.message;
  return { state: 'KEPT', error: { code: reason.code, message } };
}

/** Right before it goes: one of its tags still points to it, or none of them to anything. */
async function isStillNamed(
  { upstream, repository, call }: Execution,
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

async function deleteEachAlone(run: Execution, step: DeletionStep): Promise<StepOutcome> {
  const outcomes: StepOutcome[] = [];
  for (const tag of step.tags) outcomes.push(await deleteAlone(run, step, tag));
  return outcomes.find(({ error }) => error !== null) ?? outcomes.find(({ state }) => state === 'DONE') ?? absent;
}

/** The registry refuses the image while it has tags, and deletes no tags. */
function describeNoWay({ registry, repository }: Execution, { tags }: DeletionStep): GatewayError {
  const what = `${repository.name}:${tags.slice(0, 5).join(', :')}`;
  const message =
    `${registry.name} deletes no image that has tags, and no single tags by their names: ${what} ` +
    'cannot be deleted.';
  return new GatewayError('UPSTREAM_UNSUPPORTED', message, {
    registry: registry.name,
    hint: 'Delete it with the tools of the registry itself.',
  });
}
