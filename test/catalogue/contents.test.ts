import type { Viewer } from '../../src/domain/account.js';
import { parseRepositoryGlob } from '../../src/domain/glob.js';
import type { Right } from '../../src/domain/grant.js';
import { buildHelmChart, buildImage, buildIndex } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { sha256 } from '../support/registry/store.js';
import { createManualTimer, until } from '../support/timer.js';
import { createTestCatalogue } from '../support/worlds/catalogue.js';
import { openWorld, type World } from '../support/worlds/world.js';
import { testViewer } from '../support/worlds/context.js';

const secret = 'hunter2';
const spec = {
  cmd: ['--port', '80'],
  env: ['PATH=/bin', `TOKEN=${secret}`, 'EQUALS=a=b', 'BARE'],
  execution: {
    Entrypoint: ['/app'],
    User: '1000:1000',
    WorkingDir: '/srv',
    ExposedPorts: { '8080/tcp': {}, '53/udp': {} },
    Volumes: { '/data': {} },
    StopSignal: 'SIGQUIT',
    Healthcheck: { Test: ['CMD-SHELL', 'true'], Interval: 1_500_000_000, Timeout: 3_000_000_000, Retries: 3 },
  },
};
const image = buildImage(spec);
const windows = buildImage({ os: 'windows', env: [] });
const index = buildIndex([image, windows], { attestation: true });

const everything = `digest size entrypoint cmd shell user workingDirectory exposedPorts volumes stopSignal
  healthcheck { test intervalSeconds timeoutSeconds startPeriodSeconds startIntervalSeconds retries }
  environment { name value } problems { field message } raw`;

interface Config {
  readonly environment: readonly { readonly name: string; readonly value: string | null }[];
  readonly problems: readonly { readonly field: string; readonly message: string }[];
  readonly raw: string | null;
}
interface Read {
  readonly image: {
    readonly rawManifest: string | null;
    readonly platforms: readonly { readonly config: Config | null; readonly image: { digest: string } | null }[];
  } | null;
}

const read = `query ($digest: Digest!) {
  image(digest: $digest) { platforms { config { ${everything} } image { digest } } } }`;
const readRaw = 'query ($digest: Digest!) { image(digest: $digest) { rawManifest } }';

function granted(registryId: string, repositories: string, right: Right): Viewer {
  const grants = [{ registryId, repositories: parseRepositoryGlob(repositories), right }];
  return { ...testViewer, roles: [], grants };
}

function together(...viewers: readonly Viewer[]): Viewer {
  return { ...testViewer, roles: [], grants: viewers.flatMap(({ grants }) => grants ?? []) };
}

let world: World;

beforeEach(async () => {
  world = await openWorld();
  seed(world.registry.store, 'team/app', 'v1', index);
  seed(world.registry.store, 'other/app', 'v1', image);
  seed(world.registry.store, 'team/chart', 'v1', buildHelmChart({ name: 'c', version: '1.0.0' }));
  await world.gateway.crawl('r');
  world.registry.forget();
});
afterEach(() => world[Symbol.asyncDispose]());

async function configsOf(digest: string, viewer?: Parameters<World['gateway']['query']>[2]) {
  const answer = await world.gateway.query<Read>(read, { digest }, viewer);
  return { ...answer, configs: answer.data.image?.platforms.map(({ config }) => config) ?? [] };
}

test('a platform says how its containers are run, by one request to the registry that is not made again', async () => {
  const { configs, codes, requests } = await configsOf(image.digest);
  expect({ codes, requests }).toEqual({ codes: [], requests: 1 });
  expect(configs).toEqual([
    {
      digest: image.config!.digest,
      size: image.config!.size,
      entrypoint: ['/app'],
      cmd: ['--port', '80'],
      shell: null,
      user: '1000:1000',
      workingDirectory: '/srv',
      exposedPorts: ['53/udp', '8080/tcp'],
      volumes: ['/data'],
      stopSignal: 'SIGQUIT',
      healthcheck: {
        test: ['CMD-SHELL', 'true'],
        intervalSeconds: 1.5,
        timeoutSeconds: 3,
        startPeriodSeconds: null,
        startIntervalSeconds: null,
        retries: 3,
      },
      environment: [
        { name: 'PATH', value: '/bin' },
        { name: 'TOKEN', value: secret },
        { name: 'EQUALS', value: 'a=b' },
        { name: 'BARE', value: '' },
      ],
      problems: [],
      raw: image.blobs[0]!.bytes.toString(),
    },
  ]);
  expect((await configsOf(image.digest)).requests).toBe(0);
  // Of an index each platform has its own; the two are asked for at once.
  expect(await configsOf(index.digest)).toMatchObject({
    requests: 1,
    configs: [{ user: '1000:1000' }, { user: null }],
  });
});

