/** Lets so many at a time do their work, in two lines: the first goes before the other. */
export interface Turns {
  /** Those that do their work. */
  readonly inUse: number;
  readonly waiting: number;
  /**
   * null: the caller may begin at once; else it may when this resolves. Rejects with the signal's reason when that
   * aborts first. Whoever was let in leaves when it is done.
   */
  take(isFirst: boolean, signal: AbortSignal | undefined): Promise<void> | null;
  readonly leave: () => void;
}

/** `limit` may be another each time: it is asked for as a turn is taken, and as one is left. */
export function createTurns(limit: () => number): Turns {
  const first = new Set<() => void>();
  const others = new Set<() => void>();
  let inUse = 0;
  const wait = (line: Set<() => void>, signal: AbortSignal | undefined): Promise<void> =>
    new Promise((resolve, reject) => {
      const giveUp = (): void => {
        line.delete(admit);
        reject(signal!.reason as Error);
      };
      const admit = (): void => {
        signal?.removeEventListener('abort', giveUp);
        resolve();
      };
      line.add(admit);
      signal?.addEventListener('abort', giveUp, { once: true });
    });
  return {
    get inUse() {
      return inUse;
    },
    get waiting() {
      return first.size + others.size;
    },
    take(isFirst, signal) {
      signal?.throwIfAborted();
      if (inUse >= limit()) return wait(isFirst ? first : others, signal);
      inUse += 1;
      return null;
    },
    leave: () => {
      inUse -= 1;
      while (inUse < limit()) {
        const line = first.size > 0 ? first : others;
        const [next] = line;
        if (next === undefined) return;
        // The place goes on to it, so that nobody who comes now is let in before.
        inUse += 1;
        line.delete(next);
        next();
      }
    },
  };
}
