import * as fc from 'fast-check';
import { align, compareByKey } from '../../../src/domain/comparison.js';

const alignTexts = (base: readonly string[], head: readonly string[]): string[] =>
  align(
    base,
    head,
    (text) => text[0] ?? '',
    (one, other) => one === other,
  ).map(({ difference, base: before, head: after }) => `${difference} ${before ?? '-'} ${after ?? '-'}`);

test('lists are aligned by their keys, and what went stands before what came', () => {
  expect(alignTexts(['a', 'b', 'c'], ['a', 'x', 'c2'])).toEqual([
    'SAME a a',
    'REMOVED b -',
    'ADDED - x',
    'CHANGED c c2',
  ]);
  expect(alignTexts([], ['a'])).toEqual(['ADDED - a']);
  expect(alignTexts(['a', 'a'], ['a'])).toEqual(['SAME a a', 'REMOVED a -']);
});

test('whatever the lists are, each item stands once, in its order, and beside one of its key', () => {
  const list = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 12 });
  fc.assert(
    fc.property(list, list, (base, head) => {
      const found = align(
        base,
        head,
        (text) => text,
        (one, other) => one === other,
      );
      expect(found.flatMap(({ base: one }) => one ?? [])).toEqual(base);
      expect(found.flatMap(({ head: one }) => one ?? [])).toEqual(head);
      expect(found.every(({ base: one, head: other }) => one === null || other === null || one === other)).toBe(true);
    }),
  );
});

test('lists that differ in more than a table takes are removed and added', () => {
  const long = (mark: string) => Array.from({ length: 1000 }, (_, at) => `${mark}${at}`);
  const found = align(
    long('a'),
    long('b'),
    (text) => text,
    () => true,
  );
  expect(found.filter(({ difference }) => difference === 'REMOVED')).toHaveLength(1000);
});

test('things are matched by key: those of the base first', () => {
  const [base, head] = [
    new Map([
      ['a', 1],
      ['b', 2],
    ]),
    new Map([
      ['c', 3],
      ['b', 4],
    ]),
  ];
  const found = compareByKey(base, head, (one, other) => one === other);
  expect(found.map(({ key, difference }) => `${difference} ${key}`)).toEqual(['REMOVED a', 'CHANGED b', 'ADDED c']);
});
