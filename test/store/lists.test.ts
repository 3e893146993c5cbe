import * as fc from 'fast-check';
import type { Kysely, PluginTransformQueryArgs } from 'kysely';
import type { Tag } from '../../src/domain/catalogue.js';
import type { RepositoryFilter, RepositoryOrder, TagFilter, TagOrder } from '../../src/domain/filter.js';
import type { Page, PageRequest } from '../../src/domain/page.js';
import { toSortKey } from '../../src/domain/version.js';
import type { Tables } from '../../src/store/database/database.js';
import { createListStore } from '../../src/store/queries/lists.js';
import { engineOfRun } from '../support/servers/engines.js';
import { openMemory } from './files.js';
import { addImage, addRegistry, addRepository, addTags, fakeDigest, plainly } from './rows.js';

const directions = ['ASC', 'DESC'] as const;
const repositoryFields = ['NAME', 'UPDATED_AT', 'SIZE', 'TAG_COUNT'] as const;
const tagFields = ['NAME', 'SEMVER', 'UPDATED_AT', 'SIZE'] as const;
const firstPage: PageRequest = { first: 100, after: null };
const byName = { field: 'NAME', direction: 'ASC' } as const;

/** The values that each order goes by. */
const orderedBy: Record<(typeof tagFields)[number], (tag: Tag) => string | number> = {
  NAME: ({ name }) => name,
  SEMVER: ({ name }) => toSortKey(name),
  UPDATED_AT: ({ updatedAt }) => updatedAt.getTime(),
  SIZE: ({ size }) => size ?? -1,
};

/** Every item of a list, read page by page. */
async function readAll<T extends { key: number }>(
  first: number,
  read: (page: PageRequest) => Promise<Page<T>>,
): Promise<T[]> {
  const all: T[] = [];
  for (let after: string | null = null; ;) {
    const page: Page<T> = await read({ first, after });
    expect(page.hasPreviousPage).toBe(after !== null);
    all.push(...page.items);
    if (!page.hasNextPage) return all;
    after = page.cursorOf(page.items.at(-1)!);
    if (all.length > 5000) throw new Error('The list does not end.');
  }
}

/** Plans are SQLite's: those of PostgreSQL are looked at in postgres/plans.test.ts. */
const isOnSqlite = engineOfRun === 'sqlite';
const itOnSqlite = isOnSqlite ? it : it.skip;

/** How SQLite answers each statement that `work` runs. */
async function explain(db: Kysely<Tables>, work: (db: Kysely<Tables>) => Promise<unknown>): Promise<string> {
  const seen: PluginTransformQueryArgs[] = [];
  const spied = db.withPlugin({
    transformQuery: (query) => (seen.push(query), query.node),
    transformResult: async ({ result }) => result,
  });
  await work(spied);
  const plans: string[] = [];
  for (const { node, queryId } of seen) {
    const query = db.getExecutor().compileQuery(node, queryId);
    const { rows } = await db.executeQuery<{ detail: string }>({ ...query, sql: `explain query plan ${query.sql}` });
    plans.push(...rows.map((row) => row.detail));
  }
  return plans.join('\n');
}

const tagRow = fc.record({
  updated_at: fc.integer({ min: 0, max: 3 }),
  size: fc.option(fc.integer({ min: 0, max: 2 })),
  number: fc.integer({ min: 0, max: 20 }),
});
const repositoryRow = fc.record({
  updated_at: fc.option(fc.integer({ min: 1, max: 3 })),
  size: fc.integer({ min: 0, max: 2 }),
  tag_count: fc.integer({ min: 1, max: 3 }),
  registry: fc.integer({ min: 0, max: 1 }),
});

