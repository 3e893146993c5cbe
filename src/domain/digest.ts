import { createHash } from 'node:crypto';
import { badInput } from '../errors.js';
import { quote } from './name.js';

/** `sha256:<64 hex>` or `sha512:<128 hex>`: OCI image-spec, descriptor.md#digests. */
export type Digest = string & { readonly __brand: 'Digest' };

const digest = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;

export function isDigest(text: unknown): text is Digest {
  return typeof text === 'string' && text.length <= 135 && digest.test(text);
}

/** Throws BAD_USER_INPUT. */
export function parseDigest(text: string, ...path: string[]): Digest {
  if (isDigest(text)) return text;
  throw badInput(`${quote(text)} is not a digest: "sha256:" and 64 lower-case hex digits, or "sha512:" and 128.`, ...path);
}

/** The digest of these bytes, by the same algorithm as `like`. */
export function computeDigest(bytes: Uint8Array, like?: Digest): Digest {
  const algorithm = like?.startsWith('sha512:') ? 'sha512' : 'sha256';
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}` as Digest;
}

/** The hex part, as `docker images` shows an image ID. */
export function hexOf(digest: Digest): string {
  return digest.slice(digest.indexOf(':') + 1);
}
