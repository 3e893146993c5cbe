import type { Transaction } from '@mikro-orm/core';
import { Migrator } from '@mikro-orm/migrations';
import { MikroORM, type Options } from '@mikro-orm/postgresql';
import { GatewayError } from '../../errors.js';
import { findNewer, type MigrationDriver, type NamedMigration, refuseNewer } from '../database/migrations.js';
import { postgresMigrations } from '../database/migrations/postgres.js';
import { entities } from '../entities/all.js';
import { withStorage } from '../file/errors.js';
import type { SpaceLog } from '../file/space.js';
import { adaptColumns } from './columns.js';

/** The options of MikroORM wherever it opens PostgreSQL. Migrations run as the classes that are listed. */
export function postgresOptions(url: string): Options {
  return {
    clientUrl: url,
    ensureDatabase: false,
    entities: [...entities],
    discovery: { onMetadata: adaptColumns },
    extensions: [Migrator],
    migrations: { migrationsList: postgresMigrations, snapshot: false, silent: true },
    // The changes and guesses that gateways count for each other are no entities, nor are the tables of search, nor the
    // functions of triggers, of search and of events.
    schemaGenerator: {
      skipTables: ['generation', 'login_guess', /^search_/],
      ignoreTriggers: true,
      ignoreRoutines: true,
    },
    // Errors carry statements with values in them otherwise.
    debug: false,
  };
}

/** No server is asked: the snapshot tells what there is. */
export const postgresDriver: MigrationDriver = {
  name: 'postgres',
  listed: postgresMigrations,
  init: (options) => MikroORM.init({ ...postgresOptions('postgres://127.0.0.1:1/none'), ...options }),
};

/** In a database that a move has begun to fill, until it is whole. */
export const moveTable = 'store_move';

/** Any number that nobody else locks by in this database. */
const migrationLock = 7_270_619;

/**
 * Milliseconds between attempts. A change of a table waits until nobody reads it, and whoever comes later waits behind
 * it: it gives way, and tries again.
 */
const pauses = [500, 1000, 2000, 4000, 8000, 8000, 8000, 8000];
const longestWait = '2s';

/**
 * Brings the tables up to date, all migrations or none. Of several gateways that start at once one does, and the others
 * wait for it; those that run go on. Throws STORAGE_CORRUPT for a database that a later version has changed so that
 * this one cannot work with it, CONFLICT for one that is being filled by a move.
 */
export async function applyPostgresMigrations(orm: MikroORM, log: SpaceLog): Promise<void> {
  const connection = orm.em.getConnection();
  const migrate = (): Promise<void> =>
    connection.transactional(async (transaction) => {
      const run = (statement: string): Promise<unknown> => connection.execute(statement, [], 'run', transaction);
      await run('set local lock_timeout = 0');
      await run(`select pg_advisory_xact_lock(${migrationLock})`);
      const applied = await readApplied(orm, transaction);
      const newer = findNewer(applied, postgresMigrations);
      if (newer.length > 0) return assertKnown(applied, newer, log);
      const { executed, note } = applied;
      await run(`set local lock_timeout = '${longestWait}'`);
      if (executed.length < postgresMigrations.length) {
        if (executed.length > 0) log('the tables are brought up to date', { of: postgresMigrations.length });
        await orm.migrator.up({ transaction });
      }
      // A comment is in the database's dumps, and no table that could be moved.
      if (note !== noteOfThis()) await run(`comment on table mikro_orm_migrations is '${noteOfThis()}'`);
    });
  await withStorage(migrate, { pauses, asksFor: Infinity });
}

/** Says which migration a process must know to work with the tables; of later changes than it names it says nothing. */
function noteOfThis(): string {
  const needs = postgresMigrations.findLast((migration) => migration.needs !== undefined)?.needs;
  return `${postgresMigrations.at(-1)!.name} needs ${needs ?? postgresMigrations[0]!.name}`;
}

/** Throws STORAGE_CORRUPT when a later version took away what this one uses, or has not said that it did not. */
function assertKnown({ executed, note }: Applied, newer: readonly NamedMigration[], log: SpaceLog): void {
  const [, newest, needed = null] = /^(\w+) needs (\w+)$/.exec(note ?? '') ?? [];
  const has = (list: readonly NamedMigration[], name: string | null): boolean =>
    list.some((each) => each.name === name);
  if (
    newest !== executed.at(-1)?.name ||
    !has(postgresMigrations, needed) ||
    !postgresMigrations.every(({ name }) => has(executed, name))
  )
    throw refuseNewer(newer[0]!);
  log('the tables are of a later version, which only added to them', { changes: newer.map(({ name }) => name) });
}

/** For a tool, which may run beside gateways of another version. Throws CONFLICT where tables are missing. */
export async function assertMigrated(orm: MikroORM): Promise<void> {
  const applied = await readApplied(orm);
  const newer = findNewer(applied, postgresMigrations);
  if (newer.length > 0) return assertKnown(applied, newer, () => undefined);
  const { executed } = applied;
  if (executed.length === postgresMigrations.length) return;
  throw new GatewayError(
    'CONFLICT',
    executed.length === 0
      ? 'The database that DATABASE_URL names has not the tables of a gateway; its first start makes them.'
      : 'The tables of the database are of an earlier version: start the gateway first, which brings them up to date.',
  );
}

/** Which changes of its tables a database has. */
interface Applied {
  /** None in a database without any tables. */
  readonly executed: readonly NamedMigration[];
  /** As `noteOfThis` writes it; null: nobody has. */
  readonly note: string | null;
}

/** Throws CONFLICT for a database that is being filled by a move. */
async function readApplied(orm: MikroORM, transaction?: Transaction): Promise<Applied> {
  const connection = orm.em.getConnection();
  const [state] = await connection.execute<{ has: boolean; moves: boolean; note: string | null }[]>(
    `select to_regclass('mikro_orm_migrations') is not null as has, to_regclass('${moveTable}') is not null as moves,
      obj_description(to_regclass('mikro_orm_migrations'), 'pg_class') as note`,
    [],
    'all',
    transaction,
  );
  if (state?.moves) throw refuseUnfinished();
  if (!state?.has) return { executed: [], note: null };
  const names = 'select name from mikro_orm_migrations order by id';
  return {
    executed: await connection.execute<NamedMigration[]>(names, [], 'all', transaction),
    note: state.note,
  };
}

function refuseUnfinished(): GatewayError {
  return new GatewayError(
    'CONFLICT',
    'An installation is being moved into this database, and not all of it is there. Start the gateway when ' +
      '"registry-gateway migrate-store" has ended; if it was interrupted, run it again, and it goes on.',
  );
}
