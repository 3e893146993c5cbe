import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  describeWith,
  type Distribution,
  distributionCommand,
  startDistribution,
} from '../support/servers/distribution.js';
import { buildImage, buildIndex } from '../support/content/images.js';
import { push, send } from '../support/content/push.js';
import { type Door, openDoor, ownUserAgent, secret } from './door.js';
import { until } from '../support/timer.js';

const accept = { Accept: 'application/vnd.docker.distribution.manifest.v2+json' };

/** How often the registry was answered for `registry`. */
const countPosts = ({ log }: Door, registry: string): number =>
  log.filter(({ path }) => path === `/events/${registry}`).length;

/** What came of all events so far. */
function sumVerdicts({ log }: Door): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { events } of log)
    for (const [verdict, count] of Object.entries((events ?? {}) as Record<string, number>))
      sums[verdict] = (sums[verdict] ?? 0) + count;
  return sums;
}

describeWith(distributionCommand, 'a real registry with notifications on', () => {
  let door: Door;
  let registry: Distribution;
  beforeAll(async () => {
    door = await openDoor();
    registry = await startDistribution({
      notify: { url: `${door.url}/events/main`, headers: { Authorization: [`Bearer ${secret}`] } },
    });
  });
  afterAll(async () => {
    await registry.close();
    await door[Symbol.asyncDispose]();
  });

  const first = buildImage({ labels: { build: '1' } });
  const second = buildImage({ labels: { build: '2' } });

  test('a push, a re-tag and an index are one re-read a manifest, at once; their blobs are none', async () => {
    await push(registry.url, 'team/app', 'v1', first);
    await until(() => door.rereads.length >= 1);
    expect(door.rereads.splice(0)).toEqual(['id-main team/app']);

    await push(registry.url, 'team/app', 'v2', second);
    await push(registry.url, 'team/app', 'v1', second);
    await until(() => door.rereads.length >= 2);
    expect(door.rereads.splice(0)).toEqual(['id-main team/app', 'id-main team/app']);

    await push(registry.url, 'team/many', 'v1', buildIndex([first, second]));
    await until(() => door.rereads.length >= 3);
    expect(door.rereads.splice(0)).toEqual(['id-main team/many', 'id-main team/many', 'id-main team/many']);
    expect(sumVerdicts(door).blob).toBeGreaterThan(0);
  });

  test('pulls are none', async () => {
    const before = sumVerdicts(door).pull ?? 0;
    expect((await send('GET', `${registry.url}/v2/team/app/manifests/v1`, {}, accept)).status).toBe(200);
    expect((await send('GET', `${registry.url}/v2/team/app/blobs/${second.blobs[0]!.digest}`)).status).toBe(200);
    await until(() => (sumVerdicts(door).pull ?? 0) >= before + 2);
    expect(sumVerdicts(door).pull).toBe(before + 2);
    expect(door.rereads).toEqual([]);
  });

  test("the gateway's own writes are none", async () => {
    const url = `${registry.url}/v2/team/app/manifests/own`;
    expect(
      (await send('PUT', url, {}, { 'Content-Type': second.mediaType, 'User-Agent': ownUserAgent }, second.bytes))
        .status,
    ).toBe(201);
    await until(() => sumVerdicts(door).own !== undefined);
    expect(sumVerdicts(door).own).toBe(1);
    expect(door.rereads).toEqual([]);
  });

  test('a delete is one re-read for the digest, and one for each of its tags', async () => {
    expect((await send('DELETE', `${registry.url}/v2/team/app/manifests/${second.digest}`)).status).toBe(202);
    await until(() => door.rereads.length >= 4);
    expect(door.rereads.splice(0)).toEqual(Array.from({ length: 4 }, () => 'id-main team/app'));
  });

  test('with a wrong secret, or for a registry that is not attached, it is refused and schedules nothing', async () => {
    const doors = [
      { name: 'other', notify: { url: `${door.url}/events/other`, headers: { Authorization: ['Bearer wrong'] } } },
      {
        name: 'nowhere',
        notify: { url: `${door.url}/events/nowhere`, headers: { Authorization: [`Bearer ${secret}`] } },
      },
    ];
    for (const { name, notify } of doors) {
      const stranger = await startDistribution({ notify });
      try {
        await push(stranger.url, 'team/app', 'v1', first);
        await until(() => countPosts(door, name) >= 3);
        expect(stranger.readLog()).toContain('401 Unauthorized');
      } finally {
        await stranger.close();
      }
      expect(countPosts(door, name)).toBeGreaterThanOrEqual(3);
    }
    expect(door.rereads).toEqual([]);
  });

  test('an envelope larger than the gateway reads does not hold back what follows it', async () => {
    // A layer may be named any number of times, and the envelope lists every reference.
    const manifest = JSON.parse(first.bytes.toString()) as { layers: object[] };
    const bytes = Buffer.from(
      JSON.stringify({ ...manifest, layers: Array.from({ length: 12_000 }, () => manifest.layers[0]) }),
    );
    const put = await send(
      'PUT',
      `${registry.url}/v2/team/app/manifests/wide`,
      {},
      { 'Content-Type': first.mediaType },
      bytes,
    );
    await push(registry.url, 'team/app', null, first);
    expect(put.status).toBe(201);
    await until(() => door.rereads.length >= 2);
    expect(door.rereads.splice(0)).toEqual(['id-main names', 'id-main team/app']);
  });
});