describe('paging', () => {
  it('gives every repository exactly once, in order, in every order and direction, with many equal values', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(repositoryRow, { minLength: 100, maxLength: 250 }),
        fc.integer({ min: 1, max: 60 }),
        async (rows, first) => {
          await using database = await openMemory();
          const db = database.kysely;
          const registries = [await addRegistry(db, 'a'), await addRegistry(db, 'b')];
          for (const [at, { registry, ...row }] of rows.entries())
            await addRepository(db, registries[registry]!, `r/${at % 90}-${at}`, row);
          const lists = createListStore(db);
          for (const registryIds of [null, [registries[0]!], registries]) {
            const expected = rows.filter((row) => registryIds?.length !== 1 || row.registry === 0).length;
            for (const field of repositoryFields) {
              for (const direction of directions) {
                const all = await readAll(first, (page) =>
                  lists.listRepositories({ registryIds }, { field, direction }, page),
                );
                expect(new Set(all.map(({ key }) => key)).size).toBe(expected);
                expect(all.length).toBe(expected);
                const values = all.map((item) =>
                  field === 'NAME'
                    ? item.name
                    : field === 'SIZE'
                      ? item.size
                      : field === 'TAG_COUNT'
                        ? item.tagCount
                        : (item.updatedAt?.getTime() ?? -1),
                );
                expect(isSorted(values, direction)).toBe(true);
              }
            }
          }
        },
      ),
      { numRuns: 3 },
    );
  });

  it('gives every tag exactly once, in order, in every order and direction, with many equal values', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(tagRow, { minLength: 100, maxLength: 300 }),
        fc.integer({ min: 1, max: 60 }),
        async (rows, first) => {
          await using database = await openMemory();
          const db = database.kysely;
          const key = await addRepository(db, await addRegistry(db, 'a'), 'r');
          const images = new Map<number | null, number>();
          for (const size of [null, 0, 1, 2])
            images.set(size, await addImage(db, fakeDigest(images.size + 1), { size }));
          await addTags(
            db,
            key,
            rows.map(({ number, size, updated_at }, at) => ({
              name: `v1.${number}.0${at % 2 ? '' : `_${at}`}${at % 2 ? `-${at}` : ''}`,
              updated_at,
              image_id: images.get(size)!,
            })),
          );
          const lists = createListStore(db);
          for (const field of tagFields) {
            for (const direction of directions) {
              const all = await readAll(first, async (page) =>
                (await lists.listTags([key], {}, { field, direction }, page)).get(key)!,
              );
              expect(new Set(all.map((tag) => tag.key)).size).toBe(rows.length);
              expect(all.length).toBe(rows.length);
              if (field === 'SEMVER') continue;
              expect(
                isSorted(
                  all.map((tag) =>
                    field === 'NAME' ? tag.name : field === 'SIZE' ? (tag.size ?? -1) : tag.updatedAt.getTime(),
                  ),
                  direction,
                ),
              ).toBe(true);
            }
          }
        },
      ),
      { numRuns: 3 },
    );
  });

  it('puts repositories without a time first when ascending and last when descending', async () => {
    await using database = await openMemory();
    const db = database.kysely;
    const registry = await addRegistry(db, 'a');
    for (const [name, updated_at] of [
      ['old', 1],
      ['never', null],
      ['new', 2],
      ['never2', null],
    ] as const)
      await addRepository(db, registry, name, { updated_at });
    const list = async (direction: 'ASC' | 'DESC'): Promise<string[]> =>
      (
        await readAll(1, (page) => createListStore(db).listRepositories({}, { field: 'UPDATED_AT', direction }, page))
      ).map(({ name }) => name);
    expect(await list('ASC')).toEqual(['never', 'never2', 'old', 'new']);
    expect(await list('DESC')).toEqual(['new', 'old', 'never2', 'never']);
  });

  it('refuses a cursor of another list, order, direction, repository or hand, naming "after"', async () => {
    await using database = await openMemory();
    const db = database.kysely;
    const registry = await addRegistry(db, 'a');
    const [one, two] = [await addRepository(db, registry, 'r'), await addRepository(db, registry, 's')];
    await addTags(db, one, [{ name: 'a' }, { name: 'b' }]);
    const lists = createListStore(db);
    const repositories = await lists.listRepositories({}, byName, firstPage);
    const tags = (await lists.listTags([one], {}, byName, firstPage)).get(one)!;
    const cursors = [repositories.cursorOf(repositories.items[0]!), tags.cursorOf(tags.items[0]!)];
    const refused = {
      code: 'BAD_USER_INPUT',
      facts: { path: ['after'] },
      message: expect.stringContaining('is not a cursor of this list'),
    };
    const forged = (...parts: unknown[]): string => Buffer.from(JSON.stringify(parts)).toString('base64url');
    const list = (order: RepositoryOrder, after: string, filter: RepositoryFilter = {}): Promise<unknown> =>
      lists.listRepositories(filter, order, { first: 1, after });
    await expect(list(byName, cursors[1]!)).rejects.toMatchObject(refused);
    await expect(list({ field: 'SIZE', direction: 'ASC' }, cursors[0]!)).rejects.toMatchObject(refused);
    await expect(list({ field: 'NAME', direction: 'DESC' }, cursors[0]!)).rejects.toMatchObject(refused);
    await expect(list(byName, cursors[0]!, { registryIds: [registry] })).rejects.toMatchObject(refused);
    await expect(list(byName, forged('repositories:all:NAME:ASC', 1, 1))).rejects.toMatchObject(refused);
    await expect(list(byName, forged('repositories:all:NAME:ASC', null, 1))).rejects.toMatchObject(refused);
    await expect(list(byName, 'x')).rejects.toMatchObject(refused);
    await expect(lists.listTags([two], {}, byName, { first: 1, after: cursors[1]! })).rejects.toMatchObject(refused);
    await expect(lists.listTags([one, two], {}, byName, { first: 1, after: cursors[1]! })).rejects.toMatchObject(
      refused,
    );
    await expect(lists.listLocations([1], { first: 1, after: cursors[1]! })).rejects.toMatchObject(refused);
  });
});

