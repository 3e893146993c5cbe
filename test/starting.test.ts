import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWhere } from './support/processes/child.js';
import { type GatewayProcess, startProcess } from './support/processes/gateway.js';
import { until } from './support/timer.js';

let folder: string;
const running: GatewayProcess[] = [];

function start(env: Record<string, string> = {}, within: readonly string[] = []): GatewayProcess {
  const gateway = startProcess(folder, { ADMIN_PASSWORD: 'a good password', ...env }, within);
  running.push(gateway);
  return gateway;
}

/** Starts it on a database of its own and stops it. */
async function fill(): Promise<void> {
  const gateway = start();
  await gateway.listening();
  gateway.child.kill('SIGTERM');
  expect(await gateway.ended()).toBe(0);
}

async function refusal(gateway: GatewayProcess): Promise<string> {
  const code = await gateway.ended();
  expect(gateway.output()).not.toMatch(/\bat .*\.js/);
  return `${code}: ${gateway.output()}`;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gateway-'));
});
afterEach(() => {
  for (const { child } of running.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

test.each([
  [
    'sqlite:/proc/nope/x.db',
    'The gateway cannot make the folder /proc/nope: nothing can be made in that folder (ENOENT).',
  ],
  ['sqlite:/dev/zero', '/dev/zero is no regular file'],
  ['sqlite:/etc', '/etc is a folder: set DATABASE_URL to a file in it'],
])('a start on %s ends with 78 and a sentence', async (DATABASE_URL, sentence) => {
  expect(await refusal(start({ DATABASE_URL }))).toContain(`78: ${sentence}`);
});

test('a database that was lost beside its key is not made anew', async () => {
  await fill();
  const key = readFileSync(join(folder, 'data/gateway.key'));
  for (const end of ['', '-wal', '-shm']) rmSync(join(folder, `data/gateway.db${end}`), { force: true });
  expect(await refusal(start())).toMatch(
    /^78: There is no database at .*data\/gateway\.db, and the key .*data\/gateway\.key of one is there\. Nothing was changed\./,
  );
  expect(existsSync(join(folder, 'data/gateway.db'))).toBe(false);
  expect(readFileSync(join(folder, 'data/gateway.key')).equals(key)).toBe(true);
  // With a key of the operator's own, and none beside it, nothing says that there was one.
  rmSync(join(folder, 'data/gateway.key'));
  await start({ SECRET_KEY: 'a-first-secret-of-enough-characters-1' }).listening();
});

test('the log says which file a relative DATABASE_URL is, and which key seals', async () => {
  const gateway = start({ DATABASE_URL: 'sqlite:here/g.db' });
  await gateway.listening();
  expect(gateway.output()).toContain(`"database":"${join(folder, 'here/g.db')}"`);
  expect(gateway.output()).toMatch(/"key":"[0-9a-f]{8}"/);
});

test('a database of a later version is refused and left as it is', async () => {
  await fill();
  const path = join(folder, 'data/gateway.db');
  const add =
    `const file = new (require('better-sqlite3'))(${JSON.stringify(path)}); file.exec("insert into ` +
    `mikro_orm_migrations (name) values ('Migration29990101000000_later')"); file.close();`;
  expect(spawnSync(process.execPath, ['-e', add], { cwd: process.cwd() }).status).toBe(0);
  const before = readFileSync(path);
  expect(await refusal(start())).toMatch(
    /^78: The database was changed by a later version \(Migration29990101000000_later\)\./,
  );
  expect(readFileSync(path).equals(before)).toBe(true);
});

const mounts = process.getuid?.() === 0 && spawnSync('unshare', ['-m', 'true']).status === 0;

/** Runs what follows in a mount namespace of its own, after these commands of the shell. */
function mounting(script: string): string[] {
  return ['unshare', '-m', '--propagation', 'private', 'sh', '-ec', `${script}; exec "$@"`, 'sh'];
}

describeWhere(mounts, 'mounts need root', 'a file system', () => {
  test('a folder that is read-only is said to be so at the start', async () => {
    await fill();
    const said = await refusal(start({}, mounting('mount --bind data data; mount -o remount,bind,ro data data')));
    expect(said).toMatch(
      /^78: The gateway cannot write (?:the database file )?.*: its file system is mounted read-only \(EROFS\)\./,
    );
  });

  test('a disk that is full is said to be so at the start', async () => {
    mkdirSync(join(folder, 'data'));
    const said = await refusal(
      start(
        {},
        mounting(
          'mount -t tmpfs -o size=64k,mode=700 none data; dd if=/dev/zero of=data/fill bs=4k status=none ' +
            '2>/dev/null || true',
        ),
      ),
    );
    expect(said).toMatch(/^78: .*[Tt]he disk is full/);
  });

  test('refuses writes as STORAGE_FULL once it is full, answers reads, and takes writes again when there is room', async () => {
    mkdirSync(join(folder, 'data'));
    const gateway = start({}, mounting('mount -t tmpfs -o size=16m,mode=700 none data'));
    const url = await gateway.listening();
    const logIn = () =>
      fetch(`${url}/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"username":"admin","password":"a good password"}',
      });
    const token = ((await (await logIn()).json()) as { auth_token: string }).auth_token;
    const ballast = `/proc/${gateway.child.pid}/root${join(folder, 'data/ballast')}`;
    spawnSync('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=4k', 'status=none']);
    const headers = { 'x-access-token': `admin:${token}` };
    let refused: Response | null = null;
    // What room is left in the log's last block may take a few.
    for (let turn = 0; turn < 200 && refused === null; turn++) {
      const answer = await logIn();
      if (answer.status !== 200) refused = answer;
    }
    expect(refused?.status).toBe(507);
    expect(await refused?.json()).toMatchObject({ error: { code: 'STORAGE_FULL' } });
    expect((await fetch(`${url}/api/registries`, { headers })).status).toBe(200);
    rmSync(ballast);
    await until(async () => (await logIn()).status === 200);
  }, 60_000);
});

const switches =
  mounts &&
  spawnSync('setpriv', ['--reuid=65534', '--regid=65534', '--clear-groups', process.execPath, '-v']).status === 0;

describeWhere(switches, 'another user needs root and setpriv', 'another user', () => {
  const asNobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];

  test.each<[string, string, RegExp]>([
    ['the folder', 'data', /cannot (?:read|write)/],
    ['the file', 'data/gateway.db', /cannot (?:read|write)/],
  ])('who may not write %s is told so', async (_what, kept, words) => {
    await fill();
    chmodSync(folder, 0o755);
    for (const each of ['data', 'data/gateway.db', 'data/gateway.db.lock', 'data/gateway.key'])
      if (each !== kept) chownSync(join(folder, each), 65534, 65534);
    if (kept === 'data') chmodSync(join(folder, 'data'), 0o755);
    const said = await refusal(start({}, asNobody));
    expect(said).toMatch(words);
    expect(said).toContain('It belongs to the user 0');
    expect(said).toContain('(EACCES)');
    expect(said).toContain('and the gateway runs as 65534');
  });

  test('who may write all of it starts', async () => {
    await fill();
    chmodSync(folder, 0o755);
    for (const each of ['data', 'data/gateway.db', 'data/gateway.db.lock', 'data/gateway.key'])
      chownSync(join(folder, each), 65534, 65534);
    await start({}, asNobody).listening();
  });
});

test('a key file with a byte order mark and a newline is the same key', async () => {
  const key = 'a-first-secret-of-enough-characters-1';
  writeFileSync(join(folder, 'k'), `\uFEFF${key}\r\n`, { mode: 0o600 });
  const first = start({ SECRET_KEY_FILE: join(folder, 'k') });
  await first.listening();
  first.child.kill('SIGTERM');
  await first.ended();
  await start({ SECRET_KEY: key }).listening();
});
