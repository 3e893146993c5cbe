import { HeaderMap } from '@apollo/server';
import { buildSchema, getIntrospectionQuery, type GraphQLSchema, isObjectType, parse } from 'graphql';
import { getMetadataStorage } from 'type-graphql';
import { GatewayError } from '../../src/errors.js';
import type { Context } from '../../src/graphql/context.js';
import { createCompilingExecutor, createInterpretingExecutor, type Execute } from '../../src/graphql/server/jit.js';
import { defaultQueryLimits } from '../../src/graphql/server/limits.js';
import { createSchema } from '../../src/graphql/server/schema.js';
import { createGraphQLServer } from '../../src/graphql/server/server.js';
import { createTestCatalogue, type TestCatalogue } from '../support/worlds/catalogue.js';
import { createTestContext } from '../support/worlds/context.js';
import { buildImage, buildIndex } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';

interface HttpResult {
  readonly status: number;
  readonly body: unknown;
}

type Ask = (body: unknown) => Promise<HttpResult>;

const page = `query Page($name: String!, $first: Int = 20) {
  registry(name: $name) { id name repositories(first: $first) { totalCount pageInfo { hasNextPage endCursor } nodes
  { ...R } edges { cursor node { id } } } } }
  fragment R on Repository { name tags(first: 5) { nodes { ...T } } }
  fragment T on Tag { name digest size imageId updatedAt }`;
const skipped = `query Skip($yes: Boolean!, $no: Boolean!) {
  registry(name: "local") { ...A @include(if: $no) ...B @include(if: $yes) ... on Registry @skip(if: $no)
  { createdAt @skip(if: $yes) } } }
  fragment A on Registry { name addr } fragment B on Registry { name maxAge }`;
const failing = (fields: string): string => `mutation Change($id: ID!) { ${fields} }`;
const removed =
  'removeRegistry(input: { id: $id }) { removedRegistryId userErrors { __typename code message path ' +
  '... on UpstreamFailedError { retryable } ... on RateLimitedError { retryAfter } } }';

