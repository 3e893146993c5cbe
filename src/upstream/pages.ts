import type { NameList } from './upstream.js';
import { explainPagination, type Asked } from './failure.js';

/** T27: what a listing may cost at most. */
export interface ListLimits {
  readonly pages: number;
  /** Entries asked for at a time, of the catalogue. */
  readonly pageSize: number;
  readonly names: number;
  /** Milliseconds for the whole listing. */
  readonly time: number;
}

/** Collects the names of a listing and stops one that does not end. */
export interface Collector<T extends string> {
  /** True when a name of this page was not seen before. Entries outside the grammar are dropped and counted. */
  add(entries: readonly unknown[]): boolean;
  has(name: string): boolean;
  names(): Iterable<T>;
  /** Before each page is asked for, with what tells it from the others. */
  turn(cursor: string): void;
  finish(): NameList<T>;
}

/** A registry that filters by rights may send some empty pages, but not these many in a row. */
const maxIdlePages = 20;

export function createCollector<T extends string>(
  isName: (text: unknown) => text is T,
  limits: ListLimits,
  asked: Asked,
  now: () => number,
): Collector<T> {
  const found = new Set<T>();
  const cursors = new Set<string>();
  const end = now() + limits.time;
  let dropped = 0;
  let idle = 0;
  return {
    has: (name) => found.has(name as T),
    names: () => found,
    add(entries) {
      const before = found.size;
      for (const entry of entries) {
        if (isName(entry)) found.add(entry);
        else dropped++;
      }
      if (found.size + dropped > limits.names) throw explainPagination(`there are more than ${limits.names} entries`, asked);
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
    finish: () => ({ names: [...found].sort(), dropped }),
  };
}
