import {
  allowInsecureRequests,
  type CustomFetch,
  customFetch,
  discovery,
  None,
  type ServerMetadata,
} from 'openid-client';
import type { SingleSignOnSettings } from '../domain/singlesignon.js';
import { GatewayError } from '../errors.js';
import type { Timer } from '../timer.js';
import type { ProviderFetch } from './providerfetch.js';

/** The provider as its metadata describes it (OpenID Connect Discovery), read when it is first needed. */
export interface Provider {
  /** The JWK Set that its metadata names, parsed. Rejects with LOGIN_UNAVAILABLE. */
  readKeys(): Promise<unknown>;
  /** Rejects with LOGIN_UNAVAILABLE. */
  readMetadata(): Promise<ServerMetadata>;
}

/** Milliseconds after which metadata is read again. */
const fresh = 60 * 60_000;
/** Milliseconds after a reading that failed, in which it is not tried again: anybody can begin a login. */
const pause = 5000;

export interface ProviderParts {
  readonly fetch: ProviderFetch;
  readonly timer: Timer;
}

/** Metadata is read once for all who ask at a time. */
export function createProvider(settings: SingleSignOnSettings, { fetch, timer }: ProviderParts): Provider {
  let known: { readonly metadata: ServerMetadata; readonly at: number } | null = null;
  let failed: { readonly error: unknown; readonly at: number } | null = null;
  let reading: Promise<ServerMetadata> | null = null;
  const read = async (): Promise<ServerMetadata> => {
    try {
      const metadata = await discover(settings, fetch);
      known = { metadata, at: timer.elapsed() };
      failed = null;
      return metadata;
    } catch (cause) {
      const error = toUnavailable(cause);
      failed = { error, at: timer.elapsed() };
      throw error;
    } finally {
      reading = null;
    }
  };
  const readMetadata = async (): Promise<ServerMetadata> => {
    if (known !== null && timer.elapsed() - known.at < fresh) return known.metadata;
    if (failed !== null && timer.elapsed() - failed.at < pause) throw failed.error;
    return (reading ??= read());
  };
  return {
    readMetadata,
    async readKeys() {
      const { jwks_uri: address } = await readMetadata();
      const url = typeof address === 'string' ? URL.parse(address) : null;
      if (url === null) throw unfit('has no jwks_uri that is an address');
      const answer = await fetch.send(url, { method: 'GET', headers: { accept: 'application/json' }, body: null });
      const parsed: unknown = answer.ok ? await answer.json().catch(() => null) : null;
      if (parsed === null) throw unfit(`does not give its keys: status ${answer.status}, or no JSON`);
      return parsed;
    },
  };
}

async function discover(
  { issuer, isHttpAllowed }: SingleSignOnSettings,
  fetch: ProviderFetch,
): Promise<ServerMetadata> {
  const send: CustomFetch = (url, { method, headers }) => fetch.send(new URL(url), { method, headers, body: null });
  // Metadata are read as nobody in particular: bearer tokens are verified without a client of one's own.
  const found = await discovery(new URL(issuer), 'none', undefined, None(), {
    [customFetch]: send,
    execute: isHttpAllowed ? [allowInsecureRequests] : [],
  });
  return found.serverMetadata();
}

function toUnavailable(error: unknown): unknown {
  const known = findOwnError(error);
  if (known) return known;
  const { code } = error as { code?: unknown };
  return new GatewayError(
    'LOGIN_UNAVAILABLE',
    `The metadata of the provider of single sign-on cannot be read${typeof code === 'string' ? ` (${code})` : ''}. ` +
      'Look whether OIDC_ISSUER is just what its /.well-known/openid-configuration has as its issuer.',
    { retryAfter: 10, cause: error },
  );
}

function unfit(what: string): GatewayError {
  return new GatewayError('LOGIN_UNAVAILABLE', `The provider of single sign-on ${what}. Look at its configuration.`, {
    retryAfter: 30,
  });
}

/** The library puts what a request was refused by into errors of its own. */
export function findOwnError(error: unknown): GatewayError | null {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++)
    if (at instanceof GatewayError) return at;
  return null;
}
