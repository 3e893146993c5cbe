import { type Selectable, sql } from 'kysely';
import type { PlacedJob } from '../../domain/job.js';
import { fromJsonText } from '../database/json.js';
import type { Tables } from '../database/database.js';
import { toDate } from '../sql/rows.js';

export type JobRow = Selectable<Tables['job']>;

export function toJob(row: JobRow): PlacedJob {
  return {
    id: row.id,
    kind: row.kind,
    registryId: row.registry_id,
    repository: row.repository,
    parentId: row.parent_id,
    state: row.state,
    done: row.done,
    total: row.total,
    requestedBy: row.requested_by,
    requestId: row.request_id,
    requestedAccount: row.requested_account,
    cancelledBy: row.cancelled_by,
    approvedBy: row.approved_by,
    approvalExpiresAt: toDate(row.approval_expires_at),
    failures: fromJsonText(row.failures),
    failureCount: row.failure_count,
    createdAt: new Date(row.created_at),
    startedAt: toDate(row.started_at),
    pace:
      row.resumed_at === null ? null : { doneBefore: row.resumed_done, spent: 0, hands: 1, takenUp: row.resumed_at },
    finishedAt: toDate(row.finished_at),
  };
}

/** The columns of a job that is taken up at a time; null: of one that was left. */
export function takeUp(at: number | null) {
  if (at === null) return { resumed_at: null };
  return { resumed_at: at, resumed_done: sql<number>`done`, started_at: sql<number>`coalesce(started_at, ${at})` };
}
