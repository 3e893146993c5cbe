import { createHash } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import {
  createOwnLimit,
  createRateLimit,
  type RateLimitSettings,
  type SharedRateLimit,
  takeOf,
  type TakenUnit,
} from '../../domain/ratelimit.js';
import type { Database, Tables } from '../database/database.js';
import { dialectOf } from '../dialect/dialects.js';
import { databaseNow } from '../dialect/postgresdialect.js';

/**
 * Counts in memory where one process has the database, else in rows of it, by its clock. `name` is of the limit: each
 * has keys of its own. While the rows cannot be read or written, what this process has counted itself holds.
 */
export function countGuessesIn({
  kysely,
}: Pick<Database, 'kysely'>): (name: string, settings: RateLimitSettings) => SharedRateLimit {
  const isShared = dialectOf(kysely).engine === 'postgres';
  return (name, settings) => (isShared ? countInRows(kysely, name, settings) : createOwnLimit(settings));
}

interface GuessRow {
  readonly ends_at: number;
  /** Milliseconds. */
  readonly left: number;
  readonly is_taken: boolean;
}

const now = sql.raw(databaseNow);

function countInRows(db: Kysely<Tables>, name: string, settings: RateLimitSettings): SharedRateLimit {
  const own = createRateLimit(settings);
  const window = settings.seconds * 1000;
  // Somebody may have typed a password for a name.
  const hash = (key: string): string => createHash('sha256').update(`${name} ${key}`).digest('hex');
  return {
    async take(key) {
      const known = takeOf(own, key);
      const found = await inTransaction(db, (trx) => takeRow(trx, hash(key), settings.points, window));
      if (found === null) return known;
      // A row that came to be spent while the statement ran is not in what that sees.
      const row = found.rows[0] ?? { ends_at: 0, left: window, is_taken: false };
      if (!row.is_taken) await known.giveBack();
      return toTaken(db, hash(key), row, known);
    },
    async forget(key) {
      own.forget(key);
      // It ends by itself.
      await sql`delete from login_guess where key = ${hash(key)}`.execute(db).catch(() => undefined);
    },
  };
}

function toTaken(db: Kysely<Tables>, key: string, row: GuessRow, known: TakenUnit): TakenUnit {
  return {
    reset: Math.max(1, Math.ceil(row.left / 1000)),
    isSpent: !row.is_taken,
    async giveBack() {
      if (!row.is_taken) return;
      await known.giveBack();
      // Of its own window: that which began since has nothing of it. It ends by itself.
      await inTransaction(db, (trx) =>
        sql`update login_guess set used = used - 1
          where key = ${key} and ends_at = ${row.ends_at} and used > 0`.execute(trx),
      );
    },
  };
}

/**
 * Gives null where it was not made, or nobody knows. One statement has a transaction, as only of a commit it is found
 * out whether it was made when its answer was lost: what nobody is told of would be used up until its window ends.
 */
function inTransaction<T>(db: Kysely<Tables>, work: (trx: Kysely<Tables>) => Promise<T>): Promise<T | null> {
  return db
    .transaction()
    .execute(work)
    .catch(() => null);
}

/**
 * Takes one of the units of a window, which is begun where there is none, in one statement: of two that ask at once for
 * the last one is refused. Takes some windows away that have ended.
 */
function takeRow(db: Kysely<Tables>, key: string, points: number, window: number) {
  return sql<GuessRow>`
    with ended as (
      delete from login_guess where key in (
        select key from login_guess where ends_at < ${now} and key <> ${key} limit 100 for update skip locked)
    ), taken as (
      insert into login_guess as known (key, used, ends_at) values (${key}, 1, ${now} + ${window})
      on conflict (key) do update set
        used = case when known.ends_at > ${now} then known.used + 1 else 1 end,
        ends_at = case when known.ends_at > ${now} then known.ends_at else excluded.ends_at end
        where known.ends_at <= ${now} or known.used < ${points}
      returning ends_at
    )
    select ends_at, ends_at - ${now} as left, true as is_taken from taken
    union all select ends_at, ends_at - ${now}, false from login_guess
      where key = ${key} and not exists (select from taken)`.execute(db);
}
