import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Duplex } from 'node:stream';
import { createSecureContext, getCACertificates, type SecureContext, type SecureContextOptions } from 'node:tls';
import { callbackify } from 'node:util';
import { parseCertificates } from '../../domain/certificate.js';
import type { ClientCertificate } from '../../domain/registry.js';
import { GatewayError } from '../../errors.js';
import { createGuard, type Guard, type GuardSettings } from './guard.js';
import type { ChooseProxy } from './proxychoice.js';
import { limitHandshake, openProxy, openTunnel, type TunnelSettings } from './tunnel.js';
import type { WatchSocket } from './way.js';

export interface AgentSettings extends GuardSettings {
  /** PEM, trusted in addition to the usual roots. */
  readonly caCertificate: string | null;
  /** A server that asks for a certificate is shown this; null: nothing. */
  readonly clientCertificate: ClientCertificate | null;
  readonly skipVerify: boolean;
  readonly keepAlive: boolean;
  readonly maxSockets: number;
  readonly chooseProxy: ChooseProxy;
  readonly tunnel: Omit<TunnelSettings, 'lookup' | 'closing'>;
  /** Is shown every connection as it is made; absent: nobody looks. */
  readonly watch?: WatchSocket;
}

export interface Agents {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
  /** Closes their connections, and those that are being made. */
  close(): void;
}

/**
 * Agents whose every connection goes by the guard, and through the proxy that is chosen for its host. Connections to
 * one host are kept for its next requests, those through a proxy too. A refused address fails with UPSTREAM_BLOCKED, a
 * proxy with ProxyError.
 */
export function createAgents(settings: AgentSettings): Agents {
  const { keepAlive, maxSockets } = settings;
  const trust =
    settings.caCertificate === null && settings.clientCertificate === null
      ? {}
      : { secureContext: createContext(settings) };
  const closing = new AbortController();
  const way = { settings, guard: createGuard(settings), closing: closing.signal };
  const http = guardAgent(new HttpAgent({ keepAlive, maxSockets }), false, way);
  const https = guardAgent(
    new HttpsAgent({ keepAlive, maxSockets, rejectUnauthorized: !settings.skipVerify, ...trust }),
    true,
    way,
  );
  return {
    http,
    https,
    close() {
      closing.abort();
      http.destroy();
      https.destroy();
    },
  };
}

interface GuardedWay {
  readonly settings: AgentSettings;
  readonly guard: Guard;
  readonly closing: AbortSignal;
}

interface ConnectOptions {
  readonly host?: string | null;
  readonly port?: number | string | null;
  readonly lookup?: LookupFunction;
  readonly socket?: Duplex;
}
type Connect = (
  options: ConnectOptions,
  callback?: (error: Error | null, socket?: Duplex) => void,
) => Duplex | null | undefined;

function guardAgent<T extends HttpAgent>(agent: T, isTls: boolean, way: GuardedWay): T {
  const { settings, guard } = way;
  const connect = agent.createConnection.bind(agent) as Connect;
  const watched = <S extends Duplex | null | undefined>(socket: S, isOpen: boolean): S => {
    if (socket) settings.watch?.(socket, isOpen);
    return socket;
  };
  const guarded: Connect = (options, callback) => {
    const hostname = (options.host ?? '').replaceAll(/^\[|\]$/g, '');
    const target = { isTls, hostname, port: Number(options.port) };
    const proxy = settings.chooseProxy(target);
    const refusal = guard.judge(hostname, proxy) ?? (proxy && guard.judgeProxy(proxy));
    if (refusal) {
      process.nextTick(() => callback?.(refusal));
      return undefined;
    }
    if (proxy === null) return watched(connect({ ...options, lookup: guard.lookupFor(null) }, callback), false);
    const tunnel = { ...settings.tunnel, lookup: guard.lookupFor(proxy), closing: way.closing };
    // Over http:// the proxy itself is asked, in a request that names the whole address: see exchange.ts. TLS is begun
    // inside the tunnel by the agent's own means: its trust, its client certificate and its kept sessions hold.
    const open = async (): Promise<Duplex> => {
      if (!isTls) return watched(await openProxy(proxy, tunnel), true);
      const socket = await openTunnel(proxy, target, tunnel);
      return limitHandshake(watched(connect({ ...options, socket })!, true), tunnel);
    };
    callbackify(open)((error, socket) => callback?.(error, socket));
    return undefined;
  };
  return Object.assign(agent, { createConnection: guarded });
}

/**
 * OpenSSL skips text that is no certificate, and then trusts nothing more; an operator should hear of it. What was
 * given is trusted as it is (X509_V_FLAG_PARTIAL_CHAIN): an authority whose own root is not here, or the server's
 * certificate itself.
 */
function createContext({ caCertificate, clientCertificate, registry }: AgentSettings): SecureContext {
  const identity = clientCertificate ? { cert: clientCertificate.certificate, key: clientCertificate.key } : {};
  return createSecureContextOr(
    `The client certificate stored for registry ${registry} cannot be used with its key.`,
    registry,
    {
      ...identity,
      ...(caCertificate === null ? {} : trustAlso(caCertificate, registry)),
    },
  );
}

function trustAlso(caCertificate: string, registry: string): SecureContextOptions {
  try {
    const given = parseCertificates(caCertificate).map((each) => each.toString());
    return { ca: [...getCACertificates('default'), ...given], allowPartialTrustChain: true };
  } catch (cause) {
    throw new GatewayError(
      'UPSTREAM_TLS',
      `The CA certificate stored for registry ${registry} is not a PEM certificate.`,
      { registry, cause },
    );
  }
}

function createSecureContextOr(complaint: string, registry: string, options: SecureContextOptions): SecureContext {
  try {
    return createSecureContext(options);
  } catch {
    // OpenSSL's words may hold some of the key.
    throw new GatewayError('UPSTREAM_TLS', complaint, { registry });
  }
}
