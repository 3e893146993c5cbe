import { type Kysely, type RawBuilder, type Selectable, sql, type SqlBool } from 'kysely';
import type { ActivityFilter, CatalogueEvent, EventBounds, EventFilter } from '../../domain/event.js';
import type { Database, Tables } from '../database/database.js';
import type { Dialect } from '../dialect/dialect.js';
import { dialectOf } from '../dialect/dialects.js';

/** The setting that holds the last id that is no longer kept. */
export const prunedToKey = 'events-pruned-to';

/**
 * The events that are kept, by their ids. None ever comes before one that was read: those that are committed before an
 * event with a lower id are not read until that has its end.
 */
export interface EventLog {
  bounds(): Promise<EventBounds>;
  /** `start` of the bounds alone, which is one row. */
  start(): Promise<number>;
  has(id: number): Promise<boolean>;
  /** The id of the last event within so many ids after this one, or else of the next; null: none comes after it. */
  reach(after: number, ids: number): Promise<number | null>;
  /** The next `limit` after an id: a few rows by their key. */
  read(after: number, limit: number): Promise<CatalogueEvent[]>;
  /**
   * The next `limit` after an id, and up to `upTo`, that fit the filter: may look at all that are kept there, in
   * another process.
   */
  find(filter: EventFilter, after: number, limit: number, upTo?: number): Promise<CatalogueEvent[]>;
  /** The last `limit` before an id that fit the filter, the newest first; null: before none. As `find` otherwise. */
  findBack(filter: ActivityFilter, before: number | null, limit: number): Promise<CatalogueEvent[]>;
  /** How many after an id fit the filter, `most` at the most; in another process. */
  countAfter(filter: EventFilter, after: number, most: number): Promise<number>;
  /** How many fit the filter: looks at all that are kept, in another process. */
  count(filter: ActivityFilter): Promise<number>;
}

export function createEventLog({ kysely, scanner }: Pick<Database, 'kysely' | 'scanner'>): EventLog {
  const settled = createSettled(kysely);
  return {
    bounds: async () => readBounds(kysely, await settled()),
    start: () => readStart(kysely),
    async has(id) {
      return (await kysely.selectFrom('event').select('id').where('id', '=', id).executeTakeFirst()) !== undefined;
    },
    async reach(after, ids) {
      const last = await settled();
      const { rows } = await sql<{ id: number | null }>`select coalesce(
        (select max(id) from event where id > ${after} and id <= ${Math.min(after + ids, last)}),
        (select min(id) from event where id > ${after} and id <= ${last})) as id`.execute(kysely);
      return rows[0]!.id;
    },
    read: async (after, limit) => readEvents(kysely, after, limit, await settled()),
    async find(filter, after, limit, upTo = lastOfAll) {
      const last = Math.min(upTo, await settled());
      const next = scanner.selectFrom('event').selectAll().where('id', '>', after).where('id', '<=', last);
      const found = next.where(inOrder(scanner, filter));
      return (await found.orderBy('id').limit(limit).execute()).map(toEvent);
    },
    async findBack(filter, before, limit) {
      const last = await settled();
      const upTo = before === null ? last : Math.min(before - 1, last);
      const found = scanner.selectFrom('event').selectAll().where('id', '<=', upTo).where(inOrder(scanner, filter));
      return (await found.orderBy('id', 'desc').limit(limit).execute()).map(toEvent);
    },
    async countAfter(filter, after, most) {
      const next = scanner.selectFrom('event').select('id').where('id', '>', after).where(inOrder(scanner, filter));
      const some = next.orderBy('id').limit(most).as('some');
      const counted = scanner.selectFrom(some).select(sql<number>`count(*)`.as('total'));
      return (await counted.executeTakeFirstOrThrow()).total;
    },
    async count(filter) {
      const counted = scanner.selectFrom('event').select(sql<number>`count(*)`.as('total'));
      return (await counted.where(toCondition(dialectOf(scanner), filter)).executeTakeFirstOrThrow()).total;
    },
  };
}

