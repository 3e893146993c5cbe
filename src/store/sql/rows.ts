import { type Digest, hexOf } from '../../domain/digest.js';
import type { Image, IndexChild, Repository, Tag } from '../../domain/catalogue.js';
import type { UpstreamProblem } from '../../domain/freshness.js';
import type { Platform, StatedPlatform } from '../../domain/image.js';
import type { RepositoryName } from '../../domain/name.js';
import type { ErrorCode } from '../../errors.js';
import { type Kysely, type Selectable, sql } from 'kysely';
import type { Tables } from '../database/database.js';
import { fromJsonText } from '../database/json.js';

/** The columns read of a tag, its repository and its image: no column more, since pages read thousands of rows. */
export type TagRow = Pick<Selectable<Tables['tag']>, (typeof tagColumns)[number] | 'confirmed_at'> & {
  readonly registry_id: string;
  readonly repository_name: RepositoryName;
  readonly digest: Digest | null;
  /** Of the config; of an index, or without a config, the image's own. */
  readonly id_digest: Digest | null;
  readonly size: number | null;
};

const tagColumns = [
  'id',
  'repository_id',
  'name',
  'sort_key',
  'image_id',
  'updated_at',
  'updated_source',
  'error_code',
  'error_message',
  'error_at',
] as const;

/** When the registry last said what `tag` points to: see `Repository.tagsConfirmedFrom`. */
export const tagConfirmedAt = sql<number | null>`case
  when repository.tags_confirmed_from > tag.confirmed_at and tag.image_id is not null and tag.error_code is null
  then repository.tags_confirmed_from else tag.confirmed_at end`;

/** The digest that is an image's public id: of an index its own, else its config's, where that is known. */
export const idDigest = sql<Digest | null>`case when image.kind = 'index' then image.digest
  else coalesce(image.config_digest, image.digest) end`;

/** Selects a TagRow where `tag` is joined with its `repository` and, if it has one, its `image`. */
export const tagSelection = sql.join([
  ...tagColumns.map((column) => sql.ref(`tag.${column}`)),
  sql`repository.registry_id, repository.name as repository_name, image.digest, image.size`,
  sql`${idDigest} as id_digest, ${tagConfirmedAt} as confirmed_at`,
]);

/** The query that gives TagRows; `tag`, `repository` and `image` are its tables. */
export function selectTagRows(db: Kysely<Tables>) {
  return db
    .selectFrom('tag')
    .innerJoin('repository', 'repository.id', 'tag.repository_id')
    .leftJoin('image', 'image.id', 'tag.image_id')
    .select(tagColumns.map((column) => `tag.${column}` as const))
    .select(['repository.registry_id', 'repository.name as repository_name', 'image.digest', 'image.size'])
    .select([idDigest.as('id_digest'), tagConfirmedAt.as('confirmed_at')]);
}

/** SQLite allows 32,766 parameters in a statement; rows have at most 30 columns. */
const rowsPerStatement = 500;

export function* chunk<T>(items: readonly T[], size = rowsPerStatement): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

/** A limit that no table reaches, for an offset alone. */
export const unlimited = 1_000_000_000;

/**
 * Collects what is found for the items, a chunk of them at a time, appended row by row: a chunk may give more rows than
 * a call takes arguments.
 */
export async function collectInChunks<T, R>(
  items: readonly T[],
  find: (some: readonly T[]) => Promise<readonly R[]>,
): Promise<R[]> {
  const found: R[] = [];
  for (const some of chunk(items)) for (const each of await find(some)) found.push(each);
  return found;
}

/** The columns read of a repository: no column more, since pages and crawls read thousands of rows. */
export const repositoryColumns = [
  'id',
  'registry_id',
  'name',
  'found_by',
  'missed_scans',
  'tags_confirmed_at',
  'tags_error_code',
  'tags_error_message',
  'tags_error_at',
  'dropped_tags',
  'dropped_tag_examples',
  'is_settled',
  'tag_count',
  'size',
  'updated_at',
  'tags_version',
] as const;

export type RepositoryRow = Pick<Selectable<Tables['repository']>, (typeof repositoryColumns)[number]>;

/** Selects a RepositoryRow of `repository`. */
export const repositorySelection = sql.join(repositoryColumns.map((column) => sql.ref(`repository.${column}`)));

