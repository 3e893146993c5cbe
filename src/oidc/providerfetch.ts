import { type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { IpNetwork } from '../domain/network.js';
import type { OutboundProxies } from '../domain/outboundproxy.js';
import { GatewayError } from '../errors.js';
import type { Timer } from '../timer.js';
import { codeOf, stripCause } from '../upstream/failure/causes.js';
import { createAddressPolicy } from '../upstream/network/addresses.js';
import { type Agents, createAgents } from '../upstream/network/agents.js';
import { chooseNone, type ChooseProxy, createProxyChoice, targetOf } from '../upstream/network/proxychoice.js';
import { authorizeProxy } from '../upstream/network/tunnel.js';

/** The way to the provider: the operator names it, so that it may be in an inner network; denied ones stay closed. */
export interface ProviderWay {
  readonly deny: readonly IpNetwork[];
  readonly outboundProxies: OutboundProxies | undefined;
  readonly isHttpAllowed: boolean;
  readonly timer: Timer;
  readonly userAgent: string;
}

export interface ProviderRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** Asks the provider. Throws LOGIN_UNAVAILABLE where it gives no answer that can be read whole. */
export interface ProviderFetch {
  send(url: URL, request: ProviderRequest): Promise<Response>;
  /** Closes the connections. */
  close(): void;
}

/** Bytes of an answer; metadata and keys have a few thousand. */
const mostBytes = 256 * 1024;
/** Milliseconds from sending until the whole answer is there. */
const timeToAnswer = 10_000;
const timeouts = { lookup: 2000, connect: 5000, secureConnect: 5000, headers: 5000 };

/** Redirects are not followed: what the provider's metadata names is asked, and nothing else. */
export function createProviderFetch(way: ProviderWay): ProviderFetch {
  const { deny, outboundProxies, timer, userAgent, isHttpAllowed } = way;
  const chooseProxy = outboundProxies ? createProxyChoice(outboundProxies) : chooseNone;
  const allow = createAddressPolicy({ allow: [], deny });
  const agents = createAgents({
    registry: 'single sign-on',
    allow,
    allowProxy: allow,
    caCertificate: null,
    clientCertificate: null,
    skipVerify: false,
    // It is asked seldom, and may have closed what was kept.
    keepAlive: false,
    maxSockets: 8,
    chooseProxy,
    tunnel: { timer, timeouts, userAgent },
  });
  return {
    async send(url, request) {
      if (url.protocol !== 'https:' && !(isHttpAllowed && url.protocol === 'http:')) throw notEncrypted(url);
      const headers = { ...request.headers, 'user-agent': userAgent, 'accept-encoding': 'identity' };
      try {
        return await exchangeOnce(url, { ...request, headers }, { agents, chooseProxy, timer });
      } catch (error) {
        throw error instanceof GatewayError ? error : noAnswer(url, error);
      }
    },
    close: () => agents.close(),
  };
}

interface ExchangeParts {
  readonly agents: Agents;
  readonly chooseProxy: ChooseProxy;
  readonly timer: Timer;
}

/** Rejects, whatever becomes of the request, and destroys it then. */
function exchangeOnce(
  url: URL,
  { method, headers, body }: ProviderRequest,
  { agents, chooseProxy, timer }: ExchangeParts,
): Promise<Response> {
  const isTls = url.protocol === 'https:';
  const proxy = isTls ? null : chooseProxy(targetOf(url));
  const options: RequestOptions = {
    method,
    agent: isTls ? agents.https : agents.http,
    headers: {
      ...headers,
      ...(body !== null && { 'content-length': String(Buffer.byteLength(body)) }),
      ...(proxy && authorizeProxy(proxy)),
    },
    // As a proxy is asked for an http:// address (RFC 9112 §3.2.2).
    ...(proxy && { path: url.href }),
  };
  return new Promise((resolve, reject) => {
    const request = isTls ? requestHttps(url, options) : requestHttp(url, options);
    const fail = (error: Error): void => {
      cancel();
      reject(error);
      request.destroy();
    };
    const tooSlow = Object.assign(new Error('No answer in time'), { code: 'ETIMEDOUT' });
    const cancel = timer.after(timeToAnswer, () => fail(tooSlow));
    let isAnswered = false;
    request.once('response', (response) => {
      isAnswered = true;
      readBody(response).then((bytes) => {
        cancel();
        resolve(toResponse(response, bytes));
      }, fail);
    });
    request.on('error', fail);
    request.once('close', () => {
      // An answer that broke off is told of by itself.
      if (!isAnswered) fail(Object.assign(new Error('Closed without an answer'), { code: 'ECONNRESET' }));
    });
    request.end(body ?? undefined);
  });
}

async function readBody(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > mostBytes) throw Object.assign(new Error('Too long'), { code: `more than ${mostBytes} bytes` });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Statuses that have no body are answered without one, as Response wants it. */
function toResponse({ statusCode = 502, headers }: IncomingMessage, bytes: Buffer): Response {
  const shown = new Headers();
  for (const name of ['content-type', 'cache-control', 'www-authenticate', 'retry-after']) {
    const value = headers[name];
    if (typeof value === 'string') shown.set(name, value);
  }
  const status = statusCode >= 200 && statusCode <= 599 ? statusCode : 502;
  const isEmpty = [204, 205, 304].includes(status);
  return new Response(isEmpty ? null : new Uint8Array(bytes), { status, headers: shown });
}

function notEncrypted({ host }: URL): GatewayError {
  const next = 'Give its endpoints https:// addresses, or set OIDC_SCHEMES=any where nobody listens on the way.';
  const message = `The provider of single sign-on names an address of ${host} that is not encrypted. ${next}`;
  return new GatewayError('LOGIN_UNAVAILABLE', message);
}

function noAnswer({ host }: URL, error: unknown): GatewayError {
  const next = 'Try again later; tokens of the gateway itself go on.';
  const message = `The provider of single sign-on, ${host}, does not answer (${codeOf(error)}). ${next}`;
  return new GatewayError('LOGIN_UNAVAILABLE', message, { retryAfter: 10, cause: stripCause(error) });
}
