import {
  compileFollowing,
  followsAll,
  judgeFollowed,
  maxFollowGlobs,
  maxFollowPatterns,
  parseFollowing,
} from '../../../src/domain/following.js';
import type { RepositoryName } from '../../../src/domain/name.js';

test.each<[string[], string, string]>([
  [[], 'app', 'NAMED'],
  [['app'], 'app', 'NAMED'],
  [['app'], 'apps', 'OTHER'],
  [['team/*'], 'team/a/b', 'NAMED'],
  [['team/*'], 'team', 'OTHER'],
  [['te?m/*', 'x'], 'teem/a', 'NAMED'],
  [['!team/tmp-*'], 'team/tmp-1', 'LEFT_OUT'],
  [['!team/tmp-*'], 'team/app', 'NAMED'],
  [['!app'], 'app', 'LEFT_OUT'],
  [['!app'], 'app/x', 'NAMED'],
  [['team/*', '!team/tmp-*'], 'team/tmp-1', 'LEFT_OUT'],
  [['!team/tmp-*', 'team/*'], 'team/tmp-1', 'LEFT_OUT'],
  [['team/*', '!team/tmp-*'], 'other', 'OTHER'],
  [['team/*', '!team/tmp-*'], 'team/app', 'NAMED'],
])('of %j %s is %s', (patterns, name, verdict) => {
  expect(judgeFollowed(parseFollowing(patterns), name as RepositoryName)).toBe(verdict);
});

test('what is given twice counts once, and reads the same when it is read back', () => {
  const parsed = parseFollowing(['b', 'team/*', 'b', '!team/x']);
  expect(parsed).toEqual({
    patterns: ['b', 'team/*', '!team/x'],
    names: new Set(['b']),
    globs: ['team/*'],
    leftOut: ['team/x'],
  });
  expect(compileFollowing(parsed.patterns)).toEqual(parsed);
  expect(followsAll.patterns).toEqual([]);
});

test.each([
  '',
  '!',
  '!!app',
  'App',
  'app:v1',
  '/app',
  'team/',
  '[ab]*',
  'a b',
  'x'.repeat(300),
  'a*'.repeat(11),
  '! app',
])('%j is no name and no pattern, and its place is named', (text) => {
  const path = ['input', 'followedRepositories', '1'];
  expect(() => parseFollowing(['app', text], 'input', 'followedRepositories')).toThrow(
    expect.objectContaining({ code: 'BAD_USER_INPUT', facts: { path } }),
  );
});

test('there are limits for names and for patterns', () => {
  const names = Array.from({ length: maxFollowPatterns }, (_, n) => `app-${n}`);
  expect(parseFollowing(names).names.size).toBe(maxFollowPatterns);
  expect(() => parseFollowing([...names, 'more'], 'input')).toThrow(
    expect.objectContaining({
      code: 'BAD_USER_INPUT',
      facts: { path: ['input'] },
      message: 'A registry takes up to 1000 names and patterns to follow, got 1001.',
    }),
  );
  const globs = Array.from({ length: maxFollowGlobs }, (_, n) => `${n % 2 ? '!' : ''}team-${n}/*`);
  expect(parseFollowing(globs).patterns).toEqual(globs);
  expect(() => parseFollowing([...globs, '?'])).toThrow(
    'A registry takes up to 100 patterns with "*" or "?" to follow, got 101.',
  );
});

test('a name that is let in and left out is refused', () => {
  expect(() => parseFollowing(['other', 'team/app', '!team/*'], 'input', 'followedRepositories')).toThrow(
    expect.objectContaining({
      code: 'BAD_USER_INPUT',
      message: '"team/app" is both named and left out: take away one of the two.',
      facts: { path: ['input', 'followedRepositories', '1'] },
    }),
  );
});
