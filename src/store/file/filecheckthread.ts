import { parentPort, workerData } from 'node:worker_threads';
import { findDamage, openSqliteFile } from './driver.js';

/**
 * SQLite's codes for a file that is not what it should be, or cannot be read. Any other fault says nothing of the file.
 */
const faults = /^SQLITE_(CORRUPT|NOTADB|IOERR)/;

/** Says what is wrong with the file, as far as `quick_check` can tell; null: nothing. */
function findProblem(path: string): string | null {
  try {
    const file = openSqliteFile(path, { readonly: true, timeout: 1000 });
    try {
      return findDamage(file);
    } finally {
      file.close();
    }
  } catch (error) {
    const { code = '', message } = error as { code?: string; message: string };
    return faults.test(code) ? `${code}: ${message}` : null;
  }
}

parentPort?.postMessage(findProblem(workerData as string), []);
