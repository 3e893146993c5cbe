import type { Timer } from '../../timer.js';
import type { Fence } from './fences.js';

/** One piece of work that nobody else does meanwhile. */
export interface Lease {
  readonly fence: Fence;
  /**
   * Aborted when the database could not be told for too long that this process lives: another may do the work by now,
   * and what is left of it here is to be given up.
   */
  readonly lost: AbortSignal;
  /** Gives it back, any number of times; one that cannot be given back now is as soon as that can be. */
  release(): Promise<void>;
}

/** Who does what, among the gateways of one database. */
export interface Leases {
  /** Whether there may be others. Where one process alone has the database, nothing is asked for what they do. */
  readonly isShared: boolean;
  /** Takes part from now on, until it is closed. */
  start(): Promise<void>;
  /** null: somebody has it. */
  take(name: string): Promise<Lease | null>;
  /** Those of the names that somebody has, here or elsewhere. */
  listHeld(names: readonly string[]): Promise<ReadonlySet<string>>;
  /** Every transaction of `work`, and every write outside of one, is refused once the lease is lost. */
  within<T>(lease: Lease, work: () => T): T;
  /** Does work that goes on for others, whatever lease it was begun within. */
  apart<T>(work: () => T): T;
  /** Calls `resume` when work was left by another that ended, or by this one as it lost its leases. */
  onLeft(resume: () => void): void;
  /** Gives all of them back. */
  close(): Promise<void>;
}

/** Milliseconds between two tries of one who waits for a lease that another process has. */
const tryEvery = 1000;

/**
 * Takes a lease as soon as nobody has it. Of several who wait any may be next: who is to come first in this process is
 * decided before this is called. Rejects with the signal's reason when that aborts first.
 */
export async function takeInTurn(leases: Leases, timer: Timer, name: string, signal?: AbortSignal): Promise<Lease> {
  for (;;) {
    signal?.throwIfAborted();
    const lease = await leases.take(name);
    if (lease) return lease;
    await timer.sleep(tryEvery, signal);
  }
}

/** Does `work` under the lease, and gives that back; null, without work: somebody has it. */
export async function runLeased<T>(
  leases: Leases,
  name: string,
  work: (lease: Lease) => Promise<T>,
): Promise<{ readonly result: T } | null> {
  const lease = await leases.take(name);
  if (!lease) return null;
  try {
    return { result: await leases.within(lease, () => work(lease)) };
  } finally {
    await lease.release();
  }
}

/** Those of one process that has its database for itself: nothing is written, and none is ever lost. */
export function createOwnLeases(): Leases {
  const held = new Set<string>();
  const lost = new AbortController().signal;
  let last = 0;
  return {
    isShared: false,
    start: async () => undefined,
    async take(name) {
      if (held.has(name)) return null;
      held.add(name);
      let isHeld = true;
      const release = async (): Promise<void> => {
        if (isHeld) held.delete(name);
        isHeld = false;
      };
      return { fence: { name, token: ++last }, lost, release };
    },
    listHeld: async (names) => new Set(names.filter((name) => held.has(name))),
    within: (_lease, work) => work(),
    apart: (work) => work(),
    onLeft: () => undefined,
    close: async () => undefined,
  };
}
