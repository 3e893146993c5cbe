import { type Kysely, type RawBuilder, sql, type SqlBool } from 'kysely';
import type { RepositoryFilter } from '../../domain/filter.js';
import type { Tables } from '../database/database.js';
import { dialectOf } from '../dialect/dialects.js';
import { filterRepositories } from '../sql/filters.js';
import { readMatching } from './fewormany.js';
import { matchPart } from './trigrams.js';

const table = sql`search_repository as found`;
const own = sql.ref<number>('found.id');

/**
 * The condition on `repository` that a filter means, for one list: on PostgreSQL, where few repositories have a part in
 * their names, an index of trigrams has told these before. Where many have, the first are soon come to in the order
 * of the list. Throws as `filterRepositories`.
 */
export async function whereRepositories(db: Kysely<Tables>, filter: RepositoryFilter): Promise<RawBuilder<SqlBool>> {
  const where = filterRepositories(filter, dialectOf(db));
  const named = await findNamed(db, filter.nameContains ?? '');
  return named === null ? where : sql<SqlBool>`(${named} and ${where})`;
}

/** Holds for all repositories with the part in their names; null: they are many, or are told by no index. */
async function findNamed(db: Kysely<Tables>, part: string): Promise<RawBuilder<SqlBool> | null> {
  const { engine, among } = dialectOf(db);
  if (engine === 'sqlite' || !/^[ -~]{3,}$/.test(part)) return null;
  const { few } = await readMatching(db, table, matchPart(part), { own, first: own });
  if (few === null) return null;
  return among(
    sql`repository.id`,
    few.map((row) => row.own),
  );
}
