import * as fc from 'fast-check';
import type { RepositoryName } from '../../src/domain/name.js';
import { type SeriesRange, toDay } from '../../src/domain/series.js';
import type { Database } from '../../src/store/database/database.js';
import { sampleSizes } from '../../src/store/pruning/sizesamples.js';
import { createSeriesStore } from '../../src/store/queries/series.js';
import { watchStatements } from '../support/observed/statements.js';
import { listEngines } from '../support/servers/engines.js';
import { addImage, addRegistry, addRepository, addTags, fakeDigest, plainly } from './rows.js';

const day = 86_400_000;
const at = (days: number): Date => new Date(days * day + 3_600_000);

/** Days up to the next look, and how much there is then of each of two repositories; null: it is not there. */
const looks = fc.array(
  fc.record({
    days: fc.constantFrom(0, 1, 2, 40, 400),
    held: fc.tuple(
      ...[0, 1].map(() => fc.option(fc.record({ size: fc.nat({ max: 2 }), tagCount: fc.nat({ max: 2 }) }))),
    ),
  }),
  { minLength: 1, maxLength: 12 },
);

describe.each(listEngines('series'))('on $name', ({ open }) => {
  let database: Database;
  let registryId: string;
  beforeEach(async () => {
    database = await open();
    registryId = await addRegistry(database.kysely, 'one');
  });
  afterEach(() => database.close());

  const names = ['a', 'b'] as readonly string[] as readonly RepositoryName[];
  const store = () => createSeriesStore(database.kysely);
  const count = async (): Promise<number> =>
    (await database.kysely.selectFrom('size_sample').select('day').execute()).length;
  async function look(now: Date): Promise<void> {
    // It is walked for what it does.
    for await (const step of sampleSizes(database.kysely, now)) expect(step.removed).toBeGreaterThanOrEqual(0);
  }
  async function hold(name: string, held: { readonly size: number; readonly tagCount: number } | null): Promise<void> {
    const { kysely } = database;
    const of = kysely
      .selectFrom('repository')
      .select('id')
      .where('name', '=', name as RepositoryName);
    const known = await of.executeTakeFirst();
    if (!held)
      await kysely
        .deleteFrom('repository')
        .where('name', '=', name as RepositoryName)
        .execute();
    else if (!known) await addRepository(kysely, registryId, name, { size: held.size, tag_count: held.tagCount });
    else
      await kysely
        .updateTable('repository')
        .set({ size: held.size, tag_count: held.tagCount })
        .where('id', '=', known.id)
        .execute();
  }

  it('tells of each day how much there was when it was last looked at, for a year', async () => {
    const property = fc.asyncProperty(looks, async (all) => {
      await database.kysely.deleteFrom('size_sample').execute();
      const seen: { today: number; held: (typeof all)[number]['held'] }[] = [];
      let today = 20_000;
      for (const { days, held } of all) {
        today += days;
        for (const [which, name] of names.entries()) await hold(name, held[which]!);
        await look(at(today));
        seen.push({ today, held });
      }
      const range: SeriesRange = { from: (today - 365) * day, step: day, points: 366 };
      const places = names.map((repository) => ({ registryId, repository }));
      const found = await store().samplesOf(places, range);
      for (const [which, samples] of found.entries()) {
        // One that is gone has what it had, until it is forgotten.
        if (!seen.at(-1)!.held[which]) continue;
        for (let of = today - 365; of <= today; of++) {
          const known = seen.filter((one) => one.held[which] && one.today <= of).at(-1)?.held[which] ?? null;
          const told = samples.findLast((sample) => sample.day <= of);
          const isForgotten = told === undefined && known !== null;
          // Nothing is forgotten but of one that was gone for longer than a year.
          if (isForgotten) expect(seen.some(({ held }) => held[which] === null)).toBe(true);
          else expect(told ? { size: told.size, tagCount: told.tagCount } : null).toEqual(known);
        }
      }
    });
    await fc.assert(property, { numRuns: 8 });
  });

  it('writes nothing where nothing changed, and keeps what was there when the year began', async () => {
    await hold('a', { size: 1, tagCount: 1 });
    await look(at(1000));
    await hold('a', { size: 2, tagCount: 1 });
    for (const today of [1000, 1001, 1002]) await look(at(today));
    expect(await count()).toBe(1);
    await hold('a', { size: 3, tagCount: 1 });
    await look(at(1010));
    await look(at(1010 + 365 - 1));
    expect(await count()).toBe(2);
    // The later of the two is now what was there when the year began.
    await look(at(1010 + 365));
    expect(await count()).toBe(1);
    await look(at(9999));
    const [samples] = await store().samplesOf([{ registryId, repository: names[0]! }], {
      from: at(9990).getTime(),
      step: day,
      points: 9,
    });
    expect(samples).toEqual([{ day: 1010, size: 3, tagCount: 1 }]);
    await hold('a', null);
    await look(at(10_000));
    expect(await count()).toBe(0);
  });

  it('tells of a registry what it held as a whole, once that is known', async () => {
    await hold('a', { size: 1, tagCount: 2 });
    await hold('b', { size: 1, tagCount: 3 });
    await look(at(10));
    await plainly(database.kysely).updateTable('registry').set({ size: 7 }).execute();
    await look(at(11));
    const places = [{ registryId, repository: '' as const }];
    const [samples] = await store().samplesOf(places, { from: 0, step: day, points: 12 });
    expect(samples).toEqual([{ day: 11, size: 7, tagCount: 5 }]);
  });

  it('tells which repositories grew most since a day, or since they were seen first', async () => {
    await hold('a', { size: 10, tagCount: 1 });
    await hold('b', { size: 100, tagCount: 1 });
    await look(at(20));
    await hold('a', { size: 30, tagCount: 1 });
    await hold('new', { size: 5, tagCount: 1 });
    await hold('gone', { size: 1, tagCount: 1 });
    await look(at(40));
    await hold('new', { size: 500, tagCount: 2 });
    await hold('b', { size: 90, tagCount: 1 });
    await hold('gone', null);
    await hold('unsampled', { size: 9, tagCount: 1 });
    const listed = async (since: number, first = 10) => {
      const grown = await store().listGrown(since, first);
      const rows = await database.kysely.selectFrom('repository').select(['id', 'name']).execute();
      const nameOf = new Map(rows.map(({ id, name }) => [id, name]));
      return grown.map((one) => [nameOf.get(one.repositoryKey), one.bytes, one.day]);
    };
    // A repository that is new since then is told by its first sample.
    expect(await listed(30)).toEqual([
      ['new', 495, 40],
      ['a', 20, 20],
    ]);
    expect(await listed(30, 1)).toEqual([['new', 495, 40]]);
    expect(await listed(0)).toEqual(await listed(30));
    expect(await listed(40)).toEqual([['new', 495, 40]]);
  });

  it('reads many repositories in one statement, and many hundreds are written down a few at a time', async () => {
    for (let which = 0; which < 450; which++) await addRepository(database.kysely, registryId, `r${which}`);
    const statements = await watchStatements(database);
    await look(at(5));
    expect(statements.take().length).toBeLessThan(25);
    expect(await count()).toBe(450);
    statements.take();
    const places = Array.from({ length: 100 }, (_, which) => ({
      registryId,
      repository: `r${which}` as RepositoryName,
    }));
    const range = { from: 0, step: day, points: 10 };
    expect(await store().samplesOf(places, range)).toEqual(places.map(() => [{ day: 5, size: 0, tagCount: 1 }]));
    await store().pushesOf(places, range);
    expect(statements.take()).toHaveLength(2);
  });

  it('counts a push once, however often its tag was deleted and put back', async () => {
    const { kysely } = database;
    const key = await addRepository(kysely, registryId, 'a');
    const image_id = await addImage(kysely, fakeDigest(7));
    await addTags(kysely, key, [{ name: 'v1', updated_at: 5, image_id, updated_source: 'RESTORED' }]);
    const row = { registry_id: registryId, repository: 'a', tag: 'v1', digest: fakeDigest(7) };
    const times = { since: 5, since_source: 'FIRST_SEEN', until_source: 'CHANGE_SEEN', updated_at: 5 };
    for (const until of [10, 20, 30])
      await plainly(kysely)
        .insertInto('tag_revision')
        .values({ ...row, ...times, until })
        .execute();
    const places = [{ registryId, repository: names[0]! }];
    expect(await store().pushesOf(places, { from: 0, step: 100, points: 1 })).toEqual([[1]]);
  });

  it('counts what was pushed within each part, what is there and what it was before', async () => {
    const time = fc.integer({ min: 0, max: 100 });
    const pushed = fc.array(fc.record({ which: fc.nat({ max: 1 }), time, isFormer: fc.boolean() }), { maxLength: 30 });
    const property = fc.asyncProperty(
      pushed,
      fc.record({ from: time, step: fc.integer({ min: 1, max: 30 }), points: fc.integer({ min: 1, max: 5 }) }),
      async (all, range) => {
        const { kysely } = database;
        await kysely.deleteFrom('tag_revision').execute();
        await kysely.deleteFrom('repository').execute();
        const keys = [];
        for (const name of names) keys.push(await addRepository(kysely, registryId, name));
        for (const [number, { which, time: when, isFormer }] of all.entries()) {
          if (!isFormer) await addTags(kysely, keys[which]!, [{ name: `t${number}`, updated_at: when }]);
          const row = { registry_id: registryId, repository: names[which]!, tag: `t${number}`, digest: fakeDigest(1) };
          const times = { since: when, since_source: 'FIRST_SEEN', until: 1000, until_source: 'CHANGE_SEEN' };
          if (isFormer)
            await plainly(kysely)
              .insertInto('tag_revision')
              // Rows of before tags kept their times have none.
              .values({ ...row, ...times, updated_at: number % 2 ? when : null })
              .execute();
        }
        await addTags(kysely, keys[0]!, [{ name: `sha256-${'a'.repeat(64)}.sig`, updated_at: range.from }]);
        const expectOf = (wanted: (one: (typeof all)[number]) => boolean): number[] =>
          Array.from({ length: range.points }, (_, part) => {
            const begin = range.from + part * range.step;
            return all.filter((one) => wanted(one) && one.time >= begin && one.time < begin + range.step).length;
          });
        const places = names.map((repository) => ({ registryId, repository }));
        expect(await store().pushesOf(places, range)).toEqual(
          [0, 1].map((of) => expectOf(({ which }) => which === of)),
        );
        expect(await store().pushesOf([{ registryId, repository: '' }], range)).toEqual([expectOf(() => true)]);
      },
    );
    await fc.assert(property, { numRuns: 15 });
  });
});

test('a day is of UTC', () => {
  expect([toDay(new Date('1970-01-01T23:59:59Z')), toDay(new Date('2026-11-28T00:00:00Z'))]).toEqual([0, 20_785]);
});
