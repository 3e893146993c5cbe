import type { Comparator, Range } from 'semver';
import { parseVersion, toSortKey } from './version.js';

/** Says of a tag whether it names a version in a range. */
export type VersionTest = (tag: string) => boolean;

/** Major, minor and patch. */
type Core = readonly [number, number, number];

/**
 * A release as `parseVersion` takes one, with the build behind "_", which does not count. Numbers of more digits may
 * not be exact.
 */
const release = /^[vV]?(\d{1,15})(?:\.(\d{1,15}))?(?:\.(\d{1,15}))?(?:_[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/;

/** The beginning of a pre-release that semver takes. */
const preRelease = /^[vV]?(\d{1,15})\.(\d{1,15})\.(\d{1,15})-/;

/** A tag that may be a version, and has a number too long for the two above. */
const longNumber = /^[vV]?[\d.]*\d{16}/;

/**
 * Makes a test that says what `range.test(parseVersion(tag))` says, false for a tag that names no version. It reads
 * most tags without parsing them: a list asks it of every tag of a repository, which may have 100,000.
 */
export function createVersionTest(range: Range): VersionTest {
  const sets = range.set.map((comparators) => comparators.map(createComparison));
  // A pre-release is in a range only beside one of the same release:
  // https://github.com/npm/node-semver#prerelease-tags.
  const stages = range.set.flat().filter(({ semver }) => (semver.prerelease?.length ?? 0) > 0);
  const isStage = (core: Core): boolean => stages.some(({ semver }) => compareCores(core, coreOf(semver)) === 0);
  return (tag) => {
    const core = readCore(release.exec(tag));
    if (core) return sets.some((comparisons) => comparisons.every((holds) => holds(core)));
    const begun = stages.length > 0 ? readCore(preRelease.exec(tag)) : null;
    if (!(begun ? isStage(begun) : longNumber.test(tag))) return false;
    const version = parseVersion(tag);
    return version !== null && range.test(version);
  };
}

/** The sort keys that the versions of a range may have: `from`, and on to what is before `before`. */
export function boundSortKeys(range: Range): { readonly from: string; readonly before: string } {
  const froms = range.set.map((set) => listKeys(set, ['', '=', '>', '>=']).reduce(later, allVersions.from));
  const befores = range.set.map((set) =>
    // "!" is behind the builds of a version.
    listKeys(set, ['', '=', '<', '<=']).reduce((a, b) => earlier(a, `${b}!`), allVersions.before),
  );
  return { from: froms.reduce(earlier), before: befores.reduce(later) };
}

/** See `toSortKey`: versions begin with "1". */
const allVersions = { from: '1', before: '2' };

function listKeys(comparators: readonly Comparator[], operators: readonly Comparator['operator'][]): string[] {
  const bounding = comparators.filter((each) => !takesAny(each) && operators.includes(each.operator));
  return bounding.map(({ semver }) => toSortKey(semver.version));
}

function later(a: string, b: string): string {
  return a > b ? a : b;
}

function earlier(a: string, b: string): string {
  return a < b ? a : b;
}

function readCore(parts: RegExpExecArray | null): Core | null {
  return parts && [Number(parts[1]), Number(parts[2] ?? 0), Number(parts[3] ?? 0)];
}

/** It has no version of its own then. */
function takesAny({ semver }: Comparator): boolean {
  return typeof semver.major !== 'number';
}

/** Whether a release is where a comparator wants it. */
function createComparison(comparator: Comparator): (core: Core) => boolean {
  const { operator, semver } = comparator;
  if (takesAny(comparator)) return () => true;
  const bound = coreOf(semver);
  const tie = semver.prerelease.length > 0 ? 1 : 0;
  const compare = (core: Core): number => compareCores(core, bound) || tie;
  switch (operator) {
    case '>':
      return (core) => compare(core) > 0;
    case '>=':
      return (core) => compare(core) >= 0;
    case '<':
      return (core) => compare(core) < 0;
    case '<=':
      return (core) => compare(core) <= 0;
    default:
      return (core) => compare(core) === 0;
  }
}

function coreOf({ major, minor, patch }: Comparator['semver']): Core {
  return [major, minor, patch];
}

function compareCores(a: Core, b: Core): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}
