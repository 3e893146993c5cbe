import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Repository } from '../../domain/catalogue.js';
import { type Following, judgeFollowed, maxFollowedOnRequest } from '../../domain/following.js';
import type { UpstreamProblem } from '../../domain/freshness.js';
import { quote, type RepositoryName } from '../../domain/name.js';
import type { Registry } from '../../domain/registry.js';
import { notFound } from '../../errors.js';
import type { IndexerParts, Reading } from './reading.js';

/** Names that are held against the patterns before other work has its turn. */
const namesATurn = 100;

/** Returns those of a catalogue's names that are followed. */
export async function selectFollowed(
  following: Following,
  names: readonly RepositoryName[],
): Promise<readonly RepositoryName[]> {
  if (following.patterns.length === 0) return names;
  const followed: RepositoryName[] = [];
  for (let start = 0; start < names.length; start += namesATurn) {
    const some = names.slice(start, start + namesATurn);
    for (const name of some) if (judgeFollowed(following, name) === 'NAMED') followed.push(name);
    await nextTurn();
  }
  return followed;
}

/** Throws NOT_FOUND for what an admin left out: it is neither shown nor asked for, whoever names it. */
export function assertNotLeftOut({ name: registry, following }: Registry, name: RepositoryName): void {
  if (judgeFollowed(following, name) !== 'LEFT_OUT') return;
  const what = `The repository ${quote(name)} of ${registry} is left out by followedRepositories`;
  throw notFound(`${what}: change that with updateRegistry to have it read.`);
}

/**
 * Returns why a registry without a catalogue cannot be read whole; null: it can, as all that is followed is known by
 * its name.
 */
export function explainGap({ name, following }: Registry, isEmpty: boolean): string | null {
  const { globs } = following;
  const shown = globs.slice(0, 5).map(quote).join(', ') + (globs.length > 5 ? ` and ${globs.length - 5} more` : '');
  if (globs.length > 0) {
    return `Nobody knows which repositories of ${name} followedRepositories means by ${shown}: name them in full.`;
  }
  if (!isEmpty) return null;
  return `None of ${name} is followed yet: name repositories with followedRepositories, or look one up by its name.`;
}

/** A registry's complete list of a repository's tags, as it tells of the repository. */
export interface TagsListed {
  /** False: the registry answered that it has no such name. */
  readonly isKnown: boolean;
  readonly hasTags: boolean;
}

/**
 * Decides from its tag list whether a repository is followed, stays or goes. One that was found by its name is followed
 * once it has tags, and goes when two lists in a row do not have it. One that `followedRepositories` names stays, and
 * its problem is returned. The catalogue decides on the names that it lists itself.
 */
export async function concludeListing(reading: Reading, listed: TagsListed): Promise<UpstreamProblem | null> {
  const { parts, registry, repository } = reading;
  const { name, foundBy, missedScans } = repository;
  if (foundBy === 'PASSING') {
    const isWanted = listed.hasTags && judgeFollowed(registry.following, name) !== 'LEFT_OUT';
    if (isWanted) await follow(parts, registry, repository);
    return null;
  }
  if ((listed.isKnown && missedScans === 0) || !(await standsByItself(parts, registry, repository))) return null;
  if (listed.isKnown || !registry.following.names.has(name)) {
    await parts.repositories.recordLook(repository, listed.isKnown, parts.clock());
    return null;
  }
  const what = `The registry ${registry.name} has no repository ${quote(name)}, which followedRepositories names`;
  return { code: 'NOT_FOUND', message: `${what}: push it, or take the name away.`, at: parts.clock() };
}

/** Returns true where no catalogue tells whether the repository is there, but only its own tag list. */
async function standsByItself(
  { registries }: IndexerParts,
  { id }: Registry,
  { foundBy }: Repository,
): Promise<boolean> {
  return foundBy !== 'CATALOGUE' || (await registries.states([id])).get(id)?.catalogSupported === false;
}

/**
 * Follows a repository. Beyond the limit it is read while it is known, and then forgotten; the log says so once, until
 * there is room again.
 */
async function follow(parts: IndexerParts, registry: Registry, repository: Repository): Promise<void> {
  const { repositories, crowded, log } = parts;
  if (await repositories.follow(repository)) {
    crowded.delete(registry.id);
    return;
  }
  if (crowded.has(registry.id)) return;
  crowded.add(registry.id);
  const facts = { registry: registry.name, limit: maxFollowedOnRequest };
  log('too many repositories are followed because they were asked for: no more are', facts);
}
