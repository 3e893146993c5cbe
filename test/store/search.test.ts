import * as fc from 'fast-check';
import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import { maxCounted } from '../../src/domain/page.js';
import type { RegistryName } from '../../src/domain/name.js';
import type { RegistryAddress } from '../../src/domain/registry.js';
import type { Tables } from '../../src/store/database/database.js';
import { hitTypes } from '../../src/domain/marks.js';
import { createSearchStore, type SearchHit, type SearchOptions } from '../../src/store/queries/search.js';
import { listEngines } from '../support/servers/engines.js';
import { addImage, addRegistry, addRepository, addTags, fakeDigest, plainly } from './rows.js';

interface Filled {
  readonly registries: readonly string[];
  readonly repositories: readonly number[];
}

/** Two registries, some repositories and tags, two images of which one is held. */
async function fill(db: Kysely<Tables>): Promise<Filled> {
  const registries = [await addRegistry(db, 'nginx-mirror'), await addRegistry(db, 'local')];
  const repositories: number[] = [];
  for (const [registry, name] of [
    [0, 'nginx'],
    [0, 'library/nginx'],
    [1, 'my/nginx-exporter'],
    [1, 'mynginx'],
    [1, 'other'],
  ] as const) {
    repositories.push(await addRepository(db, registries[registry]!, name));
  }
  await addTags(db, repositories[4]!, [
    { name: 'nginx' },
    { name: 'Nginx-1.25' },
    { name: '1.25-nginx' },
    { name: 'xnginx' },
    { name: `sha256-${'a'.repeat(64)}.sig` },
  ]);
  const image = await addImage(db, fakeDigest('abcdef12'), {
    labels: JSON.stringify({ vendor: 'nginx', url: 'https://nginx.org/', 'a"b': 'über 100%' }),
  });
  await addImage(db, fakeDigest('abcdef99'), { labels: JSON.stringify({ vendor: 'nginx' }) });
  await db
    .insertInto('repository_image')
    .values({ repository_id: repositories[4]!, image_id: image, attestation: 0 })
    .execute();
  return { registries, repositories };
}

interface Finding extends SearchOptions {
  readonly first?: number;
  readonly registryIds?: string[] | null;
}

/** Every hit as text, read in pages of `first`. */
async function find(
  db: Kysely<Tables>,
  query: string,
  { first = 100, registryIds = null, ...options }: Finding = {},
): Promise<string[]> {
  const found: SearchHit[] = [];
  for (let after: string | null = null; ;) {
    const page = await createSearchStore(db).search(query, registryIds, { first, after }, options);
    found.push(...page.items);
    if (found.length > 1000) throw new Error('The search does not end.');
    if (!page.hasNextPage) {
      expect(await page.totalCount()).toBe(found.length);
      break;
    }
    after = page.cursorOf(page.items.at(-1)!);
  }
  const tables = { registry: 'name', repository: 'name', tag: 'name', image: 'digest' } as const;
  return Promise.all(
    found.map(async ({ type, key, rank }) => {
      const { rows } = await sql<{
        name: string;
      }>`select substr(${sql.ref(tables[type])}, 1, 15) as name from ${sql.table(type)} where id = ${key}`.execute(db);
      return `${rank} ${type} ${rows[0]?.name}`;
    }),
  );
}

/** All of them but the empty one. */
function subsetsOf<T>(all: readonly T[]): T[][] {
  return Array.from({ length: 2 ** all.length - 1 }, (_, at) => all.filter((_one, bit) => (at + 1) & (1 << bit)));
}

const allNginx = [
  '0 repository nginx',
  '0 repository library/nginx',
  '0 tag nginx',
  '0 image sha256:abcdef12',
  '1 registry nginx-mirror',
  '1 repository my/nginx-export',
  '1 tag Nginx-1.25',
  '1 tag 1.25-nginx',
  '2 repository mynginx',
  '2 tag xnginx',
];

