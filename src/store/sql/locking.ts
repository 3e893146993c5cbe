import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Tables } from '../database/tables.js';
import { dialectOf } from '../dialect/dialects.js';

/**
 * Keeps rows from other transactions until this one ends: what it reads from now on is what it writes over. All who
 * lock some do so in the order of their keys. To be called in a transaction; SQLite has one at a time, and is asked
 * nothing. `keys`: a list in parentheses, or a query.
 */
export async function lockRows(db: Kysely<Tables>, table: 'repository', keys: RawBuilder<unknown>): Promise<void> {
  if (dialectOf(db).engine === 'sqlite') return;
  // Rows that refer to them may be added meanwhile.
  await sql`select id from ${sql.table(table)} where id in ${keys} order by id for no key update`.execute(db);
}
