import { decodeJwt, decodeProtectedHeader, type JWTPayload, jwtVerify } from 'jose';
import { type ProviderIdentity, readProviderIdentity, type SingleSignOnSettings } from '../domain/singlesignon.js';
import { GatewayError } from '../errors.js';
import type { SigningKeys } from './signingkeys.js';

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

/** Algorithms that sign with a key that the provider alone has; never `none`, nor what both sides could sign with. */
const algorithms = ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'];

/** Seconds that clocks may differ. */
const clockTolerance = 60;

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
  keys: SigningKeys,
  clock: () => Date,
): VerifyAccessToken {
  const { issuer, audience } = settings;
  return async (token) => {
    // Before a key is looked for: others' tokens have nothing read again.
    if (!isMeant(token, issuer, audience)) return null;
    try {
      const { payload } = await jwtVerify(token, keys.find, {
        issuer,
        audience,
        algorithms,
        clockTolerance,
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

function isMeant(token: string, issuer: string, audience: string): boolean {
  try {
    const { iss, aud } = decodeJwt(token);
    const { typ } = decodeProtectedHeader(token);
    if (typ !== undefined && !types.includes(typ.toLowerCase())) return false;
    return iss === issuer && (aud === audience || (Array.isArray(aud) && aud.includes(audience)));
  } catch {
    return false;
  }
}
