import { useRef, type ReactNode } from 'react';
import { useChanges, type Change } from '../../data/live.js';
import type { Rows } from '../../data/rows.js';
import { News } from '../news.js';
import { scrollArea } from '../scroll.js';

/**
 * Keeps a list as it is now. What came takes its place when nobody is about to click a row: at the list's beginning,
 * with neither pointer nor focus on it. What is gone goes at once, and so does what a job that ended has changed.
 */
export function useLiveRows(rows: Rows<unknown, unknown>, isMine: (change: Change) => boolean): void {
  const isArrival = useRef(true);
  useChanges(
    (change) => {
      const isMeant = isMine(change);
      if (isMeant && !arrivals.includes(change.kind)) isArrival.current = false;
      return isMeant;
    },
    () => {
      const mayWait = isArrival.current;
      isArrival.current = true;
      rows.refresh(() => !mayWait || isUntouched());
    },
  );
}

/** Changes that put a row where another one was. */
const arrivals: readonly Change['kind'][] = ['TAG_PUSHED', 'TAG_MOVED', 'REPOSITORY_APPEARED', 'REPOSITORY_CHANGED'];

function isUntouched(): boolean {
  return (scrollArea()?.scrollTop ?? 0) < 8 && document.querySelector(':is(.grid):is(:hover, :focus-within)') === null;
}

/** Says that the list has changed, and shows how when it is pressed. */
export function HeldRows({ rows }: { rows: Rows<unknown, unknown> }): ReactNode {
  const { held, show } = rows;
  return (
    <News
      count={held === null ? 0 : Math.max(held, 1)}
      text={held === 0 ? 'rows.changed' : 'rows.new'}
      onShow={() => {
        show();
        scrollArea()?.scrollTo({ top: 0 });
      }}
    />
  );
}
