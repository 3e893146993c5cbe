import type { TagName } from './name.js';

/** The longest run of digits that is compared as a number: longer ones are dates or hashes, and compare as text of that length. */
const maxDigits = 99;

const version = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:[.-](.+))?$/;

/**
 * Text whose code-unit order is the order people expect of tags: `1.9` before `1.10`, `1.2.0-rc.1` before `1.2.0` (semver.org
 * §11), and what is no version (`latest`, `main`) before all versions, so that the newest version is first in descending order.
 */
export function toSortKey(tag: TagName | string): string {
  const parts = version.exec(tag);
  if (!parts) return `0${encodeText(tag)}`;
  const [, major = '0', minor = '0', patch = '0', suffix] = parts;
  // "~" is after "-": a release comes after its own pre-releases.
  return `1${[major, minor, patch].map(encodeNumber).join('.')}${suffix === undefined ? '~' : `-${encodeText(suffix)}`}`;
}

/** Tags that belong to another image rather than being one: `sha256-<hex>` with or without `.sig`, `.att`, `.sbom`. */
export function isReferrerTag(tag: string): boolean {
  return /^sha256-[0-9a-f]{64}(?:\.\w+)?$/.test(tag);
}

/** Every run of digits by its value. */
function encodeText(text: string): string {
  return text.replaceAll(/\d+/g, encodeNumber);
}

/** Its length before it makes a number's text sort by value: `9` is `019`, `10` is `0210`. */
function encodeNumber(digits: string): string {
  const value = digits.replace(/^0+(?=\d)/, '').slice(0, maxDigits);
  return `${String(value.length).padStart(2, '0')}${value}`;
}
