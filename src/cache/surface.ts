import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Compressor } from '../coding/compress.js';
import { namesAny, namesTag, tagOf, weakTagOf } from '../coding/condition.js';
import { sendContent } from '../coding/content.js';
import { nameRights, type Viewer } from '../domain/account.js';
import { noteOperation } from '../domain/requestfacts.js';
import type { Validity } from '../domain/validity.js';
import { type AnswerCache, type KeptAnswer } from './answers.js';
import { type CollectedAnswer, collectUpTo, gather, longestCollected, type Pieces, toBody } from './pieces.js';
import type { Flights } from './flights.js';
import { describeStale, forbidsCache, type StaleAnswer, tellKept, tellStale } from './headers.js';
import { type Mark, markKept, unmarkKept } from './marked.js';
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
  /** For how long it holds beside that; by default for as long as the data does. */
  readonly validity?: Validity | undefined;
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
  /** Of questions that differ in their arguments alone: the answers of all are kept, or of none. */
  readonly kind: string;
  /** `gone` is aborted with the connection: nobody reads the rest. */
  readonly make: (gone: AbortSignal) => Promise<Made | MadeInPieces>;
  /** Sets the headers that are computed for each request, kept answer or not. */
  readonly describe?: (note: string | null) => Promise<void>;
  /** Says in headers, besides `Cache-Status`, that nobody vouches for a kept answer now, and what its note says. */
  readonly tellStale?: (stale: StaleAnswer, note: string | null) => void;
  /** Says where in the bytes of a kept answer what stands that nobody vouches for it now. */
  readonly mark?: (body: Buffer, stale: StaleAnswer) => Mark;
}

/** One question on its way to its answer. */
interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly question: Question;
  /** null: neither looked up nor kept. */
  readonly key: string | null;
  readonly canCondition: boolean;
  /** To be called once the answer was made, and kept where it may be. */
  readonly land: () => void;
}

export interface AnswerSurfaceParts {
  readonly cache: AnswerCache;
  readonly compressor: Compressor;
  readonly streams: Streams;
  readonly flights: Flights;
  /** Milliseconds since the database was last heard, while kept answers are given out without it; null: it is there. */
  readonly awayFor: () => number | null;
  readonly clock: () => Date;
  /** Told which registries a kept answer was made from, so that they can be read again behind it. */
  readonly onHit: (touched: readonly string[]) => void;
}

/**
 * Sends answers: kept ones without making them again, and 304 to a GET or HEAD whose client has the same bytes;
 * compressed as it reads them.
 */
export class AnswerSurface {
  readonly #parts: AnswerSurfaceParts;
  /** Generations are counted anew by each process. */
  readonly #processId = randomUUID();

  constructor(parts: AnswerSurfaceParts) {
    this.#parts = parts;
  }

  /**
   * Takes the request once it is known who asks: the key holds the viewer's rights, so a kept answer is never given to
   * someone with others. Throws as the question's `make` does.
   */
  async send(request: FastifyRequest, reply: FastifyReply, question: Question): Promise<FastifyReply> {
    const { cache, flights, onHit } = this.#parts;
    const { viewer, key: parts, kind, describe } = question;
    const canCondition = request.method === 'GET' || request.method === 'HEAD';
    const key = viewer && parts && JSON.stringify([canCondition, nameRights(viewer), ...parts]);
    const isLookedUp = key !== null && !forbidsCache(request);
    let known = isLookedUp ? cache.find(key) : null;
    const flight = isLookedUp && !known ? flights.join(key, kind) : null;
    if (flight !== null) {
      await flight;
      // As if it had come once the answer was there.
      known = cache.find(key!);
    }
    if (key !== null) request.facts.cache = known ? 'hit' : 'miss';
    if (known) {
      noteOperation(request.facts, known.operation);
      const ms = this.#parts.awayFor();
      if (ms !== null) return this.#sendStale({ request, reply, question, key }, known, ms);
      const plain = unmarkKept(cache, key!, known);
      onHit(known.touched);
      await describe?.(known.note);
      return this.#sendCoded(request, reply, key, plain);
    }
    const { generation } = cache;
    const gone = signalOf(reply);
    const land = isLookedUp ? flights.begin(key) : ignore;
    try {
      const made = await question.make(gone);
      const exchange: Exchange = { request, reply, question, key, canCondition, land };
      return await ('pieces' in made
        ? this.#sendInPieces(exchange, made, generation)
        : this.#sendWhole(exchange, made, generation));
    } catch (error) {
      if (!gone.aborted) throw error;
      // Nobody is there to be told.
      return reply.hijack();
    } finally {
      land();
    }
  }

  async #sendWhole(
    { request, reply, question, key, canCondition, land }: Exchange,
    made: Made,
    generation: number,
  ): Promise<FastifyReply> {
    const { status = 200, contentType, touched, validity, note = null, operation = null } = made;
    const body = typeof made.body === 'string' ? Buffer.from(made.body) : made.body;
    if (status !== 200) return reply.code(status).header('content-type', contentType).send(body);
    const conditions = validity ? validity.conditions : [];
    const answer: KeptAnswer = {
      contentType,
      body,
      etag: canCondition ? tagOf(body) : null,
      coded: new Map(),
      touched,
      note,
      operation,
      conditions: conditions ?? [],
    };
    if (key !== null) {
      const isKept = made.isCacheable && conditions !== null && this.#parts.cache.keep(key, generation, answer);
      this.#parts.flights.note(question.kind, isKept);
    }
    land();
    await question.describe?.(note);
    return this.#sendCoded(request, reply, key, answer);
  }

