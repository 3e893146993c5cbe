import { type Kysely, type RawBuilder, type Selectable, sql, type SqlBool } from 'kysely';
import { goneStates, type JobStep, type StepProgress, type StepState } from '../../domain/deletion.js';
import type { TagName } from '../../domain/name.js';
import { badCursor, decodeCursor, encodeCursor, type Page, type PageRequest } from '../../domain/page.js';
import type { Tables } from '../database/database.js';
import { fromJsonText } from '../database/json.js';
import { dialectOf } from '../dialect/dialects.js';
import { chunk } from '../sql/rows.js';

type StepRow = Selectable<Tables['deletion_step']>;

/** See `DeletionStore.pagesOfSteps`. */
export async function pagesOfSteps(
  db: Kysely<Tables>,
  jobIds: readonly string[],
  state: StepState | null,
  { first, after }: PageRequest,
): Promise<Map<string, Page<JobStep>>> {
  const scopeOf = (jobId: string | undefined): string => `steps:${jobId}:${state ?? ''}`;
  if (after !== null && jobIds.length > 1) throw badCursor();
  const [position] = after === null ? [-1] : decodeCursor(scopeOf(jobIds[0]), after, 1);
  if (typeof position !== 'number') throw badCursor();
  const isWanted = state === null ? sql<SqlBool>`true` : sql<SqlBool>`state = ${state}`;
  const pages = new Map<string, Page<JobStep>>();
  let counts: Promise<Map<string, number>> | undefined;
  for (const some of chunk(jobIds)) {
    const { listOf, pick } = dialectOf(db);
    const next = sql`select position from deletion_step
      where job_id = wanted.value and position > ${position} and ${isWanted} order by position limit ${first + 1}`;
    const isOfJob = sql`step.job_id = wanted.value`;
    const { rows } = await sql<StepRow>`
      select step.* from ${listOf(some)} as wanted
        ${pick(sql`deletion_step as step`, sql`step.position`, next, isOfJob)}
        order by step.job_id, step.position`.execute(db);
    const groups = Map.groupBy(rows, (row) => row.job_id);
    for (const jobId of some) {
      const found = groups.get(jobId) ?? [];
      pages.set(jobId, {
        items: found.slice(0, first).map((row) => toStep(row)),
        hasNextPage: found.length > first,
        hasPreviousPage: after !== null,
        totalCount: async () => (await (counts ??= countSteps(db, jobIds, isWanted))).get(jobId) ?? 0,
        cursorOf: (step) => encodeCursor(scopeOf(jobId), [step.position]),
      });
    }
  }
  return pages;
}

/** See `DeletionStore.tagsGone`. */
export async function tagsGone(
  db: Kysely<Tables>,
  jobIds: readonly string[],
  limit: number,
): Promise<Map<string, TagName[]>> {
  const gone = new Map<string, TagName[]>();
  for (const some of chunk(jobIds)) {
    const { listOf, pick, among } = dialectOf(db);
    // Each has a tag at the least: a child of an index has none, and is left out.
    const first = sql`select position from deletion_step where job_id = wanted.value and kind <> 'CHILD'
      and ${among(sql`state`, goneStates)} order by position limit ${limit}`;
    const { rows } = await sql<Pick<StepRow, 'job_id' | 'tags'>>`
      select step.job_id, step.tags from ${listOf(some)} as wanted
        ${pick(sql`deletion_step as step`, sql`step.position`, first, sql`step.job_id = wanted.value`)}
        order by step.job_id, step.position`.execute(db);
    for (const [jobId, steps] of Map.groupBy(rows, (row) => row.job_id))
      gone.set(jobId, steps.flatMap(({ tags }) => fromJsonText(tags)).slice(0, limit));
  }
  return gone;
}

async function countSteps(
  db: Kysely<Tables>,
  jobIds: readonly string[],
  isWanted: RawBuilder<SqlBool>,
): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const some of chunk(jobIds)) {
    const query = db.selectFrom('deletion_step').select(['job_id as id', sql<number>`count(*)`.as('total')]);
    const rows = await query
      .where(dialectOf(db).among(sql`job_id`, some))
      .where(isWanted)
      .groupBy('job_id')
      .execute();
    for (const { id, total } of rows) counts.set(id, total);
  }
  return counts;
}

/** `Step`: of the jobs of its kind. Rows are written from planned steps only: see createDeletionStore. */
export function toStep<Step extends JobStep = JobStep>(row: StepRow): Step {
  const { kind, digest } = row;
  const progress: StepProgress = {
    position: row.position,
    state: row.state,
    placeholderDigest: row.placeholder_digest,
    error:
      row.error_code === null || row.error_message === null
        ? null
        : { code: row.error_code, message: row.error_message },
  };
  return { kind, digest, tags: fromJsonText(row.tags), ...progress } as Step;
}
