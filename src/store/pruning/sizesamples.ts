import { type Kysely, sql, type SqlBool } from 'kysely';
import { toDay } from '../../domain/series.js';
import type { Tables } from '../database/database.js';
import { dialectOf } from '../dialect/dialects.js';
import { type PruneStep, remove } from './sweeping.js';

/** Days that samples are kept. */
const daysKept = 365;

/** Repositories of one step: each is some steps into two indexes. */
const repositoriesPerStep = 200;

/**
 * Writes down what every repository and registry holds now, as that of the day: only where it is not what was written
 * last. Where `isPruned`, which is of use once a day, what is older than a year goes, but for the last, which tells how
 * much there was when the year began; all of it goes with a repository that is gone for as long.
 */
export async function* sampleSizes(db: Kysely<Tables>, now: Date, isPruned = true): AsyncGenerator<PruneStep> {
  const today = toDay(now);
  yield { table: 'size_sample', removed: await sampleRegistries(db, today, isPruned) };
  for (let from: number | null = 0; from !== null;) {
    const step: { removed: number; upTo: number | null } = await sampleSome(db, from, today, isPruned);
    from = step.upTo;
    yield { table: 'size_sample', removed: step.removed };
  }
  if (isPruned) yield* pruneGone(db, today - daysKept);
}

const conflict = sql`on conflict (registry_id, repository, day) do update
  set size = excluded.size, tag_count = excluded.tag_count`;

async function sampleRegistries(db: Kysely<Tables>, today: number, isPruned: boolean): Promise<number> {
  await sql`insert into size_sample (registry_id, repository, day, size, tag_count)
    select held.id, '', cast(${today} as integer), held.size, held.tag_count
      from (select id, size, (select ${dialectOf(db).sumOf(sql`tag_count`)} from repository
        where registry_id = registry.id) as tag_count from registry where size is not null) as held
      where ${isNew('held.id', sql.lit(''), 'held')} ${conflict}`.execute(db);
  if (!isPruned) return 0;
  return remove(
    db,
    sql`delete from size_sample where repository = '' and ${isPast(today - daysKept)}
      and registry_id in (select id from registry)`,
  );
}

/** Of the repositories behind `from`, by their ids. */
async function sampleSome(
  db: Kysely<Tables>,
  from: number,
  today: number,
  isPruned: boolean,
): Promise<{ removed: number; upTo: number | null }> {
  return db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ to: number | null; found: number }>`select max(id) as "to", count(*) as found from
      (select id from repository where id > ${from} order by id limit ${repositoriesPerStep}) as next`.execute(trx);
    const { to, found } = rows[0]!;
    if (to === null) return { removed: 0, upTo: null };
    const isNext = sql<SqlBool>`repository.id > ${from} and repository.id <= ${to}`;
    await sql`insert into size_sample (registry_id, repository, day, size, tag_count)
      select registry_id, name, cast(${today} as integer), size, tag_count from repository
        where ${isNext} and is_settled = 1 and tags_confirmed_at is not null
          and ${isNew('repository.registry_id', sql.ref('repository.name'), 'repository')} ${conflict}`.execute(trx);
    const upTo = found < repositoriesPerStep ? null : to;
    if (!isPruned) return { removed: 0, upTo };
    const removed = await remove(
      trx,
      sql`delete from size_sample where (registry_id, repository) in
        (select registry_id, name from repository where ${isNext}) and ${isPast(today - daysKept)}`,
    );
    return { removed, upTo };
  });
}

/** Holds of what is not as its last sample has it. `held`: the table with its size and number of tags. */
function isNew(registryId: string, repository: ReturnType<typeof sql.ref>, held: string) {
  const [size, tagCount] = [sql.ref(`${held}.size`), sql.ref(`${held}.tag_count`)];
  return sql<SqlBool>`(select last.size = ${size} and last.tag_count = ${tagCount}
    from size_sample as last where last.registry_id = ${sql.ref(registryId)} and last.repository = ${repository}
    order by last.day desc limit 1) is not true`;
}

/** Holds of samples that another follows which is no later than the day. */
function isPast(day: number) {
  // The first says nothing that the second does not, and is a range of the index: most repositories have nothing there.
  return sql<SqlBool>`size_sample.day < ${day} and size_sample.day < (select max(next.day) from size_sample as next
    where next.registry_id = size_sample.registry_id and next.repository = size_sample.repository
      and next.day <= ${day})`;
}

/** Repositories whose samples are looked at in one step. */
const ownersPerStep = 100;

interface Owner {
  readonly registry_id: string;
  readonly repository: string;
}

/** Removes those of repositories that are gone, and were last sampled before. */
async function* pruneGone(db: Kysely<Tables>, before: number): AsyncGenerator<PruneStep> {
  for (let last: Owner | null = { registry_id: '', repository: '' }; last;) {
    const { rows }: { rows: Owner[] } = await sql<Owner>`select registry_id, repository from size_sample
      where (registry_id, repository) > (${last.registry_id}, ${last.repository})
      group by registry_id, repository order by registry_id, repository limit ${ownersPerStep}`.execute(db);
    last = rows.length < ownersPerStep ? null : rows.at(-1)!;
    const gone = rows.filter(({ repository }) => repository !== '');
    if (gone.length === 0) continue;
    const owners = dialectOf(db).tableOf(gone.map(({ registry_id, repository }) => [registry_id, repository]));
    const removed = await remove(
      db,
      sql`delete from size_sample where (registry_id, repository) in (
        select value ->> 0, value ->> 1 from ${owners} as owner
          where not exists (select 1 from repository where registry_id = value ->> 0 and name = value ->> 1)
            and (select max(day) from size_sample as own
              where own.registry_id = value ->> 0 and own.repository = value ->> 1) < ${before})`,
    );
    yield { table: 'size_sample', removed };
  }
}
