import { existsSync } from 'node:fs';
import { openSqliteFile, type SqliteFile } from './driver.js';
import { toStorageError } from './errors.js';

/**
 * Reads `path` with `work`, which may not write, while a gateway may serve it. Throws STORAGE_* for what SQLite cannot
 * read. Where no log (-wal) is beside the file, a read-only connection would make one and leave it there; one that may
 * write but is told not to takes it away again. Where a log is, such a connection would bring it into the file: that
 * one is read-only.
 */
export async function inspectFile<T>(path: string, work: (file: SqliteFile) => Promise<T> | T): Promise<T> {
  let file: SqliteFile | null = null;
  try {
    file = openSqliteFile(path, { readonly: existsSync(`${path}-wal`), timeout: 5000 });
    file.pragma('query_only = on');
    return await work(file);
  } catch (error) {
    throw toStorageError(error);
  } finally {
    file?.close();
  }
}
