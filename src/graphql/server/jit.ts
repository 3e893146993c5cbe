import type { ApolloServerOptionsWithGateway } from '@apollo/server';
import {
  type DocumentNode,
  execute,
  type ExecutionResult,
  getOperationAST,
  GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit';
import { LRUCache } from 'lru-cache';
import { GatewayError } from '../../errors.js';
import type { Context } from '../context.js';

/** One operation of a validated document, to be run. */
export interface Execution {
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  readonly context: Context;
  /** The thing that a subscription tells of. */
  readonly rootValue?: unknown;
}

/** Runs operations: the answer is what graphql-js gives, whoever computes it. */
export type Execute = (execution: Execution) => ExecutionResult | Promise<ExecutionResult>;

type Gateway = ApolloServerOptionsWithGateway<Context>['gateway'];

/** A compiled operation holds up to 0.65 MB, and V8 keeps evicted code for a while. */
const maxCompiled = 100;

/**
 * Compiles an operation to JavaScript on its second use (compiling takes 2-40 ms, so a query that is never repeated
 * should not pay for it) and keeps the 100 that were used last. Documents are told apart by identity: the caller must
 * keep those it parsed, as Apollo does. What does not compile is run by graphql-js.
 */
export function createCompilingExecutor(schema: GraphQLSchema): Execute {
  const usedOnce = new WeakSet<OperationDefinitionNode>();
  const compiled = new LRUCache<OperationDefinitionNode, CompiledQuery | 'interpreted'>({
    max: maxCompiled,
    dispose: (_query, operation) => usedOnce.delete(operation),
  });
  const find = ({ document, operationName }: Execution): CompiledQuery | 'interpreted' => {
    const operation = getOperationAST(document, operationName);
    if (!operation || operation.operation === OperationTypeNode.SUBSCRIPTION) return 'interpreted';
    const known = compiled.get(operation);
    if (known) return known;
    if (!usedOnce.has(operation)) {
      usedOnce.add(operation);
      return 'interpreted';
    }
    const query = compileOperation(schema, document, operation);
    compiled.set(operation, query);
    return query;
  };
  return (execution) => {
    const query = find(execution);
    if (query === 'interpreted') return interpret(schema, execution);
    const result: ExecutionResult | Promise<ExecutionResult> = query.query(
      undefined,
      execution.context,
      execution.variables ?? {},
    );
    const mend = (one: ExecutionResult): ExecutionResult | Promise<ExecutionResult> =>
      mendResult(one, () => interpret(schema, execution));
    return result instanceof Promise ? result.then(mend) : mend(result);
  };
}

/** Runs operations with graphql-js alone. */
export function createInterpretingExecutor(schema: GraphQLSchema): Execute {
  return (execution) => interpret(schema, execution);
}

/** Apollo's seam for an executor of one's own, the only one that keeps its error codes, masking and hooks. */
export function createApolloExecutor(schema: GraphQLSchema, run: Execute): Gateway {
  return {
    onSchemaLoadOrUpdate(callback) {
      callback({ apiSchema: schema, coreSupergraphSdl: '' });
      return () => undefined;
    },
    load: async () => ({
      async executor({ document, operationName, request, context }) {
        try {
          return await run({ document, operationName, variables: request.variables, context: context as Context });
        } catch (error) {
          throw error instanceof GatewayError ? explainEnd(error) : error;
        }
      },
    }),
    stop: async () => undefined,
  };
}

/** The operation as a whole was ended: 504 (RFC 9110 §15.6.5), and 400 where it asked for too much. */
function explainEnd(error: GatewayError): GraphQLError {
  const status = error.code === 'OPERATION_TIMEOUT' ? 504 : 400;
  return new GraphQLError(error.message, { originalError: error, extensions: { code: error.code, http: { status } } });
}

function interpret(
  schema: GraphQLSchema,
  { document, operationName, variables, context, rootValue }: Execution,
): ExecutionResult | Promise<ExecutionResult> {
  return execute({ schema, document, operationName, variableValues: variables, contextValue: context, rootValue });
}

function compileOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): CompiledQuery | 'interpreted' {
  try {
    // Without it, a fragment spread under @include takes the directive of another place where the same field stands.
    const options = { useExperimentalPathBasedSkipInclude: true };
    const query = compileQuery(schema, document, operation.name?.value, options);
    return isCompiledQuery(query) ? query : 'interpreted';
  } catch {
    return 'interpreted';
  }
}

/**
 * No `data` at all: the variables were refused before anything ran, and graphql-js words that so that Apollo knows it.
 */
function mendResult(
  result: ExecutionResult,
  repeat: () => ExecutionResult | Promise<ExecutionResult>,
): ExecutionResult | Promise<ExecutionResult> {
  if (!result.errors) return result;
  return result.data === undefined ? repeat() : { ...result, errors: result.errors.map(mendError) };
}

/** graphql-jit's errors lack `extensions`, on which Apollo's formatting fails. */
function mendError({ message, path, originalError, extensions, locations }: GraphQLError): GraphQLError {
  const original = originalError as { extensions?: Record<string, unknown> } | undefined;
  const error = new GraphQLError(message, { path, originalError, extensions: original?.extensions ?? extensions });
  if (locations?.length) Object.defineProperty(error, 'locations', { value: locations, enumerable: true });
  return error;
}
