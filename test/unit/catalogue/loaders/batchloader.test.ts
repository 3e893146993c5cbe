import { createBatchLoader, loadByKey, loadPages } from '../../../../src/catalogue/loaders/batchloader.js';
import type { PageRequest } from '../../../../src/domain/page.js';

interface Asked {
  readonly key: number;
  readonly kind: string;
}

/** Gives `kind:key` of each request, and keeps what each load was of. */
function createCounting(options: { readonly isKept?: boolean; readonly fails?: string } = {}) {
  const loads: string[][] = [];
  const loader = createBatchLoader<Asked, string>({
    keyOf: ({ key }) => key,
    kindOf: ({ kind }) => kind,
    async load(requests) {
      const names = requests.map(({ kind, key }) => `${kind}:${key}`);
      loads.push(names);
      if (requests[0]!.kind === options.fails) throw new Error('It failed.');
      return names;
    },
    ...(options.isKept !== undefined && { isKept: options.isKept }),
  });
  return { loader, loads };
}

test('requests of one tick are one load for each kind, equal ones once, and each gets its own', async () => {
  const { loader, loads } = createCounting();
  const asked = [
    { key: 2, kind: 'a' },
    { key: 1, kind: 'b' },
    { key: 1, kind: 'a' },
    { key: 2, kind: 'a' },
  ];
  expect(await Promise.all(asked.map((each) => loader.load(each)))).toEqual(['a:2', 'b:1', 'a:1', 'a:2']);
  expect(loads).toEqual([['a:2', 'a:1'], ['b:1']]);
});

test('what was loaded is not loaded again by a later tick, unless it is not to be kept', async () => {
  for (const [isKept, times] of [
    [true, 1],
    [false, 2],
  ] as const) {
    const { loader, loads } = createCounting({ isKept });
    for (let n = 0; n < 2; n++) {
      const both = [loader.load({ key: 1, kind: 'a' }), loader.load({ key: 1, kind: 'a' })];
      expect(await Promise.all(both)).toEqual(['a:1', 'a:1']);
    }
    expect(loads).toEqual(Array.from({ length: times }, () => ['a:1']));
  }
});

test('a load that fails fails for its kind only', async () => {
  const { loader } = createCounting({ fails: 'b' });
  const kinds = ['a', 'b', 'c'];
  const ends = await Promise.allSettled(kinds.map((kind) => loader.load({ key: 1, kind })));
  expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

describe('pages of several lists', () => {
  const page = (after: string | null): { readonly page: PageRequest } => ({ page: { first: 10, after } });

  test('the first pages are read together', async () => {
    const loads: (string | null)[][] = [];
    const load = loadPages<ReturnType<typeof page>, string>(async (requests) => {
      loads.push(requests.map((request) => request.page.after));
      return requests.map((_, at) => `page ${at}`);
    });
    expect(await load([page(null), page(null)])).toEqual(['page 0', 'page 1']);
    expect(loads).toEqual([[null, null]]);
  });

  test('pages after cursors are read one by one, and a cursor that is refused is refused alone', async () => {
    const load = loadPages<ReturnType<typeof page>, string>(async ([request, ...others]) => {
      expect(others).toEqual([]);
      if (request!.page.after === 'foreign') throw new Error('It is of another list.');
      return [`after ${request!.page.after}`];
    });
    expect(await load([page('a'), page('foreign'), page(null)])).toEqual([
      'after a',
      new Error('It is of another list.'),
      'after null',
    ]);
  });
});

test('values by key are given in the order of the requests, with what stands for absent ones', async () => {
  const requests = [{ id: 3 }, { id: 1 }, { id: 2 }];
  const load = async (keys: number[]) => new Map(keys.filter((key) => key !== 1).map((key) => [key, key * 10]));
  expect(await loadByKey(requests, ({ id }) => id, load, 0)).toEqual([30, 0, 20]);
});
