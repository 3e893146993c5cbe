import type { Readable } from 'node:stream';
import got, { type Got, type Response } from 'got';
import PQueue from 'p-queue';
import type { Timer } from '../timer.js';
import type { Allowance } from './allowance.js';
import type { CallOptions } from './upstream.js';
import type { Given } from './wirecodes.js';
import { explainAnswer, explainFailure, explainRateLimit, explainTooLarge, isDropped, parseRetryAfter, type Answer, type Asked } from './failure.js';
import type { Agents } from './guard.js';

/** Milliseconds. A failure must show within the time a person waits; `whole` covers one call with its retries. */
export interface Timeouts {
  readonly lookup: number;
  readonly connect: number;
  readonly secureConnect: number;
  readonly headers: number;
  /** Between two pieces of a body. */
  readonly idle: number;
  readonly whole: number;
}

export const defaultTimeouts: Timeouts = { lookup: 1000, connect: 2000, secureConnect: 3000, headers: 5000, idle: 5000, whole: 15_000 };

/** Of a list that nobody waits for: large registries on object stores take a minute and more for their catalogue. */
export const patientTimeouts: Timeouts = { ...defaultTimeouts, headers: 120_000, idle: 60_000, whole: 600_000 };

export type Method = 'GET' | 'HEAD' | 'PUT' | 'DELETE';

/** Of a PUT; held whole, so that it can be sent again after a 401. */
export interface WireBody {
  readonly mediaType: string;
  readonly bytes: Buffer;
}

export interface WireRequest {
  readonly method: Method;
  readonly url: URL;
  readonly body?: WireBody;
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes of the decompressed body after which reading stops. */
  readonly cap: number;
  readonly asked: Asked;
  /** False: a connection closed without an answer is not tried again here. */
  readonly retryDropped?: boolean;
  /** True: `patientTimeouts` hold. */
  readonly isPatient?: boolean;
}

export interface TransportSettings {
  readonly concurrency: number;
  readonly userAgent: string;
  readonly timeouts: Timeouts;
  readonly patientTimeouts: Timeouts;
  /** Of the host and for the method of this request. */
  readonly agentsFor: (request: WireRequest) => Agents;
  readonly timer: Timer;
  /** What a host takes. */
  readonly allowanceOf: (host: string) => Allowance;
  /** Called for every request that goes onto the wire. */
  readonly onRequest?: () => void;
  /** What the registry was attached with: it explains a failed handshake. */
  readonly given?: () => Given;
}

/** Sends one request and reads its whole answer, whatever its status but 429. Throws GatewayError. */
export type Send = (request: WireRequest, call: CallOptions) => Promise<Answer>;

const maxRetries = 2;
/** Milliseconds of the random wait before a retry. */
const jitter = { min: 200, max: 2000 };
const transientStatuses = new Set([408, 500, 502, 503, 504]);

/**
 * The way to one registry:
 * 1. at most `concurrency` requests at a time, the steps of a deletion first, which should lie close together, and what is looked for promptly;
 * 2. only GET and HEAD are tried again, at most twice, after a random wait: an answer that broke off, a refused connection, 408 and 5xx;
 *    a timeout once, unless it was long. Never PUT or DELETE: it may have been done;
 * 3. a 429 pauses its host: until its Retry-After has passed, nothing is sent there. Calls that somebody waits for fail at once, others
 *    are sent after it, whatever their method: a 429 says that nothing was done. See Allowance.
 */
export function createTransport(settings: TransportSettings): Send {
  const queue = new PQueue({ concurrency: settings.concurrency });
  const hurried: Way = { client: createClient(settings.userAgent, settings.timeouts), timeouts: settings.timeouts };
  const patient: Way = { client: createClient(settings.userAgent, settings.patientTimeouts), timeouts: settings.patientTimeouts };
  const wayOf = (request: WireRequest): Way => (request.isPatient ? patient : hurried);
  const { timer } = settings;

  async function attempt(request: WireRequest, call: CallOptions, budget: Budget): Promise<Answer> {
    const allowance = settings.allowanceOf(request.url.host);
    const priority = request.method === 'GET' && !call.isPrompt ? 0 : 1;
    for (;;) {
      await allowance.admit(request, call, (seconds) => explainRateLimit(seconds, request.asked));
      if (call.isBackground) budget.restart();
      let sentAt = 0;
      const run = async (): Promise<Answer | null> => {
        // Another answer may have paused the host while this waited for its turn.
        if (!allowance.isOpen(request, call)) return null;
        sentAt = timer.elapsed();
        return exchange(wayOf(request), request, call, settings, budget.left());
      };
      const answer = await queue.add(run, { priority, ...(call.signal ? { signal: call.signal } : {}) });
      if (answer === null) continue;
      if (answer.status !== 429) {
        allowance.notePassed(request, answer.headers);
        return answer;
      }
      const limited = explainAnswer(answer, request.asked);
      allowance.noteLimited(sentAt, limited.facts.retryAfter ?? 0);
      if (!call.isBackground) throw limited;
    }
  }

  return async (request, call) => {
    const budget = createBudget(wayOf(request).timeouts.whole);
    for (let tried = 0; ; tried++) {
      const result = await settle(attempt(request, call, budget));
      if (!mayRetry(result, request, tried) || call.signal?.aborted) return unwrap(result);
      const wait = jitter.min + Math.random() * (jitter.max - jitter.min) * 0.5 ** (maxRetries - tried);
      if (budget.left() <= wait) return unwrap(result);
      await timer.sleep(wait, call.signal);
    }
  };
}

