import { CompiledQuery, type DatabaseConnection, type QueryResult } from 'kysely';
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

/**
 * Has each statement of the connection measured, transactions and writes outside of them fenced, and commits made once
 * and for all.
 */
export function adaptStatements(
  connection: DatabaseConnection,
  { waits, tracer, fencing, commit }: StatementParts,
): void {
  const execute = connection.executeQuery.bind(connection) as (...all: unknown[]) => Promise<QueryResult<unknown>>;
  /** Of the transaction under way: see `Fencing.findRefusal`. */
  let refusal: Error | null = null;
  let isOpen = false;
  const put = (query: CompiledQuery, rest: readonly unknown[]): Promise<QueryResult<unknown>> => {
    if (query.sql === 'commit') return commit(execute, query);
    const parameters = replaceNulls(query.parameters);
    const result = execute({ ...query, parameters }, ...rest);
    return query.sql === 'rollback' ? result.catch(acceptLoss) : result;
  };
  /** A write by itself is a transaction of its own then, whose commit is its answer. */
  const putFenced = async (query: CompiledQuery, rest: readonly unknown[]): Promise<QueryResult<unknown>> => {
    await execute(begin);
    try {
      const lost = await fencing.findRefusal(execute);
      if (lost) throw lost;
      const result = await put(query, rest);
      await execute(end);
      return result;
    } catch (error) {
      await put(rollback, []);
      throw error;
    }
  };
  const isAlone = (query: CompiledQuery): boolean => !isOpen && fencing.fences.length > 0 && isWrite(query);
  connection.executeQuery = <R>(query: CompiledQuery, ...rest: unknown[]) => {
    const stop = waits.begin('database');
    const run = async (): Promise<QueryResult<unknown>> => {
      if (query.sql === 'rollback') refusal = null;
      if (isEnd(query)) isOpen = false;
      // Whoever began it rolls it back then; a `begin` that failed itself would keep its connection for ever.
      if (refusal) throw refusal;
      const start = (): Promise<QueryResult<unknown>> => (isAlone(query) ? putFenced : put)(query, rest);
      const result = await (tracer.isOn ? traceStatement(tracer, query, start, 'postgresql') : start());
      if (!isBegin(query)) return result;
      isOpen = true;
      refusal = await fencing.findRefusal(execute);
      return result;
    };
    return run().finally(stop) as Promise<QueryResult<R>>;
  };
}

const [begin, end, rollback] = ['begin', 'commit', 'rollback'].map((text) => CompiledQuery.raw(text)) as [
  CompiledQuery,
  CompiledQuery,
  CompiledQuery,
];

function isEnd({ sql: text }: CompiledQuery): boolean {
  return text === 'commit' || text === 'rollback';
}

/** One that only reads may be taken for a write by a word of it: it is a transaction then, and reads the same. */
function isWrite({ sql: text }: CompiledQuery): boolean {
  return /^\s*(?:with\b[^]*\b)?(?:insert|update|delete)\b/i.test(text);
}

function isBegin({ sql: text }: CompiledQuery): boolean {
  return text === 'begin' || text.startsWith('start transaction');
}

/** The server rolls back whose connection is lost. What made the roll back needed is told, and not that. */
function acceptLoss(error: unknown): QueryResult<unknown> {
  if (isPostgresLoss(error)) return { rows: [] };
  throw error;
}
