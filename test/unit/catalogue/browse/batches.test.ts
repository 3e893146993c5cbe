import { pagesOf, readBeginnings, rowsPerStatement } from '../../../../src/catalogue/browse/batches.js';
import { batch } from '../../../../src/domain/batch.js';
import type { Holdings } from '../../../../src/store/queries/inventory.js';

/** Parents with so many rows each, and what each statement was asked for. */
function hold(counts: Readonly<Record<number, number>>) {
  const asked: (readonly number[])[] = [];
  const rowsOf = (key: number): number[] => Array.from({ length: counts[key] ?? 0 }, (_, row) => row);
  const holdings: Holdings<number> = {
    async first(keys, limit) {
      asked.push(keys);
      const found = new Map<number, number[]>();
      let room = limit;
      for (const key of keys) {
        if (found.size > 0 && room <= 0) break;
        const rows = rowsOf(key).slice(0, limit);
        found.set(key, rows);
        room -= Math.max(rows.length, 1);
      }
      return found;
    },
    async after(key, row, limit) {
      asked.push([key]);
      return rowsOf(key).slice(row + 1, row + 1 + limit);
    },
  };
  return { holdings, asked };
}

async function collect<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const page of pages) collected.push(page);
  return collected;
}

/** Counts the turns that were waited for. */
function createPace() {
  const pace = { turns: 0, wait: async () => void (pace.turns += 1) };
  return pace;
}

async function listBeginnings(counts: Readonly<Record<number, number>>, parents: readonly number[]) {
  const { holdings, asked } = hold(counts);
  const pace = createPace();
  const read = await collect(readBeginnings(holdings, parents, (key) => key, pace.wait));
  return { read: read.flat().map(({ parent, first }) => [parent, first.length]), asked, turns: pace.turns };
}

test('parents with few rows are read together, in their order, and a key that stands for two is asked for once', async () => {
  expect(await listBeginnings({ 1: 2, 2: 0, 3: 5 }, [3, 1, 3, 2])).toEqual({
    read: [
      [3, 5],
      [1, 2],
      [3, 5],
      [2, 0],
    ],
    asked: [[3, 1, 2]],
    turns: 1,
  });
});

test('parents that a statement had no room for are read by the next, after a turn of others', async () => {
  const parents = [1, 2, 3];
  const { read, asked, turns } = await listBeginnings({ 1: rowsPerStatement, 2: 1, 3: rowsPerStatement }, parents);
  expect(read.map(([parent]) => parent)).toEqual(parents);
  expect({ statements: asked.length, turns }).toEqual({ statements: turns, turns: 2 });
});

test('more parents than one statement takes are read by several', async () => {
  const parents = Array.from({ length: rowsPerStatement * 2 + 1 }, (_, n) => n);
  const { read, asked } = await listBeginnings({}, parents);
  expect({ read: read.length, asked: asked.map((keys) => keys.length) }).toEqual({
    read: parents.length,
    asked: [rowsPerStatement, rowsPerStatement, 1],
  });
});

test.each([
  [0, [], 0],
  [1, [1], 0],
  [rowsPerStatement, [rowsPerStatement], 1],
  [rowsPerStatement + 1, [rowsPerStatement, 1], 1],
  [rowsPerStatement * 2, [rowsPerStatement, rowsPerStatement], 2],
])('a parent of %i rows comes in pages of %j after %i more statements', async (count, pages, more) => {
  const { holdings, asked } = hold({ 7: count });
  const first = (await holdings.first([7], rowsPerStatement)).get(7)!;
  const read = await collect(pagesOf(holdings, 7, first, createPace().wait));
  expect(read.map((rows) => rows.length)).toEqual(pages);
  expect(read.flat()).toEqual(Array.from({ length: count }, (_, row) => row));
  expect(asked.length - 1).toBe(more);
});

test('reading ends where nobody wants the rest', async () => {
  const { holdings, asked } = hold({ 7: rowsPerStatement * 3 });
  const leave = () => Promise.reject(new Error('They left.'));
  const first = (await holdings.first([7], rowsPerStatement)).get(7)!;
  await expect(collect(pagesOf(holdings, 7, first, leave))).rejects.toThrow('They left.');
  expect(asked).toHaveLength(1);
});

test.each<[readonly number[], readonly (readonly number[])[]]>([
  [[], []],
  [[3, 3, 4], [[3, 3, 4]]],
  [
    [3, 3, 5],
    [[3, 3], [5]],
  ],
  [
    [20, 1],
    [[20], [1]],
  ],
  [
    [1, 20, 1],
    [[1], [20], [1]],
  ],
])('neighbours of the weights %j are gathered to ten at most: %j', (weights, expected) => {
  expect([...batch(weights, (weight) => weight, 10)]).toEqual(expected);
});
