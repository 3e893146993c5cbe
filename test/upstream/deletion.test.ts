import { rm } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { computeDigest, type Digest } from '../../src/domain/digest.js';
import type { RepositoryName, TagName } from '../../src/domain/name.js';
import { describePlaceholder, readPlaceholder } from '../../src/upstream/content/placeholder.js';
import type { Upstream } from '../../src/upstream/upstream.js';
import { describeWith, distributionCommand, htpasswdUser, startDistribution } from '../support/servers/distribution.js';
import { buildArtifact, buildCosignSignature, buildImage, buildIndex } from '../support/content/images.js';
import { push, seed } from '../support/content/push.js';
import { media } from '../../src/demo/registry/media.js';
import type { RegistryOptions } from '../support/registry/options.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';
import { createTokenServer } from '../support/servers/tokenserver.js';
import { attach, catchFacts, listen, type Attach, type Wire } from './wire.js';

const app = 'team/app' as RepositoryName;
const v1 = 'v1' as TagName;
const sibling = 'stable' as TagName;
const users = { alice: 'canary-pa55' };
const alice = { username: 'alice', password: 'canary-pa55' };
const image = buildImage({ layers: [{ size: 100 }] });
const absent = computeDigest(Buffer.from('absent'));
const at = new Date('2026-01-02T03:04:05.678Z');
const logins: [string, RegistryOptions, Attach][] = [
  ['without login', {}, {}],
  ['with passwords', { auth: { mode: 'basic', users } }, { credentials: alice }],
  ['with tokens', { auth: { mode: 'bearer', users } }, { credentials: alice }],
];
const opened: { close(): unknown }[] = [];

function keep<T extends { close(): unknown }>(each: T): T {
  opened.push(each);
  return each;
}

async function open(
  options: RegistryOptions = {},
  settings: Attach = {},
): Promise<{ registry: MemoryRegistry; upstream: Upstream }> {
  const registry = keep(await createMemoryRegistry(options));
  for (const tag of [v1, sibling]) seed(registry.store, app, tag, image);
  return { registry, upstream: keep(attach(registry.url, settings)) };
}

/** A registry that gives one answer to the one path and method there is; anything else is a fault of the client. */
async function answer(
  method: string,
  path: string,
  write: (response: ServerResponse, body: Buffer) => void,
): Promise<{ wire: Wire; upstream: Upstream; strange: string[]; ports: Set<number | undefined> }> {
  const strange: string[] = [];
  const ports = new Set<number | undefined>();
  const wire = await listen((request, response) => {
    ports.add(request.socket.remotePort);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.method === method && request.url === path) return write(response, Buffer.concat(chunks));
      strange.push(`${request.method} ${request.url}`);
      response.writeHead(500).end();
    });
  });
  keep(wire);
  return { wire, upstream: keep(attach(wire.url)), strange, ports };
}

afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.close();
});

const say =
  (status: number, code: string | null, headers: Record<string, string> = {}) =>
  (response: ServerResponse) =>
    code === null
      ? response.writeHead(status, { 'content-type': 'text/plain', ...headers }).end('Method not allowed canary\n')
      : response
          .writeHead(status, { 'content-type': 'application/json', ...headers })
          .end(JSON.stringify({ errors: [{ code, message: 'canary', detail: null }] }));

