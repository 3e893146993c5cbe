import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import type { ExecutionResult } from 'graphql';
import { type CurrentGeneration, createAnswerCache } from '../../src/cache/answers.js';
import { createStreams } from '../../src/cache/streams.js';
import { AnswerSurface } from '../../src/cache/surface.js';
import { createCompressor } from '../../src/coding/compress.js';
import { isRole, type Viewer } from '../../src/domain/account.js';
import { GatewayError } from '../../src/errors.js';
import type { Context } from '../../src/graphql/context.js';
import { createExecutor } from '../../src/graphql/server/executor.js';
import { createCompilingExecutor, type Execution } from '../../src/graphql/server/jit.js';
import { defaultQueryLimits } from '../../src/graphql/server/limits.js';
import { createGraphQLHandler } from '../../src/graphql/server/route.js';
import { createSchema } from '../../src/graphql/server/schema.js';
import { createGraphQLServer } from '../../src/graphql/server/server.js';
import { createCacheability } from '../../src/graphql/server/cacheability.js';
import { watchRequests } from '../../src/http/requests.js';
import { operations } from '../../src/rest/operations.js';
import { registerRestRoutes } from '../../src/rest/routes.js';
import { systemTimer } from '../../src/timer.js';
import { noTracer } from '../../src/trace.js';
import type { TestCatalogue } from '../support/worlds/catalogue.js';
import { openWorld, type World } from '../support/worlds/world.js';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { parseRegistryName } from '../../src/domain/name.js';

interface SurfaceWorld extends World {
  readonly server: FastifyInstance;
  readonly generation: { value: number };
  /** How many operations were run, and which registries hits were reported for. */
  readonly runs: string[];
  readonly hits: string[][];
}

const page = '{ registry(name: "local") { name repositories { nodes { name tags { nodes { name digest size } } } } } }';

/** The whole surface on a memory registry. Who asks is in the header `x-access-token`, as `name=role role`. */
async function open(): Promise<SurfaceWorld> {
  const world = await openWorld({}, { name: 'local' });
  const { registry, gateway } = world;
  seed(registry.store, 'app', 'v1', buildImage({ labels: { v: '1' } }));
  seed(registry.store, 'library/registry', 'v1', buildImage({ labels: { v: '2' } }));
  const { id } = (await gateway.registries.findByName(parseRegistryName('local')))!;
  await gateway.crawl('local');
  const generation = { value: 1 };
  const runs: string[] = [];
  const hits: string[][] = [];
  const server = await createServer(gateway, generation, runs, (touched) => hits.push([...touched]), id);
  return {
    ...world,
    server,
    generation,
    runs,
    hits,
    async [Symbol.asyncDispose]() {
      await server.close();
      await world[Symbol.asyncDispose]();
    },
  };
}

async function createServer(
  { catalogue }: TestCatalogue,
  generation: CurrentGeneration,
  runs: string[],
  onHit: (touched: readonly string[]) => void,
  touched: string,
): Promise<FastifyInstance> {
  const schema = createSchema();
  const compiling = createCompilingExecutor(schema);
  const execute = (execution: Execution): ExecutionResult | Promise<ExecutionResult> => {
    const [definition] = execution.document.definitions;
    runs.push(definition && 'name' in definition ? (definition.name?.value ?? 'anonymous') : 'anonymous');
    return compiling(execution);
  };
  const cacheability = createCacheability(schema);
  const apollo = createGraphQLServer({ schema, execute, limits: defaultQueryLimits, plugins: [cacheability.plugin] });
  await apollo.start();
  const cache = createAnswerCache(generation);
  const parts = {
    answers: new AnswerSurface({ cache, compressor: createCompressor(), streams: createStreams(1), onHit }),
    identify: async ({ headers }: { headers: Record<string, unknown> }): Promise<Viewer | null> => {
      const said = headers['x-access-token'] as string | undefined;
      if (said === undefined) return null;
      if (!said.includes('=')) throw new GatewayError('UNAUTHENTICATED', 'The token is not valid here.');
      return { accountId: said, username: said.split('=')[0]!, roles: said.split('=')[1]!.split(' ').filter(isRole) };
    },
    createContext: ({ facts }: FastifyRequest, viewer: Viewer | null): Context => ({
      viewer,
      request: catalogue.open(viewer),
      ...catalogue.useCases,
      end: () => undefined,
      logIn: () => Promise.reject(new GatewayError('UNAUTHENTICATED', 'No.')),
      clientAddress: '127.0.0.1',
      requestId: 'test',
      facts,
      refusals: [],
      pageLimit: 1_000_000,
    }),
    readTouched: () => [touched],
    clock: () => new Date(),
    tracer: noTracer,
  };
  const server = Fastify();
  watchRequests(server, { timer: systemTimer, onEnd: () => undefined });
  server.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    handler: createGraphQLHandler({ ...parts, apollo, cacheability, maxTokens: 1000 }),
  });
  registerRestRoutes(server, {
    ...parts,
    acceptForms: () => undefined,
    executor: createExecutor(schema, operations, execute),
    deadline: (_context, _kind, work) => work(),
  });
  return server;
}

