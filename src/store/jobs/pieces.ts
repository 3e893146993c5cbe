import { type Kysely, type RawBuilder, sql, type SqlBool } from 'kysely';
import type { Job, JobKind, JobState, PlacedJob } from '../../domain/job.js';
import { pieceKinds, type PieceOutline, wholeKinds } from '../../domain/jobpieces.js';
import { isUuid } from '../../domain/name.js';
import { badCursor, decodeCursor, encodeCursor, type Page, type PageRequest } from '../../domain/page.js';
import type { Tables } from '../database/database.js';
import type { Dialect } from '../dialect/dialect.js';
import { dialectOf } from '../dialect/dialects.js';
import { chunk, toDate } from '../sql/rows.js';
import { type JobRow, toJob } from './jobrow.js';

/** See `JobStore.listPieces`. */
export async function listPieces(db: Kysely<Tables>, parentIds: readonly string[]): Promise<Map<string, PlacedJob[]>> {
  const found: PlacedJob[] = [];
  for (const some of chunk(parentIds)) {
    const query = db.selectFrom('job').selectAll().where('parent_id', 'in', some);
    for (const row of await query.orderBy(dialectOf(db).arrival('job')).execute()) found.push(toJob(row));
  }
  return Map.groupBy(found, ({ parentId }) => parentId!);
}

/** Of each of these that has any: its pieces, in the order they were made in. See `JobStore.outlines`. */
export async function listOutlines(
  db: Kysely<Tables>,
  parentIds: readonly string[],
): Promise<Map<string, PieceOutline[]>> {
  const found: [string, PieceOutline][] = [];
  for (const some of chunk(parentIds)) {
    const query = db.selectFrom('job').select(['parent_id', 'id', 'kind', 'registry_id', 'repository', 'state']);
    const listed = query.select('approval_expires_at').where(dialectOf(db).among(sql`parent_id`, some));
    for (const row of await listed.orderBy(dialectOf(db).arrival('job')).execute())
      found.push([row.parent_id!, toOutline(row)]);
  }
  const groups = Map.groupBy(found, ([parentId]) => parentId);
  return new Map([...groups].map(([parentId, pieces]) => [parentId, pieces.map(([, piece]) => piece)]));
}

function toOutline(
  row: Pick<JobRow, 'id' | 'kind' | 'registry_id' | 'repository' | 'state' | 'approval_expires_at'>,
): PieceOutline {
  const { id, kind, registry_id: registryId, repository, state, approval_expires_at: expiresAt } = row;
  return {
    id,
    kind,
    registryId,
    repository,
    state,
    approvalExpiresAt: toDate(expiresAt),
  };
}

/** See `JobStore.pagesOfPieces`. */
export async function pagesOfPieces(
  db: Kysely<Tables>,
  parentIds: readonly string[],
  states: readonly JobState[] | null,
  { first, after }: PageRequest,
): Promise<Map<string, Page<Job>>> {
  if (after !== null && parentIds.length > 1) throw badCursor();
  const { among, arrival, listOf, pick } = dialectOf(db);
  const last = after === null ? 0 : await findPlace(db, parentIds[0]!, after);
  const isWanted = (name: string) => (states === null ? sql<SqlBool>`true` : among(sql.ref(`${name}.state`), states));
  const own = arrival('job', 'own');
  const next = sql`select ${own} from job as own
    where own.parent_id = wanted.value and ${own} > ${last} and ${isWanted('own')} order by ${own} limit ${first + 1}`;
  const pages = new Map<string, Page<Job>>();
  let counts: Promise<Map<string, number>> | undefined;
  for (const some of chunk(parentIds)) {
    const { rows } = await sql<JobRow>`select job.* from ${listOf(some)} as wanted
      ${pick(sql`job`, arrival('job'), next)} order by ${arrival('job')}`.execute(db);
    const groups = Map.groupBy(rows, (row) => row.parent_id);
    for (const parentId of some) {
      const found = groups.get(parentId) ?? [];
      pages.set(parentId, {
        items: found.slice(0, first).map(toJob),
        hasNextPage: found.length > first,
        hasPreviousPage: after !== null,
        totalCount: async () => (await (counts ??= countPieces(db, parentIds, isWanted('job')))).get(parentId) ?? 0,
        cursorOf: ({ id }) => encodeCursor(scopeOf(parentId), [id]),
      });
    }
  }
  return pages;
}

function scopeOf(parentId: string): string {
  return `pieces:${parentId}`;
}

/** By its place among all pieces: the one that the cursor names may be in another state by now. */
async function findPlace(db: Kysely<Tables>, parentId: string, after: string): Promise<number> {
  const [id] = decodeCursor(scopeOf(parentId), after, 1);
  const isOne = sql<SqlBool>`job.id = ${id} and job.parent_id = ${parentId}`;
  const query = db.selectFrom('job').select(dialectOf(db).arrival('job').as('place')).where(isOne);
  const found = typeof id === 'string' && isUuid(id) ? await query.executeTakeFirst() : undefined;
  if (!found) throw badCursor();
  return found.place;
}

async function countPieces(
  db: Kysely<Tables>,
  parentIds: readonly string[],
  isWanted: RawBuilder<SqlBool>,
): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const some of chunk(parentIds)) {
    const query = db.selectFrom('job').select(['parent_id as id', sql<number>`count(*)`.as('total')]);
    const isOfThese = dialectOf(db).among(sql`parent_id`, some);
    for (const { id, total } of await query.where(isOfThese).where(isWanted).groupBy('parent_id').execute())
      counts.set(id!, total);
  }
  return counts;
}

/** The kinds of the pieces whose wholes are of these kinds. */
export function toPieceKinds(kinds: readonly JobKind[]): readonly JobKind[] {
  return pieceKinds.filter((kind) => kinds.includes(wholeKinds[kind]));
}

/** Of `job`: as `isPiece` of domain/jobpieces.ts. */
export function isPieceRow({ among }: Dialect): RawBuilder<SqlBool> {
  return sql<SqlBool>`(job.parent_id is not null and ${among(sql`job.kind`, pieceKinds)})`;
}

/** Of a piece: none of the same whole was made after it, of those that are seen. */
export function isLastPiece({ arrival }: Dialect): RawBuilder<SqlBool> {
  return sql<SqlBool>`not exists (select 1 from job as later where later.parent_id = job.parent_id
    and ${arrival('job', 'later')} > ${arrival('job')})`;
}
