import { createHash, hash } from 'node:crypto';

/** `sha256:<64 hex>` or `sha512:<128 hex>`: OCI image-spec, descriptor.md#digests. */
export type Digest = string & { readonly __brand: 'Digest' };

const digest = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;

export function isDigest(text: unknown): text is Digest {
  return typeof text === 'string' && text.length <= 135 && digest.test(text);
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

/**
 * SHA-256, hex: all that is stored of a secret that is only ever compared. For random secrets; passwords need a slow
 * hash.
 */
export function hashSecret(secret: string): string {
  return hash('sha256', secret);
}

/** As people quote digests: enough of it to find it by. */
export function shortenDigest(digest: Digest): string {
  return digest.slice(0, 19);
}
