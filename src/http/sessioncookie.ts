import type { FastifyInstance, FastifyRequest } from 'fastify';
import { GatewayError } from '../errors.js';
import { readCookie } from './cookies.js';
import { isOwnPage } from './forms.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The session's cookie as the answer sets it; null: it leaves that as it is. */
    cookieToSet: string | null;
  }
}

/** The cookie that a page of the gateway's own has its session in. No script reads it. */
export interface SessionCookie {
  /**
   * The text that the cookie holds; null: there is none. Throws FORBIDDEN for a request that a page of another site
   * could have had the browser send, UNAUTHENTICATED for two cookies of the name.
   */
  read(request: FastifyRequest): string | null;
  /** Throws FORBIDDEN for a page of another site, which could log its visitors in as somebody else. */
  assertMayHave(request: FastifyRequest): void;
  /** Has the answer set it. */
  give(request: FastifyRequest, value: string, expiresAt: Date): void;
  /** Has the answer remove it. */
  clear(request: FastifyRequest): void;
}

/**
 * Headers of which each makes a browser ask before it sends a request of a page of another origin (Fetch,
 * "CORS-unsafe request-header names"). The first two are those that Apollo's clients send.
 */
const preflighted = ['x-apollo-operation-name', 'apollo-require-preflight', 'x-requested-with'] as const;

/** `publicUrl`: where users find the gateway; null: not known, and each request says whether it came by TLS. */
export function createSessionCookie(
  server: FastifyInstance,
  publicUrl: string | null,
  clock: () => Date,
): SessionCookie {
  const own = publicUrl === null ? null : new URL(publicUrl);
  const ownOrigin = own?.origin ?? null;
  const describe = ({ protocol, basePath }: FastifyRequest) => {
    const isSecure = own === null ? protocol === 'https' : own.protocol === 'https:';
    const path = own?.pathname ?? `${basePath ?? ''}/`;
    // A cookie of the prefix __Host- is of this host and of its root alone (RFC 6265bis §4.1.3.2).
    const prefix = isSecure ? (path === '/' ? '__Host-' : '__Secure-') : '';
    return { isSecure, name: `${prefix}registry-gateway-session`, path };
  };
  const write = (request: FastifyRequest, value: string, seconds: number): void => {
    const { isSecure, name, path } = describe(request);
    const kept = `Path=${path}; Max-Age=${seconds}; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`;
    request.cookieToSet = `${name}=${value}; ${kept}`;
  };
  server.decorateRequest('cookieToSet', null);
  server.addHook('onSend', ({ cookieToSet }, reply, _payload, done) => {
    if (cookieToSet !== null) reply.header('set-cookie', cookieToSet);
    done();
  });
  return {
    read(request) {
      const found = readCookie(request, describe(request).name);
      if (found === null) return null;
      assertAsked(request, ownOrigin);
      if (found === 'ambiguous') throw twoSessions();
      return found.value;
    },
    assertMayHave(request) {
      if (!isOwnPage(request, ownOrigin))
        throw new GatewayError('FORBIDDEN', 'Only pages of the gateway itself are given a session: ask for a token.');
    },
    give: (request, value, expiresAt) =>
      write(request, value, Math.round((expiresAt.getTime() - clock().getTime()) / 1000)),
    clear: (request) => write(request, '', 0),
  };
}

/**
 * Browsers send a cookie along with whatever a page asks for, of the same site too. So a request counts as the
 * session's where the browser would have asked the gateway first, which lets no other origin do that with cookies.
 */
function assertAsked(request: FastifyRequest, ownOrigin: string | null): void {
  if (isOwnPage(request, ownOrigin) && needsPreflight(request)) return;
  const message = 'The cookie of a session counts for requests of a page of the gateway itself alone.';
  throw new GatewayError('FORBIDDEN', message, {
    hint:
      'Such a page sends "Content-Type: application/json" or "Apollo-Require-Preflight: true" with each. Whoever ' +
      'else asks sends a token, X-Access-Token or Authorization, beside which the cookie is not read.',
  });
}

function needsPreflight({ headers }: FastifyRequest): boolean {
  const [type = ''] = (headers['content-type'] ?? '').split(';');
  return type.trim().toLowerCase() === 'application/json' || preflighted.some((name) => Boolean(headers[name]));
}

function twoSessions(): GatewayError {
  const message = 'The browser sent two cookies of a session, of which one is of somebody else.';
  return new GatewayError('UNAUTHENTICATED', `${message} Remove the cookies of this site and log in again.`);
}
