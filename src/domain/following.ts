import { badInput } from '../errors.js';
import { matchesGlob, parseRepositoryGlob } from './glob.js';
import { parseRepositoryName, quote, type RepositoryName } from './name.js';

/** Which repositories of a registry are read: its `followedRepositories`, parsed. */
export interface Following {
  /**
   * As they were given, each once: a name or a pattern, with `!` before it where it leaves out. Empty: whatever the
   * catalogue lists.
   */
  readonly patterns: readonly string[];
  /** Those that are a repository's name in full, and let it in. */
  readonly names: ReadonlySet<RepositoryName>;
  /** Those that let in what they match: only a catalogue says what that is. */
  readonly globs: readonly string[];
  /** Those that leave out, without their `!`. */
  readonly leftOut: readonly string[];
}

/**
 * - NAMED: one of the patterns lets it in, or there is none that lets in, so all are.
 * - OTHER: there are such, but none is about it: it is read only when somebody asks for it by its name.
 * - LEFT_OUT: a pattern with `!` is about it, whatever the others say.
 */
export type FollowVerdict = 'NAMED' | 'OTHER' | 'LEFT_OUT';

/**
 * Why a repository is in the index, which decides what takes it out again.
 * - CATALOGUE: the registry's catalogue lists it, or did when there was one.
 * - SETTING: `followedRepositories` names it in full, and no catalogue does.
 * - REQUEST: somebody asked for it by its name, or a notification named it; it is followed from then on.
 * - PASSING: the same, but it is not followed: it has no tags, or too many are followed. Two crawls later it is gone.
 */
export type FoundBy = 'CATALOGUE' | 'SETTING' | 'REQUEST' | 'PASSING';

export const maxFollowPatterns = 1000;

/** Of those, that have `*` or `?`: every name of a catalogue is held against each of them. */
export const maxFollowGlobs = 100;

/** Of one registry, the repositories that are followed because they were asked for: whoever may read can ask. */
export const maxFollowedOnRequest = 10_000;

export const followsAll: Following = compileFollowing([]);

/** Throws BAD_USER_INPUT naming the pattern: `['input', 'followedRepositories', '3']`. */
export function parseFollowing(texts: readonly string[], ...path: string[]): Following {
  if (texts.length > maxFollowPatterns) {
    const limit = `A registry takes up to ${maxFollowPatterns} names and patterns to follow`;
    throw badInput(`${limit}, got ${texts.length}.`, ...path);
  }
  texts.forEach((text, at) => parsePattern(text, ...path, `${at}`));
  const following = compileFollowing(texts);
  const globs = following.patterns.filter(isGlob).length;
  if (globs > maxFollowGlobs) {
    throw badInput(
      `A registry takes up to ${maxFollowGlobs} patterns with "*" or "?" to follow, got ${globs}.`,
      ...path,
    );
  }
  const torn = [...following.names].find((name) => judgeFollowed(following, name) === 'LEFT_OUT');
  if (torn === undefined) return following;
  const message = `${quote(torn)} is both named and left out: take away one of the two.`;
  throw badInput(message, ...path, `${texts.indexOf(torn)}`);
}

/** Of patterns that were parsed before. */
export function compileFollowing(patterns: readonly string[]): Following {
  const distinct = [...new Set(patterns)];
  const wanted = distinct.filter((pattern) => !pattern.startsWith('!'));
  return {
    patterns: distinct,
    names: new Set(wanted.filter((pattern) => !isGlob(pattern)) as RepositoryName[]),
    globs: wanted.filter(isGlob),
    leftOut: distinct.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1)),
  };
}

export function judgeFollowed({ names, globs, leftOut }: Following, name: RepositoryName): FollowVerdict {
  if (leftOut.some((pattern) => matchesGlob(pattern, name))) return 'LEFT_OUT';
  const isOpen = names.size === 0 && globs.length === 0;
  return isOpen || names.has(name) || globs.some((pattern) => matchesGlob(pattern, name)) ? 'NAMED' : 'OTHER';
}

function parsePattern(text: string, ...path: string[]): void {
  const pattern = text.startsWith('!') ? text.slice(1) : text;
  if (isGlob(pattern)) parseRepositoryGlob(pattern, ...path);
  else parseRepositoryName(pattern, ...path);
}

function isGlob(text: string): boolean {
  return /[*?]/.test(text);
}
