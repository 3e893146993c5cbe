import { createLocalJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import { GatewayError } from '../errors.js';
import type { Timer } from '../timer.js';

/** The keys that the provider signs with, as its JWK Set has them. */
export interface SigningKeys {
  /** Finds the key of a token, for `jwtVerify`. Rejects with LOGIN_UNAVAILABLE while none are known. */
  readonly find: JWTVerifyGetKey;
}

/** Tokens are verified so, of machines and of people. */
export const verification = {
  /** Algorithms that sign with a key that the provider alone has; never `none`, nor what both sides could sign with. */
  algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'],
  /** Seconds that clocks may differ. */
  clockTolerance: 60,
};

/** Reads the JWK Set, parsed; throws LOGIN_UNAVAILABLE. */
export type ReadKeys = () => Promise<unknown>;

/** Milliseconds after which keys are read again behind a token that they still verify. */
const fresh = 10 * 60_000;
/** Milliseconds that known keys are taken for, while the provider does not answer. */
const longest = 24 * 60 * 60_000;
/** Milliseconds between two readings for keys that are not known, or after one that failed: anybody can name a key. */
const pause = 30_000;
/** Keys of a set; providers have a handful. */
const mostKeys = 100;

/**
 * Keeps the keys. A token of a key that is not among them has them read again, once in half a minute, whoever asks: so
 * that keys can be changed at the provider, and a flood of made-up ones costs it nothing.
 */
export function createSigningKeys(read: ReadKeys, timer: Timer): SigningKeys {
  let known: { readonly find: JWTVerifyGetKey; readonly at: number } | null = null;
  let reading: Promise<void> | null = null;
  let attemptedAt = -Infinity;
  let failure: unknown = null;

  const readOnce = (): Promise<void> => {
    attemptedAt = timer.elapsed();
    reading ??= read()
      .then((set) => {
        known = { find: createLocalJWKSet(toKeySet(set)), at: timer.elapsed() };
        failure = null;
      })
      .catch((error: unknown) => {
        failure = error;
        throw error;
      })
      .finally(() => {
        reading = null;
      });
    return reading;
  };
  const mayRead = (): boolean => reading !== null || timer.elapsed() - attemptedAt >= pause;

  const open = async (): Promise<JWTVerifyGetKey> => {
    const age = known === null ? Infinity : timer.elapsed() - known.at;
    if (known !== null && age < longest) {
      // A failure is kept, and asked about again after the pause.
      if (age >= fresh && mayRead()) readOnce().catch(() => undefined);
      return known.find;
    }
    if (!mayRead()) throw failure ?? noKeys();
    await readOnce();
    return known!.find;
  };

  return {
    async find(header, token) {
      const find = await open();
      try {
        return await find(header, token);
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey) || !mayRead()) throw error;
        await readOnce().catch(() => undefined);
        return (await open())(header, token);
      }
    },
  };
}

function toKeySet(set: unknown): Parameters<typeof createLocalJWKSet>[0] {
  const keys = typeof set === 'object' && set !== null && 'keys' in set ? set.keys : null;
  if (!Array.isArray(keys) || keys.length > mostKeys) throw noKeys();
  // A secret among them would make a signature of whoever knows it.
  return { keys: keys.filter((key: unknown) => typeof key === 'object' && key !== null && !isSecret(key)) };
}

function isSecret(key: object): boolean {
  return 'kty' in key && key.kty === 'oct';
}

function noKeys(): GatewayError {
  const what = 'The provider of single sign-on gives no keys that its tokens can be verified with.';
  return new GatewayError('LOGIN_UNAVAILABLE', `${what} Look at its jwks_uri, then try again.`, { retryAfter: 30 });
}
