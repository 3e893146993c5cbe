import { readProxy, secretsOf, type EnteredWay } from './attaching.js';

/** A registry's settings as a form shows them. */
export interface RegistrySettings {
  readonly name: string;
  readonly addr: string;
  readonly pullHost: string;
  /** Seconds. */
  readonly maxAge: number;
  readonly followedRepositories: readonly string[];
  readonly tlsSkipVerify: boolean;
  /** As in `EnteredWay`. */
  readonly proxy: string;
}

/** A secret stays where nothing is entered, unless it is to be removed. */
export interface EnteredRegistry extends RegistrySettings, EnteredWay {
  readonly login: 'keep' | 'replace' | 'remove';
  readonly username: string;
  readonly password: string;
  readonly removesCa: boolean;
  readonly removesClientCertificate: boolean;
  readonly removesProxyCredentials: boolean;
}

interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** null: it is asked without. */
export type RegistryChanges = Partial<Omit<RegistrySettings, 'pullHost' | 'proxy'>> & {
  /** null: the address's own host. */
  readonly pullHost?: string | null;
  readonly credentials?: Credentials | null;
  readonly caCertificate?: string | null;
  readonly clientCertificate?: { readonly certificate: string; readonly key: string } | null;
  /** null: as the gateway's environment says. */
  readonly proxy?: ReturnType<typeof readProxy> | null;
  readonly proxyCredentials?: Credentials | null;
};

/** The settings that were entered and are not so yet. */
export function changesOf(before: RegistrySettings, entered: EnteredRegistry): RegistryChanges {
  const { name, addr, pullHost, maxAge, followedRepositories, tlsSkipVerify, login, proxy } = entered;
  const isFollowing = followedRepositories.join('\n') !== before.followedRepositories.join('\n');
  return {
    ...(name === before.name ? {} : { name }),
    ...(addr === before.addr ? {} : { addr }),
    ...(pullHost === before.pullHost ? {} : { pullHost: pullHost === '' ? null : pullHost }),
    ...(maxAge === before.maxAge ? {} : { maxAge }),
    ...(isFollowing ? { followedRepositories } : {}),
    ...(tlsSkipVerify === before.tlsSkipVerify ? {} : { tlsSkipVerify }),
    ...(login === 'replace' ? { credentials: { username: entered.username, password: entered.password } } : {}),
    ...(login === 'remove' ? { credentials: null } : {}),
    ...(proxy === before.proxy ? {} : { proxy: proxy === '' ? null : readProxy(proxy) }),
    ...(entered.removesCa ? { caCertificate: null } : {}),
    ...(entered.removesClientCertificate ? { clientCertificate: null } : {}),
    ...(entered.removesProxyCredentials ? { proxyCredentials: null } : {}),
    // Who gives one anew means that one, whatever else is ticked.
    ...secretsOf(entered),
  };
}

/** A registry's way as a form has it: `EnteredWay.proxy`. */
export function writeProxy({ mode, url }: { readonly mode: string; readonly url: string | null }): string {
  return mode === 'NONE' ? 'none' : (url ?? '');
}

/** A name for a registry after its host, of the letters that names may have; empty: the address has none. */
export function suggestName(addr: string): string {
  const host = /^https?:\/\/([^/:]+)/.exec(addr)?.[1] ?? '';
  return host.replace(/[^A-Za-z0-9._-]/g, '-').replace(/^[^A-Za-z0-9]+/, '');
}
