import { computeDigest } from '../../src/domain/digest.js';
import type { RepositoryName, TagName } from '../../src/domain/name.js';
import type { UpstreamOptions } from '../../src/upstream/client.js';
import { systemTimer } from '../../src/timer.js';
import type { Upstream } from '../../src/upstream/upstream.js';
import { buildCosignSignature, buildHelmChart, buildImage, buildIndex, type Built } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import type { RegistryOptions } from '../support/registry/options.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';
import { until } from '../support/timer.js';
import { attach, catchFacts, type Attach } from './wire.js';

const app = 'team/app' as RepositoryName;
const v1 = 'v1' as TagName;
const users = { alice: 'canary-pa55' };
const alice = { username: 'alice', password: 'canary-pa55' };
const image = buildImage({ labels: { a: 'b' }, cmd: ['sh'], layers: [{ size: 100, command: 'ADD x' }] });
const opened: { close(): unknown }[] = [];

async function open(
  options: RegistryOptions = {},
  settings: Attach = {},
  clientOptions: Partial<UpstreamOptions> = {},
): Promise<{ registry: MemoryRegistry; upstream: Upstream; restart(): Upstream }> {
  const registry = await createMemoryRegistry(options);
  const restart = (): Upstream => {
    const upstream = attach(registry.url, settings, clientOptions);
    opened.push(upstream);
    return upstream;
  };
  opened.push(registry);
  seed(registry.store, app, v1, image);
  return { registry, upstream: restart(), restart };
}

afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.close();
});

const countTokens = (registry: MemoryRegistry): number =>
  registry.requests.filter(({ path }) => path.startsWith('/token')).length;

