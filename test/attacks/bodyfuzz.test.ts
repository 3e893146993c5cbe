import * as fc from 'fast-check';
import { GatewayError } from '../../src/errors.js';
import { parseChallenges } from '../../src/upstream/network/challenge.js';
import { explainAnswer } from '../../src/upstream/failure/answerfailure.js';
import type { Answer } from '../../src/upstream/failure/asked.js';
import { parseRetryAfter } from '../../src/upstream/failure/retryafter.js';
import { decodeConfig } from '../../src/upstream/content/imageconfig.js';
import { findNextQuery } from '../../src/upstream/lists/link.js';
import { decodeManifest, readRawManifest } from '../../src/upstream/content/manifest.js';
import { parseEntries } from '../../src/upstream/lists/pages.js';
import { readQuota } from '../../src/upstream/transport/quota.js';
import { judgeRealm } from '../../src/upstream/auth/realm.js';
import { quoteReason } from '../../src/upstream/failure/reason.js';
import { isWebSite } from '../../src/upstream/recognition.js';
import { decodeSchema1 } from '../../src/upstream/content/schema1.js';
import { amount, chooseSeed, report } from '../support/run/amount.js';
import { buildArtifact, buildHelmChart, buildImage, buildIndex } from '../support/content/images.js';
import { media } from '../../src/demo/registry/media.js';
import { createTally } from '../support/observed/tally.js';

const asked = { registry: 'test', what: 'it' };
const own = new URL('http://r.example/v2/app/tags/list');
const image = buildImage({ labels: { a: 'b' } });
const index = buildIndex([buildImage({ arch: 'amd64' }), buildImage({ arch: 'arm64' })], { attestation: true });
const schema1 = {
  schemaVersion: 1,
  name: 'app',
  fsLayers: [{ blobSum: image.layers[0]!.digest }],
  history: [{ v1Compatibility: '{"os":"linux"}' }],
  signatures: [{ protected: 'e30' }],
};
const types = ['application/json', 'text/html', '', ...Object.values(media)];

/** True bodies, which are spoilt in what follows. */
const bodies: readonly unknown[] = [
  ...[
    image,
    index,
    buildArtifact({ artifactType: 'x/y', subject: image }),
    buildHelmChart({ name: 'a', version: '1.0.0' }),
  ].map(({ bytes }) => JSON.parse(bytes.toString()) as unknown),
  JSON.parse(image.blobs[0]!.bytes.toString()),
  schema1,
  { name: 'app', tags: ['v1', 'v2'] },
  { repositories: ['a', 'b/c'] },
  { errors: [{ code: 'DENIED', message: 'no', detail: { a: 1 } }] },
  { token: 't', expires_in: 300, issued_at: '2026-01-01T00:00:00Z' },
];

const odd = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    -1,
    0,
    1e308,
    2 ** 53,
    '',
    'a'.repeat(5000),
    '\u0000',
    '\ud800',
    [],
    {},
    [[]],
    '__proto__',
    `sha256:${'a'.repeat(64)}`,
    'sha256:',
    '../..',
    'a b',
    Array.from({ length: 300 }, () => ({})),
  ),
  fc.jsonValue(),
);

/** One value in it is exchanged, wherever that is; or one key is. */
function exchange(value: unknown, steps: readonly number[], by: unknown): unknown {
  const [step, ...rest] = steps;
  if (step === undefined || typeof value !== 'object' || value === null) return by;
  if (Array.isArray(value))
    return value.length === 0
      ? [by]
      : value.map((one: unknown, at) => (at === step % value.length ? exchange(one, rest, by) : one));
  const entries = Object.entries(value);
  if (entries.length === 0) return by;
  return Object.fromEntries(
    entries.map(([key, one], at) =>
      at === step % entries.length
        ? [typeof by === 'string' && rest.length === 0 ? by : key, exchange(one, rest, by)]
        : [key, one],
    ),
  );
}

const shaped = fc
  .tuple(fc.constantFrom(...bodies), fc.array(fc.nat(20), { minLength: 1, maxLength: 6 }), odd)
  .map(([body, steps, by]) => Buffer.from(JSON.stringify(exchange(body, steps, by)) ?? ''));
const cut = fc
  .tuple(fc.constantFrom(...bodies), fc.nat(), fc.nat(8), fc.uint8Array({ maxLength: 8 }))
  .map(([body, at, length, put]) => {
    const bytes = Buffer.from(JSON.stringify(body));
    const from = at % bytes.length;
    return Buffer.concat([bytes.subarray(0, from), put, bytes.subarray(from + length)]);
  });
const body = fc.oneof(
  { weight: 4, arbitrary: shaped },
  { weight: 3, arbitrary: cut },
  fc.json().map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
);

