import { chmodSync, closeSync, copyFileSync, existsSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import type { NewAuditEntry } from '../../domain/audit.js';
import { badInput, GatewayError } from '../../errors.js';
import { writeEntry } from '../jobs/audit.js';
import { openSqliteFile, type SqliteFile } from '../file/driver.js';
import { toStorageError } from '../file/errors.js';
import { isKnownMigration } from '../database/sqlitemigrating.js';
import { keyIdOf, sealedColumns } from '../keys/keyring.js';
import { canaryKey } from '../keys/canary.js';
import { takeLock } from '../file/lock.js';
import { publishFile, syncFile } from '../file/publishing.js';

/** A backup that was found whole. */
export interface Backup {
  readonly bytes: number;
  /**
   * The ids of the keys that open its secrets: first the one of the gateway that wrote it, then others, which a change
   * of the key has not reached. No key itself is ever in a backup.
   */
  readonly keyIds: readonly string[];
}

export interface RestoreOptions {
  readonly now: Date;
  readonly tell: (step: string) => void;
  /** The keys that the restored database will be started with; null: whichever. */
  readonly keys: KeysAtHand | null;
  /** The entry for the audit log of the database that is restored. */
  readonly describe: (backup: Backup) => NewAuditEntry;
}

export interface KeysAtHand {
  readonly ids: readonly string[];
  /** Where the key is, as an operator knows it. */
  readonly from: string;
}

/**
 * Writes the database at `path`, as it is at this moment, to the new file `target`, while a gateway may serve it. The
 * file is 0600, holds no free pages, was checked whole and is on the disk when this returns; before, there is no file
 * `target`. Throws BAD_USER_INPUT for a target that exists or cannot be written, STORAGE_*.
 */
export function backUp(path: string, target: string, tell: (step: string) => void): Backup {
  if (!existsSync(path))
    throw badInput(`There is no database at ${path}. Set DATABASE_URL to the one that is to be backed up.`);
  if (existsSync(target)) throw taken(target);
  const partial = `${target}.partial`;
  try {
    rmSync(partial, { force: true });
    // SQLite writes into an empty file that is there, and leaves its mode as it is.
    closeSync(openSync(partial, 'wx', 0o600));
  } catch (error) {
    throw badInput(
      `${partial} cannot be written (${(error as NodeJS.ErrnoException).code}). Name a file in a folder that can be.`,
    );
  }
  try {
    tell(`Copying ${path} (${inMegabytes(statSync(path).size)}).`);
    withFile(path, { readonly: true, timeout: 5000 }, (file) => file.prepare('vacuum into ?').run(partial));
    tell('Checking the copy.');
    const backup = check(partial);
    syncFile(partial);
    publishFile(partial, target, taken);
    return backup;
  } catch (error) {
    throw toStorageError(error);
  } finally {
    rmSync(partial, { force: true });
  }
}

/**
 * Puts a backup in the place of the database at `path`, which is kept as `<path>.before-<time>` with its log. Throws
 * STORAGE_BUSY while a gateway serves it, STORAGE_CORRUPT for a backup that is not whole or of a later version,
 * BAD_USER_INPUT for a file that is none, CONFLICT for one whose secrets the keys at hand do not open.
 */
export function restore(
  path: string,
  source: string,
  { now, tell, keys, describe }: RestoreOptions,
): Backup & { readonly kept: string | null } {
  if (!existsSync(source)) throw badInput(`There is no file ${source}.`);
  const lock = takeLock(path);
  const partial = `${path}.restoring`;
  try {
    tell(`Copying ${source} (${inMegabytes(statSync(source).size)}).`);
    copyFileSync(source, partial);
    chmodSync(partial, 0o600);
    tell('Checking the copy.');
    const backup = check(partial);
    if (keys !== null) assertOpens(keys, source, backup.keyIds);
    const lastEventId = readLastEventId(path);
    withFile(partial, {}, (file) => {
      raiseEventIds(file, lastEventId);
      writeEntry(file, describe(backup));
    });
    syncFile(partial);
    const kept = setAside(path, now);
    renameSync(partial, path);
    syncFile(path);
    return { ...backup, kept };
  } catch (error) {
    throw toStorageError(error);
  } finally {
    rmSync(partial, { force: true });
    lock.release();
  }
}

/** Of the database that a backup takes the place of; 0 where there is none, or none that can be read. */
function readLastEventId(path: string): number {
  if (!existsSync(path)) return 0;
  try {
    const statement = "select seq from sqlite_sequence where name = 'event'";
    return withFile(path, { readonly: existsSync(`${path}-wal`) }, (file) =>
      Number(file.prepare(statement).all()[0]?.['seq'] ?? 0),
    );
  } catch {
    return 0;
  }
}

/**
 * Clients and webhooks know the ids that were given after a backup: none is given again, however often that is put
 * back. See `skipEventIds` for those that nobody can read here.
 */
function raiseEventIds(file: SqliteFile, given: number): void {
  file.prepare("update sqlite_sequence set seq = max(seq, ?) where name = 'event'").run(given);
  file
    .prepare(
      `insert into sqlite_sequence (name, seq) select 'event', ?
        where not exists (select 1 from sqlite_sequence where name = 'event')`,
    )
    .run(given);
}

/** A gateway refuses to start with another key, and secrets that are sealed with a key nobody has are lost. */
function assertOpens({ ids, from }: KeysAtHand, source: string, needed: readonly string[]): void {
  if (needed.every((id) => ids.includes(id))) return;
  const what =
    `The secrets in ${source} open with the key ${needed.join(' and ')}, and the key here is ` +
    `${ids.join(' and ')} (${from}). Nothing was changed.`;
  const next =
    `Put the key ${needed.join(' and ')} there first, or restore with --without-key and do it before ` +
    'the gateway starts.';
  throw new GatewayError('CONFLICT', `${what} ${next}`);
}

function taken(target: string): GatewayError {
  return badInput(`${target} exists already. A backup never overwrites a file: name another.`);
}

function withFile<T>(
  path: string,
  options: { readonly readonly?: boolean; readonly timeout?: number },
  work: (file: SqliteFile) => T,
): T {
  const file = openSqliteFile(path, options);
  try {
    return work(file);
  } finally {
    file.close();
  }
}

/**
 * Throws STORAGE_CORRUPT for a file that is not whole, or was made by a later version; BAD_USER_INPUT for one of
 * another program.
 */
function check(path: string): Backup {
  return withFile(path, {}, (file) => {
    const [integrity] = file.pragma('integrity_check(1)');
    if (integrity?.['integrity_check'] !== 'ok')
      throw new GatewayError('STORAGE_CORRUPT', 'The file is damaged. Take another backup.');
    if (file.pragma('foreign_key_check').length > 0)
      throw new GatewayError('STORAGE_CORRUPT', 'The file has rows without their parent. Take another backup.');
    const tables = new Set(
      file
        .prepare("select name from sqlite_master where type = 'table'")
        .all()
        .map(({ name }) => name),
    );
    if (!tables.has('mikro_orm_migrations') || !tables.has('setting'))
      throw badInput('The file is no database of a gateway.');
    const newer = file
      .prepare('select name from mikro_orm_migrations')
      .all()
      .find(({ name }) => !isKnownMigration(String(name)));
    if (newer)
      throw new GatewayError(
        'STORAGE_CORRUPT',
        `The file was written by a later version (${String(newer['name'])}). Use that version.`,
      );
    // It marks the file that a process serves, and this one is another.
    file.pragma('user_version = 0');
    return { bytes: statSync(path).size, keyIds: readKeyIds(file) };
  });
}

/** A backup of an earlier version has fewer columns of secrets. */
function readKeyIds(file: SqliteFile): string[] {
  const ids = new Set<string>();
  const add = (statement: string): void => {
    for (const { sealed } of file.prepare(statement).iterate()) {
      const id = keyIdOf(String(sealed));
      if (id !== null) ids.add(id);
    }
  };
  add(`select value as sealed from setting where key = '${canaryKey}'`);
  for (const { table, column } of sealedColumns) {
    const isThere = file.pragma(`table_info(${table})`).some(({ name }) => name === column);
    if (isThere) add(`select ${column} as sealed from ${table} where ${column} is not null`);
  }
  return [...ids];
}

/**
 * The name the database has now; null: there was none. Its log goes with it: beside another file SQLite would replay
 * it.
 */
function setAside(path: string, now: Date): string | null {
  if (!existsSync(path)) {
    rmSync(`${path}-wal`, { force: true });
    rmSync(`${path}-shm`, { force: true });
    return null;
  }
  const kept = `${path}.before-${now.toISOString().replaceAll(/[-:]|\.\d+/g, '')}`;
  if (existsSync(kept)) throw badInput(`${kept} exists already. Try again in a second.`);
  for (const end of ['-wal', '-shm', '']) if (existsSync(`${path}${end}`)) renameSync(`${path}${end}`, `${kept}${end}`);
  return kept;
}

function inMegabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
