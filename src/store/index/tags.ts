import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Tag, TimeSource } from '../../domain/catalogue.js';
import type { Digest } from '../../domain/digest.js';
import type { UpstreamProblem } from '../../domain/freshness.js';
import type { TagName } from '../../domain/name.js';
import { isReferrerTag, toSortKey } from '../../domain/version.js';
import type { Database, Tables } from '../database/database.js';
import { listKeys } from '../sql/filters.js';
import { boundHistory, endRevisions } from './tagrevisions.js';
import { chunk, collect, selectTags, toDate, toTag } from '../sql/rows.js';
import { findEach, findMatching, type TagPlace } from './tagnames.js';
import { countOnImages, type ImagePlace, listOnImages } from './tagsonimages.js';

/** What asking the registry for one tag gave. */
export type TagReading =
  /**
   * `was`: what it pointed to in the index when it was asked for; when that has changed since, another reading was
   * later, and this one is dropped.
   */
  | { readonly tagKey: number; readonly imageKey: number | null; readonly was: number | null }
  | { readonly tagKey: number; readonly problem: UpstreamProblem };

/** When changes are taken to have happened, and how that is known. */
export interface ChangeTime {
  readonly at: Date;
  readonly source: Extract<TimeSource, 'NOTIFICATION' | 'CHANGE_SEEN'>;
}

/** A tag, and when the registry last said what it points to. */
export type TagMark = Pick<Tag, 'key' | 'name' | 'confirmedAt'>;

/** The tags of the index. */
export interface TagStore {
  find(repositoryKey: number, name: string): Promise<Tag | null>;
  /** The tag of each of these names, in their order; null where its repository has none. */
  findEach(places: readonly TagPlace[]): Promise<(Tag | null)[]>;
  /** Those of these names that the repository has, hidden ones too. */
  findNamed(repositoryKey: number, names: readonly TagName[]): Promise<Tag[]>;
  /** The repository's tags on this digest, in name order: `limit` of them. */
  listOn(repositoryKey: number, digest: Digest, limit: number): Promise<Tag[]>;
  findMany(keys: readonly number[]): Promise<Tag[]>;
  /** What is known of each of a repository's tags, hidden ones too, in name order. */
  listMarks(repositoryKey: number): Promise<TagMark[]>;
  /** Every tag of these repositories, hidden ones too, in name order within each. */
  listAll(repositoryKeys: readonly number[]): Promise<Tag[]>;
  /** Of each place, in their order: its tags on the image, in name order: `limit` of them, and how many there are. */
  listOnImages(places: readonly ImagePlace[], limit: number): Promise<Tag[][]>;
  countOnImages(places: readonly ImagePlace[]): Promise<number[]>;
  /** One tag, of each repository that has any, that one of the patterns names; hidden ones too. */
  findMatching(repositoryKeys: readonly number[], patterns: readonly string[]): Promise<Map<number, TagName>>;
  /**
   * Takes over a complete tag list: adds what is new and removes what it lacks. True when anything came or went;
   * nothing does in a repository that is gone. `before`: the tags as they were before the list was asked for; one that
   * came or was confirmed since, by a notification, is not taken out by it.
   */
  applyNames(
    repositoryKey: number,
    names: readonly TagName[],
    when: ChangeTime,
    before?: readonly TagMark[],
  ): Promise<boolean>;
  /** Adds tags that the registry was seen to have, otherwise than by a list. Those that are there stay as they are. */
  addNames(repositoryKey: number, names: readonly TagName[], when: ChangeTime): Promise<void>;
  /**
   * A notification told of a push of what these tags point to: they are not older than that. True when one of them was.
   */
  recordPush(repositoryKey: number, names: readonly TagName[], at: Date): Promise<boolean>;
  /**
   * One transaction, tags of one repository: what each points to now, or what went wrong, which changes nothing else.
   * True when a tag moved.
   */
  applyReadings(readings: readonly TagReading[], now: Date, when: ChangeTime): Promise<boolean>;
}

export function createTagStore({ kysely: db, generation }: Pick<Database, 'kysely' | 'generation'>): TagStore {
  const announce = (changed: boolean): boolean => {
    if (changed) generation.bump();
    return changed;
  };
  return {
    async find(repositoryKey, name) {
      const row = await selectTags(db)
        .where('tag.repository_id', '=', repositoryKey)
        .where('tag.name', '=', name)
        .executeTakeFirst();
      return row ? toTag(row) : null;
    },
    findNamed: (repositoryKey, names) =>
      collect(names, async (some) => {
        const query = selectTags(db).where('tag.repository_id', '=', repositoryKey).where('tag.name', 'in', some);
        return (await query.execute()).map(toTag);
      }),
    async listOn(repositoryKey, digest, limit) {
      const query = selectTags(db).where('tag.repository_id', '=', repositoryKey).where('image.digest', '=', digest);
      return (await query.orderBy('tag.name').limit(limit).execute()).map(toTag);
    },
    findMany: (keys) =>
      collect(keys, async (some) => (await selectTags(db).where('tag.id', 'in', some).execute()).map(toTag)),
    async listMarks(repositoryKey) {
      const query = db
        .selectFrom('tag')
        .select(['id', 'name', 'confirmed_at'])
        .where('repository_id', '=', repositoryKey);
      const rows = await query.orderBy('name').execute();
      return rows.map((row) => ({ key: row.id, name: row.name as TagName, confirmedAt: toDate(row.confirmed_at) }));
    },
    listAll: (repositoryKeys) =>
      collect(repositoryKeys, async (some) => {
        const query = selectTags(db)
          .where('tag.repository_id', 'in', some)
          .orderBy('tag.repository_id')
          .orderBy('tag.name');
        return (await query.execute()).map(toTag);
      }),
    findEach: (places) => collect(places, (some) => findEach(db, some)),
    listOnImages: (places, limit) => listOnImages(db, places, limit),
    countOnImages: (places) => countOnImages(db, places),
    findMatching: (repositoryKeys, patterns) => findMatching(db, repositoryKeys, patterns),
    applyNames: async (repositoryKey, names, when, before) =>
      announce(await applyNames(db, repositoryKey, names, when, before)),
    addNames: async (repositoryKey, names, when) => void announce(await addNames(db, repositoryKey, names, when)),
    recordPush: async (repositoryKey, names, at) => announce(await recordPush(db, repositoryKey, names, at)),
    applyReadings: async (readings, now, when) => announce(await applyReadings(db, readings, now, when)),
  };
}

