import { z } from 'zod';
import type { Credentials } from '../../domain/registry.js';
import { GatewayError } from '../../errors.js';
import type { Answer, Asked } from '../failure/asked.js';
import { parseJson } from '../transport/json.js';
import { buildBasic } from '../network/login.js';
import type { RealmRule } from './realm.js';
import type { Send } from '../transport/transport.js';
import type { CallOptions } from '../upstream.js';

export interface RegistryToken {
  readonly header: string;
  /** Milliseconds; below zero: for the calls that waited for it, and not kept. */
  readonly ttl: number;
}

export interface TokenSettings {
  readonly rule: RealmRule;
  readonly credentials: Credentials | null;
  readonly send: Send;
  /** Bytes of a token server's answer. */
  readonly cap: number;
}

/** One token at one realm: `grant` is the scopes it is asked for with a space between, '' for none. */
export interface TokenRequest {
  readonly realm: URL;
  readonly service: string | null;
  readonly grant: string;
}

/** A token is kept five minutes at most, whatever the server says, and renewed 10 s early. Seconds. */
const longestTtl = 300;
const early = 10;
const unspecifiedTtl = 60;

const tokenAnswer = z.object({
  token: z.string().max(16_384).nullish(),
  access_token: z.string().max(16_384).nullish(),
  expires_in: z.number().nullish().catch(null),
});

/**
 * Fetches a token with one GET of the realm. Redirects are not followed: they would take the password to a host that
 * nobody judged. Throws UPSTREAM_AUTH, UPSTREAM_REALM_REFUSED.
 */
export async function fetchToken(
  settings: TokenSettings,
  request: TokenRequest,
  asked: Asked,
  call: CallOptions,
): Promise<RegistryToken> {
  const { rule, credentials } = settings;
  const url = buildTokenUrl(request, credentials);
  const isOwn = url.origin === rule.own.origin;
  const at: Asked = {
    registry: asked.registry,
    what: `a token for ${asked.what}`,
    ...(isOwn ? {} : { host: url.host }),
  };
  const headers: Record<string, string> = {
    accept: 'application/json',
    ...(credentials ? { authorization: buildBasic(credentials) } : {}),
  };
  const answer = await settings.send({ method: 'GET', url, headers, cap: settings.cap, asked: at }, call);
  const server = `The token server ${url.origin} of registry ${rule.registry}`;
  const facts = { registry: rule.registry, upstreamStatus: answer.status, ...(isOwn ? {} : { host: url.host }) };
  if (answer.status === 401 || answer.status === 403) throw explainRejected(server, rule.registry, answer.status);
  if (answer.status >= 300 && answer.status < 400) {
    throw new GatewayError('UPSTREAM_REALM_REFUSED', `${server} redirects, and that is not followed.`, facts);
  }
  if (answer.status !== 200) {
    throw new GatewayError(
      'UPSTREAM_AUTH',
      `${server} answered ${answer.status} instead of a token. Look at its log.`,
      facts,
    );
  }
  return readToken(answer, `${server} sent no usable token.`, at);
}

function readToken(answer: Answer, complaint: string, asked: Asked): RegistryToken {
  try {
    const read = parseJson(answer.body, tokenAnswer, asked);
    const token = read.token || read.access_token || '';
    // RFC 6750 §2.1; anything else could not stand in a header.
    if (!/^[A-Za-z0-9._~+/-]+=*$/.test(token)) throw new TypeError('not a token');
    const expiresIn = read.expires_in && read.expires_in > 0 ? read.expires_in : unspecifiedTtl;
    return { header: `Bearer ${token}`, ttl: (Math.min(expiresIn, longestTtl) - early) * 1000 };
  } catch (cause) {
    throw new GatewayError('UPSTREAM_AUTH', complaint, {
      registry: asked.registry,
      upstreamStatus: answer.status,
      cause,
    });
  }
}

/** Several scopes are as many parameters, as distribution's own clients send them. */
function buildTokenUrl({ realm, service, grant }: TokenRequest, credentials: Credentials | null): URL {
  const url = new URL(realm);
  if (service !== null) url.searchParams.set('service', service.slice(0, 1024));
  for (const scope of grant.split(' ').filter(Boolean)) url.searchParams.append('scope', scope);
  if (credentials) url.searchParams.set('account', credentials.username);
  return url;
}

export function explainRejected(who: string, registry: string, upstreamStatus: number): GatewayError {
  return new GatewayError(
    'UPSTREAM_AUTH',
    `${who} refused the stored credentials (${upstreamStatus}): check the user name and password.`,
    {
      registry,
      upstreamStatus,
    },
  );
}
