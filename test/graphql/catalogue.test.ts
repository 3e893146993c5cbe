import { createAuthority } from '../support/servers/certificates.js';
import { startGateway, type GraphQLAnswer, type TestGateway } from '../support/worlds/gateway.js';
import { buildHelmChart, buildImage, buildIndex } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';

let registry: MemoryRegistry;
let gateway: TestGateway;
let id: string;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(async () => gateway[Symbol.asyncDispose]());
beforeEach(async () => {
  registry = await createMemoryRegistry({
    losesParents: false,
    auth: { mode: 'basic', users: { ann: 'first-password', bob: 'second-password' } },
  });
  await gateway.attach('local', registry.url, { username: 'ann', password: 'first-password' });
  id = (await read<{ registry: { id: string } }>('{ registry(name: "local") { id } }')).registry.id;
});
afterEach(async () => {
  await gateway.graphql('mutation ($id: ID!) { removeRegistry(input: { id: $id }) { removedRegistryId } }', { id });
  await registry.close();
});

/** The data; fails when there are errors. */
async function read<T>(query: string, variables?: Record<string, unknown>): Promise<T> {
  const { body } = await gateway.graphql<T>(query, variables);
  expect(body.errors).toBeUndefined();
  return body.data!;
}

async function readError(
  query: string,
  variables?: Record<string, unknown>,
): Promise<NonNullable<GraphQLAnswer['errors']>[number]> {
  const { body } = await gateway.graphql(query, variables);
  expect(body.errors).toHaveLength(1);
  return body.errors![0]!;
}

describe('pages', () => {
  interface Page {
    readonly nodes: readonly { readonly name: string }[];
    readonly pageInfo: {
      readonly hasNextPage: boolean;
      readonly hasPreviousPage: boolean;
      readonly endCursor: string | null;
    };
    readonly totalCount: number;
  }
  const page = 'nodes { name } pageInfo { hasNextPage hasPreviousPage endCursor } totalCount';

  async function readAll(next: (after: string | null) => Promise<Page>): Promise<string[]> {
    const names: string[] = [];
    let after: string | null = null;
    do {
      const { nodes, pageInfo, totalCount }: Page = await next(after);
      expect([pageInfo.hasPreviousPage, totalCount]).toEqual([after !== null, 250]);
      names.push(...nodes.map(({ name }) => name));
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    } while (after !== null);
    return names;
  }

  test('pages through 250 repositories and through 250 tags give each exactly once, in order', async () => {
    const image = buildImage();
    const names = Array.from({ length: 250 }, (_, n) => `team/app-${n}`);
    for (const name of names) seed(registry.store, name, 'v1', image);
    for (let n = 0; n < 249; n++) seed(registry.store, 'team/app-7', `t${n}`, image);
    await gateway.crawl('local');
    const repositories = await readAll(
      async (after) =>
        (
          await read<{ registry: { repositories: Page } }>(
            `query ($after: String) { registry(name: "local") { repositories(first: 37, after: $after) { ${page} } } }`,
            { after },
          )
        ).registry.repositories,
    );
    expect(repositories).toEqual(names.toSorted());
    const tags = await readAll(
      async (after) =>
        (
          await read<{ repository: { tags: Page } }>(
            'query ($after: String) { repository(registry: "local", name: "team/app-7") { tags(first: 41, after: ' +
              `$after) { ${page} } } }`,
            { after },
          )
        ).repository.tags,
    );
    expect(tags).toEqual([...Array.from({ length: 249 }, (_, n) => `t${n}`), 'v1'].toSorted());
  });

  test('do not begin at a cursor of another list, nor at anything else', async () => {
    for (const name of ['a', 'b', 'c'])
      for (const tag of ['v1', 'v2', 'v3']) seed(registry.store, name, tag, buildImage());
    await gateway.crawl('local');
    const cursors = await read<{
      registry: {
        repositories: { pageInfo: { endCursor: string } };
        repository: { tags: { pageInfo: { endCursor: string } } };
      };
    }>(
      '{ registry(name: "local") { repositories(first: 1) { pageInfo { endCursor } } repository(name: "a") { ' +
        'tags(first: 1) { pageInfo { endCursor } } } } }',
    );
    const ofRepositories = cursors.registry.repositories.pageInfo.endCursor;
    const ofTags = cursors.registry.repository.tags.pageInfo.endCursor;
    const forged = [null, 1, {}, [], ['x'], [null, null], [{ $gt: '' }]].map((value) =>
      Buffer.from(JSON.stringify(value)).toString('base64url'),
    );
    for (const after of [ofTags, ...forged, '', 'x', '%', '\u0000', 'A'.repeat(5000)]) {
      const error = await readError(
        'query ($after: String) { registry(name: "local") { repositories(first: 2, after: $after) { totalCount } } }',
        { after },
      );
      expect(error).toMatchObject({ extensions: { code: 'BAD_USER_INPUT', path: ['after'] } });
    }
    for (const after of [ofRepositories, ...forged]) {
      const error = await readError(
        'query ($after: String) { repository(registry: "local", name: "a") { tags(first: 2, after: $after) { ' +
          'totalCount } } }',
        { after },
      );
      expect(error).toMatchObject({ extensions: { code: 'BAD_USER_INPUT', path: ['after'] } });
    }
  });
});

