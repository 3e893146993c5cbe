import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { AccountStore } from '../../src/store/accounts/accounts.js';
import { type Database, openDatabase } from '../../src/store/database/database.js';
import { RegistryStore } from '../../src/store/registries/registries.js';
import { openKeyring } from '../../src/store/keys/canary.js';
import { createFolder } from '../store/files.js';
import { runCommandLine } from './run.js';

const key = new Uint8Array(40).map((_, i) => i);
const otherKey = new Uint8Array(40).map((_, i) => 200 - i);

function run(path: string, ...args: string[]) {
  return runCommandLine(`sqlite:${path}`, args);
}

/** A database with an account `ann` and a registry `r` whose password is sealed. */
async function fill(path: string): Promise<Database> {
  const database = await openDatabase(`sqlite:${path}`);
  const keyring = await openKeyring(database, () => key);
  await new AccountStore(database).create({ username: 'ann', roles: ['admin'], passwordHash: null });
  await new RegistryStore(database, keyring).create({
    name: 'r',
    addr: 'http://127.0.0.1:1',
    credentials: { username: 'u', password: 'a secret of ann' },
  } as never);
  return database;
}

async function namesOf(path: string): Promise<string[]> {
  const database = await openDatabase(`sqlite:${path}`);
  const rows = await database.kysely.selectFrom('account').select('username').orderBy('username').execute();
  await database.close();
  return rows.map(({ username }) => username);
}

describe('backup', () => {
  it('copies what a gateway serves at this moment to a file only its owner reads, and says which key opens it', async () => {
    using folder = createFolder();
    const path = folder.file('g.db');
    const gateway = await fill(path);
    const keyring = await openKeyring(gateway, () => key);
    const { code, out, err } = await run(path, 'backup', folder.file('b.db'));
    expect(code).toBe(0);
    const { size, mode } = statSync(folder.file('b.db'));
    expect(out).toBe(
      `Backed up to ${folder.file('b.db')}: ${size} bytes, checked whole.\nIts secrets open with the key ` +
        `${keyring.keyId} (SECRET_KEY, or the .key file beside the database), which is not in it: keep that too.\n`,
    );
    expect(err).toMatch(/^Copying .*g\.db \(\d+\.\d MB\)\.\nChecking the copy\.\n$/);
    expect(mode & 0o777).toBe(0o600);
    expect(readFileSync(folder.file('b.db')).includes('a secret of ann')).toBe(false);
    await new AccountStore(gateway).create({ username: 'bob', roles: [], passwordHash: null });
    await gateway.close();
    expect(await namesOf(folder.file('b.db'))).toEqual(['ann']);
    expect(readdirSync(folder.path).filter((name) => name.includes('partial'))).toEqual([]);
  });

  it('never overwrites a file, and leaves none behind where it fails', async () => {
    using folder = createFolder();
    await (await fill(folder.file('g.db'))).close();
    writeFileSync(folder.file('b.db'), 'mine');
    expect(await run(folder.file('g.db'), 'backup', folder.file('b.db'))).toEqual({
      code: 1,
      out: '',
      err: `${folder.file('b.db')} exists already. A backup never overwrites a file: name another.\n`,
    });
    expect(readFileSync(folder.file('b.db'), 'utf8')).toBe('mine');
    expect(await run(folder.file('g.db'), 'backup', folder.file('none/b.db'))).toMatchObject({
      code: 1,
      err: expect.stringContaining('cannot be written (ENOENT)') as string,
    });
    expect(await run(folder.file('absent.db'), 'backup', folder.file('c.db'))).toMatchObject({
      code: 78,
      err: expect.stringContaining('There is no database at') as string,
    });
    expect(existsSync(folder.file('absent.db'))).toBe(false);
  });

  it('refuses to back up a damaged file', async () => {
    using folder = createFolder();
    const path = folder.file('g.db');
    await (await fill(path)).close();
    const whole = readFileSync(path);
    whole.fill(0xa5, 8192, whole.length);
    writeFileSync(path, whole);
    expect(await run(path, 'backup', folder.file('b.db'))).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('damaged') as string,
    });
    expect(existsSync(folder.file('b.db'))).toBe(false);
  });

  it.each([[['backup']], [['restore']], [['backup', 'a', 'b']], [['backup', '--overwrite', 'x']]])(
    'refuses the command line %j',
    async (args) => {
      const { code, out, err } = await run('/nowhere/g.db', ...args);
      expect({ code, out }).toEqual({ code: 64, out: '' });
      expect(err).toMatch(/^error: .*\nRun it with --help for its usage\.\n$/);
    },
  );

  it('says that a database in memory cannot be reached', async () => {
    expect(await run(':memory:', 'backup', 'x')).toEqual({
      code: 78,
      out: '',
      err: 'DATABASE_URL names a database in memory, which no other process can reach.\n',
    });
  });
});

