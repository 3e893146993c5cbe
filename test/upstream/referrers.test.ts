import type { RepositoryName } from '../../src/domain/name.js';
import { buildArtifact, buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { media } from '../../src/demo/registry/media.js';
import type { RegistryOptions } from '../support/registry/options.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';
import { sha256 } from '../support/registry/store.js';
import type { Upstream } from '../../src/upstream/upstream.js';
import { attach, catchFacts } from './wire.js';

const app = 'team/app' as RepositoryName;
const image = buildImage();
const sbom = buildArtifact({ artifactType: 'application/spdx+json', subject: image, annotations: { by: 'test' } });
const what = `the referrers of ${image.digest.slice(0, 19)} in team/app`;
const opened: { close(): unknown }[] = [];

async function open(
  options: RegistryOptions = { referrersApi: true },
  limits: { manifest?: number; pages?: number } = {},
): Promise<{ registry: MemoryRegistry; upstream: Upstream }> {
  const registry = await createMemoryRegistry(options);
  const upstream = attach(registry.url, options.auth ? { credentials: { username: 'alice', password: 'pa55' } } : {}, {
    limits,
  });
  opened.push(registry, upstream);
  seed(registry.store, app, 'v1', image);
  seed(registry.store, app, null, sbom);
  return { registry, upstream };
}

/** Answers the question for referrers with this. */
function answer(registry: MemoryRegistry, body: unknown, status = 200): void {
  registry.fail({
    kind: 'status',
    status,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    match: /referrers/,
  });
}

const index = (...manifests: readonly unknown[]) => ({ schemaVersion: 2, mediaType: media.ociIndex, manifests });
const entry = (name: string, more: object = {}) => ({
  mediaType: media.ociManifest,
  digest: sha256(name),
  size: 7,
  ...more,
});

afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.close();
});

