import { type Kysely, sql } from 'kysely';
import type { Tables } from '../database/database.js';
import { dialectOf } from '../dialect/dialects.js';
import { databaseNow } from '../dialect/postgresdialect.js';
import { type PruneStep, remove } from './sweeping.js';

/**
 * Milliseconds that a counted change of a detached registry is kept, by the server's clock: whoever looked at the
 * changes less lately than some minutes ago takes all as changed, and misses none that is removed.
 */
const keptFor = 3_600_000;

/** Its value: when it was written, the cluster, and the oldest transaction that had not ended then. */
const markKey = 'generations-marked';

const mark = sql.raw(`(${databaseNow})::text || ' ' || (select system_identifier from pg_control_system()) || ' ' ||
  pg_snapshot_xmin(pg_current_snapshot())::text`);

/**
 * Removes what was counted of registries that are detached, which PostgreSQL alone keeps in rows: those that changed
 * before a mark that an earlier sweep made, an hour ago or more.
 */
export async function* pruneGenerations(db: Kysely<Tables>): AsyncGenerator<PruneStep> {
  if (dialectOf(db).engine === 'sqlite') return;
  const removed = await db.transaction().execute(async (trx) => {
    await sql`insert into setting (key, value) values (${markKey}, ${mark}) on conflict do nothing`.execute(trx);
    const { rows } = await sql<{ before: string | null }>`select
        case when split_part(value, ' ', 2) = (select system_identifier::text from pg_control_system())
          then split_part(value, ' ', 3) end as before
      from setting where key = ${markKey}
        and split_part(value, ' ', 1)::bigint <= ${sql.raw(databaseNow)} - ${keptFor}`.execute(trx);
    const [due] = rows;
    if (!due) return 0;
    await sql`update setting set value = ${mark} where key = ${markKey}`.execute(trx);
    // One of another cluster, from which all of it was moved, says nothing.
    if (due.before === null) return 0;
    return remove(
      trx,
      sql`delete from generation where changed < ${due.before}::text::bigint and split_part(name, ' ', 2) <> ''
        and not exists (select from registry where id::text = split_part(generation.name, ' ', 2))`,
    );
  });
  yield { table: 'generation', removed };
}
