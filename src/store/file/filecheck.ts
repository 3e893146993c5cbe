import { Worker } from 'node:worker_threads';

/**
 * Has a thread of its own check a database's file, so that the event loop goes on meanwhile. Resolves with what SQLite
 * finds wrong first; null: nothing, or it could not be checked now.
 */
export function checkFile(path: string): Promise<string | null> {
  return new Promise((resolve) => {
    const thread = new Worker(new URL('./filecheckthread.js', import.meta.url), { workerData: path });
    thread.unref();
    thread.once('message', resolve);
    // An error ends the thread too; after a message this comes too late to count.
    thread.once('error', () => resolve(null));
    thread.once('exit', () => resolve(null));
  });
}
