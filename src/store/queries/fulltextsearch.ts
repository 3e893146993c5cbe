import { type Kysely, type RawBuilder, sql, type SqlBool } from 'kysely';
import type { Tables } from '../database/database.js';
import type { Dialect } from '../dialect/dialect.js';
import { dialectOf } from '../dialect/dialects.js';
import {
  isFoundByLabel,
  isShown,
  isWithin,
  type RegistryIds,
  type TextKind,
  type TextSearch,
} from './searchsources.js';
import type { Rank, SearchTerms } from './searchterms.js';

/** Where things of one kind are found; the full-text table is `found`, and `match` an expression of FTS5. */
interface SearchSource {
  readonly from: RawBuilder<unknown>;
  readonly where: RawBuilder<SqlBool>;
}

/** By SQLite's full-text tables, which give rows in the order of their ids: no more is read than a page wants. */
export function createFullTextSearch(db: Kysely<Tables>, terms: SearchTerms, registryIds: RegistryIds): TextSearch {
  const dialect = dialectOf(db);
  const sourceOf = (kind: TextKind, match: string): SearchSource =>
    createSource(dialect, kind, match, terms, registryIds);
  // Ranks are not told apart: a match that leaves out another one reads all rows of both.
  const count: TextSearch['count'] = async (kind, limit) => {
    const { from, where } = sourceOf(kind, terms.anyMatch);
    const { rows } = await sql<{ found: number }>`
      select count(*) as found from (select 1 from ${from} where ${where} limit ${limit}) as counted`.execute(db);
    return rows[0]?.found ?? 0;
  };
  const countFew = once(async (kind: TextKind) => count(kind, few));
  const seen = { repository: new Map<number, Rank>(), tag: new Map<number, Rank>(), image: new Map<number, Rank>() };
  return {
    async find(kind, rank, after, limit) {
      const match = terms.matches[rank];
      if (match === null) return [];
      // Mostly none match, and those of the best rank are all that do.
      const known = await countFew(kind);
      if (known < few && seen[kind].size >= known) return listSeen(seen[kind], rank, after).slice(0, limit);
      const { from, where } = sourceOf(kind, match);
      const { rows } = await sql<{ id: number }>`
        select found.rowid as id from ${from} where ${where} and found.rowid > ${after} order by found.rowid
        limit ${limit}`.execute(db);
      for (const { id } of rows) seen[kind].set(id, rank);
      return rows.map(({ id }) => id);
    },
    async count(kind, limit) {
      const known = await countFew(kind);
      return known < few ? Math.min(known, limit) : count(kind, limit);
    },
  };
}

/** Counted before any of a kind is looked for: where there are more, their ranks have to be told apart. */
const few = 50;

function listSeen(ranks: ReadonlyMap<number, Rank>, rank: Rank, after: number): number[] {
  return [...ranks.keys()].filter((id) => id > after && ranks.get(id) === rank).toSorted((a, b) => a - b);
}

/** Asks for each kind once. */
function once<T>(ask: (kind: TextKind) => Promise<T>): (kind: TextKind) => Promise<T> {
  const asked = new Map<TextKind, Promise<T>>();
  return (kind) => {
    const known = asked.get(kind) ?? ask(kind);
    asked.set(kind, known);
    return known;
  };
}

function createSource(
  dialect: Dialect,
  kind: TextKind,
  match: string,
  terms: SearchTerms,
  registryIds: RegistryIds,
): SearchSource {
  switch (kind) {
    case 'repository':
      return {
        from: sql`search_repository found join repository on repository.id = found.rowid`,
        where: sql<SqlBool>`search_repository match ${match} and ${isShown(dialect, registryIds)}`,
      };
    case 'tag':
      return {
        from: registryIds
          ? sql`search_tag found join tag on tag.id = found.rowid join repository on repository.id = tag.repository_id`
          : sql`search_tag found`,
        where: sql<SqlBool>`search_tag match ${match} and ${isWithin(dialect, registryIds)}`,
      };
    case 'image':
      return {
        from: sql`search_label found join image on image.id = found.rowid`,
        where: sql<SqlBool>`search_label match ${match} and ${isFoundByLabel(dialect, terms, registryIds)}`,
      };
  }
}
