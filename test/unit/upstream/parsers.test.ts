import * as fc from 'fast-check';
import { z } from 'zod';
import { GatewayError } from '../../../src/errors.js';
import { parseChallenges } from '../../../src/upstream/network/challenge.js';
import { createEndpoint } from '../../../src/upstream/endpoint.js';
import type { Answer } from '../../../src/upstream/failure/asked.js';
import { parseRetryAfter } from '../../../src/upstream/failure/retryafter.js';
import { decodeConfig, parseBuildTime } from '../../../src/upstream/content/imageconfig.js';
import { parseJson } from '../../../src/upstream/transport/json.js';
import { findNextQuery } from '../../../src/upstream/lists/link.js';
import { decodeManifest } from '../../../src/upstream/content/manifest.js';
import { judgeRealm } from '../../../src/upstream/auth/realm.js';
import { chooseScope } from '../../../src/upstream/auth/scope.js';
import { computeDigest, type Digest } from '../../../src/domain/digest.js';
import type { RepositoryName, TagName } from '../../../src/domain/name.js';
import type { RegistryAddress } from '../../../src/domain/registry.js';

const asked = { registry: 'test', what: 'it' };
const hex = 'a'.repeat(64);

/** Runs; whatever it throws must be of the one error family. */
function isTame(run: () => unknown): boolean {
  try {
    run();
    return true;
  } catch (error) {
    return error instanceof GatewayError && error.code.startsWith('UPSTREAM_') && error.message.length < 600;
  }
}

function codeOf(run: () => unknown): string {
  try {
    run();
    return 'none';
  } catch (error) {
    return (error as GatewayError).code;
  }
}

describe('a WWW-Authenticate header', () => {
  const read = (header: string) =>
    parseChallenges(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);

  test.each<[string, unknown]>([
    ['Basic realm="r"', [['basic', { realm: 'r' }]]],
    [
      'bEaReR ReAlM="https://a/t",service="s, t",scope="repository:a/b:pull,push"',
      [['bearer', { realm: 'https://a/t', service: 's, t', scope: 'repository:a/b:pull,push' }]],
    ],
    [
      'Bearer realm=https, Basic realm="x"',
      [
        ['bearer', { realm: 'https' }],
        ['basic', { realm: 'x' }],
      ],
    ],
    ['Basic realm="a\\"b\\\\c"', [['basic', { realm: 'a"b\\c' }]]],
    [
      'Negotiate, Bearer realm = "r" , error="invalid_token"',
      [
        ['negotiate', {}],
        ['bearer', { realm: 'r', error: 'invalid_token' }],
      ],
    ],
    [
      'NTLM abc==, Basic realm="x"',
      [
        ['ntlm', {}],
        ['basic', { realm: 'x' }],
      ],
    ],
    ['Bearer realm="one", realm="two"', [['bearer', { realm: 'one' }]]],
    [', ,Basic realm="x",', [['basic', { realm: 'x' }]]],
    ['Bearer realm="never closed', [['bearer', {}]]],
    ['', []],
    ['"', []],
  ])('%j is read as it is written', (header, expected) => {
    expect(read(header)).toEqual(expected);
  });

  test('never throws and never takes long, whatever it says', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('"', '\\', ',', '=', ' ', 'a', 'Bearer ', 'realm') })),
        (text) => Array.isArray(parseChallenges(text)),
      ),
    );
    const started = performance.now();
    parseChallenges('a=,'.repeat(100_000));
    parseChallenges(`Bearer realm="${'\\"'.repeat(100_000)}`);
    expect(performance.now() - started).toBeLessThan(500);
  });
});

