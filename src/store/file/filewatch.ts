import type { BigIntStats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { GatewayError } from '../../errors.js';
import { repeat, type Timer } from '../../timer.js';
import { Worker } from 'node:worker_threads';

/** Looks after the database's file while it is served: others may remove, replace or damage it. */
export interface FileWatch {
  /** Why nothing may be written; null while the file is the one that was opened, and whole. */
  readonly fault: GatewayError | null;
  /** A check of the file has ended since it is watched. */
  readonly wasChecked: boolean;
  /** Looks no more; resolves when no check has the file open, and `fault` is the last one's. */
  rest(): Promise<void>;
  /** After SQLite has closed the file. */
  stop(): Promise<void>;
}

export interface FileWatchOptions {
  readonly path: string;
  /**
   * The `user_version` that this process gave the file: its header has it for as long as nobody writes another file
   * over it. null: the header does not have it yet.
   */
  readonly mark: number | null;
  readonly timer: Timer;
  /** Says what SQLite finds wrong with the file, null: nothing. Runs where the event loop does not wait for it. */
  readonly check: () => Promise<string | null>;
  /** The fault came, became another, or went. */
  readonly onChange: (fault: GatewayError | null) => void;
}

/** Milliseconds between two looks at the file. */
const interval = 2000;
/** A check reads the whole file: it takes one part in so many of the time, at least `interval` from the last. */
const rest = 100;
/** Milliseconds after which a file that nobody wrote to is checked all the same: disks fail by themselves. */
const longestRest = 60 * 60 * 1000;

/**
 * Opens the file for itself, once: on POSIX, closing any handle of a file takes away the locks that SQLite has on it
 * (sqlite.org/howtocorrupt.html §2.2), so this one is closed after SQLite's, by `stop`.
 */
export async function watchFile(options: FileWatchOptions): Promise<FileWatch> {
  const { path, timer, onChange } = options;
  const handle = await open(path, 'r');
  const opened = await identify(path);
  const checks = createChecks(options);
  let fault: GatewayError | null = null;
  let looking: Promise<void> | null = null;
  const look = async (): Promise<void> => {
    const found = (await findReplaced(path, opened)) ?? (await findOverwritten(handle, options.mark)) ?? checks.fault;
    // A check may take longer than the looks are apart, so none waits for it.
    if (!found || found === checks.fault) await checks.begin();
    if (found?.message === fault?.message) return;
    fault = found;
    onChange(fault);
  };
  const cancel = repeat(timer, interval, () => {
    looking ??= look().finally(() => (looking = null));
  });
  return {
    get fault() {
      return fault;
    },
    async rest() {
      cancel();
      await looking;
      await checks.running;
      // Nobody looks any more, and the last check may have found something.
      if (fault !== null || checks.fault === null) return;
      fault = checks.fault;
      onChange(fault);
    },
    get wasChecked() {
      return checks.wasDone;
    },
    stop: () => handle.close(),
  };
}

interface Identity {
  readonly database: BigIntStats | null;
  readonly log: BigIntStats | null;
}

async function identify(path: string): Promise<Identity> {
  const [database, log] = await Promise.all([path, `${path}-wal`].map(statOf));
  return { database: database ?? null, log: log ?? null };
}

/** null where nothing is there. */
async function statOf(path: string): Promise<BigIntStats | null> {
  return stat(path, { bigint: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw error;
  });
}

async function findReplaced(path: string, opened: Identity): Promise<GatewayError | null> {
  try {
    const now = await identify(path);
    if (!isSame(now.database, opened.database))
      return corrupt('The database file was removed or replaced while it was served.');
    if (!isSame(now.log, opened.log))
      return corrupt("The database's write-ahead log was removed or replaced while it was served.");
    return null;
  } catch (error) {
    return corrupt('The database file can no longer be looked at.', error);
  }
}

function isSame(a: BigIntStats | null, b: BigIntStats | null): boolean {
  return a?.dev === b?.dev && a?.ino === b?.ino;
}

/**
 * https://www.sqlite.org/fileformat.html §1.3: the header's magic string, and the user version at byte 60, big-endian.
 */
const magic = Buffer.from('SQLite format 3\0');
const versionAt = 60;

async function findOverwritten(handle: FileHandle, mark: number | null): Promise<GatewayError | null> {
  const header = Buffer.alloc(100);
  try {
    const { bytesRead } = await handle.read(header, 0, header.length, 0);
    const isDatabase = bytesRead === header.length && header.subarray(0, magic.length).equals(magic);
    const isOurs = isDatabase && (mark === null || header.readUInt32BE(versionAt) === mark);
    return isOurs ? null : corrupt('The database file was overwritten while it was served.');
  } catch (error) {
    return corrupt('The database file can no longer be read.', error);
  }
}

interface Checks {
  /** One has ended. */
  readonly wasDone: boolean;
  /** Of the last check. */
  readonly fault: GatewayError | null;
  /** Resolves when the one that runs is over; null: none does. */
  readonly running: Promise<void> | null;
  /** Begins one where the file was written to and the last one is long enough ago. Does not wait for its end. */
  begin(): Promise<void>;
}

function createChecks({ path, timer, check }: FileWatchOptions): Checks {
  let running: Promise<void> | null = null;
  let last = { at: Number.NEGATIVE_INFINITY, took: 0, written: '', fault: null as GatewayError | null };
  const run = async (written: string): Promise<void> => {
    const began = timer.elapsed();
    const problem = await check();
    const fault = problem === null ? null : corrupt('The database file is damaged.', new Error(problem));
    last = { at: timer.elapsed(), took: timer.elapsed() - began, written, fault };
  };
  return {
    get wasDone() {
      return last.at > Number.NEGATIVE_INFINITY;
    },
    get fault() {
      return last.fault;
    },
    get running() {
      return running;
    },
    async begin() {
      if (running) return;
      const written = await describeWrites(path);
      const since = timer.elapsed() - last.at;
      if (since < longestRest && (written === last.written || since < last.took * rest)) return;
      running = run(written).finally(() => (running = null));
    },
  };
}

/** Another text when the file or its log was written to, by whomever. */
async function describeWrites(path: string): Promise<string> {
  const { database, log } = await identify(path);
  return [database, log].map((file) => `${file?.mtimeNs} ${file?.size}`).join(' ');
}

function corrupt(what: string, cause?: unknown): GatewayError {
  const next =
    'Nothing is written any more. Stop the gateway, put the file back or restore a backup, and start it again.';
  return new GatewayError('STORAGE_CORRUPT', `${what} ${next}`, cause === undefined ? {} : { cause });
}

/**
 * Has a thread of its own check a database's file, so that the event loop goes on meanwhile. Resolves with what SQLite
 * finds wrong first; null: nothing, or it could not be checked now.
 */
export function checkFile(path: string): Promise<string | null> {
  return new Promise((resolve) => {
    const thread = new Worker(new URL('./filecheckthread.js', import.meta.url), { workerData: path });
    thread.unref();
    thread.once('message', resolve);
    // An error ends the thread too; after a message this comes too late to count.
    thread.once('error', () => resolve(null));
    thread.once('exit', () => resolve(null));
  });
}
