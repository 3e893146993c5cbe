import { readFileSync, statSync } from 'node:fs';
import { Fault } from './fault.js';

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
