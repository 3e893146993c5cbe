/**
 * Runs equal work once: callers that come while it is under way share its outcome. It goes on to its end,
 * whoever waits. One is made per app, since the callers that share are in different requests.
 */
export interface Singleflight {
  run<T>(key: string, work: () => Promise<T>): Promise<T>;
  /** Resolves when no work of this key is under way; a failure of it is not this caller's. */
  ended(key: string): Promise<void>;
  isUnderWay(key: string): boolean;
}

export function createSingleflight(): Singleflight {
  const underWay = new Map<string, Promise<unknown>>();
  return {
    run<T>(key: string, work: () => Promise<T>): Promise<T> {
      // One key always stands for one kind of work, so what is under way has its type.
      const flight = underWay.get(key) as Promise<T> | undefined;
      if (flight) return flight;
      const started = work().finally(() => underWay.delete(key));
      underWay.set(key, started);
      return started;
    },
    isUnderWay: (key) => underWay.has(key),
    async ended(key) {
      await underWay.get(key)?.catch(() => undefined);
    },
  };
}
