import type { Viewer } from '../domain/account.js';
import { isRepositoryJob, type RepositoryJob } from '../domain/job.js';
import type { Registry } from '../domain/registry.js';
import type { JobStore } from '../store/jobs/jobs.js';
import { assertEntitled, isEntitled } from './access.js';
import type { CatalogueParts } from './parts.js';
import { listSeenPieces, noSuchJob } from './visibility.js';

/** A job of one repository, with the registry that it is of. */
export interface PlacedPiece {
  readonly job: RepositoryJob;
  readonly registry: Registry;
}

/**
 * The pieces of a job that somebody may delete for, of those that they see, in the order they were made in. Throws
 * NOT_FOUND where no piece is there, or its registry is not; FORBIDDEN where there are some, and none of these.
 */
export async function listPlacedPieces(
  { jobs, registries }: { readonly jobs: Pick<JobStore, 'listPieces'> } & Pick<CatalogueParts, 'registries'>,
  viewer: Viewer,
  id: string,
): Promise<PlacedPiece[]> {
  const seen = (await listSeenPieces(jobs, viewer, id)).filter(isRepositoryJob);
  const ids = [...new Set(seen.map(({ registryId }) => registryId))];
  const found = await Promise.all(ids.map((registryId) => registries.find(registryId)));
  const byId = new Map(found.flatMap((registry) => (registry ? [[registry.id, registry] as const] : [])));
  const placed = seen.flatMap((job) => {
    const registry = byId.get(job.registryId);
    return registry ? [{ job, registry }] : [];
  });
  const [first] = placed;
  if (!first) throw noSuchJob();
  const own = placed.filter(({ job, registry }) =>
    isEntitled(viewer, 'delete', { registry, repository: job.repository }),
  );
  if (own.length === 0)
    assertEntitled(viewer, 'delete', { registry: first.registry, repository: first.job.repository });
  return own;
}
