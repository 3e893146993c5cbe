import { LRUCache } from 'lru-cache';
import type { Compression } from '../coding/accept.js';
import type { Content } from '../coding/content.js';
import type { AnswerCondition } from '../domain/validity.js';

/** Counts the writes that a reader could see. While it stands, the same question has the same answer. */
export interface CurrentGeneration {
  readonly value: number;
  /** The value by which kept answers are given out; null: none is. By default it is the same. */
  readonly kept?: number | null;
}

/** The mark that an answer's bytes have in them. */
export interface PlacedMark {
  readonly at: number;
  readonly length: number;
  /** Milliseconds since the epoch when the answer was last known to be right, as the mark says. */
  readonly since: number;
  /** Of the bytes without the mark. */
  readonly etag: string | null;
}

/** A whole answer, ready to be sent. Its ETag is strong (RFC 9110 §8.8.3). */
export interface KeptAnswer extends Content {
  /** Ids of the registries that were read for it. */
  readonly touched: readonly string[];
  /** Text from which the surface computes the headers that are not kept; null where it needs none. */
  readonly note: string | null;
  /** Name of the GraphQL operation that made it; null where it has none, and for what several made. */
  readonly operation: string | null;
  /** It is right while all of them hold. */
  readonly conditions: readonly AnswerCondition[];
  /** Its bytes say that nobody vouches for it now; absent: they are as they were made. */
  readonly mark?: PlacedMark;
}

/** Answers of the present generation. What could change without it is kept with a condition, or not at all. */
export interface AnswerCache {
  /** To be read before an answer is made, and given to `keep` with it. */
  readonly generation: number;
  find(key: string): KeptAnswer | null;
  /** Leaves out an answer that was made while the data changed; true: it is kept. */
  keep(key: string, generation: number, answer: KeptAnswer): boolean;
  /**
   * Keeps a form of the answer in its place, where it is still kept and that has room: what cannot be made anew has no
   * second form beside it, for which another answer would go.
   */
  replace(key: string, answer: KeptAnswer, form: KeptAnswer): void;
  /** Keeps the answer's bytes in a coding beside it, where it is still kept and both have room. */
  keepCoded(key: string, answer: KeptAnswer, compression: Compression, bytes: Buffer): void;
}

export const defaultCacheBytes = 64 * 1024 * 1024;

/** Bytes that an entry takes besides its key and its body, roughly. */
const entryBytes = 512;
/** Bytes that a condition takes, with the facts it is about. */
const conditionBytes = 512;

/** Bounded in bytes; what was not asked for longest goes first. One answer may take a quarter of it. */
export function createAnswerCache(generation: CurrentGeneration, maxBytes: number = defaultCacheBytes): AnswerCache {
  const maxEntrySize = Math.floor(maxBytes / 4);
  const kept = new LRUCache<string, KeptAnswer>({ maxSize: maxBytes, maxEntrySize, sizeCalculation: sizeOf });
  const readKept = (): number | null => (generation.kept === undefined ? generation.value : generation.kept);
  let keptGeneration = readKept();
  /** False: what is kept may not be given out now, and may later. */
  const forgetOthers = (): boolean => {
    const now = readKept();
    if (now === null) return false;
    if (now !== keptGeneration) kept.clear();
    keptGeneration = now;
    return true;
  };
  return {
    get generation() {
      return generation.value;
    },
    find(key) {
      if (!forgetOthers()) return null;
      const known = kept.get(key);
      return known?.conditions.every((holds) => holds()) ? known : null;
    },
    keep(key, madeIn, answer) {
      if (!forgetOthers() || madeIn !== keptGeneration) return false;
      kept.set(key, answer);
      return kept.peek(key) === answer;
    },
    replace(key, { body }, form) {
      if (!forgetOthers() || kept.peek(key)?.body !== body) return;
      if (sizeOf(form, key) <= maxEntrySize) kept.set(key, form);
    },
    keepCoded(key, { body }, compression, bytes) {
      if (!forgetOthers()) return;
      const known = kept.peek(key);
      if (known?.body !== body) return;
      const more = { ...known, coded: new Map([...known.coded, [compression, bytes]]) };
      if (sizeOf(more, key) <= maxEntrySize) kept.set(key, more);
    },
  };
}

function sizeOf({ body, coded, conditions }: KeptAnswer, key: string): number {
  const own = body.length + 2 * key.length + entryBytes + conditions.length * conditionBytes;
  return [...coded.values()].reduce((sum, { length }) => sum + length, own);
}
