import { useState } from 'react';
import type { Problem } from '../pure/problem.js';
import type { Answer } from './client.js';
import type { ToldPage } from './cursors.js';

/** A list that grows as somebody asks for more of it. */
export interface Growing<Item> {
  readonly items: readonly Item[];
  readonly total: number;
  readonly problem: Problem | null;
  readonly isAsking: boolean;
  /** undefined: all of it is there. */
  readonly more: (() => void) | undefined;
}

/** `first`: the part that came with the screen. A new one begins the list anew. */
export function useMore<Item>(
  first: ToldPage<Item>,
  load: (after: string | null) => Promise<Answer<ToldPage<Item>>>,
): Growing<Item> {
  const [grown, setGrown] = useState({ first, items: first.nodes, pageInfo: first.pageInfo });
  const [asking, setAsking] = useState<ToldPage<Item> | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const { items, pageInfo } = grown.first === first ? grown : { items: first.nodes, pageInfo: first.pageInfo };
  const more = (): void => {
    setAsking(first);
    void load(pageInfo.endCursor).then((answer) => {
      setAsking(null);
      setProblem(answer.problem);
      if (answer.data) setGrown({ first, items: [...items, ...answer.data.nodes], pageInfo: answer.data.pageInfo });
    });
  };
  const isAsking = asking === first;
  return { items, total: first.totalCount, problem, isAsking, more: pageInfo.hasNextPage ? more : undefined };
}