describe('a realm', () => {
  const rule = (addr: string, hasCredentials: boolean, pinned: string | null = null) => ({
    registry: 'test',
    own: new URL(addr),
    pinned,
    hasCredentials,
  });

  test.each<[string, string, boolean, string | null, string | undefined]>([
    ['the same host', 'https://r.example/v2/', true, null, 'https://r.example/token'],
    ['the same origin', 'https://r.example:5000/v2/', true, null, 'https://r.example:5000/token?a=b'],
    ['the same origin, its port written out', 'https://r.example/v2/', true, null, 'https://r.example/token'],
    [
      'another port of the host, pinned',
      'https://r.example/v2/',
      true,
      'https://r.example:8443/jwt/auth',
      'https://r.example:8443/jwt/auth?a=b',
    ],
    [
      'another port of the host, without credentials',
      'http://r.example:5000/v2/',
      false,
      null,
      'http://r.example:5001/token',
    ],
    ['the same host over http, as the registry', 'http://r.example/v2/', true, null, 'http://r.example/token'],
    [
      'the pinned realm',
      'https://r.example/v2/',
      true,
      'https://auth.example/token',
      'https://auth.example/token?service=s',
    ],
    ['another https host, without credentials', 'https://r.example/v2/', false, null, 'https://auth.example/token'],
  ])('may be asked: %s', (_, own, hasCredentials, pinned, realm) => {
    expect(judgeRealm(realm, rule(own, hasCredentials, pinned)).href).toBe(realm);
  });

  test.each<[string, string, boolean, string | null, string | undefined]>([
    ['none', 'https://r.example/v2/', true, null, undefined],
    ['no URL', 'https://r.example/v2/', true, null, 'Registry'],
    ['no web address', 'https://r.example/v2/', true, null, 'file:///etc/passwd'],
    ['one with a user name', 'https://r.example/v2/', true, null, 'https://r.example@evil.example/token'],
    ['another port of the host', 'https://r.example/v2/', true, null, 'https://r.example:8443/token'],
    ['another port of the address', 'http://127.0.0.1:5000/v2/', true, null, 'http://127.0.0.1:5001/token'],
    ['https on the same host, from an http registry', 'http://r.example/v2/', true, null, 'https://r.example/token'],
    [
      'another port of the pinned host',
      'https://r.example/v2/',
      true,
      'https://auth.example/token',
      'https://auth.example:8443/token',
    ],
    ['a subdomain', 'https://r.example/v2/', true, null, 'https://auth.r.example/token'],
    ['a name that begins alike', 'https://r.example/v2/', true, null, 'https://r.example.evil.example/token'],
    ['http for an https registry', 'https://r.example/v2/', true, null, 'http://r.example/token'],
    [
      'http for an https registry, though pinned',
      'https://r.example/v2/',
      true,
      'http://r.example/token',
      'http://r.example/token',
    ],
    [
      'http for an https registry, without credentials',
      'https://r.example/v2/',
      false,
      null,
      'http://auth.example/token',
    ],
    [
      'another path on the pinned host',
      'https://r.example/v2/',
      true,
      'https://auth.example/token',
      'https://auth.example/steal',
    ],
    ['another http host, without credentials', 'http://r.example/v2/', false, null, 'http://10.0.0.1/token'],
    ['a very long one', 'https://r.example/v2/', true, null, `https://r.example/${'a'.repeat(3000)}`],
  ])('a realm is refused: %s', (_, own, hasCredentials, pinned, realm) => {
    expect(codeOf(() => judgeRealm(realm, rule(own, hasCredentials, pinned)))).toBe('UPSTREAM_REALM_REFUSED');
  });

  test('a realm is named where it is refused, with what to do when it is trusted', () => {
    expect(() => judgeRealm('https://auth.example/token?secret=1', rule('https://r.example/v2/', true))).toThrow(
      'Registry test asks to send its password to https://auth.example/token; nothing was sent there. If you trust ' +
        'that server, attach the registry with authRealm "https://auth.example/token".',
    );
  });
});

