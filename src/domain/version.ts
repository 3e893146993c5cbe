import { parse, Range, type SemVer } from 'semver';
import { badInput } from '../errors.js';
import { quote, type TagName } from './name.js';

const maxRange = 256;

/** Dotted numbers, then a pre-release behind "-" or ".", or a build behind "_" (Helm writes a version's "+" so). */
const version = /^v?(\d+(?:\.\d+)*)(?:[.-](.+)|_(.+))?$/;

/**
 * Text whose code-unit order is the order people expect of tags: `1.9` before `1.10`, `1.2.0-rc.1` before `1.2.0`, `1.2.0`
 * before `1.2.0.1`, and what is no version (`latest`, `main`) before all versions, so that the newest version is first in
 * descending order. Versions compare as semver.org §11 says; all else by text, with runs of digits by their value. ASCII.
 */
export function toSortKey(tag: TagName | string): string {
  const parts = version.exec(tag);
  if (!parts) return `0${tag.replaceAll(/\d+/g, encodeNumber)}`;
  const [, numbers = '', preRelease, build] = parts;
  const [major = '0', minor = '0', patch = '0', ...more] = numbers.split('.');
  const core = [major, minor, patch].map(encodeNumber).join('');
  // "-" is before ".", which is before "/": a pre-release, the release itself, releases with a fourth number.
  const deeper = more.map((number) => `/${encodeNumber(number)}`).join('');
  return `1${core}${deeper}${preRelease === undefined ? `.${build ?? ''}` : `-${encodePreRelease(preRelease)}`}`;
}

/** Numeric identifiers by value and before all others, which compare as text; "!" is before every character of a tag. */
function encodePreRelease(text: string): string {
  return text
    .split('.')
    .map((identifier) => (/^\d+$/.test(identifier) ? `0${encodeNumber(identifier)}` : `1${identifier}`))
    .join('!');
}

/** Its length before it makes a number's text sort by value: `9` is `0019`, `10` is `00210`. A tag has 128 characters at the most. */
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
  throw badInput(`${quote(text)} is not a version range of up to ${maxRange} characters: write it as npm does, ">=1.2 <2" or "^1.4".`, ...path);
}

/** The version a tag names: a whole one, or plain numbers (`1.2` is 1.2.0, `22.04` is 22.4.0); null when it names none. */
export function parseVersion(tag: TagName | string): SemVer | null {
  const numbers = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?$/.exec(tag);
  if (!numbers) return parse(tag);
  const [, major, minor = '0', patch = '0'] = numbers;
  return parse([major, minor, patch].map((digits) => String(digits).replace(/^0+(?=\d)/, '')).join('.'));
}

/** Tags that belong to another image rather than being one: `sha256-<hex>` with or without `.sig`, `.att`, `.sbom`. */
export function isReferrerTag(tag: string): boolean {
  return /^sha256-[0-9a-f]{64}(?:\.\w+)?$/.test(tag);
}
