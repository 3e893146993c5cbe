import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../../../src/store/database/database.js';
import { imageVariable } from '../servers/image.js';

/** Migrates one database for all suites of a run: their empty ones begin as its bytes. */
export default async function migrateOnce(): Promise<void> {
  const database = await openDatabase('sqlite::memory:');
  const native = await database.orm.em.getConnection().getNativeClient();
  const file = join(mkdtempSync(join(tmpdir(), 'gateway-image-')), 'migrated.db');
  writeFileSync(file, native.serialize());
  await database.close();
  process.env[imageVariable] = file;
}
