import { type TestCatalogue, createTestCatalogue } from '../support/worlds/catalogue.js';
import { buildImage, buildIndex } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';
import { until } from '../support/timer.js';

let registry: MemoryRegistry;
let gateway: TestCatalogue;
const unhandled: unknown[] = [];
const note = (reason: unknown): void => void unhandled.push(reason);

beforeAll(() => void process.on('unhandledRejection', note));
afterAll(() => void process.off('unhandledRejection', note));
beforeEach(async () => {
  registry = await createMemoryRegistry({ delayMs: 3 });
  gateway = await createTestCatalogue();
});
afterEach(async () => {
  await gateway[Symbol.asyncDispose]();
  await registry.close();
  await new Promise((resolve) => setImmediate(resolve));
  expect(unhandled.splice(0)).toEqual([]);
});

/** `repositories` × `tags` images, all different; the content is the same whatever registry it is in. */
function fill({ store }: MemoryRegistry, repositories: number, tags: number): void {
  for (let r = 0; r < repositories; r++) {
    for (let t = 0; t < tags; t++) {
      const children = [
        buildImage({ labels: { r: `${r}`, t: `${t}` } }),
        buildImage({ arch: 'arm64', labels: { r: `${r}`, t: `${t}` } }),
      ];
      seed(store, `app-${String(r).padStart(2, '0')}`, `v${t}`, buildIndex(children));
    }
  }
}

/** Waits until the registry was asked that often. */
function waitForRequests(count: number, at: MemoryRegistry = registry): Promise<void> {
  return until(() => at.requests.length >= count);
}

/** Nothing more is asked, but for what was on the wire. */
async function expectSilence(): Promise<void> {
  let asked = -1;
  await until(async () => {
    const before = asked;
    asked = registry.requests.length;
    await new Promise((resolve) => setTimeout(resolve, 50));
    return asked === before;
  });
  expect(registry.requests.length).toBe(asked);
}

interface Totals {
  readonly registry: {
    readonly tagCount: number;
    readonly size: number | null;
    readonly freshness: { readonly state: string; readonly lastError: unknown };
  };
}
const totals = (name: string) =>
  gateway.query<Totals>(`{ registry(name: "${name}") { tagCount size freshness { state lastError { code } } } }`);

test('two registries with the same content are crawled at once, and both are whole', async () => {
  await using second = await createMemoryRegistry({ delayMs: 3 });
  for (const each of [registry, second]) fill(each, 8, 4);
  await gateway.attach('r', registry.url);
  await gateway.attach('s', second.url);
  const jobs = await Promise.all([gateway.crawl('r'), gateway.crawl('s')]);
  expect(jobs.map(({ state, done }) => [state, done])).toEqual([
    ['SUCCEEDED', 8],
    ['SUCCEEDED', 8],
  ]);
  const [r, s] = [(await totals('r')).data.registry, (await totals('s')).data.registry];
  expect(r).toMatchObject({ tagCount: 32, freshness: { state: 'FRESH' } });
  expect(s).toEqual(r);
});

test('every reader gets an answer while a crawl runs, and never one with an error', async () => {
  fill(registry, 10, 3);
  await gateway.attach('r', registry.url);
  const crawl = gateway.crawl('r');
  const isOver = crawl.then(() => true);
  const goOn = (): Promise<boolean> => new Promise((resolve) => setImmediate(() => resolve(false)));
  let reads = 0;
  while (!(await Promise.race([isOver, goOn()]))) {
    const { codes } = await gateway.query(
      '{ registry(name: "r") { size repositories(first: 20) { nodes { name size tags(first: 5) { nodes { name ' +
        'digest image { size platforms { size } } } } } } } }',
    );
    expect(codes).toEqual([]);
    reads += 1;
  }
  expect(reads).toBeGreaterThan(3);
  expect(await crawl).toMatchObject({ state: 'SUCCEEDED' });
});

test('a registry that is detached while it is crawled is gone, and its crawl ends quietly', async () => {
  fill(registry, 20, 2);
  const { id } = await gateway.attach('r', registry.url);
  const { ended } = await gateway.catalogue.sync.crawl((await gateway.registries.find(id))!, 'test');
  await waitForRequests(30);
  const { data } = await gateway.query<{ removeRegistry: unknown }>(
    'mutation ($id: ID!) { removeRegistry(input: { id: $id }) { userErrors { code } } }',
    { id },
  );
  expect(data.removeRegistry).toEqual({ userErrors: [] });
  await ended;
  expect(gateway.log).toEqual([]);
  expect((await gateway.query('{ registries { name } repositories { totalCount } }')).data).toEqual({
    registries: [],
    repositories: { totalCount: 0 },
  });
  await expectSilence();
});

test('a changed address is crawled at once: the crawl of the old one is given up and leaves no mark', async () => {
  await using second = await createMemoryRegistry();
  fill(registry, 20, 2);
  seed(second.store, 'moved', 'v1', buildImage());
  const { id } = await gateway.attach('r', registry.url);
  const { job, ended } = await gateway.catalogue.sync.crawl((await gateway.registries.find(id))!, 'test');
  await waitForRequests(30);
  const { data } = await gateway.query(
    'mutation ($id: ID!, $addr: String!) { updateRegistry(input: { id: $id, addr: $addr }) { userErrors { code ' +
      'message } } }',
    { id, addr: second.url },
  );
  expect(data).toEqual({ updateRegistry: { userErrors: [] } });
  await ended;
  expect((await gateway.query(`{ job(id: "${job.id}") { state failureCount } }`)).data).toEqual({
    job: { state: 'CANCELLED', failureCount: 0 },
  });
  expect(await gateway.crawl('r')).toMatchObject({ state: 'SUCCEEDED' });
  const { data: after } = await gateway.query<{ repository: unknown }>(
    '{ repository(registry: "r", name: "moved") { tagCount freshness { state } } }',
  );
  expect(after.repository).toEqual({ tagCount: 1, freshness: { state: 'FRESH' } });
  expect((await totals('r')).data.registry.freshness).toEqual({ state: 'FRESH', lastError: null });
});

