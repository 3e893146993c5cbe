import { existsSync } from 'node:fs';
import { badInput, GatewayError } from '../../errors.js';
import { readSchemaState } from '../backup/inspection.js';
import { assertOwn } from '../database/foreign.js';
import { skippedEventIds } from '../database/preparation.js';
import { findDamage, openSqliteFile, type SqliteFile } from '../file/driver.js';
import { toStorageError } from '../file/errors.js';
import { takeLock } from '../file/lock.js';
import type { MoveSource } from './ends.js';
import { createSqliteReading } from './sqliteread.js';

/**
 * Opens a file that no gateway serves, and keeps others from it. Nothing is written to it. Throws BAD_USER_INPUT where
 * there is none, STORAGE_BUSY while a gateway serves it, STORAGE_CORRUPT where it is damaged, CONFLICT for one of
 * another version.
 */
export async function openSqliteSource(path: string): Promise<MoveSource> {
  if (!existsSync(path)) throw badInput(`There is no database at ${path}: nothing can be moved from there.`);
  await assertOwn(path);
  const lock = takeLock(path);
  let file: SqliteFile | null = null;
  try {
    const isAsClosed = lock.isAsClosed();
    // As `inspectFile` opens one.
    file = openSqliteFile(path, { readonly: existsSync(`${path}-wal`), timeout: 5000 });
    file.pragma('query_only = on');
    assertWhole(file, path);
    const opened = file;
    const reading = createSqliteReading(opened, path);
    return {
      ...reading,
      // A power cut may have taken events that clients have seen the ids of: see `skipEventIds`.
      async lastNumber(table) {
        const number = await reading.lastNumber(table);
        return table.name === 'event' && !isAsClosed ? String(BigInt(number) + BigInt(skippedEventIds)) : number;
      },
      // The lock is this process's until the end.
      assertAlone: () => Promise.resolve(),
      close() {
        opened.close();
        lock.release(isAsClosed);
        return Promise.resolve();
      },
    };
  } catch (error) {
    file?.close();
    lock.release();
    throw toStorageError(error);
  }
}

function assertWhole(file: SqliteFile, path: string): void {
  const damage = findDamage(file);
  if (damage !== null)
    throw new GatewayError('STORAGE_CORRUPT', `The database ${path} is damaged: restore a backup of it first.`);
  const { newer, pending } = readSchemaState(file);
  if (newer === null && pending === 0) return;
  throw new GatewayError(
    'CONFLICT',
    newer === null
      ? `The database ${path} is of an earlier version. Start the gateway on it once, which brings it up to date, ` +
          'stop it, and move it then.'
      : `The database ${path} was changed by a later version (${newer}). Move it with that version.`,
  );
}
