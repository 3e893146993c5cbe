import type { Tag } from '../../domain/catalogue.js';
import { type DeletionStep, isGone } from '../../domain/deletion.js';
import type { JobFailure, JobState } from '../../domain/job.js';
import { isUpstreamCode, isUpstreamError } from '../../errors.js';
import type { DeletionStore, StepChange } from '../../store/jobs/deletions.js';
import type { CallOptions } from '../../upstream/upstream.js';
import { isUnprotected } from '../access.js';
import { describeEnded } from './auditentries.js';
import { deletePlaceholder, restoreOriginal } from './placeholder.js';
import { type ReadBack, readUntilSettled } from './readback.js';
import type { Source } from '../sync/reading.js';
import { type Execution, type ExecutionParts, skipped, recordStep } from './execution.js';

/**
 * Reads back what is there now, and ends the job with what it finds: a step is done when the registry shows that it is.
 */
export async function finishDeletion(run: Execution, isCancelled: boolean): Promise<void> {
  const { parts, deletions, job, registry, repository } = run;
  await deletions.cancelPending(job.id);
  const { left, gone, failure } = await readUntilSettled(run, isCancelled);
  const steps = await verify(run, await deletions.listSteps(job.id), { left, gone });
  const failures = [
    ...listFailures(steps),
    ...(failure ? [failure] : []),
    ...(job.kind === 'DELETE_REPOSITORY' ? describePushed(run, steps, left ?? []) : []),
  ];
  const state = judgeState(steps, failures, isCancelled);
  parts.sync.forced.noteChange(registry.id, repository.name);
  const at = parts.clock();
  const ended = (await parts.jobs.find(job.id)) ?? job;
  await deletions.end(
    job.id,
    { state, failures, failureCount: failures.length, finishedAt: at },
    describeEnded(ended, run, { state, failures, at }),
  );
  parts.log('deleted from a repository', {
    registry: registry.name,
    repository: repository.name,
    state,
    steps: steps.filter((step) => isGone(step.state)).length,
    of: steps.length,
    failures: failures.length,
  });
}

/** `gone`: tags that are listed, and were shown to be gone. */
async function verify(
  run: Execution,
  steps: readonly DeletionStep[],
  { left, gone }: Pick<ReadBack, 'left' | 'gone'>,
): Promise<readonly DeletionStep[]> {
  if (left === null) return steps;
  const byName = new Map(left.filter((tag) => !gone.has(tag.name)).map((tag) => [tag.name, tag]));
  const verified: DeletionStep[] = [];
  for (const step of steps) {
    const there = step.tags.flatMap((tag) => byName.get(tag) ?? []);
    const change = isGone(step.state) ? doubtGone(run, step, there) : await doubtFailed(run, step, there);
    if (change) await recordStep(run, step, change);
    verified.push({ ...step, ...change });
  }
  return verified;
}

/** A tag that the registry said it had deleted, and still has; or that was pushed since. */
function doubtGone(run: Execution, { digest }: DeletionStep, there: readonly Tag[]): StepChange | null {
  // A tag with nothing behind it is listed with its failure.
  const standing = there.filter((tag) => (digest === null ? tag.error !== null : tag.digest === digest));
  const dangling = standing.filter((tag) => tag.error?.code === 'UPSTREAM_INVALID');
  if (digest !== null && dangling.length > 0) {
    const { name } = run.registry;
    const what = `${name} deleted the image, and goes on listing ${listNames(dangling)} with nothing behind`;
    return {
      state: 'FAILED',
      error: { code: 'DELETE_INCOMPLETE', message: `${what}: delete what is still listed again.` },
    };
  }
  if (standing.length > 0) {
    const message =
      `${run.registry.name} said that it was deleted, and still has it: ${listNames(standing)}. It ` +
      'may have been pushed again.';
    return { state: 'FAILED', error: { code: 'DELETE_INCOMPLETE', message } };
  }
  return there.length > 0 ? { error: skipped(run, `:${listNames(there)}`).error } : null;
}

/**
 * What the registry did not answer, or failed at, it may have done all the same, and later than when it was asked. What
 * another wrote to meanwhile, such as a gateway that deletes the same, may be gone too.
 */
