import {
  createSourceEventStream,
  type ExecutionResult,
  getOperationAST,
  GraphQLError,
  type GraphQLSchema,
  OperationTypeNode,
} from 'graphql';
import { type ErrorCode, GatewayError } from '../../errors.js';
import type { Context } from '../context.js';
import { findOriginal } from './failure.js';
import type { Execute, Execution } from './jit.js';
import { toHttpError } from './server.js';

/** A subscription that was checked, as any operation is, and has begun. */
export interface Begun {
  readonly execution: Execution;
  /** Gives the things that it tells of, one after the other; each is then resolved as an operation of its own. */
  readonly source: AsyncIterable<unknown>;
}

/** Subscriptions pass through Apollo, which refuses what it refuses of queries, to where their streams are sent. */
export interface Subscriptions {
  /** For Apollo: begins a subscription, answers nothing, and keeps what it began. */
  readonly execute: Execute;
  /** Gives the one that a request has begun; null: it was refused. */
  take(request: Context['request']): Begun | null;
}

/** `bound` gives what begins a subscription its time: it reads the database. */
export function createSubscriptions(
  schema: GraphQLSchema,
  execute: Execute,
  bound: (execute: Execute) => Execute,
): Subscriptions {
  // Apollo copies the context, so its request stands for it.
  const begun = new WeakMap<Context['request'], Begun>();
  const begin = bound(async (execution: Execution): Promise<ExecutionResult> => {
    const { document, operationName, variables: variableValues, context: contextValue } = execution;
    const source = await createSourceEventStream({ schema, document, operationName, variableValues, contextValue });
    if (!(Symbol.asyncIterator in source)) throw explainRefusal(source.errors ?? []);
    begun.set(contextValue.request, { execution, source });
    return { data: null };
  });
  return {
    execute: (execution) => (isSubscription(execution) ? begin(execution) : execute(execution)),
    take: (request) => begun.get(request) ?? null,
  };
}

function isSubscription({ document, operationName }: Execution): boolean {
  return getOperationAST(document, operationName)?.operation === OperationTypeNode.SUBSCRIPTION;
}

/** HTTP statuses of what keeps a stream from beginning; else 400, and 503 where the database does not answer. */
const statuses: Partial<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: 401,
  SESSION_OVER: 401,
  FORBIDDEN: 403,
  EVENTS_GONE: 410,
};

function explainRefusal(errors: readonly GraphQLError[]): unknown {
  const [error] = errors;
  const original = findOriginal(error);
  if (!(original instanceof GatewayError)) return error ?? new Error('A subscription has no source.');
  return toHttpError(original, statuses[original.code] ?? (original.code.startsWith('STORAGE_') ? 503 : 400));
}
