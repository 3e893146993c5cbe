import * as fc from 'fast-check';
import type { RepositoryFilter } from '../../src/domain/filter.js';
import type { Page, PageRequest } from '../../src/domain/page.js';
import type { Drift, GroupOrderField } from '../../src/domain/summary.js';
import type { Database } from '../../src/store/database/database.js';
import { createListStore } from '../../src/store/queries/lists.js';
import { watchStatements } from '../support/observed/statements.js';
import { listEngines } from '../support/servers/engines.js';
import { addImage, addRegistry, addRepository, addTags, fakeDigest, plainly } from './rows.js';

/** Made at random, and put into a database. */
interface Row {
  readonly registry: number;
  readonly name: string;
  readonly size: number;
  readonly updatedAt: number | null;
  readonly isEmpty: boolean;
  /** Names of tags with the images that they are on. */
  readonly tags: Readonly<Record<string, number>>;
}

const names = ['a', 'b', 'b/a', 'b/c', 'b/c/d', 'b/c/d/e', 'b0/x', 'b-c/y', 'z/z/z'];
const rows = fc.uniqueArray(
  fc.record({
    registry: fc.nat({ max: 2 }),
    name: fc.constantFrom(...names),
    size: fc.constantFrom(0, 1, 5, Number.MAX_SAFE_INTEGER),
    updatedAt: fc.option(fc.nat({ max: 3 })),
    isEmpty: fc.boolean(),
    tags: fc.dictionary(fc.constantFrom('1', '2', 'latest'), fc.nat({ max: 5 })),
  }),
  { selector: ({ registry, name }) => `${registry} ${name}`, maxLength: 20 },
);

/** What the images say of themselves; the two last are indexes of the three first, and of those before. */
const platforms = [['linux/amd64'], ['linux/arm64/v8'], ['windows/amd64'], [], ['linux/amd64', 'linux/arm64/v8'], []];

async function readAll<T>(first: number, read: (page: PageRequest) => Promise<Page<T>>): Promise<T[]> {
  const all: T[] = [];
  for (let after: string | null = null; ;) {
    const page = await read({ first, after });
    all.push(...page.items);
    if (!page.hasNextPage) {
      expect(await page.totalCount()).toBe(all.length);
      return all;
    }
    after = page.cursorOf(page.items.at(-1)!);
  }
}

const capped = (sum: number): number => Math.min(sum, Number.MAX_SAFE_INTEGER);

function totalsOf(some: readonly Row[]) {
  const times = some.flatMap(({ updatedAt }) => (updatedAt === null ? [] : [updatedAt]));
  return {
    repositoryCount: some.length,
    tagCount: some.reduce((sum, { isEmpty }) => sum + (isEmpty ? 0 : 3), 0),
    size: capped(some.reduce((sum, { size }) => sum + size, 0)),
    updatedAt: times.length === 0 ? null : new Date(Math.max(...times)),
  };
}

