import { createHash } from 'node:crypto';
import { closeSync, openSync, statSync } from 'node:fs';
import { GatewayError } from '../../errors.js';
import { openSqliteFile, type SqliteFile } from './driver.js';
import { toStorageError } from './errors.js';
import { refuseFile } from './refusals.js';

/** A database's lock, while this process has it. */
export interface FileLock {
  /** The database's file is as whoever had the lock before has left it, closed in order: it needs no check. */
  readonly isAsClosed: () => boolean;
  /** Gives it back. `isClosed`: the database was closed in order, and this is how its file is left. */
  readonly release: (isClosed?: boolean) => void;
}

/**
 * Takes the database for this process: an operating-system lock on `<file>.lock`, an SQLite file that holds nothing but
 * a number. The lock goes with the process however that ends, so a stale one never stays. Throws STORAGE_BUSY when
 * another process has it, STORAGE_FULL, STORAGE_READ_ONLY.
 */
export function takeLock(path: string): FileLock {
  const lock = openLock(`${path}.lock`);
  try {
    // Of several that ask at once, whoever has to wait holds nothing meanwhile: one gets it.
    lock.exec('begin exclusive');
    return {
      isAsClosed: () => readState(lock) === describeFile(path),
      release: (isClosed = false) => {
        if (isClosed) keepState(lock, path);
        lock.close();
      },
    };
  } catch (error) {
    lock.close();
    const storage = toStorageError(error);
    if (!(storage instanceof GatewayError) || storage.code !== 'STORAGE_BUSY') throw storage;
    throw new GatewayError(
      'STORAGE_BUSY',
      `Another gateway is running on ${path}. Only one process may serve an SQLite file: stop it, or set another ` +
        'DATABASE_URL.',
      { cause: error },
    );
  }
}

function openLock(path: string): SqliteFile {
  try {
    closeSync(openSync(path, 'a', 0o600));
    return openSqliteFile(path, { timeout: 500 });
  } catch (error) {
    throw refuseFile('The gateway cannot open its lock', path, error);
  }
}

function readState(lock: SqliteFile): number {
  return Number(lock.pragma('user_version')[0]?.['user_version']);
}

/** Without the number, on a full disk for one, the next start only checks what it would not have to. */
function keepState(lock: SqliteFile, path: string): void {
  try {
    const state = describeFile(path);
    if (state === null || state === readState(lock)) return;
    lock.pragma(`user_version = ${state}`);
    lock.exec('commit');
  } catch {
    // Closing takes back what was not committed.
  }
}

/**
 * A number from 2 to 2^31 - 1 that is another one when the file was written to, replaced or restored; null where it is
 * not all there is: a log with something in it is beside it.
 */
function describeFile(path: string): number | null {
  if ((statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0) return null;
  const { ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
  const digest = createHash('sha256').update(`${ino} ${size} ${mtimeNs} ${ctimeNs}`).digest();
  return 2 + (digest.readUInt32BE(0) % (2 ** 31 - 2));
}
