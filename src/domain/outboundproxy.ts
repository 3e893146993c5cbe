import { isIP } from 'node:net';
import type { BypassRule } from './bypass.js';
import { GatewayError } from '../errors.js';
import type { Credentials, ProxySetting } from './registry.js';

/**
 * A proxy that requests to registries go through (RFC 9110 §3.7): a way out, where a trusted proxy stands in front of
 * the gateway.
 */
export interface OutboundProxy {
  /** The gateway speaks TLS with it. */
  readonly isTls: boolean;
  /** A name, or an address without brackets. */
  readonly hostname: string;
  readonly port: number;
  /** It is shown these by `Proxy-Authorization`; null: nothing. */
  readonly credentials: Credentials | null;
  /** Where it was named, for messages: a variable, or the registry's own setting. */
  readonly source: string;
}

/** The ways out that the environment names. */
export interface OutboundProxies {
  /** For https:// addresses; null: directly. */
  readonly https: OutboundProxy | null;
  /** For http:// addresses; null: directly. */
  readonly http: OutboundProxy | null;
  /** Whom neither is for. */
  readonly bypass: readonly BypassRule[];
}

/**
 * Says what is wrong with the text, to go on from the name of what holds it. It never quotes the text, which may hold a
 * password.
 */
export class ProxyFault {
  constructor(readonly text: string) {}
}

const longestUrl = 2048;

/** The source of a proxy that one registry has of its own. */
export const ownSource = "the registry's own setting";

/** As a registry is set. Throws INTERNAL for an address that only another hand can have stored. */
export function toOutboundProxy(setting: ProxySetting, credentials: Credentials | null): OutboundProxy | 'none' | null {
  if (setting === null) return null;
  if (setting === 'none') return 'none';
  const proxy = parseOutboundProxy(setting, ownSource);
  if (proxy instanceof ProxyFault)
    throw new GatewayError('INTERNAL', 'The stored address of a proxy cannot be read. Enter it again.');
  return { ...proxy, credentials };
}

/**
 * Reads `http://user:password@host:port`. Without a scheme it is `http://`, without a port 80 or 443. User name and
 * password are percent-encoded (RFC 3986 §3.2.1).
 */
export function parseOutboundProxy(text: string, source: string): OutboundProxy | ProxyFault {
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
  const url = text.length <= longestUrl ? URL.parse(hasScheme ? text : `http://${text}`) : null;
  if (hasScheme && /^socks/i.test(text))
    return new ProxyFault('names a SOCKS proxy: only http:// and https:// proxies are spoken with.');
  const isHttp = url !== null && /^https?:$/.test(url.protocol);
  if (!isHttp || url.port === '0' || url.pathname !== '/' || url.search || url.hash) {
    return new ProxyFault(
      'must be http://host:port or https://host:port; of a user name or password, percent-encode what is no ' +
        'letter or digit.',
    );
  }
  const credentials = readUserInfo(url);
  if (credentials instanceof ProxyFault) return credentials;
  const isTls = url.protocol === 'https:';
  const hostname = url.hostname.replaceAll(/^\[|\]$/g, '');
  return { isTls, hostname, port: Number(url.port) || (isTls ? 443 : 80), credentials, source };
}

/** `host:port`, by which messages name it. */
export function describeProxy({ hostname, port }: Pick<OutboundProxy, 'hostname' | 'port'>): string {
  return `${bracket(hostname)}:${port}`;
}

/** Without credentials. */
export function urlOf(proxy: Pick<OutboundProxy, 'isTls' | 'hostname' | 'port'>): string {
  return `${proxy.isTls ? 'https' : 'http'}://${describeProxy(proxy)}`;
}

/** As a host stands in a URL or before a port. */
export function bracket(hostname: string): string {
  return isIP(hostname) === 6 ? `[${hostname}]` : hostname;
}

function readUserInfo({ username, password }: URL): Credentials | null | ProxyFault {
  if (username === '' && password === '') return null;
  const fault = new ProxyFault(
    'has a user name or password that cannot be read: percent-encode what is no letter or digit, and no ' +
      'colon in the name.',
  );
  try {
    const credentials = { username: decodeURIComponent(username), password: decodeURIComponent(password) };
    const isSendable =
      !credentials.username.includes(':') && !/\p{Cc}/u.test(credentials.username + credentials.password);
    return isSendable ? credentials : fault;
  } catch {
    return fault;
  }
}