describe('the deletion of a tag', () => {
  test.each<[string, (response: ServerResponse) => unknown, string]>([
    ['202', (response) => response.writeHead(202).end(), 'deleted'],
    ['200', (response) => response.end(), 'deleted'],
    ['204', (response) => response.writeHead(204).end(), 'deleted'],
    ['404 MANIFEST_UNKNOWN', say(404, 'MANIFEST_UNKNOWN'), 'absent'],
    ['404 NAME_UNKNOWN', say(404, 'NAME_UNKNOWN'), 'absent'],
    ['400 DIGEST_INVALID', say(400, 'DIGEST_INVALID'), 'unsupported'],
    ['400 UNSUPPORTED', say(400, 'UNSUPPORTED'), 'unsupported'],
    ['405 UNSUPPORTED', say(405, 'UNSUPPORTED'), 'unsupported'],
  ])('answered with %s is that, after one request', async (_, write, expected) => {
    const { wire, upstream, strange } = await answer('DELETE', '/v2/team/app/manifests/v1', write);
    expect(await upstream.deleteTag(app, v1)).toBe(expected);
    expect([wire.seen.length, strange]).toEqual([1, []]);
  });

  test.each<[string, (response: ServerResponse) => unknown, string, number | undefined]>([
    ['405 of a read-only registry', say(405, null, { Allow: 'GET, HEAD' }), 'UPSTREAM_UNSUPPORTED', 405],
    ['404 of a proxy', say(404, null), 'UPSTREAM_INVALID', 404],
    ['404 that speaks of the route', say(404, 'UNSUPPORTED'), 'UPSTREAM_INVALID', 404],
    ['401 without a way in', say(401, 'UNAUTHORIZED'), 'UPSTREAM_AUTH', 401],
    ['307', say(307, null, { location: '/v2/other/manifests/v1' }), 'UPSTREAM_BLOCKED', 307],
    ['429', say(429, 'TOOMANYREQUESTS'), 'UPSTREAM_RATE_LIMITED', 429],
    ['500', say(500, 'UNKNOWN'), 'UPSTREAM_ERROR', 500],
    ['503', say(503, null), 'UPSTREAM_ERROR', 503],
    ['nothing', (response) => response.destroy(), 'UPSTREAM_UNREACHABLE', undefined],
  ])('answered with %s fails after one request', async (_, write, code, upstreamStatus) => {
    const { wire, upstream, strange } = await answer('DELETE', '/v2/team/app/manifests/v1', write);
    const facts = await catchFacts(upstream.deleteTag(app, v1));
    expect(facts).toMatchObject({ name: 'GatewayError', code, registry: 'test', message: expect.any(String) });
    expect(facts.upstreamStatus).toBe(upstreamStatus);
    expect(JSON.stringify(facts)).not.toContain('canary');
    expect([wire.seen.length, strange]).toEqual([1, []]);
  });

  test.each<[string, number, string, string]>([
    ['405, as Azure says it', 405, 'REGISTRY_DISALLOWED_OPERATION', 'locked by a rule'],
    ['405, as zot says it', 405, 'DENIED', 'held by an index'],
    ['400', 400, 'TAG_INVALID', 'locked'],
    ['403', 403, 'DENIED', 'protected'],
    ['409', 409, 'DENIED', 'protected'],
    ['412, as Harbor says it', 412, 'PRECONDITION', 'immutable'],
    ['423', 423, 'LOCKED', 'locked'],
  ])('refused with %s is locked, and the registry is quoted', async (_, status, code, message) => {
    const body = JSON.stringify({ errors: [{ code, message, detail: 'canary' }] });
    const { wire, upstream } = await answer('DELETE', '/v2/team/app/manifests/v1', (response) =>
      response.writeHead(status).end(body),
    );
    expect(await catchFacts(upstream.deleteTag(app, v1))).toMatchObject({
      code: 'UPSTREAM_LOCKED',
      message:
        `Registry test refused the deletion of team/app:v1 (${status}): the registry itself locks or ` +
        `protects it. It said: "${code}: ${message}".`,
      upstreamStatus: status,
      hint: expect.stringContaining('immutability') as unknown,
    });
    expect(wire.seen).toHaveLength(1);
  });

  test.each<[string, unknown, string]>([
    ['no words', { errors: [] }, 'It gave no reason.'],
    ['words that are none', { errors: [{ code: 7, message: { a: 1 } }] }, 'It gave no reason.'],
    [
      'quotes and lines',
      { errors: [{ code: 'A', message: 'locked."\r\nAll is well: "' }] },
      `It said: "A: locked.' All is well: '".`,
    ],
    [
      'characters that turn the text',
      { errors: [{ message: 'a\u202Eb\u0007c\u2066d\u200Be' }] },
      'It said: "a b c d e".',
    ],
    ['a long text', { errors: [{ code: 'A', message: 'x '.repeat(5000) }] }, `It said: "A: ${'x '.repeat(98)}x…".`],
    [
      'half of a pair at its end',
      { errors: [{ message: `${'x '.repeat(99)}x\u{1F512}` }] },
      `It said: "${'x '.repeat(99)}x…".`,
    ],
    [
      'the password',
      {
        errors: [
          { code: 'canary-pa55', message: `no canary-pa55, ${Buffer.from('alice:canary-pa55').toString('base64')}` },
        ],
      },
      'It said: "…: no …, …".',
    ],
    ['a token', { errors: [{ message: `not for Bearer ${'eyJ0eXAi'.repeat(9)}.x` }] }, 'It said: "not for Bearer …".'],
    ['a digest', { errors: [{ message: `${absent} is locked` }] }, `It said: "${absent} is locked".`],
  ])('the deletion of a tag that is refused with %s is told in one bounded line', async (_, body, said) => {
    const wire = keep(await listen((_request, response) => void response.writeHead(409).end(JSON.stringify(body))));
    const upstream = keep(attach(wire.url, { credentials: alice }));
    const { message } = await catchFacts(upstream.deleteTag(app, v1));
    expect(message).toBe(
      `Registry test refused the deletion of team/app:v1 (409): the registry itself locks or protects it. ${said}`,
    );
  });

  test('the deletion of a tag is sent on a connection of its own', async () => {
    const { upstream, ports } = await answer('DELETE', '/v2/team/app/manifests/v1', (response) =>
      response.writeHead(202).end(),
    );
    for (let i = 0; i < 3; i++) await upstream.deleteTag(app, v1);
    expect(ports.size).toBe(3);
  });

  test('says what a read-only registry needs', async () => {
    const { registry, upstream } = await open({ readOnly: true });
    expect(await catchFacts(upstream.deleteTag(app, v1))).toMatchObject({
      code: 'UPSTREAM_UNSUPPORTED',
      message:
        'Registry test refused the deletion of team/app:v1 (405). The registry is read-only: end its ' +
        'maintenance mode first.',
    });
    expect(registry.store.tags(app)).toEqual([v1, sibling]);
  });

  describe.each(logins)('at a registry %s', (_, options, settings) => {
    test('takes the tag alone where the registry can', async () => {
      const { registry, upstream } = await open({ flavour: '3.1', ...options }, settings);
      expect(await upstream.deleteTag(app, v1)).toBe('deleted');
      expect(await upstream.deleteTag(app, v1)).toBe('absent');
      expect(registry.store.tags(app)).toEqual([sibling]);
      expect(registry.store.findManifest(app, image.digest)).not.toBeNull();
    });

    test.each<RegistryOptions>([
      { flavour: '2.8' },
      { flavour: '2.8', deleteEnabled: false },
      { flavour: '3.1', deleteEnabled: false },
    ])('touches nothing where it cannot: %j', async (kind) => {
      const { registry, upstream } = await open({ ...kind, ...options }, settings);
      expect(await upstream.deleteTag(app, v1)).toBe('unsupported');
      expect(registry.store.tags(app)).toEqual([v1, sibling]);
      expect(await upstream.probeDelete(app)).toBe(kind.deleteEnabled === false ? 'disabled' : 'enabled');
    });
  });
});

