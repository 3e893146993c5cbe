import { AsyncLocalStorage } from 'node:async_hooks';
import { MikroORM } from '@mikro-orm/postgresql';
import { type DatabaseConnection, type Kysely, sql } from 'kysely';
import type { PoolClient } from 'pg';
import { hidePassword } from '../../domain/databaseurl.js';
import { badInput } from '../../errors.js';
import { systemTimer, type Timer } from '../../timer.js';
import { noTracer, type Tracer } from '../../trace.js';
import { noWaits, type Waits } from '../../waits.js';
import type { Access } from '../database/claim.js';
import type { Database, Tables } from '../database/database.js';
import { createPatternStore } from '../database/patterns.js';
import { measureTurns } from '../database/connection.js';
import { toOpeningFault } from '../faults/postgresfaults.js';
import { Fencing } from '../leases/fences.js';
import { ReplicaLeases } from '../leases/replica.js';
import { toStorageError } from '../file/errors.js';
import type { Footprint } from '../file/footprint.js';
import type { SpaceLog } from '../file/space.js';
import type { OpenScanner } from '../scanning/opening.js';
import type { Askers } from '../scanning/scanner.js';
import { createCommit } from './commits.js';
import { sessionOptions } from './connecting.js';
import { Hearing } from './hearing.js';
import { applyPostgresMigrations, assertMigrated, postgresOptions } from './migrating.js';
import { openSearchSessions } from './searching.js';
import { createSessionSeeing } from './seensessions.js';
import { createSharedWriter } from './sharedwriter.js';
import { listWorkingIn, type StatementWatch, watchStatements } from './stalled.js';
import { adaptStatements } from './statements.js';
import { getTypeParser } from './values.js';
import { openWordConnection } from './word.js';

export interface PostgresOptions {
  /** Connections at the most; 10 by default. */
  readonly pool?: number;
  /** Sessions besides that search, at the most; 2 by default. */
  readonly readers?: number | undefined;
  /** Milliseconds after which the server ends a statement of theirs; 10 seconds by default. */
  readonly searchTime?: number | undefined;
  /** 'own' (the default): a gateway, which migrates. Another is a tool's, which needs what a gateway has made. */
  readonly access?: Access;
  /** Milliseconds that what is kept counts while the server cannot be reached; 0 by default. */
  readonly keptFor?: number;
  readonly log?: SpaceLog;
  readonly waits?: Waits;
  readonly timer?: Timer;
  readonly tracer?: Tracer;
}

const defaultPool = 10;
const defaultReaders = 2;

/**
 * Milliseconds. A transaction that waits for nothing but the database never comes near the first: who holds rows beyond
 * it is stopped, or is gone. Whoever waits for a row beyond the second is told STORAGE_BUSY.
 */
const timeouts = { idle_in_transaction_session_timeout: 5000, lock_timeout: 5000, connectionTimeoutMillis: 5000 };

/** The oldest server that is tested, as it tells its version. */
const oldest = 150_000;

/**
 * Opens `postgres://…`, and migrates it. Several gateways may open one at once. Throws BAD_USER_INPUT for a server that
 * is too old, or that refuses the URL's user, password, database or TLS; STORAGE_BUSY for one that cannot be reached,
 * STORAGE_CORRUPT for a database of a later version, and CONFLICT where a tool finds what no gateway has made ready.
 */
export async function openPostgres(url: string, options: PostgresOptions = {}): Promise<Database> {
  const { pool = defaultPool, access = 'own', log = () => undefined, waits = noWaits, tracer = noTracer } = options;
  const { timer = systemTimer } = options;
  const fencing = new Fencing();
  const word = openWordConnection(url);
  const commit = createCommit(word, timer);
  const watch = watchStatements(listWorkingIn(word), timer);
  const orm = await MikroORM.init({
    ...postgresOptions(url),
    pool: { max: pool },
    driverOptions: {
      ...sessionOptions(url, null),
      types: { getTypeParser },
      ...timeouts,
      onConnect: (client: PoolClient) => watch.admit(client),
    },
    onCreateConnection: async (connection: unknown) =>
      adaptStatements(connection as DatabaseConnection, { waits, tracer, fencing, commit }),
  }).catch((error: unknown) => {
    watch.close();
    return throwOpeningFault(error);
  });
  try {
    await assertServer(orm);
    if (access === 'own') await applyPostgresMigrations(orm, log);
    else await assertMigrated(orm);
    const kysely = measureTurns(orm.em.getConnection().getClient() as unknown as Kysely<Tables>, waits);
    const hearing = new Hearing(url, timer, options.keptFor);
    if (access === 'own') await hearing.start();
    const leases = new ReplicaLeases(kysely, word, timer, fencing);
    const { readers: size = defaultReaders, searchTime: bound } = options;
    const { connectionTimeoutMillis } = timeouts;
    const parts = { url, size, bound, connectionTimeoutMillis };
    const askers: Askers = new AsyncLocalStorage();
    const around = { ...parts, askers, kysely, timer, tracer, waits };
    const scanner = openSearchSessions(around);
    const quick = openSearchSessions({ ...around, size: Math.max(2, Math.ceil(pool / 2)), isSeen: true });
    const seeing = { quick, long: openSearchSessions({ ...around, isSeen: true }) };
    const opened = { orm, kysely, scanner, seeing, word, watch, leases, path: hidePassword(url) };
    return createPostgresDatabase(opened, hearing);
  } catch (error) {
    await orm.close(true);
    await word.destroy();
    watch.close();
    return throwOpeningFault(error);
  }
}

