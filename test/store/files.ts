import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, openDatabase } from '../../src/store/database/database.js';

/** A folder that goes when the test does: `using folder = createFolder()`. */
export function createFolder(): Disposable & { readonly path: string; file(name: string): string } {
  const path = mkdtempSync(join(tmpdir(), 'gateway-store-'));
  return {
    path,
    file: (name) => join(path, name),
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** An empty migrated database in memory: `await using database = await openMemory()`. */
export async function openMemory(): Promise<Database & AsyncDisposable> {
  const database = await openDatabase('sqlite::memory:');
  return Object.assign(database, { [Symbol.asyncDispose]: () => database.close() });
}
