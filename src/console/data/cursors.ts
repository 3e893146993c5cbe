import { nextOf } from '../pure/page.js';
import type { Answer } from './client.js';
import type { Asked, Part, RowSource } from './rowlist.js';

/** A page of a list that is told by cursors, as the gateway answers it. */
export interface Page<Row, Head> extends Part<Row, Head> {
  /** Leads to what follows; null: nothing does. */
  readonly next: string | null;
}

/** A page of a connection, as the gateway tells it (GraphQL Cursor Connections). */
export interface ToldPage<Row> {
  readonly nodes: readonly Row[];
  readonly totalCount: number;
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** `head`: what stands beside the rows, where it was asked for. */
export function toPage<Row, Head = null>(told: ToldPage<Row>, head?: Head): Page<Row, Head> {
  return { rows: told.nodes, total: told.totalCount, next: nextOf(told.pageInfo), head };
}

export interface AskedPage {
  /** The cursor after which the page begins; null: the list's first. */
  readonly after: string | null;
  readonly first: number;
  readonly head: boolean;
}

export type PageLoader<Row, Head> = (asked: AskedPage, signal: AbortSignal) => Promise<Answer<Page<Row, Head>>>;

/**
 * A list that is told by cursors, as one that is asked for from any row on: cursors are kept, so that a page is asked
 * for once more where it was dropped. What lies ahead is walked through, page by page, one walk at a time.
 */
export function createCursorSource<Row, Head>(key: string, load: PageLoader<Row, Head>): RowSource<Row, Head> {
  const cursors = new Map<number, string | null>([[0, null]]);
  let walk: Promise<unknown> = Promise.resolve();
  const loadPart = async ({ offset, first, head }: Asked, signal: AbortSignal): Promise<Answer<Part<Row, Head>>> => {
    let at = Math.max(...[...cursors.keys()].filter((known) => known <= offset));
    for (;;) {
      const isIt = at === offset;
      const answer = await load({ after: cursors.get(at) ?? null, first, head: head && isIt }, signal);
      if (answer.data === null || signal.aborted) return { data: null, problem: answer.problem };
      const { rows, total, next, head: told } = answer.data;
      if (next === null) forgetAfter(cursors, at);
      else cursors.set(at + first, next);
      if (isIt) return { data: { rows, total, head: told }, problem: answer.problem };
      // The list has become shorter than where it was looked at.
      if (next === null) return { data: { rows: [], total, head: told }, problem: answer.problem };
      at += first;
    }
  };
  return {
    key,
    load(asked, signal) {
      const turn = walk.then(() => (signal.aborted ? { data: null, problem: null } : loadPart(asked, signal)));
      walk = turn;
      return turn;
    },
  };
}

function forgetAfter(cursors: Map<number, string | null>, end: number): void {
  for (const offset of cursors.keys()) if (offset > end) cursors.delete(offset);
}
