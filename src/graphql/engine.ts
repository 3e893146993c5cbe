import type { GraphQLSchema } from 'graphql';
import type { Tracer } from '../trace.js';
import { createLane } from './lane/lane.js';
import { assertFit, type NamedOperation } from './server/executor.js';
import { createCompilingExecutor, type Execute } from './server/jit.js';
import { createSchema } from './server/schema.js';
import { traceFields } from './server/tracing.js';

/**
 * The schema, and what runs operations on it. It knows of no database and no registry, so that several gateways of a
 * process may have one.
 */
export interface GraphQLEngine {
  readonly schema: GraphQLSchema;
  /** By resolvers alone. */
  readonly compiled: Execute;
  /** With lists written as text where that can be: docs/fastpath.md. */
  readonly lane: Execute;
}

/**
 * Makes one, which takes a tenth of a second. Each field that it resolves is told to `tracer`. Throws where one of
 * `operations`, which the gateway itself wrote, does not fit the schema.
 */
export function createGraphQLEngine(tracer: Tracer, operations: readonly NamedOperation[]): GraphQLEngine {
  const schema = createSchema();
  assertFit(schema, operations);
  traceFields(schema, tracer);
  const compiled = createCompilingExecutor(schema);
  return { schema, compiled, lane: createLane(schema, compiled) };
}