/** got takes its timeouts once, since it checks each option again wherever it is given. */
interface Way {
  readonly client: Got;
  readonly timeouts: Timeouts;
}

/** Milliseconds that a call with its retries may still take, from when it is first sent; a wait for a rate limit does not count. */
type Budget = ReturnType<typeof createBudget>;

function createBudget(whole: number) {
  let end: number | undefined;
  return {
    left: () => (end ??= performance.now() + whole) - performance.now(),
    restart: () => void (end = undefined),
  };
}

type Result = { readonly answer: Answer } | { readonly error: unknown };

async function settle(promise: Promise<Answer>): Promise<Result> {
  try {
    return { answer: await promise };
  } catch (error) {
    return { error };
  }
}

function unwrap(result: Result): Answer {
  if ('answer' in result) return result.answer;
  throw result.error;
}

/** What changes something there: to be sent once, and on a connection of its own. */
export function isWrite(method: Method): boolean {
  return method === 'PUT' || method === 'DELETE';
}

function mayRetry(result: Result, request: WireRequest, tried: number): boolean {
  if (isWrite(request.method) || tried >= maxRetries) return false;
  if ('answer' in result) {
    return transientStatuses.has(result.answer.status) && (parseRetryAfter(result.answer.headers) ?? 0) <= jitter.max / 1000;
  }
  if (request.retryDropped === false && isDropped(result.error)) return false;
  const failure = explainFailure(result.error, request.asked);
  if (failure.code === 'UPSTREAM_TIMEOUT') return tried === 0 && !request.isPatient;
  // Of UPSTREAM_INVALID only what broke off comes from here.
  return failure.code === 'UPSTREAM_UNREACHABLE' || failure.code === 'UPSTREAM_INVALID';
}

/** One request on the wire. `budget` in milliseconds. */
async function exchange({ client, timeouts }: Way, request: WireRequest, call: CallOptions, settings: TransportSettings, budget: number): Promise<Answer> {
  call.signal?.throwIfAborted();
  call.onRequest?.();
  settings.onRequest?.();
  const started = performance.now();
  const stream = client.stream(request.url, {
    method: request.method,
    headers: { ...request.headers, ...describeBody(request.body) },
    agent: settings.agentsFor(request),
    timeout: { request: Math.max(budget, 1) },
    ...(call.signal ? { signal: call.signal } : {}),
  });
  const explainCap = (): Error => explainTooLarge(`${request.cap} bytes`, request.asked);
  let head: { readonly response: Response; readonly elapsedMs: number; readonly idle: NodeJS.Timeout } | undefined;
  stream.once('response', (response: Response) => {
    const idle = setTimeout(() => stream.destroy(createIdleError()), timeouts.idle);
    head = { response, elapsedMs: performance.now() - started, idle };
    // To a HEAD it is the length of what is not sent.
    if (request.method !== 'HEAD' && Number(response.headers['content-length']) > request.cap) stream.destroy(explainCap());
  });
  if (isWrite(request.method)) stream.end(request.body?.bytes);
  try {
    let size = 0;
    const body = await readWhole(stream, (chunk) => {
      head?.idle.refresh();
      size += chunk.length;
      if (size > request.cap) stream.destroy(explainCap());
    });
    if (!head) throw new Error('The stream ended without an answer');
    return { status: head.response.statusCode, headers: head.response.headers, body, elapsedMs: head.elapsedMs };
  } catch (error) {
    call.signal?.throwIfAborted();
    throw explainFailure(error, request.asked, head !== undefined, settings.given?.());
  } finally {
    clearTimeout(head?.idle);
    stream.destroy();
  }
}

/**
 * got sends; whatever it would do of its own accord is switched off, because the rules for it are ours. Checked once here,
 * since got checks each option again wherever it is given.
 */
function createClient(userAgent: string, { lookup, connect, secureConnect, headers }: Timeouts): Got {
  return got.extend({
    headers: { 'user-agent': userAgent },
    timeout: { lookup, connect, secureConnect, response: headers },
    followRedirect: false,
    throwHttpErrors: false,
    retry: { limit: 0 },
  });
}

/** By events: an async iterator costs a fifth of the whole request. An error after the end must not end the process: it is heard too. */
function readWhole(stream: Readable, onChunk: (chunk: Buffer) => void): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    stream.on('error', reject);
    stream.once('close', () => reject(new Error('The stream was closed')));
    stream.once('end', () => resolve(Buffer.concat(chunks)));
    stream.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      onChunk(chunk);
    });
  });
}

/** The length is said at once: not every registry takes a body in chunks. */
function describeBody(body: WireBody | undefined): Record<string, string> {
  return body ? { 'content-type': body.mediaType, 'content-length': String(body.bytes.length) } : {};
}

/** Shaped like got's own, which know the phase they are of. */
function createIdleError(): Error {
  return Object.assign(new Error('The body stopped coming'), { name: 'TimeoutError', event: 'read' });
}
