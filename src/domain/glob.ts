import { badInput } from '../errors.js';
import { maxRepositoryName, quote } from './name.js';

/**
 * A pattern over tags: `*` is any text, `?` any one character, all else is itself. It reads the same in SQLite's GLOB.
 */
export type Glob = string & { readonly __brand: 'Glob' };

/** The same over repositories' names; a slash is a character like any other: `team/*` also names `team/a/b`. */
export type RepositoryGlob = string & { readonly __brand: 'RepositoryGlob' };

/** As long as a tag, and as a repository's name, can be. */
const maxLength = 128;
const maxRepositoryLength = maxRepositoryName;

/** Each star multiplies the ways a pattern can fail to match. */
const maxStars = 10;

/**
 * Throws BAD_USER_INPUT. What cannot be in a tag is refused: brackets and braces would otherwise match nothing,
 * silently.
 */
export function parseGlob(text: string, ...path: string[]): Glob {
  if (text.length <= maxLength && /^[\w.*?-]+$/.test(text) && hasFewStars(text)) return text as Glob;
  throw badInput(
    `${quote(text)} is not a pattern of tags: up to ${maxLength} letters, digits, "_", ".", "-", "?" (one ` +
      'character) and "*" (any text), ' +
      `with ${maxStars} "*" at the most.`,
    ...path,
  );
}

/**
 * Throws BAD_USER_INPUT; what cannot be in a name, as upper case and slashes at its ends, is refused for the same
 * reason.
 */
export function parseRepositoryGlob(text: string, ...path: string[]): RepositoryGlob {
  const isPattern = text.length <= maxRepositoryLength && /^[a-z0-9_./*?-]+$/.test(text) && !/^\/|\/\/|\/$/.test(text);
  if (isPattern && hasFewStars(text)) return text as RepositoryGlob;
  throw badInput(
    `${quote(text)} is not a pattern of repositories: up to ${maxRepositoryLength} lower-case letters, digits, ` +
      '"_", ".", "-", "?" (one character), ' +
      `"*" (any text, slashes too) and "/" between others, with ${maxStars} "*" at the most.`,
    ...path,
  );
}

/** Patterns that a filter takes. */
export const maxGlobs = 20;

/** The patterns of a filter's field. Throws BAD_USER_INPUT naming it. */
export function parseRepositoryGlobs(globs: readonly string[], field: string): RepositoryGlob[] {
  if (globs.length > maxGlobs)
    throw badInput(`"${field}" takes up to ${maxGlobs} patterns, got ${globs.length}.`, 'filter', field);
  return globs.map((glob) => parseRepositoryGlob(glob, 'filter', field));
}

/**
 * Whether a parsed pattern names the whole of the text. Upper and lower case differ. What the last star took is the
 * only thing that is ever tried again, so that a pattern costs at most its length times the text's.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  let at = 0;
  let from = 0;
  let star = -1;
  let resumeAt = 0;
  while (from < text.length) {
    const wanted = pattern[at];
    if (wanted === '*') {
      if (at === pattern.length - 1) return true;
      star = at++;
      resumeAt = from;
    } else if (wanted === '?' || wanted === text[from]) {
      at++;
      from++;
    } else if (star >= 0) {
      // The last star takes one character more.
      at = star + 1;
      from = ++resumeAt;
    } else return false;
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}

/** It names every text. */
export function matchesAll(pattern: string): boolean {
  return /^\*+$/.test(pattern);
}

function hasFewStars(text: string): boolean {
  return text.split('*').length - 1 <= maxStars;
}
