import type { TagName } from '../../src/domain/name.js';
import type { Page } from '../../src/domain/page.js';
import type { Database } from '../../src/store/database/database.js';
import { createFormerStore, type FormerStore } from '../../src/store/index/formertags.js';
import { TagStore } from '../../src/store/index/tags.js';
import type { RestoredTag } from '../../src/store/index/tagsrestored.js';
import { listEngines } from '../support/servers/engines.js';
import { addImage, addRegistry, addRepository, addTags, fakeDigest, plainly } from './rows.js';

const endOf = <T>({ items, cursorOf }: Page<T>): string => cursorOf(items.at(-1)!);

describe.each(listEngines('what was in registries'))('on $name', ({ open }) => {
  let database: Database;
  let former: FormerStore;
  let one: string;
  let two: string;
  beforeAll(async () => {
    database = await open();
    former = createFormerStore(database.scanner);
    const { kysely } = database;
    [one, two] = [await addRegistry(kysely, 'one'), await addRegistry(kysely, 'two')];
    const live = await addRepository(kysely, one, 'live', { tag_count: 1 });
    await addTags(kysely, live, [{ name: 'v1' }]);
    await addRepository(kysely, one, 'emptied', { tag_count: 0 });
    await addRepository(kysely, one, 'unread', { tag_count: 0, tags_confirmed_at: null });
    // In the order in which they ended: registry, repository, tag.
    const ended: readonly [string, string, string][] = [
      [one, 'live', 'v1'],
      [one, 'live', 'v2'],
      [one, 'gone', 'v1'],
      [two, 'live', 'v1'],
      [one, 'live', 'v2'],
      [one, 'emptied', 'v1'],
      [one, 'unread', 'v1'],
      [one, 'emptied', 'v2'],
    ];
    for (const [at, [registry, repository, tag]] of ended.entries())
      await plainly(kysely)
        .insertInto('tag_revision')
        .values({
          registry_id: registry,
          repository,
          tag,
          digest: fakeDigest(at),
          since: 0,
          since_source: 'FIRST_SEEN',
          until: at * 1000,
          until_source: 'CHANGE_SEEN',
        })
        .execute();
  });
  afterAll(() => database.close());

  /** `repository:tag` and the number of the revision. */
  const show = async (
    registryIds: readonly string[] | null,
    first = 10,
    after: string | null = null,
    nameContains: string | null = null,
  ) => {
    const page = await former.listTags({ registryIds, nameContains }, { first, after });
    return {
      page,
      shown: page.items.map(({ repository, tag, until }) => `${repository}:${tag} ${until!.getTime() / 1000}`),
    };
  };

  test('of each tag that is gone the last revision is told, the last that ended first, in pages', async () => {
    const expected = ['emptied:v2 7', 'unread:v1 6', 'emptied:v1 5', 'live:v2 4', 'live:v1 3', 'gone:v1 2'];
    const all = await show(null);
    expect([all.shown, await all.page.totalCount()]).toEqual([expected, 6]);
    const first = await show(null, 4);
    expect(first.page.hasNextPage).toBe(true);
    const rest = await show(null, 4, endOf(first.page));
    expect([...first.shown, ...rest.shown]).toEqual(expected);
    expect(rest.page.hasNextPage).toBe(false);
  });

  test('they are of some registries, each of its own tags', async () => {
    const { page, shown } = await show([two]);
    expect([shown, page.items[0]!.registryId, await page.totalCount()]).toEqual([['live:v1 3'], two, 1]);
    expect((await show([])).shown).toEqual([]);
  });

  test('they are found by a part of their names, in pages, and counted', async () => {
    const byTag = await show(null, 10, null, 'V1');
    expect([byTag.shown, await byTag.page.totalCount()]).toEqual([
      ['unread:v1 6', 'emptied:v1 5', 'live:v1 3', 'gone:v1 2'],
      4,
    ]);
    const across = await show([one], 1, null, 'ed:v');
    expect([across.shown, across.page.hasNextPage, await across.page.totalCount()]).toEqual([
      ['emptied:v2 7'],
      true,
      2,
    ]);
    expect((await show([one], 1, endOf(across.page), 'ed:v')).shown).toEqual(['emptied:v1 5']);
    expect((await show(null, 10, null, '%')).shown).toEqual([]);
    const tooLong = former.listTags({ registryIds: null, nameContains: 'x'.repeat(256) }, { first: 1, after: null });
    await expect(tooLong).rejects.toMatchObject({ code: 'BAD_USER_INPUT', facts: { path: ['nameContains'] } });
  });

  test('repositories that are gone or empty are told by name, and none that was not read yet', async () => {
    const page = await former.listRepositories(one, { first: 10, after: null });
    expect(page.items).toEqual([
      { registryId: one, name: 'emptied', tagCount: 2, deletedAt: new Date(7000) },
      { registryId: one, name: 'gone', tagCount: 1, deletedAt: new Date(2000) },
    ]);
    expect(await page.totalCount()).toBe(2);
    const first = await former.listRepositories(one, { first: 1, after: null });
    expect([first.items.map(({ name }) => name), first.hasNextPage]).toEqual([['emptied'], true]);
    const rest = await former.listRepositories(one, { first: 1, after: endOf(first) });
    expect([rest.items.map(({ name }) => name), rest.hasNextPage]).toEqual([['gone'], false]);
    expect((await former.listRepositories(two, { first: 1, after: null })).items).toHaveLength(1);
  });

  test.each(['W10', Buffer.from('["formertags","x"]').toString('base64url')])(
    'a cursor of another list is refused: %s',
    async (after) => {
      await expect(
        former.listTags({ registryIds: null, nameContains: null }, { first: 1, after }),
      ).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
      await expect(former.listRepositories(one, { first: 1, after })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    },
  );

  test('tags that were put back have the times that they had, whatever told of the push, and no others', async () => {
    const { kysely } = database;
    const repository = await addRepository(kysely, two, 'back', { tag_count: 0, updated_at: 9000 });
    const [x, y] = [fakeDigest(101), fakeDigest(102)];
    const [atX, atY] = [await addImage(kysely, x), await addImage(kysely, y)];
    const former: readonly [string, string, number | null, string | null][] = [
      ['told', y, 1000, 'NOTIFICATION'],
      ['told', x, 2000, 'IMAGE_CONFIG'],
      ['told', y, 3000, 'NOTIFICATION'],
      ['undated', x, 2000, ''],
      ['unkept', x, null, null],
      ['moved', x, 2000, 'CHANGE_SEEN'],
    ];
    for (const [tag, digest, updated_at, updated_source] of former)
      await plainly(kysely)
        .insertInto('tag_revision')
        .values({
          registry_id: two,
          repository: 'back',
          tag,
          digest,
          since: 1500,
          since_source: 'FIRST_SEEN',
          until: 4000,
          until_source: 'CHANGE_SEEN',
          updated_at,
          updated_source,
        })
        .execute();
    const now = { changed_at: 9000, updated_at: 9000, updated_source: 'NOTIFICATION' };
    const names = ['told', 'undated', 'unkept', 'never'];
    await addTags(kysely, repository, [
      ...names.map((name) => ({ name, image_id: atX, ...now })),
      { name: 'moved', image_id: atY, ...now },
    ]);
    const tags = new TagStore(database);
    const versionOf = async (): Promise<unknown> =>
      kysely.selectFrom('repository').select(['tags_version', 'updated_at']).where('id', '=', repository).execute();
    await tags.keepRestored(
      repository,
      [...names, 'moved', 'none'].map((name) => ({ name, digest: x }) as RestoredTag),
    );
    expect(await versionOf()).toEqual([{ tags_version: 1, updated_at: 9000 }]);
    const pushed = await tags.recordPush(repository, ['told' as TagName], new Date(9500));
    const found = await tags.listAll([repository]);
    expect([pushed, found.map((tag) => [tag.name, tag.updatedAt.getTime(), tag.updatedAtSource, tag.isDated])]).toEqual(
      [
        false,
        [
          ['moved', 9000, 'NOTIFICATION', true],
          ['never', 9000, 'NOTIFICATION', true],
          ['told', 2000, 'RESTORED', true],
          ['undated', 2000, 'FIRST_SEEN', false],
          ['unkept', 1500, 'RESTORED', true],
        ],
      ],
    );
    // Of tags that all point elsewhere nothing is changed.
    await tags.keepRestored(repository, [{ name: 'moved', digest: x } as RestoredTag]);
    expect(await versionOf()).toEqual([{ tags_version: 1, updated_at: 9000 }]);
  });
});
