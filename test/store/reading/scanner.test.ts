import * as fc from 'fast-check';
import { sql } from 'kysely';
import type { RepositoryFilter, TagFilter } from '../../../src/domain/filter.js';
import type { Page } from '../../../src/domain/page.js';
import { createUsageStore } from '../../../src/store/index/usage.js';
import { type Database, openDatabase } from '../../../src/store/database/database.js';
import { createListStore } from '../../../src/store/queries/lists.js';
import { createSearchStore } from '../../../src/store/queries/search.js';
import { createFolder } from '../files.js';
import { addImage, addRegistry, addRepository, addTags, fakeDigest } from '../rows.js';

let folder: ReturnType<typeof createFolder>;
let database: Database;

beforeEach(async () => {
  folder = createFolder();
  database = await openDatabase(`sqlite:${folder.file('gateway.db')}`, { readers: 1 });
});
afterEach(async () => {
  await database.close();
  folder[Symbol.dispose]();
});

/** What never ends by itself. */
const endless = sql<{
  total: number;
}>`with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) as total from n`;

async function countTables({ scanner }: Database): Promise<number> {
  const { rows } = await sql<{ total: number }>`select count(*) as total from sqlite_schema`.execute(scanner);
  return rows[0]!.total;
}

async function fill({ kysely: db }: Database): Promise<number[]> {
  const keys: number[] = [];
  for (const registry of ['one', 'two']) {
    const id = await addRegistry(db, registry);
    for (const name of ['app', 'team/app', 'team/web', 'other_100%']) {
      const key = await addRepository(db, id, name, { updated_at: keys.length, tag_count: keys.length % 3 });
      const image = await addImage(db, fakeDigest(`${keys.length}a`), {
        size: keys.length,
        labels: `{"team":"${registry}"}`,
        os: 'linux',
        architecture: 'amd64',
      });
      const names = ['latest', '1.0', '1.9.2', '1.10', 'v2.0.0-rc.1', 'Feature_X', `sha256-${'a'.repeat(64)}`];
      await addTags(
        db,
        key,
        names.map((tag, at) => ({ name: tag, updated_at: at, image_id: at % 2 ? image : null })),
      );
      keys.push(key);
    }
  }
  return keys;
}

const some = <T>(...values: T[]): fc.Arbitrary<T | undefined> => fc.constantFrom(undefined, ...values);
const tagFilters: fc.Arbitrary<TagFilter> = fc.record({
  nameContains: some('1.', 'E', '_', '%'),
  glob: some('1.*', '*.?', 'Feature?X'),
  semver: some('>=1.0 <2', '^1.9', '*', '2.0.0-rc.1'),
  platform: some({ os: 'linux', architecture: 'amd64' }, { os: 'linux', architecture: 'arm64' }),
  label: some({ key: 'team', value: 'one' }),
  updatedAfter: some(new Date(2)),
  includeReferrers: some(true, false),
});
const repositoryFilters: fc.Arbitrary<RepositoryFilter> = fc.record({
  nameContains: some('app', '_', '%'),
  namespace: some('', 'team'),
  updatedBefore: some(new Date(5)),
  empty: some<boolean | null>(true, false, null),
});
const directions = fc.constantFrom('ASC' as const, 'DESC' as const);

async function show<T extends { name: string }>(page: Page<T>): Promise<unknown> {
  return [page.items, page.hasNextPage, page.items.map((item) => page.cursorOf(item)), await page.totalCount()];
}

