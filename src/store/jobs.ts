import { randomUUID } from 'node:crypto';
import type { Insertable, Selectable } from 'kysely';
import type { Job, JobFailure, JobKind, JobState } from '../domain/job.js';
import { isUuid } from '../domain/name.js';
import type { Database, Tables } from './database.js';

/** Failures that are kept of a job; the rest is only counted. */
const failuresKept = 100;
/** Jobs that are kept of a registry. */
const jobsKept = 50;

export interface JobStore {
  create(job: Pick<Job, 'kind' | 'registryId' | 'requestedBy' | 'createdAt'>): Promise<Job>;
  /** What is absent stays. Does nothing for a job whose registry was detached. */
  update(id: string, changes: Partial<Pick<Job, 'state' | 'done' | 'total' | 'failures' | 'failureCount' | 'finishedAt'>>): Promise<void>;
  find(id: string): Promise<Job | null>;
  /** Newest first. */
  listOf(registryId: string, limit: number): Promise<Job[]>;
  /** What an ended process left running did not finish. */
  cancelRunning(now: Date): Promise<void>;
}

export function createJobStore({ kysely: db }: Pick<Database, 'kysely'>): JobStore {
  const find = async (id: string): Promise<Job | null> => {
    const row = isUuid(id) ? await db.selectFrom('job').selectAll().where('id', '=', id).executeTakeFirst() : undefined;
    return row ? toJob(row) : null;
  };
  return {
    find,
    async create({ kind, registryId, requestedBy, createdAt }) {
      const id = randomUUID();
      const row: Insertable<Tables['job']> = {
        id,
        kind,
        registry_id: registryId,
        state: 'RUNNING',
        requested_by: requestedBy,
        created_at: createdAt.getTime(),
        failures: '[]',
        failure_count: 0,
        done: 0,
        total: 0,
      };
      await db.insertInto('job').values(row).execute();
      const old = db.selectFrom('job').select('id').where('registry_id', '=', registryId).orderBy('created_at', 'desc').limit(-1).offset(jobsKept);
      await db.deleteFrom('job').where('id', 'in', old).execute();
      return (await find(id))!;
    },
    async update(id, { failures, finishedAt, failureCount, ...changes }) {
      await db
        .updateTable('job')
        .set({
          ...changes,
          ...(failures && { failures: JSON.stringify(failures.slice(0, failuresKept)) }),
          ...(failureCount !== undefined && { failure_count: failureCount }),
          ...(finishedAt !== undefined && { finished_at: finishedAt?.getTime() ?? null }),
        })
        .where('id', '=', id)
        .execute();
    },
    async listOf(registryId, limit) {
      const rows = await db.selectFrom('job').selectAll().where('registry_id', '=', registryId).orderBy('created_at', 'desc').limit(limit).execute();
      return rows.map(toJob);
    },
    async cancelRunning(now) {
      await db.updateTable('job').set({ state: 'CANCELLED', finished_at: now.getTime() }).where('state', 'in', ['QUEUED', 'RUNNING']).execute();
    },
  };
}

function toJob(row: Selectable<Tables['job']>): Job {
  return {
    id: row.id,
    kind: row.kind as JobKind,
    registryId: row.registry_id,
    state: row.state as JobState,
    done: row.done,
    total: row.total,
    requestedBy: row.requested_by,
    failures: JSON.parse(row.failures) as JobFailure[],
    failureCount: row.failure_count,
    createdAt: new Date(row.created_at),
    finishedAt: row.finished_at === null ? null : new Date(row.finished_at),
  };
}
