import { randomUUID } from 'node:crypto';
import { type Incoming, type Reply, replyBytes, replyEmpty, replyError } from './reply.js';
import { type MemoryStore, sha256 } from './store.js';

/** Uploads under way, by id: their bytes so far. */
export type Uploads = Map<string, Buffer>;

const replyUnknownBlob = (digest: string): Reply => {
  return replyError(404, 'BLOB_UNKNOWN', 'blob unknown to registry', { digest });
};

/** GET and HEAD: always an octet-stream, its real type stands in the manifest only. */
export function readBlob(store: MemoryStore, repository: string, digest: string, request: Incoming): Reply {
  const bytes = store.findBlob(repository, digest);
  if (!bytes) return replyUnknownBlob(digest);
  const headers = { ETag: `"${digest}"`, 'Cache-Control': 'max-age=31536000', 'Docker-Content-Digest': digest };
  if (request.headers['if-none-match'] === `"${digest}"`) return replyEmpty(304, headers);
  return replyBytes(200, bytes, { 'Content-Type': 'application/octet-stream', ...headers });
}

export function deleteBlob(store: MemoryStore, repository: string, digest: string): Reply {
  return store.deleteBlob(repository, digest) ? replyEmpty(202) : replyUnknownBlob(digest);
}

/**
 * POST: mounts the blob of another repository (201), or opens an upload (202). Like distribution 2 it ignores
 * `?digest=`.
 */
export function openUpload(store: MemoryStore, repository: string, request: Incoming, uploads: Uploads): Reply {
  const mount = request.query.get('mount');
  const from = request.query.get('from');
  if (mount && from && store.findBlob(from, mount)) {
    store.linkBlob(repository, mount);
    return replyCreated(repository, mount, request);
  }
  const id = randomUUID();
  uploads.set(id, Buffer.alloc(0));
  return replyAccepted(repository, id, 0, request);
}

/** PATCH adds a chunk (202); PUT adds the last and closes the upload under its digest (201). */
export function continueUpload(
  store: MemoryStore,
  repository: string,
  id: string,
  request: Incoming,
  uploads: Uploads,
): Reply {
  const before = uploads.get(id);
  if (!before) return replyError(404, 'BLOB_UPLOAD_UNKNOWN', 'blob upload unknown to registry');
  const bytes = Buffer.concat([before, request.body]);
  if (request.method === 'PATCH') {
    uploads.set(id, bytes);
    return replyAccepted(repository, id, bytes.length, request);
  }
  const digest = request.query.get('digest') ?? '';
  if (digest !== sha256(bytes)) {
    return replyError(400, 'DIGEST_INVALID', 'provided digest did not match uploaded content');
  }
  uploads.delete(id);
  store.putBlob(repository, bytes);
  return replyCreated(repository, digest, request);
}

function replyCreated(repository: string, digest: string, { base }: Incoming): Reply {
  return replyEmpty(201, { Location: `${base}/v2/${repository}/blobs/${digest}`, 'Docker-Content-Digest': digest });
}

/** The location has a query already: `digest=` must be added with "&". */
function replyAccepted(repository: string, id: string, length: number, { base }: Incoming): Reply {
  return replyEmpty(202, {
    Location: `${base}/v2/${repository}/blobs/uploads/${id}?_state=open`,
    'Docker-Upload-UUID': id,
    Range: `0-${Math.max(length - 1, 0)}`,
  });
}
