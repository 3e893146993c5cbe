import { type Kysely, type RawBuilder, sql, type SqlBool } from 'kysely';
import type { Job, JobFailure } from '../../domain/job.js';
import { joinPieces, judgements, mostFailures, type PieceSum } from '../../domain/jobpieces.js';
import type { RepositoryName } from '../../domain/name.js';
import type { Tables } from '../database/database.js';
import { dialectOf } from '../dialect/dialects.js';
import { chunk, toDate } from '../sql/rows.js';
import type { JobRow } from './jobrow.js';

type SumRow = Pick<
  JobRow,
  'parent_id' | 'kind' | 'state' | 'done' | 'total' | 'requested_by' | 'request_id' | 'requested_account' | 'created_at'
> &
  Pick<JobRow, 'approval_expires_at' | 'started_at' | 'finished_at'> & {
    readonly count: number;
    readonly failed: number;
    readonly registry_first: string;
    readonly registry_last: string;
    readonly cancelled_first: string | null;
    readonly cancelled_last: string | null;
    readonly approved_first: string | null;
    readonly approved_last: string | null;
    readonly done_before: number;
    readonly spent: number;
    readonly hands: number;
    readonly taken_up: number;
    readonly left_all: number;
    readonly left_longest: number;
  };

/**
 * The wholes of these ids, as the pieces tell that are there; with `only` as those of these ids do. Two statements at
 * the most, and no piece is read but those that failed, however many there are.
 */
export async function findWholes(
  db: Kysely<Tables>,
  ids: readonly string[],
  only?: readonly string[],
): Promise<Map<string, Job>> {
  const wholes = new Map<string, Job>();
  for (const some of chunk(ids)) {
    const sums = Map.groupBy(await sumPieces(db, some, only), ({ parent_id: id }) => id!);
    const failed = [...sums].flatMap(([id, rows]) => (rows.some((row) => row.failed > 0) ? [id] : []));
    const failures = failed.length === 0 ? null : await listFailures(db, failed, only);
    for (const [id, rows] of sums) {
      const whole = joinPieces(id, rows.map(toSum), failures?.get(id) ?? []);
      if (whole) wholes.set(id, whole);
    }
  }
  return wholes;
}

/** One request made all pieces of a whole: they have one asker, one kind and one time. */
async function sumPieces(
  db: Kysely<Tables>,
  ids: readonly string[],
  only: readonly string[] | undefined,
): Promise<SumRow[]> {
  const { among, sumOf } = dialectOf(db);
  const { rows } = await sql<SumRow>`
    select parent_id, state, min(kind) as kind, count(*) as count,
      ${sumOf(sql`done`)} as done, ${sumOf(sql`total`)} as total,
      count(case when failure_count > 0 then 1 end) as failed,
      min(registry_id) as registry_first, max(registry_id) as registry_last,
      min(requested_by) as requested_by, min(request_id) as request_id, min(requested_account) as requested_account,
      min(cancelled_by) as cancelled_first, max(cancelled_by) as cancelled_last,
      min(approved_by) as approved_first, max(approved_by) as approved_last,
      min(approval_expires_at) as approval_expires_at, min(created_at) as created_at,
      min(started_at) as started_at, max(finished_at) as finished_at,
      ${sumOf(sql`case when resumed_at is null then done else resumed_done end`)} as done_before,
      ${sumOf(sql`case when finished_at > resumed_at then finished_at - resumed_at else 0 end`)} as spent,
      count(resumed_at) as hands, ${sumOf(sql`resumed_at`)} as taken_up,
      ${sumOf(sql`total - done`)} as left_all, max(total - done) as left_longest
    from job where ${among(sql`parent_id`, ids)} and ${only ? among(sql`id`, only) : sql`true`}
    group by parent_id, state`.execute(db);
  return rows;
}

/** Of each of these wholes: the first failure of each piece, as one of its repository. */
async function listFailures(
  db: Kysely<Tables>,
  ids: readonly string[],
  only: readonly string[] | undefined,
): Promise<Map<string, JobFailure[]>> {
  const { among, arrival, elementsOf, listOf, pick } = dialectOf(db);
  const own = arrival('job', 'own');
  const failed = sql`select ${own} from job as own where own.parent_id = wanted.value and own.failure_count > 0
    and ${only ? among(sql`own.id`, only) : sql`true`} order by ${own} limit ${mostFailures}`;
  const first = sql`(select listed.value from ${elementsOf(sql`job.failures`)} as listed limit 1)`;
  const { rows } = await sql<{ id: string; repository: RepositoryName; failure: string | null }>`
    select job.parent_id as id, job.repository, ${first} as failure
      from ${listOf(ids)} as wanted ${pick(sql`job`, arrival('job'), failed)} order by ${arrival('job')}`.execute(db);
  const groups = Map.groupBy(rows, ({ id }) => id);
  return new Map([...groups].map(([id, some]) => [id, some.flatMap(toFailure)]));
}

function toFailure({ repository, failure }: { repository: RepositoryName; failure: string | null }): JobFailure[] {
  return failure === null ? [] : [{ ...(JSON.parse(failure) as JobFailure), subject: repository }];
}

function toSum(row: SumRow): PieceSum {
  const { kind, state, count, done, total, failed, created_at: createdAt } = row;
  return {
    kind,
    state,
    count,
    done,
    total,
    failed,
    requestedBy: row.requested_by,
    requestId: row.request_id,
    requestedAccount: row.requested_account,
    registryIds: [row.registry_first, row.registry_last],
    cancelledBy: [row.cancelled_first, row.cancelled_last],
    approvedBy: [row.approved_first, row.approved_last],
    approvalExpiresAt: toDate(row.approval_expires_at),
    createdAt: new Date(createdAt),
    startedAt: toDate(row.started_at),
    finishedAt: toDate(row.finished_at),
    pace: {
      doneBefore: row.done_before,
      spent: row.spent,
      hands: row.hands,
      takenUp: row.taken_up,
      left: { all: row.left_all, longest: row.left_longest },
    },
  };
}

/** The state of the whole that `job` is a piece of: by `judgements`, as `judgeWhole` of domain/jobpieces.ts. */
export const stateOfWhole = sql<string>`(select case
    ${sql.join(
      judgements.map(({ state, has, and }) => {
        const isSo = [has, ...(and ? [and] : [])].map(isAnyIn);
        return sql`when ${sql.join(isSo, sql` and `)} then ${sql.lit(state)}`;
      }),
      sql` `,
    )}
    else 'SUCCEEDED' end
  from job as own where own.parent_id = job.parent_id)`;

function isAnyIn(states: readonly string[]): RawBuilder<SqlBool> {
  const listed = sql.join(states.map((state) => sql.lit(state)));
  return sql<SqlBool>`count(case when own.state in (${listed}) then 1 end) > 0`;
}
