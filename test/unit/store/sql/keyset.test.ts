import * as fc from 'fast-check';
import { sql } from 'kysely';
import { decodeCursor, encodeCursor } from '../../../../src/domain/page.js';
import { byId, type Order, rangesAfter, readPosition, toOrderBy, toPage } from '../../../../src/store/sql/keyset.js';
import { compile } from './compiled.js';

function order(more: Partial<Order> = {}): Order {
  const own = {
    scope: 'sizes ASC',
    value: sql.raw('size'),
    tie: byId(sql.raw('id')),
    type: 'number',
    isNullable: false,
  } as const;
  return { ...own, direction: 'ASC', ...more };
}

const two = {
  columns: [sql.raw('name'), sql.raw('id')],
  type: 'text',
  columnsOf: (value: unknown) => [value, 7],
} as const;

describe('the rows after a position', () => {
  test.each<
    [string, Partial<Order>, [number | null, number | string] | null, { text: string; parameters: unknown[] }[]]
  >([
    ['that is none are all', {}, null, [{ text: 'true', parameters: [] }]],
    ['are beyond it', {}, [5, 2], [{ text: '(size, id) > (?, ?)', parameters: [5, 2] }]],
    [
      'are below it in descending order',
      { direction: 'DESC' },
      [5, 2],
      [{ text: '(size, id) < (?, ?)', parameters: [5, 2] }],
    ],
    [
      'of a value have no null among them, which is before',
      { isNullable: true },
      [5, 2],
      [{ text: '(size, id) > (?, ?)', parameters: [5, 2] }],
    ],
    [
      'of a value end with null in descending order',
      { isNullable: true, direction: 'DESC' },
      [5, 2],
      [
        { text: '(size, id) < (?, ?)', parameters: [5, 2] },
        { text: 'size is null', parameters: [] },
      ],
    ],
    [
      'of null are its equals, then all values',
      { isNullable: true },
      [null, 2],
      [
        { text: 'size is null and (id) > (?)', parameters: [2] },
        { text: 'size is not null', parameters: [] },
      ],
    ],
    [
      'of null are its equals alone in descending order',
      { isNullable: true, direction: 'DESC' },
      [null, 2],
      [{ text: 'size is null and (id) < (?)', parameters: [2] }],
    ],
    [
      'are told apart by every column of the tie',
      { tie: two },
      [5, 'a'],
      [{ text: '(size, name, id) > (?, ?, ?)', parameters: [5, 'a', 7] }],
    ],
  ])('%s', (_, more, position, expected) => {
    expect(rangesAfter(order(more), position).map(compile)).toEqual(expected);
  });
});

test.each<[Partial<Order>, string]>([
  [{}, 'size, id'],
  [{ direction: 'DESC' }, 'size desc, id desc'],
  [{ tie: two, direction: 'DESC' }, 'size desc, name desc, id desc'],
])('rows are ordered by the value and the tie, all in one direction: %j', (more, expected) => {
  expect(compile(toOrderBy(order(more))).text).toBe(expected);
});

describe('a cursor', () => {
  const refused = expect.objectContaining({ code: 'BAD_USER_INPUT', facts: { path: ['after'] } });

  test('a cursor is no position where it is absent', () => {
    expect(readPosition(order(), { after: null })).toBeNull();
  });

  test('a cursor is read as the position that it was made of', () => {
    const value = fc.oneof(fc.integer(), fc.constant(null));
    fc.assert(
      fc.property(value, fc.nat(), (...position) => {
        const cursor = encodeCursor('sizes ASC', position);
        expect(readPosition(order({ isNullable: true }), { after: cursor })).toEqual(position);
      }),
    );
  });

  test.each<[string, Partial<Order>, string]>([
    ['of another list', {}, encodeCursor('sizes DESC', [5, 2])],
    ['of null where no value is null', {}, encodeCursor('sizes ASC', [null, 2])],
    ['of a text where values are numbers', {}, encodeCursor('sizes ASC', ['5', 2])],
    ['of a number where values are texts', { type: 'text' }, encodeCursor('sizes ASC', [5, 2])],
    ['whose tie is of another type', {}, encodeCursor('sizes ASC', [5, '2'])],
    ['whose tie is null', { isNullable: true }, encodeCursor('sizes ASC', [5, null])],
    ['of three values', {}, encodeCursor('sizes ASC', [5, 2, 3])],
    ['that is longer than any of ours', { type: 'text' }, encodeCursor('sizes ASC', ['a'.repeat(2000), 2])],
    ['that is made up', {}, 'b2dh'],
  ])('%s is refused', (_, more, cursor) => {
    expect(() => readPosition(order(more), { after: cursor })).toThrow(refused);
    const backward = { after: cursor, isBackward: true };
    expect(() => readPosition(order(more), backward)).toThrow(expect.objectContaining({ facts: { path: ['before'] } }));
  });
});

describe('a page', () => {
  const rows = [1, 2, 3].map((key) => ({ key, size: key * 10 }));
  const read = {
    item: ({ key }: { key: number }) => ({ key }),
    position: ({ key, size }: { key: number; size: number }) => [size, key],
    count: () => Promise.resolve(9),
  };

  test.each([
    [2, [1, 2], true],
    [3, [1, 2, 3], false],
    [4, [1, 2, 3], false],
  ])('a page of %i holds no more, and says whether more follow', (first, keys, hasNextPage) => {
    const page = toPage(rows, { first, after: null }, 's', read);
    expect(page).toMatchObject({ items: keys.map((key) => ({ key })), hasNextPage, hasPreviousPage: false });
  });

  test('after a cursor has one before it, and continues by the cursor of its last item', () => {
    const page = toPage(rows, { first: 2, after: 'x' }, 's', read);
    expect(page.hasPreviousPage).toBe(true);
    expect(decodeCursor('s', page.cursorOf(page.items.at(-1)!), 2)).toEqual([20, 2]);
  });
});
