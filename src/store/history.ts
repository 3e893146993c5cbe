import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { TagRevision, TimeSource } from '../domain/catalogue.js';
import type { Digest } from '../domain/digest.js';
import { tombstoneAnnotation } from '../domain/image.js';
import type { RepositoryName, TagName } from '../domain/name.js';
import type { Page, PageRequest } from '../domain/page.js';
import type { Tables } from './database.js';
import { byId, type Order, rangesAfter, readPosition, toPage } from './keyset.js';
import { toDate } from './rows.js';

/** Former revisions that are kept of each tag, the newest: a tag may be pushed every minute. */
const keptOfTag = 100;
/** And of each repository, where tags of ever new names come and go; more than one deletion of a repository makes. */
const keptOfRepository = 50_000;

/** Whose history. By names: it outlives the tag and the repository. */
export interface HistoryScope {
  readonly registryId: string;
  readonly repository: RepositoryName;
  /** null: all tags of the repository. */
  readonly tag: TagName | null;
  /** Without what tags point to now. */
  readonly formerOnly: boolean;
}

export interface HistoryIndex {
  /** What tags point to now, the latest change first; then what they pointed to, the latest end first. Throws BAD_USER_INPUT for a cursor of another list. */
  list(scope: HistoryScope, page: PageRequest): Promise<Page<TagRevision>>;
  /** The distinct digests the tag has had, the newest first, the present one included. */
  digestsOf(registryId: string, repository: RepositoryName, tag: TagName): Promise<Digest[]>;
}

export function createHistoryIndex(db: Kysely<Tables>): HistoryIndex {
  return {
    list: (scope, page) => listRevisions(db, scope, page),
    async digestsOf(registryId, repository, tag) {
      const scope: HistoryScope = { registryId, repository, tag, formerOnly: false };
      const { rows } = await sql<{ digest: Digest }>`
        select digest from (select image.digest, 0 as past, 0 as id ${fromOpen(scope)} union all select digest, 1, id ${fromFormer(scope)})
          group by digest order by min(past), max(id) desc`.execute(db);
      return rows.map((row) => row.digest);
    },
  };
}

/**
 * Writes down what these tags pointed to, before they move or go, and drops what is too old to be kept. `tagIds` is a list or
 * a query of tag.id, `at` milliseconds. In the transaction of the change itself. A tag without an image had nothing to keep.
 */
export async function endRevisions(db: Kysely<Tables>, tagIds: RawBuilder<unknown>, at: number, source: TimeSource): Promise<void> {
  const { rows } = await sql<{ registry_id: string; repository: string; tag: string }>`
    insert into tag_revision (registry_id, repository, tag, digest, since, since_source, until, until_source, updated_at, updated_source)
      select registry_id, repository.name, tag.name, image.digest, changed_at, ${sinceSource}, max(${at}, changed_at), ${source},
        tag.updated_at, tag.updated_source
        from tag join repository on repository.id = tag.repository_id join image on image.id = tag.image_id
        where tag.id in ${tagIds} and not ${isPlaceholder}
      returning registry_id, repository, tag`.execute(db);
  if (rows.length === 0) return;
  const names = JSON.stringify(rows.map((row) => [row.registry_id, row.repository, row.tag]));
  await sql`delete from tag_revision where id in (
    select old.id from json_each(${names}) as ended cross join tag_revision as old on old.id in (
      select id from tag_revision where registry_id = ended.value ->> 0 and repository = ended.value ->> 1 and tag = ended.value ->> 2
        order by id desc limit -1 offset ${keptOfTag}))`.execute(db);
}

/** Where tags went: those of ever new names would otherwise stay for ever. */
export async function boundHistory(db: Kysely<Tables>, repositoryKey: number, kept = keptOfRepository): Promise<void> {
  await sql`delete from tag_revision where id in (
    select tag_revision.id from repository cross join tag_revision on tag_revision.registry_id = repository.registry_id and tag_revision.repository = repository.name
      where repository.id = ${repositoryKey} order by tag_revision.id desc limit -1 offset ${kept})`.execute(db);
}

/**
 * Until a tag is seen to move, it points to what it pointed to when it was first seen: where its time is its image's, or the one
 * it had before it went and came back, that is not the time it changed.
 */
const sinceSource = sql`case when updated_source in ('NOTIFICATION', 'CHANGE_SEEN') and tag.updated_at = changed_at
  then updated_source else 'FIRST_SEEN' end`;

