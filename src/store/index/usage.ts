import { type Kysely, type Selectable, sql } from 'kysely';
import type { Image, IndexChild } from '../../domain/catalogue.js';
import { maxEntriesRead, maxIndexDepth } from '../../domain/image.js';
import type { Database, Tables } from '../database/database.js';
import type { Dialect } from '../dialect/dialect.js';
import { dialectOf } from '../dialect/dialects.js';
import { measureAdded } from './addedsizes.js';
import { type AbsentContent, createAbsentContent } from './absentcontent.js';
import { createHolders, type Holders } from './holders.js';
import { measureReclaimable, measureRegistry } from './measures.js';
import { type ImagesOnTags, listImages, type TagsBehind } from './repositoryimages.js';
import { collectInChunks, imageColumns, toImage, toIndexChild } from '../sql/rows.js';
import { type ChosenTags, measureChosen, measureUniqueOfChosen } from './selectionsizes.js';
import type { ImageChange } from './sharers.js';
import { type TagsConfirmation, toConfirmedFields } from './repositories.js';
import { nextTagsVersion, renewVersionsOf, undecided } from './taglisting.js';
import { type UniqueSizeLimits, type UniqueSizeParts, UniqueSizes } from './uniquesizes.js';

/** The content that a repository's tags reach and that was not read yet. */
export interface UnreadContent {
  readonly children: readonly IndexChild[];
  /** Images whose config is to be read. */
  readonly images: readonly Image[];
}

/** Derives what repositories hold through their tags: images, and from them sizes and times. */
export interface UsageStore extends Holders, AbsentContent {
  findPending(repositoryKey: number): Promise<UnreadContent>;
  /**
   * One transaction: works out what the repository's tags hold now, and its counts, size and times from that.
   * `confirmation`: all of it was read, as `RepositoryStore.confirm` writes it; by default it was not.
   */
  deriveSizes(repositoryKey: number, confirmation?: TagsConfirmation | null): Promise<void>;
  /** The images of the next tags of each place, in the order of the places. */
  imagesBehind(places: readonly TagsBehind[]): Promise<ImagesOnTags[]>;
  /** Bytes of the blobs that no other repository of the registry uses. */
  uniqueSizesOf(repositoryKeys: readonly number[]): Promise<Map<number, number>>;
  /**
   * Of each of these tags: bytes of its image, as its size counts them, which the tag before it has not. That is of the
   * shown tags of its repository the last of those with an earlier time, by version and name where several have that;
   * without one it is all of them. null: what one of both holds is not known, or which tag that is, as too many others
   * lie between. Two statements for 500 tags.
   */
  addedSizesOf(tagKeys: readonly number[]): Promise<Map<number, number | null>>;
  /** Bytes that the registry stores for these tags together, each blob once. */
  measureChosen(chosen: ChosenTags): Promise<number>;
  /** Of those, the bytes that no other tag of the registry holds. */
  measureUniqueOfChosen(chosen: ChosenTags): Promise<number>;
  /** Bytes of the blobs that nothing in the registry uses once these images of the repository are gone. */
  measureReclaimable(repositoryKey: number, imageKeys: readonly number[]): Promise<number>;
  /** Bytes of each distinct blob of a registry once. Works in steps, and lets other work go between them. */
  measureRegistry(registryId: string): Promise<number>;
  countTags(registryId: string): Promise<number>;
  /** Of each of these registries that has repositories. */
  countTagsOf(registryIds: readonly string[]): Promise<Map<string, number>>;
}

export type UsageParts = Pick<Database, 'write'> & UniqueSizeParts;

