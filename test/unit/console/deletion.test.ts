import { createCursorSource, type AskedPage } from '../../../src/console/data/cursors.js';
import { readFormerKey, writeFormerKey } from '../../../src/console/screens/trash/key.js';
import { toAllTags } from '../../../src/console/screens/repositories/search.js';
import { readJobsSearch } from '../../../src/console/screens/jobs/search.js';
import { toRepositoryInput, toTagsInput } from '../../../src/console/jobs/deletion/subject.js';
import { isOver, isUnderWay, presentOutcomes, timeLeft } from '../../../src/console/pure/job.js';
import { comparePlans, isNameAsked, secondsLeft } from '../../../src/console/pure/plan.js';

const place = { registry: 'local', repository: 'team/app' };

describe('what has changed between two plans', () => {
  const plan = {
    tags: [
      { name: 'a', digest: 'sha256:1' },
      { name: 'b', digest: 'sha256:2' },
    ],
    tagCount: 2,
    manifestCount: 2,
    keptImageCount: 0,
    reclaimable: 10,
  };

  test('two plans that are alike differ in nothing', () => {
    const { tags, staying, numbers } = comparePlans(plan, { ...plan });
    expect([tags.size, staying, numbers.size]).toEqual([0, [], 0]);
  });

  test('two plans differ in each tag that is new, moved or no longer goes, and in each number', () => {
    const now = {
      ...plan,
      tags: [
        { name: 'b', digest: 'sha256:3' },
        { name: 'c', digest: 'sha256:1' },
      ],
      reclaimable: 20,
    };
    const { tags, staying, numbers } = comparePlans(plan, now);
    expect([...tags]).toEqual([
      ['b', 'moved'],
      ['c', 'new'],
    ]);
    expect(staying).toEqual(['a']);
    expect([...numbers]).toEqual(['reclaimable']);
  });

  test('names no tag as staying where the new plan lists a part only', () => {
    expect(comparePlans(plan, { ...plan, tags: [], tagCount: 500 }).staying).toEqual([]);
  });
});

test.each([
  [25, 0, false, false, false],
  [26, 0, false, false, true],
  [1, 1, false, false, true],
  [1, 0, true, false, true],
  [1, 0, false, true, true],
])(
  'of %p tags, %p of them along, emptying %p, of a whole repository %p, the name is asked for: %p',
  (tagCount, alsoRemovedTagCount, leavesEmptyRepository, isWhole, isAsked) => {
    expect(isNameAsked({ tagCount, alsoRemovedTagCount, leavesEmptyRepository }, isWhole)).toBe(isAsked);
  },
);

test('the seconds that are left go by one clock, and not below nothing', () => {
  expect([secondsLeft(300, 1000, 1000), secondsLeft(300, 1000, 2500), secondsLeft(300, 1000, 400_000)]).toEqual([
    300, 299, 0,
  ]);
});

describe('what is asked of the gateway', () => {
  const planned = { token: 'v1', tagCount: 12, alsoRemovedTagCount: 2 };

  test('a plan changes nothing', () => {
    expect(toTagsInput({ kind: 'tags', ...place, tags: ['a'] }, false, null)).toEqual({
      ...place,
      tags: ['a'],
      withSiblings: false,
      dryRun: true,
    });
    expect(toRepositoryInput({ kind: 'repository', ...place }, null)).toEqual({ ...place, dryRun: true });
  });

  test('a plan is carried out by its token, and by a filter only of as many tags as it counted', () => {
    const subject = { kind: 'matching', ...place, filter: { glob: 'pr-*' }, except: ['pr-1'], count: 9 } as const;
    expect(toTagsInput(subject, true, planned)).toEqual({
      ...place,
      filter: { glob: 'pr-*' },
      except: ['pr-1'],
      expectedCount: 10,
      withSiblings: true,
      dryRun: false,
      planToken: 'v1',
      wait: false,
    });
    expect(toRepositoryInput({ kind: 'repository', ...place }, planned)).toMatchObject({ planToken: 'v1' });
  });
});

test('outcomes come with failures first, those that no piece has not at all', () => {
  const counts = { FAILED: 1, KEPT: 0, CANCELLED: 0, SENT: 0, PENDING: 4, ABSENT: 0, DONE: 9 };
  expect(presentOutcomes(counts)).toEqual(['FAILED', 'PENDING', 'DONE']);
});

