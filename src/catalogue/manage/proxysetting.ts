import type { Viewer } from '../../domain/account.js';
import { ownSource, parseOutboundProxy, ProxyFault, urlOf } from '../../domain/outboundproxy.js';
import type { Credentials, ProxySetting, ProxyUrl, Registry } from '../../domain/registry.js';
import { badInput } from '../../errors.js';
import { assertAllowed } from '../access.js';

/** Through whom a registry is asked: whom the gateway's environment names, nobody, or a proxy of its own. */
export type ProxyMode = 'ENVIRONMENT' | 'NONE' | 'OWN';

/** `url` is the address of a registry's own proxy. */
export interface ProxyChoice {
  readonly mode: ProxyMode;
  readonly url?: string | null;
}

export function showProxy(setting: ProxySetting): Required<ProxyChoice> {
  if (setting === null) return { mode: 'ENVIRONMENT', url: null };
  return setting === 'none' ? { mode: 'NONE', url: null } : { mode: 'OWN', url: setting };
}

/** null: the environment's. Throws BAD_USER_INPUT, in words that do not quote what may be a password. */
export function parseProxy(choice: ProxyChoice | null): ProxySetting {
  const { mode, url = null } = choice ?? showProxy(null);
  if (mode !== 'OWN') {
    if (url !== null)
      throw badInput(`A proxy's "url" goes with the mode OWN only, not with ${mode}.`, 'input', 'proxy', 'url');
    return mode === 'NONE' ? 'none' : null;
  }
  const proxy = url !== null && /^https?:\/\//i.test(url) ? parseOutboundProxy(url, ownSource) : null;
  if (url?.includes('@')) {
    throw badInput(
      "A proxy's address must not hold a user name or password: send them as proxyCredentials.",
      'input',
      'proxy',
      'url',
    );
  }
  if (proxy !== null && !(proxy instanceof ProxyFault)) return urlOf(proxy) as ProxyUrl;
  throw badInput(
    "A proxy's address must be http://host:port or https://host:port; SOCKS is not spoken.",
    'input',
    'proxy',
    'url',
  );
}

/** Checks the credentials that a registry's own proxy is shown. Throws BAD_USER_INPUT. */
export function parseProxyCredentials({ username, password }: Credentials, proxy: ProxySetting): Credentials {
  const path = ['input', 'proxyCredentials'];
  if (proxy === null || proxy === 'none')
    throw badInput('"proxyCredentials" are for a proxy of the mode OWN: name it by its url.', ...path);
  if (username === '' || username.length > 255 || username.includes(':')) {
    throw badInput("A proxy's user name is 1 to 255 characters without a colon.", ...path, 'username');
  }
  if (password.length > 16_384) throw badInput("A proxy's password is up to 16,384 characters.", ...path, 'password');
  if (/\p{Cc}/u.test(username + password))
    throw badInput("A proxy's user name and password hold no control characters.", ...path);
  return { username, password };
}

type RouteSettings = Pick<Registry, 'addr' | 'proxy' | 'authRealm'>;

/**
 * A proxy reaches what the gateway's own network rules cannot judge. So an admin says which there is, and where it
 * leads: the addresses of a registry that has its own proxy are not moved by others. Throws FORBIDDEN.
 */
export function assertMayRoute(
  viewer: Viewer | null,
  before: RouteSettings | null,
  now: RouteSettings,
  setsCredentials: boolean,
): void {
  const hasOwn = now.proxy !== null && now.proxy !== 'none';
  const isMoved =
    before !== null && (new URL(before.addr).origin !== new URL(now.addr).origin || before.authRealm !== now.authRealm);
  if (setsCredentials || now.proxy !== (before?.proxy ?? null) || (hasOwn && isMoved)) assertAllowed(viewer, 'route');
}

/** A proxy that a registry did not have before could read what the registry is shown: no checked TLS is around it. */
export function opensToProxy(before: RouteSettings, now: RouteSettings & Pick<Registry, 'tlsSkipVerify'>): boolean {
  const hasOther = now.proxy !== null && now.proxy !== 'none' && now.proxy !== before.proxy;
  return hasOther && (now.tlsSkipVerify || [now.addr, now.authRealm].some((address) => address?.startsWith('http:')));
}
