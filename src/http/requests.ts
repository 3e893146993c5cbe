import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createRequestFacts, type RequestFacts } from '../domain/requestfacts.js';
import { parseTraceParent } from '../domain/traceparent.js';
import type { Timer } from '../timer.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** What is known of it so far. */
    facts: RequestFacts;
  }
}

/** A request whose answer was sent, or whose connection is gone. Times in milliseconds since its headers were read. */
export interface EndedRequest {
  readonly request: FastifyRequest;
  readonly facts: RequestFacts;
  /** null: its connection was gone before there was an answer. */
  readonly status: number | null;
  /** Until the system had taken the last byte of the answer, or the connection was gone. */
  readonly ms: number;
  /** Until the answer was there to be sent: a long one takes as long as its reader. */
  readonly answeredMs: number;
  /** That the system took of the answer, its head too. */
  readonly bytes: number;
  /** The connection ended before the whole answer was sent. */
  readonly isAborted: boolean;
}

export interface RequestWatch {
  /** For a request that no hook sees; else the hooks do it. */
  begin(request: FastifyRequest, reply: FastifyReply): void;
}

/** Gives each request its facts, and tells `onEnd` when it has ended, however it ends. To be called before other hooks are added. */
export function watchRequests(server: FastifyInstance, timer: Timer, onEnd: (ended: EndedRequest) => void): RequestWatch {
  const answeredAt = new WeakMap<FastifyRequest, number>();
  const begin = (request: FastifyRequest, reply: FastifyReply): void => {
    const facts = createRequestFacts();
    request.facts = facts;
    facts.traceId = parseTraceParent(request.headers.traceparent)?.traceId ?? null;
    const began = timer.elapsed();
    const readBytes = countBytes(reply);
    const { raw } = reply;
    raw.once('close', () => {
      const ms = timer.elapsed() - began;
      const answeredMs = (answeredAt.get(request) ?? timer.elapsed()) - began;
      const status = raw.headersSent ? raw.statusCode : null;
      onEnd({ request, facts, status, ms, answeredMs, bytes: readBytes(), isAborted: !raw.writableFinished });
    });
  };
  server.decorateRequest('facts');
  server.addHook('onRequest', async (request, reply) => begin(request, reply));
  server.addHook('onSend', async (request) => {
    answeredAt.set(request, timer.elapsed());
  });
  return { begin };
}

/**
 * Bytes that the system takes of an answer. A connection's answers follow each other: one that waits for its turn is given the
 * socket when the one before it is done, which Node does right after that one's `finish`.
 */
function countBytes({ raw, request }: FastifyReply): () => number {
  const { socket } = request.raw;
  const taken = (): number => socket.bytesWritten - socket.writableLength;
  let before = raw.socket ? taken() : null;
  let after: number | null = null;
  raw.once('socket', () => (before ??= taken()));
  raw.prependOnceListener('finish', () => (after = taken()));
  return () => (before === null ? 0 : (after ?? taken()) - before);
}
