import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { openDatabase } from '../../src/store/database/database.js';
import { RegistryStore } from '../../src/store/registries/registries.js';
import { openKeyring } from '../../src/store/keys/canary.js';
import { loadOlderKeys, loadSecretKey } from '../../src/settings/key.js';
import { beginRotation, endRotation } from '../../src/settings/keyrotation.js';
import { createFolder } from '../store/files.js';
import { runCommandLine } from './run.js';

const first = 'a-first-secret-of-enough-characters-1';
const second = 'another-secret-of-enough-characters-2';

const credentials = { username: 'u', password: 'a secret of ann' };

async function fill(path: string, key: Uint8Array) {
  const database = await openDatabase(`sqlite:${path}`);
  await new RegistryStore(database, await openKeyring(database, () => key)).create({
    name: 'r',
    addr: 'http://r',
    credentials,
  } as never);
  return database;
}

async function credentialsWith(path: string, key: Uint8Array, older: readonly Uint8Array[] = []): Promise<unknown> {
  const database = await openDatabase(`sqlite:${path}`);
  try {
    const registries = new RegistryStore(database, await openKeyring(database, () => key, older));
    return (await registries.readConnection((await registries.list())[0]!.id)).credentials;
  } finally {
    await database.close();
  }
}

function settingsOf(keyFile: string) {
  return { secretKey: null, olderKeys: [], keyFile };
}

