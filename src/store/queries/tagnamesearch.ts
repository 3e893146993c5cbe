import { type Kysely, type RawBuilder, sql, type SqlBool } from 'kysely';
import type { Tables } from '../database/database.js';
import { dialectOf } from '../dialect/dialects.js';
import {
  findAmongMany,
  type KindSearch,
  type Matching,
  type RankedText,
  readMatching,
  readWalked,
  selectMatching,
  type Walked,
  type Ways,
} from './fewormany.js';
import type { RegistryIds } from './searchsources.js';
import type { Rank, SearchTerms } from './searchterms.js';
import { holdsRank, isOfRank, matchTerms } from './trigrams.js';

const table = sql`search_tag as found`;
const own = sql.ref<string>('found.name');
const first = sql.ref<number>('found.first_id');

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
  const look = (): Promise<Matching<string>> => (known ??= readMatching(db, table, matchTerms(terms), { own, first }));
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
      const names = few.filter((row) => row.rank === rank);
      return names.length === 0 ? [] : findNamed(search, selectNames(names), after, limit);
    },
    count: async (limit) => countTags(search, await look(), limit),
  };
}

function tagsOf({ isWithin }: NameSearch, name: string, after: number, limit: number): RawBuilder<unknown> {
  return sql`(select tag.id from tag where tag.name = ${sql.ref(name)} and tag.is_hidden = 0 and tag.id > ${after}
    and ${isWithin(sql`tag`)} order by tag.id limit ${limit})`;
}

/** The query of names that are known. */
function selectNames(names: readonly RankedText<string>[]): RawBuilder<unknown> {
  const [all, ids] = [names.map((row) => row.own), names.map((row) => row.first)];
  return sql`select name, first_id from unnest(${all}::text[], ${ids}::bigint[]) as listed(name, first_id)`;
}

function seekTags(search: NameSearch, rank: Rank, after: number, limit: number): Promise<readonly number[]> {
  const names = sql`select found.name, found.first_id from ${table} where ${holdsRank(search.terms, rank)}`;
  return findNamed(search, names, after, limit);
}

/**
 * The tags of names that begin to be there before `after`, and of as many of the next as are wanted: each of those has
 * one at the least, unless it went and pruning has not been there yet. Only then all names are asked for theirs.
 */
async function findNamed(
  search: NameSearch,
  names: RawBuilder<unknown>,
  after: number,
  limit: number,
): Promise<readonly number[]> {
  const hitsOf = (chosen: string): RawBuilder<unknown> => sql`(select hit.id from ${sql.ref(chosen)} cross join lateral
    ${tagsOf(search, `${chosen}.name`, after, limit)} as hit order by hit.id limit ${limit})`;
  // The tags of a name that was not chosen are behind the last that was.
  const { rows } = await sql<{ id: number }>`
    with named as materialized (${names}),
    cut as materialized (select first_id from named where first_id > ${after} order by first_id offset ${limit - 1}
      limit 1),
    chosen as materialized (select name from named where first_id <= coalesce((select first_id from cut), first_id)),
    soon as materialized (select id from ${hitsOf('chosen')} as hit
      where id <= coalesce((select first_id from cut), id)),
    state as materialized (select (select count(*) from soon) >= ${limit} or not exists (select 1 from cut) as is_over)
    select id from soon where (select is_over from state)
    union all (select id from ${hitsOf('named')} as hit where not (select is_over from state))
    order by id`.execute(search.db);
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

/**
 * As many names as tags are counted are enough where each has one. They are asked in their order: what an index has of
 * the next one is next to what it has of this.
 */
async function countTags(search: NameSearch, matching: Matching<string>, limit: number): Promise<number> {
  const all = sql`select name from ${selectMatching(matching, table, search.terms)} as found`;
  const count = async (names: RawBuilder<unknown>): Promise<{ looked: number; found: number }> => {
    const { rows } = await sql<{ looked: number; found: number }>`
      with named as materialized (${names})
      select (select count(*) from named) as looked, (select count(*) from (select 1
        from (select name from named order by name offset 0) as named cross join lateral
          (select 1 from tag where tag.name = named.name and tag.is_hidden = 0 and ${search.isWithin(sql`tag`)}
          limit ${limit}) as hit limit ${limit}) as counted) as found`.execute(search.db);
    return rows[0]!;
  };
  const { looked, found } = await count(sql`${all} limit ${limit}`);
  return looked < limit || found >= limit ? found : (await count(all)).found;
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
