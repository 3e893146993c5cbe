import { type Kysely, sql } from 'kysely';
import { createPruning, type Pruning } from '../../src/catalogue/pruning.js';
import type { Database, Tables } from '../../src/store/database/database.js';
import { eventsKept } from '../../src/store/pruning/oldevents.js';
import { createManifest } from '../store/manifests.js';
import { createTestCatalogue, type TestCatalogue } from '../support/worlds/catalogue.js';
import { type Built, buildImage, buildIndex } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';
import { createHastyTimer, createManualTimer, letRun } from '../support/timer.js';

const tables = ['image', 'blob', 'image_blob', 'image_entry', 'absent_content', 'search_label'];

async function count(db: Kysely<Tables>): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const table of tables) {
    const { rows } = await sql<{ total: number }>`select count(*) as total from ${sql.table(table)}`.execute(db);
    found[table] = rows[0]!.total;
  }
  return found;
}

function createPruningOf(database: Database): Pruning {
  const keep = { jobDays: 90, auditDays: null };
  return createPruning({ database, clock: () => new Date(), timer: createHastyTimer(), keep, log: () => undefined });
}

let registry: MemoryRegistry;
let gateway: TestCatalogue;
let pruning: Pruning;
beforeEach(async () => {
  registry = await createMemoryRegistry();
  gateway = await createTestCatalogue();
  await gateway.attach('r', registry.url);
  pruning = createPruningOf(gateway.database);
});
afterEach(async () => {
  await gateway[Symbol.asyncDispose]();
  await registry[Symbol.asyncDispose]();
});

const app = 'app';

function put(tag: string, image: Built): void {
  seed(registry.store, app, tag, image);
}

/** An index of two platforms under the tag, its children untagged. */
function putIndex(tag: string, name: string): void {
  const children = ['amd64', 'arm64'].map((arch) =>
    buildImage({ arch, labels: { name }, layers: [{ seed: `${name} ${arch}` }] }),
  );
  for (const child of children) seed(registry.store, app, null, child);
  put(tag, buildIndex(children));
}

async function shown(): Promise<unknown> {
  const { data, codes } = await gateway.query(
    '{ registry(name: "r") { repository(name: "app") { size tags(first: 100) { nodes { name digest size image { ' +
      'platforms { digest layers { digest } labels { value } } } } } } } }',
  );
  expect(codes).toEqual([]);
  return data;
}

test('what went goes at the second look, an index with its children; what is tagged stays as it was', async () => {
  putIndex('v1', 'kept');
  await gateway.crawl('r');
  const { kysely: db } = gateway.database;
  const [before, shownBefore] = [await count(db), await shown()];
  putIndex('v2', 'gone');
  await gateway.crawl('r');
  expect(await count(db)).toMatchObject({ image: before['image']! * 2, search_label: before['search_label']! * 2 });
  registry.store.deleteTag(app, 'v2');
  await gateway.crawl('r');
  const whole = await count(db);
  await pruning.sweep();
  expect(await count(db)).toEqual(whole);
  await pruning.sweep();
  await pruning.sweep();
  expect(await count(db)).toEqual(before);
  expect(await shown()).toEqual(shownBefore);
});

test('what is pushed again between two looks is not taken away', async () => {
  putIndex('v1', 'again');
  put('other', buildImage());
  await gateway.crawl('r');
  const all = await shown();
  const digest = registry.store.resolveTag(app, 'v1')!;
  registry.store.deleteTag(app, 'v1');
  await gateway.crawl('r');
  await pruning.sweep();
  registry.store.setTag(app, 'v1', digest);
  await gateway.crawl('r');
  await pruning.sweep();
  await pruning.sweep();
  expect(await shown()).toEqual(all);
});

test('an image that was saved and not linked yet outlives a look that would have taken it', async () => {
  put('v1', buildImage());
  await gateway.crawl('r');
  const { kysely: db } = gateway.database;
  await sql`update tag set image_id = null`.execute(db);
  await sql`delete from repository_image`.execute(db);
  await pruning.sweep();
  const { images } = gateway.parts;
  const [known] = await images.findByDigests([registry.store.resolveTag(app, 'v1') as never]);
  const { manifest, config } = createManifest('known', { digest: known!.digest });
  await images.save([{ manifest, config }], new Date());
  await pruning.sweep();
  expect((await count(db))['image']).toBe(1);
  await pruning.sweep();
  expect((await count(db))['image']).toBe(0);
});

test('crawls and looks beside each other lose nothing: forty rounds of tags that come, move and go', async () => {
  for (let round = 0; round < 40; round++) {
    putIndex(`tag${round % 5}`, `index ${round % 7}`);
    put(`plain${round % 3}`, buildImage({ layers: [{ seed: `plain ${round % 4}` }] }));
    registry.store.deleteTag(app, `tag${(round + 2) % 5}`);
    const [job] = await Promise.all([gateway.crawl('r'), pruning.sweep()]);
    expect(job.failures).toEqual([]);
  }
  const kept = await shown();
  // An index goes before its children, which may have been there before it.
  for (let sweep = 0; sweep < 4; sweep++) await pruning.sweep();
  expect(await shown()).toEqual(kept);
  await using fresh = await createTestCatalogue();
  await fresh.attach('r', registry.url);
  await fresh.crawl('r');
  expect(await count(gateway.database.kysely)).toEqual(await count(fresh.database.kysely));
});

test('pruning begins a minute after the start, rests ten times as long as it took, and ends with the gateway', async () => {
  const timer = createManualTimer();
  const removed: unknown[] = [];
  const keep = { jobDays: 90, auditDays: null };
  const log = (_: string, facts: Record<string, unknown>): void => void removed.push(facts['removed']);
  const own = createPruning({ database: gateway.database, clock: () => new Date(0), timer, keep, log });
  put('v1', buildImage());
  await gateway.crawl('r');
  registry.store.deleteTag(app, 'v1');
  await gateway.crawl('r');
  own.start();
  expect(timer.waiting()).toEqual([60_000]);
  for (let minute = 0; minute < 3; minute++) {
    await timer.advance(60_000);
    for (let turn = 0; turn < 20; turn++) {
      await timer.advance(10);
      await letRun();
    }
  }
  expect(removed).toEqual([{ image: 1, blob: 2 }]);
  expect((await count(gateway.database.kysely))['image']).toBe(0);
  await own.stop();
  await letRun();
  expect(timer.waiting()).toEqual([]);
});

test('events beyond those that are kept go at each sweep, however short after the last', async () => {
  const { kysely } = gateway.database;
  const put = (id: number) =>
    kysely
      .insertInto('event')
      .values({ id, at: Date.now(), kind: 'TAG_PUSHED', registry_id: 'r', registry_name: 'r' as never })
      .execute();
  const ids = async () => (await kysely.selectFrom('event').select('id').orderBy('id').execute()).map(({ id }) => id);
  await kysely.deleteFrom('event').execute();
  await put(10);
  await pruning.sweep();
  expect(await ids()).toEqual([10]);
  await put(eventsKept + 10);
  await pruning.sweep();
  expect(await ids()).toEqual([eventsKept + 10]);
});