describe('the scope of a token', () => {
  const challenge = (scope: string) => parseChallenges(`Bearer realm="r",scope="${scope}"`)[0]!;

  test.each([
    ['repository:a/b:pull', 'repository:other:pull,push', 'repository:a/b:pull'],
    ['repository:a/b:pull', 'repository:a/b:pull,push,delete', 'repository:a/b:pull'],
    ['repository:a/b:delete', 'repository:a/b:pull,push', 'repository:a/b:pull,push'],
    ['repository:a/b:delete', 'repository:a/b:*', 'repository:a/b:*'],
    ['repository:a/b:delete', 'repository:a/b:pull repository:c:push', 'repository:a/b:pull'],
    ['repository:a/b:delete', 'repository:a/b:delete repository:a/b:pull', 'repository:a/b:delete repository:a/b:pull'],
    ['repository:a/b:pull', 'repository:a/b:metadata_read', 'repository:a/b:metadata_read'],
    ['repository:a/b:pull', 'repository:a/b:metadata_read,push', 'repository:a/b:pull'],
    ['repository:a/b:pull', 'repository(plugin):a/b:pull', 'repository(plugin):a/b:pull'],
    ['repository:a/b:pull', 'repository:x/a/b:pull', 'repository:a/b:pull'],
    ['repository:a/b:pull', 'repository:a/b:c:pull', 'repository:a/b:pull'],
    ['repository:a/b:pull', 'registry:catalog:*', 'repository:a/b:pull'],
    ['repository:a/b:pull', 'repository::pull', 'repository:a/b:pull'],
    ['repository:a/b:pull', '*', 'repository:a/b:pull'],
    ['repository:a/b:pull', '', 'repository:a/b:pull'],
    ['registry:catalog:*', 'repository::pull', 'repository::pull'],
    ['registry:catalog:*', 'repository:_catalog:pull', 'repository:_catalog:pull'],
    ['registry:catalog:*', 'registry:catalog:*', 'registry:catalog:*'],
    ['registry:catalog:*', 'registry:catalog:* repository::pull', 'registry:catalog:* repository::pull'],
    ['registry:catalog:*', 'repository::pull repository:secret:pull', 'repository::pull'],
    ['registry:catalog:*', 'repository::pull,push', 'registry:catalog:*'],
    ['registry:catalog:*', 'repository::*', 'registry:catalog:*'],
    ['registry:catalog:*', 'repository:*:pull', 'registry:catalog:*'],
    ['registry:catalog:*', 'repository:secret:pull', 'registry:catalog:*'],
    ['registry:catalog:*', 'registry:catalog:delete', 'registry:catalog:*'],
    ['registry:catalog:*', 'registry:admin:*', 'registry:catalog:*'],
    ['registry:catalog:*', 'a'.repeat(3000), 'registry:catalog:*'],
    ['', 'repository:user/image:pull', ''],
    ['repository:a/b:delete', 'repository:c:delete', 'repository:a/b:delete'],
    ['', 'registry:catalog:*', ''],
  ])('needed %j, offered %j: asks for %j', (needed, offered, expected) => {
    expect(chooseScope(needed, challenge(offered))).toBe(expected);
  });
});

