import { type DeleteQueryBuilder, type DeleteResult, type Kysely, type RawBuilder, sql, type SqlBool } from 'kysely';
import { countedTogether } from '../../domain/approval.js';
import { type JobKind, unfinished } from '../../domain/job.js';
import type { Tables } from '../database/database.js';
import { dialectOf } from '../dialect/dialects.js';
import { unlimited } from '../sql/rows.js';
import { isPieceRow } from './pieces.js';

/** Ended jobs of each kind that are kept of a registry, and of wholes of all of them. */
const jobsKept = 50;

/**
 * Within a transaction: forgets the oldest of a kind, and never one that has not ended, or that still counts. Pieces
 * are forgotten with their wholes.
 */
export async function forgetOldest(db: Kysely<Tables>, registryId: string, kind: JobKind, now: Date): Promise<void> {
  const ended = db
    .selectFrom('job')
    .select('id')
    .where('registry_id', '=', registryId)
    .where('kind', '=', kind)
    .where('state', 'not in', unfinished)
    .where(sql<SqlBool>`not ${isPieceRow(dialectOf(db))}`);
  const old = ended.orderBy(dialectOf(db).arrival('job'), 'desc').limit(unlimited).offset(jobsKept);
  await forget(db.deleteFrom('job').where('id', 'in', old), now);
}

/** As `forgetOldest`, of the wholes of all registries whose pieces are of this kind, with all of them. */
export async function forgetOldestWholes(db: Kysely<Tables>, kind: JobKind, now: Date): Promise<void> {
  const old = sql`select parent_id from job where kind = ${kind} and parent_id is not null group by parent_id
    having count(*) = count(finished_at) order by max(${dialectOf(db).arrival('job')}) desc
    limit ${unlimited} offset ${jobsKept}`;
  await forget(db.deleteFrom('job').where(sql<SqlBool>`parent_id in (${old})`), now);
}

async function forget(old: DeleteQueryBuilder<Tables, 'job', DeleteResult>, now: Date): Promise<void> {
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
