import * as fc from 'fast-check';
import { parseVersion, parseVersionRange, toSortKey } from '../../../src/domain/version.js';
import { boundSortKeys, createVersionTest } from '../../../src/domain/versionrange.js';

/** As the test is meant: without a shortcut. */
function isWithin(tag: string, range: string): boolean {
  const version = parseVersion(tag);
  return version !== null && parseVersionRange(range).test(version);
}

const number = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 3 }).map(String) },
  { weight: 1, arbitrary: fc.constantFrom('01', '007', '9007199254740991', '9007199254740992', '1'.repeat(17)) },
);
const numbers = (most: number) =>
  fc.array(number, { minLength: Math.min(most, 2), maxLength: most }).map((each) => each.join('.'));
const stage = fc.constantFrom('', '-rc.1', '-rc.2', '-0', '-rc.01', '.rc1', '-alpine', '-a_b');
const build = fc.constantFrom('', '_1', '_a.b', '_a_b', '_a..b', '_', '_-');
const tag = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.tuple(
      fc.constantFrom('', 'v', 'V', 'vv'),
      numbers(4),
      fc.oneof(fc.constant(''), stage),
      fc.oneof(fc.constant(''), build),
    ),
  },
  { weight: 1, arbitrary: fc.stringMatching(/^[\w.-]{0,12}$/).map((text) => [text]) },
);
const bound = fc
  .tuple(
    fc.constantFrom('', '=', '>', '>=', '<', '<=', '~', '^'),
    fc.nat(3),
    fc.nat(3),
    fc.nat(3),
    fc.constantFrom('', '', '-rc.1', '-0'),
  )
  .map(([operator, major, minor, patch, stageOf]) => `${operator}${major}.${minor}.${patch}${stageOf}`);
const range = fc.oneof(
  fc
    .array(fc.array(bound, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 2 })
    .map((sets) => sets.map((set) => set.join(' ')).join(' || ')),
  fc.constantFrom('*', '', '1.x', '>1', '<0.0.0-0', '1.2 - 2', '>=9007199254740991.0.0', '1.2.3+build'),
);

test('a tag is in a range, and its key in the bounds of it, exactly when the version that it names is', () => {
  let within = 0;
  fc.assert(
    fc.property(tag, range, (parts, text) => {
      const name = parts.join('');
      const expected = isWithin(name, text);
      if (expected) within += 1;
      const parsed = parseVersionRange(text);
      const { from, before } = boundSortKeys(parsed);
      const key = toSortKey(name);
      return createVersionTest(parsed)(name) === expected && (!expected || (key >= from && key < before));
    }),
    { numRuns: 20_000 },
  );
  expect(within).toBeGreaterThan(1000);
});

test.each<[string, string, boolean]>([
  ['v1.4', '^1.2', true],
  ['1.4.0_up57.0.3', '^1.2', true],
  ['1.4.0-rc.1', '^1.2', false],
  ['1.4.0-rc.2', '>=1.4.0-rc.1', true],
  ['1.5.0-rc.2', '>=1.4.0-rc.1', false],
  ['1.4.0.1', '*', false],
  ['22.04-slim', '*', false],
  ['latest', '*', false],
  ['9007199254740992.0.0', '*', false],
])('%s in %s: %s', (name, text, expected) => {
  expect(createVersionTest(parseVersionRange(text))(name)).toBe(expected);
});

test.each<[string, string, string]>([
  ['^1.2', '1.2.0', '1.9999.9999'],
  ['1.2.3', '1.2.3', '1.2.3_build'],
  ['>=2 || <1', '0.0.0-0', '9999.0.0'],
])('the bounds of %s are no wider than from %s to %s', (text, first, last) => {
  const { from, before } = boundSortKeys(parseVersionRange(text));
  expect(from <= toSortKey(first) && toSortKey(last) < before).toBe(true);
  expect([from > toSortKey('latest'), before > toSortKey('9999.9999.9999')]).toEqual([true, text.includes('>=')]);
});
