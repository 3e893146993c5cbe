import { type FastifyBaseLogger, LogController } from 'fastify';
import { noteError } from '../domain/requestfacts.js';
import { GatewayError } from '../errors.js';
import { repeat, type Timer } from '../timer.js';
import type { EndedRequest } from './requests.js';

export interface RequestLogSettings {
  readonly logger: FastifyBaseLogger;
  readonly timer: Timer;
  /** Milliseconds until an answer is there, from which on its request is slow. */
  readonly slow: number;
}

/** Writes one line for each request, but see LineBudget. */
export interface RequestLog {
  write(ended: EndedRequest): void;
  /** Of what could not be read as a request. */
  writeUnread(facts: Readonly<Record<string, unknown>>): void;
  /** Writes what is counted and not yet told. */
  close(): void;
}

/** Characters of a path. */
const longestPath = 500;

export function createRequestLog({ logger, timer, slow }: RequestLogSettings): RequestLog {
  const budget = createLineBudget(logger, timer);
  return {
    write(ended) {
      const { level, message } = judge(ended, slow);
      if (ended.isRoutine && level === 'info') return;
      if (isByAnybody(ended) && !budget.take(String(ended.status ?? 'none'))) return;
      ended.request.log[level](describe(ended, level), message);
    },
    writeUnread(facts) {
      if (budget.take('unread')) logger.info(facts, 'a request could not be read');
    },
    close: () => budget.close(),
  };
}

type Level = 'error' | 'warn' | 'info';

/** A fault of the gateway or its database is an error; a registry that fails, and a late answer, is a warning. */
function judge(
  { status, facts, answeredMs }: EndedRequest,
  slow: number,
): { readonly level: Level; readonly message: string } {
  if (facts.errors.some(isOwn)) return { level: 'error', message: 'a request failed' };
  if ((status ?? 0) >= 500 || facts.errors.length > 0) return { level: 'warn', message: 'a request failed' };
  return answeredMs >= slow ? { level: 'warn', message: 'a slow request' } : { level: 'info', message: 'a request' };
}

function isOwn(error: unknown): boolean {
  return !(error instanceof GatewayError) || error.code === 'INTERNAL' || error.code.startsWith('STORAGE_');
}

/** Fields that say nothing are left out. docs/observability.md has the table. */
function describe(
  { request, method, route, facts, status, ms, answeredMs, bytes, isAborted }: EndedRequest,
  level: Level,
): object {
  const {
    operations,
    viewer,
    registry,
    cost,
    upstreamRequests,
    upstreamMs,
    databaseMs,
    cache,
    codes,
    reason,
    errors,
    traceId,
  } = facts;
  const [err, ...otherErrors] = errors;
  return {
    method,
    route,
    path: request.url.replace(/[?#].*$/s, '').slice(0, longestPath),
    status,
    ms: round(ms),
    bytes,
    client: request.ip,
    viewer,
    ...(operations.size > 0 && { operations: [...operations] }),
    ...(cost !== null && { cost }),
    ...(upstreamRequests > 0 && { upstreamRequests }),
    ...(cache && { cache }),
    ...(codes.size > 0 && { codes: [...codes] }),
    ...(registry !== null && { registry }),
    ...(reason !== null && { reason }),
    ...(traceId !== null && { traceId }),
    ...(isAborted && { aborted: true }),
    ...(level !== 'info' && { answeredMs: round(answeredMs), ...describeWait({ upstreamMs, databaseMs }) }),
    ...(err !== undefined && { err }),
    ...(otherErrors.length > 0 && { otherErrors }),
  };
}

function describeWait(waits: Readonly<Record<string, number | null>>): object {
  return Object.fromEntries(
    Object.entries(waits).flatMap(([name, ms]) => (ms === null || round(ms) === 0 ? [] : [[name, round(ms)]])),
  );
}

function round(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}

/**
 * Anybody can send these in any number: nobody is known who sends them, or they are refused because there are too many.
 */
function isByAnybody({ facts, status }: EndedRequest): boolean {
  return (facts.viewer === null && facts.registry === null) || status === 429 || status === 503;
}

/** Lines of requests by anybody in a minute; what comes beyond them is counted, and told in one line. */
const lines = 60;
const window = 60_000;

interface LineBudget {
  /** False: the line is not written, but counted under `kind`. */
  take(kind: string): boolean;
  close(): void;
}

/** Keeps a flood of requests from filling the log. `kind` is one of few: a status. */
function createLineBudget(logger: FastifyBaseLogger, timer: Timer): LineBudget {
  const unwritten = new Map<string, number>();
  let left = lines;
  const tell = (): void => {
    left = lines;
    if (unwritten.size === 0) return;
    const requests = [...unwritten.values()].reduce((sum, count) => sum + count, 0);
    logger.warn(
      { requests, byStatus: Object.fromEntries(unwritten), seconds: window / 1000 },
      'requests without a line of their own: too many by nobody known, or refused',
    );
    unwritten.clear();
  };
  const stop = repeat(timer, window, tell);
  return {
    take(kind) {
      if (left > 0) {
        left -= 1;
        return true;
      }
      unwritten.set(kind, (unwritten.get(kind) ?? 0) + 1);
      return false;
    },
    close() {
      stop();
      tell();
    },
  };
}

/** Fastify's own lines go: what it would say of an error goes into the one line of the request. */
export class QuietLogController extends LogController {
  override incomingRequest = (): void => undefined;
  override requestCompleted = (): void => undefined;
  override routeNotFound = (): void => undefined;
  override defaultErrorLog = noteReplyError;
  override writeHeadError = noteReplyError;
  override serializerError = noteReplyError;
  override streamError = (error: NodeJS.ErrnoException, request: Noted): void => {
    // The reader has gone: the line says so.
    if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') noteReplyError(error, request);
  };
}

type Noted = Pick<EndedRequest['request'], 'facts'>;

function noteReplyError(error: Error, { facts }: Noted): void {
  noteError(facts, error);
}
