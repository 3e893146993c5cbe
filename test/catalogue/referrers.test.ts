import { createTestCatalogue, type TestCatalogue } from '../support/worlds/catalogue.js';
import {
  buildArtifact,
  buildCosignSignature,
  buildImage,
  buildIndex,
  fallbackTag,
  signatureTag,
} from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { media } from '../../src/demo/registry/media.js';
import type { RegistryOptions } from '../support/registry/options.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';
import { sha256 } from '../support/registry/store.js';
import { createManualTimer, letRun, type ManualTimer, until } from '../support/timer.js';

interface Referrer {
  readonly digest: string;
  readonly artifactType: string | null;
  readonly size: number | null;
  readonly annotations: readonly { readonly key: string; readonly value: string }[];
}
interface Read {
  readonly referrers: readonly Referrer[];
  readonly digests: readonly string[];
  readonly codes: readonly unknown[];
  readonly requests: number;
}

const spdx = 'application/spdx+json';
const image = buildImage({ format: 'oci' });
const sbom = buildArtifact({ artifactType: spdx, subject: image, annotations: { by: 'test' } });
const listed = buildArtifact({ artifactType: 'application/vnd.in-toto+json', subject: image });
const cosign = buildCosignSignature(image);
const opened: AsyncDisposable[] = [];
let gateway: TestCatalogue;
let timer: ManualTimer;

beforeEach(async () => {
  timer = createManualTimer();
  gateway = await createTestCatalogue({ timer });
});
afterEach(async () => {
  await gateway[Symbol.asyncDispose]();
  for (const each of opened.splice(0)) await each[Symbol.asyncDispose]();
});

/**
 * A registry that was crawled, with the image as `app:v1`. What refers to it and has no tag only the API can tell of.
 */
async function open(
  name: string,
  options: RegistryOptions,
  fill: (registry: MemoryRegistry) => void = () => undefined,
): Promise<MemoryRegistry> {
  const registry = await createMemoryRegistry(options);
  opened.push(registry);
  await gateway.attach(name, registry.url);
  seed(registry.store, 'app', 'v1', image);
  fill(registry);
  await gateway.crawl(name);
  registry.forget();
  return registry;
}

async function read(artifactType: string | null = null): Promise<Read> {
  const query =
    'query ($digest: Digest!, $type: String) { image(digest: $digest) { referrers(artifactType: $type) { digest ' +
    'artifactType size annotations { key value } } } }';
  const { data, codes, requests } = await gateway.query<{ image: { referrers: readonly Referrer[] } }>(query, {
    digest: image.digest,
    type: artifactType,
  });
  const { referrers } = data.image;
  return { referrers, digests: referrers.map(({ digest }) => digest), codes, requests };
}

async function readCapability(name: string): Promise<boolean | null> {
  const { data } = await gateway.query<{ registry: { capabilities: { referrers: boolean | null } } }>(
    `{ registry(name: "${name}") { capabilities { referrers } } }`,
  );
  return data.registry.capabilities.referrers;
}

const inOrder = (...contents: readonly { readonly digest: string }[]): string[] =>
  contents.map(({ digest }) => digest).sort();
const countAsks = (registry: MemoryRegistry): number => registry.count('GET', /referrers/);

test('a registry with the API is asked each time, since its list can change', async () => {
  const registry = await open('r', { referrersApi: { pageSize: 1 } }, ({ store }) => seed(store, 'app', null, sbom));
  expect(await readCapability('r')).toBeNull();
  expect(await read()).toEqual({
    digests: [sbom.digest],
    referrers: [{ digest: sbom.digest, artifactType: spdx, size: null, annotations: [{ key: 'by', value: 'test' }] }],
    codes: [],
    requests: 1,
  });
  expect(await readCapability('r')).toBe(true);
  seed(registry.store, 'app', null, listed);
  expect((await read()).digests).toEqual(inOrder(sbom, listed));
  registry.store.deleteManifest('app', sbom.digest);
  expect((await read()).digests).toEqual([listed.digest]);
});

test('a registry without the API is asked once, and its fallback tags and signatures are served', async () => {
  const registry = await open('r', {}, ({ store }) => {
    seed(store, 'app', fallbackTag(image.digest), buildIndex([listed]));
    seed(store, 'app', signatureTag(image.digest), cosign);
    seed(store, 'other', 'v1', image);
  });
  for (const requests of [1, 0, 0])
    expect(await read()).toMatchObject({ digests: inOrder(listed, cosign), requests, codes: [] });
  expect(countAsks(registry)).toBe(1);
  expect(await readCapability('r')).toBe(false);
});

test('a registry that got the API is asked again after its settings were changed', async () => {
  const registry = await open('r', { referrersApi: true }, ({ store }) => seed(store, 'app', null, sbom));
  const old = registry.fail({ kind: 'status', status: 404, body: '404 page not found', match: /referrers/ });
  expect((await read()).digests).toEqual([]);
  old.stop();
  expect((await read()).digests).toEqual([]);
  const { data } = await gateway.query<{ registry: { id: string } }>('{ registry(name: "r") { id } }');
  const changed = await gateway.query(
    'mutation ($id: ID!) { updateRegistry(input: { id: $id, maxAge: 60 }) { registry { id } } }',
    { id: data.registry.id },
  );
  expect(changed).toMatchObject({ data: { updateRegistry: { registry: { id: data.registry.id } } }, codes: [] });
  expect((await read()).digests).toEqual([sbom.digest]);
});

test('a 404 on the way does not take back that a registry has the API', async () => {
  const registry = await open('r', { referrersApi: true }, ({ store }) => seed(store, 'app', null, sbom));
  await read();
  const proxy = registry.fail({ kind: 'status', status: 404, body: 'not found', match: /referrers/ });
  expect((await read()).digests).toEqual([]);
  proxy.stop();
  expect((await read()).digests).toEqual([sbom.digest]);
});

