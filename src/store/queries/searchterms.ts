import { splitWords } from '../../domain/marks.js';
import { badInput } from '../../errors.js';

/** 0: the name itself, or its last segment. 1: it, or a part of it, begins so. 2: somewhere within. */
export type Rank = 0 | 1 | 2;

/** A word, and the forms of it: a text has the word as it is wanted when one of these is in it. */
export interface WordForms {
  /** All forms have it in them. */
  readonly word: string;
  readonly forms: readonly string[];
}

/**
 * A parsed search. The indexes hold each text between "<<" and ">", and find any three characters or more in it.
 */
export interface SearchTerms {
  /** The terms, one space between: equal for queries that find the same. */
  readonly text: string;
  readonly words: readonly string[];
  /** Expressions of FTS5 (sqlite.org/fts5.html §3), by rank; no row matches two. null: there are no such matches. */
  readonly matches: readonly [string | null, string, string | null];
  /** Matches the rows of all ranks. */
  readonly anyMatch: string;
  /**
   * The same for each of the words, where there is no FTS5. `exact`: of the one word; null where there are several. A
   * text of rank 1 is not exact, one of rank 2 holds `within` and not `parts`.
   */
  readonly byWord: {
    readonly exact: WordForms | null;
    readonly parts: readonly WordForms[];
    readonly within: readonly WordForms[];
  };
  /** Ranges of digests, ends included: one digest, or all that begin so. */
  readonly digests: readonly { readonly from: string; readonly to: string; readonly rank: Rank }[];
}

const maxQuery = 255;

/** Fewer digits, with no algorithm before them, are more likely to be a word. */
const minBareDigits = 4;

/** The characters that begin a part of a name or label. */
const partStarts = ['<', '-', '.', '_', '/', '=', ' '];

/** Throws BAD_USER_INPUT naming `query`. */
export function parseSearch(query: string): SearchTerms {
  const words = query.length <= maxQuery ? splitWords(query) : [];
  if (words.length === 0)
    throw badInput(
      `"query" must have 1 to ${maxQuery} characters, not counting spaces around it; got ${query.length}.`,
      'query',
    );
  const byWord: SearchTerms['byWord'] = {
    exact: words.length === 1 ? { word: `${words[0]}>`, forms: exactForms(words[0]!) } : null,
    parts: words.map((word) => ({ word, forms: partForms(word) })),
    within: words.map((word) => ({ word, forms: withinForms(word) })),
  };
  const exact = byWord.exact && anyOf(byWord.exact.forms);
  const parts = byWord.parts.map(({ forms }) => anyOf(forms)).join(' AND ');
  const within = byWord.within.map(({ forms }) => anyOf(forms)).join(' AND ');
  return {
    text: words.join(' '),
    words,
    // A whole name begins with itself, and what begins a part is within, but for a single character.
    anyMatch: within === parts && exact ? `${parts} OR ${exact}` : within,
    byWord,
    matches: [exact, exact ? `(${parts}) NOT ${exact}` : parts, within === parts ? null : `(${within}) NOT (${parts})`],
    digests: words.length === 1 ? listDigests(words[0]!) : [],
  };
}

/** As the expressions do it, for the name of a registry. */
export function matchesRank({ words }: SearchTerms, name: string, rank: Rank): boolean {
  const text = `<<${name.toLowerCase()}>`;
  const holds = (forms: readonly string[]): boolean => forms.some((form) => text.includes(form));
  const isExact = words.length === 1 && holds(exactForms(words[0]!));
  if (rank === 0 || isExact) return rank === 0 && isExact;
  const isPart = words.every((word) => holds(partForms(word)));
  return rank === 1 ? isPart : !isPart && words.every((word) => holds(withinForms(word)));
}

/** A whole name, a repository's last segment, a label's value. */
function exactForms(word: string): string[] {
  return [`<<${word}>`, `/${word}>`, `=${word}>`];
}

/** A single character with what stands before it is too short to be found, but for the beginning. */
function partForms(word: string): string[] {
  return countCharacters(word) === 1 ? [`<<${word}`] : partStarts.map((start) => start + word);
}

function withinForms(word: string): string[] {
  return countCharacters(word) < 3 ? partForms(word) : [word];
}

function countCharacters(text: string): number {
  return Array.from(text).length;
}

function anyOf(forms: readonly string[]): string {
  return `(${forms.map((form) => `"${form.replaceAll('"', '""')}"`).join(' OR ')})`;
}

function listDigests(word: string): SearchTerms['digests'] {
  const [, algorithm, hex = ''] = /^(?:(sha256|sha512):)?([0-9a-f]+)$/.exec(word) ?? [];
  if (hex === '' || (algorithm === undefined && hex.length < minBareDigits)) return [];
  const lengths = { sha256: 64, sha512: 128 };
  return (['sha256', 'sha512'] as const)
    .filter((one) => (algorithm ?? one) === one && hex.length <= lengths[one])
    .map((one) => ({
      from: `${one}:${hex}`,
      to: `${one}:${hex.padEnd(lengths[one], 'f')}`,
      rank: hex.length === lengths[one] ? 0 : 1,
    }));
}
