import { randomUUID } from 'node:crypto';
import { type Insertable, type Kysely, type RawBuilder, type Selectable, sql, type SqlBool } from 'kysely';
import {
  type Job,
  type JobFilter,
  type JobKind,
  type JobState,
  type PlacedJob,
  underWay,
  unfinished,
} from '../../domain/job.js';
import type { PieceOutline } from '../../domain/jobpieces.js';
import type { Page, PageRequest } from '../../domain/page.js';
import type { Database, Tables } from '../database/database.js';
import { toJsonText } from '../database/json.js';
import { dialectOf } from '../dialect/dialects.js';
import { recordJobs } from '../events/recording.js';
import { withStorage } from '../file/errors.js';
import { listKeys } from '../sql/filters.js';
import { collectInChunks } from '../sql/rows.js';
import { findJob, findJobs, findSeen, type SeenPlace } from './finding.js';
import { forgetOldest } from './forgetting.js';
import { newestOf, pageJobs } from './joblists.js';
import { takeUp, toJob } from './jobrow.js';
import { listOutlines, listPieces, pagesOfPieces } from './pieces.js';

/** Failures that are kept of a job; the rest is only counted. */
const failuresKept = 100;

/** The fields that a job begins with. */
export type NewJob = Pick<PlacedJob, 'kind' | 'registryId' | 'requestedBy' | 'createdAt'> &
  Partial<
    Pick<Job, 'parentId' | 'repository' | 'requestId' | 'state' | 'total' | 'requestedAccount' | 'approvalExpiresAt'>
  > & {
    readonly alone?: AloneLimit | null;
  };

/** How much an account deletes from a repository without a second person. */
export interface AloneLimit {
  readonly since: Date;
  /** Tags that it may have had deleted there since then, beside those of the job. */
  readonly most: number;
}

export type JobChanges = Partial<
  Pick<Job, 'state' | 'done' | 'total' | 'failures' | 'failureCount' | 'finishedAt' | 'cancelledBy'> & {
    /** When a gateway takes it up; null: it was left, and waits to be taken up. */
    readonly resumedAt: Date | null;
  }
>;

/** Jobs are in the order they were made in, whatever the clock said then. */
export interface JobStore {
  create(job: NewJob): Promise<PlacedJob>;
  /**
   * As `create`, for who has the lease of this work in the registry: those of the kind there that have not ended were
   * left by gateways that ended, and end as CANCELLED in the same transaction.
   */
  createLeased(job: NewJob): Promise<PlacedJob>;
  /** Writes these fields; an absent one stays. Does nothing for a job whose registry was detached. */
  update(id: string, changes: JobChanges): Promise<void>;
  /**
   * A whole of pieces is told by those that are seen, with `sees` by those of the places that this holds of; null: none
   * is, or it does not hold of the job.
   */
  find(id: string, sees?: (place: SeenPlace) => boolean): Promise<Job | null>;
  findMany(ids: readonly string[]): Promise<Job[]>;
  /** Of each of these that has any: its pieces, in the order they were made in. */
  listPieces(parentIds: readonly string[]): Promise<Map<string, PlacedJob[]>>;
  /** As `listPieces`, of so much of each as rights are asked about. */
  outlines(parentIds: readonly string[]): Promise<Map<string, PieceOutline[]>>;
  /**
   * A page of the pieces of each, of some states when these are given. A cursor belongs to one job: `after` with
   * several is refused.
   */
  pagesOfPieces(
    parentIds: readonly string[],
    states: readonly JobState[] | null,
    page: PageRequest,
  ): Promise<Map<string, Page<Job>>>;
  /** Of each registry that has any: its newest of these kinds, newest first. */
  listOf(registryIds: readonly string[], kinds: readonly JobKind[], limit: number): Promise<Map<string, PlacedJob[]>>;
  /**
   * A page of all, the newest first, with wholes in place of their pieces unless the filter wants these: looks at as
   * many as the filter leaves out, in another process.
   */
  list(filter: JobFilter, page: PageRequest): Promise<Page<Job>>;
  /** Those that a gateway works on, or is to, oldest first: not those that wait for approval. */
  listUnfinished(kinds: readonly JobKind[]): Promise<PlacedJob[]>;
  /**
   * Ends, as CANCELLED, the jobs of these kinds that an ended process left running: those that no gateway has the lease
   * of.
   */
  cancelRunning(kinds: readonly JobKind[], now: Date): Promise<void>;
}

/** Told of each job that has ended, once; not of what an ended process left. `ms`: from when it was asked for. */
export type OnJobEnd = (job: Pick<PlacedJob, 'kind' | 'registryId' | 'state'> & { readonly ms: number }) => void;

