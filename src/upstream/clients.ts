import type { OutboundProxies } from '../domain/outboundproxy.js';
import type { Timer } from '../timer.js';
import type { Tracer } from '../trace.js';
import type { Waits } from '../waits.js';
import { type AddressSettings, createAddressPolicy } from './network/addresses.js';
import { createUpstream, type UpstreamOptions } from './client.js';
import { createPlaces } from './network/places.js';
import { createOwnChoice, createProxyChoice } from './network/proxychoice.js';
import { ProxyAway } from './failure/proxyfailure.js';
import type { Outage, Upstream, UpstreamSettings } from './upstream.js';

/** Writes a line for people: `warn` for what somebody should look at. */
export type Log = (message: string, facts: Record<string, unknown>) => void;

/** How registries are reached, all of them. */
export interface OutboundSettings {
  /** Which addresses may be opened; all but the forbidden ones where it is left out. */
  readonly upstreamNetworks?: AddressSettings;
  /** Through whom registries are asked that have no such setting of their own; nobody where it is left out. */
  readonly outboundProxies?: OutboundProxies;
  /** Requests at a time to all registries; 64 where it is left out. */
  readonly upstreamConcurrency?: number;
  /** Bounds and patience towards registries, where the defaults do not do. */
  readonly upstream?: Partial<UpstreamOptions>;
}

/** Registries see this in their logs and notifications. */
export const userAgent = 'registry-gateway';

export interface ClientParts {
  readonly timer: Timer;
  readonly tracer?: Tracer;
  readonly waits?: Waits;
  readonly log: Log;
  readonly warn: Log;
  /** See UpstreamOptions. */
  readonly sharers?: () => number;
  /** A request to a registry, or to where it leads, has ended. */
  readonly onExchange?: NonNullable<UpstreamOptions['onExchange']>;
  /** A host of a registry is away. */
  readonly onAway?: (registry: string) => void;
}

/** Gives what makes the client of one registry; they share their places. */
export function createClients(
  settings: OutboundSettings,
  { timer, tracer, waits, log, warn, sharers, onExchange, onAway }: ClientParts,
): (upstream: UpstreamSettings) => Upstream {
  const { upstreamNetworks = { allow: [], deny: [] }, outboundProxies, upstreamConcurrency = 64 } = settings;
  const common: UpstreamOptions = {
    userAgent,
    timer,
    ...(tracer && { tracer }),
    ...(waits && { waits }),
    ...(sharers && { sharers }),
    allow: createAddressPolicy(upstreamNetworks),
    places: createPlaces(upstreamConcurrency),
    ...(outboundProxies && { chooseProxy: createProxyChoice(outboundProxies) }),
    ...(onExchange && { onExchange }),
    onOutage(registry, host, outage) {
      if (outage === null) return log('a host is there again, and asked', { registry, host });
      const isOfProxy = outage.error instanceof ProxyAway;
      const message = isOfProxy
        ? 'the proxy on the way to a host is away, and the host left alone'
        : 'a host is away, and left alone';
      warn(message, { registry, host, ...describeOutage(outage) });
      onAway?.(registry);
    },
  };
  return (upstream) => {
    const own = upstream.proxy ? { chooseProxy: createOwnChoice(upstream.proxy) } : {};
    return createUpstream(upstream, { ...common, ...own, ...settings.upstream });
  };
}

/** With the proxy on the way, which may be what is away. */
function describeOutage({ error, restMs }: Outage): Record<string, unknown> {
  const { proxy } = error.facts;
  return { code: error.code, ...(proxy !== undefined && { proxy }), why: error.message, seconds: restMs / 1000 };
}
