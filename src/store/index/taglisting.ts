import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Tag, TimeSource } from '../../domain/catalogue.js';
import { mostTagsTold } from '../../domain/event.js';
import type { TagName } from '../../domain/name.js';
import { isReferrerTag, toSortKey } from '../../domain/version.js';
import type { Tables } from '../database/database.js';
import { dialectOf } from '../dialect/dialects.js';
import { recordRemovals, recordRepositories, type RepositoryEventKind } from '../events/recording.js';
import { listKeys } from '../sql/filters.js';
import { lockRows } from '../sql/locking.js';
import { chunk, tagConfirmedAt } from '../sql/rows.js';
import { boundHistory, endRevisions } from './tagrevisions.js';

/** When changes are taken to have happened, and how that is known. */
export interface ChangeTime {
  readonly at: Date;
  readonly source: Extract<TimeSource, 'NOTIFICATION' | 'CHANGE_SEEN'>;
  /** New tags are told of by their repository alone: its list has told how many. */
  readonly isBulk?: boolean;
  /** Tags are told of by how many they are: the reading has told of as many one by one as it may. */
  readonly isCounted?: boolean;
}

/** The outcome of a list. */
export interface ListedTags {
  readonly hasChanged: boolean;
  /** Its event says how many tags it brought: they are not told of one by one when they are read. */
  readonly isBulk: boolean;
}

/** A tag, and when the registry last said what it points to. */
export type TagMark = Pick<Tag, 'key' | 'name' | 'confirmedAt'>;

/** See `TagStore.applyNames`. In a transaction. */
export async function applyTagNames(
  trx: Kysely<Tables>,
  repositoryKey: number,
  names: readonly TagName[],
  when: ChangeTime,
  before?: readonly TagMark[],
): Promise<ListedTags> {
  const listed = new Set<string>(names);
  const confirmed = before && new Map(before.map((tag) => [tag.key, tag.confirmedAt?.getTime() ?? null]));
  await lockRows(trx, 'repository', sql`(${repositoryKey})`);
  const repository = await trx
    .selectFrom('repository')
    .select(['tags_confirmed_at', 'in_first_listing', 'is_settled'])
    .where('id', '=', repositoryKey)
    .executeTakeFirst();
  if (!repository) return { hasChanged: false, isBulk: false };
  const known = await trx
    .selectFrom('tag')
    .innerJoin('repository', 'repository.id', 'tag.repository_id')
    .select(['tag.id', 'tag.name', 'tag.updated_source', tagConfirmedAt.as('confirmed_at')])
    .where('repository_id', '=', repositoryKey)
    .execute();
  const knownNames = new Set(known.map((row) => row.name));
  const added = names.filter((name) => !knownNames.has(name));
  const gone = known.filter(
    (row) => !listed.has(row.name) && (!confirmed || confirmed.get(row.id) === row.confirmed_at),
  );
  // A tag that was there before the gateway looked is as old as its image says; one that came since, came now.
  // Those that notifications told of may be known before the first list.
  const isFirstReading =
    repository.tags_confirmed_at === null && known.every((row) => row.updated_source === 'NOTIFICATION');
  const wasThere = isFirstReading && repository.in_first_listing === 1;
  const source = wasThere ? undecided : when.source === 'NOTIFICATION' ? when.source : 'FIRST_SEEN';
  await insertTags(trx, repositoryKey, added, when.at.getTime(), source);
  const change = {
    known: countShown(known.map((row) => row.name)),
    gone: countShown(gone.map((row) => row.name)),
    added: countShown(added),
    wasReadWhole: repository.tags_confirmed_at !== null,
  };
  if (gone.length > 0)
    await removeTags(
      trx,
      repositoryKey,
      gone.map((row) => row.id),
      when,
      change.gone <= mostTagsTold,
    );
  if (added.length > 0 || gone.length > 0) {
    const told = judgeListing(change);
    if (told)
      await recordRepositories(trx, listKeys(trx, [repositoryKey]), told.kind, told.tagCount, when.at.getTime());
    if (repository.is_settled === 1) await markUnsettled(trx, repositoryKey);
  }
  return { hasChanged: added.length > 0 || gone.length > 0, isBulk: isBulk(change) };
}

/** `isTold`: one by one. */
async function removeTags(
  trx: Kysely<Tables>,
  repositoryKey: number,
  tagKeys: readonly number[],
  { at, source }: ChangeTime,
  isTold: boolean,
): Promise<void> {
  const keys = listKeys(trx, tagKeys);
  if (isTold) await recordRemovals(trx, keys, at.getTime());
  await endRevisions(trx, keys, at.getTime(), source);
  await boundHistory(trx, repositoryKey);
  for (const some of chunk(tagKeys)) await trx.deleteFrom('tag').where('id', 'in', some).execute();
}

/** How many tags a repository had before a list, how many it took, and how many it brought. Hidden ones don't count. */
interface ListedChange {
  readonly known: number;
  readonly gone: number;
  readonly added: number;
  /** The repository was read to its end once. */
  readonly wasReadWhole: boolean;
}

