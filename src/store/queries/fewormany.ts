import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Tables } from '../database/database.js';
import type { Rank, SearchTerms } from './searchterms.js';
import { holdsAny, isAny, type TextMatch } from './trigrams.js';

/** One kind of what a search finds: see `TextSearch`. */
export interface KindSearch {
  find(rank: Rank, after: number, limit: number): Promise<readonly number[]>;
  count(limit: number): Promise<number>;
}

/** A text that matches, by what tells it apart in its table. */
export interface RankedText<Own> {
  readonly own: Own;
  /** No smaller id has the text. */
  readonly first: number;
  readonly rank: Rank;
}

/** The texts that match in some way, of every rank, as far as they are known. */
export interface Matching<Own> {
  /** All of them; null: they are many. */
  readonly few: readonly RankedText<Own>[] | null;
  /** Of the first texts of the table so many match that the first are sooner found by looking at each. */
  readonly isDense: boolean;
  /** Most of them match. */
  readonly isMost: boolean;
}

/** Texts that are told apart once, for all ranks. */
const mostFew = 1000;

/**
 * Texts at the beginning of a table, and those of them that match where it is dense: of fewer, the index soon gives
 * all; and where most do, looking at each soon gives as many as are counted.
 */
const [sampled, dense, most] = [300, 10, 150];

/**
 * Texts in `table`, `found`; `own` tells them apart, `first` is the smallest id that has one. The index gives all that
 * match before the first of them.
 */
export async function readMatching<Own>(
  db: Kysely<Tables>,
  table: RawBuilder<unknown>,
  { holds, is, rank }: TextMatch,
  { own, first }: { readonly own: RawBuilder<Own>; readonly first: RawBuilder<number> },
): Promise<Matching<Own>> {
  const { rows } = await sql<RankedText<Own | null>>`
    with sample as materialized (select text from ${table} limit ${sampled}),
    seen as materialized (select count(*) as hits from sample as found where ${is}),
    matching as materialized (select ${own} as own, ${first} as first, ${rank} as rank
      from ${table} where ${holds})
    select null as own, hits as first, 0 as rank from seen where hits >= ${dense}
    union all (select own, first, rank from matching where (select hits from seen) < ${dense}
      limit ${mostFew + 1})`.execute(db);
  const hits = rows[0]?.own === null ? rows[0].first : 0;
  const few = hits > 0 || rows.length > mostFew ? null : (rows as RankedText<Own>[]);
  return { few, isDense: hits > 0, isMost: hits >= most };
}

/** The query of the rows of all that match. */
export function selectMatching(
  { isMost }: Matching<unknown>,
  table: RawBuilder<unknown>,
  terms: SearchTerms,
): RawBuilder<unknown> {
  if (isMost) return sql`(select found.* from ${table} where ${isAny(terms)} offset 0)`;
  const matching = sql`select found.* from ${table} where ${holdsAny(terms)}`;
  return sql`(with matching as materialized (${matching}) select * from matching)`;
}

/** Hits among the rows that come after an id, as far as these were walked over. */
export interface Walked {
  readonly ids: readonly number[];
  /** The last row that was looked at; null: there was none left. */
  readonly last: number | null;
}

/**
 * `some`: the query of rows in the order of their ids, `rows` of them at the most. `hits`: from where, and on what
 * condition, those of them are taken that are found; they stay in their order.
 */
export async function readWalked(
  db: Kysely<Tables>,
  some: RawBuilder<unknown>,
  { hits, limit, rows }: { readonly hits: RawBuilder<unknown>; readonly limit: number; readonly rows: number },
): Promise<Walked> {
  const result = await sql<{ last: number | null; looked: number; ids: string }>`
    with walked as materialized (${some})
    select max(id) as last, count(*) as looked, (select coalesce(json_agg(id), '[]')::text from
      (select found.id from ${hits} limit ${limit}) as hit) as ids from walked`.execute(db);
  const { last, looked, ids } = result.rows[0]!;
  const found = (JSON.parse(ids) as number[]).sort((a, b) => a - b);
  return { ids: found, last: looked < rows ? null : last };
}

/** Two ways to the first hits after an id, in the order of their ids. */
export interface Ways extends Pick<Matching<unknown>, 'isDense'> {
  /** Looks through some rows. */
  readonly walk: (rank: Rank, after: number, limit: number, rows: number) => Promise<Walked>;
  /** Puts all that match in order, or as many of them as give the first. */
  readonly seek: (rank: Rank, after: number, limit: number) => Promise<readonly number[]>;
}

/** Rows that are looked through, in the order of their ids, before all that match are put in order. */
const [walkedWhereDense, walkedElsewhere] = [1000, 2000];

/** Where many match, the first are most often soon come to. */
export async function findAmongMany(
  { walk, seek, isDense }: Ways,
  rank: Rank,
  after: number,
  limit: number,
): Promise<readonly number[]> {
  const { ids, last } = await walk(rank, after, limit, isDense ? walkedWhereDense : walkedElsewhere);
  if (ids.length >= limit || last === null) return ids;
  return [...ids, ...(await seek(rank, last, limit - ids.length))];
}