describe('a manifest byte for byte', () => {
  const contents = [
    ['an image', image],
    ['an OCI image that does not name its type', buildImage({ format: 'oci', namesType: false })],
    ['an index', buildIndex([image], { attestation: true })],
    ['a list', buildIndex([image], { format: 'docker' })],
    ['an artifact', buildArtifact({ artifactType: 'application/spdx+json', subject: image })],
    ['a signature', buildCosignSignature(image)],
  ] as const;

  test.each(contents)('a manifest byte for byte is put back as it was: %s', async (_, built) => {
    const { registry, upstream } = await open();
    seed(registry.store, app, 'x', built);
    const raw = await upstream.fetchRawManifest(app, 'x' as TagName);
    expect(raw).toEqual({ mediaType: built.mediaType, bytes: built.bytes, digest: built.digest });
    expect(await upstream.fetchRawManifest(app, built.digest)).toEqual(raw);
    expect(await upstream.putManifest(app, 'y' as TagName, raw!.mediaType, raw!.bytes)).toBe(built.digest);
    expect(registry.store.findManifest(app, 'y')).toEqual(raw);
  });

  test('a manifest byte for byte is null where there is none, and refused when it is another', async () => {
    const { registry, upstream } = await open();
    expect(await upstream.fetchRawManifest(app, absent)).toBeNull();
    expect(await upstream.fetchRawManifest('no/such' as RepositoryName, v1)).toBeNull();
    for (const kind of ['wrongBytes', 'wrongDigest'] as const) {
      registry.fail({ kind, times: 1 });
      expect(await catchFacts(upstream.fetchRawManifest(app, v1))).toMatchObject({
        code: 'UPSTREAM_DIGEST_MISMATCH',
        registry: 'test',
      });
    }
    registry.fail({ kind: 'status', status: 404, body: 'nginx' });
    expect(await catchFacts(upstream.fetchRawManifest(app, v1))).toMatchObject({ code: 'UPSTREAM_INVALID' });
  });

  test('a manifest byte for byte of the first schema is not given, because it cannot be put back', async () => {
    const { registry, upstream } = await open();
    registry.store.putManifest(app, 'old', media.dockerSchema1, Buffer.from('{"schemaVersion":1}'));
    expect(await catchFacts(upstream.fetchRawManifest(app, 'old' as TagName))).toMatchObject({
      code: 'UPSTREAM_UNSUPPORTED',
      message:
        "team/app:old of registry test is of Docker's first schema, which cannot be put back once it is gone: push " +
        'it anew in a later one.',
    });
    expect(await upstream.headManifest(app, 'old' as TagName)).toBe(registry.store.resolveTag(app, 'old'));
  });

  test('a manifest byte for byte is asked for anew, whatever read is under way', async () => {
    const { registry, upstream } = await open({ delayMs: 30 });
    await Promise.all([
      upstream.fetchManifest(app, v1),
      upstream.fetchRawManifest(app, v1),
      upstream.fetchRawManifest(app, v1),
    ]);
    expect(registry.count('GET')).toBe(3);
  });
});

