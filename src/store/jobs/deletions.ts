import { type Kysely, sql } from 'kysely';
import {
  type DeletionStep,
  isOver,
  type JobStep,
  type PlannedRestoration,
  type PlannedStep,
  type RestorationStep,
  type StepError,
  type StepState,
} from '../../domain/deletion.js';
import type { NewAuditEntry } from '../../domain/audit.js';
import type { Digest } from '../../domain/digest.js';
import type { Job, PlacedJob } from '../../domain/job.js';
import type { TagName } from '../../domain/name.js';
import type { Page, PageRequest } from '../../domain/page.js';
import { insertEntry } from './audit.js';
import type { Database, Tables } from '../database/database.js';
import { dialectOf } from '../dialect/dialects.js';
import { type JobChanges, type NewJob, type OnJobEnd, tellEnd, updateJob } from './jobs.js';
import { countRestorable, type StepPlace } from './restorable.js';
import { insertPieces, insertStepJob, type NewStepJob } from './stepjobs.js';
import { pagesOfSteps, tagsGone, toStep } from './steps.js';

/** The fields of a step to write; an absent one stays. */
export interface StepChange {
  readonly state?: StepState;
  readonly placeholderDigest?: Digest | null;
  readonly error?: StepError | null;
}

/**
 * Deletions, and what undoes them, as jobs of steps: each step's state is on the disk before the next request that
 * depends on it.
 */
export interface DeletionStore {
  /**
   * One transaction: the job, queued or waiting for approval, all its steps, and the entry in the audit log. Throws
   * FORBIDDEN where too many wait; CHANGED_SINCE_PLAN where it would have to wait by now.
   */
  create(
    job: NewJob,
    steps: readonly (PlannedStep | PlannedRestoration)[],
    audit: (job: Job) => NewAuditEntry,
  ): Promise<PlacedJob>;
  /** As `create`, of the pieces of one whole, of one kind, in one transaction: all of them, or none. */
  createPieces(parentId: string, wanted: readonly NewStepJob[]): Promise<PlacedJob[]>;
  /**
   * One transaction: how the job ended, and the entry in the audit log. Does nothing for a job whose registry was
   * detached.
   */
  end(jobId: string, changes: JobChanges, entry: NewAuditEntry): Promise<void>;
  listSteps(jobId: string): Promise<DeletionStep[]>;
  /** The steps of a job that puts tags back. */
  listRestorations(jobId: string): Promise<RestorationStep[]>;
  /**
   * Of each job, in their order: how many tags it took off can come back, as far as the index tells: the registry does
   * not have them now, and may have their images. Of steps: 1 where any of theirs can, else 0. In another process.
   */
  countRestorable(places: readonly StepPlace[]): Promise<number[]>;
  /**
   * A page of each job: in their order; of one state when that is given. A cursor belongs to one job: `after` with
   * several is refused.
   */
  pagesOfSteps(
    jobIds: readonly string[],
    state: StepState | null,
    page: PageRequest,
  ): Promise<Map<string, Page<JobStep>>>;
  /**
   * The first tags, in the order of the steps, that each job took off so far; of a job that took off none: absent. In
   * another process.
   */
  tagsGone(jobIds: readonly string[], limit: number): Promise<Map<string, TagName[]>>;
  /** One transaction with the job's `done`, which counts the steps that are over. */
  record(jobId: string, position: number, change: StepChange): Promise<void>;
  /** Marks every step that was not begun as one that will not be. */
  cancelPending(jobId: string): Promise<void>;
  /** Steps of ended jobs whose placeholder may still stand. */
  listLeftovers(): Promise<{ readonly jobId: string; readonly step: DeletionStep }[]>;
}

export function createDeletionStore(
  { kysely: db, durably, scanner }: Pick<Database, 'kysely' | 'durably' | 'scanner'>,
  onEnd?: OnJobEnd,
): DeletionStore {
  const transact = <T>(work: (trx: Kysely<Tables>) => Promise<T>): Promise<T> =>
    durably(() => db.transaction().execute(work));
  return {
    create: (job, steps, audit) => transact((trx) => insertStepJob(trx, { job, steps, audit })),
    createPieces: (parentId, wanted) => transact((trx) => insertPieces(trx, parentId, wanted)),
    async end(jobId, changes, entry) {
      const ended = await transact(async (trx) => {
        const job = await updateJob(trx, jobId, changes);
        if (job) await insertEntry(trx, entry);
        return job;
      });
      tellEnd(onEnd, ended, changes);
    },
    listSteps: (jobId) => listSteps(db, jobId),
    listRestorations: (jobId) => listSteps(db, jobId),
    countRestorable: (places) => countRestorable(scanner, places),
    pagesOfSteps: (jobIds, state, page) => pagesOfSteps(db, jobIds, state, page),
    tagsGone: (jobIds, limit) => tagsGone(scanner, jobIds, limit),
    record: (jobId, position, change) => transact((trx) => record(trx, jobId, position, change)),
    async cancelPending(jobId) {
      const cancel = (writer: Kysely<Tables>): Promise<unknown> =>
        writer
          .updateTable('deletion_step')
          .set({ state: 'CANCELLED' })
          .where('job_id', '=', jobId)
          .where('state', '=', 'PENDING')
          .execute();
      // A transaction is refused to who lost its lease; one process alone loses none.
      await (dialectOf(db).engine === 'postgres' ? transact(cancel) : durably(() => cancel(db)));
    },
    async listLeftovers() {
      const query = db.selectFrom('deletion_step').selectAll().where('placeholder_digest', 'is not', null);
      const rows = await query
        .where(sql<boolean>`job_id in (select id from job where finished_at is not null)`)
        .execute();
      return rows.map((row) => ({ jobId: row.job_id, step: toStep<DeletionStep>(row) }));
    },
  };
}

async function listSteps<Step extends JobStep>(db: Kysely<Tables>, jobId: string): Promise<Step[]> {
  const query = db.selectFrom('deletion_step').selectAll().where('job_id', '=', jobId);
  return (await query.orderBy('position').execute()).map((row) => toStep<Step>(row));
}

async function record(
  trx: Kysely<Tables>,
  jobId: string,
  position: number,
  { state, placeholderDigest, error }: StepChange,
): Promise<void> {
  if (state && isOver(state)) {
    await sql`update job set done = done + 1 where id = ${jobId}
      and exists (select 1 from deletion_step where job_id = ${jobId} and position = ${position}
      and state in ('PENDING', 'SENT'))`.execute(trx);
  }
  await trx
    .updateTable('deletion_step')
    .set({
      position,
      ...(state && { state }),
      ...(placeholderDigest !== undefined && { placeholder_digest: placeholderDigest }),
      ...(error !== undefined && { error_code: error?.code ?? null, error_message: error?.message ?? null }),
    })
    .where('job_id', '=', jobId)
    .where('position', '=', position)
    .execute();
}