test('closing while a crawl runs ends what is under way, which is not marked as failed', async () => {
  // Nothing but the close ends a request.
  await gateway[Symbol.asyncDispose]();
  gateway = await createTestCatalogue({ headers: 600_000 });
  fill(registry, 20, 2);
  const { id } = await gateway.attach('r', registry.url);
  const { job, ended } = await gateway.catalogue.sync.crawl((await gateway.registries.find(id))!, 'test');
  await waitForRequests(30);
  registry.fail({ kind: 'hang' });
  await gateway.catalogue.close();
  await ended;
  const { data } = await gateway.query(
    `{ job(id: "${job.id}") { state failureCount } registry(name: "r") { freshness { lastError { code } } ` +
      'repositories(first: 50) { nodes { freshness { lastError { code } } tags { nodes { freshness { lastError { ' +
      'code } } } } } } } }',
  );
  expect(JSON.stringify(data)).not.toContain('UPSTREAM');
  expect(data).toMatchObject({ job: { state: 'CANCELLED', failureCount: 0 } });
});

test('a repository that is deleted while a crawl runs is gone, with its tags', async () => {
  fill(registry, 20, 2);
  await gateway.attach('r', registry.url);
  const crawl = gateway.crawl('r');
  await waitForRequests(25);
  const { data } = await gateway.query(
    'mutation { deleteRepository(input: { registry: "r", name: "app-03" }) { userErrors { code message } } }',
  );
  expect(data).toEqual({ deleteRepository: { userErrors: [] } });
  expect(await crawl).toMatchObject({ state: 'SUCCEEDED' });
  expect((await gateway.query('{ repository(registry: "r", name: "app-03") { tagCount } }')).data).toEqual({
    repository: { tagCount: 0 },
  });
  expect((await totals('r')).data.registry).toMatchObject({ tagCount: 19 * 2 });
});

test('a refresh that waits joins the crawl under way', async () => {
  fill(registry, 5, 2);
  const { id } = await gateway.attach('r', registry.url);
  const crawl = gateway.crawl('r');
  await waitForRequests(5);
  const refresh =
    'mutation ($id: ID!) { refresh(input: { id: $id, wait: true }) { job { state done } userErrors { code } } }';
  expect((await gateway.query(refresh, { id })).data).toMatchObject({
    refresh: { job: { state: 'SUCCEEDED', done: 5 }, userErrors: [] },
  });
  expect(await crawl).toMatchObject({ state: 'SUCCEEDED', done: 5 });
  expect(registry.count('GET', /_catalog/)).toBe(1);
});

test('one repository that always times out, and one that may not be read, keep no other from being read', async () => {
  await gateway[Symbol.asyncDispose]();
  gateway = await createTestCatalogue({ headers: 500 });
  fill(registry, 12, 1);
  registry.fail({ kind: 'hang', match: /app-02\/tags/ });
  registry.fail({ kind: 'status', status: 403, match: /app-0[4-9]\// });
  await gateway.attach('r', registry.url);
  const job = await gateway.crawl('r');
  expect(job).toMatchObject({ state: 'PARTIALLY_FAILED', done: 12 });
  expect(job.failures.map(({ subject }) => subject).toSorted()).toEqual([
    'app-02',
    'app-04',
    'app-05',
    'app-06',
    'app-07',
    'app-08',
    'app-09',
  ]);
  expect((await totals('r')).data.registry.tagCount).toBe(5);
});

test('one tag that is always cut off keeps no other tag of its repository from being read', async () => {
  for (let t = 0; t < 30; t++) seed(registry.store, 'app', `v${t}`, buildImage({ labels: { t: `${t}` } }));
  registry.fail({ kind: 'reset', match: /manifests\/v7$/ });
  await gateway.attach('r', registry.url);
  await gateway.crawl('r');
  const { data } = await gateway.query<{ repository: { tags: { nodes: { name: string; digest: string | null }[] } } }>(
    '{ repository(registry: "r", name: "app") { tags(first: 50) { nodes { name digest } } } }',
  );
  expect(data.repository.tags.nodes.filter(({ digest }) => digest === null).map(({ name }) => name)).toEqual(['v7']);
});

test('a fault of the database ends the crawl as FAILED, leaves no reading behind, and the next one goes on', async () => {
  fill(registry, 10, 2);
  await gateway.attach('r', registry.url);
  await gateway.database.kysely.schema.alterTable('blob').renameTo('blob_away').execute();
  const crawl = gateway.crawl('r');
  await expect(crawl).rejects.toThrow(/blob/);
  await expectSilence();
  expect((await gateway.query('{ registry(name: "r") { lastCrawl { state } } }')).data).toEqual({
    registry: { lastCrawl: { state: 'FAILED' } },
  });
  expect(gateway.log.splice(0).map(({ message }) => message)).toEqual(['background work failed']);
  await gateway.database.kysely.schema.alterTable('blob_away').renameTo('blob').execute();
  expect(await gateway.crawl('r')).toMatchObject({ state: 'SUCCEEDED' });
  expect((await totals('r')).data.registry.tagCount).toBe(20);
});
