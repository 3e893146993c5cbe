import { accessSync, closeSync, constants, mkdirSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { badInput, GatewayError } from '../../errors.js';
import { findFileSystem, type FileSystem } from './filesystem.js';
import { refuseFile, shortenPath } from './refusals.js';

export interface FileRules {
  /** Makes the file and its folder where they are missing. */
  readonly mayCreate: boolean;
  /** Where the key of this database is kept: beside one, an empty database is one that was lost. null: nowhere. */
  readonly keyFile: string | null;
  /** Takes a network file system too. */
  readonly anyFileSystem: boolean;
}

/** The file as it was found. */
export interface PreparedFile {
  readonly fileSystem: FileSystem;
  /** It had no bytes, or was made now. */
  readonly wasEmpty: boolean;
  /** A write-ahead log with something in it was beside the file. */
  readonly hadLog: boolean;
}

/** The files that SQLite and the gateway keep beside the database's own. */
const companions = ['-wal', '-shm', '.lock'];

/**
 * Makes the folder (0700) and the file (0600) where they are missing: the file holds sealed passwords and token hashes.
 * A file that every user of the machine may read or write is refused. SQLite gives its -wal and -shm files the same
 * mode. Nothing is made before it is known that nothing was lost. Throws BAD_USER_INPUT for what is no file, and for
 * one that is not there or empty and may not be made, STORAGE_CORRUPT for what is left of a lost database,
 * STORAGE_READ_ONLY, STORAGE_FULL.
 */
export function prepareFile(path: string, { mayCreate, keyFile, anyFileSystem }: FileRules): PreparedFile {
  const found = lookAt(path);
  if (!found && !mayCreate) throw refuseAbsent(`There is no database at ${shortenPath(path)}.`);
  const [log = null] = companions.map((end) => lookAt(path + end));
  assertNotLost(path, found, log, keyFile);
  if (!found?.size && !mayCreate) throw refuseAbsent(`${shortenPath(path)} is empty.`);
  makeFolder(dirname(path));
  const fileSystem = findFileSystem(dirname(path));
  if (fileSystem.kind === 'network' && !anyFileSystem) throw refuseNetwork(path, fileSystem);
  make(path);
  for (const each of [dirname(path), path, ...companions.map((end) => path + end)]) assertWritable(each);
  if (process.platform !== 'win32' && statSync(path).mode & 0o007) {
    throw badInput(
      `The database file ${path} is open to every user of this machine. Run: chmod 600 ${path}`,
      'DATABASE_URL',
    );
  }
  return { fileSystem, wasEmpty: (found?.size ?? 0) === 0, hadLog: (log?.size ?? 0) > 0 };
}

function refuseAbsent(what: string): GatewayError {
  return badInput(`${what} The gateway's first start makes it: set DATABASE_URL to the one you mean.`, 'DATABASE_URL');
}

/**
 * null where nothing is. Throws for what no file can be: opening a FIFO would wait for ever, and a device has no end.
 */
export function lookAt(path: string): Stats | null {
  const stats = statOf(path);
  if (!stats || stats.isFile()) return stats;
  if (stats.isDirectory())
    throw badInput(
      `${shortenPath(path)} is a folder: set DATABASE_URL to a file in it, such as ${shortenPath(path)}/gateway.db.`,
      'DATABASE_URL',
    );
  throw badInput(`${shortenPath(path)} is no regular file: set DATABASE_URL to a file on a disk.`, 'DATABASE_URL');
}

function statOf(path: string): Stats | null {
  try {
    return statSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw refuseFile('DATABASE_URL leads nowhere,', path, error);
  }
}

/**
 * An empty file is what a first start makes of nothing. Beside the key or the log of a database it would hide that the
 * database is gone, and SQLite removes the log of an empty file.
 */
function assertNotLost(path: string, found: Stats | null, log: Stats | null, keyFile: string | null): void {
  const size = found?.size ?? 0;
  if (size > 0 && (log !== null || hasTables(path))) return;
  const what = found ? (size > 0 ? `${path} has no tables` : `${path} is empty`) : `There is no database at ${path}`;
  if (size === 0 && log && log.size > 0) {
    throw lost(
      `${what}, and its log ${path}-wal is there with ${log.size} bytes.`,
      'Put the file back beside its log',
      `move ${path}-wal away`,
    );
  }
  if (keyFile !== null && statOf(keyFile))
    throw lost(`${what}, and the key ${keyFile} of one is there.`, 'Put the file back', `move ${keyFile} away`);
  if (size > 0)
    throw lost(
      `${what}: it was copied while a gateway served it and without its log (-wal), which has them all.`,
      'Put the log beside it',
      `remove ${path}`,
    );
}

/** A copy whose log is missing holds what was in the file itself, and that may be before the first account. */
export function refuseCopied(path: string): GatewayError {
  const what =
    `${path} has no account, and the gateway that served it did not close it: it was copied meanwhile, ` +
    'without its log (-wal).';
  return lost(what, 'Put the log beside it', `remove ${path}`);
}

function lost(what: string, mend: string, anew: string): GatewayError {
  const next =
    `${mend}, or restore a backup with "registry-gateway restore <file>"; for a new gateway that knows ` +
    `nothing, ${anew}.`;
  return new GatewayError('STORAGE_CORRUPT', `${what} Nothing was changed. ${next}`);
}

/**
 * https://www.sqlite.org/fileformat.html §1.6: behind the header of 100 bytes, at 103, the number of cells on the page
 * that lists all tables. What is no database is left to SQLite to refuse.
 */
function hasTables(path: string): boolean {
  const bytes = Buffer.alloc(108);
  try {
    const file = openSync(path, constants.O_RDONLY);
    try {
      if (readSync(file, bytes, 0, bytes.length, 0) < bytes.length) return true;
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw refuseFile('The gateway cannot read', path, error);
  }
  return !bytes.subarray(0, 16).equals(Buffer.from('SQLite format 3\0')) || bytes.readUInt16BE(103) > 0;
}

/**
 * One folder after the other: Node's recursive mkdirSync asks again without end where the system says that a folder is
 * missing whose parent is there, as it does in /proc.
 */
function makeFolder(folder: string): void {
  const missing: string[] = [];
  for (let at = folder; !statOf(at) && at !== dirname(at); at = dirname(at)) missing.unshift(at);
  for (const each of missing) {
    try {
      mkdirSync(each, { mode: 0o700 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST')
        throw refuseFile('The gateway cannot make the folder', each, error);
    }
  }
}

function make(path: string): void {
  try {
    closeSync(openSync(path, 'a', 0o600));
  } catch (error) {
    throw refuseFile('The gateway cannot write the database file', path, error);
  }
}

/** A file that is not there is made later, by whoever may write to the folder. */
function assertWritable(path: string): void {
  if (!statOf(path)) return;
  try {
    accessSync(path, constants.W_OK);
  } catch (error) {
    throw refuseFile('The gateway cannot write', path, error);
  }
}

export function refuseNetwork(path: string, { name }: FileSystem): GatewayError {
  const why = 'where two machines could write into the database at once, and a network fault can damage it';
  const next =
    'Move it to a disk of this machine. If only one machine ever mounts that file system, set ' +
    'DATABASE_FILE_SYSTEM=any.';
  return badInput(`${shortenPath(path)} is on a network file system (${name}), ${why}. ${next}`, 'DATABASE_URL');
}
