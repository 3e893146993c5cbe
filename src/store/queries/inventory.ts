import { type Kysely, type RawBuilder, sql } from 'kysely';
import { type Digest, hexOf } from '../../domain/digest.js';
import type { ImageKind } from '../../domain/image.js';
import type { RepositoryName, TagName } from '../../domain/name.js';
import type { Tables } from '../database/database.js';
import type { Dialect } from '../dialect/dialect.js';
import { dialectOf } from '../dialect/dialects.js';
import { idDigest } from '../sql/rows.js';

/** A tag with what it points to, hidden ones too. */
export interface InventoryTag {
  readonly name: TagName;
  readonly isHidden: boolean;
  /** 64 hex digits; null: it could not be read. */
  readonly imageId: string | null;
  readonly imageKey: number | null;
  readonly isIndex: boolean;
}

/** An entry of an index. `imageKey` is null for what is no image that anyone runs, or was never read. */
export interface InventoryEntry {
  readonly position: number;
  readonly imageKey: number | null;
  readonly isIndex: boolean;
}

/** A layer of an image. `size` in bytes; null: the manifest says none that can be. */
export interface InventoryLayer {
  readonly position: number;
  readonly blobKey: number;
  readonly digest: Digest;
  readonly size: number | null;
  readonly mediaType: string;
}

/**
 * Lists what each of some parents holds, in an order that an index gives. Each call is one statement that gives no more
 * than `limit` rows and one, and reads no more than `limit` of one parent.
 */
export interface Holdings<Row> {
  /**
   * The first `limit` rows of parents, each named once, as far as there is room for them: those that it did not come to
   * are absent, and the first of them never is. One that has fewer has no more than these.
   */
  first(parentKeys: readonly number[], limit: number): Promise<Map<number, Row[]>>;
  after(parentKey: number, row: Row, limit: number): Promise<Row[]>;
}

/** Reads repositories to their last tag and layer, in many short statements. */
export interface Inventory {
  /** Of repositories, by name. */
  readonly tags: Holdings<InventoryTag>;
  /** Of indexes, by position. */
  readonly entries: Holdings<InventoryEntry>;
  /** Of images, from the bottom. */
  readonly layers: Holdings<InventoryLayer>;
  /** How many layers an image has. */
  countLayers(imageKey: number): Promise<number>;
  /** Bytes that the history of each image takes, without reading it. */
  measureHistories(imageKeys: readonly number[]): Promise<Map<number, number>>;
  /** Those of these names that the registry's index has, empty repositories too. */
  findNames(registryId: string, names: readonly RepositoryName[]): Promise<Set<RepositoryName>>;
}

export function createInventory(db: Kysely<Tables>): Inventory {
  const { among, bytesOf } = dialectOf(db);
  return {
    tags: createHoldings(db, tagRows),
    entries: createHoldings(db, entryRows),
    layers: createHoldings(db, layerRows),
    async countLayers(imageKey) {
      const query = db
        .selectFrom('image_blob')
        .select(sql<number>`count(*)`.as('total'))
        .where('image_id', '=', imageKey);
      return (await query.where('position', '>', 0).executeTakeFirstOrThrow()).total;
    },
    async measureHistories(imageKeys) {
      const query = db.selectFrom('image').select(['id', bytesOf(sql`history`).as('bytes')]);
      const rows = await query.where(among(sql`id`, imageKeys)).execute();
      return new Map(rows.map(({ id, bytes }) => [id, bytes]));
    },
    async findNames(registryId, names) {
      const query = db
        .selectFrom('repository')
        .select('name')
        .where('registry_id', '=', registryId)
        .where(among(sql`name`, names));
      return new Set((await query.execute()).map((row) => row.name));
    },
  };
}

/**
 * Where the rows of a parent are, and what is read of them. `at` orders them, and tells them apart within their parent.
 */
interface RowSource<Row, Stored extends { readonly parent: number }> {
  readonly table: string;
  readonly parent: string;
  readonly at: string;
  /** Every parent's rows begin behind this value of `at`. */
  readonly start: string | number;
  readonly columns: RawBuilder<unknown>;
  readonly joins: (dialect: Dialect) => RawBuilder<unknown>;
  readonly read: (stored: Stored) => Row;
  readonly positionOf: (row: Row) => string | number;
}

/**
 * The joins stand in the order that SQLite must take them: parent by parent, as they are named. Rows of one parent may
 * come in any order, and are put in theirs here.
 */
