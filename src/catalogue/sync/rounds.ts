import type { Registry } from '../../domain/registry.js';
import type { RegistryStore } from '../../store/registries/registries.js';
import type { RepositoryStore } from '../../store/index/repositories.js';
import type { Timer } from '../../timer.js';
import { isDue } from '../freshness.js';

/** How far crawls of a registry have come since the last one that read it whole. */
export interface Round {
  /** Repositories that were read whole: when, by the timer. */
  readonly read: Map<number, number>;
  /** Tags that were confirmed of those that were not. */
  readonly cutOff: Map<number, Set<number>>;
  /** Requests of the crawls that have ended since. */
  requests: number;
  /** The registry limits the gateway, so that a crawl may not get through all of it. */
  isLimited: boolean;
}

/** Milliseconds that a reading counts for crawls which a registry keeps from getting through: six hours. */
const longestRound = 21_600_000;

/** Has a crawl go on where the one before was cut off: what was just confirmed is not asked for again. */
export interface Rounds {
  /** Returns the round that goes on, or a new one. */
  open(registryId: string): Round;
  /** Ends the round: a crawl has read the registry whole, or it is another registry now. */
  close(registryId: string): void;
  /** Returns the keys of the repositories that are to be read, those first that were never read. */
  listDue(registry: Registry, now: Date): Promise<number[]>;
}

export function createRounds(registries: RegistryStore, repositories: RepositoryStore, timer: Timer): Rounds {
  const rounds = new Map<string, Round>();
  const open = (registryId: string): Round => {
    const round = rounds.get(registryId) ?? { read: new Map(), cutOff: new Map(), requests: 0, isLimited: false };
    rounds.set(registryId, round);
    return round;
  };
  return {
    open,
    close: (registryId) => void rounds.delete(registryId),
    async listDue({ id, maxAge }, now) {
      const { read, isLimited } = open(id);
      // Of a first crawl in a process that ended, the database knows what it had read.
      const isFirst = (await registries.states([id])).get(id)?.indexedAt == null;
      const lasts = isLimited ? longestRound : maxAge * 1000;
      const isRead = (key: number): boolean => timer.elapsed() - (read.get(key) ?? -Infinity) < lasts;
      const all = await repositories.listOldestFirst(id);
      return all
        .filter(({ key, confirmedAt }) => !isRead(key) && (!isFirst || isDue(confirmedAt, maxAge, now)))
        .map(({ key }) => key);
    },
  };
}