describe('referrers', () => {
  test('referrers are listed as the registry describes them, with the right to pull', async () => {
    const { registry, upstream } = await open({
      referrersApi: true,
      auth: { mode: 'bearer', users: { alice: 'pa55' } },
    });
    expect(await upstream.listReferrers(app, image.digest)).toEqual([
      {
        digest: sbom.digest,
        mediaType: sbom.mediaType,
        size: sbom.size,
        artifactType: 'application/spdx+json',
        annotations: { by: 'test' },
      },
    ]);
    expect(await upstream.listReferrers(app, sha256('nothing'))).toEqual([]);
    expect(registry.requests.find(({ path }) => path.includes('referrers'))).toMatchObject({
      path: `/v2/team/app/referrers/${image.digest}`,
      headers: { accept: media.ociIndex },
    });
    expect(registry.requests.find(({ path }) => path.startsWith('/token'))?.path).toContain(
      encodeURIComponent('repository:team/app:pull'),
    );
  });

  test('referrers are followed over pages, below a prefix, each once', async () => {
    const { registry, upstream } = await open({ referrersApi: { pageSize: 2 }, prefix: '/reg' });
    const more = ['a', 'b', 'c', 'd'].map((payload) => buildArtifact({ artifactType: 'a/b', subject: image, payload }));
    for (const one of more) seed(registry.store, app, null, one);
    expect((await upstream.listReferrers(app, image.digest))?.map(({ digest }) => digest)).toEqual(
      [sbom, ...more].map(({ digest }) => digest),
    );
    expect(registry.count('GET', /referrers/)).toBe(3);
  });

  test.each([
    ['404 text, as of distribution', 404, '404 page not found'],
    ['404 with an error of its own kind', 404, '{"message":"no route"}'],
    ['404 with an error that says so', 404, '{"errors":[{"code":"UNSUPPORTED"}]}'],
    ['405', 405, 'Method not allowed'],
    ['501', 501, ''],
  ])('referrers are null where there is no such API: %s', async (_, status, body) => {
    const { registry, upstream } = await open();
    answer(registry, body, status);
    expect(await upstream.listReferrers(app, image.digest)).toBeNull();
  });

  test.each(['NAME_UNKNOWN', 'MANIFEST_UNKNOWN'])(
    'referrers are none where the registry knows no such image: %s',
    async (code) => {
      const { registry, upstream } = await open();
      answer(registry, { errors: [{ code, message: '' }] }, 404);
      expect(await upstream.listReferrers(app, image.digest)).toEqual([]);
    },
  );

  test('referrers are listed without what is no descriptor, and without the image itself', async () => {
    const { registry, upstream } = await open();
    const wrong = [
      null,
      7,
      'x',
      {},
      entry('a', { digest: 'sha256:short' }),
      entry('b', { size: -1 }),
      entry('c', { size: '7' }),
      entry('d', { mediaType: 'a\u001b[31m' }),
      entry('e', { annotations: ['x'] }),
      entry('f', { artifactType: 'x'.repeat(256) }),
    ];
    answer(
      registry,
      index(
        ...wrong,
        entry('', { digest: image.digest }),
        entry('good', { artifactType: '', annotations: { a: 'b', n: 7 } }),
        entry('good', { artifactType: 'again/again' }),
      ),
    );
    expect(await upstream.listReferrers(app, image.digest)).toEqual([
      { digest: sha256('good'), mediaType: media.ociManifest, size: 7, artifactType: null, annotations: { a: 'b' } },
    ]);
    registry.heal();
    answer(registry, { schemaVersion: 2, manifests: null });
    expect(await upstream.listReferrers(app, image.digest)).toEqual([]);
  });

  test.each<[string, unknown]>([
    ['a login page', '<!doctype html><title>Sign in</title>'],
    ['an empty object', {}],
    ['an image', { schemaVersion: 2, mediaType: media.ociManifest, config: {}, layers: [] }],
    ['an index of another kind', { ...index(), mediaType: media.dockerList }],
    ['entries that are no list', { ...index(), manifests: {} }],
  ])('referrers are UPSTREAM_INVALID when the answer is %s', async (_, body) => {
    const { registry, upstream } = await open();
    answer(registry, body);
    expect(await catchFacts(upstream.listReferrers(app, image.digest))).toMatchObject({
      code: 'UPSTREAM_INVALID',
      registry: 'test',
      message: expect.stringContaining(what),
    });
  });

  test('referrers are stopped where they never end', async () => {
    const { registry, upstream } = await open({ referrersApi: true }, { pages: 10 });
    const endless = registry.fail({ kind: 'endlessPages', match: /referrers/ });
    expect(await catchFacts(upstream.listReferrers(app, image.digest))).toMatchObject({
      code: 'UPSTREAM_PAGINATION',
      message: `Registry test pages ${what} wrongly: there are more than 10 pages.`,
    });
    expect(endless.hits).toBe(10);
    endless.stop();
    registry.fail({ kind: 'repeatedLast', match: /referrers/ });
    expect(await catchFacts(upstream.listReferrers(app, image.digest))).toMatchObject({
      code: 'UPSTREAM_PAGINATION',
      message: `Registry test pages ${what} wrongly: a page leads back to an earlier one.`,
    });
  });

  test('referrers are refused where they lead elsewhere, are too many, or too large', async () => {
    const { registry, upstream } = await open({ referrersApi: { pageSize: 1 } }, { manifest: 100_000 });
    const elsewhere = registry.fail({
      kind: 'link',
      link: '<http://169.254.169.254/v2/x?from=1>; rel="next"',
      match: /referrers/,
    });
    expect(await catchFacts(upstream.listReferrers(app, image.digest))).toMatchObject({ code: 'UPSTREAM_PAGINATION' });
    elsewhere.stop();
    const large = registry.fail({ kind: 'oversize', bytes: 100_001, chunked: true, match: /referrers/ });
    expect(await catchFacts(upstream.listReferrers(app, image.digest))).toMatchObject({
      code: 'UPSTREAM_TOO_LARGE',
      message: `The answer of registry test to ${what} is larger than 100000 bytes; it was not read to its end.`,
    });
    large.stop();
    seed(registry.store, app, null, buildArtifact({ artifactType: 'a/b', subject: image }));
    registry.fail({ kind: 'oversize', bytes: 60_000, match: /referrers/ });
    expect(await catchFacts(upstream.listReferrers(app, image.digest))).toMatchObject({ code: 'UPSTREAM_TOO_LARGE' });
    registry.heal();
    const { registry: many, upstream: other } = await open();
    answer(many, index(...Array.from({ length: 3001 }, (_, n) => entry(`${n}`))));
    expect(await catchFacts(other.listReferrers(app, image.digest))).toMatchObject({
      code: 'UPSTREAM_PAGINATION',
      message: `Registry test pages ${what} wrongly: there are more than 3000 entries.`,
    });
  });
});
