import { startGateway, type GraphQLAnswer, type HttpAnswer, type TestGateway } from '../support/worlds/gateway.js';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';

let registry: MemoryRegistry;
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway();
  registry = await createMemoryRegistry();
  seed(registry.store, 'app', 'v1', buildImage());
  await gateway.attach('local', registry.url);
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await registry.close();
});

const repeat = (n: number, make: (at: number) => string): string =>
  Array.from({ length: n }, (_, at) => make(at)).join(' ');

/** `{ registry { repository { registry { … name } } } }`, this many fields deep. */
function nest(depth: number): string {
  const fields = Array.from({ length: depth - 1 }, (_, at) => (at % 2 === 0 ? 'registry' : 'repository'));
  const opened = fields.map((field, at) =>
    field === 'repository' ? 'repository(name: "app")' : at === 0 ? 'registry(name: "local")' : 'registry',
  );
  return `{ ${opened.join(' { ')} { name ${'} '.repeat(depth)}`;
}

function expectRefused({ status, body, text }: HttpAnswer<GraphQLAnswer>, code: string, word = ''): void {
  expect({ status, code: body.errors?.[0]?.extensions.code, data: body.data }).toEqual({
    status: 400,
    code,
    data: undefined,
  });
  expect(body.errors![0]!.message).toContain(word);
  expect(body.errors![0]!.extensions['requestId']).toMatch(/^[0-9a-f-]{36}$/);
  expect(text).not.toMatch(/Maximum call stack|INTERNAL|node_modules| {4}at /);
}

function expectAnswered({ status, body }: HttpAnswer<GraphQLAnswer>): void {
  expect({ status, errors: body.errors }).toEqual({ status: 200, errors: undefined });
}

