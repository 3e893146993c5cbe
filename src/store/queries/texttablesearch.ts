import { type Kysely, type RawBuilder, sql, type SqlBool } from 'kysely';
import type { Tables } from '../database/database.js';
import type { Dialect } from '../dialect/dialect.js';
import { dialectOf } from '../dialect/dialects.js';
import { isFoundByLabel, type RegistryIds } from './searchsources.js';
import type { Rank, SearchTerms } from './searchterms.js';
import {
  findAmongMany,
  type KindSearch,
  type Matching,
  readMatching,
  readWalked,
  selectMatching,
  type Ways,
} from './fewormany.js';
import { holdsRank, isOfRank, matchTerms } from './trigrams.js';

/** Of names of repositories, or labels of images: each has a row of its own, with the id of what it is of. */
export function createTextTableSearch(
  db: Kysely<Tables>,
  kind: 'repository' | 'image',
  terms: SearchTerms,
  registryIds: RegistryIds,
): KindSearch {
  const dialect = dialectOf(db);
  const own = sql.ref<number>('found.id');
  const table = kind === 'repository' ? sql`search_repository as found` : sql`search_label as found`;
  const isShown =
    kind === 'repository' ? isRepositoryShown(dialect, registryIds) : isLabelShown(dialect, terms, registryIds);
  const select = async (from: RawBuilder<unknown>, after: number, limit: number): Promise<number[]> => {
    const { rows } = await sql<{ id: number }>`select found.id from ${from} as found
      where found.id > ${after} and ${isShown} order by found.id limit ${limit}`.execute(db);
    return rows.map(({ id }) => id);
  };
  const walk: Ways['walk'] = (rank, after, limit, rows) =>
    readWalked(db, sql`select * from ${table} where id > ${after} order by id limit ${rows}`, {
      hits: sql`walked as found where ${isOfRank(terms, rank)} and ${isShown}`,
      limit,
      rows,
    });
  const seek = (rank: Rank, after: number, limit: number): Promise<number[]> => {
    const all = sql`select found.* from ${table} where ${holdsRank(terms, rank)} and found.id > ${after}`;
    return select(sql`(with matching as materialized (${all}) select * from matching order by id)`, after, limit);
  };
  let known: Promise<Matching<number>> | undefined;
  const look = (): Promise<Matching<number>> =>
    (known ??= readMatching(db, table, matchTerms(terms), { own, first: own }));
  return {
    async find(rank, after, limit) {
      const { few, isDense } = await look();
      if (few === null) return findAmongMany({ walk, seek, isDense }, rank, after, limit);
      const ids = few.filter((row) => row.rank === rank && row.own > after).map((row) => row.own);
      return ids.length === 0
        ? []
        : select(
            sql`(select found.* from ${dialect.listOf(ids)} as listed join ${table} on found.id = listed.value)`,
            after,
            limit,
          );
    },
    async count(limit) {
      const { rows } = await sql<{ found: number }>`select count(*) as found from (select 1 from
        ${selectMatching(await look(), table, terms)} as found where ${isShown} limit ${limit}) as counted`.execute(db);
      return rows[0]?.found ?? 0;
    },
  };
}

/** A subquery, and no join: it is asked of each row in its turn, and not of more than a page takes. */
function isLabelShown(dialect: Dialect, terms: SearchTerms, registryIds: RegistryIds): RawBuilder<SqlBool> {
  return sql<SqlBool>`(select true from image
    where image.id = found.id and ${isFoundByLabel(dialect, terms, registryIds)})`;
}

function isRepositoryShown({ among }: Dialect, registryIds: RegistryIds): RawBuilder<SqlBool> {
  const isWithin = registryIds ? among(sql`found.registry_id`, registryIds) : sql<SqlBool>`true`;
  return sql<SqlBool>`(found.is_shown = 1 and ${isWithin})`;
}
