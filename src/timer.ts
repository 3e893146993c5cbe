import { setImmediate as nextTurn, setTimeout as sleepFor } from 'node:timers/promises';

/**
 * Measures and waits, where the clock (`() => Date`) says what time it is. The clock is for what is written down and
 * shown: it may step either way, or stand. Intervals, rests and deadlines are measured here, by what only grows. Tests
 * bring their own.
 */
export interface Timer {
  /** Milliseconds since some moment; never steps back. */
  elapsed(): number;
  /** Calls `work` once, `ms` from now, and gives what cancels it. Keeps no process running. */
  after(ms: number, work: () => void): () => void;
  /** Resolves `ms` from now. Rejects with the signal's reason when that aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The machine's own, made once. */
export const systemTimer: Timer = {
  elapsed: () => performance.now(),
  after(ms, work) {
    const timeout = setTimeout(work, ms);
    timeout.unref();
    return () => clearTimeout(timeout);
  },
  async sleep(ms, signal) {
    await sleepFor(ms, undefined, signal ? { signal } : {}).catch((error: unknown) => {
      throw signal?.aborted ? signal.reason : error;
    });
  },
};

/** Calls `work` each `ms`, first `ms` from now, until what it gives is called. */
export function repeat(timer: Timer, ms: number, work: () => void): () => void {
  let cancel: () => void;
  const next = (): void => {
    cancel = timer.after(ms, () => {
      next();
      work();
    });
  };
  next();
  return () => cancel();
}

/** Keeps long work in many short pieces from holding the event loop. */
export interface Slices {
  /** To be called before a piece: null when it may run at once, else resolves in a later turn of the loop. */
  next(): Promise<void> | null;
}

/**
 * Pieces run at once until `ms` have passed in one turn of the loop; then one in each turn, in their order. A piece
 * that is longer than that is not cut.
 */
export function createSlices(ms: number, elapsed: () => number = () => performance.now()): Slices {
  const waiting: (() => void)[] = [];
  let began: number | null = null;
  const begin = (): void => {
    began = elapsed();
    setImmediate(turn);
  };
  const turn = (): void => {
    began = null;
    const next = waiting.shift();
    if (!next) return;
    begin();
    next();
  };
  return {
    next() {
      if (began === null) {
        begin();
        return null;
      }
      if (waiting.length === 0 && elapsed() - began < ms) return null;
      return new Promise((resolve) => waiting.push(resolve));
    },
  };
}

/** Milliseconds for which work in pieces holds the event loop at the most, beyond its longest piece. */
const turn = 8;

/** Does work in pieces, each of which ends with a pause: other work gets its turn after `turn` milliseconds of it. */
export async function runInTurns<T>(work: Generator<undefined, T>, { elapsed }: Pick<Timer, 'elapsed'>): Promise<T> {
  let began = elapsed();
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    if (elapsed() - began < turn) continue;
    await nextTurn();
    began = elapsed();
  }
}
