import { type Kysely, sql } from 'kysely';
import type { Digest } from '../../domain/digest.js';
import type { ImageManifest } from '../../domain/image.js';
import { stackOf } from '../../domain/lineage.js';
import type { Tables } from '../database/database.js';
import { dialectOf } from '../dialect/dialects.js';
import { holding } from '../sql/locking.js';

/** A manifest whose image has its row. */
export interface SavedManifest {
  readonly key: number;
  readonly manifest: ImageManifest;
}

/** One parameter for all rows: an argument for each of their columns takes four times as long. */
export async function insertBlobs(db: Kysely<Tables>, added: readonly SavedManifest[]): Promise<void> {
  const uses = added.flatMap(({ key, manifest }) => {
    const { config, layers } = manifest;
    const { below } = stackOf(manifest, measure(manifest));
    return [
      ...(config ? [{ ...config, key, foreign: false, position: 0, stack: null }] : []),
      ...layers.map((layer, index) => ({ ...layer, key, position: index + 1, stack: below[index]! })),
    ];
  });
  if (uses.length === 0) return;
  const { tableOf, join } = dialectOf(db);
  await addBlobs(db, [...new Set(uses.map(({ digest }) => digest))]);
  // The size is declared by this image's own manifest: another registry's manifest cannot change it.
  const rows = tableOf(
    uses.map(({ key, position, digest, size, mediaType, foreign, stack }) => [
      key,
      position,
      digest,
      size,
      mediaType,
      foreign ? 1 : 0,
      stack,
    ]),
  );
  await sql`insert into image_blob (image_id, position, blob_id, size, is_size_known, media_type, is_foreign, stack)
    select cast(value ->> 0 as bigint), cast(value ->> 1 as bigint), blob.id,
      coalesce(cast(value ->> 3 as bigint), 0), case when value ->> 3 is null then 0 else 1 end, value ->> 4,
      cast(value ->> 5 as bigint), value ->> 6
      from ${rows} as used ${join} blob on blob.digest = value ->> 2`.execute(db);
}

/** Afterwards all of them are there, until the transaction ends. */
async function addBlobs(db: Kysely<Tables>, digests: readonly Digest[]): Promise<void> {
  const { engine, listOf, among, inLockOrder } = dialectOf(db);
  const wanted = listOf(inLockOrder(digests, (digest) => digest));
  for (let kept = -1; kept < digests.length;) {
    await sql`insert into blob (digest) select value from ${wanted} as used where true
      on conflict do nothing`.execute(db);
    if (engine === 'sqlite') return;
    // One that was there may have been removed since as one that no image has: it is added anew.
    const held = await sql`select id from blob where ${among(sql`digest`, digests)} ${holding(db)}`.execute(db);
    kept = held.rows.length;
  }
}

/**
 * Bytes of config and layers, each digest once; an index is measured when its children were read, schema1 does not say.
 */
export function measure({ kind, config, layers, hasAllBlobs }: ImageManifest): number | null {
  if (kind === 'index' || kind === 'schema1' || !hasAllBlobs) return null;
  const sizes = new Map([...(config ? [config] : []), ...layers].map(({ digest, size }) => [digest, size]));
  const sum = [...sizes.values()].reduce<number>((total, size) => total + (size ?? Number.NaN), 0);
  return Number.isSafeInteger(sum) ? sum : null;
}
