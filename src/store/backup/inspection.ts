import type { SqliteFile } from '../file/driver.js';
import { isKnownMigration } from '../database/sqlitemigrating.js';
import { sqliteMigrations } from '../database/migrations/sqlite.js';
import type { Sealed } from '../keys/keyring.js';
import { canaryKey } from '../keys/canary.js';

/** How the tables of a file stand to those of this program. */
export interface SchemaState {
  /** False: it has not the tables of a gateway at all. */
  readonly isGateways: boolean;
  /** A migration that only a later version knows; null: none. */
  readonly newer: string | null;
  /** Migrations that the next start applies. */
  readonly pending: number;
}

export function readSchemaState(file: SqliteFile): SchemaState {
  const tables = new Set(
    file
      .prepare("select name from sqlite_master where type = 'table'")
      .all()
      .map(({ name }) => name),
  );
  const isGateways = ['mikro_orm_migrations', 'setting', 'registry', 'job'].every((table) => tables.has(table));
  if (!isGateways) return { isGateways, newer: null, pending: sqliteMigrations.length };
  const applied = new Set(
    file
      .prepare('select name from mikro_orm_migrations')
      .all()
      .map(({ name }) => String(name)),
  );
  const newer = [...applied].find((name) => !isKnownMigration(name)) ?? null;
  return { isGateways, newer, pending: sqliteMigrations.filter(({ name }) => !applied.has(name)).length };
}

/** The sealed text that only this database's key opens; null: nothing was ever sealed. */
export function readCanary(file: SqliteFile): Sealed | null {
  const [row] = file.prepare('select value from setting where key = ?').all(canaryKey);
  return row === undefined ? null : String(row['value']);
}
