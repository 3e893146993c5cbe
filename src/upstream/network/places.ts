/** Places of all that only writes are given: a deletion is not kept waiting by reads. */
const keptForWrites = 4;

/** One registry's part of the places for requests to registries. */
export interface Share {
  /** Requests under way. */
  readonly inUse: number;
  /** Waits for a place, and gives what leaves it. Rejects with the signal's reason when that aborts first. */
  take(isWrite: boolean, signal: AbortSignal | undefined): Promise<() => void>;
}

/**
 * The places for requests to all registries at a time. A registry is given one more for a read only while it holds
 * fewer than are free for reads, so that whoever comes next finds some free, however many registries hold theirs for
 * long.
 */
export interface Places {
  /** For the client of one registry. */
  open(): Share;
}

interface Holder {
  inUse: number;
}

interface Waiting {
  readonly holder: Holder;
  readonly isWrite: boolean;
  readonly admit: () => void;
}

export function createPlaces(limit: number): Places {
  const waiting = new Set<Waiting>();
  const forReads = limit - Math.min(keptForWrites, Math.floor(limit / 4));
  let inUse = 0;

  const hasRoom = (holder: Holder, isWrite: boolean): boolean =>
    isWrite ? inUse < limit : inUse < forReads && holder.inUse < forReads - inUse;
  const occupy = (holder: Holder): (() => void) => {
    inUse += 1;
    holder.inUse += 1;
    return () => {
      inUse -= 1;
      holder.inUse -= 1;
      admitWaiting();
    };
  };
  /** Who holds fewest comes first, and of those who came first. */
  const admitWaiting = (): void => {
    for (;;) {
      let next: Waiting | null = null;
      for (const one of waiting)
        if (hasRoom(one.holder, one.isWrite) && (next === null || compare(one, next) < 0)) next = one;
      if (next === null) return;
      waiting.delete(next);
      next.admit();
    }
  };
  const wait = (holder: Holder, isWrite: boolean, signal: AbortSignal | undefined): Promise<() => void> =>
    new Promise((resolve, reject) => {
      const leave = (): void => {
        waiting.delete(entry);
        reject(signal!.reason as Error);
      };
      const admit = (): void => {
        signal?.removeEventListener('abort', leave);
        resolve(occupy(holder));
      };
      const entry: Waiting = { holder, isWrite, admit };
      waiting.add(entry);
      signal?.addEventListener('abort', leave, { once: true });
    });

  return {
    open() {
      const holder: Holder = { inUse: 0 };
      return {
        get inUse() {
          return holder.inUse;
        },
        async take(isWrite, signal) {
          signal?.throwIfAborted();
          return hasRoom(holder, isWrite) ? occupy(holder) : wait(holder, isWrite, signal);
        },
      };
    },
  };
}

function compare(a: Waiting, b: Waiting): number {
  return Number(b.isWrite) - Number(a.isWrite) || a.holder.inUse - b.holder.inUse;
}
