import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { normalizeHost } from '../../domain/bypass.js';
import { describeProxy, type OutboundProxy } from '../../domain/outboundproxy.js';
import { GatewayError } from '../../errors.js';
import { isForbiddenAddress, isMetadataName } from './addresses.js';

export interface GuardSettings {
  readonly registry: string;
  /** Beside what is never allowed: false refuses the address. See `createAddressPolicy`. */
  readonly allow: (address: string) => boolean;
  /** Of the proxy on the way, which an operator has set; absent: as `allow`. */
  readonly allowProxy?: (address: string) => boolean;
  /** How a host name becomes addresses. */
  readonly lookup?: LookupFunction;
}

/** Judges what the gateway is about to connect to. Each refusal is UPSTREAM_BLOCKED. */
export interface Guard {
  /**
   * Of a host as it was named; `through` a proxy null: directly. null: it may be connected to, as far as that can be
   * told.
   */
  judge(host: string, through: OutboundProxy | null): GatewayError | null;
  /** Of a proxy's own host, as it was named. */
  judgeProxy(proxy: OutboundProxy): GatewayError | null;
  /** The look-up of a socket, to the target or to a proxy of it: refuses what the name leads to. */
  lookupFor(proxy: OutboundProxy | null): LookupFunction;
}

/**
 * Looks at an address at the last moment, inside the socket's own look-up: a check of the URL, or a look-up of its own,
 * loses against a name that changes its answer. Behind a proxy no name is looked up here, so that only what
 * stands in the URL can be judged: addresses as ever, and the names by which metadata services are known.
 */
export function createGuard(settings: GuardSettings): Guard {
  const { allow, allowProxy = allow } = settings;
  const isOpen = (address: string): boolean => !isForbiddenAddress(address) && allow(address);
  const isProxyOpen = (address: string): boolean => !isForbiddenAddress(address) && allowProxy(address);
  const explain = (proxy: OutboundProxy | null): GatewayError => explainBlocked(settings.registry, proxy);
  return {
    judge(host, through) {
      if (isIP(host) !== 0) return isOpen(host) ? null : explain(null);
      return through !== null && isMetadataName(normalizeHost(host)) ? explain(null) : null;
    },
    judgeProxy: (proxy) => (isIP(proxy.hostname) === 0 || isProxyOpen(proxy.hostname) ? null : explain(proxy)),
    lookupFor: (proxy) =>
      guardLookup(settings.lookup ?? systemLookup, proxy === null ? isOpen : isProxyOpen, () => explain(proxy)),
  };
}

/** Every address is looked at, not only the one that would be taken: Happy Eyeballs may try them all. */
function guardLookup(
  lookup: LookupFunction,
  isOpen: (address: string) => boolean,
  explain: () => GatewayError,
): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, '', 0);
      const addresses = found as LookupAddress[];
      if (!addresses.every(({ address }) => isOpen(address))) return callback(explain(), '', 0);
      const first = addresses[0];
      if (options.all || !first) return callback(null, addresses);
      return callback(null, first.address, first.family);
    });
  };
}

function explainBlocked(registry: string, proxy: OutboundProxy | null): GatewayError {
  const what = 'a network address that the gateway may not connect to.';
  if (proxy === null)
    return new GatewayError('UPSTREAM_BLOCKED', `Registry ${registry} leads to ${what}`, { registry });
  const named = describeProxy(proxy);
  return new GatewayError('UPSTREAM_BLOCKED', `Proxy ${named}, on the way to registry ${registry}, is at ${what}`, {
    registry,
    proxy: named,
    hint:
      'Open its address in UPSTREAM_ALLOW_CIDRS and UPSTREAM_DENY_CIDRS, or name another proxy: it is set by ' +
      `${proxy.source}.`,
  });
}
