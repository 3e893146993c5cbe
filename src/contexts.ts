import type { FastifyRequest } from 'fastify';
import type { AccountUseCases } from './auth/usecases.js';
import type { LoggedIn, LogIn } from './auth/login.js';
import type { Authenticate, Caller } from './auth/viewer.js';
import type { Catalogue } from './catalogue/catalogue.js';
import type { GatewayFacts } from './domain/gateway.js';
import type { RequestFacts } from './domain/requestfacts.js';
import type { CreateContext } from './graphql/context.js';
import type { SessionCookie } from './http/sessioncookie.js';

/** All requests share these. */
export interface SharedParts {
  readonly catalogue: Catalogue;
  readonly logIn: LogIn;
  readonly identity: AccountUseCases;
  readonly gateway: GatewayFacts;
}

/** Makes an operation's context from the request that it came with. */
export function createContexts(
  { catalogue, logIn, identity, gateway }: SharedParts,
  cookie: SessionCookie,
): CreateContext {
  return (asked, viewer, { pageLimit, mayForce }) => {
    const { id: requestId, ip: clientAddress, facts, headers } = asked;
    const isForced = mayForce && /\bno-cache\b/i.test(headers['cache-control'] ?? '');
    const ending = new AbortController();
    const opened = catalogue.open(viewer, {
      isForced,
      requestId,
      signal: ending.signal,
      onUpstreamRequest: () => (facts.upstreamRequests += 1),
    });
    const end = (reason: unknown): void => ending.abort(reason);
    const session = {
      open: () => {
        cookie.assertMayHave(asked);
        return ({ token, expiresAt }: LoggedIn): void => cookie.give(asked, token, expiresAt);
      },
      clear: (): void => cookie.clear(asked),
    };
    const mine = { viewer, request: opened, end, follow: null, logIn: noteViewer(logIn, facts), session };
    return {
      ...catalogue.useCasesFor(viewer),
      ...mine,
      identity,
      gateway,
      clientAddress,
      requestId,
      facts,
      refusals: [],
      pageLimit,
    };
  };
}

type IdentifyRequest = (request: FastifyRequest) => Promise<Caller | null>;

/**
 * Says who sends a request, and notes it for the log: where it has no token or key by a proxy's word, and where there
 * is none by the session's cookie.
 */
export function createIdentify(
  authenticate: Authenticate,
  identifyProxied: IdentifyRequest | null = null,
  identifySession: IdentifyRequest | null = null,
): (request: FastifyRequest) => Promise<Caller | null> {
  return async (request) => {
    const { raw, ip, facts } = request;
    const proxied = identifyProxied && (await identifyProxied(request));
    const known = proxied ?? (identifySession && (await identifySession(request)));
    const caller = known ?? (await authenticate(raw.rawHeaders, ip));
    facts.viewer = caller?.username ?? null;
    return caller;
  };
}

/** Whoever logs in is known from then on. */
function noteViewer(logIn: LogIn, facts: RequestFacts): LogIn {
  return async (...given) => {
    const loggedIn = await logIn(...given);
    facts.viewer = loggedIn.viewer.username;
    return loggedIn;
  };
}
