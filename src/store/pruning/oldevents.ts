import { type Kysely, sql } from 'kysely';
import type { Tables } from '../database/database.js';
import { prunedToKey } from '../events/eventlog.js';
import type { PruneStep } from './sweeping.js';

/** Events that are kept, the newest. */
export const eventsKept = 1_000_000;

const rowsPerStep = 500;

/** The oldest rows of a step, by their ids. */
interface OldestEvents {
  /** The first that stays; null: none of them does. */
  readonly stays: number | null;
  /** null: there is none at all. */
  readonly first: number | null;
  readonly last: number | null;
}

/**
 * Removes events from before, and those beyond what is kept, from the oldest on: what is left has no gap, and its
 * beginning is written down with it. Events stand in the order in which they were committed: one that tells of an
 * earlier time goes when its turn comes.
 */
export async function* pruneEvents(
  db: Kysely<Tables>,
  before: number,
  kept: number = eventsKept,
): AsyncGenerator<PruneStep> {
  for (let removed = 1; removed > 0;) {
    removed = await db.transaction().execute((trx) => pruneSome(trx, before, kept));
    if (removed > 0) yield { table: 'event', removed };
  }
}

async function pruneSome(trx: Kysely<Tables>, before: number, kept: number): Promise<number> {
  const { rows } = await sql<OldestEvents>`
    select min(case when id > (select max(id) from event) - ${kept} and at >= ${before} then id end) as stays,
      min(id) as first, max(id) as last
      from (select id, at from event order by id limit ${rowsPerStep}) as oldest`.execute(trx);
  const { stays, first, last } = rows[0]!;
  if (first === null || stays === first) return 0;
  const upTo = stays === null ? last : stays - 1;
  await sql`insert into setting (key, value) values (${prunedToKey}, ${`${upTo}`})
    on conflict (key) do update set value = excluded.value`.execute(trx);
  const { numDeletedRows } = await trx.deleteFrom('event').where('id', '<=', upTo).executeTakeFirst();
  return Number(numDeletedRows);
}
