import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildImage } from './support/content/images.js';
import { type GatewayProcess, startProcess } from './support/processes/gateway.js';
import { seed } from './support/content/push.js';
import { createMemoryRegistry } from './support/registry/server.js';
import { until } from './support/timer.js';

let folder: string;
const running: GatewayProcess[] = [];

function start(env: Record<string, string> = {}): GatewayProcess {
  const gateway = startProcess(folder, env);
  running.push(gateway);
  return gateway;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gateway-'));
});
afterEach(() => {
  for (const { child } of running.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

test('the first start makes a key only its owner reads and shows a password once, and logs in with it', async () => {
  const first = start();
  const url = await first.listening();
  // It is written to standard error, after the log's line on standard output that it listens.
  while (!first.output().includes('It is not shown again')) await new Promise((resolve) => setTimeout(resolve, 10));
  const [, password] = /with the password (\S+)/.exec(first.output()) ?? [];
  expect(statSync(join(folder, 'data/gateway.key')).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder, 'data/gateway.db')).mode & 0o777).toBe(0o600);
  const login = await fetch(`${url}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'admin', password }),
  });
  expect(login.status).toBe(200);
  first.child.kill('SIGTERM');
  expect(await first.ended()).toBe(0);

  const second = start();
  await second.listening();
  expect(second.output()).not.toContain('password');
  second.child.kill('SIGTERM');
  expect(await second.ended()).toBe(0);
});

test('SIGTERM lets a request in flight finish, refuses new ones, and exits with 0', async () => {
  await using registry = await createMemoryRegistry({ delayMs: 150 });
  seed(registry.store, 'app', 'v1', buildImage());
  const gateway = start({ ADMIN_PASSWORD: 'a good password' });
  const url = await gateway.listening();
  const json = { 'content-type': 'application/json' };
  const login = await fetch(`${url}/auth/login`, {
    method: 'POST',
    headers: json,
    body: '{"username":"admin","password":"a good password"}',
  });
  const { auth_token: token } = (await login.json()) as { auth_token: string };
  const access = { ...json, 'x-access-token': `admin:${token}` };
  await fetch(`${url}/api/registries`, {
    method: 'POST',
    headers: access,
    body: JSON.stringify({ name: 'r', addr: registry.url }),
  });
  registry.forget();
  const inFlight = fetch(`${url}/api/registries/r/repositories`, {
    headers: { ...access, 'cache-control': 'no-cache' },
  });
  while (registry.count('GET', /_catalog/) === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  gateway.child.kill('SIGTERM');
  const answer = await inFlight;
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject([{ name: 'app' }]);
  expect(await gateway.ended()).toBe(0);
  await expect(fetch(`${url}/livez`)).rejects.toThrow();
});

test('wrong settings are all named at once, and the exit code is 78', async () => {
  const gateway = start({
    PORT: '99999',
    DATABASE_URL: 'mysql://x',
    LOG_LEVEL: 'loud',
    SECRET_KEY: 'short',
    ALLOWED_ORIGINS: '*',
  });
  expect(await gateway.ended()).toBe(78);
  for (const variable of ['PORT', 'DATABASE_URL', 'LOG_LEVEL', 'SECRET_KEY', 'ALLOWED_ORIGINS'])
    expect(gateway.output()).toContain(variable);
  expect(gateway.output()).not.toMatch(/\bat .*\.js/);
});

test.each([
  ['0.0.0.0', '', 1],
  ['0.0.0.0', '10.0.0.0/8', 0],
  ['127.0.0.1', '', 0],
])(
  'on %s with TRUST_PROXY=%s, that it is open without encryption is said %i times',
  async (HOST, TRUST_PROXY, times) => {
    const gateway = start({ HOST, TRUST_PROXY });
    await gateway.listening();
    gateway.child.kill('SIGTERM');
    expect(await gateway.ended()).toBe(0);
    expect(gateway.output().match(/which is not encrypted/g) ?? []).toHaveLength(times);
  },
);

test('a port in use is said so with exit code 78', async () => {
  const first = start();
  const { port } = new URL(await first.listening());
  const second = start({ PORT: port, DATABASE_URL: 'sqlite:other.db' });
  expect(await second.ended()).toBe(78);
  expect(second.output()).toContain(`cannot listen on 127.0.0.1:${port}`);
});

test('another key than the one that sealed the database is refused, and nothing is written', async () => {
  const first = start({ SECRET_KEY: 'a-first-secret-of-enough-characters-1' });
  await first.listening();
  first.child.kill('SIGTERM');
  await first.ended();
  const before = readFileSync(join(folder, 'data/gateway.db'));
  const second = start({ SECRET_KEY: 'another-secret-of-enough-characters-2' });
  expect(await second.ended()).toBe(78);
  expect(readFileSync(join(folder, 'data/gateway.db')).equals(before)).toBe(true);
});

test('a database that is removed under a running gateway turns readiness red and refuses what would be lost', async () => {
  const gateway = start({ ADMIN_PASSWORD: 'a good password' });
  const url = await gateway.listening();
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  rmSync(join(folder, 'data/gateway.db'));
  await until(async () => (await fetch(`${url}/readyz`)).status === 503);
  expect(await (await fetch(`${url}/readyz`)).json()).toEqual({
    status: expect.stringContaining('The database file was removed or replaced') as string,
  });
  expect((await fetch(`${url}/livez`)).status).toBe(200);
  const login = await fetch(`${url}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"username":"admin","password":"a good password"}',
  });
  expect(login.status).toBe(503);
  expect(await login.json()).toMatchObject({ error: { code: 'STORAGE_CORRUPT' } });
  expect(gateway.output()).toContain('the database file is not what it was');
});
