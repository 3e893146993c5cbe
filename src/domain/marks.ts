import type { Image, Repository, Tag } from './catalogue.js';
import { parseReference } from './reference.js';
import type { Registry } from './registry.js';

/** The types of things that a search finds, in their order. */
export const hitTypes = ['registry', 'repository', 'tag', 'image'] as const;
export type HitType = (typeof hitTypes)[number];

/** The text of a thing in which a search found something. `REPOSITORY_NAME` is that of the repository of a tag. */
export type MarkedText = 'NAME' | 'REPOSITORY_NAME' | 'DIGEST' | 'LABEL';

/** A part of a text that a search was for. Places count UTF-16 units, as JavaScript does; `end` is behind the last. */
export interface TextMark {
  readonly of: MarkedText;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Marks of one thing, and labels that are looked at for them: whoever wrote an image chose how many there are. */
const [mostMarks, mostLabels] = [20, 3];

/** One thing that a search found, with its texts. */
export type MarkedHit =
  | { readonly type: 'registry'; readonly found: Pick<Registry, 'name'> }
  | { readonly type: 'repository'; readonly found: Pick<Repository, 'name'> }
  | { readonly type: 'tag'; readonly found: Pick<Tag, 'name' | 'repositoryName'> }
  | {
      readonly type: 'image';
      readonly found: Pick<Image, 'digest'>;
      readonly labels: Readonly<Record<string, string>>;
    };

/** The words of a search, in lower case. */
export function splitWords(query: string): string[] {
  return query
    .toLowerCase()
    .split(/[\s\p{Cc}]+/u)
    .filter(Boolean);
}

/** Where the words of a query are in the texts of a thing that it found, in the order of the texts. */
export function markFound(query: string, result: MarkedHit): TextMark[] {
  return listTexts(query, result)
    .flatMap(([of, text]) => mark(query, of, text))
    .slice(0, mostMarks);
}

function listTexts(query: string, result: MarkedHit): [MarkedText, string][] {
  switch (result.type) {
    case 'registry':
    case 'repository':
      return [['NAME', result.found.name]];
    case 'tag':
      return [
        ['NAME', result.found.name],
        ['REPOSITORY_NAME', result.found.repositoryName],
      ];
    case 'image': {
      const words = splitWords(query);
      const labels = Object.entries(result.labels)
        .map(([key, value]) => `${key}=${value}`)
        .filter((label) => words.every((word) => label.toLowerCase().includes(word)));
      return [
        ['DIGEST', result.found.digest],
        ...labels.slice(0, mostLabels).map((label): [MarkedText, string] => ['LABEL', label]),
      ];
    }
  }
}

function mark(query: string, of: MarkedText, text: string): TextMark[] {
  const lower = text.toLowerCase();
  // A letter that is longer in lower case moves all that is behind it.
  if (lower.length !== text.length) return [];
  const places = isNamedWhole(query, of, lower)
    ? [[0, text.length] as const]
    : splitWords(query).flatMap((word) => findAll(lower, word));
  return merge(places).map(([start, end]) => ({ of, text, start, end }));
}

/** Whether the query is a reference with this as one of its parts. */
function isNamedWhole(query: string, of: MarkedText, text: string): boolean {
  const reference = parseReference(query);
  if (!reference) return false;
  const { path, tag, digest } = reference;
  if (of === 'DIGEST') return text === digest;
  return text === tag?.toLowerCase() || path === text || path.endsWith(`/${text}`) || text === `library/${path}`;
}

type TextPart = readonly [start: number, end: number];

function findAll(text: string, word: string): TextPart[] {
  const places: TextPart[] = [];
  for (let at = text.indexOf(word); at >= 0 && places.length < mostMarks; at = text.indexOf(word, at + word.length))
    places.push([at, at + word.length]);
  return places;
}

/** In their order, those that touch as one. */
function merge(places: readonly TextPart[]): TextPart[] {
  const merged: TextPart[] = [];
  for (const [start, end] of places.toSorted(([a], [b]) => a - b)) {
    const last = merged.at(-1);
    if (last && start <= last[1]) merged[merged.length - 1] = [last[0], Math.max(last[1], end)];
    else merged.push([start, end]);
  }
  return merged;
}