describe('a registry without login', () => {
  test('a registry without login is pinged in one request that says who asks', async () => {
    const { registry, upstream } = await open();
    let sent = 0;
    expect(await upstream.ping({ onRequest: () => sent++ })).toEqual({ latencyMs: expect.any(Number), realm: null });
    expect(sent).toBe(1);
    expect(registry.requests).toMatchObject([{ path: '/v2/', headers: { 'user-agent': 'registry-gateway/test' } }]);
  });

  test('gives an image with its config, each checked against its digest', async () => {
    const { registry, upstream } = await open();
    const fetched = await upstream.fetchManifest(app, v1);
    expect(fetched).toMatchObject({
      config: null,
      manifest: {
        digest: image.digest,
        kind: 'image',
        manifestSize: image.size,
        config: image.config,
        layers: [{ ...image.layers[0], foreign: false }],
      },
    });
    expect(registry.requests[0]?.headers.accept).toBe(
      'application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, ' +
        'application/vnd.docker.distribution.manifest.list.v2+json, ' +
        'application/vnd.docker.distribution.manifest.v2+json',
    );
    const config = await upstream.fetchConfig(app, image.config!.digest);
    expect(config).toMatchObject({
      platform: { os: 'linux', architecture: 'amd64', variant: null },
      createdAt: new Date('2024-01-02T03:04:05Z'),
      labels: { a: 'b' },
      history: [{ createdBy: 'ADD x', emptyLayer: false }, { emptyLayer: true }],
    });
    expect(config).not.toHaveProperty('env');
  });

  test('gives an index with its attestation marked, a chart and a signature as artifacts', async () => {
    const { registry, upstream } = await open();
    const index = buildIndex([image, buildImage({ arch: 'arm64', format: 'oci' })], { attestation: true });
    const contents: [string, Built][] = [
      ['multi', index],
      ['list', buildIndex([image], { format: 'docker' })],
      ['chart', buildHelmChart({ name: 'c', version: '1.0.0' })],
      ['sig', buildCosignSignature(image)],
    ];
    for (const [tag, built] of contents) seed(registry.store, app, tag, built);
    const kinds = await Promise.all(contents.map(async ([tag]) => upstream.fetchManifest(app, tag as TagName)));
    expect(kinds.map((each) => each !== 'unchanged' && each?.manifest.kind)).toEqual([
      'index',
      'index',
      'artifact',
      'artifact',
    ]);
    expect(kinds[0]).toMatchObject({
      manifest: {
        entries: [
          { platform: { architecture: 'amd64' }, attestation: false },
          { platform: { architecture: 'arm64' } },
          { attestation: true },
          { attestation: true },
        ],
      },
    });
  });

  test('says that a tag has not moved', async () => {
    const { registry, upstream } = await open();
    expect(await upstream.fetchManifest(app, v1, image.digest)).toBe('unchanged');
    expect(registry.requests).toMatchObject([{ status: 304, headers: { 'if-none-match': `"${image.digest}"` } }]);
    const other = computeDigest(Buffer.from('other'));
    expect(await upstream.fetchManifest(app, v1, other)).toMatchObject({ manifest: { digest: image.digest } });
  });

  test('has nothing for what is gone: null, and no tags', async () => {
    const { registry, upstream } = await open();
    const absent = computeDigest(Buffer.from('absent'));
    expect(await upstream.fetchManifest(app, 'v9' as TagName)).toBeNull();
    expect(await upstream.fetchManifest('no/such' as RepositoryName, absent)).toBeNull();
    expect(await upstream.fetchConfig(app, absent)).toBeNull();
    expect(await upstream.listTags('no/such' as RepositoryName)).toEqual({ names: [], dropped: 0, known: false });
    expect(await upstream.deleteManifest(app, image.digest)).toBe('deleted');
    expect(await upstream.listTags(app)).toEqual({ names: [], dropped: 0, known: true });
    expect(await upstream.deleteManifest(app, image.digest)).toBe('absent');
    expect(registry.count('DELETE')).toBe(2);
  });

  test('lists tags and repositories sorted, without names outside the grammar', async () => {
    const { registry, upstream } = await open({ flavour: '3.1' });
    for (const tag of ['1.9', '1.10', 'Zed', '_x']) seed(registry.store, app, tag, image);
    expect(await upstream.listTags(app)).toEqual({
      names: ['1.10', '1.9', 'Zed', '_x', 'v1'],
      dropped: 0,
      known: true,
    });
    registry.fail({ kind: 'names', names: ['../../etc', 'Bad', '', 7, null, 'a\u001b[31m', 'ok'] });
    expect(await upstream.listRepositories()).toMatchObject({ names: ['ok', 'team/app'], dropped: 6 });
    expect(await upstream.listTags(app)).toMatchObject({ dropped: 5 });
    registry.heal();
    registry.fail({ kind: 'namesNull' });
    expect(await upstream.listRepositories()).toEqual({ names: [], dropped: 0 });
    expect(await upstream.listTags(app)).toEqual({ names: [], dropped: 0, known: true });
  });

  test('a registry without login is found under its path prefix', async () => {
    const { upstream } = await open({ prefix: '/reg', maxEntries: 1 });
    expect(await upstream.listRepositories()).toEqual({ names: ['team/app'], dropped: 0 });
  });

  test.each([
    ['enabled', {}],
    ['disabled', { deleteEnabled: false }],
    ['read-only', { readOnly: true }],
  ])('tells that deleting is %s, and touches nothing', async (expected, options) => {
    const { registry, upstream } = await open(options);
    expect(await upstream.probeDelete(app)).toBe(expected);
    expect(registry.store.tags(app)).toEqual(['v1']);
    if (expected === 'enabled') return;
    expect(await catchFacts(upstream.deleteManifest(app, image.digest))).toMatchObject({
      // Whether it is of this one thing, the probe tells.
      code: expected === 'read-only' ? 'UPSTREAM_UNSUPPORTED' : 'UPSTREAM_LOCKED',
      registry: 'test',
      upstreamStatus: 405,
      hint: expect.any(String),
    });
    expect(registry.store.tags(app)).toEqual(['v1']);
  });
});

