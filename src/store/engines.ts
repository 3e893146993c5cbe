import { isServerUrl } from '../domain/databaseurl.js';
import type { Database, DatabaseOptions } from './database/database.js';
import type { PostgresOptions } from './postgres/open.js';

/** Each engine takes its own of these: a file has no pool, and a server no reading processes. */
export type StoreOptions = DatabaseOptions & PostgresOptions;

/**
 * Opens the database that DATABASE_URL names, and loads the driver of its engine alone. Throws as `openDatabase` and
 * `openPostgres` do.
 */
export async function openStore(url: string, options: StoreOptions = {}): Promise<Database> {
  if (isServerUrl(url)) return (await import('./postgres/open.js')).openPostgres(url, options);
  return (await import('./database/database.js')).openDatabase(url, options);
}
