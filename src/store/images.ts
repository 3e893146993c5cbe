import { type Kysely, sql, type SqlBool } from 'kysely';
import type { Image, ImageBlob, IndexChild } from '../domain/catalogue.js';
import type { Digest } from '../domain/digest.js';
import type { ImageConfig } from '../domain/image.js';
import type { Database, Tables } from './database.js';
import { listKeys } from './filters.js';
import { createImageTexts, type ImageTexts } from './imagetexts.js';
import { type NewImage, saveConfig, saveImages } from './newimages.js';
import { chunk, collect, imageColumns, toImage, toIndexChild } from './rows.js';

/** Content by digest: written once, for every registry, and kept. */
export interface ImageIndex extends ImageTexts {
  findMany(keys: readonly number[]): Promise<Image[]>;
  findByDigests(digests: readonly Digest[]): Promise<Image[]>;
  /** Images that say they are about this one. */
  findBySubject(subject: Digest): Promise<Image[]>;
  /** What the tags `sha256-<hex>.<suffix>` of these repositories point to. */
  findCosigned(repositoryKeys: readonly number[], subject: Digest): Promise<{ readonly suffix: string; readonly image: Image }[]>;
  /** In index order, index by index; of each its first `limit` entries. */
  listChildren(indexKeys: readonly number[], limit?: number): Promise<IndexChild[]>;
  /** Of these images, those that may hold manifests which could not be read out of them. */
  listUnclear(imageKeys: readonly number[]): Promise<Digest[]>;
  /** The keys of the indexes these are children of, attestations not counted. */
  listParents(imageKeys: readonly number[]): Promise<number[]>;
  /** In image order, position by position. */
  listBlobs(imageKeys: readonly number[]): Promise<ImageBlob[]>;
  /** Each image whole, or not at all. Known digests are left as they are. Gives the key of each digest. */
  save(images: readonly NewImage[], now: Date): Promise<Map<Digest, number>>;
  /** One transaction. */
  saveConfigs(configs: ReadonlyMap<number, ImageConfig>): Promise<void>;
}

export function createImageIndex({ kysely: db, generation }: Pick<Database, 'kysely' | 'generation'>): ImageIndex {
  return {
    ...createImageTexts(db),
    findMany: (keys) => collect(keys, async (some) => (await db.selectFrom('image').select(imageColumns).where('id', 'in', some).execute()).map(toImage)),
    findByDigests: (digests) =>
      collect(digests, async (some) => (await db.selectFrom('image').select(imageColumns).where('digest', 'in', some).execute()).map(toImage)),
    findBySubject: async (subject) => (await db.selectFrom('image').select(imageColumns).where('subject', '=', subject).execute()).map(toImage),
    findCosigned: (repositoryKeys, subject) => findCosigned(db, repositoryKeys, subject),
    listChildren: (indexKeys, limit) => listChildren(db, indexKeys, limit),
    async listUnclear(imageKeys) {
      const isUnclear = sql<SqlBool>`id in ${listKeys(imageKeys)} and has_unknown_children = 1`;
      return (await db.selectFrom('image').select('digest').where(isUnclear).execute()).map((row) => row.digest as Digest);
    },
    async listParents(imageKeys) {
      const rows = await db.selectFrom('image_entry').select('index_id').distinct().where(sql<SqlBool>`child_id in ${listKeys(imageKeys)}`).where('attestation', '=', 0).execute();
      return rows.map((row) => row.index_id);
    },
    async listBlobs(imageKeys) {
      const found: ImageBlob[] = [];
      for (const some of chunk(imageKeys)) for (const blob of await selectBlobs(db, some)) found.push(blob);
      return found;
    },
    async save(images, now) {
      if (images.length === 0) return new Map();
      const keys = await saveImages(db, images, now);
      generation.bump();
      return keys;
    },
    async saveConfigs(configs) {
      await db.transaction().execute(async (trx) => {
        for (const [imageKey, config] of configs) {
          await saveConfig(trx, imageKey, config);
        }
      });
      generation.bump();
    },
  };
}

/** An index may have tens of thousands of entries: as arguments of one call they would not fit on the stack. */
async function listChildren(db: Kysely<Tables>, indexKeys: readonly number[], limit?: number): Promise<IndexChild[]> {
  const found: IndexChild[] = [];
  for (const some of chunk(indexKeys)) {
    const query = db.selectFrom('image_entry').selectAll().where('index_id', 'in', some);
    const first = limit === undefined ? query : query.where('position', '<', limit);
    for (const row of await first.orderBy('index_id').orderBy('position').execute()) found.push(toIndexChild(row));
  }
  return found;
}

async function findCosigned(db: Kysely<Tables>, repositoryKeys: readonly number[], subject: Digest): Promise<{ suffix: string; image: Image }[]> {
  const names = ['sig', 'att', 'sbom'].map((suffix) => `${subject.replace(':', '-')}.${suffix}`);
  const query = db.selectFrom('tag').innerJoin('image', 'image.id', 'tag.image_id').select(imageColumns.map((column) => `image.${column}` as const)).select('tag.name as tag_name');
  const rows = await query.where('tag.repository_id', 'in', repositoryKeys).where('tag.name', 'in', names).execute();
  return rows.map((row) => ({ suffix: row.tag_name.slice(row.tag_name.lastIndexOf('.') + 1), image: toImage(row) }));
}

async function selectBlobs(db: Kysely<Tables>, imageKeys: readonly number[]): Promise<ImageBlob[]> {
  const rows = await db
    .selectFrom('image_blob')
    .innerJoin('blob', 'blob.id', 'image_blob.blob_id')
    .select(['image_id', 'position', 'blob.digest', 'size', 'is_size_known', 'media_type', 'is_foreign'])
    .where('image_id', 'in', imageKeys)
    .orderBy('image_id')
    .orderBy('position')
    .execute();
  return rows.map((row) => ({
    imageKey: row.image_id,
    position: row.position,
    digest: row.digest as Digest,
    size: row.is_size_known === 1 ? row.size : null,
    mediaType: row.media_type,
    foreign: row.is_foreign === 1,
  }));
}
