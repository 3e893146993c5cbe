import * as fc from 'fast-check';
import type { Kysely, KyselyPlugin } from 'kysely';
import type { Repository } from '../../src/domain/catalogue.js';
import { followsAll } from '../../src/domain/following.js';
import type { RepositoryName } from '../../src/domain/name.js';
import type { Database, Tables } from '../../src/store/database/database.js';
import { RepositoryStore } from '../../src/store/index/repositories.js';
import { uniqueSizeLimits } from '../../src/store/index/uniquesizes.js';
import { createUsageStore, type UsageStore } from '../../src/store/index/usage.js';
import { openMemory } from './files.js';
import { addImage, addRegistry, addRepository, addTags, fakeDigest } from './rows.js';

const keepAll = { ...uniqueSizeLimits, large: 0 };
/** Each of them is reached by a handful of images. */
const narrow = { ...keepAll, images: 3, changed: 3, places: 2, others: 1 };

const blobs = 9;
const tags = ['a', 'b', 'c'];

/** Image `i + 1` holds blob `b + 1` where its set has `b`; it is foreign where b is odd and the image's number too. */
async function addImages(db: Kysely<Tables>, sets: readonly (readonly number[])[]): Promise<void> {
  for (let blob = 0; blob < blobs; blob++)
    await db
      .insertInto('blob')
      .values({ digest: fakeDigest(`b${blob}`) as never })
      .execute();
  for (const [at, set] of sets.entries()) {
    const image_id = await addImage(db, fakeDigest(`a${at + 10}`));
    for (const [position, blob] of set.entries())
      await db
        .insertInto('image_blob')
        .values({
          image_id,
          position,
          blob_id: blob + 1,
          media_type: 'm',
          size: 10 ** blob,
          is_foreign: blob % 2 && at % 2,
        })
        .execute();
  }
}

/** Has a tag of the repository stand on an image, or on none. */
async function pointTag(db: Kysely<Tables>, repository_id: number, name: string, image: number | null): Promise<void> {
  await db
    .updateTable('tag')
    .set({ image_id: image })
    .where('repository_id', '=', repository_id)
    .where('name', '=', name as never)
    .execute();
}

async function addAll(db: Kysely<Tables>, registries: number, each: number): Promise<number[]> {
  const keys: number[] = [];
  for (let at = 0; at < registries; at++) {
    const registryId = await addRegistry(db, `r${at}`);
    for (let name = 0; name < each; name++) {
      const key = await addRepository(db, registryId, `app-${name}`);
      await addTags(
        db,
        key,
        tags.map((tag) => ({ name: tag })),
      );
      keys.push(key);
    }
  }
  return keys;
}

async function removeOne(database: Database, key: number): Promise<void> {
  const repositories = new RepositoryStore(database);
  for (let look = 0; look < 2; look++)
    for (const repository of await repositories.findMany([key]))
      await repositories.recordLook(repository, false, new Date());
}

function countQueries(count: () => void): KyselyPlugin {
  return {
    transformQuery({ node }) {
      count();
      return node;
    },
    transformResult: async ({ result }) => result,
  };
}

const set = fc.uniqueArray(fc.nat(blobs - 1), { maxLength: 5 });
const change = fc.record({
  repository: fc.nat(7),
  tag: fc.constantFrom(...tags),
  image: fc.option(fc.integer({ min: 1, max: 12 }), { freq: 4 }),
  isGone: fc.integer({ min: 0, max: 14 }).map((at) => at === 0),
});

test.each([
  ['as it is', keepAll],
  ['as it is, where little is looked at', narrow],
])('a size that is kept is %s', async (_how, limits) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(set, { minLength: 12, maxLength: 12 }),
      fc.array(change, { minLength: 5, maxLength: 40 }),
      async (sets, changes) => {
        await using database = await openMemory();
        const { kysely: db } = database;
        await addImages(db, sets);
        const keys = await addAll(db, 2, 4);
        const contents = createUsageStore(database, limits);
        for (const { repository, tag, image, isGone } of changes) {
          const key = keys[repository]!;
          if (isGone) await removeOne(database, key);
          else {
            await pointTag(db, key, tag, image);
            await contents.deriveSizes(key);
          }
          const afresh = await createUsageStore(database, limits).uniqueSizesOf(keys);
          expect(await contents.uniqueSizesOf(keys)).toEqual(afresh);
        }
      },
    ),
    { numRuns: 60 },
  );
});

