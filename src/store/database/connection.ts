import { CompiledQuery, type DatabaseConnection, type Kysely, type QueryResult } from 'kysely';
import type { GatewayError } from '../../errors.js';
import type { Slices } from '../../timer.js';
import type { Tracer } from '../../trace.js';
import type { Waits } from '../../waits.js';
import { traceStatement } from '../scanning/tracing.js';
import { allowEndedRollback } from './driverpatches.js';

export interface ConnectionSettings {
  /** As they stand behind `pragma`. */
  readonly pragmas: readonly string[];
  readonly slices: Slices;
  /** Why nothing may be written; null: it may. */
  readonly findFault: () => GatewayError | null;
  /** Called after each statement that may have written. */
  readonly onWrite: () => void;
  readonly tracer: Tracer;
  readonly waits: Waits;
}

/** Sets the one connection up: its pragmas, and how its statements are run. */
export async function prepareConnection(
  connection: DatabaseConnection,
  { pragmas, slices, findFault, onWrite, tracer, waits }: ConnectionSettings,
): Promise<void> {
  wrapStatements(connection, allowEndedRollback);
  giveTurns(connection, slices);
  for (const pragma of pragmas) await connection.executeQuery(CompiledQuery.raw(`pragma ${pragma}`));
  guardWrites(connection, findFault, onWrite);
  if (tracer.isOn) wrapStatements(connection, (query, run) => traceStatement(tracer, query, run));
  wrapStatements(connection, (_query, run) => run().finally(waits.begin('database')));
}

/** The one connection is waited for too: while it is in a transaction of another. */
export function measureTurns<Tables>(kysely: Kysely<Tables>, waits: Waits): Kysely<Tables> {
  const executor = kysely.getExecutor();
  const provide = executor.provideConnection.bind(executor);
  executor.provideConnection = (consumer, ...rest) => {
    const end = waits.begin('database');
    const work: typeof consumer = (connection) => {
      end();
      return consumer(connection);
    };
    return provide(work, ...rest).finally(end);
  };
  return kysely;
}

/**
 * Milliseconds of statements in one turn of the event loop: they run one after the other at once, however many there
 * are.
 */
export const statementSlice = 20;

/** Has each statement of the connection run by `around`, which is given what runs it. */
function wrapStatements(
  connection: DatabaseConnection,
  around: <R>(query: CompiledQuery, run: () => Promise<R>) => Promise<R | { rows: [] }>,
): void {
  const execute = connection.executeQuery.bind(connection) as (...all: unknown[]) => Promise<QueryResult<unknown>>;
  connection.executeQuery = <R>(query: CompiledQuery, ...rest: unknown[]) =>
    around(query, () => execute(query, ...rest) as Promise<QueryResult<R>>);
}

function giveTurns(connection: DatabaseConnection, slices: Slices): void {
  wrapStatements(connection, (_query, run) => {
    const turn = slices.next();
    return turn ? turn.then(run) : run();
  });
}

/**
 * While there is a fault, only what reads is run. A transaction that is open then ends in a rollback. `begin` is let
 * through: a transaction of MikroORM whose beginning failed never gives the one connection back.
 */
function guardWrites(connection: DatabaseConnection, findFault: () => GatewayError | null, onWrite: () => void): void {
  wrapStatements(connection, async (query, run) => {
    if (isReading(query.sql)) return run();
    const fault = findFault();
    if (fault) throw fault;
    return run().finally(onWrite);
  });
}

function isReading(statement: string): boolean {
  if (/^\s*with\b/i.test(statement)) return !/\b(?:insert\s+into|update\s+\S+\s+set|delete\s+from)\b/i.test(statement);
  return /^\s*(?:select|explain|pragma|begin|rollback)\b/i.test(statement);
}
