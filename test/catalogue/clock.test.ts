import { isDue } from '../../src/catalogue/freshness.js';
import { createTestCatalogue, type TestCatalogue } from '../support/worlds/catalogue.js';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';
import { createManualTimer } from '../support/timer.js';

const day = 25 * 3600;

let registry: MemoryRegistry;
let gateway: TestCatalogue;

beforeEach(async () => {
  registry = await createMemoryRegistry();
  gateway = await createTestCatalogue();
  await gateway.attach('r', registry.url);
  for (const name of ['one', 'two']) seed(registry.store, name, 'v1', buildImage({ labels: { name } }));
  await gateway.crawl('r');
});
afterEach(async () => {
  await gateway[Symbol.asyncDispose]();
  await registry.close();
});

async function read(): Promise<{ readonly state: string; readonly tags: readonly string[] }> {
  const { data } = await gateway.query<{
    registry: {
      freshness: { state: string };
      repositories: { nodes: { name: string; tags: { nodes: { name: string }[] } }[] };
    };
  }>(
    '{ registry(name: "r") { freshness { state } repositories(first: 9) { nodes { name tags(first: 9) { nodes { ' +
      'name } } } } } }',
  );
  const { freshness, repositories } = data.registry;
  return {
    state: freshness.state,
    tags: repositories.nodes.flatMap(({ name, tags }) => tags.nodes.map((tag) => `${name}:${tag.name}`)),
  };
}

test.each([
  ['forward', day],
  ['back', -day],
  ['not at all', 0],
])('a clock that steps %s keeps no crawl from reading all there is', async (_, seconds) => {
  seed(registry.store, 'one', 'v2', buildImage({ labels: { n: '2' } }));
  gateway.wait(seconds);
  expect(await gateway.crawl('r')).toMatchObject({ state: 'SUCCEEDED', done: 2, total: 2 });
  expect(await read()).toEqual({ state: 'FRESH', tags: ['one:v1', 'one:v2', 'two:v1'] });
});

test('what was confirmed in the future is STALE, and a repository that is asked for is read', async () => {
  gateway.wait(-day);
  expect((await read()).state).toBe('STALE');
  seed(registry.store, 'two', 'v9', buildImage({ labels: { n: '9' } }));
  const { data } = await gateway.query(
    '{ registry(name: "r") { repository(name: "two") { freshness { state } tagCount } } }',
  );
  expect(data).toMatchObject({ registry: { repository: { freshness: { state: 'FRESH' }, tagCount: 2 } } });
});

test('jobs are in the order they were made in, whatever the clock said', async () => {
  gateway.wait(-day);
  const { id } = await gateway.crawl('r');
  const { jobs } = gateway.parts;
  const [registryRow] = await gateway.registries.list();
  expect((await jobs.listOf([registryRow!.id], ['CRAWL'], 1)).get(registryRow!.id)![0]!.id).toBe(id);
});

test.each([
  ['stands', 0],
  ['has stepped back', -day],
])('the schedule goes on by the timer while the clock %s', async (_, seconds) => {
  const timer = createManualTimer();
  await using scheduled = await createTestCatalogue({ timer });
  await scheduled.attach('r', registry.url);
  await scheduled.crawl('r');
  scheduled.wait(seconds);
  await scheduled.catalogue.start();
  const { id } = (await scheduled.registries.list())[0]!;
  const ended = async (): Promise<void> => {
    while (scheduled.catalogue.sync.progressOf(id)) await new Promise((resolve) => setImmediate(resolve));
  };
  registry.forget();
  for (let n = 0; n < 400 && registry.count('GET', /_catalog/) < 2; n++) {
    scheduled.catalogue.sync.markUsed(id);
    await timer.advance(1000);
    await ended();
  }
  expect(registry.count('GET', /_catalog/)).toBe(2);
});

test.each([
  [-1, true],
  [0, false],
  [29, false],
  [30, true],
])('confirmed %d seconds ago, of 30: due is %s', (seconds, due) => {
  const now = new Date('2026-01-02T03:04:05Z');
  expect(isDue(new Date(now.getTime() - seconds * 1000), 30, now)).toBe(due);
});