describe('keys rotate', () => {
  it('gives a key file a new key and seals everything with it; the old one opens nothing', async () => {
    using folder = createFolder();
    const [path, keyFile] = [folder.file('g.db'), folder.file('g.key')];
    const old = loadSecretKey(settingsOf(keyFile), true);
    await (await fill(path, old)).close();
    const { code, out } = await runCommandLine(`sqlite:${path}`, ['keys', 'rotate']);
    expect([code, out]).toEqual([
      0,
      expect.stringMatching(
        /^1 secrets are sealed with [0-9a-f]{8} now\. Backups from before need the key [0-9a-f]{8}/,
      ),
    ]);
    expect(loadOlderKeys(settingsOf(keyFile))).toEqual([]);
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
    expect(existsSync(`${keyFile}.new`)).toBe(false);
    expect(await credentialsWith(path, loadSecretKey(settingsOf(keyFile), false))).toEqual(credentials);
    await expect(credentialsWith(path, old)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('goes on with the new key that an interrupted one made, and makes no third', async () => {
    using folder = createFolder();
    const [path, keyFile] = [folder.file('g.db'), folder.file('g.key')];
    const old = loadSecretKey(settingsOf(keyFile), true);
    await (await fill(path, old)).close();
    beginRotation(keyFile);
    const made = loadSecretKey(settingsOf(keyFile), false);
    expect(loadOlderKeys(settingsOf(keyFile))).toEqual([old]);
    expect(await credentialsWith(path, made, [old])).toEqual(credentials);
    expect((await runCommandLine(`sqlite:${path}`, ['keys', 'rotate'])).code).toBe(0);
    expect(loadSecretKey(settingsOf(keyFile), false)).toEqual(made);
    expect(await credentialsWith(path, made)).toEqual(credentials);
  });

  it('leaves a running gateway with its key, and says to start it again', async () => {
    using folder = createFolder();
    const [path, keyFile] = [folder.file('g.db'), folder.file('g.key')];
    const old = loadSecretKey(settingsOf(keyFile), true);
    const gateway = await fill(path, old);
    const { code, out } = await runCommandLine(`sqlite:${path}`, ['keys', 'rotate']);
    expect([code, out]).toEqual([
      0,
      expect.stringMatching(/^A gateway runs and goes on with the key [0-9a-f]{8}\. Start it again/),
    ]);
    await gateway.close();
    expect(await credentialsWith(path, old)).toEqual(credentials);
    expect(loadOlderKeys(settingsOf(keyFile))).toEqual([old]);
  });

  it('leaves keys of the settings to the operator, and seals again what SECRET_KEY_OLD sealed', async () => {
    using folder = createFolder();
    const path = folder.file('g.db');
    await (await fill(path, Buffer.from(first))).close();
    const url = `sqlite:${path}`;
    expect(
      await runCommandLine(url, ['keys', 'rotate'], { env: { DATABASE_URL: url, SECRET_KEY: first } }),
    ).toMatchObject({
      code: 78,
      err: expect.stringContaining('Set SECRET_KEY to a new key and SECRET_KEY_OLD to the present one') as string,
    });
    const env = { DATABASE_URL: url, SECRET_KEY: second, SECRET_KEY_OLD: first };
    expect(await runCommandLine(url, ['keys', 'rotate'], { env })).toMatchObject({
      code: 0,
      out: expect.stringContaining('SECRET_KEY_OLD may be removed.') as string,
    });
    expect(await credentialsWith(path, Buffer.from(second))).toEqual(credentials);
    const shown = await runCommandLine(url, ['keys', 'show', '--json'], { env });
    const { key, older, sealed } = JSON.parse(shown.out) as { key: string; older: string[]; sealed: unknown };
    expect([older.length, sealed]).toEqual([1, { [key]: 1 }]);
    expect(shown.out).not.toContain(second);
  });

  it('keys rotate is refused while another one writes the key file, which stays as it is', async () => {
    using folder = createFolder();
    const keyFile = folder.file('g.key');
    loadSecretKey(settingsOf(keyFile), true);
    const before = readFileSync(keyFile);
    writeFileSync(`${keyFile}.new`, '');
    expect(() => beginRotation(keyFile)).toThrow(/another change of the key is under way, or was interrupted/);
    expect(readFileSync(keyFile).equals(before)).toBe(true);
    expect(existsSync(`${keyFile}.new`)).toBe(true);
  });

  it('keeps a key of several lines as it was', () => {
    using folder = createFolder();
    const keyFile = folder.file('g.key');
    writeFileSync(keyFile, `${first}\n${second}\n`, { mode: 0o600 });
    const old = loadSecretKey(settingsOf(keyFile), false);
    expect(Buffer.from(old).toString()).toBe(`${first}\n${second}`);
    beginRotation(keyFile);
    expect(loadOlderKeys(settingsOf(keyFile)).map((key) => Buffer.from(key).toString())).toEqual([
      `${first}\n${second}`,
    ]);
    endRotation(keyFile);
    expect(loadOlderKeys(settingsOf(keyFile))).toEqual([]);
  });
});

describe('the first key file', () => {
  it('the first key file is not left empty where the disk takes no more', () => {
    using folder = createFolder();
    const settings = JSON.stringify(settingsOf(folder.file('g.key')));
    const make =
      'import { loadSecretKey } from ' +
      `${JSON.stringify(new URL('../../src/settings/key.js', import.meta.url).href)}; ` +
      `loadSecretKey(${settings}, true);`;
    // A file may have no bytes: to who writes it is told, as by a full disk, when it is there already.
    const limited = [
      '-c',
      'trap \'\' XFSZ; ulimit -f 0; exec "$@"',
      'sh',
      process.execPath,
      '--input-type=module',
      '-e',
      make,
    ];
    const { status, stderr } = spawnSync('sh', limited, { encoding: 'utf8' });
    expect([status, stderr]).toEqual([
      1,
      expect.stringContaining(`the key file ${folder.file('g.key')} cannot be written (EFBIG).`),
    ]);
    expect(readdirSync(folder.path)).toEqual([]);
    expect(loadSecretKey(settingsOf(folder.file('g.key')), true)).toHaveLength(44);
    expect(readdirSync(folder.path)).toEqual(['g.key']);
  });

  it('the first key file is made where an interrupted start left a part of one', () => {
    using folder = createFolder();
    writeFileSync(folder.file('g.key.partial'), 'x');
    loadSecretKey(settingsOf(folder.file('g.key')), true);
    expect(readdirSync(folder.path)).toEqual(['g.key']);
    expect(statSync(folder.file('g.key')).mode & 0o777).toBe(0o600);
  });
});
