import { createRuleSight, mergeRules, type RuleSight } from '../../../src/catalogue/retain/rulesight.js';
import type { Role } from '../../../src/domain/account.js';
import { parseRepositoryGlob } from '../../../src/domain/glob.js';
import type { Right } from '../../../src/domain/grant.js';
import type { RetentionRule } from '../../../src/domain/retention.js';

const rule = (repository: string, keepLast = 1): RetentionRule => ({
  repository,
  tags: '*',
  keepLast,
  keepYoungerThan: null,
  keepMatching: [],
  keepSemver: null,
});
const viewer = (right: Right, ...roles: Role[]) => ({
  accountId: 'a',
  username: 'ann',
  roles,
  grants: [{ registryId: 'r', repositories: parseRepositoryGlob('team/*'), right }],
});
const isMine: RuleSight = ({ repository }) => repository.startsWith('team/');

test.each([
  ['READ', [], []],
  ['DELETE', ['registries:ro'], []],
  ['RETAIN', [], ['team/*', 'team/app']],
  ['RETAIN', ['registries:rw'], ['team/*', 'team/app']],
  ['READ', ['admin'], null],
] as const)('a grant of %s beside the roles %j lets somebody set the rules %j', (right, roles, mine) => {
  const sight = createRuleSight(viewer(right, ...roles), 'r');
  const patterns = ['team/*', 'team/app', '*', 't*', 'other/app'];
  expect(sight && patterns.filter((repository) => sight({ repository }))).toEqual(mine);
});

test('rules of another registry are not of a grant', () => {
  expect(createRuleSight(viewer('RETAIN'), 'another')?.({ repository: 'team/app' })).toBe(false);
});

test("rules that are set take the place of one's own, and others stay as and where they were", () => {
  const before = [rule('*'), rule('team/a'), rule('other'), rule('team/b'), rule('last')];
  expect(mergeRules(before, [rule('team/c', 5)], isMine)).toEqual([
    rule('*'),
    rule('team/c', 5),
    rule('other'),
    rule('last'),
  ]);
  expect(mergeRules(before, [], isMine)).toEqual([rule('*'), rule('other'), rule('last')]);
  expect(mergeRules([rule('*')], [rule('team/c')], isMine)).toEqual([rule('*'), rule('team/c')]);
});

test('rules of all are no more than a registry takes', () => {
  const others = Array.from({ length: 19 }, (_, at) => rule(`other/${at}`));
  expect(() => mergeRules(others, [rule('team/a'), rule('team/b')], isMine)).toThrow(
    expect.objectContaining({
      code: 'BAD_USER_INPUT',
      message: 'A registry takes up to 20 rules of retention, those of other places too. Give 1 at the most.',
    }),
  );
  expect(mergeRules(others, [rule('team/a')], isMine)).toHaveLength(20);
});
