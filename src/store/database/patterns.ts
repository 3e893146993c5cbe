import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import type { GrantedPlace } from '../../domain/grant.js';
import { dialectOf } from '../dialect/dialects.js';
import type { ResolvePatterns, SeenPattern } from '../seeing/seenpattern.js';
import type { Tables } from './tables.js';
import type { Writer } from './writer.js';

/** Keeps which repositories are of the places that viewers were granted: for each distinct place, not each viewer. */
export interface PatternStore {
  /**
   * The stored patterns of these places, in their order, without those of registries that are detached. A place that
   * was never asked for is made, which looks at each repository once, some at a time: 1,000,000 take some seconds.
   */
  resolve(places: readonly GrantedPlace[]): Promise<readonly SeenPattern[]>;
}

interface PatternTables extends Pick<Writer, 'write'> {
  readonly kysely: Kysely<Tables>;
}

/** Repositories that one transaction looks at: a few milliseconds. */
const lookedAt = 2000;

export function createPatternStore(database: PatternTables): PatternStore {
  return {
    async resolve(places) {
      const found: SeenPattern[] = [];
      for (const place of places) {
        const pattern = (await findFilled(database.kysely, place)) ?? (await make(database, place));
        if (pattern) found.push(pattern);
      }
      return found;
    },
  };
}

function keyOf({ registryId, repositories }: GrantedPlace): string {
  return `${registryId ?? ''} ${repositories}`;
}

function selectPattern(db: Kysely<Tables>, place: GrantedPlace) {
  return db.selectFrom('access_pattern').select(['id', 'filled_to']).where('place', '=', keyOf(place));
}

async function findFilled(db: Kysely<Tables>, place: GrantedPlace): Promise<SeenPattern | null> {
  const row = await selectPattern(db, place).where('filled_to', 'is', null).executeTakeFirst();
  return row ? { id: row.id, registryId: place.registryId, pattern: place.repositories } : null;
}

/** null: its registry is not attached. Two may make the same at once, or one go on with what another left. */
async function make(database: PatternTables, place: GrantedPlace): Promise<SeenPattern | null> {
  await database.write(place.registryId, (db) => insertPattern(db, place));
  while (await database.write(place.registryId, (db) => fillMore(db, place))) await nextTurn();
  return findFilled(database.kysely, place);
}

/** From its commit on, triggers add each repository that comes. */
async function insertPattern(db: Kysely<Tables>, place: GrantedPlace): Promise<void> {
  const { registryId, repositories } = place;
  // A transaction that adds repositories just now does not see the pattern, and is not seen by whoever fills it.
  if (dialectOf(db).engine === 'postgres') await sql`lock table repository in share mode`.execute(db);
  const known = registryId === null ? sql`` : sql`from registry where id = ${registryId}`;
  await sql`insert into access_pattern (place, registry_id, pattern, filled_to)
    select ${keyOf(place)}, ${registryId}, ${repositories}, 0 ${known} ${registryId === null ? sql`where true` : sql``}
    on conflict (place) do nothing`.execute(db);
}

/** Adds some of the repositories that were there before the pattern, and tells whether there are more. */
async function fillMore(db: Kysely<Tables>, place: GrantedPlace): Promise<boolean> {
  const pattern = await selectPattern(db, place).executeTakeFirst();
  if (!pattern || pattern.filled_to === null) return false;
  const { id, filled_to: from } = pattern;
  const some = db.selectFrom('repository').select('id').where('id', '>', from).orderBy('id').limit(lookedAt);
  const last = (await some.execute()).at(-1);
  const isOfRegistry = place.registryId === null ? sql`true` : sql`repository.registry_id = ${place.registryId}`;
  if (last)
    await sql`insert into pattern_repository (repository_id, pattern_id, registry_id)
      select repository.id, ${sql.lit(id)}, repository.registry_id from repository
        where repository.id > ${from} and repository.id <= ${last.id} and ${isOfRegistry}
        and ${dialectOf(db).glob(sql`repository.name`, place.repositories)} order by repository.id
      on conflict do nothing`.execute(db);
  await db
    .updateTable('access_pattern')
    .set({ filled_to: last?.id ?? null })
    .where('id', '=', id)
    .execute();
  return last !== undefined;
}

/** Resolves the places once; a failure is not remembered. */
export function rememberPatterns(store: PatternStore, places: readonly GrantedPlace[]): ResolvePatterns {
  let known: Promise<readonly SeenPattern[]> | null = null;
  return () => {
    const resolving = (known ??= store.resolve(places));
    resolving.catch(() => (known = null));
    return resolving;
  };
}
