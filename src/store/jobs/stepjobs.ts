import type { Kysely } from 'kysely';
import type { NewAuditEntry } from '../../domain/audit.js';
import type { PlannedRestoration, PlannedStep } from '../../domain/deletion.js';
import type { Job, PlacedJob } from '../../domain/job.js';
import type { Tables } from '../database/database.js';
import { toJsonText } from '../database/json.js';
import { chunk } from '../sql/rows.js';
import { assertAlone, assertFewWaiting } from './approvals.js';
import { insertEntries } from './audit.js';
import { forgetOldest, forgetOldestWholes } from './forgetting.js';
import { insertJobs, type NewJob } from './jobs.js';

/** A job of steps that is to be written down, and what its entry in the audit log is. */
export interface NewStepJob {
  readonly job: NewJob;
  readonly steps: readonly (PlannedStep | PlannedRestoration)[];
  readonly audit: (job: Job) => NewAuditEntry;
}

/** See `DeletionStore.create`. Within a transaction. */
export async function insertStepJob(trx: Kysely<Tables>, wanted: NewStepJob): Promise<PlacedJob> {
  const { job } = wanted;
  if (isWaiting(job)) await assertFewWaiting(trx, job);
  else await assertAlone(trx, job);
  const [created] = await insertAll(trx, [wanted]);
  await forgetOldest(trx, job.registryId, job.kind, job.createdAt);
  return created!;
}

/**
 * See `DeletionStore.createPieces`. Within a transaction, in a number of statements that does not grow with that of the
 * pieces, but for those of an account that deletes so much alone and no more.
 */
export async function insertPieces(
  trx: Kysely<Tables>,
  parentId: string,
  wanted: readonly NewStepJob[],
): Promise<PlacedJob[]> {
  const jobs = wanted.map(({ job }) => job);
  const waiting = new Map(jobs.filter(isWaiting).map((job) => [job.registryId, job]));
  for (const job of waiting.values()) await assertFewWaiting(trx, job);
  for (const job of jobs) if (!isWaiting(job)) await assertAlone(trx, job);
  const created = await insertAll(
    trx,
    wanted.map((one) => ({ ...one, job: { ...one.job, parentId } })),
  );
  const [first] = jobs;
  if (first) await forgetOldestWholes(trx, first.kind, first.createdAt);
  return created;
}

async function insertAll(trx: Kysely<Tables>, wanted: readonly NewStepJob[]): Promise<PlacedJob[]> {
  const created = await insertJobs(
    trx,
    wanted.map(({ job, steps }) => ({
      ...job,
      state: isWaiting(job) ? ('AWAITING_APPROVAL' as const) : ('QUEUED' as const),
      total: steps.length,
    })),
  );
  const rows = created.flatMap(({ id }, at) => wanted[at]!.steps.map((step, position) => toRow(id, position, step)));
  for (const some of chunk(rows))
    await trx
      .insertInto('deletion_step')
      .values([...some])
      .execute();
  await insertEntries(
    trx,
    created.map((job, at) => wanted[at]!.audit(job)),
  );
  return created;
}

function isWaiting({ approvalExpiresAt }: NewJob): boolean {
  return approvalExpiresAt != null;
}

function toRow(jobId: string, position: number, { kind, digest, tags }: PlannedStep | PlannedRestoration) {
  return { job_id: jobId, position, kind, digest, tags: toJsonText(tags), state: 'PENDING' as const };
}
