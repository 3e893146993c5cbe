import { sql } from 'kysely';
import type { GrantedPlace } from '../../../src/domain/grant.js';
import { parseRepositoryGlob } from '../../../src/domain/glob.js';
import { createUsageStore } from '../../../src/store/index/usage.js';
import { dialectOf } from '../../../src/store/dialect/dialects.js';
import { type Database, openDatabase } from '../../../src/store/database/database.js';
import { createListStore } from '../../../src/store/queries/lists.js';
import { createSearchStore } from '../../../src/store/queries/search.js';
import { listEngines } from '../../support/servers/engines.js';
import { createFolder } from '../files.js';
import { addImage, addRegistry, addRepository, addTags, fakeDigest, plainly } from '../rows.js';

const page = { first: 100, after: null };
const byName = { field: 'NAME', direction: 'ASC' } as const;

const of = (registryId: string | null, pattern: string): GrantedPlace => ({
  registryId,
  repositories: parseRepositoryGlob(pattern),
});

/** Two registries, each with repositories of two teams that share an image. */
async function fill({ kysely: db }: Database) {
  const shared = await addImage(db, fakeDigest('1'), { size: 10, labels: '{"team":"both"}' });
  const secret = await addImage(db, fakeDigest('2'), { size: 20, labels: '{"team":"hidden"}' });
  const ids: Record<string, string> = {};
  const keys: Record<string, number> = {};
  for (const registry of ['one', 'two']) {
    const id = (ids[registry] = await addRegistry(db, registry));
    for (const name of ['team-a/app', 'team-b/app', 'team-b/vault']) {
      const key = (keys[`${registry} ${name}`] = await addRepository(db, id, name));
      const image = name.endsWith('vault') ? secret : shared;
      await addTags(db, key, [{ name: `${registry}-latest`, image_id: image }]);
      await plainly(db).insertInto('repository_image').values({ repository_id: key, image_id: image }).execute();
    }
  }
  return { ids, keys, shared, secret };
}

const folder = createFolder();
afterAll(() => folder[Symbol.dispose]());
let files = 0;
const inFile = {
  name: 'a file',
  open: async () => openDatabase(`sqlite:${folder.file(`${(files += 1)}.db`)}`),
} as const;