const headerText = fc.oneof(
  fc.constantFrom(
    'Bearer realm="http://r.example/token",service="s",scope="repository:app:pull"',
    'Basic realm="x"',
    '</v2/app/tags/list?last=a&n=1>; rel="next"',
    '100;w=21600',
    '0',
    'Thu, 01 Jan 2026 00:00:09 GMT',
    `sha256:${'b'.repeat(64)}`,
    '"',
    ',,,',
    '\\"'.repeat(200),
    'a'.repeat(8000),
  ),
  fc.string({ unit: 'grapheme', maxLength: 120 }),
  fc
    .array(
      fc.constantFrom(
        'Bearer',
        'Basic',
        ' ',
        ',',
        '=',
        '"',
        '\\',
        '<',
        '>',
        ';',
        'rel',
        'next',
        'realm',
        'http://',
        '?',
        '&',
        '%',
        '\u0000',
      ),
      { maxLength: 30 },
    )
    .map((parts) => parts.join('')),
);
const headerNames = [
  'www-authenticate',
  'link',
  'retry-after',
  'docker-content-digest',
  'etag',
  'location',
  'ratelimit-limit',
  'ratelimit-remaining',
  'ratelimit-reset',
];
const headers = fc
  .dictionary(fc.constantFrom(...headerNames), headerText)
  .chain((given) => fc.constantFrom(...types).map((type) => ({ ...given, 'content-type': type })));
const statuses = [
  200, 201, 202, 204, 301, 307, 400, 401, 403, 404, 405, 409, 413, 418, 423, 429, 500, 502, 503, 504, 599,
];

/** Each thing that reads what a registry sent. It gives something, or throws one of the upstream's own errors. */
const readers: readonly (readonly [string, (answer: Answer) => unknown])[] = [
  ['a manifest by its tag', (answer) => decodeManifest(answer, 'v1', asked)],
  ['a manifest by its digest', (answer) => decodeManifest(answer, image.digest, asked)],
  ['a raw manifest', (answer) => readRawManifest(answer, 'v1', asked)],
  ['a manifest of the first schema', ({ body: bytes }) => decodeSchema1(bytes, image.digest, media.dockerManifest)],
  ['a config', ({ body: bytes }) => decodeConfig(bytes)],
  ['tags', ({ body: bytes }) => parseEntries(bytes, 'tags', asked)],
  ['repositories', ({ body: bytes }) => parseEntries(bytes, 'repositories', asked)],
  ['an error', (answer) => explainAnswer(answer, asked).message.length < 1000],
  ['a reason', ({ body: bytes }) => (quoteReason(bytes, (text) => text) ?? '').length < 1000],
  ['a web site', (answer) => isWebSite(answer)],
  ['a link', ({ headers: { link } }) => findNextQuery(link, own, asked)],
  [
    'challenges',
    (answer) =>
      parseChallenges(answer.headers['www-authenticate'] ?? '').map(({ parameters }) =>
        judgeRealm(parameters.get('realm'), { registry: 'test', own, pinned: null, hasCredentials: true }),
      ),
  ],
  ['a pause', (answer) => parseRetryAfter(answer.headers, 0)],
  ['a quota', (answer) => readQuota(answer.headers, 0)?.waitMs(1)],
];

test('whatever a registry sends is read, or refused with an error that says so', () => {
  const runs = amount(1500, 200_000);
  const seed = chooseSeed();
  const thrown = createTally();
  let longest = 0;
  fc.assert(
    fc.property(body, headers, fc.constantFrom(...statuses), (bytes, given, status) => {
      const answer: Answer = { status, headers: given, body: bytes, elapsedMs: 1 };
      for (const [what, read] of readers) {
        const begun = process.cpuUsage();
        try {
          if (read(answer) === false && what !== 'a web site')
            throw new Error(`${what} was told at too great a length`);
        } catch (error) {
          if (!(error instanceof GatewayError) || !error.code.startsWith('UPSTREAM_') || error.message.length > 1000)
            throw error;
          thrown.add(error.code);
        }
        longest = Math.max(longest, process.cpuUsage(begun).user / 1000);
      }
    }),
    { numRuns: runs, seed },
  );
  report('upstream bodies', {
    runs,
    readers: readers.length,
    seed,
    thrown: thrown.counts(),
    longestCpuMs: Math.round(longest),
  });
  // The kinds of refusal that there are were met: the bodies reach what they are for.
  expect(Object.keys(thrown.counts())).toEqual(
    expect.arrayContaining([
      'UPSTREAM_DIGEST_MISMATCH',
      'UPSTREAM_INVALID',
      'UPSTREAM_PAGINATION',
      'UPSTREAM_REALM_REFUSED',
    ]),
  );
});
