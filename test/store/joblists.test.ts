import { randomUUID } from 'node:crypto';
import { createOwnEntry } from '../../src/domain/audit.js';
import { type Job, type JobFilter, jobStates } from '../../src/domain/job.js';
import { judgeWhole } from '../../src/domain/jobpieces.js';
import type { Page } from '../../src/domain/page.js';
import type { Database } from '../../src/store/database/database.js';
import { createDeletionStore } from '../../src/store/jobs/deletions.js';
import { createJobStore, type JobStore, type NewJob } from '../../src/store/jobs/jobs.js';
import { watchStatements } from '../support/observed/statements.js';
import { listEngines } from '../support/servers/engines.js';
import { createManifest } from './manifests.js';
import { addRegistry } from './rows.js';

const at = (seconds: number): Date => new Date(seconds * 1000);
const nobody = '00000000-0000-4000-8000-000000000000';

interface Filled {
  readonly jobs: JobStore;
  readonly one: string;
  readonly two: string;
  /** A page, and the numbers of its jobs in the order in which they were made. */
  readonly list: (
    filter: JobFilter,
    first?: number,
    after?: string | null,
  ) => Promise<{ readonly page: Page<Job>; readonly numbers: readonly (number | undefined)[] }>;
}

/** Five jobs of two registries; the second has ended. */
async function fill(database: Database): Promise<Filled> {
  const jobs = createJobStore(database);
  const [one, two] = [await addRegistry(database.kysely, 'one'), await addRegistry(database.kysely, 'two')];
  const wanted: readonly [NewJob['kind'], string, string | null, string][] = [
    ['CRAWL', one, null, 'schedule'],
    ['DELETE_TAGS', one, 'team/a', 'ann'],
    ['CRAWL', two, null, 'ben'],
    ['DELETE_TAGS', two, 'team/b', 'ann'],
    ['RETENTION', two, 'team/a', '(retention)'],
  ];
  const numbers = new Map<string, number>();
  for (const [number, [kind, registryId, repository, requestedBy]] of wanted.entries()) {
    // The clock went back before the last one: the order in which they came in counts.
    const createdAt = at(number === 4 ? 0 : number);
    const made = await jobs.create({ kind, registryId, requestedBy, repository: repository as never, createdAt });
    numbers.set(made.id, number);
    if (number === 1) await jobs.update(made.id, { state: 'SUCCEEDED', finishedAt: at(20) });
  }
  return {
    jobs,
    one,
    two,
    async list(filter, first = 10, after = null) {
      const page = await jobs.list(filter, { first, after });
      return { page, numbers: page.items.map(({ id }) => numbers.get(id)) };
    },
  };
}

const endOf = ({ items, cursorOf }: Page<Job>): string => cursorOf(items.at(-1)!);

