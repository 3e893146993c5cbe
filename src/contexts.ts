import type { FastifyRequest } from 'fastify';
import type { AccountUseCases } from './auth/usecases.js';
import type { LogIn } from './auth/login.js';
import type { Authenticate, Caller } from './auth/viewer.js';
import type { Catalogue } from './catalogue/catalogue.js';
import type { RequestFacts } from './domain/requestfacts.js';
import type { CreateContext } from './graphql/context.js';

/** Makes an operation's context from the request that it came with. */
export function createContexts(catalogue: Catalogue, logIn: LogIn, identity: AccountUseCases): CreateContext {
  return ({ id: requestId, ip: clientAddress, facts, headers }, viewer, { pageLimit, mayForce }) => {
    const isForced = mayForce && /\bno-cache\b/i.test(headers['cache-control'] ?? '');
    const ending = new AbortController();
    const opened = catalogue.open(viewer, {
      isForced,
      requestId,
      signal: ending.signal,
      onUpstreamRequest: () => (facts.upstreamRequests += 1),
    });
    const end = (reason: unknown): void => ending.abort(reason);
    const mine = { viewer, request: opened, end, follow: null, logIn: noteViewer(logIn, facts), identity };
    return { ...catalogue.useCasesFor(viewer), ...mine, clientAddress, requestId, facts, refusals: [], pageLimit };
  };
}

/** Says who sends a request, by a proxy's word where there is no token or key, and notes it for the log. */
export function createIdentify(
  authenticate: Authenticate,
  identifyProxied: ((request: FastifyRequest) => Promise<Caller | null>) | null = null,
): (request: FastifyRequest) => Promise<Caller | null> {
  return async (request) => {
    const { raw, ip, facts } = request;
    const proxied = identifyProxied && (await identifyProxied(request));
    const caller = proxied ?? (await authenticate(raw.rawHeaders, ip));
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
