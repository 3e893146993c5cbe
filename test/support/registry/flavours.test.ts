import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildImage, buildIndex } from '../content/images.js';
import { push, seed, send, type WireAnswer } from '../content/push.js';
import { type Flavour, flavours, flavourUser } from './flavours.js';
import { acceptEverything } from '../../../src/demo/registry/media.js';
import type { RegistryOptions } from './options.js';
import { createMemoryRegistry, type MemoryRegistry } from './server.js';

const accept = { Accept: acceptEverything };
const [image, other] = [buildImage(), buildImage({ labels: { other: 'one' } })];
const index = buildIndex([buildImage({ arch: 'amd64' }), buildImage({ arch: 'arm64' })]);
const opened: MemoryRegistry[] = [];

/** With `v1`, `v2` of one image, `immutable` of another, and `multi`, an index. */
async function open(flavour: Flavour, options: RegistryOptions = {}): Promise<MemoryRegistry> {
  const registry = await createMemoryRegistry({ flavour, ...options });
  opened.push(registry);
  for (const tag of ['v1', 'v2']) seed(registry.store, 'team/app', tag, image);
  seed(registry.store, 'team/app', 'immutable', other);
  seed(registry.store, 'team/app', 'multi', index);
  return registry;
}

afterEach(async () => {
  for (const registry of opened.splice(0)) await registry.close();
});

/** As a client that does what a challenge says: one token request, or the password. */
async function ask(
  registry: MemoryRegistry,
  method: string,
  path: string,
  headers: Record<string, string> = accept,
): Promise<WireAnswer> {
  const url = registry.url + path;
  const answer = await send(method, url, {}, headers);
  const challenge = answer.status === 401 ? String(answer.headers['www-authenticate']) : '';
  if (!challenge.startsWith('Bearer')) return challenge ? send(method, url, flavourUser, headers) : answer;
  const { realm = '', ...rest } = Object.fromEntries(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value]),
  );
  const given = await send('GET', `${realm}?${new URLSearchParams(rest)}`, flavourUser);
  if (given.status !== 200) return given;
  return send(method, url, { token: (JSON.parse(given.body.toString()) as { token: string }).token }, headers);
}

const read = ({ body }: WireAnswer) =>
  JSON.parse(body.toString()) as { repositories?: string[]; tags?: string[] | null; errors?: { code: string }[] };
const say = (answer: WireAnswer): string =>
  [answer.status, answer.body.length ? read(answer).errors?.[0]?.code : undefined].filter(Boolean).join(' ');
const remove = async (registry: MemoryRegistry, reference: string): Promise<string> =>
  say(await ask(registry, 'DELETE', `/v2/team/app/manifests/${reference}`));

interface Wire {
  readonly ping: string;
  /** Of `_catalog`, to the user with the token its challenge asks for. */
  readonly catalog: string;
  readonly empty?: boolean;
  /** DELETE of the tag `v1`, of the digest of `v1` and `v2`, of an index's child. */
  readonly deletes: readonly [string, string, string];
  /** The tags that are left then. */
  readonly left: readonly string[];
  /** A GET by tag under the ETag that a client knows. */
  readonly conditional: number;
}