async function applyNames(
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
    if (added.length > 0 || gone.length > 0) await unsettle(trx, repositoryKey);
    return added.length > 0 || gone.length > 0;
  });
}

async function addNames(
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
    if (added > 0n) await unsettle(trx, repositoryKey);
  });
  return added > 0n;
}

/**
 * With the change itself: should the process die now, the next reading finds no tag moved, and must know all the same.
 */
async function unsettle(db: Kysely<Tables>, repositoryKey: number | RawBuilder<number>): Promise<void> {
  await db.updateTable('repository').set({ is_settled: 0 }).where('id', '=', repositoryKey).execute();
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

/**
 * A handful of statements, however many tags there are: what each points to now is one parameter, a list of [tag,
 * image, image before].
 */
async function applyReadings(
  db: Kysely<Tables>,
  readings: readonly TagReading[],
  now: Date,
  when: ChangeTime,
): Promise<boolean> {
  const failed = readings.filter((reading) => 'problem' in reading);
  const read = readings.flatMap((reading) =>
    'problem' in reading ? [] : [[reading.tagKey, reading.imageKey, reading.was]],
  );
  return db.transaction().execute(async (trx) => {
    for (const { tagKey, problem } of failed) {
      const error = { error_code: problem.code, error_message: problem.message, error_at: problem.at.getTime() };
      await trx.updateTable('tag').set(error).where('id', '=', tagKey).execute();
    }
    if (read.length === 0) return false;
    // Of those only that point where they did when they were asked for: a notification may have been followed since.
    const pairs = sql`(select value ->> 0 as tag_id, value ->> 1 as image_id, value ->> 2 as was
    from json_each(${JSON.stringify(read)}))`;
    const at = when.at.getTime();
    const moved = sql`(select id from ${pairs} as now cross join tag on id = tag_id
    where tag.image_id is not now.image_id and tag.image_id is now.was)`;
    await endRevisions(trx, moved, at, when.source);
    // A tag that was read for the first time has not moved; one that pointed elsewhere has, and not before it came
    // there: the notification of a change may be read late.
    await keepTimes(trx, pairs);
    const { numAffectedRows } = await sql`update tag set image_id = now.image_id,
        changed_at = case when tag.image_id is null then changed_at else max(${at}, changed_at) end,
        updated_at = case when tag.image_id is null then updated_at else max(${at}, changed_at) end,
        updated_source = case when tag.image_id is null then updated_source else ${when.source} end
      from ${pairs} as now where tag.id = now.tag_id and tag.image_id is not now.image_id
      and tag.image_id is now.was`.execute(trx);
    await sql`update tag set confirmed_at = ${now.getTime()}, error_code = null, error_message = null, error_at = null
      where id in (select tag_id from ${pairs} as now cross join tag as t on t.id = tag_id
      where t.image_id is now.image_id)`.execute(trx);
    const isMoved = (numAffectedRows ?? 0n) > 0n;
    if (isMoved) await unsettle(trx, sql<number>`(select repository_id from tag where id = ${read[0]![0]})`);
    return isMoved;
  });
}

/**
 * A tag that went and comes back on the digest it had keeps its time, as when a registry was away from its storage for
 * two listings. A notification of its push says more. `pairs` as in applyReadings: the tags that are about to get their
 * first image.
 */
async function keepTimes(db: Kysely<Tables>, pairs: RawBuilder<unknown>): Promise<void> {
  await sql`update tag set updated_at = kept.updated_at, updated_source = kept.updated_source
    from (select back.id, last.updated_at, last.updated_source
      from ${pairs} as now cross join tag as back on back.id = now.tag_id cross join repository
      on repository.id = back.repository_id
        cross join image on image.id = now.image_id
        cross join tag_revision as last on last.id = (select max(id) from tag_revision
          where registry_id = repository.registry_id and repository = repository.name and tag = back.name)
      where back.image_id is null and back.updated_source <> 'NOTIFICATION'
        and last.digest = image.digest and last.updated_at is not null) as kept
    where tag.id = kept.id`.execute(db);
}

/** Only of tags that are as old as their images: the push of any other was seen, or told of, when it came. */
async function recordPush(
  db: Kysely<Tables>,
  repositoryKey: number,
  names: readonly TagName[],
  at: Date,
): Promise<boolean> {
  const { numAffectedRows } = await sql`update tag set updated_at = ${at.getTime()}, updated_source = 'NOTIFICATION'
    where repository_id = ${repositoryKey} and name in ${listKeys(names)}
      and updated_source in (${undecided}, 'IMAGE_CONFIG')`.execute(db);
  return (numAffectedRows ?? 0n) > 0n;
}
