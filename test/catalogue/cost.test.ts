import { type TestCatalogue, createTestCatalogue } from '../support/catalogue.js';
import { buildImage, buildIndex } from '../support/images.js';
import { seed } from '../support/push.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';

const names = `{ registry(name: "r") { repositories(first: 100) { nodes { name } } } }`;
const tagNames = `{ registry(name: "r") { repositories(first: 100) { nodes { name tags(first: 100) { nodes { name } } } } } }`;
const digests = `{ registry(name: "r") { repositories(first: 100) { nodes { name tags(first: 100) { nodes { name digest imageId size } } } } } }`;
const platforms = `{ registry(name: "r") { repositories(first: 100) { nodes { size tags(first: 100) { nodes {
  size siblings { name } image { size platforms { os architecture size layers { digest size } } } } } } } } }`;

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

/** `repositories` × `tags` images, all different. */
function fill(repositories: number, tags: number): void {
  for (let r = 0; r < repositories; r++) {
    for (let t = 0; t < tags; t++) seed(registry.store, `team/app-${r}`, `v${t}`, buildImage({ labels: { r: `${r}`, t: `${t}` } }));
  }
}

function expectNoneRepeated(): void {
  const asked = registry.requests.map(({ method, path }) => `${method} ${path}`);
  expect(asked.filter((request, at) => asked.indexOf(request) !== at)).toEqual([]);
}

test('names cost the catalogue and one tag list each, since emptied repositories are not shown', async () => {
  fill(5, 3);
  expect((await gateway.query(names)).requests).toBe(1 + 5);
  expect((await gateway.query(tagNames)).requests).toBe(0);
});

test('digests, image ids and sizes of single images cost one manifest for each tag', async () => {
  fill(5, 3);
  const { requests, codes } = await gateway.query(digests);
  expect(codes).toEqual([]);
  expect(requests).toBe(1 + 5 + 5 * 3);
  expectNoneRepeated();
});

test('a nested query asks for nothing twice: platforms cost the children of an index and one config for each image', async () => {
  const children = [buildImage({ arch: 'amd64' }), buildImage({ arch: 'arm64' })];
  seed(registry.store, 'team/multi', 'v1', buildIndex(children, { attestation: true }));
  seed(registry.store, 'team/multi', 'latest', buildIndex(children, { attestation: true }));
  seed(registry.store, 'team/multi', 'amd64', children[0]!);
  const { requests, codes } = await gateway.query(platforms);
  expect(codes).toEqual([]);
  // The catalogue, the tag list, three tags, two platforms of which one is known by its tag and two attestations, two configs.
  expect(requests).toBe(1 + 1 + 3 + (1 + 2) + 2);
  expect(registry.requests).toHaveLength(requests);
  expectNoneRepeated();
});

test('ten equal queries at once cost as much as one', async () => {
  fill(4, 3);
  const answers = await Promise.all(Array.from({ length: 10 }, () => gateway.query(digests)));
  expect(new Set(answers.map((answer) => JSON.stringify(answer.data))).size).toBe(1);
  expect(registry.requests).toHaveLength(1 + 4 + 4 * 3);
  expectNoneRepeated();
});

test('nothing is asked again within maxAge; after it names, lists and tags are, and a tag that stands costs a 304', async () => {
  fill(3, 2);
  await gateway.query(digests);
  gateway.wait(29);
  expect((await gateway.query(digests)).requests).toBe(0);
  gateway.wait(2);
  registry.forget();
  expect((await gateway.query(digests)).requests).toBe(1 + 3 + 3 * 2);
  expect(registry.requests.filter(({ status }) => status === 304)).toHaveLength(3 * 2);
});

test('content is fetched once for all repositories and registries that hold it', async () => {
  await using second = await createMemoryRegistry();
  await gateway.attach('s', second.url);
  const image = buildImage();
  seed(registry.store, 'a', 'v1', image);
  seed(second.store, 'b', 'v1', image);
  const query = `{ registries { repositories { nodes { tags { nodes { image { platforms { os } } } } } } } }`;
  await gateway.query(query);
  const configs = [registry, second].map(({ requests }) => requests.filter(({ path }) => path.includes('/blobs/')).length);
  expect(configs[0]! + configs[1]!).toBeGreaterThanOrEqual(1);
  seed(second.store, 'c', 'v1', image);
  gateway.wait(31);
  second.forget();
  await gateway.query(query);
  expect(second.count('GET', /blobs/)).toBe(0);
});

test('no more than eight requests are under way at a registry', async () => {
  await using slow = await createMemoryRegistry({ delayMs: 5 });
  await gateway.attach('slow', slow.url);
  for (let t = 0; t < 40; t++) seed(slow.store, 'app', `v${t}`, buildImage({ labels: { t: `${t}` } }));
  await gateway.query(digests.replace('"r"', '"slow"'));
  expect(slow.count('GET', /manifests/)).toBe(40);
  expect(slow.peak).toBeLessThanOrEqual(8);
  expect(slow.peak).toBeGreaterThan(1);
});
