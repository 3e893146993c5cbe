import { type Kysely, sql } from 'kysely';
import type { Tables } from '../database/database.js';
import { dialectOf } from '../dialect/dialects.js';
import { lockNames } from '../sql/locking.js';
import { type PruneStep, remove } from './sweeping.js';

/** Names that one step looks at: each takes a probe of an index of tags. */
const namesPerStep = 1000;

/**
 * Removes names that a search looks through and no tag has any more, and tells those whose first tags are gone which
 * is the first now: a search reads neither in vain. PostgreSQL alone has names apart from their tags. The names of one
 * step are locked while they are looked at; one that a writer holds has its turn at the next sweep.
 */
export async function* pruneNames(db: Kysely<Tables>): AsyncGenerator<PruneStep> {
  if (dialectOf(db).engine === 'sqlite') return;
  for (let after: string | null = ''; after !== null;) {
    const from: string = after;
    const step = await db.transaction().execute((trx) => pruneSome(trx, from));
    if (step.upTo !== null) yield { table: 'search_tag', removed: step.removed };
    after = step.upTo;
  }
}

/** A query in place of a join: whatever the statistics say, each name takes one probe. */
const first = sql`(select id from tag where tag.name = search_tag.name and is_hidden = 0 order by id limit 1)`;

async function pruneSome(
  db: Kysely<Tables>,
  after: string,
): Promise<{ readonly removed: number; readonly upTo: string | null }> {
  const { rows } = await sql<{ last: string | null }>`select max(name) as last from
    (select name from search_tag where name > ${after} order by name limit ${namesPerStep}) as next`.execute(db);
  const upTo = rows[0]?.last ?? null;
  if (upTo === null) return { removed: 0, upTo };
  const changed = await lockNames(db, sql`name > ${after} and name <= ${upTo} and first_id is distinct from ${first}`);
  if (changed.length === 0) return { removed: 0, upTo };
  // Who held a name before has ended, and what it wrote is seen from here on.
  const isChanged = dialectOf(db).among(sql`name`, changed);
  const removed = await remove(db, sql`delete from search_tag where ${isChanged} and ${first} is null`);
  // One whose last tag has gone since is for the next sweep.
  await sql`update search_tag set first_id = ${first}
    where ${isChanged} and first_id is distinct from ${first} and ${first} is not null`.execute(db);
  return { removed, upTo };
}
