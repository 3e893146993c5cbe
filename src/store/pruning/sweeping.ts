import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Tables } from '../database/database.js';
import type { ArrivalTable } from '../dialect/dialect.js';
import { dialectOf } from '../dialect/dialects.js';

/** Rows of a table that were removed in one step: one transaction of some milliseconds. */
export interface PruneStep {
  readonly table: keyof Tables | 'search_tag' | 'generation';
  readonly removed: number;
}

/** Rows that came in behind `from`, up to `to`: see `Dialect.arrival`. */
export interface RowRange {
  readonly from: number;
  readonly to: number;
}

/**
 * How many of a range were removed; `upTo`: the number up to which it was looked at, where it was too much for one
 * step.
 */
export interface Swept {
  readonly removed: number;
  readonly upTo?: number;
}

/** Runs a statement that deletes; gives how many rows went. */
export async function remove(db: Kysely<Tables>, statement: RawBuilder<unknown>): Promise<number> {
  const { numAffectedRows } = await statement.execute(db);
  return Number(numAffectedRows ?? 0n);
}

/**
 * Walks over a table in the order in which its rows came in, `size` rows in each transaction. Rows that come meanwhile
 * have their turn too.
 */
export async function* sweep(
  db: Kysely<Tables>,
  table: ArrivalTable,
  size: number,
  work: (transaction: Kysely<Tables>, range: RowRange) => Promise<Swept>,
): AsyncGenerator<PruneStep> {
  const arrival = dialectOf(db).arrival(table);
  for (let from = 0; ;) {
    const done = await db.transaction().execute(async (trx) => {
      const { rows } = await sql<{ to: number | null }>`select max(number) as "to" from
        (select ${arrival} as number from ${sql.table(table)} where ${arrival} > ${from} order by ${arrival}
        limit ${size}) as next`.execute(trx);
      const to = rows[0]?.to ?? null;
      if (to === null) return null;
      const { removed, upTo = to } = await work(trx, { from, to });
      return { removed, upTo };
    });
    if (done === null) return;
    from = done.upTo;
    yield { table, removed: done.removed };
  }
}
