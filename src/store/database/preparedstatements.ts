import type { MikroORM } from '@mikro-orm/sqlite';
import { LRUCache } from 'lru-cache';

/** Statements that are kept, some 4 KB each. */
const kept = 250;
/** Characters. Longer ones are lists of rows of many lengths, which seldom come again. */
const longest = 4000;

/**
 * Keeps prepared statements: the driver of kysely has SQLite parse each one anew, which for a look-up by key takes
 * longer than the look-up. Pragmas are left out, since some do their work while they are prepared. To be called when
 * the tables are as they will stay.
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
