import { type Kysely, type RawBuilder, sql, type Updateable } from 'kysely';
import type { Repository } from '../../domain/catalogue.js';
import { maxFollowedOnRequest } from '../../domain/following.js';
import type { UpstreamProblem } from '../../domain/freshness.js';
import type { RepositoryName } from '../../domain/name.js';
import type { Database, Tables } from '../database/database.js';
import { dialectOf } from '../dialect/dialects.js';
import { applyRepositoryNames, insertNames, type NameListing } from './namelisting.js';
import { removeAll, strikes } from './namesgone.js';
import { isSince } from './tagreadings.js';
import {
  collectInChunks,
  repositoryColumns,
  type RepositoryRow,
  repositorySelection,
  toRepository,
  toDate,
} from '../sql/rows.js';

/** A name in one registry. */
export interface RepositoryPlace {
  readonly registryId: string;
  readonly name: RepositoryName;
}

/** A reading of all tags of a repository. */
export interface TagsConfirmation {
  /** When it ended. */
  readonly at: Date;
  /** When it began, where each tag was confirmed by it; null: some were not asked for. */
  readonly from: Date | null;
}

/** The columns that such a reading writes. */
export function toConfirmedFields({ at, from }: TagsConfirmation): Updateable<Tables['repository']> {
  return {
    tags_confirmed_at: at.getTime(),
    ...(from && { tags_confirmed_from: from.getTime() }),
    tags_error_code: null,
    tags_error_message: null,
    tags_error_at: null,
  };
}

/** Of an updated repository, in the same statement: whether one of its tags has an error. */
const hasErred = sql<number>`case when exists (select 1 from tag
  where tag.repository_id = repository.id and tag.error_code is not null) then 1 else 0 end`.as('has_erred');

/** The names of the index. A repository is empty when its tags were read and there were none. */
export class RepositoryStore {
  readonly #db: Kysely<Tables>;
  readonly #database: Pick<Database, 'kysely' | 'write' | 'writeSingly'>;

  constructor(database: Pick<Database, 'kysely' | 'write' | 'writeSingly'>) {
    this.#db = database.kysely;
    this.#database = database;
  }

  async find(registryId: string, name: RepositoryName): Promise<Repository | null> {
    const query = this.#db.selectFrom('repository').select(repositoryColumns).where('registry_id', '=', registryId);
    const row = await query.where('name', '=', name).executeTakeFirst();
    return row ? toRepository(row) : null;
  }

  findMany(keys: readonly number[]): Promise<Repository[]> {
    return collectInChunks(keys, async (some) => {
      const query = this.#db.selectFrom('repository').select(repositoryColumns).where('id', 'in', some);
      return (await query.execute()).map(toRepository);
    });
  }

  /** The repository of each of these names, in their order; null where its registry has none. */
  findEach(places: readonly RepositoryPlace[]): Promise<(Repository | null)[]> {
    return collectInChunks(places, (some) => findEach(this.#db, some));
  }

  /** All of a registry, in name order. */
  async listOf(registryId: string): Promise<Repository[]> {
    const query = this.#db.selectFrom('repository').select(repositoryColumns).where('registry_id', '=', registryId);
    return (await query.orderBy('name').execute()).map(toRepository);
  }

  /** The keys of all of a registry: first those that were never read whole, then those whose confirmation is oldest. */
  async listOldestFirst(registryId: string): Promise<{ readonly key: number; readonly confirmedAt: Date | null }[]> {
    const rows = await this.#db
      .selectFrom('repository')
      .select(['id', 'tags_confirmed_at as at'])
      .where('registry_id', '=', registryId)
      .orderBy('tags_confirmed_at', (order) => order.asc().nullsFirst())
      .orderBy('name')
      .execute();
    return rows.map(({ id, at }) => ({ key: id, confirmedAt: toDate(at) }));
  }

  async isEmpty(registryId: string): Promise<boolean> {
    const some = this.#db.selectFrom('repository').select('id').where('registry_id', '=', registryId).limit(1);
    return (await some.execute()).length === 0;
  }

  /**
   * Takes over a complete listing: adds what is new, and what is followed by its name; what two listings in a row did
   * not have goes once its tags are gone too, and what is no longer followed at once. What is followed on request is
   * not in need of a listing. Of the registry's first one it is kept that these were there before the gateway looked.
   */
  async applyNames(registryId: string, listing: NameListing, now: Date): Promise<void> {
    await applyRepositoryNames(this.#database, registryId, listing, now);
  }

  /**
   * Adds one that was found otherwise, as PASSING until it is followed; before the first complete listing it counts as
   * in that.
   */
  async add(registryId: string, name: RepositoryName, now: Date): Promise<Repository> {
    await this.#database.writeSingly(registryId, (db, note) => {
      note('visible');
      return addPassing(db, registryId, name, now);
    });
    return (await this.find(registryId, name))!;
  }

  /** A PASSING one is followed from now on. False when its registry has too many that are. */
  follow(repository: Repository): Promise<boolean> {
    return follow(this.#db, repository);
  }

  /** The registry knew it, or not: with the second look in a row that did not find it, it goes. */
  async recordLook(repository: Repository, isKnown: boolean, now: Date): Promise<void> {
    const { key, registryId, missedScans } = repository;
    const missed = isKnown ? 0 : missedScans + 1;
    if (missed < strikes)
      await this.#db.updateTable('repository').set({ missed_scans: missed }).where('id', '=', key).execute();
    else
      await this.#database.write(registryId, (trx, note) => {
        note('visible', 'departures');
        return removeAll(trx, [key], now);
      });
  }