const all = ['immutable', 'multi', 'v1', 'v2'];
const withoutImage = ['immutable', 'multi'];
/** What each answers, by its entry's source. */
const wire: Readonly<Record<Flavour, Wire>> = {
  '2.8': {
    ping: '{}',
    catalog: '200',
    deletes: ['400 DIGEST_INVALID', '202', '202'],
    left: withoutImage,
    conditional: 304,
  },
  '3.1': { ping: '{}', catalog: '200', deletes: ['202', '202', '202'], left: withoutImage, conditional: 304 },
  zot: { ping: '{}', catalog: '200', deletes: ['202', '202', '405 DENIED'], left: withoutImage, conditional: 200 },
  olareg: { ping: '{}', catalog: '404', deletes: ['405', '405', '405'], left: all, conditional: 200 },
  ggcr: {
    ping: '',
    catalog: '200',
    deletes: ['202', '202', '202'],
    left: ['immutable', 'multi', 'v2'],
    conditional: 200,
  },
  'artifact-registry': {
    ping: '{}',
    catalog: '200',
    empty: true,
    deletes: ['202', '400 GOOGLE_MANIFEST_DANGLING_TAG', '400 GOOGLE_MANIFEST_DANGLING_PARENT_IMAGE'],
    left: ['immutable', 'multi', 'v2'],
    conditional: 304,
  },
  'docker-hub': {
    ping: '{}',
    catalog: '401 UNAUTHORIZED',
    deletes: ['405 UNSUPPORTED', '405 UNSUPPORTED', '405 UNSUPPORTED'],
    left: all,
    conditional: 304,
  },
  ghcr: {
    ping: '{}',
    catalog: '403 DENIED',
    deletes: ['405 UNSUPPORTED', '405 UNSUPPORTED', '405 UNSUPPORTED'],
    left: all,
    conditional: 304,
  },
  gitlab: {
    ping: '{}',
    catalog: '401 UNAUTHORIZED',
    deletes: ['202', '202', '202'],
    left: withoutImage,
    conditional: 304,
  },
  quay: { ping: 'true', catalog: '200', deletes: ['202', '202', '202'], left: withoutImage, conditional: 304 },
  harbor: {
    ping: '{}',
    catalog: '401 UNAUTHORIZED',
    deletes: ['400 UNSUPPORTED', '202', '412 PRECONDITION'],
    left: withoutImage,
    conditional: 304,
  },
  limited: {
    ping: '{}',
    catalog: '200',
    deletes: ['400 DIGEST_INVALID', '202', '202'],
    left: withoutImage,
    conditional: 304,
  },
  lagging: { ping: '{}', catalog: '200', deletes: ['202', '202', '202'], left: withoutImage, conditional: 304 },
  locking: { ping: '{}', catalog: '200', deletes: ['202', '202', '202'], left: withoutImage, conditional: 304 },
  proxied: { ping: '{}', catalog: '200', deletes: ['202', '202', '202'], left: withoutImage, conditional: 304 },
  redirecting: { ping: '{}', catalog: '200', deletes: ['202', '202', '202'], left: withoutImage, conditional: 307 },
};

describe('each flavour answers as what it models', () => {
  test.each(Object.keys(flavours) as Flavour[])('%s', async (flavour) => {
    const registry = await open(flavour);
    const expected = wire[flavour];
    const ping = await ask(registry, 'GET', '/v2/');
    expect([ping.status, ping.body.toString()]).toEqual([200, expected.ping]);
    const catalog = await ask(registry, 'GET', '/v2/_catalog?n=100');
    expect(say(catalog)).toBe(expected.catalog);
    if (catalog.status === 200) expect(read(catalog).repositories).toEqual(expected.empty ? [] : ['team/app']);
    expect(
      (await ask(registry, 'GET', '/v2/team/app/manifests/v1', { ...accept, 'If-None-Match': `"${image.digest}"` }))
        .status,
    ).toBe(expected.conditional);
    const child = index.children[0]!.digest;
    expect([await remove(registry, 'v1'), await remove(registry, image.digest), await remove(registry, child)]).toEqual(
      expected.deletes,
    );
    expect(registry.store.tags('team/app').toSorted()).toEqual(expected.left);
  });
});

test('a lock refuses its image alone, and takes no push over its tag', async () => {
  for (const [flavour, refusal] of [
    ['harbor', '412 PRECONDITION'],
    ['locking', '405 REGISTRY_DISALLOWED_OPERATION'],
  ] as const) {
    const registry = await open(flavour);
    expect([
      await remove(registry, 'immutable'),
      await remove(registry, other.digest),
      await remove(registry, image.digest),
    ]).toEqual([refusal, refusal, '202']);
  }
  const registry = await open('locking');
  await expect(push(registry.url, 'team/app', 'immutable', image)).rejects.toThrow('405');
  await push(registry.url, 'team/app', 'free', other);
});

test("go-containerregistry's registry serves a tag whose digest was deleted, until the tag is", async () => {
  const registry = await open('ggcr');
  expect(await remove(registry, image.digest)).toBe('202');
  expect((await ask(registry, 'HEAD', `/v2/team/app/manifests/${image.digest}`)).status).toBe(404);
  expect((await ask(registry, 'GET', '/v2/team/app/manifests/v1')).headers['docker-content-digest']).toBe(image.digest);
  expect([await remove(registry, 'v1'), await remove(registry, 'v1')]).toEqual(['202', '404 MANIFEST_UNKNOWN']);
  const page = await ask(registry, 'GET', '/v2/team/app/tags/list?n=2');
  expect([read(page).tags, page.headers.link]).toEqual([['immutable', 'multi'], undefined]);
});

