import { GatewayError } from '../../errors.js';
import { systemTimer, type Timer } from '../../timer.js';
import { isPostgresDuplicate, toPostgresFault } from '../faults/postgresfaults.js';
import { codeOfRefusal } from './refusals.js';

/** Between attempts at a database that another process holds; together about 3 s, and the event loop runs meanwhile. */
const busyPauses = [20, 50, 100, 200, 400, 800, 1400];

/** Milliseconds after which nothing is asked again: what takes long to fail was waited for by then. */
const asksFor = 5000;

export interface Patience {
  /** Milliseconds between attempts. */
  readonly pauses?: readonly number[];
  /** Milliseconds within which the last attempt begins. */
  readonly asksFor?: number;
  readonly timer?: Timer;
}

/**
 * Runs `work` and gives storage faults their code: STORAGE_BUSY after about 3 s of asking again, or 5 with what the
 * attempts take, STORAGE_FULL, STORAGE_READ_ONLY, STORAGE_CORRUPT, STORAGE_OUTCOME_UNKNOWN. `work` may run more than
 * once, so it is one transaction, or one statement that may be made twice: of that alone it is not found out whether it
 * was made when its answer was lost. Other errors pass unchanged.
 */
export async function withStorage<T>(work: () => Promise<T>, patience: Patience = {}): Promise<T> {
  const { pauses = busyPauses, asksFor: longest = asksFor, timer = systemTimer } = patience;
  const until = timer.elapsed() + longest;
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const storage = toStorageError(error);
      const pause = pauses[attempt];
      if (!(storage instanceof GatewayError) || storage.code !== 'STORAGE_BUSY' || pause === undefined) throw storage;
      if (timer.elapsed() + pause > until) throw storage;
      await timer.sleep(pause);
    }
  }
}

/** The GatewayError for a storage fault anywhere in the chain of causes; anything else is returned as it came. */
export function toStorageError(error: unknown): unknown {
  const told = findTold(error);
  if (told) return told;
  const code = findSqliteCode(error);
  if (code !== null) return toSqliteError(code, error) ?? error;
  return toPostgresFault(error) ?? toFileError(error);
}

/** https://www.sqlite.org/rescode.html. null: not a fault of storage. */
function toSqliteError(code: string, cause: unknown): GatewayError | null {
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) {
    return new GatewayError('STORAGE_BUSY', 'The database is in use by another process. Try again in a moment.', {
      retryAfter: 1,
      cause,
    });
  }
  // The -shm file, which SQLite fills before it uses it, finds no room either.
  if (/^SQLITE_(FULL|IOERR_SHMSIZE)/.test(code)) return full(cause);
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(code)) {
    return new GatewayError(
      'STORAGE_CORRUPT',
      'The database file is damaged or unreadable. Stop the gateway and restore it from a backup.',
      { cause },
    );
  }
  if (code.startsWith('SQLITE_IOERR')) {
    const next =
      'Look at the disk and whether it is still mounted and writable; if the file is damaged, stop the gateway and ' +
      'restore a backup.';
    return new GatewayError('STORAGE_CORRUPT', `The disk fails where the database file is (${code}). ${next}`, {
      cause,
    });
  }
  if (/^SQLITE_(READONLY|CANTOPEN|PERM|AUTH)/.test(code)) {
    const next = 'Check its owner, its mode and its disk.';
    return new GatewayError('STORAGE_READ_ONLY', `The database file cannot be opened for writing. ${next}`, { cause });
  }
  return null;
}

/**
 * Gives what the operating system refuses of the files beside SQLite its code: bringing the log to the disk, and the
 * lock.
 */
function toFileError(error: unknown): unknown {
  const refusal = codeOfRefusal(error);
  if (refusal === null || refusal.code === 'BAD_USER_INPUT') return error;
  if (refusal.code === 'STORAGE_FULL') return full(error);
  return new GatewayError(refusal.code, `The database file cannot be written: ${refusal.what}.`, { cause: error });
}

function full(cause: unknown): GatewayError {
  return new GatewayError(
    'STORAGE_FULL',
    'The disk is full: nothing can be stored. Reading still works; free some space.',
    { cause },
  );
}

/** True when a unique constraint refused a row. */
export function isDuplicate(error: unknown): boolean {
  return /^SQLITE_CONSTRAINT_(UNIQUE|PRIMARYKEY)/.test(findSqliteCode(error) ?? '') || isPostgresDuplicate(error);
}

/**
 * A refusal of our own. MikroORM makes an error of its own class from whatever a connection throws, with the same
 * fields.
 */
function findTold(error: unknown): GatewayError | null {
  if (error instanceof GatewayError) return error;
  if (!(error instanceof Error)) return null;
  const { code } = error as { code?: unknown };
  return code === 'STORAGE_CORRUPT' || code === 'STORAGE_OUTCOME_UNKNOWN'
    ? new GatewayError(code, error.message, { cause: error })
    : null;
}

/** MikroORM copies the driver's fields onto its own error, Kysely throws the driver's. */
function findSqliteCode(error: unknown): string | null {
  for (let cause = error, depth = 0; typeof cause === 'object' && cause !== null && depth < 5; depth++) {
    const { code, cause: next } = cause as { code?: unknown; cause?: unknown };
    if (typeof code === 'string' && code.startsWith('SQLITE_')) return code;
    cause = next;
  }
  return null;
}
