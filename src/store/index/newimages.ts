import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Insertable, type Kysely, sql } from 'kysely';
import type { ConfigState } from '../../domain/catalogue.js';
import type { Digest } from '../../domain/digest.js';
import {
  type ImageConfig,
  type ImageManifest,
  type ImageProblem,
  maxProblems,
  type StatedPlatform,
} from '../../domain/image.js';
import type { Tables } from '../database/database.js';
import { type JsonText, fromJsonText, toJsonText } from '../database/json.js';
import { listKeys } from '../sql/filters.js';
import { chunk } from '../sql/rows.js';

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
 * Known digests are left as they are. Gives the key of each digest. One transaction for each image with its layers and
 * entries; small ones share theirs, and other work has its turn between.
 */
export async function saveImages(
  db: Kysely<Tables>,
  images: readonly NewImage[],
  now: Date,
): Promise<Map<Digest, number>> {
  const keys = new Map<Digest, number>();
  const distinct = new Map(images.map((image) => [image.manifest.digest, image]));
  let isFirst = true;
  for (const some of groupByRows([...distinct.values()])) {
    if (!isFirst) await nextTurn();
    isFirst = false;
    for (const [digest, key] of await saveTogether(db, some, now)) keys.set(digest, key);
  }
  return keys;
}

function* groupByRows(images: readonly NewImage[]): Generator<readonly NewImage[]> {
  let group: NewImage[] = [];
  let rows = 0;
  for (const image of images) {
    const own = 1 + image.manifest.layers.length + image.manifest.entries.length;
    if (group.length > 0 && rows + own > rowsPerTransaction) {
      yield group;
      group = [];
      rows = 0;
    }
    group.push(image);
    rows += own;
  }
  if (group.length > 0) yield group;
}

async function saveTogether(db: Kysely<Tables>, images: readonly NewImage[], now: Date): Promise<Map<Digest, number>> {
  return db.transaction().execute(async (trx) => {
    const keys = await findKeys(
      trx,
      images.map(({ manifest }) => manifest.digest),
    );
    // Whoever saves it will link it: pruning must not take it away before.
    await sql`update image set is_orphan = 0 where is_orphan = 1 and id in ${listKeys([...keys.values()])}`.execute(
      trx,
    );
    const added = images.filter(({ manifest }) => !keys.has(manifest.digest));
    for (const some of chunk(added))
      await trx
        .insertInto('image')
        .values(some.map((image) => toRow(image, now)))
        .execute();
    for (const [digest, key] of await findKeys(
      trx,
      added.map(({ manifest }) => manifest.digest),
    ))
      keys.set(digest, key);
    for (const { manifest } of added) {
      const key = keys.get(manifest.digest)!;
      if (manifest.config || manifest.layers.length > 0) await insertBlobs(trx, key, manifest);
      if (manifest.entries.length > 0) await insertChildren(trx, key, manifest);
    }
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
    for (const row of rows) keys.set(row.digest, row.id);
  }
  return keys;
}

/** One parameter for all rows: an argument for each of their columns takes four times as long. */
async function insertBlobs(db: Kysely<Tables>, imageKey: number, { config, layers }: ImageManifest): Promise<void> {
  const uses = [
    ...(config ? [{ ...config, foreign: false, position: 0 }] : []),
    ...layers.map((layer, index) => ({ ...layer, position: index + 1 })),
  ];
  const digests = JSON.stringify([...new Set(uses.map(({ digest }) => digest))]);
  await sql`insert into blob (digest) select value from json_each(${digests}) where true
  on conflict do nothing`.execute(db);
  // The size is declared by this image's own manifest: another registry's manifest cannot change it.
  const rows = JSON.stringify(
    uses.map(({ position, digest, size, mediaType, foreign }) => [position, digest, size, mediaType, foreign]),
  );
  await sql`insert into image_blob (image_id, position, blob_id, size, is_size_known, media_type, is_foreign)
    select ${imageKey}, value ->> 0, blob.id, coalesce(value ->> 2, 0), value ->> 2 is not null, value ->> 3, value
    ->> 4
      from json_each(${rows}) cross join blob on blob.digest = value ->> 1`.execute(db);
}

async function insertChildren(db: Kysely<Tables>, imageKey: number, { entries }: ImageManifest): Promise<void> {
  const rows = JSON.stringify(
    entries.map(({ digest, mediaType, role, size, platform, artifactType, attestation }, position) => {
      const { os, architecture, variant, os_version, os_features } = toPlatformColumns(platform);
      const own = [position, digest, mediaType, role, size ?? 0, artifactType, attestation];
      return [...own, os, architecture, variant, os_version, os_features];
    }),
  );
  await sql`insert into image_entry (index_id, position, child_digest, child_id, media_type, role, size,
  artifact_type, attestation,
      os, architecture, variant, os_version, os_features)
    select ${imageKey}, value ->> 0, value ->> 1, image.id, value ->> 2, value ->> 3, value ->> 4, value ->> 5,
    value ->> 6,
      value ->> 7, value ->> 8, value ->> 9, value ->> 10, value ->> 11
      from json_each(${rows}) left join image on image.digest = value ->> 1`.execute(db);
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
    annotations: toJsonText(manifest.annotations),
    subject: manifest.subject,
    size: measure(manifest),
    first_seen_at: now.getTime(),
    config_state: config ? 'read' : pending,
    has_unknown_children: manifest.hasUnknownChildren ? 1 : 0,
    problems: toProblemText(manifest.problems),
    ...(config ? toConfigColumns(config) : { labels: toJsonText({}), history: toJsonText([]) }),
  };
}