describe('a Link header', () => {
  const own = new URL('https://r.example/reg/v2/_catalog?n=2');

  test.each<[string | undefined, string | null]>([
    [undefined, null],
    ['', null],
    ['</v2/_catalog?last=team%2Fapp&n=3>; rel="next"', 'last=team%2Fapp&n=3'],
    ['<https://r.example/v2/_catalog?next_page=abc%3D>;rel=next', 'next_page=abc%3D'],
    ['</a?x=1>; rel="prev", </b?y=2>; title="a, b"; rel="start NEXT"', 'y=2'],
    ['</a?x=1>; rel="prev"', null],
    ['</../../etc/passwd?n=1>; rel="next"', 'n=1'],
    [' , ', null],
    ['</a?x=1>; rel="first", </a?x=2>; rel=prev,</a?x=9>; rel=\'last\'', null],
    ['https://r.example/v2/_catalog?n=100&last=200; rel=next', 'n=100&last=200'],
    ['/v2/_catalog?last=b; rel="next"', 'last=b'],
    ['"/v2/_catalog?last=b"; rel="next"', 'last=b'],
    ['</v2/_catalog?last=b; rel="next"', 'last=b'],
    ['</v2/_catalog?last=b>;REL=NEXT', 'last=b'],
    ["</v2/_catalog?last=b>; rel='next'", 'last=b'],
    ['</v2/_catalog?last=b>; rel="next', 'last=b'],
    ['</v2/_catalog?last=b> ; title=x ; rel = "next" ; type="a/b"', 'last=b'],
    ['< /v2/_catalog?last=b >; rel="next"', 'last=b'],
    ['<?last=b&n=3>; rel="next"', 'last=b&n=3'],
    ['<_catalog?last=b>; rel="next"', 'last=b'],
    ['<HTTPS://R.example/elsewhere?last=b>; rel="next"', 'last=b'],
    ['</v2/_catalog?last=a,b;c&n=2>; rel="next"', 'last=a,b;c&n=2'],
    ['/v2/_catalog?last=a,b;c=d&n=2; rel="next"', 'last=a,b;c=d&n=2'],
    ['/v2/_catalog?last=a; rel=prev, /v2/_catalog?last=c; rel=next', 'last=c'],
    ['https://r.example/?a=1;rel=first,https://r.example/?a=2;rel=next', 'a=2'],
    ['</v2/_catalog?c=eyJhIjoxfQ%3D%3D&_=%2B/+==>; rel="next"', 'c=eyJhIjoxfQ%3D%3D&_=%2B/+=='],
    ['</v2/_catalog?last=b>; rel="next", </other/_catalog?last=b>; rel="next"', 'last=b'],
    ['</v2/_catalog?last=b>; rel="next" and more', 'last=b'],
    ['</v2/_catalog?last=b>;\r\n rel="next"', 'last=b'],
  ])('%j gives the query %j', (header, expected) => {
    expect(findNextQuery(header, own, asked)).toBe(expected);
  });

  test('a Link header is read though it comes in several', () => {
    expect(findNextQuery(['</a?x=1>; rel="prev"', '</a?x=2>; rel="next"'], own, asked)).toBe('x=2');
    expect(findNextQuery(['</a?x=1>; rel="prev"', ''], own, asked)).toBeNull();
  });

  test.each([
    'no link at all',
    'next',
    '/v2/_catalog?last=b',
    '</v2/_catalog?last=b>',
    '</v2/_catalog?last=b>; title="next"',
    '</v2/_catalog?last=b>; rel',
    '</v2/_catalog?last=b>; rel=""',
    "</v2/_catalog?last=b>; rel*=UTF-8''next",
    '</v2/_catalog?last=b',
    '</a?x=1>; rel="prev", </a?x=2>',
    '</a?x=1>; rel="prev" </a?x=2>; rel="next"',
    'rel="next"; </v2/_catalog?last=b>',
    '{"next":"/v2/_catalog?last=b"}',
    '</a?x=1>; rel="next", </a?x=2>; rel="next"',
    '<>; rel="next"',
  ])('%j is no end: it may name a next page', (header) => {
    expect(codeOf(() => findNextQuery(header, own, asked))).toBe('UPSTREAM_PAGINATION');
  });

  test.each([
    '<http://r.example/v2/_catalog?n=1>',
    '<https://evil.example/v2/?n=1>',
    '<//evil.example/?n=1>',
    '<https://r.example:444/?n=1>',
    '</v2/_catalog>',
    `</v2/?${'a'.repeat(5000)}>`,
  ])('%j is refused', (target) => {
    expect(codeOf(() => findNextQuery(`${target}; rel="next"`, own, asked))).toBe('UPSTREAM_PAGINATION');
  });

  test('throws nothing but UPSTREAM errors and never takes long', () => {
    const parts = fc.constantFrom('<', '>', ';', ',', ' rel=', '"next"', 'next', '//evil', '?a=b', '\\', '"', '\r\n');
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(parts).map((each) => each.join('')),
        ),
        (text) => isTame(() => findNextQuery(text, own, asked)),
      ),
    );
    const started = performance.now();
    const long = ['<a>; a="', '; a=b', ' ', '<', '<a', ',', ', /', ';rel', '; rel=prev', '"', "a '", '\\"'];
    for (const each of long)
      for (const start of ['', '<a>', '<a', '/a', '<a>; rel="'])
        codeOf(() => findNextQuery(`${start}${each.repeat(8000)}x<`, own, asked));
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

describe('JSON from a registry', () => {
  const read = (text: string | Buffer) => parseJson(Buffer.from(text), z.unknown(), asked);

  test.each<[string, string | Buffer]>([
    ['text that is not UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['no JSON', '<!doctype html>'],
    ['nothing', ''],
    ['a __proto__ key', '{"__proto__":{"x":1}}'],
    ['an escaped __proto__ key', '{"\\u005f_proto__":{"x":1}}'],
    ['nesting of 33', '['.repeat(33) + ']'.repeat(33)],
    ['nesting of five million', '['.repeat(5_000_000)],
  ])('JSON from a registry is refused: %s', (_, text) => {
    expect(codeOf(() => read(text))).toBe('UPSTREAM_INVALID');
  });

  test('JSON from a registry is read up to a nesting of 32, brackets in text not counted', () => {
    expect(read('['.repeat(32) + ']'.repeat(32))).toBeDefined();
    expect(read(JSON.stringify({ a: '[{'.repeat(100), b: '\\"[' }))).toEqual({ a: '[{'.repeat(100), b: '\\"[' });
  });

  test('names the wrong field, without its value', () => {
    expect(() => parseJson(Buffer.from('{"a":["secret"]}'), z.object({ a: z.array(z.number()) }), asked)).toThrow(
      'Registry test sent it in a form that cannot be used: "a.0" is not as specified.',
    );
  });

  test('throws nothing but UPSTREAM errors', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((text) => Buffer.from(text)),
        ),
        (bytes) => isTame(() => parseJson(bytes, z.unknown(), asked)),
      ),
    );
  });
});