test('nothing of it is written to the database', async () => {
  await configsOf(image.digest);
  const { rows } = await world.gateway.database.kysely
    .selectFrom('image')
    .selectAll()
    .execute()
    .then((found) => ({ rows: JSON.stringify(found) }));
  expect(rows).not.toContain(secret);
});

test('who may not delete the image is told the names of its environment, and not what they hold', async () => {
  const { id } = (await world.gateway.query<{ registry: { id: string } }>('{ registry(name: "r") { id } }')).data
    .registry;
  const hidden = ['PATH', 'TOKEN', 'EQUALS', 'BARE'].map((name) => ({ name, value: null }));
  for (const viewer of ['registries:ro', granted(id, 'team/*', 'READ'), granted(id, 'other/*', 'READ')] as const) {
    const { configs, data } = await configsOf(image.digest, viewer);
    expect(configs).toMatchObject([{ entrypoint: ['/app'], environment: hidden, raw: null }]);
    expect(JSON.stringify(data)).not.toContain(secret);
  }
  for (const viewer of ['registries:rw', 'admin', granted(id, 'other/*', 'DELETE')] as const)
    expect((await configsOf(image.digest, viewer)).configs[0]).toMatchObject({ raw: expect.stringContaining(secret) });
  // A right to delete elsewhere is none here; and of an image that is not seen there is nothing to ask.
  expect((await configsOf(windows.digest, granted(id, 'other/*', 'DELETE'))).data.image).toBeNull();
});

test('what a viewer was not shown by a repository of theirs is not taken from what others had read', async () => {
  const { id } = (await world.gateway.query<{ registry: { id: string } }>('{ registry(name: "r") { id } }')).data
    .registry;
  await configsOf(image.digest, granted(id, 'team/*', 'DELETE'));
  world.registry.fail({ kind: 'status', status: 404, match: /other\/app\/blobs/ });
  const { configs, codes } = await configsOf(image.digest, granted(id, 'other/*', 'DELETE'));
  expect({ configs, codes }).toEqual({ configs: [null], codes: ['NOT_FOUND'] });
});

test('what one repository gives for a digest is not another’s within a request, and values go by who gave them', async () => {
  const { store } = world.registry;
  // Another manifest over the same config, in a repository whose registry would not give it.
  const twin = buildImage({ ...spec, annotations: { a: 'b' } });
  seed(store, 'mine/twin', 'v1', twin);
  seed(store, 'mine/app', 'v1', image);
  await world.gateway.crawl('r');
  const { id } = (await world.gateway.query<{ registry: { id: string } }>('{ registry(name: "r") { id } }')).data
    .registry;
  world.registry.fail({ kind: 'status', status: 404, match: /mine\/(app|twin)\/blobs/ });
  const viewer = together(granted(id, 'other/*', 'READ'), granted(id, 'mine/*', 'DELETE'));
  const one = (alias: string, digest: string) =>
    `${alias}: image(digest: "${digest}") { platforms { config { environment { name value } raw } } }`;
  for (const aliases of [
    [one('a', image.digest), one('b', twin.digest)],
    [one('b', twin.digest), one('a', image.digest)],
  ]) {
    const { data, codes } = await world.gateway.query(`{ ${aliases.join(' ')} }`, {}, viewer);
    expect(codes).toEqual(['NOT_FOUND']);
    expect(data).toMatchObject({
      a: {
        platforms: [{ config: { environment: expect.arrayContaining([{ name: 'TOKEN', value: null }]), raw: null } }],
      },
      b: { platforms: [{ config: null }] },
    });
    expect(JSON.stringify(data)).not.toContain(secret);
  }
});