  /** Sends an answer as its client reads it. What one that is kept, under `key`, is in a coding is kept beside it. */
  #sendCoded(
    request: FastifyRequest,
    reply: FastifyReply,
    key: string | null,
    answer: KeptAnswer,
  ): Promise<FastifyReply> {
    const { cache, compressor } = this.#parts;
    if (answer.etag !== null) tellKept(reply);
    return sendContent(request, reply, answer, async (compression) => {
      const bytes = await compressor.compress(compression, answer.body);
      if (bytes !== null && key !== null) cache.keepCoded(key, answer, compression, bytes);
      return bytes;
    });
  }

  /** `ms`: since the answer was last known to be right. Its marked form is made, and compressed, once for all. */
  #sendStale(exchange: Pick<Exchange, 'request' | 'reply' | 'question' | 'key'>, known: KeptAnswer, ms: number) {
    const { request, reply, question, key } = exchange;
    const since = this.#parts.clock().getTime() - ms;
    const stale = describeStale(new Date(since));
    tellStale(reply, stale.code, ms);
    question.tellStale?.(stale, known.note);
    const { mark } = question;
    const marked = mark ? markKept(this.#parts.cache, key!, known, since, (body) => mark(body, stale)) : known;
    return this.#sendCoded(request, reply, key, marked);
  }

  /** `asked` is the generation before anything of the answer was read. */
  async #sendInPieces(exchange: Exchange, made: MadeInPieces, asked: number): Promise<FastifyReply> {
    const { request, reply, question, key } = exchange;
    const { generation } = this.#parts.cache;
    const { pieces, isLong, isCacheable, ...facts } = made;
    // Who has a list as it was begun at this generation has it as it is: any change while it was sent has ended that.
    // One that came while it was opened may be in it or not: no question asked later has the same two generations.
    const etag = weakTagOf([this.#processId, asked, generation, key]);
    const isKnown = key !== null && namesTag(request, etag);
    const chunks = gather(pieces);
    if (isLong && !isKnown) this.#enterStream(exchange);
    const beginning = isKnown ? nothing : await collectUpTo(chunks, isLong ? 0 : longestCollected);
    if (beginning.isWhole) {
      const whole = { ...facts, body: Buffer.concat(beginning.chunks), isCacheable: isCacheable() };
      return this.#sendWhole(exchange, whole, asked);
    }
    this.#parts.flights.note(question.kind, false);
    exchange.land();
    if (!isLong && !isKnown) this.#enterStream(exchange);
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
  }

  /** Takes one of the account's places for long lists until the reply is at its end. Throws when none is free. */
  #enterStream({ request, reply, question }: Exchange): void {
    const leave = this.#parts.streams.enter(request, question.viewer, () => reply.raw.destroy());
    reply.raw.once('close', leave);
  }
}

const ignore = (): void => undefined;

const nothing: CollectedAnswer = { chunks: [], isWhole: false };

/** Aborted when the reply is at its end, or its connection is. */
function signalOf(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  if (reply.raw.destroyed) controller.abort();
  reply.raw.once('close', () => controller.abort());
  return controller.signal;
}