export function createUsageStore(parts: UsageParts, uniqueLimits?: UniqueSizeLimits): UsageStore {
  const { kysely: db, scanner, write } = parts;
  const uniqueSizes = new UniqueSizes(parts, uniqueLimits);
  return {
    findPending: (repositoryKey) => findPending(db, repositoryKey),
    async deriveSizes(repositoryKey, confirmation = null) {
      const change = await write(repositoryKey, async (trx, note) => {
        note('visible');
        const images = await settleImages(trx, repositoryKey, uniqueSizes.isFollowing);
        await settleIndexes(trx, repositoryKey);
        await settleTimes(trx, repositoryKey);
        const registryId = await settleRepository(trx, repositoryKey, confirmation);
        if (registryId === null) return null;
        note('holdings');
        return uniqueSizes.judge(trx, { registryId, repositoryKey }, images);
      });
      if (change) uniqueSizes.forget(change);
    },
    imagesBehind: (places) => listImages(scanner, places),
    uniqueSizesOf: (repositoryKeys) => uniqueSizes.sizesOf(repositoryKeys),
    addedSizesOf: (tagKeys) => measureAdded(scanner, tagKeys),
    measureChosen: (chosen) => measureChosen(scanner, chosen),
    measureUniqueOfChosen: (chosen) => measureUniqueOfChosen(scanner, chosen),
    measureReclaimable: (repositoryKey, imageKeys) => measureReclaimable(db, repositoryKey, imageKeys),
    measureRegistry: (registryId) => measureRegistry(db, registryId),
    countTags: async (registryId) => (await countTagsOf(db, [registryId])).get(registryId) ?? 0,
    countTagsOf: (registryIds) => countTagsOf(db, registryIds),
    ...createHolders(db),
    ...createAbsentContent(db),
  };
}

/** Every image the tags of a repository reach, with how: `reach(image_id, depth, attestation)`. */
function reach({ join }: Dialect, repositoryKey: number) {
  return sql`with recursive reach(image_id, depth, attestation) as (
    select distinct image_id, 0, 0 from tag where repository_id = ${repositoryKey} and image_id is not null
    union
    select child_id, depth + 1, case when image_entry.attestation = 1 then 1 else reach.attestation end
    from reach ${join} image_entry on index_id = image_id
      where child_id is not null and depth < ${maxIndexDepth}
  )`;
}

/**
 * After `reach`: images whose config is to be read, and children to be read; not what the registry was found to lack.
 */
function fromPendingImages({ join }: Dialect, repositoryKey: number) {
  return sql`from reach ${join} image on id = image_id where config_state = 'pending' and reach.attestation = 0
  and ${isNotAbsent(repositoryKey, 'image.digest')}`;
}
function fromPendingChildren({ join }: Dialect, repositoryKey: number) {
  return sql`from reach ${join} image_entry on index_id = image_id and child_id is null
    where depth < ${sql.lit(maxIndexDepth)} and position < ${sql.lit(maxEntriesRead)} and role in ('index', 'manifest')
      and ${isNotAbsent(repositoryKey, 'image_entry.child_digest')}`;
}
function isNotAbsent(repositoryKey: number, digest: string) {
  return sql`not exists (select 1 from absent_content where absent_content.repository_id = ${repositoryKey}
  and absent_content.digest = ${sql.ref(digest)})`;
}

async function findPending(db: Kysely<Tables>, repositoryKey: number): Promise<UnreadContent> {
  const dialect = dialectOf(db);
  const { rows: images } = await sql<{
    id: number;
  }>`${reach(dialect, repositoryKey)} select distinct id ${fromPendingImages(dialect, repositoryKey)}`.execute(db);
  const { rows: children } = await sql<Selectable<Tables['image_entry']>>`${reach(dialect, repositoryKey)}
    select distinct image_entry.* ${fromPendingChildren(dialect, repositoryKey)}`.execute(db);
  const keys = images.map((row) => row.id);
  const pending = await collectInChunks(keys, async (some) =>
    (await db.selectFrom('image').select(imageColumns).where('id', 'in', some).execute()).map(toImage),
  );
  return { children: children.map(toIndexChild), images: pending };
}

/** Writes down what came and went, and gives it where it `isFollowed`; else null: it can be 100,000 images. */
async function settleImages(
  db: Kysely<Tables>,
  repositoryKey: number,
  isFollowed: boolean,
): Promise<ImageChange | null> {
  const dialect = dialectOf(db);
  const told = isFollowed ? sql`returning image_id` : sql``;
  const lost = await sql<{ image_id: number }>`${reach(dialect, repositoryKey)} delete from repository_image
    where repository_id = ${repositoryKey} and image_id not in (select image_id from reach) ${told}`.execute(db);
  const gained = await sql<{ image_id: number }>`insert into repository_image (repository_id, image_id, attestation)
    ${reach(dialect, repositoryKey)} select cast(${repositoryKey} as bigint), image_id, min(attestation) from reach
    where true group by image_id
    on conflict (repository_id, image_id) do update set attestation = excluded.attestation
    where repository_image.attestation <> excluded.attestation ${told}`.execute(db);
  const keysOf = (rows: readonly { image_id: number }[]): number[] => rows.map((row) => row.image_id);
  return isFollowed ? { gained: keysOf(gained.rows), lost: keysOf(lost.rows) } : null;
}

