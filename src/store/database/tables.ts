import type { InferKyselyDB } from '@mikro-orm/sqlite';
import type { ColumnType } from 'kysely';
import type { entities } from '../entities/all.js';
import type { JsonText } from './json.js';

/** A value as it stands in a raw row on SQLite: times are epoch milliseconds, booleans 0 or 1, JSON its text. */
type Stored<T> = T extends Date | boolean | number ? number : T extends string | null | undefined ? T : JsonText<T>;
type StoredColumn<C> =
  C extends ColumnType<infer S, infer I, infer U> ? ColumnType<Stored<S>, Stored<I>, Stored<U>> : Stored<C>;
type StoredTables<DB> = { [T in keyof DB]: { [C in keyof DB[T]]: StoredColumn<DB[T][C]> } };

/** Every table with its columns, snake_case: `tables['image_blob']['is_foreign']`. See entities/ for what they mean. */
export type Tables = StoredTables<InferKyselyDB<(typeof entities)[number]>>;
