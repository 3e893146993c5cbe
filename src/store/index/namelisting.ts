import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import { type Following, type FollowVerdict, type FoundBy, judgeFollowed } from '../../domain/following.js';
import type { RepositoryName } from '../../domain/name.js';
import type { Database, Tables } from '../database/database.js';
import { dialectOf } from '../dialect/dialects.js';
import { chunk } from '../sql/rows.js';
import { type GoneRow, type KnownRow, listWithTags, removeGone, strikes } from './namesgone.js';

/** Which repositories a registry has, as far as it says so, and which are followed. */
export interface NameListing {
  /** The followed names that its catalogue lists, complete; null: it has no catalogue. */
  readonly names: readonly RepositoryName[] | null;
  readonly following: Following;
}

type NameTables = Pick<Database, 'kysely' | 'write' | 'writeSingly'>;

/** See `RepositoryStore.applyNames`. */
export async function applyRepositoryNames(
  database: NameTables,
  registryId: string,
  listing: NameListing,
  now: Date,
): Promise<void> {
  await addAhead(database, registryId, listing.names ?? [], now);
  await removeGone(database, registryId, await takeOver(database, registryId, listing, now), now);
}

/** Gives those that are to go, as they stand now. */
async function takeOver(
  { kysely: db, write }: NameTables,
  registryId: string,
  { names, following }: NameListing,
  now: Date,
): Promise<GoneRow[]> {
  const listed = new Set<string>(names ?? []);
  const named: ReadonlySet<string> = following.names;
  const verdicts = await judgeUnlisted(db, registryId, listed, following);
  return write(registryId, async (trx, note) => {
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
    if (isFirst) note('state');
    if (added.length + addedByName.length > 0) note('visible');
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
    const standing = new Set(await listWithTags(trx, registryId));
    const isGone = (row: KnownRow): boolean => row.missed_scans + 1 >= strikes && !standing.has(row.id);
    return [
      ...[...leaving].map((row) => ({ ...row, isLeftOut: true })),
      ...missing.filter(isGone).map((row) => ({ ...row, missed_scans: row.missed_scans + 1, isLeftOut: false })),
    ];
  });
}

/** Names that are written before other work has its turn: some milliseconds. */
const namesATurn = 500;

/**
 * Adds the new names of a long list some at a time, before all else that it says: one transaction for them would keep
 * every reader waiting. Until the registry's first list is taken over, what is added counts as part of that; should the
 * process die meanwhile, the next list is the first one still.
 */
async function addAhead(
  { kysely: db, writeSingly }: NameTables,
  registryId: string,
  names: readonly RepositoryName[],
  now: Date,
): Promise<void> {
  if (names.length <= namesATurn) return;
  const known = await db.selectFrom('repository').select('name').where('registry_id', '=', registryId).execute();
  const knownNames = new Set(known.map((row) => row.name));
  const added = names.filter((name) => !knownNames.has(name));
  const unlisted = db.selectFrom('registry').select('id').where('id', '=', registryId);
  const isFirst = (await unlisted.where('names_confirmed_at', 'is', null).executeTakeFirst()) !== undefined;
  const arrival = { found_by: 'CATALOGUE', first_seen_at: now.getTime(), in_first_listing: isFirst ? 1 : 0 } as const;
  for (const some of chunk(added, namesATurn)) {
    await writeSingly(registryId, (trx, note) => {
      note('visible');
      return insertNames(trx, registryId, some, arrival);
    });
    await nextTurn();
  }
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
