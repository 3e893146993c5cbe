import { type Kysely, type Selectable, sql, type Updateable } from 'kysely';
import type { Repository } from '../domain/catalogue.js';
import { type Following, type FoundBy, judgeFollowed, maxFollowedOnRequest } from '../domain/following.js';
import type { UpstreamProblem } from '../domain/freshness.js';
import type { RepositoryName } from '../domain/name.js';
import type { Database, Tables } from './database.js';
import { listKeys } from './filters.js';
import { endRevisions } from './history.js';
import { chunk, toRepository } from './rows.js';

/** A name goes only when this many complete looks in a row did not find it. */
const strikes = 2;

/** Which repositories a registry has, as far as it says so, and which are followed. */
export interface NameListing {
  /** What its catalogue lists of what is followed, complete; null: it has no catalogue. */
  readonly names: readonly RepositoryName[] | null;
  readonly following: Following;
}

/** The names of the index. A repository is empty when its tags were read and there were none. */
export interface RepositoryIndex {
  find(registryId: string, name: RepositoryName): Promise<Repository | null>;
  findMany(keys: readonly number[]): Promise<Repository[]>;
  /** All of a registry, in name order. */
  listOf(registryId: string): Promise<Repository[]>;
  /** The keys of a registry's repositories that were not confirmed since `before`, in name order. */
  listDue(registryId: string, before: Date): Promise<number[]>;
  /**
   * Takes over a complete listing: adds what is new, and what is followed by its name; what two listings in a row did not have
   * goes, and what is no longer followed at once. What is followed on request is not in need of a listing. Of the registry's
   * first one it is kept that these were there before the gateway looked.
   */
  applyNames(registryId: string, listing: NameListing, now: Date): Promise<void>;
  /** Adds one that was found otherwise, as PASSING until it is followed; before the first complete listing it counts as in that. */
  add(registryId: string, name: RepositoryName, now: Date): Promise<Repository>;
  /** A PASSING one is followed from now on. False when its registry has too many that are. */
  follow(repository: Repository): Promise<boolean>;
  /** The registry knew it, or not: with the second look in a row that did not find it, it goes. */
  recordLook(repository: Repository, isKnown: boolean, now: Date): Promise<void>;
  isEmpty(registryId: string): Promise<boolean>;
  /** All of it was read. */
  confirm(key: number, now: Date): Promise<void>;
  recordTagsError(key: number, problem: UpstreamProblem): Promise<void>;
}

export function createRepositoryIndex({ kysely: db, generation }: Pick<Database, 'kysely' | 'generation'>): RepositoryIndex {
  const find = async (registryId: string, name: RepositoryName): Promise<Repository | null> => {
    const row = await db.selectFrom('repository').selectAll().where('registry_id', '=', registryId).where('name', '=', name).executeTakeFirst();
    return row ? toRepository(row) : null;
  };
  /** What was never read is shown in another way than what was: only then does a reader see more than its freshness change. */
  const write = async (key: number, fields: Updateable<Tables['repository']>): Promise<void> => {
    const change = db.updateTable('repository').set(fields).where('id', '=', key);
    const { numUpdatedRows } = await change.where('tags_confirmed_at', 'is', null).executeTakeFirst();
    if (numUpdatedRows > 0n) generation.bump();
    else await change.execute();
  };
  return {
    find,
    async findMany(keys) {
      const found: Repository[] = [];
      for (const some of chunk(keys)) {
        const rows = await db.selectFrom('repository').selectAll().where('id', 'in', some).execute();
        found.push(...rows.map(toRepository));
      }
      return found;
    },
    async listOf(registryId) {
      const rows = await db.selectFrom('repository').selectAll().where('registry_id', '=', registryId).orderBy('name').execute();
      return rows.map(toRepository);
    },
    async listDue(registryId, before) {
      const rows = await db
        .selectFrom('repository')
        .select('id')
        .where('registry_id', '=', registryId)
        .where((where) => where.or([where('tags_confirmed_at', 'is', null), where('tags_confirmed_at', '<', before.getTime())]))
        .orderBy('name')
        .execute();
      return rows.map((row) => row.id);
    },
    async applyNames(registryId, listing, now) {
      if (await applyNames(db, registryId, listing, now)) generation.bump();
    },
    follow: (repository) => follow(db, repository),
    async recordLook(repository, isKnown, now) {
      if (await recordLook(db, repository, isKnown, now)) generation.bump();
    },
    isEmpty: (registryId) => isEmpty(db, registryId),
    async add(registryId, name, now) {
      await addPassing(db, registryId, name, now);
      generation.bump();
      return (await find(registryId, name))!;
    },
    async confirm(key, now) {
      const confirmed = { tags_confirmed_at: now.getTime(), tags_error_code: null, tags_error_message: null, tags_error_at: null };
      await write(key, confirmed);
    },
    async recordTagsError(key, problem) {
      const error = { tags_error_code: problem.code, tags_error_message: problem.message, tags_error_at: problem.at.getTime() };
      await write(key, error);
    },
  };
}

