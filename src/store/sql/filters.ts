import { type QueryExecutorProvider, type RawBuilder, sql, type SqlBool } from 'kysely';
import type { Label, PlatformFilter, RepositoryFilter, TagFilter } from '../../domain/filter.js';
import { parseGlob } from '../../domain/glob.js';
import { placeholderAnnotation } from '../../domain/image.js';
import { maxRepositoryName } from '../../domain/name.js';
import { parseVersionRange } from '../../domain/version.js';
import { boundSortKeys } from '../../domain/versionrange.js';
import { badInput } from '../../errors.js';
import type { Dialect, Keys } from '../dialect/dialect.js';
import { dialectOf } from '../dialect/dialects.js';
import { isVersionWithin } from './versionconditions.js';

type Condition = RawBuilder<SqlBool>;

/** The condition on `repository` that a filter means. BAD_USER_INPUT names the field: `['filter', 'nameContains']`. */
export function filterRepositories(filter: RepositoryFilter, dialect: Dialect): Condition {
  const { registryIds, nameContains, namespace, globs, updatedBefore, updatedAfter, empty = false } = filter;
  const conditions: Condition[] = [];
  if (registryIds) conditions.push(isInRegistries(registryIds, dialect));
  if (nameContains) conditions.push(contains(sql`repository.name`, nameContains, dialect));
  if (namespace !== undefined && namespace !== null) conditions.push(isInNamespace(namespace, dialect));
  if (globs && globs.length > 0) conditions.push(isNamedByAny(globs, dialect));
  const images = filterImages(filter, dialect);
  if (images) conditions.push(hasImage(images, dialect));
  if (updatedBefore) conditions.push(sql<SqlBool>`repository.updated_at < ${updatedBefore.getTime()}`);
  if (updatedAfter) conditions.push(sql<SqlBool>`repository.updated_at > ${updatedAfter.getTime()}`);
  const isEmpty = sql<SqlBool>`(repository.tag_count = 0 and repository.tags_confirmed_at is not null)`;
  if (empty !== null) conditions.push(empty ? isEmpty : sql<SqlBool>`not ${isEmpty}`);
  return allOf(conditions);
}

/** The condition on the `tag` rows of a repository that a filter means, but for what it says of their images. */
export function filterTags(filter: TagFilter, dialect: Dialect): Condition {
  const { nameContains, glob, semver, updatedBefore, updatedAfter, includeReferrers } = filter;
  const conditions: Condition[] = [];
  if (!includeReferrers) conditions.push(isByName(filter) ? isShownByName : sql<SqlBool>`tag.is_hidden = 0`);
  if (nameContains) conditions.push(contains(sql`tag.name`, nameContains, dialect));
  if (glob !== undefined && glob !== null)
    conditions.push(dialect.glob(sql`tag.name`, parseGlob(glob, 'filter', 'glob')));
  if (semver !== undefined && semver !== null) conditions.push(isWithin(semver, dialect));
  if (updatedBefore) conditions.push(sql<SqlBool>`tag.updated_at < ${updatedBefore.getTime()}`);
  if (updatedAfter) conditions.push(sql<SqlBool>`tag.updated_at > ${updatedAfter.getTime()}`);
  return allOf(conditions);
}

/** True when a filter asks for names, which an index of them answers without the rows of tags. */
export function isByName({ nameContains, glob, semver }: TagFilter): boolean {
  return Boolean(nameContains) || (glob ?? semver ?? null) !== null;
}

type ImageFilter = Pick<
  TagFilter,
  'platform' | 'label' | 'digest' | 'kinds' | 'artifactType' | 'sizeAtLeast' | 'sizeAtMost'
>;

/** The condition on the image `i` of a tag that a filter means; null: it says nothing of images. */
export function filterImages(filter: ImageFilter, dialect: Dialect): Condition | null {
  const { platform, label, digest, kinds, artifactType, sizeAtLeast, sizeAtMost } = filter;
  const conditions: Condition[] = [];
  if (digest) conditions.push(sql<SqlBool>`i.digest = ${digest}`);
  if (kinds) conditions.push(dialect.among(sql`i.kind`, kinds));
  if (artifactType) conditions.push(sql<SqlBool>`i.artifact_type = ${artifactType}`);
  if (sizeAtLeast != null) conditions.push(sql<SqlBool>`i.size >= ${sizeAtLeast}`);
  if (sizeAtMost != null) conditions.push(sql<SqlBool>`i.size <= ${sizeAtMost}`);
  if (platform) conditions.push(runsOn(platform));
  if (label) conditions.push(isLabelled(label, dialect));
  return conditions.length === 0 ? null : allOf(conditions);
}

