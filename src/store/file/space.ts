import { statSync } from 'node:fs';
import type { MikroORM } from '@mikro-orm/sqlite';
import type { Kysely } from 'kysely';
import type { GatewayError } from '../../errors.js';
import { inMemory } from './sqlite.js';

/** Tells an operator what is done to the file. */
export type SpaceLog = (message: string, facts: Record<string, unknown>) => void;

/** `pragma auto_vacuum`: free pages are given back when that is asked for. */
const incremental = 2;

/** Pages that are given back in one step: each is a page of the file's end that is moved. */
const pagesPerStep = 100;

/** Free pages that stay for what comes next: a twentieth of the file, or this many. */
const pagesKept = 256;

/**
 * Rewrites a file from before free pages could be given back, once: that can be changed in no other way. It takes as
 * much free space and memory as the file has, as SQLite makes the new one beside the old; without either the file stays
 * as it is, and grows no more than before. `freeMemory`: bytes that this process may still take, the limit of its
 * container counted.
 */
export async function makeShrinkable(
  orm: MikroORM,
  path: string,
  log: SpaceLog,
  freeMemory = (): number => process.availableMemory(),
): Promise<void> {
  const native = await orm.em.getConnection().getNativeClient();
  if (path === inMemory || native.pragma('auto_vacuum', { simple: true }) === incremental) return;
  const megabytes = Math.ceil((statSync(path).size / 1e6) * 2);
  if (freeMemory() < megabytes * 1e6) {
    log('the database file does not shrink: to rewrite it once takes a start with more memory', { path, megabytes });
    return;
  }
  log('the database file is rewritten once, so that it can shrink from now on', { path });
  try {
    native.pragma(`auto_vacuum = ${incremental}`);
    native.exec('vacuum');
    native.pragma('wal_checkpoint(truncate)');
  } catch (error) {
    log('the database file could not be rewritten, and will be at the next start', { path, err: error });
  }
}

/**
 * Gives free pages back to the file system beyond some that are kept; yields how many each step gave. None, while
 * `findFault` says why nothing may be written.
 */
export async function* giveBackPages<T>(
  orm: MikroORM,
  db: Kysely<T>,
  findFault: () => GatewayError | null,
): AsyncGenerator<number> {
  const native = await orm.em.getConnection().getNativeClient();
  const count = (what: string): number => Number(native.pragma(what, { simple: true }));
  if (count('auto_vacuum') !== incremental) return;
  for (;;) {
    const free = count('freelist_count');
    const surplus = free - Math.max(pagesKept, Math.floor(count('page_count') / 20));
    if (surplus <= 0 || findFault()) return;
    // Beside no transaction: there is one connection.
    await db.connection().execute(() => {
      native.exec(`pragma incremental_vacuum(${Math.min(surplus, pagesPerStep)})`);
      return Promise.resolve();
    });
    const given = free - count('freelist_count');
    if (given <= 0) return;
    yield given;
  }
}