describe('what a tag means at this moment', () => {
  test.each(logins)('what a tag means at this moment is told by HEAD %s', async (_, options, settings) => {
    const { registry, upstream } = await open(options, settings);
    expect(await upstream.headManifest(app, v1)).toBe(image.digest);
    expect(await upstream.headManifest(app, image.digest)).toBe(image.digest);
    expect(await upstream.headManifest(app, 'gone' as TagName)).toBeNull();
    expect(await upstream.headManifest(app, absent)).toBeNull();
    const asked = registry.requests.filter(({ path, status }) => path.includes('/manifests/') && status !== 401);
    expect(asked.map(({ method }) => method)).toEqual(['HEAD', 'HEAD', 'HEAD', 'HEAD']);
    expect(asked.every(({ headers }) => String(headers.accept).split(', ').length === 4)).toBe(true);
  });

  test('what a tag means at this moment is told though the manifest is larger than what would be read of it', async () => {
    const { upstream } = await answer('HEAD', '/v2/team/app/manifests/v1', (response) =>
      response.writeHead(200, { 'content-length': '99999999', 'docker-content-digest': image.digest }).end(),
    );
    expect(await upstream.headManifest(app, v1)).toBe(image.digest);
  });

  test.each([
    ['500', { kind: 'status', status: 500 }],
    ['a reset', { kind: 'reset' }],
  ] as const)('what a tag means at this moment is asked for again after %s', async (_, fault) => {
    const { registry, upstream } = await open();
    registry.fail({ ...fault, times: 2 });
    expect(await upstream.headManifest(app, v1)).toBe(image.digest);
    expect(registry.count('HEAD')).toBe(3);
  });

  /** What this registry says to HEAD and what to GET. */
  async function serve(
    head: (response: ServerResponse) => unknown,
    get: (response: ServerResponse) => unknown,
  ): Promise<{ wire: Wire; upstream: Upstream }> {
    const wire = keep(
      await listen((request, response) => void (request.method === 'HEAD' ? head(response) : get(response))),
    );
    return { wire, upstream: keep(attach(wire.url)) };
  }
  const give = (response: ServerResponse): unknown =>
    response.writeHead(200, { 'content-type': image.mediaType }).end(image.bytes);

  test.each<[string, (response: ServerResponse) => unknown, (response: ServerResponse) => unknown, Digest | null]>([
    ['no digest', (response) => response.writeHead(200).end(), give, image.digest],
    ['a bare 404', (response) => response.writeHead(404).end(), say(404, 'MANIFEST_UNKNOWN'), null],
    ['a bare 404 that is wrong', (response) => response.writeHead(404).end(), give, image.digest],
  ])('what a tag means at this moment is read where HEAD gives %s', async (_, head, get, expected) => {
    const { wire, upstream } = await serve(head, get);
    expect(await upstream.headManifest(app, v1)).toBe(expected);
    expect(wire.seen.map(({ method }) => method)).toEqual(['HEAD', 'GET']);
  });

  test.each<[string, (response: ServerResponse) => unknown, string]>([
    ['the 404 of a proxy', say(404, null), 'UPSTREAM_INVALID'],
    [
      'another digest',
      (response) => response.writeHead(200, { 'docker-content-digest': image.digest }).end(),
      'UPSTREAM_DIGEST_MISMATCH',
    ],
    [
      'what is no digest',
      (response) => response.writeHead(200, { 'docker-content-digest': 'sha256:canary' }).end(),
      'UPSTREAM_INVALID',
    ],
    ['403', say(403, 'DENIED'), 'UPSTREAM_AUTH'],
    ['a redirect', say(307, null, { location: 'ftp://127.0.0.1/' }), 'UPSTREAM_BLOCKED'],
  ])('what a tag means at this moment is not taken from %s', async (_, write, code) => {
    const { upstream } = await serve(write, write);
    const facts = await catchFacts(upstream.headManifest(app, absent));
    expect(facts).toMatchObject({ name: 'GatewayError', code, registry: 'test' });
    expect(JSON.stringify(facts)).not.toContain('canary');
  });
});

