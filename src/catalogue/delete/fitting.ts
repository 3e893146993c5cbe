import type { Tag } from '../../domain/catalogue.js';
import type { TagName } from '../../domain/name.js';
import { GatewayError } from '../../errors.js';
import type { ImageStore } from '../../store/index/images.js';
import type { ListStore } from '../../store/queries/lists.js';
import { type Reads, readSome } from '../sync/readall.js';
import type { RepositorySource } from '../sync/reading.js';
import { DecidingTags } from './deciding.js';
import { assertFitting, type FilterSelection, maxFitting, parseExcept } from './selection.js';

/** Parts of the catalogue that tags by a filter take, and how their registry is asked. */
export interface FittingParts extends Reads {
  readonly images: Pick<ImageStore, 'listChildren'>;
  readonly lists: Pick<ListStore, 'listTags'>;
}

/** A repository's tags, of which those that fit a filter, and those that decide on these, were read just now. */
export interface FittingTags {
  readonly all: readonly Tag[];
  /** How many were read. */
  readonly asked: number;
  /** Of those that fit, in name order. */
  readonly names: readonly TagName[];
}

/** Times that a repository is read of which other tags fit each time. */
const mostLooks = 3;

const byName = { field: 'NAME', direction: 'ASC' } as const;

/**
 * Reads the tags that fit, and what decides on them; which ones fit the index tells once that was read, so that a tag
 * that came fits as any other, and one that has moved and fits no more is not among them. Throws NOT_FOUND where none
 * fits, BAD_USER_INPUT for more than `maxFitting`, CHANGED_SINCE_PLAN while others fit each time.
 */
export async function readFitting(
  parts: FittingParts,
  source: RepositorySource,
  { filter, except, withSiblings }: FilterSelection,
): Promise<FittingTags> {
  const excepted = parseExcept(except);
  const find = (): Promise<readonly TagName[]> => listFitting(parts, source, filter, excepted);
  const before = await find();
  if (before.length > maxFitting) assertFitting(source, before);
  const deciding = new DecidingTags(parts.images, withSiblings, async () => (await find()).slice(0, maxFitting));
  for (let look = 1; look <= mostLooks; look++) {
    const all = await readSome(parts, source, { choose: deciding.choose, isAfterOthers: false });
    const names = await find();
    assertFitting(source, names);
    // One that was never read whole is read so, and nothing is chosen.
    if (deciding.count === 0) return { all, asked: all.length, names };
    if (deciding.hasAsked(all, names)) return { all, asked: deciding.count, names };
  }
  const { name } = source.registry;
  const what = `${source.repository.name} of ${name} changes while it is read: other tags fit each time`;
  throw new GatewayError('CHANGED_SINCE_PLAN', `${what}. Nothing was touched: try again later.`, { registry: name });
}

/** The first names of tags that fit, by the index: one more than a deletion takes, where there are more. */
async function listFitting(
  { lists }: FittingParts,
  { repository: { key } }: RepositorySource,
  filter: FilterSelection['filter'],
  except: ReadonlySet<TagName>,
): Promise<readonly TagName[]> {
  const page = { first: maxFitting + except.size + 1, after: null };
  const fitting = (await lists.listTags([key], filter, byName, page)).get(key)?.items ?? [];
  return fitting.flatMap(({ name }) => (except.has(name) ? [] : [name]));
}