/**
 * `tag.is_hidden = 0`, for conditions on names, which an index answers: only the names that a hidden tag may have (see
 * `isReferrerTag`) are looked up in the table. "." is the character after "-".
 */
const isShownByName = sql<SqlBool>`(tag.name < 'sha256-' or tag.name >= 'sha256.' or tag.is_hidden = 0)`;

/** True when a list is of all tags that are shown: `repository.tag_count` is then their number. */
export function isUnfiltered(filter: TagFilter): boolean {
  return Object.values(filter).every(
    (value) => value === undefined || value === null || value === '' || value === false,
  );
}

/** True when rows are looked through that the list does not give: no index answers it. */
export function isSelective({
  nameContains,
  namespace,
  globs,
  updatedBefore,
  updatedAfter,
  platform,
  label,
  empty,
  registryIds,
}: RepositoryFilter): boolean {
  const isNarrow = [nameContains, namespace, updatedBefore, updatedAfter, platform, label].some(
    (value) => value !== undefined && value !== null && value !== '',
  );
  return isNarrow || (globs?.length ?? 0) > 0 || empty === true || (registryIds?.length ?? 1) !== 1;
}

/** A query of keys, for what takes one: one parameter for any number of them. */
export function listKeys(db: QueryExecutorProvider, keys: Keys): RawBuilder<unknown> {
  return sql`(select value from ${dialectOf(db).listOf(keys)} as listed)`;
}

/** Whether any image of `repository` is as `images` says of `i`. */
function hasImage(images: Condition, { join, reached }: Dialect): Condition {
  return sql<SqlBool>`exists (select 1 from repository_image as held
    ${join} ${reached('image', 'i')} on i.id = held.image_id
    where held.repository_id = repository.id and held.attestation = 0 and ${images})`;
}

/** One registry's rows are a range of its indexes; several are picked out of a list in order: nothing is sorted. */
function isInRegistries(ids: readonly string[], { among, unindexed }: Dialect): Condition {
  if (ids.length === 1) return sql<SqlBool>`repository.registry_id = ${ids[0]}`;
  return among(unindexed(sql`repository.registry_id`), ids);
}

function isNamedByAny(globs: readonly string[], { glob }: Dialect): Condition {
  const any = globs.map((pattern) => glob(sql`repository.name`, pattern));
  return sql<SqlBool>`(${sql.join(any, sql` or `)})`;
}

const nameContainsPath = ['filter', 'nameContains'];

/** Upper and lower case are the same. Throws BAD_USER_INPUT with this path for a part that is too long. */
export function contains(
  column: RawBuilder<unknown>,
  part: string,
  dialect: Dialect,
  path: readonly string[] = nameContainsPath,
): Condition {
  if (part.length > maxRepositoryName)
    throw badInput(`"nameContains" takes up to ${maxRepositoryName} characters, got ${part.length}.`, ...path);
  return dialect.contains(column, part);
}

/**
 * `a/b` holds `a/b/c`, but not `a/b/c/d`; names without a slash are in the empty one. "0" is the character after "/".
 */
function isInNamespace(namespace: string, { includes }: Dialect): Condition {
  if (namespace === '') return sql<SqlBool>`not ${includes(sql`repository.name`, '/')}`;
  return sql<SqlBool>`(repository.name > ${`${namespace}/`} and repository.name < ${`${namespace}0`}
    and not ${includes(sql`substr(repository.name, ${namespace.length + 2})`, '/')})`;
}

/** On SQLite by a function of the gateway's own: see scanning/functions.ts. */
function isWithin(text: string, { engine }: Dialect): Condition {
  const range = parseVersionRange(text, 'filter', 'semver');
  return engine === 'sqlite' ? sql<SqlBool>`is_version_within(tag.name, ${text})` : isVersionWithin(range);
}

