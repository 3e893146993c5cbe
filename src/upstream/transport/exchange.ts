import { request as requestOverHttp } from 'node:http';
import type { Readable } from 'node:stream';
import got, { type Got, type OptionsInit, type Response } from 'got';
import { describeProxy } from '../../domain/outboundproxy.js';
import type { ErrorCode } from '../../errors.js';
import type { Agents } from '../network/agents.js';
import { explainTooLarge } from '../failure/answerfailure.js';
import type { Answer, Asked } from '../failure/asked.js';
import { explainFailure } from '../failure/transportfailure.js';
import { type ChooseProxy, targetOf } from '../network/proxychoice.js';
import { ProxyError } from '../failure/proxyfailure.js';
import { authorizeProxy } from '../network/tunnel.js';
import type { CallOptions } from '../upstream.js';
import type { Given } from '../failure/given.js';

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

export const defaultTimeouts: Timeouts = {
  lookup: 1000,
  connect: 2000,
  secureConnect: 3000,
  headers: 5000,
  idle: 5000,
  whole: 15_000,
};

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

/** A write changes something at the registry: it is sent once, and on a connection of its own. */
export function isWrite(method: Method): boolean {
  return method === 'PUT' || method === 'DELETE';
}

/** Sends with the timeouts of a person who waits, or of patience. */
export interface TimedClient {
  readonly timeouts: Timeouts;
  /** The same one for the same agents. */
  readonly clientFor: (agents: Agents) => Got;
}

/** got takes timeouts and agents once, since it checks and copies each option again wherever it is given. */
export function createTimedClient(userAgent: string, timeouts: Timeouts): TimedClient {
  const clients = new WeakMap<Agents, Got>();
  const create = (agents: Agents): Got => {
    const client = createClient(userAgent, timeouts, agents);
    clients.set(agents, client);
    return client;
  };
  return { timeouts, clientFor: (agents) => clients.get(agents) ?? create(agents) };
}

/** How one request on the wire ended. */
export interface EndedExchange {
  /** Of the answer; null: none was read whole. */
  readonly status: number | null;
  /** Why none was read whole; null: the caller gave it up. */
  readonly code: ErrorCode | null;
  readonly ms: number;
}

export interface ExchangeSettings {
  /** Of the host and for the method of this request. */
  readonly agentsFor: (request: WireRequest) => Agents;
  readonly chooseProxy: ChooseProxy;
  /** Called for every request that goes onto the wire. */
  readonly onRequest?: () => void;
  /** Called once for each of them, when it has ended. */
  readonly onEnd?: ((ended: EndedExchange) => void) | undefined;
  /** Returns the settings of the registry that can explain a failed handshake. */
  readonly given?: () => Given;
}

/** One request on the wire. `budget` in milliseconds. */
export async function exchange(
  { timeouts, clientFor }: TimedClient,
  request: WireRequest,
  call: CallOptions,
  settings: ExchangeSettings,
  budget: number,
): Promise<Answer> {
  call.signal?.throwIfAborted();
  call.onRequest?.();
  settings.onRequest?.();
  const proxy = settings.chooseProxy(targetOf(request.url));
  // Over http:// the proxy is asked itself, and may answer itself; over https:// it only opens the way: see agents.ts.
  const plainProxy = request.url.protocol === 'http:' ? proxy : null;
  const asked = proxy === null ? request.asked : { ...request.asked, proxy: describeProxy(proxy) };
  const started = performance.now();
  const stream = clientFor(settings.agentsFor(request)).stream(request.url, {
    method: request.method,
    headers: { ...request.headers, ...describeBody(request.body), ...(plainProxy && authorizeProxy(plainProxy)) },
    ...(plainProxy && askProxy(request.url)),
  });
  const abandon = (): void => void stream.destroy(call.signal?.reason as Error);
  call.signal?.addEventListener('abort', abandon);
  const deadline = setTimeout(() => stream.destroy(createTimeout('request')), Math.max(budget, 1));
  const explainCap = (): Error => explainTooLarge(`${request.cap} bytes`, asked);
  let head: { readonly response: Response; readonly elapsedMs: number; readonly idle: NodeJS.Timeout } | undefined;
  stream.once('response', (response: Response) => {
    const idle = setTimeout(() => stream.destroy(createTimeout('read')), timeouts.idle);
    head = { response, elapsedMs: performance.now() - started, idle };
    // To a HEAD it is the length of what is not sent.
    if (request.method !== 'HEAD' && Number(response.headers['content-length']) > request.cap)
      stream.destroy(explainCap());
  });
  try {
    if (isWrite(request.method)) stream.end(request.body?.bytes);
    let size = 0;
    const body = await readWhole(stream, (chunk) => {
      head?.idle.refresh();
      size += chunk.length;
      if (size > request.cap) stream.destroy(explainCap());
    });
    if (!head) throw new Error('The stream ended without an answer');
    const { statusCode: status, headers } = head.response;
    if (plainProxy && status === 407) throw new ProxyError(plainProxy, { status });
    settings.onEnd?.({ status, code: null, ms: performance.now() - started });
    return {
      status,
      headers,
      body,
      elapsedMs: head.elapsedMs,
      ...(plainProxy && { proxy: describeProxy(plainProxy) }),
    };
  } catch (error) {
    const failure = call.signal?.aborted ? null : explainFailure(error, asked, head !== undefined, settings.given?.());
    settings.onEnd?.({ status: null, code: failure?.code ?? null, ms: performance.now() - started });
    throw failure ?? call.signal?.reason;
  } finally {
    clearTimeout(deadline);
    clearTimeout(head?.idle);
    call.signal?.removeEventListener('abort', abandon);
    stream.destroy();
  }
}

/**
 * got sends; whatever it would do of its own accord is switched off, because the rules for it are ours. Checked once
 * here, since got checks each option again wherever it is given.
 */
function createClient(
  userAgent: string,
  { lookup, connect, secureConnect, headers }: Timeouts,
  { http, https }: Agents,
): Got {
  return got.extend({
    agent: { http, https },
    headers: { 'user-agent': userAgent },
    timeout: { lookup, connect, secureConnect, response: headers },
    followRedirect: false,
    throwHttpErrors: false,
    retry: { limit: 0, methods: [], statusCodes: [], errorCodes: [] },
  });
}

/**
 * The form in which a proxy is asked for an http:// address: the whole of it stands in the request's line (RFC 9112
 * §3.2.2).
 */
function askProxy(url: URL): OptionsInit {
  const path = `${url.origin}${url.pathname}${url.search}`;
  return { request: (_, options, callback) => requestOverHttp(url, { ...options, path }, callback) };
}

/**
 * By events: an async iterator costs a fifth of the whole request. An error after the end must not end the process: it
 * is heard too. Every stream closes, and an error with its stack is made only for one that closes early.
 */
function readWhole(stream: Readable, onChunk: (chunk: Buffer) => void): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let isWhole = false;
    stream.on('error', reject);
    stream.once('close', () => {
      if (!isWhole) reject(new Error('The stream was closed'));
    });
    stream.once('end', () => {
      isWhole = true;
      resolve(Buffer.concat(chunks));
    });
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
function createTimeout(event: 'read' | 'request'): Error {
  return Object.assign(new Error(`Too slow: ${event}`), { name: 'TimeoutError', event });
}
