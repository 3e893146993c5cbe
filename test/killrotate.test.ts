import { rmSync } from 'node:fs';
import { loadOlderKeys, loadSecretKey } from '../src/settings/key.js';
import { AccountStore } from '../src/store/accounts/accounts.js';
import { openDatabase } from '../src/store/database/database.js';
import { RegistryStore } from '../src/store/registries/registries.js';
import { countSealed } from '../src/store/keys/resealing.js';
import { createKeyring } from '../src/store/keys/keyring.js';
import { openKeyring } from '../src/store/keys/canary.js';
import { runCommandLine } from './cli/run.js';
import { createFolder } from './store/files.js';
import { buildImage } from './support/content/images.js';
import { startCommand, startProcess } from './support/processes/gateway.js';
import { program } from './support/processes/program.js';
import { seed } from './support/content/push.js';
import { createMemoryRegistry } from './support/registry/server.js';
import { until } from './support/timer.js';
import { amount } from './support/run/amount.js';

const killing = new URL('support/processes/killing.js', import.meta.url).href;
const first = 'a-first-secret-of-enough-characters-1';
const second = 'another-secret-of-enough-characters-2';
/** More than any of these programs has. */
const mostSteps = 60;
/** Of so many steps one is that at which it is killed. */
const stride = amount(4, 1);

const secretsOf = (at: number) => ({
  credentials: { username: 'u', password: `password ${at}` },
  clientCertificate: { certificate: `certificate ${at}`, key: `key ${at}` },
  proxyCredentials: { username: 'p', password: `proxy ${at}` },
});
const registries = [0, 1, 2];

/** An account, and three registries with all three kinds of secrets. */
async function fill(url: string, key: Uint8Array): Promise<void> {
  const database = await openDatabase(url);
  const store = new RegistryStore(database, await openKeyring(database, () => key));
  await new AccountStore(database).create({ username: 'ann', roles: ['admin'], passwordHash: 'x' });
  for (const at of registries)
    await store.create({ name: `r${at}`, addr: `http://r${at}`, proxy: 'http://p:3128', ...secretsOf(at) } as never);
  await database.close();
}

/** Every secret, by name of its registry, as a start with these keys opens them. */
async function readSecrets(url: string, key: Uint8Array, older: readonly Uint8Array[]) {
  const database = await openDatabase(url);
  try {
    const store = new RegistryStore(database, await openKeyring(database, () => key, older));
    const found = [];
    for (const { id } of (await store.list()).sort((a, b) => a.name.localeCompare(b.name))) {
      found.push({
        credentials: (await store.readConnection(id)).credentials,
        clientCertificate: (await store.readConnection(id)).clientCertificate,
        proxyCredentials: (await store.readConnection(id)).proxyCredentials,
      });
    }
    return { found, sealed: await countSealed(database) };
  } finally {
    await database.close();
  }
}

const all = registries.map(secretsOf);
const killsIn = {
  NODE_OPTIONS: `--import=${killing}`,
  KILL_STATEMENTS: '^\\s*(begin|commit|update "?(registry|setting)"?|insert into "?audit_entry)',
};

it('keys rotate, killed before any of its steps, loses no secret, and goes on when it is run again', async () => {
  using folder = createFolder();
  const [url, keyFile] = [`sqlite:${folder.file('g.db')}`, folder.file('g.key')];
  const settings = { secretKey: null, olderKeys: [], keyFile };
  await fill(url, loadSecretKey(settings, true));
  const rotate = () => runCommandLine(url, ['keys', 'rotate']);
  let kills = 0;
  for (let at = 1; at < mostSteps; at += stride) {
    const before = loadSecretKey(settings, false);
    const env = { DATABASE_URL: url, ...killsIn, KILL_AT: String(at), KILL_FILES: '^g\\.key' };
    const command = startCommand(folder.path, env, [process.execPath, program, 'keys', 'rotate'], false);
    const code = await command.ended();
    if (code !== null) {
      expect([code, command.output()]).toEqual([0, expect.stringContaining('9 secrets are sealed with')]);
      break;
    }
    kills++;
    const now = [loadSecretKey(settings, false), ...loadOlderKeys(settings)].map((key) => Buffer.from(key));
    expect((await readSecrets(url, now[0]!, now.slice(1))).found).toEqual(all);
    const { code: next, err } = await rotate();
    if (next !== 0) {
      expect([next, err]).toEqual([78, expect.stringContaining('was interrupted. If none is, remove it')]);
      rmSync(`${keyFile}.new`);
      expect(await rotate()).toMatchObject({ code: 0 });
    }
    const after = loadSecretKey(settings, false);
    expect(loadOlderKeys(settings)).toEqual([]);
    expect(await readSecrets(url, after, [])).toEqual({ found: all, sealed: { [createKeyring(after).keyId]: 9 } });
    await expect(readSecrets(url, before, [])).rejects.toMatchObject({ code: 'CONFLICT' });
  }
  // Two changes of the key file, of several calls each, and a transaction of more than ten statements.
  expect(kills * stride).toBeGreaterThan(20);
  expect(kills * stride).toBeLessThan(mostSteps - 1);
}, 300_000);

