import { Client } from 'pg';
import { badInput, GatewayError } from '../../errors.js';
import { systemTimer, type Timer } from '../../timer.js';
import { goneAfter, hasSpoken } from '../leases/replica.js';
import { toOpeningFault } from '../faults/postgresfaults.js';
import { toStorageError } from '../file/errors.js';
import { postgresMigrations } from '../database/migrations/postgres.js';
import { moveTable } from '../postgres/migrating.js';
import { gatewayName, sessionOptions } from '../postgres/connecting.js';
import { listWorkingIn, watchStatements } from '../postgres/stalled.js';
import { openWordConnection } from '../postgres/word.js';
import { countCharacters, largestPiece, type MovedKey, type ReadEnd } from './ends.js';
import type { MovedRow, MovedTable } from './movedtables.js';

/** One session, in which every value is read as its text. */
export interface PostgresSession {
  run(statement: string, parameters?: readonly unknown[]): Promise<(string | null)[][]>;
  close(): Promise<void>;
}

/** Of this command's sessions; those of gateways begin alike. */
const ownName = `${gatewayName} migrate-store`;

/** Milliseconds. */
const connectTimeout = 10_000;

/**
 * A statement that the server does not work on, as its flow is dead, is given up as a gateway's is, and the move with
 * it: what was written is looked up when it goes on. Throws BAD_USER_INPUT for a URL or a login that the server
 * refuses, STORAGE_BUSY where there is no server. What is said never holds the URL, which may have a password.
 */
export async function connectPostgres(url: string, timer: Timer = systemTimer): Promise<PostgresSession> {
  const session = { ...sessionOptions(url, null), application_name: ownName };
  const client = new Client({
    ...session,
    connectionTimeoutMillis: connectTimeout,
    types: { getTypeParser: () => (text: string) => text },
  });
  // It is told by the statement that meets it.
  client.on('error', () => undefined);
  const told = async <T>(work: () => Promise<T>): Promise<T> =>
    work().catch((error: unknown) => throwFault(error, url));
  await told(() => client.connect());
  const word = openWordConnection(url, session);
  const watch = watchStatements(listWorkingIn(word), timer);
  await told(() => watch.admit(client));
  return {
    run: (text, parameters = []) =>
      told(async () => (await client.query({ text, values: [...parameters], rowMode: 'array' })).rows as string[][]),
    async close() {
      watch.close();
      await word.destroy();
      await client.end();
    },
  };
}

/** Runs `work` in a session of its own. */
export async function withPostgres<T>(url: string, work: (session: PostgresSession) => Promise<T>): Promise<T> {
  const session = await connectPostgres(url);
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

function throwFault(error: unknown, url: string): never {
  const fault = toOpeningFault(error) ?? toStorageError(error);
  const { code, severity } = error as { readonly code?: unknown; readonly severity?: unknown };
  if (fault instanceof GatewayError || severity === undefined) throw fault;
  // Its words may hold a value of a row.
  throw new GatewayError('INTERNAL', `${nameServer(url)} refuses a statement (${String(code)}).`, { cause: error });
}

/** Throws BAD_USER_INPUT for what is no URL. */
export function nameServer(url: string): string {
  if (!URL.canParse(url)) throw badInput('The address of PostgreSQL must be postgres://user@host:port/database.');
  const { host, pathname } = new URL(url);
  return `postgres://${host}${pathname}`;
}

/** Throws STORAGE_BUSY while a gateway has sessions there, or was alive just now. */
export async function assertNoGateway(session: PostgresSession, name: string): Promise<void> {
  const [sessions] = await session.run(
    `select count(*) from pg_stat_activity where datname = current_database() and application_name like $1
      and application_name <> $2`,
    [`${gatewayName}%`, ownName],
  );
  const [alive] = (await hasTable(session, 'replica'))
    ? await session.run(`select count(*) from replica where ${hasSpoken(goneAfter)}`)
    : [];
  if (sessions?.[0] === '0' && (alive?.[0] ?? '0') === '0') return;
  throw new GatewayError(
    'STORAGE_BUSY',
    `A gateway is connected to ${name}. Stop all that serve it, and move it then.`,
    { retryAfter: 10 },
  );
}

/** True when a move into the database was begun and did not end. */
export async function isMoving(session: PostgresSession): Promise<boolean> {
  return hasTable(session, moveTable);
}

export async function hasTable(session: PostgresSession, table: string): Promise<boolean> {
  const [row] = await session.run('select to_regclass($1) is not null', [table]);
  return row?.[0] === 't';
}

/** Whether the tables are those of this version, neither earlier nor later. */
export async function isOfThisVersion(session: PostgresSession): Promise<boolean> {
  if (!(await hasTable(session, 'mikro_orm_migrations'))) return false;
  const names = (await session.run('select name from mikro_orm_migrations')).map(([name]) => name);
  return names.length === postgresMigrations.length && postgresMigrations.every(({ name }) => names.includes(name));
}

/** `begin`: of the transactions in which rows are read; null: one is open already. */
export function createPostgresReading(
  session: PostgresSession,
  name: string,
  begin: string | null,
): Omit<ReadEnd, 'close'> {
  return {
    name,
    async count(table) {
      const [row] = await session.run(`select count(*) from "${table.name}"`);
      return Number(row?.[0]);
    },
    async *read(table, after) {
      if (begin !== null) await session.run(begin);
      await session.run(`declare moved no scroll cursor for ${toSelect(table, after)}`, after ?? []);
      try {
        yield* fetchPieces(session);
      } finally {
        await session.run(begin === null ? 'close moved' : 'commit');
      }
    },
    async lastNumber(table) {
      const [row] = await session.run(`select pg_get_serial_sequence($1, 'id')`, [table.name]);
      const [last] = await session.run(`select case when is_called then last_value else 0 end from ${row?.[0]}`);
      return last?.[0] ?? '0';
    },
    async findSetting(key) {
      const [row] = await session.run('select value from setting where key = $1', [key]);
      return row?.[0] ?? null;
    },
  };
}

function toSelect({ name, columns, key }: MovedTable, after: MovedKey | null): string {
  const keys = key.map((column) => `"${column.name}"`).join(', ');
  const bounds = key.map(({ type }, at) => `$${at + 1}::${type}`).join(', ');
  const where = after === null ? '' : `where (${keys}) > (${bounds})`;
  return `select ${columns.map((column) => `"${column.name}"`).join(', ')} from "${name}" ${where} order by ${keys}`;
}

/** How many rows are asked for follows from how large the ones before were. */
async function* fetchPieces(session: PostgresSession): AsyncGenerator<readonly MovedRow[]> {
  for (let rows = 50; ;) {
    const piece = await session.run(`fetch ${rows} from moved`);
    if (piece.length > 0) yield piece;
    if (piece.length < rows) return;
    const characters = piece.reduce((sum, row) => sum + countCharacters(row), 0);
    rows = Math.max(
      1,
      Math.min(largestPiece.rows, 2 * rows, Math.floor((rows * largestPiece.characters) / characters)),
    );
  }
}
