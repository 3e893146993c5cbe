import type { Repository } from '../../domain/catalogue.js';
import { isEntitled } from '../access.js';
import type { RequestContext } from '../context.js';

/**
 * Returns repositories that hold the image, as far as the viewer sees them. Of each registry there are up to twenty,
 * and its first comes before any registry's second: one that holds the image many times does not use up what may be
 * asked.
 */
export async function listHolders({ loaders }: RequestContext, imageKey: number): Promise<readonly Repository[]> {
  const loaded = await loaders.repository.loadMany(await loaders.holders.load(imageKey));
  return takeTurns(loaded.filter((one): one is Repository => !(one instanceof Error)));
}

/** Orders repositories by their rank in their registry. */
function takeTurns(repositories: readonly Repository[]): readonly Repository[] {
  const groups = [...Map.groupBy(repositories, ({ registryId }) => registryId).values()];
  const ranked = groups.flatMap((group) => group.map((repository, rank) => ({ repository, rank })));
  return ranked.sort((a, b) => a.rank - b.rank).map(({ repository }) => repository);
}

/** Returns those of the repositories in which rights let the viewer delete something, whatever protects it there. */
export async function listDeletable(
  { viewer, loaders }: RequestContext,
  repositories: readonly Repository[],
): Promise<readonly Repository[]> {
  if (viewer === null) return [];
  const rights = await Promise.all(
    repositories.map(async ({ registryId, name }) =>
      isEntitled(viewer, 'delete', { registry: await loaders.registry.load(registryId), repository: name }),
    ),
  );
  return repositories.filter((_, at) => rights[at]);
}
