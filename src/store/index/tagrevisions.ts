import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { TagRevision, TimeSource } from '../../domain/catalogue.js';
import type { Digest } from '../../domain/digest.js';
import type { RepositoryName, TagName } from '../../domain/name.js';
import { badCursor, type Page, type PageRequest, type Position } from '../../domain/page.js';
import type { Tables } from '../database/database.js';
import type { Dialect } from '../dialect/dialect.js';
import { dialectOf } from '../dialect/dialects.js';
import { byId, type Order, rangesAfter, readPosition, toPage } from '../sql/keyset.js';
import { isPlaceholder } from '../sql/filters.js';
import { chunk, toDate, unlimited } from '../sql/rows.js';

/** Former revisions that are kept of each tag, the newest: a tag may be pushed every minute. */
const keptOfTag = 100;
/** And of each repository, where tags of ever new names come and go; more than one deletion of a repository makes. */
const keptOfRepository = 50_000;

/** Whose history. By names: it outlives the tag and the repository. */
export interface HistoryPlace {
  readonly registryId: string;
  readonly repository: RepositoryName;
  /** null: all tags of the repository. */
  readonly tag: TagName | null;
}

export interface RevisionStore {
  /**
   * A page of each place, in their order: what tags point to now, unless `formerOnly`, the latest change first; then
   * what they pointed to, the latest end first. The places are all of tags, or all of repositories. Throws
   * BAD_USER_INPUT for a cursor of another list; a cursor belongs to one place, so `after` with several is refused.
   */
  list(places: readonly HistoryPlace[], formerOnly: boolean, page: PageRequest): Promise<Page<TagRevision>[]>;
  /** The distinct digests the tag has had, the newest first, the present one included. */
  digestsOf(registryId: string, repository: RepositoryName, tag: TagName): Promise<Digest[]>;
}

export function createRevisionStore(db: Kysely<Tables>): RevisionStore {
  return {
    list: (places, formerOnly, page) => listRevisions(db, places, formerOnly, page),
    async digestsOf(registryId, repository, tag) {
      const dialect = dialectOf(db);
      const place = fromPlaces(dialect, [{ registryId, repository, tag }]);
      const { rows } = await sql<{ digest: Digest }>`
        select digest from (
          select image.digest, 0 as past, 0 as id ${place} cross join ${joinOpen(dialect, true)}
          union all
          select digest, 1, tag_revision.id ${place} ${dialect.join} tag_revision on ${isFormer(true)})
          as had group by digest order by min(past), max(id) desc`.execute(db);
      return rows.map((row) => row.digest);
    },
  };
}

/**
 * Writes down what these tags pointed to, before they move or go, and drops what is too old to be kept. `tagIds` is a
 * list or a query of tag.id, `at` milliseconds. In the transaction of the change itself. A tag without an image had
 * nothing to keep.
 */
export async function endRevisions(
  db: Kysely<Tables>,
  tagIds: RawBuilder<unknown>,
  at: number,
  source: TimeSource,
): Promise<void> {
  const dialect = dialectOf(db);
  const { rows } = await sql<{ registry_id: string; repository: string; tag: string }>`
    insert into tag_revision (registry_id, repository, tag, digest, since, since_source, until, until_source,
    updated_at, updated_source)
      select registry_id, repository.name, tag.name, image.digest, changed_at, ${sinceSource}, ${latest(at)}, ${source},
        tag.updated_at, tag.updated_source
        from tag join repository on repository.id = tag.repository_id join image on image.id = tag.image_id
        where tag.id in ${tagIds} and not ${isPlaceholder(dialect, sql`image`)}
      returning registry_id, repository, tag`.execute(db);
  if (rows.length === 0) return;
  const names = dialect.tableOf(rows.map((row) => [row.registry_id, row.repository, row.tag]));
  const old = sql`select id from tag_revision where registry_id = ended.value ->> 0
    and repository = ended.value ->> 1 and tag = ended.value ->> 2
    order by id desc limit ${sql.lit(unlimited)} offset ${keptOfTag}`;
  await sql`delete from tag_revision where id in (
    select old.id from ${names} as ended ${dialect.pick(sql`tag_revision as old`, sql`old.id`, old)})`.execute(db);
}