test('each referrer is given once, though API, fallback tag, signature tag and a second registry name it; what was read is told of by what was read', async () => {
  const fill = ({ store }: MemoryRegistry): void => {
    seed(store, 'app', fallbackTag(image.digest), buildIndex([listed, sbom]));
    seed(store, 'app', signatureTag(image.digest), cosign);
    seed(store, 'app', 'sbom', sbom);
    seed(store, 'again', 'v1', image);
    seed(store, 'again', null, sbom);
  };
  const first = await open('r', { referrersApi: true }, fill);
  const second = await open('s', { referrersApi: true }, fill);
  const { digests, referrers, requests } = await read();
  expect(digests).toEqual(inOrder(listed, sbom, cosign));
  expect(referrers.every(({ size }) => size !== null && size > 0)).toBe(true);
  expect(requests).toBe(4);
  expect([countAsks(first), countAsks(second)]).toEqual([2, 2]);
});

test('only those of one artifact type are given, when it is named', async () => {
  await open('r', { referrersApi: true }, ({ store }) => {
    seed(store, 'app', fallbackTag(image.digest), buildIndex([listed]));
    seed(store, 'app', signatureTag(image.digest), cosign);
    seed(store, 'app', null, sbom);
  });
  expect((await read(spdx)).digests).toEqual([sbom.digest]);
  expect((await read('application/vnd.in-toto+json')).digests).toEqual([listed.digest]);
  expect((await read('application/vnd.dev.cosign.artifact.sig.v1+json')).digests).toEqual([cosign.digest]);
  expect((await read('a/b')).digests).toEqual([]);
});

test.each<[string, Parameters<MemoryRegistry['fail']>[0]]>([
  ['answers 500', { kind: 'status', status: 500 }],
  ['answers 403', { kind: 'status', status: 403 }],
  ['closes the connection', { kind: 'reset' }],
  ['sends a login page', { kind: 'html' }],
  ['sends pages without end', { kind: 'endlessPages' }],
  ['sends one page for ever', { kind: 'repeatedLast' }],
  ['sends too much', { kind: 'oversize', bytes: 5_000_000 }],
  ['limits', { kind: 'rateLimit', retryAfter: '1' }],
])('a registry that %s leaves what is known, and takes nothing from the others', async (_, fault) => {
  const sick = await open('r', { referrersApi: true }, ({ store }) =>
    seed(store, 'app', fallbackTag(image.digest), buildIndex([listed])),
  );
  await open('s', { referrersApi: true }, ({ store }) => seed(store, 'app', null, sbom));
  sick.fail({ ...fault, match: /referrers/ });
  expect(await read()).toMatchObject({ digests: inOrder(listed, sbom), codes: [] });
  expect([await readCapability('r'), await readCapability('s')]).toEqual([null, true]);
});

test('a slow registry is waited for two seconds at the most, and what it then says is still learnt', async () => {
  const slow = await open('r', { referrersApi: true }, ({ store }) =>
    seed(store, 'app', fallbackTag(image.digest), buildIndex([listed])),
  );
  await open('s', { referrersApi: true }, ({ store }) => seed(store, 'app', null, sbom));
  // Headers come within the client's patience, the body does not come within the reader's.
  slow.fail({ kind: 'drip', chunk: 50, everyMs: 400, match: /referrers/ });
  seed(slow.store, 'app', null, listed);
  const reading = read();
  await until(async () => (await readCapability('s')) === true && slow.count('GET', /referrers/) === 1);
  await timer.advance(1999);
  expect(await Promise.race([reading, letRun().then(() => 'waits')])).toBe('waits');
  await timer.advance(1);
  expect(await reading).toMatchObject({ digests: inOrder(listed, sbom), codes: [] });
  await until(async () => (await readCapability('r')) === true);
});

test('what a registry claims of a manifest that was read and is about something else is not believed', async () => {
  const foreign = buildArtifact({ artifactType: spdx, subject: buildImage({ labels: { other: 'yes' } }) });
  const registry = await open('r', { referrersApi: true }, ({ store }) => {
    seed(store, 'app', 'foreign', foreign);
    seed(store, 'app', 'v2', buildImage({ labels: { n: '2' } }));
  });
  const claim = (digest: string) => ({ mediaType: media.ociManifest, digest, size: 2, artifactType: 'a/b' });
  const manifests = [
    foreign.digest,
    registry.store.resolveTag('app', 'v2')!,
    image.digest,
    'sha256:short',
    sha256('unread'),
  ].map(claim);
  registry.fail({
    kind: 'status',
    status: 200,
    body: JSON.stringify({ schemaVersion: 2, manifests }),
    match: /referrers/,
  });
  expect((await read()).referrers).toEqual([
    { digest: sha256('unread'), artifactType: 'a/b', size: null, annotations: [] },
  ]);
});

test('one question asks for no more than twenty lists, the registries in turn, and for the same one once', async () => {
  const wide = await open('r', { referrersApi: true }, ({ store }) => {
    for (let n = 0; n < 30; n++) seed(store, `copy-${n}`, 'v1', image);
  });
  await open('s', { referrersApi: true }, ({ store }) => seed(store, 'app', null, sbom));
  const query =
    `{ a: image(digest: "${image.digest}") { referrers { digest } } b: image(digest: ` +
    `"${image.digest}") { referrers(artifactType: "${spdx}") { digest } } }`;
  const { data, requests } = await gateway.query(query);
  expect(data).toEqual({ a: { referrers: [{ digest: sbom.digest }] }, b: { referrers: [{ digest: sbom.digest }] } });
  expect(requests).toBe(20);
  expect(countAsks(wide)).toBe(19);
});