describe.each(listEngines('search'))('search on $name', ({ name: engine, open }) => {
  it.each(subsetsOf(hitTypes).map((types) => [types]))(
    'finds of the types %j what it finds among all',
    async (types) => {
      await using database = await open();
      await fill(database.kysely);
      for (const query of ['nginx', 'abcdef12', 'my/nginx-export', 'nginx 1.25', `xnginx@${fakeDigest('abcdef12')}`]) {
        const all = await find(database.kysely, query);
        const wanted = all.filter((hit) => types.some((type) => hit.split(' ')[1] === type));
        expect(await find(database.kysely, query, { types, first: 2 })).toEqual(wanted);
        const page = await createSearchStore(database.kysely).search(query, null, { first: 1, after: null }, { types });
        expect(await page.countByType()).toEqual(
          Object.fromEntries(hitTypes.map((type) => [type, all.filter((hit) => hit.split(' ')[1] === type).length])),
        );
      }
    },
  );

  it.each([1, 2, 3, 100])(
    'ranks names over beginnings over parts, repositories before tags before labels, in pages of %i',
    async (first) => {
      await using database = await open();
      await fill(database.kysely);
      expect(await find(database.kysely, 'NGINX', { first })).toEqual(allNginx);
    },
  );

  it.each<[string, string[]]>([
    ['m', ['1 repository my/nginx-export', '1 repository mynginx']],
    ['my', ['1 repository my/nginx-export', '1 repository mynginx']],
    ['ex', ['1 repository my/nginx-export']],
    [
      'ngin',
      [
        '1 registry nginx-mirror',
        '1 repository nginx',
        '1 repository library/nginx',
        '1 repository my/nginx-export',
        '1 tag nginx',
        '1 tag Nginx-1.25',
        '1 tag 1.25-nginx',
        '1 image sha256:abcdef12',
        '2 repository mynginx',
        '2 tag xnginx',
      ],
    ],
    ['nginx exporter', ['1 repository my/nginx-export']],
    ['vendor=nginx', ['0 image sha256:abcdef12']],
    ['über 100%', ['1 image sha256:abcdef12']],
    ['a"b=', ['1 image sha256:abcdef12']],
    ['sha256:a', ['1 image sha256:abcdef12']],
    ['abcdef', ['1 image sha256:abcdef12']],
    ['ABCDEF12', ['1 image sha256:abcdef12']],
    [fakeDigest('abcdef12'), ['0 image sha256:abcdef12']],
    [fakeDigest('abcdef12').slice(7), ['0 image sha256:abcdef12']],
    ['sha256-aaa', []],
    ['" OR "', []],
    ['*', []],
    ['NOT', []],
    [`x${' a'.repeat(99)}`, []],
  ])('finds %j', async (query, expected) => {
    await using database = await open();
    await fill(database.kysely);
    expect(await find(database.kysely, query)).toEqual(expected);
  });

  it('counts what its pages give, whatever the names and the words', async () => {
    await using database = await open();
    const db = database.kysely;
    const registries = [await addRegistry(db, 'a'), await addRegistry(db, 'b-ab')];
    const name = fc.string({ unit: fc.constantFrom('a', 'b', '-', '.', '/'), minLength: 1, maxLength: 6 });
    const names = fc.sample(name, { numRuns: 200, seed: 1 });
    for (const [at, each] of [...new Set(names)].entries()) {
      const key = await addRepository(db, registries[at % 2]!, each);
      await addTags(db, key, [{ name: each.replaceAll('/', '_') }, { name: `sha256-${'a'.repeat(64)}` }]);
      const image = await addImage(db, fakeDigest(`ab${at}f`), { labels: JSON.stringify({ [each]: each }) });
      if (at % 3) await db.insertInto('repository_image').values({ repository_id: key, image_id: image }).execute();
    }
    for (const query of fc.sample(
      fc.oneof(
        name,
        fc.tuple(name, name).map((words) => words.join(' ')),
        fc.constant('abab'),
      ),
      {
        numRuns: 60,
        seed: 2,
      },
    )) {
      await find(db, query);
      await find(db, query, { registryIds: [registries[1]!] });
    }
  });

  it('counts no further than one more than it says, and once', async () => {
    await using database = await open();
    const db = database.kysely;
    const key = await addRepository(db, await addRegistry(db, 'a'), 'same');
    const tags = Array.from({ length: maxCounted + 50 }, (_, at) => ({ name: `same-${at}` }));
    const count = async (query: string): Promise<number> =>
      (await createSearchStore(db).search(query, null, { first: 1, after: null })).totalCount();
    await addTags(db, key, tags.slice(0, maxCounted - 1));
    expect(await count('same')).toBe(maxCounted);
    await addTags(db, key, tags.slice(maxCounted - 1));
    expect(await count('same')).toBe(maxCounted + 1);
    expect(await count('same-10049')).toBe(1);
    const statements: string[] = [];
    const spied = db.withPlugin({
      transformQuery: ({ node }) => (statements.push(node.kind), node),
      transformResult: async ({ result }) => result,
    });
    const page = await createSearchStore(spied).search('same', null, { first: 1, after: null });
    statements.length = 0;
    expect(await Promise.all([page.totalCount(), page.totalCount()])).toEqual([maxCounted + 1, maxCounted + 1]);
    // The tags, and on PostgreSQL the repositories, of which SQLite knows before it looks for them that there are few:
    // the registries were read for the page, and there is no room for labels.
    expect(statements).toHaveLength(engine === 'sqlite' ? 1 : 2);
  });

  it('stays within the registries given', async () => {
    await using database = await open();
    const { registries } = await fill(database.kysely);
    expect(await find(database.kysely, 'nginx', { registryIds: [registries[0]!] })).toEqual([
      '0 repository nginx',
      '0 repository library/nginx',
      '1 registry nginx-mirror',
    ]);
    expect(await find(database.kysely, 'nginx', { registryIds: [] })).toEqual([]);
  });

  it.each([1, 2, 100])('what a reference names comes first, and once, in pages of %i', async (first) => {
    await using database = await open();
    const db = database.kysely;
    const { registries: ids, repositories } = await fill(db);
    const [mirror, local] = ids as [string, string];
    for (const key of repositories.slice(0, 3)) await addTags(db, key, [{ name: '1.2' }, { name: 'RC1' }]);
    const registries = [
      {
        id: mirror,
        name: 'nginx-mirror' as RegistryName,
        addr: 'https://hub.example' as RegistryAddress,
        pullHost: null,
      },
      { id: local, name: 'local' as RegistryName, addr: 'http://[::1]:5000/all' as RegistryAddress, pullHost: null },
    ];
    const digest = fakeDigest('abcdef12');
    const labels = JSON.stringify({ base: `other@${digest}`, x: 'nginx:1.2' });
    await plainly(db).updateTable('image').set({ labels }).where('digest', '=', digest).execute();
    const ask = (query: string) => find(db, query, { first, registries });
    const image = '0 image sha256:abcdef12';
    // The label is found as any word is, and what was named is not found by it again.
    expect(await ask('nginx:1.2')).toEqual(['0 tag 1.2', '0 tag 1.2', image]);
    expect(await ask('local/my/nginx-exporter:1.2')).toEqual(['0 tag 1.2']);
    expect(await ask('[::1]:5000/all/my/nginx-exporter:RC1')).toEqual(['0 tag RC1']);
    expect(await ask('HUB.example:443/nginx:1.2')).toEqual(['0 tag 1.2', '0 tag 1.2']);
    expect(await ask('hub.example/nginx:none')).toEqual(['0 repository nginx', '0 repository library/nginx']);
    expect(await ask('nginx-mirror/nginx')).toEqual(['0 repository nginx', '0 repository library/nginx']);
    expect(await ask('library/nginx')).toEqual(['0 repository library/nginx']);
    expect(await ask(`other@${digest}`)).toEqual([image]);
    expect(await ask(`local/other:xnginx@${digest}`)).toEqual(['0 tag xnginx', image]);
    expect(await ask(`other@${fakeDigest('abcdef99')}`)).toEqual(['0 repository other']);
    expect(await ask('other/nginx:1.2')).toEqual([]);
    expect(await find(db, 'my/nginx-exporter:1.2', { first, registries, registryIds: [mirror] })).toEqual([]);
  });

  it.each([1, 2, 100])('words are found across names of repositories and tags, in pages of %i', async (first) => {
    await using database = await open();
    const db = database.kysely;
    const { repositories } = await fill(db);
    await addTags(db, repositories[0]!, [
      { name: '1.2' },
      { name: '1.25-nginx' },
      { name: 'v1.2' },
      { name: '1.2.7-alpine' },
      { name: 'RC1' },
      { name: '2' },
    ]);
    await addTags(db, repositories[2]!, [{ name: '1.2' }, { name: `sha256-${'b'.repeat(64)}.sig` }]);
    const ask = (query: string) => find(db, query, { first });
    const versions = ['1 tag 1.2', '1 tag v1.2', '1 tag 1.2', '1 tag 1.2.7-alpine'];
    // What has all words in one name is found as before, and not across names too.
    const all = [...versions, '1 tag Nginx-1.25', '1 tag 1.25-nginx', '1 tag 1.25-nginx'];
    expect(await ask('nginx 1.2')).toEqual(all);
    expect(await ask('1.2 nginx')).toEqual(all);
    expect(await ask('nginx alpine')).toEqual(['1 tag 1.2.7-alpine']);
    expect(await ask('alpine nginx 1.2')).toEqual(['1 tag 1.2.7-alpine']);
    expect(await ask('exporter my 1.2')).toEqual(['1 tag 1.2']);
    expect(await ask('nginx rc1')).toEqual(['1 tag RC1']);
    expect(await ask('nginx sha256')).toEqual([]);
    expect(await ask('nginx a b c d')).toEqual([]);
  });

  it('follows every change of a name, a label and what is hidden, and a cascade', async () => {
    await using database = await open();
    const db = database.kysely;
    const { registries, repositories } = await fill(db);
    const tables = plainly(db);
    await tables.updateTable('repository').set({ name: 'renamed' }).where('id', '=', repositories[3]!).execute();
    await tables.updateTable('tag').set({ is_hidden: 1 }).where('name', '=', 'xnginx').execute();
    await tables.updateTable('image').set({ labels: '{}' }).execute();
    expect(await find(db, 'nginx')).toEqual(allNginx.filter((hit) => !/image|mynginx|xnginx/.test(hit)));
    await tables.updateTable('tag').set({ is_hidden: 0 }).where('name', '=', 'xnginx').execute();
    await tables.updateTable('image').set({ labels: '{"made":"later"}' }).execute();
    expect(await find(db, 'xnginx')).toEqual(['0 tag xnginx']);
    expect(await find(db, 'later')).toEqual(['0 image sha256:abcdef12']);
    await db.deleteFrom('registry').where('id', '=', registries[1]!).execute();
    expect(await find(db, 'nginx')).toEqual([
      '0 repository nginx',
      '0 repository library/nginx',
      '1 registry nginx-mirror',
    ]);
    if (engine !== 'sqlite') return;
    const { rows } = await sql<{
      n: number;
    }>`select count(*) as n from search_tag where search_tag match '"nginx"'`.execute(db);
    expect(rows).toEqual([{ n: 0 }]);
  });

  it('finds what was there before the migration', async () => {
    await using database = await open();
    const db = database.kysely;
    const { orm } = database;
    const made = (await orm.migrator.getExecuted()).find((migration) => migration.name.endsWith('_search'));
    await orm.migrator.down({ migrations: [made!.name] });
    await fill(db);
    await orm.migrator.up();
    expect(await find(db, 'nginx')).toEqual(allNginx);
    expect(await database.checkSchema()).toBe(true);
  });

  it.each(['', '   ', 'x'.repeat(256)])('refuses the query %j, naming it', async (query) => {
    await using database = await open();
    await expect(
      createSearchStore(database.kysely).search(query, null, { first: 1, after: null }),
    ).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      facts: { path: ['query'] },
      message: expect.stringContaining('"query" must have 1 to 255 characters'),
    });
  });

  it('refuses a cursor of another query, or one made up, naming "after"', async () => {
    await using database = await open();
    await fill(database.kysely);
    const index = createSearchStore(database.kysely);
    const page = await index.search('nginx', null, { first: 1, after: null });
    const forged = (...parts: unknown[]): string => Buffer.from(JSON.stringify(parts)).toString('base64url');
    const cursors = [
      forged('search:nginx', 99, 1),
      forged('search:nginx', 0, 1),
      forged('search:nginx', 1, 1),
      forged('search:nginx', 2, 'x'),
      forged('search:nginx', 2.5, 1),
      forged('search:nginx', 2, null),
    ];
    for (const [query, after] of [
      ['other', page.cursorOf(page.items[0]!)],
      ...cursors.map((cursor) => ['nginx', cursor]),
    ]) {
      await expect(index.search(query!, null, { first: 1, after: after! })).rejects.toMatchObject({
        code: 'BAD_USER_INPUT',
        facts: { path: ['after'] },
      });
    }
  });
});
