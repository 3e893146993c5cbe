import type { MikroORM } from '@mikro-orm/sqlite';
import type { Durability } from '../file/durability.js';
import { type PreparedFile, refuseCopied } from '../file/file.js';
import { takeLock } from '../file/lock.js';
import type { SpaceLog } from '../file/space.js';
import { checkIntegrity, inMemory, isMarked } from '../file/sqlite.js';
import type { Access, Claim } from './claim.js';
import { applyMigrations, hasPendingMigrations } from './sqlitemigrating.js';

interface Opening {
  readonly path: string;
  readonly access: Access;
  readonly claim: Pick<Claim, 'found' | 'isAsClosed'>;
  readonly log: SpaceLog;
  readonly warn: SpaceLog;
}

/**
 * Checks the file and migrates it; a tool does so only where no gateway is running. Throws as `openDatabase` does. A
 * file that is as it was closed is not checked now, which takes seconds where there are many tags: what becomes of a
 * disk meanwhile is found behind the start, as it is while the file is served.
 */
export async function prepareTables(orm: MikroORM, { path, access, claim, log, warn }: Opening): Promise<void> {
  const isOwn = access === 'own';
  const isChecked = isOwn && !claim.isAsClosed;
  if (isChecked) await checkIntegrity(orm, path);
  const isPending = await hasPendingMigrations(orm);
  if (!isOwn && !isPending) return;
  const lock = isOwn || path === inMemory ? null : takeLock(path);
  try {
    if (isPending && !isChecked) await checkIntegrity(orm, path);
    if (isOwn && claim.found) await assertServable(orm, path, claim.found, warn);
    await applyMigrations(orm, log);
  } finally {
    lock?.release();
  }
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

/** More events than are ever made between two syncs of the log, or after a backup that somebody puts back. */
export const skippedEventIds = 1_000_000;

/**
 * Passes over ids that clients may have of events that are lost: a power cut takes the last commits back, and a backup
 * lacks what came after it. They are none of a later event then, and who goes on after one is told EVENTS_GONE. It is
 * on the disk when this resolves, before the first of the new ids is given.
 */
export async function skipEventIds(orm: MikroORM, durability: Durability): Promise<void> {
  const connection = orm.em.getConnection();
  await connection.execute(`update sqlite_sequence set seq = seq + ${skippedEventIds} where name = 'event'`);
  await connection.execute(`insert into sqlite_sequence (name, seq) select 'event', ${skippedEventIds}
    where not exists (select 1 from sqlite_sequence where name = 'event')`);
  await durability.flush();
}