const descriptor = (mediaType: string, size = 7) => ({ mediaType, size, digest: `sha256:${hex}` });
const answerOf = (body: unknown, headers: Record<string, string> = {}): Answer => ({
  status: 200,
  headers,
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  elapsedMs: 1,
});
const oci = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  index: 'application/vnd.oci.image.index.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  empty: 'application/vnd.oci.empty.v1+json',
};
const docker = {
  manifest: 'application/vnd.docker.distribution.manifest.v2+json',
  list: 'application/vnd.docker.distribution.manifest.list.v2+json',
  config: 'application/vnd.docker.container.image.v1+json',
  layer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
};

describe('a manifest', () => {
  const decode = (body: unknown, type?: string, reference = 'v1') =>
    decodeManifest(answerOf(body, type ? { 'content-type': type } : {}), reference, asked).manifest;
  const image = { schemaVersion: 2, config: descriptor(oci.config), layers: [descriptor(oci.layer)] };

  test.each<[string, unknown, string | undefined, Record<string, unknown>]>([
    ['an OCI image', image, oci.manifest, { kind: 'image', mediaType: oci.manifest, artifactType: null }],
    [
      'a Docker image',
      {
        schemaVersion: 2,
        mediaType: docker.manifest,
        config: descriptor(docker.config),
        layers: [descriptor(docker.layer)],
      },
      docker.manifest,
      { kind: 'image', mediaType: docker.manifest },
    ],
    ['one without any type', image, undefined, { kind: 'image', mediaType: oci.manifest }],
    [
      'one whose header says nothing of use',
      { ...image, mediaType: docker.manifest },
      'application/json; charset=utf-8',
      { mediaType: docker.manifest },
    ],
    ['an image from scratch', { ...image, layers: [] }, oci.manifest, { kind: 'image', layers: [] }],
    [
      'an index',
      { schemaVersion: 2, manifests: [] },
      oci.index,
      { kind: 'index', mediaType: oci.index, entries: [], config: null },
    ],
    [
      'an index without any type',
      { schemaVersion: 2, manifests: [] },
      undefined,
      { kind: 'index', mediaType: oci.index },
    ],
    [
      'a Docker list',
      { schemaVersion: 2, mediaType: docker.list, manifests: [descriptor(docker.manifest)] },
      docker.list,
      { kind: 'index', mediaType: docker.list },
    ],
    [
      'a Helm chart',
      {
        schemaVersion: 2,
        config: descriptor('application/vnd.cncf.helm.config.v1+json'),
        layers: [descriptor('application/vnd.cncf.helm.chart.content.v1.tar+gzip')],
      },
      oci.manifest,
      { kind: 'artifact', artifactType: 'application/vnd.cncf.helm.config.v1+json' },
    ],
    [
      'a classic signature',
      {
        schemaVersion: 2,
        config: descriptor(oci.config),
        layers: [descriptor('application/vnd.dev.cosign.simplesigning.v1+json')],
      },
      oci.manifest,
      { kind: 'artifact', artifactType: 'application/vnd.dev.cosign.simplesigning.v1+json' },
    ],
    [
      'an OCI 1.1 artifact',
      {
        schemaVersion: 2,
        artifactType: 'application/spdx+json',
        config: descriptor(oci.empty, 2),
        layers: [descriptor('text/plain')],
        subject: descriptor(oci.manifest),
      },
      oci.manifest,
      { kind: 'artifact', artifactType: 'application/spdx+json', subject: `sha256:${hex}` },
    ],
    [
      'a foreign layer',
      { ...image, layers: [{ ...descriptor(docker.layer), urls: ['http://x'] }] },
      oci.manifest,
      { layers: [{ ...descriptor(docker.layer), foreign: true }] },
    ],
    [
      'annotations that are not all text',
      { ...image, annotations: { a: 'b', c: 1 } },
      oci.manifest,
      { annotations: { a: 'b' } },
    ],
  ])('a manifest is understood: %s', (_, body, type, expected) => {
    expect(decode(body, type)).toMatchObject(expected);
  });

  test.each<[string, unknown, string | undefined]>([
    ['a header and a body of different types', { ...image, mediaType: docker.manifest }, oci.manifest],
    ['an image under the type of an index', image, oci.index],
    ['an index under the type of an image', { schemaVersion: 2, manifests: [] }, oci.manifest],
    ['both at once', { ...image, manifests: [] }, undefined],
    ['a login page', '<html>', 'text/html'],
    ['another schema', { ...image, schemaVersion: 3 }, oci.manifest],
  ])('a manifest that no digest vouches for is refused: %s', (_, body, type) => {
    expect(codeOf(() => decode(body, type))).toBe('UPSTREAM_INVALID');
  });

  test('a manifest of an index tells platforms from attestations', () => {
    const { entries } = decode(
      {
        schemaVersion: 2,
        manifests: [
          {
            ...descriptor(oci.manifest),
            platform: { os: 'linux', architecture: 'arm', variant: 'v7', 'os.version': '1' },
          },
          { ...descriptor(oci.manifest), platform: { os: 'unknown', architecture: 'unknown' } },
          { ...descriptor(oci.manifest), annotations: { 'vnd.docker.reference.type': 'attestation-manifest' } },
          descriptor(oci.manifest),
        ],
      },
      oci.index,
    );
    expect(entries.map(({ platform, attestation }) => [platform, attestation])).toEqual([
      [{ os: 'linux', architecture: 'arm', variant: 'v7', osVersion: '1', osFeatures: null }, false],
      [{ os: 'unknown', architecture: 'unknown', variant: null, osVersion: null, osFeatures: null }, true],
      [null, true],
      [null, false],
    ]);
  });

  test('must be what its digests name: the asked one, and the one in the header', () => {
    const bytes = JSON.stringify(image);
    const digest = computeDigest(Buffer.from(bytes));
    const other = `sha256:${hex}`;
    const decodeAs = (reference: string, declared?: string) =>
      decodeManifest(
        answerOf(bytes, { 'content-type': oci.manifest, ...(declared ? { 'docker-content-digest': declared } : {}) }),
        reference,
        asked,
      ).manifest;
    expect(decodeAs(digest, digest).digest).toBe(digest);
    expect(decodeAs('v1', digest)).toMatchObject({ digest, manifestSize: bytes.length });
    expect(decodeAs('v1').digest).toBe(digest);
    expect(codeOf(() => decodeAs(other))).toBe('UPSTREAM_DIGEST_MISMATCH');
    expect(codeOf(() => decodeAs('v1', other))).toBe('UPSTREAM_DIGEST_MISMATCH');
    expect(codeOf(() => decodeAs(digest, other))).toBe('UPSTREAM_DIGEST_MISMATCH');
    expect(codeOf(() => decodeAs('v1', 'sha256:abc'))).toBe('UPSTREAM_INVALID');
    const long = computeDigest(Buffer.from(bytes), `sha512:${hex}${hex}` as Digest);
    expect(decodeAs(long).digest).toBe(long);
  });

  test('a manifest of Docker’s first schema is read with its config, sizes unknown', () => {
    const type = 'application/vnd.docker.distribution.manifest.v1+prettyjws';
    const body = {
      schemaVersion: 1,
      fsLayers: [{ blobSum: `sha256:${'2'.repeat(64)}` }, { blobSum: `sha256:${'1'.repeat(64)}` }],
      history: [
        {
          v1Compatibility: JSON.stringify({
            os: 'linux',
            architecture: 'amd64',
            created: '2015-02-03T04:05:06Z',
            config: { Labels: { a: 'b' } },
            throwaway: true,
            container_config: { Cmd: ['CMD', 'sh'] },
          }),
        },
        { v1Compatibility: JSON.stringify({ created: '2015-02-03T04:05:05Z', comment: 'base' }) },
      ],
    };
    const payload = JSON.stringify(body, null, 3);
    const digest = computeDigest(Buffer.from(payload));
    const cut = {
      formatLength: payload.length - 2,
      formatTail: Buffer.from('\n}').toString('base64url'),
      time: '2026-01-01T00:00:00Z',
    };
    const signature = { signature: 'new each time', protected: Buffer.from(JSON.stringify(cut)).toString('base64url') };
    const signed = `${payload.slice(0, -2)},\n   "signatures": ${JSON.stringify([signature], null, 3)}\n}`;
    const decode = (text: string, reference: string, declared: string) =>
      decodeManifest(answerOf(text, { 'content-type': type, 'docker-content-digest': declared }), reference, asked);
    const { manifest, config } = decode(signed, 'v1', digest);
    expect(manifest).toMatchObject({
      kind: 'schema1',
      digest,
      layers: [{ digest: `sha256:${'1'.repeat(64)}`, size: 0 }, { digest: `sha256:${'2'.repeat(64)}` }],
    });
    expect(config).toMatchObject({
      platform: { os: 'linux', architecture: 'amd64' },
      labels: { a: 'b' },
      createdAt: new Date('2015-02-03T04:05:06Z'),
      history: [
        { comment: 'base', emptyLayer: false },
        { createdBy: 'CMD sh', emptyLayer: true },
      ],
    });
    expect(decode(payload, digest, digest).manifest.digest).toBe(digest);
    expect(codeOf(() => decode(signed, `sha256:${hex}`, digest))).toBe('UPSTREAM_DIGEST_MISMATCH');
    const smuggled = signed.replace('"signatures"', '"fsLayers": [], "history": [], "signatures"');
    expect(decode(smuggled, 'v1', digest).manifest.layers).toHaveLength(2);
    expect(codeOf(() => decode(signed.replace('amd64', 'arm64'), 'v1', digest))).toBe('UPSTREAM_DIGEST_MISMATCH');
  });

  test('throws nothing but UPSTREAM errors', () => {
    const types = fc.constantFrom(
      ...Object.values(oci),
      ...Object.values(docker),
      'application/vnd.docker.distribution.manifest.v1+json',
      'text/html',
      '',
    );
    const field = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.constant(descriptor(oci.config)),
      fc.array(fc.constant(descriptor(oci.layer))),
    );
    const shape = fc.record(
      {
        schemaVersion: fc.constantFrom(1, 2, '2'),
        mediaType: fc.oneof(types, field),
        config: field,
        layers: field,
        manifests: field,
        annotations: field,
        subject: field,
        fsLayers: field,
        history: field,
      },
      { requiredKeys: ['schemaVersion'] },
    );
    fc.assert(
      fc.property(fc.oneof(shape, fc.jsonValue()), types, (body, type) =>
        isTame(() => decodeManifest(answerOf(JSON.stringify(body), { 'content-type': type }), 'v1', asked)),
      ),
      { numRuns: 500 },
    );
    fc.assert(fc.property(fc.jsonValue(), (body) => isTame(() => decodeConfig(Buffer.from(JSON.stringify(body))))));
  });
});

