import type { RepositoryName } from '../../domain/name.js';
import type { Timer } from '../../timer.js';

/** Milliseconds from the end of a forced read in which whoever forces the same gets what it read. */
const rest = 10_000;
/** Forced reads that are remembered: beyond these those that are over go first, then the oldest. */
const remembered = 10_000;

/** A read that somebody forced: what it gives at once, and its end. */
export interface ForcedRead<T> {
  readonly given: Promise<T>;
  readonly ended: Promise<unknown>;
}

interface ForcedEntry {
  readonly read: ForcedRead<unknown>;
  /** By the timer; null while it is under way. */
  endedAt: number | null;
}

/**
 * Whoever may read may also force reads (`refresh`, `Cache-Control: no-cache`): of a registry, and of each repository,
 * one is begun at a time, and none within ten seconds after it, whoever asks. Reads that nobody forced are not counted.
 */
export interface ForcedReads {
  /**
   * Begins the read of a registry (`name` is null) or of one of its repositories, or joins the one under way. Within
   * ten seconds after one its outcome is given once more. One that could not be begun, or threw, is not remembered.
   */
  run<T>(registryId: string, name: RepositoryName | null, begin: () => ForcedRead<T>): ForcedRead<T>;
  /** Calls `begin` once the ten seconds after the last one are over; once, however many ask for it meanwhile. */
  follow(registryId: string, name: RepositoryName | null, begin: () => void): void;
  /** Returns whether one has ended within the last ten seconds. */
  hasEnded(registryId: string, name: RepositoryName | null): boolean;
  /** Forgets reads of a repository that was changed through the gateway: they are no answer any more. */
  noteChange(registryId: string, name: RepositoryName): void;
  /** Forgets a registry that was changed or detached. */
  forget(registryId: string): void;
  /** Has nothing follow any more. */
  stop(): void;
}

export function createForcedReads(timer: Timer): ForcedReads {
  const entries = new Map<string, ForcedEntry>();
  const following = new Map<string, () => void>();
  const isOver = ({ endedAt }: ForcedEntry): boolean => endedAt !== null && timer.elapsed() - endedAt >= rest;

  const keep = (key: string, read: ForcedRead<unknown>): void => {
    const entry: ForcedEntry = { read, endedAt: null };
    entries.delete(key);
    entries.set(key, entry);
    if (entries.size > remembered) forgetSome(entries, isOver);
    const drop = (): void => {
      if (entries.get(key) === entry) entries.delete(key);
    };
    read.given.catch(drop);
    read.ended.then(() => (entry.endedAt = timer.elapsed()), drop);
  };

  return {
    run<T>(registryId: string, name: RepositoryName | null, begin: () => ForcedRead<T>): ForcedRead<T> {
      const key = keyOf(registryId, name);
      const known = entries.get(key);
      // One key always stands for one kind of read, so its outcome has this type.
      if (known && !isOver(known)) return known.read as ForcedRead<T>;
      const read = begin();
      keep(key, read);
      return read;
    },
    follow(registryId, name, begin) {
      const key = keyOf(registryId, name);
      const last = entries.get(key);
      const endedAt = last?.endedAt ?? null;
      if (endedAt === null || following.has(key) || following.size >= remembered) return;
      const due = (): void => {
        following.delete(key);
        // A timeout may come up to a millisecond early, when the last read would still be given.
        if (entries.get(key) === last) entries.delete(key);
        begin();
      };
      following.set(key, timer.after(Math.max(0, endedAt + rest - timer.elapsed()), due));
    },
    hasEnded(registryId, name) {
      const known = entries.get(keyOf(registryId, name));
      return known !== undefined && known.endedAt !== null && !isOver(known);
    },
    noteChange(registryId, name) {
      entries.delete(keyOf(registryId, null));
      entries.delete(keyOf(registryId, name));
    },
    forget(registryId) {
      for (const key of entries.keys()) if (key.startsWith(`${registryId} `)) entries.delete(key);
      for (const [key, cancel] of following) {
        if (!key.startsWith(`${registryId} `)) continue;
        cancel();
        following.delete(key);
      }
    },
    stop() {
      for (const cancel of following.values()) cancel();
      following.clear();
    },
  };
}

function keyOf(registryId: string, name: RepositoryName | null): string {
  return `${registryId} ${name ?? ''}`;
}

/** Forgets reads that are over, and a tenth of all at the least, so that not each new read goes through all of them. */
function forgetSome(entries: Map<string, ForcedEntry>, isOver: (entry: ForcedEntry) => boolean): void {
  for (const [key, entry] of entries) if (isOver(entry)) entries.delete(key);
  const most = remembered * 0.9;
  for (const key of entries.keys()) {
    if (entries.size <= most) return;
    entries.delete(key);
  }
}
