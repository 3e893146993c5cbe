import { type Kysely, type RawBuilder, sql, type SqlBool } from 'kysely';
import type { Tag, TimeSource } from '../domain/catalogue.js';
import type { UpstreamProblem } from '../domain/freshness.js';
import type { TagName } from '../domain/name.js';
import { isReferrerTag, toSortKey } from '../domain/version.js';
import type { Database, Tables } from './database.js';
import { chunk, selectTags, toTag } from './rows.js';

/** What asking the registry for one tag gave. */
export type TagReading =
  | { readonly tagKey: number; readonly imageKey: number | null }
  | { readonly tagKey: number; readonly problem: UpstreamProblem };

/** When changes are taken to have happened, and how that is known. */
export interface ChangeTime {
  readonly at: Date;
  readonly source: Extract<TimeSource, 'NOTIFICATION' | 'CHANGE_SEEN'>;
}

/** The tags of the index. */
export interface TagIndex {
  find(repositoryKey: number, name: string): Promise<Tag | null>;
  findMany(keys: readonly number[]): Promise<Tag[]>;
  /** Every tag of these repositories, hidden ones too, in name order within each. */
  listAll(repositoryKeys: readonly number[]): Promise<Tag[]>;
  /** The repository's other tags on the image of this one, in name order: `limit` of them, and how many there are. */
  listSiblings(tag: Tag, limit: number): Promise<Tag[]>;
  countSiblings(tag: Tag): Promise<number>;
  /** Takes over a complete tag list: adds what is new and removes what it lacks. True when anything came or went. */
  applyNames(repositoryKey: number, names: readonly TagName[], when: ChangeTime): Promise<boolean>;
  /** One transaction: what each tag points to now, or what went wrong, which changes nothing else. True when a tag moved. */
  applyReadings(readings: readonly TagReading[], now: Date, when: ChangeTime): Promise<boolean>;
}

export function createTagIndex({ kysely: db, generation }: Pick<Database, 'kysely' | 'generation'>): TagIndex {
  const announce = (changed: boolean): boolean => {
    if (changed) generation.bump();
    return changed;
  };
  return {
    async find(repositoryKey, name) {
      const row = await selectTags(db).where('tag.repository_id', '=', repositoryKey).where('tag.name', '=', name).executeTakeFirst();
      return row ? toTag(row) : null;
    },
    async findMany(keys) {
      const found: Tag[] = [];
      for (const some of chunk(keys)) found.push(...(await selectTags(db).where('tag.id', 'in', some).execute()).map(toTag));
      return found;
    },
    async listAll(repositoryKeys) {
      const found: Tag[] = [];
      for (const some of chunk(repositoryKeys)) {
        const rows = await selectTags(db).where('tag.repository_id', 'in', some).orderBy('tag.repository_id').orderBy('tag.name').execute();
        found.push(...rows.map(toTag));
      }
      return found;
    },
    listSiblings: async (tag, limit) => (await selectTags(db).where(isSiblingOf(tag)).orderBy('tag.name').limit(limit).execute()).map(toTag),
    async countSiblings(tag) {
      const query = db.selectFrom('tag').select(sql<number>`count(*)`.as('total'));
      return (await query.where(isSiblingOf(tag)).executeTakeFirstOrThrow()).total;
    },
    applyNames: async (repositoryKey, names, when) => announce(await applyNames(db, repositoryKey, names, when)),
    applyReadings: async (readings, now, when) => announce(await applyReadings(db, readings, now, when)),
  };
}

function isSiblingOf({ key, repositoryKey, imageKey }: Tag): RawBuilder<SqlBool> {
  return sql<SqlBool>`tag.repository_id = ${repositoryKey} and tag.image_id = ${imageKey} and tag.id <> ${key}`;
}

async function applyNames(db: Kysely<Tables>, repositoryKey: number, names: readonly TagName[], when: ChangeTime): Promise<boolean> {
  const listed = new Set<string>(names);
  return db.transaction().execute(async (trx) => {
    const { tags_confirmed_at } = await trx.selectFrom('repository').select('tags_confirmed_at').where('id', '=', repositoryKey).executeTakeFirstOrThrow();
    const known = await trx.selectFrom('tag').select(['id', 'name']).where('repository_id', '=', repositoryKey).execute();
    const knownNames = new Set(known.map((row) => row.name));
    const added = names.filter((name) => !knownNames.has(name));
    const gone = known.filter((row) => !listed.has(row.name));
    // A tag that was there before the gateway looked is as old as its image says; one that came since, came now.
    const source = tags_confirmed_at === null ? undecided : when.source === 'NOTIFICATION' ? when.source : 'FIRST_SEEN';
    for (const some of chunk(added)) {
      await trx.insertInto('tag').values(some.map((name) => createRow(repositoryKey, name, when.at.getTime(), source))).execute();
    }
    for (const some of chunk(gone)) {
      await trx.deleteFrom('tag').where('id', 'in', some.map((row) => row.id)).execute();
    }
    return added.length > 0 || gone.length > 0;
  });
}

/** In `updated_source`: to be taken from the image, once its config was read. */
export const undecided = '';

function createRow(repositoryKey: number, name: TagName, at: number, source: string) {
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

async function applyReadings(db: Kysely<Tables>, readings: readonly TagReading[], now: Date, when: ChangeTime): Promise<boolean> {
  let moved = false;
  await db.transaction().execute(async (trx) => {
    for (const reading of readings) {
      const change = trx.updateTable('tag').where('id', '=', reading.tagKey);
      if ('problem' in reading) {
        const { code, message, at } = reading.problem;
        await change.set({ error_code: code, error_message: message, error_at: at.getTime() }).execute();
        continue;
      }
      const confirmed = { confirmed_at: now.getTime(), error_code: null, error_message: null, error_at: null };
      const { numUpdatedRows } = await change.set(confirmed).where('image_id', 'is', reading.imageKey).executeTakeFirst();
      if (numUpdatedRows > 0n) continue;
      moved = true;
      // A tag that was read for the first time has not moved; one that pointed elsewhere has.
      const ifMoved = <T>(value: T, column: string) => sql<T>`case when image_id is null then ${sql.ref(column)} else ${value} end`;
      await change
        .set({
          ...confirmed,
          changed_at: ifMoved(when.at.getTime(), 'changed_at'),
          updated_at: ifMoved(when.at.getTime(), 'updated_at'),
          updated_source: ifMoved<string>(when.source, 'updated_source'),
          image_id: reading.imageKey,
        })
        .execute();
    }
  });
  return moved;
}
