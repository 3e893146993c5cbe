import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely';
import type { Tracer } from '../../trace.js';
import type { Waits } from '../../waits.js';
import { isPostgresLoss } from '../faults/postgresfaults.js';
import type { Fencing } from '../leases/fences.js';
import { traceStatement } from '../scanning/tracing.js';
import type { Commit } from './commits.js';
import { replaceNulls } from './values.js';

export interface StatementParts {
  readonly waits: Waits;
  readonly tracer: Tracer;
  readonly fencing: Fencing;
  readonly commit: Commit;
}

/** Has each statement of the connection measured, transactions fenced, and commits made once and for all. */
export function adaptStatements(
  connection: DatabaseConnection,
  { waits, tracer, fencing, commit }: StatementParts,
): void {
  const execute = connection.executeQuery.bind(connection) as (...all: unknown[]) => Promise<QueryResult<unknown>>;
  /** Of the transaction under way: see `Fencing.findRefusal`. */
  let refusal: Error | null = null;
  const put = (query: CompiledQuery, rest: readonly unknown[]): Promise<QueryResult<unknown>> => {
    if (query.sql === 'commit') return commit(execute, query);
    const parameters = replaceNulls(query.parameters);
    const result = execute({ ...query, parameters }, ...rest);
    return query.sql === 'rollback' ? result.catch(acceptLoss) : result;
  };
  connection.executeQuery = <R>(query: CompiledQuery, ...rest: unknown[]) => {
    const end = waits.begin('database');
    const run = async (): Promise<QueryResult<unknown>> => {
      if (query.sql === 'rollback') refusal = null;
      // Whoever began it rolls it back then; a `begin` that failed itself would keep its connection for ever.
      if (refusal) throw refusal;
      const start = (): Promise<QueryResult<unknown>> => put(query, rest);
      const result = await (tracer.isOn ? traceStatement(tracer, query, start, 'postgresql') : start());
      if (isBegin(query)) refusal = await fencing.findRefusal(execute);
      return result;
    };
    return run().finally(end) as Promise<QueryResult<R>>;
  };
}

function isBegin({ sql: text }: CompiledQuery): boolean {
  return text === 'begin' || text.startsWith('start transaction');
}

/** The server rolls back whose connection is lost. What made the roll back needed is told, and not that. */
function acceptLoss(error: unknown): QueryResult<unknown> {
  if (isPostgresLoss(error)) return { rows: [] };
  throw error;
}