test('a job that waits for somebody is neither under way nor over', () => {
  expect(['QUEUED', 'RUNNING', 'AWAITING_APPROVAL', 'FAILED'].map(isUnderWay)).toEqual([true, true, false, false]);
  expect(['QUEUED', 'RUNNING', 'AWAITING_APPROVAL', 'FAILED'].map(isOver)).toEqual([false, false, false, true]);
});

test.each([
  [-1, null],
  [0, null],
  [0.2, { unit: 'second', n: 1 }],
  [89, { unit: 'second', n: 89 }],
  [90, { unit: 'minute', n: 2 }],
  [5399, { unit: 'minute', n: 90 }],
  [5400, { unit: 'hour', n: 2 }],
  [3 * 86_400, { unit: 'day', n: 3 }],
])('%s seconds to the end of a job are told in a unit of which there is more than one', (seconds, told) => {
  const now = new Date('2026-01-01T00:00:00Z');
  expect(timeLeft(new Date(now.getTime() + seconds * 1000).toISOString(), now)).toEqual(told);
});

test('all repositories of a list are deleted by the tags in them, where a filter of tags says these', () => {
  expect(toAllTags({ q: 'App', registry: ['hub'], namespace: 'team' })).toEqual({
    filter: { registries: ['hub'], namespace: 'team', repositoryGlobs: ['*app*'] },
  });
  for (const search of [{}, { q: 'a*' }, { q: 'a', platform: 'linux/amd64' }, { q: 'a', updated: '7d' as const }])
    expect(toAllTags(search)).toBeNull();
});

test('the filters of jobs are read from an address, those of no kind left out', () => {
  expect(readJobsSearch({ kind: ['CRAWL', 'NONE', 'CRAWL'], state: 'FAILED', registry: 'local' })).toEqual({
    kind: ['CRAWL'],
    state: ['FAILED'],
    registry: ['local'],
  });
  expect(readJobsSearch({ kind: 'NONE' })).toEqual({ kind: undefined, state: undefined, registry: undefined });
});

test('the names of a tag that is gone are its key', () => {
  const row = { registry: { name: 'local' }, repositoryName: 'team/app', tag: '1.0' };
  expect(readFormerKey(writeFormerKey(row))).toEqual({ ...place, tag: '1.0' });
});

describe('a list that is told by cursors', () => {
  /** A list of 250 numbers, a hundred a page, whose cursors are where a page begins; and all that it was asked. */
  function createNumbers(length = 250) {
    const asked: (string | null)[] = [];
    const list = { length };
    const source = createCursorSource<number, string>('numbers', async ({ after, first, head }: AskedPage) => {
      asked.push(after);
      const from = Number(after ?? 0);
      const rows = Array.from({ length: Math.max(0, Math.min(first, list.length - from)) }, (_, at) => from + at);
      const next = from + first < list.length ? String(from + first) : null;
      return { data: { rows, total: list.length, next, head: head ? 'head' : undefined }, problem: null };
    });
    const load = async (offset: number, head = false) =>
      (await source.load({ offset, first: 100, head }, new AbortController().signal)).data;
    return { asked, list, load };
  }

  test('a list is asked for page by page, by the cursor of the page before', async () => {
    const { asked, load } = createNumbers();
    expect((await load(0, true))?.head).toBe('head');
    expect((await load(100))?.rows[0]).toBe(100);
    expect((await load(200))?.rows).toHaveLength(50);
    expect((await load(100))?.rows[0]).toBe(100);
    expect(asked).toEqual([null, '100', '200', '100']);
  });

  test('a list is walked through to a page that lies ahead, once for two that are asked for together', async () => {
    const { asked, load } = createNumbers();
    const [second, third] = await Promise.all([load(100), load(200)]);
    expect([second?.rows[0], third?.rows[0]]).toEqual([100, 200]);
    expect(asked).toEqual([null, '100', '200']);
  });

  test('has no rows where it has become shorter than it was', async () => {
    const { list, load } = createNumbers();
    await load(200);
    list.length = 150;
    expect((await load(100))?.rows).toHaveLength(50);
    expect(await load(200)).toMatchObject({ rows: [], total: 150 });
  });

  test('asks for nothing more once nobody waits for it', async () => {
    const { asked } = createNumbers();
    const { list } = createNumbers();
    const source = createCursorSource<number, null>('numbers', async () => {
      asked.push('asked');
      return { data: { rows: [], total: list.length, next: null }, problem: null };
    });
    const controller = new AbortController();
    controller.abort();
    expect(await source.load({ offset: 0, first: 100, head: false }, controller.signal)).toEqual({
      data: null,
      problem: null,
    });
    expect(asked).toEqual([]);
  });
});
