import { type TestCatalogue, createTestCatalogue } from '../support/catalogue.js';
import { buildImage } from '../support/images.js';
import { seed } from '../support/push.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';

interface Listed {
  readonly registry: {
    readonly freshness: { readonly state: string; readonly lastError: { readonly code: string } | null };
    readonly repositories: { readonly totalCount: number; readonly nodes: readonly { readonly name: string; readonly tags: { readonly nodes: readonly TagNode[] } | null }[] } | null;
  };
}
interface TagNode {
  readonly name: string;
  readonly digest: string | null;
  readonly updatedAtSource: string;
  readonly freshness: { readonly state: string; readonly lastError: { readonly code: string; readonly message: string } | null };
}

const list = `query ($name: String = "r") { registry(name: $name) { freshness { state lastError { code } } repositories(first: 100) {
  totalCount nodes { name tags(first: 100) { nodes { name digest updatedAtSource freshness { state lastError { code message } } } } } } } }`;

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

async function readTags(): Promise<string[]> {
  const { data } = await gateway.query<Listed>(list);
  return data.registry.repositories!.nodes.flatMap(({ name, tags }) => tags!.nodes.map((tag) => `${name}:${tag.name}`));
}

test('a registry that fails gives its last known state with a mark', async () => {
  seed(registry.store, 'app', 'v1', buildImage());
  const before = await gateway.query<Listed>(list);
  expect(before.data.registry.freshness).toEqual({ state: 'FRESH', lastError: null });
  registry.fail({ kind: 'reset' });
  gateway.wait(60);
  const after = await gateway.query<Listed>(list);
  expect(after.codes).toEqual([]);
  expect(after.data.registry.repositories!.nodes[0]!.tags!.nodes[0]!.digest).toBe(before.data.registry.repositories!.nodes[0]!.tags!.nodes[0]!.digest);
  expect(after.data.registry.freshness).toEqual({ state: 'UNREACHABLE', lastError: { code: 'UPSTREAM_UNREACHABLE' } });
  registry.heal();
  expect((await gateway.query<Listed>(list)).data.registry.freshness).toEqual({ state: 'FRESH', lastError: null });
});

test('a registry that was never read gives null and its error, and does not fail the others', async () => {
  await using sick = await createMemoryRegistry();
  sick.fail({ kind: 'status', status: 500 });
  await gateway.attach('sick', sick.url);
  seed(registry.store, 'app', 'v1', buildImage());
  const { data, codes, messages } = await gateway.query<{ registries: { name: string; repositories: { totalCount: number } | null }[] }>(
    `{ registries { name repositories { totalCount } } }`,
  );
  expect(data.registries).toEqual([
    { name: 'r', repositories: { totalCount: 1 } },
    { name: 'sick', repositories: null },
  ]);
  expect(codes).toEqual(['UPSTREAM_ERROR']);
  expect(messages[0]).toContain('sick');
});

test('one broken tag is marked and fails nothing', async () => {
  seed(registry.store, 'app', 'good', buildImage());
  registry.store.setTag('app', 'dangling', `sha256:${'a'.repeat(64)}`);
  const { data, codes } = await gateway.query<Listed>(list);
  expect(codes).toEqual([]);
  const [dangling, good] = data.registry.repositories!.nodes[0]!.tags!.nodes;
  expect(good).toMatchObject({ name: 'good', freshness: { state: 'FRESH', lastError: null } });
  expect(dangling).toMatchObject({ name: 'dangling', digest: null, freshness: { state: 'NEVER_INDEXED', lastError: { code: 'UPSTREAM_INVALID' } } });
});

test('a tag whose content does not fit its digest is not taken over', async () => {
  seed(registry.store, 'app', 'v1', buildImage());
  registry.fail({ kind: 'wrongDigest', match: /manifests/ });
  const { data } = await gateway.query<Listed>(list);
  const [tag] = data.registry.repositories!.nodes[0]!.tags!.nodes;
  expect(tag).toMatchObject({ digest: null, freshness: { lastError: { code: 'UPSTREAM_DIGEST_MISMATCH' } } });
});

test('emptied repositories are not listed, also when a whole page of them is', async () => {
  for (let n = 0; n < 120; n++) {
    seed(registry.store, `ghost-${n}`, 'v1', buildImage());
    registry.store.deleteTag(`ghost-${n}`, 'v1');
  }
  seed(registry.store, 'zoo', 'v1', buildImage());
  const { data } = await gateway.query<Listed>(list);
  expect(data.registry.repositories).toMatchObject({ totalCount: 1, nodes: [{ name: 'zoo' }] });
});

test('a tag that is gone is gone after maxAge; a new one and a moved one are there', async () => {
  seed(registry.store, 'app', 'v1', buildImage({ labels: { n: '1' } }));
  seed(registry.store, 'app', 'v2', buildImage({ labels: { n: '2' } }));
  expect(await readTags()).toEqual(['app:v1', 'app:v2']);
  registry.store.deleteTag('app', 'v1');
  seed(registry.store, 'app', 'v2', buildImage({ labels: { n: '3' } }));
  seed(registry.store, 'app', 'v3', buildImage({ labels: { n: '4' } }));
  gateway.wait(31);
  const { data } = await gateway.query<Listed>(list);
  expect(data.registry.repositories!.nodes[0]!.tags!.nodes.map(({ name, updatedAtSource }) => [name, updatedAtSource])).toEqual([
    ['v2', 'CHANGE_SEEN'],
    ['v3', 'IMAGE_CONFIG'],
  ]);
});

test('an upstream error takes no row away, and a name goes only after two complete listings without it', async () => {
  seed(registry.store, 'app', 'v1', buildImage());
  seed(registry.store, 'gone', 'v1', buildImage());
  expect(await readTags()).toEqual(['app:v1', 'gone:v1']);
  const fault = registry.fail({ kind: 'status', status: 404, match: /_catalog/ });
  gateway.wait(31);
  expect(await readTags()).toEqual(['app:v1', 'gone:v1']);
  fault.stop();
  const hidden = registry.fail({ kind: 'status', status: 503, match: /gone/ });
  registry.store.removeRepository('gone');
  gateway.wait(31);
  expect(await readTags()).toEqual(['app:v1', 'gone:v1']);
  gateway.wait(31);
  expect(await readTags()).toEqual(['app:v1']);
  hidden.stop();
});

test('a registry that limits is left alone, not asked for each tag', async () => {
  for (let t = 0; t < 30; t++) seed(registry.store, 'app', `v${t}`, buildImage({ labels: { t: `${t}` } }));
  await gateway.query(list);
  registry.fail({ kind: 'status', status: 429, match: /manifests/ });
  registry.forget();
  gateway.wait(31);
  const { data } = await gateway.query<Listed>(list);
  expect(data.registry.repositories!.nodes[0]!.tags!.nodes[29]).toMatchObject({ freshness: { state: 'UNREACHABLE', lastError: { code: 'UPSTREAM_RATE_LIMITED' } } });
  // Those under way when the first fails, and a few that took their places before it was heard.
  expect(registry.count('GET', /manifests/)).toBeLessThanOrEqual(16);
});
