import { MikroORM } from '@mikro-orm/sqlite';
import type { InferKyselyDB } from '@mikro-orm/sqlite';
import type { ColumnType, DatabaseConnection, Kysely } from 'kysely';
import { measureTurns, prepareConnection, statementSlice } from './connection.js';
import { entities } from '../entities/all.js';
import type { GatewayError } from '../../errors.js';
import { createSlices, systemTimer, type Timer } from '../../timer.js';
import { noTracer, type Tracer } from '../../trace.js';
import { noWaits, type Waits } from '../../waits.js';
import { noDurability, openDurability } from '../file/durability.js';
import { toStorageError } from '../file/errors.js';
import { type PreparedFile, prepareFile, refuseCopied } from '../file/file.js';
import { checkFile } from '../file/filecheck.js';
import { type FileWatch, watchFile } from '../file/filewatch.js';
import { type Footprint, measureFootprint } from '../file/footprint.js';
import { assertOwn } from './foreign.js';
import { createGeneration, type Generation } from './revision.js';
import { applyMigrations, hasPendingMigrations, ormOptions } from './migrations.js';
import { giveBackPages, makeShrinkable, type SpaceLog } from '../file/space.js';
import { addFunctions } from '../scanning/functions.js';
import { openScanner } from '../scanning/opening.js';
import type { Asker } from '../scanning/place.js';
import { keepStatements } from './preparedstatements.js';
import {
  checkIntegrity,
  connectionPragmas,
  inMemory,
  isMarked,
  markFile,
  parseSqliteUrl,
  takeLock,
  unmarkFile,
} from '../file/sqlite.js';

/** A value as it stands in a raw row on SQLite: times are epoch milliseconds, booleans 0 or 1, JSON its text. */
type Stored<T> = T extends Date | boolean | number
  ? number
  : T extends string
    ? string
    : T extends null | undefined
      ? T
      : string;
type StoredColumn<C> =
  C extends ColumnType<infer S, infer I, infer U> ? ColumnType<Stored<S>, Stored<I>, Stored<U>> : Stored<C>;
type StoredTables<DB> = { [T in keyof DB]: { [C in keyof DB[T]]: StoredColumn<DB[T][C]> } };

/** Every table with its columns, snake_case: `tables['image_blob']['is_foreign']`. See entities/ for what they mean. */
export type Tables = StoredTables<InferKyselyDB<(typeof entities)[number]>>;

export interface Database {
  /** The file, absolute; `:memory:` for none. */
  readonly path: string;
  /** For registries, accounts and whatever has rules. Fork `orm.em` for each piece of work. */
  readonly orm: MikroORM;
  /**
   * The same connection without entities, for lists and bulk writes: raw rows, no conversion. There is one connection,
   * so inside a transaction use the transaction's own handle, and never await anything but the database: all else
   * waits.
   */
  readonly kysely: Kysely<Tables>;
  /**
   * The same tables, to be read where a statement may look at more rows than it gives: it runs in another process, and
   * so stops nothing here, but costs some 0.2 ms more. A database in memory has only the one connection, and this is
   * `kysely`.
   */
  readonly scanner: Kysely<Tables>;
  /** Runs `work`; the statements that it puts to `scanner` count as this caller's. */
  readonly readAs: <T>(asker: Asker, work: () => T) => T;
  /** Changes exactly when what a reader can see does. */
  readonly generation: Generation;
  /** Gives free pages back to the file system, some at a time, and how many. */
  giveBackPages(): AsyncGenerator<number>;
  /**
   * Runs a write, one statement or one transaction, and resolves when it is on the disk: no power cut takes it back.
   * Other writes may be lost with the power, in their order, the last ones first.
   */
  readonly durably: <T>(write: () => Promise<T>) => Promise<T>;
  /** Looks after the file from now on. `onChange` is told when writing is refused, and why; null: it goes on. */
  watch(timer: Timer, onChange: (fault: GatewayError | null) => void): Promise<void>;
  /** Why every write is refused; null: none is. */
  readonly fault: GatewayError | null;
  /** Measures what it takes on the disk. */
  measure(): Promise<Footprint>;
  /** Processes that read beside this one at this moment. */
  readonly readingProcesses: number;
  /** True when the tables are exactly what the entities say. */
  checkSchema(): Promise<boolean>;
  close(): Promise<void>;
}

export type Access = 'own' | 'beside' | 'existing';

export interface DatabaseOptions {
  /**
   * 'own' (the default): this process serves the file, alone. 'beside': a short-lived tool that may run while a gateway
   * does; it migrates only when no gateway is running. 'existing': the same, and a file that is not there is refused.
   */
  readonly access?: Access;
  /** Where a key of the gateway's own making is kept: an empty database beside one is refused. */
  readonly keyFile?: string | null;
  /** Takes a file on a network file system, which only this machine may have mounted. */
  readonly anyFileSystem?: boolean;
  readonly log?: SpaceLog;
  readonly warn?: SpaceLog;
  /** How many processes read beside this one at the most; 2 by default. */
  readonly readers?: number | undefined;
  readonly timer?: Timer;
  readonly tracer?: Tracer;
  readonly waits?: Waits;
}

