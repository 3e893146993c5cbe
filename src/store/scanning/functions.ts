import { LRUCache } from 'lru-cache';
import { parseVersionRange } from '../../domain/version.js';
import { createVersionTest, type VersionTest } from '../../domain/versionrange.js';
import type { SqliteFile } from '../file/driver.js';

/** The ranges of the statements that were run last: SQLite hands the text over with every row. */
const kept = 100;

/**
 * The functions that statements use beside SQLite's own, the same on every connection:
 * `is_version_within(tag, range)`: 1 when the tag names a version in the range, as npm writes ranges; else 0.
 */
export function addFunctions(connection: Pick<SqliteFile, 'function'>): void {
  const tests = new LRUCache<string, VersionTest>({ max: kept });
  connection.function('is_version_within', { deterministic: true }, (tag: string, text: string) => {
    let isWithin = tests.get(text);
    if (!isWithin) tests.set(text, (isWithin = createVersionTest(parseVersionRange(text))));
    return isWithin(tag) ? 1 : 0;
  });
}
