import { LRUCache } from 'lru-cache';
import { parseVersion, parseVersionRange } from '../../domain/version.js';
import type { SqliteFile } from '../file/driver.js';

type Range = ReturnType<typeof parseVersionRange>;

/** The ranges of the statements that were run last: SQLite hands the text over with every row. */
const kept = 100;

/**
 * The functions that statements use beside SQLite's own, the same on every connection:
 * `is_version_within(tag, range)`: 1 when the tag names a version in the range, as npm writes ranges; else 0.
 */
export function addFunctions(connection: Pick<SqliteFile, 'function'>): void {
  const ranges = new LRUCache<string, Range>({ max: kept });
  connection.function('is_version_within', { deterministic: true }, (tag: string, text: string) => {
    let range = ranges.get(text);
    if (!range) ranges.set(text, (range = parseVersionRange(text)));
    const version = parseVersion(tag);
    return version !== null && range.test(version) ? 1 : 0;
  });
}
