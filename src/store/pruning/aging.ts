import { type Kysely, sql, type SqlBool } from 'kysely';
import { unfinished } from '../../domain/job.js';
import type { Tables } from '../database/database.js';
import { dialectOf } from '../dialect/dialects.js';
import { type PruneStep, remove, sweep } from './sweeping.js';

/** The times before which rows are removed. null: they are kept for ever. */
export interface AgeBounds {
  /** Tokens that expired, or were revoked, before. */
  readonly tokens: Date;
  /** The history of repositories that were gone before. */
  readonly history: Date;
  /** Jobs that ended before. */
  readonly jobs: Date;
  /** Entries of the audit log from before. */
  readonly audit: Date | null;
}

const rowsPerStep = 500;

/** Repositories with a history that are looked at in one step. */
const repositoriesPerStep = 50;

/** Removes what has ended, and is older than the bounds. */
export async function* pruneAged(
  db: Kysely<Tables>,
  { tokens, history, jobs, audit }: AgeBounds,
): AsyncGenerator<PruneStep> {
  yield* pruneTokens(db, tokens.getTime());
  yield* pruneJobs(db, jobs.getTime());
  yield* pruneHistory(db, history.getTime());
  if (audit) yield* pruneAudit(db, audit.getTime());
}

function pruneTokens(db: Kysely<Tables>, before: number): AsyncGenerator<PruneStep> {
  const arrival = dialectOf(db).arrival('token');
  return sweep(db, 'token', rowsPerStep, async (trx, { from, to }) => {
    return {
      removed: await remove(
        trx,
        sql`delete from token where ${arrival} > ${from} and ${arrival} <= ${to}
      and (expires_at < ${before} or revoked_at < ${before})`,
      ),
    };
  });
}

/**
 * The steps of a deletion go first: it may have had a hundred thousand. One that left a placeholder is how it is found
 * again.
 */
async function* pruneJobs(db: Kysely<Tables>, before: number): AsyncGenerator<PruneStep> {
  const { arrival, row } = dialectOf(db);
  const [number, step] = [arrival('job'), row('deletion_step')];
  const old: string[] = [];
  // The pieces of a whole go together, once all of them may.
  const isOld = sql<SqlBool>`finished_at < ${before} and state not in (${sql.join(unfinished)})
    and not exists (select 1 from job as piece where piece.parent_id = job.parent_id
      and (piece.finished_at is null or piece.finished_at >= ${before}))
    and not exists (select 1 from deletion_step where job_id = job.id and placeholder_digest is not null)`;
  yield* sweep(db, 'job', rowsPerStep, async (trx, { from, to }) => {
    const { rows } = await sql<{
      id: string;
    }>`select id from job where ${number} > ${from} and ${number} <= ${to} and ${isOld}`.execute(trx);
    for (const { id } of rows) old.push(id);
    return { removed: 0 };
  });
  for (const id of old) {
    for (let isMore = true; isMore;) {
      isMore =
        (await remove(
          db,
          sql`delete from deletion_step where ${step} in
        (select ${step} from deletion_step where job_id = ${id} limit ${rowsPerStep})`,
        )) === rowsPerStep;
      if (isMore) yield { table: 'deletion_step', removed: rowsPerStep };
    }
    await db.deleteFrom('job').where('id', '=', id).execute();
    yield { table: 'job', removed: 1 };
  }
}

interface HistoryOwner {
  readonly registry_id: string;
  readonly repository: string;
  readonly is_there: number;
}

/** A repository was gone when the last of its tags was: the latest end of its history. */
async function* pruneHistory(db: Kysely<Tables>, before: number): AsyncGenerator<PruneStep> {
  for (let last: Pick<HistoryOwner, 'registry_id' | 'repository'> | null = { registry_id: '', repository: '' }; last;) {
    for (let at = 0; at < repositoriesPerStep && last; at++) {
      const next: HistoryOwner | null = await findNextOwner(db, last);
      if (next && next.is_there === 0 && (await isGoneSince(db, next, before))) yield* removeHistory(db, next);
      last = next;
    }
    yield { table: 'tag_revision', removed: 0 };
  }
}

/** By the index that begins with both: one probe, however long the histories are. */
async function findNextOwner(
  db: Kysely<Tables>,
  last: Pick<HistoryOwner, 'registry_id' | 'repository'>,
): Promise<HistoryOwner | null> {
  const { rows } = await sql<HistoryOwner>`select registry_id, repository,
      case when exists (select 1 from repository where registry_id = tag_revision.registry_id
      and name = tag_revision.repository) then 1 else 0 end as is_there
    from tag_revision where (registry_id, repository) > (${last.registry_id}, ${last.repository})
    order by registry_id, repository limit 1`.execute(db);
  return rows[0] ?? null;
}

async function isGoneSince(
  db: Kysely<Tables>,
  { registry_id, repository }: HistoryOwner,
  before: number,
): Promise<boolean> {
  const { rows } = await sql<{ last: number }>`select max(until) as last from tag_revision
    where registry_id = ${registry_id} and repository = ${repository}`.execute(db);
  return (rows[0]?.last ?? Infinity) < before;
}

async function* removeHistory(
  db: Kysely<Tables>,
  { registry_id, repository }: HistoryOwner,
): AsyncGenerator<PruneStep> {
  for (let removed = rowsPerStep; removed === rowsPerStep;) {
    removed = await remove(
      db,
      sql`delete from tag_revision where id in (select id from tag_revision
      where registry_id = ${registry_id} and repository = ${repository} limit ${rowsPerStep})`,
    );
    yield { table: 'tag_revision', removed };
  }
}

/**
 * From the oldest on. The trigger that keeps the log from being changed lets go what is older than this setting, while
 * it stands.
 */
async function* pruneAudit(db: Kysely<Tables>, before: number): AsyncGenerator<PruneStep> {
  for (let removed = 1; removed > 0;) {
    removed = await db.transaction().execute(async (trx) => {
      await trx
        .insertInto('setting')
        .values({ key: 'audit-kept-from', value: String(before) })
        .execute();
      const gone = await remove(
        trx,
        sql`delete from audit_entry
        where id in (select id from audit_entry order by id limit ${rowsPerStep}) and at < ${before}`,
      );
      await trx.deleteFrom('setting').where('key', '=', 'audit-kept-from').execute();
      return gone;
    });
    yield { table: 'audit_entry', removed };
  }
}
