import type { Tag } from '../../domain/catalogue.js';
import type { TagsConfirmation } from '../../store/index/repositories.js';
import type { ReadOutcome, Reading } from './reading.js';

/**
 * Those that were never read come first, then those whose confirmation is oldest: a registry that limits may let few
 * through.
 */
export function listToRead({ options }: Reading, all: readonly Tag[]): Tag[] {
  const left = all.filter(({ key }) => !options.confirmed?.has(key));
  const rank = ({ digest, confirmedAt }: Tag): number =>
    digest === null ? -Infinity : (confirmedAt?.getTime() ?? -Infinity);
  const ranked = left.map((tag) => ({ tag, at: rank(tag) }));
  return ranked.sort((a, b) => (a.at === b.at ? 0 : a.at - b.at)).map(({ tag }) => tag);
}

/**
 * Gives the outcomes that are to be written now. Tags that stand as they are known are held back: that is written in
 * one row, the repository's, once all of it was read, and for each of them by itself where the reading is cut off. None
 * of them was asked for before `askedAt`.
 */
export function holdUnchanged(
  { held, isWhole, startedAt }: Reading,
  outcomes: readonly ReadOutcome<Tag>[],
  askedAt: Date,
): readonly ReadOutcome<Tag>[] {
  if (!isWhole) return outcomes;
  const tags = outcomes.flatMap((outcome) => (isUnchanged(outcome, startedAt) ? outcome.subject : []));
  if (tags.length > 0) held.push({ at: askedAt, tags });
  return outcomes.filter((outcome) => !isUnchanged(outcome, startedAt));
}

/** A tag that was confirmed later than now is so by a clock that was set back since: its own time is written anew. */
function isUnchanged(outcome: ReadOutcome<Tag>, startedAt: Date): boolean {
  const { digest, confirmedAt, error } = outcome.subject;
  const isSame = 'digest' in outcome && outcome.digest === digest;
  return isSame && error === null && confirmedAt !== null && confirmedAt <= startedAt;
}

/** Gives what a reading confirms that has come to its end; `from` is null where it did not ask for each tag. */
export function toConfirmation({ isWhole, startedAt, parts }: Reading): TagsConfirmation {
  return { at: parts.clock(), from: isWhole ? startedAt : null };
}

/** Writes the tags that were held back, of a reading that confirms nothing more than these. */
export async function writeHeld({ held, parts, options }: Reading): Promise<void> {
  for (const { at, tags } of held.splice(0)) {
    await parts.tags.confirmUnchanged(tags, { at, now: parts.clock() });
    for (const { key } of tags) options.confirmed?.add(key);
  }
}

/**
 * Confirms by itself each tag that was held back and has an error by now, which another reading has found meanwhile: no
 * reading of the whole counts for a tag with an error.
 */
export async function confirmErred({ held, parts, repository }: Reading): Promise<void> {
  if (held.length === 0) return;
  const erred = await parts.tags.listErred(repository.key);
  for (const { at, tags } of held.splice(0)) {
    const some = tags.filter(({ key }) => erred.has(key));
    if (some.length > 0) await parts.tags.confirmUnchanged(some, { at, now: parts.clock() });
  }
}
