import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { Credentials } from '../domain/registry.js';
import { GatewayError } from '../errors.js';
import { parseChallenges, type Challenge } from './challenge.js';
import type { Answer, Asked } from './failure.js';
import { createFlights } from './flight.js';
import { parseJson } from './json.js';
import { judgeRealm, type RealmRule } from './realm.js';
import type { Send } from './transport.js';
import type { CallOptions } from './upstream.js';

/**
 * How a registry lets the gateway in: distribution, "Token Authentication Specification", and RFC 7617.
 * A layer of its own: whoever sends a request asks `prepare` for the header, and after a 401 `renew`, once.
 */
export interface Authorization {
  /** The Authorization header to send at once; null while nothing is known. */
  prepare(scope: string, asked: Asked, call: CallOptions): Promise<string | null>;
  /** After a 401 to `rejected`. Throws UPSTREAM_AUTH or UPSTREAM_REALM_REFUSED when there is nothing better to send. */
  renew(answer: Answer, rejected: string | null, scope: string, asked: Asked, call: CallOptions): Promise<string>;
  /** The realm of the last Bearer challenge. */
  readonly realm: string | null;
}

export interface AuthorizationSettings {
  readonly rule: RealmRule;
  readonly credentials: Credentials | null;
  readonly send: Send;
  readonly now: () => number;
  /** Bytes of a token server's answer. */
  readonly cap: number;
}

type Scheme = { readonly kind: 'basic' } | { readonly kind: 'bearer'; readonly realm: URL; readonly service: string | null };

interface Token {
  readonly header: string;
  /** Milliseconds; below zero: for the calls that waited for it, and not kept. */
  readonly ttl: number;
}

/** T07: a token is asked for one scope, kept five minutes at most, and renewed 10 s early. Seconds. */
const longestTtl = 300;
const early = 10;
const unspecifiedTtl = 60;

export function createAuthorization(settings: AuthorizationSettings): Authorization {
  const { credentials, now } = settings;
  const registry = settings.rule.registry;
  const join = createFlights<Token>();
  const tokens = new LRUCache<string, { readonly header: string; readonly until: number }>({ max: 5000 });
  let scheme: Scheme | null = null;

  async function obtain(scope: string, grant: string, asked: Asked, call: CallOptions): Promise<string> {
    if (scheme?.kind !== 'bearer') throw explainNoWay(registry);
    const kept = tokens.get(scope);
    if (kept && kept.until > now()) return kept.header;
    const { realm, service } = scheme;
    const token = await join(scope, call.signal, async (signal) => {
      const fresh = await fetchToken(settings, buildTokenUrl(realm, service, grant, credentials), asked, { ...call, signal });
      if (fresh.ttl > 0) tokens.set(scope, { header: fresh.header, until: now() + fresh.ttl });
      return fresh;
    });
    return token.header;
  }

  return {
    get realm() {
      return scheme?.kind === 'bearer' ? scheme.realm.href : null;
    },
    async prepare(scope, asked, call) {
      if (scheme?.kind === 'basic') return credentials && buildBasic(credentials);
      return scheme ? obtain(scope, scope, asked, call) : null;
    },
    async renew(answer, rejected, scope, asked, call) {
      const challenges = parseChallenges(answer.headers['www-authenticate'] ?? '');
      const bearer = challenges.find((each) => each.scheme === 'bearer');
      if (bearer) {
        const realm = judgeRealm(bearer.parameters.get('realm'), settings.rule);
        scheme = { kind: 'bearer', realm, service: bearer.parameters.get('service') ?? null };
        if (tokens.get(scope)?.header === rejected) tokens.delete(scope);
        return obtain(scope, chooseScope(scope, bearer), asked, call);
      }
      if (!challenges.some((each) => each.scheme === 'basic')) throw explainNoWay(registry);
      if (!credentials) throw explainMissing(registry);
      const header = buildBasic(credentials);
      if (header === rejected) throw explainRejected(`Registry ${registry}`, registry, answer.status);
      scheme = { kind: 'basic' };
      return header;
    },
  };
}

