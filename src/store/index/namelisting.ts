import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Kysely, type Selectable, sql } from 'kysely';
import { type Following, type FollowVerdict, type FoundBy, judgeFollowed } from '../../domain/following.js';
import type { RepositoryName } from '../../domain/name.js';
import type { Tables } from '../database/database.js';
import { dialectOf } from '../dialect/dialects.js';
import { recordRepositories } from '../events/recording.js';
import { listKeys } from '../sql/filters.js';
import { endRevisions } from './tagrevisions.js';
import { chunk } from '../sql/rows.js';

/** A name goes only when this many complete looks in a row did not find it; by listings, once its tags are gone too. */
export const strikes = 2;

/** Which repositories a registry has, as far as it says so, and which are followed. */
export interface NameListing {
  /** The followed names that its catalogue lists, complete; null: it has no catalogue. */
  readonly names: readonly RepositoryName[] | null;
  readonly following: Following;
}

type KnownRow = Pick<Selectable<Tables['repository']>, 'id' | 'name' | 'missed_scans' | 'found_by'>;

/**
 * See `RepositoryStore.applyNames`. True when a name came or went. `onAdded` is told of those that came before the
 * rest, each time when they are written.
 */
export async function applyRepositoryNames(
  db: Kysely<Tables>,
  registryId: string,
  listing: NameListing,
  now: Date,
  onAdded: () => void,
): Promise<boolean> {
  const { names, following } = listing;
  const isAdded = await addAhead(db, registryId, names ?? [], now, onAdded);
  const listed = new Set<string>(names ?? []);
  const named: ReadonlySet<string> = following.names;
  const verdicts = await judgeUnlisted(db, registryId, listed, following);
  return db.transaction().execute(async (trx) => {
    const known = await trx
      .selectFrom('repository')
      .select(['id', 'name', 'missed_scans', 'found_by'])
      .where('registry_id', '=', registryId)
      .execute();
    const knownNames = new Set(known.map((row) => row.name));
    const added = (names ?? []).filter((name) => !knownNames.has(name));
    const addedByName = [...following.names].filter((name) => !knownNames.has(name) && !listed.has(name));
    // Where nobody lists anything, and nothing is followed, nothing was there before.
    const isListing = names !== null || known.length + addedByName.length > 0;
    const isFirst = isListing && (await beginListing(trx, registryId, now));
    const seen = { first_seen_at: now.getTime(), in_first_listing: isFirst ? 1 : 0 };
    await insertNames(trx, registryId, added, { ...seen, found_by: 'CATALOGUE' });
    await insertNames(trx, registryId, addedByName, { ...seen, found_by: 'SETTING' });
    const isToMend = (row: KnownRow): boolean => row.missed_scans > 0 || row.found_by !== 'CATALOGUE';
    const found = known.filter((row) => listed.has(row.name) && isToMend(row));
    await changeEach(found, (ids) =>
      trx.updateTable('repository').set({ missed_scans: 0, found_by: 'CATALOGUE' }).where('id', 'in', ids).execute(),
    );
    const others = known.filter((row) => !listed.has(row.name) && !named.has(row.name));
    const leaving = new Set(others.filter((row) => isUnfollowed(row, verdicts.get(row.id) ?? 'NAMED')));
    const missing = others.filter((row) => !leaving.has(row) && needsListing(row, names !== null));
    await changeEach(missing, (ids) =>
      trx
        .updateTable('repository')
        .set((row) => ({ missed_scans: row('missed_scans', '+', 1) }))
        .where('id', 'in', ids)
        .execute(),
    );
    const standing = new Set(await listStanding(trx, registryId));
    const gone = [...leaving, ...missing.filter((row) => row.missed_scans + 1 >= strikes && !standing.has(row.id))];
    await removeAll(
      trx,
      gone.map((row) => row.id),
      now,
    );
    return isAdded || added.length > 0 || addedByName.length > 0 || gone.length > 0;
  });
}

/** Names that are written before other work has its turn: some milliseconds. */
const namesATurn = 500;

/**
 * Adds the new names of a long list some at a time, before all else that it says: one transaction for them would keep
 * every reader waiting. Until the registry's first list is taken over, what is added counts as part of that; should the
 * process die meanwhile, the next list is the first one still. True when there were any.
 */
