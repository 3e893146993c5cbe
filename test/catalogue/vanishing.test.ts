import { buildImage } from '../support/content/images.js';
import { createTestCatalogue, type TestCatalogue } from '../support/worlds/catalogue.js';
import { seed } from '../support/content/push.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';

const image = buildImage();
const all = Array.from({ length: 30 }, (_, i) => `t${String(i).padStart(3, '0')}`);
const query =
  '{ registry(name: "r") { freshness { lastError { code } } repositories(first: 100) { nodes { name tagCount ' +
  'freshness { lastError { code message } } } } } }';

interface Shown {
  readonly registry: {
    readonly repositories: {
      readonly nodes: readonly {
        name: string;
        tagCount: number;
        freshness: { lastError: { code: string; message: string } | null };
      }[];
    };
  };
}

let registry: MemoryRegistry;
let gateway: TestCatalogue;

beforeEach(async () => {
  registry = await createMemoryRegistry({ flavour: '3.1' });
  gateway = await createTestCatalogue();
  await gateway.attach('r', registry.url);
});
afterEach(async () => {
  await gateway[Symbol.asyncDispose]();
  await registry.close();
});

async function crawl(): Promise<Shown['registry']['repositories']['nodes']> {
  gateway.wait(31);
  await gateway.crawl('r');
  return (await gateway.query<Shown>(query)).data.registry.repositories.nodes;
}

/** Every list of tags has these and no Link, as behind a proxy that drops it. */
function cut(names: readonly string[]): { stop(): void } {
  return registry.fail({
    kind: 'status',
    status: 200,
    body: JSON.stringify({ name: 'app', tags: names }),
    match: /tags\/list/,
  });
}

describe('a tag list that is shorter than before', () => {
  beforeEach(async () => {
    for (const tag of all) seed(registry.store, 'app', tag, image);
    expect(await crawl()).toMatchObject([{ name: 'app', tagCount: 30 }]);
  });

  test.each([
    ['the first page', all.slice(0, 10)],
    ['nothing', []],
    ['all but one', all.slice(0, -1)],
    ['what is not in order', [all[29], all[3], all[14]]],
  ])('takes nothing out while the registry has the others: %s', async (_, names) => {
    const short = cut(names as string[]);
    for (let i = 0; i < 3; i++) {
      expect(await crawl()).toMatchObject([
        {
          tagCount: 30,
          freshness: {
            lastError: { code: 'UPSTREAM_PAGINATION', message: expect.stringContaining('the list is cut short') },
          },
        },
      ]);
    }
    short.stop();
    expect(await crawl()).toMatchObject([{ tagCount: 30, freshness: { lastError: null } }]);
  });

  test('takes nothing out though some of the others are gone', async () => {
    for (const tag of all.slice(12, 20)) registry.store.deleteTag('app', tag);
    const short = cut(all.slice(0, 10));
    expect(await crawl()).toMatchObject([{ tagCount: 30, freshness: { lastError: { code: 'UPSTREAM_PAGINATION' } } }]);
    short.stop();
    expect(await crawl()).toMatchObject([{ tagCount: 22, freshness: { lastError: null } }]);
  });

  test('takes nothing out while the others cannot be asked for', async () => {
    for (const tag of all.slice(10)) registry.store.deleteTag('app', tag);
    const failing = registry.fail({ kind: 'status', status: 500, method: 'HEAD' });
    expect(await crawl()).toMatchObject([{ tagCount: 30, freshness: { lastError: { code: 'UPSTREAM_ERROR' } } }]);
    failing.stop();
    expect(await crawl()).toMatchObject([{ tagCount: 10, freshness: { lastError: null } }]);
  });

  test('costs a second list and ten questions at the most, where it is right', async () => {
    for (const tag of all.slice(5)) registry.store.deleteTag('app', tag);
    registry.forget();
    expect(await crawl()).toMatchObject([{ tagCount: 5 }]);
    expect([registry.count('GET', /tags\/list/), registry.count('HEAD')]).toEqual([2, 10]);
    registry.forget();
    await crawl();
    expect([registry.count('GET', /tags\/list/), registry.count('HEAD')]).toEqual([1, 0]);
  });
});

test('a catalogue that is cut short takes no repository out that has tags, and lets those go that have none', async () => {
  for (const name of ['a', 'b', 'c']) seed(registry.store, name, 'v1', image);
  expect(await crawl()).toHaveLength(3);
  const short = registry.fail({ kind: 'status', status: 200, body: '{"repositories":["a"]}', match: /_catalog/ });
  for (let i = 0; i < 4; i++) expect((await crawl()).map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  registry.store.deleteTag('c', 'v1');
  await crawl();
  expect((await crawl()).map(({ name }) => name)).toEqual(['a', 'b']);
  short.stop();
  expect(await crawl()).toMatchObject([{ name: 'a' }, { name: 'b', tagCount: 1 }]);
});

test('names that can be none are counted and shown, and forgotten once they are gone', async () => {
  seed(registry.store, 'app', 'v1', image);
  const shown =
    '{ registry(name: "r") { droppedNames droppedNameExamples repository(name: "app") { tagCount droppedTags ' +
    'droppedTagExamples } } }';
  await crawl();
  const none = {
    droppedNames: 0,
    droppedNameExamples: [],
    repository: { tagCount: 1, droppedTags: 0, droppedTagExamples: [] },
  };
  expect((await gateway.query(shown)).data).toEqual({ registry: none });
  registry.fail({ kind: 'names', names: ['UP', '\u001b[31m', 'x'.repeat(300)], match: /_catalog/ });
  registry.fail({ kind: 'names', names: ['-', 7], match: /tags.list/ });
  await crawl();
  expect((await gateway.query(shown)).data).toEqual({
    registry: {
      droppedNames: 3,
      droppedNameExamples: ['"UP"', '"\\u001b[31m"', `"${'x'.repeat(80)}"`],
      repository: { tagCount: 1, droppedTags: 2, droppedTagExamples: ['"-"', '"7"'] },
    },
  });
  registry.heal();
  await crawl();
  expect((await gateway.query(shown)).data).toEqual({ registry: none });
});

test('a repository of 130,000 tags is read to its end, and its names go as they came', async () => {
  const names = Array.from({ length: 130_000 }, (_, i) => `build-${i}`);
  const { parts, database } = gateway;
  const { repositories, tags } = parts;
  const { id } = (await gateway.registries.list())[0]!;
  const { key } = await repositories.add(id, 'big' as never, new Date(0));
  const when = { at: new Date(0), source: 'CHANGE_SEEN' } as const;
  await tags.applyNames(key, names as never, when);
  expect(await tags.listAll([key])).toHaveLength(130_000);
  expect(
    await tags.findMany((await database.kysely.selectFrom('tag').select('id').execute()).map((row) => row.id)),
  ).toHaveLength(130_000);
  await tags.applyReadings(
    (await tags.listAll([key])).map((tag) => ({ tagKey: tag.key, imageKey: null, was: null })),
    { at: new Date(0), now: new Date(0) },
    when,
  );
  await tags.applyNames(key, names.slice(0, 1) as never, when);
  expect(await tags.listAll([key])).toMatchObject([{ name: 'build-0' }]);
});
