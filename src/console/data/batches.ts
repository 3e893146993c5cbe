import { useCallback, useEffect, useReducer, useRef } from 'react';
import type { Problem } from '../pure/problem.js';
import type { Answer } from './client.js';
import { useConnected } from './context.js';

/** Nodes that are asked for at once. */
const pageSize = 50;

/** Nodes that are asked for again when a list is renewed, at the most: of a longer one the rest is left out. */
const mostRenewed = 200;

export interface Batch<Node, Head> {
  readonly nodes: readonly Node[];
  readonly total: number;
  readonly hasNextPage: boolean;
  readonly endCursor: string | null;
  /** The facts beside the nodes; null: none. */
  readonly head: Head;
}

/** A list that is asked for from its beginning on, by cursors. */
export interface BatchSource<Node, Head = null> {
  /** The list's filter and order: with another, the list is another. */
  readonly key: string;
  load(
    asked: { readonly first: number; readonly after: string | null },
    signal: AbortSignal,
  ): Promise<Answer<Batch<Node, Head>>>;
}

export interface Batches<Node, Head = null> {
  readonly nodes: readonly Node[];
  /** null: nothing is known yet. */
  readonly total: number | null;
  readonly head: Head | null;
  readonly hasMore: boolean;
  readonly problem: Problem | null;
  readonly isAsking: boolean;
  /** Asks for what follows. */
  readonly more: () => void;
  /** Asks for all that is shown again; it stays until the answer comes. */
  readonly renew: () => void;
}

interface Kept<Node, Head> {
  part: Batch<Node, Head> | null;
  problem: Problem | null;
  controller: AbortController | null;
}

/**
 * Keeps the beginning of a list that has cursors, as far as it was asked for. Another filter's nodes take the place of
 * the old ones when they have come, and not before.
 */
export function useBatches<Node, Head = null>(source: BatchSource<Node, Head>): Batches<Node, Head> {
  const { session } = useConnected();
  const [, show] = useReducer((before: number) => before + 1, 0);
  const kept = useRef<Kept<Node, Head>>({ part: null, problem: null, controller: null });
  const current = useRef(source);
  current.current = source;

  const ask = useCallback((before: Batch<Node, Head> | null, count: number) => {
    const list = kept.current;
    list.controller?.abort();
    const controller = new AbortController();
    list.controller = controller;
    show();
    void loadUntil(current.current, before, count, controller.signal).then(({ data, problem }) => {
      if (controller.signal.aborted) return;
      list.controller = null;
      list.problem = problem;
      if (data !== null) list.part = data;
      show();
    });
  }, []);

  const renew = useCallback(() => {
    ask(null, Math.min(Math.max(kept.current.part?.nodes.length ?? 0, pageSize), mostRenewed));
  }, [ask]);

  const more = useCallback(() => {
    const { part, controller } = kept.current;
    if (part?.hasNextPage && controller === null) ask(part, part.nodes.length + pageSize);
  }, [ask]);

  useEffect(() => {
    ask(null, pageSize);
    const list = kept.current;
    return () => {
      list.controller?.abort();
      list.controller = null;
    };
  }, [ask, source.key, session.epoch]);

  const { part, problem, controller } = kept.current;
  return {
    nodes: part?.nodes ?? [],
    total: part?.total ?? null,
    head: part?.head ?? null,
    hasMore: part?.hasNextPage ?? false,
    problem,
    isAsking: controller !== null,
    more,
    renew,
  };
}

/** Page after page behind those `before`, until there are `count` nodes, or no more. */
async function loadUntil<Node, Head>(
  source: BatchSource<Node, Head>,
  before: Batch<Node, Head> | null,
  count: number,
  signal: AbortSignal,
): Promise<Answer<Batch<Node, Head>>> {
  let part = before;
  for (;;) {
    const first = Math.min(pageSize, Math.max(1, count - (part?.nodes.length ?? 0)));
    // Each page begins where the one before it ended.
    // oxlint-disable-next-line no-await-in-loop
    const { data, problem } = await source.load({ first, after: part?.endCursor ?? null }, signal);
    if (data === null || signal.aborted) return { data: null, problem };
    part = { ...data, nodes: [...(part?.nodes ?? []), ...data.nodes], head: part?.head ?? data.head };
    if (!data.hasNextPage || part.nodes.length >= count) return { data: part, problem };
  }
}
