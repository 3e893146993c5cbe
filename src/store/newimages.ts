import { type Insertable, type Kysely, sql } from 'kysely';
import type { ConfigState } from '../domain/catalogue.js';
import type { Digest } from '../domain/digest.js';
import {
  type Descriptor,
  type ImageConfig,
  type ImageManifest,
  type ImageProblem,
  maxProblems,
  type StatedPlatform,
} from '../domain/image.js';
import type { Tables } from './database.js';
import { chunk } from './rows.js';

/** A manifest as read and verified, with its config where that came with it (schema1). */
export interface NewImage {
  readonly manifest: ImageManifest;
  readonly config: ImageConfig | null;
}

/** One transaction. Known digests are left as they are. Gives the key of each digest. */
export async function saveImages(db: Kysely<Tables>, images: readonly NewImage[], now: Date): Promise<Map<Digest, number>> {
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
      size: use.size ?? 0,
      is_size_known: use.size === null ? 0 : 1,
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
      role: entry.role,
      size: entry.size ?? 0,
      ...toPlatformColumns(entry.platform),
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
    has_unknown_children: manifest.hasUnknownChildren ? 1 : 0,
    problems: toProblemText(manifest.problems),
    ...(config ? toConfigColumns(config) : { labels: '{}', history: '[]' }),
  };
}

/** Bytes of config and layers, each digest once; an index is measured when its children were read, schema1 does not say. */
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
    labels: JSON.stringify(config.labels),
    history: JSON.stringify(config.history),
  };
}

function toPlatformColumns(platform: StatedPlatform | null) {
  const { os = null, architecture = null, variant = null, osVersion = null, osFeatures = null } = platform ?? {};
  const features = osFeatures?.length ? JSON.stringify(osFeatures) : null;
  return { os, architecture, variant, os_version: osVersion, os_features: features };
}

function toProblemText(problems: readonly ImageProblem[]): string | null {
  return problems.length === 0 ? null : JSON.stringify(problems.slice(0, maxProblems));
}

/** Plain SQL: hundreds come one after another, and building each anew takes longer than running it. */
export async function saveConfig(db: Kysely<Tables>, imageKey: number, config: ImageConfig): Promise<void> {
  const { os, architecture, variant, os_version, os_features, created_at, author, labels, history } = toConfigColumns(config);
  await sql`update image set config_state = 'read', os = ${os}, architecture = ${architecture}, variant = ${variant},
    os_version = ${os_version}, os_features = ${os_features}, created_at = ${created_at},
    author = ${author}, labels = ${labels}, history = ${history} where id = ${imageKey}`.execute(db);
  if (config.problems.length > 0) await addProblems(db, imageKey, config.problems);
}

/** After those of its manifest. A config is read again in another repository: what is known already is not said twice. */
async function addProblems(db: Kysely<Tables>, imageKey: number, problems: readonly ImageProblem[]): Promise<void> {
  const row = await db.selectFrom('image').select('problems').where('id', '=', imageKey).executeTakeFirst();
  const known = row?.problems ? (JSON.parse(row.problems) as ImageProblem[]) : [];
  const fields = new Set(known.map(({ field }) => field));
  const all = [...known, ...problems.filter(({ field }) => !fields.has(field))];
  await db.updateTable('image').set({ problems: toProblemText(all) }).where('id', '=', imageKey).execute();
}
