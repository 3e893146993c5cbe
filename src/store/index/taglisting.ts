import { type Kysely, type RawBuilder } from 'kysely';
import type { Tag, TimeSource } from '../../domain/catalogue.js';
import type { TagName } from '../../domain/name.js';
import { isReferrerTag, toSortKey } from '../../domain/version.js';
import type { Tables } from '../database/database.js';
import { listKeys } from '../sql/filters.js';
import { chunk } from '../sql/rows.js';
import { boundHistory, endRevisions } from './tagrevisions.js';

/** When changes are taken to have happened, and how that is known. */
export interface ChangeTime {
  readonly at: Date;
  readonly source: Extract<TimeSource, 'NOTIFICATION' | 'CHANGE_SEEN'>;
}

/** A tag, and when the registry last said what it points to. */
export type TagMark = Pick<Tag, 'key' | 'name' | 'confirmedAt'>;

/** See `TagStore.applyNames`. */
export async function applyTagNames(
  db: Kysely<Tables>,
  repositoryKey: number,
  names: readonly TagName[],
  when: ChangeTime,
  before?: readonly TagMark[],
): Promise<boolean> {
  const listed = new Set<string>(names);
  const confirmed = before && new Map(before.map((tag) => [tag.key, tag.confirmedAt?.getTime() ?? null]));
  return db.transaction().execute(async (trx) => {
    const repository = await trx
      .selectFrom('repository')
      .select(['tags_confirmed_at', 'in_first_listing'])
      .where('id', '=', repositoryKey)
      .executeTakeFirst();
    if (!repository) return false;
    const known = await trx
      .selectFrom('tag')
      .select(['id', 'name', 'confirmed_at', 'updated_source'])
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
    for (const some of chunk(added)) {
      await trx
        .insertInto('tag')
        .values(some.map((name) => createRow(repositoryKey, name, when.at.getTime(), source)))
        .execute();
    }
    if (gone.length > 0) {
      await endRevisions(trx, listKeys(gone.map((row) => row.id)), when.at.getTime(), when.source);
      await boundHistory(trx, repositoryKey);
    }
    for (const some of chunk(gone)) {
      await trx
        .deleteFrom('tag')
        .where(
          'id',
          'in',
          some.map((row) => row.id),
        )
        .execute();
    }
    if (added.length > 0 || gone.length > 0) await markUnsettled(trx, repositoryKey);
    return added.length > 0 || gone.length > 0;
  });
}

/** See `TagStore.addNames`; true when one was added. */
export async function addNames(
  db: Kysely<Tables>,
  repositoryKey: number,
  names: readonly TagName[],
  { at, source }: ChangeTime,
): Promise<boolean> {
  let added = 0n;
  await db.transaction().execute(async (trx) => {
    for (const some of chunk(names)) {
      const rows = some.map((name) =>
        createRow(repositoryKey, name, at.getTime(), source === 'NOTIFICATION' ? source : 'FIRST_SEEN'),
      );
      const { numInsertedOrUpdatedRows } = await trx
        .insertInto('tag')
        .values(rows)
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirstOrThrow();
      added += numInsertedOrUpdatedRows ?? 0n;
    }
    if (added > 0n) await markUnsettled(trx, repositoryKey);
  });
  return added > 0n;
}

/**
 * Marks that what is derived from the repository's tags is out of date. In the transaction of the change itself: should
 * the process die now, the next reading finds no tag moved, and must know all the same.
 */
export async function markUnsettled(db: Kysely<Tables>, repositoryKey: number | RawBuilder<number>): Promise<void> {
  await db.updateTable('repository').set({ is_settled: 0 }).where('id', '=', repositoryKey).execute();
}

/** In `updated_source`: to be taken from the image, once its config was read. */
export const undecided = '' as const;

function createRow(repositoryKey: number, name: TagName, at: number, source: TimeSource | typeof undecided) {
  return {
    repository_id: repositoryKey,
    name,
    sort_key: toSortKey(name),
    is_hidden: isReferrerTag(name) ? 1 : 0,
    first_seen_at: at,
    changed_at: at,
    updated_at: at,
    updated_source: source,
  };
}
