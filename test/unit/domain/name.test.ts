import { isRepositoryName, parseRepositoryName } from '../../../src/domain/name.js';

/** A name of this many characters. */
const long = (length: number): string => `group/${'subgroup/'.repeat(30)}`.slice(0, length - 5) + 'z/img';

test.each([1, 200, 201, 240, 254, 255].map((length) => (length < 6 ? 'a' : long(length))))('%j is a name', (name) => {
  expect(parseRepositoryName(name)).toBe(name);
});

test.each([long(256), 'a'.repeat(256), 'a'.repeat(100_000), '', '/', 'a/', '/a', 'a//b', 'A', 'a:b', 'a b', 'a\n'])(
  '%j is none',
  (name) => {
    expect(isRepositoryName(name)).toBe(false);
    expect(() => parseRepositoryName(name, 'name')).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT', message: expect.stringContaining('up to 255 characters') }),
    );
  },
);
