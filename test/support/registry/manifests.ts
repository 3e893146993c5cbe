import { checkManifest, replyStored, replyUnknownManifest } from '../../../src/demo/registry/manifests.js';
import { parseBody } from '../../../src/demo/registry/body.js';
import { media } from '../../../src/demo/registry/media.js';
import { type Incoming, type Reply, replyBytes, replyEmpty, replyError } from '../../../src/demo/registry/reply.js';
import { type MemoryStore, sha256, type StoredManifest } from './store.js';
import type { Change } from './notify.js';
import { type Lock, type Refusal, refuse, type Traits } from './traits.js';

export interface ManifestRules {
  readonly traits: Traits;
  readonly deleteEnabled: boolean;
  readonly publish: (change: Change, write?: () => void) => void;
  /** A push by tag is told of before its tag is written. */
  readonly tellsFirst: boolean;
  /** Says in `OCI-Subject` that a subject was understood. */
  readonly namesSubject: boolean;
}

/** GET and HEAD. The conditional answer comes first: a 304 says only that the reference still means that digest. */
export function readManifest(
  store: MemoryStore,
  repository: string,
  reference: string,
  request: Incoming,
  rules: ManifestRules,
): Reply {
  const target = reference.includes(':') ? reference : store.resolveTag(repository, reference);
  const condition = String(request.headers['if-none-match'] ?? '');
  const { conditions } = rules.traits;
  if (conditions && target && (condition === target || condition === `"${target}"`)) return replyEmpty(304);

  const found = store.findManifest(repository, reference);
  if (!found) return replyUnknownManifest(repository, reference, target);
  const served = negotiate(
    store,
    repository,
    found,
    reference.includes(':'),
    String(request.headers.accept ?? ''),
    rules.traits.unaccepted,
  );
  if ('status' in served) return served;
  rules.publish({
    action: 'pull',
    method: request.method,
    repository,
    manifest: served,
    ...(reference.includes(':') ? {} : { tag: reference }),
  });
  return replyBytes(200, served.mediaType === media.dockerSchema1 ? signAnew(served.bytes) : served.bytes, {
    'Content-Type': served.mediaType,
    'Docker-Content-Digest': served.digest,
    ...(conditions && { ETag: `"${served.digest}"` }),
  });
}

/** The Accept matrix: types are looked for literally, `*` counts as nothing. */
function negotiate(
  store: MemoryStore,
  repository: string,
  found: StoredManifest,
  byDigest: boolean,
  accept: string,
  unaccepted: Traits['unaccepted'],
): StoredManifest | Reply {
  const accepted = accept.split(',').map((part) => part.split(';')[0]?.trim());
  const stored = found.mediaType;
  if (unaccepted === 'served' || accepted.includes(stored) || stored === media.dockerSchema1) return found;
  if (stored === media.ociManifest || (stored === media.ociIndex && unaccepted === 'rewritten')) {
    const word = stored === media.ociIndex ? 'OCI index' : 'OCI manifest';
    return replyError(
      404,
      'MANIFEST_UNKNOWN',
      `${word} found, but accept header does not support OCI ${word.slice(4)}s`,
    );
  }
  if (byDigest || stored === media.ociIndex) return found;
  if (stored === media.dockerList) {
    const child = findDefaultChild(store, repository, found);
    if (child && accepted.includes(media.dockerManifest)) return child;
    return unaccepted === 'refused' || !child
      ? replyError(400, 'MANIFEST_INVALID', 'manifest invalid', {})
      : rewriteAsSchema1(repository, child);
  }
  return unaccepted === 'refused' ? found : rewriteAsSchema1(repository, found);
}

function findDefaultChild(store: MemoryStore, repository: string, list: StoredManifest): StoredManifest | null {
  const children = parseBody(list.bytes)?.manifests ?? [];
  const child = children.find(({ platform }) => platform?.os === 'linux' && platform.architecture === 'amd64');
  return child ? store.findManifest(repository, child.digest) : null;
}

/** Only as much of schema1 as shows a client that it asked wrongly: another type and another digest. */
function rewriteAsSchema1(repository: string, found: StoredManifest): StoredManifest {
  const fsLayers = (parseBody(found.bytes)?.layers ?? []).map(({ digest }) => ({ blobSum: digest }));
  const bytes = Buffer.from(
    JSON.stringify({ schemaVersion: 1, name: repository, architecture: 'amd64', fsLayers, history: [] }),
  );
  return { digest: sha256(bytes), mediaType: media.dockerSchema1, bytes };
}

