import { createRefreshQueue } from '../../src/catalogue/sync/refreshqueue.js';
import type { RepositoryName } from '../../src/domain/name.js';
import { type TestCatalogue, createTestCatalogue } from '../support/worlds/catalogue.js';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { createMemoryRegistry } from '../support/registry/server.js';
import { createManualTimer, letRun, until } from '../support/timer.js';

const app = 'app' as RepositoryName;
const at = new Date('2026-01-02T03:04:05Z');

test('what changes while it is read is read once more, however often it changed', async () => {
  const reads: Date[] = [];
  const first = Promise.withResolvers<void>();
  const read = async (_id: string, _name: RepositoryName | null, changedAt: Date): Promise<void> => {
    reads.push(changedAt);
    if (reads.length === 1) await first.promise;
  };
  const rereads = createRefreshQueue(read, createManualTimer());
  for (let n = 0; n < 1000; n++) rereads.schedule('r', app, new Date(at.getTime() + n));
  expect(reads).toEqual([at]);
  first.resolve();
  await letRun();
  expect(reads).toEqual([at, new Date(at.getTime() + 1)]);
});

test('after a quiet time some readings follow each other at once; then there is one in each gap, and the last change is never lost', async () => {
  const timer = createManualTimer();
  const reads: number[] = [];
  const rereads = createRefreshQueue(async () => void reads.push(timer.elapsed()), timer, { burst: 3, gap: 100 });
  for (let ms = 0; ms <= 250; ms++) {
    rereads.schedule('r', app, at);
    await timer.advance(1);
  }
  expect(reads).toEqual([0, 1, 2, 100, 200]);
  await timer.advance(1000);
  expect(reads).toEqual([0, 1, 2, 100, 200, 300]);
  rereads.stop();
});

test('a flood about more repositories than can wait is one reading of the registry', async () => {
  const timer = createManualTimer();
  const reads: (string | null)[] = [];
  const read = async (_id: string, name: RepositoryName | null): Promise<void> => {
    reads.push(name);
    await timer.sleep(20);
  };
  const rereads = createRefreshQueue(read, timer);
  for (let n = 0; n < 10_000; n++) rereads.schedule('r', `app-${n}` as RepositoryName, at);
  rereads.schedule('other', app, at);
  await timer.advance(100);
  expect(reads.filter((name) => name === null)).toHaveLength(1);
  expect(reads).toContain(app);
  expect(reads.length).toBeLessThan(500);
  rereads.stop();
});

describe('with a registry', () => {
  let gateway: TestCatalogue;
  beforeEach(async () => {
    gateway = await createTestCatalogue();
  });
  afterEach(() => gateway[Symbol.asyncDispose]());

  test('10,000 events about one repository are five readings, and its last state is the one that is read', async () => {
    await using registry = await createMemoryRegistry({ delayMs: 2 });
    seed(registry.store, 'app', 'v1', buildImage());
    const { id } = await gateway.attach('r', registry.url, { maxAge: 3600 });
    await gateway.crawl('r');
    registry.forget();
    seed(registry.store, 'app', 'v2', buildImage({ labels: { v: '2' } }));
    for (let n = 0; n < 10_000; n++) {
      gateway.catalogue.sync.scheduleRefresh(id, app, at);
      if (n % 100 === 0) await letRun();
    }
    const shown = async (): Promise<unknown> =>
      (await gateway.query('{ repository(registry: "r", name: "app") { tagCount } }')).data;
    await until(async () => JSON.stringify(await shown()) === '{"repository":{"tagCount":2}}');
    expect(await shown()).toEqual({ repository: { tagCount: 2 } });
    expect(registry.count('GET', /tags\/list/)).toBeLessThanOrEqual(5);
  });

  test('events about names that the registry does not have change nothing', async () => {
    await using registry = await createMemoryRegistry();
    const { id } = await gateway.attach('r', registry.url, { maxAge: 3600 });
    await gateway.crawl('r');
    for (let n = 0; n < 100; n++) gateway.catalogue.sync.scheduleRefresh(id, `no-${n}` as RepositoryName, at);
    await until(() => registry.count('GET', /\/no-\d+\/tags\/list/) >= 100);
    expect(registry.count('GET', /\/no-\d+\/tags\/list/)).toBe(100);
    await letRun();
    expect(
      (await gateway.query('{ repositories(filter: { empty: true }) { totalCount } }')).data ?? null,
    ).toMatchObject({ repositories: { totalCount: 0 } });
    expect(gateway.log).toEqual([]);
  });
});

test('a whole registry rests ten times as long as reading it took', async () => {
  const timer = createManualTimer();
  const reads: number[] = [];
  const rereads = createRefreshQueue(
    async () => {
      reads.push(timer.elapsed());
      await timer.sleep(3000);
    },
    timer,
    { burst: 3, gap: 100 },
  );
  for (let second = 0; second < 100; second++) {
    rereads.schedule('r', null, at);
    await timer.advance(1000);
  }
  expect(reads).toEqual([0, 33_000, 66_000, 99_000]);
  rereads.stop();
});
