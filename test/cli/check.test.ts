import { readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { RegistryStore } from '../../src/store/registries/registries.js';
import type { RegistrySettings } from '../../src/store/registries/settings.js';
import { openSqliteFile } from '../../src/store/file/driver.js';
import { openDatabase } from '../../src/store/database/database.js';
import { openKeyring } from '../../src/store/keys/canary.js';
import { compileFollowing } from '../../src/domain/following.js';
import type { RegistryName } from '../../src/domain/name.js';
import type { ProxyUrl, RegistryAddress } from '../../src/domain/registry.js';
import type { Finding } from '../../src/cli/checks/finding.js';
import { patience } from '../../src/cli/checks/registry.js';
import type { Io } from '../../src/cli/io.js';
import { runProgram } from '../../src/cli/program.js';
import type { Timer } from '../../src/timer.js';
import { startProxy } from '../support/servers/proxy.js';
import { createMemoryRegistry } from '../support/registry/server.js';
import { createManualTimer } from '../support/timer.js';
import { createFolder } from '../store/files.js';
import { runCommandLine } from './run.js';

const key = 'zYx3Wv9uT8sR7qPo6nM5lK4jI3hG2fE1dC0b';
const otherKey = 'aBc3De9fG8hI7jKl6mN5oP4qR3sT2uV1wX0y';

type Attached = Partial<Omit<RegistrySettings, 'name' | 'addr'>> & { readonly name: string; readonly addr: string };

/** Of a gateway that ran and was closed, with these registries. */
async function makeDatabase(
  folder: ReturnType<typeof createFolder>,
  ...attached: readonly Attached[]
): Promise<string> {
  const url = `sqlite:${folder.file('g.db')}`;
  const database = await openDatabase(url);
  const registries = new RegistryStore(database, await openKeyring(database, () => Buffer.from(key)));
  const defaults = {
    tlsSkipVerify: false,
    caCertificate: null,
    authRealm: null,
    maxAge: 30,
    credentials: null,
    following: compileFollowing([]),
  };
  for (const { name, addr, ...rest } of attached)
    await registries.create({ ...defaults, ...rest, name: name as RegistryName, addr: addr as RegistryAddress });
  await database.close();
  return url;
}

interface Checked {
  readonly code: number;
  readonly works: boolean;
  readonly findings: readonly Finding[];
  /** `check: state` of each finding that is not ok. */
  readonly troubles: readonly string[];
}

async function check(url: string, env: Io['env'] = {}): Promise<Checked> {
  const { code, out } = await runCommandLine(url, ['check', '--json'], {
    env: { DATABASE_URL: url, SECRET_KEY: key, ...env },
  });
  const { works, findings } = JSON.parse(out) as { works: boolean; findings: Finding[] };
  const troubles = findings.filter(({ state }) => state !== 'ok').map((each) => `${each.check}: ${each.state}`);
  return { code, works, findings, troubles };
}

function find({ findings }: Checked, name: string): Finding {
  return findings.find((each) => each.check === name)!;
}

/** Files with their sizes, and when they were last written. */
function snapshot(folder: { readonly path: string; file(name: string): string }) {
  return readdirSync(folder.path).map((name) => [
    name,
    statSync(folder.file(name)).size,
    statSync(folder.file(name)).mtimeMs,
  ]);
}

/** The machine's own disk may be short of space, which is no part of these tests. */
const quiet = ['space: warning', 'file system: warning'];
const withoutDisk = ({ troubles }: Checked): string[] => troubles.filter((each) => !quiet.includes(each));

describe('check', () => {
  it('finds all in order, sends no DELETE, and leaves every file as it is', async () => {
    using folder = createFolder();
    await using registry = await createMemoryRegistry({ auth: { mode: 'basic', users: { ann: 'right' } } });
    const url = await makeDatabase(folder, {
      name: 'local',
      addr: registry.url,
      credentials: { username: 'ann', password: 'right' },
    });
    const before = snapshot(folder);
    const checked = await check(url);
    expect({ code: checked.code, works: checked.works, troubles: withoutDisk(checked) }).toEqual({
      code: 0,
      works: true,
      troubles: ['last crawl: warning'],
    });
    expect(find(checked, 'login')).toMatchObject({ registry: 'local', message: 'It takes the credentials of ann.' });
    expect(find(checked, 'catalogue').message).toBe('It lists its repositories.');
    expect(find(checked, 'last crawl')).toMatchObject({
      message: 'It was never read.',
      next: 'A running gateway reads it: registry-gateway sync local --wait',
    });
    expect(registry.requests.map(({ method }) => method)).not.toContain('DELETE');
    expect(snapshot(folder)).toEqual(before);
  });

  it('works beside a running gateway, and does not bring its log into the file', async () => {
    using folder = createFolder();
    const url = await makeDatabase(folder);
    const gateway = await openDatabase(url);
    await gateway.kysely.insertInto('setting').values({ key: 'x', value: 'y' }).execute();
    const before = snapshot(folder).filter(([name]) => !String(name).endsWith('-shm'));
    expect(await check(url)).toMatchObject({ code: 0, works: true });
    expect(snapshot(folder).filter(([name]) => !String(name).endsWith('-shm'))).toEqual(before);
    await gateway.close();
  });

  it('says each line in words, the next step below it, where there is no terminal, and in signs where one shows them', async () => {
    using folder = createFolder();
    const url = await makeDatabase(folder, { name: 'local', addr: 'http://127.0.0.1:1' });
    const env = { DATABASE_URL: url, SECRET_KEY: key };
    const plain = await runCommandLine(url, ['check'], { env });
    expect(plain.code).toBe(1);
    expect(plain.out).toMatch(/^ok {6}settings: All can be read\.\n/);
    expect(plain.out).toMatch(/\nfailed {2}local, reachable: .+\n {4}Look whether it runs/);
    expect(plain.out).toMatch(/\nNot working: 1 of \d+\.\n$/);
    const terminal = await runCommandLine(url, ['check'], {
      env: { ...env, LANG: 'C.UTF-8', TERM: 'xterm' },
      isTTY: true,
    });
    expect(terminal.out).toMatch(/^✓ settings: /);
    expect(terminal.out).toContain('\n✗ local, reachable: ');
    expect(terminal.out).toContain('\n! local, last crawl: ');
    expect((await runCommandLine(url, ['check'], { env: { ...env, LANG: 'C' }, isTTY: true })).out).toContain(
      'failed  local',
    );
  });

  it('tells a wrong password, and goes on with the next registry', async () => {
    using folder = createFolder();
    await using registry = await createMemoryRegistry({ auth: { mode: 'basic', users: { ann: 'right' } } });
    await using open = await createMemoryRegistry();
    const url = await makeDatabase(
      folder,
      { name: 'a', addr: registry.url, credentials: { username: 'ann', password: 'wrong-password' } },
      { name: 'b', addr: open.url },
    );
    const checked = await check(url);
    expect({ code: checked.code, failed: checked.findings.filter(({ state }) => state === 'failed') }).toEqual({
      code: 1,
      failed: [
        {
          registry: 'a',
          check: 'login',
          state: 'failed',
          message: expect.stringContaining('Registry a') as string,
          next: 'To name an account that may read: registry-gateway registry set a --username <name>',
        },
      ],
    });
    expect(JSON.stringify(checked)).not.toContain('wrong-password');
    expect(checked.findings.filter((each) => each.registry === 'b').map((each) => each.check)).toEqual([
      'reachable',
      'login',
      'catalogue',
      'clock',
      'deletes',
      'last crawl',
    ]);
  });

  it.each([
    ['a registry that is away', {}, 'Look whether it runs'],
    [
      'an address that the gateway may not open',
      { UPSTREAM_DENY_CIDRS: '127.0.0.0/8' },
      'Look at UPSTREAM_ALLOW_CIDRS',
    ],
  ])('tells %s', async (_, env, next) => {
    using folder = createFolder();
    const url = await makeDatabase(folder, { name: 'local', addr: 'http://127.0.0.1:1' });
    const checked = await check(url, env);
    expect(checked).toMatchObject({ code: 1, works: false });
    expect(find(checked, 'reachable')).toMatchObject({
      state: 'failed',
      next: expect.stringContaining(next) as string,
    });
  });

  it('asks a registry through its own proxy, with what that is shown, as the gateway does', async () => {
    using folder = createFolder();
    await using registry = await createMemoryRegistry();
    const proxy = await startProxy({
      users: { ann: 'canary' },
      hosts: { 'registry.example:80': new URL(registry.url).host },
    });
    try {
      const way = { proxy: proxy.url as ProxyUrl, proxyCredentials: { username: 'ann', password: 'canary' } };
      const checked = await check(await makeDatabase(folder, { name: 'far', addr: 'http://registry.example', ...way }));
      expect(find(checked, 'catalogue')).toMatchObject({ registry: 'far', state: 'ok' });
      expect(proxy.seen.length).toBeGreaterThan(0);
      expect(JSON.stringify(checked)).not.toContain('canary');
    } finally {
      await proxy.close();
    }
  });

  it('asks no registry at an address that may not be opened', async () => {
    using folder = createFolder();
    await using registry = await createMemoryRegistry();
    const url = await makeDatabase(folder, { name: 'local', addr: registry.url });
    expect(find(await check(url, { UPSTREAM_DENY_CIDRS: '127.0.0.0/8' }), 'reachable').state).toBe('failed');
    expect(registry.requests).toEqual([]);
  });

  it('gives up on a registry that never answers', async () => {
    using folder = createFolder();
    await using registry = await createMemoryRegistry();
    registry.fail({ kind: 'hang' });
    const url = await makeDatabase(folder, { name: 'local', addr: registry.url });
    const manual = createManualTimer();
    const timer: Timer = {
      ...manual,
      after: (ms, work) =>
        ms === patience ? (setImmediate(waitForRequest, work), () => undefined) : manual.after(ms, work),
    };
    const waitForRequest = (work: () => void): void =>
      void (registry.requests.length > 0 ? work() : setImmediate(waitForRequest, work));
    let out = '';
    const io = {
      out: (text: string) => void (out += text),
      err: () => undefined,
      isTTY: false,
      isErrTTY: false,
      isInputTTY: false,
      columns: 80,
      colours: false,
    };
    const code = await runProgram(
      ['check'],
      { ...io, readInput: () => Promise.resolve(''), env: { DATABASE_URL: url, SECRET_KEY: key } },
      { timer },
    );
    expect({ code, line: /failed {2}local, reachable: .*/.exec(out)?.[0] }).toEqual({
      code: 1,
      line: 'failed  local, reachable: The call to registry local for the ping was given up before it was answered.',
    });
  });

  it.each([
    [-3_600_000, 'Its clock is 3600 s behind that of this machine.'],
    [3_600_000, 'Its clock is 3600 s ahead of that of this machine.'],
  ])('warns of a clock that is off by %s ms', async (off, message) => {
    using folder = createFolder();
    await using registry = await createMemoryRegistry();
    const now = Math.floor(Date.now() / 1000) * 1000;
    registry.fail({ kind: 'headers', headers: { date: new Date(now + off).toUTCString() } });
    const url = await makeDatabase(folder, { name: 'local', addr: registry.url });
    let out = '';
    const io = {
      out: (text: string) => void (out += text),
      err: () => undefined,
      isTTY: false,
      isErrTTY: false,
      isInputTTY: false,
      columns: 80,
      colours: false,
    };
    const code = await runProgram(
      ['check', '--json'],
      { ...io, readInput: () => Promise.resolve(''), env: { DATABASE_URL: url, SECRET_KEY: key } },
      { clock: () => new Date(now) },
    );
    const { findings } = JSON.parse(out) as { findings: Finding[] };
    expect(code).toBe(0);
    expect(findings.find((each) => each.check === 'clock')).toMatchObject({ state: 'warning', message });
  });

  it('warns of a registry without a catalogue, unless what is read there is named', async () => {
    using folder = createFolder();
    await using registry = await createMemoryRegistry();
    registry.fail({ kind: 'status', status: 404, match: /_catalog/ });
    const url = await makeDatabase(
      folder,
      { name: 'a', addr: registry.url },
      { name: 'b', addr: registry.url, following: compileFollowing(['team/app']) },
    );
    const catalogues = (await check(url)).findings
      .filter((each) => each.check === 'catalogue')
      .map(({ registry: name, state }) => `${name} ${state}`);
    expect(catalogues).toEqual(['a warning', 'b ok']);
  });

  it('tells the wrong key, and sends nothing to a registry then', async () => {
    using folder = createFolder();
    await using registry = await createMemoryRegistry();
    const url = await makeDatabase(folder, { name: 'local', addr: registry.url });
    const checked = await check(url, { SECRET_KEY: otherKey });
    expect({ code: checked.code, troubles: withoutDisk(checked) }).toEqual({
      code: 1,
      troubles: ['key: failed', 'registries: warning'],
    });
    expect(registry.requests).toEqual([]);
  });

  it('makes no key where the key file is gone', async () => {
    using folder = createFolder();
    const url = await makeDatabase(folder);
    const checked = await check(url, { SECRET_KEY: '' });
    expect({ code: checked.code, troubles: withoutDisk(checked) }).toEqual({ code: 1, troubles: ['key: failed'] });
    expect(readdirSync(folder.path).filter((name) => name.endsWith('.key'))).toEqual([]);
  });

  it('makes no database where there is none', async () => {
    using folder = createFolder();
    const path = folder.file('wrong/g.db');
    const checked = await check(`sqlite:${path}`);
    expect({ code: checked.code, last: checked.findings.at(-1) }).toEqual({
      code: 78,
      last: {
        registry: null,
        check: 'database',
        state: 'failed',
        message: `There is no database at ${path}.`,
        next: 'Set DATABASE_URL to the one the gateway serves; its first start makes it.',
      },
    });
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it('tells a damaged database', async () => {
    using folder = createFolder();
    const url = await makeDatabase(folder);
    truncateSync(folder.file('g.db'), statSync(folder.file('g.db')).size - 3 * 4096);
    const checked = await check(url);
    expect(checked).toMatchObject({ code: 78, works: false });
    expect(checked.findings.at(-1)?.message).toMatch(/is damaged/);
  });

  it('tells a file that is no database, an empty one, and a folder', async () => {
    using folder = createFolder();
    writeFileSync(folder.file('text.db'), 'x'.repeat(5000), { mode: 0o600 });
    writeFileSync(folder.file('empty.db'), '', { mode: 0o600 });
    const messages = await Promise.all(
      ['text.db', 'empty.db', ''].map(async (name) => {
        const { code, findings } = await check(`sqlite:${folder.file(name)}`);
        return `${code} ${findings.at(-1)?.message}`;
      }),
    );
    expect(messages).toEqual([
      expect.stringContaining('78 The database file is damaged or unreadable.'),
      expect.stringContaining('has not the tables of a gateway.'),
      expect.stringContaining('is a folder'),
    ]);
  });

  it.each([
    [
      "insert into mikro_orm_migrations (name, executed_at) values ('Migration29991231235959_later', 0)",
      78,
      'The database was changed by a later version (Migration29991231235959_later).',
    ],
    [
      "delete from mikro_orm_migrations where name like '%_pruning'",
      0,
      'The tables are of an earlier version (migrations to apply: 1).',
    ],
  ])('tells another schema: %s', async (sql, code, message) => {
    using folder = createFolder();
    const url = await makeDatabase(folder);
    const file = openSqliteFile(folder.file('g.db'));
    file.exec(sql);
    file.close();
    const checked = await check(url);
    expect({ code: checked.code, message: find(checked, 'schema').message }).toEqual({ code, message });
  });

  it('tells every fault of the settings', async () => {
    const checked = await check('mysql://x', { PORT: 'x' });
    expect(checked.code).toBe(78);
    expect(checked.findings.map(({ state, message }) => `${state} ${message.slice(0, 12)}`)).toEqual(
      expect.arrayContaining(['failed DATABASE_URL', expect.stringContaining('failed PORT ')]),
    );
  });

  it('escapes what a terminal would obey, in names and in what a crawl has kept', async () => {
    using folder = createFolder();
    const url = await makeDatabase(folder, { name: 'local', addr: 'http://127.0.0.1:1' });
    const file = openSqliteFile(folder.file('g.db'));
    file.exec("update registry set name = 'lo' || char(27) || '[31mcal'");
    file
      .prepare(
        'insert into job (id, kind, registry_id, state, requested_by, created_at, finished_at, failures, ' +
          "failure_count) select 'j', 'CRAWL', id, 'FAILED', 'x', 0, 0, ?, 1 from registry",
      )
      .run(JSON.stringify([{ subject: 'x', code: 'UPSTREAM_ERROR', message: 'away\r\u202e\u009b2J' }]));
    file.close();
    const { out } = await runCommandLine(url, ['check'], { env: { DATABASE_URL: url, SECRET_KEY: key } });
    expect(out).toContain(
      'lo\\u001b[31mcal, last crawl: It failed at 1970-01-01T00:00:00.000Z (failures: 1). The first: ' +
        'away\\r\\u202e\\u009b2J',
    );
    for (const character of ['\u001b', '\r', '\u202e', '\u009b']) expect(out).not.toContain(character);
  });
});
