import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Brings what is committed to the disk, where a power cut does not reach it. */
export interface Durability {
  /** Resolves when all that was committed before the call is on the disk. Throws the file system's errors. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/**
 * `synchronous = normal` leaves the commits since the last checkpoint to the operating system. `full` would have each
 * commit wait for the disk, in the one thread there is. This does what `full` does, the sync of the write-ahead log
 * after a commit (sqlite.org/pragma.html#pragma_synchronous), off that thread, and for those commits only that ask for
 * it. Calls that come while a sync runs share the next one. The log stays the same file for as long as the database is
 * open.
 */
export async function openDurability(path: string): Promise<Durability> {
  // A new file is safe when its folder's entry is.
  const folder = await open(dirname(path), constants.O_RDONLY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
  return createDurability(await open(`${path}-wal`, constants.O_RDONLY));
}

/** For a database in memory, which nothing keeps. */
export const noDurability: Durability = { flush: async () => undefined, close: async () => undefined };

export function createDurability(log: Pick<FileHandle, 'datasync' | 'close'>): Durability {
  let running: Promise<void> | null = null;
  let next: Promise<void> | null = null;
  const sync = (): Promise<void> => {
    next = null;
    const mine = log.datasync().finally(() => {
      if (running === mine) running = null;
    });
    running = mine;
    return mine;
  };
  const flush = (): Promise<void> => {
    if (!running) return sync();
    // The one that runs may have begun before this call's commit. How it ends is told to those who wait for it.
    next ??= running.catch(() => undefined).then(sync);
    return next;
  };
  return {
    flush,
    async close() {
      await Promise.allSettled([running, next]);
      await log.close();
    },
  };
}
