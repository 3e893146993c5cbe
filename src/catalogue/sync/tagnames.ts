import type { Tag } from '../../domain/catalogue.js';
import type { TagName } from '../../domain/name.js';
import { GatewayError } from '../../errors.js';
import type { TagMark } from '../../store/index/taglisting.js';
import type { Upstream } from '../../upstream/upstream.js';
import type { Reading } from './reading.js';

/** A complete list; `before` is what was known before that one was asked for. */
export interface TagListing {
  readonly list: Awaited<ReturnType<Upstream['listTags']>>;
  readonly before: readonly TagMark[];
  /** The tags as they are known now, where they are those of the list; null: tags came or went. */
  readonly unchanged: readonly Tag[] | null;
}

/**
 * Names that vanished from a list, and are asked for one by one before they go: as many as a deletion may well take.
 */
export const mostProofs = 10;

/**
 * Returns the tags as the registry lists them. What is known and not listed is gone only when a second list says so
 * too, and a few of those tags, asked for by their names, are not there either: a list may be cut short by a header
 * that a proxy drops. Throws UPSTREAM_PAGINATION for a list that lacks what the registry has.
 */
export async function listTagNames(reading: Reading): Promise<TagListing> {
  const { parts, upstream, repository, options } = reading;
  const read = () => upstream.listTags(repository.name, options);
  const first = await read();
  const before = await parts.tags.listAll([repository.key]);
  if (findMissing(before, first.names).length === 0) {
    return { list: first, before, unchanged: new Set(first.names).size === before.length ? before : null };
  }
  const second = await read();
  if (!second.known || !(await findStanding(reading, findMissing(before, second.names))))
    return { list: second, before, unchanged: null };
  // The tag that stands there may have been pushed since.
  const third = await read();
  const standing = await findStanding(reading, findMissing(before, third.names));
  if (standing) throw explainShort(reading, third.names.length, standing);
  return { list: third, before, unchanged: null };
}

function findMissing(known: readonly TagMark[], listed: readonly TagName[]): TagName[] {
  const names = new Set(listed);
  return known.flatMap(({ name }) => (names.has(name) ? [] : [name]));
}

/** Returns one of the vanished tags that the registry has all the same; null when it has none of those asked for. */
async function findStanding(
  { upstream, repository, options }: Reading,
  vanished: readonly TagName[],
): Promise<TagName | null> {
  const sample = spread(vanished, mostProofs);
  const found = await Promise.all(
    sample.map((name) => upstream.headManifest(repository.name, name, options).catch(ignoreAbsent)),
  );
  return sample.find((_, at) => found[at] !== null) ?? null;
}

/** Returns at most `most` of them, evenly apart, with the first and the last: names that were cut off are in a row. */
function spread<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all;
  return Array.from({ length: most }, (_, at) => all[Math.round((at * (all.length - 1)) / (most - 1))]!);
}

/** Takes a 404 as proof that the tag is gone: two lists did not have it either. */
function ignoreAbsent(error: unknown): null {
  if (error instanceof GatewayError && error.facts.upstreamStatus === 404) return null;
  throw error;
}

function explainShort({ registry, repository }: Reading, count: number, standing: TagName): GatewayError {
  return new GatewayError(
    'UPSTREAM_PAGINATION',
    `Registry ${registry.name} lists ${count} tags of ${repository.name}, and has others that it does not list, as ` +
      `${standing}: ` +
      'the list is cut short. What is known of the repository stays.',
    { registry: registry.name, hint: 'Look whether a proxy before the registry drops or changes its Link header.' },
  );
}
