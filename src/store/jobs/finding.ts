import type { Kysely } from 'kysely';
import type { Job, PlacedJob } from '../../domain/job.js';
import { isUuid } from '../../domain/name.js';
import type { Tables } from '../database/database.js';
import { collectInChunks } from '../sql/rows.js';
import { toJob } from './jobrow.js';
import { listOutlines } from './pieces.js';
import { findWholes } from './wholes.js';

/** The place that a job is about. */
export type SeenPlace = Pick<PlacedJob, 'registryId' | 'repository'>;

export async function findJob(db: Kysely<Tables>, id: string): Promise<Job | null> {
  return (await findJobs(db, [id]))[0] ?? null;
}

/** See `JobStore.find`. */
export async function findSeen(
  db: Kysely<Tables>,
  id: string,
  sees: (place: SeenPlace) => boolean,
): Promise<Job | null> {
  if (!isUuid(id)) return null;
  const row = await db.selectFrom('job').selectAll().where('id', '=', id).executeTakeFirst();
  const job = row && toJob(row);
  if (job) return sees(job) ? job : null;
  const pieces = (await listOutlines(db, [id])).get(id) ?? [];
  const ids = pieces.filter(sees).map((piece) => piece.id);
  if (ids.length === 0) return null;
  return (await findWholes(db, [id], ids.length < pieces.length ? ids : undefined)).get(id) ?? null;
}

/** Those that have no row are looked for as wholes. */
export async function findJobs(db: Kysely<Tables>, ids: readonly string[]): Promise<Job[]> {
  const wanted = ids.filter(isUuid);
  const found: Job[] = await collectInChunks(wanted, async (some) =>
    (await db.selectFrom('job').selectAll().where('id', 'in', some).execute()).map(toJob),
  );
  if (found.length === wanted.length) return found;
  const known = new Set(found.map(({ id }) => id));
  const others = wanted.filter((id) => !known.has(id));
  return [...found, ...(await findWholes(db, others)).values()];
}