describe('the catalogue is complete', () => {
  const names = [
    'a',
    'dig',
    'dig/0x',
    'dig/9y',
    'dig/9y/sub',
    'dig/z',
    'team',
    'team/app',
    'team/app/sub',
    'team/app-two',
    'team-x/app',
    'team.b/x',
    '1st',
    '1st/2nd',
    '1st/2nd/3rd',
    'zoo',
  ].sort() as RepositoryName[];

  test.each(['2.8', '3.1'] as const)(
    'the catalogue is complete on distribution %s, for every page size',
    async (flavour) => {
      const { registry } = await open({ flavour });
      for (const name of names) seed(registry.store, name, 'v1', image);
      for (let pageSize = 1; pageSize <= names.length + 2; pageSize++) {
        const upstream = attach(registry.url, {}, { limits: { pageSize } });
        opened.push(upstream);
        expect([pageSize, await upstream.listRepositories()]).toEqual([pageSize, { names, dropped: 0 }]);
      }
    },
  );

  test.each([
    ['2.8', 1],
    ['3.1', 3],
  ] as const)(
    'the catalogue is complete on distribution %s that allows small pages only, and does not say which',
    async (flavour, smallest) => {
      for (let maxEntries = smallest; maxEntries <= names.length + 2; maxEntries++) {
        const { registry, upstream } = await open({ flavour, maxEntries });
        for (const name of names) seed(registry.store, name, 'v1', image);
        expect([maxEntries, await upstream.listRepositories()]).toEqual([maxEntries, { names, dropped: 0 }]);
      }
    },
  );

  test('the catalogue is complete in one request, where one page holds it and nothing can be missing', async () => {
    const { registry, upstream } = await open();
    for (const name of names) seed(registry.store, name, 'v1', image);
    expect((await upstream.listRepositories()).names).toEqual(names);
    expect(registry.requests.map(({ path }) => path)).toEqual(['/v2/_catalog?n=1000']);
  });

  test('though the registry knows no name to begin after, or hides a parent', async () => {
    const { registry } = await open();
    for (const name of ['secret/1', 'x'] as const) seed(registry.store, name, 'v1', image);
    const upstream = attach(registry.url, {}, { limits: { pageSize: 3 } });
    opened.push(upstream);
    const past = registry.fail({ kind: 'status', status: 400, match: /last=/ });
    const hidden = registry.fail({ kind: 'status', status: 403, match: /secret.tags/ });
    expect((await upstream.listRepositories()).names).toEqual(['secret/1', 'team/app', 'x']);
    expect([past.hits, hidden.hits]).toEqual([1, 1]);
  });

  test('a registry that has no catalogue is said to have none', async () => {
    const { registry, upstream } = await open();
    registry.fail({ kind: 'status', status: 404, match: /_catalog/ });
    expect(await catchFacts(upstream.listRepositories())).toMatchObject({
      code: 'UPSTREAM_UNSUPPORTED',
      upstreamStatus: 404,
      message:
        'Registry test does not list its repositories (it answered 404). Repositories that are asked for by ' +
        'name are read.',
    });
  });

  test.each([
    ['endlessPages', 'UPSTREAM_PAGINATION'],
    ['repeatedLast', 'UPSTREAM_PAGINATION'],
  ] as const)('the catalogue is complete and ends: %s is %s', async (kind, code) => {
    const { registry, upstream } = await open({}, {}, { limits: { pages: 40 } });
    registry.fail({ kind });
    expect(await catchFacts(upstream.listRepositories())).toMatchObject({ code, registry: 'test' });
    expect(await catchFacts(upstream.listTags(app))).toMatchObject({ code });
    expect(registry.requests.length).toBeLessThan(100);
  });

  test('its reading stops at a bound of names and of time', async () => {
    const { registry, upstream } = await open({}, {}, { limits: { names: 30 } });
    registry.fail({ kind: 'endlessPages' });
    expect(await catchFacts(upstream.listRepositories())).toMatchObject({
      message: 'Registry test pages its catalogue wrongly: there are more than 30 entries.',
    });
    let clock = 0;
    const slow = attach(
      registry.url,
      {},
      { timer: { ...systemTimer, elapsed: () => (clock += 1000) }, limits: { time: 10_000 } },
    );
    opened.push(slow);
    expect(await catchFacts(slow.listRepositories())).toMatchObject({
      code: 'UPSTREAM_PAGINATION',
      message: 'Registry test pages its catalogue wrongly: it took longer than 10 s.',
    });
  });

  test('a Link is followed on its own origin only', async () => {
    const { registry, upstream } = await open();
    const fault = registry.fail({ kind: 'link', link: '<http://169.254.169.254/v2/_catalog?last=x>; rel="next"' });
    expect(await catchFacts(upstream.listRepositories())).toMatchObject({
      code: 'UPSTREAM_PAGINATION',
      message: 'Registry test pages its catalogue wrongly: the link to the next page leads to another server.',
    });
    expect(await catchFacts(upstream.listTags(app))).toMatchObject({ code: 'UPSTREAM_PAGINATION' });
    expect(fault.hits).toBe(2);
  });
});