it('a start with the key before it, killed before any of its steps, leaves all under one key, and the next start goes on', async () => {
  using folder = createFolder();
  const url = `sqlite:${folder.file('g.db')}`;
  const [old, now] = [Buffer.from(first), Buffer.from(second)];
  await fill(url, old);
  const env = { DATABASE_URL: url, SECRET_KEY: second, SECRET_KEY_OLD: first, ADMIN_PASSWORD: 'a good password' };
  const sealedBy = [];
  for (let at = 1; at < mostSteps; at += stride) {
    const gateway = startProcess(folder.path, { ...env, ...killsIn, KILL_AT: String(at) });
    const isUp = await Promise.race([
      gateway.ended().then(() => false),
      gateway.listening().then(
        () => true,
        () => false,
      ),
    ]);
    if (isUp) {
      gateway.child.kill('SIGTERM');
      await gateway.ended();
      break;
    }
    const { found, sealed } = await readSecrets(url, now, [old]);
    expect(found).toEqual(all);
    expect(Object.values(sealed)).toEqual([9]);
    sealedBy.push(Object.keys(sealed)[0]);
  }
  const last = startProcess(folder.path, { ...env, SECRET_KEY_OLD: '' });
  await last.listening();
  last.child.kill('SIGTERM');
  expect(await last.ended()).toBe(0);
  const id = createKeyring(now).keyId;
  expect(await readSecrets(url, now, [])).toEqual({ found: all, sealed: { [id]: 9 } });
  // Some kills came while all was under the old key, and more than a transaction of ten statements has.
  expect(sealedBy.filter((each) => each !== id).length * stride).toBeGreaterThan(10);
}, 300_000);

it('the key is changed by two restarts, and whoever is answered meanwhile is answered in full', async () => {
  using folder = createFolder();
  await using registry = await createMemoryRegistry({ auth: { mode: 'basic', users: { u: 'a secret of ann' } } });
  seed(registry.store, 'app', 'v1', buildImage());
  const url = `sqlite:${folder.file('g.db')}`;
  const env = { DATABASE_URL: url, ADMIN_PASSWORD: 'a good password', LOG_LEVEL: 'info' };
  const start = async (keys: Record<string, string>, port = '0') => {
    const gateway = startProcess(folder.path, { ...env, ...keys, PORT: port });
    return { gateway, address: await gateway.listening() };
  };
  const stop = async ({ gateway }: Awaited<ReturnType<typeof start>>): Promise<void> => {
    gateway.child.kill('SIGTERM');
    expect(await gateway.ended()).toBe(0);
  };
  const one = await start({ SECRET_KEY: first });
  const { port } = new URL(one.address);
  const client = await createClient(one.address);
  await client.attach(registry.url);
  const served = client.ask();
  await client.answered(5);
  await stop(one);
  const two = await start({ SECRET_KEY: second, SECRET_KEY_OLD: first }, port);
  expect(two.gateway.output()).toContain('nothing is sealed with an older key any more');
  await client.answered(5);
  const rotate = startCommand(
    folder.path,
    { ...env, SECRET_KEY: second, SECRET_KEY_OLD: first },
    [process.execPath, program, 'keys', 'rotate'],
    false,
  );
  expect([await rotate.ended(), rotate.output()]).toEqual([
    0,
    expect.stringContaining('SECRET_KEY_OLD may be removed.'),
  ]);
  await stop(two);
  const three = await start({ SECRET_KEY: second }, port);
  await client.answered(5);
  client.end();
  expect(await served).toEqual(['200 app']);
  await stop(three);
}, 120_000);

/** Somebody who asks for what only the registry knows, which asks for its password, over and over. */
async function createClient(address: string) {
  const json = { 'content-type': 'application/json' };
  const login = await fetch(`${address}/auth/login`, {
    method: 'POST',
    headers: json,
    body: JSON.stringify({ username: 'admin', password: 'a good password' }),
  });
  const headers = {
    ...json,
    'cache-control': 'no-cache',
    'x-access-token': `admin:${((await login.json()) as { auth_token: string }).auth_token}`,
  };
  const client = { answers: 0, isOver: false };
  const list = async (): Promise<string> => {
    const answer = await fetch(`${address}/api/registries/r/repositories`, { headers });
    const body = await answer.text();
    return answer.status === 200
      ? `200 ${(JSON.parse(body) as { name: string }[]).map(({ name }) => name).join()}`
      : `${answer.status} ${body}`;
  };
  return {
    async attach(addr: string): Promise<void> {
      const settings = { name: 'r', addr, username: 'u', password: 'a secret of ann' };
      const attached = await fetch(`${address}/api/registries`, {
        method: 'POST',
        headers,
        body: JSON.stringify(settings),
      });
      expect(attached.status).toBeLessThan(300);
    },
    /** Resolves with the different answers there were. What finds nobody listening is no answer. */
    async ask(): Promise<string[]> {
      const answers = new Set<string>();
      while (!client.isOver) {
        const answer = await list().catch(() => null);
        if (answer === null) await new Promise((resolve) => setTimeout(resolve, 20));
        else if (answers.add(answer)) client.answers++;
      }
      return [...answers];
    },
    async answered(more: number): Promise<void> {
      const wanted = client.answers + more;
      await until(() => client.answers >= wanted, 40);
    },
    end: () => void (client.isOver = true),
  };
}
