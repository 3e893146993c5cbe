import type { Tag } from '../../domain/catalogue.js';
import { type DeletionStep, isGone } from '../../domain/deletion.js';
import { placeholderAnnotation } from '../../domain/image.js';
import type { JobFailure } from '../../domain/job.js';
import type { TagName } from '../../domain/name.js';
import { GatewayError, isUpstreamError } from '../../errors.js';
import { isDangling } from './references.js';
import { isLeft } from './imagestep.js';
import { deleteByPlaceholder } from './placeholder.js';
import { chooseNamed, readSome } from '../sync/readall.js';
import { assertDeletable, type DeletionExecution, mostRetries, waitForLimit } from './execution.js';
import { deleteByName } from './tagstep.js';

/** The repository as it is once a deletion has done its steps. */
export interface ReadBack {
  /** Its tags; null: it could not be read. */
  readonly left: readonly Tag[] | null;
  /** Tags among them that are gone all the same: the registry lists them, and says that it has none such. */
  readonly gone: ReadonlySet<TagName>;
  readonly failure: JobFailure | null;
}

/**
 * Seconds between two readings of a list that lags behind a deletion, then between all further ones, and for how long
 * it is read: Quay's lags by two minutes.
 */
const rests = [1, 2, 3, 4];
const longestRest = 5;
const longestLag = 150;

/** Seconds after which a tag that is still listed is deleted by a placeholder, where that is the only way. */
const placeholderDelay = 6;

/**
 * Reads which tags there are, and what those point to that were to go, and finds out about those among them that are
 * listed. One that has no manifest was left by the deletion of its image, and is deleted, or is named by a list that
 * lags, which is waited for; one on a placeholder is being deleted by another gateway, which is waited for too, unless
 * the job was cancelled. The registry's failure is returned, others are thrown.
 */
export async function readBack(execution: DeletionExecution, isCancelled: boolean): Promise<ReadBack> {
  const { left, failure } = await readLeft(execution);
  const gone = new Set<TagName>();
  const listed = left && (await findListed(execution, left));
  if (!listed || listed.length === 0) return { left, gone, failure };
  const waiting = new Set<ListedTag>();
  let isChanged = false;
  for (const one of listed) {
    const outcome = one.isLeft ? await deleteListed(execution, one) : 'waits';
    if (outcome === 'absent' || outcome === 'deleted') gone.add(one.tag);
    if (outcome === 'waits') waiting.add(one);
    isChanged ||= outcome === 'deleted' || outcome === 'waits';
  }
  if (!isChanged) return { left, gone, failure };
  if (!isCancelled) await waitForList(execution, waiting, gone);
  return { ...(await readLeft(execution)), gone };
}

/** Reads which tags are left, and those of the steps, again while the registry limits the gateway. */
async function readLeft(execution: DeletionExecution): Promise<Pick<ReadBack, 'left' | 'failure'>> {
  const steps = await execution.parts.steps.listSteps(execution.job.id);
  const names = new Set(steps.flatMap(({ tags }) => tags));
  for (let attempt = 1; ; attempt++) {
    try {
      const some = { choose: chooseNamed(names), isAfterOthers: true };
      return { left: await readSome({ ...execution.parts, call: execution.call }, execution, some), failure: null };
    } catch (error) {
      if (!isUpstreamError(error) || execution.call.signal.aborted) throw error;
      const failure = {
        subject: execution.repository.name,
        code: error.code,
        message: `It could not be read back: ${error.message}`,
      };
      if (error.code !== 'UPSTREAM_RATE_LIMITED' || attempt > mostRetries) return { left: null, failure };
      await waitForLimit(execution.parts, error, execution.call.signal);
    }
  }
}

/** A tag that was to go, and is listed. */
interface ListedTag {
  readonly step: DeletionStep;
  readonly tag: TagName;
  /** True: its image is gone; false: it is on a placeholder. */
  readonly isLeft: boolean;
}

