import { useEffect, useRef } from 'react';
import type { JobNow } from './follow.js';

/** How often pieces are asked for while a job goes on: milliseconds. */
const pace = 1000;

/** Has the pieces of a job asked for anew when it has got further. */
export function useRenewal(job: JobNow, again: () => void): void {
  const known = useRef(describe(job));
  const renew = useRef(again);
  renew.current = again;
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    const now = describe(job);
    if (known.current === now) return;
    known.current = now;
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      renew.current();
    }, pace);
  }, [job]);
  useEffect(() => () => clearTimeout(timer.current), []);
}

/** A text that changes when pieces do. */
function describe({ state, done, restorableTagCount, pieceCounts }: JobNow): string {
  return JSON.stringify([state, done, restorableTagCount, pieceCounts]);
}