describe('an image config', () => {
  test('an image config is read where it says something, and unknown where it does not', () => {
    expect(decodeConfig(Buffer.from('{"os":"","architecture":null,"created":5,"config":null,"history":null}'))).toEqual(
      {
        platform: { os: 'unknown', architecture: 'unknown', variant: null, osVersion: null, osFeatures: [] },
        createdAt: null,
        author: null,
        labels: {},
        history: [],
        problems: [{ field: 'config.created', message: 'it is not the time of a build' }],
      },
    );
  });

  test.each<[string | null, string | null]>([
    ['2024-01-02T03:04:05.067994127Z', '2024-01-02T03:04:05.067Z'],
    ['2024-01-02T03:04:05+02:00', '2024-01-02T01:04:05.000Z'],
    ['0001-01-01T00:00:00Z', null],
    ['1970-01-01T00:00:00Z', null],
    ['1970-01-01T00:00:01Z', null],
    ['1980-01-01T00:00:01Z', null],
    ['2024-13-01T00:00:00Z', null],
    ['yesterday', null],
    ['2024-01-02', null],
    [null, null],
  ])('says %j was built at %j', (text, expected) => {
    expect(parseBuildTime(text)?.toISOString() ?? null).toBe(expected);
  });
});

describe('a URL', () => {
  test('keeps the prefix and encodes each segment', () => {
    const endpoint = createEndpoint('https://r.example/reg' as RegistryAddress);
    expect(endpoint.ping.href).toBe('https://r.example/reg/v2/');
    expect(endpoint.catalog('n=5').href).toBe('https://r.example/reg/v2/_catalog?n=5');
    expect(endpoint.manifest('a/b' as RepositoryName, `sha256:${hex}` as Digest).href).toBe(
      `https://r.example/reg/v2/a/b/manifests/sha256:${hex}`,
    );
    expect(endpoint.tags('a?b#c' as RepositoryName, '').href).toBe('https://r.example/reg/v2/a%3Fb%23c/tags/list');
    expect(() => endpoint.manifest('../../..' as RepositoryName, 'x' as TagName)).toThrow(TypeError);
  });
});

test('Retry-After is read in both forms and never believed beyond five minutes', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  const read = (text: string) => parseRetryAfter({ 'retry-after': text }, now);
  expect(
    ['7', '86400', 'Thu, 01 Jan 2026 00:00:09 GMT', 'Wed, 31 Dec 2025 00:00:00 GMT', 'soon', '-1'].map(read),
  ).toEqual([7, 300, 9, 0, null, 0]);
});
