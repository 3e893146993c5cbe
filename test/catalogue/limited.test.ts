import type { Timer } from '../../src/timer.js';
import type { TestCatalogue } from '../support/worlds/catalogue.js';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import type { MemoryRegistry } from '../support/registry/server.js';
import type { RegistryOptions } from '../support/registry/options.js';
import { createHastyTimer } from '../support/timer.js';
import { openWorld, type World } from '../support/worlds/world.js';

interface State {
  readonly freshness: {
    readonly state: string;
    readonly retryAt: string | null;
    readonly lastError: { readonly code: string } | null;
  };
  readonly tagCount: number;
  readonly repositories: {
    readonly nodes: readonly { readonly tags: { readonly nodes: readonly { readonly digest: string | null }[] } }[];
  };
}

async function read(gateway: TestCatalogue): Promise<State> {
  const { data } = await gateway.query<{
    registry: State;
  }>(`{ registry(name: "r") { freshness { state retryAt lastError { code } } tagCount
    repositories(first: 50) { nodes { tags(first: 100) { nodes { digest } } } } } }`);
  return data.registry;
}

function countRead({ repositories }: State): number {
  return repositories.nodes.flatMap(({ tags }) => tags.nodes).filter(({ digest }) => digest !== null).length;
}

interface PacedWorld extends World {
  readonly timer: Timer;
}

/** The registry counts by the timer that the gateway waits by, so that waiting takes no time and is right. */
async function open(options: RegistryOptions): Promise<PacedWorld> {
  const timer = createHastyTimer();
  return { ...(await openWorld({ now: () => timer.elapsed(), ...options }, { upstreamTimer: timer })), timer };
}

function seedTags({ registry }: World, repositories: number, tags: number): void {
  for (let r = 0; r < repositories; r++) {
    for (let t = 0; t < tags; t++)
      seed(registry.store, `app-${r}`, `v${t}`, buildImage({ labels: { r: `${r}`, t: `${t}` } }));
  }
}

const refused = (registry: MemoryRegistry): number => registry.requests.filter(({ status }) => status === 429).length;

test('a registry of 61 tags that takes twenty requests in a second is indexed whole by the first crawl, and then keeps being', async () => {
  await using world = await open({ flavour: 'limited' });
  seedTags(world, 1, 61);
  expect(await world.gateway.crawl('r')).toMatchObject({ state: 'SUCCEEDED', failures: [] });
  expect(countRead(await read(world.gateway))).toBe(61);
  expect(refused(world.registry)).toBeGreaterThan(0);
  for (let n = 0; n < 3; n++) {
    world.gateway.wait(31);
    await world.gateway.crawl('r');
  }
  world.registry.forget();
  world.gateway.wait(31);
  expect(await world.gateway.crawl('r')).toMatchObject({ state: 'SUCCEEDED' });
  expect(refused(world.registry)).toBeLessThanOrEqual(8);
});

test('a registry that limits for ever ends the crawl with the code, says RATE_LIMITED with the time, and is asked little', async () => {
  await using world = await open({});
  const { registry, gateway } = world;
  seedTags(world, 2, 30);
  await gateway.crawl('r');
  registry.fail({ kind: 'rateLimit', retryAfter: '1', match: /manifests/ });
  registry.forget();
  gateway.wait(31);
  const job = await gateway.crawl('r');
  expect(job).toMatchObject({ state: 'FAILED' });
  expect(new Set(job.failures.map(({ code }) => code))).toEqual(new Set(['UPSTREAM_RATE_LIMITED']));
  // Eight pauses, and what was under way when each began.
  expect(refused(registry)).toBeLessThanOrEqual(8 * 8);
  const { freshness } = await read(gateway);
  expect(freshness.state).toBe('FRESH');
  gateway.wait(31);
  const late = (await read(gateway)).freshness;
  expect(late.state).toBe('RATE_LIMITED');
  expect(Date.parse(late.retryAt!)).toBeGreaterThan(Date.parse('2026-01-02T03:04:05Z'));
  expect(countRead(await read(gateway))).toBe(60);
});

test('what a crawl could not get to is first in the next, and what it has just confirmed is not asked for again', async () => {
  await using world = await open({});
  const { registry, gateway, timer } = world;
  seedTags(world, 3, 10);
  const limit = registry.fail({ kind: 'rateLimit', retryAfter: '1', match: /manifests/, after: 17 });
  expect(await gateway.crawl('r')).toMatchObject({ state: 'FAILED' });
  expect(countRead(await read(gateway))).toBe(17);
  limit.stop();
  await timer.sleep(300_000);
  registry.forget();
  gateway.wait(3600);
  expect(await gateway.crawl('r')).toMatchObject({ state: 'SUCCEEDED' });
  expect(countRead(await read(gateway))).toBe(30);
  expect(registry.count('GET', /manifests/)).toBe(13);
  registry.forget();
  gateway.wait(31);
  await gateway.crawl('r');
  expect(registry.count('GET', /manifests/)).toBe(30);
});

test('a person is told at once, while what goes on behind waits', async () => {
  await using world = await open({});
  const { registry, gateway } = world;
  seedTags(world, 1, 1);
  registry.fail({ kind: 'rateLimit', retryAfter: '60', times: 1 });
  const answer = await gateway.query('{ registry(name: "r") { repository(name: "app-0") { name } } }');
  expect(answer.codes).toEqual(['UPSTREAM_RATE_LIMITED']);
  expect(await gateway.crawl('r')).toMatchObject({ state: 'SUCCEEDED', done: 1 });
});

test('Docker Hub: its quota is kept to by its headers, and not used up', async () => {
  await using world = await open({ flavour: 'docker-hub' });
  const { registry, gateway } = world;
  seedTags(world, 1, 1);
  await gateway.query('{ registry(name: "r") { repository(name: "app-0") { name } } }');
  seedTags(world, 1, 250);
  gateway.wait(31);
  await gateway.crawl('r');
  expect(refused(registry)).toBe(0);
  const taken = registry.requests.filter(
    ({ method, path, status }) => method === 'GET' && /manifests/.test(path) && status === 200,
  ).length;
  expect(taken).toBeLessThan(200);
  expect(taken).toBeGreaterThan(150);
});

test('where conditions are ignored, watching asks by HEAD, which counts as no pull; elsewhere it costs what it did', async () => {
  await using world = await open({ flavour: 'ggcr' });
  const { registry, gateway } = world;
  seedTags(world, 1, 20);
  for (let n = 0; n < 3; n++) {
    gateway.wait(31);
    await gateway.crawl('r');
  }
  registry.forget();
  gateway.wait(31);
  await gateway.crawl('r');
  expect([registry.count('HEAD', /manifests/), registry.count('GET', /manifests/)]).toEqual([20, 0]);
  seed(registry.store, 'app-0', 'v7', buildImage({ labels: { moved: '1' } }));
  registry.forget();
  gateway.wait(31);
  await gateway.crawl('r');
  expect([registry.count('HEAD', /manifests/), registry.count('GET', /manifests/)]).toEqual([20, 1]);
});
