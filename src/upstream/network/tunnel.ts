import { EventEmitter, once } from 'node:events';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { bracket, type OutboundProxy } from '../../domain/outboundproxy.js';
import { GatewayError } from '../../errors.js';
import type { Timer } from '../../timer.js';
import { buildBasic } from './login.js';
import type { Target } from './proxychoice.js';
import { ProxyError } from '../failure/proxyfailure.js';

export interface TunnelSettings {
  readonly timer: Timer;
  /** Milliseconds. */
  readonly timeouts: {
    readonly lookup: number;
    readonly connect: number;
    readonly secureConnect: number;
    readonly headers: number;
  };
  readonly userAgent: string;
  readonly lookup: LookupFunction;
  /** Ends whatever is being opened. */
  readonly closing: AbortSignal;
}

/** Bytes of a proxy's answer to CONNECT: as many as of any answer's headers. */
const maxHeaderSize = 16 * 1024;

/**
 * A connection to the target through the proxy, on which nothing was said yet (RFC 9110 §9.3.6). It is opened by Node's
 * own HTTP client, which bounds the headers that a proxy may send. Throws ProxyError, and UPSTREAM_BLOCKED as the
 * look-up does.
 */
export async function openTunnel(proxy: OutboundProxy, target: Target, settings: TunnelSettings): Promise<Duplex> {
  const socket = await openProxy(proxy, settings);
  return guardFailures(proxy, socket, async () => {
    const { response, head } = await sendConnect(socket, proxy, target, settings);
    const { statusCode: status = 0 } = response;
    if (status < 200 || status > 299) throw new ProxyError(proxy, { status, target });
    // TLS begins with the client: whoever speaks first is not the target.
    if (head.length > 0)
      throw new ProxyError(proxy, {
        cause: Object.assign(new Error('Bytes before the tunnel'), { code: 'HPE_UNEXPECTED' }),
      });
    return socket;
  });
}

/** A connection to the proxy itself. Throws as `openTunnel`. */
export async function openProxy(proxy: OutboundProxy, settings: TunnelSettings): Promise<Socket> {
  const { timeouts, lookup } = settings;
  const { hostname: host, port, isTls } = proxy;
  settings.closing.throwIfAborted();
  const serverName = isIP(host) === 0 ? { servername: host } : {};
  const socket = isTls
    ? connectTls({ host, port, lookup, ALPNProtocols: ['http/1.1'], ...serverName })
    : connectTcp({ host, port, lookup });
  // Whoever waits hears of an error; one that comes when nobody does must not end the process.
  socket.on('error', ignore);
  const patience = timeouts.lookup + timeouts.connect + (isTls ? timeouts.secureConnect : 0);
  return guardFailures(proxy, socket, async () => {
    await waitFor(socket, isTls ? 'secureConnect' : 'connect', settings, patience, 'connect');
    return socket;
  });
}

/** The header by which the proxy is told who asks; none where it is not told. */
export function authorizeProxy({ credentials }: OutboundProxy): Record<string, string> {
  return credentials ? { 'proxy-authorization': buildBasic(credentials) } : {};
}

/** Ends a handshake that takes too long: its socket is there already, so that no other limit is on it. */
export function limitHandshake(socket: Duplex, { timer, timeouts }: TunnelSettings): Duplex {
  const cancel = timer.after(timeouts.secureConnect, () => socket.destroy(createTimeout('secureConnect')));
  return socket.once('secureConnect', cancel).once('close', cancel);
}

async function sendConnect(
  socket: Socket,
  proxy: OutboundProxy,
  { hostname, port }: Target,
  settings: TunnelSettings,
): Promise<{ readonly response: IncomingMessage; readonly head: Buffer }> {
  const authority = `${bracket(hostname)}:${port}`;
  const request = httpRequest({
    method: 'CONNECT',
    path: authority,
    setHost: false,
    headers: { host: authority, 'user-agent': settings.userAgent, connection: 'keep-alive', ...authorizeProxy(proxy) },
    createConnection: () => socket,
    maxHeaderSize,
  });
  request.on('error', ignore);
  request.end();
  const [response, , head] = await waitFor(request, 'connect', settings, settings.timeouts.headers, 'response');
  return { response: response as IncomingMessage, head: head as Buffer };
}

/**
 * Waits for the event, and gives its arguments. Rejects with what kept it from coming: an error, the time, or the
 * closing.
 */
async function waitFor(
  emitter: EventEmitter,
  event: string,
  { timer, closing }: TunnelSettings,
  ms: number,
  phase: string,
): Promise<unknown[]> {
  const limit = new AbortController();
  const cancel = timer.after(ms, () => limit.abort(createTimeout(phase)));
  try {
    return await once(emitter, event, { signal: AbortSignal.any([closing, limit.signal]) });
  } finally {
    cancel();
  }
}

async function guardFailures<T>(proxy: OutboundProxy, socket: Duplex, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    socket.destroy();
    throw cause instanceof GatewayError || cause instanceof ProxyError ? cause : new ProxyError(proxy, { cause });
  }
}

/** Shaped like got's own, which know the phase they are of. */
function createTimeout(event: string): Error {
  return Object.assign(new Error(`The ${event} took too long`), { name: 'TimeoutError', event });
}

function ignore(): void {
  // Said above.
}
