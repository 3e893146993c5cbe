import type { Tag } from '../../domain/catalogue.js';
import { type DeletionStep, isGone } from '../../domain/deletion.js';
import { tombstoneAnnotation } from '../../domain/image.js';
import type { JobFailure } from '../../domain/job.js';
import type { TagName } from '../../domain/name.js';
import { GatewayError, isUpstreamError } from '../../errors.js';
import { isDangling } from './references.js';
import { isLeft, recordOrder } from './imagestep.js';
import { deleteByPlaceholder } from './placeholder.js';
import { readAll } from '../sync/readall.js';
import { assertDeletable, type Execution, longestPatience, waitOut } from './execution.js';
import { deleteByName } from './tagstep.js';

/** What a repository holds once a deletion has done its steps. */
export interface ReadBack {
  /** null when it could not be read. */
  readonly left: readonly Tag[] | null;
  /** Tags among them that are listed, and were shown to be gone all the same. */
  readonly gone: ReadonlySet<TagName>;
  readonly failure: JobFailure | null;
}

/**
 * Seconds between two looks at a list that lags behind a deletion, and how long it is looked at: Quay's lags by two
 * minutes.
 */
const rests = [1, 2, 3, 4];
const usualRest = 5;
const longestLag = 150;

/** Seconds after which a tag that goes on being listed is taken off by a placeholder, where that is the only way. */
const patience = 6;

/**
 * Reads the repository, and settles what a list alone cannot: a tag that is listed with nothing behind it was left by
 * the deletion of its image, or is listed by a list that lags; a tag on a placeholder is being deleted by another
 * gateway.
 */
export async function readUntilSettled(run: Execution, isCancelled: boolean): Promise<ReadBack> {
  const { left, failure } = await readWhole(run);
  const gone = new Set<TagName>();
  const unsettled = left && (await findUnsettled(run, left));
  if (!unsettled || unsettled.length === 0) return { left, gone, failure };
  const waiting = new Set<Unsettled>();
  let isChanged = false;
  for (const one of unsettled) {
    const outcome = one.isLeft ? await sweep(run, one) : 'waits';
    if (outcome === 'absent' || outcome === 'deleted') gone.add(one.tag);
    if (outcome === 'waits') waiting.add(one);
    isChanged ||= outcome === 'deleted' || outcome === 'waits';
  }
  if (!isChanged) return { left, gone, failure };
  if (!isCancelled) await waitFor(run, waiting, gone);
  return { ...(await readWhole(run)), gone };
}

async function readWhole(run: Execution): Promise<Pick<ReadBack, 'left' | 'failure'>> {
  for (let attempt = 1; ; attempt++) {
    try {
      return { left: await readAll({ ...run.parts, call: run.call }, run), failure: null };
    } catch (error) {
      if (!isUpstreamError(error) || run.call.signal?.aborted) throw error;
      const failure = {
        subject: run.repository.name,
        code: error.code,
        message: `It could not be read back: ${error.message}`,
      };
      if (error.code !== 'UPSTREAM_RATE_LIMITED' || attempt > longestPatience) return { left: null, failure };
      await waitOut(run.parts, error, run.call.signal);
    }
  }
}

/** A tag that was to go, and is listed. */
interface Unsettled {
  readonly step: DeletionStep;
  readonly tag: TagName;
  /** Its image is gone; else it stands on a placeholder. */
  readonly isLeft: boolean;
}

async function findUnsettled(run: Execution, left: readonly Tag[]): Promise<Unsettled[]> {
  const { parts, deletions, job } = run;
  const steps = await deletions.listSteps(job.id);
  const byTag = new Map(steps.flatMap((step) => step.tags.map((tag) => [tag, step] as const)));
  const moved = left.filter(
    ({ name, error, digest }) => error === null && byTag.has(name) && byTag.get(name)!.digest !== digest,
  );
  const annotations = await parts.images.annotationsOf(moved.flatMap(({ imageKey }) => imageKey ?? []));
  const placeholders = new Set(
    [...annotations].filter(([, texts]) => tombstoneAnnotation in texts).map(([key]) => key),
  );
  const found: Unsettled[] = [];
  for (const tag of left) {
    const step = byTag.get(tag.name);
    if (!step || step.placeholderDigest !== null) continue;
    const isOnPlaceholder = tag.error === null && tag.imageKey !== null && placeholders.has(tag.imageKey);
    if (isOnPlaceholder) found.push({ step, tag: tag.name, isLeft: false });
    else if (isGone(step.state) && (await isWithoutImage(run, step, tag)))
      found.push({ step, tag: tag.name, isLeft: true });
  }
  return found;
}

