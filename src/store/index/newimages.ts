import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Insertable, type Kysely, sql } from 'kysely';
import { batch } from '../../domain/batch.js';
import type { ConfigState } from '../../domain/catalogue.js';
import type { Digest } from '../../domain/digest.js';
import type { ImageConfig, ImageManifest } from '../../domain/image.js';
import { stackOf } from '../../domain/lineage.js';
import type { Database, Tables } from '../database/database.js';
import { toJsonText } from '../database/json.js';
import type { WritePlace } from '../database/writer.js';
import { dialectOf } from '../dialect/dialects.js';
import { holding } from '../sql/locking.js';
import { chunk } from '../sql/rows.js';
import { insertBlobs, measure, type SavedManifest } from './newblobs.js';
import { toConfigColumns, toPlatformColumns, toProblemText } from './newconfigs.js';

/** A manifest as read and verified, with its config where that came with it (schema1). */
export interface NewImage {
  readonly manifest: ImageManifest;
  readonly config: ImageConfig | null;
}

/**
 * Rows of layers and entries that are written in one transaction, where one image alone has no more: nothing runs
 * beside it.
 */
const rowsPerTransaction = 1000;

/**
 * As `saveImages`, and has `use` write what follows from the keys: in the same transaction where the images are few.
 */
export async function saveImagesAnd<T>(
  database: Pick<Database, 'write'>,
  place: WritePlace,
  images: readonly NewImage[],
  now: Date,
  use: (trx: Kysely<Tables>, keys: ReadonlyMap<Digest, number>) => Promise<T>,
): Promise<T> {
  const distinct = listDistinct(images);
  const saved = areFew(distinct) ? null : await saveImages(database, place, distinct, now);
  return database.write(place, async (trx, note) => {
    note('visible');
    return use(trx, saved ?? (await saveTogether(trx, distinct, now)));
  });
}

function listDistinct(images: readonly NewImage[]): readonly NewImage[] {
  return [...new Map(images.map((image) => [image.manifest.digest, image])).values()];
}

/**
 * Known digests are left as they are. Gives the key of each digest. One transaction for each image with its layers and
 * entries; small ones share theirs, and other work has its turn between.
 */
export async function saveImages(
  database: Pick<Database, 'write'>,
  place: WritePlace,
  images: readonly NewImage[],
  now: Date,
): Promise<Map<Digest, number>> {
  const keys = new Map<Digest, number>();
  let isFirst = true;
  for (const some of batch(listDistinct(images), countRows, rowsPerTransaction)) {
    if (!isFirst) await nextTurn();
    isFirst = false;
    const saved = await database.write(place, (trx, note) => {
      note('visible');
      return saveTogether(trx, some, now);
    });
    for (const [digest, key] of saved) keys.set(digest, key);
  }
  return keys;
}

/** True for images that one transaction takes. */
function areFew(images: readonly NewImage[]): boolean {
  return images.reduce((rows, image) => rows + countRows(image), 0) <= rowsPerTransaction;
}

function countRows({ manifest }: NewImage): number {
  return 1 + manifest.layers.length + manifest.entries.length;
}

/** A handful of statements, however many images there are, each digest once. To be called in a transaction. */
async function saveTogether(trx: Kysely<Tables>, images: readonly NewImage[], now: Date): Promise<Map<Digest, number>> {
  const keys = await findKeys(
    trx,
    images.map(({ manifest }) => manifest.digest),
  );
  // Whoever saves it will link it: pruning must not take it away before.
  if (keys.size > 0) {
    const isKnown = dialectOf(trx).among(sql`id`, [...keys.values()]);
    await sql`update image set is_orphan = 0 where is_orphan = 1 and ${isKnown}`.execute(trx);
    // Where several transactions run at once, an index and a child of it may be saved without seeing each other.
    await sql`update image_entry set child_id = image.id from image
      where image_entry.child_id is null and image_entry.child_digest = image.digest
        and ${dialectOf(trx).among(sql`image.id`, [...keys.values()])}`.execute(trx);
  }
  const added: SavedManifest[] = [];
  const unknown = images.filter(({ manifest }) => !keys.has(manifest.digest));
  for (const some of chunk(dialectOf(trx).inLockOrder(unknown, ({ manifest }) => manifest.digest))) {
    const saved = await insertImages(trx, some, now);
    for (const { manifest } of some) {
      const key = saved.get(manifest.digest);
      if (key !== undefined) added.push({ key, manifest });
    }
    for (const [digest, key] of saved) keys.set(digest, key);
  }
  // Another transaction has saved the others meanwhile, whole.
  const others = unknown.flatMap(({ manifest: { digest } }) => (keys.has(digest) ? [] : [digest]));
  for (const [digest, key] of await findKeys(trx, others)) keys.set(digest, key);
  if (added.length === 0) return keys;
  await insertBlobs(trx, added);
  await insertChildren(trx, added);
  const addedKeys = dialectOf(trx).tableOf(added.map(({ key, manifest }) => [manifest.digest, key]));
  await sql`update image_entry set child_id = added.image_id
    from (select value ->> 0 as digest, cast(value ->> 1 as bigint) as image_id from ${addedKeys} as saved) as added
    where child_digest = added.digest`.execute(trx);
  return keys;
}

