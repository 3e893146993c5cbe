import type { Digest } from '../../domain/digest.js';
import type { Check } from './check.js';
import type { RepositorySync } from './repositorysync.js';

/** Content without a tag is no news, unless an index waits for it: then its registry is asked for it once more. */
export async function checkContent(check: Check, repositorySync: RepositorySync): Promise<void> {
  const { parts, repository } = check.reading;
  const awaited = await findAwaited(check, repositorySync);
  if (awaited.length === 0) return;
  await parts.contents.forgetAbsent(repository.key, awaited);
  check.hasChanged = true;
}

/** Returns the digests that were pushed and that the registry was found to lack, and judges all that were pushed. */
async function findAwaited({ reading, expected, outcomes }: Check, repositorySync: RepositorySync): Promise<Digest[]> {
  const { parts, repository } = reading;
  const pushed = expected.filter(({ notice }) => notice.tag === null && notice.action === 'push');
  if (pushed.length === 0) return [];
  const absent = new Set(
    await parts.contents.findAbsent(
      repository.key,
      pushed.map(({ notice }) => notice.digest!),
    ),
  );
  // A reading under way may be finding it absent at this moment.
  const outcome = repositorySync.isRunning(repository.key) ? 'missing' : 'shown';
  for (const each of pushed) outcomes.set(each, absent.has(each.notice.digest!) ? 'missing' : outcome);
  return [...absent];
}

/** Judges content once more, after what was absent was asked for again. */
export async function judgeContent(check: Check, repositorySync: RepositorySync): Promise<void> {
  await findAwaited(check, repositorySync);
}
