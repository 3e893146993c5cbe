import { type TestCatalogue, createTestCatalogue } from '../support/worlds/catalogue.js';
import { buildImage, buildIndex } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { watchStatements } from '../support/observed/statements.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';
import { createManualTimer } from '../support/timer.js';

const everything = `{ registries { size tagCount repositories(first: 20) { totalCount nodes
  { name size uniqueSize updatedAt layers { digest } tags(first: 20) {
  totalCount nodes { name digest imageId size updatedAt siblings { name } image { size platforms
  { os architecture size labels { key } layers { digest size } } } } } } } } }`;

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
    for (let t = 0; t < tags; t++)
      seed(registry.store, `team/app-${r}`, `v${t}`, buildImage({ labels: { r: `${r}`, t: `${t}` } }));
  }
}

function listRepeated(): string[] {
  const asked = registry.requests.map(({ method, path }) => `${method} ${path}`);
  return asked.filter((request, at) => asked.indexOf(request) !== at);
}

test('a first crawl asks for each thing once: the catalogue, tag lists, a manifest for each tag, a config for each image', async () => {
  fill(5, 3);
  const job = await gateway.crawl('r');
  expect(job).toMatchObject({ state: 'SUCCEEDED', done: 5, total: 5, failures: [] });
  expect(registry.requests).toHaveLength(1 + 5 + 5 * 3 + 5 * 3);
  expect(listRepeated()).toEqual([]);
});

test('an index costs its children, attestations included, and a config for each platform', async () => {
  const children = [buildImage({ arch: 'amd64' }), buildImage({ arch: 'arm64' })];
  seed(registry.store, 'team/multi', 'v1', buildIndex(children, { attestation: true }));
  seed(registry.store, 'team/multi', 'latest', buildIndex(children, { attestation: true }));
  seed(registry.store, 'team/multi', 'amd64', children[0]!);
  await gateway.crawl('r');
  // The catalogue, the tag list, three tags, one platform that is not known by its tag, two attestations, two configs.
  expect(registry.requests).toHaveLength(1 + 1 + 3 + 1 + 2 + 2);
  expect(listRepeated()).toEqual([]);
});

test('a crawl of what has not changed costs the catalogue, a list for each repository, and a 304 for each tag', async () => {
  fill(3, 4);
  await gateway.crawl('r');
  registry.forget();
  gateway.wait(31);
  await gateway.crawl('r');
  expect(registry.requests).toHaveLength(1 + 3 + 3 * 4);
  expect(registry.requests.filter(({ status }) => status === 304)).toHaveLength(3 * 4);
});

/** Statements and transactions of a crawl, for each of `repositories` beyond the first. */
async function countWrites(repositories: number, tags: number): Promise<{ first: number[]; unchanged: number[] }> {
  // Time stands: progress is written once a second.
  await using counted = await createTestCatalogue({ timer: createManualTimer() });
  await using source = await createMemoryRegistry();
  const statements = await watchStatements(counted.database);
  const crawl = async (): Promise<number[]> => {
    statements.take();
    statements.takeCommits();
    await counted.crawl('counted');
    return [statements.take().length, statements.takeCommits()];
  };
  await counted.attach('counted', source.url);
  for (let r = 0; r < repositories; r++) {
    for (let t = 0; t < tags; t++) seed(source.store, `app-${r}`, `v${t}`, buildImage({ labels: { r: `${r}.${t}` } }));
  }
  const first = await crawl();
  counted.wait(31);
  return { first, unchanged: await crawl() };
}

test.each([3, 40])('a repository of %i tags takes so many statements and transactions', async (tags) => {
  const [one, four] = [await countWrites(1, tags), await countWrites(4, tags)];
  const perRepository = (kind: 'first' | 'unchanged'): number[] =>
    four[kind].map((count, at) => (count - one[kind][at]!) / 3);
  // Names, manifests with what tags point to, configs, and what follows from them: a transaction each.
  expect(perRepository('first')).toEqual([26, 4]);
  // Its row, its tags, and a confirmation of the row that stands for all of them.
  expect(perRepository('unchanged')).toEqual([3, 0]);
});

test('reads cost nothing upstream, whatever they ask for', async () => {
  fill(5, 3);
  await gateway.crawl('r');
  registry.forget();
  const { codes, requests } = await gateway.query(everything);
  expect(codes).toEqual([]);
  expect(requests).toBe(0);
  expect(registry.requests).toEqual([]);
});

test('ten readers of one repository that is due cost as much as one', async () => {
  fill(1, 3);
  await gateway.crawl('r');
  registry.forget();
  gateway.wait(31);
  const query = `{ repository(registry: "r", name: "team/app-0") { tagCount freshness { state } } }`;
  const answers = await Promise.all(Array.from({ length: 10 }, () => gateway.query(query)));
  expect(new Set(answers.map(({ data }) => JSON.stringify(data)))).toEqual(
    new Set([JSON.stringify({ repository: { tagCount: 3, freshness: { state: 'FRESH' } } })]),
  );
  expect(registry.requests).toHaveLength(1 + 3);
  expect(answers.reduce((sum, { requests }) => sum + requests, 0)).toBe(1 + 3);
});

test('two crawls at once are one', async () => {
  fill(3, 2);
  const [first, second] = await Promise.all([gateway.crawl('r'), gateway.crawl('r')]);
  expect(second).toEqual(first);
  expect(registry.requests).toHaveLength(1 + 3 + 3 * 2 + 3 * 2);
});

test('content is fetched once for all repositories and registries that hold it', async () => {
  await using second = await createMemoryRegistry();
  await gateway.attach('s', second.url);
  const image = buildImage();
  seed(registry.store, 'a', 'v1', image);
  seed(second.store, 'b', 'v1', image);
  await gateway.crawl('r');
  await gateway.crawl('s');
  expect(registry.count('GET', /blobs/)).toBe(1);
  expect(second.count('GET', /blobs/)).toBe(0);
});

test('no more than eight requests are under way at a registry', async () => {
  await using slow = await createMemoryRegistry({ delayMs: 5 });
  await gateway.attach('slow', slow.url);
  for (let t = 0; t < 40; t++) seed(slow.store, 'app', `v${t}`, buildImage({ labels: { t: `${t}` } }));
  await gateway.crawl('slow');
  expect(slow.count('GET', /manifests/)).toBe(40);
  expect(slow.peak).toBeLessThanOrEqual(8);
  expect(slow.peak).toBeGreaterThan(1);
});

test('the schedule crawls eight registries at a time, and the others after them', async () => {
  const registries = await Promise.all(Array.from({ length: 10 }, () => createMemoryRegistry({ delayMs: 100 })));
  const attached = await Promise.all(registries.map((one, at) => gateway.attach(`r${at}`, one.url)));
  await gateway.catalogue.start();
  let most = 0;
  let indexed = 0;
  while (indexed < attached.length) {
    most = Math.max(most, attached.filter(({ id }) => gateway.catalogue.sync.progressOf(id) !== null).length);
    const states = await gateway.registries.states(attached.map(({ id }) => id));
    indexed = [...states.values()].filter(({ indexedAt }) => indexedAt !== null).length;
    for (const { id } of attached) gateway.catalogue.sync.markUsed(id);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(8);
  for (const one of registries) await one.close();
});
