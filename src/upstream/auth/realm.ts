import { GatewayError } from '../../errors.js';

export interface RealmRule {
  readonly registry: string;
  /** The registry's own address. */
  readonly own: URL;
  /** The token server pinned when the registry was attached. */
  readonly pinned: string | null;
  readonly hasCredentials: boolean;
}

/**
 * Decides where a password may go. The realm is chosen by the registry, or by whoever stands between:
 * 1. it must be a plain http(s) URL, and an https registry may not name an http realm;
 * 2. the registry's own origin (scheme, host and port) and the pinned realm (same origin and path) may be asked, with
 *   credentials: another port of the host may be somebody else's;
 * 3. its host on another port, and any https realm, may be asked without credentials only, so with credentials it is
 *   refused. Throws UPSTREAM_REALM_REFUSED, naming the realm without its query.
 */
export function judgeRealm(realm: string | undefined, rule: RealmRule): URL {
  const url = realm !== undefined && realm.length <= 2048 ? URL.parse(realm) : null;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password) {
    throw refuse('asks to log in at an address that cannot be read', rule);
  }
  url.hash = '';
  const named = placeOf(url);
  if (rule.own.protocol === 'https:' && url.protocol === 'http:') {
    throw refuse(`is reached over https and asks to log in over http, at ${named}`, rule);
  }
  if (url.origin === rule.own.origin || isPinned(url, rule.pinned)) return url;
  if (rule.hasCredentials) {
    throw refuse(
      `asks to send its password to ${named}`,
      rule,
      `If you trust that server, attach the registry with authRealm "${named}".`,
    );
  }
  if (url.protocol === 'https:' || url.hostname === rule.own.hostname) return url;
  throw refuse(
    `asks to log in over http at another host, ${named}`,
    rule,
    `If you trust that server, attach the registry with authRealm "${named}".`,
  );
}

function isPinned(url: URL, pinned: string | null): boolean {
  const pin = pinned === null ? null : URL.parse(pinned);
  return pin !== null && placeOf(pin) === placeOf(url);
}

function placeOf(url: URL): string {
  return (url.origin + url.pathname).slice(0, 256);
}

function refuse(what: string, rule: RealmRule, hint?: string): GatewayError {
  return new GatewayError(
    'UPSTREAM_REALM_REFUSED',
    `Registry ${rule.registry} ${what}; nothing was sent there.${hint ? ` ${hint}` : ''}`,
    {
      registry: rule.registry,
      ...(hint ? { hint } : {}),
    },
  );
}
