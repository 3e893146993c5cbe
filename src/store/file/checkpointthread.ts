import { statSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type { CheckpointThreadSettings } from './checkpoints.js';
import { openSqliteFile, type SqliteFile } from './driver.js';

/**
 * Opens the file that the gateway has open. Throws where another one has taken its name: the log beside it is not its
 * own, and SQLite would bring it in, at the latest when it is closed.
 */
function open({ path, device, inode }: CheckpointThreadSettings): SqliteFile {
  const { dev, ino } = statSync(path);
  if (dev !== device || ino !== inode) throw new Error(`Another file has taken the name ${path}.`);
  const file = openSqliteFile(path, { timeout: 0 });
  // SQLite opens the files at the first look, and keeps them.
  file.pragma('wal_checkpoint(noop)');
  return file;
}

const file = open(workerData as CheckpointThreadSettings);

parentPort?.on('message', (message: 'checkpoint' | 'close') => {
  if (message === 'close') {
    file.close();
    return parentPort?.close();
  }
  try {
    file.pragma('wal_checkpoint(passive)');
  } catch {
    // A disk that is full, or fails, lets nothing through: whoever writes next is told of it.
  }
  parentPort?.postMessage('done', []);
});