describe('a registry with passwords', () => {
  test('a registry with passwords is challenged once, then sent the password at once', async () => {
    const { registry, upstream } = await open({ auth: { mode: 'basic', users } }, { credentials: alice });
    await upstream.ping();
    await upstream.listTags(app);
    expect(await upstream.probeDelete(app)).toBe('enabled');
    expect(registry.requests.map(({ status }) => status)).toEqual([401, 200, 200, 404]);
  });

  test('refuses a wrong password, and one that is missing, without a second try', async () => {
    const { registry, upstream } = await open(
      { auth: { mode: 'basic', users } },
      { credentials: { username: 'alice', password: 'wrong' } },
    );
    expect(await catchFacts(upstream.ping())).toMatchObject({
      code: 'UPSTREAM_AUTH',
      registry: 'test',
      upstreamStatus: 401,
    });
    expect(registry.requests).toHaveLength(2);
    const anonymous = attach(registry.url);
    opened.push(anonymous);
    expect(await catchFacts(anonymous.ping())).toMatchObject({
      code: 'UPSTREAM_AUTH',
      message: 'Registry test asks for a user name and password, and none are stored.',
    });
    expect(await anonymous.probeDelete(app)).toBe('forbidden');
  });
});

test.each(['Negotiate', 'Digest realm="r", nonce="n"', ''])(
  'a registry that asks to log in by %j is said so',
  async (challenge) => {
    const { registry, upstream } = await open({}, { credentials: alice });
    registry.fail({ kind: 'status', status: 401, headers: challenge ? { 'WWW-Authenticate': challenge } : {} });
    expect(await catchFacts(upstream.ping())).toMatchObject({
      code: 'UPSTREAM_AUTH',
      message: 'Registry test answered 401 without a way to log in that is known here (Basic or Bearer).',
    });
    expect(registry.requests).toHaveLength(1);
  },
);

