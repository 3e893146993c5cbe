import { isServerUrl } from '../../domain/databaseurl.js';
import { badInput, GatewayError } from '../../errors.js';
import { inMemory, parseSqliteUrl } from '../file/sqlite.js';
import type { Keyring } from '../keys/keyring.js';
import type { ChangedText, MoveSource, MoveTarget, ReadEnd } from './ends.js';
import { createFingerprinting, type TableFingerprint } from './fingerprint.js';
import { assertKeyFits, readIdentity } from './identity.js';
import { listMovedTables, type MovedTable } from './movedtables.js';
import { nameServer } from './postgresclient.js';
import { openPostgresSource } from './postgressource.js';
import { isPostgresBegun, openPostgresTarget } from './postgrestarget.js';
import { openSqliteSource } from './sqlitesource.js';
import { isSqliteBegun, openSqliteTarget } from './sqlitetarget.js';

export interface MoveSettings {
  /** `sqlite:<file>` or `postgres://…`; the other one is `to`. */
  readonly from: string;
  readonly to: string;
  /** null: no key is at hand. */
  readonly keyring: Keyring | null;
  readonly anyFileSystem: boolean;
  /** Reads all, and writes nothing. */
  readonly isDryRun: boolean;
  /** Told as rows are read: how many, and of how many. */
  readonly show: (done: number, total: number, step: string) => void;
}

export interface MovedStore {
  readonly from: string;
  readonly to: string;
  readonly tables: readonly (TableFingerprint & { readonly name: string })[];
  /** True: a move that was begun before went on. */
  readonly isContinued: boolean;
  /** How many texts had the character 0, and the first of them. */
  readonly changed: { readonly count: number; readonly first: readonly ChangedText[] };
}

/** So many changed texts are told by name. */
const named = 20;

/**
 * Moves an installation to the other engine: whatever is in the tables of the entities, with its keys. The source is
 * only read, and nobody can write to it meanwhile. A move that was killed goes on where it stopped. The target is
 * nobody's to open until both have the same rows. Throws BAD_USER_INPUT, CONFLICT and STORAGE_* with what to do next.
 */
export async function moveStore(settings: MoveSettings): Promise<MovedStore> {
  const { from, to, keyring, isDryRun } = settings;
  const places = findPlaces(from, to);
  const tables = await listMovedTables();
  const source =
    places.sqlite === 'source' ? await openSqliteSource(places.path) : await openPostgresSource(from, tables);
  try {
    await assertKeyFits(source, tables, keyring);
    const isContinued = places.sqlite === 'target' ? isSqliteBegun(places.path) : await isPostgresBegun(to, tables);
    const steps = createSteps(settings, await countAll(source, tables), isDryRun ? 1 : 3);
    if (isDryRun) {
      const looked = await readSource(source, tables, steps('looking at'));
      return { ...looked, from: source.name, to: showTarget(to), isContinued };
    }
    const identity = await readIdentity(source);
    const target =
      places.sqlite === 'target'
        ? await openSqliteTarget(places.path, identity, settings)
        : await openPostgresTarget(to, identity, tables);
    try {
      const moved = await fill(source, target, tables, steps);
      await source.assertAlone();
      await target.finish();
      return { ...moved, from: source.name, to: target.name, isContinued };
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

type MovedPlaces = { readonly sqlite: 'source' | 'target'; readonly path: string };

function findPlaces(from: string, to: string): MovedPlaces {
  const isSqlite = (url: string): boolean => url.startsWith('sqlite:');
  const toPath = (url: string): string => {
    const path = parseSqliteUrl(url);
    if (path === inMemory) throw badInput('A database in memory cannot be moved: no other process can reach it.');
    return path;
  };
  if (isSqlite(from) && isServerUrl(to)) return { sqlite: 'source', path: toPath(from) };
  if (isServerUrl(from) && isSqlite(to)) return { sqlite: 'target', path: toPath(to) };
  throw badInput(
    'One of --from and --to must be sqlite:<file>, and the other postgres://…. "backup" copies a file, and pg_dump a ' +
      'database of PostgreSQL.',
  );
}

type CountRows = (rows: number, table: MovedTable) => void;

/** `passes`: how many times all rows are gone through. */
function createSteps({ show }: MoveSettings, rows: number, passes: number): (step: string) => CountRows {
  let done = 0;
  return (step) =>
    (more, { name }) => {
      done += more;
      show(done, rows * passes, `${step} ${name}`);
    };
}

async function countAll(source: ReadEnd, tables: readonly MovedTable[]): Promise<number> {
  let rows = 0;
  for (const table of tables) rows += await source.count(table);
  return rows;
}

/** Throws CONFLICT when source and target are not the same in the end. */
async function fill(
  source: MoveSource,
  target: MoveTarget,
  tables: readonly MovedTable[],
  steps: (step: string) => CountRows,
): Promise<Looked> {
  const copying = steps('copying');
  for (const table of tables) {
    const last = await target.lastKey(table);
    if (last !== null) copying(await target.count(table), table);
    for await (const rows of source.read(table, last)) {
      await target.write(table, rows);
      copying(rows.length, table);
    }
    if (table.isNumbered) await target.setLastNumber(table, await source.lastNumber(table));
  }
  const here = await readSource(source, tables, steps('checking'));
  const there = await readFingerprints(target, tables, steps('checking'));
  const differing = here.tables.filter((table, at) => JSON.stringify(table) !== JSON.stringify(there[at]));
  if (differing.length > 0)
    throw new GatewayError(
      'CONFLICT',
      `${target.name} does not have the rows of ${source.name}: ${differing.map(({ name }) => name).join(', ')}. The ` +
        'source was changed since the move was begun, or the target was. Nothing uses the target: remove it, and ' +
        'begin again.',
    );
  return here;
}

type Looked = Pick<MovedStore, 'tables' | 'changed'>;

async function readSource(source: ReadEnd, tables: readonly MovedTable[], count: CountRows): Promise<Looked> {
  const changed = { count: 0, first: [] as ChangedText[] };
  const found = await readFingerprints(source, tables, count, (text) => {
    changed.count += 1;
    if (changed.first.length < named) changed.first.push(text);
  });
  return { tables: found, changed };
}

async function readFingerprints(
  end: ReadEnd,
  tables: readonly MovedTable[],
  count: CountRows,
  note?: (text: ChangedText) => void,
): Promise<MovedStore['tables']> {
  const found: (TableFingerprint & { readonly name: string })[] = [];
  for (const table of tables) {
    const fingerprinting = createFingerprinting();
    for await (const rows of end.read(table, null, note)) {
      for (const row of rows) fingerprinting.add(row);
      count(rows.length, table);
    }
    found.push({ name: table.name, ...fingerprinting.result });
  }
  return found;
}

function showTarget(to: string): string {
  return to.startsWith('sqlite:') ? parseSqliteUrl(to) : nameServer(to);
}