/** Where tags went: those of ever new names would otherwise stay for ever. */
export async function boundHistory(db: Kysely<Tables>, repositoryKey: number, kept = keptOfRepository): Promise<void> {
  await sql`delete from tag_revision where id in (
    select tag_revision.id from repository ${dialectOf(db).join} tag_revision
    on tag_revision.registry_id = repository.registry_id and tag_revision.repository = repository.name
      where repository.id = ${repositoryKey} order by tag_revision.id desc
      limit ${sql.lit(unlimited)} offset ${kept})`.execute(db);
}

/** The time of a change that was seen at `at`, milliseconds: not before the tag came where it was. */
export function latest(at: number): RawBuilder<number> {
  return sql<number>`case when changed_at > ${at} then changed_at else ${at} end`;
}

/**
 * Until a tag is seen to move, it points to what it pointed to when it was first seen: where its time is its image's,
 * or the one it had before it went and came back, that is not the time it changed.
 */
const sinceSource = sql`case when updated_source in ('NOTIFICATION', 'CHANGE_SEEN') and tag.updated_at = changed_at
  then updated_source else 'FIRST_SEEN' end`;

/** `wanted`: a row for each place, whose key is its position in the list. */
function fromPlaces({ tableOf }: Dialect, places: readonly HistoryPlace[]): RawBuilder<unknown> {
  const wanted = places.map(({ registryId, repository, tag }) => [registryId, repository, tag]);
  return sql`from ${tableOf(wanted)} as wanted`;
}

/** Joins each place of `wanted` with the `repository`, the `tag` and the `image` that the tag points to. */
function joinOpen(dialect: Dialect, isOfTag: boolean): RawBuilder<unknown> {
  const { join } = dialect;
  return sql`repository ${join} tag on tag.repository_id = repository.id ${join} image on image.id = tag.image_id
    where repository.registry_id = wanted.value ->> 0 and repository.name = wanted.value ->> 1
      and ${isOfTag ? sql`tag.name = wanted.value ->> 2` : sql`true`} and not ${isPlaceholder(dialect, sql`image`)}`;
}

/** Of `tag_revision`: it is of a place of `wanted`. */
function isFormer(isOfTag: boolean): RawBuilder<unknown> {
  return sql`tag_revision.registry_id = wanted.value ->> 0 and tag_revision.repository = wanted.value ->> 1
    and ${isOfTag ? sql`tag_revision.tag = wanted.value ->> 2` : sql`true`}`;
}

export interface RevisionRow {
  readonly place: number;
  readonly id: number;
  readonly registry_id: string;
  readonly repository: RepositoryName;
  readonly tag: TagName;
  readonly digest: Digest;
  readonly since: number;
  readonly since_source: TimeSource;
  readonly until: number | null;
  readonly until_source: TimeSource | null;
}

/** A position is [changed_at, id] among what tags point to now, and [null, id] among the rest, which follows. */
async function listRevisions(
  db: Kysely<Tables>,
  places: readonly HistoryPlace[],
  formerOnly: boolean,
  page: PageRequest,
): Promise<Page<TagRevision>[]> {
  if (page.after !== null && places.length > 1) throw badCursor();
  const orders = places.map((place) => orderOf(place, formerOnly));
  const position = orders[0] ? readPosition(orders[0], page) : null;
  const isPastOpen = position?.[0] === null;
  const limit = page.first + 1;
  const pages: Page<TagRevision>[] = [];
  for (const some of chunk(places)) {
    const range = orders[0] ? rangesAfter(orders[0], position)[0]! : sql`true`;
    const open = formerOnly || isPastOpen ? [] : await selectOpen(db, some, range, limit);
    const former = await selectFormer(db, some, isPastOpen ? Number(position[1]) : null, limit);
    const rows = Map.groupBy([...open, ...former], (row) => row.place);
    let counts: Promise<number[]> | undefined;
    for (const at of some.keys()) {
      const read = {
        item: toRevision,
        position: (row: RevisionRow): Position => [row.until === null ? row.since : null, row.id],
        count: async () => (await (counts ??= countRevisions(db, some, formerOnly)))[at]!,
      };
      pages.push(toPage(rows.get(at) ?? [], page, orders[pages.length]!.scope, read));
    }
  }
  return pages;
}

