import type { MikroORM } from '@mikro-orm/sqlite';
import { LRUCache } from 'lru-cache';
import { dialectOf } from '../dialect/dialects.js';
import type { Database } from './database.js';
import type { Generation } from './generations.js';

/** Values read from the database, remembered for as long as they must still be what is stored. */
export interface VersionedCache<V extends object> {
  /** `read` is called when the value is not remembered; null is not remembered. */
  find(key: string, read: () => Promise<V | null>): Promise<V | null>;
  /** To be called after each write of this process that could change a value. */
  forget(): void;
  /** In place of `forget`, after a write that changed the values that `isMeant` tells, and only as `change` does. */
  change(isMeant: (value: V) => boolean, change: (value: V) => V): void;
}

/**
 * On SQLite, writes of other connections (the command line beside a gateway) show in its `data_version`, which is
 * looked at each time: about 2 us, where reading an entity takes 150. See
 * https://sqlite.org/pragma.html#pragma_data_version. PostgreSQL tells of them, and `accountWrites` counts them: what
 * is remembered waits while nothing is heard, and is used while the server is away: see `Generation.kept`.
 */
export function createVersionedCache<V extends object>(
  { orm, accountWrites }: Pick<Database, 'orm' | 'accountWrites'>,
  max: number,
): VersionedCache<V> {
  const values = new LRUCache<string, V>({ max });
  let readVersion: (() => unknown) | undefined;
  let version: unknown;
  let epoch = 0;
  const forget = (): void => {
    values.clear();
    epoch += 1;
  };
  return {
    async find(key, read) {
      readVersion ??= await prepareVersion(orm, accountWrites);
      const now = readVersion();
      if (now === null) return read();
      if (now !== version) forget();
      version = now;
      const known = values.get(key);
      if (known) return known;
      const before = epoch;
      const value = await read();
      // A write that came in between may have made it old.
      if (value && before === epoch) values.set(key, value);
      return value;
    },
    forget,
    change(isMeant, change) {
      // A value that is being read just now may be as it was before the write.
      epoch += 1;
      const meant = [...values.entries()].filter(([, value]) => isMeant(value));
      for (const [key, value] of meant) values.set(key, change(value));
    },
  };
}

async function prepareVersion(orm: MikroORM, writes: Generation): Promise<() => unknown> {
  if (dialectOf(orm.em.getConnection().getClient()).engine === 'postgres') return () => writes.kept;
  const native = await orm.em.getConnection().getNativeClient();
  const statement = native.prepare('pragma data_version').pluck();
  return () => statement.get();
}