export function createJobStore(
  { kysely: db, scanner }: Pick<Database, 'kysely' | 'scanner'>,
  onEnd?: OnJobEnd,
): JobStore {
  const isShared = dialectOf(db).engine === 'postgres';
  return {
    find: (id, sees) => (sees ? findSeen(db, id, sees) : findJob(db, id)),
    create: (job) => db.transaction().execute((trx) => insertJob(trx, job)),
    createLeased: (job) =>
      db.transaction().execute(async (trx) => {
        // One process alone has ended those at its start.
        if (isShared) await cancelUnfinished(trx, [job.kind], isOf(job.registryId), job.createdAt);
        return insertJob(trx, job);
      }),
    async update(id, changes) {
      const isStep = changes.finishedAt || (isShared && changes.state);
      // Its progress is of no event, and is written in one statement. A transaction is refused to who lost its lease.
      const write = (): Promise<ChangedJob | undefined> =>
        isStep ? db.transaction().execute((trx) => updateJob(trx, id, changes)) : updateJob(db, id, changes);
      const changed = await (changes.finishedAt ? withStorage(write) : write());
      tellEnd(onEnd, changed, changes);
    },
    findMany: (ids) => findJobs(db, ids),
    listPieces: (parentIds) => listPieces(db, parentIds),
    outlines: (parentIds) => listOutlines(db, parentIds),
    pagesOfPieces: (parentIds, states, page) => pagesOfPieces(db, parentIds, states, page),
    listOf: (registryIds, kinds, limit) => newestOf(db, registryIds, kinds, limit),
    list: (filter, page) => pageJobs(scanner, filter, page),
    async listUnfinished(kinds) {
      const query = db.selectFrom('job').selectAll().where('state', 'in', underWay).where('kind', 'in', kinds);
      return (await query.orderBy(dialectOf(db).arrival('job')).execute()).map(toJob);
    },
    async cancelRunning(kinds, now) {
      const isLeft = sql<SqlBool>`not exists (select 1 from lease where name = job.kind || ' ' || job.registry_id)`;
      await db.transaction().execute((trx) => cancelUnfinished(trx, kinds, isLeft, now));
    },
  };
}

function isOf(registryId: string): RawBuilder<SqlBool> {
  return sql<SqlBool>`registry_id = ${registryId}`;
}

/** Within a transaction. */
async function cancelUnfinished(
  db: Kysely<Tables>,
  kinds: readonly JobKind[],
  isLeft: RawBuilder<SqlBool>,
  now: Date,
): Promise<void> {
  const change = { state: 'CANCELLED' as const, finished_at: now.getTime() };
  const running = db.updateTable('job').set(change).where('state', 'in', unfinished).where('kind', 'in', kinds);
  const ended = await running.where(isLeft).returning('id').execute();
  const ids = listKeys(
    db,
    ended.map(({ id }) => id),
  );
  if (ended.length > 0) await recordJobs(db, ids, 'JOB_ENDED', now.getTime());
}

/** Tells of a job that has ended; nothing of one whose registry was detached. */
export function tellEnd(
  onEnd: OnJobEnd | undefined,
  job: ChangedJob | undefined,
  { state, finishedAt }: JobChanges,
): void {
  if (job && state && finishedAt)
    onEnd?.({
      kind: job.kind,
      registryId: job.registry_id,
      state,
      ms: finishedAt.getTime() - job.created_at,
    });
}

type ChangedJob = Pick<Selectable<Tables['job']>, 'kind' | 'registry_id' | 'created_at'>;

/**
 * Gives the job, where it is there; the state of one that has ended stays as it is. One that ends is told of: within a
 * transaction.
 */
export async function updateJob(
  db: Kysely<Tables>,
  id: string,
  { failures, finishedAt, failureCount, cancelledBy, resumedAt, ...changes }: JobChanges,
): Promise<ChangedJob | undefined> {
  const changed = await db
    .updateTable('job')
    .set({
      ...changes,
      ...(failures && { failures: toJsonText(failures.slice(0, failuresKept)) }),
      ...(failureCount !== undefined && { failure_count: failureCount }),
      ...(finishedAt !== undefined && { finished_at: finishedAt?.getTime() ?? null }),
      ...(cancelledBy !== undefined && { cancelled_by: cancelledBy }),
      ...(resumedAt !== undefined && takeUp(resumedAt?.getTime() ?? null)),
    })
    .where('id', '=', id)
    .$if(changes.state !== undefined, (some) => some.where('state', 'in', unfinished))
    .returning(['kind', 'registry_id', 'created_at'])
    .executeTakeFirst();
  if (changed && finishedAt) await recordJobs(db, listKeys(db, [id]), 'JOB_ENDED', finishedAt.getTime());
  return changed;
}

/** Forgets the oldest of its kind. Within a transaction. */
export async function insertJob(db: Kysely<Tables>, job: NewJob): Promise<PlacedJob> {
  const [inserted] = await insertJobs(db, [job]);
  await forgetOldest(db, job.registryId, job.kind, job.createdAt);
  return inserted!;
}

/** In this order. They are told of as begun at one time, that of the first. Within a transaction. */
export async function insertJobs(db: Kysely<Tables>, jobs: readonly NewJob[]): Promise<PlacedJob[]> {
  const rows = jobs.map(toRow);
  const inserted = await collectInChunks(rows, (some) =>
    db
      .insertInto('job')
      .values([...some])
      .returningAll()
      .execute(),
  );
  const ids = rows.map(({ id }) => id);
  if (jobs[0]) await recordJobs(db, listKeys(db, ids), 'JOB_BEGAN', jobs[0].createdAt.getTime());
  const byId = new Map(inserted.map((row) => [row.id, row]));
  return ids.map((id) => toJob(byId.get(id)!));
}

function toRow({ kind, registryId, repository, requestedBy, requestId, total, createdAt, ...asked }: NewJob) {
  const { state = 'RUNNING' } = asked;
  const begunAt = state === 'RUNNING' ? createdAt.getTime() : null;
  return {
    id: randomUUID(),
    kind,
    parent_id: asked.parentId ?? null,
    registry_id: registryId,
    repository: repository ?? null,
    state,
    requested_by: requestedBy,
    request_id: requestId ?? null,
    requested_account: asked.requestedAccount ?? null,
    approval_expires_at: asked.approvalExpiresAt?.getTime() ?? null,
    created_at: createdAt.getTime(),
    started_at: begunAt,
    resumed_at: begunAt,
    failures: toJsonText([]),
    failure_count: 0,
    done: 0,
    total: total ?? 0,
  } satisfies Insertable<Tables['job']>;
}
