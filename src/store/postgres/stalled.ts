import type { PoolClient } from 'pg';
import { type QueryExecutorProvider, sql } from 'kysely';
import { repeat, type Timer } from '../../timer.js';
import { setting, shortStatements } from './connecting.js';

/** Gives those of these sessions that work on a statement, by their numbers in the server. */
export type ListWorking = (pids: readonly number[]) => Promise<ReadonlySet<number>>;

/** Looks after statements that are not answered. */
export interface StatementWatch {
  /** Prepares a client before it is used, and has its statements watched. Throws where the server does not answer. */
  admit(client: WatchedClient): Promise<void>;
  close(): void;
}

/** Milliseconds after which it is asked whether the server still works on a statement, and between two looks. */
const asksAfter = 10_000;
const lookEvery = 5000;
/** Milliseconds after which a statement is given up where the server cannot be asked on any connection. */
const givesUpAfter = 60_000;
/** Milliseconds in which a client that has connected must be ready. */
const admitsWithin = 5000;

/** A pooler tells its clients other numbers than this. */
const preparing = `select ${setting(shortStatements)}, pg_backend_pid() as pid`;

/** A session of its own, or one of a pool. */
type WatchedClient = Pick<PoolClient, 'query'>;

interface RunningStatement {
  readonly pid: number;
  readonly since: number;
  /** That its connection had brought when it was last looked at. */
  bytes: number;
}

/**
 * Ends the connection of a statement that the server does not work on: what was sent, or its answer, was lost with a
 * flow of which neither side hears that it is dead. A statement may take as long as the server works on it.
 */
export function watchStatements(listWorking: ListWorking, timer: Timer): StatementWatch {
  const running = new Map<WatchedClient, RunningStatement>();
  let isLooking = false;
  const look = async (): Promise<void> => {
    const ageOf = ({ since }: RunningStatement): number => timer.elapsed() - since;
    const old = [...running].filter(([, statement]) => ageOf(statement) >= asksAfter);
    if (old.length === 0 || isLooking) return;
    isLooking = true;
    const pids = old.map(([, { pid }]) => pid);
    // The connection that is asked on may be of a dead flow itself: the second question has another.
    const working = await listWorking(pids).catch(() => listWorking(pids).catch(() => null));
    isLooking = false;
    for (const [client, statement] of old) {
      const isLost = working === null ? ageOf(statement) >= givesUpAfter : !working.has(statement.pid);
      const bytes = countBytes(client);
      const hasCome = bytes !== statement.bytes;
      statement.bytes = bytes;
      // A long answer is on its way; and it may have come whole meanwhile.
      if (isLost && !hasCome && running.get(client) === statement) leave(client);
    }
  };
  const close = repeat(timer, lookEvery, () => void look());
  return {
    async admit(client) {
      const cancel = timer.after(admitsWithin, () => leave(client));
      try {
        const { rows } = await client.query<{ pid: number | string }>(preparing);
        watch(client, Number(rows[0]!.pid));
      } finally {
        cancel();
      }
    },
    close,
  };

  function watch(client: WatchedClient, pid: number): void {
    const query = client.query.bind(client) as (...all: unknown[]) => unknown;
    const watched = (...all: unknown[]): unknown => {
      const answer = query(...all);
      if (!(answer instanceof Promise)) return answer;
      running.set(client, { pid, since: timer.elapsed(), bytes: countBytes(client) });
      return answer.finally(() => running.delete(client));
    };
    Object.assign(client, { query: watched });
  }
}

/** A client that is ended while it waits for an answer destroys its connection, and its pool does not keep it. */
function leave(client: WatchedClient): void {
  const ending = client as WatchedClient & { end(): Promise<void> };
  void ending.end().catch(() => undefined);
}

/** Bytes that its connection has brought since it was made. */
function countBytes(client: WatchedClient): number {
  return (client as { connection?: { stream?: { bytesRead?: number } } }).connection?.stream?.bytesRead ?? 0;
}

/**
 * A session that has answered waits for the next statement; one whose answer nobody takes, and one that has only half
 * of a statement, wait for their client.
 */
export function listWorkingIn(db: QueryExecutorProvider): ListWorking {
  return async (pids) => {
    const { rows } = await sql<{ pid: number }>`select pid from pg_stat_activity
      where pid = any(${sql.val([...pids])}::int[]) and state = 'active'
        and coalesce(wait_event, '') not in ('ClientWrite', 'ClientRead')`.execute(db);
    return new Set(rows.map(({ pid }) => pid));
  };
}
