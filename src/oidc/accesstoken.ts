import { decodeJwt, decodeProtectedHeader, type JWTPayload, jwtVerify } from 'jose';
import { type ProviderIdentity, readProviderIdentity, type SingleSignOnSettings } from '../domain/singlesignon.js';
import { GatewayError } from '../errors.js';
import { type SigningKeys, verification } from './signingkeys.js';

export interface VerifiedToken {
  readonly identity: ProviderIdentity;
  /** Until then it is taken, clocks that differ aside. */
  readonly expiresAt: Date;
}

/**
 * Says whom a bearer JWT of the provider is of (RFC 9068, RFC 8725). null: it is not valid here, for whatever reason.
 * Throws LOGIN_UNAVAILABLE while no keys are known.
 */
export type VerifyAccessToken = (token: string) => Promise<VerifiedToken | null>;

/** Of access tokens, in small letters (RFC 9068 §2.1); many providers say just that they are JWTs, or nothing. */
const types = ['jwt', 'at+jwt', 'application/at+jwt'];

/**
 * Claims of ID tokens, which tell a client of a login and open nothing; of logout tokens; and of tokens that are good
 * only together with a key (RFC 7800), of which the gateway asks no proof.
 */
const foreignClaims = ['nonce', 'at_hash', 'c_hash', 'events', 'cnf'];

/** By which Keycloak tells its tokens apart, beside `Bearer`. */
const foreignTypes: readonly unknown[] = ['ID', 'Refresh', 'Offline', 'Logout'];

export function createAccessTokenCheck(
  settings: SingleSignOnSettings,
  audience: string,
  keys: SigningKeys,
  clock: () => Date,
): VerifyAccessToken {
  const { issuer } = settings;
  return async (token) => {
    // Before a key is looked for: tokens of others, and those that are over, have nothing asked of the provider.
    if (!isMeant(token, issuer, audience, clock())) return null;
    try {
      const { payload } = await jwtVerify(token, keys.find, {
        issuer,
        audience,
        ...verification,
        currentDate: clock(),
        requiredClaims: ['exp', 'sub'],
      });
      if (isForeign(payload)) return null;
      const identity = readProviderIdentity(payload, settings);
      return identity && { identity, expiresAt: new Date(payload.exp! * 1000) };
    } catch (error) {
      if (error instanceof GatewayError) throw error;
      return null;
    }
  };
}

function isForeign(payload: JWTPayload): boolean {
  return foreignClaims.some((claim) => claim in payload) || foreignTypes.includes(payload['typ']);
}

function isMeant(token: string, issuer: string, audience: string, now: Date): boolean {
  try {
    const { iss, aud, exp } = decodeJwt(token);
    const { typ } = decodeProtectedHeader(token);
    if (exp === undefined || exp + verification.clockTolerance <= now.getTime() / 1000) return false;
    if (typ !== undefined && !types.includes(typ.toLowerCase())) return false;
    return iss === issuer && (aud === audience || (Array.isArray(aud) && aud.includes(audience)));
  } catch {
    return false;
  }
}