async function isEmpty(db: Kysely<Tables>, registryId: string): Promise<boolean> {
  const some = db.selectFrom('repository').select('id').where('registry_id', '=', registryId).limit(1);
  return (await some.execute()).length === 0;
}

async function addPassing(db: Kysely<Tables>, registryId: string, name: RepositoryName, now: Date): Promise<void> {
  const registry = await db
    .selectFrom('registry')
    .select('names_confirmed_at')
    .where('id', '=', registryId)
    .executeTakeFirst();
  const in_first_listing = registry?.names_confirmed_at === null ? 1 : 0;
  await insertNames(db, registryId, [name], { found_by: 'PASSING', first_seen_at: now.getTime(), in_first_listing });
}

/** The limit is kept in the statement itself: many may be asked for at once. */
async function follow(db: Kysely<Tables>, { key, registryId }: Repository): Promise<boolean> {
  const followed = db
    .selectFrom('repository as other')
    .select(sql<number>`count(*)`.as('count'))
    .where('other.registry_id', '=', registryId)
    .where('other.found_by', '=', 'REQUEST');
  const { numUpdatedRows } = await db
    .updateTable('repository')
    .set({ found_by: 'REQUEST', missed_scans: 0 })
    .where('id', '=', key)
    .where('found_by', '=', 'PASSING')
    .where(followed, '<', maxFollowedOnRequest)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** True when it is gone now. */
async function recordLook(db: Kysely<Tables>, repository: Repository, isKnown: boolean, now: Date): Promise<boolean> {
  const { key, missedScans } = repository;
  const missed = isKnown ? 0 : missedScans + 1;
  const isGone = missed >= strikes;
  if (isGone) await db.transaction().execute((trx) => removeAll(trx, [key], now));
  else await db.updateTable('repository').set({ missed_scans: missed }).where('id', '=', key).execute();
  return isGone;
}

type KnownRow = Pick<Selectable<Tables['repository']>, 'id' | 'name' | 'missed_scans' | 'found_by'>;

/** True when a name came or went. */
async function applyNames(db: Kysely<Tables>, registryId: string, listing: NameListing, now: Date): Promise<boolean> {
  const { names, following } = listing;
  const listed = new Set<string>(names ?? []);
  const named: ReadonlySet<string> = following.names;
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
    const leaving = new Set(others.filter((row) => isUnfollowed(row, following)));
    const missing = others.filter((row) => !leaving.has(row) && needsListing(row, names !== null));
    await changeEach(missing, (ids) =>
      trx
        .updateTable('repository')
        .set((row) => ({ missed_scans: row('missed_scans', '+', 1) }))
        .where('id', 'in', ids)
        .execute(),
    );
    const gone = [...leaving, ...missing.filter((row) => row.missed_scans + 1 >= strikes)];
    await removeAll(trx, gone.map((row) => row.id), now);
    return added.length > 0 || addedByName.length > 0 || gone.length > 0;
  });
}

/** True when it is the registry's first. Written with the names: a process that dies between the two must not see two first ones. */
async function beginListing(db: Kysely<Tables>, registryId: string, now: Date): Promise<boolean> {
  const first = db.updateTable('registry').set({ names_confirmed_at: now.getTime() }).where('id', '=', registryId);
  return ((await first.where('names_confirmed_at', 'is', null).executeTakeFirst()).numUpdatedRows ?? 0n) > 0n;
}

/** The setting is why it was read, and no longer is; or it is why it may not be. */
function isUnfollowed({ name, found_by }: KnownRow, following: Following): boolean {
  const verdict = judgeFollowed(following, name as RepositoryName);
  return verdict === 'LEFT_OUT' || found_by === 'SETTING' || (verdict === 'OTHER' && found_by === 'CATALOGUE');
}

function needsListing({ found_by }: KnownRow, hasCatalogue: boolean): boolean {
  return found_by === 'PASSING' || (found_by === 'CATALOGUE' && hasCatalogue);
}

async function removeAll(db: Kysely<Tables>, keys: readonly number[], now: Date): Promise<void> {
  if (keys.length === 0) return;
  const tags = sql`(select id from tag where repository_id in ${listKeys(keys)})`;
  await endRevisions(db, tags, now.getTime(), 'CHANGE_SEEN');
  for (const some of chunk(keys)) await db.deleteFrom('repository').where('id', 'in', some).execute();
}

/** How new rows came in. */
interface Arrival {
  readonly found_by: FoundBy;
  readonly first_seen_at: number;
  readonly in_first_listing: number;
}

async function insertNames(
  db: Kysely<Tables>,
  registryId: string,
  names: readonly RepositoryName[],
  arrival: Arrival,
): Promise<void> {
  const blank = { ...arrival, missed_scans: 0, is_settled: 0, tag_count: 0, size: 0 };
  for (const some of chunk(names)) {
    await db
      .insertInto('repository')
      .values(some.map((name) => ({ ...blank, registry_id: registryId, name })))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

async function changeEach(rows: readonly { id: number }[], change: (ids: number[]) => Promise<unknown>): Promise<void> {
  for (const some of chunk(rows)) await change(some.map((row) => row.id));
}
