import { type Kysely, sql } from 'kysely';
import { maxWaiting } from '../../domain/approval.js';
import type { NewAuditEntry } from '../../domain/audit.js';
import type { PlacedJob } from '../../domain/job.js';
import type { RepositoryName } from '../../domain/name.js';
import { GatewayError } from '../../errors.js';
import type { Database, Tables } from '../database/database.js';
import { fromJsonText } from '../database/json.js';
import { dialectOf, locking } from '../dialect/dialects.js';
import { recordJobs } from '../events/recording.js';
import { listKeys } from '../sql/filters.js';
import { chunk } from '../sql/rows.js';
import { insertEntries } from './audit.js';
import { type NewJob, type OnJobEnd, tellEnd } from './jobs.js';
import { toJob } from './jobrow.js';

/** The end of the waiting: it was approved, and is to be worked on, or is cancelled. */
export type Decision = { readonly approvedBy: string } | { readonly cancelledBy: string };

/** A repository, and the account of which something is asked there. */
export interface AskedPlace {
  readonly registryId: string;
  readonly repository: RepositoryName;
  readonly accountId: string;
}

/** Deletions that wait for a second person. */
export interface ApprovalStore {
  /**
   * One transaction: the decision, of each of these its entry in the audit log, and its event. Gives the ids of those
   * that waited. Nothing was written of the others: they wait no longer, are approved when their time is over, or their
   * registry was detached.
   */
  decide(entries: ReadonlyMap<string, NewAuditEntry>, decision: Decision, at: Date): Promise<ReadonlySet<string>>;
  /** Of each registry that has any: those that wait, the oldest first. */
  listWaiting(registryIds: readonly string[]): Promise<Map<string, PlacedJob[]>>;
  /** Those that have waited to the end. */
  listExpired(now: Date): Promise<PlacedJob[]>;
  /**
   * The tags of deletions that the account began there since then without a second person, and that were not
   * cancelled.
   */
  countDeletedAlone(place: AskedPlace, since: Date): Promise<number>;
}

export function createApprovalStore(
  { kysely: db, durably }: Pick<Database, 'kysely' | 'durably'>,
  onEnd?: OnJobEnd,
): ApprovalStore {
  return {
    async decide(entries, decision, at) {
      const decided = await durably(() => db.transaction().execute((trx) => decideWithin(trx, entries, decision, at)));
      if ('cancelledBy' in decision)
        for (const job of decided.values()) tellEnd(onEnd, job, { state: 'CANCELLED', finishedAt: at });
      return new Set(decided.keys());
    },
    async listWaiting(registryIds) {
      const found: PlacedJob[] = [];
      for (const some of chunk(registryIds)) {
        const rows = await selectWaiting(db)
          .where(dialectOf(db).among(sql`registry_id`, some))
          .execute();
        for (const row of rows) found.push(toJob(row));
      }
      return Map.groupBy(found, (job) => job.registryId);
    },
    async listExpired(now) {
      const rows = await selectWaiting(db).where('approval_expires_at', '<=', now.getTime()).execute();
      return rows.map(toJob);
    },
    countDeletedAlone: (place, since) => countDeletedAlone(db, place, since),
  };
}

/**
 * Within a transaction: one counts in a registry after the other. The pieces of a whole are as one, which is approved
 * at once. Throws FORBIDDEN where as many wait as may.
 */
export async function assertFewWaiting(trx: Kysely<Tables>, { registryId, requestedAccount }: NewJob): Promise<void> {
  await lockRegistry(trx, registryId);
  const count = async (column: 'registry_id' | 'requested_account', value: string): Promise<number> => {
    const query = trx.selectFrom('job').where('state', '=', 'AWAITING_APPROVAL').where(column, '=', value);
    const total = sql<number>`count(distinct coalesce(parent_id, id))`.as('total');
    return (await query.select(total).executeTakeFirstOrThrow()).total;
  };
  const next = 'Have one approved, or cancel it, first. Nothing was touched.';
  if ((await count('registry_id', registryId)) >= maxWaiting.ofRegistry)
    throw new GatewayError(
      'FORBIDDEN',
      `${maxWaiting.ofRegistry} deletions wait for approval in this registry, as many as may. ${next}`,
    );
  if (requestedAccount && (await count('requested_account', requestedAccount)) >= maxWaiting.ofAccount)
    throw new GatewayError(
      'FORBIDDEN',
      `${maxWaiting.ofAccount} deletions of this account wait for approval, as many as may. ${next}`,
    );
}

