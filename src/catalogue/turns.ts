/**
 * Has the work of one key done one after the other, in the order it came: what writes to the same repository must not
 * overlap.
 */
export interface Turns {
  /** Resolves or rejects as the work does. */
  take<T>(key: string, work: () => Promise<T>): Promise<T>;
}

/** One is made per app. */
export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>();
  return {
    take<T>(key: string, work: () => Promise<T>): Promise<T> {
      const before = last.get(key) ?? Promise.resolve();
      const mine = before.then(work, work);
      last.set(key, mine);
      const forget = (): void => {
        if (last.get(key) === mine) last.delete(key);
      };
      mine.then(forget, forget);
      return mine;
    },
  };
}
