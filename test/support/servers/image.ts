import { readFileSync } from 'node:fs';

/** Of a run: the file that test/support/run/migratedrun.ts made. */
export const imageVariable = 'TEST_MIGRATED_IMAGE';
const file = process.env[imageVariable];

/**
 * The bytes of an empty migrated SQLite database, which takes a tenth of what the migrations take; undefined where the
 * run made none.
 */
export const migratedImage: Uint8Array | undefined = file === undefined ? undefined : readFileSync(file);
