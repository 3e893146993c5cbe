import type { EntityMetadata } from '@mikro-orm/core';
import { MikroORM, type Options } from '@mikro-orm/sqlite';
import { Migrator } from '@mikro-orm/migrations';
import { GatewayError } from '../../errors.js';
import { entities } from '../entities/all.js';
import type { SpaceLog } from '../file/space.js';
import { findNewer, type MigrationDriver, refuseNewer } from './migrations.js';
import { sqliteMigrations } from './migrations/sqlite.js';

export const sqliteDriver: MigrationDriver = {
  name: 'sqlite',
  listed: sqliteMigrations,
  init: (options) => MikroORM.init({ ...ormOptions(':memory:'), ...options }),
};

/**
 * The options of MikroORM wherever it runs. Migrations run as the classes listed beside their folder, never from a
 * path, so a build, a test run and a bundle cannot disagree about which there are.
 */
export function ormOptions(dbName: string): Options {
  return {
    dbName,
    entities: [...entities],
    discovery: { onMetadata: addExpressionIndexes },
    extensions: [Migrator],
    migrations: { migrationsList: sqliteMigrations, snapshot: false, silent: true },
    // The full-text tables of search are no entities, nor are the triggers that fill them; reading their definition
    // fails.
    schemaGenerator: { skipTables: [/^search_/], ignoreTriggers: true },
    // Errors carry statements with values in them otherwise.
    debug: false,
  };
}

/** PostgreSQL reads no expression out of an index without the columns that it is made of, and has none. */
function addExpressionIndexes(meta: EntityMetadata): void {
  if (meta.tableName !== 'repository') return;
  const namespace = "rtrim(rtrim(`name`, replace(`name`, '/', '')), '/')";
  const expression =
    'create index `repository_namespace_index` on `repository` ' +
    `(${namespace}, \`registry_id\`, \`tag_count\`, \`size\`, \`updated_at\`)`;
  meta.indexes.push({ name: 'repository_namespace_index', expression });
}

/**
 * Brings the tables up to date, all migrations or none. A rebuilt table on SQLite is dropped and made again, which
 * would run ON DELETE CASCADE on every child row: foreign keys are off meanwhile (outside the transaction, where that
 * works) and are checked afterwards, still inside it. Of a database that an earlier version has filled `log` is told
 * each step before it is begun: nobody is answered meanwhile. Tables that are up to date are left alone: the check of
 * all keys takes seconds where there are a million tags.
 */
export async function applyMigrations(orm: MikroORM, log: SpaceLog = () => undefined): Promise<void> {
  const executed = await orm.migrator.getExecuted();
  const [newer] = findNewer({ executed }, sqliteMigrations);
  if (newer) throw refuseNewer(newer);
  const pending = await orm.migrator.getPending();
  if (pending.length === 0) return;
  if (executed.length > 0) tellSteps(orm, pending.length, log);
  const connection = orm.em.getConnection();
  await connection.execute('pragma foreign_keys = off');
  try {
    await connection.transactional(async (transaction) => {
      await orm.migrator.up({ transaction });
      const orphans = await connection.execute<{ table: string }[]>('pragma foreign_key_check', [], 'all', transaction);
      if (orphans.length) {
        const tables = [...new Set(orphans.map((row) => row.table))].join(', ');
        throw new GatewayError(
          'STORAGE_CORRUPT',
          `A migration would leave rows without their parent in: ${tables}. Nothing was changed.`,
        );
      }
    });
  } finally {
    await connection.execute('pragma foreign_keys = on');
  }
}

function tellSteps(orm: MikroORM, steps: number, log: SpaceLog): void {
  let step = 0;
  orm.migrator.on('migrating', ({ name }) =>
    log('the tables are brought up to date', { change: name, step: ++step, of: steps }),
  );
}

export async function hasPendingMigrations(orm: MikroORM): Promise<boolean> {
  return (await orm.migrator.getPending()).length > 0;
}

/** False for a migration of a later version. */
export function isKnownMigration(name: string): boolean {
  return sqliteMigrations.some((migration) => migration.name === name);
}
