import type { Kysely } from 'kysely';
import type { Tag } from '../../domain/catalogue.js';
import type { Digest } from '../../domain/digest.js';
import type { TagName } from '../../domain/name.js';
import type { Database, Tables } from '../database/database.js';
import type { WritePlace } from '../database/writer.js';
import { collectInChunks, selectTagRows, toTag } from '../sql/rows.js';
import { type NewImage, saveImagesAnd } from './newimages.js';
import { addNames, applyTagNames, type ChangeTime, type ListedTags, type TagMark } from './taglisting.js';
import { findEach, findMatching, type TagPlace } from './taglookup.js';
import {
  applyReadings,
  areQuiet,
  confirmUnchanged,
  type FindingTime,
  recordPush,
  type TagReading,
  type UnchangedTag,
} from './tagreadings.js';
import { keepRestored, type RestoredTag } from './tagsrestored.js';
import { countOnImages, type ImagePlace, listOnImages } from './tagsonimages.js';

/** The tags of the index. */
export class TagStore {
  readonly #db: Kysely<Tables>;
  readonly #writer: Pick<Database, 'kysely' | 'write'>;

  constructor(database: Pick<Database, 'kysely' | 'write'>) {
    this.#db = database.kysely;
    this.#writer = database;
  }

  async find(repositoryKey: number, name: TagName): Promise<Tag | null> {
    const row = await selectTagRows(this.#db)
      .where('tag.repository_id', '=', repositoryKey)
      .where('tag.name', '=', name)
      .executeTakeFirst();
    return row ? toTag(row) : null;
  }

  /** The tag of each of these names, in their order; null where its repository has none. */
  findEach(places: readonly TagPlace[]): Promise<(Tag | null)[]> {
    return collectInChunks(places, (some) => findEach(this.#db, some));
  }

  /** Those of these names that the repository has, hidden ones too. */
  findNamed(repositoryKey: number, names: readonly TagName[]): Promise<Tag[]> {
    return collectInChunks(names, async (some) => {
      const query = selectTagRows(this.#db)
        .where('tag.repository_id', '=', repositoryKey)
        .where('tag.name', 'in', some);
      return (await query.execute()).map(toTag);
    });
  }

  /** The repository's tags on this digest, in name order: `limit` of them. */
  async listOn(repositoryKey: number, digest: Digest, limit: number): Promise<Tag[]> {
    const query = selectTagRows(this.#db)
      .where('tag.repository_id', '=', repositoryKey)
      .where('image.digest', '=', digest);
    return (await query.orderBy('tag.name').limit(limit).execute()).map(toTag);
  }

  findMany(keys: readonly number[]): Promise<Tag[]> {
    return collectInChunks(keys, async (some) =>
      (await selectTagRows(this.#db).where('tag.id', 'in', some).execute()).map(toTag),
    );
  }

  /** Every tag of these repositories, hidden ones too, in name order within each. */
  listAll(repositoryKeys: readonly number[]): Promise<Tag[]> {
    return collectInChunks(repositoryKeys, async (some) => {
      const query = selectTagRows(this.#db).where('tag.repository_id', 'in', some);
      return (await query.orderBy('tag.repository_id').orderBy('tag.name').execute()).map(toTag);
    });
  }

  /** The first `limit` tags of a repository after this name, hidden ones too, in name order; after '' come all. */
  async listAfter(repositoryKey: number, name: TagName | '', limit: number): Promise<Tag[]> {
    const query = selectTagRows(this.#db)
      .where('tag.repository_id', '=', repositoryKey)
      .where('tag.name', '>', name as TagName);
    return (await query.orderBy('tag.name').limit(limit).execute()).map(toTag);
  }

  /** Of each place, in their order: its tags on the image, in name order: `limit` of them. */
  listOnImages(places: readonly ImagePlace[], limit: number): Promise<Tag[][]> {
    return listOnImages(this.#db, places, limit);
  }

  /** Of each place, in their order: how many tags it has on the image. */
  countOnImages(places: readonly ImagePlace[]): Promise<number[]> {
    return countOnImages(this.#db, places);
  }

  /** One tag, of each repository that has any, that one of the patterns names; hidden ones too. */
  findMatching(repositoryKeys: readonly number[], patterns: readonly string[]): Promise<Map<number, TagName>> {
    return findMatching(this.#db, repositoryKeys, patterns);
  }

  /**
   * Takes over a complete tag list: adds what is new and removes what it lacks. Nothing comes or goes in a repository
   * that is gone. `before`: the tags as they were before the list was asked for; one that
   * came or was confirmed since, by a notification, is not taken out by it.
   */
  applyNames(
    repositoryKey: number,
    names: readonly TagName[],
    when: ChangeTime,
    before?: readonly TagMark[],
  ): Promise<ListedTags> {
    return this.#writer.write(repositoryKey, async (trx, note) => {
      const listed = await applyTagNames(trx, repositoryKey, names, when, before);
      if (listed.hasChanged) note('visible');
      return listed;
    });
  }

  /** Adds tags that the registry was seen to have, otherwise than by a list. Those that are there stay as they are. */
  async addNames(repositoryKey: number, names: readonly TagName[], when: ChangeTime): Promise<void> {
    await this.#writer.write(repositoryKey, async (trx, note) => {
      if (await addNames(trx, repositoryKey, names, when)) note('visible');
    });
  }

  /**
   * A notification told of a push of what these tags point to: they are not older than that. True when one of them was.
   */
  async recordPush(repositoryKey: number, names: readonly TagName[], at: Date): Promise<boolean> {
    return this.#writer.write(repositoryKey, async (trx, note) => {
      const isRecorded = await recordPush(trx, repositoryKey, names, at);
      if (isRecorded) note('visible');
      return isRecorded;
    });
  }

  /**
   * Gives these tags, which were gone and were put back on these digests, the times that they had there, in one
   * transaction. One that points elsewhere by now, or has no history of its digest, stays as it is.
   */
  keepRestored(repositoryKey: number, restored: readonly RestoredTag[]): Promise<void> {
    return this.#writer.write(repositoryKey, async (trx, note) => {
      if (await keepRestored(trx, repositoryKey, restored)) note('visible');
    });
  }

  /**
   * As `applyReadings`, with the images that were found: in one transaction where they are few. `toReadings` is given
   * the key of each image's digest. `place`: the repository's key.
   */
  async saveReadings(
    images: readonly NewImage[],
    toReadings: (keys: ReadonlyMap<Digest, number>) => readonly TagReading[],
    found: FindingTime,
    when: ChangeTime,
    place: WritePlace = null,
  ): Promise<boolean> {
    if (images.length === 0) return this.applyReadings(toReadings(new Map()), found, when, place);
    return saveImagesAnd(this.#writer, place, images, found.now, (trx, keys) =>
      applyReadings(trx, toReadings(keys), found, when),
    );
  }

  /** Confirms tags as of when they were found as they are known: what was written of one since stays. */
  confirmUnchanged(tags: readonly UnchangedTag[], found: FindingTime): Promise<void> {
    return confirmUnchanged(this.#db, tags, found);
  }

  /** The keys of those tags of a repository that have an error. */
  async listErred(repositoryKey: number): Promise<ReadonlySet<number>> {
    const erred = this.#db.selectFrom('tag').select('id').where('repository_id', '=', repositoryKey);
    return new Set((await erred.where('error_code', 'is not', null).execute()).map(({ id }) => id));
  }

  /**
   * One transaction, tags of one repository, which is `place`: what each points to now, or what went wrong, which
   * changes nothing else; what was found of one since stays. True when a tag moved.
   */
  async applyReadings(
    readings: readonly TagReading[],
    found: FindingTime,
    when: ChangeTime,
    place: WritePlace = null,
  ): Promise<boolean> {
    if (areQuiet(readings)) return applyReadings(this.#db, readings, found, when);
    return this.#writer.write(place, async (trx, note) => {
      const isMoved = await applyReadings(trx, readings, found, when);
      if (isMoved) note('visible');
      return isMoved;
    });
  }
}
