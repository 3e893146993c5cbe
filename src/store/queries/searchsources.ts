import { type Kysely, type RawBuilder, sql, type SqlBool } from 'kysely';
import { maxCounted } from '../../domain/page.js';
import type { Tables } from '../database/database.js';
import type { Dialect } from '../dialect/dialect.js';
import { dialectOf } from '../dialect/dialects.js';
import { matchesRank, type Rank, type SearchTerms } from './searchterms.js';

/** Where things of one kind are found; a full-text table is `found`, and `match` an expression of FTS5. */
export interface SearchSource {
  readonly from: RawBuilder<unknown>;
  readonly where: RawBuilder<SqlBool>;
}

/** Registries to search in; null: all. */
type RegistryIds = readonly string[] | null;

export function repositorySource(dialect: Dialect, match: string, registryIds: RegistryIds): SearchSource {
  return {
    from: sql`search_repository found join repository on repository.id = found.rowid`,
    where: sql<SqlBool>`search_repository match ${match} and not (repository.tag_count = 0
      and repository.tags_confirmed_at is not null) and ${isWithin(dialect, registryIds)}`,
  };
}

export function tagSource(dialect: Dialect, match: string, registryIds: RegistryIds): SearchSource {
  return {
    from: registryIds
      ? sql`search_tag found join tag on tag.id = found.rowid join repository on repository.id = tag.repository_id`
      : sql`search_tag found`,
    where: sql<SqlBool>`search_tag match ${match} and ${isWithin(dialect, registryIds)}`,
  };
}

/** Images that are found by their digest are not found by a label again. */
export function labelSource(
  dialect: Dialect,
  { digests }: SearchTerms,
  match: string,
  registryIds: RegistryIds,
): SearchSource {
  const others = digests.map(({ from, to }) => sql`and not (image.digest >= ${from} and image.digest <= ${to})`);
  return {
    from: sql`search_label found join image on image.id = found.rowid`,
    where: sql<SqlBool>`search_label match ${match} and ${isHeld(dialect, registryIds)} ${sql.join(others, sql` `)}`,
  };
}

/** A range of the index on digests. */
export function digestSource(
  dialect: Dialect,
  { from, to }: Pick<SearchTerms['digests'][number], 'from' | 'to'>,
  registryIds: RegistryIds,
): SearchSource {
  return {
    from: sql`image`,
    where: sql<SqlBool>`image.digest >= ${from} and image.digest <= ${to} and ${isHeld(dialect, registryIds)}`,
  };
}

/** By name. Registries are few: their names are compared here. */
export async function findRegistries(
  db: Kysely<Tables>,
  terms: SearchTerms,
  ranks: readonly Rank[],
  registryIds: RegistryIds,
): Promise<{ id: string; name: string }[]> {
  const query = db.selectFrom('registry').select(['id', 'name']).orderBy('name');
  const rows = await (registryIds ? query.where(dialectOf(db).among(sql`id`, registryIds)) : query).execute();
  return rows.filter(({ name }) => ranks.some((rank) => matchesRank(terms, name, rank)));
}

/**
 * Counts all that is found, of every rank and kind, up to `maxCounted` and one. Ranks are not told apart: a match that
 * leaves out another one reads all rows of both.
 */
export async function countFound(db: Kysely<Tables>, terms: SearchTerms, registryIds: RegistryIds): Promise<number> {
  const { anyMatch, digests } = terms;
  const dialect = dialectOf(db);
  const sources = [
    repositorySource(dialect, anyMatch, registryIds),
    tagSource(dialect, anyMatch, registryIds),
    labelSource(dialect, terms, anyMatch, registryIds),
    ...digests.map((digest) => digestSource(dialect, digest, registryIds)),
  ];
  let total = (await findRegistries(db, terms, [0, 1, 2], registryIds)).length;
  for (const { from, where } of sources) {
    const room = maxCounted + 1 - total;
    if (room <= 0) break;
    const { rows } = await sql<{ found: number }>`
      select count(*) as found from (select 1 from ${from} where ${where} limit ${room}) as counted`.execute(db);
    total += rows[0]?.found ?? 0;
  }
  return Math.min(total, maxCounted + 1);
}

/** The order of ids is kept, no other index is tried. */
function isWithin({ among, unindexed }: Dialect, registryIds: RegistryIds): RawBuilder<SqlBool> {
  return registryIds ? among(unindexed(sql`repository.registry_id`), registryIds) : sql<SqlBool>`true`;
}

function isHeld(dialect: Dialect, registryIds: RegistryIds): RawBuilder<SqlBool> {
  if (registryIds === null) return sql<SqlBool>`exists (select 1 from repository_image where image_id = image.id)`;
  return sql<SqlBool>`exists (select 1 from repository_image join repository on repository.id = repository_id
  where image_id = image.id and ${isWithin(dialect, registryIds)})`;
}
