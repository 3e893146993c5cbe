import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createRequestFacts, type RequestFacts } from '../domain/requestfacts.js';
import { parseTraceParent } from '../domain/traceparent.js';
import type { Timer } from '../timer.js';
import { noTracer, type Span, type SpanDescription, type Tracer } from '../trace.js';
import { noWaits, type RequestWaits, type Waits } from '../waits.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Noted of it so far. */
    facts: RequestFacts;
  }
  interface FastifyContextConfig {
    /** Asked for so often, or with so little to tell, that the log has only what failed or was slow of it. */
    isRoutine?: boolean;
  }
}

/** A request whose answer was sent, or whose connection is gone. Times in milliseconds since its headers were read. */
export interface EndedRequest {
  readonly request: FastifyRequest;
  readonly method: string;
  /** The pattern of its route; null: there is none. */
  readonly route: string | null;
  /** See FastifyContextConfig. */
  readonly isRoutine: boolean;
  readonly facts: RequestFacts;
  /** null: its connection was gone before there was an answer. */
  readonly status: number | null;
  /** Until the system had taken the last byte of the answer, or the connection was gone. */
  readonly ms: number;
  /** Until the answer was there to be sent: a long one takes as long as its reader. */
  readonly answeredMs: number;
  /** That the system took of the answer, its head too; null: the connection was gone before it could say. */
  readonly bytes: number | null;
  /** The connection ended before the whole answer was sent. */
  readonly isAborted: boolean;
}

export interface RequestWatch {
  /** For a request that no hook sees; else the hooks do it. */
  begin(request: FastifyRequest, reply: FastifyReply): void;
}

export interface WatchParts {
  readonly timer: Timer;
  readonly onEnd: (ended: EndedRequest) => void;
  readonly tracer?: Tracer | undefined;
  readonly waits?: Waits | undefined;
}

/**
 * Gives each request its facts, and tells `onEnd` when it has ended, however it ends. To be called before other hooks
 * are added.
 */
export function watchRequests(
  server: FastifyInstance,
  { timer, onEnd, tracer = noTracer, waits = noWaits }: WatchParts,
): RequestWatch {
  const begin = (request: FastifyRequest, reply: FastifyReply): Enter => {
    const facts = createRequestFacts();
    request.facts = facts;
    const parent = parseTraceParent(request.headers.traceparent);
    const span = tracer.isOn ? tracer.begin(describeRequest(request), parent) : null;
    const ownWaits = waits.open();
    facts.traceId = span?.traceId ?? parent?.traceId ?? null;
    const began = timer.elapsed();
    const readBytes = countBytes(reply);
    const { raw } = reply;
    raw.once('close', () => {
      const ms = timer.elapsed() - began;
      const answeredMs = facts.answeredAt === null ? ms : facts.answeredAt - began;
      const status = raw.headersSent ? raw.statusCode : null;
      noteWaits(facts, ownWaits);
      if (span) endSpan(span, facts, status);
      const { url: route = null, config } = request.routeOptions;
      const place = { method: request.method, route, isRoutine: config.isRoutine ?? false };
      onEnd({ request, ...place, facts, status, ms, answeredMs, bytes: readBytes(), isAborted: !raw.writableFinished });
    });
    return (work) => ownWaits.run(span ? () => span.run(work) : work);
  };
  server.decorateRequest('facts');
  // All that is done for it is done within: Fastify takes it along past the body, which comes from the connection.
  server.addHook('onRequest', (request, reply, done) => begin(request, reply)(done));
  server.addHook('onSend', ({ facts }, _reply, _payload, done) => {
    facts.answeredAt = timer.elapsed();
    done();
  });
  return { begin };
}

/** Does work as a part of a request. */
type Enter = (work: () => void) => void;

function noteWaits(facts: RequestFacts, waits: RequestWaits): void {
  const { upstream, database } = waits.read();
  [facts.upstreamMs, facts.databaseMs] = [upstream, database];
}

function describeRequest({ method, id, routeOptions: { url } }: FastifyRequest): SpanDescription {
  const attributes = {
    'http.request.method': method,
    ...(url !== undefined && { 'http.route': url }),
    'registry_gateway.request.id': id,
  };
  return { name: url === undefined ? method : `${method} ${url}`, kind: 'server', attributes };
}

function endSpan(span: Span, { cost, cache, upstreamRequests }: RequestFacts, status: number | null): void {
  if (status !== null) span.note({ 'http.response.status_code': status });
  if (cost !== null) span.note({ 'registry_gateway.cost': cost });
  if (cache !== null) span.note({ 'registry_gateway.cache': cache });
  span.note({ 'registry_gateway.upstream_requests': upstreamRequests });
  if (status === null || status >= 500) span.fail(status === null ? 'aborted' : String(status));
  span.end();
}

/**
 * Bytes that the system takes of an answer. A connection's answers follow each other: one that waits for its turn is
 * given the socket when the one before it is done, which Node does right after that one's `finish`.
 */
function countBytes({ raw, request }: FastifyReply): () => number | null {
  const { socket } = request.raw;
  // Not a number of a socket that is destroyed, or is none.
  const taken = (): number => socket.bytesWritten - socket.writableLength;
  let before = raw.socket ? taken() : null;
  let after: number | null = null;
  if (before === null) raw.once('socket', () => (before ??= taken()));
  raw.prependOnceListener('finish', () => (after = taken()));
  return () => {
    if (before === null) return 0;
    const bytes = (after ?? taken()) - before;
    return Number.isNaN(bytes) ? null : bytes;
  };
}
