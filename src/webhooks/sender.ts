import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import { type DeliveryFailure, type DeliveryOutcome, longestRetryAfter, maxWebhooks } from '../domain/webhook.js';
import type { Timer } from '../timer.js';
import { codeOf } from '../upstream/failure/causes.js';
import { findProxyError } from '../upstream/failure/proxyfailure.js';
import { parseRetryAfter } from '../upstream/failure/retryafter.js';
import { explainFailure } from '../upstream/failure/transportfailure.js';
import { isDroppedCode } from '../upstream/failure/wirecodes.js';
import { type AddressSettings, createAddressPolicy, createOuterPolicy } from '../upstream/network/addresses.js';
import { createAgents } from '../upstream/network/agents.js';
import { type ChooseProxy, targetOf } from '../upstream/network/proxychoice.js';
import { authorizeProxy } from '../upstream/network/tunnel.js';
import { cloudEventType } from './cloudevent.js';
import type { SignatureHeaders } from './signature.js';

export interface SenderSettings {
  readonly networks: AddressSettings;
  readonly chooseProxy: ChooseProxy;
  /** Addresses of http: are sent to. */
  readonly isHttpAllowed: boolean;
  readonly timer: Timer;
  readonly userAgent: string;
  readonly lookup?: LookupFunction;
}

export interface Delivery {
  readonly url: string;
  readonly headers: SignatureHeaders;
  readonly body: string;
}

/** Sends to endpoints. An address that a name leads to is looked at as the connection is made, as of registries. */
export interface WebhookSender {
  /** One attempt: never rejects but with the signal's reason. Redirects are not followed. */
  send(delivery: Delivery, signal: AbortSignal): Promise<DeliveryOutcome>;
  /** Closes the connections. */
  close(): void;
}

/** Milliseconds from sending until the answer's headers are there: a receiver puts aside what it needs longer for. */
const timeToAnswer = 10_000;

/** Milliseconds and bytes for the rest of an answer, which is thrown away: then its connection is kept. */
const timeToEnd = 1000;
const mostRead = 4096;

/** Connections to one host at a time: none of its webhooks waits for another, which would count as slowness. */
const maxSockets = maxWebhooks;

const tunnelTimeouts = { lookup: 2000, connect: 5000, secureConnect: 5000, headers: 5000 };

export function createSender({
  networks,
  chooseProxy,
  timer,
  userAgent,
  isHttpAllowed,
  lookup,
}: SenderSettings): WebhookSender {
  const agents = createAgents({
    registry: 'webhook',
    allow: createOuterPolicy(networks),
    allowProxy: createAddressPolicy(networks),
    ...(lookup && { lookup }),
    caCertificate: null,
    clientCertificate: null,
    skipVerify: false,
    keepAlive: true,
    maxSockets,
    chooseProxy,
    tunnel: { timer, timeouts: tunnelTimeouts, userAgent },
  });
  const begin = ({ url: text, headers, body }: Delivery): ClientRequest => {
    const url = new URL(text);
    const isTls = url.protocol === 'https:';
    const proxy = isTls ? null : chooseProxy(targetOf(url));
    const options = {
      method: 'POST',
      agent: isTls ? agents.https : agents.http,
      headers: {
        ...headers,
        'content-type': cloudEventType,
        'content-length': Buffer.byteLength(body),
        'user-agent': userAgent,
        ...(proxy && authorizeProxy(proxy)),
      },
      // As a proxy is asked for an http:// address (RFC 9112 §3.2.2).
      ...(proxy && { path: url.href }),
    };
    const request = isTls ? requestHttps(url, options) : requestHttp(url, options);
    return request.end(body);
  };
  return {
    async send(delivery, signal) {
      const started = timer.elapsed();
      const end = (outcome: Omit<DeliveryOutcome, 'ms'>): DeliveryOutcome => ({
        ...outcome,
        ms: Math.round(timer.elapsed() - started),
      });
      const none = { status: null, retryAfter: null };
      if (!isHttpAllowed && delivery.url.startsWith('http:')) return end({ ...none, failure: 'BLOCKED' });
      try {
        const answer = await sendOrAgain(() => begin(delivery), timer, signal);
        return end(judge(answer));
      } catch (error) {
        signal.throwIfAborted();
        return end({ ...none, failure: classify(error) });
      }
    },
    close: () => agents.close(),
  };
}

