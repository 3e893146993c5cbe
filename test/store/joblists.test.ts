import { createOwnEntry } from '../../src/domain/audit.js';
import type { Job, JobFilter } from '../../src/domain/job.js';
import type { Page } from '../../src/domain/page.js';
import type { Database } from '../../src/store/database/database.js';
import { createDeletionStore } from '../../src/store/jobs/deletions.js';
import { createJobStore, type JobStore, type NewJob } from '../../src/store/jobs/jobs.js';
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
