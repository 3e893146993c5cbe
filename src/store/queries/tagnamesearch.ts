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

/**
 * Tags by their names: each name stands once where it is searched, and an index has the tags of a name in the order of
 * their ids. What is found is merged of the first tags of each name.
 */
export function createTagNameSearch(db: Kysely<Tables>, terms: SearchTerms, registryIds: RegistryIds): KindSearch {
  const isWithin = createCondition(db, registryIds);
  const isTagWithin = isWithin(sql`tag`);
  const tagsOf = (name: RawBuilder<unknown>, after: number, limit: number): RawBuilder<unknown> =>
    sql`(select tag.id from tag where tag.name = ${name} and tag.is_hidden = 0 and tag.id > ${after} and ${isTagWithin}
      order by tag.id limit ${limit})`;
  const findOf = async (names: readonly string[], after: number, limit: number): Promise<readonly number[]> => {
    const { rows } = await sql<{ id: number }>`select hit.id from ${dialectOf(db).listOf(names)} as named
      cross join lateral ${tagsOf(sql`named.value`, after, limit)} as hit order by hit.id limit ${limit}`.execute(db);
    return rows.map(({ id }) => id);
  };
  const walk: Ways['walk'] = (rank, after, limit, rows) =>
    readWalked(
      db,
      sql`select id, name, repository_id, is_hidden from tag where id > ${after} order by id limit ${rows}`,
      {
        hits: sql`(select tag.*, search_text(tag.name) as text from walked as tag) as found
        where found.is_hidden = 0 and ${isOfRank(terms, rank)} and ${isWithin(sql`found`)}`,
        limit,
        rows,
      },
    );
  const seekSome = async (rank: Rank, after: number, limit: number): Promise<Walked> => {
    const { rows } = await sql<{ up_to: number | null; ids: string }>`
      with named as materialized (select found.name, found.first_id from ${table} where ${holdsRank(terms, rank)}),
      cut as (select first_id from named where first_id > ${after} order by first_id offset ${namesAtOnce - 1} limit 1),
      chosen as (select name from named where first_id <= coalesce((select first_id from cut), first_id))
      select (select first_id from cut) as up_to, coalesce(json_agg(id), '[]')::text as ids
        from (select hit.id from chosen cross join lateral ${tagsOf(sql`chosen.name`, after, limit)} as hit
          order by hit.id limit ${limit}) as first`.execute(db);
    const { up_to: upTo, ids } = rows[0]!;
    const found = JSON.parse(ids) as number[];
    // The tags of a name that was not chosen are behind it.
    return { ids: upTo === null ? found : found.filter((id) => id <= upTo), last: upTo };
  };
  const seek = async (rank: Rank, after: number, limit: number): Promise<readonly number[]> => {
    const found: number[] = [];
    for (let last: number | null = after; last !== null && found.length < limit;) {
      const some: Walked = await seekSome(rank, last, limit - found.length);
      found.push(...some.ids);
      last = some.last;
    }
    return found;
  };
  let known: Promise<Matching<string>> | undefined;
  const look = (): Promise<Matching<string>> => (known ??= readMatching(db, table, terms, own));
  return {
    async find(rank, after, limit) {
      const { few, isDense } = await look();
      // Names that are exactly one word are few: they differ in the case of their letters.
      if (few === null)
        return rank === 0 ? seek(rank, after, limit) : findAmongMany({ walk, seek, isDense }, rank, after, limit);
      const names = few.filter((row) => row.rank === rank).map((row) => row.own);
      return names.length === 0 ? [] : findOf(names, after, limit);
    },
    async count(limit) {
      const { rows } = await sql<{ found: number }>`select count(*) as found from (select 1 from
        ${selectMatching(await look(), table, terms)} as named
        cross join lateral (select 1 from tag where tag.name = named.name and tag.is_hidden = 0 and ${isTagWithin}
          limit ${limit}) as hit limit ${limit}) as counted`.execute(db);
      return rows[0]?.found ?? 0;
    },
  };
}

/**
 * The condition on a tag, or on another table that has its columns. It is asked of each row that is looked at: whatever
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
