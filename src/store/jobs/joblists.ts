import { type Kysely, type RawBuilder, sql, type SqlBool } from 'kysely';
import type { Job, JobFilter, JobKind, PlacedJob } from '../../domain/job.js';
import { isPiece } from '../../domain/jobpieces.js';
import { isUuid } from '../../domain/name.js';
import { badCursor, decodeCursor, encodeCursor, type Page, type PageRequest } from '../../domain/page.js';
import type { Tables } from '../database/database.js';
import type { Dialect } from '../dialect/dialect.js';
import { dialectOf } from '../dialect/dialects.js';
import { chunk } from '../sql/rows.js';
import { type JobRow, toJob } from './jobrow.js';
import { isLastPiece, isPieceRow, toPieceKinds } from './pieces.js';
import { findWholes, stateOfWhole } from './wholes.js';

const scope = 'jobs';

/** See `JobStore.list`. By the order in which they were made, whatever the clock said then. */
export async function pageJobs(
  db: Kysely<Tables>,
  filter: JobFilter,
  { first, after }: PageRequest,
): Promise<Page<Job>> {
  const dialect = dialectOf(db);
  const arrival = dialect.arrival('job');
  const where = filter.pieces ? toCondition(dialect, filter) : toListed(dialect, filter);
  const { rows } = await sql<JobRow>`
    select job.* from job where ${isBefore(arrival, after)} and ${where}
      order by ${arrival} desc limit ${first + 1}`.execute(db);
  return {
    items: await joinListed(db, rows.slice(0, first).map(toJob), filter),
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
  // A whole stands where the last of its pieces does.
  const last = sql`select max(${arrival}) from job where parent_id = ${id}`;
  return sql<SqlBool>`${arrival} < coalesce((select ${arrival} from job where id = ${id}), (${last}), (${before}), 0)`;
}

/** Puts each whole in the place of its last piece, where the list has wholes. */
async function joinListed(db: Kysely<Tables>, jobs: readonly PlacedJob[], { pieces }: JobFilter): Promise<Job[]> {
  if (pieces) return [...jobs];
  const ids = jobs.filter(isPiece).map(({ parentId }) => parentId);
  const wholes = ids.length === 0 ? new Map<string, Job>() : await findWholes(db, ids);
  return jobs.map((job) => (isPiece(job) && wholes.get(job.parentId)) || job);
}

/** Of `job`: those that are pieces of nothing, and of each whole that fits its last piece, in its place. */
function toListed(dialect: Dialect, filter: JobFilter): RawBuilder<SqlBool> {
  const { registryIds, repository, kinds, states, requestedBy } = filter;
  const { among, unindexed } = dialect;
  const conditions = [isPieceRow(dialect), isLastPiece(dialect)];
  const places = [sql<SqlBool>`piece.parent_id = job.parent_id`];
  if (registryIds) places.push(among(unindexed(sql`piece.registry_id`), registryIds));
  if (repository !== undefined) places.push(sql<SqlBool>`piece.repository = ${repository}`);
  if (places.length > 1)
    conditions.push(sql<SqlBool>`exists (select 1 from job as piece where ${sql.join(places, sql` and `)})`);
  if (kinds) conditions.push(among(sql`job.kind`, toPieceKinds(kinds)));
  if (states) conditions.push(among(stateOfWhole, states));
  if (requestedBy !== undefined) conditions.push(sql<SqlBool>`job.requested_by = ${requestedBy}`);
  const whole = sql.join(conditions, sql` and `);
  return sql<SqlBool>`((not ${isPieceRow(dialect)} and ${toCondition(dialect, filter)}) or (${whole}))`;
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
): Promise<Map<string, PlacedJob[]>> {
  const found: PlacedJob[] = [];
  for (const some of chunk(registryIds)) {
    const { listOf, pick, arrival, among } = dialectOf(db);
    const own = arrival('job', 'own');
    const newest = sql`select ${own} from job as own
      where own.registry_id = wanted.value and ${among(sql`own.kind`, kinds)} order by ${own} desc limit ${limit}`;
    const { rows } = await sql<JobRow>`
      select job.* from ${listOf(some)} as wanted ${pick(sql`job`, arrival('job'), newest)}
        order by ${arrival('job')} desc`.execute(db);
    for (const row of rows) found.push(toJob(row));
  }
  return Map.groupBy(found, (job) => job.registryId);
}
