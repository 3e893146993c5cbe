import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Compressor } from '../coding/compress.js';
import { sendContent } from '../coding/content.js';
import type { KeptAnswer, AnswerCache } from './answers.js';
import { tellKept } from './condition.js';

/** Sends an answer as its client reads it. What one that is kept, under `key`, is in a coding is kept beside it. */
export type SendAnswer = (
  request: FastifyRequest,
  reply: FastifyReply,
  key: string | null,
  answer: KeptAnswer,
) => Promise<FastifyReply>;

export function createAnswerSender(cache: AnswerCache, compressor: Compressor): SendAnswer {
  return (request, reply, key, answer) => {
    if (answer.etag !== null) tellKept(reply);
    return sendContent(request, reply, answer, async (compression) => {
      const bytes = await compressor.compress(compression, answer.body);
      if (bytes !== null && key !== null) cache.keepCoded(key, answer, compression, bytes);
      return bytes;
    });
  };
}
