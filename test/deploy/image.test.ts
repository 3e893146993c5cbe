import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWhere } from '../support/processes/child.js';
import { buildImage as buildContent } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { createMemoryRegistry } from '../support/registry/server.js';
import { isFullRun } from '../support/run/amount.js';
import { findFreePort } from '../support/servers/freeport.js';
import { until } from '../support/timer.js';
import { buildImage, type Container, findObstacle, type Image, startContainer } from './container.js';
import { parseDockerfile } from './dockerfile.js';
import { readProject } from './tools.js';

const password = 'a good password';
const json = { 'content-type': 'application/json' };

// It takes minutes.
const obstacle = isFullRun ? findObstacle() : 'it is built in npm run test:full alone';
describeWhere(obstacle === null, obstacle ?? '', 'the image, built step by step as the Dockerfile says', () => {
  let work: string;
  let image: Image;
  let container: Container;
  let url: string;

  async function start(volume: string): Promise<void> {
    const port = await findFreePort();
    container = startContainer(image, volume, { PORT: String(port), ADMIN_PASSWORD: password });
    url = `http://127.0.0.1:${port}`;
    let hasEnded = false;
    void container.ended.then(() => (hasEnded = true));
    await until(
      async () =>
        hasEnded ||
        (await fetch(`${url}/livez`).then(
          ({ ok }) => ok,
          () => false,
        )),
    );
    if (hasEnded) throw new Error(container.output());
  }

  async function logIn(): Promise<Record<string, string>> {
    const answer = await fetch(`${url}/auth/login`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ username: 'admin', password }),
    });
    const { auth_token: token } = (await answer.json()) as { auth_token: string };
    return { ...json, 'x-access-token': `admin:${token}` };
  }

  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), 'image-'));
    image = buildImage(parseDockerfile(readProject('Dockerfile')), work);
    await start(join(work, 'volume'));
  }, 600_000);
  afterAll(() => {
    container?.kill();
    rmSync(work, { recursive: true, force: true });
  });

  test('what it adds to Node is at most 120 MB, without tests, sources and packages of development', () => {
    const app = join(image.root, image.folder);
    expect(readdirSync(app).sort()).toEqual(['LICENSE', 'bin', 'dist', 'node_modules', 'package.json']);
    expect(readdirSync(join(app, 'node_modules'))).not.toContain('typescript');
    const size = Number(spawnSync('du', ['-sb', app], { encoding: 'utf8' }).stdout.split('\t')[0]);
    expect(size / 1e6).toBeLessThan(120);
  });

  test('the image starts as its own user on a read-only root, and is healthy', async () => {
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect(container.exec(image.healthcheck)).toEqual({
      status: 0,
      output: expect.stringContaining('The gateway is healthy') as string,
    });
    const write = (file: string): string =>
      container.exec([
        'node',
        '-e',
        `try { fs.writeFileSync('${file}', ''); console.log('written') } catch ({ code }) { console.log(code) }`,
      ]).output;
    for (const file of ['/app/x', '/app/dist/main.js', '/etc/x', '/usr/local/bin/node'])
      expect(['EROFS\n', 'EACCES\n']).toContain(write(file));
    expect(write('/data/written')).toBe('written\n');
    const [user] = image.user.split(':').map(Number);
    expect(statSync(join(work, 'volume/gateway.db'))).toMatchObject({ uid: user, mode: 0o100600 });
  });

  test('the image attaches a registry, answers from it, and its commands run beside it', async () => {
    await using registry = await createMemoryRegistry();
    seed(registry.store, 'app', 'v1', buildContent());
    const access = await logIn();
    const body = JSON.stringify({ name: 'r', addr: registry.url });
    expect((await fetch(`${url}/api/registries`, { method: 'POST', headers: access, body })).ok).toBe(true);
    const listed = await fetch(`${url}/api/registries/r/repositories`, {
      headers: { ...access, 'cache-control': 'no-cache' },
    });
    expect(await listed.json()).toMatchObject([{ name: 'app' }]);
    expect(container.exec(['registry-gateway', 'token', 'list'])).toEqual({
      status: 0,
      output: expect.stringContaining('admin') as string,
    });
  });

  test('its signal stops it with 0, and the next start has everything', async () => {
    container.stop();
    expect(await container.ended).toBe(0);
    await start(join(work, 'volume'));
    const answer = await fetch(`${url}/api/registries`, { headers: await logIn() });
    expect(await answer.json()).toMatchObject([{ name: 'r' }]);
    container.stop();
    expect(await container.ended).toBe(0);
  });

  test('a volume of root that its group may write to, as Kubernetes makes by fsGroup, is taken', async () => {
    const volume = join(work, 'volume-of-root');
    mkdirSync(volume);
    chownSync(volume, 0, Number(image.user.split(':')[1]));
    chmodSync(volume, 0o2775);
    await start(volume);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    container.stop();
    expect(await container.ended).toBe(0);
  });

  test('with wrong settings it ends with 78 and says which', async () => {
    const wrong = startContainer(image, join(work, 'volume'), { PORT: 'x' });
    expect({ code: await wrong.ended, output: wrong.output() }).toEqual({
      code: 78,
      output: expect.stringContaining('PORT must be') as string,
    });
  });
});
