import type { Timer } from '../timer.js';

/** Milliseconds that a forced request waits for registries in all, however much it asks for. */
const longestForcedWait = 10_000;

/** How one request that wants to be told the present (`Cache-Control: no-cache`) waits for it. */
export interface Forcing {
  /**
   * Runs the reading of a registry or of a repository once in a request: whoever asks for it again waits for the same
   * one.
   */
  once(key: string, read: () => Promise<void>): Promise<void>;
  /** Milliseconds that may still be waited; 0 once that time is used up. */
  left(): number;
}

/** The time that may be waited runs from now on. */
export function createForcing(timer: Timer): Forcing {
  const startedAt = timer.elapsed();
  const readings = new Map<string, Promise<void>>();
  return {
    once(key, read) {
      const known = readings.get(key);
      if (known) return known;
      const reading = read();
      readings.set(key, reading);
      return reading;
    },
    left: () => Math.max(0, startedAt + longestForcedWait - timer.elapsed()),
  };
}
