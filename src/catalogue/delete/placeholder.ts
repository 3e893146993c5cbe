import type { DeletionStep } from '../../domain/deletion.js';
import type { Digest } from '../../domain/digest.js';
import type { TagName } from '../../domain/name.js';
import { type ErrorCode, GatewayError, isUpstreamError } from '../../errors.js';
import { describePlaceholder } from '../../upstream/content/placeholder.js';
import { confirmDeleted, done, type DeletionExecution, recordStep, skipped, type StepOutcome } from './execution.js';

/** Errors after which a push has certainly put nothing under the tag. */
const pushRefusals: readonly ErrorCode[] = ['UPSTREAM_UNSUPPORTED', 'UPSTREAM_LOCKED', 'UPSTREAM_AUTH'];

/**
 * Deletes one tag where the registry deletes by digest only: pushes a manifest with a digest of its own under the tag,
 * and deletes that, with which the tag goes. The digest is written down before the push, so that an execution after a
 * crash can find the placeholder and delete it. Throws DELETE_NOT_EXACT where nothing can be pushed, UPSTREAM_LOCKED,
 * and the registry's failure.
 */
export async function deleteByPlaceholder(
  execution: DeletionExecution,
  step: DeletionStep,
  tag: TagName,
): Promise<StepOutcome> {
  const { upstream, repository, call } = execution;
  const { digest, mediaType, bytes } = describePlaceholder(step.digest, execution.parts.clock());
  await recordStep(execution, step, { placeholderDigest: digest });
  let failure: unknown = null;
  try {
    await upstream.putManifest(repository.name, tag, mediaType, bytes, call);
  } catch (error) {
    if (!isUpstreamError(error)) throw error;
    if (pushRefusals.includes(error.code)) {
      await recordStep(execution, step, { placeholderDigest: null });
      throw error.code === 'UPSTREAM_LOCKED' ? error : await describeInexact(execution, step, tag, error);
    }
    failure = error;
  }
  const now = await upstream.headManifest(repository.name, tag, call);
  // The push failed, and the registry did not do it either.
  if (failure !== null && now === step.digest) {
    await recordStep(execution, step, { placeholderDigest: null });
    throw failure;
  }
  await deleteOrRestore(execution, step, tag, digest);
  await recordStep(execution, step, { placeholderDigest: null });
  return now === digest || now === null ? done : skipped(execution, `:${tag}`);
}

/**
 * Deletes the placeholder that an ended process left: it is under one of the step's tags, or under none where the tag
 * was pushed since or the placeholder never was. Throws the registry's failure.
 */
export async function removePlaceholder(
  execution: DeletionExecution,
  step: DeletionStep,
  placeholder: Digest,
): Promise<void> {
  const { upstream, repository, call } = execution;
  let on: TagName | undefined;
  for (const tag of step.tags)
    if (!on && (await upstream.headManifest(repository.name, tag, call)) === placeholder) on = tag;
  if (on) await deleteOrRestore(execution, step, on, placeholder);
  else if ((await upstream.headManifest(repository.name, placeholder, call)) !== null)
    await deletePlaceholder(execution, placeholder);
  await recordStep(execution, step, { placeholderDigest: null });
}

/**
 * Deletes the placeholder, and with it the tag while that is still on it. When the registry refuses, puts the tag back
 * on its image, and throws that failure.
 */
async function deleteOrRestore(
  execution: DeletionExecution,
  step: DeletionStep,
  tag: TagName,
  placeholder: Digest,
): Promise<void> {
  try {
    await deletePlaceholder(execution, placeholder);
  } catch (error) {
    await confirmDeleted(execution, placeholder, error).catch(async (failure: unknown) => {
      if (!isUpstreamError(failure)) throw failure;
      await putBack(execution, step, tag, placeholder, failure);
      throw new GatewayError(
        failure.code,
        `${failure.message} The tag ${tag} was put back on its image.`,
        failure.facts,
      );
    });
  }
}

/** Throws UPSTREAM_LOCKED where the registry deletes nothing that has a tag: placeholders are of no use there. */
export async function deletePlaceholder(
  { upstream, registry, repository, call }: PlaceholderSite,
  placeholder: Digest,
): Promise<void> {
  if ((await upstream.deleteManifest(repository.name, placeholder, call)) !== 'tagged') return;
  const refused = `${registry.name} refuses to delete what has a tag, and deletes no single tags`;
  const message = `${refused}: the placeholder has to stay.`;
  throw new GatewayError('UPSTREAM_LOCKED', message, { registry: registry.name });
}

/**
 * Puts the tag back on its image after the placeholder could not be deleted. Throws `failure` when it cannot: the step
 * still has the placeholder's digest then, and the worker deletes it as soon as the registry does so.
 */
async function putBack(
  execution: DeletionExecution,
  step: DeletionStep,
  tag: TagName,
  placeholder: Digest,
  failure: GatewayError,
): Promise<void> {
  const { upstream, registry, repository, call } = execution;
  try {
    if (
      !(await restoreOriginal(
        { upstream, registry, repository, call },
        { ...step, tags: [tag], placeholderDigest: placeholder },
      ))
    )
      throw failure;
  } catch (error) {
    if (!isUpstreamError(error)) throw error;
    throw new GatewayError(
      failure.code,
      `${failure.message} Until it can be, the tag ${tag} stands on a placeholder, which nobody can run.`,
      failure.facts,
    );
  }
  await recordStep(execution, step, { placeholderDigest: null });
}

/** The repository that a placeholder is in. */
type PlaceholderSite = Pick<DeletionExecution, 'upstream' | 'call' | 'registry'> & {
  readonly repository: Pick<DeletionExecution['repository'], 'name'>;
};

/**
 * Puts the tag that is on the placeholder back on its image. Returns false when no tag is on it, or the registry no
 * longer has the image. Throws the registry's failure.
 */
export async function restoreOriginal(
  { upstream, repository, call }: PlaceholderSite,
  { tags, digest, placeholderDigest }: Pick<DeletionStep, 'digest' | 'tags' | 'placeholderDigest'>,
): Promise<boolean> {
  const original = digest && (await upstream.fetchRawManifest(repository.name, digest, call));
  if (!original) return false;
  for (const tag of tags) {
    if ((await upstream.headManifest(repository.name, tag, call)) !== placeholderDigest) continue;
    await upstream.putManifest(repository.name, tag, original.mediaType, original.bytes, call);
    return true;
  }
  return false;
}

/** Builds the error for a tag that can neither be deleted by its name nor replaced by a placeholder. */
async function describeInexact(
  { parts, registry, repository }: DeletionExecution,
  { digest }: DeletionStep,
  tag: TagName,
  { facts }: GatewayError,
): Promise<GatewayError> {
  const siblings = (await parts.tags.listAll([repository.key]))
    .filter((one) => one.digest === digest && one.name !== tag)
    .map((one) => one.name);
  const others =
    siblings.length > 0
      ? `: its image has ${siblings.length} more ` +
        `(${siblings.slice(0, 5).join(', ')}${siblings.length > 5 ? ', …' : ''})`
      : '';
  return new GatewayError(
    'DELETE_NOT_EXACT',
    `${registry.name} deletes images only with all their tags, and takes no push that would free ` +
      `${repository.name}:${tag}${others}. Nothing was touched.`,
    {
      ...facts,
      registry: registry.name,
      tags: siblings,
      hint: 'Give the gateway an account that may push there, or delete the image with all its tags: withSiblings.',
    },
  );
}
