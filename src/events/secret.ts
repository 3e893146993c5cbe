import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { hashSecret } from '../domain/digest.js';

/**
 * True when one of the headers that may carry a secret carries the one with this hash. Takes the same time for a null
 * hash, and is then false.
 */
export function hasSecret(headers: IncomingHttpHeaders, secretHash: string | null): boolean {
  const expected = secretHash ?? hashSecret('');
  const matching = findSecrets(headers).filter((secret) => isEqual(hashSecret(secret), expected));
  return secretHash !== null && matching.length > 0;
}

/**
 * Distribution sends the headers it is configured with; Harbor sends its "Auth Header" as the whole value of
 * Authorization, with or without a scheme. An empty value is no secret.
 */
function findSecrets({ authorization, 'x-registry-secret': own }: IncomingHttpHeaders): string[] {
  const bearer = authorization && /^bearer +(.+)$/i.exec(authorization)?.[1];
  return [bearer, authorization, own].filter((text): text is string => typeof text === 'string' && text !== '');
}

/** Hashed once more, so that both have the length that the constant-time comparison asks for. */
function isEqual(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => createHash('sha256').update(text).digest());
  return timingSafeEqual(a!, b!);
}
