import type { DeletionStep } from '../../domain/deletion.js';
import type { Digest } from '../../domain/digest.js';
import type { TagName } from '../../domain/name.js';
import { type ErrorCode, GatewayError, isUpstreamError } from '../../errors.js';
import { describePlaceholder } from '../../upstream/content/placeholder.js';
import { type Execution, done, skipped, recordStep, type StepOutcome, settleUnanswered } from './execution.js';

/** A push that was refused for these reasons put nothing there. */
const refusals: readonly ErrorCode[] = ['UPSTREAM_UNSUPPORTED', 'UPSTREAM_LOCKED', 'UPSTREAM_AUTH'];

/**
 * Where the registry deletes by digest only: something of its own digest takes the tag, and is deleted with it. Its
 * digest is written down first, so that whoever finds the tag on it after a crash can finish what was begun.
 */
export async function deleteByPlaceholder(run: Execution, step: DeletionStep, tag: TagName): Promise<StepOutcome> {
  const { upstream, repository, call } = run;
  const { digest, mediaType, bytes } = describePlaceholder(step.digest, run.parts.clock());
  await recordStep(run, step, { placeholderDigest: digest });
  let failure: unknown = null;
  try {
    await upstream.putManifest(repository.name, tag, mediaType, bytes, call);
  } catch (error) {
    if (!isUpstreamError(error)) throw error;
    if (refusals.includes(error.code)) {
      await recordStep(run, step, { placeholderDigest: null });
      throw error.code === 'UPSTREAM_LOCKED' ? error : await describeInexact(run, step, tag, error);
    }
    failure = error;
  }
  const now = await upstream.headManifest(repository.name, tag, call);
  // The answer was lost, and the request with it.
  if (failure !== null && now === step.digest) {
    await recordStep(run, step, { placeholderDigest: null });
    throw failure;
  }
  await takeAway(run, step, tag, digest);
  await recordStep(run, step, { placeholderDigest: null });
  return now === digest || now === null ? done : skipped(run, `:${tag}`);
}

/**
 * What was put there before the process ended: under one of the tags of the step, or under none, where it was pushed
 * since or never put there.
 */
export async function removePlaceholder(run: Execution, step: DeletionStep, placeholder: Digest): Promise<void> {
  const { upstream, repository, call } = run;
  let on: TagName | undefined;
  for (const tag of step.tags)
    if (!on && (await upstream.headManifest(repository.name, tag, call)) === placeholder) on = tag;
  if (on) await takeAway(run, step, on, placeholder);
  else if ((await upstream.headManifest(repository.name, placeholder, call)) !== null)
    await deletePlaceholder(run, placeholder);
  await recordStep(run, step, { placeholderDigest: null });
}

/** With it goes the tag, if that is still on it. When the registry does not let it go, the tag gets its image back. */
async function takeAway(run: Execution, step: DeletionStep, tag: TagName, placeholder: Digest): Promise<void> {
  try {
    await deletePlaceholder(run, placeholder);
  } catch (error) {
    await settleUnanswered(run, placeholder, error).catch(async (failure: unknown) => {
      if (!isUpstreamError(failure)) throw failure;
      await putBack(run, step, tag, placeholder, failure);
      throw new GatewayError(
        failure.code,
        `${failure.message} The tag ${tag} was put back on its image.`,
        failure.facts,
      );
    });
  }
}

/** Throws UPSTREAM_LOCKED where the registry keeps what has a tag: no tag can be taken off by a placeholder there. */
export async function deletePlaceholder(
  { upstream, registry, repository, call }: Place,
  placeholder: Digest,
): Promise<void> {
  if ((await upstream.deleteManifest(repository.name, placeholder, call)) !== 'tagged') return;
  const refused = `${registry.name} refuses to delete what has a tag, and deletes no single tags`;
  const message = `${refused}: the placeholder has to stay.`;
  throw new GatewayError('UPSTREAM_LOCKED', message, { registry: registry.name });
}

/**
 * Throws when it cannot: the placeholder is then known to stand, and is taken away as soon as the registry lets it go.
 */
async function putBack(
  run: Execution,
  step: DeletionStep,
  tag: TagName,
  placeholder: Digest,
  failure: GatewayError,
): Promise<void> {
  const { upstream, registry, repository, call } = run;
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
  await recordStep(run, step, { placeholderDigest: null });
}

/** Where a placeholder stands. */
type Place = Pick<Execution, 'upstream' | 'call' | 'registry'> & {
  readonly repository: Pick<Execution['repository'], 'name'>;
};

/**
 * The tag that stands on the placeholder gets its image back; false when none does, or the registry no longer has the
 * image.
 */
export async function restoreOriginal(
  { upstream, repository, call }: Place,
  { tags, digest, placeholderDigest }: Pick<DeletionStep, 'digest' | 'tags' | 'placeholderDigest'>,
): Promise<boolean> {
  const original = digest && (await upstream.fetchRawManifest(repository.name, digest, call));
  for (const tag of original ? tags : []) {
    if ((await upstream.headManifest(repository.name, tag, call)) !== placeholderDigest) continue;
    await upstream.putManifest(repository.name, tag, original!.mediaType, original!.bytes, call);
    return true;
  }
  return false;
}

/** Neither can the tag be deleted by its name, nor can anything take its place. */
async function describeInexact(
  { parts, registry, repository }: Execution,
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
