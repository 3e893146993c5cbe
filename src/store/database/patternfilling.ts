import { type Kysely, sql } from 'kysely';
import type { RepositoryGlob } from '../../domain/glob.js';
import { type GrantedPlace, keyOfPlace } from '../../domain/grant.js';
import { GatewayError } from '../../errors.js';
import { dialectOf, locking } from '../dialect/dialects.js';
import type { Tables } from './tables.js';

/** Repositories that one transaction looks at: a few milliseconds. */
const lookedAt = 2000;

/** Looks for transactions that have not ended, and the seconds between two of them: some ten seconds in all. */
const mostLooks = 1000;
const betweenLooks = 0.01;

/** From its commit on, triggers add each repository that comes. False: its registry is not attached. */
export async function insertPattern(db: Kysely<Tables>, place: GrantedPlace): Promise<boolean> {
  await addPattern(db, place);
  return (await selectPattern(db, place).executeTakeFirst()) !== undefined;
}

/** Within a transaction; gives how many were added: none where it is there, or its registry is not attached. */
export async function addPattern(db: Kysely<Tables>, place: GrantedPlace): Promise<number> {
  const { registryId, repositories } = place;
  const known = registryId === null ? sql`where true` : sql`from registry where id = ${registryId}`;
  const added = await sql`insert into access_pattern (place, registry_id, pattern, beginning, filled_to)
    select ${keyOfPlace(place)}, ${registryId}, ${repositories}, ${beginningOf(repositories)}, 0 ${known}
    on conflict (place) do nothing`.execute(db);
  return Number(added.numAffectedRows ?? 0n);
}

/** Triggers look for each beginning of a new name, of so many characters at the most. */
const longestBeginning = 32;

function beginningOf(pattern: RepositoryGlob): string {
  return pattern.slice(0, longestBeginning).replace(/[*?].*$/, '');
}

function selectPattern(db: Kysely<Tables>, place: GrantedPlace) {
  return db.selectFrom('access_pattern').select(['id', 'filled_to']).where('place', '=', keyOfPlace(place));
}

/**
 * Waits, without a lock that others would wait for, until all have ended who were writing repositories: they may not
 * have seen a pattern that was committed just before, and whoever fills it would not see what they add. SQLite has one
 * transaction at a time. Throws STORAGE_BUSY after some ten seconds.
 */
export async function waitForWriters(db: Kysely<Tables>): Promise<void> {
  if (dialectOf(db).engine === 'sqlite') return;
  let open = await listWriters(db);
  for (let looks = 1; open.size > 0; looks++) {
    if (looks > mostLooks) throw stillWritten();
    await sql`select pg_sleep(${betweenLooks})`.execute(db);
    const now = await listWriters(db);
    open = new Set([...open].filter((writer) => now.has(writer)));
  }
}

async function listWriters(db: Kysely<Tables>): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ writer: string }>`select virtualtransaction as writer from pg_locks
    where locktype = 'relation' and relation = 'repository'::regclass and granted and mode like '%Exclusive%'
    and database = (select oid from pg_database where datname = current_database())`.execute(db);
  return new Set(rows.map(({ writer }) => writer));
}

function stillWritten(): GatewayError {
  const message =
    'Which repositories are of a grant is not known yet: another transaction has been writing repositories for ten ' +
    'seconds. Try again in a moment.';
  return new GatewayError('STORAGE_BUSY', message, { retryAfter: 1 });
}

/**
 * Adds some of the repositories that were there before the pattern, and tells whether there are more. Whoever fills the
 * same waits: else one would take back how far the other has come.
 */
export async function fillMore(db: Kysely<Tables>, place: GrantedPlace): Promise<boolean> {
  // Who adds a repository of it meanwhile does not wait for this lock.
  const pattern = await locking(db, selectPattern(db, place), 'forNoKeyUpdate').executeTakeFirst();
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