test('a list that lags is the old one for so many answers, while the manifest is gone at once', async () => {
  const registry = await open('lagging');
  await remove(registry, image.digest);
  expect((await ask(registry, 'HEAD', '/v2/team/app/manifests/v1')).status).toBe(404);
  const lists = [];
  for (let asked = 0; asked < 4; asked++) lists.push(read(await ask(registry, 'GET', '/v2/team/app/tags/list')).tags);
  expect(lists).toEqual([all, all, all, withoutImage]);
});

test('a rate limit lets so many through in a window of its own clock', async () => {
  let now = 0;
  const registry = await open('limited', { now: () => now });
  const statuses = async (count: number): Promise<number[]> => {
    const found = [];
    for (let asked = 0; asked < count; asked++) found.push((await send('GET', `${registry.url}/v2/`)).status);
    return found;
  };
  expect(await statuses(21)).toEqual([...Array<number>(20).fill(200), 429]);
  now = 999;
  const refused = await send('GET', `${registry.url}/v2/`);
  expect([refused.status, refused.headers['retry-after'], refused.body.length]).toEqual([429, '1', 0]);
  now = 1000;
  expect(await statuses(1)).toEqual([200]);
  const hub = await open('docker-hub');
  const pull = await ask(hub, 'GET', '/v2/team/app/manifests/v1');
  expect([pull.headers['ratelimit-limit'], pull.headers['ratelimit-remaining']]).toEqual([
    '200;w=21600',
    '199;w=21600',
  ]);
});

test("Quay's catalogue goes by an opaque cursor in the order of ids", async () => {
  const registry = await open('quay');
  for (const name of ['zoo/app', 'acme/app']) seed(registry.store, name, 'v1', image);
  const first = await ask(registry, 'GET', '/v2/_catalog?n=2');
  const next = /<(.+)>/.exec(String(first.headers.link))![1]!;
  expect([read(first).repositories, next]).toEqual([['team/app', 'zoo/app'], expect.stringContaining('next_page=')]);
  const last = await ask(registry, 'GET', next);
  expect([read(last).repositories, last.headers.link]).toEqual([['acme/app'], undefined]);
});

test('a proxy hides its prefix in Links and writes them in its own way; one that redirects gives content elsewhere, to anybody', async () => {
  const proxied = await open('proxied');
  expect((await ask(proxied, 'GET', '/v2/team/app/tags/list?n=2')).headers.link).toBe(
    '/v2/team/app/tags/list?last=multi&n=2; rel=next',
  );
  const olareg = await open('olareg');
  expect((await ask(olareg, 'GET', '/v2/team/app/tags/list?n=2')).headers.link).toBe(
    '</v2/team/app/tags/list?last=multi&n=2>; rel=next',
  );

  const registry = await open('redirecting');
  const { status, headers } = await ask(registry, 'GET', '/v2/team/app/manifests/v1');
  expect([status, headers.location]).toEqual([
    307,
    expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/elsewhere\/v2\/team\/app\/manifests\/v1$/),
  ]);
  expect((await send('GET', String(headers.location), {}, accept)).headers['docker-content-digest']).toBe(image.digest);
  expect((await ask(registry, 'DELETE', '/v2/team/app/manifests/v2')).status).toBe(202);
  expect((await ask(registry, 'GET', '/v2/_catalog')).status).toBe(200);
  await send('GET', String(headers.location), flavourUser, accept);
  expect(() => registry.assertNoUnexpected()).toThrow('credentials were sent to another host');
  opened.splice(opened.indexOf(registry), 1);
  await expect(registry.close()).rejects.toThrow('credentials were sent to another host');
});

test('zot tells of images in CloudEvents, in binary mode', async () => {
  const received: { type: string | undefined; body: Record<string, unknown> }[] = [];
  const sink = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({
        type: request.headers['ce-type'] as string | undefined,
        body: JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>,
      });
      response.writeHead(202).end();
    });
  });
  await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve));
  try {
    const registry = await open('zot', {
      auth: { mode: 'none' },
      notify: { url: `http://127.0.0.1:${(sink.address() as AddressInfo).port}/` },
    });
    await push(registry.url, 'app', 'v1', image);
    await ask(registry, 'GET', '/v2/app/manifests/v1');
    await send('DELETE', `${registry.url}/v2/app/manifests/v1`);
    await registry.settleNotifications();
    expect(received).toMatchObject([
      {
        type: 'zotregistry.image.updated',
        body: { name: 'app', reference: 'v1', digest: image.digest, mediaType: image.mediaType },
      },
      { type: 'zotregistry.image.deleted', body: { name: 'app', reference: 'v1' } },
    ]);
  } finally {
    sink.closeAllConnections();
    await new Promise((resolve) => sink.close(resolve));
  }
});
