import type { MikroORM } from '@mikro-orm/sqlite';
import type { CompiledQuery } from 'kysely';
import { LRUCache } from 'lru-cache';

/**
 * Runs a statement; the rollback of a transaction that SQLite has ended itself does nothing, in place of failing. On a
 * full disk or a failing one SQLite ends it (sqlite.org/lang_transaction.html §3), and kysely never gives the one
 * connection back after a rollback that failed: https://github.com/kysely-org/kysely/issues/1990. To be taken out when
 * that is mended.
 */
export async function allowEndedRollback<R>(query: CompiledQuery, run: () => Promise<R>): Promise<R | { rows: [] }> {
  try {
    return await run();
  } catch (error) {
    if (query.sql === 'rollback' && /no transaction is active/.test((error as Error).message)) return { rows: [] };
    throw error;
  }
}

/** Statements that are kept, some 4 KB each. */
const kept = 250;
/** Characters. Longer ones are lists of rows of many lengths, which seldom come again. */
const longest = 4000;

/**
 * Keeps prepared statements: the driver of kysely has SQLite parse each one anew, which for a look-up by key takes
 * longer than the look-up. No issue of kysely or MikroORM that asks for this is known. Pragmas are left out, since some
 * do their work while they are prepared. To be called when the tables are as they will stay.
 */
export async function keepStatements(orm: MikroORM): Promise<void> {
  const native = await orm.em.getConnection().getNativeClient();
  const statements = new LRUCache<string, ReturnType<typeof native.prepare>>({ max: kept });
  const prepare = native.prepare.bind(native);
  const prepareOnce = (sql: string): ReturnType<typeof prepare> => {
    if (sql.length > longest || !/^\s*(?:select|insert|update|delete|with|begin|commit)\b/i.test(sql))
      return prepare(sql);
    const known = statements.get(sql);
    // One that is being read from cannot be run a second time.
    if (known && !known.busy) return known;
    const statement = prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
  Object.assign(native, { prepare: prepareOnce });
}
