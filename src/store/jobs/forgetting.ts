import { type Kysely, type RawBuilder, sql, type SqlBool } from 'kysely';
import { countedTogether } from '../../domain/approval.js';
import { type JobKind, unfinished } from '../../domain/job.js';
import type { Tables } from '../database/database.js';
import { dialectOf } from '../dialect/dialects.js';
import { unlimited } from '../sql/rows.js';

/** Ended jobs of each kind that are kept of a registry. */
const jobsKept = 50;

/** Within a transaction: forgets the oldest of a kind, and never one that has not ended, or that still counts. */
export async function forgetOldest(db: Kysely<Tables>, registryId: string, kind: JobKind, now: Date): Promise<void> {
  const ended = db
    .selectFrom('job')
    .select('id')
    .where('registry_id', '=', registryId)
    .where('kind', '=', kind)
    .where('state', 'not in', unfinished);
  const old = db
    .deleteFrom('job')
    .where('id', 'in', ended.orderBy(dialectOf(db).arrival('job'), 'desc').limit(unlimited).offset(jobsKept));
  // One that left a placeholder in its registry is how it is found again.
  await old
    .where(
      sql<SqlBool>`not exists (select 1 from deletion_step where job_id = job.id and placeholder_digest is not null)`,
    )
    .where(sql<SqlBool>`not ${countsStill(now)}`)
    .execute();
}

/**
 * Whether a deletion counts along with what its account asks for next: once fifty more had it forgotten, any number of
 * small ones would need no second person.
 */
function countsStill(now: Date): RawBuilder<SqlBool> {
  return sql<SqlBool>`(job.requested_account is not null and job.created_at > ${now.getTime() - countedTogether}
    and exists (select 1 from registry where registry.id = job.registry_id and registry.approvals <> '[]'))`;
}
