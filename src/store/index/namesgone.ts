import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Kysely, type Selectable, sql } from 'kysely';
import type { Database, Tables } from '../database/database.js';
import { type GoneRepository, recordGone } from '../events/recording.js';
import { listKeys } from '../sql/filters.js';
import { endRevisions } from './tagrevisions.js';
import { chunk } from '../sql/rows.js';

/** A name goes only when this many complete looks in a row did not find it; by listings, once its tags are gone too. */
export const strikes = 2;

export type KnownRow = Pick<Selectable<Tables['repository']>, 'id' | 'name' | 'missed_scans' | 'found_by'>;

/** A repository that is to go, as it stands now. */
export interface GoneRow extends KnownRow {
  /** It is left out, and goes even where it has tags. */
  readonly isLeftOut: boolean;
}

/** Repositories that go before other work has its turn. */
const goneATurn = 100;

/** Removes these some at a time; others may read and write between. */
export async function removeGone(
  { write }: Pick<Database, 'write'>,
  registryId: string,
  gone: readonly GoneRow[],
  now: Date,
): Promise<void> {
  for (const some of chunk(gone, goneATurn)) {
    await write(registryId, (trx, note) => {
      note('visible', 'departures');
      return removeStillGone(trx, registryId, some, now);
    });
    await nextTurn();
  }
}

/**
 * Removes these, but for those that were followed or found to have tags since the list was taken over. Should the
 * process die before, they go with the next list.
 */
async function removeStillGone(
  db: Kysely<Tables>,
  registryId: string,
  rows: readonly GoneRow[],
  now: Date,
): Promise<void> {
  const ids = rows.map((row) => row.id);
  const found = await db
    .selectFrom('repository')
    .select(['id', 'missed_scans', 'found_by'])
    .where('id', 'in', ids)
    .execute();
  const known = new Map(found.map((row) => [row.id, row]));
  const standing = new Set(await listWithTags(db, registryId, ids));
  const still = rows.filter(({ id, missed_scans, found_by, isLeftOut }) => {
    const row = known.get(id);
    const isSame = row?.missed_scans === missed_scans && row.found_by === found_by;
    return isSame && (isLeftOut || !standing.has(id));
  });
  await removeAll(
    db,
    still.map((row) => row.id),
    now,
  );
}

/**
 * The keys of those whose tags were there when they were last read, unless the account may not read them any more: a
 * catalogue that lacks these was cut short, or never had them.
 */
export async function listWithTags(db: Kysely<Tables>, registryId: string, ids?: readonly number[]): Promise<number[]> {
  const among = ids ? sql`and id in ${listKeys(db, ids)}` : sql``;
  const { rows } = await sql<{
    id: number;
  }>`select id from repository where registry_id = ${registryId} ${among} and missed_scans >= ${strikes}
    and tags_error_code is distinct from 'UPSTREAM_AUTH' and exists (select 1 from tag
    where repository_id = repository.id)`.execute(db);
  return rows.map((row) => row.id);
}

/** Ends the revisions of these repositories' tags in the history, then removes the repositories. */
export async function removeAll(db: Kysely<Tables>, keys: readonly number[], now: Date): Promise<void> {
  if (keys.length === 0) return;
  const tags = sql`(select id from tag where repository_id in ${listKeys(db, keys)})`;
  await endRevisions(db, tags, now.getTime(), 'CHANGE_SEEN');
  const gone: GoneRepository[] = [];
  for (const some of chunk(keys)) {
    const removed = db
      .deleteFrom('repository')
      .where('id', 'in', some)
      .returning(['id', 'registry_id', 'name', 'tag_count']);
    for (const row of await removed.execute()) gone.push(row);
  }
  // The last: on PostgreSQL nobody is told of a later event before this transaction has ended, and the tags of a
  // hundred repositories take long to go.
  await recordGone(db, gone, now.getTime());
}
