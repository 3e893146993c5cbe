import { type Incoming, type Reply, replyBytes, replyEmpty, replyError } from './reply.js';
import { type MemoryStore, sha256 } from './store.js';
import type { Change } from './notify.js';
import { refuse, type Traits } from './traits.js';

export interface BlobRules {
  readonly traits: Traits;
  readonly deleteEnabled: boolean;
  readonly publish: (change: Change) => void;
  /** Uploads under way, by id. */
  readonly uploads: Map<string, Buffer>;
}

const unknownBlob = (digest: string) => replyError(404, 'BLOB_UNKNOWN', 'blob unknown to registry', { digest });

/** GET and HEAD: always an octet-stream, its real type stands in the manifest only. */
export function readBlob(store: MemoryStore, repository: string, digest: string, request: Incoming, rules: BlobRules): Reply {
  const bytes = store.findBlob(repository, digest);
  if (!bytes) return unknownBlob(digest);
  const headers = { 'ETag': `"${digest}"`, 'Cache-Control': 'max-age=31536000', 'Docker-Content-Digest': digest };
  if (request.headers['if-none-match'] === `"${digest}"`) return replyEmpty(304, headers);
  rules.publish({ action: 'pull', method: request.method, repository, digest, size: bytes.length });
  return replyBytes(200, bytes, { 'Content-Type': 'application/octet-stream', ...headers });
}

export function deleteBlob(store: MemoryStore, repository: string, digest: string, rules: BlobRules): Reply {
  if (!rules.deleteEnabled) return refuse(rules.traits.deletes.off);
  if (!store.deleteBlob(repository, digest)) return unknownBlob(digest);
  rules.publish({ action: 'delete', method: 'DELETE', repository, digest });
  return replyEmpty(202);
}

/** POST: mounts the blob of another repository, or opens an upload. Like distribution 2 it ignores `?digest=`. */
export function openUpload(store: MemoryStore, repository: string, request: Incoming, rules: BlobRules): Reply {
  const mount = request.query.get('mount');
  const from = request.query.get('from');
  if (mount && from && store.findBlob(from, mount)) {
    store.linkBlob(repository, mount);
    rules.publish({ action: 'mount', method: 'POST', repository, digest: mount, fromRepository: from });
    return replyCreated(repository, mount, request);
  }
  const id = `upload-${rules.uploads.size + 1}`;
  rules.uploads.set(id, Buffer.alloc(0));
  return replyAccepted(repository, id, 0, request);
}

/** PATCH adds a chunk; PUT adds the last and closes the upload under its digest. */
export function continueUpload(store: MemoryStore, repository: string, id: string, request: Incoming, rules: BlobRules): Reply {
  const before = rules.uploads.get(id);
  if (!before) return replyError(404, 'BLOB_UPLOAD_UNKNOWN', 'blob upload unknown to registry');
  const bytes = Buffer.concat([before, request.body]);
  if (request.method === 'PATCH') {
    rules.uploads.set(id, bytes);
    return replyAccepted(repository, id, bytes.length, request);
  }
  const digest = request.query.get('digest') ?? '';
  if (digest !== sha256(bytes)) return replyError(400, 'DIGEST_INVALID', 'provided digest did not match uploaded content');
  // Kept as an empty entry, so that ids stay unique.
  rules.uploads.set(id, Buffer.alloc(0));
  store.putBlob(repository, bytes);
  rules.publish({ action: 'push', method: 'PUT', repository, digest, size: bytes.length });
  return replyCreated(repository, digest, request);
}

function replyCreated(repository: string, digest: string, request: Incoming): Reply {
  return replyEmpty(201, { 'Location': `${request.base}/v2/${repository}/blobs/${digest}`, 'Docker-Content-Digest': digest });
}

/** The location has a query already: `digest=` must be added with "&". */
function replyAccepted(repository: string, id: string, length: number, request: Incoming): Reply {
  return replyEmpty(202, {
    'Location': `${request.base}/v2/${repository}/blobs/uploads/${id}?_state=open`,
    'Docker-Upload-UUID': id,
    'Range': `0-${Math.max(length - 1, 0)}`,
  });
}
