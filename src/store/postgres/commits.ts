import { CompiledQuery, type QueryExecutorProvider, type QueryResult, sql } from 'kysely';
import { GatewayError } from '../../errors.js';
import type { Timer } from '../../timer.js';

type RunStatement = (query: CompiledQuery) => Promise<QueryResult<unknown>>;

/**
 * Commits the transaction of the connection behind `execute`. Resolves where it was committed, though the answer may
 * have been lost; throws the error of the commit where it certainly was not, and STORAGE_OUTCOME_UNKNOWN where the
 * database does not say.
 */
export type Commit = (execute: RunStatement, query: CompiledQuery) => Promise<QueryResult<unknown>>;

/** Milliseconds between two questions, and for how long they are asked: a server that starts again takes seconds. */
const pauses = [0, 50, 100, 200, 400, 800, 1600];
const asksFor = 10_000;

/** A transaction that has written, as it is known before its commit is sent. */
interface WrittenTransaction {
  /** null: it has written nothing. */
  readonly xid: string | null;
  /** Another server, or the same after a crash of any of its processes, may give the number once more. */
  readonly server: string;
  /** Of the cluster, with its standbys: a copy that was made otherwise knows nothing of the number. */
  readonly cluster: string;
}

/** A crash that the server outlives leaves its start as it was, and has its statistics begin anew. */
const startOfServer = `concat_ws(' ', extract(epoch from pg_postmaster_start_time()),
  (select extract(epoch from stats_reset) from pg_stat_bgwriter)) as server,
  (select system_identifier::text from pg_control_system()) as cluster`;

/** Nothing of the commit's own answer can be had before it is made, so its number is asked for first. */
const identify = CompiledQuery.raw(`select pg_current_xact_id_if_assigned()::text as xid, ${startOfServer}`);

/** `db` is asked what became of a commit without an answer: it needs none of the connections that may be lost too. */
export function createCommit(db: QueryExecutorProvider, timer: Timer): Commit {
  return async (execute, query) => {
    const [written] = (await execute(identify)).rows as WrittenTransaction[];
    try {
      return await execute(query);
    } catch (error) {
      // Whatever is said instead of an answer, what counts is what became of it.
      if (written?.xid == null) throw error;
      const outcome = await findOutcome(db, timer, { ...written, xid: written.xid });
      if (outcome === 'committed') return { rows: [] };
      if (outcome === 'aborted') throw error;
      throw unknown(error);
    }
  };
}

type Outcome = 'committed' | 'aborted' | 'unknown';

async function findOutcome(
  db: QueryExecutorProvider,
  timer: Timer,
  { xid, server, cluster }: WrittenTransaction & { readonly xid: string },
): Promise<Outcome> {
  const until = timer.elapsed() + asksFor;
  for (let asked = 0; timer.elapsed() < until; asked++) {
    await timer.sleep(pauses[Math.min(asked, pauses.length - 1)]!);
    const answer = await ask(db, xid).catch((error: unknown) => (isOfNoTransaction(error) ? askWho(db) : null));
    // A standby may become the server that is asked next.
    if (answer === null || answer.status === 'in progress' || answer.status === 'standby') continue;
    if (answer.cluster !== cluster) return 'unknown';
    if (answer.status === 'aborted') return 'aborted';
    // Of a server that was started since, that commit may be another's which was given the same number.
    return answer.status === 'committed' && answer.server === server ? 'committed' : 'unknown';
  }
  return 'unknown';
}

interface TransactionStatus extends Omit<WrittenTransaction, 'xid'> {
  /** null: too old to be known. `standby`: of one that may lag behind. */
  readonly status: 'committed' | 'aborted' | 'in progress' | 'standby' | null;
}

/** A number that the server has not given yet is of a transaction that went with a crash, or with another server. */
function isOfNoTransaction(error: unknown): boolean {
  return error instanceof Error && /transaction ID .* is in the future/.test(error.message);
}

/** Of a transaction that the server never had. */
async function askWho(db: QueryExecutorProvider): Promise<TransactionStatus | null> {
  const asked = sql<TransactionStatus>`select 'aborted' as status, ${sql.raw(startOfServer)}`.execute(db);
  return asked.then(({ rows }) => rows[0] ?? null).catch(() => null);
}

/** Ends the transaction too where its commit has not come: what is still on its way must not be made later. */
async function ask(db: QueryExecutorProvider, xid: string): Promise<TransactionStatus | null> {
  const { rows } = await sql<TransactionStatus>`
    select case when pg_is_in_recovery() then 'standby' else pg_xact_status(${xid}::text::xid8) end as status,
      ${sql.raw(startOfServer)},
      (select count(pg_terminate_backend(pid)) from pg_stat_activity
        where backend_xid = ${xid}::text::xid8::xid and state like 'idle in transaction%') as ended`.execute(db);
  return rows[0] ?? null;
}

function unknown(cause: unknown): GatewayError {
  return new GatewayError(
    'STORAGE_OUTCOME_UNKNOWN',
    'The database server was lost as the change was committed, and whether it was made is not known. Look whether it ' +
      'is there before you ask for it again.',
    { cause },
  );
}
