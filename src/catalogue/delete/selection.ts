import type { Tag } from '../../domain/catalogue.js';
import type { TagFilter } from '../../domain/filter.js';
import { parseTagName, quote, type TagName } from '../../domain/name.js';
import { badInput, notFound } from '../../errors.js';
import type { RepositorySource } from '../sync/reading.js';

/** Tags that one deletion takes by their names. */
export const maxTags = 500;

/** Tags that one deletion takes by a filter, and names that it leaves out. */
export const maxFitting = 10_000;

/** The tags that a caller wants deleted. */
export interface TagSelection {
  /** null: all of the repository. */
  readonly names: readonly string[] | null;
  /** Deletes the images of these tags with all their tags. */
  readonly withSiblings: boolean;
}

/** The same with names that were checked. */
export interface ParsedSelection extends TagSelection {
  readonly names: readonly TagName[] | null;
}

/** The tags that a caller wants deleted who names none of them. */
export interface FilterSelection {
  readonly filter: TagFilter;
  /** Names that stay though they fit. */
  readonly except: readonly string[];
  readonly withSiblings: boolean;
}

export const wholeRepository: TagSelection = { names: null, withSiblings: false };

/** Throws BAD_USER_INPUT for names that no tag can have, for none, and for more than `maxTags`. */
export function parseSelection({ names, withSiblings }: TagSelection): ParsedSelection {
  if (names === null) return { names, withSiblings };
  if (names.length === 0 || names.length > maxTags)
    throw badInput(`"tags" takes 1 to ${maxTags} tags, got ${names.length}.`, 'input', 'tags');
  return { names: names.map((name) => parseTagName(name, 'input', 'tags')), withSiblings };
}

/** Throws BAD_USER_INPUT for names that no tag can have, and for more than `maxFitting`. */
export function parseExcept(except: readonly string[]): ReadonlySet<TagName> {
  if (except.length > maxFitting)
    throw badInput(`"except" takes up to ${maxFitting} tags, got ${except.length}.`, 'input', 'except');
  return new Set(except.map((name) => parseTagName(name, 'input', 'except')));
}

/** Throws NOT_FOUND where no tag fits, BAD_USER_INPUT where more than `maxFitting` do. */
export function assertFitting({ repository }: RepositorySource, names: readonly TagName[]): void {
  if (names.length === 0)
    throw notFound(`No tag of the repository ${repository.name} fits "filter". Nothing was touched.`);
  if (names.length <= maxFitting) return;
  const what = `More than ${maxFitting} tags of ${repository.name} fit, and one deletion takes no more`;
  throw badInput(`${what}: narrow "filter". Nothing was touched.`, 'input', 'filter');
}

/**
 * Returns the tags of these names; null: all there are. Throws NOT_FOUND that names the first which `all` lacks, and
 * where a whole repository has none.
 */
export function selectTags(
  { registry, repository }: RepositorySource,
  all: readonly Tag[],
  names: readonly TagName[] | null,
): readonly Tag[] {
  if (names === null) {
    if (all.length > 0) return all;
    throw notFound(`The repository ${repository.name} of ${registry.name} has no tags: there is nothing to delete.`);
  }
  const present = new Set(all.map((tag) => tag.name));
  const missing = names.find((name) => !present.has(name));
  if (missing !== undefined)
    throw notFound(`The repository ${repository.name} has no tag ${quote(missing)}. Nothing was touched.`);
  const wanted = new Set(names);
  return all.filter((tag) => wanted.has(tag.name));
}

/** Returns the selected tags, and every other tag that could be read and is on the image of one of them. */
export function addSiblings(all: readonly Tag[], selected: readonly Tag[]): readonly Tag[] {
  const digests = new Set(selected.flatMap((tag) => tag.digest ?? []));
  const byName = new Map(selected.map((tag) => [tag.name, tag]));
  return all.flatMap(
    (tag) => byName.get(tag.name) ?? (tag.digest !== null && tag.error === null && digests.has(tag.digest) ? tag : []),
  );
}
