import { type Insertable, type Kysely, sql } from 'kysely';
import type { ConfigState, Image, ImageBlob, IndexChild } from '../domain/catalogue.js';
import type { Digest } from '../domain/digest.js';
import type { Descriptor, ImageConfig, ImageManifest } from '../domain/image.js';
import type { Database, Tables } from './database.js';
import { chunk, toImage, toIndexChild } from './rows.js';

/** A manifest as read and verified, with its config where that came with it (schema1). */
export interface NewImage {
  readonly manifest: ImageManifest;
  readonly config: ImageConfig | null;
}

/** Content by digest: written once, for every registry, and kept. */
export interface ImageIndex {
  findMany(keys: readonly number[]): Promise<Image[]>;
  findByDigests(digests: readonly Digest[]): Promise<Image[]>;
  /** Images that say they are about this one. */
  findBySubject(subject: Digest): Promise<Image[]>;
  /** What the tags `sha256-<hex>.<suffix>` of these repositories point to. */
  findCosigned(repositoryKeys: readonly number[], subject: Digest): Promise<{ readonly suffix: string; readonly image: Image }[]>;
  /** In index order, index by index. */
  listChildren(indexKeys: readonly number[]): Promise<IndexChild[]>;
  /** The keys of the indexes these are children of, attestations not counted. */
  listParents(imageKeys: readonly number[]): Promise<number[]>;
  /** In image order, position by position. */
  listBlobs(imageKeys: readonly number[]): Promise<ImageBlob[]>;
  /** One transaction. Known digests are left as they are. Gives the key of each digest. */
  save(images: readonly NewImage[], now: Date): Promise<Map<Digest, number>>;
  /** One transaction. */
  saveConfigs(configs: ReadonlyMap<number, ImageConfig>): Promise<void>;
}

