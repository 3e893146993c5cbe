import { type TestCatalogue, createTestCatalogue } from '../support/worlds/catalogue.js';
import { buildImage, buildIndex } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';

interface Freshness {
  readonly state: string;
  readonly lastError: { readonly code: string; readonly message: string } | null;
}
interface Listed {
  readonly registry: {
    readonly freshness: Freshness;
    readonly repositories: { readonly totalCount: number; readonly nodes: readonly RepositoryNode[] } | null;
  };
}
interface RepositoryNode {
  readonly name: string;
  readonly freshness: Freshness;
  readonly tags: { readonly nodes: readonly TagNode[] };
}
interface TagNode {
  readonly name: string;
  readonly digest: string | null;
  readonly updatedAt: string;
  readonly updatedAtSource: string;
  readonly freshness: Freshness;
}

const freshness = 'freshness { state lastError { code message } }';
const list = `{ registry(name: "r") { ${freshness} repositories(first: 50) {
  totalCount nodes { name ${freshness} tags(first: 100) { nodes
  { name digest updatedAt updatedAtSource ${freshness} } } } } } }`;

let registry: MemoryRegistry;
let gateway: TestCatalogue;

beforeEach(async () => {
  registry = await createMemoryRegistry();
  gateway = await createTestCatalogue();
  await gateway.attach('r', registry.url);
});
afterEach(async () => {
  await gateway[Symbol.asyncDispose]();
  await registry.close();
});

async function read(): Promise<Listed['registry']> {
  const { data, codes } = await gateway.query<Listed>(list);
  expect(codes).toEqual([]);
  return data.registry;
}

async function readTags(): Promise<string[]> {
  return (await read()).repositories!.nodes.flatMap(({ name, tags }) => tags.nodes.map((tag) => `${name}:${tag.name}`));
}

