import { BlockList, isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** An address, or a network in CIDR notation (RFC 4632, RFC 4291 §2.3): `10.0.0.0/8`, `fd00::/8`, `192.0.2.1`. */
export interface IpNetwork {
  readonly family: 'ipv4' | 'ipv6';
  readonly address: string;
  /** Leading bits that count: at most 32 or 128. */
  readonly prefix: number;
}

/** Reads one network; null for anything else: a name, a netmask, an address that is not written in full. */
export function parseNetwork(text: string): IpNetwork | null {
  const [, address = '', digits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const version = isIP(address);
  if (version === 0 || address.includes('%')) return null;
  const bits = version === 4 ? 32 : 128;
  const prefix = digits === undefined ? bits : Number(digits);
  if (prefix > bits) return null;
  const parsed = ipaddr.parse(address);
  // Whoever writes ::ffff:10.0.0.0/104 means 10.0.0.0/8.
  const isMapped = parsed.kind() === 'ipv6' && (parsed as ipaddr.IPv6).isIPv4MappedAddress() && prefix >= 96;
  if (isMapped)
    return { family: 'ipv4', address: (parsed as ipaddr.IPv6).toIPv4Address().toString(), prefix: prefix - 96 };
  return { family: version === 4 ? 'ipv4' : 'ipv6', address: parsed.toString(), prefix };
}

/**
 * Tells whether an address is in one of the networks. IPv4 within IPv6 counts as itself; what is no address is in none.
 */
export function createNetworkTest(networks: readonly IpNetwork[]): (address: string) => boolean {
  // Asked of each request, and most gateways trust no proxy: reading an address costs more than most of their hooks.
  if (networks.length === 0) return () => false;
  const list = new BlockList();
  for (const { address, prefix, family } of networks) list.addSubnet(address, prefix, family);
  return (text) => {
    const address = normalizeAddress(text);
    return address !== null && list.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');
  };
}

/** True for an address that only this machine reaches. Of names that is known of localhost alone. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || isLoopbackAddress(host);
}

const isLoopbackAddress = createNetworkTest(['127.0.0.0/8', '::1'].map((text) => parseNetwork(text)!));

/** The one spelling of an address, without a zone, and IPv4 within IPv6 as IPv4; null for what is no address. */
export function normalizeAddress(text: string): string | null {
  const zoneless = text.replace(/%.*$/s, '');
  return isIP(zoneless) === 0 ? null : ipaddr.process(zoneless).toString();
}

/**
 * Whoever has one IPv6 address has its whole /64 (RFC 6177), so that is what is counted. IPv4 within IPv6 counts as
 * itself.
 */
export function networkOf(text: string): string {
  const address = normalizeAddress(text);
  if (address === null) return text.slice(0, 64);
  if (isIP(address) === 4) return address;
  const { parts } = ipaddr.IPv6.parse(address);
  return `${parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':')}::/64`;
}