describe('at its limit an operation is answered, one above it is refused', () => {
  test('1,000 tokens', async () => {
    // Each of these is eight tokens.
    const query = repeat(125, (at) => `query Q${at} { viewer { username } }`);
    const run = (text: string): Promise<HttpAnswer<GraphQLAnswer>> =>
      gateway.rest('POST', '/graphql', { body: { query: text, operationName: 'Q0' } });
    expectAnswered(await run(query));
    expectRefused(await run(query.replace('username', 'username username')), 'GRAPHQL_PARSE_FAILED', '1000 tokens');
  });

  test('depth 12', async () => {
    expectAnswered(await gateway.graphql(nest(12)));
    expectRefused(await gateway.graphql(nest(13)), 'QUERY_TOO_COMPLEX', 'depth');
    const [head, tail] = ['{ ...F } fragment F on Query ', ''];
    expectRefused(await gateway.graphql(`${head}${nest(13)}${tail}`), 'QUERY_TOO_COMPLEX', 'depth');
  });

  test('30 aliases', async () => {
    const make = (n: number): string => `{ viewer { ${repeat(n, (at) => `a${at}: username`)} } }`;
    expectAnswered(await gateway.graphql(make(30)));
    expectRefused(await gateway.graphql(make(31)), 'QUERY_TOO_COMPLEX', 'aliases');
    const twice =
      '{ viewer { ...F ... on Viewer { ...F } } } fragment F on Viewer { ' +
      `${repeat(16, (at) => `a${at}: username`)} }`;
    expectRefused(await gateway.graphql(twice), 'QUERY_TOO_COMPLEX', 'aliases');
  });

  test('2,000 selections, with fragments unfolded', async () => {
    const make = (n: number): string =>
      `{ viewer { ${repeat(100, () => '...F')} ${repeat(n, () => 'username')} } } fragment F on Viewer {
        ${repeat(18, () => 'username')} }`;
    expectAnswered(await gateway.graphql(make(99)));
    expectRefused(await gateway.graphql(make(100)), 'QUERY_TOO_COMPLEX', 'selections');
  });

  test('128 characters of a name', async () => {
    const make = (n: number): string => `{ viewer { ${'a'.repeat(n)}: username } }`;
    expectAnswered(await gateway.graphql(make(128)));
    expectRefused(await gateway.graphql(make(129)), 'QUERY_TOO_COMPLEX', 'length of a name');
    expectRefused(
      await gateway.graphql(`{ __schema { ${'a'.repeat(129)}: queryType { name } } }`),
      'QUERY_TOO_COMPLEX',
      'length of a name',
    );
  });

  test('30 aliases, in what is asked about the schema too', async () => {
    const make = (n: number): string => `{ __schema { ${repeat(n, (at) => `a${at}: types { name }`)} } }`;
    expectAnswered(await gateway.graphql(make(30)));
    expectRefused(await gateway.graphql(make(31)), 'QUERY_TOO_COMPLEX', 'aliases');
  });

  test('20 root fields', async () => {
    const make = (n: number): string => `{ ${repeat(n, (at) => `a${at}: __typename`)} }`;
    expectAnswered(await gateway.graphql(make(20)));
    expectRefused(await gateway.graphql(make(21)), 'QUERY_TOO_COMPLEX', 'root fields');
    expectRefused(
      await gateway.graphql(`{ ...F } fragment F on Query { ${repeat(21, (at) => `a${at}: __typename`)} }`),
      'QUERY_TOO_COMPLEX',
      'root fields',
    );
  });

  test('20 directives', async () => {
    const make = (n: number): string => `{ viewer { ${repeat(n, () => 'username @include(if: true)')} } }`;
    expectAnswered(await gateway.graphql(make(20)));
    expectRefused(await gateway.graphql(make(21)), 'QUERY_TOO_COMPLEX', 'directives');
  });

  test('64 KiB of body', async () => {
    const make = (bytes: number): string => {
      const start = '{"query":"{ viewer { username } }","extensions":{"pad":"';
      return `${start}${'x'.repeat(bytes - start.length - 3)}"}}`;
    };
    expectAnswered(await gateway.rest<GraphQLAnswer>('POST', '/graphql', { body: make(64 * 1024) }));
    expect((await gateway.rest('POST', '/graphql', { body: make(64 * 1024 + 1) })).status).toBe(413);
  });

  test('100 ids', async () => {
    const { body } = await gateway.graphql<{ registry: { id: string } }>('{ registry(name: "local") { id } }');
    const ids = (n: number): string[] => Array.from({ length: n }, () => body.data!.registry.id);
    const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }';
    expectAnswered(await gateway.graphql(query, { ids: ids(100) }));
    const { body: refused } = await gateway.graphql(query, { ids: ids(101) });
    expect(refused.errors![0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
  });

  test.each([1, 100])('a page of %i', async (first) => {
    expectAnswered(
      await gateway.graphql(
        'query ($first: Int!) { registry(name: "local") { repositories(first: $first) { nodes { name } } } }',
        { first },
      ),
    );
    expectAnswered(
      await gateway.graphql(
        `{ registry(name: "local") { repository(name: "app") { tags(first: ${first}) { nodes { name } } } } }`,
      ),
    );
  });

  test.each([0, -5, 101, 20_000, 2_147_483_647])('a page of %i is refused, naming the argument', async (first) => {
    registry.forget();
    const queries = [
      gateway.graphql(`{ registry(name: "local") { repositories(first: ${first}) { pageInfo { endCursor } } } }`),
      gateway.graphql(
        `query ($n: Int!) { registry(name: "local") { repositories(first: $n) { pageInfo { endCursor } } } }`,
        { n: first },
      ),
      gateway.graphql(
        `query ($n: Int! = ${first}) { registry(name: "local") { repository(name: "app") { tags(first: $n) { ` +
          'pageInfo { endCursor } } } } }',
      ),
    ];
    for (const { body } of await Promise.all(queries)) {
      const [error] = body.errors ?? [];
      expect([error?.extensions.code, error?.extensions['path'], body.data]).toEqual([
        'BAD_USER_INPUT',
        ['first'],
        undefined,
      ]);
    }
    expect(registry.requests).toEqual([]);
  });
});

describe('cost is counted with the values of variables', () => {
  const inner = 'nodes { tags(first: 100) { nodes { image { platforms { os } } } } }';
  const costly: readonly [string, string, Record<string, unknown>?][] = [
    ['a literal', `{ registry(name: "local") { repositories(first: 100) { ${inner} } } }`],
    ['a variable', `query ($n: Int!) { registry(name: "local") { repositories(first: $n) { ${inner} } } }`, { n: 100 }],
    [
      "a variable's default",
      `query ($n: Int! = 100) { registry(name: "local") { repositories(first: $n) { ${inner} } } }`,
    ],
    [
      'a fragment',
      `{ registry(name: "local") { ...F } } fragment F on Registry { repositories(first: 100) { ${inner} } }`,
    ],
    [
      'an inline fragment',
      `{ registry(name: "local") { ... on Registry { ... { repositories(first: 100) { ${inner} } } } } }`,
    ],
    [
      'aliases',
      `{ ${repeat(
        20,
        (at) =>
          `a${at}: registry(name: "local") { repositories(first: 100) { nodes { tags(first: ` +
          '10) { nodes { name freshness { state } } } } } }',
      )} }`,
    ],
    [
      "the schema's default",
      `{ ${repeat(
        20,
        (at) =>
          `a${at}: registry(name: "local") { repositories { nodes { tags { nodes { siblings { ` +
          'freshness { state } } } } } } }',
      )} }`,
    ],
    [
      'lists in lists',
      '{ registries { repositories(first: 100) { nodes { tags(first: 100) { nodes { siblings { siblings { siblings ' +
        '{ name } } } } } } } } }',
    ],
    [
      'siblings of siblings',
      '{ registry(name: "local") { repository(name: "app") { tag(name: "v1") { siblings(first: 100) { ' +
        'siblings(first: 100) { siblings { name } } } } } } }',
    ],
    [
      'edges',
      '{ registry(name: "local") { repositories(first: 100) { edges { node { tags(first: 100) { edges { node { ' +
        'image { platforms { os } } } } } } } } } }',
    ],
    [
      'an operation that is not the one that runs',
      `query A { viewer { username } } query B { registry(name: "local") { repositories(first: 100) { ${inner} } } }`,
    ],
  ];
  test.each(costly)('cost is counted with the values of variables through %s', async (what, query, variables = {}) => {
    registry.forget();
    if (what.startsWith('an operation')) {
      const run = (operationName: string): Promise<HttpAnswer<GraphQLAnswer>> =>
        gateway.rest('POST', '/graphql', { body: { query, operationName } });
      expectAnswered(await run('A'));
      return expectRefused(await run('B'), 'QUERY_TOO_COMPLEX', '10000');
    }
    expectRefused(await gateway.graphql(query, variables), 'QUERY_TOO_COMPLEX', '10000');
    expect(registry.requests).toEqual([]);
  });

  test('cost is counted with a negative page beside it, which does not pay for it', async () => {
    const query =
      '{ a: registry(name: "local") { repositories(first: -100000) { nodes { name freshness { state } ' +
      `} } } b: registry(name: "local") { repositories(first: 100) { ${inner} } } }`;
    expectRefused(await gateway.graphql(query), 'BAD_USER_INPUT', '"first"');
  });

  test('cost is counted with a null beside it where none is allowed, which cannot be counted', async () => {
    const query =
      'query ($n: String = "local") { a: registry(name: $n) { name } b: ' +
      `registry(name: "local") { repositories(first: 100) { ${inner} } } }`;
    expectRefused(await gateway.graphql(query, { n: null }), 'BAD_USER_INPUT', '"name"');
    expectRefused(await gateway.graphql(query), 'QUERY_TOO_COMPLEX');
    expectRefused(await gateway.graphql(query, { n: 10 }), 'BAD_USER_INPUT', '"$n"');
  });

  test('a page of null costs what the page costs that the schema has in its place', async () => {
    const ask = (first: string): string =>
      `query ($n: Int) { registry(name: "local") { repositories(first: ${first}) { nodes { name tags(first: $n) { ` +
      'nodes { name } } } } } }';
    for (const [first, repositories] of [
      ['null', 20],
      ['$n', 20],
      ['50', 50],
    ] as const)
      for (const variables of [{}, { n: null }, { n: 20 }])
        expect((await gateway.graphql(ask(first), variables)).body).toMatchObject({
          extensions: { cost: { requested: 1 + repositories + repositories * 20 } },
        });
    const list =
      '{ registry(name: "local") { repositories(first: 100) { nodes { tags(first: 100) { nodes { ' +
      'siblings(first: null) { name } } } } } } }';
    expectRefused(await gateway.graphql(list), 'QUERY_TOO_COMPLEX', '10000');
  });

  test('a list costs the nodes of its pages: what holds it together costs nothing, and every answer says what it cost', async () => {
    const query =
      '{ registry(name: "local") { repositories(first: 50) { pageInfo { hasNextPage } nodes { name tags(first: ' +
      '100) { edges { cursor node { name } } } } } } }';
    const { body } = await gateway.graphql(query);
    expect(body).toMatchObject({ extensions: { cost: { requested: 1 + 50 + 50 * 100, limit: 10_000 } } });
    const { body: refused } = await gateway.graphql(query.replace('first: 50', 'first: 100'));
    expect(refused.errors![0]).toMatchObject({
      extensions: { code: 'QUERY_TOO_COMPLEX', cost: { requested: 1 + 100 + 100 * 100, limit: 10_000 } },
    });
  });

  test('cost is counted with the values of variables of what is left out by @skip and @include only when it is not', async () => {
    const query =
      'query ($all: Boolean!) { registry(name: "local") { name ...F @include(if: $all) } } fragment F ' +
      `on Registry { repositories(first: 100) { ${inner} } }`;
    expectAnswered(await gateway.graphql(query, { all: false }));
    expectRefused(await gateway.graphql(query, { all: true }), 'QUERY_TOO_COMPLEX');
  });

  test('cost is counted with the values of variables of an abstract type as the dearest of the types that it could be', async () => {
    const { body } = await gateway.graphql(
      '{ search(query: "app", first: 10) { nodes { ... on Repository { tags(first: 5) { nodes { name } } } ... on ' +
        'Registry { name } ... on Tag { name } } } }',
    );
    expect(body).toMatchObject({ extensions: { cost: { requested: 100 + 10 * (1 + 5) } } });
  });

  test.each([
    ['repository(name: "app") { layers(first: %) { digest } }', 5],
    ['repository(name: "app") { tags(first: 1) { nodes { image { annotations(first: %) { key } } } } }', 2],
  ])('%s is of parts, of which few are counted', async (field, points) => {
    const most = 1000;
    const ask = (first: number | string): Promise<HttpAnswer<GraphQLAnswer>> =>
      gateway.graphql(`{ registry(name: "local") { ${field.replace('%', `${first}`)} } }`);
    const few = await ask(1);
    const all = await ask(most);
    expectAnswered(few);
    expect(
      (all.body.extensions!['cost'] as { requested: number }).requested -
        (few.body.extensions!['cost'] as { requested: number }).requested,
    ).toBe(points - 1);
    for (const first of [0, -1, most + 1])
      expectRefused(await ask(first), 'BAD_USER_INPUT', `"first" must be between 1 and ${most}, got ${first}.`);
  });

  test('what a page passes over costs a point for each thousand, and is bounded', async () => {
    const ask = (offset: number, more = ''): Promise<HttpAnswer<GraphQLAnswer>> =>
      gateway.graphql(`{ tags(first: 1, offset: ${offset} ${more}) { nodes { name } } }`);
    const costOf = ({ body }: HttpAnswer<GraphQLAnswer>): number =>
      (body.extensions!['cost'] as { requested: number }).requested;
    const [none, far] = [await ask(0), await ask(50_001)];
    expectAnswered(none);
    expectAnswered(far);
    expect(costOf(far) - costOf(none)).toBe(51);
    for (const offset of [-1, 10_000_001])
      expectRefused(await ask(offset), 'BAD_USER_INPUT', `"offset" must be between 0 and 10000000, got ${offset}.`);
    const { body } = await ask(1, 'after: "x"');
    expect(body.errors!.map(({ message }) => message)).toEqual([
      '"offset" counts from the beginning of the list: leave "after" out.',
    ]);
  });

  test('a page of a frontend costs far less', async () => {
    expectAnswered(
      await gateway.graphql(
        '{ registry(name: "local") { repositories(first: 100) { nodes { name size tags(first: 20) { nodes { name ' +
          'digest size } } } } } }',
      ),
    );
  });
});

describe('bombs are refused quickly', () => {
  const bomb =
    '{ viewer { ...F0 } } ' +
    `${repeat(25, (at) => `fragment F${at} on Viewer { ...F${at + 1} ...F${at + 1} }`)} fragment F25 on ` +
    'Viewer { username }';
  const aliased = bomb.replace('{ username }', '{ a: username }');
  const bombs: readonly [string, string | object][] = [
    ['2^25 aliases in fragments', aliased],
    ['2^25 fields in fragments', bomb],
    ['5,000 levels', `${'{ viewer '.repeat(5000)}${'}'.repeat(5000)}`],
    ['5,000 levels of a list', `{ node(id: ${'['.repeat(5000)}${']'.repeat(5000)}) { id } }`],
    [
      'variables 9,000 levels deep',
      {
        query: '{ viewer { username } }',
        variables: JSON.parse('{"a":'.repeat(3000) + '1' + '}'.repeat(3000)) as object,
      },
    ],
    ['the same field 9,000 times', `{ ${'viewer '.repeat(9000)} }`],
    ['fragments in a circle', '{ viewer { ...A } } fragment A on Viewer { ...B } fragment B on Viewer { ...A }'],
    ['a comment and nothing else', `#${'x'.repeat(60_000)}`],
    ['100 operations', `{ "query": "${repeat(100, (at) => `query Q${at} { viewer { username } }`)}" }`],
    ['nothing', ''],
    [
      'thousands of fields that a type does not have',
      {
        query: 'mutation ($i: LoginInput!) { login(input: $i) { token } }',
        variables: { i: Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [`f${n}`, 0])) },
      },
    ],
    [
      'thousands of items that do not fit',
      {
        query: 'query ($i: [ID!]!) { nodes(ids: $i) { id } }',
        variables: { i: Array.from({ length: 15_000 }, () => ({})) },
      },
    ],
    [
      'a value of 50,000 characters',
      {
        query: 'query ($n: Int!) { registry(name: "local") { repositories(first: $n) { totalCount } } }',
        variables: { n: 'x'.repeat(50_000) },
      },
    ],
    [
      'a key of 50,000 characters',
      {
        query: 'mutation ($i: LoginInput!) { login(input: $i) { token } }',
        variables: { i: { ['x'.repeat(50_000)]: 0 } },
      },
    ],
    ['a field of 50,000 characters', `{ ${'x'.repeat(50_000)} }`],
    ['a literal of 50,000 characters', `{ registry(name: ${'x'.repeat(50_000)}) { name } }`],
    ['an argument of 50,000 characters', `{ registry(name: "local", ${'x'.repeat(50_000)}: 1) { name } }`],
    [
      'a string where a number belongs',
      `{ registry(name: "local") { repositories(first: "${'x'.repeat(50_000)}") { totalCount } } }`,
    ],
    ['a type of 50,000 characters', `query ($n: ${'X'.repeat(50_000)}) { viewer { username } }`],
    ['a fragment of 50,000 characters', `{ viewer { ...${'x'.repeat(50_000)} } }`],
  ];
  test.each(bombs)('%s', async (_, query) => {
    const answer = await gateway.rest<GraphQLAnswer & { error?: { code: string; message: string } }>(
      'POST',
      '/graphql',
      { body: typeof query === 'string' ? { query } : query },
    );
    expect(answer.status).toBe(400);
    // No value that is longer than 100 characters is repeated.
    expect(answer.text).not.toMatch(/[xX]{101}/);
    expect(answer.text.length).toBeLessThan(16 * 1024);
    expect(answer.text).not.toMatch(/Maximum call stack|INTERNAL|node_modules| {4}at /);
    expect((answer.body.errors?.[0]?.extensions.code ?? answer.body.error?.code)?.length).toBeGreaterThan(0);
  });

  test('after all of them the gateway still answers, and nothing was logged as its own fault', async () => {
    expectAnswered(await gateway.graphql('{ viewer { username } }'));
    expect(gateway.log.filter(({ level }) => Number(level) >= 50)).toEqual([]);
  });

  test('two logins in one operation are refused, also through fragments', async () => {
    const login = (at: number): string =>
      `a${at}: login(input: { username: "admin", password: "guess ${at}" }) { token }`;
    expectRefused(
      await gateway.graphql(`mutation { ${repeat(2, login)} }`, {}, { access: null }),
      'QUERY_TOO_COMPLEX',
      'logins',
    );
    const fragments = `fragment F on Mutation { ${login(1)} } fragment G on Mutation { ${login(2)} }`;
    const spread = `mutation { ...F ...G } ${fragments}`;
    const hidden = await gateway.graphql(spread);
    expect([hidden.status, hidden.body.errors?.[0]?.extensions.code]).toEqual([400, 'QUERY_TOO_COMPLEX']);
    const inline = await gateway.graphql(`mutation { ... { ${login(1)} } ... on Mutation { ${login(2)} } }`);
    expect([inline.status, inline.body.errors?.[0]?.extensions.code]).toEqual([400, 'QUERY_TOO_COMPLEX']);
  });
});
