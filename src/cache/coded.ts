import type { Compression } from '../coding/accept.js';
import type { Compressor } from '../coding/compress.js';
import type { Answer, AnswerCache } from './answers.js';

/** Gives an answer's bytes in a coding, and keeps them beside an answer that is kept under `key`; null: too much is being compressed. */
export type CodeAnswer = (key: string | null, answer: Answer, compression: Compression) => Promise<Buffer | null>;

export function createAnswerCoding(cache: AnswerCache, compressor: Compressor): CodeAnswer {
  return async (key, answer, compression) => {
    const bytes = await compressor.compress(compression, answer.body);
    if (bytes !== null && key !== null) cache.keepCoded(key, answer, compression, bytes);
    return bytes;
  };
}
