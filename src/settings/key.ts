import { randomBytes } from 'node:crypto';
import { chmodSync, writeFileSync } from 'node:fs';
import { ConfigError, Fault } from './fault.js';
import type { Environment, Read } from './reader.js';
import { readSecretFile } from './secretfile.js';

export interface KeySettings {
  /** From SECRET_KEY or SECRET_KEY_FILE; null: see `keyFile`. */
  readonly secretKey: Uint8Array | null;
  /** Where the gateway keeps a key of its own making when none is given; null: nowhere, as the database is in memory. */
  readonly keyFile: string | null;
}

/** From SECRET_KEY or SECRET_KEY_FILE; null: neither is set, or it is faulty, which is noted. */
export function readSecretKey(env: Environment, read: Read, faults: string[]): Uint8Array | null {
  if (env['SECRET_KEY'] && env['SECRET_KEY_FILE']) {
    faults.push('SECRET_KEY and SECRET_KEY_FILE are both set: set one of them.');
    return null;
  }
  const given = read('SECRET_KEY', '', (text) => (text ? parseSecretKey(text) : null));
  return given ?? read('SECRET_KEY_FILE', '', (path) => (path ? readKeyFile(path, '') : null));
}

/**
 * The key that seals credentials. Without one in the settings it is read from `keyFile`, and made there (mode 0600) if
 * `mayCreate`: a new key beside a database that has sealed with another would only hide the loss. Throws ConfigError.
 */
export function loadSecretKey({ secretKey, keyFile }: KeySettings, mayCreate: boolean): Uint8Array {
  if (secretKey || !keyFile) return secretKey ?? randomBytes(32);
  if (mayCreate) createKeyFile(keyFile);
  const key = readKeyFile(keyFile);
  if (!(key instanceof Fault)) return key;
  throw new ConfigError([`SECRET_KEY is not set, and ${key.text} It holds the key of this database: restore it, or set SECRET_KEY to that key.`]);
}

/**
 * The text itself is the key, from which the key proper is derived: at least 32 bytes. Hex digits hold half as much, so 64 of
 * them. `openssl rand -base64 32` and `openssl rand -hex 32` both make one.
 */
function parseSecretKey(text: string): Uint8Array | Fault {
  const key = Buffer.from(text.trim());
  const make = 'Make one with: openssl rand -base64 32';
  if (key.length < 32) return new Fault(`has ${key.length} bytes, but needs at least 32. ${make}`);
  if (/^[0-9a-f]+$/i.test(text.trim()) && key.length < 64) return new Fault(`has ${key.length} hex digits, but needs at least 64. ${make}`);
  if (new Set(key).size < 8) return new Fault(`is too simple: it repeats a few characters. ${make}`);
  return key;
}

/** `prefix` begins the fault: the caller's words name the variable. */
function readKeyFile(path: string, prefix = 'the key file '): Uint8Array | Fault {
  return readSecretFile(path, parseSecretKey, prefix);
}

/** Keeps a file that is there. */
function createKeyFile(path: string): void {
  try {
    writeFileSync(path, `${randomBytes(32).toString('base64')}\n`, { flag: 'wx', mode: 0o600 });
    // The process's umask may have taken more away than the owner's rights to read it.
    chmodSync(path, 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw new ConfigError([`SECRET_KEY is not set, and the key file ${path} cannot be written.`]);
  }
}

/** Beside the database; null: it is in memory. */
export function toKeyFile(databaseUrl: string): string | null {
  const path = databaseUrl.replace(/^sqlite:(\/\/(?=.))?/, '');
  return path === ':memory:' ? null : `${path.replace(/\.(db|sqlite3?)$/, '')}.key`;
}
