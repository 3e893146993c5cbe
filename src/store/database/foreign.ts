import { badInput, type GatewayError } from '../../errors.js';
import type { SqliteFile } from '../file/driver.js';
import { inspectFile } from '../file/inspecting.js';
import { isKnownMigration } from './sqlitemigrating.js';

/**
 * Throws BAD_USER_INPUT for an SQLite file of another program: it has tables, and none of the gateway's changes was
 * made to it. It is only read, so that it stays as it is. Throws STORAGE_* where it cannot be.
 */
export async function assertOwn(path: string): Promise<void> {
  if (await inspectFile(path, isForeign)) throw refuseForeign(path);
}

function isForeign(file: SqliteFile): boolean {
  const tables = file
    .prepare("select name from sqlite_master where type = 'table' and name not like 'sqlite\\_%' escape '\\'")
    .all();
  if (!tables.some(({ name }) => name === 'mikro_orm_migrations')) return tables.length > 0;
  // The program may keep its changes as the gateway does. A later version of the gateway has made the earlier ones too.
  const names = file
    .prepare('select name from mikro_orm_migrations')
    .all()
    .map(({ name }) => String(name));
  return names.length === 0 ? tables.length > 1 : !names.some(isKnownMigration);
}

function refuseForeign(path: string): GatewayError {
  const next = 'Set DATABASE_URL to the one of the gateway, or to a new file.';
  return badInput(
    `${path} is the database of another program: its tables are not the gateway's. Nothing was changed. ${next}`,
    'DATABASE_URL',
  );
}
