import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LookupFunction } from 'node:net';
import { gzipSync } from 'node:zlib';
import { computeDigest } from '../../src/domain/digest.js';
import type { RepositoryName, TagName } from '../../src/domain/name.js';
import type { GatewayError } from '../../src/errors.js';
import type { UpstreamOptions } from '../../src/upstream/client.js';
import type { Upstream } from '../../src/upstream/upstream.js';
import { attach, catchFacts, listen, type Attach, type Wire } from './wire.js';

const app = 'team/app' as RepositoryName;
const v1 = 'v1' as TagName;
const alice = { username: 'alice', password: 'canary-pa55' };
const canaries = [alice.password, Buffer.from(`${alice.username}:${alice.password}`).toString('base64')];
const config = Buffer.from('{"os":"linux","architecture":"amd64"}');
const digest = computeDigest(config);
const opened: { close(): unknown }[] = [];

async function serve(answer: (request: IncomingMessage, response: ServerResponse, url: string) => void): Promise<Wire> {
  const wire = await listen(answer);
  opened.push(wire);
  return wire;
}

function connect(addr: string, settings: Attach = {}, options: Partial<UpstreamOptions> = {}): Upstream {
  const upstream = attach(addr, settings, options);
  opened.push(upstream);
  return upstream;
}

afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.close();
});

/** Host names of the tests: `.test` is on loopback, whatever the port. */
const toLoopback: LookupFunction = (_, __, callback) => callback(null, [{ address: '127.0.0.1', family: 4 }]);
const isLeaked = (wire: Wire): boolean => canaries.some((each) => JSON.stringify(wire.seen).includes(each));

describe('a password', () => {
  test.each<[string, (thief: Wire) => string]>([
    ['another host', (thief) => `Bearer realm="http://thief.test:${thief.port}/token",service="s"`],
    [
      'another host, asked for twice',
      (thief) => `Basic realm="x", Bearer realm="http://thief.test:${thief.port}/token"`,
    ],
    [
      'another host behind a user name',
      (thief) => `Bearer realm="http://registry.test@thief.test:${thief.port}/token"`,
    ],
    ['another host behind a backslash', (thief) => `Bearer realm="http:\\\\\\\\thief.test:${thief.port}/token"`],
    ['another host without a scheme', (thief) => `Bearer realm="//thief.test:${thief.port}/token"`],
    ['a name that begins alike', (thief) => `Bearer realm="http://registry.test.thief.test:${thief.port}/token"`],
    ['another port of its own host', (thief) => `Bearer realm="http://registry.test:${thief.port}/token"`],
    ['the address of its own host', (thief) => `Bearer realm="http://127.0.0.1:${thief.port}/token"`],
    ['none', () => 'Bearer service="s"'],
  ])('never goes to a realm on %s', async (_, challenge) => {
    const thief = await serve((__, response) => response.end('{"token":"t"}'));
    const registry = await serve((__, response) =>
      response.writeHead(401, { 'www-authenticate': challenge(thief) }).end(),
    );
    const upstream = connect(`http://registry.test:${registry.port}`, { credentials: alice }, { lookup: toLoopback });
    for (const call of [
      upstream.ping(),
      upstream.listRepositories(),
      upstream.listTags(app),
      upstream.fetchManifest(app, v1),
      upstream.deleteManifest(app, digest),
    ].map(catchFacts)) {
      expect(await call).toMatchObject({ code: 'UPSTREAM_REALM_REFUSED', registry: 'test' });
    }
    expect(thief.seen).toEqual([]);
    expect(isLeaked(registry)).toBe(false);
  });

  test('goes to a realm on another host that was pinned, and not to another path there', async () => {
    const server = await serve((_, response) => response.end('{"token":"t"}'));
    let path = '/token';
    const registry = await serve((request, response) => {
      if (request.headers.authorization === 'Bearer t' && path === '/token') return response.end('{}');
      return response
        .writeHead(401, { 'www-authenticate': `Bearer realm="http://auth.test:${server.port}${path}",service="s"` })
        .end();
    });
    const settings = { credentials: alice, authRealm: `http://auth.test:${server.port}/token` };
    const addr = `http://registry.test:${registry.port}`;
    await connect(addr, settings, { lookup: toLoopback }).ping();
    expect(server.seen).toMatchObject([
      { path: '/token?service=s&account=alice', headers: { authorization: `Basic ${canaries[1]}` } },
    ]);
    path = '/steal';
    expect(await catchFacts(connect(addr, settings, { lookup: toLoopback }).ping())).toMatchObject({
      code: 'UPSTREAM_REALM_REFUSED',
      hint: expect.stringContaining('/steal'),
    });
    expect(server.seen).toHaveLength(1);
    expect(isLeaked(registry)).toBe(false);
  });

  test('never appears in an error, its cause included', async () => {
    const registry = await serve((request, response) => {
      if (request.headers.authorization) return response.destroy();
      return response.writeHead(401, { 'www-authenticate': 'Basic realm="r"' }).end();
    });
    const error = await connect(registry.url, { credentials: alice })
      .ping()
      .then(
        () => null,
        (failure: unknown) => failure,
      );
    const { message, stack, cause, facts } = error as Error & { facts: unknown };
    const shown = JSON.stringify([
      message,
      stack,
      facts,
      cause,
      Object.getOwnPropertyNames(cause).map((key) => (cause as Record<string, unknown>)[key]),
    ]);
    expect(canaries.filter((each) => shown.includes(each))).toEqual([]);
    expect(isLeaked(registry)).toBe(true);
  });
});

