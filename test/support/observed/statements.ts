import type { Database } from '../../../src/store/database/database.js';

/**
 * The SQL that a database is asked to run: each statement each time, whoever writes it, without what begins and ends
 * transactions.
 */
export interface Statements {
  /** Those since the last `take`. */
  take(): string[];
  /** Transactions that were committed since the last time it was asked; one statement by itself is none. */
  takeCommits(): number;
}

/** The driver prepares a statement whenever it runs one; what is kept prepared is behind this. */
export async function watchStatements({ orm }: Database): Promise<Statements> {
  const native = await orm.em.getConnection().getNativeClient();
  const prepare = native.prepare.bind(native);
  let seen: string[] = [];
  let commits = 0;
  Object.assign(native, {
    prepare(sql: string) {
      if (/^\s*commit\b/i.test(sql)) commits += 1;
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
    takeCommits() {
      const taken = commits;
      commits = 0;
      return taken;
    },
  };
}
