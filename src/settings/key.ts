import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fchmodSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isServerUrl } from '../domain/databaseurl.js';
import { ConfigError, type Environment, Fault, type ReadSetting } from './reader.js';
import { readSecret, readSecretFile, type SecretReading } from './secretfile.js';

export interface KeySettings {
  /** From SECRET_KEY or SECRET_KEY_FILE; null: see `keyFile`. */
  readonly secretKey: Uint8Array | null;
  /**
   * Keys that only open what they sealed before: SECRET_KEY_OLD, SECRET_KEY_OLD_FILE, and the "old:" lines of
   * SECRET_KEY_FILE.
   */
  readonly olderKeys: readonly Uint8Array[];
  /**
   * Where the gateway keeps a key of its own making when none is given; null: nowhere, as no file has the database.
   */
  readonly keyFile: string | null;
}

/** From SECRET_KEY or SECRET_KEY_FILE, and the variables of the key before it. Faults are noted. */
export function readSecretKeys(
  env: Environment,
  read: ReadSetting,
  faults: string[],
): Pick<KeySettings, 'secretKey' | 'olderKeys'> {
  const current = readKey('SECRET_KEY', { env, read, faults });
  const before = readKey('SECRET_KEY_OLD', { env, read, faults });
  const older = [...(before ? [before.primary] : []), ...(current?.older ?? [])];
  if (current && older.some((key) => Buffer.compare(key, current.primary) === 0))
    faults.push('SECRET_KEY_OLD is the same key as SECRET_KEY.');
  return { secretKey: current?.primary ?? null, olderKeys: Object.freeze(older) };
}

/** A server's database is of every gateway that has its key: none makes one that the others would not know. */
export function assertKeyOfServer(databaseUrl: string, env: Environment, faults: string[]): void {
  if (!isServerUrl(databaseUrl) || env['SECRET_KEY'] || env['SECRET_KEY_FILE']) return;
  faults.push(
    'SECRET_KEY must be set, or SECRET_KEY_FILE, where DATABASE_URL names a server: no key file is made beside it. ' +
      'Make one with: openssl rand -base64 32',
  );
}

function readKey(variable: string, reading: SecretReading): KeyText | null {
  const parse = (text: string): KeyText | null | Fault => {
    const key = text ? parseSecretKey(text) : null;
    return key === null || key instanceof Fault ? key : { primary: key, older: [] };
  };
  return readSecret(variable, reading, parse, (path) => readKeyFile(path, ''));
}

/**
 * The key that seals credentials. Without one in the settings it is read from `keyFile`, and made there (mode 0600) if
 * `mayCreate`: a new key beside a database that has sealed with another would only hide the loss. Throws ConfigError.
 */
export function loadSecretKey({ secretKey, keyFile }: KeySettings, mayCreate: boolean): Uint8Array {
  if (secretKey || !keyFile) return secretKey ?? randomBytes(32);
  if (mayCreate) createKeyFile(keyFile);
  const key = readKeyFile(keyFile);
  if (!(key instanceof Fault)) return key.primary;
  throw new ConfigError([
    `SECRET_KEY is not set, and ${key.text} It holds the key of this database: restore it, or set ` +
      'SECRET_KEY to that key.',
  ]);
}

/**
 * The keys that only open. Of a gateway's own key file they are its "old:" lines. Never throws: `loadSecretKey` says
 * what is wrong.
 */
export function loadOlderKeys({ secretKey, olderKeys, keyFile }: KeySettings): readonly Uint8Array[] {
  if (secretKey || !keyFile) return olderKeys;
  const key = readKeyFile(keyFile);
  return key instanceof Fault ? olderKeys : [...olderKeys, ...key.older];
}

/**
 * The text itself is the key, from which the key proper is derived: at least 32 bytes. Hex digits hold half as much, so
 * 64 of them. `openssl rand -base64 32` and `openssl rand -hex 32` both make one.
 */
function parseSecretKey(text: string): Uint8Array | Fault {
  const key = Buffer.from(text.trim());
  const make = 'Make one with: openssl rand -base64 32';
  if (key.length < 32) return new Fault(`has ${key.length} bytes, but needs at least 32. ${make}`);
  if (/^[0-9a-f]+$/i.test(text.trim()) && key.length < 64)
    return new Fault(`has ${key.length} hex digits, but needs at least 64. ${make}`);
  if (new Set(key).size < 8) return new Fault(`is too simple: it repeats a few characters. ${make}`);
  return key;
}

interface KeyText {
  readonly primary: Uint8Array;
  readonly older: readonly Uint8Array[];
}

/** Before each line of the key that a key file's own takes the place of. */
export const oldMark = 'old: ';

/** `prefix` begins the fault: the caller's words name the variable. */
function readKeyFile(path: string, prefix = 'the key file '): KeyText | Fault {
  return readSecretFile(path, parseKeyText, prefix);
}

/** The key, then the lines of the one before it, each behind its mark. A key may have several lines. */
function parseKeyText(text: string): KeyText | Fault {
  const lines = text.split('\n');
  const current = parseSecretKey(lines.filter((line) => !line.startsWith(oldMark)).join('\n'));
  if (current instanceof Fault) return current;
  const old = lines.flatMap((line) => (line.startsWith(oldMark) ? [line.slice(oldMark.length)] : []));
  if (old.length === 0) return { primary: current, older: [] };
  const before = parseSecretKey(old.join('\n'));
  return before instanceof Fault
    ? new Fault(`has an old key that ${before.text}`)
    : { primary: current, older: [before] };
}

/**
 * Keeps a file that is there. The file has its name only when the whole key is on the disk: what a full disk or a power
 * cut leaves of it must not pass for the key of a database.
 */
function createKeyFile(path: string): void {
  if (existsSync(path)) return;
  const partial = `${path}.partial`;
  try {
    rmSync(partial, { force: true });
    writeNew(partial, `${randomBytes(32).toString('base64')}\n`);
    renameSync(partial, path);
    syncFolder(dirname(path));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ConfigError([`SECRET_KEY is not set, and the key file ${path} cannot be written (${code}).`]);
  }
}

/** For its owner alone. On the disk when this returns. */
function writeNew(path: string, text: string): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    // The process's umask may have taken more away than the owner's rights to read it.
    fchmodSync(file, 0o600);
    writeFileSync(file, text);
    fsyncSync(file);
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
}

/** Beside the database; null: it is in memory, or of a server. */
export function toKeyFile(databaseUrl: string): string | null {
  if (isServerUrl(databaseUrl)) return null;
  const path = databaseUrl.replace(/^sqlite:(\/\/(?=.))?/, '');
  return path === ':memory:' ? null : `${path.replace(/\.(db|sqlite3?)$/, '')}.key`;
}

/** Brings the names in a folder to the disk: of a file that was renamed, too. */
export function syncFolder(folder: string): void {
  const opened = openSync(folder, 'r');
  try {
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}
