import * as fc from 'fast-check';
import { Range } from 'semver';
import type { TimeSource } from '../../src/domain/catalogue.js';
import type { Digest } from '../../src/domain/digest.js';
import type { RepositoryName, TagName } from '../../src/domain/name.js';
import {
  judgeRetention,
  type KeepReason,
  parseRetention,
  type RetainedTag,
  retentionOf,
  type RetentionRuleDraft,
} from '../../src/domain/retention.js';
import { isReferrerTag, readTagVersion, toSortKey } from '../../src/domain/version.js';
import { callElsewhere } from '../support/processes/elsewhere.js';

const now = new Date('2026-01-31T00:00:00Z');
const day = 86_400_000;
const digest = `sha256:${'a'.repeat(64)}` as Digest;

/** A tag that changed so many days ago. */
function tag(name: string, age: number, more: Partial<RetainedTag> = {}): RetainedTag {
  const updatedAt = new Date(now.getTime() - age * day);
  return {
    name: name as TagName,
    digest,
    error: null,
    updatedAt,
    updatedAtSource: 'CHANGE_SEEN',
    isDated: true,
    ...more,
  };
}

function judge(
  rules: readonly Partial<RetentionRuleDraft>[],
  tags: readonly RetainedTag[],
  isSettled = true,
): Record<string, readonly KeepReason[]> {
  const parsed = parseRetention(rules.map((rule) => ({ repository: '*', ...rule })));
  return Object.fromEntries(judgeRetention(parsed, tags, { now, isSettled }));
}

test('the last are kept, among the tags that the rule is about', () => {
  expect(judge([{ tags: 'v*', keepLast: 2 }], [tag('v1', 3), tag('v2', 2), tag('v3', 1), tag('main', 0)])).toEqual({
    v1: [],
    v2: ['LAST'],
    v3: ['LAST'],
    main: ['NO_RULE'],
  });
});

test('of tags of one time the highest version is the last', () => {
  const tags = ['1.9', '1.10', '1.10-rc.1', 'latest', '01.9'].map((name) => tag(name, 1));
  expect(judge([{ keepLast: 1 }], tags)).toEqual({
    '1.10': ['LAST'],
    '1.9': [],
    '01.9': [],
    '1.10-rc.1': [],
    latest: [],
  });
  expect(judge([{ keepLast: 2 }], tags)).toMatchObject({ '1.10': ['LAST'], '1.10-rc.1': ['LAST'] });
  expect(judge([{ keepLast: 3 }], tags)).toMatchObject({ '1.9': ['LAST'], '01.9': [] });
});

test('younger is by the moment: what is exactly as old as the rule says goes', () => {
  expect(judge([{ keepYoungerThan: 7 }], [tag('a', 7), tag('b', 7 - 1 / day), tag('c', 8)])).toEqual({
    a: [],
    b: ['YOUNGER'],
    c: [],
  });
});

test('a tag that was put back is judged as its image is: a time that no image can have is unknown', () => {
  const back = { updatedAtSource: 'RESTORED' } as const;
  const tags = [tag('good', 100, back), tag('epoch', 20_000, back), tag('ahead', -1, back)];
  expect(judge([{ keepYoungerThan: 7 }], tags)).toEqual({ good: [], epoch: ['UNDATED'], ahead: ['UNDATED'] });
});

test('patterns and ranges keep what they name', () => {
  const tags = ['main', 'release-1', 'v1.2.3', '2.0', '2.1.0-rc.1', '1.2.3.4'].map((name) => tag(name, 100));
  expect(judge([{ keepMatching: ['release-*', 'main'], keepSemver: '>=1.2 <3' }], tags)).toEqual({
    main: ['MATCHING'],
    'release-1': ['MATCHING'],
    'v1.2.3': ['SEMVER'],
    '2.0': ['SEMVER'],
    '2.1.0-rc.1': [],
    '1.2.3.4': ['VERSION_UNCLEAR'],
  });
});