describe('restore', () => {
  it('puts a backup in the place of the database, which is kept with its log, and secrets open with their key only', async () => {
    using folder = createFolder();
    const path = folder.file('g.db');
    const gateway = await fill(path);
    await run(path, 'backup', folder.file('b.db'));
    await new AccountStore(gateway).create({ username: 'bob', roles: [], passwordHash: null });
    await gateway.close();
    const { code, out } = await run(path, 'restore', folder.file('b.db'));
    expect(code).toBe(0);
    const [, kept] = /is kept as (\S+)\.\n/.exec(out) ?? [];
    expect(await namesOf(kept!)).toEqual(['ann', 'bob']);
    expect(await namesOf(path)).toEqual(['ann']);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const database = await openDatabase(`sqlite:${path}`);
    const registries = new RegistryStore(database, await openKeyring(database, () => key));
    const [registry] = await registries.list();
    expect((await registries.readConnection(registry!.id)).credentials).toEqual({
      username: 'u',
      password: 'a secret of ann',
    });
    await expect(openKeyring(database, () => otherKey)).rejects.toMatchObject({ code: 'CONFLICT' });
    await database.close();
  });

  it('takes no log of another database for its own', async () => {
    using folder = createFolder();
    const path = folder.file('g.db');
    const gateway = await fill(path);
    await run(path, 'backup', folder.file('b.db'));
    await new AccountStore(gateway).create({ username: 'bob', roles: [], passwordHash: null });
    const log = readFileSync(`${path}-wal`);
    expect(log.length).toBeGreaterThan(0);
    await gateway.close();
    // As a kill leaves it.
    writeFileSync(`${path}-wal`, log, { mode: 0o600 });
    expect(await run(path, 'restore', folder.file('b.db'))).toMatchObject({ code: 0 });
    expect(await namesOf(path)).toEqual(['ann']);
  });

  it('restore is refused while a gateway runs, for what is no backup, and for one that is damaged; the database stays', async () => {
    using folder = createFolder();
    const path = folder.file('g.db');
    const gateway = await fill(path);
    await run(path, 'backup', folder.file('b.db'));
    expect(await run(path, 'restore', folder.file('b.db'))).toMatchObject({
      code: 1,
      err: expect.stringContaining('Another gateway is running') as string,
    });
    await gateway.close();
    writeFileSync(folder.file('text'), 'x'.repeat(5000));
    const damaged = readFileSync(folder.file('b.db'));
    damaged.fill(0xa5, 8192, damaged.length);
    writeFileSync(folder.file('damaged'), damaged);
    for (const file of ['text', 'damaged', 'absent'])
      expect([file, (await run(path, 'restore', folder.file(file))).code]).toEqual([file, 1]);
    expect(await namesOf(path)).toEqual(['ann']);
    expect(readdirSync(folder.path).filter((name) => /restoring|before/.test(name))).toEqual([]);
  });

  it('makes the database where there is none', async () => {
    using folder = createFolder();
    await (await fill(folder.file('g.db'))).close();
    await run(folder.file('g.db'), 'backup', folder.file('b.db'));
    expect(await run(folder.file('new.db'), 'restore', folder.file('b.db'))).toMatchObject({
      code: 0,
      out: expect.not.stringContaining('kept') as string,
    });
    expect(await namesOf(folder.file('new.db'))).toEqual(['ann']);
  });
});
