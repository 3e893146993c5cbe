import type { Kysely } from 'kysely';
import type { HistoryEntry } from '../../domain/image.js';
import type { Tables } from '../database/database.js';
import { type JsonText, type Parsed, fromJsonText } from '../database/json.js';
import { chunk } from '../sql/rows.js';

/** Labels or annotations. */
export type Texts = Readonly<Record<string, string>>;

/**
 * The fields of an image that may be large, up to some hundred kilobytes: read and parsed for whoever asks, and for no
 * list of images. By key; an image that is gone is absent.
 */
export interface ImageTexts {
  labelsOf(imageKeys: readonly number[]): Promise<Map<number, Texts>>;
  annotationsOf(imageKeys: readonly number[]): Promise<Map<number, Texts>>;
  historyOf(imageKeys: readonly number[]): Promise<Map<number, readonly HistoryEntry[]>>;
}

export function createImageTexts(db: Kysely<Tables>): ImageTexts {
  const imagesOf = (keys: readonly number[]) => db.selectFrom('image').where('id', 'in', keys);
  return {
    labelsOf: (imageKeys) => readTexts(imageKeys, (some) => imagesOf(some).select(['id', 'labels as text']).execute()),
    annotationsOf: (imageKeys) =>
      readTexts(imageKeys, (some) => imagesOf(some).select(['id', 'annotations as text']).execute()),
    async historyOf(imageKeys) {
      const read = await readTexts(imageKeys, (some) => imagesOf(some).select(['id', 'history as text']).execute());
      return new Map([...read].map(([key, entries]) => [key, entries.map(toHistoryEntry)]));
    },
  };
}

async function readTexts<T>(
  imageKeys: readonly number[],
  select: (some: readonly number[]) => Promise<readonly { readonly id: number; readonly text: JsonText<T> }[]>,
): Promise<Map<number, Parsed<T>>> {
  const found = new Map<number, Parsed<T>>();
  for (const some of chunk(imageKeys)) for (const { id, text } of await select(some)) found.set(id, fromJsonText(text));
  return found;
}

function toHistoryEntry(entry: Parsed<HistoryEntry>): HistoryEntry {
  return { ...entry, createdAt: entry.createdAt === null ? null : new Date(entry.createdAt) };
}