function createHoldings<Row, Stored extends { readonly parent: number }>(
  db: Kysely<Tables>,
  source: RowSource<Row, Stored>,
): Holdings<Row> {
  const { table, parent, at, start, columns, joins, read, positionOf } = source;
  const dialect = dialectOf(db);
  const [row, parentColumn, atColumn] = [dialect.row(table), sql.ref(`${table}.${parent}`), sql.ref(`${table}.${at}`)];
  const select = async (parentKeys: readonly number[], after: string | number, limit: number): Promise<Stored[]> => {
    const first = sql`select ${row} from ${sql.table(table)}
      where ${parentColumn} = wanted.value and ${atColumn} > ${after} order by ${atColumn} limit ${limit}`;
    const { rows } = await sql<Stored>`select ${parentColumn} as parent, ${columns}
      from ${dialect.listOf(parentKeys)} as wanted ${dialect.pick(sql.table(table), row, first)}
        ${joins(dialect)} limit ${limit + 1}`.execute(db);
    return rows;
  };
  const toRows = (stored: readonly Stored[]): Row[] =>
    stored.map(read).sort((a, b) => (positionOf(a) < positionOf(b) ? -1 : 1));
  return {
    async first(parentKeys, limit) {
      const rows = await select(parentKeys, start, limit);
      const groups = Map.groupBy(rows, (row) => row.parent);
      // The last one may have lost some of its rows, and those behind it were not come to.
      const end = rows.length > limit ? parentKeys.indexOf(rows.at(-1)!.parent) : parentKeys.length;
      return new Map(parentKeys.slice(0, end).map((key) => [key, toRows(groups.get(key) ?? [])]));
    },
    after: async (parentKey, row, limit) => toRows(await select([parentKey], positionOf(row), limit)),
  };
}

interface StoredTag {
  readonly parent: number;
  readonly name: TagName;
  readonly is_hidden: number;
  readonly image_id: number | null;
  readonly kind: ImageKind | null;
  readonly id_digest: Digest | null;
}

const tagRows: RowSource<InventoryTag, StoredTag> = {
  table: 'tag',
  parent: 'repository_id',
  at: 'name',
  start: '',
  columns: sql`tag.name, tag.is_hidden, tag.image_id, image.kind, ${idDigest} as id_digest`,
  joins: () => sql`left join image on image.id = tag.image_id`,
  read: ({ name, is_hidden, image_id, kind, id_digest }) => ({
    name,
    isHidden: is_hidden === 1,
    imageId: id_digest === null ? null : hexOf(id_digest),
    imageKey: image_id,
    isIndex: kind === 'index',
  }),
  positionOf: (tag) => tag.name,
};

interface StoredEntry {
  readonly parent: number;
  readonly position: number;
  readonly child_id: number | null;
  readonly attestation: number;
  readonly kind: ImageKind | null;
}

const entryRows: RowSource<InventoryEntry, StoredEntry> = {
  table: 'image_entry',
  parent: 'index_id',
  at: 'position',
  start: -1,
  columns: sql`image_entry.position, image.id as child_id, image_entry.attestation, image.kind`,
  joins: () => sql`left join image on image.id = image_entry.child_id`,
  read: ({ position, child_id, attestation, kind }) => ({
    position,
    imageKey: attestation === 1 ? null : child_id,
    isIndex: kind === 'index',
  }),
  positionOf: (entry) => entry.position,
};

interface LayerRow {
  readonly parent: number;
  readonly position: number;
  readonly blob_id: number;
  readonly digest: Digest;
  readonly size: number;
  readonly is_size_known: number;
  readonly media_type: string;
}

/** Position 0 is the config. */
const layerRows: RowSource<InventoryLayer, LayerRow> = {
  table: 'image_blob',
  parent: 'image_id',
  at: 'position',
  start: 0,
  columns: sql`image_blob.position, image_blob.blob_id, blob.digest, image_blob.size, image_blob.is_size_known,
  image_blob.media_type`,
  joins: ({ join }) => sql`${join} blob on blob.id = image_blob.blob_id`,
  read: ({ position, blob_id, digest, size, is_size_known, media_type }) => ({
    position,
    blobKey: blob_id,
    digest,
    size: is_size_known === 1 ? size : null,
    mediaType: media_type,
  }),
  positionOf: (layer) => layer.position,
};