/**
 * We ask for the scope we need, whatever the challenge offers: else a registry could have a token made for another
 * repository. Some want more rights on the same repository before they delete (Quay: pull and push); those are given.
 */
export function chooseScope(needed: string, challenge: Challenge): string {
  const offered = challenge.parameters.get('scope') ?? '';
  const resource = needed.slice(0, needed.lastIndexOf(':') + 1);
  const actions = offered.slice(resource.length);
  const mayWiden = needed.endsWith(':delete') && offered.startsWith(resource);
  return mayWiden && /^(?:pull|push|delete|\*)(?:,(?:pull|push|delete|\*))*$/.test(actions) ? offered : needed;
}

const tokenAnswer = z.object({
  token: z.string().max(16_384).nullish(),
  access_token: z.string().max(16_384).nullish(),
  expires_in: z.number().nullish().catch(null),
});

/** One GET of the realm; redirects are not followed, because they would move the realm (T05). */
async function fetchToken(settings: AuthorizationSettings, url: URL, asked: Asked, call: CallOptions): Promise<Token> {
  const { rule, credentials } = settings;
  const at: Asked = { registry: asked.registry, what: `a token from ${url.origin} for ${asked.what}` };
  const headers: Record<string, string> = { accept: 'application/json', ...(credentials ? { authorization: buildBasic(credentials) } : {}) };
  const answer = await settings.send({ method: 'GET', url, headers, cap: settings.cap, asked: at }, call);
  const server = `The token server ${url.origin} of registry ${rule.registry}`;
  const facts = { registry: rule.registry, upstreamStatus: answer.status };
  if (answer.status === 401 || answer.status === 403) throw explainRejected(server, rule.registry, answer.status);
  if (answer.status >= 300 && answer.status < 400) {
    throw new GatewayError('UPSTREAM_REALM_REFUSED', `${server} redirects, and that is not followed.`, facts);
  }
  if (answer.status !== 200) {
    throw new GatewayError('UPSTREAM_AUTH', `${server} answered ${answer.status} instead of a token. Look at its log.`, facts);
  }
  return readToken(answer, `${server} sent no usable token.`, at);
}

function readToken(answer: Answer, complaint: string, asked: Asked): Token {
  try {
    const read = parseJson(answer.body, tokenAnswer, asked);
    const token = read.token || read.access_token || '';
    // RFC 6750 §2.1; anything else could not stand in a header.
    if (!/^[A-Za-z0-9._~+/-]+=*$/.test(token)) throw new TypeError('not a token');
    const expiresIn = read.expires_in && read.expires_in > 0 ? read.expires_in : unspecifiedTtl;
    return { header: `Bearer ${token}`, ttl: (Math.min(expiresIn, longestTtl) - early) * 1000 };
  } catch (cause) {
    throw new GatewayError('UPSTREAM_AUTH', complaint, { registry: asked.registry, upstreamStatus: answer.status, cause });
  }
}

function buildTokenUrl(realm: URL, service: string | null, scope: string, credentials: Credentials | null): URL {
  const url = new URL(realm);
  if (service !== null) url.searchParams.set('service', service.slice(0, 1024));
  if (scope) url.searchParams.set('scope', scope);
  if (credentials) url.searchParams.set('account', credentials.username);
  return url;
}

function buildBasic({ username, password }: Credentials): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

function explainRejected(who: string, registry: string, upstreamStatus: number): GatewayError {
  return new GatewayError('UPSTREAM_AUTH', `${who} refused the stored credentials (${upstreamStatus}): check the user name and password.`, {
    registry,
    upstreamStatus,
  });
}

function explainMissing(registry: string): GatewayError {
  return new GatewayError('UPSTREAM_AUTH', `Registry ${registry} asks for a user name and password, and none are stored.`, {
    registry,
    upstreamStatus: 401,
  });
}

function explainNoWay(registry: string): GatewayError {
  return new GatewayError('UPSTREAM_AUTH', `Registry ${registry} answered 401 without a way to log in that is known here (Basic or Bearer).`, {
    registry,
    upstreamStatus: 401,
  });
}