/**
 * What a deletion puts under a tag for a moment: see upstream/placeholder.ts. Judged by its form and not by what this gateway
 * wrote down, since another may have put it there. Whoever pushes one hides nothing by it: it holds nothing.
 */
const isPlaceholder = sql`(image.kind = 'index' and image.subject is null
  and json_extract(image.annotations, ${sql.lit(`$."${tombstoneAnnotation}"`)}) is not null
  and image.has_unknown_children = 0 and not exists (select 1 from image_entry where index_id = image.id))`;

/** With `tag`, `repository` and `image`. */
function fromOpen({ registryId, repository, tag }: HistoryScope): RawBuilder<unknown> {
  return sql`from repository join tag on tag.repository_id = repository.id join image on image.id = tag.image_id
    where repository.registry_id = ${registryId} and repository.name = ${repository} and ${tag === null ? sql`true` : sql`tag.name = ${tag}`} and not ${isPlaceholder}`;
}

function fromFormer({ registryId, repository, tag }: HistoryScope): RawBuilder<unknown> {
  return sql`from tag_revision where registry_id = ${registryId} and repository = ${repository} and ${tag === null ? sql`true` : sql`tag = ${tag}`}`;
}

interface RevisionRow {
  readonly id: number;
  readonly tag: string;
  readonly digest: string;
  readonly since: number;
  readonly since_source: string;
  readonly until: number | null;
  readonly until_source: string | null;
}

/** A position is [changed_at, id] among what tags point to now, and [null, id] among the rest, which follows. */
async function listRevisions(db: Kysely<Tables>, scope: HistoryScope, page: PageRequest): Promise<Page<TagRevision>> {
  const { registryId, repository, tag, formerOnly } = scope;
  const order: Order = {
    scope: `history:${registryId}:${repository}:${tag ?? ''}:${formerOnly ? 'former' : 'all'}`,
    value: sql`changed_at`,
    tie: byId(sql`tag.id`),
    type: 'number',
    isNullable: true,
    direction: 'DESC',
  };
  const position = readPosition(order, page.after);
  const isPastOpen = position?.[0] === null;
  const limit = page.first + 1;
  const rows = formerOnly || isPastOpen ? [] : await selectOpen(db, scope, rangesAfter(order, position)[0]!, limit);
  if (rows.length < limit) {
    for (const row of await selectFormer(db, scope, isPastOpen ? Number(position[1]) : null, limit - rows.length)) rows.push(row);
  }
  return toPage(rows, page, order.scope, {
    item: toRevision,
    position: (row) => [row.until === null ? row.since : null, row.id],
    count: () => countRevisions(db, scope),
  });
}

async function selectOpen(db: Kysely<Tables>, scope: HistoryScope, range: RawBuilder<unknown>, limit: number): Promise<RevisionRow[]> {
  const { rows } = await sql<RevisionRow>`
    select tag.id, tag.name as tag, image.digest, changed_at as since, ${sinceSource} as since_source, null as until, null as until_source
      ${fromOpen(scope)} and ${range} order by changed_at desc, tag.id desc limit ${limit}`.execute(db);
  return rows;
}

/** By id: in the order in which the gateway saw them end. */
async function selectFormer(db: Kysely<Tables>, scope: HistoryScope, before: number | null, limit: number): Promise<RevisionRow[]> {
  const range = before === null ? sql`true` : sql`id < ${before}`;
  const { rows } = await sql<RevisionRow>`
    select id, tag, digest, since, since_source, until, until_source from tag_revision
      where id in (select id ${fromFormer(scope)} and ${range} order by id desc limit ${limit}) order by id desc`.execute(db);
  return rows;
}

async function countRevisions(db: Kysely<Tables>, scope: HistoryScope): Promise<number> {
  const open = scope.formerOnly ? sql`0` : sql`(select count(*) ${fromOpen(scope)})`;
  const { rows } = await sql<{ total: number }>`select ${open} + (select count(*) ${fromFormer(scope)}) as total`.execute(db);
  return rows[0]?.total ?? 0;
}

function toRevision(row: RevisionRow): TagRevision {
  return {
    // Two tables: the ids of one are below zero.
    key: row.until === null ? -row.id : row.id,
    tag: row.tag as TagName,
    digest: row.digest as Digest,
    since: new Date(row.since),
    sinceSource: row.since_source as TimeSource,
    until: toDate(row.until),
    untilSource: row.until_source as TimeSource | null,
  };
}
