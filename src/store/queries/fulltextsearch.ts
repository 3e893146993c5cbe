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
import type { SearchTerms } from './searchterms.js';

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
  return {
    async find(kind, rank, after, limit) {
      const match = terms.matches[rank];
      if (match === null) return [];
      const { from, where } = sourceOf(kind, match);
      const { rows } = await sql<{ id: number }>`
        select found.rowid as id from ${from} where ${where} and found.rowid > ${after} order by found.rowid
        limit ${limit}`.execute(db);
      return rows.map(({ id }) => id);
    },
    // Ranks are not told apart: a match that leaves out another one reads all rows of both.
    async count(kind, limit) {
      const { from, where } = sourceOf(kind, terms.anyMatch);
      const { rows } = await sql<{ found: number }>`
        select count(*) as found from (select 1 from ${from} where ${where} limit ${limit}) as counted`.execute(db);
      return rows[0]?.found ?? 0;
    },
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
