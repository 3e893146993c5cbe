import { type Kysely, sql, type SqlBool } from 'kysely';
import type { Image, ImageBlob, IndexChild } from '../../domain/catalogue.js';
import type { Digest } from '../../domain/digest.js';
import type { ImageConfig } from '../../domain/image.js';
import type { Database, Tables } from '../database/database.js';
import { dialectOf } from '../dialect/dialects.js';
import { createImageTexts, type ImageTexts } from './imagetexts.js';
import { saveConfigs } from './newconfigs.js';
import { type NewImage, saveImages } from './newimages.js';
import { chunk, collectInChunks, imageColumns, toImage, toIndexChild } from '../sql/rows.js';

/** Content by digest: written once, for every registry, and kept. */
export interface ImageStore extends ImageTexts {
  findMany(keys: readonly number[]): Promise<Image[]>;
  findByDigests(digests: readonly Digest[]): Promise<Image[]>;
  /** In index order, index by index; of each its first `limit` entries. */
  listChildren(indexKeys: readonly number[], limit?: number): Promise<IndexChild[]>;
  /** Of these images, those that may hold manifests which could not be read out of them. */
  listUnclear(imageKeys: readonly number[]): Promise<Digest[]>;
  /** In image order, position by position. */
  listBlobs(imageKeys: readonly number[]): Promise<ImageBlob[]>;
  /** Each image whole, or not at all. Known digests are left as they are. Gives the key of each digest. */
  save(images: readonly NewImage[], now: Date): Promise<Map<Digest, number>>;
  /** One transaction. */
  saveConfigs(configs: ReadonlyMap<number, ImageConfig>): Promise<void>;
}

export function createImageStore(database: Pick<Database, 'kysely' | 'write'>): ImageStore {
  const { kysely: db, write } = database;
  return {
    ...createImageTexts(db),
    findMany: (keys) =>
      collectInChunks(keys, async (some) =>
        (await db.selectFrom('image').select(imageColumns).where('id', 'in', some).execute()).map(toImage),
      ),
    findByDigests: (digests) =>
      collectInChunks(digests, async (some) =>
        (await db.selectFrom('image').select(imageColumns).where('digest', 'in', some).execute()).map(toImage),
      ),
    listChildren: (indexKeys, limit) => listChildren(db, indexKeys, limit),
    async listUnclear(imageKeys) {
      const isUnclear = sql<SqlBool>`${dialectOf(db).among(sql`id`, imageKeys)} and has_unknown_children = 1`;
      return (await db.selectFrom('image').select('digest').where(isUnclear).execute()).map((row) => row.digest);
    },
    async listBlobs(imageKeys) {
      const found: ImageBlob[] = [];
      for (const some of chunk(imageKeys)) for (const blob of await selectBlobs(db, some)) found.push(blob);
      return found;
    },
    async save(images, now) {
      if (images.length === 0) return new Map();
      return saveImages(database, null, images, now);
    },
    async saveConfigs(configs) {
      if (configs.size === 0) return;
      await write(null, (trx, note) => {
        note('visible');
        return saveConfigs(trx, configs);
      });
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
    digest: row.digest,
    size: row.is_size_known === 1 ? row.size : null,
    mediaType: row.media_type,
    foreign: row.is_foreign === 1,
  }));
}