/** What docs/notifications.md tells to put into the registry's configuration. */
const notifications = (url: string, secret: string): string => `
notifications:
  endpoints:
    - name: registry-gateway
      url: ${url}
      headers:
        Authorization: ["Bearer ${secret}"]
      timeout: 5s
      threshold: 3
      backoff: 10s
      ignore:
        actions: [pull]
        mediatypes: [application/octet-stream]
`;

describeWith(distributionCommand, "the configuration to paste into a registry's", () => {
  test('sends one event for each pushed or deleted manifest, and none for pulls and blobs', async () => {
    await using door = await openDoor();
    const directory = await mkdtemp(join(tmpdir(), 'registry-'));
    const file = join(directory, 'config.yml');
    await writeFile(
      file,
      `version: 0.1
log: {level: info, accesslog: {disabled: true}}
storage: {filesystem: {rootdirectory: ${join(directory, 'data')}}, delete: {enabled: true}}
http: {addr: "127.0.0.1:0"}
${notifications(`${door.url}/events/main`, secret)}`,
    );
    const child = spawn(distributionCommand, ['serve', file], {
      env: { HOME: directory },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    try {
      const url = `http://${await readAddress(child)}`;
      const image = buildImage();
      await push(url, 'team/app', 'v1', image);
      await send('HEAD', `${url}/v2/team/app/manifests/v1`, {}, accept);
      await send('GET', `${url}/v2/team/app/manifests/v1`, {}, accept);
      await send('GET', `${url}/v2/team/app/blobs/${image.blobs[0]!.digest}`);
      await send('DELETE', `${url}/v2/team/app/manifests/${image.digest}`);
      await until(() => door.rereads.length >= 3);
      // Deliveries are strictly in order: had a pull or a blob been sent, it would have come before the deletes.
      expect(door.rereads).toEqual(['id-main team/app', 'id-main team/app', 'id-main team/app']);
      expect(sumVerdicts(door)).toEqual({ changed: 3 });
    } finally {
      await stop(child);
      await rm(directory, { recursive: true, force: true });
    }
  });
});

/** `127.0.0.1:port`, once it listens. */
function readAddress(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let log = '';
    child.stderr!.on('data', (chunk: Buffer) => {
      log += chunk.toString();
      const address = /listening on (127\.0\.0\.1:\d+)/.exec(log)?.[1];
      if (address) resolve(address);
    });
    child.on('exit', () => reject(new Error(`${distributionCommand} did not start: ${log.slice(-2000)}`)));
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}