test('a version is in its range with its build, and what only looks like one stays where a rule goes by versions', () => {
  const names = [
    '104.1.1_up57.0.3',
    '104.1.2',
    '103.9.9_up1.0.0',
    '1.2.3.4',
    '22.04-slim',
    '2024.01.05-rc1',
    'release-1.2',
    'main',
    'pr-7',
  ];
  expect(
    judge(
      [{ keepSemver: '>=104.0.0' }],
      names.map((name) => tag(name, 100)),
    ),
  ).toEqual({
    '104.1.1_up57.0.3': ['SEMVER'],
    '104.1.2': ['SEMVER'],
    '103.9.9_up1.0.0': [],
    '1.2.3.4': ['VERSION_UNCLEAR'],
    '22.04-slim': ['VERSION_UNCLEAR'],
    '2024.01.05-rc1': ['VERSION_UNCLEAR'],
    'release-1.2': ['VERSION_UNCLEAR'],
    main: [],
    'pr-7': [],
  });
  // A rule that does not go by versions is not told by them.
  expect(judge([{ keepLast: 1 }], [tag('22.04-slim', 3), tag('main', 1)])).toEqual({
    '22.04-slim': [],
    main: ['LAST'],
  });
});

test('a tag goes only when every rule about it lets it go', () => {
  const rules = [{ keepLast: 1 }, { tags: 'v*', keepYoungerThan: 10 }];
  expect(judge(rules, [tag('v1', 20), tag('v2', 5), tag('main', 4), tag('old', 20)])).toEqual({
    v1: [],
    v2: ['YOUNGER'],
    main: ['LAST'],
    old: [],
  });
});

test('hidden and unread tags stay, and take no place among the last', () => {
  const error = { code: 'UPSTREAM_ERROR', message: 'no', at: now } as const;
  const signature = `sha256-${'b'.repeat(64)}.sig`;
  expect(
    judge(
      [{ keepLast: 1 }],
      [
        tag(signature, 0),
        tag('broken', 0, { error }),
        tag('never', 0, { digest: null, error }),
        tag('v2', 1),
        tag('v1', 2),
      ],
    ),
  ).toEqual({
    [signature]: ['HIDDEN'],
    broken: ['UNREAD'],
    never: ['UNREAD'],
    v2: ['LAST'],
    v1: [],
  });
});

describe('a tag whose time is not known well enough', () => {
  const undated = (age: number): Partial<RetainedTag> => ({
    isDated: false,
    updatedAtSource: 'FIRST_SEEN',
    updatedAt: new Date(now.getTime() - age * day),
  });
  const built = (at: string): Partial<RetainedTag> => ({ updatedAtSource: 'IMAGE_CONFIG', updatedAt: new Date(at) });

  test('stays under a rule that counts, and takes no place of others', () => {
    expect(judge([{ keepLast: 1 }], [tag('u', 0, undated(0)), tag('v2', 1), tag('v1', 2)])).toEqual({
      u: ['UNDATED'],
      v2: ['LAST'],
      v1: [],
    });
  });

  test('a tag whose time is not known well enough is as old as the gateway has seen it, under a rule that goes by age', () => {
    expect(judge([{ keepYoungerThan: 7 }], [tag('u', 0, undated(6)), tag('w', 0, undated(8))])).toEqual({
      u: ['YOUNGER'],
      w: [],
    });
  });

  test.each(['1985-10-26T00:00:00Z', '2012-12-31T23:59:59Z', '2026-01-31T00:00:01Z', '2099-01-01T00:00:00Z'])(
    'stays when its image claims to be of %s',
    (at) => {
      expect(judge([{ keepYoungerThan: 7 }, { keepLast: 1 }], [tag('u', 0, built(at)), tag('v', 0)])).toEqual({
        u: ['UNDATED'],
        v: ['LAST', 'YOUNGER'],
      });
    },
  );

  test('stays when some of what the repository holds was not read, and its time is by its image', () => {
    const tags = [tag('i', 0, built('2025-01-01T00:00:00Z')), tag('v', 100), tag('w', 99)];
    expect(judge([{ keepLast: 1 }], tags, false)).toEqual({ i: ['UNDATED'], v: [], w: ['LAST'] });
    expect(judge([{ keepLast: 1 }], tags, true)).toEqual({ i: [], v: [], w: ['LAST'] });
  });

  test('goes like any other where no rule goes by time', () => {
    expect(
      judge([{ keepMatching: ['x'] }], [tag('u', 0, undated(0)), tag('i', 0, built('1985-10-26T00:00:00Z'))]),
    ).toEqual({ u: [], i: [] });
  });
});

