import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { AccountStore } from '../../src/store/accounts/accounts.js';
import { openDatabase } from '../../src/store/database/database.js';
import { prepareFile } from '../../src/store/file/file.js';
import { findFileSystem } from '../../src/store/file/filesystem.js';
import { systemTimer } from '../../src/timer.js';
import { createFolder } from './files.js';

const rules = { mayCreate: true, keyFile: null, anyFileSystem: false };

function refusalOf(path: string, more: Partial<typeof rules> | { keyFile: string } = {}): unknown {
  try {
    prepareFile(path, { ...rules, ...more });
  } catch (error) {
    return error;
  }
  return null;
}

describe('a DATABASE_URL that no database can be at', () => {
  const anew = 'set DATABASE_URL to a file on a disk.';
  it.each<[string, (file: (name: string) => string) => string, string, string]>([
    [
      'a folder',
      (file) => (mkdirSync(file('d')), file('d')),
      'BAD_USER_INPUT',
      'is a folder: set DATABASE_URL to a file in it, such as',
    ],
    [
      'a FIFO',
      (file) => (spawnSync('mkfifo', [file('f')]), file('f')),
      'BAD_USER_INPUT',
      `is no regular file: ${anew}`,
    ],
    [
      'a FIFO where the lock is',
      (file) => (spawnSync('mkfifo', [file('g.db.lock')]), file('g.db')),
      'BAD_USER_INPUT',
      `is no regular file: ${anew}`,
    ],
    ['a device', () => '/dev/full', 'BAD_USER_INPUT', `/dev/full is no regular file: ${anew}`],
    [
      'links in a circle',
      (file) => (symlinkSync(file('b'), file('a')), symlinkSync(file('a'), file('b')), file('a')),
      'BAD_USER_INPUT',
      '(ELOOP)',
    ],
    [
      'a name of 300 characters',
      (file) => file('x'.repeat(300)),
      'BAD_USER_INPUT',
      'its name is too long (ENAMETOOLONG)',
    ],
    [
      'a path of 5,000 folders',
      (file) => file('x/'.repeat(5000)),
      'BAD_USER_INPUT',
      'its name is too long (ENAMETOOLONG)',
    ],
    [
      'a file in a file',
      (file) => (writeFileSync(file('f'), ''), file('f/g.db')),
      'BAD_USER_INPUT',
      'a file stands where a folder must be (ENOTDIR)',
    ],
    [
      'a folder in /proc',
      () => '/proc/nope/x/y.db',
      'BAD_USER_INPUT',
      'The gateway cannot make the folder /proc/nope: nothing can be made in that folder (ENOENT)',
    ],
  ])('a DATABASE_URL that no database can be at is refused in a sentence: %s', (_what, make, code, message) => {
    using folder = createFolder();
    expect(refusalOf(make((name) => folder.file(name)))).toMatchObject({
      code,
      message: expect.stringContaining(message) as string,
    });
  });

  it('a database is made with its folders where nothing is, and not for those who only read', () => {
    using folder = createFolder();
    const path = folder.file('a/b/g.db');
    expect(refusalOf(path, { mayCreate: false })).toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringContaining(`There is no database at ${path}.`) as string,
    });
    expect(existsSync(folder.file('a'))).toBe(false);
    expect(refusalOf(path)).toBe(null);
    // Made, and nothing in it: a start was interrupted, or it is no database.
    expect(refusalOf(path, { mayCreate: false })).toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringContaining(`${path} is empty.`) as string,
    });
    writeFileSync(path, 'anything');
    expect(refusalOf(path, { mayCreate: false })).toBe(null);
  });

  it('a database is the same file by its links, so that its lock and its log are', async () => {
    using folder = createFolder();
    const own = await openDatabase(`sqlite:${folder.file('g.db')}`);
    mkdirSync(folder.file('elsewhere'));
    symlinkSync(folder.file('g.db'), folder.file('elsewhere/link.db'));
    await expect(openDatabase(`sqlite:${folder.file('elsewhere/link.db')}`)).rejects.toMatchObject({
      code: 'STORAGE_BUSY',
    });
    expect(readdirSync(folder.file('elsewhere'))).toEqual(['link.db']);
    await own.close();
  });
});