async function isWithoutImage(run: Execution, step: DeletionStep, tag: Tag): Promise<boolean> {
  if (tag.error !== null) return isDangling(run.upstream, tag, run.call);
  return step.kind === 'MANIFEST' && tag.digest === step.digest && isLeft(run, tag.name, step.digest);
}

/**
 * Deletes a tag that has no image by its name. `absent`: the registry says that there is none, and only its list lags;
 * `deleted`: it was left by the deletion of its image, and went now; `stands`: it was dangling before, and a second
 * claim proves no more than the first; `waits`: it cannot be deleted by its name.
 */
async function sweep(run: Execution, { step, tag }: Unsettled): Promise<'absent' | 'deleted' | 'stands' | 'waits'> {
  try {
    const now = await run.upstream.headManifest(run.repository.name, tag, run.call);
    if (now !== null && now !== step.digest) return 'stands';
    const outcome = await deleteByName(run, tag);
    if (outcome === null) return 'waits';
    if (outcome.state === 'ABSENT') return 'absent';
    if (step.digest === null) return 'stands';
    await recordOrder(run, true);
    return 'deleted';
  } catch (error) {
    if (!isUpstreamError(error) || run.call.signal?.aborted) throw error;
    return 'waits';
  }
}

/** Until the list no longer names them, or what it names is shown to be gone. */
async function waitFor(run: Execution, waiting: Set<Unsettled>, gone: Set<TagName>): Promise<void> {
  const { parts, upstream, repository, call } = run;
  const startedAt = parts.timer.elapsed();
  const waited = (): number => (parts.timer.elapsed() - startedAt) / 1000;
  let isSwept = false;
  for (let look = 0; waiting.size > 0 && waited() < longestLag; look++) {
    await parts.timer.sleep((rests[look] ?? usualRest) * 1000, call.signal);
    try {
      const listed = new Set<TagName>((await upstream.listTags(repository.name, call)).names);
      for (const one of waiting) if (!listed.has(one.tag)) waiting.delete(one);
      for (const one of waiting) if (!one.isLeft) await lookAtPlaceholder(run, one, waiting, gone);
      if (!isSwept && waited() >= patience) await replaceAll(run, waiting);
      isSwept ||= waited() >= patience;
    } catch (error) {
      if (!isUpstreamError(error) || call.signal?.aborted) throw error;
    }
  }
}

/** Another gateway has deleted the tag, or someone has pushed to it. */
async function lookAtPlaceholder(
  run: Execution,
  one: Unsettled,
  waiting: Set<Unsettled>,
  gone: Set<TagName>,
): Promise<void> {
  const now = await run.upstream.fetchManifest(run.repository.name, one.tag, undefined, run.call);
  if (now !== null && now !== 'unchanged' && tombstoneAnnotation in now.manifest.annotations) return;
  if (now === null) gone.add(one.tag);
  waiting.delete(one);
}

/** Where single tags are deleted by placeholders only, a tag with nothing behind it is too. */
async function replaceAll(run: Execution, waiting: ReadonlySet<Unsettled>): Promise<void> {
  for (const { step, tag, isLeft: hasNoImage } of waiting) {
    if (!hasNoImage || run.canDeleteTag) continue;
    try {
      await assertDeletable(run);
      if ((await run.upstream.headManifest(run.repository.name, tag, run.call)) !== null) continue;
      await deleteByPlaceholder(run, step, tag);
    } catch (error) {
      if (!(error instanceof GatewayError) || run.call.signal?.aborted) throw error;
    }
  }
}