describe('a push', () => {
  const { mediaType, bytes, digest } = describePlaceholder(image.digest, at);
  const path = '/v2/team/app/manifests/v1';

  test('sends the bytes under their type, with their length, once, on a connection of its own', async () => {
    const received: Buffer[] = [];
    const { wire, upstream, strange, ports } = await answer('PUT', path, (response, body) => {
      received.push(body);
      response.writeHead(201, { 'docker-content-digest': digest }).end();
    });
    for (let i = 0; i < 2; i++) expect(await upstream.putManifest(app, v1, mediaType, bytes)).toBe(digest);
    expect(received).toEqual([bytes, bytes]);
    expect([wire.seen.length, ports.size]).toEqual([2, 2]);
    expect(wire.seen[0]).toMatchObject({
      headers: { 'content-type': mediaType, 'content-length': String(bytes.length) },
    });
    expect(wire.seen[0]?.headers).not.toHaveProperty('transfer-encoding');
    expect(strange).toEqual([]);
  });

  test('has the digest of its bytes where the registry names none', async () => {
    const { upstream } = await answer('PUT', path, (response) => response.writeHead(201).end());
    expect(await upstream.putManifest(app, v1, mediaType, bytes)).toBe(digest);
  });

  test.each(logins)('a push is sent whole at a registry %s', async (_, options, settings) => {
    const { registry, upstream } = await open(options, settings);
    // As large as distribution takes one.
    const large = Buffer.concat([bytes, Buffer.alloc(4 * 1024 * 1024 - bytes.length, ' ')]);
    await upstream.headManifest(app, v1);
    expect(await upstream.putManifest(app, v1, mediaType, large)).toBe(computeDigest(large));
    expect(registry.store.findManifest(app, v1)?.bytes.equals(large)).toBe(true);
    const scopes = registry.requests
      .filter((each) => each.path.startsWith('/token'))
      .map((each) => new URLSearchParams(each.path.split('?')[1]).get('scope'));
    expect(scopes).toEqual(
      options.auth?.mode === 'bearer' ? ['repository:team/app:pull', 'repository:team/app:pull,push'] : [],
    );
  });

  test.each(logins.filter(([, { auth }]) => auth?.mode === 'bearer'))(
    'sends its bytes again after the challenge of a registry %s',
    async (_, options, settings) => {
      const { registry, upstream } = await open(options, settings);
      await upstream.putManifest(app, v1, mediaType, bytes);
      registry.forget();
      registry.expireTokens();
      expect(await upstream.putManifest(app, v1, mediaType, bytes)).toBe(digest);
      expect(registry.requests.filter(({ method }) => method === 'PUT').map(({ status }) => status)).toEqual([
        401, 201,
      ]);
    },
  );

  test('without the right to is refused with nothing touched', async () => {
    const { registry, upstream } = await open(
      { auth: { mode: 'bearer', users, grant: () => ['pull', 'delete'] } },
      { credentials: alice },
    );
    expect(await catchFacts(upstream.putManifest(app, v1, mediaType, bytes))).toMatchObject({
      code: 'UPSTREAM_AUTH',
      upstreamStatus: 401,
    });
    expect(registry.store.resolveTag(app, v1)).toBe(image.digest);
  });

  test.each<[string, (response: ServerResponse) => unknown, string, RegExp]>([
    [
      '400 MANIFEST_INVALID',
      say(400, 'MANIFEST_INVALID'),
      'UPSTREAM_UNSUPPORTED',
      /refused the push of team\/app:v1 \(400\)\. It does not take this manifest there/,
    ],
    ['400 MANIFEST_BLOB_UNKNOWN', say(400, 'MANIFEST_BLOB_UNKNOWN'), 'UPSTREAM_UNSUPPORTED', /its content may be gone/],
    ['404 NAME_UNKNOWN', say(404, 'NAME_UNKNOWN'), 'UPSTREAM_UNSUPPORTED', /\(404\)/],
    ['405 UNSUPPORTED', say(405, 'UNSUPPORTED'), 'UPSTREAM_UNSUPPORTED', /a pull-through cache never does/],
    [
      '405 of a read-only registry',
      say(405, null, { Allow: 'GET, HEAD' }),
      'UPSTREAM_UNSUPPORTED',
      /is read-only: end its maintenance mode first/,
    ],
    [
      'another digest',
      (response) => response.writeHead(201, { 'docker-content-digest': absent }).end(),
      'UPSTREAM_DIGEST_MISMATCH',
      /Read the tag back/,
    ],
    [
      'what is no digest',
      (response) => response.writeHead(201, { 'docker-content-digest': 'canary' }).end(),
      'UPSTREAM_INVALID',
      /not a digest/,
    ],
    ['200', (response) => response.end('{}'), 'UPSTREAM_INVALID', /answered 200/],
    ['307', say(307, null, { location: '/v2/other/manifests/v1' }), 'UPSTREAM_BLOCKED', /not followed/],
    ['404 of a proxy', say(404, null), 'UPSTREAM_INVALID', /answered 404/],
    ['403', say(403, 'DENIED'), 'UPSTREAM_AUTH', /answered 403/],
    ['429', say(429, 'TOOMANYREQUESTS'), 'UPSTREAM_RATE_LIMITED', /fewer requests/],
    ['500', say(500, 'UNKNOWN'), 'UPSTREAM_ERROR', /failed itself/],
    ['503', say(503, null), 'UPSTREAM_ERROR', /failed itself/],
    ['nothing', (response) => response.destroy(), 'UPSTREAM_UNREACHABLE', /closed the connection/],
    ['65 KiB', (response) => response.writeHead(201).end('x'.repeat(65 * 1024)), 'UPSTREAM_TOO_LARGE', /larger than/],
  ])('answered with %s fails after one request', async (_, write, code, message) => {
    const { wire, upstream, strange } = await answer('PUT', path, write);
    const facts = await catchFacts(upstream.putManifest(app, v1, mediaType, bytes));
    expect(facts).toMatchObject({
      name: 'GatewayError',
      code,
      registry: 'test',
      message: expect.stringMatching(message),
    });
    expect(JSON.stringify(facts)).not.toContain('canary');
    expect([wire.seen.length, strange]).toEqual([1, []]);
  });
});

