import { computeDigest, type Digest } from '../../domain/digest.js';
import type { RepositoryName, TagName } from '../../domain/name.js';
import type { Registry } from '../../domain/registry.js';
import { GatewayError, isUpstreamError, notFound } from '../../errors.js';
import type { CallOptions, RawManifest, Upstream } from '../../upstream/upstream.js';

/** A tag of a registry, and how that is asked. */
export interface PutPlace {
  readonly registry: Registry;
  readonly repository: RepositoryName;
  readonly tag: TagName;
  readonly upstream: Upstream;
  readonly call: CallOptions;
}

export const untouched = 'Nothing was touched.';

/**
 * Pushes the manifest under the tag, and returns its digest as the registry names it. The digest that the tag has
 * afterwards counts, whatever the registry answers: the answer to a push may be lost. Throws the registry's failure,
 * READ_ONLY, and CHANGED_SINCE_PLAN when another client has moved the tag meanwhile.
 */
export async function pushBack(
  place: PutPlace,
  { mediaType, bytes }: RawManifest,
  previous: Digest | null,
): Promise<Digest> {
  const { call, registry, repository, tag, upstream } = place;
  let failure: unknown = null;
  try {
    await upstream.putManifest(repository, tag, mediaType, bytes, call);
  } catch (error) {
    failure = await explainRefusal(place, error);
  }
  const found = await upstream
    .headManifest(repository, tag, call)
    .catch((error: unknown) => Promise.reject(failure ?? error));
  if (found !== null && found === computeDigest(bytes, found)) return found;
  // Another push came after this one, whatever this one was answered.
  if (found !== previous)
    throw describeMove(
      place,
      `was ${found === null ? 'deleted' : `moved to ${found}`} by another meanwhile. Look at it before you put ` +
        'it back again.',
    );
  throw (
    failure ??
    new GatewayError(
      'UPSTREAM_ERROR',
      `${registry.name} took the push of ${describePut(place)}, and has it as it was before.`,
      { registry: registry.name },
    )
  );
}

/**
 * Returns READ_ONLY for a push that the registry refused in its maintenance mode, else the error itself: the probe for
 * deletions, which names nothing, tells that mode from other refusals. Throws what is no failure of the registry.
 */
async function explainRefusal(
  { call, registry, repository, upstream }: PutPlace,
  error: unknown,
): Promise<GatewayError> {
  if (!isUpstreamError(error)) throw error;
  const isRefused = error.code === 'UPSTREAM_UNSUPPORTED' && error.facts.upstreamStatus === 405;
  if (!isRefused || (await upstream.probeDelete(repository, call).catch(() => null)) !== 'read-only') return error;
  const hint = 'In the configuration of the registry set storage.maintenance.readonly.enabled to false and restart it.';
  return new GatewayError('READ_ONLY', `The registry ${registry.name} is in read-only mode. ${untouched}`, {
    registry: registry.name,
    hint,
  });
}

export function describePut({ registry, repository, tag }: PutPlace): string {
  return `${repository}:${tag} of ${registry.name}`;
}

export function describeMove(place: PutPlace, what: string): GatewayError {
  return new GatewayError('CHANGED_SINCE_PLAN', `${describePut(place)} ${what}`, {
    registry: place.registry.name,
  });
}

/** Builds the error for an image that the registry no longer has. */
export function describeGone({ registry, repository, tag }: PutPlace, digest: Digest): GatewayError {
  return notFound(
    `The registry ${registry.name} no longer has ${digest} in ${repository}: ${tag} cannot be put back on it. ` +
      'Push the image again.',
  );
}
