import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { namesAny, namesTag } from '../coding/condition.js';
import type { Viewer } from '../domain/account.js';
import { noteOperation } from '../domain/requestfacts.js';
import type { KeptAnswer, AnswerCache } from './answers.js';
import type { SendAnswer } from './coded.js';
import { tagOf, tellKept, weakTagOf } from './condition.js';
import { type CollectedAnswer, collectUpTo, gather, longestCollected, type Pieces, toBody } from './pieces.js';
import type { Streams } from './streams.js';

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
  /** Name of the GraphQL operation that made it, for the log. */
  readonly operation?: string | null;
}

/** A list that may be of any length, made while it is read. */
export interface MadeInPieces extends Omit<Made, 'body' | 'status' | 'isCacheable'> {
  readonly pieces: Pieces;
  /** Longer than what is collected, as far as is known before it is read. */
  readonly isLong: boolean;
  /** Known at the end of the pieces. */
  readonly isCacheable: () => boolean;
}

export interface Question {
  readonly viewer: Viewer | null;
  /** All that the answer depends on, but for the viewer's rights; null: not to be looked up. */
  readonly key: readonly unknown[] | null;
  /** `gone` is aborted with the connection: nobody reads the rest. */
  readonly make: (gone: AbortSignal) => Promise<Made | MadeInPieces>;
  /** Sets the headers that are computed for each request, kept answer or not. */
  readonly describe?: (note: string | null) => Promise<void>;
}

/**
 * Sends answers: kept ones without making them again, and 304 to a GET or HEAD whose client has the same bytes;
 * compressed as it reads them.
 */
export interface AnswerSurface {
  send(request: FastifyRequest, reply: FastifyReply, question: Question): Promise<FastifyReply>;
}

/** One question on its way to its answer. */
interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly question: Question;
  /** null: neither looked up nor kept. */
  readonly key: string | null;
  readonly canCondition: boolean;
}

/**
 * Takes the request once it is known who asks: the key holds the viewer's rights, so a kept answer is never given to
 * someone with others. `onHit` is told which registries a kept answer was made from, so that they can be read again
 * behind it.
 */
export function createAnswerSurface(
  cache: AnswerCache,
  sendAnswer: SendAnswer,
  streams: Streams,
  onHit: (touched: readonly string[]) => void,
): AnswerSurface {
  // Generations are counted anew by each process.
  const processId = randomUUID();

  const sendWhole = async (
    { request, reply, question, key, canCondition }: Exchange,
    made: Made,
    generation: number,
  ): Promise<FastifyReply> => {
    const { status = 200, contentType, touched, note = null, operation = null } = made;
    const body = typeof made.body === 'string' ? Buffer.from(made.body) : made.body;
    if (status !== 200) return reply.code(status).header('content-type', contentType).send(body);
    const answer: KeptAnswer = {
      contentType,
      body,
      etag: canCondition ? tagOf(body) : null,
      coded: new Map(),
      touched,
      note,
      operation,
    };
    if (key !== null && made.isCacheable) cache.keep(key, generation, answer);
    await question.describe?.(note);
    return sendAnswer(request, reply, key, answer);
  };

  const sendInPieces = async (exchange: Exchange, made: MadeInPieces): Promise<FastifyReply> => {
    const { request, reply, question, key } = exchange;
    const { generation } = cache;
    const { pieces, isLong, isCacheable, ...facts } = made;
    // Who has a list as it was begun at this generation has it as it is: any change while it was sent has ended that.
    const etag = weakTagOf([processId, generation, key]);
    const isKnown = key !== null && namesTag(request, etag);
    const chunks = gather(pieces);
    const enter = (): void =>
      void reply.raw.once(
        'close',
        streams.enter(question.viewer?.accountId ?? '', () => reply.raw.destroy()),
      );
    if (isLong && !isKnown) enter();
    const beginning = isKnown ? nothing : await collectUpTo(chunks, isLong ? 0 : longestCollected);
    if (beginning.isWhole)
      return sendWhole(
        exchange,
        { ...facts, body: Buffer.concat(beginning.chunks), isCacheable: isCacheable() },
        generation,
      );
    if (!isLong && !isKnown) enter();
    await question.describe?.(made.note ?? null);
    tellKept(reply);
    // A proxy such as nginx would read all of it into its memory and files first, however slowly its client reads.
    reply.header('etag', etag).header('x-accel-buffering', 'no');
    const isUnchanged = isKnown || namesTag(request, etag) || namesAny(request);
    if (!isUnchanged && request.method !== 'HEAD')
      return reply.header('content-type', made.contentType).send(toBody(beginning, chunks));
    await chunks.return();
    if (isUnchanged) return reply.code(304).send();
    // An empty stream: its length, and so that of the answer to a GET, is not said.
    return reply.header('content-type', made.contentType).send(Readable.from([]));
  };

  return {
    async send(request, reply, question) {
      const { viewer, key: parts, describe } = question;
      const canCondition = request.method === 'GET' || request.method === 'HEAD';
      const key = viewer && parts && JSON.stringify([canCondition, [...viewer.roles].sort(), ...parts]);
      const known = key !== null && !forbidsCache(request) ? cache.find(key) : null;
      if (key !== null) request.facts.cache = known ? 'hit' : 'miss';
      if (known) {
        noteOperation(request.facts, known.operation);
        onHit(known.touched);
        await describe?.(known.note);
        return sendAnswer(request, reply, key, known);
      }
      const { generation } = cache;
      const gone = signalOf(reply);
      try {
        const made = await question.make(gone);
        const exchange: Exchange = { request, reply, question, key, canCondition };
        return await ('pieces' in made ? sendInPieces(exchange, made) : sendWhole(exchange, made, generation));
      } catch (error) {
        if (!gone.aborted) throw error;
        // Nobody is there to be told.
        return reply.hijack();
      }
    },
  };
}

const nothing: CollectedAnswer = { chunks: [], isWhole: false };

/** Aborted when the reply is at its end, or its connection is. */
function signalOf(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => controller.abort());
  return controller.signal;
}

/** RFC 9111 §5.2.1.4, .5: the client wants it made anew. */
function forbidsCache({ headers }: FastifyRequest): boolean {
  return /\bno-(?:cache|store)\b/i.test(headers['cache-control'] ?? '') || /\bno-cache\b/i.test(headers.pragma ?? '');
}
