import {
  continueUpload as continuePlainly,
  deleteBlob as deletePlainly,
  openUpload as openPlainly,
  readBlob as readPlainly,
  type Uploads,
} from '../../../src/demo/registry/blobs.js';
import type { Incoming, Reply } from '../../../src/demo/registry/reply.js';
import type { MemoryStore } from './store.js';
import type { Change } from './notify.js';
import { refuse, type Traits } from './traits.js';

export interface BlobRules {
  readonly traits: Traits;
  readonly deleteEnabled: boolean;
  readonly publish: (change: Change) => void;
  readonly uploads: Uploads;
}

/** The plain registry's answers, which are told of. */
export function readBlob(
  store: MemoryStore,
  repository: string,
  digest: string,
  request: Incoming,
  rules: BlobRules,
): Reply {
  const reply = readPlainly(store, repository, digest, request);
  if (reply.status === 200)
    rules.publish({ action: 'pull', method: request.method, repository, digest, size: reply.body.length });
  return reply;
}

export function deleteBlob(store: MemoryStore, repository: string, digest: string, rules: BlobRules): Reply {
  if (!rules.deleteEnabled) return refuse(rules.traits.deletes.off);
  const reply = deletePlainly(store, repository, digest);
  if (reply.status === 202) rules.publish({ action: 'delete', method: 'DELETE', repository, digest });
  return reply;
}

export function openUpload(store: MemoryStore, repository: string, request: Incoming, rules: BlobRules): Reply {
  const reply = openPlainly(store, repository, request, rules.uploads);
  const { mount, from } = Object.fromEntries(request.query);
  if (reply.status === 201 && mount && from)
    rules.publish({ action: 'mount', method: 'POST', repository, digest: mount, fromRepository: from });
  return reply;
}

export function continueUpload(
  store: MemoryStore,
  repository: string,
  id: string,
  request: Incoming,
  rules: BlobRules,
): Reply {
  const reply = continuePlainly(store, repository, id, request, rules.uploads);
  const digest = request.query.get('digest') ?? '';
  const size = store.findBlob(repository, digest)?.length ?? 0;
  if (reply.status === 201) rules.publish({ action: 'push', method: 'PUT', repository, digest, size });
  return reply;
}
