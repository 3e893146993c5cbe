import { type QueryExecutorProvider, sql } from 'kysely';
import type { Fence } from '../../domain/fence.js';
import { GatewayError } from '../../errors.js';
import { dialectOf } from '../dialect/dialects.js';

/** Somebody else has the lease by now: what was to be written is theirs to write. */
export class LeaseLostError extends GatewayError {
  constructor({ name }: Pick<Fence, 'name'>) {
    super('STORAGE_BUSY', `Another gateway has taken over "${name}". Try again in a moment.`, { retryAfter: 1 });
  }
}

/**
 * To be called first in a transaction: nobody takes the lease over until that ends. Throws LeaseLostError when
 * somebody has. One process alone has SQLite's file, and loses no lease: nothing is asked there.
 */
export async function assertHeld(trx: QueryExecutorProvider, fence: Fence): Promise<void> {
  if (dialectOf(trx).engine === 'sqlite') return;
  const { rows } =
    await sql`select 1 from lease where name = ${fence.name} and fence = ${fence.token} for share`.execute(trx);
  if (rows.length === 0) throw new LeaseLostError(fence);
}
