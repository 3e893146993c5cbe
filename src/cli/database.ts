import { existsSync } from 'node:fs';
import { type Config, readConfig } from '../config.js';
import { isServerUrl } from '../domain/databaseurl.js';
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
 * The path DATABASE_URL names, whether there is a file or not. Throws CommandError (CONFIG) for a database in memory,
 * and for one of a server.
 */
export async function findDatabasePath(databaseUrl: string): Promise<string> {
  if (isServerUrl(databaseUrl))
    throw new CommandError(
      'CONFIG',
      'DATABASE_URL names a database server, and this command is for a database in a file. A server has tools of its ' +
        'own: pg_dump makes a backup, and pg_restore puts it back (docs/backup.md).',
    );
  const { inMemory, parseSqliteUrl } = await import('../store/file/sqlite.js');
  const path = parseSqliteUrl(databaseUrl);
  if (path !== inMemory) return path;
  throw new CommandError('CONFIG', 'DATABASE_URL names a database in memory, which no other process can reach.');
}

/** Connections of a command to a server: it does one thing after another. */
const pool = 2;

/** Runs `work` on the database of DATABASE_URL, also while a gateway serves it. */
export async function withDatabase<T>({ env }: Io, work: (database: Database) => Promise<T>): Promise<T> {
  const config = readConfig(env);
  const { databaseUrl, keyFile, anyFileSystem } = config;
  if (!isServerUrl(databaseUrl)) await findDatabaseFile(config);
  const { openStore } = await import('../store/engines.js');
  const database = await openStore(databaseUrl, { access: 'existing', keyFile, anyFileSystem, pool });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}
