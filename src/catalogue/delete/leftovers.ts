import type { DeletionStep } from '../../domain/deletion.js';
import { isUpstreamError } from '../../errors.js';
import { isUnprotected } from '../access.js';
import type { CatalogueParts } from '../parts.js';
import type { DeletionExecution } from './execution.js';
import { deletePlaceholder, restoreOriginal } from './placeholder.js';

/** Parts of the catalogue that removing placeholders takes. */
export type LeftoverParts = Pick<CatalogueParts, 'clients' | 'jobs' | 'registries' | 'repositories' | 'steps' | 'sync'>;

/**
 * Deletes placeholders of ended jobs that the registry refused to delete then. A tag that is protected by now is put
 * back on its image instead; in a registry that is read-only by now placeholders stay. What the registry still refuses
 * is left for the next time.
 */
export async function removeLeftovers(parts: LeftoverParts, signal: AbortSignal): Promise<void> {
  for (const { jobId, step } of await parts.steps.listLeftovers()) {
    if (signal.aborted) return;
    try {
      await removeLeftover(parts, jobId, step, { signal });
    } catch (error) {
      if (!isUpstreamError(error)) throw error;
    }
  }
}

async function removeLeftover(
  { clients, jobs, repositories, registries, steps, sync }: LeftoverParts,
  jobId: string,
  step: DeletionStep,
  call: DeletionExecution['call'],
): Promise<void> {
  const job = await jobs.find(jobId);
  const registry = job?.registryId ? await registries.find(job.registryId) : null;
  if (!registry || registry.readOnly || !job?.repository || !step.placeholderDigest) return;
  const repository = await repositories.find(registry.id, job.repository);
  const site = { upstream: await clients.open(registry.id), registry, repository: { name: job.repository }, call };
  if (isUnprotected({ registry, repository: job.repository, tags: step.tags })) {
    await deletePlaceholder(site, step.placeholderDigest);
    await steps.record(jobId, step.position, { placeholderDigest: null, state: 'DONE', error: null });
  } else {
    if (!(await restoreOriginal(site, step))) return;
    await steps.record(jobId, step.position, { placeholderDigest: null });
  }
  sync.forced.noteChange(registry.id, job.repository);
  if (repository) await sync.syncRepository(registry, repository.key, { ...call, joinRunning: false });
}
