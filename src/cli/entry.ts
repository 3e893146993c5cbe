import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Where a command writes: results to `out`, complaints to `err`. */
export interface Output {
  out(text: string): void;
  err(text: string): void;
}

export const standardOutput: Output = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
};

/** True when node was started with this module; false when a test imports it. */
export function isEntry(moduleUrl: string): boolean {
  const started = process.argv[1];
  return started !== undefined && realpathSync(started) === fileURLToPath(moduleUrl);
}