describe('a placeholder', () => {
  test('a placeholder is an empty index that says what it stands for, and is its own each time', () => {
    const one = describePlaceholder(image.digest, at);
    expect(one).toEqual({ mediaType: media.ociIndex, bytes: expect.any(Buffer), digest: computeDigest(one.bytes) });
    expect(JSON.parse(one.bytes.toString())).toEqual({
      schemaVersion: 2,
      mediaType: media.ociIndex,
      manifests: [],
      annotations: {
        'io.registry-gateway.tombstone': expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
        'io.registry-gateway.original-digest': image.digest,
        'io.registry-gateway.at': '2026-01-02T03:04:05.678Z',
      },
    });
    expect(new Set(Array.from({ length: 50 }, () => describePlaceholder(image.digest, at).digest)).size).toBe(50);
  });

  test('a placeholder is recognised when it is read, and nothing else is', async () => {
    const { registry, upstream } = await open();
    const { mediaType, bytes } = describePlaceholder(image.digest, at);
    await upstream.putManifest(app, v1, mediaType, bytes);
    const read = async (tag: TagName) => {
      const fetched = await upstream.fetchManifest(app, tag);
      return fetched === null || fetched === 'unchanged' ? fetched : fetched.manifest;
    };
    const manifest = await read(v1);
    if (manifest === null || manifest === 'unchanged') throw new Error('it was not read');
    expect(readPlaceholder(manifest)).toEqual({ originalDigest: image.digest });
    const { annotations } = manifest;
    const others = [
      { annotations: {} },
      { annotations: { ...annotations, 'io.registry-gateway.tombstone': 'x' } },
      { annotations: { ...annotations, 'io.registry-gateway.original-digest': 'sha256:0' } },
      { annotations: { ...annotations, 'io.registry-gateway.at': 'soon' } },
      { mediaType: media.dockerList },
      { kind: 'artifact' as const },
      { subject: image.digest },
    ];
    for (const other of others) expect(readPlaceholder({ ...manifest, ...other })).toBeNull();
    seed(registry.store, app, 'marked', buildIndex([image], { annotations }));
    const marked = await read('marked' as TagName);
    expect(
      marked !== null && marked !== 'unchanged' && marked.entries.length === 1 && readPlaceholder(marked),
    ).toBeNull();
  });
});

