import { type Kysely, sql, type SqlBool } from 'kysely';
import { goneStates } from '../../domain/deletion.js';
import type { Tables } from '../database/database.js';
import { dialectOf } from '../dialect/dialects.js';

/** A job, or one of its steps. */
export interface StepPlace {
  readonly jobId: string;
  /** null: the whole job. */
  readonly position: number | null;
}

/**
 * See `DeletionStore.countRestorable`. The places are all of jobs, or all of steps. An image whose last tag went with
 * it is there no more, unless it was pushed again.
 */
export async function countRestorable(db: Kysely<Tables>, places: readonly StepPlace[]): Promise<number[]> {
  const { tableOf, join, among, elementsOf } = dialectOf(db);
  const wanted = tableOf(places.map(({ jobId, position }) => [jobId, position]));
  const isWanted =
    places[0]?.position == null ? sql<SqlBool>`true` : sql<SqlBool>`step.position = cast(wanted.value ->> 1 as bigint)`;
  const isHeld = sql`exists (select 1 from image ${join} repository_image on repository_image.image_id = image.id
    ${join} repository on repository.id = repository_image.repository_id
    where image.digest = step.digest and repository.registry_id = job.registry_id
    and repository.name = job.repository)`;
  const isThere = sql`exists (select 1 from repository ${join} tag on tag.repository_id = repository.id
    where repository.registry_id = job.registry_id and repository.name = job.repository
    and tag.name = named.value)`;
  const { rows } = await sql<{ place: number; total: number }>`
    select wanted.key as place, count(*) as total from ${wanted} as wanted
      ${join} deletion_step as step on step.job_id = wanted.value ->> 0 and ${isWanted}
      ${join} job on job.id = step.job_id cross join ${elementsOf(sql`step.tags`)} as named
      where ${among(sql`step.state`, goneStates)} and step.digest is not null and step.kind <> 'RESTORE'
        and (step.kind = 'TAG' or ${isHeld}) and not ${isThere}
      group by wanted.key`.execute(db);
  const totals = new Map(rows.map(({ place, total }) => [place, total]));
  return places.map((_place, at) => totals.get(at) ?? 0);
}
