import { type Kysely, sql } from 'kysely';
import type { Timer } from '../../timer.js';
import type { Tracer } from '../../trace.js';
import type { Waits } from '../../waits.js';
import type { Tables } from '../database/database.js';
import { type OpenScanner, openReaders } from '../scanning/opening.js';
import { longest } from '../scanning/place.js';
import type { Askers } from '../scanning/scanner.js';
import { sessionOptions } from './connecting.js';
import { startSession } from './session.js';
import { getTypeParser } from './values.js';

export interface SearchSessionParts {
  readonly url: string;
  /** Sessions at the most. */
  readonly size: number;
  /** Milliseconds after which the server ends a statement; by default when a place would end it. */
  readonly bound?: number | undefined;
  /** Milliseconds in which a session must be there. */
  readonly connectionTimeoutMillis: number;
  /** Sessions are ended by its statements. */
  readonly kysely: Kysely<Tables>;
  /** They are for viewers with grants alone: see seensessions.ts. */
  readonly isSeen?: boolean;
  readonly askers: Askers;
  readonly timer: Timer;
  readonly tracer: Tracer;
  readonly waits: Waits;
}

/**
 * Sessions of their own for what may look at more rows than it gives, as a file has processes: however many searches
 * there are, the connections of the gateway are free for all else, and the server ends what takes it too long.
 */
export function openSearchSessions(parts: SearchSessionParts): OpenScanner<Tables> {
  const {
    url,
    size,
    bound = longest,
    connectionTimeoutMillis,
    kysely,
    isSeen = false,
    askers,
    timer,
    tracer,
    waits,
  } = parts;
  const connection = {
    ...sessionOptions(url, 'searches'),
    statement_timeout: bound,
    connectionTimeoutMillis,
    types: { getTypeParser },
  };
  // By then the number may be that of another session.
  const terminate = (pid: number): Promise<unknown> =>
    sql`select pg_terminate_backend(pid) from pg_stat_activity where pid = ${pid}
      and application_name = ${connection.application_name}
      and datname = current_database()`.execute(kysely);
  const start = () => startSession({ connection, timer, terminate, isSeen });
  return openReaders<Tables>({ start, size, timer, tracer, waits, engine: 'postgresql', askers });
}
