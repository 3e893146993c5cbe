import { existsSync, rmSync } from 'node:fs';
import { badInput, GatewayError } from '../../errors.js';
import { readSchemaState } from '../backup/inspection.js';
import { openDatabase } from '../database/database.js';
import { openSqliteFile, type SqliteFile } from '../file/driver.js';
import { toStorageError } from '../file/errors.js';
import { inspectFile } from '../file/inspecting.js';
import { takeLock } from '../file/lock.js';
import { publishFile } from '../file/publishing.js';
import { moveTable } from '../postgres/migrating.js';
import type { MoveTarget } from './ends.js';
import { refuseOtherMove } from './identity.js';
import type { MovedRow, MovedTable } from './movedtables.js';
import { createSqliteReading, toSqliteColumn, toSqliteKey } from './sqliteread.js';

/** Beside the file that a move makes: it has that name only when all is in it. */
function nameUnfinished(path: string): string {
  return `${path}.moving`;
}

/** Throws BAD_USER_INPUT where there is a file already. True: a move was begun, and is to go on. */
export function isSqliteBegun(path: string): boolean {
  if (existsSync(path)) throw taken(path);
  return existsSync(nameUnfinished(path));
}

/**
 * Opens the unfinished file, or makes it. `source`: the identity of the installation. Throws BAD_USER_INPUT,
 * STORAGE_BUSY while another move fills it, CONFLICT for one that was begun from another or by another version.
 */
export async function openSqliteTarget(
  path: string,
  source: string,
  options: { readonly anyFileSystem: boolean },
): Promise<MoveTarget> {
  const unfinished = nameUnfinished(path);
  const isThere = isSqliteBegun(path);
  const isBegun = isThere && (await inspectFile(unfinished, hasMoveTable));
  // It makes the tables, and the folder where that is missing.
  if (!isBegun) await (await openDatabase(`sqlite:${unfinished}`, options)).close();
  const lock = takeLock(path);
  let file: SqliteFile | null = null;
  try {
    file = openSqliteFile(unfinished, { timeout: 5000 });
    assertThisMove(file, unfinished, source);
    const opened = file;
    const inserts = new Map<string, ReturnType<SqliteFile['prepare']>>();
    return {
      ...createSqliteReading(opened, path),
      lastKey: (table) => Promise.resolve(readLastKey(opened, table)),
      write: (table, rows) => runStorage(() => writeRows(opened, inserts, table, rows)),
      setLastNumber: (table, number) => runStorage(() => writeLastNumber(opened, table, number)),
      async finish() {
        await runStorage(() => {
          opened.exec(`drop table ${moveTable}`);
          opened.exec('analyze');
          opened.pragma('wal_checkpoint(truncate)');
        });
        opened.close();
        publishFile(unfinished, path, taken);
        for (const end of ['', '-wal', '-shm', '.lock']) rmSync(`${unfinished}${end}`, { force: true });
      },
      close() {
        opened.close();
        lock.release();
        return Promise.resolve();
      },
    };
  } catch (error) {
    file?.close();
    lock.release();
    throw toStorageError(error);
  }
}

function taken(path: string): GatewayError {
  return badInput(`${path} exists already. A move never overwrites a file: name another, or move it away.`);
}

function hasMoveTable(file: SqliteFile): boolean {
  return file.prepare('select 1 from sqlite_master where name = ?').all(moveTable).length > 0;
}

/** The file says whose move it is from its first moment on, or is not begun. */
function assertThisMove(file: SqliteFile, unfinished: string, source: string): void {
  const { newer, pending } = readSchemaState(file);
  file.exec(`create table if not exists ${moveTable} (source text not null)`);
  const [row] = file.prepare(`select source from ${moveTable}`).all();
  if (row === undefined) file.prepare(`insert into ${moveTable} (source) values (?)`).run(source);
  if (newer !== null || pending > 0 || (row !== undefined && row['source'] !== source))
    throw refuseOtherMove(unfinished, 'Remove it');
}

function readLastKey(file: SqliteFile, { name, key }: MovedTable): string[] | null {
  const keys = key.map((column) => ({ column: column.name, as: toSqliteKey(name, column) }));
  const list = keys.map(({ column, as }) => `cast(${as} as text) as "${column}"`).join(', ');
  const order = keys.map(({ as }) => `${as} desc`).join(', ');
  const [row] = file.prepare(`select ${list} from "${name}" order by ${order} limit 1`).all();
  return row === undefined ? null : key.map((column) => String(row[column.name]));
}

function writeRows(
  file: SqliteFile,
  inserts: Map<string, ReturnType<SqliteFile['prepare']>>,
  table: MovedTable,
  rows: readonly MovedRow[],
): void {
  const { name, columns } = table;
  const insert =
    inserts.get(name) ??
    file.prepare(
      `insert into "${name}" (${columns.map(toSqliteColumn).join(', ')}) values (${columns.map(() => '?').join(', ')})`,
    );
  inserts.set(name, insert);
  file.exec('begin immediate');
  try {
    // A column of numbers makes a number of its text.
    for (const row of rows) insert.run(...row);
    file.exec('commit');
  } catch (error) {
    file.exec('rollback');
    throw error;
  }
}

function writeLastNumber(file: SqliteFile, { name }: MovedTable, number: string): void {
  if (number === '0') return;
  file.prepare('delete from sqlite_sequence where name = ?').run(name);
  file.prepare('insert into sqlite_sequence (name, seq) values (?, ?)').run(name, BigInt(number));
}

function runStorage(work: () => void): Promise<void> {
  try {
    work();
    return Promise.resolve();
  } catch (error) {
    throw toStorageError(error);
  }
}
