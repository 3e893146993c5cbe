import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { Duplex } from 'node:stream';
import { createSecureContext, getCACertificates, type SecureContext, type SecureContextOptions } from 'node:tls';
import { parseCertificates } from '../domain/certificate.js';
import type { ClientCertificate } from '../domain/registry.js';
import { GatewayError } from '../errors.js';
import { isForbiddenAddress } from './addresses.js';

export interface GuardSettings {
  readonly registry: string;
  /** Beside what is never allowed: false refuses the address. See `createAddressPolicy`. */
  readonly allow: (address: string) => boolean;
  /** How a host name becomes addresses. */
  readonly lookup?: LookupFunction;
}

export interface AgentSettings extends GuardSettings {
  /** PEM, trusted in addition to the usual roots. */
  readonly caCertificate: string | null;
  /** What is shown to a server that asks for a certificate; null: nothing. */
  readonly clientCertificate: ClientCertificate | null;
  readonly skipVerify: boolean;
  readonly keepAlive: boolean;
  readonly maxSockets: number;
}

export interface Agents {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
}

/**
 * Agents that look at an address at the last moment, inside the socket's own look-up: a check of the URL, or a look-up
 * of its own, loses against a name that changes its answer (T01, T02). A refused address fails with UPSTREAM_BLOCKED.
 */
export function createAgents(settings: AgentSettings): Agents {
  const { keepAlive, maxSockets } = settings;
  const trust = settings.caCertificate === null && settings.clientCertificate === null ? {} : { secureContext: createContext(settings) };
  return {
    http: guardAgent(new HttpAgent({ keepAlive, maxSockets }), settings),
    https: guardAgent(new HttpsAgent({ keepAlive, maxSockets, rejectUnauthorized: !settings.skipVerify, ...trust }), settings),
  };
}

/**
 * OpenSSL skips text that is no certificate, and then trusts nothing more; an operator should hear of it. What was given is
 * trusted as it is (X509_V_FLAG_PARTIAL_CHAIN): an authority whose own root is not here, or the server's certificate itself.
 */
function createContext({ caCertificate, clientCertificate, registry }: AgentSettings): SecureContext {
  const identity = clientCertificate ? { cert: clientCertificate.certificate, key: clientCertificate.key } : {};
  return createSecureContextOr(`The client certificate stored for registry ${registry} cannot be used with its key.`, registry, {
    ...identity,
    ...(caCertificate === null ? {} : trustAlso(caCertificate, registry)),
  });
}

function trustAlso(caCertificate: string, registry: string): SecureContextOptions {
  try {
    const given = parseCertificates(caCertificate).map((each) => each.toString());
    return { ca: [...getCACertificates('default'), ...given], allowPartialTrustChain: true };
  } catch (cause) {
    throw new GatewayError('UPSTREAM_TLS', `The CA certificate stored for registry ${registry} is not a PEM certificate.`, { registry, cause });
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

type Connect = (
  options: { host?: string | null; lookup?: LookupFunction },
  callback?: (error: Error | null, socket?: Duplex) => void,
) => Duplex | null | undefined;

function guardAgent<T extends HttpAgent>(agent: T, guard: GuardSettings): T {
  const connect = agent.createConnection.bind(agent) as Connect;
  const guarded: Connect = (options, callback) => {
    const host = (options.host ?? '').replaceAll(/^\[|\]$/g, '');
    const literal = isIP(host) !== 0 ? findRefusal([host], guard) : null;
    if (literal) {
      process.nextTick(() => callback?.(literal));
      return undefined;
    }
    return connect({ ...options, lookup: guardLookup(guard) }, callback);
  };
  return Object.assign(agent, { createConnection: guarded });
}

/** Every address is looked at, not only the one that would be taken: Happy Eyeballs may try them all. */
function guardLookup(guard: GuardSettings): LookupFunction {
  const lookup = guard.lookup ?? systemLookup;
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, '', 0);
      const addresses = found as LookupAddress[];
      const refusal = findRefusal(addresses.map((each) => each.address), guard);
      if (refusal) return callback(refusal, '', 0);
      const first = addresses[0];
      if (options.all || !first) return callback(null, addresses);
      return callback(null, first.address, first.family);
    });
  };
}

function findRefusal(addresses: readonly string[], guard: GuardSettings): GatewayError | null {
  if (addresses.every((each) => !isForbiddenAddress(each) && guard.allow(each))) return null;
  return new GatewayError('UPSTREAM_BLOCKED', `Registry ${guard.registry} leads to a network address that the gateway may not connect to.`, {
    registry: guard.registry,
  });
}
