import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';

/** The package's own version, as package.json beside the program has it. */
export function readVersion(): string {
  const file = findPackageJSON('..', import.meta.url);
  return file === undefined ? 'unknown' : (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