test('a registry that was never read is empty and NEVER_INDEXED; while it is first read it is INDEXING; then FRESH, then STALE', async () => {
  seed(registry.store, 'app', 'v1', buildImage());
  expect(await read()).toMatchObject({
    freshness: { state: 'NEVER_INDEXED', lastError: null },
    repositories: { totalCount: 0 },
  });
  const slow = registry.fail({ kind: 'delay', ms: 100, match: /tags/ });
  const crawl = gateway.crawl('r');
  while (slow.hits === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(await read()).toMatchObject({
    freshness: { state: 'INDEXING' },
    repositories: { totalCount: 1, nodes: [{ freshness: { state: 'NEVER_INDEXED' } }] },
  });
  await crawl;
  expect(await read()).toMatchObject({
    freshness: { state: 'FRESH' },
    repositories: { nodes: [{ freshness: { state: 'FRESH' } }] },
  });
  gateway.wait(30);
  expect(await read()).toMatchObject({
    freshness: { state: 'STALE' },
    repositories: { nodes: [{ freshness: { state: 'STALE' } }] },
  });
});

test('a registry that fails gives its last known state with a mark', async () => {
  seed(registry.store, 'app', 'v1', buildImage());
  await gateway.crawl('r');
  const before = await read();
  registry.fail({ kind: 'reset' });
  gateway.wait(60);
  expect(await gateway.crawl('r')).toMatchObject({
    state: 'FAILED',
    failures: [{ subject: 'r', code: 'UPSTREAM_UNREACHABLE' }],
  });
  const after = await read();
  expect(after.repositories!.nodes[0]!.tags.nodes[0]!.digest).toBe(
    before.repositories!.nodes[0]!.tags.nodes[0]!.digest,
  );
  expect(after.freshness).toMatchObject({ state: 'UNREACHABLE', lastError: { code: 'UPSTREAM_UNREACHABLE' } });
  registry.heal();
  await gateway.letRest(30);
  await gateway.crawl('r');
  expect((await read()).freshness).toEqual({ state: 'FRESH', lastError: null });
});

test('a registry that could never be read gives null and its error, and does not fail the others', async () => {
  await using sick = await createMemoryRegistry();
  sick.fail({ kind: 'status', status: 500 });
  await gateway.attach('sick', sick.url);
  seed(registry.store, 'app', 'v1', buildImage());
  await gateway.crawl('r');
  await gateway.crawl('sick');
  const { data, codes, messages } = await gateway.query(`{
    registries { name repositories { totalCount } }
    repositories { nodes { name } sources { registry { name } freshness { state lastError { code } } } }
  }`);
  expect(data).toEqual({
    registries: [
      { name: 'r', repositories: { totalCount: 1 } },
      { name: 'sick', repositories: null },
    ],
    repositories: {
      nodes: [{ name: 'app' }],
      sources: [
        { registry: { name: 'r' }, freshness: { state: 'FRESH', lastError: null } },
        { registry: { name: 'sick' }, freshness: { state: 'NEVER_INDEXED', lastError: { code: 'UPSTREAM_ERROR' } } },
      ],
    },
  });
  expect(codes).toEqual(['UPSTREAM_ERROR']);
  expect(messages[0]).toContain('sick');
});

test('one broken tag is marked and fails nothing', async () => {
  seed(registry.store, 'app', 'good', buildImage());
  registry.store.setTag('app', 'dangling', `sha256:${'a'.repeat(64)}`);
  await gateway.crawl('r');
  const [dangling, good] = (await read()).repositories!.nodes[0]!.tags.nodes;
  expect(good).toMatchObject({ name: 'good', freshness: { state: 'FRESH', lastError: null } });
  expect(dangling).toMatchObject({
    name: 'dangling',
    digest: null,
    freshness: { state: 'NEVER_INDEXED', lastError: { code: 'UPSTREAM_INVALID' } },
  });
});

test('a tag whose content does not fit its digest is not taken over', async () => {
  seed(registry.store, 'app', 'v1', buildImage());
  registry.fail({ kind: 'wrongDigest', match: /manifests/ });
  await gateway.crawl('r');
  const [tag] = (await read()).repositories!.nodes[0]!.tags.nodes;
  expect(tag).toMatchObject({ digest: null, freshness: { lastError: { code: 'UPSTREAM_DIGEST_MISMATCH' } } });
});

test('one child of an index that cannot be read now is read by the next crawl', async () => {
  seed(registry.store, 'app', 'v1', buildImage());
  const fault = registry.fail({ kind: 'status', status: 500, match: /blobs/ });
  await gateway.crawl('r');
  expect((await read()).repositories!.nodes[0]).toMatchObject({
    freshness: { state: 'INDEXING' },
    tags: { nodes: [{ updatedAtSource: 'FIRST_SEEN' }] },
  });
  fault.stop();
  gateway.wait(31);
  await gateway.crawl('r');
  expect((await read()).repositories!.nodes[0]).toMatchObject({
    freshness: { state: 'FRESH' },
    tags: { nodes: [{ updatedAt: '2024-01-02T03:04:05.000Z', updatedAtSource: 'IMAGE_CONFIG' }] },
  });
});

test('emptied repositories are not listed', async () => {
  for (let n = 0; n < 60; n++) {
    seed(registry.store, `ghost-${n}`, 'v1', buildImage());
    registry.store.deleteTag(`ghost-${n}`, 'v1');
  }
  seed(registry.store, 'zoo', 'v1', buildImage());
  await gateway.crawl('r');
  expect((await read()).repositories).toMatchObject({ totalCount: 1, nodes: [{ name: 'zoo' }] });
});

test('a tag that is gone is gone with the next crawl; a new one and a moved one are there, with the time they were seen', async () => {
  seed(registry.store, 'app', 'v1', buildImage({ labels: { n: '1' } }));
  seed(registry.store, 'app', 'v2', buildImage({ labels: { n: '2' } }));
  await gateway.crawl('r');
  expect(await readTags()).toEqual(['app:v1', 'app:v2']);
  registry.store.deleteTag('app', 'v1');
  seed(registry.store, 'app', 'v2', buildImage({ labels: { n: '3' } }));
  seed(registry.store, 'app', 'v3', buildImage({ labels: { n: '4' } }));
  gateway.wait(31);
  await gateway.crawl('r');
  const at = '2026-01-02T03:04:36.000Z';
  expect((await read()).repositories!.nodes[0]!.tags.nodes).toMatchObject([
    { name: 'v2', updatedAt: at, updatedAtSource: 'CHANGE_SEEN' },
    { name: 'v3', updatedAt: at, updatedAtSource: 'FIRST_SEEN' },
  ]);
});

test('an upstream error takes no row away, and a name goes only after two complete listings without it, when its tags are gone too', async () => {
  seed(registry.store, 'app', 'v1', buildImage());
  seed(registry.store, 'gone', 'v1', buildImage());
  await gateway.crawl('r');
  expect(await readTags()).toEqual(['app:v1', 'gone:v1']);
  const fault = registry.fail({ kind: 'status', status: 404, match: /_catalog/ });
  await gateway.crawl('r');
  expect(await readTags()).toEqual(['app:v1', 'gone:v1']);
  fault.stop();
  const sick = registry.fail({ kind: 'status', status: 503, match: /gone/ });
  registry.store.removeRepository('gone');
  for (let listing = 0; listing < 3; listing++) {
    await gateway.crawl('r');
    expect(await readTags()).toEqual(['app:v1', 'gone:v1']);
  }
  sick.stop();
  await gateway.crawl('r');
  expect(await readTags()).toEqual(['app:v1']);
  await gateway.crawl('r');
  expect((await gateway.query('{ repositories(filter: { empty: null }) { totalCount } }')).data).toEqual({
    repositories: { totalCount: 1 },
  });
});

test('what one registry lacks is asked of another that has it, and an index weighs what is known of it then', async () => {
  await using whole = await createMemoryRegistry();
  await gateway.attach('whole', whole.url);
  const children = [buildImage({ arch: 'amd64' }), buildImage({ arch: 'arm64' })];
  const index = buildIndex(children);
  seed(registry.store, 'app', 'v1', index);
  seed(whole.store, 'app', 'v1', index);
  registry.store.deleteManifest('app', children[1]!.digest);
  const amd64 = children[0]!.config!.digest;
  registry.fail({
    kind: 'status',
    status: 404,
    body: '{"errors":[{"code":"BLOB_UNKNOWN"}]}',
    match: new RegExp(amd64),
  });
  const read = async (): Promise<unknown> =>
    (
      await gateway.query<{ image: { size: number; platforms: object[] } }>(
        `{ image(digest: "${index.digest}") { size platforms { architecture size createdAt } } }`,
      )
    ).data.image;
  await gateway.crawl('r');
  const half = children[0]!.blobs.reduce((sum, { bytes }) => sum + bytes.length, 0);
  expect(await read()).toMatchObject({
    size: half,
    platforms: [
      { architecture: 'amd64', createdAt: null },
      { architecture: 'arm64', size: null },
    ],
  });
  await gateway.crawl('whole');
  const blobs = new Map(children.flatMap((child) => child.blobs).map(({ digest, bytes }) => [digest, bytes.length]));
  const size = [...blobs.values()].reduce((sum, one) => sum + one, 0);
  expect(await read()).toMatchObject({
    size,
    platforms: [
      { architecture: 'amd64', createdAt: expect.any(String) as unknown },
      { architecture: 'arm64', size: expect.any(Number) as unknown },
    ],
  });
  registry.forget();
  gateway.wait(31);
  await gateway.crawl('r');
  expect(registry.count('GET', /blobs/)).toBe(0);
});
