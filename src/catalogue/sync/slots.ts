import type { Timer } from '../../timer.js';

/** Crawls that the schedule begins at a time, while none has had its share. */
const slots = 8;
/**
 * Slots beside these for registries whose last crawl ended within its share: whoever is slow never keeps them waiting.
 */
const quickSlots = 4;
/** Milliseconds after which a crawl holds no slot any more. It goes on beside those that do. */
const share = 10_000;
/**
 * Crawls under way in all. With more of them waiting, the one that has had most is given up, and gone on with at its
 * next turn.
 */
const inAll = 32;

interface SlotHolder {
  readonly beganAt: number;
  readonly isQuick: boolean;
}

/**
 * Decides whose crawl the schedule may begin: eight registries that never end their catalogue must not stop the crawls
 * of all others.
 */
export interface Slots {
  /** Notes that a crawl begins. One that somebody asked for counts too, but waits for no slot. */
  take(registryId: string): void;
  /**
   * Notes that a crawl ended, to the registry's end if `isWhole`. The schedule leaves it alone for `rest` milliseconds.
   */
  leave(registryId: string, isWhole: boolean, rest: number): void;
  /** Returns whether its last crawl, which took long or failed, is not to be followed by another yet. */
  isResting(registryId: string): boolean;
  /** Returns the milliseconds for which its last crawl is not to be followed by another; 0: it may be. */
  restOf(registryId: string): number;
  /** Returns whether the schedule may begin a crawl of the registry now. */
  hasRoom(registryId: string): boolean;
  /** Returns the registry whose crawl is to be given up for those that wait; null: none has to be. */
  findOverdue(): string | null;
  /** Returns the milliseconds since its last crawl began; Infinity: none did in this process. */
  sinceLast(registryId: string): number;
  /** Forgets a registry that was changed or detached. */
  forget(registryId: string): void;
}

export function createSlots(timer: Timer): Slots {
  const holders = new Map<string, SlotHolder>();
  const beganAt = new Map<string, number>();
  const restUntil = new Map<string, number>();
  const quick = new Set<string>();
  const isInShare = ({ beganAt: at }: SlotHolder): boolean => timer.elapsed() - at < share;
  const countInShare = (isQuick: boolean): number =>
    [...holders.values()].filter((holder) => holder.isQuick === isQuick && isInShare(holder)).length;
  return {
    take(registryId) {
      const now = timer.elapsed();
      beganAt.set(registryId, now);
      holders.set(registryId, { beganAt: now, isQuick: quick.has(registryId) });
    },
    leave(registryId, isWhole, rest) {
      const holder = holders.get(registryId);
      if (holder && isWhole && isInShare(holder)) quick.add(registryId);
      else quick.delete(registryId);
      holders.delete(registryId);
      restUntil.set(registryId, timer.elapsed() + rest);
    },
    restOf: (registryId) => Math.max(0, (restUntil.get(registryId) ?? -Infinity) - timer.elapsed()),
    isResting: (registryId) => (restUntil.get(registryId) ?? -Infinity) > timer.elapsed(),
    /** Returns whether the schedule may begin a crawl of the registry now. */
    hasRoom(registryId) {
      if (quick.has(registryId) && countInShare(true) < quickSlots) return true;
      return holders.size < inAll && countInShare(false) < slots;
    },
    findOverdue() {
      if (holders.size < inAll) return null;
      const [first] = [...holders]
        .filter(([, holder]) => !isInShare(holder))
        .sort(([, a], [, b]) => a.beganAt - b.beganAt);
      return first?.[0] ?? null;
    },
    sinceLast: (registryId) => timer.elapsed() - (beganAt.get(registryId) ?? -Infinity),
    forget(registryId) {
      beganAt.delete(registryId);
      restUntil.delete(registryId);
      quick.delete(registryId);
    },
  };
}
