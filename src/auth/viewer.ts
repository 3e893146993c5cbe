import { isUsername, meetRoles, serviceKeyActor, type Viewer } from '../domain/account.js';
import { valuesOfHeader } from '../domain/rawheaders.js';
import { isJwt } from '../domain/singlesignon.js';
import { GatewayError } from '../errors.js';
import type { AccountStore, TokenRecord } from '../store/accounts/accounts.js';
import { hashToken, parseToken, type TokenText } from './token.js';

/**
 * Says who sends these headers: `X-Access-Token: username:token`, `Authorization: Bearer token`, or both with the same
 * token; or `X-Service-Key: key`, and none of the others. null when none is there. Beside an X-Access-Token an
 * Authorization that holds no token of a gateway is not meant for it (a proxy's password, what a client keeps in netrc)
 * and is not read; two tokens of gateways must be the same one. Takes Node's `rawHeaders`; `clientAddress` is written
 * down with the use. Throws UNAUTHENTICATED, the same for every reason; a revoked token and a changed role count from
 * the next call on. A bearer token that is none of a gateway is asked of `identifyBearer`, where there is one.
 */
export type Authenticate = (rawHeaders: readonly string[], clientAddress?: string) => Promise<Caller | null>;

/** A viewer, as the token, the key or the proxy says that sent the request. */
export type Caller = Viewer;

/**
 * Says who sends a JWT of the provider; null: it is not valid here. Such a caller speaks for itself, as a service key
 * does: it has the roles of its claims, no account, and makes no tokens. Throws LOGIN_UNAVAILABLE while the provider's
 * keys are not known.
 */
export type IdentifyBearer = (token: string) => Promise<Caller | null>;

type Tokens = Pick<AccountStore, 'findToken' | 'recordUse'>;

/** How exact `lastUsedAt` is: a busy token is not written on each request. */
export const useInterval = 60_000;

export function createAuthenticator(
  accounts: Tokens,
  clock: () => Date = () => new Date(),
  identifyBearer: IdentifyBearer | null = null,
): Authenticate {
  return async (rawHeaders, clientAddress) => {
    const foreign = identifyBearer && readForeignBearer(rawHeaders);
    if (foreign) return (await identifyBearer(foreign)) ?? refuse();
    const claim = readClaim(rawHeaders);
    if (!claim) return null;
    const record = await accounts.findToken(hashToken(claim.token));
    const now = clock();
    if (!record || !isValid(record, now) || (record.kind === 'SERVICE_KEY') !== claim.isServiceKey) throw refused();
    if (claim.username !== null && claim.username !== record.account.username) throw refused();
    await recordUse(accounts, record, now, clientAddress ?? null);
    return toViewer(record);
  };
}

/** With the token's roles and grants, as far as those of the account reach. */
export function toViewer({ id, kind, account, roles, heldGrants, expiresAt }: TokenRecord): Caller {
  return {
    accountId: account.id,
    username: kind === 'SERVICE_KEY' ? serviceKeyActor(id) : account.username,
    roles: meetRoles(roles, account.roles),
    ...(heldGrants.length > 0 && { grants: heldGrants }),
    tokenId: id,
    tokenKind: kind,
    expiresAt,
  };
}

interface ClaimedIdentity {
  /** null when only the token was sent. */
  readonly username: string | null;
  readonly token: TokenText;
  readonly isServiceKey: boolean;
}

function readClaim(rawHeaders: readonly string[]): ClaimedIdentity | null {
  const access = valuesOfHeader(rawHeaders, 'x-access-token');
  const authorization = valuesOfHeader(rawHeaders, 'authorization');
  const keys = valuesOfHeader(rawHeaders, 'x-service-key');
  if (access.length === 0 && authorization.length === 0 && keys.length === 0) return null;
  if (access.length > 1 || keys.length > 1) throw refused();
  const bearers = authorization.map(parseBearer);
  const [key] = keys;
  if (key !== undefined) {
    const token = parseToken(key, 'rgs');
    if (!token || access.length > 0 || bearers.some((bearer) => bearer !== null)) throw refused();
    return { username: null, token, isServiceKey: true };
  }
  const [named] = access.map(readAccessToken);
  if (!named) {
    const [token] = bearers;
    if (!token || bearers.length > 1) throw refused();
    return { username: null, token, isServiceKey: false };
  }
  if (bearers.some((token) => token !== null && token !== named.token)) throw refused();
  return named;
}

function readAccessToken(value: string): ClaimedIdentity {
  const colon = value.indexOf(':');
  const username = value.slice(0, Math.max(colon, 0));
  const token = parseToken(value.slice(colon + 1));
  if (!token || !isUsername(username)) throw refused();
  return { username, token, isServiceKey: false };
}

/** RFC 6750 §2.1; the scheme's case does not matter (RFC 9110 §11.1). null: no token of a gateway. */
function parseBearer(value: string): TokenText | null {
  return /^bearer /i.test(value) ? parseToken(value.slice('bearer '.length)) : null;
}

/** A JWT that is sent alone: beside a token or a key of the gateway it is of somebody else, and not read. */
function readForeignBearer(rawHeaders: readonly string[]): string | null {
  const [value, ...others] = valuesOfHeader(rawHeaders, 'authorization');
  if (value === undefined || others.length > 0 || !/^bearer /i.test(value)) return null;
  if (['x-access-token', 'x-service-key'].some((name) => valuesOfHeader(rawHeaders, name).length > 0)) return null;
  const token = value.slice('bearer '.length);
  return isJwt(token) ? token : null;
}

function refuse(): never {
  throw refused();
}

export function isValid({ revokedAt, expiresAt, account }: TokenRecord, now: Date): boolean {
  return revokedAt === null && account.disabledAt === null && now.getTime() < expiresAt.getTime();
}

/**
 * Writes a use of a token, at most once in the interval. A database that cannot be written to just now (busy, full)
 * still serves readers.
 */
export async function recordUse(
  accounts: Pick<Tokens, 'recordUse'>,
  { id, lastUsedAt }: TokenRecord,
  now: Date,
  from: string | null,
): Promise<void> {
  if (lastUsedAt && now.getTime() - lastUsedAt.getTime() < useInterval) return;
  try {
    await accounts.recordUse(id, now, from);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
  }
}

function refused(): GatewayError {
  return new GatewayError(
    'UNAUTHENTICATED',
    "The token is not valid here: unknown, expired, revoked, or not the named user's. Log in again, or create another.",
  );
}
