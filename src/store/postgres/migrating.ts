import type { Transaction } from '@mikro-orm/core';
import { Migrator } from '@mikro-orm/migrations';
import { MikroORM, type Options } from '@mikro-orm/postgresql';
import { GatewayError } from '../../errors.js';
import { type MigrationDriver, refuseNewer } from '../database/migrations.js';
import { postgresMigrations } from '../database/migrations/postgres.js';
import { entities } from '../entities/all.js';
import type { SpaceLog } from '../file/space.js';
import { adaptColumns } from './columns.js';

/** The options of MikroORM wherever it opens PostgreSQL. Migrations run as the classes that are listed. */
export function postgresOptions(url: string): Options {
  return {
    clientUrl: url,
    entities: [...entities],
    discovery: { onMetadata: adaptColumns },
    extensions: [Migrator],
    migrations: { migrationsList: postgresMigrations, snapshot: false, silent: true },
    // The changes that gateways count for each other are no entities.
    schemaGenerator: { skipTables: ['generation'], ignoreTriggers: true },
    // Errors carry statements with values in them otherwise.
    debug: false,
  };
}

/** No server is asked: the snapshot tells what there is. */
export const postgresDriver: MigrationDriver = {
  name: 'postgres',
  listed: postgresMigrations,
  init: (options) =>
    MikroORM.init({ ...postgresOptions('postgres://127.0.0.1:1/none'), ensureDatabase: false, ...options }),
};

/** In a database that a move has begun to fill, until it is whole. */
export const moveTable = 'store_move';

/** Any number that nobody else locks by in this database. */
const migrationLock = 7_270_619;

/**
 * Brings the tables up to date, all migrations or none. Of several gateways that start at once one does, and the others
 * wait for it. Throws STORAGE_CORRUPT for a database that a later version has changed, STORAGE_BUSY for one that is
 * being filled by a move.
 */
export async function applyPostgresMigrations(orm: MikroORM, log: SpaceLog): Promise<void> {
  const connection = orm.em.getConnection();
  await connection.transactional(async (transaction) => {
    await connection.execute('set local lock_timeout = 0', [], 'run', transaction);
    await connection.execute(`select pg_advisory_xact_lock(${migrationLock})`, [], 'run', transaction);
    const executed = await readExecuted(orm, transaction);
    refuseNewer(executed, postgresMigrations);
    if (executed.length === postgresMigrations.length) return;
    if (executed.length > 0) log('the tables are brought up to date', { of: postgresMigrations.length });
    await orm.migrator.up({ transaction });
  });
}

/** For a tool, which may run beside gateways of another version. Throws CONFLICT where tables are missing. */
export async function assertMigrated(orm: MikroORM): Promise<void> {
  const executed = await readExecuted(orm);
  refuseNewer(executed, postgresMigrations);
  if (executed.length === postgresMigrations.length) return;
  throw new GatewayError(
    'CONFLICT',
    executed.length === 0
      ? 'The database that DATABASE_URL names has not the tables of a gateway; its first start makes them.'
      : 'The tables of the database are of an earlier version: start the gateway first, which brings them up to date.',
  );
}

/**
 * Migrations that were applied; none in a database without any tables. Throws STORAGE_BUSY for a database that is being
 * filled by a move.
 */
async function readExecuted(orm: MikroORM, transaction?: Transaction): Promise<{ readonly name: string }[]> {
  const connection = orm.em.getConnection();
  const [{ has, moves } = { has: false, moves: false }] = await connection.execute<{ has: boolean; moves: boolean }[]>(
    `select to_regclass('mikro_orm_migrations') is not null as has, to_regclass('${moveTable}') is not null as moves`,
    [],
    'all',
    transaction,
  );
  if (moves) throw refuseUnfinished();
  if (!has) return [];
  return connection.execute<{ name: string }[]>('select name from mikro_orm_migrations', [], 'all', transaction);
}

function refuseUnfinished(): GatewayError {
  return new GatewayError(
    'STORAGE_BUSY',
    'An installation is being moved into this database, and not all of it is there. Start the gateway when ' +
      '"registry-gateway migrate-store" has ended; if it was interrupted, run it again, and it goes on.',
    { retryAfter: 60 },
  );
}
