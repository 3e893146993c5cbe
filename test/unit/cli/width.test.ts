import { cutTo, widthOf } from '../../../src/cli/width.js';

it.each([
  ['plain', 5],
  ['日本語', 6],
  ['ｶﾅ', 2],
  ['e\u0301', 1],
  ['👩‍👩‍👧', 2],
  ['한글', 4],
  ['Ｗ', 2],
  ['', 0],
])('%j takes %i places', (text, places) => expect(widthOf(text)).toBe(places));

it.each([
  ['日本語', 6, '日本語'],
  ['日本語', 5, '日本…'],
  ['日本語', 4, '日…'],
  ['abc', 1, '…'],
  ['abc', 0, ''],
])('%j cut to %i is %j', (text, width, shown) => expect(cutTo(text, width)).toBe(shown));
