import { createTestCatalogue, type TestCatalogue } from '../support/worlds/catalogue.js';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';

interface Shown {
  readonly freshness: {
    readonly state: string;
    readonly lastError: { readonly code: string; readonly message: string } | null;
  };
  readonly health: { readonly reachable: boolean | null };
  readonly repositories: {
    readonly nodes: readonly {
      readonly name: string;
      readonly tagCount: number;
      readonly freshness: Shown['freshness'];
    }[];
  };
}

let registry: MemoryRegistry;
let gateway: TestCatalogue;

beforeEach(async () => {
  registry = await createMemoryRegistry();
  gateway = await createTestCatalogue();
});
afterEach(async () => {
  await gateway[Symbol.asyncDispose]();
  await registry.close();
});

function fill(repositories: number, tags = 1): void {
  for (let r = 0; r < repositories; r++) {
    for (let t = 0; t < tags; t++)
      seed(registry.store, `app-${r}`, `v${t}`, buildImage({ labels: { r: `${r}`, t: `${t}` } }));
  }
}

async function show(): Promise<Shown> {
  const freshness = 'freshness { state lastError { code message } }';
  const query =
    `{ registry(name: "r") { ${freshness} health { reachable } repositories(first: 50) { nodes { name ` +
    `tagCount ${freshness} } } } }`;
  return (await gateway.query<{ registry: Shown }>(query)).data.registry;
}

test('a catalogue that does not answer is not a registry that does not: what is known is read again, and the state says so', async () => {
  await gateway[Symbol.asyncDispose]();
  gateway = await createTestCatalogue({ headers: 500 });
  fill(3);
  await gateway.attach('r', registry.url);
  await gateway.crawl('r');
  registry.fail({ kind: 'hang', match: /_catalog/ });
  seed(registry.store, 'app-1', 'v9', buildImage({ labels: { is: 'new' } }));
  gateway.wait(60);
  const job = await gateway.crawl('r');
  expect(job).toMatchObject({ state: 'PARTIALLY_FAILED', failures: [{ subject: 'r', code: 'UPSTREAM_TIMEOUT' }] });
  const { freshness, health, repositories } = await show();
  expect([freshness.state, freshness.lastError?.code, health.reachable]).toEqual(['STALE', 'UPSTREAM_TIMEOUT', true]);
  expect(repositories.nodes.map(({ tagCount }) => tagCount)).toEqual([1, 2, 1]);
});

test('a blob store on another host that is away fails what it keeps, by its name, and stops nothing', async () => {
  fill(8, 2);
  await gateway.attach('r', registry.url);
  registry.fail({ kind: 'redirect', location: 'http://127.0.0.1:1/blob', match: /blobs/, method: 'GET' });
  const job = await gateway.crawl('r');
  expect([job.state, job.done, job.total]).toEqual(['PARTIALLY_FAILED', 8, 8]);
  const [failure] = job.failures;
  expect(failure).toMatchObject({
    code: 'UPSTREAM_UNREACHABLE',
    message: expect.stringContaining('127.0.0.1:1, where registry r sends its clients') as unknown,
  });
  const { freshness, health, repositories } = await show();
  expect([freshness.state, health.reachable]).toEqual(['FRESH', true]);
  expect(repositories.nodes.map(({ tagCount }) => tagCount)).toEqual(Array.from({ length: 8 }, () => 2));
});

test('repositories that always fail do not keep the others from being read while the ping answers', async () => {
  fill(20);
  await gateway.attach('r', registry.url);
  registry.fail({ kind: 'reset', match: /app-[0-8]\/tags/ });
  const job = await gateway.crawl('r');
  expect([job.state, job.done, job.total]).toEqual(['PARTIALLY_FAILED', 20, 20]);
  expect(job.failures.map(({ subject, code }) => [subject, code])).toEqual(
    expect.arrayContaining(Array.from({ length: 9 }, (_, r) => [`app-${r}`, 'UPSTREAM_UNREACHABLE'])),
  );
  const { freshness, repositories } = await show();
  expect(freshness.state).toBe('FRESH');
  expect(repositories.nodes.filter(({ tagCount }) => tagCount === 1)).toHaveLength(11);
});

test('a registry that goes away in the middle is asked for no more than it takes to see that', async () => {
  fill(40);
  await gateway.attach('r', registry.url);
  await gateway.crawl('r');
  registry.fail({ kind: 'reset', match: ({ path }) => !path.includes('_catalog') });
  registry.forget();
  gateway.wait(60);
  const job = await gateway.crawl('r');
  expect(job.state).toBe('FAILED');
  // Five in a row of each of the four that read, with their retries.
  expect(registry.count('GET', /tags\/list/)).toBeLessThanOrEqual(3 * (5 + 4));
  expect((await show()).repositories.nodes.every(({ tagCount }) => tagCount === 1)).toBe(true);
});

test('a token server that fails for the scope of one repository fails that one only', async () => {
  await registry.close();
  registry = await createMemoryRegistry({ auth: { mode: 'bearer', users: {}, grant: (_, { actions }) => actions } });
  fill(6);
  await gateway.attach('r', registry.url);
  registry.fail({ kind: 'status', status: 500, match: /scope=repository(?::|%3A)app-2(?::|%3A)/ });
  const job = await gateway.crawl('r');
  expect(job).toMatchObject({
    state: 'PARTIALLY_FAILED',
    done: 6,
    total: 6,
    failures: [{ subject: 'app-2', code: 'UPSTREAM_AUTH' }],
  });
  const { freshness, repositories } = await show();
  expect(freshness.state).toBe('FRESH');
  expect(repositories.nodes.map(({ name, tagCount }) => [name, tagCount])).toEqual(
    Array.from({ length: 6 }, (_, r) => [`app-${r}`, r === 2 ? 0 : 1]),
  );
});
