import { randomInt } from 'node:crypto';
import { closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { MikroORM } from '@mikro-orm/sqlite';
import { badInput, GatewayError } from '../errors.js';
import { openSqliteFile } from './driver.js';

/** The path of a database that no file holds. */
export const inMemory = ':memory:';

/** The file a `sqlite:` URL names, absolute, or `:memory:`. Throws BAD_USER_INPUT for any other URL. */
export function parseSqliteUrl(url: string): string {
  const rest = url.startsWith('sqlite:') ? url.slice('sqlite:'.length).replace(/^\/\/(?=.)/, '') : '';
  if (!rest) throw badInput('The database URL must be "sqlite:<file>" or "sqlite::memory:": no other database is supported yet.', 'DATABASE_URL');
  return rest === inMemory ? rest : resolve(rest);
}

/**
 * Makes the folder (0700) and the file (0600) where they are missing: the file holds sealed passwords and token hashes.
 * A file that every user of the machine may read or write is refused. SQLite gives its -wal and -shm files the same mode.
 */
export function prepareFile(path: string): void {
  if (path === inMemory) return;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    closeSync(openSync(path, 'a', 0o600));
  } catch (error) {
    throw new GatewayError('STORAGE_CORRUPT', `The database file ${path} cannot be opened for writing. Check its owner and mode.`, { cause: error });
  }
  if (process.platform !== 'win32' && statSync(path).mode & 0o007) {
    throw badInput(`The database file ${path} is open to every user of this machine. Run: chmod 600 ${path}`, 'DATABASE_URL');
  }
}

/**
 * Set on the one connection there is. `synchronous = normal` with WAL loses nothing when the process dies (a power cut may
 * lose the last transactions, never the file). The driver is synchronous, so a busy wait stops the event loop: 100 ms at
 * most in a gateway, which retries on its own; a command-line tool has no loop to stop. 16 MiB of pages are kept: with 64
 * a page of an index of 100,000 tags came no faster, since the operating system keeps the file too.
 */
export function connectionPragmas(access: 'own' | 'beside'): string[] {
  return [
    // Of a new file; before anything is written to it.
    'auto_vacuum = incremental',
    'journal_mode = wal',
    'synchronous = normal',
    `busy_timeout = ${access === 'own' ? 100 : 5000}`,
    'cache_size = -16384',
    'temp_store = memory',
  ];
}

/**
 * Takes the database for this process: an operating-system lock on `<file>.lock`, an SQLite file that holds nothing. The lock
 * goes with the process however that ends, so a stale one never stays. Throws STORAGE_BUSY when another process has it.
 * Returns what gives it back.
 */
export function takeLock(path: string): () => void {
  if (path === inMemory) return () => undefined;
  closeSync(openSync(`${path}.lock`, 'a', 0o600));
  const lock = openSqliteFile(`${path}.lock`, { timeout: 500 });
  try {
    lock.pragma('locking_mode = exclusive');
    // The first write takes the lock; exclusive mode keeps it until the connection closes.
    lock.pragma('user_version = 1');
    return () => lock.close();
  } catch (error) {
    lock.close();
    throw new GatewayError(
      'STORAGE_BUSY',
      `Another gateway is running on ${path}. Only one process may serve an SQLite file: stop it, or set another DATABASE_URL.`,
      { cause: error },
    );
  }
}

/**
 * Writes a number of this process's own into the file's header, and returns it; null where a reader of another process keeps
 * the header from being written now. SQLite leaves `user_version` to its users.
 */
export async function markFile(orm: MikroORM): Promise<number | null> {
  const mark = randomInt(1, 2 ** 31);
  const connection = orm.em.getConnection();
  await connection.execute(`pragma user_version = ${mark}`);
  const [row] = await connection.execute<{ log: number; checkpointed: number }[]>('pragma wal_checkpoint(passive)');
  return row && row.log === row.checkpointed ? mark : null;
}

/** Throws STORAGE_CORRUPT when SQLite finds the file damaged. Nothing is repaired or removed. */
export async function checkIntegrity(orm: MikroORM, path: string): Promise<void> {
  const [row] = await orm.em.getConnection().execute<{ quick_check: string }[]>('pragma quick_check(1)');
  if (row?.quick_check === 'ok') return;
  throw new GatewayError('STORAGE_CORRUPT', `The database file ${path} is damaged. Restore it from a backup; it was left as it is.`);
}
