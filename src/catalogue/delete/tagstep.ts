import type { DeletionStep } from '../../domain/deletion.js';
import type { TagName } from '../../domain/name.js';
import {
  absent,
  assertDeletable,
  confirmDeleted,
  done,
  type DeletionExecution,
  recordStep,
  skipped,
  type StepOutcome,
} from './execution.js';
import { deleteByPlaceholder } from './placeholder.js';

/**
 * Deletes one tag and leaves its image: by the registry's own tag delete, or by a placeholder where it has none. The
 * tag is read one request before that, and left alone when it has moved. Throws the registry's failure.
 */
export async function deleteAlone(
  execution: DeletionExecution,
  step: DeletionStep,
  tag: TagName,
): Promise<StepOutcome> {
  const { abilities } = execution;
  // Else the tag would be lost to a placeholder that cannot be deleted.
  if (!abilities.canDeleteTag) await assertDeletable(execution);
  const moved = await findMoved(execution, step, tag);
  if (moved) return moved;
  await recordStep(execution, step, { state: 'SENT' });
  if (!abilities.canDeleteTag) return deleteByPlaceholder(execution, step, tag);
  return (await deleteByName(execution, tag)) ?? deleteAlone(execution, step, tag);
}

/** Deletes the tag by the registry's own tag delete; null: the registry has none, and nothing was touched. */
export async function deleteByName(execution: DeletionExecution, tag: TagName): Promise<StepOutcome | null> {
  const { abilities, upstream, repository, call } = execution;
  if (!abilities.canDeleteTag) return null;
  try {
    const outcome = await upstream.deleteTag(repository.name, tag, call);
    if (outcome !== 'unsupported') return outcome === 'deleted' ? done : absent;
  } catch (error) {
    return confirmDeleted(execution, tag, error);
  }
  await abilities.recordNoTagDelete();
  return null;
}

/** Returns the outcome for a tag that has moved or is gone; null: it is on what it was planned on. */
async function findMoved(
  execution: DeletionExecution,
  { digest }: DeletionStep,
  tag: TagName,
): Promise<StepOutcome | null> {
  const { upstream, repository, call } = execution;
  const now = await upstream.headManifest(repository.name, tag, call);
  if (now !== null) return now === digest ? null : skipped(execution, `:${tag}`);
  const { names } = await upstream.listTags(repository.name, call);
  return names.includes(tag) ? null : absent;
}
