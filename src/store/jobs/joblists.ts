import { type Kysely, type RawBuilder, type Selectable, sql, type SqlBool } from 'kysely';
import type { Job, JobFilter, JobKind } from '../../domain/job.js';
import { isUuid } from '../../domain/name.js';
import { badCursor, decodeCursor, encodeCursor, type Page, type PageRequest } from '../../domain/page.js';
import type { Tables } from '../database/database.js';
import type { Dialect } from '../dialect/dialect.js';
import { dialectOf } from '../dialect/dialects.js';
import { fromJsonText } from '../database/json.js';
import { chunk } from '../sql/rows.js';

const scope = 'jobs';

/** See `JobStore.list`. By the order in which they were made, whatever the clock said then. */
export async function pageJobs(
  db: Kysely<Tables>,
  filter: JobFilter,
  { first, after }: PageRequest,
): Promise<Page<Job>> {
  const dialect = dialectOf(db);
  const arrival = dialect.arrival('job');
  const where = toCondition(dialect, filter);
  const { rows } = await sql<Selectable<Tables['job']>>`
    select job.* from job where ${isBefore(arrival, after)} and ${where}
      order by ${arrival} desc limit ${first + 1}`.execute(db);
  return {
    items: rows.slice(0, first).map(toJob),
    hasNextPage: rows.length > first,
    hasPreviousPage: after !== null,
    totalCount: async () => {
      const counted = await sql<{ total: number }>`select count(*) as total from job where ${where}`.execute(db);
      return counted.rows[0]!.total;
    },
    cursorOf: ({ id, createdAt }) => encodeCursor(scope, [id, createdAt.getTime()]),
  };
}

function isBefore(arrival: RawBuilder<number>, after: string | null): RawBuilder<SqlBool> {
  if (after === null) return sql<SqlBool>`true`;
  const [id, createdAt] = decodeCursor(scope, after, 2);
  if (typeof createdAt !== 'number' || typeof id !== 'string' || !isUuid(id)) throw badCursor();
  // The job may be forgotten by now: those that were made by then follow it.
  const before = sql`select ${arrival} + 1 from job where created_at <= ${createdAt} order by ${arrival} desc limit 1`;
  return sql<SqlBool>`${arrival} < coalesce((select ${arrival} from job where id = ${id}), (${before}), 0)`;
}

/** The order is the table's own: an index on a part of the filter would have what it finds sorted for each page. */
function toCondition(
  { among, unindexed }: Dialect,
  { registryIds, repository, kinds, states, requestedBy }: JobFilter,
): RawBuilder<SqlBool> {
  const conditions = [sql<SqlBool>`true`];
  if (registryIds) conditions.push(among(unindexed(sql`job.registry_id`), registryIds));
  if (repository !== undefined) conditions.push(sql<SqlBool>`job.repository = ${repository}`);
  if (kinds) conditions.push(among(sql`job.kind`, kinds));
  if (states) conditions.push(among(sql`job.state`, states));
  if (requestedBy !== undefined) conditions.push(sql<SqlBool>`job.requested_by = ${requestedBy}`);
  return sql<SqlBool>`${sql.join(conditions, sql` and `)}`;
}

/** See `JobStore.listOf`. */
export async function newestOf(
  db: Kysely<Tables>,
  registryIds: readonly string[],
  kinds: readonly JobKind[],
  limit: number,
): Promise<Map<string, Job[]>> {
  const found: Job[] = [];
  for (const some of chunk(registryIds)) {
    const { listOf, pick, arrival, among } = dialectOf(db);
    const own = arrival('job', 'own');
    const newest = sql`select ${own} from job as own
      where own.registry_id = wanted.value and ${among(sql`own.kind`, kinds)} order by ${own} desc limit ${limit}`;
    const { rows } = await sql<Selectable<Tables['job']>>`
      select job.* from ${listOf(some)} as wanted ${pick(sql`job`, arrival('job'), newest)}
        order by ${arrival('job')} desc`.execute(db);
    for (const row of rows) found.push(toJob(row));
  }
  return Map.groupBy(found, (job) => job.registryId);
}

export function toJob(row: Selectable<Tables['job']>): Job {
  return {
    id: row.id,
    kind: row.kind,
    registryId: row.registry_id,
    repository: row.repository,
    state: row.state,
    done: row.done,
    total: row.total,
    requestedBy: row.requested_by,
    requestId: row.request_id,
    requestedAccount: row.requested_account,
    cancelledBy: row.cancelled_by,
    approvedBy: row.approved_by,
    approvalExpiresAt: row.approval_expires_at === null ? null : new Date(row.approval_expires_at),
    failures: fromJsonText(row.failures),
    failureCount: row.failure_count,
    createdAt: new Date(row.created_at),
    finishedAt: row.finished_at === null ? null : new Date(row.finished_at),
  };
}
