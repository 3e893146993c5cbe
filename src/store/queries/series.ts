import { type Kysely, type RawBuilder, sql, type SqlBool } from 'kysely';
import type { RepositoryName } from '../../domain/name.js';
import { type SeriesRange, toDay } from '../../domain/series.js';
import type { Tables } from '../database/database.js';
import type { Dialect } from '../dialect/dialect.js';
import { dialectOf } from '../dialect/dialects.js';

/** All of a registry where `repository` is empty. */
export interface SeriesPlace {
  readonly registryId: string;
  readonly repository: RepositoryName | '';
}

/** How much there was, as the last sample of a day has it: see store/pruning/sizesamples.ts. */
export interface SizeSample {
  /** Days since 1970-01-01, UTC. */
  readonly day: number;
  readonly size: number;
  readonly tagCount: number;
}

/** A repository that has more bytes than a sample of it. */
export interface GrownRepository {
  readonly repositoryKey: number;
  readonly bytes: number;
  /** The sample's. */
  readonly day: number;
}

/** How much there was over time, and how many tags were pushed. Places are all of repositories, or of registries. */
export interface SeriesStore {
  /** Of each place the samples of a range, by day, with the last that was before it; one statement. */
  samplesOf(places: readonly SeriesPlace[], range: SeriesRange): Promise<SizeSample[][]>;
  /**
   * Of each repository how many times its tags came to point where they do, or did, within each part of a range; one
   * statement. As far as is known when that was.
   */
  pushesOf(places: readonly SeriesPlace[], range: SeriesRange): Promise<number[][]>;
  /**
   * The repositories that grew most since a day, most bytes first: since its last sample up to that day, or else the
   * first one after it.
   */
  listGrown(day: number, first: number): Promise<GrownRepository[]>;
}

export function createSeriesStore(scanner: Kysely<Tables>): SeriesStore {
  return {
    samplesOf: (places, range) => readSamples(scanner, places, range),
    pushesOf: (places, range) => countPushes(scanner, places, range),
    listGrown: (day, first) => listGrown(scanner, day, first),
  };
}

async function readSamples(
  db: Kysely<Tables>,
  places: readonly SeriesPlace[],
  { from, step, points }: SeriesRange,
): Promise<SizeSample[][]> {
  const { join } = dialectOf(db);
  const [first, last] = [from, from + step * points].map((time) => toDay(new Date(time)));
  const { rows } = await sql<{ place: number; day: number; size: number; tag_count: number }>`
    select wanted.place, own.day, own.size, own.tag_count from ${listPlaces(db, places)}
      ${join} size_sample as own on own.registry_id = wanted.registry_id and own.repository = wanted.repository
        and own.day <= ${last} and own.day >= coalesce((select max(before.day) from size_sample as before
          where before.registry_id = wanted.registry_id and before.repository = wanted.repository
            and before.day < ${first}), ${first})
      order by wanted.place, own.day`.execute(db);
  const found = Map.groupBy(rows, ({ place }) => place);
  return places.map((_place, at) =>
    (found.get(at) ?? []).map(({ day, size, tag_count }) => ({ day, size, tagCount: tag_count })),
  );
}

async function countPushes(
  db: Kysely<Tables>,
  places: readonly SeriesPlace[],
  { from, step, points }: SeriesRange,
): Promise<number[][]> {
  const { join, reached } = dialectOf(db);
  const to = from + step * points;
  const isWhole = places[0]?.repository === '';
  const within = isWhole ? sql`` : sql`and repository.name = wanted.repository`;
  const partOf = (time: RawBuilder<unknown>): RawBuilder<unknown> => sql`cast((${time} - ${from}) / ${step} as bigint)`;
  const time = sql`coalesce(former.updated_at, former.since)`;
  // "." is the character after "-": without signatures, see `isReferrerTag`.
  const { rows } = await sql<{ place: number; part: number; pushes: number }>`
    select place, part, count(*) as pushes from (
      select wanted.place, ${partOf(sql`tag.updated_at`)} as part from ${listPlaces(db, places)}
        ${join} repository on repository.registry_id = wanted.registry_id ${within}
        ${join} ${reached('tag')} on tag.repository_id = repository.id and tag.is_hidden = 0
          and tag.updated_at >= ${from} and tag.updated_at < ${to} and not ${isPutBack(join, reached)}
      union all
      select place, part from (
        select distinct wanted.place, ${partOf(time)} as part, ${time} as at, former.repository, former.tag,
            former.digest from ${listPlaces(db, places)}
          ${join} tag_revision as former on former.registry_id = wanted.registry_id
            ${isWhole ? sql`` : sql`and former.repository = wanted.repository`}
            and ${time} >= ${from} and ${time} < ${to} and not (former.tag >= 'sha256-' and former.tag < 'sha256.')
      ) as past
    ) as pushed group by place, part`.execute(db);
  const counts = places.map(() => Array.from({ length: points }, () => 0));
  for (const { place, part, pushes } of rows) counts[place]![part] = pushes;
  return counts;
}

/** Two looks at the samples of each repository. */
async function listGrown(db: Kysely<Tables>, day: number, first: number): Promise<GrownRepository[]> {
  const samples = sql`from size_sample as sample where sample.registry_id = one.registry_id
    and sample.repository = one.name`;
  const last = sql`${samples} and sample.day <= ${day} order by sample.day desc limit 1`;
  const next = sql`${samples} and sample.day > ${day} order by sample.day limit 1`;
  // By the index of each repository: PostgreSQL would join all samples there are.
  const { rows } = await sql<GrownRepository>`
    with grown as (
      select id, registry_id, name,
        size - coalesce((select sample.size ${last}), (select sample.size ${next})) as bytes from repository as one
    ),
    most as materialized (select * from grown where bytes > 0 order by bytes desc, name, id limit ${first})
    select id as "repositoryKey", bytes, coalesce((select sample.day ${last}), (select sample.day ${next})) as day
      from most as one order by bytes desc, name, id`.execute(db);
  return rows;
}

/** A tag that was put back has the time that it had before it went, which its history has too. */
function isPutBack(join: RawBuilder<unknown>, reached: Dialect['reached']): RawBuilder<SqlBool> {
  return sql<SqlBool>`exists (select 1 from tag_revision as before ${join} ${reached('image', 'present')}
      on present.digest = before.digest
    where before.registry_id = repository.registry_id and before.repository = repository.name
      and before.tag = tag.name and before.updated_at = tag.updated_at and present.id = tag.image_id)`;
}

/** `wanted(place, registry_id, repository)`. */
function listPlaces(db: Kysely<Tables>, places: readonly SeriesPlace[]): RawBuilder<unknown> {
  const rows = places.map(({ registryId, repository }) => [registryId, repository]);
  return sql`(select key as place, value ->> 0 as registry_id, value ->> 1 as repository
    from ${dialectOf(db).tableOf(rows)} as listed) as wanted`;
}
