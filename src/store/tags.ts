import { type Kysely, sql } from 'kysely';
import type { Tag } from '../domain/catalogue.js';
import type { UpstreamProblem } from '../domain/freshness.js';
import type { TagName } from '../domain/name.js';
import { decodeCursor, encodeCursor, type Page, type PageRequest } from '../domain/page.js';
import type { Tables } from './database.js';
import { chunk, toTag } from './rows.js';

const scope = 'tags:name';

/** What asking the registry for one tag gave. */
export type TagReading =
  | { readonly tagKey: number; readonly imageKey: number | null }
  | { readonly tagKey: number; readonly problem: UpstreamProblem };

/** The tags' part of the index. */
export interface TagIndex {
  find(repositoryKey: number, name: string): Promise<Tag | null>;
  findMany(keys: readonly number[]): Promise<Tag[]>;
  /** In name order. */
  list(repositoryKey: number, page: PageRequest): Promise<Page<Tag>>;
  /** Every tag of these repositories, in name order within each. */
  listAll(repositoryKeys: readonly number[]): Promise<Tag[]>;
  /** Tags per repository; a repository without any is left out. */
  count(repositoryKeys: readonly number[]): Promise<Map<number, number>>;
  /** Takes over a complete tag list: adds what is new, removes what it lacks, and notes when it was read. */
  applyNames(repositoryKey: number, names: readonly TagName[], now: Date): Promise<void>;
  /** One transaction: what each tag points to now (null: nothing), or what went wrong, which changes nothing else. */
  applyReadings(readings: readonly TagReading[], now: Date): Promise<void>;
}

export function createTagIndex(db: Kysely<Tables>): TagIndex {
  const tags = () => db.selectFrom('tag').leftJoin('image', 'image.id', 'tag.image_id').selectAll('tag').select('image.digest as digest');
  return {
    async find(repositoryKey, name) {
      const row = await tags().where('tag.repository_id', '=', repositoryKey).where('tag.name', '=', name).executeTakeFirst();
      return row ? toTag(row) : null;
    },
    async findMany(keys) {
      const found: Tag[] = [];
      for (const some of chunk(keys)) found.push(...(await tags().where('tag.id', 'in', some).execute()).map(toTag));
      return found;
    },
    async list(repositoryKey, { first, after }) {
      const [name] = after === null ? [null] : decodeCursor(scope, after, 1);
      const rows = await tags()
        .where('tag.repository_id', '=', repositoryKey)
        .$if(name !== null, (query) => query.where('tag.name', '>', String(name)))
        .orderBy('tag.name')
        .limit(first + 1)
        .execute();
      const counts = await countTags(db, [repositoryKey]);
      return {
        items: rows.slice(0, first).map(toTag),
        hasNextPage: rows.length > first,
        hasPreviousPage: after !== null,
        totalCount: counts.get(repositoryKey) ?? 0,
        cursorOf: (tag) => encodeCursor(scope, [tag.name]),
      };
    },
    async listAll(repositoryKeys) {
      const found: Tag[] = [];
      for (const some of chunk(repositoryKeys)) {
        const rows = await tags().where('tag.repository_id', 'in', some).orderBy('tag.repository_id').orderBy('tag.name').execute();
        found.push(...rows.map(toTag));
      }
      return found;
    },
    count: (repositoryKeys) => countTags(db, repositoryKeys),
    applyNames: (repositoryKey, names, now) => applyNames(db, repositoryKey, names, now),
    applyReadings: (readings, now) => applyReadings(db, readings, now),
  };
}

async function countTags(db: Kysely<Tables>, repositoryKeys: readonly number[]): Promise<Map<number, number>> {
  const counts = new Map<number, number>();
  for (const some of chunk(repositoryKeys)) {
    const rows = await db
      .selectFrom('tag')
      .select(['repository_id', sql<number>`count(*)`.as('total')])
      .where('repository_id', 'in', some)
      .groupBy('repository_id')
      .execute();
    for (const row of rows) counts.set(row.repository_id, row.total);
  }
  return counts;
}

async function applyNames(db: Kysely<Tables>, repositoryKey: number, names: readonly TagName[], now: Date): Promise<void> {
  const listed = new Set<string>(names);
  const at = now.getTime();
  await db.transaction().execute(async (trx) => {
    const known = await trx.selectFrom('tag').select(['id', 'name']).where('repository_id', '=', repositoryKey).execute();
    const knownNames = new Set(known.map((row) => row.name));
    for (const some of chunk(names.filter((name) => !knownNames.has(name)))) {
      const rows = some.map((name) => ({ repository_id: repositoryKey, name, first_seen_at: at, changed_at: at }));
      await trx.insertInto('tag').values(rows).execute();
    }
    for (const some of chunk(known.filter((row) => !listed.has(row.name)))) {
      await trx.deleteFrom('tag').where('id', 'in', some.map((row) => row.id)).execute();
    }
    const confirmed = { tags_confirmed_at: at, tags_error_code: null, tags_error_message: null, tags_error_at: null };
    await trx.updateTable('repository').set(confirmed).where('id', '=', repositoryKey).execute();
  });
}

async function applyReadings(db: Kysely<Tables>, readings: readonly TagReading[], now: Date): Promise<void> {
  const at = now.getTime();
  await db.transaction().execute(async (trx) => {
    for (const reading of readings) {
      const change = trx.updateTable('tag').where('id', '=', reading.tagKey);
      if ('problem' in reading) {
        const { code, message } = reading.problem;
        await change.set({ error_code: code, error_message: message, error_at: reading.problem.at.getTime() }).execute();
      } else {
        // A tag that was read for the first time has not changed; one that pointed elsewhere has.
        const changedAt = sql<number>`case when image_id is not null and image_id is not ${reading.imageKey} then ${at} else changed_at end`;
        await change
          .set({ image_id: reading.imageKey, changed_at: changedAt, confirmed_at: at, error_code: null, error_message: null, error_at: null })
          .execute();
      }
    }
  });
}
