import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '../../src/store/database/database.js';
import { openEmpty } from '../support/servers/engines.js';

/** A folder that goes when the test does: `using folder = createFolder()`. */
export function createFolder(): Disposable & { readonly path: string; file(name: string): string } {
  const path = mkdtempSync(join(tmpdir(), 'gateway-store-'));
  return {
    path,
    file: (name) => join(path, name),
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** An empty migrated database, in memory but for a run on PostgreSQL: `await using database = await openMemory()`. */
export function openMemory(): Promise<Database & AsyncDisposable> {
  return openEmpty();
}
