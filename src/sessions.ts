import type { FastifyRequest } from 'fastify';
import { hasOwnToken } from './auth/proxieduser.js';
import { createSessionIdentification } from './auth/sessions.js';
import type { Caller } from './auth/viewer.js';
import type { SessionCookie } from './http/sessioncookie.js';
import type { AccountStore } from './store/accounts/accounts.js';

export interface PageSessionParts {
  readonly cookie: SessionCookie;
  readonly accounts: AccountStore;
  readonly clock: () => Date;
  /** Minutes without a use after which a session is over. */
  readonly idleMinutes: number;
}

/**
 * Says whose session a request is of; null: of none, or it has a token or key of its own, beside which the cookie is
 * not read. A request uses the session once, however often it is asked about.
 */
export function identifySessions({
  cookie,
  accounts,
  clock,
  idleMinutes,
}: PageSessionParts): (request: FastifyRequest) => Promise<Caller | null> {
  const identify = createSessionIdentification(accounts, { clock, idle: idleMinutes * 60_000 });
  const used = new WeakSet<FastifyRequest>();
  return async (request) => {
    if (hasOwnToken(request.raw.rawHeaders)) return null;
    const value = cookie.read(request);
    if (value === null) return null;
    const from = used.has(request) ? null : request.ip;
    used.add(request);
    return identify(value, from);
  };
}
