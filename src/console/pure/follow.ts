/** The changes that can be had at once. */
export interface MissedChanges<Change> {
  /** Those after the one that was asked from, in their order; empty when it was asked from none. */
  readonly changes: readonly Change[];
  /** More follow than are given. */
  readonly hasMore: boolean;
  /** The id of the newest change that there is. */
  readonly newest: string;
}

export interface FollowSettings<Change extends { readonly id: string }> {
  /** Begins a stream after a change, or from now on; gives what stops it. `gone`: not all that follows is kept. */
  readonly stream: (after: string | null, next: (change: Change | 'gone') => void, end: () => void) => () => void;
  /** Asks for what follows a change; null: no answer came. */
  readonly read: (after: string | null) => Promise<MissedChanges<Change> | 'gone' | null>;
  /** null stands for changes that were missed. */
  readonly tell: (change: Change | null) => void;
  /** Calls `then` once, so many milliseconds later; gives what prevents it. */
  readonly wait: (milliseconds: number, then: () => void) => () => void;
}

/** How long after a stream has ended, or could not be had, it is asked for again: milliseconds, longer each time. */
const waits = [1000, 2000, 5000, 10_000, 30_000] as const;

/** How often changes are asked for while no stream has told of any: milliseconds. */
export const pollEvery = 30_000;

/** Ids that are remembered, so that what comes by both ways is told once. */
const mostTold = 500;

/**
 * Follows changes from one on (null: from now on), by a stream, and gives what ends it. A proxy may refuse a stream,
 * cut it, or hold back what it carries: until a stream has told of a change, changes are asked for as well.
 */
export function followChanges<Change extends { readonly id: string }>(
  { stream, read, tell, wait }: FollowSettings<Change>,
  from: string | null,
): () => void {
  let last = from;
  let attempt = 0;
  let isProved = false;
  let isOver = false;
  let stop: (() => void) | undefined;
  let cancelAgain: (() => void) | undefined;
  const told = new Set<string>();

  const take = (change: Change): void => {
    if (isOver || told.has(change.id)) return;
    told.add(change.id);
    if (told.size > mostTold) told.delete(told.values().next().value!);
    last = change.id;
    tell(change);
  };
  const miss = (newest: string | null): void => {
    last = newest;
    tell(null);
  };
  const connect = (): void => {
    stop = stream(
      last,
      (change) => {
        if (isOver) return;
        if (change === 'gone') return miss(null);
        [isProved, attempt] = [true, 0];
        take(change);
      },
      () => {
        if (isOver) return;
        isProved = false;
        cancelAgain = wait(waits[Math.min(attempt++, waits.length - 1)]!, connect);
      },
    );
  };
  const poll = async (): Promise<void> => {
    const missed = isProved ? null : await read(last);
    if (isOver) return;
    if (missed === 'gone') miss(null);
    else if (missed !== null) {
      // Changes before the first answer are not known: some may have been missed.
      if (last === null || missed.hasMore) miss(missed.newest);
      else missed.changes.forEach(take);
    }
    cancelPoll = wait(pollEvery, () => void poll());
  };
  let cancelPoll = wait(pollEvery, () => void poll());
  connect();
  return () => {
    isOver = true;
    cancelPoll();
    cancelAgain?.();
    stop?.();
  };
}
