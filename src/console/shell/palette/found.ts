import { useEffect, useState } from 'react';
import { useGateway } from '../../data/context.js';
import { search, type SearchQuery } from '../../operations/search.js';
import type { Problem } from '../../pure/problem.js';

/** How long nobody types before what was typed is looked for: milliseconds. */
const pause = 90;

/** Results that the list has room for. */
const mostFound = 20;

/** Characters that a search is asked for, at the most. */
export const mostTyped = 255;

export interface FoundNow {
  /** The words that it was found for. */
  readonly typed: string;
  readonly result: SearchQuery['search'];
  readonly problem: Problem | null;
}

const nothing: FoundNow = { typed: '', result: null, problem: null };

/** The results while one types: they stay until the next answer, and a question is given up for the next. */
export function useFound(text: string): FoundNow {
  const gateway = useGateway();
  const [found, setFound] = useState(nothing);
  const typed = text.trim();
  useEffect(() => {
    if (typed === '') return;
    const controller = new AbortController();
    const timer = setTimeout(() => {
      void gateway.ask(search, { query: typed, first: mostFound }, controller.signal).then(({ data, problem }) => {
        if (!controller.signal.aborted) setFound({ typed, result: data?.search ?? null, problem });
      });
    }, pause);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [gateway, typed]);
  return typed === '' ? nothing : found;
}
