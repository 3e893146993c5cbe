import { type RawBuilder, sql, type SqlBool } from 'kysely';
import { escapeLike } from '../dialect/dialect.js';
import type { Rank, SearchTerms, WordForms } from './searchterms.js';

/** The conditions are on `found`, a table of search: `text` is indexed by the function search_grams. */
const text = sql`found.text`;

/** Texts are asked for by the index, or without it; those that match have a rank. */
export interface TextMatch {
  readonly holds: RawBuilder<SqlBool>;
  readonly is: RawBuilder<SqlBool>;
  readonly rank: RawBuilder<Rank>;
}

/** Of all ranks of a search. */
export function matchTerms(terms: SearchTerms): TextMatch {
  return { holds: holdsAny(terms), is: isAny(terms), rank: rankOf(terms) };
}

/** Of texts that have a part in them, of ASCII, and three characters at the least: others have letters of their own. */
export function matchPart(part: string): TextMatch {
  const word = part.toLowerCase();
  const words = [{ word, forms: [word] }];
  return { holds: holdsAll(words), is: areLike(words), rank: sql<Rank>`2` };
}

/** Of all ranks. */
export function holdsAny(terms: SearchTerms): RawBuilder<SqlBool> {
  return holdsAll(wordsOfAny(terms));
}

/** The same without the index: where most texts match, some are found sooner by looking at each. */
export function isAny(terms: SearchTerms): RawBuilder<SqlBool> {
  return areLike(wordsOfAny(terms));
}

/** Texts of which a part begins with the word have it within, and so have whole names, but for a single character. */
function wordsOfAny({ byWord: { exact, parts, within }, matches }: SearchTerms): readonly WordForms[] {
  if (matches[2] !== null || !exact) return within;
  const forms = [...new Set([...parts[0]!.forms, ...exact.forms])];
  // A text that has the longer one has the shorter one.
  return [
    { word: parts[0]!.word, forms: forms.filter((form) => !forms.some((one) => one !== form && form.includes(one))) },
  ];
}

/** Of one of the ranks that the terms have. */
export function holdsRank({ byWord: { exact, parts, within } }: SearchTerms, rank: Rank): RawBuilder<SqlBool> {
  if (rank === 0) return exact ? holdsAll([exact]) : sql<SqlBool>`false`;
  if (rank === 1) return exact ? sql<SqlBool>`${holdsAll(parts)} and not ${isLike(exact)}` : holdsAll(parts);
  return sql<SqlBool>`${holdsAll(within)} and not ${areLike(parts)}`;
}

/** The rank of a text that `holdsAny`. */
function rankOf({ byWord: { exact, parts } }: SearchTerms): RawBuilder<Rank> {
  const whole = exact ? sql`when ${isLike(exact)} then 0` : sql``;
  return sql<Rank>`case ${whole} when ${areLike(parts)} then 1 else 2 end`;
}

/** Without the index. */
export function isOfRank(terms: SearchTerms, rank: Rank): RawBuilder<SqlBool> {
  const { exact, parts, within } = terms.byWord;
  if (rank === 0) return exact ? isLike(exact) : sql<SqlBool>`false`;
  if (rank === 1) return exact ? sql<SqlBool>`(${areLike(parts)} and not ${isLike(exact)})` : areLike(parts);
  return sql<SqlBool>`(${areLike(within)} and not ${areLike(parts)})`;
}

/**
 * The index finds texts that have all trigrams of the words, and the first trigram of one form of each: few others than
 * those that have the forms themselves, which is looked at last.
 */
function holdsAll(words: readonly WordForms[]): RawBuilder<SqlBool> {
  const whole = new Set(words.flatMap(({ word }) => listTrigrams(word)));
  const first = words.filter(({ word, forms }) => forms.length > 1 || forms[0] !== word);
  return sql<SqlBool>`(${sql.join(
    [
      ...(whole.size > 0 ? [sql`search_grams(${text}) @> ${hidden([...whole])}`] : []),
      ...first.map(({ forms }) => sql`search_grams(${text}) && ${hidden(listFirst(forms))}`),
      areLike(words),
    ],
    sql` and `,
  )})`;
}

/**
 * The planner does not look into a query: it takes the index. Where it knows that nearly all texts have these, it reads
 * the table, and makes the trigrams of each: 10 s for 100,000 texts.
 */
function hidden(grams: readonly string[]): RawBuilder<unknown> {
  return sql`(select ${grams}::text[])`;
}

function areLike(words: readonly WordForms[]): RawBuilder<SqlBool> {
  return sql<SqlBool>`(${sql.join(words.map(isLike), sql` and `)})`;
}

function isLike({ forms }: WordForms): RawBuilder<SqlBool> {
  const patterns = forms.map((form) => `%${escapeLike(fold(form))}%`);
  // By itself it takes half as long as in a list.
  return patterns.length === 1
    ? sql<SqlBool>`${text} like ${patterns[0]}`
    : sql<SqlBool>`${text} like any(${patterns}::text[])`;
}

/** The texts have other letters in place of these, which are lower case themselves: see `search_fold`. */
const folded: Readonly<Record<string, string>> = {
  '\u00b5': '\u03bc',
  '\u017f': 's',
  '\u0345': '\u03b9',
  '\u03c2': '\u03c3',
  '\u03d0': '\u03b2',
  '\u03d1': '\u03b8',
  '\u03d5': '\u03c6',
  '\u03d6': '\u03c0',
  '\u03f0': '\u03ba',
  '\u03f1': '\u03c1',
  '\u03f5': '\u03b5',
  '\u1e9b': '\u1e61',
  '\u1fbe': '\u03b9',
};

function fold(text: string): string {
  return text.replaceAll(/[^\0-\x7f]/g, (letter) => folded[letter] ?? letter);
}

/** None of a word of one or two characters. */
function listTrigrams(word: string): string[] {
  const characters = Array.from(fold(word));
  return characters.slice(2).map((last, at) => `${characters[at]}${characters[at + 1]}${last}`);
}

function listFirst(forms: readonly string[]): string[] {
  return [...new Set(forms.map((form) => listTrigrams(form)[0]!))];
}