function isSorted(values: readonly (string | number)[], direction: 'ASC' | 'DESC'): boolean {
  return values.every(
    (value, at) => at === 0 || (direction === 'ASC' ? values[at - 1]! <= value : values[at - 1]! >= value),
  );
}

describe('plans', () => {
  itOnSqlite('sorts nothing for the unfiltered orders: neither the first page nor those after it', async () => {
    await using database = await openMemory();
    const db = database.kysely;
    const registry = await addRegistry(db, 'a');
    const key = await addRepository(db, registry, 'r', { updated_at: 5 });
    await addRepository(db, registry, 's', { updated_at: 5 });
    await addTags(db, key, [{ name: 'v1' }, { name: 'v2' }, { name: 'v3' }]);
    for (const direction of directions) {
      for (const field of repositoryFields) {
        for (const filter of [{ registryIds: [registry] }, {}]) {
          const plan = await explain(db, (spied) =>
            readAll(1, (page) => createListStore(spied).listRepositories(filter, { field, direction }, page)),
          );
          expect([field, plan]).toEqual([field, expect.stringContaining('USING INDEX')]);
          expect([field, plan]).toEqual([field, expect.not.stringContaining('TEMP B-TREE')]);
        }
      }
      for (const field of ['NAME', 'SEMVER', 'UPDATED_AT'] as const) {
        const plan = await explain(db, (spied) =>
          readAll(1, async (page) =>
            (await createListStore(spied).listTags([key], {}, { field, direction }, page)).get(key)!,
          ),
        );
        const perPage = plan.slice(plan.lastIndexOf('CORRELATED')).split('\n')[1]!;
        // The rows of the page may be put in order outside; those of the repository come from an index, in order.
        expect([field, perPage]).toEqual([
          field,
          expect.stringMatching(/^SEARCH tag USING INDEX \w+ \(repository_id=\?/),
        ]);
        expect([field, plan]).toEqual([
          field,
          expect.not.stringMatching(/CORRELATED LIST SUBQUERY \d+\n(?:SEARCH tag .*\n)USE TEMP B-TREE/),
        ]);
      }
    }
  });
});

it('reads of an order by version only where the versions of a range are', async () => {
  await using database = await openMemory();
  const db = database.kysely;
  const key = await addRepository(db, await addRegistry(db, 'a'), 'r');
  const names = [
    'latest',
    '0.9',
    '1.2',
    'v1.10',
    '1.9-slim',
    '1.9.0-rc.1',
    '1.9.0_5',
    '1.9',
    '2.0.0-rc.1',
    '2',
    'main',
  ];
  await addTags(
    db,
    key,
    names.map((name) => ({ name })),
  );
  const read = async (listed: Kysely<Tables>, semver: string, direction: 'ASC' | 'DESC'): Promise<string[]> => {
    const tags = await readAll(2, async (page) =>
      (await createListStore(listed).listTags([key], { semver }, { field: 'SEMVER', direction }, page)).get(key)!,
    );
    return tags.map(({ name }) => name);
  };
  expect(await read(db, '^1.2', 'DESC')).toEqual(['v1.10', '1.9.0_5', '1.9', '1.2']);
  expect(await read(db, '<1 || >=2.0.0-rc', 'ASC')).toEqual(['0.9', '2.0.0-rc.1', '2']);
  if (isOnSqlite)
    expect(await explain(db, (spied) => read(spied, '^1.2', 'DESC'))).toContain(
      'SEARCH tag USING INDEX tag_repository_id_sort_key_index (repository_id=? AND sort_key>? AND sort_key<?)',
    );
});

describe('filters of repositories', () => {
  it.each<[string, RepositoryFilter, string[]]>([
    ['nothing: those with tags, or never read', {}, ['a/b/c', 'a/b/c/d', 'app_1', 'appX1', 'unread']],
    ['only empty ones', { empty: true }, ['emptied']],
    ['both', { empty: null }, ['a/b/c', 'a/b/c/d', 'app_1', 'appX1', 'emptied', 'unread']],
    ['a part of the name, any case', { nameContains: 'APP' }, ['app_1', 'appX1']],
    ['a part with a character that LIKE would read', { nameContains: 'p_1' }, ['app_1']],
    ['a namespace, not those below', { namespace: 'a/b' }, ['a/b/c']],
    ['the empty namespace', { namespace: '' }, ['app_1', 'appX1', 'unread']],
    ['before', { updatedBefore: new Date(20) }, ['a/b/c']],
    ['after', { updatedAfter: new Date(10) }, ['a/b/c/d']],
    ['no registry', { registryIds: [] }, []],
    ['several at once', { nameContains: 'a', namespace: 'a/b/c' }, ['a/b/c/d']],
  ])('%s', async (_name, filter, expected) => {
    await using database = await openMemory();
    const db = database.kysely;
    const registry = await addRegistry(db, 'a');
    await addRepository(db, registry, 'a/b/c', { updated_at: 10 });
    await addRepository(db, registry, 'a/b/c/d', { updated_at: 20 });
    for (const name of ['app_1', 'appX1']) await addRepository(db, registry, name);
    await addRepository(db, registry, 'emptied', { tag_count: 0 });
    await addRepository(db, registry, 'unread', { tag_count: 0, tags_confirmed_at: null });
    const page = await createListStore(db).listRepositories(filter, byName, firstPage);
    expect(page.items.map(({ name }) => name).sort()).toEqual([...expected].sort());
    expect(await page.totalCount()).toBe(expected.length);
  });
});

describe('filters of tags', () => {
  const signature = `sha256-${'a'.repeat(64)}.sig`;
  it.each<[string, TagFilter, string[]]>([
    ['nothing: all but signatures', {}, ['1.2', '1.2.3', 'Edge', 'latest', 'v2.0.0', 'v2.1.0-rc.1']],
    ['signatures too', { includeReferrers: true, glob: 's*' }, [signature]],
    ['a part of the name, any case', { nameContains: 'eDG' }, ['Edge']],
    ['a part of the name that only a signature has', { nameContains: 'SHA256-' }, []],
    ['a pattern', { glob: 'v?.*' }, ['v2.0.0', 'v2.1.0-rc.1']],
    ['a pattern in another case', { glob: 'edge' }, []],
    ['a range of versions', { semver: '>=1.2 <3' }, ['1.2', '1.2.3', 'v2.0.0']],
    ['a range of versions with pre-releases', { semver: '>=2.1.0-rc' }, ['v2.1.0-rc.1']],
    ['a platform of an image', { platform: { os: 'linux', architecture: 'amd64' } }, ['1.2', 'latest']],
    ['a platform with a variant', { platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } }, ['latest']],
    ['the platform of an attestation', { platform: { os: 'unknown', architecture: 'unknown' } }, []],
    ['a label of a child', { label: { key: 'a "b"', value: 'c' } }, ['latest']],
    ['a label with another value', { label: { key: 'a "b"', value: 'x' } }, []],
    ['before', { updatedBefore: new Date(5) }, ['1.2', '1.2.3', 'Edge', 'latest', 'v2.0.0']],
    ['after', { updatedAfter: new Date(5) }, ['v2.1.0-rc.1']],
    ['several at once', { semver: '*', platform: { os: 'linux', architecture: 'amd64' }, glob: '1*' }, ['1.2']],
  ])('%s', async (_name, filter, expected) => {
    await using database = await openMemory();
    const db = database.kysely;
    const key = await addRepository(db, await addRegistry(db, 'a'), 'r', { tag_count: 6 });
    const linux = await addImage(db, fakeDigest(1), { os: 'linux', architecture: 'amd64' });
    const arm = await addImage(db, fakeDigest(2), {
      os: 'linux',
      architecture: 'arm64',
      variant: 'v8',
      labels: '{"a \\"b\\"":"c","n":"1"}',
    });
    const index = await addImage(db, fakeDigest(3), { kind: 'index' });
    const entry = { index_id: index, media_type: 'm', size: 1 };
    await plainly(db)
      .insertInto('image_entry')
      .values({
        ...entry,
        position: 0,
        child_digest: fakeDigest(1),
        child_id: linux,
        os: 'linux',
        architecture: 'amd64',
        attestation: 0,
      })
      .execute();
    await plainly(db)
      .insertInto('image_entry')
      .values({ ...entry, position: 1, child_digest: fakeDigest(2), child_id: arm, attestation: 0 })
      .execute();
    await plainly(db)
      .insertInto('image_entry')
      .values({
        ...entry,
        position: 2,
        child_digest: fakeDigest(4),
        os: 'unknown',
        architecture: 'unknown',
        attestation: 1,
      })
      .execute();
    await addTags(db, key, [
      { name: 'latest', image_id: index },
      { name: '1.2', image_id: linux },
      { name: '1.2.3' },
      { name: 'v2.0.0' },
    ]);
    await addTags(db, key, [{ name: 'v2.1.0-rc.1', updated_at: 9 }, { name: 'Edge' }, { name: signature }]);
    const page = (await createListStore(db).listTags([key], filter, byName, firstPage)).get(key)!;
    expect(page.items.map(({ name }) => name)).toEqual(expected);
    expect(await page.totalCount()).toBe(expected.length);
  });

  it('asks images as a look at every tag would, in repositories of any size, whatever is shared', async () => {
    await using database = await openMemory();
    const db = database.kysely;
    const registry = await addRegistry(db, 'a');
    const labels: Record<string, string>[] = [
      {},
      { team: 'x' },
      { 'x"team': 'x' },
      { other: 'team":"x' },
      { a: '1', team: 'x' },
      { ':': ',', 'a,': ':' },
      { 'a,': ':', b: '' },
    ];
    const images: { key: number; texts: Record<string, string>[]; isArm: boolean }[] = [];
    for (const [at, texts] of labels.entries()) {
      const architecture = at % 2 ? 'arm64' : 'amd64';
      const more = { os: 'linux', architecture, labels: JSON.stringify(texts), size: at % 3 ? at : null };
      images.push({ key: await addImage(db, fakeDigest(`${at}f`), more), texts: [texts], isArm: at % 2 === 1 });
    }
    for (const at of labels.keys()) {
      const children = [images[at]!, images[(at * 3 + 1) % labels.length]!];
      const index = await addImage(db, fakeDigest(`${at}e`), { kind: 'index', size: at });
      const rows = children.map(({ key }, position) => ({
        index_id: index,
        position,
        child_digest: fakeDigest(position),
        child_id: key,
        media_type: 'm',
        size: 1,
        attestation: position === 1 && at % 2 === 1 ? (1 as const) : (0 as const),
      }));
      await plainly(db).insertInto('image_entry').values(rows).execute();
      const counted = children.slice(0, at % 2 === 1 ? 1 : 2);
      images.push({
        key: index,
        texts: [{}, ...counted.flatMap(({ texts }) => texts)],
        isArm: counted.some(({ isArm }) => isArm),
      });
    }
    // The tags of the second are few, and so are the first ones of the third that are what is asked for.
    const sizes = [1300, 40, 2500];
    const keys: number[] = [];
    const tags: { repository: number; name: string; image: (typeof images)[number] | undefined }[] = [];
    for (const [at, size] of sizes.entries()) {
      const key = await addRepository(db, registry, `r${at}`);
      keys.push(key);
      const own = Array.from({ length: size }, (_, tag) => ({
        repository: key,
        name: String(tag).padStart(4, '0'),
        image: tag % 11 === 0 ? undefined : images[at === 2 && tag < 2300 ? 0 : (tag * 7) % images.length],
      }));
      tags.push(...own);
      await addTags(
        db,
        key,
        own.map(({ name, image }) => ({ name, image_id: image?.key ?? null, updated_at: Number(name) % 5 })),
      );
    }
    const label = (key: string, value: string) => ({ key, value });
    const arm = { os: 'linux', architecture: 'arm64' };
    const filters: [TagFilter, (image: (typeof images)[number]) => boolean][] = [
      [{ label: label('team', 'x') }, ({ texts }) => texts.some((text) => text['team'] === 'x')],
      [{ label: label('x"team', 'x') }, ({ texts }) => texts.some((text) => text['x"team'] === 'x')],
      [{ label: label(':', ',') }, ({ texts }) => texts.some((text) => text[':'] === ',')],
      [{ label: label('', '') }, () => false],
      [{ platform: arm }, ({ isArm }) => isArm],
      [
        { platform: arm, label: label('team', 'x') },
        ({ texts, isArm }) => isArm && texts.some((text) => text['team'] === 'x'),
      ],
    ];
    const lists = createListStore(db);
    for (const [filter, holds] of filters) {
      const expected = tags.filter(({ image }) => image && holds(image));
      const counts = await lists.countTags(keys, filter);
      for (const field of tagFields) {
        const pages = await lists.listTags(keys, filter, { field, direction: 'ASC' }, firstPage);
        for (const key of keys) {
          const own = expected.filter(({ repository }) => repository === key).map(({ name }) => name);
          const order: TagOrder = { field, direction: 'ASC' };
          const all = await readAll(100, async (page) => (await lists.listTags([key], filter, order, page)).get(key)!);
          expect([filter, field, all.map(({ name }) => name).sort()]).toEqual([filter, field, own]);
          expect(pages.get(key)!.items).toEqual(all.slice(0, 100));
          expect(counts.get(key)).toBe(own.length);
          const [values, sorted] = [all.map((tag) => orderedBy[field](tag)), all.map((tag) => orderedBy[field](tag))];
          expect(values).toEqual(sorted.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)));
        }
      }
    }
  });

  itOnSqlite(
    'looks each distinct image of a repository up once, by an index that has no other column of its tags',
    async () => {
      await using database = await openMemory();
      const db = database.kysely;
      const key = await addRepository(db, await addRegistry(db, 'a'), 'r');
      const platform = { os: 'linux', architecture: 'arm64' };
      const covering = 'tag USING COVERING INDEX tag_repository_id_image_id_is_hidden_index (repository_id=?)';
      const counted = await explain(db, (spied) => createListStore(spied).countTags([key], { platform }));
      expect(counted).toMatch(`SEARCH ${covering}`);
      const order: TagOrder = { field: 'SIZE', direction: 'DESC' };
      const names = 'SEARCH tag USING INDEX tag_repository_id_name_unique (repository_id=?';
      for (const filter of [{ glob: 'v*' }, { nameContains: 'v' }, { semver: '1' }]) {
        expect(await explain(db, (spied) => createListStore(spied).countTags([key], filter))).toContain(names);
        const pages = await explain(db, (spied) => createListStore(spied).listTags([key], filter, order, firstPage));
        expect(pages).toContain(names);
      }
      const bySize = await explain(db, (spied) => createListStore(spied).listTags([key], {}, order, firstPage));
      expect(bySize).toMatch(`SEARCH ${covering}`);
      const filtered = await explain(db, (spied) =>
        createListStore(spied).listTags([key], { platform }, order, firstPage),
      );
      expect(filtered).toMatch(`SEARCH ${covering}`);
      const named = await explain(db, (spied) =>
        createListStore(spied).listTags([key], { platform }, byName, firstPage),
      );
      expect(named).toMatch(`SEARCH ${covering}`);
      expect(named).toMatch(
        'tag_repository_id_image_id_is_hidden_index (repository_id=? AND image_id=? AND is_hidden=?)',
      );
    },
  );

  it.each<[TagFilter, string]>([
    [{ glob: '[a]' }, 'glob'],
    [{ glob: '*'.repeat(11) }, 'glob'],
    [{ semver: 'x y z' }, 'semver'],
    [{ nameContains: 'x'.repeat(256) }, 'nameContains'],
  ])('refuses %j, naming the field', async (filter, field) => {
    await using database = await openMemory();
    await expect(createListStore(database.kysely).listTags([1], filter, byName, firstPage)).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      facts: { path: ['filter', field] },
    });
  });
});