export function toRepository(row: RepositoryRow): Repository {
  return {
    key: row.id,
    registryId: row.registry_id,
    name: row.name,
    foundBy: row.found_by,
    missedScans: row.missed_scans,
    tagsConfirmedAt: toDate(row.tags_confirmed_at),
    tagsError: toUpstreamProblem(row.tags_error_code, row.tags_error_message, row.tags_error_at),
    droppedTags: row.dropped_tags,
    droppedTagExamples: fromJsonText(row.dropped_tag_examples),
    isSettled: row.is_settled === 1,
    tagCount: row.tag_count,
    size: row.size,
    updatedAt: toDate(row.updated_at),
    tagsVersion: row.tags_version,
  };
}

export function toTag(row: TagRow): Tag {
  return {
    key: row.id,
    repositoryKey: row.repository_id,
    registryId: row.registry_id,
    repositoryName: row.repository_name,
    name: row.name,
    imageKey: row.image_id,
    digest: row.digest,
    imageId: row.id_digest === null ? null : hexOf(row.id_digest),
    size: row.size,
    updatedAt: new Date(row.updated_at),
    // Not decided yet, or never: its image says nothing.
    updatedAtSource: row.updated_source || 'FIRST_SEEN',
    isDated: row.updated_source !== '',
    confirmedAt: toDate(row.confirmed_at),
    error: toUpstreamProblem(row.error_code, row.error_message, row.error_at),
  };
}

export const imageColumns = [
  'id',
  'digest',
  'kind',
  'media_type',
  'artifact_type',
  'manifest_size',
  'config_digest',
  'config_state',
  'os',
  'architecture',
  'variant',
  'os_version',
  'os_features',
  'created_at',
  'size',
  'author',
  'subject',
  'problems',
] as const;

/** Without labels, annotations and history, which may be large: see imagetexts.ts. */
export type ImageRow = Pick<Selectable<Tables['image']>, (typeof imageColumns)[number]>;

export function toImage(row: ImageRow): Image {
  return {
    key: row.id,
    digest: row.digest,
    kind: row.kind,
    mediaType: row.media_type,
    artifactType: row.artifact_type,
    manifestSize: row.manifest_size,
    configDigest: row.config_digest,
    configState: row.config_state,
    platform: toPlatform(row),
    createdAt: toDate(row.created_at),
    size: row.size,
    author: row.author,
    subject: row.subject,
    problems: row.problems === null ? [] : fromJsonText(row.problems),
  };
}

export function toIndexChild(row: Selectable<Tables['image_entry']>): IndexChild {
  return {
    indexKey: row.index_id,
    position: row.position,
    digest: row.child_digest,
    imageKey: row.child_id,
    role: row.role,
    artifactType: row.artifact_type,
    platform: toStatedPlatform(row),
    attestation: row.attestation === 1,
    base: row.base_name === null && row.base_digest === null ? null : { name: row.base_name, digest: row.base_digest },
  };
}

export function toDate(milliseconds: number | null): Date | null {
  return milliseconds === null ? null : new Date(milliseconds);
}

function toUpstreamProblem(code: ErrorCode | null, message: string | null, at: number | null): UpstreamProblem | null {
  return code === null || message === null || at === null ? null : { code, message, at: new Date(at) };
}

type PlatformRow = Pick<
  Selectable<Tables['image_entry']>,
  'os' | 'architecture' | 'variant' | 'os_version' | 'os_features'
>;

function toPlatform(row: PlatformRow): Platform | null {
  const { os, architecture, variant, osVersion, osFeatures } = toStatedPlatform(row) ?? {};
  if (os == null || architecture == null) return null;
  return { os, architecture, variant: variant ?? null, osVersion: osVersion ?? null, osFeatures: osFeatures ?? [] };
}

/** null: none of its fields is said. */
function toStatedPlatform({ os, architecture, variant, os_version, os_features }: PlatformRow): StatedPlatform | null {
  if ((os ?? architecture ?? variant ?? os_version ?? os_features) === null) return null;
  const osFeatures = os_features === null ? null : fromJsonText(os_features);
  return { os, architecture, variant, osVersion: os_version, osFeatures };
}
