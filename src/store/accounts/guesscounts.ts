import { createHash } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import {
  createRateLimit,
  type RateLimit,
  type RateLimitSettings,
  type RateLimitWindow,
  type SharedRateLimit,
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
  return (name, settings) => {
    const own = createRateLimit(settings);
    return isShared ? countInRows(kysely, name, settings, own) : own;
  };
}

interface GuessRow {
  readonly used: number;
  /** Milliseconds. */
  readonly left: number;
}

const now = sql.raw(databaseNow);

function countInRows(
  db: Kysely<Tables>,
  name: string,
  { points, seconds }: RateLimitSettings,
  own: RateLimit,
): SharedRateLimit {
  // Somebody may have typed a password for a name.
  const hash = (key: string): string => createHash('sha256').update(`${name} ${key}`).digest('hex');
  const describe = ({ used, left }: GuessRow, isSpent: boolean): RateLimitWindow => ({
    limit: points,
    remaining: Math.max(0, points - used),
    reset: Math.max(1, Math.ceil(left / 1000)),
    isSpent,
  });
  return {
    async take(key) {
      const known = own.take(key);
      const { rows } = await takeRow(db, hash(key), seconds * 1000).catch(() => ({ rows: [] }));
      const [row] = rows;
      return row ? describe(row, row.used > points) : known;
    },
    async look(key) {
      try {
        const { rows } = await sql<GuessRow>`select used, ends_at - ${now} as left from login_guess
          where key = ${hash(key)} and ends_at > ${now}`.execute(db);
        const row = rows[0] ?? { used: 0, left: seconds * 1000 };
        return describe(row, row.used >= points);
      } catch {
        return own.look(key);
      }
    },
    async forget(key) {
      own.forget(key);
      // It ends by itself.
      await sql`delete from login_guess where key = ${hash(key)}`.execute(db).catch(() => undefined);
    },
  };
}

/** Begins a window where there is none, and takes some away that have ended. */
function takeRow(db: Kysely<Tables>, key: string, window: number) {
  return sql<GuessRow>`
    with ended as (
      delete from login_guess where key in (
        select key from login_guess where ends_at < ${now} and key <> ${key} limit 100 for update skip locked)
    )
    insert into login_guess as known (key, used, ends_at) values (${key}, 1, ${now} + ${window})
    on conflict (key) do update set
      used = case when known.ends_at > ${now} then known.used + 1 else 1 end,
      ends_at = case when known.ends_at > ${now} then known.ends_at else excluded.ends_at end
    returning used, ends_at - ${now} as left`.execute(db);
}