describe('ids', () => {
  test('ids of every type lead back to what they were read from', async () => {
    seed(registry.store, 'team/app', 'v1', buildIndex([buildImage({ arch: 'amd64' }), buildImage({ arch: 'arm64' })]));
    const fields =
      '__typename id ... on Registry { name } ... on Repository { name } ... on Tag { name digest } ' +
      '... on Image { mediaType }';
    const { registry: found } = await read<{
      registry: { id: string; repository: { id: string; tag: { id: string; image: { id: string } } } };
    }>('{ registry(name: "local") { id repository(name: "team/app") { id tag(name: "v1") { id image { id } } } } }');
    const ids = [found.id, found.repository.id, found.repository.tag.id, found.repository.tag.image.id];
    const { nodes } = await read<{ nodes: { __typename: string; id: string }[] }>(
      `query ($ids: [ID!]!) { nodes(ids: $ids) { ${fields} } }`,
      { ids },
    );
    expect(nodes.map((node) => node.__typename)).toEqual(['Registry', 'Repository', 'Tag', 'Image']);
    expect(nodes.map((node) => node.id)).toEqual(ids);
    for (const [at, one] of ids.entries())
      expect(
        (await read<{ node: object }>(`query ($id: ID!) { node(id: $id) { ${fields} } }`, { id: one })).node,
      ).toEqual(nodes[at]);
  });

  test('ids of what is gone are null, and do not spoil the others', async () => {
    seed(registry.store, 'app', 'v1', buildImage());
    const encode = (...parts: unknown[]): string => Buffer.from(JSON.stringify(parts)).toString('base64url');
    const gone = [
      '7b4d261c-5ac4-481a-b1fa-1808355becf8',
      encode('Repository', id, 'no/such'),
      encode('Repository', '7b4d261c-5ac4-481a-b1fa-1808355becf8', 'app'),
      encode('Tag', id, 'app', 'none'),
      encode('Image', `sha256:${'a'.repeat(64)}`),
    ];
    const { nodes } = await read<{ nodes: (object | null)[] }>('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
      ids: [...gone, id],
    });
    expect(nodes).toEqual([...gone.map(() => null), { id }]);
  });

  test('ids are refused where they are none, and the registry hears nothing of them', async () => {
    registry.forget();
    const encode = (...parts: unknown[]): string => Buffer.from(JSON.stringify(parts)).toString('base64url');
    const bad = [
      '',
      'x',
      '[]',
      '../..',
      'Registry',
      encode('Repository', id, '../x'),
      encode('Tag', id, 'app', '../x'),
      encode('Account', id, 'admin'),
      encode('Repository', id, 'a', 'b', 'c'),
      encode('Image', 'sha256:x'),
      encode('Image', id, 'app', `sha256:${'a'.repeat(64)}`),
      encode(),
      encode({}),
      'A'.repeat(5000),
    ];
    for (const wrong of bad)
      expect(await readError('query ($id: ID!) { node(id: $id) { id } }', { id: wrong })).toMatchObject({
        extensions: { code: 'BAD_USER_INPUT', path: ['id'] },
      });
    expect(registry.requests).toEqual([]);
  });
});

