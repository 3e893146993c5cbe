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

/**
 * Goes behind a query of rows that are to be referred to: none of them is removed until this transaction ends, and one
 * that another is removing is not given. Any number of transactions may hold the same rows so.
 */
export function holding(db: Kysely<Tables>): RawBuilder<unknown> {
  return dialectOf(db).engine === 'sqlite' ? sql`` : sql`for key share`;
}

/**
 * Locks rows that are to be removed, and gives those that it has: others leave no reference to them from now on, and
 * one that somebody is about to refer to is left out. Whether nothing refers to them is to be asked again afterwards.
 */
export async function lockToRemove(
  db: Kysely<Tables>,
  table: 'blob' | 'image',
  condition: RawBuilder<unknown>,
): Promise<readonly number[]> {
  const { rows } = await sql<{ id: number }>`select id from ${sql.table(table)} where ${condition}
    order by id for update skip locked`.execute(db);
  return rows.map(({ id }) => id);
}

/** The same for names that a search looks through. */
export async function lockNames(db: Kysely<Tables>, condition: RawBuilder<unknown>): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`select name from search_tag where ${condition}
    order by name for update skip locked`.execute(db);
  return rows.map(({ name }) => name);
}
