import { existsSync } from 'node:fs';
import { type Config, readConfig } from '../config.js';
import type { Database } from '../store/database/database.js';
import { CommandError } from './exit.js';
import type { Io } from './io.js';

/**
 * The file DATABASE_URL names. No command makes it: a wrong DATABASE_URL would get an empty database, which looks like
 * the right one without anything in it. Throws CommandError (CONFIG).
 */
export async function findDatabaseFile({ databaseUrl }: Pick<Config, 'databaseUrl'>): Promise<string> {
  const path = await findDatabasePath(databaseUrl);
  if (existsSync(path)) return path;
  throw new CommandError(
    'CONFIG',
    `There is no database at ${path}. Set DATABASE_URL to the one the gateway serves; its first start makes it.`,
  );
}

/**
 * The path DATABASE_URL names, whether there is a file or not. Throws CommandError (CONFIG) for a database in memory.
 */
export async function findDatabasePath(databaseUrl: string): Promise<string> {
  const { inMemory, parseSqliteUrl } = await import('../store/file/sqlite.js');
  const path = parseSqliteUrl(databaseUrl);
  if (path !== inMemory) return path;
  throw new CommandError('CONFIG', 'DATABASE_URL names a database in memory, which no other process can reach.');
}

/** Runs `work` on the database of DATABASE_URL, also while a gateway serves it. */
export async function withDatabase<T>({ env }: Io, work: (database: Database) => Promise<T>): Promise<T> {
  const config = readConfig(env);
  await findDatabaseFile(config);
  const { openDatabase } = await import('../store/database/database.js');
  const { keyFile, anyFileSystem } = config;
  const database = await openDatabase(config.databaseUrl, { access: 'existing', keyFile, anyFileSystem });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}
