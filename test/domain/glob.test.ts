import * as fc from 'fast-check';
import { sql } from 'kysely';
import { matchesAll, matchesGlob, parseGlob, parseRepositoryGlob } from '../../src/domain/glob.js';
import { openDatabase } from '../../src/store/database/database.js';
import { callElsewhere } from '../support/processes/elsewhere.js';

test.each(['v1.*', '?', '*'.repeat(10), 'a'.repeat(128)])('%j is a pattern of tags', (text) => {
  expect(parseGlob(text)).toBe(text);
});

test.each(['', '[ab]', 'a/b', 'v1.%', 'v1\n', '*'.repeat(11), 'a'.repeat(129)])(
  '%j is no pattern of tags, and the argument is named',
  (text) => {
    expect(() => parseGlob(text, 'filter', 'glob')).toThrow(
      expect.objectContaining({
        code: 'BAD_USER_INPUT',
        facts: { path: ['filter', 'glob'] },
        message: expect.stringContaining('is not a pattern of tags'),
      }),
    );
  },
);

test.each(['*', 'team/*', '*/app', 'a-b/c__d/e.f', 'te?m', '*/*', '*'.repeat(10), 'a'.repeat(255)])(
  '%j is a pattern of repositories',
  (text) => {
    expect(parseRepositoryGlob(text)).toBe(text);
  },
);

test.each([
  '',
  'Team/*',
  '/app',
  'app/',
  'a//b',
  '/',
  'app:v1',
  'app@x',
  'a b',
  '[ab]',
  'a{b,c}',
  'äpp',
  'app\n',
  'app\u0000',
  '*'.repeat(11),
  'a'.repeat(256),
])('%j is no pattern of repositories, and the argument is named', (text) => {
  expect(() => parseRepositoryGlob(text, 'input', 'rules')).toThrow(
    expect.objectContaining({
      code: 'BAD_USER_INPUT',
      facts: { path: ['input', 'rules'] },
      message: expect.stringContaining('is not a pattern of repositories'),
    }),
  );
});

test.each([
  ['v1', 'v1', true],
  ['v1', 'v10', false],
  ['v1', 'V1', false],
  ['v1.0', 'v1x0', false],
  ['v?', 'v1', true],
  ['v?', 'v', false],
  ['v?', 'v10', false],
  ['*', '', true],
  ['?*', '', false],
  ['team/*', 'team/a/b', true],
  ['team/*', 'team', false],
  ['team/*', 'steam/a', false],
  ['*/app', 'a/b/app', true],
  ['te?m', 'te/m', true],
  ['*ab*ab', 'abab', true],
  ['*ab*ab', 'aab', false],
  ['a*a*a', 'aa', false],
  ['*.*', '1', false],
  ['.*', '', false],
])('%j on %j: %j', (pattern, text, matches) => {
  expect(matchesGlob(pattern, text)).toBe(matches);
});

test.each([
  ['*', true],
  ['***', true],
  ['*?', false],
  ['?', false],
  ['', false],
  ['*a', false],
])('%j names everything: %j', (pattern, all) => {
  expect(matchesAll(pattern)).toBe(all);
});

/** Few letters, so that a pattern often matches. */
const pattern = fc
  .array(fc.constantFrom('a', 'b', 'A', '/', '.', '-', '*', '?'), { maxLength: 10 })
  .map((parts) => parts.join(''));
const text = fc.array(fc.constantFrom('a', 'b', 'A', '/', '.', '-'), { maxLength: 12 }).map((parts) => parts.join(''));

/** The definition, in as many steps as it takes. */
function matchesByDefinition(glob: string, name: string): boolean {
  if (glob === '') return name === '';
  if (glob[0] === '*')
    return matchesByDefinition(glob.slice(1), name) || (name !== '' && matchesByDefinition(glob, name.slice(1)));
  return name !== '' && (glob[0] === '?' || glob[0] === name[0]) && matchesByDefinition(glob.slice(1), name.slice(1));
}

test('a pattern matches what its definition says', () => {
  fc.assert(
    fc.property(pattern, text, (glob, name) => matchesGlob(glob, name) === matchesByDefinition(glob, name)),
    { numRuns: 20_000 },
  );
});

test("a pattern matches what SQLite's GLOB matches", async () => {
  const database = await openDatabase('sqlite::memory:');
  try {
    const cases = fc.sample(fc.tuple(pattern, text), 20_000);
    const { rows } = await sql<{
      matches: number;
    }>`select value ->> 1 glob value ->> 0 as matches from json_each(${JSON.stringify(cases)})`.execute(
      database.kysely,
    );
    const answers = rows.map(({ matches }) => matches === 1);
    expect(cases.filter(([glob, name], at) => matchesGlob(glob, name) !== answers[at])).toEqual([]);
    expect(answers.filter(Boolean).length).toBeGreaterThan(100);
  } finally {
    await database.close();
  }
});

test('the worst pattern on a name far longer than any ends', async () => {
  const module = new URL('../../src/domain/glob.js', import.meta.url);
  // Trying every way to divide it among the stars would take years.
  expect(await callElsewhere(module, 'matchesGlob', [[`${'*a'.repeat(9)}*b`, 'a'.repeat(5000)]])).toEqual([false]);
});
