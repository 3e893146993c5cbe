import type { ApolloServer } from '@apollo/server';
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest } from 'fastify';
import type { AnswerSurface } from './cache/surface.js';
import type { Compressor } from './coding/compress.js';
import type { Viewer } from './domain/account.js';
import { maxPageSize } from './domain/page.js';
import type { Context, ContextOptions, CreateContext } from './graphql/context.js';
import { createGraphQLEngine, type GraphQLEngine } from './graphql/engine.js';
import { createBoundedExecute, type Deadline } from './graphql/server/deadline.js';
import type { NamedDocuments } from './graphql/server/documents.js';
import { createExecutor } from './graphql/server/executor.js';
import type { Execute } from './graphql/server/jit.js';
import { defaultQueryLimits } from './graphql/server/limits.js';
import { createGraphQLHandler } from './graphql/server/route.js';
import { registerSchemaText } from './graphql/server/schematext.js';
import { createGraphQLServer, type WrittenAnswers } from './graphql/server/server.js';
import { createStreamHandler } from './graphql/server/streamroute.js';
import { createSubscriptions } from './graphql/server/subscriptions.js';
import { traceOperations } from './graphql/server/tracing.js';
import { createCacheability } from './graphql/server/cacheability.js';
import { type AcceptForms, registerRestRoutes, restPageLimit } from './rest/routes.js';
import { registerEventStream, streamOperation } from './rest/events.js';
import { operations } from './rest/operations.js';
import { registerReference } from './rest/reference/routes.js';
import { listOperations } from './rest/tracing.js';
import type { OpenStreams } from './streams/openstreams.js';
import type { Tracer } from './trace.js';
import { readVersion } from './version.js';

const ofGraphQL: ContextOptions = { pageLimit: maxPageSize, mayForce: true };
const ofRest: ContextOptions = { pageLimit: restPageLimit, mayForce: true };
/** Each event would have registries asked, which makes events of its own. */
const ofStreams: ContextOptions = { pageLimit: maxPageSize, mayForce: false };

export interface SurfaceParts {
  readonly answers: AnswerSurface;
  readonly compressor: Compressor;
  /** Throws UNAUTHENTICATED for a bad token; without a token the viewer is null. */
  readonly identify: (request: FastifyRequest) => Promise<Viewer | null>;
  readonly createContext: CreateContext;
  readonly clock: () => Date;
  readonly logger: FastifyBaseLogger;
  readonly tracer: Tracer;
  readonly deadline: Deadline;
  /** MiB of a GraphQL answer, where the default does not do. */
  readonly maxAnswer: number | undefined;
  readonly documents: NamedDocuments;
  readonly acceptForms: AcceptForms;
  readonly eventStreams: OpenStreams;
  /** Where other gateways of this process have one; by default it is made. */
  readonly engine?: GraphQLEngine | undefined;
}

/** Names of the operations that the documented routes run. */
export const ownOperations = [
  ...[...operations, ...Object.values(listOperations)].map(({ name }) => name),
  streamOperation,
];

/** Bytes of a GraphQL request's body; REST bodies may hold a certificate and are bounded by the server. */
const graphqlBody = 64 * 1024;

/** GraphQL and REST stand on one schema, and one way from a request to its context. */
export async function registerSurfaces(server: FastifyInstance, parts: SurfaceParts): Promise<ApolloServer<Context>> {
  const { createContext, deadline, maxAnswer, tracer, compressor, acceptForms, eventStreams, logger, ...others } =
    parts;
  const { schema, compiled, lane } = parts.engine ?? createGraphQLEngine(tracer, operations);
  const bound = (execute: Execute): Execute => traceOperations(createBoundedExecute(execute, deadline), tracer);
  const cacheability = createCacheability(schema);
  const limits = { ...defaultQueryLimits, ...(maxAnswer && { answer: maxAnswer * 1024 * 1024 }) };
  const written: WrittenAnswers = new WeakMap();
  const subscriptions = createSubscriptions(schema, bound(lane), (execute) => createBoundedExecute(execute, deadline));
  const apollo = createGraphQLServer({
    schema,
    execute: subscriptions.execute,
    limits,
    plugins: [cacheability.plugin],
    logger,
    written,
  });
  await apollo.start();
  const shared = { ...others, readTouched: ({ request }: Context) => [...request.touched] };
  const openFor = (options: ContextOptions) => (request: FastifyRequest, viewer: Viewer | null) =>
    createContext(request, viewer, options);
  const handler = createGraphQLHandler({
    ...shared,
    apollo,
    cacheability,
    written,
    maxTokens: defaultQueryLimits.tokens,
    createContext: openFor(ofGraphQL),
  });
  server.route({ method: ['GET', 'POST'], url: '/graphql', bodyLimit: graphqlBody, handler });
  const streamed = createStreamHandler({
    ...shared,
    apollo,
    subscriptions,
    execute: bound(compiled),
    streams: eventStreams,
    longestAnswer: Math.min(limits.eventAnswer, limits.answer),
    createContext: openFor(ofStreams),
  });
  server.route({ method: 'POST', url: '/graphql/stream', bodyLimit: graphqlBody, handler: streamed });
  registerEventStream(server, { ...shared, streams: eventStreams, createContext: openFor(ofStreams) });
  registerSchemaText(server, schema, compressor);
  registerReference(server, readVersion(), compressor);
  registerRestRoutes(server, {
    ...shared,
    tracer,
    deadline,
    executor: createExecutor(bound(compiled)),
    createContext: openFor(ofRest),
    acceptForms,
  });
  return apollo;
}
