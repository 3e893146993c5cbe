import { MikroORM } from '@mikro-orm/postgresql';
import { type CompiledQuery, type DatabaseConnection, type Kysely, type QueryResult, sql } from 'kysely';
import { types } from 'pg';
import { GatewayError } from '../../errors.js';
import { repeat, systemTimer, type Timer } from '../../timer.js';
import { noWaits, type Waits } from '../../waits.js';
import { createGenerations, type Database, type Tables } from '../database/database.js';
import { toStorageError } from '../file/errors.js';
import type { Footprint } from '../file/footprint.js';
import type { SpaceLog } from '../file/space.js';
import { applyPostgresMigrations, postgresOptions } from './migrating.js';

export interface PostgresOptions {
  /** Connections at the most; 10 by default. */
  readonly pool?: number;
  readonly log?: SpaceLog;
  readonly waits?: Waits;
  readonly timer?: Timer;
}

const defaultPool = 10;

/**
 * Milliseconds. A transaction that waits for nothing but the database never comes near the first: who holds rows beyond
 * it is stopped, or is gone. Whoever waits for a row beyond the second is told STORAGE_BUSY.
 */
const timeouts = { idle_in_transaction_session_timeout: 10_000, lock_timeout: 5000, connectionTimeoutMillis: 5000 };

/** The oldest server that is tested, as it tells its version. */
const oldest = 150_000;

/**
 * Opens `postgres://…`, and migrates it. Several gateways may open one at once. Throws BAD_USER_INPUT for a server that
 * is too old, STORAGE_BUSY for one that cannot be reached, STORAGE_CORRUPT for a database of a later version.
 */
export async function openPostgres(url: string, options: PostgresOptions = {}): Promise<Database> {
  const { pool = defaultPool, log = () => undefined, waits = noWaits, timer = systemTimer } = options;
  const orm = await MikroORM.init({
    ...postgresOptions(url),
    pool: { max: pool },
    driverOptions: { types: { getTypeParser }, application_name: 'registry-gateway', ...timeouts },
    onCreateConnection: (connection: unknown) => adaptStatements(connection as DatabaseConnection, waits),
  }).catch((error: unknown) => {
    throw toStorageError(error);
  });
  try {
    await assertVersion(orm);
    await applyPostgresMigrations(orm, log);
    return createPostgresDatabase(orm, timer);
  } catch (error) {
    await orm.close(true);
    throw toStorageError(error);
  }
}

/** The members that look after SQLite's file have nothing to do here: the server looks after its own. */
function createPostgresDatabase(orm: MikroORM, timer: Timer): Database {
  const kysely = orm.em.getConnection().getClient() as unknown as Kysely<Tables>;
  return {
    path: '',
    // Both are MikroORM's own for SQL; what is asked of it here is in both.
    orm: orm as unknown as Database['orm'],
    kysely,
    // Statements run in the server, and stop nothing here.
    scanner: kysely,
    readAs: (_asker, work) => work(),
    ...createGenerations(),
    writes: { on: (_table, wake) => repeat(timer, lookEvery, wake) },
    async *giveBackPages() {
      // Its autovacuum does.
    },
    // A commit is on its disk, as far as its settings say so.
    durably: (write) => write(),
    watch: async () => undefined,
    fault: null,
    measure: () => measureDatabase(kysely),
    readingProcesses: 0,
    checkSchema: async () => (await orm.schema.getUpdateSchemaSQL({ wrap: false })) === '',
    close: () => orm.close(true),
  };
}

/** Milliseconds. What other gateways write is not heard of yet: whoever waits for rows looks for them. */
const lookEvery = 1000;

/** PostgreSQL's numbers for its types: pg_type.dat. */
const oids = { int8: 20, numeric: 1700 };

/** Raw rows are as SQLite gives them: whole numbers are numbers. */
function getTypeParser(oid: number, format?: 'text' | 'binary'): (text: string) => unknown {
  if (oid === oids.int8 || oid === oids.numeric) return Number;
  return types.getTypeParser(oid, format === 'binary' ? 'text' : format) as (text: string) => unknown;
}

/** No text in PostgreSQL has the character 0, which a manifest of a registry may. */
function adaptStatements(connection: DatabaseConnection, waits: Waits): Promise<void> {
  const execute = connection.executeQuery.bind(connection) as (...all: unknown[]) => Promise<QueryResult<unknown>>;
  connection.executeQuery = <R>(query: CompiledQuery, ...rest: unknown[]) => {
    const end = waits.begin('database');
    const hasNull = query.parameters.some((value) => typeof value === 'string' && value.includes('\0'));
    const parameters = hasNull ? query.parameters.map(replaceNull) : query.parameters;
    return execute({ ...query, parameters }, ...rest).finally(end) as Promise<QueryResult<R>>;
  };
  return Promise.resolve();
}

function replaceNull(value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll('\0', '\ufffd') : value;
}

async function assertVersion(orm: MikroORM): Promise<void> {
  const [row] = await orm.em
    .getConnection()
    .execute<{ version: string; encoding: string }[]>(
      "select current_setting('server_version_num') as version, current_setting('server_encoding') as encoding",
    );
  if (Number(row?.version) >= oldest && row?.encoding === 'UTF8') return;
  throw new GatewayError(
    'BAD_USER_INPUT',
    `The database must be of PostgreSQL 15 or later, in UTF8; it is ${row?.version}, in ${row?.encoding}. Set ` +
      'DATABASE_URL to another.',
    { path: ['DATABASE_URL'] },
  );
}

/** The bytes of the database; its log, its free pages and its disk are the server's, and are not told. */
async function measureDatabase(db: Kysely<Tables>): Promise<Footprint> {
  const { rows } = await sql<{ bytes: number }>`select pg_database_size(current_database()) as bytes`.execute(db);
  return { file: rows[0]?.bytes ?? 0, log: 0, free: 0, disk: null };
}