describe('a blob that is kept elsewhere', () => {
  const redirecting = (target: (path: string) => string) =>
    serve((request, response) => {
      if (!request.headers.authorization)
        return response.writeHead(401, { 'www-authenticate': 'Basic realm="r"' }).end();
      return response.writeHead(307, { location: target(request.url ?? '') }).end();
    });

  test('a blob that is kept elsewhere is fetched there without credentials, and checked', async () => {
    const store = await serve((_, response) => response.end(config));
    const registry = await redirecting(() => `http://store.test:${store.port}/bucket/x?sig=1`);
    const upstream = connect(registry.url, { credentials: alice }, { lookup: toLoopback });
    expect(await upstream.fetchConfig(app, digest)).toMatchObject({ platform: { os: 'linux' } });
    expect(store.seen).toMatchObject([{ path: '/bucket/x?sig=1' }]);
    expect(store.seen[0]?.headers).not.toHaveProperty('authorization');
    expect(isLeaked(store)).toBe(false);
    const other = computeDigest(Buffer.from('other'));
    expect(await catchFacts(upstream.fetchConfig(app, other))).toMatchObject({ code: 'UPSTREAM_DIGEST_MISMATCH' });
  });

  test.each<[string, string]>([
    ['cloud metadata', 'http://169.254.169.254/latest/meta-data/'],
    ['a file', 'file:///etc/passwd'],
    ['a user name', 'http://user:word@127.0.0.1:1/'],
    ['nowhere', ''],
    ['what is no URL', 'http://['],
    ['a socket', 'unix:/var/run/docker.sock:/containers/json'],
  ])('a blob that is kept elsewhere is not fetched from %s', async (_, location) => {
    const registry = await redirecting(() => location);
    expect(await catchFacts(connect(registry.url, { credentials: alice }).fetchConfig(app, digest))).toMatchObject({
      code: 'UPSTREAM_BLOCKED',
      registry: 'test',
    });
  });

  test('a blob that is kept elsewhere is followed three times at most', async () => {
    const registry = await redirecting((path) => `${path}x`);
    expect(await catchFacts(connect(registry.url, { credentials: alice }).fetchConfig(app, digest))).toMatchObject({
      code: 'UPSTREAM_BLOCKED',
      upstreamStatus: 307,
    });
    expect(registry.seen).toHaveLength(5);
  });
});