/**
 * For rows in the order of their ids, so that a page looks no further than it is full. The index is in that order
 * within one repository alone; of more it would give all rows, to be sorted for each page.
 */
function inOrder(db: Kysely<Tables>, filter: ActivityFilter): RawBuilder<SqlBool> {
  const { among, glob, unindexed } = dialectOf(db);
  const { registryIds, repository, ...rest } = filter;
  if (registryIds?.length !== 1 || repository === undefined)
    return toCondition({ glob, among: (column, keys) => among(unindexed(column), keys) }, filter);
  const ofRepository = sql<SqlBool>`registry_id = ${registryIds[0]} and repository = ${repository}`;
  return sql<SqlBool>`${ofRepository} and ${toCondition({ glob, among }, rest)}`;
}

/** As `matchesFilter` of domain/event.ts, within a time. */
function toCondition(
  { among, glob }: Pick<Dialect, 'among' | 'glob'>,
  { registryIds, repository, repositoryPattern, kinds, since, before }: ActivityFilter,
): RawBuilder<SqlBool> {
  const conditions = [sql<SqlBool>`true`];
  if (registryIds) conditions.push(among(sql`registry_id`, registryIds));
  if (repository !== undefined) conditions.push(sql<SqlBool>`repository = ${repository}`);
  if (repositoryPattern !== undefined) conditions.push(glob(sql`repository`, repositoryPattern));
  if (kinds) conditions.push(among(sql`kind`, kinds));
  if (since) conditions.push(sql<SqlBool>`at >= ${since.getTime()}`);
  if (before) conditions.push(sql<SqlBool>`at < ${before.getTime()}`);
  return sql<SqlBool>`${sql.join(conditions, sql` and `)}`;
}

/** Above every id. */
const lastOfAll = Number.MAX_SAFE_INTEGER;

/**
 * The id up to which every event is committed, or never will be. SQLite has one transaction at a time. On PostgreSQL it
 * is to be read before, and apart from, the events themselves: their statement must see what has ended by then.
 */
function createSettled(db: Kysely<Tables>): () => Promise<number> {
  if (dialectOf(db).engine === 'sqlite') return () => Promise.resolve(lastOfAll);
  return async () => (await sql<{ id: number }>`select last_event_settled() as id`.execute(db)).rows[0]!.id;
}

const startOf = sql`select value from setting where key = ${prunedToKey}`;

async function readBounds(db: Kysely<Tables>, settled: number): Promise<EventBounds> {
  const { rows } = await sql<{ start: string | null; end: number | null }>`
    select (${startOf}) as start, (select max(id) from event where id <= ${settled}) as "end"`.execute(db);
  const start = Number(rows[0]?.start ?? 0);
  return { start, end: Math.max(start, rows[0]?.end ?? 0) };
}

async function readStart(db: Kysely<Tables>): Promise<number> {
  return Number((await sql<{ start: string }>`select (${startOf}) as start`.execute(db)).rows[0]?.start ?? 0);
}

async function readEvents(
  db: Kysely<Tables>,
  after: number,
  limit: number,
  settled: number,
): Promise<CatalogueEvent[]> {
  const next = db.selectFrom('event').selectAll().where('id', '>', after).where('id', '<=', settled);
  return (await next.orderBy('id').limit(limit).execute()).map(toEvent);
}

function toEvent(row: Selectable<Tables['event']>): CatalogueEvent {
  return {
    id: row.id,
    at: new Date(row.at),
    kind: row.kind,
    registryId: row.registry_id,
    registryName: row.registry_name,
    repository: row.repository,
    tag: row.tag,
    digest: row.digest,
    formerDigest: row.former_digest,
    tagCount: row.tag_count,
    jobId: row.job_id,
    jobKind: row.job_kind,
    jobState: row.job_state,
    message: row.message,
  };
}
