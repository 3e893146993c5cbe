import { fieldsOf, newRule, readRule, type RetentionRule } from '../../../src/console/pure/retention.js';

const rule: RetentionRule = {
  repository: 'team/*',
  tags: 'pr-*',
  keepLast: 10,
  keepYoungerThan: null,
  keepMatching: ['v*', 'latest'],
  keepSemver: '>=2',
};

test('a rule is the same after it was written into fields and read from them', () => {
  expect(readRule(fieldsOf(rule))).toEqual(rule);
});

test('empty fields are conditions that are not there, and no pattern of tags names all', () => {
  const fields = { ...newRule, repository: ' a ', tags: '', keepLast: '', keepYoungerThan: '' };
  expect(readRule(fields)).toEqual({
    repository: 'a',
    tags: '*',
    keepLast: null,
    keepYoungerThan: null,
    keepMatching: [],
    keepSemver: null,
  });
});

test.each([
  [{ repository: '' }],
  [{ keepLast: '0' }],
  [{ keepLast: '1.5' }],
  [{ keepYoungerThan: 'ten' }],
  [{ keepYoungerThan: '-1' }],
])('a rule with %j is not whole', (changed) => {
  expect(readRule({ ...fieldsOf(rule), ...changed })).toBeNull();
});