const operations: readonly [string, { query: string; variables?: unknown; operationName?: string }][] = [
  ['a page with fragments', { query: page, variables: { name: 'local' } }],
  ['a page with a default variable overridden', { query: page, variables: { name: 'local', first: 1 } }],
  ['fragments under @include and @skip', { query: skipped, variables: { yes: true, no: false } }],
  ['the same the other way round', { query: skipped, variables: { yes: false, no: true } }],
  [
    'aliases of one field with other arguments',
    { query: '{ a: registry(name: "local") { name } b: registry(name: "local") { n: name name } }' },
  ],
  [
    'a field asked for twice, merged',
    { query: '{ registry(name: "local") { repositories { totalCount } repositories { nodes { name } } } }' },
  ],
  [
    'an interface',
    {
      query:
        'query N($id: ID!) { node(id: $id) { __typename id ... on Registry { name } ... on Repository { ' +
        'namespace } } }',
      variables: { id: 'REGISTRY' },
    },
  ],
  [
    'nodes, one of them gone',
    {
      query: 'query N($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }',
      variables: { ids: ['REGISTRY', '00000000-0000-4000-8000-000000000000'] },
    },
  ],
  [
    'an image with its platforms',
    {
      query:
        '{ repository(registry: "local", name: "multi") { tag(name: "v1") { image { kind mediaType platforms { os ' +
        'architecture layers { digest size } labels { key value } } } } } }',
    },
  ],
  [
    'several operations, one chosen',
    { query: 'query A { registries { name } } query B { viewer { username roles } }', operationName: 'B' },
  ],
  ['several operations, none chosen', { query: 'query A { registries { name } } query B { viewer { username } }' }],
  ['an operation that is not there', { query: 'query A { registries { name } }', operationName: 'C' }],
  ['NOT_FOUND in a nullable field', { query: '{ registry(name: "nope") { name } viewer { username } }' }],
  ['NOT_FOUND deeper', { query: '{ registry(name: "local") { name repository(name: "nope") { name } } }' }],
  [
    'an error in a non-null field, which takes all',
    {
      query: 'query N($ids: [ID!]!) { viewer { username } nodes(ids: $ids) { id } }',
      variables: { ids: Array.from({ length: 101 }, () => 'x') },
    },
  ],
  [
    'BAD_USER_INPUT of an argument',
    { query: '{ registry(name: "local") { name repositories(first: 101) { totalCount } } }' },
  ],
  [
    'a registry that does not answer',
    { query: '{ registry(name: "dead") { name repositories { totalCount } repositoryCount } }' },
  ],
  ['a variable of the wrong type', { query: page, variables: { name: 7 } }],
  ['a variable that is missing', { query: page, variables: {} }],
  ['a variable that is null', { query: page, variables: { name: null } }],
  ['null for a page', { query: '{ registry(name: "local") { repositories(first: null) { nodes { name } } } }' }],
  ...[{}, { n: null }, { n: 1 }].map((variables): (typeof operations)[number] => [
    `a page by the variables ${JSON.stringify(variables)}`,
    { query: 'query P($n: Int) { registry(name: "local") { repositories(first: $n) { nodes { name } } } }', variables },
  ]),
  ...[{}, { e: null }, { e: false }].map((variables): (typeof operations)[number] => [
    `a filter and an order by the variables ${JSON.stringify(variables)}`,
    {
      query:
        'query F($e: Boolean, $d: OrderDirection) { repositories(filter: { empty: $e, nameContains: null }, orderBy: ' +
        '{ field: NAME, direction: $d }) { totalCount nodes { name } } }',
      variables: { ...variables, d: null },
    },
  ]),
  ['variables that are not an object', { query: page, variables: 'x' }],
  [
    'an input object with a wrong key',
    {
      query: 'mutation M($i: RemoveRegistryInput!) { removeRegistry(input: $i) { removedRegistryId } }',
      variables: { i: { id: 'x', more: 1 } },
    },
  ],
  [
    'an enum and scalars out',
    { query: '{ registry(name: "local") { createdAt maxAge tlsSkipVerify hasCredentials freshness { state } } }' },
  ],
  ['user errors of a mutation', { query: failing(removed), variables: { id: '00000000-0000-4000-8000-000000000000' } }],
  [
    'two mutations in order',
    { query: failing(`a: ${removed} b: ${removed}`), variables: { id: '00000000-0000-4000-8000-000000000001' } },
  ],
  [
    'a login that fails',
    {
      query:
        'mutation { login(input: { username: "a", password: "b" }) { token userErrors { __typename code message } } }',
    },
  ],
  ['a syntax error', { query: '{ registry(' }],
  ['an unknown field', { query: '{ nope }' }],
  [
    'a query over the cost limit',
    {
      query:
        '{ registry(name: "local") { repositories(first: 100) { nodes { tags(first: 100) { nodes { siblings { name ' +
        '} } } } } } }',
    },
  ],
  ['introspection', { query: getIntrospectionQuery() }],
  ['__typename', { query: '{ __typename registries { __typename } }' }],
];

describe('the compiling executor', () => {
  let registry: MemoryRegistry;
  let world: TestCatalogue;
  let compiled: Ask;
  let interpreted: Ask;
  let registryId: string;

  beforeAll(async () => {
    registry = await createMemoryRegistry();
    seed(registry.store, 'app', 'v1', buildImage({ labels: { v: '1' } }));
    seed(registry.store, 'app', 'v2', buildImage({ labels: { v: '2' } }));
    seed(registry.store, 'multi', 'v1', buildIndex([buildImage()]));
    world = await createTestCatalogue();
    registryId = (await world.attach('local', registry.url)).id;
    await world.attach('dead', 'http://127.0.0.1:9');
    await world.crawl('local');
    await world.crawl('dead');
    const schema = createSchema();
    compiled = await serve(schema, createCompilingExecutor(schema), world);
    interpreted = await serve(schema, createInterpretingExecutor(schema), world);
    await interpreted({ query: page, variables: { name: 'local' } });
  });

  afterAll(async () => {
    await world[Symbol.asyncDispose]();
    await registry.close();
  });

  it.each(operations)('answers as graphql-js does: %s', async (_what, operation) => {
    const body = JSON.parse(JSON.stringify(operation).replaceAll('REGISTRY', registryId)) as unknown;
    const expected = await interpreted(body);
    for (let use = 1; use <= 3; use++) expect(await compiled(body)).toEqual(expected);
  });

  it('answers a wrong variable with 400 and BAD_USER_INPUT', async () => {
    for (let use = 1; use <= 3; use++) {
      expect(await compiled({ query: page, variables: { name: 7 } })).toMatchObject({
        status: 400,
        body: { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] },
      });
    }
  });

  it('keeps code and message of a GatewayError', async () => {
    for (let use = 1; use <= 3; use++) {
      const { body } = await compiled({ query: '{ registry(name: "nope") { name } }' });
      expect(body).toMatchObject({
        data: { registry: null },
        errors: [{ path: ['registry'], extensions: { code: 'NOT_FOUND', requestId: 'test' } }],
      });
    }
  });
});

