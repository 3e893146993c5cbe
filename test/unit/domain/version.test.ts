import * as fc from 'fast-check';
import { compare } from 'semver';
import {
  isReferrerTag,
  parseVersion,
  parseVersionRange,
  readTagVersion,
  toSortKey,
} from '../../../src/domain/version.js';

/** "_" stands for "+" in a tag. */
function toSemver(tag: string): string {
  return tag.replace('_', '+');
}

function byKey(tags: readonly string[]): string[] {
  const keys = new Map(tags.map((tag) => [tag, toSortKey(tag)]));
  return [...tags].sort((a, b) => (keys.get(a)! < keys.get(b)! ? -1 : 1));
}

const number = fc.oneof(fc.nat({ max: 12 }), fc.nat({ max: 2 ** 31 - 1 })).map(String);
const word = fc.stringMatching(/^(?:0|[1-9]\d{0,9}|[0-9A-Za-z-]{0,6}[A-Za-z-][0-9A-Za-z-]{0,6})$/);
const build = fc
  .array(fc.stringMatching(/^[0-9A-Za-z-]{1,6}$/), { minLength: 1, maxLength: 3 })
  .map((parts) => `_${parts.join('.')}`);
const preRelease = fc.array(word, { minLength: 1, maxLength: 4 }).map((parts) => `-${parts.join('.')}`);
const semver = fc
  .tuple(fc.constantFrom('', 'v'), number, number, number, fc.oneof(fc.constant(''), preRelease))
  .map(([v, a, b, c, pre]) => `${v}${a}.${b}.${c}${pre}`);
const near = fc
  .tuple(fc.constantFrom('1.0.0', '1.0.1'), fc.oneof(fc.constant(''), preRelease))
  .map(([core, pre]) => core + pre);

describe('toSortKey', () => {
  it.each([
    [['1.9', '1.10', '2.0', '10.0']],
    [['v1.2.0', '1.2.1', 'v1.3']],
    [
      [
        '1.2.0-alpha',
        '1.2.0-alpha.1',
        '1.2.0-alpha.beta',
        '1.2.0-beta',
        '1.2.0-beta.2',
        '1.2.0-beta.11',
        '1.2.0-rc.1',
        '1.2.0',
        '1.2.0.1',
        '1.2.0.10',
        '1.2.1',
      ],
    ],
    [['1.0.0-9', '1.0.0-10', '1.0.0-1a', '1.0.0-a', '1.0.0-a.x', '1.0.0-a-b', '1.0.0']],
    [['latest', 'main', 'release-2', 'release-10', '0.0.1']],
    [['3.19', '3.19_1', '3.19.1']],
    [['104.1.1-rc.2_up9', '104.1.1-rc.10_up1', '104.1.1', '104.1.1_up57.0.3', '104.1.1_up57.0.10', '104.1.2']],
    [['1.0.0-rc.1', '1.0.0-rc.1_b', '1.0.0-rc.1.1', '1.0.0-rc.1a']],
    [['latest', 'v1.9', 'V1.10']],
    [['1.2.3.4-rc1', '1.2.3.4']],
    [['9'.repeat(127), `1${'0'.repeat(127)}`]],
  ])('orders %j as people expect', (tags) => {
    expect(byKey([...tags].reverse())).toEqual(tags);
  });

  it('orders valid versions as semver does, whatever their builds', () => {
    const agree = (a: string, b: string): void => {
      const [left, right] = [toSortKey(a), toSortKey(b)];
      const expected = compare(toSemver(a), toSemver(b));
      // Of versions that semver calls equal, the builds decide.
      if (expected !== 0 || a === b) expect([a, b, left < right ? -1 : left > right ? 1 : 0]).toEqual([a, b, expected]);
    };
    const built = (versions: fc.Arbitrary<string>): fc.Arbitrary<string> =>
      fc.tuple(versions, fc.oneof(fc.constant(''), build)).map(([text, suffix]) => text + suffix);
    fc.assert(fc.property(semver, semver, agree), { numRuns: 2000 });
    fc.assert(fc.property(near, near, agree), { numRuns: 5000 });
    fc.assert(fc.property(built(near), built(near), agree), { numRuns: 5000 });
  });

  it('gives plain ASCII for every tag, whatever it looks like', () => {
    const tag = fc.stringMatching(/^[\w.-]{1,128}$/);
    fc.assert(
      fc.property(tag, (text) => /^[\x20-\x7e]{2,700}$/.test(toSortKey(text))),
      { numRuns: 500 },
    );
  });
});

describe('readVersion', () => {
  it.each([
    ['1.2.3', '1.2.3'],
    ['v1.2.3-rc.1', '1.2.3-rc.1'],
    ['V1.2.3', '1.2.3'],
    ['1.2', '1.2.0'],
    ['v3', '3.0.0'],
    ['22.04', '22.4.0'],
    ['2024.01.05', '2024.1.5'],
    ['104.1.1_up57.0.3', '104.1.1+up57.0.3'],
    ['1.2.0-rc.1_build.5', '1.2.0-rc.1+build.5'],
    ['0.0.0_PR-7', '0.0.0+PR-7'],
    ['1.2_3', '1.2.0+3'],
  ])('reads %s as %s', (tag, expected) => {
    expect(parseVersion(tag)?.raw.replace(/^v/, '')).toBe(expected);
    expect(readTagVersion(tag)).toEqual(parseVersion(tag));
  });

  const unclear = ['1.2-alpine', '1.2.3.4', '22.04-slim', '2024.01.05-rc1', '1.2.x', '1.2.0.rc1', '7-jdk', '1.2.3_a_b'];
  it.each([...unclear, 'release-1.2', 'jdk_17.0.1', 'app-v1.2.3', '9'.repeat(40)])(
    'reads %s as a version that is not clear',
    (tag) => {
      expect([readTagVersion(tag), parseVersion(tag)]).toEqual(['unclear', null]);
    },
  );

  it.each(['latest', 'main', 'release-1', '7e3a9b1', 'pr-12', 'sha256-abc', 'v', 'vendor'])(
    'reads no version in %s',
    (tag) => {
      expect(readTagVersion(tag)).toBeNull();
    },
  );

  it('reads what the order takes for a version, or says that it is not clear', () => {
    const tag = fc.stringMatching(/^[vV]?\d{1,4}(?:\.\d{1,4}){0,4}(?:[._-][\w.-]{0,12})?$/);
    fc.assert(
      fc.property(tag, (text) => !toSortKey(text).startsWith('1') || readTagVersion(text) !== null),
      { numRuns: 3000 },
    );
  });
});

describe('parseVersionRange', () => {
  it('takes what npm takes', () => {
    expect(parseVersionRange('>=1.2 <2 || ^3.1').test('1.9.0')).toBe(true);
  });

  it.each(['not a range', '>=1.2 <', '1'.repeat(257)])('refuses %j, naming the argument', (text) => {
    expect(() => parseVersionRange(text, 'filter', 'semver')).toThrow(
      expect.objectContaining({
        code: 'BAD_USER_INPUT',
        facts: { path: ['filter', 'semver'] },
        message: expect.stringContaining('is not a version range'),
      }),
    );
  });
});

test('tags of signatures, attestations and fallback referrers are recognised', () => {
  const hex = 'a'.repeat(64);
  expect(
    [`sha256-${hex}`, `sha256-${hex}.sig`, `sha256-${hex}.att`, 'sha256-abc', `v-sha256-${hex}`].map(isReferrerTag),
  ).toEqual([true, true, true, false, false]);
});
