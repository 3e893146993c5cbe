import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import type { ExecutionResult } from 'graphql';
import type { CurrentGeneration } from '../../../src/cache/answers.js';
import { isRole, type Viewer } from '../../../src/domain/account.js';
import { GatewayError } from '../../../src/errors.js';
import { createLane } from '../../../src/graphql/lane/lane.js';
import { createNamedDocuments } from '../../../src/graphql/server/documents.js';
import { createExecutor } from '../../../src/graphql/server/executor.js';
import { createCompilingExecutor, type Execution } from '../../../src/graphql/server/jit.js';
import { defaultQueryLimits } from '../../../src/graphql/server/limits.js';
import { createGraphQLHandler } from '../../../src/graphql/server/route.js';
import { createSchema } from '../../../src/graphql/server/schema.js';
import { createGraphQLServer, type WrittenAnswers } from '../../../src/graphql/server/server.js';
import { createCacheability } from '../../../src/graphql/server/cacheability.js';
import { watchRequests } from '../../../src/http/requests.js';
import { registerRestRoutes } from '../../../src/rest/routes.js';
import { systemTimer } from '../../../src/timer.js';
import { noTracer } from '../../../src/trace.js';
import { openAnswers } from './answers.js';
import type { TestCatalogue } from './catalogue.js';
import { createTestContext } from './context.js';

/** What a test sees of the surfaces beside their answers. */
export interface Watched {
  readonly generation: CurrentGeneration;
  /** Names of the operations that were run. */
  readonly runs: string[];
  readonly onHit: (touched: readonly string[]) => void;
  /** Id of the registry that each answer is told to be made from. */
  readonly touched: string;
}

/**
 * Both surfaces over a catalogue, with kept answers, without what stands around them. Who asks is in the header
 * `x-access-token`, as `name=role role`.
 */
export async function serveSurfaces(
  { catalogue, parts: { clock } }: TestCatalogue,
  { generation, runs, onHit, touched }: Watched,
): Promise<FastifyInstance> {
  const schema = createSchema();
  const compiling = createCompilingExecutor(schema);
  const execute = (execution: Execution): ExecutionResult | Promise<ExecutionResult> => {
    const [definition] = execution.document.definitions;
    runs.push(definition && 'name' in definition ? (definition.name?.value ?? 'anonymous') : 'anonymous');
    return compiling(execution);
  };
  const cacheability = createCacheability(schema);
  const written: WrittenAnswers = new WeakMap();
  const apollo = createGraphQLServer({
    schema,
    execute: createLane(schema, execute),
    limits: defaultQueryLimits,
    plugins: [cacheability.plugin],
    written,
  });
  await apollo.start();
  const parts = {
    answers: openAnswers(generation, { onHit }),
    identify: async ({ headers }: { headers: Record<string, unknown> }): Promise<Viewer | null> => {
      const said = headers['x-access-token'] as string | undefined;
      if (said === undefined) return null;
      if (!said.includes('=')) throw new GatewayError('UNAUTHENTICATED', 'The token is not valid here.');
      return { accountId: said, username: said.split('=')[0]!, roles: said.split('=')[1]!.split(' ').filter(isRole) };
    },
    createContext: ({ facts }: FastifyRequest, viewer: Viewer | null) =>
      createTestContext(catalogue, { viewer, facts, pageLimit: 1_000_000 }),
    readTouched: () => [touched],
    documents: createNamedDocuments(null),
    clock,
    tracer: noTracer,
  };
  const server = Fastify();
  watchRequests(server, { timer: systemTimer, onEnd: () => undefined });
  server.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    handler: createGraphQLHandler({ ...parts, apollo, cacheability, written, maxTokens: 1000 }),
  });
  registerRestRoutes(server, {
    ...parts,
    acceptForms: () => undefined,
    executor: createExecutor(execute),
    deadline: (_context, _kind, work) => work(),
  });
  return server;
}

export interface Asked {
  readonly status: number;
  readonly body: string;
  readonly headers: Record<string, unknown>;
}

export async function ask(
  server: FastifyInstance,
  query: string,
  {
    viewer = 'ann=registries:ro',
    method = 'POST',
    variables,
    headers = {},
  }: { viewer?: string | null; method?: 'GET' | 'POST'; variables?: object; headers?: Record<string, string> } = {},
): Promise<Asked> {
  const url = method === 'GET' ? `/graphql?query=${encodeURIComponent(query)}` : '/graphql';
  const all = { ...(viewer !== null && { 'x-access-token': viewer }), 'apollo-require-preflight': '1', ...headers };
  const answer = await server.inject({
    method,
    url,
    headers: all,
    ...(method === 'POST' && { payload: { query, variables } }),
  });
  return { status: answer.statusCode, body: answer.body, headers: answer.headers };
}

export async function get(
  server: FastifyInstance,
  url: string,
  headers: Record<string, string> = {},
  method: 'GET' | 'HEAD' = 'GET',
): Promise<Asked> {
  const answer = await server.inject({ method, url, headers: { 'x-access-token': 'ann=admin', ...headers } });
  return { status: answer.statusCode, body: answer.body, headers: answer.headers };
}
