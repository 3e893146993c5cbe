import { writeFileSync } from 'node:fs';
import { MikroORM } from '@mikro-orm/sqlite';
import type { DatabaseConnection, Kysely } from 'kysely';
import { measureTurns, prepareConnection, statementSlice } from './connection.js';
import type { GatewayError } from '../../errors.js';
import type { GrantedPlace } from '../../domain/grant.js';
import { createSlices, type Slices, systemTimer, type Timer } from '../../timer.js';
import { noTracer, type Tracer } from '../../trace.js';
import { noWaits, type Waits } from '../../waits.js';
import { type Checkpoints, noCheckpoints, openCheckpoints } from '../file/checkpoints.js';
import { createOwnLeases, type Leases } from '../leases/leases.js';
import { type Durability, noDurability, openDurability } from '../file/durability.js';
import { toStorageError } from '../file/errors.js';
import type { SqliteFile } from '../file/driver.js';
import { checkFile, type FileWatch, watchFile } from '../file/filewatch.js';
import { type Footprint, measureFootprint } from '../file/footprint.js';
import { type Claim, claimFile, type FileOptions } from './claim.js';
import { createPatternStore } from './patterns.js';
import { createSeeing, type SeenTables } from './seentables.js';
import { prepareTables, skipEventIds } from './preparation.js';
import { createGenerations, type Generations } from './generations.js';
import type { Tables } from './tables.js';
import { watchWrites, type WriteSignal } from './writesignal.js';
import { createSoleWriter, type Elsewhere, nothingElsewhere, type Writer } from './writer.js';
import { ormOptions } from './sqlitemigrating.js';
import { giveBackPages, makeShrinkable, type SpaceLog } from '../file/space.js';
import { addFunctions } from '../scanning/functions.js';
import { openScanner } from '../scanning/opening.js';
import type { Asker } from '../scanning/place.js';
import type { ReadShared } from '../scanning/scanner.js';
import { keepStatements } from './driverpatches.js';
import { connectionPragmas, inMemory, markFile, parseSqliteUrl, unmarkFile } from '../file/sqlite.js';

export type { Tables };

export interface Database extends Generations, Writer {
  /** The file, absolute; `:memory:` for none; of a server its URL without the password. */
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
   * so stops nothing here, but costs some 0.2 ms more; of a server in a session for such. A database in memory has only
   * the one connection, and this is `kysely`.
   */
  readonly scanner: Kysely<Tables>;
  /** Runs `work`; the statements that it puts to `scanner` count as this caller's. */
  readonly readAs: <T>(asker: Asker, work: () => T) => T;
  /** Names of what is shared are those of the function that it gives. */
  readonly shareReads: () => ReadShared;
  /** Both, as somebody sees them who was granted these places alone: see seentables.ts. */
  readonly seenBy: (places: readonly GrantedPlace[]) => SeenTables;
  /** Tells whoever waits for rows that some may have come. */
  readonly writes: WriteSignal;
  /** Gateways that live and have this database, this one included. */
  readonly replicas: number;
  /**
   * Milliseconds since its server was last heard, while that cannot be reached and what is kept of it is given out all
   * the same; null: neither.
   */
  readonly awayFor: number | null;
  /** Tells of what other gateways write. */
  readonly elsewhere: Elsewhere;
  /** Who does what, where several gateways share it. */
  readonly leases: Leases;
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
  /** Processes, or sessions of a server, that read beside this one at this moment. */
  readonly readingProcesses: number;
  /** True when the tables are exactly what the entities say. */
  checkSchema(): Promise<boolean>;
  close(): Promise<void>;
}

export interface DatabaseOptions extends FileOptions {
  readonly log?: SpaceLog;
  readonly warn?: SpaceLog;
  /** How many processes read beside this one at the most; 2 by default. */
  readonly readers?: number | undefined;
  readonly timer?: Timer;
  readonly tracer?: Tracer;
  readonly waits?: Waits;
}

const defaultReaders = 2;

/**
 * Opens `sqlite:<file>` or `sqlite::memory:`, checks the file and migrates it. Throws BAD_USER_INPUT for another URL, a
 * file open to all, on a network or of another program, STORAGE_BUSY when another gateway serves it, STORAGE_FULL,
 * STORAGE_READ_ONLY, STORAGE_CORRUPT when it is damaged, newer than this program, or what is left of a lost one.
 */
