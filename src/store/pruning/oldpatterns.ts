import { type Kysely, type RawBuilder, sql, type SqlBool } from 'kysely';
import type { Database, Tables } from '../database/database.js';
import { type PruneStep, remove } from './sweeping.js';

const rowsPerStep = 500;

/**
 * Removes the patterns that no grant names, of an account, of a team, or of a token that is valid at `now`
 * (milliseconds). First one gets another place and names nothing any more: whoever asks for its old place from then on
 * has a new one made, and never sees one that is half removed. Then its rows go, some at a time, and at last itself.
 */
export async function* prunePatterns(
  database: Pick<Database, 'kysely' | 'scanner' | 'write'>,
  now: number,
): AsyncGenerator<PruneStep> {
  const { kysely, scanner, write } = database;
  const unnamed = sql<{
    id: number;
  }>`select id from access_pattern where pattern <> '' and ${isUnnamed(now)} order by id`;
  for (const { id } of (await unnamed.execute(scanner)).rows) {
    await write(null, async (db, note) => {
      if ((await retire(db, id, now)) > 0) note('patterns');
    });
    yield { table: 'access_pattern', removed: 0 };
  }
  const retired = await kysely.selectFrom('access_pattern').select('id').where('pattern', '=', '').execute();
  for (const { id } of retired) yield* removePattern(kysely, id);
}

/** Both lists are made once for all patterns. A viewer may have a token's registry and an account's pattern. */
function isUnnamed(now: number): RawBuilder<SqlBool> {
  return sql`pattern not in (select repositories from access_grant where registry_id is null and ${isValid(now)})
    and (registry_id is null or (registry_id, pattern) not in
      (select registry_id, repositories from access_grant where registry_id is not null and ${isValid(now)}))`;
}

function isValid(now: number): RawBuilder<SqlBool> {
  return sql`(token_id is null
    or token_id in (select id from token where revoked_at is null and expires_at > ${now}))`;
}

/** It is asked again: it may have been granted since. */
function retire(db: Kysely<Tables>, id: number, now: number): Promise<number> {
  return remove(
    db,
    sql`update access_pattern set place = ${`retired ${id}`}, pattern = '' where id = ${id} and ${isUnnamed(now)}`,
  );
}

async function* removePattern(db: Kysely<Tables>, id: number): AsyncGenerator<PruneStep> {
  for (let removed = rowsPerStep; removed === rowsPerStep;) {
    removed = await remove(
      db,
      sql`delete from pattern_repository where pattern_id = ${id} and repository_id in
        (select repository_id from pattern_repository where pattern_id = ${id} limit ${rowsPerStep})`,
    );
    yield { table: 'pattern_repository', removed };
  }
  yield { table: 'access_pattern', removed: await remove(db, sql`delete from access_pattern where id = ${id}`) };
}
