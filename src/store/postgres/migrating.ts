import { Migrator } from '@mikro-orm/migrations';
import { MikroORM, type Options } from '@mikro-orm/postgresql';
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
    schemaGenerator: { ignoreTriggers: true },
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

/** Any number that nobody else locks by in this database. */
const migrationLock = 7_270_619;

/**
 * Brings the tables up to date, all migrations or none. Of several gateways that start at once one does, and the others
 * wait for it. Throws STORAGE_CORRUPT for a database that a later version has changed.
 */
export async function applyPostgresMigrations(orm: MikroORM, log: SpaceLog): Promise<void> {
  const connection = orm.em.getConnection();
  await connection.transactional(async (transaction) => {
    await connection.execute('set local lock_timeout = 0', [], 'run', transaction);
    await connection.execute(`select pg_advisory_xact_lock(${migrationLock})`, [], 'run', transaction);
    const [{ has } = { has: false }] = await connection.execute<{ has: boolean }[]>(
      "select to_regclass('mikro_orm_migrations') is not null as has",
      [],
      'all',
      transaction,
    );
    const executed = has
      ? await connection.execute<{ name: string }[]>('select name from mikro_orm_migrations', [], 'all', transaction)
      : [];
    refuseNewer(executed, postgresMigrations);
    if (executed.length === postgresMigrations.length) return;
    if (executed.length > 0) log('the tables are brought up to date', { of: postgresMigrations.length });
    await orm.migrator.up({ transaction });
  });
}
