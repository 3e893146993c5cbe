import type { Timer } from '../../timer.js';
import { noTracer, type Tracer } from '../../trace.js';
import type { Allowance } from './allowance.js';
import { createCircuits } from './circuits.js';
import {
  createTimedClient,
  exchange,
  type ExchangeSettings,
  isWrite,
  type Timeouts,
  type TimedClient,
  type WireRequest,
} from './exchange.js';
import { explainAnswer, explainRateLimit } from '../failure/answerfailure.js';
import type { Answer } from '../failure/asked.js';
import { parseRetryAfter } from '../failure/retryafter.js';
import { explainFailure, isDropped } from '../failure/transportfailure.js';
import type { Share } from '../network/places.js';
import { settle, unwrap, type Result } from './circuit.js';
import { traceRequest } from './tracing.js';
import { createTurns } from './turns.js';
import type { CallOptions, Outage, UpstreamBudget } from '../upstream.js';

export interface TransportSettings extends ExchangeSettings {
  /** As many at a time; it may be another each time. */
  readonly concurrency: () => number;
  /** Of the requests to all registries at a time. */
  readonly share: Share;
  readonly userAgent: string;
  readonly timeouts: Timeouts;
  readonly patientTimeouts: Timeouts;
  readonly timer: Timer;
  /** Nothing is recorded where it is left out. */
  readonly tracer?: Tracer | undefined;
  /** The allowance of a host; the same object for each request to it. */
  readonly allowanceOf: (host: string) => Allowance;
  /** Sent to the registry's own host, to learn whether it is there. */
  readonly ping: WireRequest;
  /** The circuit to a host has opened, or closed again: null. */
  readonly onOutage: (host: string, outage: Outage | null) => void;
}

/** Sends one request and reads its whole answer, whatever its status but 429. Throws GatewayError. */
export type Send = (request: WireRequest, call: CallOptions) => Promise<Answer>;

export interface Transport {
  readonly send: Send;
  readonly budget: UpstreamBudget;
  /** Why the host is asked nothing just now; null: it is asked. */
  outageOf(host: string): Outage | null;
  /** Ends the pings under way. */
  close(): void;
}

const maxRetries = 2;
/** Milliseconds of the random wait before a retry. */
const jitter = { min: 200, max: 2000 };
const transientStatuses = new Set([408, 500, 502, 503, 504]);

/**
 * The way to one registry:
 * 1. at most `concurrency` requests at a time, the steps of a deletion first, which should lie close together, and
 *   what is looked for promptly; and of all registries' requests as many as there are places: see Places;
 * 2. only GET and HEAD are tried again, at most twice, after a random wait: an answer that broke off, a refused
 *   connection, 408 and 5xx; a timeout once, unless it was long. Never PUT or DELETE: it may have been done;
 * 3. a 429 pauses its host: until its Retry-After has passed, nothing is sent there. Calls that somebody waits for
 *   fail at once, others are sent after it, whatever their method: a 429 says that nothing was done. See Allowance;
 * 4. a host that is away is asked nothing for a while, and every call to it fails at once. See Circuit. A patient
 *   request that waits longer than others may has it asked whether it is there.
 */
export function createTransport(settings: TransportSettings): Transport {
  const turns = createTurns(settings.concurrency);
  const hurried = createTimedClient(settings.userAgent, settings.timeouts);
  const patient = createTimedClient(settings.userAgent, settings.patientTimeouts);
  const clientOf = (request: WireRequest): TimedClient => (request.isPatient ? patient : hurried);
  const { timer, ping, tracer = noTracer } = settings;
  // It passes by the queue, which may be full of what is not answered.
  const sendPing = (signal: AbortSignal) => exchange(hurried, ping, { signal }, settings, settings.timeouts.headers);
  const circuits = createCircuits({ timer, own: ping, ping: sendPing, onChange: settings.onOutage });

  async function attempt(request: WireRequest, call: CallOptions, budget: Budget): Promise<Answer> {
    const allowance = settings.allowanceOf(request.url.host);
    const circuit = circuits.of(request.url.host);
    let sentAt = 0;
    const sendNow = async (): Promise<Answer> => {
      sentAt = timer.elapsed();
      const send = (): Promise<Answer> => exchange(clientOf(request), request, call, settings, budget.left());
      const sent = tracer.isOn ? traceRequest(tracer, request, send) : send();
      if (!request.isPatient) return sent;
      return sent.finally(timer.after(settings.timeouts.headers, circuit.doubt));
    };
    // Another answer may have paused the host while this waited for its turn, or others may have found it away.
    const sendIfOpen = async (): Promise<Answer | null> => {
      circuit.assertClosed(request.asked);
      return allowance.isOpen(request, call) ? sendNow() : null;
    };
    for (;;) {
      await allowance.admit(request, call, (seconds) => explainRateLimit(seconds, request.asked));
      if (call.isBackground) budget.restart();
      const turn = turns.take(request.method !== 'GET' || call.isPrompt === true, call.signal);
      if (turn) await turn;
      const answer = await holdPlace(settings.share, request, call, sendIfOpen).finally(turns.leave);
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

  async function persist(request: WireRequest, call: CallOptions): Promise<Answer> {
    const budget = createBudget(clientOf(request).timeouts.whole);
    const circuit = circuits.of(request.url.host);
    for (let tried = 0; ; tried++) {
      const result = await settle(attempt(request, call, budget));
      if (!mayRetry(result, request, tried) || call.signal?.aborted || circuit.outage) return unwrap(result);
      const wait = jitter.min + Math.random() * (jitter.max - jitter.min) * 0.5 ** (maxRetries - tried);
      if (budget.left() <= wait) return unwrap(result);
      await timer.sleep(wait, call.signal);
    }
  }

  return {
    send: (request, call) => circuits.of(request.url.host).run(request.asked, call, () => persist(request, call)),
    get budget() {
      const { inUse } = settings.share;
      return { limit: settings.concurrency(), inUse, queued: turns.waiting + turns.inUse - inUse };
    },
    outageOf: (host) => circuits.of(host).outage,
    close: () => circuits.close(),
  };
}

async function holdPlace<T>(
  share: Share,
  { method }: WireRequest,
  { signal }: CallOptions,
  work: () => Promise<T>,
): Promise<T> {
  const leave = await share.take(isWrite(method), signal);
  try {
    return await work();
  } finally {
    leave();
  }
}

/**
 * Milliseconds that a call with its retries may still take, from when it is first sent; a wait for a rate limit does
 * not count.
 */
type Budget = ReturnType<typeof createBudget>;

function createBudget(whole: number) {
  let end: number | undefined;
  return {
    left: () => (end ??= performance.now() + whole) - performance.now(),
    restart: () => void (end = undefined),
  };
}

function mayRetry(result: Result, request: WireRequest, tried: number): boolean {
  if (isWrite(request.method) || tried >= maxRetries) return false;
  if ('answer' in result) {
    return (
      transientStatuses.has(result.answer.status) && (parseRetryAfter(result.answer.headers) ?? 0) <= jitter.max / 1000
    );
  }
  if (request.retryDropped === false && isDropped(result.error)) return false;
  const failure = explainFailure(result.error, request.asked);
  if (failure.code === 'UPSTREAM_TIMEOUT') return tried === 0 && !request.isPatient;
  // Of UPSTREAM_INVALID only what broke off comes from here.
  return failure.code === 'UPSTREAM_UNREACHABLE' || failure.code === 'UPSTREAM_INVALID';
}
