import * as fc from 'fast-check';
import { matchesGlob, parseRepositoryGlob, type RepositoryGlob } from '../../src/domain/glob.js';
import { coversGrant, coversPlace, type Grant, grantsRight, meetGrants, meetsPlace } from '../../src/domain/grant.js';
import type { RepositoryName } from '../../src/domain/name.js';

const place = (repositories: string, registryId: string | null = 'r1') => ({
  registryId,
  repositories: parseRepositoryGlob(repositories),
});

test('a grant gives its right and lesser ones to the repositories of its place, and to no others', () => {
  const grants: Grant[] = [{ ...place('team-a/*'), right: 'DELETE' }];
  const gives = (right: Grant['right'], registryId: string, name: string) =>
    grantsRight(grants, right, registryId, name as RepositoryName);
  expect(gives('READ', 'r1', 'team-a/app')).toBe(true);
  expect(gives('DELETE', 'r1', 'team-a/deep/app')).toBe(true);
  expect(gives('RETAIN', 'r1', 'team-a/app')).toBe(false);
  expect(gives('READ', 'r2', 'team-a/app')).toBe(false);
  expect(gives('READ', 'r1', 'team-ab/app')).toBe(false);
  expect(gives('READ', 'r1', 'team-a')).toBe(false);
});

test.each([
  ['team-a/*', 'team-a/*', true],
  ['team-a/*', 'team-a/b*', true],
  ['team-a/*', 'team-a/?', true],
  ['team-a/?', 'team-a/?', true],
  ['*/app', '*/app', true],
  ['*', '*/x', true],
  ['*', '*', true],
  ['*/app', 'team-a/app', false],
  ['*a*', 'a', false],
  ['team-a/?', 'team-a/*', false],
  ['team-a/b', 'team-a/?', false],
  ['team-a/b*', 'team-a/*', false],
  ['team-a/*', 'team-*', false],
  ['?*', '*', false],
])('%s covers %s: %s', (outer, inner, covers) => {
  expect(coversPlace(place(outer), place(inner))).toBe(covers);
});

test('a place of one registry does not cover every registry, and the other way round it does', () => {
  expect(coversPlace(place('*', 'r1'), place('*', null))).toBe(false);
  expect(coversPlace(place('*', 'r1'), place('*', 'r2'))).toBe(false);
  expect(coversPlace(place('*', null), place('app', 'r2'))).toBe(true);
});

test('a grant of more than is held is not covered', () => {
  const held: Grant[] = [
    { ...place('a/*'), right: 'READ' },
    { ...place('a/b/*'), right: 'RETAIN' },
  ];
  expect(coversGrant(held, { ...place('a/b/c'), right: 'DELETE' })).toBe(true);
  expect(coversGrant(held, { ...place('a/c'), right: 'DELETE' })).toBe(false);
});

test('no name is of a covered pattern that is not of the one that covers it', () => {
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), minLength: 1, maxLength: 6 });
  const name = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 });
  fc.assert(
    fc.property(pattern, pattern, fc.array(name, { minLength: 5, maxLength: 20 }), (outer, inner, names) => {
      const asPlace = (repositories: string) => ({ registryId: null, repositories: repositories as RepositoryGlob });
      fc.pre(coversPlace(asPlace(outer), asPlace(inner)));
      for (const each of names) if (matchesGlob(inner, each)) expect(matchesGlob(outer, each)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ['a/*', 'DELETE', 'r1', 'a/b/*', 'READ', null, 'a/b/*', 'READ', 'r1'],
  ['a/b/*', 'READ', null, 'a/*', 'DELETE', 'r1', 'a/b/*', 'READ', 'r1'],
  ['a/*', 'DELETE', 'r1', 'a/*', 'RETAIN', 'r1', 'a/*', 'DELETE', 'r1'],
  ['*', 'RETAIN', null, 'a/?', 'DELETE', 'r1', 'a/?', 'DELETE', 'r1'],
] as const)('%s (%s, %s) as far as %s (%s, %s) is held', (...cell) => {
  const [wanted, right, registry, held, heldRight, heldIn, pattern, left, where] = cell;
  expect(meetGrants([{ ...place(wanted, registry), right }], [{ ...place(held, heldIn), right: heldRight }])).toEqual([
    { ...place(pattern, where), right: left },
  ]);
});

test.each([
  ['a/*', 'r1', 'a/*', 'r2'],
  ['a/*', 'r1', 'b/*', 'r1'],
  ['*a', null, 'a*', null],
] as const)('%s in %s has nothing of %s in %s', (wanted, registry, held, heldIn) => {
  const right = 'READ';
  expect(meetGrants([{ ...place(wanted, registry), right }], [{ ...place(held, heldIn), right }])).toEqual([]);
});

test('nothing is met that is not both wanted and held', () => {
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), minLength: 1, maxLength: 4 });
  const grant = fc.record({
    registryId: fc.constantFrom('r1', 'r2', null),
    repositories: pattern as fc.Arbitrary<RepositoryGlob>,
    right: fc.constantFrom('READ', 'DELETE', 'RETAIN'),
  }) as fc.Arbitrary<Grant>;
  const some = fc.array(grant, { maxLength: 4 });
  const name = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 4 }) as fc.Arbitrary<RepositoryName>;
  fc.assert(
    fc.property(some, some, name, fc.constantFrom('r1', 'r2'), (wanted, held, repository, registry) => {
      const met = meetGrants(wanted, held);
      for (const right of ['READ', 'DELETE', 'RETAIN'] as const)
        if (grantsRight(met, right, registry, repository))
          expect([wanted, held].map((all) => grantsRight(all, right, registry, repository))).toEqual([true, true]);
    }),
    { numRuns: 2000 },
  );
});

test('two patterns meet where some text is of both, and nowhere else', () => {
  const texts = [''];
  for (let at = 0; texts[at]!.length < 6; at++) texts.push(`${texts[at]}a`, `${texts[at]}b`);
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(pattern, pattern, (one, other) => {
      const isMet = texts.some((text) => matchesGlob(one, text) && matchesGlob(other, text));
      expect(meetsPlace({ registryId: null, repositories: one as RepositoryGlob }, 'r1', other)).toBe(isMet);
    }),
    { numRuns: 2000 },
  );
});
