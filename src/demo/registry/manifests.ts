import { isWellFormed, type ManifestBody, parseBody } from './body.js';
import { media } from './media.js';
import { type Incoming, type Reply, replyBytes, replyEmpty, replyError } from './reply.js';
import { type MemoryStore, sha256, type StoredManifest } from './store.js';

/** Bytes: distribution's limit on the body of a PUT. */
const maxManifest = 4 * 1024 * 1024;

/** A pushed manifest that may be stored. */
export interface Pushed {
  readonly manifest: StoredManifest;
  readonly body: ManifestBody;
}

/** A reference is a digest or a tag: no tag has a colon. */
export function isDigestReference(reference: string): boolean {
  return reference.includes(':');
}

/** GET and HEAD: what is stored, whatever types are accepted. */
export function readManifest(store: MemoryStore, repository: string, reference: string, request: Incoming): Reply {
  const found = store.findManifest(repository, reference);
  if (!found) {
    return replyUnknownManifest(repository, reference, isDigestReference(reference) ? reference : null);
  }
  const headers = { ETag: `"${found.digest}"`, 'Docker-Content-Digest': found.digest };
  if (request.headers['if-none-match'] === headers.ETag) return replyEmpty(304, headers);
  return replyBytes(200, found.bytes, { 'Content-Type': found.mediaType, ...headers });
}

/** `digest`: what the reference is or points to; null for a tag that nobody set. */
export function replyUnknownManifest(repository: string, reference: string, digest: string | null): Reply {
  const detail = digest ? { Name: repository, Revision: digest } : { Tag: reference };
  return replyError(404, 'MANIFEST_UNKNOWN', 'manifest unknown', detail);
}

/** PUT. */
export function writeManifest(store: MemoryStore, repository: string, reference: string, request: Incoming): Reply {
  const pushed = checkManifest(store, repository, reference, request);
  if ('status' in pushed) return pushed;
  const { digest, mediaType, bytes } = pushed.manifest;
  store.putManifest(repository, isDigestReference(reference) ? null : reference, mediaType, bytes);
  return replyStored(repository, digest, request);
}

export function replyStored(repository: string, digest: string, { base }: Incoming): Reply {
  const location = `${base}/v2/${repository}/manifests/${digest}`;
  return replyEmpty(201, { Location: location, 'Docker-Content-Digest': digest });
}

/**
 * Of a PUT's body. Every blob and child must be there, but a `subject` need not be. The Reply says why it may not be
 * stored.
 */
export function checkManifest(
  store: MemoryStore,
  repository: string,
  reference: string,
  { headers, body: bytes }: Incoming,
): Pushed | Reply {
  const mediaType = String(headers['content-type'] ?? '');
  const invalid = (why: string): Reply => replyError(400, 'MANIFEST_INVALID', 'manifest invalid', why);
  if (bytes.length > maxManifest) return invalid('http: request body too large');
  const types: readonly string[] = [media.dockerManifest, media.dockerList, media.ociManifest, media.ociIndex];
  const body = parseBody(bytes);
  if (!types.includes(mediaType) || !body || (body.mediaType && body.mediaType !== mediaType)) {
    return invalid('unrecognized manifest content type');
  }
  if (!isWellFormed(body)) return invalid('config, layers, manifests and subject must be descriptors');
  const missing = findMissing(store, repository, body);
  if (missing !== undefined) {
    return replyError(400, 'MANIFEST_BLOB_UNKNOWN', 'blob unknown to registry', { digest: missing });
  }
  const digest = sha256(bytes);
  if (isDigestReference(reference) && reference !== digest) {
    return replyError(400, 'DIGEST_INVALID', 'provided digest did not match uploaded content');
  }
  return { manifest: { digest, mediaType, bytes }, body };
}

/** The digest of the first blob or child that is not there. The bytes of a layer with `urls` are elsewhere. */
function findMissing(store: MemoryStore, repository: string, body: ManifestBody): string | undefined {
  const { config, layers, manifests } = body;
  const blobs = [...(config ? [config] : []), ...(layers ?? [])];
  const missing =
    blobs.find(({ urls, digest }) => !urls?.length && !store.findBlob(repository, digest)) ??
    manifests?.find(({ digest }) => !store.findManifest(repository, digest));
  return missing?.digest;
}

/** DELETE: of a digest with every tag on it, or of a tag alone (OCI distribution-spec 1.1, "Deleting tags"). */
export function removeManifest(store: MemoryStore, repository: string, reference: string): Reply {
  const isDeleted = isDigestReference(reference)
    ? store.deleteManifest(repository, reference) !== null
    : store.deleteTag(repository, reference);
  return isDeleted ? replyEmpty(202) : replyUnknownManifest(repository, reference, null);
}