/**
 * An index weighs what its platforms and its own blobs weigh, null where one of them says no size, and is as new as the
 * newest.
 */
async function settleIndexes(db: Kysely<Tables>, repositoryKey: number): Promise<void> {
  const { join, sumOf } = dialectOf(db);
  const { rows } = await sql<{ root: number; size: number | null; is_vague: number; created_at: number | null }>`
    with recursive below(root, image_id, depth) as (
      select id, id, 0 from repository_image join image on id = image_id
        where repository_id = ${repositoryKey} and kind = 'index'
      union
      select root, child_id, depth + 1 from below ${join} image_entry on index_id = image_id
        where child_id is not null and attestation = 0 and depth < ${maxIndexDepth}
    ), weighed as (
      select root, blob_id, max(image_blob.size) as size, min(is_size_known) as is_known
        from below ${join} image_blob using (image_id) group by root, blob_id
    )
    select root, max(created_at) as created_at,
      (select case when min(is_known) = 0 then null else ${sumOf(sql`size`)} end from weighed
      where weighed.root = below.root) as size,
      max(case when has_unknown_children = 1 or (kind not in ('index', 'schema1') and image.size is null) then 1 else 0
      end) as is_vague
      from below ${join} image on id = image_id group by root order by root`.execute(db);
  const weighed: number[] = [];
  for (const { root, is_vague, created_at, ...read } of rows) {
    const size = is_vague ? null : read.size;
    const isChanged = sql`(size is distinct from ${size} or created_at is distinct from ${created_at})`;
    const { numAffectedRows = 0n } = await sql`update image set size = ${size}, created_at = ${created_at}
      where id = ${root} and ${isChanged}`.execute(db);
    if (numAffectedRows > 0n) weighed.push(root);
  }
  await renewVersionsOf(db, weighed);
}

/** Tags whose time is to be taken from their image. `settleRepository` gives them another version. */
async function settleTimes(db: Kysely<Tables>, repositoryKey: number): Promise<void> {
  await sql`update tag set updated_at = image.created_at, updated_source = 'IMAGE_CONFIG' from image
    where tag.repository_id = ${repositoryKey} and updated_source = ${undecided} and image.id = tag.image_id
    and image.created_at is not null`.execute(db);
}

/** Gives the id of its registry; null: the repository is gone. */
async function settleRepository(
  db: Kysely<Tables>,
  repositoryKey: number,
  confirmation: TagsConfirmation | null,
): Promise<string | null> {
  const confirmed = Object.entries(confirmation ? toConfirmedFields(confirmation) : {});
  const fields = confirmed.map(([column, value]) => sql`, ${sql.ref(column)} = ${value}`);
  const dialect = dialectOf(db);
  const { rows } = await sql<{ registry_id: string }>`${reach(dialect, repositoryKey)} update repository set
    is_settled = case when exists (select 1 ${fromPendingImages(dialect, repositoryKey)})
      or exists (select 1 ${fromPendingChildren(dialect, repositoryKey)}) then 0 else 1 end,
    tag_count = (select count(*) from tag where repository_id = ${repositoryKey} and is_hidden = 0),
    updated_at = (select max(updated_at) from tag where repository_id = ${repositoryKey} and is_hidden = 0),
    size = (select ${dialect.sumOf(sql`size`)} from (
      select blob_id, max(size) as size from repository_image join image_blob using (image_id)
        where repository_id = ${repositoryKey} and is_foreign = 0 group by blob_id) own),
    tags_version = ${nextTagsVersion}${sql.join(fields, sql``)}
    where id = ${repositoryKey} returning registry_id`.execute(db);
  return rows[0]?.registry_id ?? null;
}

async function countTagsOf(db: Kysely<Tables>, registryIds: readonly string[]): Promise<Map<string, number>> {
  const query = db.selectFrom('repository').select(['registry_id as id', sql<number>`sum(tag_count)`.as('total')]);
  const rows = await query
    .where(dialectOf(db).among(sql`registry_id`, registryIds))
    .groupBy('registry_id')
    .execute();
  return new Map(rows.map(({ id, total }) => [id, total]));
}
