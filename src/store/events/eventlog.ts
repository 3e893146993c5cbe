import { type Kysely, type RawBuilder, type Selectable, sql, type SqlBool } from 'kysely';
import type { CatalogueEvent, EventBounds, EventFilter } from '../../domain/event.js';
import type { Database, Tables } from '../database/database.js';
import type { Dialect } from '../dialect/dialect.js';
import { dialectOf } from '../dialect/dialects.js';

/** The setting that holds the last id that is no longer kept. */
export const prunedToKey = 'events-pruned-to';

/** The events that are kept, by their ids. */
export interface EventLog {
  bounds(): Promise<EventBounds>;
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
  /** How many fit the filter: looks at all that are kept, in another process. */
  count(filter: EventFilter): Promise<number>;
}

export function createEventLog({ kysely, scanner }: Pick<Database, 'kysely' | 'scanner'>): EventLog {
  return {
    bounds: () => readBounds(kysely),
    async has(id) {
      return (await kysely.selectFrom('event').select('id').where('id', '=', id).executeTakeFirst()) !== undefined;
    },
    async reach(after, ids) {
      const { rows } = await sql<{ id: number | null }>`select coalesce(
        (select max(id) from event where id > ${after} and id <= ${after + ids}),
        (select min(id) from event where id > ${after})) as id`.execute(kysely);
      return rows[0]!.id;
    },
    read: (after, limit) => readEvents(kysely, after, limit),
    async find(filter, after, limit, upTo) {
      const next = scanner.selectFrom('event').selectAll().where('id', '>', after);
      const found = (upTo === undefined ? next : next.where('id', '<=', upTo)).where(inOrder(scanner, filter));
      return (await found.orderBy('id').limit(limit).execute()).map(toEvent);
    },
    async count(filter) {
      const counted = scanner.selectFrom('event').select(sql<number>`count(*)`.as('total'));
      return (await counted.where(toCondition(dialectOf(scanner).among, filter)).executeTakeFirstOrThrow()).total;
    },
  };
}

/**
 * For rows in the order of their ids, so that a page looks no further than it is full. The index is in that order
 * within one repository alone; of more it would give all rows, to be sorted for each page.
 */
function inOrder(db: Kysely<Tables>, filter: EventFilter): RawBuilder<SqlBool> {
  const { among, unindexed } = dialectOf(db);
  const { registryIds, repository, kinds } = filter;
  if (registryIds?.length !== 1 || repository === undefined)
    return toCondition((column, keys) => among(unindexed(column), keys), filter);
  const ofRepository = sql<SqlBool>`registry_id = ${registryIds[0]} and repository = ${repository}`;
  return sql<SqlBool>`${ofRepository} and ${toCondition(among, kinds ? { kinds } : {})}`;
}

/** As `matchesFilter` of domain/event.ts. */
function toCondition(among: Dialect['among'], { registryIds, repository, kinds }: EventFilter): RawBuilder<SqlBool> {
  const conditions = [sql<SqlBool>`true`];
  if (registryIds) conditions.push(among(sql`registry_id`, registryIds));
  if (repository !== undefined) conditions.push(sql<SqlBool>`repository = ${repository}`);
  if (kinds) conditions.push(among(sql`kind`, kinds));
  return sql<SqlBool>`${sql.join(conditions, sql` and `)}`;
}

async function readBounds(db: Kysely<Tables>): Promise<EventBounds> {
  const { rows } = await sql<{ start: string | null; end: number | null }>`
    select (select value from setting where key = ${prunedToKey}) as start,
      (select max(id) from event) as "end"`.execute(db);
  const start = Number(rows[0]?.start ?? 0);
  return { start, end: Math.max(start, rows[0]?.end ?? 0) };
}

async function readEvents(db: Kysely<Tables>, after: number, limit: number): Promise<CatalogueEvent[]> {
  const next = db.selectFrom('event').selectAll().where('id', '>', after);
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