function countBy(values: readonly string[]): { value: string; count: number }[] {
  return [...Map.groupBy(values, (value) => value)]
    .map(([value, all]) => ({ value, count: all.length }))
    .toSorted((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
}

describe.each(listEngines('summaries'))('on $name', ({ open }) => {
  let database: Database;
  let images: number[];
  const registries: string[] = [];
  beforeAll(async () => {
    database = await open();
    const { kysely } = database;
    for (const name of ['one', 'two', 'three']) registries.push(await addRegistry(kysely, name));
    const plain = [
      { os: 'linux', architecture: 'amd64', labels: '{"team":"a"}' },
      { os: 'linux', architecture: 'arm64', variant: 'v8' },
      { os: 'windows', architecture: 'amd64', variant: '' },
      { kind: 'artifact', artifact_type: 'application/vnd.x' },
      { kind: 'index' },
      { kind: 'index' },
    ];
    images = [];
    for (const [at, more] of plain.entries()) images.push(await addImage(kysely, fakeDigest(at + 1), more));
    const entry = {
      index_id: images[4]!,
      child_digest: 'x',
      media_type: 'm',
      size: 1,
      role: 'manifest',
      attestation: 0,
    };
    await plainly(kysely)
      .insertInto('image_entry')
      .values([
        // The index itself says it, or its child does.
        { ...entry, position: 0, child_id: null, os: 'linux', architecture: 'amd64' },
        { ...entry, position: 1, child_id: images[1]! },
        { ...entry, position: 2, child_id: null, os: 'unknown', architecture: 'unknown', attestation: 1 },
      ])
      .execute();
  });
  afterAll(() => database.close());

  async function fill(all: readonly Row[]): Promise<number[]> {
    const { kysely } = database;
    await kysely.deleteFrom('repository').execute();
    const keys: number[] = [];
    for (const { registry, name, size, updatedAt, isEmpty, tags } of all) {
      const more = { size, updated_at: updatedAt, tag_count: isEmpty ? 0 : 3, tags_confirmed_at: 0 };
      const key = await addRepository(kysely, registries[registry]!, name, more);
      keys.push(key);
      const held = [...new Set(Object.values(tags).flatMap((image) => (image === 4 ? [4, 1] : [image])))];
      if (held.length > 0) {
        const kept = held.map((image) => ({ repository_id: key, image_id: images[image]!, attestation: 0 }));
        await kysely.insertInto('repository_image').values(kept).execute();
        const written = Object.entries(tags).map(([tag, image]) => ({ name: tag, image_id: images[image]! }));
        await addTags(kysely, key, written);
      }
    }
    return keys;
  }

  it('tells of each namespace what all repositories in it and below have together', async () => {
    const property = fc.asyncProperty(rows, fc.integer({ min: 1, max: 4 }), async (all, first) => {
      await fill(all);
      const lists = createListStore(database.kysely, database.scanner);
      for (const registryId of [null, registries[0]!]) {
        for (const parent of [null, 'b', 'b/c', 'b/c/d', 'none']) {
          const shown = all.filter(
            ({ registry, isEmpty }) => !isEmpty && (registryId === null || registries[registry] === registryId),
          );
          const depth = parent === null ? 0 : parent.split('/').length;
          const below = shown.filter(
            ({ name }) => (parent === null || name.startsWith(`${parent}/`)) && name.split('/').length > depth + 1,
          );
          const pathOf = ({ name }: Row): string =>
            name
              .split('/')
              .slice(0, depth + 1)
              .join('/');
          const expected = [...Map.groupBy(below, pathOf)]
            .map(([path, some]) => ({
              path,
              hasNamespaces: some.some(({ name }) => name.split('/').length > depth + 2),
              ...totalsOf(some),
            }))
            .toSorted((a, b) => (a.path < b.path ? -1 : 1));
          expect(await readAll(first, (page) => lists.listNamespaces({ registryId, parent }, page))).toEqual(expected);
        }
      }
    });
    await fc.assert(property, { numRuns: 6 });
  });

  it('puts repositories of one name together, in every order, page by page', async () => {
    const property = fc.asyncProperty(
      rows,
      fc.integer({ min: 1, max: 4 }),
      fc.constantFrom<GroupOrderField>('NAME', 'REPOSITORY_COUNT', 'TAG_COUNT', 'SIZE', 'UPDATED_AT'),
      fc.constantFrom('ASC' as const, 'DESC' as const),
      fc.integer({ min: 1, max: 3 }),
      async (all, first, field, direction, registryCountAtLeast) => {
        await fill(all);
        const lists = createListStore(database.kysely, database.scanner);
        const shown = all.filter(({ isEmpty }) => !isEmpty);
        const expected = [...Map.groupBy(shown, ({ name }) => name)]
          .filter(([, some]) => some.length >= registryCountAtLeast)
          .map(([name, some]) => ({ name, ...totalsOf(some) }));
        const order = { field, direction };
        const found = await readAll(first, (page) => lists.listRepositoryGroups({ registryCountAtLeast }, order, page));
        const values = found.map(({ name, repositoryCount, tagCount, size, updatedAt }) => {
          const number = { REPOSITORY_COUNT: repositoryCount, TAG_COUNT: tagCount, SIZE: size };
          return field === 'NAME' ? name : field === 'UPDATED_AT' ? (updatedAt?.getTime() ?? -1) : number[field];
        });
        const isOrdered = values.every(
          (value, at) => at === 0 || (direction === 'ASC' ? values[at - 1]! <= value : values[at - 1]! >= value),
        );
        expect([isOrdered, new Set(found.map(({ name }) => name)).size]).toEqual([true, expected.length]);
        for (const { repositories, ...group } of found) {
          expect(expected).toContainEqual(group);
          expect(new Set(repositories.map(({ registryId }) => registryId))).toEqual(
            new Set(shown.filter(({ name }) => name === group.name).map(({ registry }) => registries[registry])),
          );
        }
      },
    );
    await fc.assert(property, { numRuns: 25 });
  });

  it('compares the tags of repositories by their names and images, many groups in two statements', async () => {
    const statements = await watchStatements(database);
    const property = fc.asyncProperty(rows, async (all) => {
      const keys = await fill(all);
      const groups = [...Map.groupBy(keys.keys(), (at) => all[at]!.name).values()];
      const lists = createListStore(database.kysely);
      statements.take();
      const found = await lists.compareRepositories(groups.map((group) => group.map((at) => keys[at]!)));
      expect(statements.take().length).toBeLessThanOrEqual(2);
      const expected = groups.map((group): Drift => {
        const tags = group.map((at) => all[at]!.tags);
        const named = [...new Set(tags.flatMap((one) => Object.keys(one)))].map((name) => tags.map((one) => one[name]));
        const isSame = (on: readonly (number | undefined)[]): boolean => new Set(on).size === 1;
        const isDifferent = (on: readonly (number | undefined)[]): boolean =>
          new Set(on.filter((image) => image !== undefined)).size > 1;
        const same = named.filter((on) => isSame(on)).length;
        const different = named.filter((on) => isDifferent(on)).length;
        // All tags are of one time: the highest version is the newest, and text is below versions.
        const newest = tags.map((one) => ['2', '1', 'latest'].find((name) => name in one));
        const isNewestSame =
          new Set(tags.map((one, at) => `${newest[at]} ${newest[at] && one[newest[at]]}`)).size === 1;
        return {
          isNewestSame,
          sameTagCount: same,
          differentTagCount: different,
          missingTagCount: named.length - same - different,
        };
      });
      expect(found).toEqual(expected);
    });
    await fc.assert(property, { numRuns: 20 });
  });

  it('counts by each value without what the filter says of it, and by all else that it says', async () => {
    const property = fc.asyncProperty(rows, async (all) => {
      await fill(all);
      const lists = createListStore(database.kysely, database.scanner);
      const filter: RepositoryFilter = {
        registryIds: [registries[0]!, registries[1]!],
        namespace: 'b',
        platform: { os: 'linux', architecture: 'amd64' },
      };
      const shown = all.filter(({ isEmpty }) => !isEmpty);
      const isOfRegistry = ({ registry }: Row): boolean => registry < 2;
      const namespaceOf = ({ name }: Row): string => name.slice(0, Math.max(name.lastIndexOf('/'), 0));
      const platformsOf = ({ tags }: Row): string[] => [
        ...new Set(Object.values(tags).flatMap((image) => (image === 4 ? ['linux/arm64/v8'] : platforms[image]!))),
      ];
      const fits = (row: Row): boolean =>
        Object.values(row.tags).some((image) => platforms[image]![0] === 'linux/amd64');
      const isIn = (row: Row): boolean => namespaceOf(row) === 'b';
      const counted = (some: readonly Row[], valueOf: (row: Row) => readonly string[]) =>
        countBy(some.flatMap(valueOf));
      expect(await lists.countRepositoriesBy('registry', filter, 10)).toEqual(
        counted(
          shown.filter((row) => isIn(row) && fits(row)),
          ({ registry }) => [registries[registry]!],
        ),
      );
      expect(await lists.countRepositoriesBy('namespace', filter, 2)).toEqual(
        counted(
          shown.filter((row) => isOfRegistry(row) && fits(row)),
          (row) => [namespaceOf(row)],
        ).slice(0, 2),
      );
      expect(await lists.countRepositoriesBy('platform', filter, 10)).toEqual(
        counted(
          shown.filter((row) => isOfRegistry(row) && isIn(row)),
          platformsOf,
        ),
      );
      const tags = { kinds: ['image' as const], repositories: { namespace: 'b' } };
      const among = all.filter(isIn);
      const imagesOf = ({ tags: held }: Row): number[] => Object.values(held);
      const kindOf = (image: number): string => (image === 3 ? 'artifact' : image > 3 ? 'index' : 'image');
      const isImage = (image: number): boolean => kindOf(image) === 'image';
      expect(await lists.countTagsBy('kind', tags, 10)).toEqual(counted(among, (row) => imagesOf(row).map(kindOf)));
      expect(await lists.countTagsBy('platform', tags, 10)).toEqual(
        counted(among, (row) =>
          imagesOf(row)
            .filter(isImage)
            .flatMap((image) => platforms[image]!),
        ),
      );
      expect(await lists.countTagsBy('platform', { repositories: {} }, 10)).toEqual(
        counted(all, (row) => imagesOf(row).flatMap((image) => platforms[image]!)),
      );
      expect(await lists.countTagsBy('namespace', tags, 10)).toEqual(
        counted(all, (row) =>
          imagesOf(row)
            .filter(isImage)
            .map(() => namespaceOf(row)),
        ),
      );
      expect(await lists.countTagsBy('artifactType', { repositories: {} }, 10)).toEqual(
        counted(all, (row) =>
          imagesOf(row)
            .filter((image) => image === 3)
            .map(() => 'application/vnd.x'),
        ),
      );
    });
    await fc.assert(property, { numRuns: 10 });
  });

  it('finds repositories by a platform and a label of their images', async () => {
    const row = { registry: 0, size: 0, updatedAt: 0, isEmpty: false };
    await fill([
      { ...row, name: 'labelled', tags: { '1': 0 } },
      { ...row, name: 'index', tags: { '1': 4 } },
      { ...row, name: 'other', tags: { '1': 2 } },
    ]);
    const lists = createListStore(database.kysely, database.scanner);
    const find = async (filter: RepositoryFilter): Promise<string[]> => {
      const { items } = await lists.listRepositories(
        filter,
        { field: 'NAME', direction: 'ASC' },
        { first: 10, after: null },
      );
      return items.map(({ name }) => name);
    };
    expect(await find({ label: { key: 'team', value: 'a' } })).toEqual(['labelled']);
    expect(await find({ label: { key: 'team', value: 'b' } })).toEqual([]);
    expect(await find({ platform: { os: 'linux', architecture: 'amd64' } })).toEqual(['index', 'labelled']);
    expect(await find({ platform: { os: 'windows', architecture: 'amd64' } })).toEqual(['other']);
  });
});