it('lists the first tags of many repositories in one statement, each in its order', async () => {
  await using database = await openMemory();
  const db = database.kysely;
  const registry = await addRegistry(db, 'a');
  const keys: number[] = [];
  for (let at = 0; at < 5; at++) {
    const key = await addRepository(db, registry, `r${at}`, { tag_count: 12 });
    keys.push(key);
    await addTags(
      db,
      key,
      Array.from({ length: 12 }, (_, tag) => ({ name: `1.${tag}` })),
    );
  }
  const order: TagOrder = { field: 'SEMVER', direction: 'DESC' };
  const lists = createListStore(db);
  const pages = await lists.listTags([...keys, 999], {}, order, { first: 3, after: null });
  expect(keys.map((key) => pages.get(key)!.items.map(({ name }) => name))).toEqual(
    keys.map(() => ['1.11', '1.10', '1.9']),
  );
  expect(await pages.get(keys[4]!)!.totalCount()).toBe(12);
  expect(pages.get(999)).toMatchObject({ items: [], hasNextPage: false });
  if (isOnSqlite) {
    const statements = await explain(db, (spied) =>
      createListStore(spied).listTags(keys, {}, order, { first: 3, after: null }),
    );
    expect(statements.match(/CORRELATED/g)).toHaveLength(1);
  }
  const after = pages.get(keys[2]!)!.cursorOf(pages.get(keys[2]!)!.items[2]!);
  const next = (await lists.listTags([keys[2]!], {}, order, { first: 2, after })).get(keys[2]!)!;
  expect(next.items.map(({ name }) => name)).toEqual(['1.8', '1.7']);
});

