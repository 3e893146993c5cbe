import { parseGlob } from '../../src/domain/glob.js';

test.each(['v1.*', '?', '*'.repeat(10), 'a'.repeat(128)])('%j is a pattern', (text) => {
  expect(parseGlob(text)).toBe(text);
});

test.each(['', '[ab]', 'a/b', 'v1.%', '*'.repeat(11), 'a'.repeat(129)])('%j is refused, naming the argument', (text) => {
  expect(() => parseGlob(text, 'filter', 'glob')).toThrow(
    expect.objectContaining({ code: 'BAD_USER_INPUT', facts: { path: ['filter', 'glob'] }, message: expect.stringContaining('is not a pattern of tags') }),
  );
});