/** A connection that was kept may have been closed as it was used: that says nothing of the endpoint. */
async function sendOrAgain(
  begin: () => ClientRequest,
  timer: Timer,
  signal: AbortSignal,
): Promise<Pick<IncomingMessage, 'statusCode' | 'headers'>> {
  signal.throwIfAborted();
  const request = begin();
  try {
    return await waitForAnswer(request, timer, signal);
  } catch (error) {
    if (signal.aborted || !request.reusedSocket || !isDroppedCode(codeOf(error))) throw error;
    return waitForAnswer(begin(), timer, signal);
  }
}

/** Settles whatever becomes of the request: one that is destroyed already says nothing more when it is so again. */
function waitForAnswer(request: ClientRequest, timer: Timer, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      cancel();
      signal.removeEventListener('abort', abandon);
    };
    const fail = (error: Error): void => {
      settle();
      reject(error);
      request.destroy();
    };
    const tooSlow = Object.assign(new Error('No answer in time'), { name: 'TimeoutError', event: 'response' });
    const cancel = timer.after(timeToAnswer, () => fail(tooSlow));
    const abandon = (): void => fail(signal.reason as Error);
    signal.addEventListener('abort', abandon, { once: true });
    request.once('response', (response) => {
      settle();
      throwAway(response, timer);
      resolve(response);
    });
    // 101: the connection is to speak something else from here on, which nobody asked for.
    request.once('upgrade', (response, socket) => {
      settle();
      socket.destroy();
      resolve(response);
    });
    // Heard for as long as the connection is there: an error after the answer must not end the process.
    request.on('error', fail);
    request.once('close', () => fail(Object.assign(new Error('Closed without an answer'), { code: 'ECONNRESET' })));
  });
}

/** All that an endpoint says beside its status counts for nothing. */
function throwAway(response: IncomingMessage, timer: Timer): void {
  let read = 0;
  const stop = (): void => void response.destroy();
  const cancel = timer.after(timeToEnd, stop);
  response.on('data', (chunk: Buffer) => {
    read += chunk.length;
    if (read > mostRead) stop();
  });
  response.on('error', () => undefined);
  response.once('close', cancel);
}

function judge({ statusCode = 0, headers }: Pick<IncomingMessage, 'statusCode' | 'headers'>) {
  const retryAfter = parseRetryAfter(headers, Date.now(), longestRetryAfter);
  return { status: statusCode, failure: judgeStatus(statusCode), retryAfter };
}

function judgeStatus(status: number): DeliveryFailure | null {
  if (status >= 200 && status < 300) return null;
  if (status < 200) return 'INVALID';
  if (status === 407) return 'PROXY';
  if (status === 410) return 'GONE';
  if (status === 429) return 'RATE_LIMITED';
  if (status >= 300 && status < 400) return 'REDIRECTED';
  return status >= 400 && status < 500 ? 'REFUSED' : 'FAILED';
}

const failures = new Map<string, DeliveryFailure>([
  ['UPSTREAM_BLOCKED', 'BLOCKED'],
  ['UPSTREAM_TLS', 'TLS'],
  ['UPSTREAM_TIMEOUT', 'TIMEOUT'],
  ['UPSTREAM_UNREACHABLE', 'UNREACHABLE'],
]);

/** The answer, or the way to it, cannot be used: what is no failure of the way is one of the answer. */
function classify(error: unknown): DeliveryFailure {
  if (findProxyError(error)) return 'PROXY';
  const { code } = explainFailure(error, { registry: 'webhook', what: 'a delivery' });
  return failures.get(code) ?? 'INVALID';
}