describe('a size that is kept', () => {
  let database: Database;
  let scanner: Kysely<Tables>;
  let contents: UsageStore;
  let keys: number[];
  let weighings = 0;

  /** Of the first repository. */
  const ask = async (): Promise<[size: number, weighings: number]> => {
    weighings = 0;
    const sizes = await contents.uniqueSizesOf([keys[0]!]);
    return [sizes.get(keys[0]!)!, weighings];
  };
  const push = async (repository: number, image: number | null, tag = 'a'): Promise<void> => {
    await pointTag(database.kysely, keys[repository]!, tag, image);
    await contents.deriveSizes(keys[repository]!);
  };

  beforeEach(async () => {
    weighings = 0;
    database = await openMemory();
    const counting = countQueries(() => (weighings += 1));
    // Of 10^b bytes each: 1 is what all have, the others are on their own.
    await addImages(database.kysely, [
      [0, 1],
      [0, 2],
      [0, 3],
      [0, 4],
      [1, 5],
    ]);
    keys = await addAll(database.kysely, 2, 4);
    scanner = database.kysely.withPlugin(counting);
    contents = createUsageStore({ ...database, scanner }, keepAll);
    for (let at = 0; at < 3; at++) await push(at, at + 1);
  });
  afterEach(() => database.close());

  it('needs one weighing, until the repository holds something else', async () => {
    expect([await ask(), await ask()]).toEqual([
      [10, 1],
      [10, 0],
    ]);
    await push(0, 4, 'b');
    expect([await ask(), await ask()]).toEqual([
      [10_010, 1],
      [10_010, 0],
    ]);
  });

  it('stays while others push what several have, what nobody else has, and what is in another registry', async () => {
    await ask();
    await push(1, 4, 'b');
    await push(3, 4);
    await push(3, 3);
    await push(4, 1);
    await push(2, null);
    expect(await ask()).toEqual([10, 0]);
  });

  it('stays when names of repositories come, and goes when one goes', async () => {
    await ask();
    const names = new RepositoryStore(database);
    const [{ registryId }] = (await names.findMany([keys[0]!])) as [Repository];
    const listed = [0, 1, 2, 3, 4].map((at) => `app-${at}` as RepositoryName);
    await names.applyNames(registryId, { names: listed, following: followsAll }, new Date());
    expect(await ask()).toEqual([10, 0]);
    const without = { names: listed.slice(0, 1), following: followsAll };
    for (const key of keys.slice(1, 3))
      await database.kysely.deleteFrom('tag').where('repository_id', '=', key).execute();
    for (let look = 0; look < 2; look++) await names.applyNames(registryId, without, new Date());
    expect(await ask()).toEqual([11, 1]);
  });

  it('goes when another repository comes to share a blob with it, and when that ceases to', async () => {
    await ask();
    await push(3, 5);
    expect(await ask()).toEqual([0, 1]);
    await push(3, null);
    expect(await ask()).toEqual([10, 1]);
  });

  it('goes when the last other holder of a blob ceases to have it, or is gone itself', async () => {
    await ask();
    await push(1, null);
    expect(await ask()).toEqual([10, 0]);
    await removeOne(database, keys[2]!);
    expect(await ask()).toEqual([11, 1]);
  });

  it.each([200, 0])(
    'stays while the one that shares a blob with it moves its tags on that blob: %s',
    async (others) => {
      contents = createUsageStore({ ...database, scanner }, { ...keepAll, others });
      await push(2, null);
      await ask();
      await push(1, 4, 'b');
      await push(1, 3);
      await push(1, null);
      expect(await ask()).toEqual([10, 0]);
    },
  );

  it('goes when more changed at once than is looked at', async () => {
    contents = createUsageStore({ ...database, scanner }, { ...keepAll, images: 1 });
    await ask();
    for (const tag of tags) await pointTag(database.kysely, keys[3]!, tag, tag === 'a' ? 2 : 5);
    await contents.deriveSizes(keys[3]!);
    expect(await ask()).toEqual([0, 1]);
  });

  it('needs one weighing for all that ask meanwhile, and another for who asks after a change', async () => {
    const size = async (): Promise<number | undefined> => (await contents.uniqueSizesOf([keys[0]!])).get(keys[0]!);
    const before = [size(), size(), size()];
    await Promise.all(before);
    expect([await Promise.all(before), weighings]).toEqual([[10, 10, 10], 1]);
    await push(0, 4, 'b');
    weighings = 0;
    const [first] = [size()];
    await push(0, null, 'b');
    expect([await size(), weighings]).toEqual([10, 2]);
    await first;
  });

  it('does not stay when something changed while it was weighed', async () => {
    const weighing = contents.uniqueSizesOf([keys[0]!]);
    await push(3, 5);
    await weighing;
    expect(await ask()).toEqual([0, 1]);
  });
});

it('keeps no size of a small repository', async () => {
  const database = await openMemory();
  const [key] = await addAll(database.kysely, 1, 1);
  let reads = 0;
  const scanner = database.kysely.withPlugin(countQueries(() => (reads += 1)));
  const contents = createUsageStore({ ...database, scanner });
  for (let at = 0; at < 2; at++) await contents.uniqueSizesOf([key!]);
  expect(reads).toBe(2);
  await database.close();
});