describe('what is left of a lost database', () => {
  async function fill(path: string, isWatched = false): Promise<void> {
    const database = await openDatabase(`sqlite:${path}`);
    if (isWatched) await database.watch(systemTimer, () => undefined);
    await new AccountStore(database).create({ username: 'ann', roles: ['admin'], passwordHash: null });
    // As a copy that is made while it is served: the tables are in the log.
    for (const end of ['', '-wal']) copyFileSync(path + end, `${path}.copy${end}`);
    await database.close();
  }

  it('what is left of a lost database is a key without its database, or with an empty one: refused, and nothing is made', async () => {
    using folder = createFolder();
    writeFileSync(folder.file('g.key'), 'k', { mode: 0o600 });
    const keyFile = folder.file('g.key');
    const next =
      'Put the file back, or restore a backup with "registry-gateway restore <file>"; for a new gateway ' +
      `that knows nothing, move ${keyFile} away.`;
    await expect(openDatabase(`sqlite:${folder.file('g.db')}`, { keyFile })).rejects.toMatchObject({
      code: 'STORAGE_CORRUPT',
      message:
        `There is no database at ${folder.file('g.db')}, and the key ${keyFile} of one is there. Nothing ` +
        `was changed. ${next}`,
    });
    expect(readdirSync(folder.path)).toEqual(['g.key']);
    writeFileSync(folder.file('g.db'), '', { mode: 0o600 });
    expect(refusalOf(folder.file('g.db'), { keyFile })).toMatchObject({
      message: expect.stringContaining('g.db is empty, and the key') as string,
    });
    rmSync(keyFile);
    await (await openDatabase(`sqlite:${folder.file('g.db')}`, { keyFile })).close();
  });

  it('what is left of a lost database is a log without its database, which SQLite would remove', async () => {
    using folder = createFolder();
    await fill(folder.file('g.db'));
    renameSync(folder.file('g.db.copy-wal'), folder.file('h.db-wal'));
    const log = readFileSync(folder.file('h.db-wal'));
    await expect(openDatabase(`sqlite:${folder.file('h.db')}`)).rejects.toMatchObject({
      code: 'STORAGE_CORRUPT',
      message: expect.stringContaining(
        `its log ${folder.file('h.db-wal')} is there with ${log.length} bytes. Nothing was changed.`,
      ) as string,
    });
    expect(readFileSync(folder.file('h.db-wal')).equals(log)).toBe(true);
  });

  it('what is left of a lost database is a copy without its log, whether a key is beside it or not; with its log it is all there', async () => {
    using folder = createFolder();
    await fill(folder.file('g.db'));
    renameSync(folder.file('g.db.copy'), folder.file('h.db'));
    chmodSync(folder.file('h.db'), 0o600);
    const before = readFileSync(folder.file('h.db'));
    await expect(openDatabase(`sqlite:${folder.file('h.db')}`)).rejects.toMatchObject({
      code: 'STORAGE_CORRUPT',
      message: expect.stringContaining(
        'h.db has no tables: it was copied while a gateway served it and without its log (-wal), which has them all.',
      ) as string,
    });
    expect(readFileSync(folder.file('h.db')).equals(before)).toBe(true);
    renameSync(folder.file('g.db.copy-wal'), folder.file('h.db-wal'));
    const database = await openDatabase(`sqlite:${folder.file('h.db')}`);
    expect(await new AccountStore(database).find('ann')).toMatchObject({ username: 'ann' });
    await database.close();
  });

  it('what is left of a lost database is a copy without its log from when there was no account yet', async () => {
    using folder = createFolder();
    await fill(folder.file('g.db'), true);
    renameSync(folder.file('g.db.copy'), folder.file('h.db'));
    await expect(openDatabase(`sqlite:${folder.file('h.db')}`)).rejects.toMatchObject({
      code: 'STORAGE_CORRUPT',
      message: expect.stringContaining(
        'h.db has no account, and the gateway that served it did not close it',
      ) as string,
    });
  });

  it('may be a file that was not closed and has no log, which is warned of; one that was closed is not', async () => {
    using folder = createFolder();
    const warnings: string[] = [];
    const open = () => openDatabase(`sqlite:${folder.file('g.db')}`, { warn: (message) => warnings.push(message) });
    const first = await open();
    await first.watch(systemTimer, () => undefined);
    await new AccountStore(first).create({ username: 'ann', roles: ['admin'], passwordHash: null });
    // The account is in the file itself from here on.
    await first.orm.em.getConnection().execute('pragma wal_checkpoint(truncate)');
    copyFileSync(folder.file('g.db'), folder.file('copy.db'));
    await first.close();
    await (await open()).close();
    expect(warnings).toEqual([]);
    copyFileSync(folder.file('copy.db'), folder.file('g.db'));
    await (await open()).close();
    expect(warnings).toEqual([
      expect.stringMatching(
        /^the gateway that served this database did not close it, and its log \(-wal\) is not beside it/,
      ),
    ]);
  });
});

describe('the file system', () => {
  it.each([
    [0x6969, 'NFS', 'network'],
    [0xff534d42, 'CIFS', 'network'],
    [0x01021997, '9p', 'network'],
    [0x65735546, 'FUSE', 'unknown'],
    [0xef53, '0xef53', 'local'],
    [0x01021994, '0x1021994', 'local'],
  ])('the file system of type %d is %s, %s', (type, name, kind) => {
    expect(findFileSystem('/', () => type)).toEqual({ name, kind });
  });

  it('the file system of this machine is local', () => {
    expect(findFileSystem('/').kind).toBe('local');
  });
});
