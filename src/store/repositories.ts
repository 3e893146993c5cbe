import { type Kysely, sql } from 'kysely';
import type { Repository } from '../domain/catalogue.js';
import type { UpstreamProblem } from '../domain/freshness.js';
import type { RepositoryName } from '../domain/name.js';
import { decodeCursor, encodeCursor, type Page, type PageRequest } from '../domain/page.js';
import type { Tables } from './database.js';
import { chunk, toRepository } from './rows.js';

const scope = 'repositories:name';

/** A name goes only when this many complete listings in a row did not have it. */
const strikes = 2;

/** The repositories' part of the index. A repository is empty when its tag list was read and had no tags. */
export interface RepositoryIndex {
  find(registryId: string, name: RepositoryName): Promise<Repository | null>;
  findMany(keys: readonly number[]): Promise<Repository[]>;
  /** In name order, without those known to be empty. */
  list(registryId: string, page: PageRequest): Promise<Page<Repository>>;
  /** How many are not known to be empty. */
  count(registryId: string): Promise<number>;
  /** Takes over a complete listing: adds what is new; what two listings in a row did not have goes. */
  applyNames(registryId: string, names: readonly RepositoryName[], now: Date): Promise<void>;
  /** Adds one that was found otherwise than by a listing. */
  add(registryId: string, name: RepositoryName, now: Date): Promise<Repository>;
  recordTagsError(key: number, problem: UpstreamProblem): Promise<void>;
}

export function createRepositoryIndex(db: Kysely<Tables>): RepositoryIndex {
  const listed = (registryId: string) =>
    db
      .selectFrom('repository')
      .where('registry_id', '=', registryId)
      .where((where) =>
        where.or([
          where('tags_confirmed_at', 'is', null),
          where.exists(where.selectFrom('tag').select(sql`1`.as('one')).whereRef('tag.repository_id', '=', 'repository.id')),
        ]),
      );
  const count = async (registryId: string): Promise<number> => {
    const { total } = await listed(registryId)
      .select(sql<number>`count(*)`.as('total'))
      .executeTakeFirstOrThrow();
    return total;
  };

  return {
    count,
    async find(registryId, name) {
      const row = await db.selectFrom('repository').selectAll().where('registry_id', '=', registryId).where('name', '=', name).executeTakeFirst();
      return row ? toRepository(row) : null;
    },
    async findMany(keys) {
      const found: Repository[] = [];
      for (const some of chunk(keys)) {
        const rows = await db.selectFrom('repository').selectAll().where('id', 'in', some).execute();
        found.push(...rows.map(toRepository));
      }
      return found;
    },
    async list(registryId, { first, after }) {
      const [name] = after === null ? [null] : decodeCursor(scope, after, 1);
      const rows = await listed(registryId)
        .selectAll()
        .$if(name !== null, (query) => query.where('name', '>', String(name)))
        .orderBy('name')
        .limit(first + 1)
        .execute();
      return {
        items: rows.slice(0, first).map(toRepository),
        hasNextPage: rows.length > first,
        hasPreviousPage: after !== null,
        totalCount: await count(registryId),
        cursorOf: (repository) => encodeCursor(scope, [repository.name]),
      };
    },
    applyNames: (registryId, names, now) => applyNames(db, registryId, names, now),
    async add(registryId, name, now) {
      await insertNames(db, registryId, [name], now);
      return toRepository(
        await db.selectFrom('repository').selectAll().where('registry_id', '=', registryId).where('name', '=', name).executeTakeFirstOrThrow(),
      );
    },
    async recordTagsError(key, problem) {
      const error = { tags_error_code: problem.code, tags_error_message: problem.message, tags_error_at: problem.at.getTime() };
      await db.updateTable('repository').set(error).where('id', '=', key).execute();
    },
  };
}

async function applyNames(db: Kysely<Tables>, registryId: string, names: readonly RepositoryName[], now: Date): Promise<void> {
  const listed = new Set<string>(names);
  await db.transaction().execute(async (trx) => {
    const known = await trx.selectFrom('repository').select(['id', 'name', 'missed_scans']).where('registry_id', '=', registryId).execute();
    const knownNames = new Set(known.map((row) => row.name));
    await insertNames(trx, registryId, names.filter((name) => !knownNames.has(name)), now);
    const missing = known.filter((row) => !listed.has(row.name));
    const found = known.filter((row) => row.missed_scans > 0 && listed.has(row.name));
    const gone = missing.filter((row) => row.missed_scans + 1 >= strikes);
    await changeEach(found, (ids) => trx.updateTable('repository').set({ missed_scans: 0 }).where('id', 'in', ids).execute());
    await changeEach(missing, (ids) =>
      trx.updateTable('repository').set((row) => ({ missed_scans: row('missed_scans', '+', 1) })).where('id', 'in', ids).execute(),
    );
    await changeEach(gone, (ids) => trx.deleteFrom('repository').where('id', 'in', ids).execute());
  });
}

async function insertNames(db: Kysely<Tables>, registryId: string, names: readonly RepositoryName[], now: Date): Promise<void> {
  const at = now.getTime();
  for (const some of chunk(names)) {
    await db
      .insertInto('repository')
      .values(some.map((name) => ({ registry_id: registryId, name, first_seen_at: at, missed_scans: 0 })))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

async function changeEach(rows: readonly { id: number }[], change: (ids: number[]) => Promise<unknown>): Promise<void> {
  for (const some of chunk(rows)) await change(some.map((row) => row.id));
}