export const defaultReaders = 2;

/**
 * Opens `sqlite:<file>` or `sqlite::memory:`, checks the file and migrates it. Throws BAD_USER_INPUT for another URL, a
 * file open to all, on a network or of another program, STORAGE_BUSY when another gateway serves it, STORAGE_FULL,
 * STORAGE_READ_ONLY, STORAGE_CORRUPT when it is damaged, newer than this program, or what is left of a lost one.
 */
export async function openDatabase(url: string, options: DatabaseOptions = {}): Promise<Database> {
  const {
    access = 'own',
    readers = defaultReaders,
    timer = systemTimer,
    tracer = noTracer,
    waits = noWaits,
    log = () => undefined,
    warn = log,
  } = options;
  const path = parseSqliteUrl(url);
  const found = await prepare(path, options);
  const pragmas = connectionPragmas(access, found?.wasEmpty ?? true);
  const file: { watch: FileWatch | null } = { watch: null };
  const findFault = (): GatewayError | null => file.watch?.fault ?? null;
  const slices = createSlices(statementSlice, () => timer.elapsed());
  const orm = await MikroORM.init({
    ...ormOptions(path),
    onCreateConnection: (connection: unknown) =>
      prepareConnection(connection as DatabaseConnection, { pragmas, slices, findFault, tracer, waits }),
  }).catch(throwStorageError);
  try {
    const release = await prepareTables(orm, path, access, log, () => assertServable(orm, path, found, warn));
    if (access === 'own') await makeShrinkable(orm, path, log);
    addFunctions(await orm.em.getConnection().getNativeClient());
    await keepStatements(orm);
    const kysely = measureTurns(orm.em.getConnection().getClient<Tables>(), waits);
    const durability = path === inMemory ? noDurability : await openDurability(path);
    const scanner = openScanner(path, kysely, { size: readers, timer, tracer, waits, findFault });
    return {
      path,
      orm,
      kysely,
      scanner: scanner.kysely,
      readAs: scanner.readAs,
      generation: createGeneration(),
      giveBackPages: () => giveBackPages(orm, kysely, findFault),
      async durably(write) {
        const result = await write();
        await durability.flush().catch(throwStorageError);
        return result;
      },
      async watch(timer, onChange) {
        if (path === inMemory) return;
        file.watch = await watchFile({
          path,
          mark: await markFile(orm),
          timer,
          check: () => checkFile(path),
          onChange,
        });
      },
      get fault() {
        return findFault();
      },
      measure: () => measureFootprint(path, kysely),
      get readingProcesses() {
        return scanner.processes;
      },
      checkSchema: async () => (await orm.schema.getUpdateSchemaSQL()) === '',
      async close() {
        await scanner.close();
        await durability.close();
        await file.watch?.rest();
        // A full disk keeps the mark: the next start says that it was not closed, and nothing is lost.
        if (file.watch && !findFault()) await unmarkFile(orm).catch(() => undefined);
        await orm.close(true);
        await file.watch?.stop();
        release();
      },
    };
  } catch (error) {
    await orm.close(true);
    throw toStorageError(error);
  }
}

function throwStorageError(error: unknown): never {
  throw toStorageError(error);
}

async function prepare(
  path: string,
  { access, keyFile = null, anyFileSystem = false }: DatabaseOptions,
): Promise<PreparedFile | null> {
  if (path === inMemory) return null;
  const found = prepareFile(path, { mayCreate: access !== 'existing', keyFile, anyFileSystem });
  if (!found.wasEmpty) await assertOwn(path);
  return found;
}

/** Refuses a copy that has lost everything, and warns of what may be as it should, and may not. */
async function assertServable(orm: MikroORM, path: string, found: PreparedFile | null, warn: SpaceLog): Promise<void> {
  if (found === null) return;
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

/** Returns what gives the lock back, if it was taken to keep. */
async function prepareTables(
  orm: MikroORM,
  path: string,
  access: Access,
  log: SpaceLog,
  assertFit: () => Promise<void>,
): Promise<() => void> {
  if (access !== 'own' && !(await hasPendingMigrations(orm))) return () => undefined;
  const release = takeLock(path);
  try {
    await checkIntegrity(orm, path);
    if (access === 'own') await assertFit();
    await applyMigrations(orm, log);
  } catch (error) {
    release();
    throw error;
  }
  if (access !== 'own') release();
  return access === 'own' ? release : () => undefined;
}
