import { Client, type ClientConfig } from 'pg';
import type { Timer } from '../../timer.js';
import { toPostgresFault } from '../faults/postgresfaults.js';
import type { Reader } from '../scanning/reader.js';
import type { Row, Statement } from '../scanning/statement.js';
import { setting, shortStatements } from './connecting.js';
import { addSessionViews, createViewerNaming } from './seensessions.js';
import { replaceNulls } from './values.js';

export interface SessionParts {
  readonly connection: ClientConfig;
  readonly timer: Timer;
  /** Ends the session with this number in the server, on another connection. */
  readonly terminate: (pid: number) => Promise<unknown>;
  /** Its statements are those of viewers with grants alone. */
  readonly isSeen?: boolean;
}

/** A server does not tell its CPU. Of the time that a statement takes it, one part in so many counts as such. */
export const timeOfCpu = 5;

/** It cannot write. */
const settings = { ...shortStatements, default_transaction_read_only: 'on' };
const preparing = `select pg_backend_pid() as pid, ${setting(settings)}`;

/** A session in the server that runs one statement at a time. It is opened with the first. */
export function startSession({ connection, timer, terminate, isSeen = false }: SessionParts): Reader {
  const client = new Client(connection);
  const gone = Promise.withResolvers<void>();
  let isAlive = true;
  let opening: Promise<number> | null = null;
  /** In the server; null while no statement runs there. */
  let running: { readonly pid: number; readonly since: number } | null = null;
  let fail: (reason: unknown) => void = () => undefined;
  let spent = 0;
  const readTime = (): number => spent + (running ? timer.elapsed() - running.since : 0);
  const end = (reason: unknown, pid: number | null): void => {
    if (!isAlive) return;
    isAlive = false;
    fail(reason);
    const ends = [client.end(), ...(pid === null ? [] : [terminate(pid)])];
    void Promise.allSettled(ends).then(() => gone.resolve());
  };
  const leave = (error: unknown): void => end(toPostgresFault(error) ?? error, null);
  client.on('error', leave);
  client.on('end', () => leave(new Error('Connection terminated unexpectedly')));
  const open = async (): Promise<number> => {
    await client.connect();
    if (isSeen) await addSessionViews(client);
    return (await client.query<{ pid: number }>(preparing)).rows[0]!.pid;
  };
  const nameViewer = createViewerNaming(client);
  const run = async ({ sql, parameters, seen = [] }: Statement): Promise<Row[]> => {
    const pid = await (opening ??= open()).catch((error: unknown) => {
      leave(error);
      throw error;
    });
    running = { pid, since: timer.elapsed() };
    try {
      if (isSeen) await nameViewer(seen);
      return (await client.query<Row>(sql, [...replaceNulls(parameters)])).rows;
    } finally {
      spent = readTime();
      running = null;
    }
  };
  return {
    get isAlive() {
      return isAlive;
    },
    run(statement) {
      const over = Promise.withResolvers<never>();
      fail = over.reject;
      const result = run(statement).catch((error: unknown) => {
        throw toPostgresFault(error) ?? error;
      });
      return Promise.race([result, over.promise]);
    },
    readCpu: () => Promise.resolve(readTime() / timeOfCpu),
    // A server sees only at the end of a statement that nobody waits for it any more.
    end: (reason) => end(reason, running?.pid ?? null),
    ended: gone.promise,
  };
}