/**
 * Within a transaction: two deletions of an account that begin at once are counted one after the other. Throws
 * CHANGED_SINCE_PLAN where it had more deleted there than it may alone.
 */
export async function assertAlone(trx: Kysely<Tables>, job: NewJob): Promise<void> {
  const { alone, registryId, repository, requestedAccount: accountId } = job;
  if (!alone || !repository || !accountId) return;
  await lockRegistry(trx, registryId);
  if ((await countDeletedAlone(trx, { registryId, repository, accountId }, alone.since)) <= alone.most) return;
  const what = `Other deletions of this account from ${repository} began meanwhile: with them it needs approval`;
  throw new GatewayError('CHANGED_SINCE_PLAN', `${what}. Nothing was touched: ask for it again.`);
}

/** Until the transaction ends no other counts there: a machine has no account whose row could be locked. */
async function lockRegistry(trx: Kysely<Tables>, id: string): Promise<void> {
  await locking(trx, trx.selectFrom('registry').select('id').where('id', '=', id), 'forNoKeyUpdate').execute();
}

function selectWaiting(db: Kysely<Tables>) {
  return db
    .selectFrom('job')
    .selectAll()
    .where('state', '=', 'AWAITING_APPROVAL')
    .orderBy(dialectOf(db).arrival('job'));
}

type WaitedJob = NonNullable<Awaited<ReturnType<typeof changeWaiting>>>;

/** Gives those that waited. */
async function decideWithin(
  trx: Kysely<Tables>,
  entries: ReadonlyMap<string, NewAuditEntry>,
  decision: Decision,
  at: Date,
): Promise<Map<string, WaitedJob>> {
  const isApproved = 'approvedBy' in decision;
  const decided = new Map<string, WaitedJob>();
  // In one order, so that two that decide at once take the rows in it.
  for (const id of [...entries.keys()].toSorted()) {
    const changed = await changeWaiting(trx, id, decision, at);
    if (changed) decided.set(id, changed);
  }
  const ids = [...decided.keys()];
  if (ids.length === 0) return decided;
  if (!isApproved)
    await trx
      .updateTable('deletion_step')
      .set({ state: 'CANCELLED' })
      .where(dialectOf(trx).among(sql`job_id`, ids))
      .execute();
  await insertEntries(
    trx,
    ids.map((id) => entries.get(id)!),
  );
  await recordJobs(trx, listKeys(trx, ids), isApproved ? 'JOB_BEGAN' : 'JOB_ENDED', at.getTime());
  return decided;
}

/** Of two that decide at once one finds it waiting. */
function changeWaiting(trx: Kysely<Tables>, jobId: string, decision: Decision, at: Date) {
  const isApproved = 'approvedBy' in decision;
  return trx
    .updateTable('job')
    .set(
      isApproved
        ? { state: 'QUEUED', approved_by: decision.approvedBy }
        : { state: 'CANCELLED', cancelled_by: decision.cancelledBy, finished_at: at.getTime() },
    )
    .where('id', '=', jobId)
    .where('state', '=', 'AWAITING_APPROVAL')
    .$if(isApproved, (some) => some.where('approval_expires_at', '>', at.getTime()))
    .returning(['kind', 'registry_id', 'created_at'])
    .executeTakeFirst();
}

async function countDeletedAlone(
  db: Kysely<Tables>,
  { registryId, repository, accountId }: AskedPlace,
  since: Date,
): Promise<number> {
  const rows = await db
    .selectFrom('job')
    .innerJoin('deletion_step', 'deletion_step.job_id', 'job.id')
    .select('deletion_step.tags')
    .where('job.registry_id', '=', registryId)
    .where('job.repository', '=', repository)
    .where('job.requested_account', '=', accountId)
    .where('job.created_at', '>', since.getTime())
    .where('job.approval_expires_at', 'is', null)
    .where('deletion_step.state', '!=', 'CANCELLED')
    .where('deletion_step.kind', '!=', 'RESTORE')
    .execute();
  return rows.reduce((sum, { tags }) => sum + fromJsonText(tags).length, 0);
}
