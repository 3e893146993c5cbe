import type { Database } from '../../../src/store/database/database.js';

/**
 * The SQL that a database is asked to run: each statement each time, whoever writes it, without what begins and ends
 * transactions.
 */
export interface Statements {
  /** Those since the last `take`. */
  take(): string[];
}

/** The driver prepares a statement whenever it runs one; what is kept prepared is behind this. */
export async function watchStatements({ orm }: Database): Promise<Statements> {
  const native = await orm.em.getConnection().getNativeClient();
  const prepare = native.prepare.bind(native);
  let seen: string[] = [];
  Object.assign(native, {
    prepare(sql: string) {
      if (!/^\s*(?:begin|commit|rollback|savepoint|release|pragma)\b/i.test(sql)) seen.push(sql);
      return prepare(sql);
    },
  });
  return {
    take() {
      const taken = seen;
      seen = [];
      return taken;
    },
  };
}
