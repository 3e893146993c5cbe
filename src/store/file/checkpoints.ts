import { statSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { MikroORM } from '@mikro-orm/sqlite';
import { CompiledQuery } from 'kysely';
import type { Timer } from '../../timer.js';
import { inMemory } from './sqlite.js';

/** Pages of the write-ahead log since it began anew, and how many of them are in the file too. */
export interface LogState {
  readonly log: number;
  readonly checkpointed: number;
}

/** Brings what was written from the log into the file, so that the log can begin anew. */
export interface Checkpoints {
  /** Has the log looked at soon. */
  noteWrite(): void;
  /** Resolves when the file is not looked at any more. */
  close(): Promise<void>;
}

export interface CheckpointParts {
  readonly timer: Timer;
  /** Looks at the log. null: nothing may be done to the file now. */
  readonly look: () => Promise<LogState | null>;
  /** Brings in what the log has when it begins; others read and write meanwhile. */
  readonly checkpoint: () => Promise<void>;
  /** Runs `work` while nothing is written. */
  readonly alone: <T>(work: () => Promise<T>) => Promise<T>;
  readonly end: () => Promise<void>;
}

/** Milliseconds from a write to the look at the log: writes come in bursts. */
const untilLook = 250;
/** Pages, as SQLite has it by default. */
const pagesACheckpoint = 1000;
/** Pages, 64 MB. The log begins anew when all of it is in the file, which while others write is never so for long. */
const longestLog = 16_384;

/**
 * SQLite brings the log into the file within the commit that makes it 1,000 pages long, and waits for the disk twice:
 * tens of milliseconds, or seconds where the disk is busy, for which the event loop stands still. Here another thread
 * does it while the loop goes on (sqlite.org/wal.html, "Avoiding Excessively Large WAL Files"). Where writes never
 * pause it never catches up, and writes wait for it once every 64 MB.
 */
export function createCheckpoints({ timer, look, checkpoint, alone, end }: CheckpointParts): Checkpoints {
  let limit = longestLog;
  let cancel: (() => void) | null = null;
  let running: Promise<void> | null = null;
  let isClosed = false;
  const run = async (): Promise<void> => {
    const before = await look();
    if (isClosed || before === null || before.log - before.checkpointed < pagesACheckpoint) return;
    // It has begun anew since writes waited.
    if (before.log < limit - longestLog) limit = longestLog;
    await checkpoint();
    const after = await look();
    if (isClosed || after === null || after.log < limit) return;
    if (after.checkpointed < after.log) await alone(checkpoint);
    // The next write begins the log anew, unless a process still reads what was before.
    limit = after.log + longestLog;
  };
  return {
    noteWrite() {
      if (cancel || running || isClosed) return;
      cancel = timer.after(untilLook, () => {
        cancel = null;
        // A look that fails says nothing new: the next write fails too, and tells whoever wants it.
        running = run()
          .catch(() => undefined)
          .finally(() => (running = null));
      });
    },
    async close() {
      isClosed = true;
      cancel?.();
      await running;
      await end();
    },
  };
}

/** For a database that is in memory, or not this process's own. */
export const noCheckpoints: Checkpoints = { noteWrite: () => undefined, close: async () => undefined };

/** Of the file that `orm` has open at `path`. `isAtFault`: it is left alone. */
export async function openCheckpoints(
  orm: MikroORM,
  path: string,
  timer: Timer,
  isAtFault: () => boolean,
): Promise<Checkpoints> {
  if (path === inMemory) return noCheckpoints;
  const kysely = orm.em.getConnection().getClient();
  const native = await orm.em.getConnection().getNativeClient();
  // SQLite does it itself only where the thread does not, or is not there.
  native.pragma(`wal_autocheckpoint = ${2 * longestLog}`);
  const { dev: device, ino: inode } = statSync(path);
  const thread = createThread({ path, device, inode });
  return createCheckpoints({
    timer,
    async look() {
      if (isAtFault()) return null;
      const { rows } = await kysely.executeQuery<LogState>(CompiledQuery.raw('pragma wal_checkpoint(noop)'));
      return rows[0] ?? null;
    },
    checkpoint: thread.checkpoint,
    // There is one connection, and all writes are its.
    alone: (work) => kysely.connection().execute(work),
    end: thread.end,
  });
}

export interface CheckpointThreadSettings {
  readonly path: string;
  /** Which file had that name when it was opened. */
  readonly device: number;
  readonly inode: number;
}

/** MB that the thread may take beside what SQLite does. */
const resourceLimits = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 1 };

/** Starts the thread with the first checkpoint. One that could not open the file, or ended, is not started again. */
function createThread(workerData: CheckpointThreadSettings): Pick<CheckpointParts, 'checkpoint' | 'end'> {
  let thread: Worker | null = null;
  let ended: Promise<void> | null = null;
  let done = (): void => undefined;
  let isOver = false;
  const start = (): Worker => {
    const entry = new URL('./checkpointthread.js', import.meta.url);
    const started = new Worker(entry, { workerData, resourceLimits, env: {}, execArgv: [] });
    started.on('message', () => done());
    started.on('error', () => undefined);
    ended = new Promise((resolve) => {
      started.once('exit', () => {
        isOver = true;
        done();
        resolve();
      });
    });
    // Not before: a listener for messages makes the process wait for it again.
    started.unref();
    return started;
  };
  return {
    checkpoint: () =>
      new Promise((resolve) => {
        if (isOver) return resolve();
        done = resolve;
        thread ??= start();
        thread.postMessage('checkpoint', []);
      }),
    async end() {
      if (isOver || thread === null) return;
      thread.ref();
      thread.postMessage('close', []);
      await ended;
    },
  };
}