function throwOpeningFault(error: unknown): never {
  throw toOpeningFault(error) ?? toStorageError(error);
}

interface OpenedServer {
  readonly orm: MikroORM;
  readonly kysely: Kysely<Tables>;
  readonly scanner: OpenScanner<Tables>;
  /** Sessions of viewers with grants alone: for what an index gives, and for what looks at more rows. */
  readonly seeing: { readonly quick: OpenScanner<Tables>; readonly long: OpenScanner<Tables> };
  readonly word: Kysely<unknown>;
  readonly watch: StatementWatch;
  readonly leases: ReplicaLeases;
  readonly path: string;
}

/** The members that look after SQLite's file have nothing to do here: the server looks after its own. */
function createPostgresDatabase(opened: OpenedServer, hearing: Hearing): Database {
  const { orm, kysely, scanner, word, watch, leases, path } = opened;
  const writer = createSharedWriter(kysely, hearing);
  const patterns = createPatternStore({ kysely, ...hearing.generations, ...writer });
  const seeing = createSessionSeeing(patterns, opened.seeing.quick, opened.seeing.long);
  return {
    path,
    // Both are MikroORM's own for SQL; what is asked of it here is in both.
    orm: orm as unknown as Database['orm'],
    kysely,
    scanner: scanner.kysely,
    readAs: scanner.readAs,
    shareReads: scanner.shareReads,
    seenBy: seeing.seenBy,
    ...hearing.generations,
    ...writer,
    get replicas() {
      return hearing.replicas;
    },
    get awayFor() {
      return hearing.awayFor;
    },
    elsewhere: hearing,
    writes: hearing.writes,
    leases,
    async *giveBackPages() {
      // Its autovacuum does.
    },
    // A commit is on its disk, as far as its settings say so.
    durably: (write) => write(),
    watch: async () => undefined,
    fault: null,
    measure: () => measureDatabase(kysely),
    get readingProcesses() {
      return scanner.processes;
    },
    checkSchema: async () => (await orm.schema.getUpdateSchemaSQL({ wrap: false })) === '',
    async close() {
      await scanner.close();
      await seeing.close();
      await hearing.close();
      await leases.close();
      await word.destroy();
      await orm.close(true);
      watch.close();
    },
  };
}

async function assertServer(orm: MikroORM): Promise<void> {
  const [row] = await orm.em.getConnection().execute<{ version: string; encoding: string; lock: string }[]>(
    `select current_setting('server_version_num') as version, current_setting('server_encoding') as encoding,
      (select setting from pg_settings where name = 'lock_timeout') as lock`,
  );
  if (!(Number(row?.version) >= oldest && row?.encoding === 'UTF8'))
    throw badInput(
      `The database must be of PostgreSQL 15 or later, in UTF8; it is ${row?.version}, in ${row?.encoding}. Set ` +
        'DATABASE_URL to another.',
      'DATABASE_URL',
    );
  // A pooler that passes over what a session begins with would leave whoever waits for a lock waiting for ever.
  if (Number(row.lock) !== timeouts.lock_timeout)
    throw badInput(
      'What listens at DATABASE_URL passes over the settings that a session of the gateway begins with, as a pooler ' +
        'such as pgbouncer may. Name PostgreSQL itself: the gateway has a pool of its own, DATABASE_POOL.',
      'DATABASE_URL',
    );
}

/** The bytes of the database; its log, its free pages and its disk are the server's, and are not told. */
async function measureDatabase(db: Kysely<Tables>): Promise<Footprint> {
  const { rows } = await sql<{ bytes: number }>`select pg_database_size(current_database()) as bytes`.execute(db);
  return { file: rows[0]?.bytes ?? 0, log: null, free: null, disk: null };
}
