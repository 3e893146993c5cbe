import { parseFollowing } from '../../domain/following.js';
import { parseRegistryName } from '../../domain/name.js';
import { toOutboundProxy } from '../../domain/outboundproxy.js';
import {
  type ClientCertificate,
  type Credentials,
  parsePullHost,
  parseRegistryAddress,
  type Registry,
} from '../../domain/registry.js';
import { badInput } from '../../errors.js';
import type { UpstreamSettings } from '../../upstream/upstream.js';
import { parseProxy, parseProxyCredentials, type ProxyChoice } from './proxysetting.js';
import type { RegistryConnection } from '../../store/registries/registries.js';
import {
  parseCaCertificate,
  parseClientCertificate,
  parseCredentials,
  parseEventsSecret,
  parseRealm,
} from './trust.js';

/** The settings that attaching a registry takes; text as the caller gave it. */
export interface NewRegistry {
  readonly name: string;
  readonly addr: string;
  readonly credentials?: Credentials | null;
  readonly tlsSkipVerify?: boolean;
  /** PEM. */
  readonly caCertificate?: string | null;
  readonly clientCertificate?: ClientCertificate | null;
  /** null: the proxies of the gateway's environment. */
  readonly proxy?: ProxyChoice | null;
  /** Its own proxy is shown these. */
  readonly proxyCredentials?: Credentials | null;
  readonly authRealm?: string | null;
  /** Seconds. */
  readonly maxAge?: number;
  /** A host without a scheme; null: that of `addr`. */
  readonly pullHost?: string | null;
  /** Names and patterns; null, and empty: whatever its catalogue lists. */
  readonly followedRepositories?: readonly string[] | null;
  /** The secret that its notifications carry; null: it sends none. */
  readonly eventsSecret?: string | null;
}

/** A setting that is absent or undefined stays as it is; null clears what can be cleared. */
export type RegistryChanges = { readonly [K in keyof NewRegistry]?: NewRegistry[K] | null };

const defaultMaxAge = 30;
const longestMaxAge = 86_400;

const clearable: readonly string[] = [
  'credentials',
  'clientCertificate',
  'proxy',
  'proxyCredentials',
  'caCertificate',
  'authRealm',
  'pullHost',
  'eventsSecret',
  'followedRepositories',
];

/** Without what is not given, and without null where null has no meaning. */
export function keepGiven(changes: RegistryChanges): Partial<NewRegistry> {
  return Object.fromEntries(
    Object.entries(changes).filter(
      ([key, value]) => value !== undefined && (value !== null || clearable.includes(key)),
    ),
  );
}

/**
 * Where the stored password may go, and to whom it is shown, is the decision of one who knows it: otherwise whoever may
 * change a registry, and has a hand in its network, could have it sent to himself.
 */
export function assertCredentialsAnew(before: Registry, changes: RegistryChanges, isOpenToProxy: boolean): void {
  const opensRealm = changes.authRealm != null && changes.authRealm !== before.authRealm;
  const dropsCheck = changes.tlsSkipVerify === true && !before.tlsSkipVerify;
  const trustsOther = changes.caCertificate != null && changes.caCertificate !== before.caCertificate;
  const areOthers = opensRealm || dropsCheck || trustsOther || isOpenToProxy;
  const refuse = (what: string, field: string): Error =>
    badInput(
      `The ${what} of ${before.name} was given for other terms of trust: give it again with this change.`,
      'input',
      field,
    );
  if (areOthers && before.username !== null && changes.credentials === undefined)
    throw refuse('password', 'credentials');
  // It is never shown to a token server on another host.
  if (
    (dropsCheck || trustsOther || isOpenToProxy) &&
    before.hasClientCertificate &&
    changes.clientCertificate === undefined
  )
    throw refuse('client certificate', 'clientCertificate');
}

/**
 * Credentials and the client certificate stay with the origin they were given for, those of a proxy with the proxy: a
 * new address needs them anew.
 */
export function readKept(connection: RegistryConnection, changes: RegistryChanges): Kept {
  const { addr, proxy } = connection.registry;
  const isSameProxy = changes.proxy === undefined || parseProxy(changes.proxy) === proxy;
  const ofProxy = { proxyCredentials: isSameProxy ? connection.proxyCredentials : null };
  if (changes.addr && new URL(parseRegistryAddress(changes.addr, 'input', 'addr')).origin !== new URL(addr).origin)
    return ofProxy;
  return {
    ...ofProxy,
    credentials: connection.credentials,
    clientCertificate: connection.clientCertificate,
  };
}

type Kept = Pick<NewRegistry, 'credentials' | 'clientCertificate' | 'proxyCredentials'>;

export function toUpstreamSettings(id: string, fields: ReturnType<typeof parseFields>): UpstreamSettings {
  const { credentials, clientCertificate, proxy, proxyCredentials } = fields;
  return {
    registry: { id, ...fields },
    credentials,
    clientCertificate,
    proxy: toOutboundProxy(proxy, proxyCredentials),
  };
}

export function parseFields(wanted: NewRegistry, now: Date) {
  const {
    credentials = null,
    clientCertificate = null,
    tlsSkipVerify = false,
    caCertificate = null,
    authRealm = null,
    maxAge = defaultMaxAge,
  } = wanted;
  const { proxyCredentials = null } = wanted;
  const proxy = parseProxy(wanted.proxy ?? null);
  if (wanted.eventsSecret) parseEventsSecret(wanted.eventsSecret);
  const addr = parseRegistryAddress(wanted.addr, 'input', 'addr');
  return {
    name: parseRegistryName(wanted.name, 'input', 'name'),
    addr,
    credentials: credentials && parseCredentials(credentials),
    tlsSkipVerify,
    caCertificate: caCertificate && parseCaCertificate(caCertificate),
    clientCertificate: clientCertificate && parseClientCertificate(clientCertificate, addr, now),
    authRealm: authRealm && parseRealm(authRealm),
    proxy,
    proxyCredentials: proxyCredentials && parseProxyCredentials(proxyCredentials, proxy),
    maxAge: parseMaxAge(maxAge),
    pullHost: wanted.pullHost ? parsePullHost(wanted.pullHost, 'input', 'pullHost') : null,
    following: parseFollowing(wanted.followedRepositories ?? [], 'input', 'followedRepositories'),
  };
}

function parseMaxAge(seconds: number): number {
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= longestMaxAge) return seconds;
  throw badInput(`"maxAge" is a number of seconds from 0 to ${longestMaxAge}, got ${seconds}.`, 'input', 'maxAge');
}
