import { readFileSync, statSync } from 'node:fs';
import { type Environment, Fault, type ReadSetting } from './reader.js';

/** Bytes; far more than any key or password has. */
const maxSize = 64 * 1024;

/**
 * A file with one secret in UTF-8. `prefix` begins a fault, before the path. A file that others than its owner may read
 * is refused, but for one of root that a group may read.
 */
export function readSecretFile<T>(path: string, parse: (text: string) => T | Fault, prefix = ''): T | Fault {
  try {
    const stats = statSync(path);
    const { size } = stats;
    // A pipe of the shell's, <(…), is read once; for one that has a name there may be nobody who writes, and a device
    // has no end.
    if (!stats.isFile() && !/^\/(?:dev|proc\/self)\/fd\//.test(path))
      return new Fault(`${prefix}${path} is no regular file.`);
    if (size > maxSize) return new Fault(`${prefix}${path} has ${size} bytes: it is no file with a secret.`);
    const exposure = process.platform === 'win32' ? null : describeExposure(path);
    if (exposure !== null) return new Fault(`${prefix}${path} is open to ${exposure}. Run: chmod 600 ${path}`);
    const value = parse(readFileSync(path, 'utf8'));
    return value instanceof Fault ? new Fault(`${prefix}${path} ${value.text}`) : value;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return new Fault(`${prefix}${path} ${code === 'ENOENT' ? 'does not exist.' : `cannot be read (${code}).`}`);
  }
}

/**
 * A group may read what root put there for it, as orchestrators hand out secrets; a file of one's own is for its owner
 * alone.
 */
function describeExposure(path: string): string | null {
  const { mode, uid } = statSync(path);
  if (mode & 0o007) return 'every user';
  return mode & (uid === 0 ? 0o030 : 0o070) ? 'its group' : null;
}

/** Where a secret is looked for, and what takes note of it when it is faulty. */
export interface SecretReading {
  readonly env: Environment;
  readonly read: ReadSetting;
  readonly faults: string[];
}

/**
 * From a variable, or the file that the variable with `_FILE` behind its name has; null: neither is set, or it is
 * faulty, which is noted. `parse` is given '' where nothing is set.
 */
export function readSecret<T>(
  variable: string,
  { env, read, faults }: SecretReading,
  parse: (text: string) => T | null | Fault,
  readFile: (path: string) => T | null | Fault,
): T | null {
  const file = `${variable}_FILE`;
  if (env[variable] && env[file]) {
    faults.push(`${variable} and ${file} are both set: set one of them.`);
    return null;
  }
  return read<T | null>(variable, '', parse) ?? read<T | null>(file, '', (path) => (path ? readFile(path) : null));
}

/** From a variable, or the one line of its file; null as of `readSecret`. */
export function readSecretLine(
  variable: string,
  reading: SecretReading,
  parse: (text: string) => string | null | Fault,
): string | null {
  const parseIn = (text: string): string | null | Fault => {
    const line = parseLine(text);
    return line instanceof Fault ? line : parse(line);
  };
  return readSecret(variable, reading, parse, (path) => readSecretFile(path, parseIn));
}

/** A password. The line's end, which editors and commands add, is not of it. */
export function parseLine(text: string): string | Fault {
  const line = text.replace(/\r?\n$/, '');
  if (/[\r\n]/.test(line)) return new Fault('must have one line: the password.');
  return line || new Fault('is empty: it must have one line, the password.');
}
