import { type Kysely, type RawBuilder, sql, type SqlBool } from 'kysely';
import type { Tables } from '../database/database.js';
import { dialectOf } from '../dialect/dialects.js';
import {
  findAmongMany,
  type KindSearch,
  type Matching,
  readMatching,
  readWalked,
  selectMatching,
  type Walked,
  type Ways,
} from './fewormany.js';
import type { RegistryIds } from './searchsources.js';
import type { Rank, SearchTerms } from './searchterms.js';
import { holdsRank, isOfRank } from './trigrams.js';

/** Names whose first tags are read at once. */
const namesAtOnce = 500;

const table = sql`search_tag as found`;
const own = sql.ref<string>('found.name');

/** One search over names of tags. */
interface NameSearch {
  readonly db: Kysely<Tables>;
  readonly terms: SearchTerms;
  /** The condition on a tag, or on another table that has its columns. */
  readonly isWithin: (tag: RawBuilder<unknown>) => RawBuilder<SqlBool>;
}

/**
 * Tags by their names: each name stands once where it is searched, and an index has the tags of a name in the order of
 * their ids. The first tags of each name are merged.
 */
export function createTagNameSearch(db: Kysely<Tables>, terms: SearchTerms, registryIds: RegistryIds): KindSearch {
  const search: NameSearch = { db, terms, isWithin: createCondition(db, registryIds) };
  let known: Promise<Matching<string>> | undefined;
  const look = (): Promise<Matching<string>> => (known ??= readMatching(db, table, terms, own));
  return {
    async find(rank, after, limit) {
      const { few, isDense } = await look();
      const ways: Ways = {
        walk: (...args) => walkTags(search, ...args),
        seek: (...args) => seekTags(search, ...args),
        isDense,
      };
      // Names that are exactly one word are few: they differ in the case of their letters.
      if (few === null) return rank === 0 ? ways.seek(rank, after, limit) : findAmongMany(ways, rank, after, limit);
      const names = few.filter((row) => row.rank === rank).map((row) => row.own);
      return names.length === 0 ? [] : findNamed(search, names, after, limit);
    },
    async count(limit) {
      const { rows } = await sql<{ found: number }>`select count(*) as found from (select 1 from
        ${selectMatching(await look(), table, terms)} as named
        cross join lateral (select 1 from tag where tag.name = named.name and tag.is_hidden = 0
          and ${search.isWithin(sql`tag`)} limit ${limit}) as hit limit ${limit}) as counted`.execute(db);
      return rows[0]?.found ?? 0;
    },
  };
}

function tagsOf({ isWithin }: NameSearch, name: string, after: number, limit: number): RawBuilder<unknown> {
  return sql`(select tag.id from tag where tag.name = ${sql.ref(name)} and tag.is_hidden = 0 and tag.id > ${after}
    and ${isWithin(sql`tag`)} order by tag.id limit ${limit})`;
}

async function findNamed(
  search: NameSearch,
  names: readonly string[],
  after: number,
  limit: number,
): Promise<readonly number[]> {
  const { rows } = await sql<{ id: number }>`select hit.id from ${dialectOf(search.db).listOf(names)} as named
    cross join lateral ${tagsOf(search, 'named.value', after, limit)} as hit
    order by hit.id limit ${limit}`.execute(search.db);
  return rows.map(({ id }) => id);
}

function walkTags(
  { db, terms, isWithin }: NameSearch,
  rank: Rank,
  after: number,
  limit: number,
  rows: number,
): Promise<Walked> {
  const some = sql`select id, name, repository_id, is_hidden from tag where id > ${after} order by id limit ${rows}`;
  const hits = sql`(select tag.*, search_text(tag.name) as text from walked as tag) as found
    where found.is_hidden = 0 and ${isOfRank(terms, rank)} and ${isWithin(sql`found`)}`;
  return readWalked(db, some, { hits, limit, rows });
}

async function seekTags(search: NameSearch, rank: Rank, after: number, limit: number): Promise<readonly number[]> {
  const found: number[] = [];
  for (let last: number | null = after; last !== null && found.length < limit;) {
    const some: Walked = await seekSome(search, rank, last, limit - found.length);
    for (const id of some.ids) found.push(id);
    last = some.last;
  }
  return found;
}

/** The tags of names that begin to be there before, and of the first of the others. */
async function seekSome(search: NameSearch, rank: Rank, after: number, limit: number): Promise<Walked> {
  const { rows } = await sql<{ up_to: number | null; ids: string }>`
    with named as materialized (select found.name, found.first_id from ${table}
      where ${holdsRank(search.terms, rank)}),
    cut as (select first_id from named where first_id > ${after} order by first_id offset ${namesAtOnce - 1} limit 1),
    chosen as (select name from named where first_id <= coalesce((select first_id from cut), first_id))
    select (select first_id from cut) as up_to, coalesce(json_agg(id), '[]')::text as ids
      from (select hit.id from chosen cross join lateral ${tagsOf(search, 'chosen.name', after, limit)} as hit
        order by hit.id limit ${limit}) as first`.execute(search.db);
  const { up_to: upTo, ids } = rows[0]!;
  const found = JSON.parse(ids) as number[];
  // The tags of a name that was not chosen are behind it.
  return { ids: upTo === null ? found : found.filter((id) => id <= upTo), last: upTo };
}

/**
 * It is asked of each row that is looked at: whatever
 * registries hold, the order of ids is kept.
 */
function createCondition(
  db: Kysely<Tables>,
  registryIds: RegistryIds,
): (tag: RawBuilder<unknown>) => RawBuilder<SqlBool> {
  if (registryIds === null) return () => sql<SqlBool>`true`;
  return (tag) =>
    dialectOf(db).among(
      sql`(select repository.registry_id from repository where repository.id = ${tag}.repository_id)`,
      registryIds,
    );
}
