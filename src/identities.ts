import { createAuthenticator, type IdentifyBearer } from './auth/viewer.js';
import { createIdentify } from './contexts.js';
import { createNetworkTest, type IpNetwork } from './domain/network.js';
import type { IsProxy } from './http/proxies.js';
import type { SessionCookie } from './http/sessioncookie.js';
import { identifyProxiedUsers } from './proxiedusers.js';
import { identifySessions } from './sessions.js';
import type { AccountStore } from './store/accounts/accounts.js';

export interface IdentitySettings {
  /** Whose word on their clients' addresses is taken; none by default. */
  readonly trustedProxies?: readonly IpNetwork[];
  /** Where users find the gateway, where that is set. */
  readonly publicUrl?: string | null;
  /** Minutes without a use after which a session by cookie is over; 720 by default. */
  readonly sessionIdleMinutes?: number;
  /** In small letters: trusted proxies name their users in it; null, or left out: none do. */
  readonly proxyUserHeader?: string | null;
}

export interface IdentityParts {
  readonly accounts: AccountStore;
  readonly clock: () => Date;
  readonly cookie: SessionCookie;
  /** Of bearer tokens of a provider; null: there is none. */
  readonly identifyBearer: IdentifyBearer | null;
}

const defaultSessionIdle = 720;

/** Says who sends a request, by all that a request can say it by. */
export function openIdentify(
  settings: IdentitySettings,
  { accounts, clock, cookie, identifyBearer }: IdentityParts,
): ReturnType<typeof createIdentify> {
  const authenticate = createAuthenticator(accounts, clock, identifyBearer);
  const idleMinutes = settings.sessionIdleMinutes ?? defaultSessionIdle;
  const identifySession = identifySessions({ cookie, accounts, clock, idleMinutes });
  return createIdentify(authenticate, openProxied(settings, accounts), identifySession);
}

function openProxied(
  { proxyUserHeader, trustedProxies = [], publicUrl = null }: IdentitySettings,
  accounts: AccountStore,
) {
  if (!proxyUserHeader) return null;
  const isProxy = createProxyTest(trustedProxies);
  return identifyProxiedUsers({ header: proxyUserHeader, isProxy, publicUrl, accounts });
}

export function createProxyTest(trusted: readonly IpNetwork[]): IsProxy {
  const isTrusted = createNetworkTest(trusted);
  return (address) => address !== undefined && isTrusted(address);
}