async function doubtFailed(run: Execution, step: DeletionStep, there: readonly Tag[]): Promise<StepChange | null> {
  const { kind, state, error, placeholderDigest } = step;
  const isOpen =
    state === 'FAILED' ? error !== null && isUpstreamCode(error.code) : state === 'KEPT' && kind !== 'CHILD';
  if (!isOpen || placeholderDigest !== null || there.length > 0) return null;
  // Unknown when it cannot be asked.
  const stands =
    step.kind !== 'TAG' &&
    (await run.upstream.headManifest(run.repository.name, step.digest, run.call).catch(ignoreUpstream)) !== null;
  return stands ? null : { state: state === 'KEPT' ? 'ABSENT' : 'DONE', error: null };
}

function ignoreUpstream(error: unknown): 'unknown' {
  if (isUpstreamError(error)) return 'unknown';
  throw error;
}

function listNames(tags: readonly Tag[]): string {
  return tags
    .slice(0, 5)
    .map((tag) => tag.name)
    .join(', ');
}

/** A child that stays because its index does is no failure beside the index's; alone it is one. */
function listFailures(steps: readonly DeletionStep[]): JobFailure[] {
  const failures = steps.filter((step) => !isHeld(step)).flatMap(describeFailure);
  const codes = new Set(failures.map(({ code }) => code));
  return [
    ...failures,
    ...steps.filter((step) => isHeld(step) && !codes.has(step.error!.code)).flatMap(describeFailure),
  ];
}

function isHeld({ kind, state, error }: DeletionStep): boolean {
  return kind === 'CHILD' && state === 'KEPT' && error !== null && error.code !== 'CHANGED_SINCE_PLAN';
}

function describeFailure({ state, error, tags, digest }: DeletionStep): JobFailure[] {
  if (state === 'CANCELLED' || error === null) return [];
  return [{ subject: tags.length > 0 ? tags.slice(0, 5).join(', ') : (digest ?? ''), ...error }];
}

function describePushed(source: Source, steps: readonly DeletionStep[], left: readonly Tag[]): JobFailure[] {
  const planned = new Set(steps.flatMap((step) => step.tags));
  return left
    .filter((tag) => !planned.has(tag.name))
    .map((tag) => ({ subject: tag.name, ...skipped(source, `:${tag.name}`).error! }));
}

function judgeState(steps: readonly DeletionStep[], failures: readonly JobFailure[], isCancelled: boolean): JobState {
  const isBegunWhole = steps.every((step) => step.state !== 'CANCELLED');
  if (isCancelled && !isBegunWhole) return 'CANCELLED';
  if (failures.length === 0 && isBegunWhole) return 'SUCCEEDED';
  return steps.some((step) => isGone(step.state)) ? 'PARTIALLY_FAILED' : 'FAILED';
}

/**
 * Placeholders of ended jobs that the registry did not let go, and maybe does now: the tags on them go with them, as
 * was asked, or get their image back where they are protected by now. In a registry that is read-only by now they stay.
 */
export async function removeLeftovers(
  parts: ExecutionParts,
  deletions: DeletionStore,
  signal: AbortSignal,
): Promise<void> {
  for (const { jobId, step } of await deletions.listLeftovers()) {
    if (signal.aborted) return;
    try {
      await removeLeftover(parts, deletions, jobId, step, { signal });
    } catch (error) {
      if (!isUpstreamError(error)) throw error;
    }
  }
}

async function removeLeftover(
  { clients, jobs, repositories, registries, sync }: ExecutionParts,
  deletions: DeletionStore,
  jobId: string,
  step: DeletionStep,
  call: CallOptions,
): Promise<void> {
  const job = await jobs.find(jobId);
  const registry = job && (await registries.find(job.registryId));
  if (!registry || registry.readOnly || !job.repository || !step.placeholderDigest) return;
  const repository = await repositories.find(registry.id, job.repository);
  const upstream = await clients.open(registry.id);
  if (isUnprotected({ registry, repository: job.repository, tags: step.tags })) {
    await deletePlaceholder({ upstream, registry, repository: { name: job.repository }, call }, step.placeholderDigest);
    await deletions.record(jobId, step.position, { placeholderDigest: null, state: 'DONE', error: null });
  } else {
    if (!(await restoreOriginal({ upstream, registry, repository: { name: job.repository }, call }, step))) return;
    await deletions.record(jobId, step.position, { placeholderDigest: null });
  }
  sync.forced.noteChange(registry.id, job.repository);
  if (repository) await sync.syncRepository(registry, repository.key, { ...call, joinRunning: false });
}
