import type { MikroORM } from '@mikro-orm/sqlite';
import { type PreparedFile, prepareFile, refuseCopied } from '../file/file.js';
import type { SpaceLog } from '../file/space.js';
import { checkIntegrity, inMemory, isMarked, takeLock } from '../file/sqlite.js';
import { assertOwn } from './foreign.js';
import { applyMigrations, hasPendingMigrations } from './migrations.js';

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
}

/** Finds the file, or makes it; null for a database in memory. Throws as `openDatabase` does. */
export async function findFile(
  path: string,
  { access, keyFile = null, anyFileSystem = false }: FileOptions,
): Promise<PreparedFile | null> {
  if (path === inMemory) return null;
  const found = prepareFile(path, { mayCreate: access !== 'existing', keyFile, anyFileSystem });
  if (!found.wasEmpty) await assertOwn(path);
  return found;
}

interface Opening {
  readonly path: string;
  readonly access: Access;
  /** As `findFile` gave it. */
  readonly found: PreparedFile | null;
  readonly log: SpaceLog;
  readonly warn: SpaceLog;
}

/**
 * Checks the file and migrates it. Returns what gives its lock back, if it was taken to keep. Throws as `openDatabase`
 * does.
 */
export async function prepareTables(orm: MikroORM, { path, access, found, log, warn }: Opening): Promise<() => void> {
  if (access !== 'own' && !(await hasPendingMigrations(orm))) return () => undefined;
  const release = takeLock(path);
  try {
    await checkIntegrity(orm, path);
    if (access === 'own' && found) await assertServable(orm, path, found, warn);
    await applyMigrations(orm, log);
  } catch (error) {
    release();
    throw error;
  }
  if (access !== 'own') release();
  return access === 'own' ? release : () => undefined;
}

/** Refuses a copy that has lost everything, and warns of what may be as it should, and may not. */
async function assertServable(orm: MikroORM, path: string, found: PreparedFile, warn: SpaceLog): Promise<void> {
  const { name, kind } = found.fileSystem;
  if (kind !== 'local')
    warn('the database is not on a disk of this machine: no other machine may have it mounted', {
      path,
      fileSystem: name,
    });
  if (found.hadLog || found.wasEmpty || !(await isMarked(orm))) return;
  if (await hasNoAccount(orm)) throw refuseCopied(path);
  warn(copied, { path });
}

/** False for what is no gateway's database: it has no such table. */
async function hasNoAccount(orm: MikroORM): Promise<boolean> {
  const connection = orm.em.getConnection();
  const [table] = await connection.execute("select 1 from sqlite_master where name = 'account'");
  return table !== undefined && (await connection.execute('select 1 from account limit 1')).length === 0;
}

const copied =
  'the gateway that served this database did not close it, and its log (-wal) is not beside it: if the file was ' +
  'copied meanwhile, its last changes are missing';