describe.each([inFile, ...listEngines('what viewers see')])('on $name', ({ open }) => {
  let database: Database;

  beforeEach(async () => {
    database = await open();
  });
  afterEach(() => database.close());

  const listNames = async (places: readonly GrantedPlace[]): Promise<string[]> => {
    const { kysely, scanner } = database.seenBy(places);
    const found = await createListStore(kysely, scanner).listRepositories({}, byName, page);
    expect(await found.totalCount()).toBe(found.items.length);
    return found.items.map(({ registryId, name }) => `${registryId} ${name}`);
  };

  test('whoever was granted places sees the repositories of these alone, and as many are counted', async () => {
    const { ids } = await fill(database);
    expect(await listNames([])).toEqual([]);
    expect(await listNames([of(ids['one']!, 'team-a/*')])).toEqual([`${ids['one']} team-a/app`]);
    expect((await listNames([of(null, 'team-a/*')])).length).toBe(2);
    expect((await listNames([of(ids['one']!, '*'), of(ids['two']!, 'team-b/vault')])).length).toBe(4);
    expect((await database.kysely.selectFrom('repository').selectAll().execute()).length).toBe(6);
  });

  test('what comes, goes and is granted later is seen at once', async () => {
    const { ids } = await fill(database);
    const places = [of(ids['one']!, 'team-c/*')];
    expect(await listNames(places)).toEqual([]);
    const key = await addRepository(database.kysely, ids['one']!, 'team-c/new');
    await addRepository(database.kysely, ids['two']!, 'team-c/new');
    expect(await listNames(places)).toEqual([`${ids['one']} team-c/new`]);
    await database.kysely.deleteFrom('repository').where('id', '=', key).execute();
    expect(await listNames(places)).toEqual([]);
    await database.kysely.deleteFrom('registry').where('id', '=', ids['one']!).execute();
    const left = await database.kysely.selectFrom('access_pattern').select('place').execute();
    expect(left).toEqual([]);
    expect(await listNames([of(ids['one']!, 'team-a/*')])).toEqual([]);
  });

  test('an image is seen where a repository that is seen holds it, with these places alone', async () => {
    const { ids, shared, secret } = await fill(database);
    const { kysely, scanner } = database.seenBy([of(ids['one']!, 'team-a/*')]);
    const locations = await createListStore(kysely, scanner).listLocations([shared, secret], page);
    expect(locations.get(shared)?.items.map(({ repositoryName }) => repositoryName)).toEqual(['team-a/app']);
    expect(await locations.get(shared)?.totalCount()).toBe(1);
    expect(locations.get(secret)?.items).toEqual([]);
    const contents = createUsageStore({ ...database, kysely, scanner });
    expect(await contents.findHeld([shared, secret])).toEqual(new Set([shared]));
    const images = await kysely.selectFrom('image').select('id').execute();
    expect(images).toEqual([{ id: shared }]);
  });

  test('a search finds and counts what is seen', async () => {
    const { ids, keys } = await fill(database);
    const search = createSearchStore(database.seenBy([of(ids['one']!, 'team-a/*')]).scanner);
    const find = async (text: string) => {
      const { items, totalCount } = await search.search(text, null, page);
      expect(await totalCount()).toBe(items.length);
      return items.map(({ type, key }) => [type, key]);
    };
    expect(await find('latest')).toEqual([['tag', expect.any(Number)]]);
    expect(await find('app')).toEqual([['repository', keys['one team-a/app']]]);
    expect(await find('vault')).toEqual([]);
    expect(await find('two')).toEqual([]);
    expect((await find('one')).map(([type]) => type)).toEqual(['registry', 'tag']);
    expect(await find('team=hidden')).toEqual([]);
    expect((await find('team=both')).length).toBe(1);
  });

  test('a table that nothing is said of is empty, and no table has a column that a view hides', async () => {
    const { ids } = await fill(database);
    await plainly(database.kysely).insertInto('setting').values({ key: 'secret', value: 'x' }).execute();
    const { kysely } = database.seenBy([of(ids['one']!, '*')]);
    for (const table of ['account', 'token', 'setting', 'audit_entry', 'webhook', 'access_pattern'] as const)
      expect(await kysely.selectFrom(table).selectAll().execute()).toEqual([]);
    const { rows } = await sql<object>`select * from registry`.execute(kysely);
    expect(Object.keys(rows[0]!)).toEqual(['id', 'name', expect.stringMatching(/^(?:rowid|ctid)$/)]);
  });

  test('viewers who ask at once see each their own', async () => {
    const { ids } = await fill(database);
    const asked = Array.from({ length: 40 }, (_, at) => [of(ids[at % 2 ? 'one' : 'two']!, 'team-a/*')] as const);
    const handles = asked.map((places) => database.seenBy(places));
    const found = await Promise.all(
      handles.flatMap(({ kysely, scanner }) =>
        [kysely, scanner].map((db) => db.selectFrom('repository').select('registry_id').execute()),
      ),
    );
    const expected = asked.flatMap(([{ registryId }]) => [
      [{ registry_id: registryId }],
      [{ registry_id: registryId }],
    ]);
    expect(found).toEqual(expected);
  });

  test('nothing can be written by it', async () => {
    const { ids } = await fill(database);
    const { kysely } = database.seenBy([of(ids['one']!, '*')]);
    await expect(kysely.deleteFrom('tag').execute()).rejects.toThrow();
    expect((await database.kysely.selectFrom('tag').select('id').execute()).length).toBe(6);
  });

  test('a pattern that is new looks at all repositories, however many', async () => {
    const { kysely: db } = database;
    const id = await addRegistry(db, 'many');
    for (let start = 0; start < 5000; start += 500) {
      const rows = Array.from({ length: 500 }, (_, at) => `${(start + at) % 2 ? 'odd' : 'even'}/${start + at}`);
      await sql`insert into repository (registry_id, name, first_seen_at, missed_scans, is_settled, tag_count, size)
        select ${id}, value, 0, 0, 0, 1, 0 from ${dialectOf(db).listOf(rows)} as listed`.execute(db);
    }
    const { kysely } = database.seenBy([of(null, 'odd/*')]);
    const total = async () =>
      (
        await kysely
          .selectFrom('repository')
          .select(sql<number>`count(*)`.as('total'))
          .executeTakeFirstOrThrow()
      ).total;
    expect(await Promise.all([total(), total()])).toEqual([2500, 2500]);
  });
});
