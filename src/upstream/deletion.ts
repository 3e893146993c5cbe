import { randomUUID } from 'node:crypto';
import type { Digest } from '../domain/digest.js';
import type { RepositoryName, TagName } from '../domain/name.js';
import type { DeleteCapability } from '../domain/registry.js';
import { GatewayError } from '../errors.js';
import { explainAnswer, explainLocked, isRefusal } from './failure/answerfailure.js';
import type { Answer, Asked } from './failure/asked.js';
import { hasErrorCode, isAbsent, readErrorCodes } from './transport/json.js';
import type { CallOptions } from './upstream.js';
import type { Wire } from './wire.js';

/** Names nothing, so that its DELETE can only tell whether deleting is allowed. */
const zeroDigest = `sha256:${'0'.repeat(64)}` as Digest;

/** See `Upstream.probeDelete`. */
export async function probeDelete(
  wire: Wire,
  name: RepositoryName,
  call: CallOptions | undefined,
): Promise<DeleteCapability> {
  const asked: Asked = { registry: wire.registry, what: `whether ${name} may be deleted from` };
  try {
    const answer = await sendDelete(wire, name, zeroDigest, asked, call);
    const capability = readCapability(answer);
    if (capability) return capability;
    throw explainAnswer(answer, asked);
  } catch (error) {
    const isUpstreamAuth = error instanceof GatewayError && error.code === 'UPSTREAM_AUTH';
    if (isUpstreamAuth && [401, 403].includes(error.facts.upstreamStatus ?? 0)) return 'forbidden';
    throw error;
  }
}

/** null: the answer tells nothing of deleting. */
function readCapability(answer: Answer): DeleteCapability | null {
  const { status, headers } = answer;
  if (isAbsent(answer) || isDeleted(answer)) return 'enabled';
  // zot says this with 400 of a repository that is gone.
  if (status === 400 && hasErrorCode(answer, 'MANIFEST_UNKNOWN', 'NAME_UNKNOWN')) return 'enabled';
  if (status === 501 || (status === 400 && hasErrorCode(answer, 'UNSUPPORTED'))) return 'unsupported';
  if (status !== 405) return null;
  if (hasErrorCode(answer, 'UNSUPPORTED')) return 'disabled';
  // distribution's maintenance mode takes the methods that write out of its routes.
  const isReadOnly =
    readErrorCodes(answer) === null && /\bGET\b/.test(headers.allow ?? '') && !/\bPUT\b/.test(headers.allow ?? '');
  return isReadOnly ? 'read-only' : 'unsupported';
}

/** See `Upstream.probeTagDelete`. A tag of this name is nobody's: 128 bits of it are random. */
export async function probeTagDelete(
  wire: Wire,
  name: RepositoryName,
  call: CallOptions | undefined,
): Promise<boolean> {
  const tag = `registry-gateway-probe-${randomUUID()}` as TagName;
  try {
    return (await deleteTag(wire, name, tag, call)) !== 'unsupported';
  } catch (error) {
    // A tag that is not there cannot be locked, so the registry means that it deletes no single tags.
    if (error instanceof GatewayError && error.code === 'UPSTREAM_LOCKED') return false;
    throw error;
  }
}

/** See `Upstream.deleteManifest`. */
export async function deleteManifest(
  wire: Wire,
  name: RepositoryName,
  digest: Digest,
  call: CallOptions | undefined,
): Promise<'deleted' | 'absent' | 'tagged'> {
  const asked: Asked = { registry: wire.registry, what: `the deletion of ${digest.slice(0, 19)} from ${name}` };
  const answer = await sendDelete(wire, name, digest, asked, call);
  if (isDeleted(answer)) return 'deleted';
  if (isAbsent(answer)) return 'absent';
  if (isRefusedForTags(answer)) return 'tagged';
  throw explainUndeletable(wire, answer, asked);
}

/** Google's registries refuse a digest while any tag is on it; zot refuses one with several. */
function isRefusedForTags(answer: Answer): boolean {
  if (answer.status !== 400 && answer.status !== 409) return false;
  return (
    hasErrorCode(answer, 'GOOGLE_MANIFEST_DANGLING_TAG') ||
    (answer.status === 409 && hasErrorCode(answer, 'MANIFEST_INVALID'))
  );
}

/**
 * See `Upstream.deleteTag`. Of a tag less counts as gone than of a digest: a 404 with another code can mean that this
 * registry has no such route.
 */
export async function deleteTag(
  wire: Wire,
  name: RepositoryName,
  tag: TagName,
  call: CallOptions | undefined,
): Promise<'deleted' | 'absent' | 'unsupported'> {
  const asked: Asked = { registry: wire.registry, what: `the deletion of ${name}:${tag}` };
  const answer = await sendDelete(wire, name, tag, asked, call);
  if (isDeleted(answer)) return 'deleted';
  if (answer.status === 404 && hasErrorCode(answer, 'MANIFEST_UNKNOWN', 'NAME_UNKNOWN')) return 'absent';
  // distribution 2.x with deleting on; Harbor.
  if (answer.status === 400 && hasErrorCode(answer, 'DIGEST_INVALID', 'UNSUPPORTED')) return 'unsupported';
  // Deleting off, or a registry that deletes by digest only: the probe tells which.
  if (answer.status === 405 && hasErrorCode(answer, 'UNSUPPORTED')) return 'unsupported';
  throw explainUndeletable(wire, answer, asked);
}

function sendDelete(
  { endpoint, session, limits }: Wire,
  name: RepositoryName,
  reference: TagName | Digest,
  asked: Asked,
  call: CallOptions | undefined,
): Promise<Answer> {
  const url = endpoint.manifest(name, reference);
  return session.request({ method: 'DELETE', url, scope: `repository:${name}:delete`, cap: limits.ping, asked }, call);
}

function isDeleted(answer: Answer): boolean {
  return answer.status === 202 || answer.status === 200 || answer.status === 204;
}

/**
 * A refusal of one thing: whether all else may be deleted, `probeDelete` tells. 401 is of the account, 404 is no
 * registry's, and 408 and 429 pass.
 */
function explainUndeletable(wire: Wire, answer: Answer, asked: Asked): GatewayError {
  const { status } = answer;
  if (readCapability(answer) === 'read-only') return explainReadOnly(answer, asked);
  return isRefusal(status) ? explainLocked(wire, answer, asked) : explainAnswer(answer, asked);
}

function explainReadOnly({ status }: Answer, { registry, what }: Asked): GatewayError {
  const hint = 'The registry is read-only: end its maintenance mode first.';
  const message = `Registry ${registry} refused ${what} (${status}). ${hint}`;
  return new GatewayError('UPSTREAM_UNSUPPORTED', message, { registry, upstreamStatus: status, hint });
}
