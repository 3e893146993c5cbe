import { GatewayError } from '../../errors.js';
import { moveTable } from '../postgres/migrating.js';
import { openPostgres } from '../postgres/open.js';
import type { MoveTarget } from './ends.js';
import { refuseOtherMove } from './identity.js';
import type { MovedRow, MovedTable } from './movedtables.js';
import {
  assertNoGateway,
  connectPostgres,
  createPostgresReading,
  hasTable,
  isMoving,
  isOfThisVersion,
  nameServer,
  type PostgresSession,
  withPostgres,
} from './postgresclient.js';

/** Any number that nobody else locks by in this database. */
const moveLock = 7_270_620;

/**
 * Looks at the target without writing to it. True: a move was begun, and is to go on. Throws as `connectPostgres`,
 * CONFLICT where it is not empty.
 */
export async function isPostgresBegun(url: string, tables: readonly MovedTable[]): Promise<boolean> {
  return withPostgres(url, (session) => isBegun(session, nameServer(url), tables));
}

/**
 * Opens the target, and makes the tables where they are missing. `source`: the identity of the installation. Throws as
 * `connectPostgres`, CONFLICT where it is not empty, or a move from elsewhere was begun, STORAGE_BUSY while another
 * move fills it.
 */
export async function openPostgresTarget(
  url: string,
  source: string,
  tables: readonly MovedTable[],
): Promise<MoveTarget> {
  const name = nameServer(url);
  const session = await connectPostgres(url);
  try {
    const [locked] = await session.run(`select pg_try_advisory_lock(${moveLock})`);
    if (locked?.[0] !== 't')
      throw new GatewayError('STORAGE_BUSY', `Another move fills ${name} just now.`, { retryAfter: 10 });
    if (!(await isBegun(session, name, tables))) await begin(session, url, source);
    await assertThisMove(session, name, source);
    return {
      ...createPostgresReading(session, name, 'begin isolation level repeatable read read only'),
      lastKey: (table) => readLastKey(session, table),
      write: (table, rows) => writeRows(session, table, rows),
      async setLastNumber({ name }, number) {
        if (number !== '0')
          await session.run("select setval(pg_get_serial_sequence($1, 'id'), $2::bigint)", [name, number]);
      },
      async finish() {
        await setArrivals(session, tables);
        // Without statistics the first pages would be planned as of empty tables.
        await session.run('analyze');
        await session.run(`drop table ${moveTable}`);
      },
      close: () => session.close(),
    };
  } catch (error) {
    await session.close();
    throw error;
  }
}

async function isBegun(session: PostgresSession, name: string, tables: readonly MovedTable[]): Promise<boolean> {
  if (await isMoving(session)) return true;
  await assertNoGateway(session, name);
  for (const table of tables) {
    if (!(await hasTable(session, table.name))) continue;
    const [row] = await session.run(`select exists (select 1 from "${table.name}")`);
    if (row?.[0] !== 't') continue;
    throw new GatewayError(
      'CONFLICT',
      `${name} is not empty: its table ${table.name} has rows. A move fills an empty database only: make another.`,
    );
  }
  return false;
}

async function begin(session: PostgresSession, url: string, source: string): Promise<void> {
  await (await openPostgres(url)).close();
  await session.run('begin');
  await session.run(`create table ${moveTable} (source text not null)`);
  await session.run(`insert into ${moveTable} (source) values ($1)`, [source]);
  await session.run('commit');
}

async function assertThisMove(session: PostgresSession, name: string, source: string): Promise<void> {
  const [row] = await session.run(`select source from ${moveTable}`);
  if (row?.[0] !== source || !(await isOfThisVersion(session)))
    throw refuseOtherMove(name, 'Drop that database, make it anew');
}

async function readLastKey(session: PostgresSession, { name, key }: MovedTable): Promise<string[] | null> {
  const list = key.map((column) => `"${column.name}"`);
  const order = list.map((column) => `${column} desc`).join(', ');
  const [row] = await session.run(`select ${list.join(', ')} from "${name}" order by ${order} limit 1`);
  return (row as string[] | undefined) ?? null;
}

/** One parameter for each column, however many rows there are: one statement, and so all rows or none. */
async function writeRows(
  session: PostgresSession,
  { name, columns }: MovedTable,
  rows: readonly MovedRow[],
): Promise<void> {
  const list = columns.map((column) => `"${column.name}"`).join(', ');
  const arrays = columns.map(({ type }, at) => `$${at + 1}::${type}[]`).join(', ');
  await session.run(
    `insert into "${name}" (${list}) select * from unnest(${arrays})`,
    columns.map((_column, at) => rows.map((row) => row[at])),
  );
}

/** Rows that come next are numbered after all that came. */
async function setArrivals(session: PostgresSession, tables: readonly MovedTable[]): Promise<void> {
  for (const { name, columns } of tables)
    for (const column of columns.filter(({ isArrival }) => isArrival))
      await session.run(
        `select setval(pg_get_serial_sequence($1, $2), coalesce(max("${column.name}"), 0) + 1, false) from "${name}"`,
        [name, column.name],
      );
}