describe('a registry with tokens', () => {
  const bearer = { mode: 'bearer', users } as const;

  test('gives ten calls at once one token', async () => {
    const { registry, upstream } = await open({ auth: bearer, delayMs: 20 }, { credentials: alice });
    for (let i = 0; i < 10; i++) seed(registry.store, app, `t${i}`, image);
    await Promise.all(Array.from({ length: 10 }, async (_, i) => upstream.fetchManifest(app, `t${i}` as TagName)));
    expect(countTokens(registry)).toBe(1);
    registry.forget();
    await upstream.listTags(app);
    await upstream.fetchManifest(app, v1);
    expect(registry.requests.map(({ status }) => status)).toEqual([200, 200]);
  });

  test('a registry with tokens is asked for the exact scope of each call, the challenge only once', async () => {
    const { registry, upstream } = await open({ auth: bearer }, { credentials: alice });
    const realm = (await upstream.ping()).realm;
    expect(realm).toBe(registry.realm);
    await upstream.listRepositories();
    await upstream.listTags(app);
    await upstream.probeDelete(app);
    const scopes = registry.requests
      .filter(({ path }) => path.startsWith('/token'))
      .map(({ path }) => new URLSearchParams(path.split('?')[1]).get('scope'));
    expect(scopes).toEqual([null, 'registry:catalog:*', 'repository:team/app:pull', 'repository:team/app:delete']);
    expect(registry.requests.filter(({ status }) => status === 401)).toHaveLength(1);
  });

  test('gives a new token when one has expired or was revoked', async () => {
    let clock = 1_800_000_000_000;
    const { registry, upstream } = await open(
      { auth: { ...bearer, expiresIn: 3600, field: 'access_token' } },
      { credentials: alice },
      { timer: { ...systemTimer, elapsed: () => clock } },
    );
    await upstream.listTags(app);
    clock += 289_000;
    await upstream.listTags(app);
    expect(countTokens(registry)).toBe(1);
    clock += 2000;
    await upstream.listTags(app);
    expect(countTokens(registry)).toBe(2);
    registry.expireTokens();
    await upstream.listTags(app);
    expect(countTokens(registry)).toBe(3);
  });

  test('has failed, or gives no right to delete, where it says 401 to a fresh token', async () => {
    const { registry, upstream } = await open({ auth: { ...bearer, grant: () => ['pull'] } }, { credentials: alice });
    expect(await upstream.probeDelete(app)).toBe('forbidden');
    expect(await catchFacts(upstream.deleteManifest(app, image.digest))).toMatchObject({
      code: 'UPSTREAM_AUTH',
      upstreamStatus: 401,
    });
    expect(registry.store.tags(app)).toEqual(['v1']);
    expect((await upstream.listTags(app)).names).toEqual(['v1']);
  });

  test.each([
    ['a wrong password', { kind: 'status', status: 401 }, 'UPSTREAM_AUTH'],
    ['a failure of its own', { kind: 'status', status: 500 }, 'UPSTREAM_AUTH'],
    ['garbage', { kind: 'garbage' }, 'UPSTREAM_AUTH'],
    ['a login page', { kind: 'html' }, 'UPSTREAM_AUTH'],
    ['a token that is none', { kind: 'status', status: 200, body: '{"token":"a\\r\\nX: y"}' }, 'UPSTREAM_AUTH'],
    [
      'a token of 17 KiB',
      { kind: 'status', status: 200, body: JSON.stringify({ token: 'a'.repeat(17_000) }) },
      'UPSTREAM_AUTH',
    ],
    ['65 KiB', { kind: 'oversize', bytes: 65 * 1024 + 1 }, 'UPSTREAM_TOO_LARGE'],
    ['a redirect', { kind: 'redirect', location: 'http://127.0.0.1:1/token' }, 'UPSTREAM_REALM_REFUSED'],
  ] as const)('a registry whose token server answers with %s is refused as that', async (_, fault, code) => {
    const { registry, upstream } = await open({ auth: bearer }, { credentials: alice });
    registry.fail({ ...fault, match: /^\/token/ });
    const facts = await catchFacts(upstream.ping());
    expect(facts).toMatchObject({ code, registry: 'test' });
    expect(JSON.stringify(facts)).not.toContain('canary');
  });

  test('a registry with tokens on another port of its host is asked; anonymous tokens work too', async () => {
    const { registry, upstream } = await open({ auth: { ...bearer, tokenServer: 'other', grant: () => ['pull'] } }, {});
    expect((await upstream.listTags(app)).names).toEqual(['v1']);
    expect(registry.requests.map(({ server }) => server)).toEqual(['registry', 'token', 'registry']);
    expect(registry.requests.every(({ headers }) => !String(headers.authorization ?? '').startsWith('Basic'))).toBe(
      true,
    );
  });
});

