import type { DeletionStep } from '../../domain/deletion.js';
import type { TagName } from '../../domain/name.js';
import { deleteByPlaceholder } from './placeholder.js';
import {
  absent,
  assertDeletable,
  type Execution,
  done,
  skipped,
  recordStep,
  type StepOutcome,
  settleUnanswered,
} from './execution.js';

/**
 * By the registry's own tag delete; where it has none, by a placeholder. The tag is looked at one request before it
 * goes.
 */
export async function deleteAlone(run: Execution, step: DeletionStep, tag: TagName): Promise<StepOutcome> {
  // Else the tag would be lost to a placeholder that cannot be deleted.
  if (!run.canDeleteTag) await assertDeletable(run);
  const moved = await findMoved(run, step, tag);
  if (moved) return moved;
  await recordStep(run, step, { state: 'SENT' });
  if (!run.canDeleteTag) return deleteByPlaceholder(run, step, tag);
  return (await deleteByName(run, tag)) ?? deleteAlone(run, step, tag);
}

/** By the registry's own tag delete. null: it has none, which is remembered; nothing was touched. */
export async function deleteByName(run: Execution, tag: TagName): Promise<StepOutcome | null> {
  const { parts, upstream, registry, repository, call } = run;
  if (!run.canDeleteTag) return null;
  try {
    const outcome = await upstream.deleteTag(repository.name, tag, call);
    if (outcome !== 'unsupported') return outcome === 'deleted' ? done : absent;
  } catch (error) {
    return settleUnanswered(run, tag, error);
  }
  run.canDeleteTag = false;
  await parts.registries.recordCapabilities(registry.id, { canDeleteTag: false });
  return null;
}

/** Why the tag is not to be touched any more; null: it is as it was planned. */
async function findMoved(run: Execution, { digest }: DeletionStep, tag: TagName): Promise<StepOutcome | null> {
  const { upstream, repository, call } = run;
  const now = await upstream.headManifest(repository.name, tag, call);
  if (now !== null) return now === digest ? null : skipped(run, `:${tag}`);
  const { names } = await upstream.listTags(repository.name, call);
  return names.includes(tag) ? null : absent;
}
