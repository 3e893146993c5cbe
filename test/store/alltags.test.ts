import { CompiledQuery } from 'kysely';
import type { Repository, Tag } from '../../src/domain/catalogue.js';
import type { Digest } from '../../src/domain/digest.js';
import type { AnyTagFilter, TagOrder } from '../../src/domain/filter.js';
import type { RepositoryGlob } from '../../src/domain/glob.js';
import type { Page, PageRequest } from '../../src/domain/page.js';
import { toSortKey } from '../../src/domain/version.js';
import type { Database } from '../../src/store/database/database.js';
import { createListStore, type ListStore } from '../../src/store/queries/lists.js';
import { watchStatements } from '../support/observed/statements.js';
import { listEngines } from '../support/servers/engines.js';
import { addImage, addRegistry, addRepository, addTags, fakeDigest } from './rows.js';

/** The values that each order goes by. */
const orderedBy: Record<TagOrder['field'], (tag: Tag) => string | number> = {
  NAME: ({ name }) => name,
  SEMVER: ({ name }) => toSortKey(name),
  UPDATED_AT: ({ updatedAt }) => updatedAt.getTime(),
  SIZE: ({ size }) => size ?? -1,
};

const byName = { field: 'NAME', direction: 'ASC' } as const;
const newest: TagOrder = { field: 'UPDATED_AT', direction: 'DESC' };

