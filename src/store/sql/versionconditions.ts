import { type RawBuilder, sql, type SqlBool } from 'kysely';
import type { Comparator, Range } from 'semver';
import { toSortKey } from '../../domain/version.js';

type Test = RawBuilder<SqlBool>;

/** As `parseVersion` reads tags. The last group of a version is its build, which does not count. */
const build = '(_[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?';
const release = `^[vV]?[0-9]+(\\.[0-9]+){0,2}${build}$`;
const number = '(0|[1-9][0-9]*)';
const identifier = '(0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)';
const preRelease = `^[vV]?${number}\\.${number}\\.${number}-${identifier}(\\.${identifier})*${build}$`;

/**
 * Holds for a tag that names a version in the range: as `createVersionTest` says, where no function of the gateway's
 * own can be called. Sort keys are in the order of versions, so that what an index has is asked first.
 */
export function isVersionWithin(range: Range): Test {
  const sets = range.set.map((comparators) => ({ comparators, holds: all(comparators.map(toCondition)) }));
  const inAny = any(sets.map(({ holds }) => holds));
  // A pre-release is in a range only beside one of the same release:
  // https://github.com/npm/node-semver#prerelease-tags.
  const staged = sets.map(({ comparators, holds }) => all([holds, any(listStages(comparators))]));
  return sql<SqlBool>`((${inAny} and tag.name ~ ${release} or ${any(staged)} and tag.name ~ ${preRelease})
    and ${isExact})`;
}

/** JavaScript counts no further than 2^53 - 1: a version with a larger number is none. */
const isExact = sql<SqlBool>`(tag.name !~ '[0-9]{16}' or not exists (
  select 1 from (select ltrim(digits, '0') as digits from unnest(string_to_array(
    substring(tag.name from '^[vV]?([0-9.]+)'), '.')) as part(digits)) as part
  where length(digits) > 16 or length(digits) = 16 and digits > ${`${Number.MAX_SAFE_INTEGER}`} collate "C"))`;

/** The releases of which a set names a pre-release. "-" is before ".", which is before "/": see `toSortKey`. */
function listStages(comparators: readonly Comparator[]): Test[] {
  return comparators
    .filter((each) => !takesAny(each) && each.semver.prerelease.length > 0)
    .map(({ semver: { major, minor, patch } }) => {
      const core = toSortKey(`${major}.${minor}.${patch}`).slice(0, -1);
      return sql<SqlBool>`(tag.sort_key >= ${`${core}-`} and tag.sort_key < ${`${core}.`})`;
    });
}

/** "!" is behind the builds of a version, and before all that makes it another. */
function toCondition(comparator: Comparator): Test {
  if (takesAny(comparator)) return sql<SqlBool>`true`;
  const first = toSortKey(comparator.semver.version);
  const behind = `${first}!`;
  switch (comparator.operator) {
    case '>':
      return sql<SqlBool>`tag.sort_key >= ${behind}`;
    case '>=':
      return sql<SqlBool>`tag.sort_key >= ${first}`;
    case '<':
      return sql<SqlBool>`tag.sort_key < ${first}`;
    case '<=':
      return sql<SqlBool>`tag.sort_key < ${behind}`;
    default:
      return sql<SqlBool>`(tag.sort_key >= ${first} and tag.sort_key < ${behind})`;
  }
}

/** It has no version of its own then. */
function takesAny({ semver }: Comparator): boolean {
  return typeof semver.major !== 'number';
}

function all(tests: readonly Test[]): Test {
  return sql<SqlBool>`(${tests.length === 0 ? sql`true` : sql.join(tests, sql` and `)})`;
}

function any(tests: readonly Test[]): Test {
  return sql<SqlBool>`(${tests.length === 0 ? sql`false` : sql.join(tests, sql` or `)})`;
}
