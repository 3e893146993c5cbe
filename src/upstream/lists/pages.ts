import { z } from 'zod';
import { quote } from '../../domain/name.js';
import { GatewayError } from '../../errors.js';
import { explainInvalid, explainPagination } from '../failure/answerfailure.js';
import type { Asked } from '../failure/asked.js';
import { parseJson } from '../transport/json.js';
import type { NameList } from '../upstream.js';
import type { ListLimits } from '../wire.js';

/** Collects the names of a listing and stops one that does not end. */
export interface Collector<T extends string> {
  /** True when a name of this page was not seen before. Entries outside the grammar are dropped and counted. */
  add(entries: readonly unknown[]): boolean;
  has(name: string): boolean;
  /** True when none of the entries is a name that was not seen before. */
  hasAll(entries: readonly unknown[]): boolean;
  names(): Iterable<T>;
  /** Before each page is asked for, with what tells it from the others. */
  turn(cursor: string): void;
  finish(): NameList<T>;
}

const entriesOrNone = z.array(z.unknown()).nullish();
const body = z.object({ tags: entriesOrNone, repositories: entriesOrNone, errors: z.unknown().optional() });

/**
 * The entries of a page, under the key that its kind of list has. Go leaves an empty list out, or writes null: both are
 * none. Throws UPSTREAM_INVALID for what is no object, holds something else there, or errors instead.
 */
export function parseEntries(bytes: Uint8Array, key: 'tags' | 'repositories', asked: Asked): readonly unknown[] {
  const page = parseJson(bytes, body, asked);
  if (page[key] == null && Array.isArray(page.errors) && page.errors.length > 0)
    throw explainInvalid('it holds errors', asked);
  return page[key] ?? [];
}

/** One page of a list. `next` is the query of the following one, null when it names none. */
export interface ListPage {
  readonly entries: readonly unknown[];
  readonly next: string | null;
}

/** For a page that may lie past the end: Harbor answers 400 to a `last` it does not know. */
export async function fetchPastEnd<T>(fetchPage: (query: string) => Promise<T>, query: string): Promise<T | null> {
  try {
    return await fetchPage(query);
  } catch (error) {
    if (hasStatus(error, 400, 404, 405, 422, 501)) return null;
    throw error;
  }
}

/** The registry does not take the question as it was put. */
export function isRefusedQuery(error: unknown): boolean {
  return hasStatus(error, 400, 422);
}

function hasStatus(error: unknown, ...statuses: readonly number[]): boolean {
  return error instanceof GatewayError && statuses.includes(error.facts.upstreamStatus ?? 0);
}

/** Pages of registries have a multiple of this, wherever somebody chose the size. */
const roundSize = 50;

/**
 * Where a page without a link may be one that has lost it, the entry after which there may be more; null elsewhere. A
 * page of a round number of entries may be, and one as long as an earlier page, or as was asked for: `size`, null when
 * that is not known.
 */
export function findDoubtfulEnd(entries: readonly unknown[], size: number | null): string | null {
  const last = entries.at(-1);
  const isFull = entries.length % roundSize === 0 || (size !== null && entries.length >= size);
  return isFull && typeof last === 'string' ? last : null;
}

/** A registry that filters by rights may send some empty pages, but not these many in a row. */
const maxIdlePages = 20;

/** Of what was dropped, shown to whoever looks for it. */
const maxExamples = 5;

export function createCollector<T extends string>(
  isName: (text: unknown) => text is T,
  limits: ListLimits,
  asked: Asked,
  now: () => number,
): Collector<T> {
  const found = new Set<T>();
  const cursors = new Set<string>();
  const end = now() + limits.time;
  const examples: string[] = [];
  let dropped = 0;
  let idle = 0;
  return {
    has: (name) => found.has(name as T),
    hasAll: (entries) => entries.every((entry) => !isName(entry) || found.has(entry)),
    names: () => found,
    add(entries) {
      const before = found.size;
      for (const entry of entries) {
        if (isName(entry)) found.add(entry);
        else if (++dropped <= maxExamples) examples.push(quote(entry));
      }
      if (found.size + dropped > limits.names)
        throw explainPagination(`there are more than ${limits.names} entries`, asked);
      idle = found.size > before ? 0 : idle + 1;
      if (idle > maxIdlePages) throw explainPagination('page after page holds nothing new', asked);
      return found.size > before;
    },
    turn(cursor) {
      if (cursors.has(cursor)) throw explainPagination('a page leads back to an earlier one', asked);
      cursors.add(cursor);
      if (cursors.size > limits.pages) throw explainPagination(`there are more than ${limits.pages} pages`, asked);
      if (now() > end) throw explainPagination(`it took longer than ${Math.round(limits.time / 1000)} s`, asked);
    },
    finish: () => ({ names: [...found].sort(), dropped, ...(dropped > 0 ? { droppedExamples: examples } : {}) }),
  };
}
