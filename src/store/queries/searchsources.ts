import { type Kysely, type RawBuilder, sql, type SqlBool } from 'kysely';
import type { Tables } from '../database/database.js';
import type { Dialect } from '../dialect/dialect.js';
import { dialectOf } from '../dialect/dialects.js';
import { matchesRank, type Rank, type SearchTerms } from './searchterms.js';

/** Registries to search in; null: all. */
export type RegistryIds = readonly string[] | null;

/** The kinds of hits whose names or labels are looked through. Of an image these are its labels. */
export type TextKind = 'repository' | 'tag' | 'image';

/** Finds the words of a search in names and labels. Each engine has its own. */
export interface TextSearch {
  /** The ids of a kind and a rank that come after an id, in their order. */
  find(kind: TextKind, rank: Rank, after: number, limit: number): Promise<readonly number[]>;
  /** How many a kind has of all ranks; `limit` at the most. */
  count(kind: TextKind, limit: number): Promise<number>;
}

/** Repositories that are known to be empty are left out. */
export function isShown(dialect: Dialect, registryIds: RegistryIds): RawBuilder<SqlBool> {
  return sql<SqlBool>`not (repository.tag_count = 0 and repository.tags_confirmed_at is not null)
    and ${isWithin(dialect, registryIds)}`;
}

/** Images that are found by their digest are not found by a label again. */
export function isFoundByLabel(
  dialect: Dialect,
  { digests }: SearchTerms,
  registryIds: RegistryIds,
): RawBuilder<SqlBool> {
  const others = digests.map(({ from, to }) => sql`and not (image.digest >= ${from} and image.digest <= ${to})`);
  return sql<SqlBool>`${isHeld(dialect, registryIds)} ${sql.join(others, sql` `)}`;
}

/** Of `image`: a range of the index on digests. */
export function isOfDigest(
  dialect: Dialect,
  { from, to }: Pick<SearchTerms['digests'][number], 'from' | 'to'>,
  registryIds: RegistryIds,
): RawBuilder<SqlBool> {
  return sql<SqlBool>`image.digest >= ${from} and image.digest <= ${to} and ${isHeld(dialect, registryIds)}`;
}

/** A registry as a search looks at it. */
interface NamedRegistry {
  readonly id: string;
  readonly name: string;
}

/** The registries of some ranks, in the order of their names. */
export type RegistrySearch = (ranks: readonly Rank[]) => Promise<readonly NamedRegistry[]>;

/** Registries are few: their names are compared here, and read once for a search. */
export function createRegistrySearch(db: Kysely<Tables>, terms: SearchTerms, registryIds: RegistryIds): RegistrySearch {
  const query = db.selectFrom('registry').select(['id', 'name']).orderBy('name');
  const chosen = registryIds ? query.where(dialectOf(db).among(sql`id`, registryIds)) : query;
  let read: Promise<readonly NamedRegistry[]> | undefined;
  return async (ranks) => {
    const rows = await (read ??= chosen.execute());
    return rows.filter(({ name }) => ranks.some((rank) => matchesRank(terms, name, rank)));
  };
}

/** The order of ids is kept, no other index is tried. */
export function isWithin({ among, unindexed }: Dialect, registryIds: RegistryIds): RawBuilder<SqlBool> {
  return registryIds ? among(unindexed(sql`repository.registry_id`), registryIds) : sql<SqlBool>`true`;
}

function isHeld(dialect: Dialect, registryIds: RegistryIds): RawBuilder<SqlBool> {
  if (registryIds === null) return sql<SqlBool>`exists (select 1 from repository_image where image_id = image.id)`;
  return sql<SqlBool>`exists (select 1 from repository_image join repository on repository.id = repository_id
  where image_id = image.id and ${isWithin(dialect, registryIds)})`;
}

/** A number that is ordered as a text. */
export function digits(number: number): string {
  return String(number).padStart(16, '0');
}