/** Narrows an order by `tag.sort_key` to where the versions of the range are. */
export function isWithinBounds(range: string): Condition {
  const { from, before } = boundSortKeys(parseVersionRange(range, 'filter', 'semver'));
  return sql<SqlBool>`(tag.sort_key >= ${from} and tag.sort_key < ${before})`;
}

/** The image itself, or a child of the index; what the index does not say of a child, the child's config does. */
function runsOn({ os, architecture, variant, osVersion }: PlatformFilter): Condition {
  const fits = (column: (name: string) => RawBuilder<unknown>): Condition =>
    allOf([
      sql<SqlBool>`${column('os')} = ${os}`,
      sql<SqlBool>`${column('architecture')} = ${architecture}`,
      ...(variant ? [sql<SqlBool>`${column('variant')} = ${variant}`] : []),
      ...(osVersion ? [isVersionOf(column('os_version'), osVersion)] : []),
    ]);
  const ofImage = fits((name) => sql`${sql.ref(`i.${name}`)}`);
  const ofChild = fits((name) => sql`coalesce(${sql.ref(`e.${name}`)}, ${sql.ref(`c.${name}`)})`);
  return sql<SqlBool>`(${ofImage} or (i.kind = 'index' and exists (
    select 1 from image_entry e left join image c on c.id = e.child_id
    where e.index_id = i.id and e.attestation = 0 and e.role <> 'blob' and ${ofChild})))`;
}

/** "/" is the character after ".": all versions that go on with another part. */
function isVersionOf(column: RawBuilder<unknown>, version: string): Condition {
  return sql<SqlBool>`(${column} = ${version} or (${column} >= ${`${version}.`} and ${column} < ${`${version}/`}))`;
}

/** The image itself, or a child of the index. */
function isLabelled(label: Label, dialect: Dialect): Condition {
  return sql<SqlBool>`(${holds(sql`i.labels`, label, dialect)} or (i.kind = 'index' and exists (
    select 1 from image_entry e ${dialect.join} image c on c.id = e.child_id
    where e.index_id = i.id and e.attestation = 0 and ${holds(sql`c.labels`, label, dialect)})))`;
}

/**
 * Labels are stored as JSON.stringify writes them. A quote behind "{" or "," begins a key, unless it ends a text: ":",
 * "," or "}" is next then, which a key seldom begins with. Only with such a key, labels are parsed: it takes ten times
 * as long as a look at their text.
 */
function holds(labels: RawBuilder<unknown>, { key, value }: Label, { includes, membersOf }: Dialect): Condition {
  const pair = `${JSON.stringify(key)}:${JSON.stringify(value)}`;
  // "~" is behind "," and "}", of which one is next.
  const isFirst = sql<SqlBool>`${labels} >= ${`{${pair}`} and ${labels} < ${`{${pair}~`}`;
  const isInText = sql<SqlBool>`(${isFirst} or ${includes(labels, `,${pair}`)})`;
  if (!/^[:,}]/.test(key)) return isInText;
  return sql<SqlBool>`(${isInText} and exists (
    select 1 from ${membersOf(labels)} label where label.key = ${key} and label.value = ${value}))`;
}

function allOf(conditions: readonly Condition[]): Condition {
  return conditions.length === 0 ? sql<SqlBool>`true` : sql<SqlBool>`(${sql.join(conditions, sql` and `)})`;
}

/**
 * Holds for a deletion's placeholder, of `image` or another name of that table: see upstream/content/placeholder.ts. It
 * is judged by its form and not by what this gateway wrote down, since another may have put it there. Whoever pushes
 * one hides nothing by it: it holds nothing.
 */
export function isPlaceholder({ memberOf }: Dialect, image: RawBuilder<unknown>): RawBuilder<SqlBool> {
  return sql<SqlBool>`(${image}.kind = 'index' and ${image}.subject is null
    and ${memberOf(sql`${image}.annotations`, placeholderAnnotation)} is not null
    and ${image}.has_unknown_children = 0
    and not exists (select 1 from image_entry where index_id = ${image}.id))`;
}
