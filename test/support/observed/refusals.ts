import { type Kysely, sql } from 'kysely';
import { dialectOf } from '../../../src/store/dialect/dialects.js';

/** A kind of change to the rows of a table; `when` is a condition on `new`. */
export interface RefusedChange {
  readonly change: 'insert' | 'update' | 'delete';
  readonly table: string;
  readonly when?: string;
}

/**
 * Has the database itself refuse each such change from now on, in these words: a fault inside a transaction. Gives what
 * ends it.
 */
export async function refuseChanges<T>(
  db: Kysely<T>,
  { change, table, when }: RefusedChange,
  words: string,
): Promise<() => Promise<void>> {
  const name = `refused_${change}_${table}`;
  const run = async (statement: string): Promise<void> => void (await sql.raw(statement).execute(db));
  const before = `create trigger ${name} before ${change} on ${table}`;
  const condition = when === undefined ? '' : `when (${when})`;
  if (dialectOf(db).engine === 'sqlite') {
    await run(`${before} ${condition} begin select raise(abort, '${words}'); end`);
    return () => run(`drop trigger ${name}`);
  }
  await run(`create function ${name}() returns trigger language plpgsql as
    $$ begin raise exception '${words}'; end $$`);
  await run(`${before} for each row ${condition} execute function ${name}()`);
  return () => run(`drop function ${name}() cascade`);
}
