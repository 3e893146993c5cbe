import { AsyncLocalStorage } from 'node:async_hooks';
import type { Timer } from './timer.js';
import type { Tracer } from './trace.js';

/** The things that a request waits for beside the gateway's own work. */
export type WaitedFor = 'upstream' | 'database';

/**
 * Milliseconds in which a request waited for each. What it waits for several times at once counts once, so that neither
 * is more than the request took; both together may be, where it waited for both at once.
 */
export type Waited = Readonly<Record<WaitedFor, number>>;

/** The waits of one request. */
export interface RequestWaits {
  /** Waits that `work` begins are this request's. */
  run<T>(work: () => T): T;
  /** Until now: also of what is still waited for. */
  read(): Waited;
}

/** Measures what requests wait for. A wait belongs to the request that it is begun for, wherever that is. */
export interface Waits {
  open(): RequestWaits;
  /** Something is waited for from now on, until what this gives is called. */
  begin(what: WaitedFor): () => void;
  /** Does work that no request waits for. */
  apart<T>(work: () => T): T;
}

const ignore = (): void => undefined;

/** Measures nothing, and costs nothing. */
export const noWaits: Waits = {
  open: () => ({ run: (work) => work(), read: () => ({ upstream: 0, database: 0 }) }),
  begin: () => ignore,
  apart: (work) => work(),
};

/** The time in which at least one wait is open. */
interface Stretch {
  waiting: number;
  since: number;
  sum: number;
}

export function createWaits(timer: Timer): Waits {
  const underWay = new AsyncLocalStorage<Record<WaitedFor, Stretch>>();
  const measure = ({ waiting, since, sum }: Stretch): number => (waiting > 0 ? sum + timer.elapsed() - since : sum);
  return {
    open() {
      const stretches = { upstream: { waiting: 0, since: 0, sum: 0 }, database: { waiting: 0, since: 0, sum: 0 } };
      return {
        run: (work) => underWay.run(stretches, work),
        read: () => ({ upstream: measure(stretches.upstream), database: measure(stretches.database) }),
      };
    },
    begin(what) {
      const stretch = underWay.getStore()?.[what];
      if (!stretch) return ignore;
      if (stretch.waiting++ === 0) stretch.since = timer.elapsed();
      let isOpen = true;
      return () => {
        if (!isOpen) return;
        isOpen = false;
        if (--stretch.waiting === 0) stretch.sum += timer.elapsed() - stretch.since;
      };
    },
    apart: (work) => underWay.exit(work),
  };
}

/** The tracer, whose work apart is no request's wait either. */
export function tellApart(tracer: Tracer, waits: Waits): Tracer {
  return { ...tracer, apart: (describe, work) => waits.apart(() => tracer.apart(describe, work)) };
}
