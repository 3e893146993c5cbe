import { systemTimer, type Timer } from '../../src/timer.js';

/** A timer that stands until it is moved. */
export interface ManualTimer extends Timer {
  /** Moves it by `ms`: what is due by then is called in the order of its time, each followed by what it set going. */
  advance(ms: number): Promise<void>;
  /** Milliseconds until each thing that waits, soonest first. */
  waiting(): number[];
}

interface Waiting {
  readonly at: number;
  readonly work: () => void;
}

export function createManualTimer(): ManualTimer {
  let now = 0;
  const waiting = new Set<Waiting>();
  const due = (until: number): Waiting | undefined =>
    [...waiting].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
  const after = (ms: number, work: () => void): (() => void) => {
    const entry = { at: now + Math.max(ms, 0), work };
    waiting.add(entry);
    return () => void waiting.delete(entry);
  };
  return {
    elapsed: () => now,
    after,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        const leave = (): void => {
          cancel();
          reject(signal!.reason as Error);
        };
        const cancel = after(ms, () => {
          signal?.removeEventListener('abort', leave);
          resolve();
        });
        signal?.addEventListener('abort', leave, { once: true });
      }),
    async advance(ms) {
      const until = now + ms;
      await letRun();
      for (let next = due(until); next; next = due(until)) {
        waiting.delete(next);
        now = next.at;
        next.work();
        await letRun();
      }
      now = until;
    },
    waiting: () => [...waiting].map(({ at }) => at - now).sort((a, b) => a - b),
  };
}

/** Lets what is under way run until it waits for something outside: microtasks, and a turn of the event loop. */
export async function letRun(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Asks again and again until it is so, for what happens outside and shows when it has. Throws after `seconds`. */
export async function until(isSo: () => boolean | Promise<boolean>, seconds = 60): Promise<void> {
  for (const end = performance.now() + seconds * 1000; !(await isSo());) {
    if (performance.now() > end) throw new Error(`It did not come to that within ${seconds} seconds.`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A timer whose waits take no time and pass all the same, the shortest first; in between, time passes as it does. */
export function createHastyTimer(): Timer {
  const sleeping = new Set<{ readonly at: number; readonly wake: () => void }>();
  let skipped = 0;
  const elapsed = (): number => performance.now() + skipped;
  const wakeNext = (): void => {
    const [next] = [...sleeping].sort((a, b) => a.at - b.at);
    if (!next) return;
    sleeping.delete(next);
    skipped += Math.max(next.at - elapsed(), 0);
    next.wake();
    if (sleeping.size > 0) setImmediate(wakeNext);
  };
  return {
    ...systemTimer,
    elapsed,
    async sleep(ms, signal) {
      await new Promise<void>((wake) => {
        sleeping.add({ at: elapsed() + Math.max(ms, 0), wake });
        if (sleeping.size === 1) setImmediate(wakeNext);
      });
      signal?.throwIfAborted();
    },
  };
}

/** The machine's own, but for deadlines, which never come: whoever waits for something waits to its end. */
export function createPatientTimer(): Timer {
  return { ...systemTimer, after: () => () => undefined };
}
