import { badInput } from '../errors.js';
import { quote } from './name.js';

/** A pattern over tags: `*` is any text, `?` any one character, all else is itself. It reads the same in SQLite's GLOB. */
export type Glob = string & { readonly __brand: 'Glob' };

const maxLength = 128;

/** Each star multiplies the ways a pattern can fail to match. */
const maxStars = 10;

/** Throws BAD_USER_INPUT. What cannot be in a tag is refused: brackets and braces would otherwise match nothing, silently. */
export function parseGlob(text: string, ...path: string[]): Glob {
  if (text.length <= maxLength && /^[\w.*?-]+$/.test(text) && text.split('*').length - 1 <= maxStars) return text as Glob;
  throw badInput(
    `${quote(text)} is not a pattern of tags: up to ${maxLength} letters, digits, "_", ".", "-", "?" (one character) and "*" (any text), ` +
      `with ${maxStars} "*" at the most.`,
    ...path,
  );
}
