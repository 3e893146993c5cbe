import type { ApolloServer } from '@apollo/server';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { AnswerSurface } from './cache/surface.js';
import type { Compressor } from './coding/compress.js';
import type { Viewer } from './domain/account.js';
import { maxPageSize } from './domain/page.js';
import type { Context } from './graphql/context.js';
import { createLane } from './graphql/lane/lane.js';
import { createBoundedExecute, type Deadline } from './graphql/server/deadline.js';
import { createExecutor } from './graphql/server/executor.js';
import { createCompilingExecutor, type Execute } from './graphql/server/jit.js';
import { defaultQueryLimits } from './graphql/server/limits.js';
import { createGraphQLHandler } from './graphql/server/route.js';
import { createSchema } from './graphql/server/schema.js';
import { registerSchemaText } from './graphql/server/schematext.js';
import { createGraphQLServer, type WrittenAnswers } from './graphql/server/server.js';
import { traceFields, traceOperations } from './graphql/server/tracing.js';
import { createCacheability } from './graphql/server/cacheability.js';
import { type AcceptForms, registerRestRoutes, restPageLimit } from './rest/routes.js';
import { operations } from './rest/operations.js';
import { listOperations } from './rest/tracing.js';
import type { Tracer } from './trace.js';

export interface SurfaceParts {
  readonly answers: AnswerSurface;
  readonly compressor: Compressor;
  /** Throws UNAUTHENTICATED for a bad token; without a token the viewer is null. */
  readonly identify: (request: FastifyRequest) => Promise<Viewer | null>;
  readonly createContext: (request: FastifyRequest, viewer: Viewer | null, pageLimit: number) => Context;
  readonly clock: () => Date;
  readonly tracer: Tracer;
  readonly deadline: Deadline;
  /** MiB of a GraphQL answer, where the default does not do. */
  readonly maxAnswer: number | undefined;
  readonly acceptForms: AcceptForms;
}

/** Names of the operations that the documented routes run. */
export const ownOperations = [...operations, ...Object.values(listOperations)].map(({ name }) => name);

/** Bytes of a GraphQL request's body; REST bodies may hold a certificate and are bounded by the server. */
const graphqlBody = 64 * 1024;

/** GraphQL and REST stand on one schema, and one way from a request to its context. */
export async function registerSurfaces(server: FastifyInstance, parts: SurfaceParts): Promise<ApolloServer<Context>> {
  const { createContext, deadline, maxAnswer, tracer, compressor, acceptForms, ...others } = parts;
  const schema = createSchema();
  traceFields(schema, tracer);
  const compiled = createCompilingExecutor(schema);
  const bound = (execute: Execute): Execute => traceOperations(createBoundedExecute(execute, deadline), tracer);
  const cacheability = createCacheability(schema);
  const limits = { ...defaultQueryLimits, ...(maxAnswer && { answer: maxAnswer * 1024 * 1024 }) };
  const written: WrittenAnswers = new WeakMap();
  const execute = bound(createLane(schema, compiled));
  const apollo = createGraphQLServer({ schema, execute, limits, plugins: [cacheability.plugin], written });
  await apollo.start();
  const shared = { ...others, readTouched: ({ request }: Context) => [...request.touched] };
  const openFor = (pageLimit: number) => (request: FastifyRequest, viewer: Viewer | null) =>
    createContext(request, viewer, pageLimit);
  const handler = createGraphQLHandler({
    ...shared,
    apollo,
    cacheability,
    written,
    maxTokens: defaultQueryLimits.tokens,
    createContext: openFor(maxPageSize),
  });
  server.route({ method: ['GET', 'POST'], url: '/graphql', bodyLimit: graphqlBody, handler });
  registerSchemaText(server, schema, compressor);
  registerRestRoutes(server, {
    ...shared,
    tracer,
    deadline,
    executor: createExecutor(schema, operations, bound(compiled)),
    createContext: openFor(restPageLimit),
    acceptForms,
  });
  return apollo;
}
