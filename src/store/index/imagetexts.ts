import type { Kysely } from 'kysely';
import type { HistoryEntry } from '../../domain/image.js';
import type { Tables } from '../database/database.js';
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
  return {
    labelsOf: (imageKeys) => read(db, 'labels', imageKeys, parseTexts),
    annotationsOf: (imageKeys) => read(db, 'annotations', imageKeys, parseTexts),
    historyOf: (imageKeys) => read(db, 'history', imageKeys, parseHistory),
  };
}

async function read<T>(
  db: Kysely<Tables>,
  column: 'labels' | 'annotations' | 'history',
  imageKeys: readonly number[],
  parse: (text: string) => T,
): Promise<Map<number, T>> {
  const found = new Map<number, T>();
  for (const some of chunk(imageKeys)) {
    const rows = await db
      .selectFrom('image')
      .select(['id', `${column} as text`])
      .where('id', 'in', some)
      .execute();
    for (const { id, text } of rows) found.set(id, parse(text));
  }
  return found;
}

function parseTexts(text: string): Texts {
  return JSON.parse(text) as Texts;
}

function parseHistory(text: string): HistoryEntry[] {
  const entries = JSON.parse(text) as (Omit<HistoryEntry, 'createdAt'> & { createdAt: string | null })[];
  return entries.map((entry) => ({ ...entry, createdAt: entry.createdAt === null ? null : new Date(entry.createdAt) }));
}