describe('the compiling executor on its own', () => {
  const schema = buildSchema(
    'type Query { value: String! list: [Query!]! maybe: Query } type Subscription { value: String }',
  );
  const run = async (execute: Execute, query: string, root: object, uses = 3): Promise<unknown> => {
    const document = parse(query);
    let result: unknown;
    for (let use = 0; use < uses; use++) result = await execute({ document, context: root as unknown as Context });
    return result;
  };

  it('gives the null of a failed non-null field to the nearest parent that may be null', async () => {
    const type = schema.getQueryType()!.getFields();
    type['maybe']!.resolve = () => ({});
    type['list']!.resolve = () => [{}];
    type['value']!.resolve = () => {
      throw new GatewayError('CONFLICT', 'No.');
    };
    const result = await run(createCompilingExecutor(schema), '{ maybe { list { value } } }', {});
    expect(result).toMatchObject({
      data: { maybe: null },
      errors: [{ message: 'No.', path: ['maybe', 'list', 0, 'value'], originalError: { code: 'CONFLICT' } }],
    });
  });

  it('leaves subscriptions and unknown operations to graphql-js', async () => {
    expect(await run(createCompilingExecutor(schema), 'subscription { value }', {})).toHaveProperty('data');
    const document = parse('query A { value }');
    expect(
      await createCompilingExecutor(schema)({ document, operationName: 'B', context: {} as Context }),
    ).toMatchObject({ errors: [{ message: 'Unknown operation named "B".' }] });
  });
});

describe('fields without a resolver', () => {
  it('fields without a resolver are read without a wrapper, and no field that has one of these loses a guard', () => {
    const { authorizedFields, authorizedResolver, middlewares, resolverMiddlewares } = getMetadataStorage();
    expect([authorizedFields, authorizedResolver, middlewares, resolverMiddlewares]).toEqual([[], [], [], []]);
    const schema = createSchema();
    const layer = schema.getType('Layer');
    const tag = schema.getType('Tag');
    if (!isObjectType(layer) || !isObjectType(tag)) throw new Error('The types are gone.');
    expect(layer.getFields()['digest']!.resolve).toBeUndefined();
    expect(tag.getFields()['name']!.resolve).toBeUndefined();
    expect(tag.getFields()['id']!.resolve).toBeInstanceOf(Function);
    expect(tag.getFields()['siblings']!.resolve).toBeInstanceOf(Function);
  });
});

async function serve(schema: GraphQLSchema, execute: Execute, { catalogue }: TestCatalogue): Promise<Ask> {
  const apollo = createGraphQLServer({ schema, execute, limits: defaultQueryLimits });
  await apollo.start();
  return async (body) => {
    const headers = new HeaderMap([['content-type', 'application/json']]);
    const response = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method: 'POST', headers, search: '', body },
      context: async () => createTestContext(catalogue),
    });
    if (response.body.kind !== 'complete') throw new Error('Answers are never in parts.');
    return { status: response.status ?? 200, body: JSON.parse(response.body.string) as unknown };
  };
}
