import type { ClientCertificate, Credentials, Registry } from '../../domain/registry.js';

/**
 * The details of an audit entry about how a registry is attached. Of secrets they tell only that there are any, or that
 * they changed.
 */
type Details = Readonly<Record<string, unknown>>;

/** Secrets as a request gives them: one that is absent or undefined stays, null removes it. */
interface Secrets {
  readonly credentials?: Credentials | null | undefined;
  readonly clientCertificate?: ClientCertificate | null | undefined;
  readonly proxyCredentials?: Credentials | null | undefined;
  readonly eventsSecret?: string | null | undefined;
}

export function describeAttached(registry: Registry, sendsEvents: boolean): Details {
  const { username, caCertificate, hasClientCertificate, hasProxyCredentials } = registry;
  const secrets = {
    hasCredentials: username !== null,
    hasCaCertificate: caCertificate !== null,
    hasClientCertificate,
    hasProxyCredentials,
  };
  return { ...showSettings(registry), ...secrets, sendsEvents };
}

/** `{ from, to }` of each setting that changed; `set` or `removed` of what is not shown. */
export function describeChanges(
  now: Registry,
  before: Registry,
  { credentials, clientCertificate, proxyCredentials, eventsSecret }: Secrets,
): Details {
  const wasCleared = credentials === undefined && before.username !== null && now.username === null;
  const lostIdentity = clientCertificate === undefined && before.hasClientCertificate && !now.hasClientCertificate;
  const hidden = {
    credentials: wasCleared ? null : credentials,
    caCertificate: now.caCertificate === before.caCertificate ? undefined : now.caCertificate,
    clientCertificate: lostIdentity ? null : clientCertificate,
    proxyCredentials: before.hasProxyCredentials && !now.hasProxyCredentials ? null : proxyCredentials,
    eventsSecret,
  };
  return {
    ...compare(showSettings(now), showSettings(before)),
    ...Object.fromEntries(
      Object.entries(hidden).flatMap(([field, value]) =>
        value === undefined ? [] : [[field, value ? 'set' : 'removed']],
      ),
    ),
  };
}

export function describeProtection(now: Registry, before: Registry): Details {
  const show = ({ readOnly, protection, approvals }: Registry): Details => ({
    readOnly,
    rules: protection,
    approvals,
  });
  return compare(show(now), show(before));
}

/** Returns the fields that differ, each with both values. */
function compare(now: Details, before: Details): Details {
  const changed = Object.keys(now).filter((field) => JSON.stringify(now[field]) !== JSON.stringify(before[field]));
  return Object.fromEntries(changed.map((field) => [field, { from: before[field], to: now[field] }]));
}

function showSettings({ name, addr, tlsSkipVerify, maxAge, authRealm, following, proxy, pullHost }: Registry): Details {
  return {
    name,
    addr,
    tlsSkipVerify,
    maxAge,
    pullHost,
    proxy: proxy ?? 'environment',
    authRealm: authRealm && showAddress(authRealm),
    followedRepositories: following.patterns,
  };
}

/** Without what may be a secret: user info, query. */
function showAddress(text: string): string {
  const { origin, pathname } = new URL(text);
  return `${origin}${pathname}`;
}