export function createImageIndex({ kysely: db, generation }: Pick<Database, 'kysely' | 'generation'>): ImageIndex {
  return {
    async findMany(keys) {
      const found: Image[] = [];
      for (const some of chunk(keys)) found.push(...(await db.selectFrom('image').selectAll().where('id', 'in', some).execute()).map(toImage));
      return found;
    },
    async findByDigests(digests) {
      const found: Image[] = [];
      for (const some of chunk(digests)) {
        found.push(...(await db.selectFrom('image').selectAll().where('digest', 'in', some).execute()).map(toImage));
      }
      return found;
    },
    findBySubject: async (subject) => (await db.selectFrom('image').selectAll().where('subject', '=', subject).execute()).map(toImage),
    findCosigned: (repositoryKeys, subject) => findCosigned(db, repositoryKeys, subject),
    async listChildren(indexKeys) {
      const found: IndexChild[] = [];
      for (const some of chunk(indexKeys)) {
        const query = db.selectFrom('image_entry').selectAll().where('index_id', 'in', some).orderBy('index_id').orderBy('position');
        found.push(...(await query.execute()).map(toIndexChild));
      }
      return found;
    },
    async listParents(imageKeys) {
      const rows = await db.selectFrom('image_entry').select('index_id').distinct().where('child_id', 'in', imageKeys).where('attestation', '=', 0).execute();
      return rows.map((row) => row.index_id);
    },
    async listBlobs(imageKeys) {
      const found: ImageBlob[] = [];
      for (const some of chunk(imageKeys)) found.push(...(await selectBlobs(db, some)));
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

/** Plain SQL: hundreds come one after another, and building each anew takes longer than running it. */
async function saveConfig(db: Kysely<Tables>, imageKey: number, config: ImageConfig): Promise<void> {
  const { os, architecture, variant, created_at, author, labels, history } = toConfigColumns(config);
  await sql`update image set config_state = 'read', os = ${os}, architecture = ${architecture}, variant = ${variant}, created_at = ${created_at},
    author = ${author}, labels = ${labels}, history = ${history} where id = ${imageKey}`.execute(db);
}

async function findCosigned(db: Kysely<Tables>, repositoryKeys: readonly number[], subject: Digest): Promise<{ suffix: string; image: Image }[]> {
  const names = ['sig', 'att', 'sbom'].map((suffix) => `${subject.replace(':', '-')}.${suffix}`);
  const query = db.selectFrom('tag').innerJoin('image', 'image.id', 'tag.image_id').selectAll('image').select('tag.name as tag_name');
  const rows = await query.where('tag.repository_id', 'in', repositoryKeys).where('tag.name', 'in', names).execute();
  return rows.map((row) => ({ suffix: row.tag_name.slice(row.tag_name.lastIndexOf('.') + 1), image: toImage(row) }));
}

async function selectBlobs(db: Kysely<Tables>, imageKeys: readonly number[]): Promise<ImageBlob[]> {
  const rows = await db
    .selectFrom('image_blob')
    .innerJoin('blob', 'blob.id', 'image_blob.blob_id')
    .select(['image_id', 'position', 'blob.digest', 'size', 'media_type', 'is_foreign'])
    .where('image_id', 'in', imageKeys)
    .orderBy('image_id')
    .orderBy('position')
    .execute();
  return rows.map((row) => ({
    imageKey: row.image_id,
    position: row.position,
    digest: row.digest as Digest,
    size: row.size,
    mediaType: row.media_type,
    foreign: row.is_foreign === 1,
  }));
}

async function saveImages(db: Kysely<Tables>, images: readonly NewImage[], now: Date): Promise<Map<Digest, number>> {
  const distinct = new Map(images.map((image) => [image.manifest.digest, image]));
  return db.transaction().execute(async (trx) => {
    const keys = await findKeys(trx, [...distinct.keys()]);
    const added = [...distinct.values()].filter(({ manifest }) => !keys.has(manifest.digest));
    for (const some of chunk(added)) await trx.insertInto('image').values(some.map((image) => toRow(image, now))).execute();
    for (const [digest, key] of await findKeys(trx, added.map(({ manifest }) => manifest.digest))) keys.set(digest, key);
    await insertBlobs(trx, added, keys);
    await insertChildren(trx, added, keys);
    const addedKeys = JSON.stringify(added.map(({ manifest }) => [manifest.digest, keys.get(manifest.digest)]));
    await sql`update image_entry set child_id = added.image_id
      from (select value ->> 0 as digest, value ->> 1 as image_id from json_each(${addedKeys})) as added
      where child_digest = added.digest`.execute(trx);
    return keys;
  });
}

async function findKeys(db: Kysely<Tables>, digests: readonly Digest[]): Promise<Map<Digest, number>> {
  const keys = new Map<Digest, number>();
  for (const some of chunk(digests)) {
    const rows = await db.selectFrom('image').select(['id', 'digest']).where('digest', 'in', some).execute();
    for (const row of rows) keys.set(row.digest as Digest, row.id);
  }
  return keys;
}

async function insertBlobs(db: Kysely<Tables>, images: readonly NewImage[], keys: ReadonlyMap<Digest, number>): Promise<void> {
  const uses = images.flatMap(({ manifest }) => {
    const config = manifest.config ? [{ ...manifest.config, foreign: false, position: 0 }] : [];
    const layers = manifest.layers.map((layer, index) => ({ ...layer, position: index + 1 }));
    return [...config, ...layers].map((blob) => ({ ...blob, imageKey: keys.get(manifest.digest)! }));
  });
  const blobKeys = await saveBlobs(db, uses);
  for (const some of chunk(uses)) {
    const rows = some.map((use) => ({
      image_id: use.imageKey,
      position: use.position,
      blob_id: blobKeys.get(use.digest)!,
      // Declared by this image's own manifest: another registry's manifest cannot change it.
      size: use.size,
      media_type: use.mediaType,
      is_foreign: use.foreign ? 1 : 0,
    }));
    await db.insertInto('image_blob').values(rows).execute();
  }
}

async function saveBlobs(db: Kysely<Tables>, blobs: readonly Descriptor[]): Promise<Map<Digest, number>> {
  const keys = new Map<Digest, number>();
  for (const some of chunk([...new Set(blobs.map((blob) => blob.digest))])) {
    await db
      .insertInto('blob')
      .values(some.map((digest) => ({ digest })))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const rows = await db.selectFrom('blob').select(['id', 'digest']).where('digest', 'in', some).execute();
    for (const row of rows) keys.set(row.digest as Digest, row.id);
  }
  return keys;
}

async function insertChildren(db: Kysely<Tables>, images: readonly NewImage[], keys: ReadonlyMap<Digest, number>): Promise<void> {
  const entries = images.flatMap(({ manifest }) => manifest.entries.map((entry, position) => ({ ...entry, position, index: keys.get(manifest.digest)! })));
  const known = await findKeys(db, entries.map((entry) => entry.digest));
  for (const some of chunk(entries)) {
    const rows = some.map((entry) => ({
      index_id: entry.index,
      position: entry.position,
      child_digest: entry.digest,
      child_id: known.get(entry.digest) ?? null,
      media_type: entry.mediaType,
      size: entry.size,
      os: entry.platform?.os ?? null,
      architecture: entry.platform?.architecture ?? null,
      variant: entry.platform?.variant ?? null,
      artifact_type: entry.artifactType,
      attestation: entry.attestation ? 1 : 0,
    }));
    await db.insertInto('image_entry').values(rows).execute();
  }
}

function toRow({ manifest, config }: NewImage, now: Date): Insertable<Tables['image']> {
  const pending: ConfigState = manifest.kind === 'image' && manifest.config ? 'pending' : 'none';
  return {
    digest: manifest.digest,
    kind: manifest.kind,
    media_type: manifest.mediaType,
    artifact_type: manifest.artifactType,
    manifest_size: manifest.manifestSize,
    config_digest: manifest.config?.digest ?? null,
    config_media_type: manifest.config?.mediaType ?? null,
    annotations: JSON.stringify(manifest.annotations),
    subject: manifest.subject,
    size: measure(manifest),
    first_seen_at: now.getTime(),
    config_state: config ? 'read' : pending,
    ...(config ? toConfigColumns(config) : { labels: '{}', history: '[]' }),
  };
}

/** Bytes of config and layers, each digest once; an index is measured when its children were read, schema1 does not say. */
function measure({ kind, config, layers }: ImageManifest): number | null {
  if (kind === 'index' || kind === 'schema1') return null;
  const sizes = new Map([...(config ? [config] : []), ...layers].map(({ digest, size }) => [digest, size]));
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}

function toConfigColumns(config: ImageConfig) {
  return {
    os: config.platform.os,
    architecture: config.platform.architecture,
    variant: config.platform.variant,
    created_at: config.createdAt?.getTime() ?? null,
    author: config.author,
    labels: JSON.stringify(config.labels),
    history: JSON.stringify(config.history),
  };
}
