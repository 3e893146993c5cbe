import type { Page } from '../../src/domain/page.js';
import type { Database } from '../../src/store/database/database.js';
import { createFormerStore, type FormerStore } from '../../src/store/index/formertags.js';
import { listEngines } from '../support/servers/engines.js';
import { addRegistry, addRepository, addTags, fakeDigest, plainly } from './rows.js';

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
  const show = async (registryIds: readonly string[] | null, first = 10, after: string | null = null) => {
    const page = await former.listTags(registryIds, { first, after });
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
      await expect(former.listTags(null, { first: 1, after })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
      await expect(former.listRepositories(one, { first: 1, after })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    },
  );
});
