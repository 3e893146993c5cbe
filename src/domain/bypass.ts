import { domainToASCII } from 'node:url';
import { createNetworkTest, isLoopback, type IpNetwork, normalizeAddress, parseNetwork } from './network.js';

/** Hosts that are asked without a proxy. `port` null: on any port. */
export type BypassRule =
  | { readonly kind: 'all' }
  | { readonly kind: 'network'; readonly network: IpNetwork; readonly port: number | null }
  /** `isSelf` false: only names below it. */
  | { readonly kind: 'name'; readonly name: string; readonly isSelf: boolean; readonly port: number | null };

/** An entry that is no rule. */
export class BypassFault {
  constructor(readonly entry: string) {}
}

/**
 * Reads NO_PROXY as Go does, whose clients operators set it for: entries with commas or spaces between them.
 * `example.com` is that name and all below it, `.example.com` and `*.example.com` only those below; an address, a
 * network in CIDR notation, `*`; all but a network with a port, if need be.
 */
export function parseBypass(text: string): readonly BypassRule[] | BypassFault {
  const entries = text.split(/[\s,]+/).filter(Boolean);
  const rules = entries.map(parseEntry);
  const wrong = entries[rules.indexOf(null)];
  return wrong === undefined ? rules.filter((rule) => rule !== null) : new BypassFault(wrong);
}

/**
 * Tells whether a host is asked without a proxy. Addresses are compared with addresses as they stand, names with names:
 * nothing is resolved. What only this machine reaches always is: behind a proxy it would be the proxy's own machine.
 */
export function createBypass(rules: readonly BypassRule[]): (hostname: string, port: number) => boolean {
  const tests = rules.map(createTest);
  return (hostname, port) => {
    const host = normalizeHost(hostname);
    return isLoopback(host) || host.endsWith('.localhost') || tests.some((test) => test(host, port));
  };
}

/** The one spelling of a host: an address, or a name without the dot at its end. */
export function normalizeHost(hostname: string): string {
  const bare = hostname.replaceAll(/^\[|\]$/g, '').toLowerCase();
  return normalizeAddress(bare) ?? bare.replace(/\.$/, '');
}

function createTest(rule: BypassRule): (host: string, port: number) => boolean {
  if (rule.kind === 'all') return () => true;
  const fits = (port: number): boolean => rule.port === null || rule.port === port;
  if (rule.kind === 'network') {
    const isIn = createNetworkTest([rule.network]);
    return (host, port) => fits(port) && isIn(host);
  }
  return (host, port) => fits(port) && ((rule.isSelf && host === rule.name) || host.endsWith(`.${rule.name}`));
}

function parseEntry(entry: string): BypassRule | null {
  if (entry === '*') return { kind: 'all' };
  const network = parseNetwork(entry);
  if (network) return { kind: 'network', network, port: null };
  const [, bracketed, plain = '', digits] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(entry) ?? [];
  const port = digits === undefined ? null : Number(digits);
  if (port !== null && (port === 0 || port > 65_535)) return null;
  const address = parseNetwork(bracketed ?? plain);
  if (address && !entry.includes('/')) return { kind: 'network', network: address, port };
  return bracketed === undefined ? parseName(plain, port) : null;
}

/** A name whose last label is a number is no name: a URL would take it for an address. */
function parseName(text: string, port: number | null): BypassRule | null {
  const [, dot = '', rest = ''] = /^(\*?\.)?(.+?)\.?$/s.exec(text) ?? [];
  // A character that ends a host in a URL would be cut off with all behind it.
  const name = /[/?#@\\]/.test(rest) ? '' : domainToASCII(rest);
  if (!/^(?:[a-z0-9_-]{1,63}\.)*(?!\d+$)[a-z0-9_-]{1,63}$/.test(name)) return null;
  return { kind: 'name', name, isSelf: dot === '', port };
}
