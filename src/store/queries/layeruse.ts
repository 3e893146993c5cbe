import { type Kysely, type RawBuilder, sql, type SqlBool } from 'kysely';
import type { Digest } from '../../domain/digest.js';
import type { LayerCounts, UsedLayer } from '../../domain/lineage.js';
import type { Database, Tables } from '../database/database.js';
import { dialectOf } from '../dialect/dialects.js';

/** Tells which images have a layer. By images' keys; only what a repository holds counts. */
export interface LayerUseStore {
  /** null: no image that is seen has it. */
  find(digest: Digest): Promise<UsedLayer | null>;
  /** The images that have it, those that the gateway came to know last first; behind `after` where it is given. */
  list(layerKey: number, first: number, after: number | null): Promise<{ imageKeys: number[]; hasNextPage: boolean }>;
  count(layerKey: number): Promise<LayerCounts>;
}

/**
 * Reads beside the gateway: a layer of a base image may be in 100,000 images. To count them takes 0.2 s of CPU, which
 * is done once for all that ask meanwhile.
 */
export function createLayerUseStore({ scanner, shareReads }: Pick<Database, 'scanner' | 'shareReads'>): LayerUseStore {
  const share = shareReads();
  return {
    find: (digest) => find(scanner, digest),
    list: (layerKey, first, after) => list(scanner, layerKey, first, after),
    count: (layerKey) => share(String(layerKey), () => count(scanner, layerKey)),
  };
}

/** As of `layer`: the config of an image is none of its layers, and an attestation is no image that anyone runs. */
const isLayer = sql<SqlBool>`layer.position > 0 and exists (select 1 from repository_image as holder
  where holder.image_id = layer.image_id and holder.attestation = 0)`;

interface UsedLayerRow {
  readonly key: number;
  readonly size: number;
  readonly known: number | boolean;
  readonly type: string;
}

async function find(db: Kysely<Tables>, digest: Digest): Promise<UsedLayer | null> {
  const { rows } = await sql<UsedLayerRow>`
    select blob.id as key, layer.size, layer.is_size_known as known, layer.media_type as type
      ${fromLayers(db, sql`(select id from blob where digest = ${digest})`)}
      order by layer.image_id desc, layer.position limit 1`.execute(db);
  const [found] = rows;
  if (!found) return null;
  return { key: found.key, digest, size: found.known ? found.size : null, mediaType: found.type };
}

/** Images are seen by who holds them: their layers are not looked at again. */
function fromLayers(db: Kysely<Tables>, layerKey: RawBuilder<unknown>): RawBuilder<unknown> {
  const { join, reached } = dialectOf(db);
  return sql`from blob ${join} ${reached('image_blob', 'layer')} on layer.blob_id = blob.id
    where blob.id = ${layerKey} and ${isLayer}`;
}

async function list(
  db: Kysely<Tables>,
  layerKey: number,
  first: number,
  after: number | null,
): Promise<{ imageKeys: number[]; hasNextPage: boolean }> {
  const isBehind = after === null ? sql<SqlBool>`true` : sql<SqlBool>`layer.image_id < ${after}`;
  const { rows } = await sql<{ key: number }>`select distinct layer.image_id as key
    ${fromLayers(db, sql`${layerKey}`)} and ${isBehind} order by 1 desc limit ${first + 1}`.execute(db);
  return { imageKeys: rows.slice(0, first).map(({ key }) => key), hasNextPage: rows.length > first };
}

async function count(db: Kysely<Tables>, layerKey: number): Promise<LayerCounts> {
  const { join } = dialectOf(db);
  const { rows } = await sql<LayerCounts>`
    with users as (select distinct layer.image_id as id ${fromLayers(db, sql`${layerKey}`)})
    select (select count(*) from users) as images,
      (select count(distinct held.repository_id) from users ${join} repository_image as held
        on held.image_id = users.id and held.attestation = 0) as repositories`.execute(db);
  return rows[0]!;
}