describe.each(listEngines('lists of jobs'))('on $name', ({ open }) => {
  let database: Database;
  let filled: Filled;
  beforeAll(async () => {
    database = await open();
    filled = await fill(database);
  });
  afterAll(() => database.close());

  test('jobs of all registries are listed, the newest first, in pages', async () => {
    const { list } = filled;
    const first = await list({}, 2);
    const second = await list({}, 2, endOf(first.page));
    const third = await list({}, 2, endOf(second.page));
    expect([first, second, third].map(({ numbers }) => numbers)).toEqual([[4, 3], [2, 1], [0]]);
    expect([first, third].map(({ page }) => [page.hasNextPage, page.hasPreviousPage])).toEqual([
      [true, false],
      [false, true],
    ]);
    expect(await first.page.totalCount()).toBe(5);
  });

  test.each<[string, (ids: Filled) => JobFilter, number[]]>([
    ['registries', ({ two }) => ({ registryIds: [two] }), [4, 3, 2]],
    ['no registry', () => ({ registryIds: [] }), []],
    ['kinds', () => ({ kinds: ['CRAWL', 'RETENTION'] }), [4, 2, 0]],
    ['states', () => ({ states: ['SUCCEEDED'] }), [1]],
    ['a repository', () => ({ repository: 'team/a' as never }), [4, 1]],
    ['who asked', () => ({ requestedBy: 'ann' }), [3, 1]],
    ['all of it', ({ two }) => ({ registryIds: [two], kinds: ['DELETE_TAGS'], requestedBy: 'ann' }), [3]],
  ])('they are narrowed by %s, and counted so', async (_what, filterOf, wanted) => {
    const { page, numbers } = await filled.list(filterOf(filled));
    expect([numbers, await page.totalCount()]).toEqual([wanted, wanted.length]);
  });

  test.each([
    ['of another list', 'W10'],
    ['with a job that is none', Buffer.from(JSON.stringify(['jobs', 'x', 1])).toString('base64url')],
    ['without a time', Buffer.from(JSON.stringify(['jobs', nobody, 'x'])).toString('base64url')],
  ])('a cursor %s is refused', async (_what, after) => {
    await expect(filled.list({}, 2, after)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  test('a list goes on behind a job that was forgotten meanwhile', async () => {
    const { list, jobs, one } = filled;
    const { page } = await list({ registryIds: [one, filled.two], states: ['RUNNING'] }, 2);
    await database.kysely.deleteFrom('job').where('id', '=', page.items[1]!.id).execute();
    // It was made since, and is no part of what follows.
    await jobs.create({ kind: 'CRAWL', registryId: one, requestedBy: 'ann', createdAt: at(30) });
    expect((await list({ kinds: ['CRAWL', 'DELETE_TAGS'] }, 10, endOf(page))).numbers).toEqual([2, 1, 0]);
  });

  test('a whole stands once in the list, as its pieces tell whatever states these are in, and is found by these', async () => {
    const deletions = createDeletionStore(database);
    const entry = createOwnEntry({ at: at(0), actor: 'ann', action: 'deleteSelection', details: null });
    const job = (registryId: string, repository: string, kind: 'DELETE_TAGS' | 'RESTORE_TAGS') =>
      ({ kind, registryId, repository: repository as never, requestedBy: 'dora', createdAt: at(50) }) as const;
    const begin = async (places: readonly [string, string][], kind: 'DELETE_TAGS' | 'RESTORE_TAGS' = 'DELETE_TAGS') => {
      const id = randomUUID();
      const wanted = places.map((place) => ({ job: job(...place, kind), steps: [], audit: () => entry }));
      return { id, pieces: await deletions.createPieces(id, wanted) };
    };
    const { one, two, jobs } = filled;
    const sets = jobStates.flatMap((state, number) =>
      jobStates.slice(number).map((other, more) => [...new Set([state, other, jobStates[more % 7]!])]),
    );
    for (const states of sets) {
      const { pieces } = await begin(states.map(() => [one, 'x'] as [string, string]));
      for (const [number, state] of states.entries())
        await database.kysely.updateTable('job').set({ state }).where('id', '=', pieces[number]!.id).execute();
    }
    const both = await begin([[one, 'y'] as const, [two, 'z'] as const].map(([id, name]) => [id, name]));
    const undone = await begin([[two, 'z']], 'RESTORE_TAGS');
    const list = async (filter: JobFilter) =>
      (await jobs.list({ requestedBy: 'dora', ...filter }, { first: 100, after: null })).items;
    const all = await list({});
    expect(all.slice(0, 2)).toMatchObject([
      { id: undone.id, kind: 'RESTORE_SELECTION', registryId: two },
      { id: both.id, kind: 'DELETE_SELECTION', registryId: null, pieceCounts: [{ state: 'QUEUED', count: 2 }] },
    ]);
    const told = all.toReversed().slice(0, sets.length);
    expect(told.map(({ state }) => state)).toEqual(sets.map(judgeWhole));
    for (const state of jobStates)
      expect((await list({ states: [state] })).map(({ id }) => id)).toEqual(
        all.filter((whole) => whole.state === state).map(({ id }) => id),
      );
    expect((await list({ registryIds: [two] })).map(({ id }) => id)).toEqual([undone.id, both.id]);
    expect((await list({ registryIds: [one], repository: 'y' as never })).map(({ id }) => id)).toEqual([both.id]);
    expect(await list({ registryIds: [one], repository: 'z' as never })).toEqual([]);
    expect((await list({ kinds: ['RESTORE_SELECTION'] })).map(({ id }) => id)).toEqual([undone.id]);
    expect(await list({ kinds: ['DELETE_TAGS'] })).toEqual([]);
    expect((await list({ pieces: true, kinds: ['DELETE_TAGS'] })).slice(0, 2).map(({ id }) => id)).toEqual(
      both.pieces.map(({ id }) => id).toReversed(),
    );
    const page = await jobs.list({ requestedBy: 'dora' }, { first: 2, after: null });
    const next = await jobs.list({ requestedBy: 'dora' }, { first: 1, after: endOf(page) });
    expect([await page.totalCount(), next.items[0]!.id]).toEqual([sets.length + 2, all[2]!.id]);
    expect((await jobs.findMany([both.id, undone.pieces[0]!.id, nobody])).map(({ id }) => id).toSorted()).toEqual(
      [both.id, undone.pieces[0]!.id].toSorted(),
    );
  });

  test('a whole costs as many statements whatever the number of its pieces, which are read a page at a time', async () => {
    const deletions = createDeletionStore(database);
    const entry = createOwnEntry({ at: at(0), actor: 'ann', action: 'deleteSelection', details: null });
    const { one, two, jobs } = filled;
    const begin = async (count: number) => {
      const id = randomUUID();
      const wanted = Array.from({ length: count }, (_, number) => ({
        job: {
          ...({ kind: 'DELETE_TAGS', requestedBy: 'gil', createdAt: at(55) } as const),
          registryId: number % 2 === 0 ? one : two,
          repository: `team/${number}` as never,
        },
        steps: [],
        audit: () => entry,
      }));
      return { id, pieces: await deletions.createPieces(id, wanted) };
    };
    const [few, many] = [await begin(2), await begin(40)];
    const fail = (number: number, subjects: readonly string[]): Promise<void> =>
      jobs.update(many.pieces[number]!.id, {
        state: 'FAILED',
        finishedAt: at(56 + number),
        failures: subjects.map((subject) => ({ subject, code: 'UPSTREAM_ERROR', message: `It is ${subject}.` })),
        failureCount: subjects.length,
      });
    const statements = await watchStatements(database);
    const count = async <T>(read: () => Promise<T>): Promise<readonly [T, number]> => {
      statements.take();
      return [await read(), statements.take().length];
    };
    const ids = [few.id, many.id];
    expect((await count(() => jobs.find(few.id)))[1]).toBe(2);
    expect((await count(() => jobs.find(many.id)))[1]).toBe(2);
    expect((await count(() => jobs.findMany(ids)))[1]).toBe(2);
    for (const number of [7, 3]) await fail(number, [`v${number}`, 'other']);
    const [whole, withFailures] = await count(() => jobs.find(many.id));
    expect(withFailures).toBe(3);
    expect(whole).toMatchObject({
      registryId: null,
      state: 'RUNNING',
      failureCount: 2,
      failures: [3, 7].map((number) => ({ subject: `team/${number}`, message: `It is v${number}.` })),
      finishedAt: null,
      pieceCounts: [
        { state: 'QUEUED', count: 38 },
        { state: 'FAILED', count: 2 },
      ],
    });
    expect(await jobs.find(many.id, ({ registryId }) => registryId === one)).toMatchObject({
      registryId: one,
      failures: [],
      pieceCounts: [{ state: 'QUEUED', count: 20 }],
    });
    expect(await jobs.find(many.id, () => false)).toBeNull();
    const [pages, ofPages] = await count(() => jobs.pagesOfPieces(ids, null, { first: 3, after: null }));
    expect(ofPages).toBe(1);
    const [small, page] = ids.map((id) => pages.get(id)!);
    const names = ({ items }: Page<Job>) => items.map(({ repository }) => repository);
    expect([names(small!), names(page!)]).toEqual([
      ['team/0', 'team/1'],
      ['team/0', 'team/1', 'team/2'],
    ]);
    expect([small!.hasNextPage, page!.hasNextPage]).toEqual([false, true]);
    const counted = await count(() => Promise.all([small!.totalCount(), page!.totalCount()]));
    expect(counted).toEqual([[2, 40], 1]);
    const go = async (after: string, states: Job['state'][] | null = null) =>
      (await jobs.pagesOfPieces([many.id], states, { first: 3, after })).get(many.id)!;
    expect(names(await go(endOf(page!)))).toEqual(['team/3', 'team/4', 'team/5']);
    const failed = await go(endOf(page!), ['FAILED']);
    expect([names(failed), failed.hasNextPage, await failed.totalCount()]).toEqual([['team/3', 'team/7'], false, 2]);
    // A cursor of another whole, and one whose piece is gone.
    await expect(go(endOf(small!))).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    await database.kysely.deleteFrom('job').where('id', '=', page!.items[2]!.id).execute();
    await expect(go(endOf(page!))).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  test('a job keeps when it was first worked on, and its pace is of what is done since it was last taken up', async () => {
    const deletions = createDeletionStore(database);
    const entry = createOwnEntry({ at: at(0), actor: 'ann', action: 'deleteTags', details: null });
    const asked = { kind: 'RETENTION', registryId: filled.one, requestedBy: 'pat', createdAt: at(70) } as const;
    const { id } = await deletions.create({ ...asked, repository: 'app' as never }, [], () => entry);
    const told = async () => {
      const { startedAt, pace } = (await filled.jobs.find(id))!;
      return [startedAt, pace && [pace.takenUp, pace.doneBefore]];
    };
    expect(await told()).toEqual([null, null]);
    await filled.jobs.update(id, { state: 'RUNNING', resumedAt: at(80) });
    await filled.jobs.update(id, { done: 7 });
    expect(await told()).toEqual([at(80), [80_000, 0]]);
    await filled.jobs.update(id, { resumedAt: null });
    expect(await told()).toEqual([at(80), null]);
    await filled.jobs.update(id, { state: 'RUNNING', resumedAt: at(90) });
    expect(await told()).toEqual([at(80), [90_000, 7]]);
    const crawl = await filled.jobs.create({ ...asked, kind: 'CRAWL' });
    expect([crawl.startedAt, crawl.pace?.takenUp]).toEqual([at(70), 70_000]);
  });

  test('the oldest wholes are forgotten with all their pieces, and none that has not ended', async () => {
    const deletions = createDeletionStore(database);
    const entry = createOwnEntry({ at: at(0), actor: 'ann', action: 'deleteSelection', details: null });
    const asked = { kind: 'RESTORE_TAGS', requestedBy: 'emil', createdAt: at(60) } as const;
    const wanted = ['a', 'b'].map((name) => ({
      job: { ...asked, registryId: filled.one, repository: name as never },
      steps: [],
      audit: () => entry,
    }));
    const begin = async (isEnded: boolean): Promise<void> => {
      const pieces = await deletions.createPieces(randomUUID(), wanted);
      for (const { id } of isEnded ? pieces : [])
        await filled.jobs.update(id, { state: 'SUCCEEDED', finishedAt: at(61) });
    };
    await begin(false);
    for (let number = 0; number < 53; number++) await begin(true);
    const { items } = await filled.jobs.list({ requestedBy: 'emil' }, { first: 100, after: null });
    // The last that was begun had not ended when the others were counted.
    expect(items.map(({ state }) => state)).toEqual([...Array.from({ length: 51 }, () => 'SUCCEEDED'), 'QUEUED']);
    expect(items.every(({ pieceCounts }) => pieceCounts?.[0]?.count === 2)).toBe(true);
  });

  test('the tags that each deletion took off are those of its steps that are over and gone, so many at the most', async () => {
    const deletions = createDeletionStore(database);
    const entry = createOwnEntry({ at: at(0), actor: 'ann', action: 'deleteTags', details: null });
    const { digest } = createManifest('one', {}).manifest;
    const steps = [
      { kind: 'MANIFEST', digest, tags: ['v1', 'v2'] },
      { kind: 'CHILD', digest, tags: [] },
      { kind: 'TAG', digest, tags: ['v3'] },
      { kind: 'TAG', digest, tags: ['v4'] },
    ] as never;
    const asked = { kind: 'DELETE_TAGS', repository: 'app' as never, requestedBy: 'ann', createdAt: at(40) } as const;
    const begin = () => deletions.create({ ...asked, registryId: filled.one }, steps, () => entry);
    const [some, none] = [await begin(), await begin()];
    for (const [position, state] of (['DONE', 'DONE', 'FAILED', 'ABSENT'] as const).entries())
      await deletions.record(some.id, position, { state });
    const ids = [some.id, none.id, nobody];
    expect(Object.fromEntries(await deletions.tagsGone(ids, 10))).toEqual({ [some.id]: ['v1', 'v2', 'v4'] });
    expect((await deletions.tagsGone(ids, 1)).get(some.id)).toEqual(['v1']);
  });
});
