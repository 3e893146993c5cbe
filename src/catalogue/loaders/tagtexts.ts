import { LRUCache } from 'lru-cache';
import type { PlainTag, PlainTagPage, Repository } from '../../domain/catalogue.js';
import type { IndexedTagOrder } from '../../domain/filter.js';

/** How the first page of a repository's tags is written as text. Forms of one name write the same. */
export interface TagForm {
  readonly name: string;
  /** Those that `write` reads. */
  readonly columns: ReadonlySet<keyof PlainTag>;
  readonly write: (page: PlainTagPage, repository: Repository) => Buffer;
}

export interface TagTextKind {
  readonly form: TagForm;
  readonly order: IndexedTagOrder;
  readonly first: number;
}

/** Bytes of all texts, and in how many ways one repository's tags are kept. */
const defaultBytes = 16 * 1024 * 1024;
const mostKinds = 4;

/** Bytes that an entry takes besides its text and its name, roughly. */
const entryBytes = 200;

interface KeptTexts {
  readonly version: number;
  readonly texts: ReadonlyMap<string, Buffer>;
}

/**
 * First pages of tags as they were written. Each is found by its repository's `tagsVersion`, which whoever asks has
 * just read from the database: a text can be out of date only with one that nobody reads any more. Bounded in bytes;
 * the repository that was not asked for longest goes first.
 */
export class TagTexts {
  readonly #kept: LRUCache<number, KeptTexts>;

  constructor(maxBytes = defaultBytes) {
    this.#kept = new LRUCache({ maxSize: maxBytes, maxEntrySize: Math.floor(maxBytes / 4), sizeCalculation: weigh });
  }

  /** `kind` as `nameKind` names it. null for a repository that is not settled, whose version may stand meanwhile. */
  find({ key, tagsVersion, isSettled }: Repository, kind: string): Buffer | null {
    const kept = isSettled ? this.#kept.get(key) : undefined;
    return kept?.version === tagsVersion ? (kept.texts.get(kind) ?? null) : null;
  }

  /** The tags were read after the repository was, so they are those of its version, or later ones. */
  keep({ key, tagsVersion: version, isSettled }: Repository, kind: string, text: Buffer): void {
    const kept = this.#kept.peek(key);
    if (!isSettled || (kept && kept.version > version)) return;
    const texts = new Map(kept?.version === version ? kept.texts : []);
    const [oldest] = texts.keys();
    if (oldest !== undefined && texts.size === mostKinds && !texts.has(kind)) texts.delete(oldest);
    this.#kept.set(key, { version, texts: texts.set(kind, text) });
  }
}

export function nameKind({ form, order, first }: TagTextKind): string {
  return `${order.field} ${order.direction} ${first} ${form.name}`;
}

function weigh({ texts }: KeptTexts): number {
  let bytes = entryBytes;
  // The name of a kind has all aliases of its form.
  for (const [kind, text] of texts) bytes += kind.length + text.length + entryBytes;
  return bytes;
}
