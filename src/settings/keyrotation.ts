import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { ConfigError } from './reader.js';
import { type KeySettings, oldMark, syncFolder } from './key.js';

/**
 * Puts a new key before the one in the gateway's own key file, which stays there as the one that only opens. Where that
 * was done before and not ended, the file stays as it is. Throws ConfigError.
 */
export function beginRotation(keyFile: string): void {
  replace(keyFile, (text) => {
    if (text.split('\n').some((line) => line.startsWith(oldMark))) return text;
    const old = text
      .trim()
      .split('\n')
      .map((line) => oldMark + line);
    return `${[randomBytes(32).toString('base64'), ...old].join('\n')}\n`;
  });
}

/** Takes the old key out of the file, when nothing is sealed with it any more. Throws ConfigError. */
export function endRotation(keyFile: string): void {
  replace(keyFile, (text) =>
    text
      .split('\n')
      .filter((line) => !line.startsWith(oldMark))
      .join('\n'),
  );
}

/**
 * Does so where the key is in the gateway's own file; the operator's own files and variables are the operator's to
 * change.
 */
export function endOwnRotation({ secretKey, keyFile }: KeySettings): void {
  if (secretKey === null && keyFile !== null) endRotation(keyFile);
}

/**
 * Whoever reads the file finds the old text or the new one, whole. Two that do this at once are kept apart by the new
 * file's name: a key that the other does not know of would be lost.
 */
function replace(keyFile: string, change: (text: string) => string): void {
  const path = realpathSync(keyFile);
  const next = `${path}.new`;
  let file: number | null = null;
  let isTaken = false;
  try {
    file = openSync(next, 'wx', 0o600);
    const text = readFileSync(path, 'utf8');
    const changed = change(text);
    if (changed === text) return;
    const { mode, uid, gid } = statSync(path);
    chmodSync(next, mode & 0o777);
    if (process.getuid?.() === 0) chownSync(next, uid, gid);
    writeSync(file, changed);
    fsyncSync(file);
    renameSync(next, path);
    isTaken = true;
    syncFolder(dirname(path));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EEXIST')
      throw new ConfigError([`the key file ${path} cannot be replaced (${code}). It was left as it is.`]);
    throw new ConfigError([
      `${next} is there: another change of the key is under way, or was interrupted. If none is, remove it: ` +
        `${path} has the key.`,
    ]);
  } finally {
    if (file !== null) {
      closeSync(file);
      // After it was renamed, a file of that name is another's.
      if (!isTaken) rmSync(next, { force: true });
    }
  }
}
