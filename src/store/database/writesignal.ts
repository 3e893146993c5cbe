import type { MikroORM } from '@mikro-orm/sqlite';
import type { SqliteFile } from '../file/driver.js';

/** The tables whose writes somebody waits for, and which of these. A job goes with its registry. */
const watched = { event: ['insert'], job: ['insert', 'update', 'delete'] } as const;
export type WatchedTable = keyof typeof watched;

const tables = Object.keys(watched) as WatchedTable[];

/** Wakes who waits for rows of a table. It is only a word that some may be there: they are to be read. */
export interface WriteSignal {
  /** Calls `wake` after rows were written, or went, once for any number of them; gives what ends that. */
  on(table: WatchedTable, wake: () => void): () => void;
}

/**
 * Triggers of this connection alone tell of each row, so that whatever writes is heard. They run before the commit: a
 * read that follows waits for the one connection, and so for that.
 */
export async function watchWrites(orm: MikroORM, connection: Pick<SqliteFile, 'function'>): Promise<WriteSignal> {
  const wakes = new Map<WatchedTable, Set<() => void>>(tables.map((table) => [table, new Set()]));
  const written = new Set<WatchedTable>();
  const tell = (): void => {
    const told = [...written];
    written.clear();
    for (const table of told) for (const wake of wakes.get(table)!) wake();
  };
  connection.function('note_write', { deterministic: false }, (table: WatchedTable) => {
    if (wakes.get(table)!.size === 0) return 0;
    if (written.size === 0) setImmediate(tell);
    written.add(table);
    return 0;
  });
  for (const table of tables)
    for (const change of watched[table]) {
      const trigger = `note_${table}_${change} after ${change} on main.${table}`;
      await orm.em.getConnection().execute(`create temp trigger ${trigger} begin select note_write('${table}'); end`);
    }
  return {
    on(table, wake) {
      wakes.get(table)!.add(wake);
      return () => void wakes.get(table)!.delete(wake);
    },
  };
}
