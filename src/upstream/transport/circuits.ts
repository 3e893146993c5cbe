import type { Timer } from '../../timer.js';
import { createCircuit, type Circuit } from './circuit.js';
import type { WireRequest } from './exchange.js';
import type { Answer } from '../failure/asked.js';
import type { Outage } from '../upstream.js';

/** One circuit for each host: that a blob store is away says nothing of the registry. */
export interface Circuits {
  of(host: string): Circuit;
  /** Ends the pings under way; nothing is told from then on. */
  close(): void;
}

export interface CircuitsSettings {
  readonly timer: Timer;
  /** The ping of the registry's own host. */
  readonly own: WireRequest;
  /** Sends it, without retries. */
  readonly ping: (signal: AbortSignal) => Promise<Answer>;
  readonly onChange: (host: string, outage: Outage | null) => void;
}

/** Hosts whose circuit is remembered: the registry's own, its token server, and the stores it redirects to. */
const rememberedHosts = 16;

export function createCircuits({ timer, own, ping, onChange }: CircuitsSettings): Circuits {
  const closing = new AbortController();
  const create = (host: string): Circuit =>
    createCircuit({
      timer,
      closing: closing.signal,
      ping: host === own.url.host ? { asked: own.asked, send: ping } : null,
      onChange: (outage) => onChange(host, outage),
    });
  const registry = create(own.url.host);
  const others = new Map<string, Circuit>();
  return {
    of(host) {
      if (host === own.url.host) return registry;
      const found = others.get(host) ?? create(host);
      others.delete(host);
      others.set(host, found);
      if (others.size > rememberedHosts) others.delete(others.keys().next().value!);
      return found;
    },
    close: () => closing.abort(),
  };
}
