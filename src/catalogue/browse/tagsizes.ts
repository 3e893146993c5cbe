import type { Repository, Tag } from '../../domain/catalogue.js';
import type { TagFilter } from '../../domain/filter.js';
import { parseTagName } from '../../domain/name.js';
import { badInput } from '../../errors.js';
import { assertAllowed } from '../access.js';
import type { RequestContext } from '../context.js';
import type { CatalogueParts } from '../parts.js';

/** Tags that are weighed together, as many as one deletion takes by a filter; and names that are left out of them. */
const maxWeighed = 10_000;

/** The tags of a repository that somebody means: by their names, or by a filter. */
export interface WeighedTags {
  /** null: those that fit the filter. */
  readonly names: readonly string[] | null;
  readonly filter: TagFilter | null;
  /** Names that are left out of those that fit the filter. */
  readonly except: readonly string[];
}

/** Some tags of a repository taken together, with the bytes of the distinct blobs that they hold. */
export interface TagsSize {
  readonly count: number;
  /** Of how many of them what they hold is not known: it is in no sum. */
  readonly unknownCount: number;
  /** As the registry stores it. */
  readonly measure: () => Promise<number>;
  /** Those bytes that no other tag of the registry holds. */
  readonly measureUnique: () => Promise<number>;
}

/** Parts of the catalogue that it uses. */
export type TagSizeParts = Pick<CatalogueParts, 'contents'>;

/** Weighs tags by the index. Throws BAD_USER_INPUT for more than `maxWeighed`, and unless it is said in one way. */
export async function weighTags(
  parts: TagSizeParts,
  context: RequestContext,
  repository: Repository,
  wanted: WeighedTags,
): Promise<TagsSize> {
  assertAllowed(context.viewer, 'read');
  const find = wanted.names === null ? listFitting : findNamed;
  const tags = await find(context, repository, wanted);
  const chosen = {
    repositoryKey: repository.key,
    tagKeys: tags.map(({ key }) => key),
    imageKeys: [...new Set(tags.flatMap(({ imageKey }) => imageKey ?? []))],
  };
  return {
    count: tags.length,
    unknownCount: tags.filter(({ imageKey, size }) => imageKey === null || size === null).length,
    measure: () => parts.contents.measureChosen(chosen),
    measureUnique: () => parts.contents.measureUniqueOfChosen(chosen),
  };
}

async function findNamed(
  { loaders }: RequestContext,
  { key: repositoryKey }: Repository,
  { names, filter, except }: WeighedTags,
): Promise<Tag[]> {
  const other = filter ? 'filter' : except.length > 0 ? 'except' : null;
  if (other) throw badInput(`"tags" and "${other}" are both given: give either of them.`, other);
  const distinct = [...parseNames(names ?? [], 'tags')];
  const found = await Promise.all(distinct.map((name) => loaders.tagNamed.load({ repositoryKey, name })));
  return found.filter((tag) => tag !== null);
}

const order = { field: 'NAME', direction: 'ASC' } as const;

async function listFitting(
  { loaders }: RequestContext,
  { key: repositoryKey, name }: Repository,
  { filter, except }: WeighedTags,
): Promise<Tag[]> {
  const excepted = parseNames(except, 'except');
  const page = { first: maxWeighed + excepted.size + 1, after: null };
  const { items } = await loaders.tagPage.load({ repositoryKey, filter: filter ?? {}, order, page });
  const fitting = items.filter((tag) => !excepted.has(tag.name));
  if (fitting.length <= maxWeighed) return fitting;
  throw badInput(`More than ${maxWeighed} tags of ${name} fit: narrow "filter".`, 'filter');
}

function parseNames(names: readonly string[], argument: 'tags' | 'except'): ReadonlySet<Tag['name']> {
  if (names.length > maxWeighed)
    throw badInput(`"${argument}" takes up to ${maxWeighed} tags, got ${names.length}.`, argument);
  return new Set(names.map((name) => parseTagName(name, argument)));
}