async function addAhead(
  db: Kysely<Tables>,
  registryId: string,
  names: readonly RepositoryName[],
  now: Date,
  onAdded: () => void,
): Promise<boolean> {
  if (names.length <= namesATurn) return false;
  const known = await db.selectFrom('repository').select('name').where('registry_id', '=', registryId).execute();
  const knownNames = new Set(known.map((row) => row.name));
  const added = names.filter((name) => !knownNames.has(name));
  const unlisted = db.selectFrom('registry').select('id').where('id', '=', registryId);
  const isFirst = (await unlisted.where('names_confirmed_at', 'is', null).executeTakeFirst()) !== undefined;
  const arrival = { found_by: 'CATALOGUE', first_seen_at: now.getTime(), in_first_listing: isFirst ? 1 : 0 } as const;
  for (const some of chunk(added, namesATurn)) {
    await insertNames(db, registryId, some, arrival);
    onAdded();
    await nextTurn();
  }
  return added.length > 0;
}

/**
 * The keys of those whose tags were there when they were last read, unless the account may not read them any more: a
 * catalogue that lacks these was cut short, or never had them.
 */
async function listStanding(db: Kysely<Tables>, registryId: string): Promise<number[]> {
  const { rows } = await sql<{
    id: number;
  }>`select id from repository where registry_id = ${registryId} and missed_scans >= ${strikes}
    and tags_error_code is distinct from 'UPSTREAM_AUTH' and exists (select 1 from tag
    where repository_id = repository.id)`.execute(db);
  return rows.map((row) => row.id);
}

/**
 * True when it is the registry's first. Written with the names: a process that dies between the two must not see two
 * first ones.
 */
async function beginListing(db: Kysely<Tables>, registryId: string, now: Date): Promise<boolean> {
  const first = db.updateTable('registry').set({ names_confirmed_at: now.getTime() }).where('id', '=', registryId);
  return ((await first.where('names_confirmed_at', 'is', null).executeTakeFirst()).numUpdatedRows ?? 0n) > 0n;
}

/** Rows that are held against the patterns before other work has its turn. */
const rowsATurn = 100;

/** By the rows' ids. Before the transaction, which nothing else can be done beside. */
async function judgeUnlisted(
  db: Kysely<Tables>,
  registryId: string,
  listed: ReadonlySet<string>,
  following: Following,
): Promise<ReadonlyMap<number, FollowVerdict>> {
  const verdicts = new Map<number, FollowVerdict>();
  if (following.patterns.length === 0) return verdicts;
  const known = await db
    .selectFrom('repository')
    .select(['id', 'name'])
    .where('registry_id', '=', registryId)
    .execute();
  for (const some of chunk(
    known.filter((row) => !listed.has(row.name)),
    rowsATurn,
  )) {
    for (const { id, name } of some) verdicts.set(id, judgeFollowed(following, name));
    await nextTurn();
  }
  return verdicts;
}

/** The setting is why it was read, and no longer is; or it is why it may not be. */
function isUnfollowed({ found_by }: KnownRow, verdict: FollowVerdict): boolean {
  return verdict === 'LEFT_OUT' || found_by === 'SETTING' || (verdict === 'OTHER' && found_by === 'CATALOGUE');
}

function needsListing({ found_by }: KnownRow, hasCatalogue: boolean): boolean {
  return found_by === 'PASSING' || (found_by === 'CATALOGUE' && hasCatalogue);
}

/** Ends the revisions of these repositories' tags in the history, then removes the repositories. */
export async function removeAll(db: Kysely<Tables>, keys: readonly number[], now: Date): Promise<void> {
  if (keys.length === 0) return;
  const tags = sql`(select id from tag where repository_id in ${listKeys(db, keys)})`;
  await recordRepositories(db, listKeys(db, keys), 'REPOSITORY_GONE', sql`repository.tag_count`, now.getTime());
  await endRevisions(db, tags, now.getTime(), 'CHANGE_SEEN');
  for (const some of chunk(keys)) await db.deleteFrom('repository').where('id', 'in', some).execute();
}

/** How new rows came in. */
export interface Arrival {
  readonly found_by: FoundBy;
  readonly first_seen_at: number;
  readonly in_first_listing: number;
}

/**
 * Inserts the names that are not there yet; those that are stay as they are. One parameter for all of them: one for
 * each column of each takes longer to build than to write.
 */
export async function insertNames(
  db: Kysely<Tables>,
  registryId: string,
  names: readonly RepositoryName[],
  arrival: Arrival,
): Promise<void> {
  const { found_by, first_seen_at, in_first_listing } = arrival;
  for (const some of chunk(names)) {
    await sql`insert into repository (registry_id, name, found_by, first_seen_at, in_first_listing, missed_scans,
      is_settled, tag_count, size)
      select ${registryId}, value, ${found_by}, ${first_seen_at}, ${in_first_listing}, 0, 0, 0, 0
        from ${dialectOf(db).listOf(some)} as named where true
      on conflict do nothing`.execute(db);
  }
}

async function changeEach(rows: readonly { id: number }[], change: (ids: number[]) => Promise<unknown>): Promise<void> {
  for (const some of chunk(rows)) await change(some.map((row) => row.id));
}