export async function openDatabase(url: string, options: DatabaseOptions = {}): Promise<Database> {
  const { access = 'own', timer = systemTimer, waits = noWaits, log = () => undefined, warn = log, image } = options;
  const path = parseSqliteUrl(url);
  const claim = await claimFile(path, options);
  const { found, release } = claim;
  if (image && found?.wasEmpty) writeFileSync(path, image);
  const pragmas = connectionPragmas(access, found?.wasEmpty ?? true);
  const file: WatchedFile = { watch: null, checkpoints: noCheckpoints };
  const slices = createSlices(statementSlice, () => timer.elapsed());
  const told = { findFault: () => findFault(file), onWrite: () => file.checkpoints.noteWrite() };
  const settings = { pragmas, slices, ...told, tracer: options.tracer ?? noTracer, waits };
  const orm = await MikroORM.init({
    ...ormOptions(path),
    // The driver opens bytes as a database in memory.
    ...(image && path === inMemory && { driverOptions: { dbName: image } }),
    onCreateConnection: (connection: unknown) => prepareConnection(connection as DatabaseConnection, settings),
  }).catch((error: unknown) => {
    release();
    throw toStorageError(error);
  });
  try {
    await prepareTables(orm, { path, access, claim, log, warn });
    if (access === 'own') await makeShrinkable(orm, path, log);
    const native = await orm.em.getConnection().getNativeClient();
    addFunctions(native);
    const writes = await watchWrites(orm, native);
    await keepStatements(orm);
    const durability = path === inMemory ? noDurability : await openDurability(path);
    if (access === 'own') file.checkpoints = await openCheckpoints(orm, path, timer, () => findFault(file) !== null);
    const mayHaveLost = access === 'own' && found?.wasEmpty === false && !claim.isAsClosed;
    if (mayHaveLost) await skipEventIds(orm, durability);
    const opened = { path, orm, native, slices, file, durability, writes, release, isUnchecked: claim.isAsClosed };
    return createDatabase(opened, options);
  } catch (error) {
    await orm.close(true).finally(() => release());
    throw toStorageError(error);
  }
}

/** null until the file is watched. */
interface WatchedFile {
  watch: FileWatch | null;
  checkpoints: Checkpoints;
}

interface OpenedFile {
  readonly path: string;
  readonly orm: MikroORM;
  readonly native: SqliteFile;
  readonly slices: Slices;
  readonly file: WatchedFile;
  readonly durability: Durability;
  readonly writes: WriteSignal;
  readonly release: Claim['release'];
  /** The file was opened without a check. */
  readonly isUnchecked: boolean;
}

function createDatabase(opened: OpenedFile, options: DatabaseOptions): Database {
  const { path, orm, native, slices, file, durability } = opened;
  const { timer = systemTimer, tracer = noTracer, waits = noWaits, readers: size = defaultReaders } = options;
  const kysely = measureTurns(orm.em.getConnection().getClient<Tables>(), waits);
  const parts = { size, timer, tracer, waits, findFault: () => findFault(file) };
  const scanner = openScanner(path, kysely, parts);
  const generations = createGenerations();
  const writer = createSoleWriter(kysely, generations);
  const patterns = createPatternStore({ kysely, ...generations, ...writer });
  const seeing = createSeeing({ path, kysely, native, scanner, patterns, slices, ...parts });
  return {
    path,
    orm,
    kysely,
    scanner: scanner.kysely,
    readAs: scanner.readAs,
    shareReads: scanner.shareReads,
    ...generations,
    ...writer,
    seenBy: seeing.seenBy,
    replicas: 1,
    awayFor: null,
    elsewhere: nothingElsewhere,
    writes: opened.writes,
    leases: createOwnLeases(),
    giveBackPages: () => giveBackPages(orm, kysely, parts.findFault),
    async durably(write) {
      const result = await write();
      await durability.flush().catch(throwStorageError);
      return result;
    },
    async watch(timer, onChange) {
      if (path === inMemory) return;
      file.watch = await watchFile({ path, mark: await markFile(orm), timer, check: () => checkFile(path), onChange });
    },
    get fault() {
      return findFault(file);
    },
    measure: () => measureFootprint(path, kysely),
    get readingProcesses() {
      return scanner.processes;
    },
    checkSchema: async () => (await orm.schema.getUpdateSchemaSQL()) === '',
    async close() {
      await scanner.close();
      seeing.close();
      await closeFile(opened);
    },
  };
}

async function closeFile({ orm, file, durability, release, isUnchecked }: OpenedFile): Promise<void> {
  let isClosed = false;
  try {
    await durability.close();
    await file.watch?.rest();
    // A full disk keeps the mark: the next start says that it was not closed, and nothing is lost.
    const isUnmarked = file.watch !== null && findFault(file) === null && (await isDone(unmarkFile(orm)));
    await file.checkpoints.close();
    await orm.close(true);
    await file.watch?.stop();
    isClosed = isUnmarked && (!isUnchecked || file.watch?.wasChecked === true);
  } finally {
    release(isClosed);
  }
}

async function isDone(work: Promise<void>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  );
}

function findFault({ watch }: WatchedFile): GatewayError | null {
  return watch?.fault ?? null;
}

function throwStorageError(error: unknown): never {
  throw toStorageError(error);
}
