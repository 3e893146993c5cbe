import { type Kysely, sql, type Updateable } from 'kysely';
import type { Repository } from '../domain/catalogue.js';
import type { UpstreamProblem } from '../domain/freshness.js';
import type { RepositoryName } from '../domain/name.js';
import type { Database, Tables } from './database.js';
import { listKeys } from './filters.js';
import { endRevisions } from './history.js';
import { chunk, toRepository } from './rows.js';

/** A name goes only when this many complete listings in a row did not have it. */
const strikes = 2;

/** The names of the index. A repository is empty when its tags were read and there were none. */
export interface RepositoryIndex {
  find(registryId: string, name: RepositoryName): Promise<Repository | null>;
  findMany(keys: readonly number[]): Promise<Repository[]>;
  /** All of a registry, in name order. */
  listOf(registryId: string): Promise<Repository[]>;
  /** The keys of a registry's repositories that were not confirmed since `before`, in name order. */
  listDue(registryId: string, before: Date): Promise<number[]>;
  /**
   * Takes over a complete listing: adds what is new; what two listings in a row did not have goes. Of the registry's first one
   * it is kept that these were there before the gateway looked.
   */
  applyNames(registryId: string, names: readonly RepositoryName[], now: Date): Promise<void>;
  /** Adds one that was found otherwise than by a listing; before the first complete one it counts as in that. */
  add(registryId: string, name: RepositoryName, now: Date): Promise<Repository>;
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
    async applyNames(registryId, names, now) {
      if (await applyNames(db, registryId, names, now)) generation.bump();
    },
    async add(registryId, name, now) {
      const registry = await db.selectFrom('registry').select('names_confirmed_at').where('id', '=', registryId).executeTakeFirst();
      await insertNames(db, registryId, [name], now, registry?.names_confirmed_at === null);
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

/** True when a name came or went. */
async function applyNames(db: Kysely<Tables>, registryId: string, names: readonly RepositoryName[], now: Date): Promise<boolean> {
  const listed = new Set<string>(names);
  return db.transaction().execute(async (trx) => {
    const known = await trx.selectFrom('repository').select(['id', 'name', 'missed_scans']).where('registry_id', '=', registryId).execute();
    const knownNames = new Set(known.map((row) => row.name));
    const added = names.filter((name) => !knownNames.has(name));
    await insertNames(trx, registryId, added, now, await beginListing(trx, registryId, now));
    const missing = known.filter((row) => !listed.has(row.name));
    const found = known.filter((row) => row.missed_scans > 0 && listed.has(row.name));
    const gone = missing.filter((row) => row.missed_scans + 1 >= strikes);
    await changeEach(found, (ids) => trx.updateTable('repository').set({ missed_scans: 0 }).where('id', 'in', ids).execute());
    await changeEach(missing, (ids) =>
      trx.updateTable('repository').set((row) => ({ missed_scans: row('missed_scans', '+', 1) })).where('id', 'in', ids).execute(),
    );
    const goneTags = sql`(select id from tag where repository_id in ${listKeys(gone.map((row) => row.id))})`;
    if (gone.length > 0) await endRevisions(trx, goneTags, now.getTime(), 'CHANGE_SEEN');
    await changeEach(gone, (ids) => trx.deleteFrom('repository').where('id', 'in', ids).execute());
    return added.length > 0 || gone.length > 0;
  });
}

/** True when it is the registry's first. Written with the names: a process that dies between the two must not see two first ones. */
async function beginListing(db: Kysely<Tables>, registryId: string, now: Date): Promise<boolean> {
  const first = db.updateTable('registry').set({ names_confirmed_at: now.getTime() }).where('id', '=', registryId);
  return ((await first.where('names_confirmed_at', 'is', null).executeTakeFirst()).numUpdatedRows ?? 0n) > 0n;
}

async function insertNames(
  db: Kysely<Tables>,
  registryId: string,
  names: readonly RepositoryName[],
  now: Date,
  inFirstListing: boolean,
): Promise<void> {
  const counts = { missed_scans: 0, is_settled: 0, tag_count: 0, size: 0 };
  const blank = { ...counts, first_seen_at: now.getTime(), in_first_listing: inFirstListing ? 1 : 0 };
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