/** Procedure of a registry that deletes by digest only; gives what stood under the tag. */
async function replaceAndDelete(upstream: Upstream, tag: TagName): Promise<Digest> {
  const original = await upstream.fetchRawManifest(app, tag);
  expect(await upstream.probeDelete(app)).toBe('enabled');
  const placeholder = describePlaceholder(original!.digest, at);
  expect(await upstream.putManifest(app, tag, placeholder.mediaType, placeholder.bytes)).toBe(placeholder.digest);
  expect(await upstream.headManifest(app, tag)).toBe(placeholder.digest);
  expect(await upstream.deleteManifest(app, placeholder.digest)).toBe('deleted');
  return original!.digest;
}

async function checkSiblingSurvives(upstream: Upstream): Promise<void> {
  expect(await upstream.deleteTag(app, v1)).toBe('unsupported');
  const original = await replaceAndDelete(upstream, v1);
  expect(original).toBe(image.digest);
  expect(await upstream.headManifest(app, v1)).toBeNull();
  expect(await upstream.headManifest(app, sibling)).toBe(original);
  expect((await upstream.listTags(app)).names).toEqual([sibling]);
  const kept = await upstream.fetchRawManifest(app, original);
  expect(kept).toEqual({ mediaType: image.mediaType, bytes: image.bytes, digest: original });
  expect(await upstream.putManifest(app, v1, kept!.mediaType, kept!.bytes)).toBe(original);
  expect(await upstream.headManifest(app, v1)).toBe(original);
}

test.each(logins)(
  'a tag goes without its sibling and can be put back, where only digests are deleted, %s',
  async (_, options, settings) => {
    const { registry, upstream } = await open(options, settings);
    await checkSiblingSurvives(upstream);
    expect(registry.unexpected).toEqual([]);
  },
);

