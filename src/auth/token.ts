import { randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { hashSecret } from '../domain/digest.js';

/**
 * The whole text: a prefix, 32 random base62 characters (190 bits), and 6 that are the CRC-32 of those before. `rgw_`
 * is a token of an account, `rgs_` a service key, `rgc_` a session, which a cookie alone holds.
 */
export type TokenText = string & { readonly __brand: 'TokenText' };

export type TokenPrefix = 'rgw' | 'rgs' | 'rgc';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const form = /^rg[wsc]_[0-9A-Za-z]{38}$/;

/** Shown once and never stored: only `hashToken` of it is. */
export function createToken(prefix: TokenPrefix = 'rgw'): TokenText {
  const body = `${prefix}_${createRandomText(32)}`;
  return `${body}${checksum(body)}` as TokenText;
}

/**
 * null for text that cannot be one: mistyped, cut off, guessed, or of another prefix. The prefix and the checksum also
 * let scanners find leaked ones.
 */
export function parseToken(text: string, prefix: TokenPrefix = 'rgw'): TokenText | null {
  if (text.length !== 42 || !text.startsWith(prefix) || !form.test(text)) return null;
  return text.slice(36) === checksum(text.slice(0, 36)) ? (text as TokenText) : null;
}

/** Hashes a token as it is stored: SHA-256, hex. The token is random, so it needs no salt and no slow hash. */
export function hashToken(token: TokenText): string {
  return hashSecret(token);
}

/** Letters and digits, each equally likely. */
export function createRandomText(length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
}

function checksum(body: string): string {
  let rest = crc32(body);
  let text = '';
  for (let i = 0; i < 6; i++, rest = Math.floor(rest / 62)) text = `${alphabet[rest % 62]}${text}`;
  return text;
}