it('gives what the connection of the gateway gives, for every filter and order', async () => {
  const keys = await fill(database);
  const here = createListStore(database.kysely);
  const beside = createListStore(database.scanner);
  const tagOrders = fc.record({
    field: fc.constantFrom('NAME' as const, 'SEMVER' as const, 'UPDATED_AT' as const, 'SIZE' as const),
    direction: directions,
  });
  await fc.assert(
    fc.asyncProperty(tagFilters, tagOrders, fc.integer({ min: 1, max: 8 }), async (filter, order, first) => {
      const read = async (lists: typeof here) =>
        Promise.all([...(await lists.listTags(keys, filter, order, { first, after: null })).values()].map(show));
      expect(await read(beside)).toEqual(await read(here));
    }),
    { numRuns: 60 },
  );
  const orders = fc.record({
    field: fc.constantFrom('NAME' as const, 'UPDATED_AT' as const, 'SIZE' as const, 'TAG_COUNT' as const),
    direction: directions,
  });
  await fc.assert(
    fc.asyncProperty(repositoryFilters, orders, fc.integer({ min: 1, max: 8 }), async (filter, order, first) => {
      const read = async (lists: typeof here) =>
        show(await lists.listRepositories(filter, order, { first, after: null }));
      expect(await read(beside)).toEqual(await read(here));
    }),
    { numRuns: 40 },
  );
});

it('searches and weighs alike', async () => {
  const keys = await fill(database);
  for (const query of ['app', 'team', '1.', 'one', 'a', fakeDigest('1a').slice(0, 20)]) {
    const search = async (db: Database['kysely']): Promise<unknown> => {
      const { items, totalCount } = await createSearchStore(db).search(query, null, { first: 100, after: null });
      return [items, await totalCount()];
    };
    expect(await search(database.scanner)).toEqual(await search(database.kysely));
  }
  const weigh = (scanner: Database['kysely']): Promise<unknown> => {
    const contents = createUsageStore({ ...database, scanner });
    const places = keys.map((repositoryKey) => ({ repositoryKey, after: '' }));
    return Promise.all([contents.uniqueSizesOf(keys), contents.imagesBehind(places)]);
  };
  expect(await weigh(database.scanner)).toEqual(await weigh(database.kysely));
});

it('sees what was committed before, and not what is not yet', async () => {
  const count = async (): Promise<number> =>
    (await database.scanner.selectFrom('registry').select('id').execute()).length;
  for (let registries = 0; registries < 20; registries++) {
    expect(await count()).toBe(registries);
    await addRegistry(database.kysely, `registry-${registries}`);
  }
  await database.kysely.transaction().execute(async (trx) => {
    await addRegistry(trx, 'not-yet');
    expect(await count()).toBe(20);
  });
  expect(await count()).toBe(21);
});

it('brings over more rows than one message holds, in their order', async () => {
  const { rows } = await sql<{
    i: number;
  }>`with recursive n(i) as (select 0 union all select i + 1 from n where i < 4321) select i from n`.execute(
    database.scanner,
  );
  expect(rows.map(({ i }) => i)).toEqual(Array.from({ length: 4322 }, (_, i) => i));
});

it('cannot write', async () => {
  const write = sql`insert into setting (key, value) values ('a', 'b') returning key`.execute(database.scanner);
  await expect(write).rejects.toMatchObject({ code: 'STORAGE_READ_ONLY' });
  expect(await database.kysely.selectFrom('setting').select('key').execute()).toEqual([]);
});

it('ends a statement at its signal, at once, and runs the next in a new process', async () => {
  const leaving = new AbortController();
  const work = database.readAs({ caller: 'ann', signal: leaving.signal }, () => endless.execute(database.scanner));
  const behind = database.readAs({ caller: 'bob' }, () => countTables(database));
  leaving.abort(new Error('enough'));
  await expect(work).rejects.toThrow('enough');
  expect(await behind).toBeGreaterThan(0);
  expect(await countTables(database)).toBeGreaterThan(0);
});

it('tells a fault of a statement as the driver does, and goes on', async () => {
  await expect(sql`select * from missing`.execute(database.scanner)).rejects.toThrow('no such table: missing');
  expect(await countTables(database)).toBeGreaterThan(0);
});

it('the scanner is the connection of the gateway where the database is in memory', async () => {
  const memory = await openDatabase('sqlite::memory:');
  expect(memory.scanner).toBe(memory.kysely);
  expect(memory.readAs({ caller: 'ann' }, () => 5)).toBe(5);
  await memory.close();
});