describe('the door', () => {
  test('errors have a code and the id of the request, whatever kind they are', async () => {
    const kinds = [
      gateway.graphql('{ registry(name: "nowhere") { id } }'),
      gateway.graphql('{ nothing }'),
      gateway.graphql('{'),
      gateway.graphql('query ($n: Int!) { registry(name: $n) { id } }', { n: 1 }),
      gateway.graphql('query ($name: String!) { registry(name: $name) { id } }', { name: 7 }),
      gateway.graphql('{ viewer { username } }', {}, { access: null }),
      gateway.graphql('{ viewer { username } }', {}, { access: 'admin:wrong' }),
    ];
    for (const { body, headers } of await Promise.all(kinds)) {
      expect(body.errors).not.toHaveLength(0);
      for (const { extensions, message } of body.errors!) {
        expect({ code: extensions.code, requestId: extensions['requestId'] }).toEqual({
          code: expect.stringMatching(/^[A-Z_]+$/) as string,
          requestId: headers.get('x-request-id'),
        });
        expect(extensions.code).not.toMatch(/INTERNAL/);
        expect(message).not.toMatch(/Did you mean/);
      }
    }
  });

  test('the schema is told only with a token', async () => {
    const query = '{ __schema { types { name } } __type(name: "Registry") { name } }';
    const refused = await gateway.graphql(query, {}, { access: null });
    expect([refused.status, refused.body.errors?.[0]?.extensions.code, refused.text.includes('Registry')]).toEqual([
      401,
      'UNAUTHENTICATED',
      false,
    ]);
    expect((await gateway.graphql('{ __typename }', {}, { access: null })).status).toBe(401);
    expect((await gateway.graphql('mutation { __typename }', {}, { access: null })).text).not.toContain('Registry');
    expect((await read<{ __type: object }>(query)).__type).toEqual({ name: 'Registry' });
  });

  test('a mutation is not done by GET, and a query is only with a header that no page can send unasked', async () => {
    const mutation = encodeURIComponent(`mutation { removeRegistry(input: { id: "${id}" }) { removedRegistryId } }`);
    const headers = { 'apollo-require-preflight': '1' };
    expect((await gateway.rest('GET', `/graphql?query=${mutation}`, { headers })).status).toBe(405);
    const query = encodeURIComponent('{ viewer { username } }');
    expect((await gateway.rest('GET', `/graphql?query=${query}`)).status).toBe(400);
    expect((await gateway.rest('GET', `/graphql?query=${query}`, { headers })).body).toMatchObject({
      data: { viewer: { username: 'admin' } },
    });
    expect((await read<{ registries: object[] }>('{ registries { id } }')).registries).toHaveLength(1);
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', ''])(
    'a body of the type %j is refused',
    async (type) => {
      const body = JSON.stringify({
        query: `mutation { removeRegistry(input: { id: "${id}" }) { removedRegistryId } }`,
      });
      expect([400, 415]).toContain(
        (await gateway.rest('POST', '/graphql', { body, headers: { 'content-type': type } })).status,
      );
      expect((await read<{ registries: object[] }>('{ registries { id } }')).registries).toHaveLength(1);
    },
  );

  test('a list of operations is refused', async () => {
    const { status } = await gateway.rest('POST', '/graphql', {
      body: [{ query: '{ viewer { username } }' }, { query: '{ viewer { username } }' }],
    });
    expect(status).toBe(400);
  });

  test.each([
    ['a list for variables', { query: '{ viewer { username } }', variables: [] }],
    ['a text for variables', { query: '{ viewer { username } }', variables: 'x' }],
    ['a number for the query', { query: 1 }],
    ['no query', {}],
    ['an unknown operation name', { query: 'query A { viewer { username } }', operationName: 'B' }],
    ['a subscription', { query: 'subscription { x }' }],
  ])('%s is refused as a bad request', async (_, body) => {
    const answer = await gateway.rest<GraphQLAnswer>('POST', '/graphql', { body });
    expect([answer.status, answer.body.data ?? null]).toEqual([400, null]);
    expect(answer.text).not.toMatch(/INTERNAL| {4}at /);
  });
});

test('a platform has the name that docker pull takes, and a step of its build the layer that it made', async () => {
  const built = buildImage({ arch: 'arm', variant: 'v7', cmd: ['x'] });
  seed(registry.store, 'team/app', 'v1', built);
  await gateway.crawl('local');
  interface Data {
    repository: { tag: { image: { platforms: { name: string; history: { layer: { digest: string } | null }[] }[] } } };
  }
  const selection = 'name history { emptyLayer createdBy instruction layer { digest } }';
  const data = await read<Data>(
    `{ repository(registry: "local", name: "team/app") { tag(name: "v1") { image { platforms { ${selection} } } } } }`,
  );
  const [platform] = data.repository.tag.image.platforms;
  expect(platform!.name).toBe('linux/arm/v7');
  const made = platform!.history.flatMap(({ layer }) => layer?.digest ?? []);
  expect(made).toEqual(built.layers.map(({ digest }) => digest));
  expect(platform!.history).toContainEqual(
    expect.objectContaining({ emptyLayer: true, instruction: 'CMD ["x"]', layer: null }),
  );
});

test('references and commands begin with the host that clients pull from, which can be set', async () => {
  const chart = buildHelmChart({ name: 'web', version: '1.0.0' });
  seed(registry.store, 'team/app', 'v1', buildImage());
  seed(registry.store, 'team/web', '1.0.0', chart);
  await gateway.crawl('local');
  const ask = async (pull: string) =>
    read<object>(`{ registry(name: "local") { pullHost } a: repository(registry: "local", name: "team/app") { reference
      tag(name: "v1") { reference pullCommands(tools: [DOCKER, PODMAN]${pull}) { tool command } } }
      b: repository(registry: "local", name: "team/web") { tag(name: "1.0.0") { digestReference
        pullCommands(by: DIGEST, tools: [HELM]) { tool command } } } }`);
  const { host } = registry;
  expect(await ask('')).toEqual({
    registry: { pullHost: host },
    a: {
      reference: `${host}/team/app`,
      tag: {
        reference: `${host}/team/app:v1`,
        pullCommands: [
          { tool: 'DOCKER', command: `docker pull ${host}/team/app:v1` },
          { tool: 'PODMAN', command: `podman pull --tls-verify=false ${host}/team/app:v1` },
        ],
      },
    },
    b: {
      tag: {
        digestReference: `${host}/team/web@${chart.digest}`,
        pullCommands: [{ tool: 'HELM', command: `helm pull oci://${host}/team/web@${chart.digest} --plain-http` }],
      },
    },
  });
  const change = `mutation ($host: String) { updateRegistry(input: { registry: "local", pullHost: $host })
    { registry { pullHost } userErrors { code path } } }`;
  expect(await read<object>(change, { host: 'pull.example' })).toEqual({
    updateRegistry: { registry: { pullHost: 'pull.example' }, userErrors: [] },
  });
  expect(await ask(', platform: "linux/arm64"')).toMatchObject({
    a: {
      reference: 'pull.example/team/app',
      tag: {
        pullCommands: [
          { command: 'docker pull --platform=linux/arm64 pull.example/team/app:v1' },
          { command: 'podman pull --platform=linux/arm64 pull.example/team/app:v1' },
        ],
      },
    },
  });
  const refused = { registry: null, userErrors: [{ code: 'BAD_USER_INPUT', path: ['input', 'pullHost'] }] };
  expect(await read<object>(change, { host: 'https://pull.example' })).toEqual({ updateRegistry: refused });
  expect(await read<object>(change, { host: null })).toEqual({
    updateRegistry: { registry: { pullHost: host }, userErrors: [] },
  });
});

test("a frontend's nested query is one request: registries, repositories, tags, platforms, layers", async () => {
  const children = [buildImage({ arch: 'amd64' }), buildImage({ arch: 'arm64', variant: 'v8' })];
  seed(registry.store, 'team/app', 'v1', buildIndex(children, { attestation: true }));
  seed(
    registry.store,
    'team/app',
    'single',
    buildImage({ os: 'windows', author: 'Ann', labels: { team: 'a' }, cmd: ['x'] }),
  );
  await gateway.crawl('local');
  const data =
    await read<object>(`{ registries { name addr health { reachable } freshness { state } repositories(first: 10)
    { totalCount nodes { name namespace size tagCount viewerCanDelete
    tags(first: 10) { nodes { name reference digest size siblings { name } updatedAt updatedAtSource
      image { digest mediaType kind platforms { os architecture variant size layers { digest size createdBy } labels
      { key value } author } } } } } } } }`);
  const index = buildIndex(children, { attestation: true });
  const platform = (built: (typeof children)[number], more: object): object => ({
    ...more,
    size: built.config!.size + built.layers.reduce((sum, layer) => sum + layer.size, 0),
    layers: built.layers.map(({ digest, size }) => ({ digest, size, createdBy: expect.any(String) as string })),
  });
  expect(data).toMatchObject({
    registries: [
      {
        name: 'local',
        health: { reachable: true },
        freshness: { state: 'FRESH' },
        repositories: {
          totalCount: 1,
          nodes: [
            {
              name: 'team/app',
              namespace: 'team',
              tagCount: 2,
              viewerCanDelete: true,
              tags: {
                nodes: [
                  {
                    name: 'single',
                    image: {
                      kind: 'IMAGE',
                      platforms: [{ os: 'windows', author: 'Ann', labels: [{ key: 'team', value: 'a' }] }],
                    },
                  },
                  {
                    name: 'v1',
                    reference: `${registry.host}/team/app:v1`,
                    digest: index.digest,
                    siblings: [],
                    image: {
                      kind: 'INDEX',
                      platforms: [
                        platform(children[0]!, { os: 'linux', architecture: 'amd64', variant: null }),
                        platform(children[1]!, { os: 'linux', architecture: 'arm64', variant: 'v8' }),
                      ],
                    },
                  },
                ],
              },
            },
          ],
        },
      },
    ],
  });
});

describe('updateRegistry', () => {
  interface Updated {
    readonly updateRegistry: {
      readonly registry: Record<string, unknown> | null;
      readonly userErrors: readonly {
        readonly __typename: string;
        readonly code: string;
        readonly path: string[] | null;
      }[];
    };
  }
  const update = async (input: object): Promise<Updated['updateRegistry']> => {
    const query = `mutation ($input: UpdateRegistryInput!) { updateRegistry(input: $input) {
      registry { id name addr hasCredentials hasCaCertificate tlsSkipVerify authRealm maxAge } userErrors
      { __typename code path } } }`;
    return (await read<Updated>(query, { input: { id, ...input } })).updateRegistry;
  };
  const usersSeen = (): string[] => [
    ...new Set(
      registry.requests.flatMap(({ headers }) =>
        headers.authorization ? Buffer.from(String(headers.authorization).slice(6), 'base64').toString() : [],
      ),
    ),
  ];

  test('asks for the credentials again when they could go elsewhere, or be read on the way', async () => {
    for (const change of [
      { authRealm: 'https://thief.example/token' },
      { tlsSkipVerify: true },
      { caCertificate: createAuthority().certificate },
    ]) {
      registry.forget();
      expect((await update(change)).userErrors).toMatchObject([
        { code: 'BAD_USER_INPUT', path: ['input', 'credentials'] },
      ]);
      expect(registry.requests).toEqual([]);
    }
  });

  test('renames, and leaves alone what it does not name', async () => {
    const { registry: updated, userErrors } = await update({ name: 'renamed' });
    expect(userErrors).toEqual([]);
    expect(updated).toEqual({
      id,
      name: 'renamed',
      addr: registry.url,
      hasCredentials: true,
      hasCaCertificate: false,
      tlsSkipVerify: false,
      authRealm: null,
      maxAge: 30,
    });
    expect((await gateway.rest('GET', '/api/registries/local')).status).toBe(404);
    expect((await gateway.rest('GET', '/api/registries/renamed/repositories')).status).toBe(200);
  });

  test('changes credentials, and null removes them', async () => {
    registry.forget();
    expect((await update({ credentials: { username: 'bob', password: 'second-password' } })).userErrors).toEqual([]);
    await gateway.rest('GET', '/api/registries/local/repositories');
    expect(usersSeen()).toEqual(['bob:second-password']);
    const refused = await update({ credentials: null });
    expect(refused.userErrors).toMatchObject([{ __typename: 'UpstreamFailedError', code: 'UPSTREAM_AUTH' }]);
    expect((await read<{ registry: object }>('{ registry(name: "local") { hasCredentials } }')).registry).toEqual({
      hasCredentials: true,
    });
  });

  test('updateRegistry at another origin asks without the credentials, until they are given again', async () => {
    await using thief = await createMemoryRegistry();
    const { registry: moved, userErrors } = await update({ addr: thief.url });
    expect([userErrors, moved?.['hasCredentials']]).toEqual([[], false]);
    await gateway.rest('GET', '/api/registries/local/repositories');
    expect(thief.requests.length).toBeGreaterThan(0);
    expect(thief.requests.filter(({ headers }) => headers.authorization !== undefined)).toEqual([]);
    expect((await update({ addr: registry.url })).userErrors).toMatchObject([{ code: 'UPSTREAM_AUTH' }]);
    expect(
      (await update({ addr: registry.url, credentials: { username: 'ann', password: 'first-password' } })).registry,
    ).toMatchObject({ hasCredentials: true });
  });

  test('takes no null for what must be there, and no name that is taken', async () => {
    expect((await update({ name: null, addr: null, maxAge: null, tlsSkipVerify: null })).registry).toMatchObject({
      name: 'local',
      addr: registry.url,
      maxAge: 30,
      tlsSkipVerify: false,
      hasCredentials: true,
    });
    await using other = await createMemoryRegistry();
    await gateway.attach('taken', other.url);
    expect((await update({ name: 'taken' })).userErrors).toMatchObject([
      { __typename: 'NameTakenError', code: 'CONFLICT' },
    ]);
    await gateway.rest('DELETE', '/api/registries/taken');
    for (const wrong of [
      { maxAge: -1 },
      { maxAge: 86_401 },
      { name: 'a/b' },
      { addr: 'ftp://x' },
      { caCertificate: 'x' },
      { caCertificate: '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----' },
      { authRealm: 'file:///x' },
    ]) {
      expect((await update(wrong)).userErrors).toMatchObject([
        { __typename: 'InvalidInputError', code: 'BAD_USER_INPUT', path: ['input', Object.keys(wrong)[0]] },
      ]);
    }
  });

  test('updateRegistry of an unknown registry is NotFound', async () => {
    for (const unknown of ['7b4d261c-5ac4-481a-b1fa-1808355becf8', 'x'])
      expect((await update({ id: unknown, name: 'x' })).userErrors).toMatchObject([
        { __typename: 'NotFoundError', code: 'NOT_FOUND' },
      ]);
  });

  test('updateRegistry with a failing connection changes nothing', async () => {
    expect((await update({ addr: 'http://127.0.0.1:1', name: 'elsewhere' })).userErrors).toMatchObject([
      { code: 'UPSTREAM_UNREACHABLE' },
    ]);
    expect((await gateway.rest<{ addr: string }>('GET', '/api/registries/local')).body.addr).toBe(registry.url);
  });
});

test('a dry run of addRegistry tests the connection and keeps nothing', async () => {
  const query =
    'mutation ($input: AddRegistryInput!) { addRegistry(input: $input) { registry { id } health { reachable ' +
    'authenticated latencyMs } userErrors { code } } }';
  const input = {
    name: 'new',
    addr: registry.url,
    credentials: { username: 'ann', password: 'first-password' },
    dryRun: true,
  };
  expect((await read<{ addRegistry: object }>(query, { input })).addRegistry).toEqual({
    registry: null,
    health: { reachable: true, authenticated: true, latencyMs: expect.any(Number) as number },
    userErrors: [],
  });
  const wrong = { ...input, credentials: { username: 'ann', password: 'wrong' } };
  expect((await read<{ addRegistry: object }>(query, { input: wrong })).addRegistry).toMatchObject({
    registry: null,
    health: null,
    userErrors: [{ code: 'UPSTREAM_AUTH' }],
  });
  expect((await read<{ registries: object[] }>('{ registries { id } }')).registries).toHaveLength(1);
});

test('a dry run of deleteRepository says what would go and writes nothing', async () => {
  const index = buildIndex([buildImage({ arch: 'amd64' })]);
  seed(registry.store, 'app', 'v1', index);
  registry.forget();
  const query =
    'mutation { deleteRepository(input: { registry: "local", name: "app", dryRun: true }) { deletedRepositoryId ' +
    'plan { tags { name } manifests } userErrors { code } } }';
  expect((await read<{ deleteRepository: object }>(query)).deleteRepository).toEqual({
    deletedRepositoryId: null,
    plan: { tags: [{ name: 'v1' }], manifests: [index.digest, index.children[0]!.digest] },
    userErrors: [],
  });
  expect(
    registry.requests.filter(({ method, path }) => !['GET', 'HEAD'].includes(method) && !path.endsWith('0'.repeat(64))),
  ).toEqual([]);
});

test('the other tags on a digest are counted, and listed by name as far as is asked for', async () => {
  const image = buildImage();
  for (const tag of ['c', 'a', 'b', 'd']) seed(registry.store, 'app', tag, image);
  seed(registry.store, 'app', 'other', buildImage({ cmd: ['other'] }));
  await gateway.crawl('local');
  const query = (args: string): string =>
    `{ registry(name: "local") { repository(name: "app") { tag(name: "b") { siblingCount siblings${args} { ` +
    'name } } } } }';
  expect(await read(query(''))).toEqual({
    registry: { repository: { tag: { siblingCount: 3, siblings: [{ name: 'a' }, { name: 'c' }, { name: 'd' }] } } },
  });
  expect(await read(query('(first: 1)'))).toEqual({
    registry: { repository: { tag: { siblingCount: 3, siblings: [{ name: 'a' }] } } },
  });
  const { body } = await gateway.graphql(query('(first: 101)'));
  expect(body.errors![0]!.extensions).toMatchObject({ code: 'BAD_USER_INPUT', path: ['first'] });
});
