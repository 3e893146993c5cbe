import { randomUUID } from 'node:crypto';
import type { Digest } from '../domain/digest.js';
import type { RepositoryName, TagName } from '../domain/name.js';
import type { DeleteCapability } from '../domain/registry.js';
import { GatewayError } from '../errors.js';
import { explainAnswer, type Answer, type Asked } from './failure.js';
import { hasErrorCode, isAbsent, readErrorCodes } from './json.js';
import type { CallOptions } from './upstream.js';
import type { Wire } from './wire.js';

/** Names nothing, so that its DELETE can only tell whether deleting is allowed. */
const zeroDigest = `sha256:${'0'.repeat(64)}` as Digest;

/** See `Upstream.probeDelete`. */
export async function probeDelete(wire: Wire, name: RepositoryName, call: CallOptions | undefined): Promise<DeleteCapability> {
  const asked: Asked = { registry: wire.registry, what: `whether ${name} may be deleted from` };
  try {
    const answer = await sendDelete(wire, name, zeroDigest, asked, call);
    if (isAbsent(answer) || isDeleted(answer)) return 'enabled';
    if (answer.status === 405) return readErrorCodes(answer) ? 'disabled' : 'read-only';
    throw explainAnswer(answer, asked);
  } catch (error) {
    const isRefused = error instanceof GatewayError && error.code === 'UPSTREAM_AUTH' && [401, 403].includes(error.facts.upstreamStatus ?? 0);
    if (isRefused) return 'forbidden';
    throw error;
  }
}

/** See `Upstream.probeTagDelete`. A tag of this name is nobody's: 128 bits of it are random. */
export async function probeTagDelete(wire: Wire, name: RepositoryName, call: CallOptions | undefined): Promise<boolean> {
  const tag = `registry-gateway-probe-${randomUUID()}` as TagName;
  return (await deleteTag(wire, name, tag, call)) !== 'unsupported';
}

/** See `Upstream.deleteManifest`. */
export async function deleteManifest(wire: Wire, name: RepositoryName, digest: Digest, call: CallOptions | undefined): Promise<'deleted' | 'absent'> {
  const asked: Asked = { registry: wire.registry, what: `the deletion of ${digest.slice(0, 19)} from ${name}` };
  const answer = await sendDelete(wire, name, digest, asked, call);
  if (isDeleted(answer)) return 'deleted';
  if (isAbsent(answer)) return 'absent';
  throw explainUndeletable(answer, asked);
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
  throw explainUndeletable(answer, asked);
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

function explainUndeletable(answer: Answer, asked: Asked): GatewayError {
  if (answer.status !== 400 && answer.status !== 405) return explainAnswer(answer, asked);
  const isReadOnly = answer.status === 405 && !readErrorCodes(answer);
  const hint = isReadOnly
    ? 'The registry is read-only: end its maintenance mode first.'
    : 'Deleting must be switched on in the registry; for distribution: storage.delete.enabled: true.';
  return new GatewayError('UPSTREAM_UNSUPPORTED', `Registry ${asked.registry} refused ${asked.what} (${answer.status}). ${hint}`, {
    registry: asked.registry,
    upstreamStatus: answer.status,
    hint,
  });
}
