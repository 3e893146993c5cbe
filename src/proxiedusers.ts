import type { FastifyRequest } from 'fastify';
import { createProxiedIdentification, type ProxiedUserParts } from './auth/proxieduser.js';
import type { Caller } from './auth/viewer.js';
import { isOwnPage } from './http/forms.js';
import type { IsProxy } from './http/proxies.js';

export interface ProxiedUsersParts extends ProxiedUserParts {
  readonly isProxy: IsProxy;
  /** Where users find the gateway; null: not known. */
  readonly publicUrl: string | null;
}

/**
 * Says whom a trusted proxy names. A browser sends the proxy's password along with whatever a page of any site asks
 * for, so its headers count only for pages of the gateway's own address, and for what is no browser. From whoever is no
 * trusted proxy they are not read. null: nobody is named.
 */
export function identifyProxiedUsers(parts: ProxiedUsersParts): (request: FastifyRequest) => Promise<Caller | null> {
  const { isProxy, publicUrl } = parts;
  const identify = createProxiedIdentification(parts);
  const seen = new WeakSet<FastifyRequest>();
  const ownOrigin = publicUrl === null ? null : new URL(publicUrl).origin;
  return async (request) => {
    if (!isProxy(request.socket.remoteAddress) || !isOwnPage(request, ownOrigin)) return null;
    const { raw, id: requestId, ip: clientAddress } = request;
    const isNew = !seen.has(request);
    seen.add(request);
    return identify({ rawHeaders: raw.rawHeaders, requestId, clientAddress, isNew });
  };
}
