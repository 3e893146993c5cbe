import type { RestorationStep } from '../../domain/deletion.js';
import type { Digest } from '../../domain/digest.js';
import type { JobFailure, JobState, RepositoryJob } from '../../domain/job.js';
import type { CallOptions, RawManifest, Upstream } from '../../upstream/upstream.js';
import { recordEnd } from '../delete/execution.js';
import type { CatalogueParts } from '../parts.js';
import type { RepositorySource } from '../sync/reading.js';

/** Parts of the catalogue that jobs which put tags back use. */
export type RestorationParts = Pick<
  CatalogueParts,
  'clients' | 'clock' | 'jobs' | 'log' | 'registries' | 'repositories' | 'steps' | 'sync' | 'tags' | 'timer'
>;

/** One execution of a job that puts tags back. */
export interface RestorationRun extends RepositorySource {
  readonly parts: RestorationParts;
  readonly job: RepositoryJob;
  /** The wire to the registry, opened for this execution. */
  readonly upstream: Upstream;
  /** Aborted when the gateway stops, or the registry's client is to be closed: the job is resumed later. */
  readonly call: CallOptions & { readonly signal: AbortSignal };
  /** The image that was read last: most tags of one image follow each other. */
  last: { readonly digest: Digest; readonly manifest: RawManifest | null } | null;
}

/**
 * Reads the repository, gives the tags that came back the times that they had, and ends the job with what came of each.
 * A reading that fails is a failure of the job; the tags are back all the same.
 */
export async function finishRestoration(run: RestorationRun, isCancelled: boolean): Promise<void> {
  const { parts, job, registry, repository, call } = run;
  // Tags that were not begun will not be: the job was cancelled, or every further step would have failed alike.
  await parts.steps.cancelPending(job.id);
  const steps = await parts.steps.listRestorations(job.id);
  const restored = steps.filter(({ state }) => state === 'DONE');
  const problem = await parts.sync.syncRepository(registry, repository.key, { ...call, joinRunning: false });
  if (call.signal.aborted) return;
  parts.sync.forced.noteChange(registry.id, repository.name);
  const known = await parts.repositories.find(registry.id, repository.name);
  if (known && restored.length > 0)
    await parts.tags.keepRestored(
      known.key,
      restored.map(({ tags: [name], digest }) => ({ name, digest })),
    );
  const failures = [
    ...steps.flatMap(describeFailure),
    ...(problem
      ? [{ ...problem, subject: repository.name, message: `It could not be read back: ${problem.message}` }]
      : []),
  ].map(({ subject, code, message }): JobFailure => ({ subject, code, message }));
  const state = judgeState(steps, failures, isCancelled);
  await recordEnd(run, state, failures);
  parts.log('put tags of a repository back', {
    registry: registry.name,
    repository: repository.name,
    state,
    tags: restored.length,
    of: steps.length,
    failures: failures.length,
  });
}

function describeFailure({ tags: [subject], error }: RestorationStep): JobFailure[] {
  return error ? [{ subject, ...error }] : [];
}

function judgeState(
  steps: readonly RestorationStep[],
  failures: readonly JobFailure[],
  isCancelled: boolean,
): JobState {
  const isLeft = steps.some(({ state }) => state === 'CANCELLED');
  if (isLeft && isCancelled) return 'CANCELLED';
  if (failures.length === 0 && !isLeft) return 'SUCCEEDED';
  return steps.some(({ state, error }) => error === null && (state === 'DONE' || state === 'KEPT'))
    ? 'PARTIALLY_FAILED'
    : 'FAILED';
}
