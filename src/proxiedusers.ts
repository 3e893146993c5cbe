import type { FastifyRequest } from 'fastify';
import { createProxiedIdentification } from './auth/proxieduser.js';
import type { Caller } from './auth/viewer.js';
import { isOwnPage } from './http/forms.js';
import type { IsProxy } from './http/proxies.js';
import type { AccountStore } from './store/accounts/accounts.js';

export interface ProxiedUsersParts {
  /** In small letters. */
  readonly header: string;
  readonly isProxy: IsProxy;
  /** Where users find the gateway; null: not known. */
  readonly publicUrl: string | null;
  readonly accounts: AccountStore;
}

/**
 * Says whom a trusted proxy names. A browser sends the proxy's password along with whatever a page of any site asks
 * for, so the header counts only for pages of the gateway's own address, and for what is no browser. From whoever is no
 * trusted proxy it is not read. null: nobody is named.
 */
export function identifyProxiedUsers({
  header,
  isProxy,
  publicUrl,
  accounts,
}: ProxiedUsersParts): (request: FastifyRequest) => Promise<Caller | null> {
  const identify = createProxiedIdentification(header, accounts);
  const ownOrigin = publicUrl === null ? null : new URL(publicUrl).origin;
  return async (request) => {
    if (!isProxy(request.socket.remoteAddress) || !isOwnPage(request, ownOrigin)) return null;
    return identify(request.raw.rawHeaders);
  };
}