/** Gives the keys of those that were not there: where several transactions run at once, one of them saves an image. */
async function insertImages(
  db: Kysely<Tables>,
  images: readonly NewImage[],
  now: Date,
): Promise<ReadonlyMap<Digest, number>> {
  const query = db.insertInto('image').values(images.map((image) => toRow(image, now)));
  const inserted = query.onConflict((conflict) => conflict.column('digest').doNothing()).returning(['id', 'digest']);
  return new Map((await inserted.execute()).map(({ id, digest }) => [digest, id]));
}

/** Those that are there stay until the transaction ends. */
async function findKeys(db: Kysely<Tables>, digests: readonly Digest[]): Promise<Map<Digest, number>> {
  const keys = new Map<Digest, number>();
  for (const some of chunk(digests)) {
    const known = db.selectFrom('image').select(['id', 'digest']).where('digest', 'in', some);
    const rows = await known.modifyEnd(holding(db)).execute();
    for (const row of rows) keys.set(row.digest, row.id);
  }
  return keys;
}

async function insertChildren(db: Kysely<Tables>, added: readonly SavedManifest[]): Promise<void> {
  const children = added.flatMap(({ key, manifest }) =>
    manifest.entries.map(({ digest, mediaType, role, size, platform, artifactType, attestation, base }, position) => {
      const { os, architecture, variant, os_version, os_features } = toPlatformColumns(platform);
      const own = [position, digest, mediaType, role, size ?? 0, artifactType, attestation ? 1 : 0];
      const stated = [base?.name ?? null, base?.digest ?? null];
      return [...own, os, architecture, variant, os_version, os_features, key, ...stated];
    }),
  );
  if (children.length === 0) return;
  await keepChildren(db, [...new Set(added.flatMap(({ manifest }) => manifest.entries.map(({ digest }) => digest)))]);
  const rows = dialectOf(db).tableOf(children);
  await sql`insert into image_entry (index_id, position, child_digest, child_id, media_type, role, size,
  artifact_type, attestation,
      os, architecture, variant, os_version, os_features, base_name, base_digest)
    select cast(value ->> 12 as bigint), cast(value ->> 0 as bigint), value ->> 1, image.id, value ->> 2, value ->> 3,
      cast(value ->> 4 as bigint), value ->> 5, cast(value ->> 6 as bigint), value ->> 7, value ->> 8,
      value ->> 9, value ->> 10, value ->> 11, value ->> 13, value ->> 14
      from ${rows} as entry left join image on image.digest = value ->> 1`.execute(db);
}

/** An index keeps its children from now on. Where one transaction runs at a time, its entries alone do. */
async function keepChildren(db: Kysely<Tables>, digests: readonly Digest[]): Promise<void> {
  const { engine, among } = dialectOf(db);
  if (engine === 'sqlite') return;
  // It waits for who removes one, which is gone then.
  await sql`update image set is_orphan = 0 where is_orphan = 1 and ${among(sql`digest`, digests)}`.execute(db);
}

function toRow({ manifest, config }: NewImage, now: Date): Insertable<Tables['image']> {
  const size = measure(manifest);
  const pending: ConfigState = manifest.kind === 'image' && manifest.config ? 'pending' : 'none';
  return {
    digest: manifest.digest,
    kind: manifest.kind,
    media_type: manifest.mediaType,
    artifact_type: manifest.artifactType,
    manifest_size: manifest.manifestSize,
    config_digest: manifest.config?.digest ?? null,
    config_media_type: manifest.config?.mediaType ?? null,
    annotations: toJsonText(manifest.annotations),
    subject: manifest.subject,
    size,
    stack: stackOf(manifest, size).whole,
    first_seen_at: now.getTime(),
    config_state: config ? 'read' : pending,
    has_unknown_children: manifest.hasUnknownChildren ? 1 : 0,
    problems: toProblemText(manifest.problems),
    ...(config ? toConfigColumns(config) : { labels: toJsonText({}), history: toJsonText([]) }),
  };
}
