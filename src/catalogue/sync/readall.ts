import type { Tag } from '../../domain/catalogue.js';
import { GatewayError } from '../../errors.js';
import type { CallOptions } from '../../upstream/upstream.js';
import type { RepositoryStore } from '../../store/index/repositories.js';
import type { TagStore } from '../../store/index/tags.js';
import type { Sync } from './sync.js';
import type { RepositorySource } from './reading.js';

/** Parts of the catalogue that reading a repository whole takes, and how its registry is asked. */
export interface Reads {
  readonly sync: Pick<Sync, 'syncRepository'>;
  readonly tags: Pick<TagStore, 'listAll'>;
  readonly repositories: Pick<RepositoryStore, 'add' | 'find' | 'findMany'>;
  readonly clock: () => Date;
  readonly call: CallOptions;
}

/**
 * Reads a repository whole, and returns the tags as the registry has them now. A failure of a single tag stands beside
 * it, and a child that could not be read makes its index uncertain: see findReferences. Throws any other failure that
 * keeps them from being known.
 */
export async function readAll(reads: Reads, source: RepositorySource): Promise<Tag[]> {
  const { sync, tags, repositories, clock, call } = reads;
  const {
    registry,
    repository: { name },
  } = source;
  // A crawl may have dropped it from the index, which then says nothing of what the registry has.
  const { key } = (await repositories.find(registry.id, name)) ?? (await repositories.add(registry.id, name, clock()));
  const problem = await sync.syncRepository(registry, key, { ...call, joinRunning: false });
  // A name that the registry does not know has no tags, though followedRepositories may want it to.
  if (problem && problem.code !== 'NOT_FOUND' && !problem.isPartial) {
    throw new GatewayError(problem.code, problem.message, { registry: registry.name, retryAfter: problem.retryAfter });
  }
  const found = await tags.listAll([key]);
  return (await repositories.findMany([key])).length > 0 ? found : readAll(reads, source);
}