  /**
   * All of it was read; `tagsConfirmedAt` as it was when that began. Nothing is written where a reading that began
   * later has ended before: one that was held up, its gateway too, has nothing new to say. False: no tag of it has an
   * error, for which the reading would not count.
   */
  async confirm(
    { key, tagsConfirmedAt }: Pick<Repository, 'key' | 'tagsConfirmedAt'>,
    confirmation: TagsConfirmation,
  ): Promise<boolean> {
    const fields = toConfirmedFields(confirmation);
    if (tagsConfirmedAt === null) {
      await this.#write(key, fields);
      return true;
    }
    const found = { at: confirmation.from ?? confirmation.at, now: confirmation.at };
    const confirmed = this.#db
      .updateTable('repository')
      .set(fields)
      .where('id', '=', key)
      .where(sql<boolean>`not ${isSince(sql`tags_confirmed_from`, found)}`)
      .returning(hasErred);
    return (await confirmed.executeTakeFirst())?.has_erred === 1;
  }

  /** Nothing is written over a reading that began after `begun`, when this one did, and has ended before. */
  recordTagsError(key: number, { code, message, at }: UpstreamProblem, begun: Date): Promise<void> {
    const fields = { tags_error_code: code, tags_error_message: message, tags_error_at: at.getTime() };
    return this.#write(key, fields, sql`not ${isSince(sql`tags_confirmed_from`, { at: begun, now: at })}`);
  }

  /** Records the entries of its last tag list that are no tags. Writes only if they changed. */
  async recordDropped(
    { key, droppedTags, droppedTagExamples }: Repository,
    dropped: number,
    examples: readonly string[],
  ): Promise<void> {
    const text = JSON.stringify(examples);
    if (dropped === droppedTags && text === JSON.stringify(droppedTagExamples)) return;
    await this.#database.writeSingly(key, (db, note) => {
      note('visible');
      return sql`update repository set dropped_tags = ${dropped}, dropped_tag_examples = ${text}
        where id = ${key}`.execute(db);
    });
  }

  /**
   * Writes the fields. A repository that was never read is shown in another way than one that was: only then does a
   * reader see more than its freshness change.
   */
  async #write(
    key: number,
    fields: Updateable<Tables['repository']>,
    condition: RawBuilder<boolean> = sql`true`,
  ): Promise<void> {
    await this.#database.writeSingly(key, async (db, note) => {
      const change = db.updateTable('repository').set(fields).where('id', '=', key).where(condition);
      const { numUpdatedRows } = await change.where('tags_confirmed_at', 'is', null).executeTakeFirst();
      if (numUpdatedRows > 0n) note('visible');
      else await change.execute();
    });
  }
}

async function findEach(db: Kysely<Tables>, places: readonly RepositoryPlace[]): Promise<(Repository | null)[]> {
  const { tableOf, join } = dialectOf(db);
  const names = tableOf(places.map(({ registryId, name }) => [registryId, name]));
  const { rows } = await sql<RepositoryRow & { readonly place: number }>`
    select wanted.key as place, ${repositorySelection} from ${names} as wanted
      ${join} repository on repository.registry_id = wanted.value ->> 0
      and repository.name = wanted.value ->> 1`.execute(db);
  const found = new Map(rows.map((row) => [row.place, toRepository(row)]));
  return places.map((_place, at) => found.get(at) ?? null);
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