/** The event of a list says how many tags it brought: they are very many, or it is of a first reading. */
function isBulk({ added, wasReadWhole }: ListedChange): boolean {
  return !wasReadWhole || added > mostTagsTold;
}

/**
 * Returns the event of the repository itself; null: it has none. It has appeared when it has tags and had none, and is
 * emptied when it has none any more. It has changed by those tags that nothing else tells of.
 */
function judgeListing(change: ListedChange): { readonly kind: RepositoryEventKind; readonly tagCount: number } | null {
  const { known, gone, added } = change;
  if (known === 0) return added === 0 ? null : { kind: 'REPOSITORY_APPEARED', tagCount: added };
  if (gone === known && added === 0) return { kind: 'REPOSITORY_EMPTIED', tagCount: gone };
  const counted = (gone > mostTagsTold ? gone : 0) + (isBulk(change) ? added : 0);
  return counted > 0 ? { kind: 'REPOSITORY_CHANGED', tagCount: counted } : null;
}

function countShown(names: readonly TagName[]): number {
  return names.reduce((total, name) => (isReferrerTag(name) ? total : total + 1), 0);
}

/** See `TagStore.addNames`; true when one was added. In a transaction. */
export async function addNames(
  trx: Kysely<Tables>,
  repositoryKey: number,
  names: readonly TagName[],
  { at, source }: ChangeTime,
): Promise<boolean> {
  const first = source === 'NOTIFICATION' ? source : 'FIRST_SEEN';
  const shown = countShown([...new Set(names)]);
  const appears = shown > 0 && !(await hasShownTags(trx, repositoryKey));
  const added = await insertTags(trx, repositoryKey, names, at.getTime(), first);
  if (appears)
    await recordRepositories(trx, listKeys(trx, [repositoryKey]), 'REPOSITORY_APPEARED', shown, at.getTime());
  if (added > 0) await markUnsettled(trx, repositoryKey);
  return added > 0;
}

async function hasShownTags(db: Kysely<Tables>, repositoryKey: number): Promise<boolean> {
  const shown = db.selectFrom('tag').select('id').where('repository_id', '=', repositoryKey).where('is_hidden', '=', 0);
  return (await shown.limit(1).executeTakeFirst()) !== undefined;
}

/**
 * Marks that what is derived from the repository's tags is out of date, and gives them another version. In the
 * transaction of the change itself: should the process die now, the next reading finds no tag moved, and must know all
 * the same.
 */
export async function markUnsettled(db: Kysely<Tables>, repositoryKey: number | RawBuilder<number>): Promise<void> {
  const change = { is_settled: 0, tags_version: nextTagsVersion };
  // The row is written once for a repository that is new: its names and its tags both mark it.
  const marked = db.updateTable('repository').set(change).where('id', '=', repositoryKey);
  await marked.where('is_settled', '=', 1).execute();
}

/**
 * Of a settled repository, `tags_version` is another after each change of what a list of its tags shows, is in the
 * order of, or leaves out by: tags that come or go, what they point to, their times, the sizes of their images. It is
 * written in the transaction of the change, so whoever reads the new tags after it reads the new version too, in any
 * process. Of one that is not settled nothing is to be kept: it gets a version when it is. Confirmations and errors are
 * shown by no such list. For `set`.
 */
export const nextTagsVersion = sql<number>`tags_version + 1`;

/** Images are shared: a change of one is a change of each repository that has a tag on it. */
export async function renewVersionsOf(db: Kysely<Tables>, imageKeys: readonly number[]): Promise<void> {
  if (imageKeys.length === 0) return;
  const showing = sql`(select repository_id from tag where ${dialectOf(db).among(sql`image_id`, imageKeys)})`;
  await lockRows(db, 'repository', showing);
  await sql`update repository set tags_version = ${nextTagsVersion} where id in ${showing}`.execute(db);
}

/** Of one repository. */
export async function renewVersion(db: Kysely<Tables>, repositoryKey: number): Promise<void> {
  await db.updateTable('repository').set({ tags_version: nextTagsVersion }).where('id', '=', repositoryKey).execute();
}

/** In `updated_source`: to be taken from the image, once its config was read. */
export const undecided = '' as const;

/**
 * Inserts the tags that are not there yet, and returns how many those were. One parameter for all of them: one for each
 * column of each takes longer to build than to write.
 */
async function insertTags(
  db: Kysely<Tables>,
  repositoryKey: number,
  names: readonly TagName[],
  at: number,
  source: TimeSource | typeof undecided,
): Promise<number> {
  let added = 0n;
  const { tableOf, namesAtOnce } = dialectOf(db);
  for (const some of chunk(names, namesAtOnce)) {
    const rows = tableOf(some.map((name) => [name, toSortKey(name), isReferrerTag(name) ? 1 : 0]));
    const { numAffectedRows } = await sql`insert into tag (repository_id, name, sort_key, is_hidden, first_seen_at,
      changed_at, updated_at, updated_source)
      select ${repositoryKey}, value ->> 0, value ->> 1, cast(value ->> 2 as bigint), ${at}, ${at}, ${at}, ${source}
        from ${rows} as named where true
      on conflict do nothing`.execute(db);
    added += numAffectedRows ?? 0n;
  }
  return Number(added);
}