it('lists the places of an image by registry, repository and tag, hidden ones too, page by page', async () => {
  await using database = await openMemory();
  const db = database.kysely;
  const [b, a] = [await addRegistry(db, 'b'), await addRegistry(db, 'a')];
  const image = await addImage(db, fakeDigest(1));
  for (const [registry, name] of [
    [b, 'x'],
    [a, 'y'],
    [a, 'x'],
  ] as const) {
    await addTags(db, await addRepository(db, registry, name), [
      { name: 'v2', image_id: image },
      { name: 'v1', image_id: image },
      { name: 'other' },
      { name: 'h', image_id: image, is_hidden: 1 },
    ]);
  }
  const lists = createListStore(db);
  const all = await readAll(2, (page) => lists.listLocations([image], page).then((pages) => pages.get(image)!));
  const place = (registryId: string, repository: string): string[] =>
    ['h', 'v1', 'v2'].map((tag) => `${registryId === a ? 'a' : 'b'}/${repository}:${tag}`);
  expect(all.map((tag) => `${tag.registryId === a ? 'a' : 'b'}/${tag.repositoryName}:${tag.name}`)).toEqual([
    ...place(a, 'x'),
    ...place(a, 'y'),
    ...place(b, 'x'),
  ]);
  const [other, index] = [await addImage(db, fakeDigest(2)), await addImage(db, fakeDigest(3))];
  await plainly(db)
    .insertInto('image_entry')
    .values({
      index_id: index,
      media_type: 'm',
      size: 1,
      position: 0,
      child_digest: fakeDigest(2),
      child_id: other,
      attestation: 0,
    })
    .execute();
  await addTags(db, await addRepository(db, a, 'z'), [
    { name: 'multi', image_id: index },
    { name: 'single', image_id: other },
  ]);
  const pages = await lists.listLocations([image, other, 999], { first: 2, after: null });
  const counted = await Promise.all(
    [...pages].map(async ([key, { items, hasNextPage, totalCount }]) => [
      key,
      items.map(({ name }) => name),
      hasNextPage,
      await totalCount(),
    ]),
  );
  expect(counted).toEqual([
    [image, ['h', 'v1'], true, 9],
    [other, ['multi', 'single'], false, 2],
    [999, [], false, 0],
  ]);
});