describe('requests are few and bounded', () => {
  test('every request on the wire is counted: the challenge, the token, and what is tried again', async () => {
    const { registry, upstream } = await open({ auth: { mode: 'bearer', users } }, { credentials: alice });
    registry.fail({ kind: 'status', status: 503, match: /tags/, times: 1 });
    let sent = 0;
    await upstream.listTags(app, { onRequest: () => sent++ });
    expect([sent, registry.requests.map(({ status }) => status)]).toEqual([4, [401, 200, 503, 200]]);
  });

  test('a hundred calls with one signal, and more in a row, leave no warning behind', async () => {
    const { upstream } = await open();
    const warnings: Error[] = [];
    const collect = (warning: Error): void => void warnings.push(warning);
    process.on('warning', collect);
    const { signal } = new AbortController();
    await Promise.all(
      Array.from({ length: 100 }, async (_, i) =>
        upstream.fetchManifest(app, `t${i}` as TagName, undefined, { signal }),
      ),
    );
    for (let i = 0; i < 200; i++) await upstream.ping({ signal });
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', collect);
    expect(warnings).toEqual([]);
  });

  test('ten equal calls at once cost one request, counted once', async () => {
    const { registry, upstream } = await open({ delayMs: 30 });
    let sent = 0;
    const answers = await Promise.all(
      Array.from({ length: 10 }, async () => upstream.fetchManifest(app, v1, undefined, { onRequest: () => sent++ })),
    );
    expect(new Set(answers.map((each) => JSON.stringify(each))).size).toBe(1);
    expect([registry.requests.length, sent]).toEqual([1, 1]);
    await upstream.fetchManifest(app, v1);
    expect(registry.requests).toHaveLength(2);
  });

  test('at most eight go at once, or as many as are allowed', async () => {
    for (const [options, peak] of [
      [{}, 8],
      [{ concurrency: 2 }, 2],
      [{ concurrency: 8, sharers: () => 3 }, 2],
      [{ concurrency: 2, sharers: () => 5 }, 1],
    ] as const) {
      const { registry, upstream } = await open({ delayMs: 15 }, {}, options);
      await Promise.all(Array.from({ length: 24 }, async (_, i) => upstream.fetchManifest(app, `t${i}` as TagName)));
      expect(registry.peak).toBe(peak);
    }
  });

  test('a caller that leaves does not take the answer from the others', async () => {
    const { registry, upstream } = await open();
    const fault = registry.fail({ kind: 'delay', ms: 500 });
    const leaver = new AbortController();
    const left = catchFacts(upstream.listTags(app, { signal: leaver.signal }));
    const stayed = upstream.listTags(app);
    await until(() => fault.hits === 1);
    leaver.abort();
    expect(await left).toMatchObject({ name: 'GatewayError', code: 'UPSTREAM_TIMEOUT' });
    expect((await stayed).names).toEqual(['v1']);
    expect(registry.requests).toHaveLength(1);
  });

  test('when all callers have left the request ends', async () => {
    const { registry, upstream } = await open();
    const fault = registry.fail({ kind: 'hang' });
    const leaver = new AbortController();
    const left = catchFacts(upstream.ping({ signal: leaver.signal }));
    await until(() => fault.hits === 1);
    leaver.abort();
    expect(await left).toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    registry.heal();
    await upstream.ping();
    expect(registry.requests).toMatchObject([{ status: 0 }, { status: 200 }]);
  });

  test('closing fails what is under way and what comes after', async () => {
    const { registry, upstream } = await open();
    const fault = registry.fail({ kind: 'hang' });
    const waiting = catchFacts(upstream.ping());
    await until(() => fault.hits === 1);
    upstream.close();
    expect(await waiting).toMatchObject({
      code: 'UPSTREAM_UNREACHABLE',
      message: 'The connection to registry test was closed by the gateway.',
    });
    expect(await catchFacts(upstream.deleteManifest(app, image.digest))).toMatchObject({
      code: 'UPSTREAM_UNREACHABLE',
    });
  });

  test('closing fails what nobody else waits for, too, though the caller has a signal of its own', async () => {
    const { registry, upstream } = await open();
    const fault = registry.fail({ kind: 'hang' });
    const { signal } = new AbortController();
    const waiting = [
      upstream.deleteManifest(app, image.digest, { signal }),
      upstream.headManifest(app, v1, { signal }),
      upstream.fetchRawManifest(app, v1, { signal }),
    ].map(catchFacts);
    while (fault.hits < 3) await new Promise((resolve) => setImmediate(resolve));
    upstream.close();
    for (const each of waiting)
      expect(await each).toMatchObject({
        code: 'UPSTREAM_UNREACHABLE',
        message: 'The connection to registry test was closed by the gateway.',
      });
    expect(registry.requests).toHaveLength(3);
  });
});