/** Lists the tags that were to go, are listed, and have no manifest or a placeholder. */
async function findListed(execution: DeletionExecution, left: readonly Tag[]): Promise<ListedTag[]> {
  const { parts, job } = execution;
  const steps = await parts.steps.listSteps(job.id);
  const byTag = new Map(steps.flatMap((step) => step.tags.map((tag) => [tag, step] as const)));
  const moved = left.filter(({ name, error, digest }) => {
    const step = byTag.get(name);
    return error === null && step !== undefined && step.digest !== digest;
  });
  const annotations = await parts.images.annotationsOf(moved.flatMap(({ imageKey }) => imageKey ?? []));
  const placeholders = new Set(
    [...annotations].filter(([, texts]) => placeholderAnnotation in texts).map(([key]) => key),
  );
  const found: ListedTag[] = [];
  for (const tag of left) {
    const step = byTag.get(tag.name);
    if (!step || step.placeholderDigest !== null) continue;
    const isOnPlaceholder = tag.error === null && tag.imageKey !== null && placeholders.has(tag.imageKey);
    if (isOnPlaceholder) found.push({ step, tag: tag.name, isLeft: false });
    else if (isGone(step.state) && (await isWithoutImage(execution, step, tag)))
      found.push({ step, tag: tag.name, isLeft: true });
  }
  return found;
}

/** Returns whether the tag of a step that was done is listed without its image. */
async function isWithoutImage(execution: DeletionExecution, step: DeletionStep, tag: Tag): Promise<boolean> {
  if (tag.error !== null) return isDangling(execution.upstream, tag, execution.call);
  return step.kind === 'MANIFEST' && tag.digest === step.digest && isLeft(execution, tag.name, step.digest);
}

/**
 * Deletes a tag that has no image by its name. Returns `absent`: the registry has no such tag, and only its list lags;
 * `deleted`: it was left by the deletion of its image, and went now; `stands`: it was dangling before, and a second
 * claim proves no more than the first; `waits`: it cannot be deleted by its name.
 */
async function deleteListed(
  execution: DeletionExecution,
  { step, tag }: ListedTag,
): Promise<'absent' | 'deleted' | 'stands' | 'waits'> {
  try {
    const now = await execution.upstream.headManifest(execution.repository.name, tag, execution.call);
    if (now !== null && now !== step.digest) return 'stands';
    const outcome = await deleteByName(execution, tag);
    if (outcome === null) return 'waits';
    if (outcome.state === 'ABSENT') return 'absent';
    if (step.digest === null) return 'stands';
    await execution.abilities.recordOrder(true);
    return 'deleted';
  } catch (error) {
    if (!isUpstreamError(error) || execution.call.signal.aborted) throw error;
    return 'waits';
  }
}

/** Waits until the list no longer names the tags, or they are shown to be gone, which puts them into `gone`. */
async function waitForList(execution: DeletionExecution, waiting: Set<ListedTag>, gone: Set<TagName>): Promise<void> {
  const { parts, upstream, repository, call } = execution;
  const startedAt = parts.timer.elapsed();
  const waited = (): number => (parts.timer.elapsed() - startedAt) / 1000;
  let isReplaced = false;
  for (let reading = 0; waiting.size > 0 && waited() < longestLag; reading++) {
    await parts.timer.sleep((rests[reading] ?? longestRest) * 1000, call.signal);
    try {
      const names = new Set<TagName>((await upstream.listTags(repository.name, call)).names);
      for (const one of waiting) if (!names.has(one.tag)) waiting.delete(one);
      for (const one of waiting) if (!one.isLeft) await checkPlaceholder(execution, one, waiting, gone);
      if (!isReplaced && waited() >= placeholderDelay) await replaceAll(execution, waiting);
      isReplaced ||= waited() >= placeholderDelay;
    } catch (error) {
      if (!isUpstreamError(error) || call.signal.aborted) throw error;
    }
  }
}

/** Asks whether the tag is still on a placeholder; else another gateway has deleted it, or a client pushed to it. */
async function checkPlaceholder(
  execution: DeletionExecution,
  one: ListedTag,
  waiting: Set<ListedTag>,
  gone: Set<TagName>,
): Promise<void> {
  const now = await execution.upstream.fetchManifest(execution.repository.name, one.tag, undefined, execution.call);
  if (now !== null && now !== 'unchanged' && placeholderAnnotation in now.manifest.annotations) return;
  if (now === null) gone.add(one.tag);
  waiting.delete(one);
}

/** Deletes tags that have no manifest by placeholders, where the registry deletes single tags in no other way. */
async function replaceAll(execution: DeletionExecution, waiting: ReadonlySet<ListedTag>): Promise<void> {
  for (const { step, tag, isLeft: hasNoImage } of waiting) {
    if (!hasNoImage || execution.abilities.canDeleteTag) continue;
    try {
      await assertDeletable(execution);
      if ((await execution.upstream.headManifest(execution.repository.name, tag, execution.call)) !== null) continue;
      await deleteByPlaceholder(execution, step, tag);
    } catch (error) {
      if (!(error instanceof GatewayError) || execution.call.signal.aborted) throw error;
    }
  }
}
