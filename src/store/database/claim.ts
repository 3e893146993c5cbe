import { existsSync } from 'node:fs';
import { GatewayError } from '../../errors.js';
import { type PreparedFile, prepareFile } from '../file/file.js';
import { type FileLock, takeLock } from '../file/lock.js';
import { inMemory } from '../file/sqlite.js';
import { assertOwn } from './foreign.js';

export type Access = 'own' | 'beside' | 'existing';

export interface FileOptions {
  /**
   * 'own' (the default): this process serves the file, alone. 'beside': a short-lived tool that may run while a gateway
   * does; it migrates only when no gateway is running. 'existing': the same, and a file that is not there is refused.
   */
  readonly access?: Access;
  /** Where a key of the gateway's own making is kept: an empty database beside one is refused. */
  readonly keyFile?: string | null;
  /** Takes a file on a network file system, which only this machine may have mounted. */
  readonly anyFileSystem?: boolean;
  /** The bytes of a migrated database, which an empty one begins as: it takes a tenth of what the migrations take. */
  readonly image?: Uint8Array | undefined;
}

/** A database file that may be opened. */
export interface Claim {
  /** The file as it was before anything was written to it; null: the database is in memory. */
  readonly found: PreparedFile | null;
  /** A gateway closed the file in order, and nobody has written to it since. */
  readonly isAsClosed: boolean;
  /** Gives the lock back, if one was taken. `isClosed`: the file was closed in order. */
  readonly release: (isClosed?: boolean) => void;
}

/**
 * Makes the file where it is missing and, for `own` access, takes its lock before a byte of it is written: of several
 * gateways that start at once on a new file, the others meet the lock, never a half-made database. Throws as
 * `openDatabase` does.
 */
export async function claimFile(path: string, options: FileOptions): Promise<Claim> {
  if (path === inMemory) return { found: null, isAsClosed: false, release: () => undefined };
  const { access = 'own' } = options;
  // It is refused before there is a lock, so that none is left beside what is no database of the gateway.
  const found = await prepare(path, options).catch((error: unknown) => throwUnlessLocked(path, access, error));
  if (access !== 'own') return { found, isAsClosed: false, release: () => undefined };
  const lock = takeLock(path);
  try {
    const isAsClosed = lock.isAsClosed();
    // Until now another gateway may have been writing it.
    const found = await prepare(path, options);
    // On a file system of another machine a write may leave the file's size and times as they were.
    return { found, isAsClosed: isAsClosed && found.fileSystem.kind === 'local', release: lock.release };
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function prepare(
  path: string,
  { access, keyFile = null, anyFileSystem = false }: FileOptions,
): Promise<PreparedFile> {
  const found = prepareFile(path, { mayCreate: access !== 'existing', keyFile, anyFileSystem });
  if (!found.wasEmpty) await assertOwn(path);
  return found;
}

/** Throws STORAGE_BUSY while a gateway holds the lock: what looks lost is then being made. Else throws `error`. */
function throwUnlessLocked(path: string, access: Access, error: unknown): never {
  if (!(error instanceof GatewayError) || error.code !== 'STORAGE_CORRUPT' || !existsSync(`${path}.lock`)) throw error;
  let lock: FileLock;
  try {
    lock = takeLock(path);
  } catch (held) {
    if (access === 'own' || !(held instanceof GatewayError) || held.code !== 'STORAGE_BUSY') throw held;
    throw new GatewayError('STORAGE_BUSY', `A gateway is starting on ${path}. Try again in a moment.`, {
      retryAfter: 1,
      cause: held,
    });
  }
  lock.release();
  throw error;
}
