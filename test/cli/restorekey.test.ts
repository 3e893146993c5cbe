import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { loadSecretKey } from '../../src/settings/key.js';
import { beginRotation } from '../../src/settings/keyrotation.js';
import { openSqliteFile } from '../../src/store/file/driver.js';
import { openDatabase } from '../../src/store/database/database.js';
import { RegistryStore } from '../../src/store/registries/registries.js';
import { contextOf, createKeyring } from '../../src/store/keys/keyring.js';
import { openKeyring } from '../../src/store/keys/canary.js';
import { createFolder } from '../store/files.js';
import { runCommandLine } from './run.js';

const first = 'a-first-secret-of-enough-characters-1';
const second = 'another-secret-of-enough-characters-2';
const third = 'one-more-secret-of-enough-characters-3';
const idOf = (key: string | Uint8Array): string => createKeyring(Buffer.from(key)).keyId;

/** A database with a registry whose password is sealed with `key`, and its backup. */
async function fill(path: string, backup: string, key: string | Uint8Array): Promise<void> {
  const database = await openDatabase(`sqlite:${path}`);
  const keyring = await openKeyring(database, () => Buffer.from(key));
  const credentials = { username: 'u', password: 'a secret of ann' };
  await new RegistryStore(database, keyring).create({ name: 'r', addr: 'http://r', credentials } as never);
  await database.close();
  expect(await runCommandLine(`sqlite:${path}`, ['backup', backup])).toMatchObject({ code: 0 });
}

function restore(path: string, args: readonly string[], keys: Record<string, string> = {}) {
  return runCommandLine(`sqlite:${path}`, ['restore', ...args], { env: { DATABASE_URL: `sqlite:${path}`, ...keys } });
}

describe('restore beside a key', () => {
  it.each([
    [
      'SECRET_KEY',
      (file: (name: string) => string) => ({
        keys: { SECRET_KEY: second },
        from: 'SECRET_KEY or SECRET_KEY_FILE',
        path: file('g.db'),
      }),
    ],
    [
      'SECRET_KEY_FILE',
      (file: (name: string) => string) => ({
        keys: { SECRET_KEY_FILE: file('other') },
        from: 'SECRET_KEY or SECRET_KEY_FILE',
        path: file('g.db'),
      }),
    ],
    [
      'the .key file',
      (file: (name: string) => string) => ({
        keys: {},
        from: `the key file ${file('other.key')}`,
        path: file('other.db'),
      }),
    ],
  ])(
    'a key that does not open the backup is refused, both keys are named, and nothing is changed: %s',
    async (_what, place) => {
      using folder = createFolder();
      const { keys, from, path } = place((name) => folder.file(name));
      await fill(folder.file('g.db'), folder.file('b.db'), first);
      for (const name of ['other', 'other.key']) writeFileSync(folder.file(name), second, { mode: 0o600 });
      const before = [
        readFileSync(folder.file('g.db')),
        readdirSync(folder.path).filter((name) => !name.endsWith('.lock')),
      ];
      const what =
        `The secrets in ${folder.file('b.db')} open with the key ${idOf(first)}, and the key here is ` +
        `${idOf(second)} (${from}). Nothing was changed.`;
      const next =
        `Put the key ${idOf(first)} there first, or restore with --without-key and do it before the ` +
        'gateway starts.';
      const refused = await restore(path, [folder.file('b.db')], keys);
      expect({ ...refused, err: refused.err.split('\n').at(-2) }).toEqual({ code: 1, out: '', err: `${what} ${next}` });
      expect([
        readFileSync(folder.file('g.db')),
        readdirSync(folder.path).filter((name) => !name.endsWith('.lock')),
      ]).toEqual(before);

      expect(await restore(path, [folder.file('b.db'), '--without-key'], keys)).toMatchObject({
        code: 0,
        out: expect.stringContaining(`Start the gateway with the key ${idOf(first)}.\n`) as string,
      });
      const database = await openDatabase(`sqlite:${path}`);
      await expect(openKeyring(database, () => Buffer.from(second))).rejects.toMatchObject({ code: 'CONFLICT' });
      await openKeyring(database, () => Buffer.from(first));
      await database.close();
    },
  );

  it('restore beside a key is done where the key opens it, as the older one too, and where there is none', async () => {
    using folder = createFolder();
    await fill(folder.file('g.db'), folder.file('b.db'), first);
    const given: Record<string, string>[] = [{ SECRET_KEY: first }, { SECRET_KEY: second, SECRET_KEY_OLD: first }, {}];
    for (const [at, keys] of given.entries()) {
      expect(await restore(folder.file(`${at}.db`), [folder.file('b.db')], keys)).toMatchObject({ code: 0 });
    }
  });

  it('a restore beside a key whose file changed meanwhile is done, as the key before it is in that file', async () => {
    using folder = createFolder();
    const [path, keyFile] = [folder.file('g.db'), folder.file('g.key')];
    await fill(path, folder.file('b.db'), loadSecretKey({ secretKey: null, olderKeys: [], keyFile }, true));
    beginRotation(keyFile);
    expect(await restore(path, [folder.file('b.db')])).toMatchObject({ code: 0 });
  });

  it('a restore is refused where the key opens one half of the backup: both keys it needs are named, also when it is made', async () => {
    using folder = createFolder();
    const path = folder.file('g.db');
    await fill(path, folder.file('before.db'), first);
    const file = openSqliteFile(path);
    const password = createKeyring(Buffer.from(second)).seal('p', contextOf('half', 'password'));
    file
      .prepare(
        "insert into registry (id, name, addr, created_at, password_sealed) values ('half', 'half', 'http://h', 0, ?)",
      )
      .run(password);
    file.close();
    const needed = `${idOf(first)} and ${idOf(second)}`;
    expect(await runCommandLine(`sqlite:${path}`, ['backup', folder.file('b.db')])).toMatchObject({
      code: 0,
      out: expect.stringContaining(`Its secrets open with the key ${needed} (`) as string,
    });
    for (const key of [first, second, third]) {
      expect(await restore(path, [folder.file('b.db')], { SECRET_KEY: key })).toMatchObject({
        code: 1,
        err: expect.stringContaining(`open with the key ${needed}, and the key here is ${idOf(key)} (`) as string,
      });
    }
    expect(await restore(path, [folder.file('b.db')], { SECRET_KEY: second, SECRET_KEY_OLD: first })).toMatchObject({
      code: 0,
      out: expect.stringContaining(`Start the gateway with the key ${needed}.\n`) as string,
    });
  });

  it('says that the key cannot be read; --without-key does not look at it', async () => {
    using folder = createFolder();
    await fill(folder.file('g.db'), folder.file('b.db'), first);
    writeFileSync(folder.file('new.key'), 'short', { mode: 0o600 });
    expect(await restore(folder.file('new.db'), [folder.file('b.db')])).toMatchObject({
      code: 78,
      err: expect.stringContaining('has 5 bytes, but needs at least 32') as string,
    });
    expect(readdirSync(folder.path)).not.toContain('new.db');
    expect(await restore(folder.file('new.db'), [folder.file('b.db'), '--without-key'])).toMatchObject({ code: 0 });
  });
});
