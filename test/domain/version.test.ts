import * as fc from 'fast-check';
import { compare } from 'semver';
import { isReferrerTag, parseVersion, parseVersionRange, toSortKey } from '../../src/domain/version.js';

function byKey(tags: readonly string[]): string[] {
  const keys = new Map(tags.map((tag) => [tag, toSortKey(tag)]));
  return [...tags].sort((a, b) => (keys.get(a)! < keys.get(b)! ? -1 : 1));
}

const number = fc.oneof(fc.nat({ max: 12 }), fc.nat({ max: 2 ** 31 - 1 })).map(String);
const word = fc.stringMatching(/^(?:0|[1-9]\d{0,9}|[0-9A-Za-z-]{0,6}[A-Za-z-][0-9A-Za-z-]{0,6})$/);
const preRelease = fc.array(word, { minLength: 1, maxLength: 4 }).map((parts) => `-${parts.join('.')}`);
const semver = fc.tuple(fc.constantFrom('', 'v'), number, number, number, fc.oneof(fc.constant(''), preRelease)).map(([v, a, b, c, pre]) => `${v}${a}.${b}.${c}${pre}`);
const near = fc.tuple(fc.constantFrom('1.0.0', '1.0.1'), fc.oneof(fc.constant(''), preRelease)).map(([core, pre]) => core + pre);

describe('toSortKey', () => {
  it.each([
    [['1.9', '1.10', '2.0', '10.0']],
    [['v1.2.0', '1.2.1', 'v1.3']],
    [['1.2.0-alpha', '1.2.0-alpha.1', '1.2.0-alpha.beta', '1.2.0-beta', '1.2.0-beta.2', '1.2.0-beta.11', '1.2.0-rc.1', '1.2.0', '1.2.0.1', '1.2.0.10', '1.2.1']],
    [['1.0.0-9', '1.0.0-10', '1.0.0-1a', '1.0.0-a', '1.0.0-a.x', '1.0.0-a-b', '1.0.0']],
    [['latest', 'main', 'release-2', 'release-10', '0.0.1']],
    [['3.19', '3.19_1', '3.19.1']],
    [['1.2.3.4-rc1', '1.2.3.4']],
    [['9'.repeat(127), `1${'0'.repeat(127)}`]],
  ])('orders %j as people expect', (tags) => {
    expect(byKey([...tags].reverse())).toEqual(tags);
  });

  it('orders valid versions as semver does', () => {
    const agree = (a: string, b: string): void => {
      const [left, right] = [toSortKey(a), toSortKey(b)];
      expect([a, b, left < right ? -1 : left > right ? 1 : 0]).toEqual([a, b, compare(a, b)]);
    };
    fc.assert(fc.property(semver, semver, agree), { numRuns: 2000 });
    fc.assert(fc.property(near, near, agree), { numRuns: 5000 });
  });

  it('gives plain ASCII for every tag, whatever it looks like', () => {
    const tag = fc.stringMatching(/^[\w.-]{1,128}$/);
    fc.assert(fc.property(tag, (text) => /^[\x20-\x7e]{2,700}$/.test(toSortKey(text))), { numRuns: 500 });
  });
});

describe('parseVersion', () => {
  it.each([
    ['1.2.3', '1.2.3'],
    ['v1.2.3-rc.1', '1.2.3-rc.1'],
    ['1.2', '1.2.0'],
    ['v3', '3.0.0'],
    ['22.04', '22.4.0'],
    ['1.2-alpine', undefined],
    ['latest', undefined],
    ['1.2.3.4', undefined],
    ['1.2.x', undefined],
    ['9'.repeat(40), undefined],
  ])('reads %s as %s', (tag, version) => {
    expect(parseVersion(tag)?.version).toBe(version);
  });
});

describe('parseVersionRange', () => {
  it('takes what npm takes', () => {
    expect(parseVersionRange('>=1.2 <2 || ^3.1').test('1.9.0')).toBe(true);
  });

  it.each(['not a range', '>=1.2 <', '1'.repeat(257)])('refuses %j, naming the argument', (text) => {
    expect(() => parseVersionRange(text, 'filter', 'semver')).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT', facts: { path: ['filter', 'semver'] }, message: expect.stringContaining('is not a version range') }),
    );
  });
});

test('tags of signatures, attestations and fallback referrers are recognised', () => {
  const hex = 'a'.repeat(64);
  expect([`sha256-${hex}`, `sha256-${hex}.sig`, `sha256-${hex}.att`, 'sha256-abc', `v-sha256-${hex}`].map(isReferrerTag)).toEqual([true, true, true, false, false]);
});
