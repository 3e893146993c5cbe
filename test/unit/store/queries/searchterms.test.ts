import * as fc from 'fast-check';
import { matchesRank, parseSearch, type Rank } from '../../../../src/store/queries/searchterms.js';

const ranks: readonly Rank[] = [0, 1, 2];

/** The ranks by which a name is found; of a right search one at the most. */
const ranksOf = (query: string, name: string): Rank[] =>
  ranks.filter((rank) => matchesRank(parseSearch(query), name, rank));

test.each<[string, string, Rank[]]>([
  ['prod', 'prod', [0]],
  ['PROD', 'Prod', [0]],
  ['app', 'team/app', [0]],
  ['team', 'team/app', [1]],
  ['app', 'my-app', [1]],
  ['app', 'my_app.old', [1]],
  ['app', 'application', [1]],
  ['pli', 'application', [2]],
  ['pl', 'application', []],
  ['a', 'application', [1]],
  ['p', 'application', []],
  ['app old', 'my-app.old', [1]],
  ['app lica', 'application', [2]],
  ['app web', 'my-app', []],
  ['prod', 'staging', []],
])('%j finds %j with rank %j', (query, name, expected) => {
  expect(ranksOf(query, name)).toEqual(expected);
});

test('a name is found by one rank at the most, and by itself with the best', () => {
  const word = fc.stringMatching(/^[a-c][a-c._/-]{0,8}$/);
  fc.assert(
    fc.property(word, word, (query, name) => {
      expect(ranksOf(query, name).length).toBeLessThanOrEqual(1);
      expect(ranksOf(name, name)).toEqual([0]);
    }),
  );
});

test.each([
  ['', 0],
  [' \t\n', 3],
  ['\u0000', 1],
  ['a'.repeat(256), 256],
])('%j is no search', (query, length) => {
  expect(() => parseSearch(query)).toThrow(
    expect.objectContaining({
      code: 'BAD_USER_INPUT',
      facts: { path: ['query'] },
      message: `"query" must have 1 to 255 characters, not counting spaces around it; got ${length}.`,
    }),
  );
});

describe('the expressions of a search', () => {
  test('the expressions of a search of one word tell what is it, what begins so and what holds it', () => {
    const exact = '("<<app>" OR "/app>" OR "=app>")';
    const parts = '("<app" OR "-app" OR ".app" OR "_app" OR "/app" OR "=app" OR " app")';
    expect(parseSearch(' App ')).toMatchObject({
      text: 'app',
      words: ['app'],
      matches: [exact, `(${parts}) NOT ${exact}`, `(("app")) NOT (${parts})`],
    });
  });

  test('the expressions of a search of several words have no exact one', () => {
    expect(parseSearch('my\u0000app')).toMatchObject({
      text: 'my app',
      matches: [null, expect.any(String), expect.any(String)],
    });
  });

  test('the expressions of a search of a word too short to be found within have no third one', () => {
    expect(parseSearch('ab').matches[2]).toBeNull();
  });

  test('quote every quotation mark, so that no query is one of FTS5', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('"', 'a', '*', ')', ' OR '), minLength: 1, maxLength: 9 }),
        (query) => {
          fc.pre(query.trim() !== '');
          for (const match of parseSearch(query).matches.filter((one) => one !== null)) {
            // Without its quoted texts nothing is left but what joins them.
            expect(match.replaceAll(/"(?:[^"]|"")*"/g, '')).toMatch(/^(?:[() ]|OR|AND|NOT)*$/);
          }
        },
      ),
    );
  });
});

describe('the digests of a search', () => {
  const full = 'a'.repeat(64);
  const ranges = (query: string): string[] =>
    parseSearch(query).digests.map(({ from, to, rank }) => `${rank} ${from.slice(0, 12)}…${to.length}${to.slice(-1)}`);

  test.each<[string, string[]]>([
    ['abc', []],
    ['abcd', ['1 sha256:abcd…71f', '1 sha512:abcd…135f']],
    ['sha256:a', ['1 sha256:a…71f']],
    ['sha512:a', ['1 sha512:a…135f']],
    ['sha256:', []],
    ['md5:abcd', []],
    ['abcg', []],
    ['abcd beef', []],
    [full, ['0 sha256:aaaaa…71a', '1 sha512:aaaaa…135f']],
    [`sha256:${full}`, ['0 sha256:aaaaa…71a']],
    [`sha256:${full}a`, []],
    [`${full}${full}`, ['0 sha512:aaaaa…135a']],
    [`${full}${full}a`, []],
  ])('%s', (query, expected) => {
    expect(ranges(query)).toEqual(expected);
  });
});