describe.each(listEngines('the tags of all registries'))('on $name', ({ name, open }) => {
  let database: Database;
  let lists: ListStore;
  const registries: string[] = [];
  const repositories: number[] = [];
  beforeAll(async () => {
    database = await open();
    lists = createListStore(database.kysely, database.scanner);
    const { kysely } = database;
    const images: number[] = [];
    for (const size of [null, 5, 7]) {
      const kind = size === 5 ? 'index' : size === 7 ? 'artifact' : 'image';
      const artifact_type = size === 7 ? 'application/vnd.x' : null;
      const more = { size, kind, artifact_type, labels: '{"a":"b"}' };
      images.push(await addImage(kysely, fakeDigest(images.length + 1), more));
    }
    for (const registry of ['one', 'two']) {
      const id = await addRegistry(kysely, registry);
      registries.push(id);
      for (const [at, repository] of ['app', 'team/api', 'team/web', 'team/web/old'].entries()) {
        const key = await addRepository(kysely, id, repository, { tag_count: 4 });
        repositories.push(key);
        // Many of one time, and of one size.
        const rows = ['1.2', '1.10', 'latest', 'v2'].map((tag, number) => ({
          name: tag,
          updated_at: ((at + number) % 3) * 1000,
          image_id: images[(at + number) % 3]!,
        }));
        await addTags(kysely, key, [...rows, { name: `sha256-${'a'.repeat(64)}.sig`, updated_at: 9000 }]);
      }
    }
  });
  afterAll(() => database.close());

  async function readAll(filter: AnyTagFilter, order: TagOrder, first = 5): Promise<Tag[]> {
    const all: Tag[] = [];
    for (let after: string | null = null; ;) {
      const page = await lists.listAllTags(filter, order, { first, after });
      all.push(...page.items);
      if (!page.hasNextPage) return all;
      after = page.cursorOf(page.items.at(-1)!);
    }
  }

  test.each(
    (['NAME', 'SEMVER', 'UPDATED_AT', 'SIZE'] as const).flatMap((field) => [
      [field, 'ASC'] as const,
      [field, 'DESC'] as const,
    ]),
  )(
    'by %s %s each tag that is shown comes once, in pages that go on where the last ended',
    async (field, direction) => {
      const all = await readAll({ repositories: {} }, { field, direction });
      expect(new Set(all.map(({ key }) => key)).size).toBe(32);
      expect(all).toHaveLength(32);
      const values = all.map(orderedBy[field]);
      const sorted = values.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
      expect(values).toEqual(direction === 'ASC' ? sorted : sorted.toReversed());
    },
  );

  const glob = (...globs: string[]): AnyTagFilter => ({ repositories: { globs: globs as RepositoryGlob[] } });
  test.each<[string, () => AnyTagFilter, number]>([
    ['one registry', () => ({ repositories: { registryIds: [registries[0]!] } }), 16],
    ['both', () => ({ repositories: { registryIds: registries } }), 32],
    ['none', () => ({ repositories: { registryIds: [] } }), 0],
    ['a namespace', () => ({ repositories: { namespace: 'team' } }), 16],
    ['names without a namespace', () => ({ repositories: { namespace: '' } }), 8],
    ['a pattern', () => glob('team/*'), 24],
    ['either of two patterns', () => glob('app', 'team/w?b'), 16],
    ['no pattern', () => glob(), 32],
    ['what tags are', () => ({ semver: '>=1.3 <2', repositories: {} }), 8],
    ['what tags and repositories are', () => ({ glob: 'v*', repositories: { namespace: 'team' } }), 4],
    ['referrers, too', () => ({ includeReferrers: true, repositories: {} }), 40],
    ['a digest', () => ({ digest: fakeDigest(2) as Digest, repositories: {} }), 10],
    ['a kind', () => ({ kinds: ['index'], repositories: {} }), 10],
    ['no kind', () => ({ kinds: [], repositories: {} }), 0],
    ['kinds', () => ({ kinds: ['index', 'artifact'], repositories: {} }), 20],
    ['an artifact', () => ({ artifactType: 'application/vnd.x', repositories: {} }), 10],
    ['a size', () => ({ sizeAtLeast: 5, sizeAtMost: 6, repositories: {} }), 10],
    ['a size, at least', () => ({ sizeAtLeast: 0, repositories: {} }), 20],
    ['the time', () => ({ updatedAfter: new Date(1500), repositories: {} }), 10],
  ])('they are narrowed to %s, and counted so', async (_what, filterOf, wanted) => {
    const filter = filterOf();
    const all = await readAll(filter, newest, 100);
    const { totalCount } = await lists.listAllTags(filter, newest, { first: 1, after: null });
    expect([all.length, await totalCount()]).toEqual([wanted, wanted]);
  });

  test('a cursor of another order is refused', async () => {
    const page = await lists.listAllTags({ repositories: {} }, newest, { first: 1, after: null });
    const after = page.cursorOf(page.items[0]!);
    const other = { field: 'UPDATED_AT', direction: 'ASC' } as const;
    await expect(lists.listAllTags({ repositories: {} }, other, { first: 1, after })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
    });
  });

  /** Lists that take an offset, by a page of each. */
  type ReadPage = (page: PageRequest) => Promise<Page<Tag> | Page<Repository>>;
  /** A cursor belongs to one list. */
  const among = <K>(keys: readonly K[], { after }: PageRequest): readonly K[] => (after === null ? keys : [keys[1]!]);
  const withOffset: [string, ReadPage][] = [
    ['tags of all', (page) => lists.listAllTags({ repositories: {} }, newest, page)],
    ['tags of some by size', (page) => lists.listAllTags(glob('team/*'), { field: 'SIZE', direction: 'ASC' }, page)],
    ['repositories', (page) => lists.listRepositories({}, { field: 'TAG_COUNT', direction: 'DESC' }, page)],
    ['repositories with a name', (page) => lists.listRepositories({ nameContains: 'team' }, byName, page)],
    [
      'repositories of one of two registries',
      async (page) => (await lists.listRepositoriesOf(among(registries, page), {}, byName, page)).get(registries[1]!)!,
    ],
    ...(['NAME', 'SEMVER', 'UPDATED_AT', 'SIZE'] as const).map(
      (field) =>
        [
          `tags of a repository by ${field}`,
          async (page: PageRequest) => {
            const of = { field, direction: 'DESC' } as const;
            return (await lists.listTags(among(repositories, page), { includeReferrers: true }, of, page)).get(
              repositories[1]!,
            )!;
          },
        ] as [string, ReadPage],
    ),
    [
      'tags of a repository by label',
      async (page) => {
        const filter = { label: { key: 'a', value: 'b' } };
        return (await lists.listTags(among(repositories, page), filter, byName, page)).get(repositories[1]!)!;
      },
    ],
  ];

  test.each(withOffset)('%s are listed from their end as the whole list has them there', async (_of, read) => {
    const all = (await read({ first: 100, after: null })).items.map(({ key }) => key);
    const found: number[] = [];
    for (let after: string | null = null, isFirst = true; ; isFirst = false) {
      const page: Awaited<ReturnType<ReadPage>> = await read({ first: 3, after, isBackward: true });
      found.unshift(...page.items.map(({ key }) => key));
      expect(page.hasNextPage).toBe(!isFirst);
      if (!page.hasPreviousPage) break;
      after = page.cursorOf(page.items[0] as never);
    }
    expect(found).toEqual(all);
    // A cursor is one place, from which the list goes on both ways.
    const first = await read({ first: 2, after: null });
    const cursor = first.cursorOf(first.items[1] as never);
    expect((await read({ first: 5, after: cursor, isBackward: true })).items.map(({ key }) => key)).toEqual(
      all.slice(0, 1),
    );
  });

  test.each(withOffset)('%s are listed from an offset on as the whole list has them there', async (_of, read) => {
    const all = (await read({ first: 100, after: null })).items.map(({ key }) => key);
    expect(all.length).toBeGreaterThan(2);
    for (const offset of [0, 1, all.length - 1, all.length, 5000]) {
      const { items, hasNextPage, hasPreviousPage } = await read({ first: 2, after: null, offset });
      expect(items.map(({ key }) => key)).toEqual(all.slice(offset, offset + 2));
      expect([hasNextPage, hasPreviousPage]).toEqual([offset + 2 < all.length, offset > 0]);
    }
    const page = await read({ first: 1, after: null, offset: 1 });
    const next = await read({ first: 1, after: page.cursorOf(page.items[0]! as never) }).catch(() => null);
    // A cursor belongs to one list, where several are read at once.
    if (next) expect(next.items.map(({ key }) => key)).toEqual(all.slice(2, 3));
  });

  test('the newest of all are read by an index, and nothing is sorted', async () => {
    if (name !== 'sqlite') return;
    const statements = await watchStatements(database);
    await lists.listAllTags({ repositories: {} }, newest, { first: 1, after: null });
    const [text] = statements.take();
    const plan = await database.kysely.executeQuery<{ detail: string }>(
      CompiledQuery.raw(
        `explain query plan ${text}`,
        Array.from({ length: text!.split('?').length - 1 }, () => 1),
      ),
    );
    const details = plan.rows.map(({ detail }) => detail).join('\n');
    expect(details).toContain('SCAN tag USING INDEX tag_updated_at_id_index');
    // A page is put in order once it is read.
    expect(details).not.toContain('TEMP B-TREE');
  });
});