/** Schema1 is signed on each read: the bytes never hash to the digest, and never repeat. */
function signAnew(bytes: Buffer): Buffer {
  const signature = Buffer.from(String(process.hrtime.bigint())).toString('base64url');
  return Buffer.from(
    JSON.stringify({ ...(JSON.parse(bytes.toString()) as object), signatures: [{ signature }] }, null, 3),
  );
}

/** PUT, as the traits have it. */
export function writeManifest(
  store: MemoryStore,
  repository: string,
  reference: string,
  request: Incoming,
  rules: ManifestRules,
): Reply {
  const pushed = checkManifest(store, repository, reference, request);
  if ('status' in pushed) return pushed;
  const { manifest, body } = pushed;
  const lock = findLock(store, repository, reference, rules.traits.lock);
  if (lock?.pushes) return refuse(lock.refusal);
  const isTagged = !reference.includes(':');
  const isLate = isTagged && rules.tellsFirst;
  store.putManifest(repository, isLate ? null : reference, manifest.mediaType, manifest.bytes);
  const change: Change = { action: 'push', method: 'PUT', repository, manifest, ...(isTagged && { tag: reference }) };
  rules.publish(change, isLate ? () => store.setTag(repository, reference, manifest.digest) : undefined);
  const stored = replyStored(repository, manifest.digest, request);
  return rules.namesSubject && body.subject
    ? { ...stored, headers: { ...stored.headers, 'OCI-Subject': body.subject.digest } }
    : stored;
}

/** DELETE, as the traits have it. */
export function deleteManifest(store: MemoryStore, repository: string, reference: string, rules: ManifestRules): Reply {
  const { deletes, lock } = rules.traits;
  if (!rules.deleteEnabled) return refuse(deletes.off);
  if (deletes.unknownRepository && !store.manifests(repository).length && !store.tags(repository).length)
    return refuse(deletes.unknownRepository);
  const locked = findLock(store, repository, reference, lock);
  if (locked) return refuse(locked.refusal);
  const unknown = replyError(404, 'MANIFEST_UNKNOWN', 'manifest unknown', {});
  if (!reference.includes(':')) {
    if (deletes.tag !== 'alone') return refuse(deletes.tag);
    if (!store.deleteTag(repository, reference)) return unknown;
    rules.publish({ action: 'delete', method: 'DELETE', repository, tag: reference });
    return replyEmpty(202);
  }
  const refusal = findRefusal(store, repository, reference, rules);
  if (refusal) return refuse(refusal);
  const tags =
    deletes.digest === 'leavesTags'
      ? store.hideManifest(repository, reference)
      : store.deleteManifest(repository, reference);
  if (!tags) return unknown;
  rules.publish({ action: 'delete', method: 'DELETE', repository, digest: reference });
  for (const tag of tags) rules.publish({ action: 'delete', method: 'DELETE', repository, tag });
  return replyEmpty(202);
}

/** Why a digest that is there may not go. */
function findRefusal(
  store: MemoryStore,
  repository: string,
  digest: string,
  { traits: { deletes } }: ManifestRules,
): Refusal | undefined {
  if (!store.findManifest(repository, digest)) return undefined;
  const tagged = store.tags(repository).filter((tag) => store.resolveTag(repository, tag) === digest).length;
  const isChild = () =>
    store
      .manifests(repository)
      .some(({ bytes }) => parseBody(bytes)?.manifests?.some((child) => child.digest === digest));
  if (deletes.tagged && tagged > 0) return deletes.tagged;
  if (deletes.severalTags && tagged > 1) return deletes.severalTags;
  return deletes.child && isChild() ? deletes.child : undefined;
}

/** The lock that a tag is under, or a digest that such a tag has. */
function findLock(store: MemoryStore, repository: string, reference: string, lock: Lock | undefined): Lock | undefined {
  const held = lock?.tags.some((tag) => {
    const digest = store.resolveTag(repository, tag);
    return digest !== null && (reference === tag || reference === digest);
  });
  return held ? lock : undefined;
}