/** The definition, word by word and one tag at a time. */
function keepsByDefinition(
  rules: readonly RetentionRuleDraft[],
  all: readonly RetainedTag[],
  one: RetainedTag,
): boolean {
  const named = (pattern: string, name: string): boolean =>
    new RegExp(
      `^${pattern
        .replaceAll('.', String.raw`\.`)
        .replaceAll('*', '.*')
        .replaceAll('?', '.')}$`,
    ).test(name);
  const isFalse = ({ updatedAtSource, updatedAt }: RetainedTag): boolean =>
    updatedAtSource === 'IMAGE_CONFIG' && (updatedAt > now || updatedAt.getUTCFullYear() < 2013);
  const about = rules.filter((rule) => named(rule.tags ?? '*', one.name));
  if (about.length === 0 || one.error !== null || one.digest === null || isReferrerTag(one.name)) return true;
  return about.some(({ tags, keepLast, keepYoungerThan, keepMatching, keepSemver }) => {
    if (keepMatching?.some((pattern) => named(pattern, one.name))) return true;
    const version = readTagVersion(one.name);
    if (keepSemver && version && (version === 'unclear' || new Range(keepSemver).test(version))) return true;
    if (keepYoungerThan && (isFalse(one) || now.getTime() - one.updatedAt.getTime() < keepYoungerThan * day))
      return true;
    if (!keepLast) return false;
    if (isFalse(one) || !one.isDated) return true;
    const countable = all.filter(
      (other) =>
        named(tags ?? '*', other.name) &&
        other.error === null &&
        other.digest !== null &&
        !isReferrerTag(other.name) &&
        other.isDated &&
        !isFalse(other),
    );
    const isAfter = (other: RetainedTag): boolean => {
      const [theirs, mine] = [other.updatedAt.getTime(), one.updatedAt.getTime()];
      const [theirKey, myKey] = [toSortKey(other.name), toSortKey(one.name)];
      return theirs > mine || (theirs === mine && (theirKey > myKey || (theirKey === myKey && other.name > one.name)));
    };
    return countable.filter(isAfter).length < keepLast;
  });
}

test('of any tags under any rules, those stay that the definition keeps', () => {
  const name = fc.oneof(
    fc.constantFrom('v1', 'v2', 'main', 'a.b', `sha256-${'c'.repeat(64)}`),
    fc.stringMatching(/^v?[0-3]\.[0-3](\.[0-3](-rc)?)?$/),
  );
  const source = fc.constantFrom<TimeSource>('CHANGE_SEEN', 'IMAGE_CONFIG', 'FIRST_SEEN', 'NOTIFICATION');
  const error = fc.constantFrom(null, null, null, { code: 'UPSTREAM_ERROR', message: 'no', at: now } as const);
  const anyTag = fc
    .tuple(
      name,
      fc.oneof(
        { arbitrary: fc.integer({ min: 0, max: 5 }), weight: 5 },
        { arbitrary: fc.constantFrom(-3, 6000), weight: 1 },
      ),
      source,
      error,
      fc.boolean(),
    )
    .map(([text, age, updatedAtSource, problem, flag]) =>
      tag(text, age, { updatedAtSource, error: problem, isDated: updatedAtSource !== 'FIRST_SEEN' || flag }),
    );
  const pattern = fc.constantFrom('*', 'v*', 'v?', '?.?', '*.1', 'main', '*.*');
  const option = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(values, { freq: 2 });
  const rule = fc
    .record({
      repository: fc.constant('*'),
      tags: pattern,
      keepLast: option(fc.integer({ min: 1, max: 4 })),
      keepYoungerThan: option(fc.integer({ min: 1, max: 5 })),
      keepMatching: option(
        fc.array(
          pattern.filter((text) => text !== '*'),
          { minLength: 1, maxLength: 2 },
        ),
      ),
      keepSemver: option(fc.constantFrom('>=2', '^1.1', '1.x || 3.0.0')),
    })
    .filter(({ keepLast, keepYoungerThan, keepMatching, keepSemver }) =>
      [keepLast, keepYoungerThan, keepMatching, keepSemver].some((one) => one !== null),
    );
  let went = 0;
  fc.assert(
    fc.property(
      fc.array(rule, { minLength: 1, maxLength: 3 }),
      fc.uniqueArray(anyTag, { selector: (one) => one.name, maxLength: 12 }),
      (rules, tags) => {
        const judged = judgeRetention(parseRetention(rules), tags, { now, isSettled: true });
        const kept = tags.filter((one) => judged.get(one.name)!.length > 0).map((one) => one.name);
        expect(kept).toEqual(tags.filter((one) => keepsByDefinition(rules, tags, one)).map((one) => one.name));
        went += tags.length - kept.length;
      },
    ),
    { numRuns: 3000 },
  );
  expect(went).toBeGreaterThan(1000);
});

