import { LRUCache } from 'lru-cache';

export interface RateLimitSettings {
  /** Units that a key may use in one window. */
  readonly points: number;
  /** Length of a window, which begins with the key's first use. */
  readonly seconds: number;
  /** Keys that are remembered; beyond, the one that was used longest ago is forgotten. */
  readonly keys?: number;
  /** Milliseconds that only grow: a Timer's. */
  readonly elapsed: () => number;
}

/** The requests that a key has left in its window. */
export interface RateLimitWindow {
  readonly limit: number;
  readonly remaining: number;
  /** Seconds until the window ends, at least 1. */
  readonly reset: number;
  /** There was nothing left to take. */
  readonly isSpent: boolean;
}

/** Counts by key in fixed windows, in memory that is bounded whoever makes up keys. */
export interface RateLimit {
  /** Takes one unit, if there is one. */
  take(key: string): RateLimitWindow;
  /** The same without taking. */
  look(key: string): RateLimitWindow;
  /** Gives one unit back that was taken in this window; does nothing where none is taken. */
  giveBack(key: string): void;
  forget(key: string): void;
}

/** A unit that was taken of a key, or that there was none to take: `isSpent`. */
export interface TakenUnit extends Pick<RateLimitWindow, 'reset' | 'isSpent'> {
  /** As if it had never been taken, unless its window has ended. To be called once at the most. */
  giveBack(): void | Promise<void>;
}

/** Takes and gives back by key, in memory or where several gateways see it. A unit has one taker, however many ask. */
export interface SharedRateLimit {
  take(key: string): TakenUnit | Promise<TakenUnit>;
  forget(key: string): void | Promise<void>;
}

interface Window {
  used: number;
  readonly endsAt: number;
}

/** About 200 bytes each. */
const defaultKeys = 100_000;

export function createRateLimit({ points, seconds, keys = defaultKeys, elapsed }: RateLimitSettings): RateLimit {
  // By size and not by number, for which places would be made beforehand: 8 ms and 3 MB for 100,000.
  const windows = new LRUCache<string, Window>({ maxSize: keys, sizeCalculation: () => 1 });
  const find = (key: string): Window | undefined => {
    const window = windows.get(key);
    return window && window.endsAt > elapsed() ? window : undefined;
  };
  const describe = ({ used, endsAt }: Window, isSpent: boolean): RateLimitWindow => {
    const reset = Math.max(1, Math.ceil((endsAt - elapsed()) / 1000));
    return { limit: points, remaining: points - used, reset, isSpent };
  };
  const open = (): Window => ({ used: 0, endsAt: elapsed() + seconds * 1000 });
  return {
    take(key) {
      const known = find(key);
      const window = known ?? open();
      if (window.used >= points) return describe(window, true);
      window.used += 1;
      if (!known) windows.set(key, window);
      return describe(window, false);
    },
    look(key) {
      const window = find(key) ?? open();
      return describe(window, window.used >= points);
    },
    giveBack(key) {
      const window = find(key);
      if (window && window.used > 0) window.used -= 1;
    },
    forget: (key) => void windows.delete(key),
  };
}

/** Counts in the memory of this process. */
export function createOwnLimit(settings: RateLimitSettings): SharedRateLimit {
  const limit = createRateLimit(settings);
  return {
    take: (key) => takeOf(limit, key),
    forget: (key) => limit.forget(key),
  };
}

export function takeOf(limit: RateLimit, key: string): TakenUnit {
  const { reset, isSpent } = limit.take(key);
  return { reset, isSpent, giveBack: () => (isSpent ? undefined : limit.giveBack(key)) };
}
