import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Viewer } from '../domain/account.js';
import type { Answer, AnswerCache } from './answers.js';

/** An answer as a surface makes it. */
export interface Made {
  readonly contentType: string;
  readonly body: Buffer | string;
  /** 200 where left out; anything else is sent as it is, and never kept. */
  readonly status?: number;
  /** It holds for everyone with the same rights until the data changes. */
  readonly isCacheable: boolean;
  readonly touched: readonly string[];
  readonly note?: string | null;
}

export interface Question {
  readonly viewer: Viewer | null;
  /** All that the answer depends on, but for the viewer's rights; null: not to be looked up. */
  readonly key: readonly unknown[] | null;
  readonly make: () => Promise<Made>;
  /** Sets the headers that are computed for each request, kept answer or not. */
  readonly describe?: (note: string | null) => Promise<void>;
}

/** Sends answers: kept ones without making them again, and 304 to a GET or HEAD whose client has the same bytes. */
export interface AnswerSurface {
  send(request: FastifyRequest, reply: FastifyReply, question: Question): Promise<FastifyReply>;
}

/**
 * Takes the request once it is known who asks: the key holds the viewer's rights, so a kept answer is never given to someone
 * with others. `onHit` is told which registries a kept answer was made from, so that they can be read again behind it.
 */
export function createAnswerSurface(cache: AnswerCache, onHit: (touched: readonly string[]) => void): AnswerSurface {
  return {
    async send(request, reply, { viewer, key, make, describe }) {
      const canCondition = request.method === 'GET' || request.method === 'HEAD';
      const wholeKey = viewer && key && JSON.stringify([canCondition, [...viewer.roles].sort(), ...key]);
      const known = wholeKey !== null && !forbidsCache(request) ? cache.find(wholeKey) : null;
      if (known) {
        onHit(known.touched);
        await describe?.(known.note);
        return sendAnswer(request, reply, known);
      }
      const { generation } = cache;
      const made = await make();
      const { status = 200, contentType, touched, note = null } = made;
      const body = typeof made.body === 'string' ? Buffer.from(made.body) : made.body;
      if (status !== 200) return reply.code(status).header('content-type', contentType).send(body);
      const answer: Answer = { contentType, body, etag: canCondition ? tagOf(body) : null, touched, note };
      if (wholeKey !== null && made.isCacheable) cache.keep(wholeKey, generation, answer);
      await describe?.(note);
      return sendAnswer(request, reply, answer);
    },
  };
}

/** RFC 9111 §5.2.1.4, .5: the client wants it made anew. */
function forbidsCache({ headers }: FastifyRequest): boolean {
  return /\bno-(?:cache|store)\b/i.test(headers['cache-control'] ?? '') || /\bno-cache\b/i.test(headers.pragma ?? '');
}

function sendAnswer(request: FastifyRequest, reply: FastifyReply, { contentType, body, etag }: Answer): FastifyReply {
  if (etag !== null) {
    // Kept by the client alone, and asked about each time: what it may see can change with the next request.
    reply.header('cache-control', 'private, no-cache').header('etag', etag);
    addVary(reply, 'authorization, x-access-token, accept');
    if (matches(request.headers['if-none-match'], etag)) return reply.code(304).send();
  }
  return reply.header('content-type', contentType).send(body);
}

/** RFC 9110 §13.1.2: weak comparison, and `*` for any. */
function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.trim() === '*' || header.split(',').some((one) => one.trim().replace(/^W\//, '') === etag);
}

function tagOf(body: Buffer): string {
  return `"${createHash('sha256').update(body).digest('base64url')}"`;
}

/** Cross-origin rules have put theirs already. */
function addVary(reply: FastifyReply, names: string): void {
  const known = reply.getHeader('vary');
  reply.header('vary', known ? `${String(known)}, ${names}` : names);
}
