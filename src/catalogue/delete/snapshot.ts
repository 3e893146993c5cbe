import type { Tag } from '../../domain/catalogue.js';
import { type DeletionStep, isGone, isOver, type StepError, type StepKind } from '../../domain/deletion.js';
import type { Digest } from '../../domain/digest.js';
import type { TagName } from '../../domain/name.js';
import { findHeld, findReferences, isDangling, type References } from './references.js';
import { readAll } from '../sync/readall.js';
import type { Execution, ExecutionParts, RepositorySnapshot, StepOutcome } from './execution.js';

/**
 * Whether anything that stays needs it: a tag that is on it, an index that holds it, or something that cannot be read.
 */
export async function isReferenced(run: Execution, digest: Digest, kind: StepKind): Promise<boolean> {
  const { tagsByDigest, uses } = await lookAgain(run, kind);
  const on = tagsByDigest.get(digest) ?? [];
  const isOn = kind === 'CHILD' ? on.length > 0 : on.some((tag) => run.asked.get(tag) !== digest);
  return isOn || uses.isUncertain || uses.digests.has(digest) || run.isLeftUncertain || run.heldByLeft.has(digest);
}

/**
 * What is on each digest, and what is held, as of a moment ago. Looking takes a request for each tag, so it is done
 * again when twice that time has passed: what else changes in the repository goes unseen for no longer. Children go
 * last: what stands by then, stays. An index that was to go may be protected since, or pushed again, or the registry
 * kept it.
 */
async function lookAgain(run: Execution, kind: StepKind): Promise<RepositorySnapshot> {
  const { parts, upstream, call, look } = run;
  const isLast = kind === 'CHILD';
  if (look && look.isLast === isLast && parts.timer.elapsed() - look.endedAt <= 2 * look.took) return look;
  const startedAt = parts.timer.elapsed();
  const tags = await readAll({ ...parts, call }, run);
  const staying: Tag[] = [];
  for (const tag of tags)
    if (!isGoing(run, tag) || (isLast && !(await isDangling(upstream, tag, call)))) staying.push(tag);
  const uses = await findReferences(parts, upstream, staying, call);
  const named = Map.groupBy(tags, (tag) => tag.digest);
  const tagsByDigest = new Map([...named].map(([digest, some]) => [digest, some.map((tag) => tag.name)]));
  const endedAt = parts.timer.elapsed();
  run.look = { endedAt, took: endedAt - startedAt, isLast, tagsByDigest, uses };
  return run.look;
}

/** It is on what was planned for it. One that was pushed meanwhile stays, and what it needs with it. */
function isGoing({ asked }: Execution, { name, digest, error }: Tag): boolean {
  const planned = asked.get(name);
  return planned !== undefined && (planned === null ? error !== null : digest === planned);
}

/** What was to go and stays after all, needs what it holds. */
export async function learn(run: Execution, step: DeletionStep, { state, error }: StepOutcome): Promise<void> {
  if (isGone(state)) return;
  for (const tag of step.tags) run.asked.delete(tag);
  const held = await findHeldBy(run.parts, run.repository.key, [step]);
  for (const digest of held.digests) run.heldByLeft.set(digest, error);
  run.isLeftUncertain ||= held.isUncertain;
  // A push that the last look has not seen may have brought an index.
  const seen = new Set(run.look?.tagsByDigest.get(step.digest));
  if (state === 'KEPT' && step.tags.some((tag) => seen.has(tag))) run.look = null;
}

/**
 * By the steps so far: each tag that is to go or gone, with what it pointed to, and what is held by images that were to
 * go and stay.
 */
export async function sumUp(
  parts: ExecutionParts,
  repositoryKey: number,
  steps: readonly DeletionStep[],
): Promise<Pick<Execution, 'asked' | 'heldByLeft' | 'isLeftUncertain'>> {
  const isLeft = ({ state }: DeletionStep): boolean => isOver(state) && !isGone(state);
  const asked = steps
    .filter((step) => !isLeft(step))
    .flatMap(({ tags, digest }) => tags.map((tag): [TagName, Digest | null] => [tag, digest]));
  const heldByLeft = new Map<Digest, StepError | null>();
  let isLeftUncertain = false;
  for (const step of steps.filter(isLeft)) {
    const held = await findHeldBy(parts, repositoryKey, [step]);
    for (const digest of held.digests) heldByLeft.set(digest, step.error);
    isLeftUncertain ||= held.isUncertain;
  }
  return { asked: new Map(asked), heldByLeft, isLeftUncertain };
}

async function findHeldBy(
  parts: ExecutionParts,
  repositoryKey: number,
  steps: readonly DeletionStep[],
): Promise<References> {
  const found = await parts.images.findByDigests(steps.flatMap(({ digest }) => digest ?? []));
  return findHeld(
    parts,
    repositoryKey,
    found.map((image) => image.key),
  );
}