test('rules are for the repositories that they name', () => {
  const rules = parseRetention([
    { repository: 'team/*', keepLast: 1 },
    { repository: '*', keepLast: 2 },
  ]);
  expect(retentionOf(rules, 'team/a/b' as RepositoryName).map((rule) => rule.keepLast)).toEqual([1, 2]);
  expect(retentionOf(rules, 'team' as RepositoryName).map((rule) => rule.keepLast)).toEqual([2]);
});

describe('parseRetention', () => {
  test('gives whole rules', () => {
    expect(parseRetention([{ repository: 'team/*', keepLast: 3 }])).toEqual([
      { repository: 'team/*', tags: '*', keepLast: 3, keepYoungerThan: null, keepMatching: [], keepSemver: null },
    ]);
  });

  const keep = { keepLast: 1 };
  test.each<[string, RetentionRuleDraft, string[]]>([
    ['keeps nothing', { repository: '*' }, []],
    ['keeps nothing, by an empty list', { repository: '*', keepMatching: [] }, []],
    ['keeps the last none', { repository: '*', keepLast: 0 }, ['keepLast']],
    ['keeps less than none', { repository: '*', keepLast: -1 }, ['keepLast']],
    ['keeps a part of one', { repository: '*', keepLast: 1.5 }, ['keepLast']],
    ['keeps too many', { repository: '*', keepLast: 10_001 }, ['keepLast']],
    ['keeps what is no days old', { repository: '*', keepYoungerThan: 0 }, ['keepYoungerThan']],
    ['keeps for too long', { repository: '*', keepYoungerThan: 36_501 }, ['keepYoungerThan']],
    ['names no repository', { repository: 'Team', ...keep }, ['repository']],
    ['names no tag', { repository: '*', tags: 'a/b', ...keep }, ['tags']],
    ['keeps no tag', { repository: '*', keepMatching: ['v1', ''] }, ['keepMatching', '1']],
    [
      'keeps too many patterns',
      { repository: '*', keepMatching: Array.from({ length: 21 }, () => 'v1') },
      ['keepMatching'],
    ],
    ['keeps no range', { repository: '*', keepSemver: 'not a range' }, ['keepSemver']],
    ['keeps an endless range', { repository: '*', keepSemver: `1${' || 1'.repeat(100)}` }, ['keepSemver']],
  ])('refuses a rule that %s, and names it', (_what, rule, path) => {
    const wanted = expect.objectContaining({
      code: 'BAD_USER_INPUT',
      facts: { path: ['input', 'rules', '1', ...path] },
    }) as Error;
    expect(() => parseRetention([{ repository: '*', ...keep }, rule], 'input', 'rules')).toThrow(wanted);
  });

  test('refuses more rules than a tag can be held against', () => {
    const rules = Array.from({ length: 21 }, () => ({ repository: '*', ...keep }));
    expect(() => parseRetention(rules, 'input', 'rules')).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT', facts: { path: ['input', 'rules'] } }) as Error,
    );
    expect(parseRetention(rules.slice(1))).toHaveLength(20);
  });
});

test('the most rules on a great repository come to an end', async () => {
  const rules = Array.from({ length: 20 }, () => ({
    repository: '*',
    tags: '*1*',
    keepLast: 5,
    keepMatching: Array.from({ length: 20 }, () => `${'*a'.repeat(9)}*b`),
    keepSemver: '>=99',
  }));
  const tags = Array.from({ length: 5000 }, (_, n) => tag(`${n}.1.0`, n));
  const module = new URL('../../src/domain/retention.js', import.meta.url);
  const [judged] = await callElsewhere(module, 'judgeRetention', [
    [parseRetention(rules), tags, { now, isSettled: true }],
  ]);
  expect((judged as Map<string, readonly KeepReason[]>).size).toBe(5000);
});
