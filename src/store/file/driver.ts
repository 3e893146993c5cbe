import { createRequire } from 'node:module';

/** The methods used of a connection of better-sqlite3, the driver below MikroORM, which has no types of its own. */
export interface SqliteFile {
  /** Runs statements that give no rows. */
  exec(sql: string): void;
  /** The rows of a pragma. */
  pragma(text: string): Record<string, unknown>[];
  prepare(sql: string): {
    all(...parameters: unknown[]): Record<string, unknown>[];
    iterate(...parameters: unknown[]): IterableIterator<Record<string, unknown>>;
    run(...parameters: unknown[]): unknown;
  };
  /** A function that statements on this connection may call. */
  function(name: string, options: { deterministic: boolean }, work: (...values: never[]) => unknown): unknown;
  close(): void;
}

export interface SqliteFileOptions {
  readonly readonly?: boolean;
  /** Milliseconds to wait for a lock of another process; nothing else runs in this thread meanwhile. */
  readonly timeout?: number;
}

const SqliteDriver = createRequire(import.meta.url)('better-sqlite3') as new (
  path: string,
  options: object,
) => SqliteFile;

/** Opens a file that exists, without MikroORM: for tools and threads of their own. Throws the driver's errors. */
export function openSqliteFile(path: string, options: SqliteFileOptions = {}): SqliteFile {
  return new SqliteDriver(path, { fileMustExist: true, ...options });
}

/**
 * The first fault that `quick_check` finds, in SQLite's words; null: there is none. Reads the whole file. Throws the
 * driver's errors.
 */
export function findDamage(file: SqliteFile): string | null {
  const [row] = file.pragma('quick_check(1)');
  return row?.['quick_check'] === 'ok' ? null : String(row?.['quick_check']);
}