function orderOf({ registryId, repository, tag }: HistoryPlace, formerOnly: boolean): Order {
  const scope = `history:${registryId}:${repository}:${tag ?? ''}:${formerOnly ? 'former' : 'all'}`;
  return { scope, value: sql`changed_at`, tie: byId(sql`tag.id`), type: 'number', isNullable: true, direction: 'DESC' };
}

/** Places are all of tags, or all of repositories. */
function areOfTags([place]: readonly HistoryPlace[]): boolean {
  return place !== undefined && place.tag !== null;
}

async function selectOpen(
  db: Kysely<Tables>,
  places: readonly HistoryPlace[],
  range: RawBuilder<unknown>,
  limit: number,
): Promise<RevisionRow[]> {
  const dialect = dialectOf(db);
  const first = sql`select tag.id from ${joinOpen(dialect, areOfTags(places))} and ${range}
    order by changed_at desc, tag.id desc limit ${limit}`;
  const { rows } = await sql<RevisionRow>`
    select wanted.key as place, tag.id, wanted.value ->> 0 as registry_id,
    wanted.value ->> 1 as repository, tag.name as tag, image.digest, changed_at as since, ${sinceSource} as
    since_source, null as until, null as until_source
      ${fromPlaces(dialect, places)} ${dialect.pick(sql`tag`, sql`tag.id`, first)}
      ${dialect.join} image on image.id = tag.image_id
      order by changed_at desc, tag.id desc`.execute(db);
  return rows;
}

/** By id: in the order in which the gateway saw them end. */
async function selectFormer(
  db: Kysely<Tables>,
  places: readonly HistoryPlace[],
  before: number | null,
  limit: number,
): Promise<RevisionRow[]> {
  const range = before === null ? sql`true` : sql`tag_revision.id < ${before}`;
  const dialect = dialectOf(db);
  const last = sql`select tag_revision.id from tag_revision where ${isFormer(areOfTags(places))} and ${range}
    order by tag_revision.id desc limit ${limit}`;
  const { rows } = await sql<RevisionRow>`
    select wanted.key as place, old.id, registry_id, repository, tag, digest, since, since_source, until, until_source
      ${fromPlaces(dialect, places)} ${dialect.pick(sql`tag_revision as old`, sql`old.id`, last)}
      order by old.id desc`.execute(db);
  return rows;
}

/** Of each place, in their order. */
async function countRevisions(
  db: Kysely<Tables>,
  places: readonly HistoryPlace[],
  formerOnly: boolean,
): Promise<number[]> {
  const dialect = dialectOf(db);
  const isOfTag = areOfTags(places);
  const open = formerOnly ? sql`0` : sql`(select count(*) from ${joinOpen(dialect, isOfTag)})`;
  const { rows } = await sql<{ total: number }>`
    select ${open} + (select count(*) from tag_revision where ${isFormer(isOfTag)}) as total
    ${fromPlaces(dialect, places)} order by wanted.key`.execute(db);
  return rows.map(({ total }) => total);
}

export function toRevision(row: RevisionRow): TagRevision {
  return {
    // Two tables: the ids of one are below zero.
    key: row.until === null ? -row.id : row.id,
    registryId: row.registry_id,
    repository: row.repository,
    tag: row.tag,
    digest: row.digest,
    since: new Date(row.since),
    sinceSource: row.since_source,
    until: toDate(row.until),
    untilSource: row.until_source,
  };
}
