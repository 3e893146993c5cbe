import { useEffect, useRef } from 'react';
import type { Problem } from '../pure/problem.js';

/** How long after no answer came it is asked again: milliseconds. */
const pause = 5000;

/** Asks again where the gateway gave no answer, until it does; of a hidden page, once it is seen. */
export function useAgain(problem: Problem, again: (() => void) | undefined): void {
  const latest = useRef(again);
  latest.current = again;
  // Each answer that did not come is a problem of its own.
  useEffect(() => {
    if (problem.code !== 'NETWORK') return;
    let isDue = false;
    const ask = (): void => {
      isDue = document.hidden;
      if (!isDue) latest.current?.();
    };
    const onSeen = (): void => {
      if (isDue) ask();
    };
    const timer = setTimeout(ask, pause);
    document.addEventListener('visibilitychange', onSeen);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onSeen);
    };
  }, [problem]);
}