interface Asked {
  readonly status: number;
  readonly body: string;
  readonly headers: Record<string, unknown>;
}

async function ask(
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

async function get(
  server: FastifyInstance,
  url: string,
  headers: Record<string, string> = {},
  method: 'GET' | 'HEAD' = 'GET',
): Promise<Asked> {
  const answer = await server.inject({ method, url, headers: { 'x-access-token': 'ann=admin', ...headers } });
  return { status: answer.statusCode, body: answer.body, headers: answer.headers };
}

describe('GraphQL', () => {
  it('gives a repeated query the same bytes without running it, until the data changes', async () => {
    await using world = await open();
    await ask(world.server, page);
    const first = await ask(world.server, page, { viewer: 'ann=admin' });
    const ran = world.runs.length;
    const second = await ask(world.server, page, { viewer: 'bob=admin' });
    expect(second).toMatchObject({ status: 200, body: first.body });
    expect(second.headers['content-type']).toBe(first.headers['content-type']);
    expect(world.runs.length).toBe(ran);
    expect(world.hits).toHaveLength(1);
    expect(world.hits[0]).toHaveLength(1);
    world.generation.value += 1;
    await ask(world.server, page, { viewer: 'bob=admin' });
    expect(world.runs.length).toBe(ran + 1);
  });

  it('never gives an answer to someone with other rights, to nobody, or to a bad token', async () => {
    await using world = await open();
    await ask(world.server, page, { viewer: 'ann=admin' });
    expect(world.runs).toHaveLength(1);
    await ask(world.server, page, { viewer: 'bob=' });
    expect(world.runs).toHaveLength(2);
    expect(await ask(world.server, page, { viewer: null })).toMatchObject({ status: 401 });
    const refused = await ask(world.server, page, { viewer: 'x' });
    expect(refused.status).toBe(401);
    expect(JSON.parse(refused.body)).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    expect(world.hits).toEqual([]);
  });

  it.each([
    ['freshness', '{ registry(name: "local") { freshness { state } } }'],
    ['health', '{ registry(name: "local") { health { reachable } } }'],
    ['who asks', '{ viewer { username } }'],
    ['freshness in a fragment', '{ registry(name: "local") { ...F } } fragment F on Registry { freshness { state } }'],
    ['an error', '{ registry(name: "nope") { name } }'],
    [
      'a mutation',
      'mutation { removeRegistry(input: { id: "00000000-0000-4000-8000-000000000000" }) { removedRegistryId } }',
    ],
  ])('does not keep %s', async (_what, query) => {
    await using world = await open();
    for (let use = 0; use < 3; use++) await ask(world.server, query, { viewer: 'ann=admin' });
    expect(world.runs).toHaveLength(3);
  });

  it('tells variables, operation names and accepted types apart', async () => {
    await using world = await open();
    const query = 'query A($n: String!) { registry(name: $n) { name } }';
    const viewer = 'ann=admin';
    await ask(world.server, query, { viewer, variables: { n: 'local' } });
    await ask(world.server, query, { viewer, variables: { n: 'nope' } });
    const other = await ask(world.server, query, {
      viewer,
      variables: { n: 'local' },
      headers: { accept: 'application/graphql-response+json' },
    });
    expect(other.headers['content-type']).toContain('application/graphql-response+json');
    expect(world.runs).toHaveLength(3);
  });

  it('runs a kept query again for a client that says no-cache', async () => {
    await using world = await open();
    const viewer = 'ann=admin';
    await ask(world.server, page, { viewer });
    await ask(world.server, page, { viewer });
    expect(world.runs).toHaveLength(1);
    await ask(world.server, page, { viewer, headers: { 'cache-control': 'no-cache' } });
    expect(world.runs).toHaveLength(2);
  });

  it('answers 304 to a GET whose client has the same bytes, also when it had to run the query', async () => {
    await using world = await open();
    const viewer = 'ann=admin';
    const first = await ask(world.server, page, { viewer, method: 'GET' });
    expect(first.headers).toMatchObject({
      etag: expect.stringMatching(/^"[\w-]{43}"$/) as unknown,
      'cache-control': 'private, no-cache',
      vary: expect.stringContaining('authorization, x-access-token') as unknown,
    });
    const etag = String(first.headers['etag']);
    for (const sent of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
      expect(
        await ask(world.server, page, { viewer, method: 'GET', headers: { 'if-none-match': sent } }),
      ).toMatchObject({ status: 304, body: '', headers: { etag } });
    }
    world.generation.value += 1;
    expect(await ask(world.server, page, { viewer, method: 'GET', headers: { 'if-none-match': etag } })).toMatchObject({
      status: 304,
    });
    seed(world.registry.store, 'app', 'v2', buildImage({ labels: { v: '3' } }));
    world.gateway.wait(60);
    await world.gateway.crawl('local');
    world.generation.value += 1;
    const third = await ask(world.server, page, { viewer, method: 'GET', headers: { 'if-none-match': etag } });
    expect(third.status).toBe(200);
    expect(third.headers['etag']).not.toBe(etag);
  });

  it('does not answer a GET that could be forged by a page with what an honest one got', async () => {
    await using world = await open();
    await ask(world.server, page, { viewer: 'ann=admin', method: 'GET' });
    expect(
      await ask(world.server, page, {
        viewer: 'ann=admin',
        method: 'GET',
        headers: { 'apollo-require-preflight': '' },
      }),
    ).toMatchObject({ status: 400 });
  });
});

describe('REST', () => {
  const list = '/api/registries/local/repositories';

  it('keeps the body, and computes Age and X-Registry-Stale each time', async () => {
    await using world = await open();
    const first = await get(world.server, list);
    expect(first.status).toBe(200);
    expect(first.headers['age']).toBeDefined();
    const second = await get(world.server, list);
    expect(second).toMatchObject({
      status: 200,
      body: first.body,
      headers: { etag: first.headers['etag'], 'content-type': 'application/json; charset=utf-8' },
    });
    expect(second.headers['age']).toBeDefined();
    expect(world.runs.filter((name) => name === 'RestFreshness')).toHaveLength(1);
    expect(world.hits).toHaveLength(1);
  });

  it('answers 304 to GET and HEAD, with the headers of a full answer', async () => {
    await using world = await open();
    const { headers } = await get(world.server, list);
    const same = { 'if-none-match': String(headers['etag']) };
    expect(await get(world.server, list, same)).toMatchObject({
      status: 304,
      body: '',
      headers: { etag: headers['etag'], age: expect.anything() as unknown },
    });
    expect(await get(world.server, list, same, 'HEAD')).toMatchObject({ status: 304 });
    expect(await get(world.server, list, {}, 'HEAD')).toMatchObject({
      status: 200,
      body: '',
      headers: { etag: headers['etag'] },
    });
  });

  it('reads a single repository anew each time, since it is confirmed first when that is due', async () => {
    await using world = await open();
    for (const name of ['app', 'library/app', 'library/registry']) {
      const first = await get(world.server, `${list}/${name}`);
      expect(first.headers['age']).toBeDefined();
      expect(
        await get(world.server, `${list}/${name}`, { 'if-none-match': String(first.headers['etag']) }),
      ).toMatchObject({ status: 304 });
    }
    expect(world.hits).toEqual([]);
  });

  it('keeps no error, and says no-store of none', async () => {
    await using world = await open();
    for (let use = 0; use < 2; use++) expect((await get(world.server, '/api/registries/nope')).status).not.toBe(200);
    expect(world.hits).toEqual([]);
  });
});
