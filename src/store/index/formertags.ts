import { type Kysely, type RawBuilder, sql, type SqlBool } from 'kysely';
import type { FormerRepository, TagRevision } from '../../domain/catalogue.js';
import type { RepositoryName } from '../../domain/name.js';
import { badCursor, decodeCursor, encodeCursor, type Page, type PageRequest } from '../../domain/page.js';
import type { Tables } from '../database/database.js';
import type { Dialect } from '../dialect/dialect.js';
import { dialectOf } from '../dialect/dialects.js';
import { contains } from '../sql/filters.js';
import { chunk } from '../sql/rows.js';
import { type RevisionRow, toRevision } from './tagrevisions.js';

/** Lists of the past of registries. Read in another process: one may pass over all that is kept. */
export interface FormerStore {
  /**
   * Of each tag that is gone, the last digest that it pointed to, the last that went first. Throws BAD_USER_INPUT for a
   * cursor of another list, and for a part of a name that is too long.
   */
  listTags(filter: FormerTagFilter, page: PageRequest): Promise<Page<TagRevision>>;
  /** Repositories that are gone, or have no tags left, and had some, by name. Throws as above. */
  listRepositories(registryId: string, page: PageRequest): Promise<Page<FormerRepository>>;
}

/** Narrows the list of tags that are gone; null does not narrow it. */
export interface FormerTagFilter {
  readonly registryIds: readonly string[] | null;
  /** A part of `repository:tag`; upper and lower case are the same. */
  readonly nameContains: string | null;
}

export function createFormerStore(db: Kysely<Tables>): FormerStore {
  return {
    listTags: (filter, page) => listTags(db, filter, page),
    listRepositories: (registryId, page) => listRepositories(db, registryId, page),
  };
}

async function listTags(
  db: Kysely<Tables>,
  filter: FormerTagFilter,
  { first, after }: PageRequest,
): Promise<Page<TagRevision>> {
  const [before] = after === null ? [null] : decodeCursor(scopeOfTags, after, 1);
  if (after !== null && typeof before !== 'number') throw badCursor();
  const range = before === null ? sql<SqlBool>`true` : sql<SqlBool>`old.id < ${before}`;
  const isListed = matches(filter, dialectOf(db));
  const { rows } = await sql<RevisionRow>`
    select 0 as place, old.id, old.registry_id, old.repository, old.tag, old.digest, old.since, old.since_source,
      old.until, old.until_source
      from tag_revision as old where ${isListed} and ${isLast} and ${isGone} and ${range}
      order by old.id desc limit ${first + 1}`.execute(db);
  return {
    items: rows.slice(0, first).map(toRevision),
    hasNextPage: rows.length > first,
    hasPreviousPage: after !== null,
    totalCount: () =>
      count(
        db,
        sql`(select distinct registry_id, repository, tag from tag_revision as old
      where ${isListed}) as old where ${isGone}`,
      ),
    cursorOf: ({ key }) => encodeCursor(scopeOfTags, [key]),
  };
}

const scopeOfTags = 'formertags';

/** The order of ids is kept, no other index is tried. It goes first: what it leaves out is looked up nowhere. */
function matches({ registryIds, nameContains }: FormerTagFilter, dialect: Dialect): RawBuilder<SqlBool> {
  const isWithin = registryIds
    ? dialect.among(dialect.unindexed(sql`old.registry_id`), registryIds)
    : sql<SqlBool>`true`;
  if (!nameContains) return isWithin;
  const name = sql`(old.repository || ':' || old.tag)`;
  return sql<SqlBool>`${isWithin} and ${contains(name, nameContains, dialect, ['nameContains'])}`;
}

/** The tag of `old` had nothing else after it. */
const isLast = sql<SqlBool>`not exists (select 1 from tag_revision as later where later.registry_id = old.registry_id
  and later.repository = old.repository and later.tag = old.tag and later.id > old.id)`;

/** The tag of `old` is not there. */
const isGone = sql<SqlBool>`not exists (select 1 from repository
  join tag on tag.repository_id = repository.id and tag.name = old.tag
  where repository.registry_id = old.registry_id and repository.name = old.repository)`;

async function listRepositories(
  db: Kysely<Tables>,
  registryId: string,
  { first, after }: PageRequest,
): Promise<Page<FormerRepository>> {
  const scope = `formerrepositories:${registryId}`;
  const [last] = after === null ? [''] : decodeCursor(scope, after, 1);
  if (typeof last !== 'string') throw badCursor();
  const names = await sql<{ name: RepositoryName }>`${withNames(registryId, last)}
    select name from names where ${isFormer(registryId)} limit ${first + 1}`.execute(db);
  const found = names.rows.map(({ name }) => name);
  return {
    items: await readRepositories(db, registryId, found.slice(0, first)),
    hasNextPage: found.length > first,
    hasPreviousPage: after !== null,
    totalCount: () => count(db, sql`names where ${isFormer(registryId)}`, withNames(registryId, '')),
    cursorOf: ({ name }) => encodeCursor(scope, [name]),
  };
}

/**
 * The names after one, in their order: each is sought by the index, however many revisions the one before has, and no
 * more than are taken.
 */
function withNames(registryId: string, after: string): RawBuilder<unknown> {
  const next = (name: RawBuilder<unknown>): RawBuilder<unknown> =>
    sql`select min(repository) from tag_revision where registry_id = ${registryId} and repository > ${name}`;
  return sql`with recursive names(name) as (${next(sql`${after}`)}
    union all select (${next(sql`names.name`)}) from names where names.name is not null)`;
}

/** Of `names`. One that was not read yet is not known to be empty. */
function isFormer(registryId: string): RawBuilder<SqlBool> {
  return sql<SqlBool>`names.name is not null and not exists (select 1 from repository
    where registry_id = ${registryId} and repository.name = names.name
    and (tag_count > 0 or tags_confirmed_at is null))`;
}

async function readRepositories(
  db: Kysely<Tables>,
  registryId: string,
  names: readonly RepositoryName[],
): Promise<FormerRepository[]> {
  const found: FormerRepository[] = [];
  for (const some of chunk(names)) {
    const { rows } = await sql<{ name: RepositoryName; tags: number; until: number }>`
      select repository as name, count(distinct tag) as tags, max(until) as until from tag_revision
      where registry_id = ${registryId} and repository in (${sql.join(some)}) group by repository
      order by repository`.execute(db);
    for (const { name, tags, until } of rows)
      found.push({ registryId, name, tagCount: tags, deletedAt: new Date(until) });
  }
  return found;
}

async function count(db: Kysely<Tables>, from: RawBuilder<unknown>, before = sql``): Promise<number> {
  const { rows } = await sql<{ total: number }>`${before} select count(*) as total from ${from}`.execute(db);
  return rows[0]!.total;
}
