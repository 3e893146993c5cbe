import type { Repository, Tag } from '../../domain/catalogue.js';
import type { TagName } from '../../domain/name.js';
import { GatewayError } from '../../errors.js';
import type { CallOptions } from '../../upstream/upstream.js';
import type { RepositoryStore } from '../../store/index/repositories.js';
import type { TagStore } from '../../store/index/tags.js';
import type { Sync } from './sync.js';
import type { ChooseTags, RepositorySource } from './reading.js';
import type { SyncOptions } from './repositorysync.js';

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
 * keeps them from being known. `onBegin` is called once no other reading is waited for.
 */
export function readAll(reads: Reads, source: RepositorySource, onBegin?: () => void): Promise<Tag[]> {
  return readTags(reads, source, () => ({ joinRunning: false, onBegin }));
}

/** How some tags of a repository are read. */
export interface SomeTags {
  readonly choose: ChooseTags;
  /** A reading of the whole that began before is waited for: it might bring back what was deleted since. */
  readonly isAfterOthers: boolean;
}

/**
 * Reads which tags there are, and those that are chosen; returns all, the others as they were last read. Reads a
 * repository whole that never was. Throws as `readAll`.
 */
export function readSome(reads: Reads, source: RepositorySource, { choose, isAfterOthers }: SomeTags): Promise<Tag[]> {
  return readTags(reads, source, ({ tagsConfirmedAt }) =>
    tagsConfirmedAt === null ? { joinRunning: false } : { joinRunning: !isAfterOthers, isPrompt: true, choose },
  );
}

/** Chooses the tags of these names, and those that came. */
export function chooseNamed(names: ReadonlySet<TagName>): ChooseTags {
  const asked = new Set<number>();
  return async (all) => {
    const due = all.filter(({ key, name, digest }) => !asked.has(key) && (digest === null || names.has(name)));
    for (const { key } of due) asked.add(key);
    return due;
  };
}

/** Chooses the tags of these names. */
export function chooseOnly(names: ReadonlySet<TagName>): ChooseTags {
  let isChosen = false;
  return async (all) => {
    const due = isChosen ? [] : all.filter(({ name }) => names.has(name));
    isChosen = true;
    return due;
  };
}

async function readTags(
  reads: Reads,
  source: RepositorySource,
  describe: (repository: Repository) => SyncOptions,
): Promise<Tag[]> {
  const { sync, tags, repositories, clock, call } = reads;
  const {
    registry,
    repository: { name },
  } = source;
  // A crawl may have dropped it from the index, which then says nothing of what the registry has.
  const known = (await repositories.find(registry.id, name)) ?? (await repositories.add(registry.id, name, clock()));
  const problem = await sync.syncRepository(registry, known.key, { ...call, ...describe(known) });
  // A name that the registry does not know has no tags, though followedRepositories may want it to.
  if (problem && problem.code !== 'NOT_FOUND' && !problem.isPartial) {
    throw new GatewayError(problem.code, problem.message, { registry: registry.name, retryAfter: problem.retryAfter });
  }
  const found = await tags.listAll([known.key]);
  const isStill = (await repositories.findMany([known.key])).length > 0;
  return isStill ? found : readTags(reads, source, describe);
}
