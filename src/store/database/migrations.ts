import type { Options } from '@mikro-orm/core';
import { Migrator } from '@mikro-orm/migrations';
import { GatewayError } from '../../errors.js';

export interface NamedMigration {
  readonly name: string;
}

/** An engine with migrations of its own: one folder, one snapshot and one list. */
export interface MigrationDriver {
  readonly name: 'sqlite' | 'postgres';
  readonly listed: readonly NamedMigration[];
  /** Makes MikroORM ready to tell of the entities, with these options beside its own; no server is asked. */
  readonly init: (options: Partial<Pick<Options, 'baseDir' | 'migrations'>>) => Promise<MigrationOrm>;
}

/** As much of MikroORM as a migrator asks for. */
export interface MigrationOrm {
  readonly em: ConstructorParameters<typeof Migrator>[0];
  close(force: boolean): Promise<void>;
}

/** Migrations that only a later version knows. */
export function findNewer(
  { executed }: { readonly executed: readonly NamedMigration[] },
  known: readonly NamedMigration[],
): readonly NamedMigration[] {
  const names = new Set(known.map(({ name }) => name));
  return executed.filter(({ name }) => !names.has(name));
}

/** Of a database that a later version has changed: this one would write rows it misreads. */
export function refuseNewer({ name }: NamedMigration): GatewayError {
  return new GatewayError(
    'STORAGE_CORRUPT',
    `The database was changed by a later version (${name}). Start that version, or restore the backup ` +
      'made before it.',
  );
}

/** For developers, run from the project's root: the files that `check` compares and `create` writes. */
export function migrationFolder({ name }: MigrationDriver): string {
  return `src/store/database/migrations/${name}`;
}

/** Runs `work` with a migrator that compares the entities with the committed snapshot and writes migrations. */
export async function withMigrator<T>(driver: MigrationDriver, work: (migrator: Migrator) => Promise<T>): Promise<T> {
  const folder = migrationFolder(driver);
  const orm = await driver.init({
    baseDir: process.cwd(),
    migrations: {
      path: folder,
      pathTs: folder,
      emit: 'ts',
      snapshot: true,
      snapshotName: 'schema-snapshot',
      snapshotOnMigrate: false,
      silent: true,
    },
  });
  try {
    return await work(new Migrator(orm.em));
  } finally {
    await orm.close(true);
  }
}