describe('faults', () => {
  test('closing ends the wait before a retry', async () => {
    const registry = await createMemoryRegistry();
    const upstream = attach(registry.url, {}, { timer: systemTimer });
    opened.push(registry, upstream);
    const fault = registry.fail({ kind: 'status', status: 500 });
    const waiting = catchFacts(upstream.ping());
    await until(() => fault.hits === 1);
    upstream.close();
    expect(await waiting).toMatchObject({
      code: 'UPSTREAM_UNREACHABLE',
      message: 'The connection to registry test was closed by the gateway.',
    });
  });

  test.each([
    ['500', { kind: 'status', status: 500 }],
    ['503', { kind: 'status', status: 503 }],
    ['a reset', { kind: 'reset' }],
    ['half a body', { kind: 'truncate' }],
  ] as const)('%s is tried again twice for a GET, and then a failure', async (_, fault) => {
    const { registry, upstream } = await open();
    registry.fail({ ...fault, times: 2 });
    expect((await upstream.listTags(app)).names).toEqual(['v1']);
    expect(registry.requests).toHaveLength(3);
    registry.fail(fault);
    registry.forget();
    expect(await catchFacts(upstream.listTags(app))).toMatchObject({
      code: expect.stringMatching(/^UPSTREAM_(ERROR|UNREACHABLE|INVALID)$/),
      registry: 'test',
    });
    expect(registry.requests).toHaveLength(3);
  });

  test.each([
    ['500', { kind: 'status', status: 500 }, 'UPSTREAM_ERROR'],
    ['a reset after the work', { kind: 'reset', executed: true }, 'UPSTREAM_UNREACHABLE'],
    ['429', { kind: 'rateLimit' }, 'UPSTREAM_RATE_LIMITED'],
  ] as const)('%s is never tried again for a DELETE', async (_, fault, code) => {
    const { registry, upstream } = await open();
    registry.fail({ ...fault, method: 'DELETE' });
    expect(await catchFacts(upstream.deleteManifest(app, image.digest))).toMatchObject({ code });
    expect(registry.count('DELETE')).toBe(1);
  });

  test('429 pauses the registry for as long as it says, five minutes at most', async () => {
    let clock = 0;
    const { registry, upstream } = await open({}, {}, { timer: { ...systemTimer, elapsed: () => clock } });
    registry.fail({ kind: 'rateLimit', retryAfter: '86400', times: 1 });
    expect(await catchFacts(upstream.ping())).toMatchObject({
      code: 'UPSTREAM_RATE_LIMITED',
      retryAfter: 300,
      upstreamStatus: 429,
    });
    clock += 100_000;
    expect(await catchFacts(upstream.listTags(app))).toMatchObject({ code: 'UPSTREAM_RATE_LIMITED', retryAfter: 200 });
    expect(registry.requests).toHaveLength(1);
    clock += 200_001;
    expect((await upstream.listTags(app)).names).toEqual(['v1']);
  });

  test.each([
    ['garbage', { kind: 'garbage' }, 'UPSTREAM_INVALID'],
    ['a login page', { kind: 'html' }, 'UPSTREAM_INVALID'],
    ['another 404', { kind: 'status', status: 404, body: 'nginx' }, 'UPSTREAM_INVALID'],
    ['403', { kind: 'status', status: 403 }, 'UPSTREAM_AUTH'],
    ['a redirect', { kind: 'redirect', location: 'ftp://127.0.0.1/v2/' }, 'UPSTREAM_BLOCKED'],
    ['a changed body', { kind: 'wrongBytes' }, 'UPSTREAM_DIGEST_MISMATCH'],
    ['another digest', { kind: 'wrongDigest' }, 'UPSTREAM_DIGEST_MISMATCH'],
    ['5 MiB', { kind: 'oversize', bytes: 5 * 1024 * 1024 }, 'UPSTREAM_TOO_LARGE'],
    ['5 MiB without saying so', { kind: 'oversize', bytes: 5 * 1024 * 1024, chunked: true }, 'UPSTREAM_TOO_LARGE'],
    ['20 MiB in a small gzip', { kind: 'oversize', bytes: 20 * 1024 * 1024, gzip: true }, 'UPSTREAM_TOO_LARGE'],
  ] as const)('a manifest answered with %s is %s', async (_, fault, code) => {
    const { registry, upstream } = await open();
    registry.fail(fault);
    const facts = await catchFacts(upstream.fetchManifest(app, v1));
    expect(facts).toMatchObject({ name: 'GatewayError', code, registry: 'test' });
    expect(registry.requests).toHaveLength(1);
  });

  test('a config that is not what its digest names is refused', async () => {
    const { registry, upstream } = await open();
    registry.fail({ kind: 'wrongBytes' });
    expect(await catchFacts(upstream.fetchConfig(app, image.config!.digest))).toMatchObject({
      code: 'UPSTREAM_DIGEST_MISMATCH',
    });
  });

  test.each([
    ['headers that do not come', { kind: 'hang' }, 'response'],
    ['a body that stops', { kind: 'drip', everyMs: 5000 }, 'read'],
    ['a body that drips for ever', { kind: 'drip', chunk: 1, everyMs: 20 }, 'request'],
  ] as const)('%s end in time (%s)', async (_, fault, phase) => {
    const { registry, upstream } = await open({}, {}, { timeouts: { headers: 150, idle: 150, whole: 400 } });
    registry.fail(fault);
    expect(await catchFacts(upstream.fetchManifest(app, v1))).toMatchObject({
      code: 'UPSTREAM_TIMEOUT',
      message: `Registry test was too slow with team/app:v1 (${phase}).`,
    });
  });

  test('a list has as long as its caller, and each of two callers gets an answer in his own time', async () => {
    const { registry, upstream } = await open(
      {},
      {},
      { timeouts: { headers: 150, whole: 400 }, patientTimeouts: { headers: 20_000, whole: 30_000 } },
    );
    const slow = registry.fail({ kind: 'delay', ms: 1000, match: /list|catalog/ });
    const [patient, hurried, again] = await Promise.all([
      upstream.listTags(app, { isPatient: true }),
      catchFacts(upstream.listTags(app)),
      upstream.listTags(app, { isPatient: true }),
    ]);
    expect([patient.names, again.names, hurried.code]).toEqual([['v1'], ['v1'], 'UPSTREAM_TIMEOUT']);
    // The hurried one may try twice, the patient ones share a request.
    expect([2, 3]).toContain(slow.hits);
    expect((await upstream.listRepositories({ isPatient: true })).names).toEqual([app]);
  });

  test('nothing but a list has long, and a long wait is not begun again', async () => {
    const { registry, upstream } = await open(
      {},
      {},
      { timeouts: { headers: 100, whole: 400 }, patientTimeouts: { headers: 300, whole: 30_000 } },
    );
    registry.fail({ kind: 'hang' });
    const call = { isPatient: true };
    for (const each of [
      upstream.ping(call),
      upstream.fetchManifest(app, v1, undefined, call),
      upstream.deleteManifest(app, image.digest, call),
    ]) {
      expect(await catchFacts(each)).toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    }
    registry.forget();
    expect(await catchFacts(upstream.listTags(app, call))).toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    expect(registry.requests.filter(({ path }) => path !== '/v2/')).toHaveLength(1);
  });

  test('a list that is waited for has the ping asked: a registry that does not answer it is away, long before the list is given up', async () => {
    const { registry, upstream } = await open(
      {},
      {},
      { timeouts: { headers: 100 }, patientTimeouts: { headers: 60_000 } },
    );
    registry.fail({ kind: 'hang' });
    const leaving = new AbortController();
    const list = catchFacts(upstream.listTags(app, { isPatient: true, signal: leaving.signal }));
    await until(() => upstream.outage !== null);
    expect(registry.requests.map(({ path }) => path)).toEqual(['/v2/team/app/tags/list', '/v2/']);
    expect(await catchFacts(upstream.headManifest(app, v1))).toMatchObject({
      code: 'UPSTREAM_TIMEOUT',
      retryAfter: 30,
    });
    leaving.abort();
    await list;
  });

  test('a delete that is too slow is not repeated', async () => {
    const { registry, upstream } = await open({}, {}, { timeouts: { headers: 100 } });
    registry.fail({ kind: 'hang' });
    expect(await catchFacts(upstream.deleteManifest(app, image.digest))).toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    expect(registry.requests).toHaveLength(1);
  });
});