describe('a redirect', () => {
  const manifest = Buffer.from(
    JSON.stringify({ schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests: [] }),
  );
  const reads: [string, (upstream: Upstream) => Promise<unknown>, string | Buffer][] = [
    ['the ping', (upstream) => upstream.ping(), '{}'],
    ['the catalogue', (upstream) => upstream.listRepositories(), '{"repositories":["a"]}'],
    ['tags', (upstream) => upstream.listTags(app), '{"tags":["v1"]}'],
    ['a manifest', (upstream) => upstream.fetchManifest(app, v1), manifest],
    ['a raw manifest', (upstream) => upstream.fetchRawManifest(app, v1), manifest],
    ['a HEAD', (upstream) => upstream.headManifest(app, v1), manifest],
    ['referrers', (upstream) => upstream.listReferrers(app, digest), manifest],
    ['a config', (upstream) => upstream.fetchConfig(app, digest), config],
  ];
  const login = { 'www-authenticate': 'Basic realm="r"' };
  const answerWith =
    (body: string | Buffer) =>
    (request: IncomingMessage, response: ServerResponse): void => {
      response
        .writeHead(200, {
          'content-type': request.url?.includes('blobs')
            ? 'application/octet-stream'
            : 'application/vnd.oci.image.index.v1+json',
        })
        .end(body);
    };

  describe.each([301, 302, 303, 307, 308])('by %i', (status) => {
    test.each(reads)(
      'a redirect of %s is followed on the registry with credentials, elsewhere without',
      async (_, read, body) => {
        const store = await serve(answerWith(body));
        let target = (path: string): string => `/mirror${path}`;
        const registry = await serve((request, response) => {
          if (!request.headers.authorization) return response.writeHead(401, login).end();
          if (request.url?.startsWith('/mirror')) return answerWith(body)(request, response);
          return response.writeHead(status, { location: target(request.url ?? '') }).end();
        });
        const upstream = connect(registry.url, { credentials: alice }, { lookup: toLoopback });
        expect(await read(upstream)).not.toBeNull();
        expect(registry.seen.at(-1)?.path).toMatch(/^\/mirror\/v2\//);
        target = (path) => `http://store.test:${store.port}${path}`;
        expect(await read(upstream)).not.toBeNull();
        expect(store.seen.length).toBeGreaterThan(0);
        expect(store.seen.every(({ headers }) => !('authorization' in headers))).toBe(true);
        expect(isLeaked(store)).toBe(false);
      },
    );
  });

  test.each(reads)('a redirect of %s is followed three times, and a circle is told', async (_, read) => {
    const registry = await serve((request, response) => response.writeHead(307, { location: request.url ?? '' }).end());
    expect(await catchFacts(read(connect(registry.url)))).toMatchObject({
      code: 'UPSTREAM_BLOCKED',
      upstreamStatus: 307,
      message: expect.stringMatching(/^Registry test redirects .* more than 3 times, and is not followed further\.$/),
    });
    expect(registry.seen).toHaveLength(4);
  });

  test.each(reads)('a redirect of %s to another host that asks to log in gets nothing there', async (name, read) => {
    const thief = await serve((__, response) => response.writeHead(401, login).end());
    const registry = await serve((request, response) => {
      if (!request.headers.authorization) return response.writeHead(401, login).end();
      return response.writeHead(307, { location: `http://thief.test:${thief.port}/v2/` }).end();
    });
    const error: unknown = await read(connect(registry.url, { credentials: alice }, { lookup: toLoopback })).catch(
      (failure: unknown) => failure,
    );
    // Of a catalogue it is the cause: one that is not to be had is no failure.
    const { code, message } = (name === 'the catalogue' ? (error as Error).cause : error) as GatewayError;
    expect([code, message]).toEqual([
      'UPSTREAM_AUTH',
      expect.stringContaining(`to http://thief.test:${thief.port}, which asks to log in`),
    ]);
    expect(thief.seen).toHaveLength(1);
    expect(isLeaked(thief)).toBe(false);
  });

  test('back from another host finds the credentials again, and is challenged where it has to be', async () => {
    const store = await serve((_, response) =>
      response.writeHead(307, { location: `http://registry.test:${registry.port}/inner` }).end(),
    );
    const registry: Wire = await serve((request, response) => {
      if (request.url !== '/inner')
        return response.writeHead(302, { location: `http://store.test:${store.port}/` }).end();
      return request.headers.authorization ? response.end('{"tags":["v1"]}') : response.writeHead(401, login).end();
    });
    const upstream = connect(`http://registry.test:${registry.port}`, { credentials: alice }, { lookup: toLoopback });
    expect(await upstream.listTags(app)).toMatchObject({ names: ['v1'] });
    expect(isLeaked(store)).toBe(false);
  });

  test.each<[string, string]>([
    ['cloud metadata', 'http://169.254.169.254/latest/meta-data/'],
    ['a file', 'file:///etc/passwd'],
    ['a user name', 'http://user:word@127.0.0.1:1/'],
    ['nowhere', ''],
  ])('a redirect is not followed to %s', async (_, location) => {
    const registry = await serve((__, response) => response.writeHead(302, { location }).end());
    for (const [, read] of reads)
      expect(await catchFacts(read(connect(registry.url)))).toMatchObject({ code: 'UPSTREAM_BLOCKED' });
  });

  test('a redirect of a list pages on, by its query, from the registry', async () => {
    const store = await serve((request, response, url) => {
      const last = new URL(request.url ?? '', url).searchParams.get('last');
      const link = last === null ? { link: `<${url}/bucket?last=a>; rel="next"` } : {};
      response.writeHead(200, link).end(last === null ? '{"tags":["0","a"]}' : '{"tags":["b"]}');
    });
    const registry = await serve((request, response) =>
      response.writeHead(307, { location: `${store.url}${request.url}` }).end(),
    );
    expect(await connect(registry.url).listTags(app)).toMatchObject({ names: ['0', 'a', 'b'] });
    expect(registry.seen.map(({ path }) => path)).toEqual(['/v2/team/app/tags/list', '/v2/team/app/tags/list?last=a']);
  });

  test.each<[number, (path: string, far: Wire) => string]>([
    [307, (path, far) => `${far.url}${path}`],
    [308, () => '/v2/other/app/manifests/v1'],
    [302, (path) => `/mirror${path}`],
  ])('a redirect of a write is not followed: %i', async (status, target) => {
    const far = await serve((_, response) => response.writeHead(202).end());
    const registry = await serve((request, response) =>
      response.writeHead(status, { location: target(request.url ?? '', far) }).end(),
    );
    const upstream = connect(registry.url);
    const writes = [
      upstream.deleteManifest(app, digest),
      upstream.deleteTag(app, v1),
      upstream.probeDelete(app),
      upstream.putManifest(app, v1, 'application/json', config),
    ];
    for (const write of writes)
      expect(await catchFacts(write)).toMatchObject({ code: 'UPSTREAM_BLOCKED', upstreamStatus: status });
    expect([far.seen, registry.seen.length]).toEqual([[], 4]);
  });

  test.each([307, 308])(
    'a redirect of a write to the same content on the same server is followed, and stays a write: %i',
    async (status) => {
      const registry = await serve((request, response) => {
        if (request.url?.startsWith('/reg/')) return response.writeHead(202).end();
        return response.writeHead(status, { location: `/reg${request.url}` }).end();
      });
      expect(await connect(registry.url).deleteManifest(app, digest)).toBe('deleted');
      expect(registry.seen.map(({ method }) => method)).toEqual(['DELETE', 'DELETE']);
    },
  );
});

describe('the guard', () => {
  test.each([
    '169.254.169.254',
    '2852039166',
    '0xa9fea9fe',
    '0xa9.254.169.254',
    '0251.0376.0251.0376',
    '169.254.43518',
    '①⑥⑨.②⑤④.①⑥⑨.②⑤④',
    '[::ffff:169.254.169.254]',
    '[::ffff:a9fe:a9fe]',
    '[fe80::1]',
    '[fd00:ec2::254]',
    '[64:ff9b::169.254.169.254]',
    '0.0.0.0',
    '0',
    '[::]',
    '224.0.0.1',
    '255.255.255.255',
  ])('connects to nothing at http://%s', async (host) => {
    for (const scheme of ['http', 'https']) {
      expect(await catchFacts(connect(`${scheme}://${host}:9`).ping())).toMatchObject({
        code: 'UPSTREAM_BLOCKED',
        message: 'Registry test leads to a network address that the gateway may not connect to.',
      });
    }
  });

  test.each<[string, { address: string; family: number }[][]]>([
    ['leads to a forbidden address', [[{ address: '169.254.169.254', family: 4 }]]],
    [
      'leads to one among others',
      [
        [
          { address: '127.0.0.1', family: 4 },
          { address: 'fe80::1', family: 6 },
        ],
      ],
    ],
    ['changes its address', [[{ address: '127.0.0.1', family: 4 }], [{ address: '169.254.169.254', family: 4 }]]],
  ])('looks at the address the socket takes: a name that %s', async (_, answers) => {
    const registry = await serve((__, response) => response.writeHead(200, { connection: 'close' }).end('{}'));
    let asked = 0;
    const lookup: LookupFunction = (__, ___, callback) =>
      callback(null, answers[Math.min(asked++, answers.length - 1)] ?? []);
    const upstream = connect(`http://registry.test:${registry.port}`, {}, { lookup });
    const facts = [];
    for (let i = 0; i < answers.length; i++) facts.push(await catchFacts(upstream.ping()));
    expect(facts.at(-1)).toMatchObject({ code: 'UPSTREAM_BLOCKED' });
    expect(registry.seen).toHaveLength(answers.length - 1);
  });

  test('takes a stricter policy', async () => {
    const registry = await serve((_, response) => response.end('{}'));
    expect(
      await catchFacts(connect(registry.url, {}, { allow: (address) => address !== '127.0.0.1' }).ping()),
    ).toMatchObject({ code: 'UPSTREAM_BLOCKED' });
    expect(
      await catchFacts(connect(registry.url.replace('127.0.0.1', 'localhost'), {}, { allow: () => false }).ping()),
    ).toMatchObject({ code: 'UPSTREAM_BLOCKED' });
    expect(registry.seen).toEqual([]);
  });
});

describe('a body without end', () => {
  test.each([
    ['plain', false],
    ['compressed', true],
  ])('a body without end is stopped at the cap: %s', async (_, isGzip) => {
    let written = 0;
    const piece = isGzip ? gzipSync(Buffer.alloc(8 * 1024 * 1024, 32)) : Buffer.alloc(64 * 1024, 32);
    const registry = await serve((__, response) => {
      response.writeHead(200, {
        'content-type': 'application/json',
        ...(isGzip ? { 'content-encoding': 'gzip' } : {}),
      });
      const more = (): void => {
        written += piece.length;
        if (!response.destroyed && written < 1024 * 1024 * 1024 && (!isGzip || written === piece.length))
          response.write(piece, () => setImmediate(more));
      };
      more();
    });
    const upstream = connect(registry.url, {}, { limits: { manifest: 1024 * 1024 } });
    expect(await catchFacts(upstream.fetchManifest(app, v1))).toMatchObject({ code: 'UPSTREAM_TOO_LARGE' });
    expect(written).toBeLessThan(32 * 1024 * 1024);
  });

  test('a body without end is too large, and so are headers without end', async () => {
    const registry = await serve((_, response) =>
      response
        .writeHead(200, Object.fromEntries(Array.from({ length: 40 }, (__, i) => [`x-${i}`, 'a'.repeat(1000)])))
        .end('{}'),
    );
    expect(await catchFacts(connect(registry.url).ping())).toMatchObject({ code: 'UPSTREAM_TOO_LARGE' });
  });
});

test('a delete has a connection of its own: an idle one may be closed under a request that must not be repeated', async () => {
  const ports: (number | undefined)[] = [];
  const registry = await serve((request, response) => {
    ports.push(request.socket.remotePort);
    return request.method === 'DELETE' ? response.writeHead(202).end() : response.end('{}');
  });
  const upstream = connect(registry.url);
  await upstream.ping();
  await upstream.ping();
  expect(await upstream.deleteManifest(app, digest)).toBe('deleted');
  await upstream.ping();
  expect(ports.map((each) => ports.indexOf(each))).toEqual([0, 0, 2, 0]);
});

describe('what is not there', () => {
  test('a closed port is unreachable, after three tries', async () => {
    const registry = await listen((_, response) => response.end());
    await registry.close();
    let sent = 0;
    expect(await catchFacts(connect(registry.url).ping({ onRequest: () => sent++ }))).toMatchObject({
      code: 'UPSTREAM_UNREACHABLE',
      message: 'Registry test cannot be reached for the ping: nothing listens at its address.',
    });
    expect(sent).toBe(3);
  });

  test('a host name that is not known is unreachable', async () => {
    const lookup: LookupFunction = (host, _, callback) =>
      callback(Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND' }), '');
    expect(await catchFacts(connect('http://registry.invalid', {}, { lookup }).ping())).toMatchObject({
      code: 'UPSTREAM_UNREACHABLE',
      message: 'Registry test cannot be reached for the ping: its host name is not known.',
    });
  });

  test('https on a plain port is a TLS failure', async () => {
    const registry = await serve((_, response) => response.end('{}'));
    expect(await catchFacts(connect(registry.url.replace('http:', 'https:')).ping())).toMatchObject({
      code: 'UPSTREAM_TLS',
      message:
        'No trusted TLS connection to registry test for the ping: that port may not speak https. Check the address.',
    });
  });

  test('http on a TLS port is a TLS failure as well', async () => {
    const registry = await serve((_, response) =>
      response
        .writeHead(400, { 'content-type': 'text/plain' })
        .end('Client sent an HTTP request to an HTTPS server.\n'),
    );
    expect(await catchFacts(connect(registry.url).ping())).toMatchObject({
      code: 'UPSTREAM_TLS',
      message: 'Registry test speaks https on that port: attach it with an https:// address.',
    });
  });

  test('a web site is no registry', async () => {
    const registry = await serve((_, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><h1>It works</h1>'),
    );
    expect(await catchFacts(connect(registry.url).ping())).toMatchObject({
      code: 'UPSTREAM_INVALID',
      message: 'Registry test sent the ping in a form that cannot be used: this is not a registry.',
    });
  });

  test.each(['<!DOCTYPE html>', ' \n<html>', '\ufeff<?xml version="1.0"?><Error/>', '<!-- --><p>hello'])(
    'a page that begins with %j is no registry',
    async (page) => {
      const registry = await serve((_, response) => response.end(page));
      expect(await catchFacts(connect(registry.url).ping())).toMatchObject({ code: 'UPSTREAM_INVALID' });
    },
  );

  test.each(['', 'true', 'true\n', '{}', ' {"a":1}', '[]', '"ok"', 'null', 'ok', '\ufeff{}'])(
    '200 is all that a registry need say, with %j or nothing',
    async (body) => {
      const registry = await serve((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(body));
      expect(await connect(registry.url).ping()).toMatchObject({ realm: null });
    },
  );

  test('a page is of a registry where its headers name the protocol', async () => {
    const registry = await serve((_, response) =>
      response.writeHead(200, { 'docker-distribution-api-version': 'registry/2.0' }).end('<html>'),
    );
    expect(await connect(registry.url).ping()).toMatchObject({ realm: null });
  });

  test('a certificate that is none is said so', () => {
    expect(() => attach('https://registry.test', { caCertificate: 'not PEM' })).toThrow(
      'The CA certificate stored for registry test is not a PEM certificate.',
    );
  });
});
