import { writeFileSync } from 'node:fs';
import { readConfig } from '../src/config.js';
import { hidePassword } from '../src/domain/databaseurl.js';
import { ConfigError, type Environment } from '../src/settings/reader.js';
import { createFolder } from './store/files.js';

const key = 'q8Jc3mVhZ0bT5nLxW2rYkP7sD1fG4aUe';
const secret = 'canary';

function faultsOf(env: Environment): readonly string[] {
  try {
    readConfig({ SECRET_KEY: key, ...env });
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
}

describe('DATABASE_URL', () => {
  it.each([
    ['postgres://gateway@db.test/gateway'],
    ['postgresql://gateway:p%40ss%2F@db.test:5433/gateway'],
    ['postgres://gateway@[::1]/gateway?sslmode=no-verify'],
    ['postgres://gateway@localhost/gateway?host=/run/postgresql'],
    ['postgres://gateway@db.test/gateway?sslmode=verify-full&sslrootcert=/dev/null'],
  ])('a URL of a server is taken as it stands, and has no key file beside it: %s', (url) => {
    expect(readConfig({ DATABASE_URL: url, SECRET_KEY: key })).toMatchObject({ databaseUrl: url, keyFile: null });
  });

  const form = 'DATABASE_URL must name one database behind the host: postgres://user@host/database.';
  const encode =
    'DATABASE_URL must be a URL: percent-encode what its user and password have beside letters, digits and "-_.~".';
  const host =
    'DATABASE_URL must name a host, and where that is asked by a socket, its folder: ' +
    'postgres://user@localhost/database?host=/run/postgresql.';
  const user = 'DATABASE_URL must name the user of the database server: postgres://user@host/database.';
  it.each([
    [`postgres://gateway:${secret}@db.test`, form],
    [`postgres://gateway:${secret}@db.test/`, form],
    [`postgres://gateway:${secret}@db.test/a/b`, form],
    ['postgres://db.test/gateway', user],
    ['postgres:gateway', user],
    [`postgres://gateway:${secret}@/gateway`, encode],
    [`postgres://gateway:${secret}#x@db.test/gateway`, encode],
    [`postgres://gateway:${secret}/x@db.test/gateway`, encode],
    [`postgres://gateway:${secret}%zz@db.test/gateway`, encode],
    [`postgres://gateway:${secret}@db.test:x/gateway`, encode],
    [`postgres://gateway:${secret}@db.test/gateway?host=db2.test`, host],
    [
      `postgres://gateway:${secret}@db.test/gateway?password=${secret}`,
      'DATABASE_URL has a parameter behind "?" that is not known. Those that are: sslmode, sslrootcert, sslcert, ' +
        'sslkey, host.',
    ],
    [
      `postgres://gateway:${secret}@db.test/gateway?sslmode=on`,
      'DATABASE_URL must have one of disable, prefer, require, verify-ca, verify-full, no-verify as its sslmode.',
    ],
    [
      `postgres://gateway:${secret}@db.test/gateway?sslrootcert=/nowhere/ca.pem`,
      'DATABASE_URL names a file as its sslrootcert that cannot be read.',
    ],
  ])('a URL is refused without a part of its password being shown: %s', (url, fault) => {
    const faults = faultsOf({ DATABASE_URL: url });
    expect(faults).toEqual([fault]);
    expect(faults.join()).not.toContain(secret);
  });

  it('a server needs a key from the settings', () => {
    const url = 'postgres://gateway@db.test/gateway';
    expect(faultsOf({ DATABASE_URL: url, SECRET_KEY: '' })).toEqual([
      'SECRET_KEY must be set, or SECRET_KEY_FILE, where DATABASE_URL names a server: no key file is made beside it. ' +
        'Make one with: openssl rand -base64 32',
    ]);
    using folder = createFolder();
    writeFileSync(folder.file('key'), key, { mode: 0o600 });
    expect(faultsOf({ DATABASE_URL: url, SECRET_KEY: '', SECRET_KEY_FILE: folder.file('key') })).toEqual([]);
  });

  it('the password of a server may be in a file', () => {
    using folder = createFolder();
    const path = folder.file('password');
    writeFileSync(path, 'p@ss/%word\n', { mode: 0o600 });
    const given = { DATABASE_URL: 'postgres://gateway@db.test/gateway', DATABASE_PASSWORD_FILE: path };
    const { databaseUrl } = readConfig({ SECRET_KEY: key, ...given });
    expect(decodeURIComponent(new URL(databaseUrl).password)).toBe('p@ss/%word');
    expect(hidePassword(databaseUrl)).toBe('postgres://gateway@db.test/gateway');
    expect(faultsOf({ ...given, DATABASE_URL: `postgres://gateway:${secret}@db.test/gateway` })).toEqual([
      'DATABASE_PASSWORD_FILE is set, and DATABASE_URL has a password: set one.',
    ]);
    expect(faultsOf({ ...given, DATABASE_URL: '' })).toEqual([
      'DATABASE_PASSWORD_FILE is set, but DATABASE_URL names no server that would ask for a password.',
    ]);
    expect(faultsOf({ ...given, DATABASE_PASSWORD_FILE: '/nowhere/password' })).toEqual([
      'DATABASE_PASSWORD_FILE /nowhere/password does not exist.',
    ]);
  });
});