test('values come from a repository where the viewer may delete, though another’s config is in memory', async () => {
  const { id } = (await world.gateway.query<{ registry: { id: string } }>('{ registry(name: "r") { id } }')).data
    .registry;
  await configsOf(image.digest, granted(id, 'other/*', 'READ'));
  const viewer = together(granted(id, 'other/*', 'READ'), granted(id, 'team/*', 'DELETE'));
  world.registry.forget();
  expect((await configsOf(image.digest, viewer)).configs[0]).toMatchObject({ raw: expect.stringContaining(secret) });
  expect(world.registry.count('GET', /team\/app\/blobs/)).toBe(1);
});

test('a manifest and an index are given byte for byte, and an artifact has no config', async () => {
  const chart = buildHelmChart({ name: 'c', version: '1.0.0' });
  for (const { digest } of [image, index, chart]) {
    const { data, codes } = await world.gateway.query<Read>(readRaw, { digest }, 'registries:ro');
    expect(codes).toEqual([]);
    expect(sha256(data.image!.rawManifest!)).toBe(digest);
  }
  expect((await configsOf(chart.digest)).configs).toEqual([]);
});

test.each([
  ['has other bytes', { kind: 'wrongBytes' }, 'UPSTREAM_DIGEST_MISMATCH'],
  ['is too large', { kind: 'oversize', bytes: 9 * 1024 * 1024 }, 'UPSTREAM_TOO_LARGE'],
  ['is refused', { kind: 'status', status: 403 }, 'UPSTREAM_AUTH'],
  ['is gone', { kind: 'status', status: 404 }, 'NOT_FOUND'],
] as const)('a config that %s is null with its code, and the rest of the answer is there', async (_, fault, code) => {
  world.registry.fail({ ...fault, match: /blobs/ });
  const { data, codes } = await configsOf(index.digest);
  expect(codes).toEqual([code, code]);
  expect(data.image!.platforms.map((one) => [one.config, one.image?.digest])).toEqual([
    [null, image.digest],
    [null, windows.digest],
  ]);
});

test('where one registry fails another that holds the image is asked', async () => {
  await using second = await openWorld();
  seed(second.registry.store, 'copy', 'v1', image);
  await world.gateway.attach('s', second.registry.url);
  await world.gateway.crawl('s');
  world.registry.fail({ kind: 'status', status: 500, match: /blobs/ });
  expect(await configsOf(image.digest)).toMatchObject({ codes: [], configs: [{ user: '1000:1000' }] });
});

test('a registry that is slow is waited for five seconds', async () => {
  const timer = createManualTimer();
  await using gateway = await createTestCatalogue({ timer });
  await gateway.attach('r', world.registry.url);
  await gateway.crawl('r');
  world.registry.forget();
  world.registry.fail({ kind: 'drip', chunk: 1, everyMs: 100, match: /blobs/ });
  const reading = gateway.query<Read>(read, { digest: image.digest });
  await until(() => world.registry.count('GET', /blobs/) === 1);
  await timer.advance(5000);
  expect(await reading).toMatchObject({ codes: ['UPSTREAM_TIMEOUT'] });
});

test('one operation has no more than 100 pieces of content read', async () => {
  for (let at = 0; at < 101; at++)
    seed(world.registry.store, 'many', `v${at}`, buildImage({ labels: { at: `${at}` } }));
  await world.gateway.crawl('r');
  world.registry.forget();
  const page = (after: string) =>
    `repository(registry: "r", name: "many") { tags(first: 100${after}) {
      nodes { image { platforms { config { user } } } } } }`;
  const { codes, requests } = await world.gateway.query(`{ a: ${page('')} b: ${page(', offset: 100')} }`);
  expect({ codes, requests }).toEqual({ codes: ['QUERY_TOO_COMPLEX'], requests: 100 });
});
