import { randomInt } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import type { MikroORM } from '@mikro-orm/sqlite';
import { badInput, GatewayError } from '../../errors.js';

/** The path of a database that no file holds. */
export const inMemory = ':memory:';

/**
 * The file a `sqlite:` URL names, absolute, or `:memory:`. A symbolic link is followed, as SQLite does: its log and the
 * lock are beside the file itself. Throws BAD_USER_INPUT for any other URL.
 */
export function parseSqliteUrl(url: string): string {
  const rest = url.startsWith('sqlite:') ? url.slice('sqlite:'.length).replace(/^\/\/(?=.)/, '') : '';
  if (!rest)
    throw badInput(
      'The database URL must be "sqlite:<file>" or "sqlite::memory:": no other database is supported yet.',
      'DATABASE_URL',
    );
  return rest === inMemory ? rest : followLinks(resolve(rest));
}

function followLinks(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // Nothing is there yet, or it cannot be reached, which is said where it is opened.
    return path;
  }
}

/**
 * Set on the one connection there is. `synchronous = normal` with WAL loses nothing when the process dies (a power cut
 * may lose the last transactions, never the file). The driver is synchronous, so a busy wait stops the event loop: 100
 * ms at most in a gateway, which retries on its own; a command-line tool has no loop to stop. 16 MiB of pages are kept:
 * with 64 a page of an index of 100,000 tags came no faster, since the operating system keeps the file too.
 */
export function connectionPragmas(access: string, isNew: boolean): string[] {
  return [
    // Before anything is written to it; of another file it would write the header each time.
    ...(isNew ? ['auto_vacuum = incremental'] : []),
    'journal_mode = wal',
    'synchronous = normal',
    `busy_timeout = ${access === 'own' ? 100 : 5000}`,
    'cache_size = -16384',
    'temp_store = memory',
  ];
}

/**
 * Writes a number of this process's own into the file's header, and returns it; null where a reader of another process
 * keeps the header from being written now. SQLite leaves `user_version` to its users.
 */
export async function markFile(orm: MikroORM): Promise<number | null> {
  const mark = randomInt(1, 2 ** 31);
  const connection = orm.em.getConnection();
  await connection.execute(`pragma user_version = ${mark}`);
  const [row] = await connection.execute<{ log: number; checkpointed: number }[]>('pragma wal_checkpoint(passive)');
  return row && row.log === row.checkpointed ? mark : null;
}

/** Takes the mark away, when nothing is written any more: what is then in the file is all there is. */
export async function unmarkFile(orm: MikroORM): Promise<void> {
  await orm.em.getConnection().execute('pragma user_version = 0');
}

/** True for a file that a gateway served and did not close. */
export async function isMarked(orm: MikroORM): Promise<boolean> {
  const [row] = await orm.em.getConnection().execute<{ user_version: number }[]>('pragma user_version');
  return row !== undefined && row.user_version !== 0;
}

/** Throws STORAGE_CORRUPT when SQLite finds the file damaged. Nothing is repaired or removed. */
export async function checkIntegrity(orm: MikroORM, path: string): Promise<void> {
  const [row] = await orm.em.getConnection().execute<{ quick_check: string }[]>('pragma quick_check(1)');
  if (row?.quick_check === 'ok') return;
  throw new GatewayError(
    'STORAGE_CORRUPT',
    `The database file ${path} is damaged. Restore it from a backup; it was left as it is.`,
  );
}
