import { createServer } from 'node:http';
import Fastify from 'fastify';
import { createSchema, createYoga } from 'graphql-yoga';
import mercurius from 'mercurius';
import { readCpu } from './cpu.js';
import { describeTag, nameRepository, registryName, tagsPerRepository } from './fill.js';
import { listen } from './listen.js';
import { openSqlitePages, type SqlitePages } from './sqlitepeer.js';

/**
 * A server to compare with, in a process of its own: `peer.js plain|fastify`, `peer.js mercurius|yoga <repositories>`
 * or `peer.js rows|mercurius-sqlite <database file>`. `plain` is node:http that sends one Buffer, what it was last sent
 * by PUT, and `fastify` sends one object likewise, or one Buffer; the others answer the benchmark's questions, from
 * memory, or its page from the gateway's file; `rows` is node:http that does so without GraphQL.
 */
const [, , kind = '', given = '0'] = process.argv;

const typeDefs = `
  type Query {
    registry(name: String!): Registry
    registries: [Registry!]
    repository(registry: String!, name: String!): Repository
  }
  type Registry {
    name: String!
    freshness: Freshness!
    repositories(first: Int! = 20, after: String): RepositoryConnection
  }
  type Freshness { state: String! confirmedAt: String }
  type RepositoryConnection { nodes: [Repository!]! }
  type Repository { name: String! size: Float tag(name: String!): Tag tags(first: Int! = 20): TagConnection }
  type TagConnection { nodes: [Tag!]! }
  type Tag { name: String! digest: String imageId: String size: Float updatedAt: String! }`;

interface MemoryRepository {
  readonly name: string;
  readonly size: number;
  readonly all: readonly ReturnType<typeof describeTag>[];
}

function createMemory(): MemoryRepository[] {
  return Array.from({ length: Number(given) }, (_, repository) => ({
    name: nameRepository(repository),
    size: 2_000_000,
    all: Array.from({ length: tagsPerRepository }, (_unused, tag) => describeTag(repository, tag)),
  })).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** `after` is a position, so that nothing is searched for. */
function createResolvers() {
  const repositories = createMemory();
  const named = new Map(repositories.map((one) => [one.name, one]));
  const registry = { name: registryName, freshness: { state: 'FRESH', confirmedAt: new Date().toISOString() } };
  return {
    Query: {
      registry: (_root: unknown, { name }: { name: string }) => (name === registryName ? registry : null),
      registries: () => [registry],
      repository: (_root: unknown, { name }: { name: string }) => named.get(name),
    },
    Registry: {
      repositories: (_root: unknown, { first, after }: { first: number; after?: string }) => ({
        nodes: repositories.slice(Number(after ?? 0), Number(after ?? 0) + first),
      }),
    },
    Repository: {
      tag: ({ all }: MemoryRepository, { name }: { name: string }) => all.find((tag) => tag.name === name),
      tags: ({ all }: MemoryRepository, { first }: { first: number }) => ({ nodes: all.slice(0, first) }),
    },
  };
}

/** `after` is the name of a repository. */
function createSqliteResolvers(pages: SqlitePages) {
  return {
    resolvers: {
      Query: { registry: (_root: unknown, { name }: { name: string }) => pages.findRegistry(name) },
      Registry: {
        repositories: ({ id }: { id: string }, { first, after }: { first: number; after?: string }) => ({
          nodes: pages.listRepositories(id, first, after ?? ''),
        }),
      },
    },
    loaders: {
      Repository: {
        tags: async (queries: readonly { obj: { id: number }; params: { first: number } }[]) =>
          pages
            .listTags(
              queries.map(({ obj }) => obj.id),
              queries[0]?.params.first ?? 0,
            )
            .map((nodes) => ({ nodes })),
      },
    },
  };
}

async function startRows(pages: SqlitePages): Promise<string> {
  const write = (body: string): string => {
    // The first request, that the peer sends itself, has none.
    const { variables } = JSON.parse(body || '{}') as { variables?: { after?: string } };
    const id = pages.findRegistry(registryName)?.id ?? '';
    const repositories = pages.listRepositories(id, 100, variables?.after ?? '');
    const tags = pages.listTags(
      repositories.map(({ id }) => id),
      tagsPerRepository,
    );
    const nodes = repositories.map(({ name }, at) => ({ name, tags: { nodes: tags[at] } }));
    return JSON.stringify({ data: { registry: { repositories: { nodes } } } });
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('end', () =>
        response
          .writeHead(200, { 'content-type': 'application/json; charset=utf-8' })
          .end(write(Buffer.concat(chunks).toString())),
      );
  });
  return listen(server);
}

async function startPlain(): Promise<string> {
  let body: Buffer = Buffer.from('{}');
  const server = createServer((request, response) => {
    if (request.method !== 'PUT')
      return void response
        .writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': body.length })
        .end(body);
    const chunks: Buffer[] = [];
    request
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('end', () => {
        body = Buffer.concat(chunks);
        response.end();
      });
  });
  return listen(server);
}

async function startFastify(): Promise<string> {
  let kept: unknown = {};
  const server = Fastify();
  server.addContentTypeParser('application/octet-stream', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  );
  server.put('/', async ({ body }) => void (kept = body));
  server.route({
    method: ['GET', 'POST'],
    url: '/',
    handler: async (_request, reply) =>
      Buffer.isBuffer(kept) ? reply.type('application/json; charset=utf-8').send(kept) : kept,
  });
  return server.listen({ host: '127.0.0.1', port: 0 });
}

async function startMercurius(answering: object): Promise<string> {
  const server = Fastify();
  await server.register(mercurius, { schema: typeDefs, jit: 1, ...answering });
  return `${await server.listen({ host: '127.0.0.1', port: 0 })}/graphql`;
}

async function startYoga(): Promise<string> {
  const yoga = createYoga({
    schema: createSchema({ typeDefs, resolvers: createResolvers() as never }),
    logging: false,
  });
  const server = createServer((request, response) => void yoga(request, response));
  return `${await listen(server)}/graphql`;
}

const starts: Readonly<Record<string, () => Promise<string>>> = {
  plain: startPlain,
  fastify: startFastify,
  rows: () => startRows(openSqlitePages(given)),
  mercurius: () => startMercurius({ resolvers: createResolvers() }),
  'mercurius-sqlite': () => startMercurius(createSqliteResolvers(openSqlitePages(given))),
  yoga: startYoga,
};

process.on('message', (message) => (message === 'cpu' ? process.send?.(readCpu()) : process.exit(0)));
const url = (await starts[kind]?.()) ?? '';
await fetch(url).then((response) => response.arrayBuffer());
const started = performance.now();
process.send?.({ url, started, startedCpu: readCpu() });
