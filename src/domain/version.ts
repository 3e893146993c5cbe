import { parse, Range, type SemVer } from 'semver';
import { badInput } from '../errors.js';
import { quote, type TagName } from './name.js';

const maxRange = 256;

/**
 * A version as tags write it: dotted numbers, a pre-release behind "-" or ".", and a build behind "_", which Helm
 * writes for the "+" that no tag may have.
 */
const version = /^[vV]?(\d+(?:\.\d+)*)(?:[.-]([^_]+))?(?:_(.+))?$/;

/** Numbers with a dot between them, at the beginning of a tag or of one of its parts: `release-1.2`, `jdk_17.0.1`. */
const looksNumbered = /(?:^|[._-])[vV]?\d+\.\d+/;

/**
 * Text whose code-unit order is the order people expect of tags: `1.9` before `1.10`, `1.2.0-rc.1` before `1.2.0`,
 * `1.2.0` before `1.2.0.1`, and what is no version (`latest`, `main`) before all versions, so that the newest version
 * is first in descending order. Versions compare as semver.org §11 says, and of equal ones the build decides; all else
 * by text, with runs of digits by their value. ASCII.
 */
export function toSortKey(tag: TagName | string): string {
  const parts = version.exec(tag);
  if (!parts) return `0${encodeDigits(tag)}`;
  const [, numbers = '', preRelease, build] = parts;
  const [major = '0', minor = '0', patch = '0', ...more] = numbers.split('.');
  const core = [major, minor, patch].map(encodeNumber).join('');
  // "-" is before ".", which is before "/": a pre-release, the release itself, releases with a fourth number.
  const deeper = more.map((number) => `/${encodeNumber(number)}`).join('');
  const stage = preRelease === undefined ? '.' : `-${encodePreRelease(preRelease)}`;
  // " " is before "!": a build is of its pre-release, which one more identifier makes another.
  return `1${core}${deeper}${stage}${build === undefined ? '' : ` ${encodeDigits(build)}`}`;
}

/**
 * Numeric identifiers by value and before all others, which compare as text; "!" is before every character of a tag.
 */
function encodePreRelease(text: string): string {
  return text
    .split('.')
    .map((identifier) => (/^\d+$/.test(identifier) ? `0${encodeNumber(identifier)}` : `1${identifier}`))
    .join('!');
}

/** Runs of digits by their value. */
function encodeDigits(text: string): string {
  return text.replaceAll(/\d+/g, encodeNumber);
}

/**
 * Its length before it makes a number's text sort by value: `9` is `0019`, `10` is `00210`. A tag has 128 characters at
 * the most.
 */
function encodeNumber(digits: string): string {
  const value = digits.replace(/^0+(?=\d)/, '');
  return `${String(value.length).padStart(3, '0')}${value}`;
}

/** Throws BAD_USER_INPUT for what npm does not take as a range: https://github.com/npm/node-semver#ranges. */
export function parseVersionRange(text: string, ...path: string[]): Range {
  try {
    if (text.length <= maxRange) return new Range(text);
  } catch {
    // Told below, with the argument it is in.
  }
  throw badInput(
    `${quote(text)} is not a version range of up to ${maxRange} characters: write it as npm does, ">=1.2 ` +
      '<2" or "^1.4".',
    ...path,
  );
}

/**
 * The version a tag names: one of semver.org with "_" for "+" (`104.1.1_up57.0.3`), or up to three plain numbers (`1.2`
 * is 1.2.0, `22.04` is 22.4.0), also with a build. 'unclear' looks like a version, to people and to `toSortKey`, and is
 * none that a range could be asked about (`1.2.3.4`, `22.04-slim`, `release-1.2`). null: it names none.
 */
export function readTagVersion(tag: TagName | string): SemVer | 'unclear' | null {
  const parts = version.exec(tag);
  if (!parts) return looksNumbered.test(tag) ? 'unclear' : null;
  return parseParts(parts) ?? 'unclear';
}

/** As `readVersion`, where a version that is not clear is as good as none. */
export function parseVersion(tag: TagName | string): SemVer | null {
  const read = readTagVersion(tag);
  return read === 'unclear' ? null : read;
}

/** semver takes neither a short core nor leading zeros; tags of plain numbers have both, as dates do. */
function parseParts([text, numbers = '', preRelease, build]: RegExpExecArray): SemVer | null {
  const suffix = build === undefined ? '' : `+${build}`;
  if (preRelease !== undefined) return parse(text.replace(/^V/, 'v').replace('_', '+'));
  const digits = numbers.split('.').map((each) => each.replace(/^0+(?=\d)/, ''));
  return digits.length > 3 ? null : parse([...digits, '0', '0'].slice(0, 3).join('.') + suffix);
}

/** Tags that belong to another image rather than being one: `sha256-<hex>` with or without `.sig`, `.att`, `.sbom`. */
export function isReferrerTag(tag: string): boolean {
  return /^sha256-[0-9a-f]{64}(?:\.\w+)?$/.test(tag);
}
