import { type Kysely, type RawBuilder, sql, type SqlBool } from 'kysely';
import type { Job, JobKind, PlacedJob } from '../../domain/job.js';
import { joinPieces, pieceKinds, wholeKinds } from '../../domain/jobpieces.js';
import type { Tables } from '../database/database.js';
import type { Dialect } from '../dialect/dialect.js';
import { dialectOf } from '../dialect/dialects.js';
import { chunk } from '../sql/rows.js';
import { toJob } from './jobrow.js';

/** See `JobStore.listPieces`. */
export async function listPieces(db: Kysely<Tables>, parentIds: readonly string[]): Promise<Map<string, PlacedJob[]>> {
  const found: PlacedJob[] = [];
  for (const some of chunk(parentIds)) {
    const query = db.selectFrom('job').selectAll().where('parent_id', 'in', some);
    for (const row of await query.orderBy(dialectOf(db).arrival('job')).execute()) found.push(toJob(row));
  }
  return Map.groupBy(found, ({ parentId }) => parentId!);
}

/** The wholes of these ids, as the pieces of them tell that are there. */
export async function findWholes(db: Kysely<Tables>, ids: readonly string[]): Promise<Map<string, Job>> {
  const pieces = await listPieces(db, ids);
  return new Map(
    [...pieces].flatMap(([id, some]) => {
      const whole = joinPieces(id, some);
      return whole ? [[id, whole] as const] : [];
    }),
  );
}

/** The kinds of the pieces whose wholes are of these kinds. */
export function toPieceKinds(kinds: readonly JobKind[]): readonly JobKind[] {
  return pieceKinds.filter((kind) => kinds.includes(wholeKinds[kind]));
}

/** Of `job`: as `isPiece` of domain/jobpieces.ts. */
export function isPieceRow({ among }: Dialect): RawBuilder<SqlBool> {
  return sql<SqlBool>`(job.parent_id is not null and ${among(sql`job.kind`, pieceKinds)})`;
}

/** Of a piece: none of the same whole was made after it, of those that are seen. */
export function isLastPiece({ arrival }: Dialect): RawBuilder<SqlBool> {
  return sql<SqlBool>`not exists (select 1 from job as later where later.parent_id = job.parent_id
    and ${arrival('job', 'later')} > ${arrival('job')})`;
}

/** The state of the whole that `job` is a piece of: as `judgeWhole` of domain/jobpieces.ts. */
export const stateOfWhole = sql<string>`(select case
    when count(case when own.state = 'RUNNING' then 1 end) > 0 then 'RUNNING'
    when count(case when own.state = 'QUEUED' then 1 end) > 0 then
      case when count(case when own.state not in ('QUEUED', 'AWAITING_APPROVAL') then 1 end) > 0
        then 'RUNNING' else 'QUEUED' end
    when count(case when own.state = 'AWAITING_APPROVAL' then 1 end) > 0 then 'AWAITING_APPROVAL'
    when count(case when own.state in ('FAILED', 'PARTIALLY_FAILED') then 1 end) > 0 then
      case when count(case when own.state in ('SUCCEEDED', 'PARTIALLY_FAILED') then 1 end) > 0
        then 'PARTIALLY_FAILED' else 'FAILED' end
    when count(case when own.state = 'CANCELLED' then 1 end) > 0 then 'CANCELLED'
    else 'SUCCEEDED' end
  from job as own where own.parent_id = job.parent_id)`;
