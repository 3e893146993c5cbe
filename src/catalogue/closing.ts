import type { Tag } from '../domain/catalogue.js';
import { type DeletionStep, isGone } from '../domain/deletion.js';
import type { JobFailure, JobState } from '../domain/job.js';
import { isUpstreamError } from '../errors.js';
import type { DeletionStore } from '../store/deletions.js';
import { readAll } from './planning.js';
import type { DeletionRun } from './run.js';
import type { CatalogueParts } from './session.js';

/** Reads back what is there now, and ends the job with what it finds: a step is done when the registry shows that it is. */
export async function finishDeletion(run: DeletionRun, isCancelled: boolean): Promise<void> {
  const { parts, deletions, job, registry, repository } = run;
  await deletions.cancelPending(job.id);
  const { left, failure } = await readBack(run);
  const steps = await verify(run, await deletions.listSteps(job.id), left);
  const failures = [...steps.flatMap(describeFailure), ...(failure ? [failure] : []), ...(job.kind === 'DELETE_REPOSITORY' ? describePushed(run, left) : [])];
  const state = judgeState(steps, failures, isCancelled);
  await parts.jobs.update(job.id, { state, failures, failureCount: failures.length, finishedAt: parts.clock() });
  parts.log('deleted from a repository', { registry: registry.name, repository: repository.name, state, steps: steps.filter((step) => isGone(step.state)).length, of: steps.length, failures: failures.length });
}

async function readBack(run: DeletionRun): Promise<{ left: readonly Tag[]; failure: JobFailure | null }> {
  try {
    return { left: await readAll({ ...run.parts, call: run.call }, run), failure: null };
  } catch (error) {
    if (!isUpstreamError(error) || run.call.signal?.aborted) throw error;
    return { left: [], failure: { subject: run.repository.name, code: error.code, message: `It could not be read back: ${error.message}` } };
  }
}

/** A tag that the registry said it had deleted, and still has. */
async function verify({ deletions, job, registry }: DeletionRun, steps: readonly DeletionStep[], left: readonly Tag[]): Promise<DeletionStep[]> {
  const digestByName = new Map(left.map((tag) => [tag.name, tag.digest]));
  const verified: DeletionStep[] = [];
  for (const step of steps) {
    const standing = isGone(step.state) ? step.tags.filter((tag) => step.digest !== null && digestByName.get(tag) === step.digest) : [];
    if (standing.length === 0) {
      verified.push(step);
      continue;
    }
    const message = `${registry.name} said that it was deleted, and still has it: ${standing.slice(0, 5).join(', ')}. It may have been pushed again.`;
    const change = { state: 'FAILED', error: { code: 'DELETE_INCOMPLETE', message } } as const;
    await deletions.record(job.id, step.position, change);
    verified.push({ ...step, ...change });
  }
  return verified;
}

function describeFailure({ state, error, tags, digest }: DeletionStep): JobFailure[] {
  if (state === 'CANCELLED' || error === null) return [];
  return [{ subject: tags.length > 0 ? tags.slice(0, 5).join(', ') : (digest ?? ''), ...error }];
}

function describePushed({ asked, repository }: DeletionRun, left: readonly Tag[]): JobFailure[] {
  const pushed = left.filter((tag) => !asked.has(tag.name));
  return pushed.map((tag) => ({ subject: tag.name, code: 'CHANGED_SINCE_PLAN', message: `${repository.name}:${tag.name} was pushed meanwhile, and is left as it is.` }));
}

function judgeState(steps: readonly DeletionStep[], failures: readonly JobFailure[], isCancelled: boolean): JobState {
  const isBegunWhole = steps.every((step) => step.state !== 'CANCELLED');
  if (isCancelled && !isBegunWhole) return 'CANCELLED';
  if (failures.length === 0 && isBegunWhole) return 'SUCCEEDED';
  return steps.some((step) => isGone(step.state)) ? 'PARTIALLY_FAILED' : 'FAILED';
}

/** Placeholders of ended jobs that the registry did not let go, and maybe does now: the tags on them go with them, as was asked. */
export async function removeLeftovers({ pool, jobs, repositories, registries, sync }: CatalogueParts, deletions: DeletionStore): Promise<void> {
  for (const { jobId, step } of await deletions.listLeftovers()) {
    const job = await jobs.find(jobId);
    if (!job?.repository || !step.placeholderDigest) continue;
    try {
      const upstream = await pool.open(job.registryId);
      await upstream.deleteManifest(job.repository, step.placeholderDigest);
      await deletions.record(jobId, step.position, { placeholderDigest: null, state: 'DONE', error: null });
      const [registry, known] = [await registries.find(job.registryId), await repositories.find(job.registryId, job.repository)];
      if (registry && known) await sync.readAfresh(registry, known.key);
    } catch (error) {
      if (!isUpstreamError(error)) throw error;
    }
  }
}
