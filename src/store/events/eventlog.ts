import { type Kysely, type Selectable, sql } from 'kysely';
import type { CatalogueEvent } from '../../domain/event.js';
import type { Tables } from '../database/database.js';

/** The setting that holds the last id that is no longer kept. */
export const prunedToKey = 'events-pruned-to';

/** Which events are kept: those after `start`, up to `end`. Equal: none is. */
export interface EventBounds {
  readonly start: number;
  readonly end: number;
}

export async function readBounds(db: Kysely<Tables>): Promise<EventBounds> {
  const { rows } = await sql<{ start: string | null; end: number | null }>`
    select (select value from setting where key = ${prunedToKey}) as start,
      (select max(id) from event) as "end"`.execute(db);
  const start = Number(rows[0]?.start ?? 0);
  return { start, end: Math.max(start, rows[0]?.end ?? 0) };
}

/** The next `limit` after an id, in their order. */
export async function readEvents(db: Kysely<Tables>, after: number, limit: number): Promise<CatalogueEvent[]> {
  const next = db.selectFrom('event').selectAll().where('id', '>', after);
  return (await next.orderBy('id').limit(limit).execute()).map(toEvent);
}

export function toEvent(row: Selectable<Tables['event']>): CatalogueEvent {
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
