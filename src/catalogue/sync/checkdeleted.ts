import type { Tag } from '../../domain/catalogue.js';
import type { Check } from './check.js';
import type { Expectation } from './expectation.js';
import { readTagNames } from './indexer.js';
import type { Reading } from './reading.js';

/** Tags on a deleted digest that are checked by name. */
const maxTagsOnDigest = 1000;

/**
 * Finds out whether what was deleted is gone. A tag goes by complete lists only: one that lists still name is dangling,
 * and stays.
 */
export async function checkDeleted(check: Check): Promise<void> {
  const { reading, expected, outcomes } = check;
  const { parts, repository } = reading;
  const deletions = expected.filter(({ notice }) => notice.action === 'delete');
  const tagsOf = new Map<Expectation, readonly Tag[]>();
  for (const each of deletions) tagsOf.set(each, await findDeleted(reading, each));
  const keys = [...tagsOf.values()].flat().map(({ key }) => key);
  if (keys.length === 0) return deletions.forEach((each) => !each.notice.tag && outcomes.set(each, 'shown'));
  check.hasChanged = (await readTagNames(reading)).hasChanged || check.hasChanged;
  const left = new Set(
    (await parts.tags.findMany(keys)).filter((tag) => tag.repositoryKey === repository.key).map(({ key }) => key),
  );
  for (const [each, tags] of tagsOf) {
    const isGone = tags.every(({ key }) => !left.has(key));
    if (isGone && (tags.length > 0 || !each.notice.tag)) outcomes.set(each, 'shown');
  }
}

/** A deleted digest took its tags with it; a registry that says so of each of them, says it again. */
function findDeleted({ parts, repository }: Reading, { notice }: Expectation): Promise<Tag[]> {
  if (notice.tag) return parts.tags.findNamed(repository.key, [notice.tag]);
  return parts.tags.listOn(repository.key, notice.digest!, maxTagsOnDigest);
}