describeWith(distributionCommand, 'at a real registry', () => {
  test('a tag goes without its sibling and can be put back', async () => {
    const registry = keep(await startDistribution());
    for (const tag of [v1, sibling]) await push(registry.url, app, tag, image);
    await checkSiblingSurvives(keep(attach(registry.url)));
  });

  test('a tag goes without its sibling with a password, and with tokens', async () => {
    const locked = keep(await startDistribution({ htpasswd: true }));
    for (const tag of [v1, sibling]) await push(locked.url, app, tag, image, htpasswdUser);
    await checkSiblingSurvives(keep(attach(locked.url, { credentials: htpasswdUser })));

    const tokens = keep(await createTokenServer({ users }));
    const registry = keep(await startDistribution({ token: tokens.settings }));
    const token = tokens.mint('alice', [{ type: 'repository', name: app, actions: ['pull', 'push'] }]);
    for (const tag of [v1, sibling]) await push(registry.url, app, tag, image, { token });
    await checkSiblingSurvives(keep(attach(registry.url, { credentials: alice, authRealm: tokens.settings.realm })));
    const scopes = tokens.queries.map((query) => new URLSearchParams(query).get('scope'));
    expect(scopes).toEqual(['repository:team/app:delete', 'repository:team/app:pull', 'repository:team/app:pull,push']);
  });

  test('a tag whose manifest is lost is told from one that is gone, and can be removed', async () => {
    const registry = keep(await startDistribution());
    await push(registry.url, app, sibling, image);
    const lost = buildImage({ layers: [{ size: 200 }] });
    await push(registry.url, app, v1, lost);
    const upstream = keep(attach(registry.url));
    await rm(
      join(
        registry.directory,
        `data/docker/registry/v2/repositories/${app}/_manifests/revisions/sha256/${lost.digest.slice(7)}`,
      ),
      { recursive: true },
    );
    expect([await upstream.fetchRawManifest(app, v1), await upstream.headManifest(app, v1)]).toEqual([null, null]);
    expect((await upstream.listTags(app)).names).toEqual([sibling, v1]);
    expect([await upstream.deleteTag(app, v1), await upstream.deleteManifest(app, lost.digest)]).toEqual([
      'unsupported',
      'absent',
    ]);
    const placeholder = describePlaceholder(lost.digest, at);
    await upstream.putManifest(app, v1, placeholder.mediaType, placeholder.bytes);
    expect(await upstream.deleteManifest(app, placeholder.digest)).toBe('deleted');
    expect((await upstream.listTags(app)).names).toEqual([sibling]);
  });

  test('nothing is touched where deleting is off, or the registry is read-only', async () => {
    const off = keep(await startDistribution({ deleteEnabled: false }));
    await push(off.url, app, v1, image);
    const upstream = keep(attach(off.url));
    expect(await upstream.deleteTag(app, v1)).toBe('unsupported');
    expect(await upstream.probeDelete(app)).toBe('disabled');
    expect(await upstream.headManifest(app, v1)).toBe(image.digest);
    const readOnly = keep(attach(keep(await startDistribution({ readOnly: true })).url));
    const { mediaType, bytes } = describePlaceholder(image.digest, at);
    expect(await catchFacts(readOnly.deleteTag(app, v1))).toMatchObject({
      code: 'UPSTREAM_UNSUPPORTED',
      upstreamStatus: 405,
      hint: 'The registry is read-only: end its maintenance mode first.',
    });
    expect(await catchFacts(readOnly.putManifest(app, v1, mediaType, bytes))).toMatchObject({
      code: 'UPSTREAM_UNSUPPORTED',
      upstreamStatus: 405,
      hint: 'The registry is read-only: end its maintenance mode first.',
    });
  });
});

describe('the deletion of a digest', () => {
  const path = `/v2/team/app/manifests/${absent}`;

  test.each<[string, number, string]>([
    ["Google's", 400, 'GOOGLE_MANIFEST_DANGLING_TAG'],
    ["Google's, as Artifact Registry says it", 409, 'GOOGLE_MANIFEST_DANGLING_TAG'],
    ["zot's, of several tags", 409, 'MANIFEST_INVALID'],
  ])('the deletion of a digest that is refused for its tags is told from a lock: %s', async (_, status, code) => {
    const { wire, upstream, strange } = await answer('DELETE', path, say(status, code));
    expect(await upstream.deleteManifest(app, absent)).toBe('tagged');
    expect([wire.seen.length, strange]).toEqual([1, []]);
  });

  test.each<[string, (response: ServerResponse) => unknown, string]>([
    ['404 MANIFEST_UNKNOWN', say(404, 'MANIFEST_UNKNOWN'), 'enabled'],
    ['400 NAME_UNKNOWN', say(400, 'NAME_UNKNOWN'), 'enabled'],
    ['405 UNSUPPORTED', say(405, 'UNSUPPORTED'), 'disabled'],
    ['405 DENIED', say(405, 'DENIED'), 'unsupported'],
    ['405 and no methods', say(405, null), 'unsupported'],
    ['405 and the methods that read', say(405, null, { Allow: 'GET, HEAD' }), 'read-only'],
    ['405 and methods that write', say(405, null, { Allow: 'GET, HEAD, PUT' }), 'unsupported'],
    ['400 UNSUPPORTED', say(400, 'UNSUPPORTED'), 'unsupported'],
    ['501', say(501, null), 'unsupported'],
    ['403', say(403, 'DENIED'), 'forbidden'],
  ])('the deletion of a digest is probed: %s', async (_, write, capability) => {
    const { upstream } = await answer('DELETE', `/v2/team/app/manifests/sha256:${'0'.repeat(64)}`, write);
    expect(await upstream.probeDelete(app)).toBe(capability);
  });
});