/**
 * Bytes of config and layers, each digest once; an index is measured when its children were read, schema1 does not say.
 */
function measure({ kind, config, layers, hasAllBlobs }: ImageManifest): number | null {
  if (kind === 'index' || kind === 'schema1' || !hasAllBlobs) return null;
  const sizes = new Map([...(config ? [config] : []), ...layers].map(({ digest, size }) => [digest, size]));
  const sum = [...sizes.values()].reduce<number>((total, size) => total + (size ?? Number.NaN), 0);
  return Number.isSafeInteger(sum) ? sum : null;
}

function toConfigColumns(config: ImageConfig) {
  return {
    ...toPlatformColumns(config.platform),
    created_at: config.createdAt?.getTime() ?? null,
    author: config.author,
    labels: toJsonText(config.labels),
    history: toJsonText(config.history),
  };
}

function toPlatformColumns(platform: StatedPlatform | null) {
  const { os = null, architecture = null, variant = null, osVersion = null, osFeatures = null } = platform ?? {};
  const features = osFeatures?.length ? toJsonText(osFeatures) : null;
  return { os, architecture, variant, os_version: osVersion, os_features: features };
}

function toProblemText(problems: readonly ImageProblem[]): JsonText<readonly ImageProblem[]> | null {
  return problems.length === 0 ? null : toJsonText(problems.slice(0, maxProblems));
}

/** Plain SQL: hundreds come one after another, and building each anew takes longer than running it. */
export async function saveConfig(db: Kysely<Tables>, imageKey: number, config: ImageConfig): Promise<void> {
  const { os, architecture, variant, os_version, os_features, created_at, author, labels, history } =
    toConfigColumns(config);
  await sql`update image set config_state = 'read', os = ${os}, architecture = ${architecture}, variant = ${variant},
    os_version = ${os_version}, os_features = ${os_features}, created_at = ${created_at},
    author = ${author}, labels = ${labels}, history = ${history} where id = ${imageKey}`.execute(db);
  if (config.problems.length > 0) await addProblems(db, imageKey, config.problems);
}

/**
 * After those of its manifest. A config is read again in another repository: what is known already is not said twice.
 */
async function addProblems(db: Kysely<Tables>, imageKey: number, problems: readonly ImageProblem[]): Promise<void> {
  const row = await db.selectFrom('image').select('problems').where('id', '=', imageKey).executeTakeFirst();
  const known = row?.problems ? fromJsonText(row.problems) : [];
  const fields = new Set(known.map(({ field }) => field));
  const all = [...known, ...problems.filter(({ field }) => !fields.has(field))];
  await db
    .updateTable('image')
    .set({ problems: toProblemText(all) })
    .where('id', '=', imageKey)
    .execute();
}
