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
 * it is there no more, unless it was pushed again. Of a step no tag is looked at after the first that can come back.
 */
export async function countRestorable(db: Kysely<Tables>, places: readonly StepPlace[]): Promise<number[]> {
  const { tableOf, join, among, elementsOf } = dialectOf(db);
  const isOfSteps = places[0]?.position != null;
  const wanted = tableOf(places.map(({ jobId, position }) => [jobId, position]));
  const isHeld = sql`exists (select 1 from image ${join} repository_image on repository_image.image_id = image.id
    ${join} repository on repository.id = repository_image.repository_id
    where image.digest = step.digest and repository.registry_id = job.registry_id
    and repository.name = job.repository)`;
  const isThere = sql`exists (select 1 from repository ${join} tag on tag.repository_id = repository.id
    where repository.registry_id = job.registry_id and repository.name = job.repository
    and tag.name = named.value)`;
  const isBack = sql<SqlBool>`${among(sql`step.state`, goneStates)} and step.digest is not null
    and step.kind <> 'RESTORE' and (step.kind = 'TAG' or ${isHeld})`;
  const tags = sql`${elementsOf(sql`step.tags`)} as named`;
  const found = isOfSteps
    ? sql`select wanted.key as place, 1 as total from ${wanted} as wanted
        ${join} deletion_step as step on step.job_id = wanted.value ->> 0
          and step.position = cast(wanted.value ->> 1 as bigint)
        ${join} job on job.id = step.job_id
        where ${isBack} and exists (select 1 from ${tags} where not ${isThere})`
    : sql`select wanted.key as place, count(*) as total from ${wanted} as wanted
        ${join} deletion_step as step on step.job_id = wanted.value ->> 0
        ${join} job on job.id = step.job_id cross join ${tags}
        where ${isBack} and not ${isThere} group by wanted.key`;
  const { rows } = await sql<{ place: number; total: number }>`${found}`.execute(db);
  const totals = new Map(rows.map(({ place, total }) => [place, total]));
  return places.map((_place, at) => totals.get(at) ?? 0);
}
