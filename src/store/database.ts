import { MikroORM } from '@mikro-orm/sqlite';
import type { InferKyselyDB } from '@mikro-orm/sqlite';
import type { ColumnType, DatabaseConnection, Kysely } from 'kysely';
import { prepareConnection, statementSlice } from './connection.js';
import { entities } from './entities/all.js';
import type { GatewayError } from '../errors.js';
import { createSlices, systemTimer, type Timer } from '../timer.js';
import { noDurability, openDurability } from './durability.js';
import { toStorageError } from './failure.js';
import { checkFile } from './filecheck.js';
import { type FileWatch, watchFile } from './filewatch.js';
import { createGeneration, type Generation } from './generation.js';
import { applyMigrations, hasPendingMigrations, ormOptions } from './migrations.js';
import { giveBackPages, makeShrinkable, type SpaceLog } from './space.js';
import { addFunctions } from './reading/functions.js';
import { openScanner } from './reading/opening.js';
import type { Asker } from './reading/place.js';
import { keepStatements } from './statements.js';
import { checkIntegrity, connectionPragmas, inMemory, markFile, parseSqliteUrl, prepareFile, takeLock } from './sqlite.js';

/** A value as it stands in a raw row on SQLite: times are epoch milliseconds, booleans 0 or 1, JSON its text. */
type Stored<T> = T extends Date | boolean | number ? number : T extends string ? string : T extends null | undefined ? T : string;
type StoredColumn<C> = C extends ColumnType<infer S, infer I, infer U> ? ColumnType<Stored<S>, Stored<I>, Stored<U>> : Stored<C>;
type StoredTables<DB> = { [T in keyof DB]: { [C in keyof DB[T]]: StoredColumn<DB[T][C]> } };

/** Every table with its columns, snake_case: `tables['image_blob']['is_foreign']`. See entities/ for what they mean. */
export type Tables = StoredTables<InferKyselyDB<(typeof entities)[number]>>;

export interface Database {
  /** For registries, accounts and whatever has rules. Fork `orm.em` for each piece of work. */
  readonly orm: MikroORM;
  /**
   * The same connection without entities, for lists and bulk writes: raw rows, no conversion. There is one connection, so
   * inside a transaction use the transaction's own handle, and never await anything but the database: all else waits.
   */
  readonly kysely: Kysely<Tables>;
  /**
   * The same tables, to be read where a statement may look at more rows than it gives: it runs in another process, and so stops
   * nothing here, but costs some 0.2 ms more. A database in memory has only the one connection, and this is `kysely`.
   */
  readonly scanner: Kysely<Tables>;
  /** What `work` reads by `scanner` is read for this caller. */
  readonly readAs: <T>(asker: Asker, work: () => T) => T;
  /** What a reader can see changes exactly when this does. */
  readonly generation: Generation;
  /** Gives free pages back to the file system, some at a time, and how many. */
  giveBackPages(): AsyncGenerator<number>;
  /**
   * Runs a write, one statement or one transaction, and resolves when it is on the disk: no power cut takes it back. Other
   * writes may be lost with the power, in their order, the last ones first.
   */
  readonly durably: <T>(write: () => Promise<T>) => Promise<T>;
  /** Looks after the file from now on. `onChange` is told when writing is refused, and why; null: it goes on. */
  watch(timer: Timer, onChange: (fault: GatewayError | null) => void): Promise<void>;
  /** Why every write is refused; null: none is. */
  readonly fault: GatewayError | null;
  /** True when the tables are exactly what the entities say. */
  checkSchema(): Promise<boolean>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /**
   * 'own' (the default): this process serves the file, alone. 'beside': a short-lived tool that may run while a gateway does;
   * it migrates only when no gateway is running.
   */
  readonly access?: 'own' | 'beside';
  readonly log?: SpaceLog;
  /** How many processes read beside this one at the most; 2 by default. */
  readonly readers?: number | undefined;
  readonly timer?: Timer;
}

export const defaultReaders = 2;

/**
 * Opens `sqlite:<file>` or `sqlite::memory:`, checks the file and migrates it. Throws BAD_USER_INPUT for another URL or a file
 * open to all, STORAGE_BUSY when another gateway serves it, STORAGE_CORRUPT when it is damaged or newer than this program.
 */
export async function openDatabase(
  url: string,
  { access = 'own', readers = defaultReaders, timer = systemTimer, log = () => undefined }: DatabaseOptions = {},
): Promise<Database> {
  const path = parseSqliteUrl(url);
  prepareFile(path);
  const pragmas = connectionPragmas(access);
  const file: { watch: FileWatch | null } = { watch: null };
  const findFault = (): GatewayError | null => file.watch?.fault ?? null;
  const slices = createSlices(statementSlice, () => timer.elapsed());
  const orm = await MikroORM.init({
    ...ormOptions(path),
    onCreateConnection: (connection: unknown) => prepareConnection(connection as DatabaseConnection, { pragmas, slices, findFault }),
  });
  try {
    const release = await prepareTables(orm, path, access);
    if (access === 'own') await makeShrinkable(orm, path, log);
    addFunctions(await orm.em.getConnection().getNativeClient());
    await keepStatements(orm);
    const kysely = orm.em.getConnection().getClient<Tables>();
    const durability = path === inMemory ? noDurability : await openDurability(path);
    const scanner = openScanner(path, kysely, { size: readers, timer, findFault });
    return {
      orm,
      kysely,
      scanner: scanner.kysely,
      readAs: scanner.readAs,
      generation: createGeneration(),
      giveBackPages: () => giveBackPages(orm, kysely, findFault),
      async durably(write) {
        const result = await write();
        await durability.flush();
        return result;
      },
      async watch(timer, onChange) {
        if (path === inMemory) return;
        file.watch = await watchFile({ path, mark: await markFile(orm), timer, check: () => checkFile(path), onChange });
      },
      get fault() {
        return findFault();
      },
      checkSchema: async () => (await orm.schema.getUpdateSchemaSQL()) === '',
      async close() {
        await scanner.close();
        await durability.close();
        await file.watch?.rest();
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

/** Returns what gives the lock back, if it was taken to keep. */
async function prepareTables(orm: MikroORM, path: string, access: 'own' | 'beside'): Promise<() => void> {
  if (access === 'beside' && !(await hasPendingMigrations(orm))) return () => undefined;
  const release = takeLock(path);
  try {
    await checkIntegrity(orm, path);
    await applyMigrations(orm);
  } catch (error) {
    release();
    throw error;
  }
  if (access === 'beside') release();
  return access === 'own' ? release : () => undefined;
}
