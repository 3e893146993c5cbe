import { forEachInPieces, runAtOnce, sortInPieces } from '../../../src/domain/pieces.js';
import { runInTurns } from '../../../src/timer.js';

const numbers = Array.from({ length: 5003 }, (_, at) => ({ at, key: (at * 7919) % 97 }));

test('work is done for each item in their order, with a pause after each thousand but the last', () => {
  const count = (
    items: readonly object[],
  ): { readonly pauses: readonly number[]; readonly seen: readonly object[] } => {
    const seen: object[] = [];
    const pauses: number[] = [];
    for (const _pause of forEachInPieces(items, (item) => void seen.push(item))) pauses.push(seen.length);
    return { pauses, seen };
  };
  expect(count(numbers)).toEqual({ pauses: [1000, 2000, 3000, 4000, 5000], seen: numbers });
  expect(count(numbers.slice(0, 1000)).pauses).toEqual([]);
});

test.each([0, 1, 999, 1000, 1001, 5003])(
  '%i items are sorted in pieces as at once, those that are alike in order',
  (length) => {
    const some = numbers.slice(0, length);
    const byKey = (a: { readonly key: number }, b: { readonly key: number }): number => a.key - b.key;
    expect(runAtOnce(sortInPieces(some, byKey))).toEqual(some.toSorted(byKey));
  },
);

test('work in pieces gives other work its turn once its time is over, and not before', async () => {
  let now = 0;
  const turns = async (each: number): Promise<number> => {
    let others = 0;
    let isOver = false;
    const count = (): void => {
      if (isOver) return;
      others++;
      setImmediate(count);
    };
    setImmediate(count);
    function* work(): Generator<undefined, string> {
      for (let piece = 0; piece < 100; piece++) {
        now += each;
        yield;
      }
      return 'done';
    }
    expect(await runInTurns(work(), { elapsed: () => now })).toBe('done');
    isOver = true;
    return others;
  };
  expect(await turns(0)).toBe(0);
  expect(await turns(8)).toBeGreaterThanOrEqual(99);
});
