import ipaddr from 'ipaddr.js';
import { createNetworkTest, type IpNetwork } from '../../domain/network.js';

/**
 * True for what no registry can live at, and no setting opens: link-local (most clouds' metadata services), the
 * metadata services elsewhere, unspecified, multicast and broadcast addresses, in IPv6 also in every form that carries
 * an IPv4 address; and for what is no address.
 */
export function isForbiddenAddress(text: string): boolean {
  const address = parseAddress(text);
  if (address === null) return true;
  if (address instanceof ipaddr.IPv4) return isForbiddenV4(address);
  if (address.range() === 'loopback') return false;
  if (forbiddenRanges.has(address.range()) || metadata.has(address.toString()) || address.match(amazon)) return true;
  return listCarried(address).some(isForbiddenV4);
}

/**
 * True for a name by which a cloud's metadata service is asked. Its address is refused whatever its name is; this is
 * for where somebody else looks the name up. `name` in small letters, without a dot at its end.
 */
export function isMetadataName(name: string): boolean {
  return metadataNames.has(name);
}

export interface AddressSettings {
  /** When it names any, only these are opened. */
  readonly allow: readonly IpNetwork[];
  /** Never opened, whatever `allow` says. */
  readonly deny: readonly IpNetwork[];
}

/**
 * Tells which addresses may be opened, beside those that are always forbidden. An address that carries an IPv4 address
 * is denied with that one; it is allowed with it only where both are the same host (`::ffff:0:0/96`), since what
 * translates or tunnels stands in between.
 */
export function createAddressPolicy({ allow, deny }: AddressSettings): (address: string) => boolean {
  const isDenied = createNetworkTest(deny);
  const isAllowed = allow.length === 0 ? () => true : createNetworkTest(allow);
  return (text) => {
    const address = parseAddress(text);
    if (address === null || !isAllowed(text) || isDenied(text)) return false;
    return address instanceof ipaddr.IPv4 || !listCarried(address).some((each) => isDenied(each.toString()));
  };
}

/**
 * As `createAddressPolicy`, for what need not be in an inner network, where registries live: private, loopback, shared
 * and reserved addresses are closed unless `allow` names them.
 */
export function createOuterPolicy(settings: AddressSettings): (address: string) => boolean {
  const isOpen = createAddressPolicy(settings);
  return settings.allow.length > 0 ? isOpen : (text) => isOpen(text) && isPublic(text);
}

function isPublic(text: string): boolean {
  const address = parseAddress(text);
  if (address === null) return false;
  if (address instanceof ipaddr.IPv4) return address.range() === 'unicast';
  const carried = listCarried(address);
  return carried.length > 0 ? carried.every((each) => each.range() === 'unicast') : address.range() === 'unicast';
}

function parseAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  const zoneless = text.replace(/%.*$/s, '');
  return ipaddr.isValid(zoneless) ? ipaddr.parse(zoneless) : null;
}

const forbiddenRanges = new Set(['linkLocal', 'unspecified', 'multicast', 'broadcast']);
/** Amazon's own services of an instance over IPv6: metadata, credentials, time, names. */
const amazon = ipaddr.IPv6.parseCIDR('fd00:ec2::/32');
/** Metadata services outside the link-local ranges. */
const metadata = new Set([
  // Alibaba, Azure (its wire server), Oracle Classic, UCloud, Volcengine
  '100.100.100.200',
  '168.63.129.16',
  '192.0.0.192',
  '100.80.80.80',
  '100.96.0.96',
  // Google, Oracle, Scaleway, Linode over IPv6
  'fd20:ce::254',
  'fd00:c1::a9fe:a9fe',
  'fd00:42::42',
  'fd00:a9fe:a9fe::1',
]);

const metadataNames = new Set([
  // Google
  'metadata',
  'metadata.google.internal',
  'metadata.goog',
  // Amazon
  'instance-data',
  'instance-data.ec2.internal',
  // Azure, Equinix, Tencent, OpenStack, Rancher
  'metadata.azure.internal',
  'metadata.azure.com',
  'metadata.packet.net',
  'metadata.platformequinix.com',
  'metadata.tencentyun.com',
  'metadata.openstack.internal',
  'rancher-metadata',
]);

function isForbiddenV4(address: ipaddr.IPv4): boolean {
  return forbiddenRanges.has(address.range()) || metadata.has(address.toString());
}

/**
 * Each IPv4 address that the IPv6 address may be a way to: mapped and compatible (RFC 4291 §2.5.5), SIIT (RFC 2765),
 * NAT64 with the well-known prefix and the local ones of any length (RFC 6052 §2.2, RFC 8215), 6to4 (RFC 3056), ISATAP
 * (RFC 5214), and the server and the client of Teredo (RFC 4380 §4), whose client is written with its bits flipped.
 */
function listCarried(address: ipaddr.IPv6): ipaddr.IPv4[] {
  const bytes = address.toByteArray();
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const at = (...places: number[]): ipaddr.IPv4 => new ipaddr.IPv4(places.map((place) => bytes[place]!));
  const last = at(12, 13, 14, 15);
  if (/^(?:0{24}|0{20}f{4}|0{16}f{4}0{4}|0064ff9b0{16})/.test(hex)) return [last];
  if (hex.startsWith('0064ff9b0001')) {
    // Which of these it is, only the network knows; one that begins with zero is none.
    const places = [last, at(6, 7, 9, 10), at(7, 9, 10, 11), at(9, 10, 11, 12)];
    return places.filter((each) => each.range() !== 'unspecified');
  }
  if (hex.startsWith('2002')) return [at(2, 3, 4, 5)];
  if (hex.startsWith('20010000')) return [at(4, 5, 6, 7), new ipaddr.IPv4(bytes.slice(12).map((byte) => byte ^ 0xff))];
  return /^.{16}0[02]005efe/.test(hex) ? [last] : [];
}
