import type { GraphQLAnswer, HttpAnswer, TestGateway } from '../support/worlds/gateway.js';

/** A registry as both surfaces show it. */
export interface RegistryView {
  readonly id: string;
  readonly name: string;
  readonly addr: string;
}

/**
 * A repository as both surfaces show it; an unknown size is 0 and an unknown image ID empty, as the documented JSON has
 * it.
 */
export interface RepositoryView {
  readonly name: string;
  readonly repository: string;
  readonly size: number;
  readonly tags: readonly { readonly name: string; readonly imageId: string }[];
  readonly layers: readonly string[];
}

/** What an operation gave: a value, or why there is none. */
export interface Result<T> {
  readonly value: T | null;
  readonly status: number;
  readonly headers: Headers;
  /** null: it went well. */
  readonly code: string | null;
  readonly message: string;
  readonly facts: Readonly<Record<string, unknown>>;
  /** Everything the client got to see. */
  readonly text: string;
  /** Over REST: what was asked for stood in a body. */
  readonly hasBody?: boolean;
}

export interface NewRegistry {
  readonly name: string;
  readonly addr: string;
  readonly username?: string;
  readonly password?: string;
  readonly tlsSkipVerify?: boolean;
  readonly caCertificate?: string;
  readonly followedRepositories?: readonly string[];
}

/** `user:token`, or null for no token; the admin's when left out. */
type Access = string | null | undefined;

/** One way to use the gateway. `headers` replace the token's header. */
export interface Surface {
  readonly name: 'GraphQL' | 'REST';
  listRegistries(
    access?: Access,
    headers?: Record<string, string | string[]>,
  ): Promise<Result<readonly RegistryView[]>>;
  getRegistry(name: string, access?: Access): Promise<Result<RegistryView>>;
  listRepositories(registry: string, access?: Access): Promise<Result<readonly RepositoryView[]>>;
  getRepository(registry: string, name: string, access?: Access): Promise<Result<RepositoryView>>;
  deleteRepository(registry: string, name: string, access?: Access): Promise<Result<true>>;
  addRegistry(registry: NewRegistry, access?: Access): Promise<Result<true>>;
  removeRegistry(name: string, access?: Access): Promise<Result<true>>;
  /** Gives the token. */
  logIn(username: string, password: string, headers?: Record<string, string | string[]>): Promise<Result<string>>;
}

export function createRestSurface(gateway: TestGateway): Surface {
  const run = async <T>(
    method: string,
    path: string,
    read: (body: unknown) => T,
    access?: Access,
    options: object = {},
  ): Promise<Result<T>> => {
    const answer = await gateway.rest<{ error?: { code: string; message: string } }>(method, `/api${path}`, {
      ...(access !== undefined && { access }),
      ...options,
    });
    const { error = null } = answer.status < 400 ? {} : answer.body;
    const seen = {
      status: answer.status,
      headers: answer.headers,
      text: answer.text,
      hasBody: 'body' in options,
    };
    return {
      ...seen,
      value: error ? null : read(answer.body),
      code: error?.code ?? null,
      message: error?.message ?? '',
      facts: error ?? {},
    };
  };
  const done = (): true => true;
  const pathOf = (registry: string, name: string): string =>
    `/registries/${encodeURIComponent(registry)}/repositories/${spell(name)}`;
  return {
    name: 'REST',
    listRegistries: (access, headers) =>
      run('GET', '/registries', (body) => body as RegistryView[], access, { ...(headers && { headers }) }),
    getRegistry: (name, access) =>
      run('GET', `/registries/${encodeURIComponent(name)}`, (body) => body as RegistryView, access),
    listRepositories: (registry, access) =>
      run(
        'GET',
        `/registries/${encodeURIComponent(registry)}/repositories`,
        (body) => (body as RestRepository[]).map(viewRest),
        access,
      ),
    getRepository: (registry, name, access) =>
      run('GET', pathOf(registry, name), (body) => viewRest(body as RestRepository), access),
    deleteRepository: (registry, name, access) => run('DELETE', pathOf(registry, name), done, access),
    addRegistry: ({ tlsSkipVerify, caCertificate, followedRepositories, ...rest }, access) =>
      run('POST', '/registries', done, access, {
        body: {
          ...rest,
          tls_skip_verify: tlsSkipVerify,
          ca_certificate: caCertificate,
          followed_repositories: followedRepositories,
        },
      }),
    removeRegistry: (name, access) => run('DELETE', `/registries/${encodeURIComponent(name)}`, done, access),
    async logIn(username, password, headers = {}) {
      const answer = await gateway.rest<{ auth_token?: string; error?: { code: string; message: string } }>(
        'POST',
        '/auth/login',
        { access: null, headers, body: { username, password } },
      );
      const { auth_token = null, error } = answer.body;
      return {
        value: auth_token,
        status: answer.status,
        headers: answer.headers,
        code: error?.code ?? null,
        message: error?.message ?? '',
        facts: error ?? {},
        text: answer.text,
      };
    },
  };
}

interface RestRepository extends Omit<RepositoryView, 'tags' | 'layers'> {
  readonly tags: readonly { readonly ID: string; readonly Name: string }[];
  readonly layers: readonly { readonly id: string }[];
}

function viewRest({ name, repository, size, tags, layers }: RestRepository): RepositoryView {
  return {
    name,
    repository,
    size,
    tags: tags.map(({ ID, Name }) => ({ name: Name, imageId: ID })),
    layers: layers.map(({ id }) => id),
  };
}

/**
 * As a careful client writes a name into a path: slashes raw, everything else encoded, and dots too where they would be
 * resolved.
 */
function spell(name: string): string {
  return name
    .split('/')
    .map((part) => (/^\.+$/.test(part) ? part.replaceAll('.', '%2e') : encodeURIComponent(part)))
    .join('/');
}

const repositoryFields = `name baseName size tags(first: 100) { nodes { name imageId } } layers { digest }`;
const errorFields = `userErrors { __typename code message path ... on UpstreamFailedError
  { registry: registryName upstreamStatus: status retryable retryAfter hint }
  ... on DeleteDisabledError { registry: registryName hint } ... on ReadOnlyError
  { registry: registryName hint } ... on ProtectedError { registry: registryName tags hint } ... on RateLimitedError
  { retryAfter } }`;

export function createGraphQLSurface(gateway: TestGateway): Surface {
  const run = async <D, T>(
    query: string,
    variables: Record<string, unknown>,
    read: (data: D) => T | null | undefined,
    access?: Access,
    headers?: Record<string, string | string[]>,
  ): Promise<Result<T>> => {
    const answer = await gateway.graphql<D>(query, variables, {
      ...(access !== undefined && { access }),
      ...(headers && { headers }),
    });
    return toResult(answer, read);
  };
  return {
    name: 'GraphQL',
    listRegistries: (access, headers) =>
      run(
        '{ registries { id name addr } }',
        {},
        (data: { registries: RegistryView[] }) => data.registries,
        access,
        headers,
      ),
    getRegistry: (name, access) =>
      run(
        'query ($name: String!) { registry(name: $name) { id name addr } }',
        { name },
        (data: { registry: RegistryView | null }) => data.registry,
        access,
      ),
    listRepositories: (registry, access) =>
      run(
        'query ($registry: String!) { registry(name: $registry) { repositories(first: 20) { nodes { ' +
          `${repositoryFields} } } } }`,
        { registry },
        (data: { registry: { repositories: { nodes: GraphQLRepository[] } | null } | null }) =>
          data.registry?.repositories?.nodes.map(viewGraphQL),
        access,
      ),
    getRepository: (registry, name, access) =>
      run(
        'query ($registry: String!, $name: String!) { repository(registry: $registry, name: $name) { ' +
          `${repositoryFields} } }`,
        { registry, name },
        (data: { repository: GraphQLRepository | null }) => data.repository && viewGraphQL(data.repository),
        access,
      ),
    deleteRepository: (registry, name, access) =>
      run(
        'mutation ($registry: String!, $name: String!) { deleteRepository(input: { registry: $registry, name: ' +
          `$name }) { deletedRepositoryId ${errorFields} } }`,
        { registry, name },
        (data: { deleteRepository: { deletedRepositoryId: string | null } }) =>
          data.deleteRepository.deletedRepositoryId === null ? null : (true as const),
        access,
      ),
    addRegistry: ({ username, password, ...rest }, access) =>
      run(
        `mutation ($input: AddRegistryInput!) { addRegistry(input: $input) { registry { id } ${errorFields} } }`,
        { input: { ...rest, ...(username !== undefined && { credentials: { username, password } }) } },
        (data: { addRegistry: { registry: object | null } }) =>
          data.addRegistry.registry === null ? null : (true as const),
        access,
      ),
    async removeRegistry(name, access) {
      const found = await this.getRegistry(name);
      const id = found.value?.id ?? '00000000-0000-4000-8000-000000000000';
      return run(
        `mutation ($id: ID!) { removeRegistry(input: { id: $id }) { removedRegistryId ${errorFields} } }`,
        { id },
        (data: { removeRegistry: { removedRegistryId: string | null } }) =>
          data.removeRegistry.removedRegistryId === null ? null : (true as const),
        access,
      );
    },
    logIn: (username, password, headers) =>
      run(
        `mutation ($input: LoginInput!) { login(input: $input) { token viewer { username } ${errorFields} } }`,
        { input: { username, password } },
        (data: { login: { token: string | null } }) => data.login.token,
        null,
        headers,
      ),
  };
}

interface GraphQLRepository {
  readonly name: string;
  readonly baseName: string;
  readonly size: number | null;
  readonly tags: { readonly nodes: readonly { readonly name: string; readonly imageId: string | null }[] } | null;
  readonly layers: readonly { readonly digest: string }[] | null;
}

function viewGraphQL({ name, baseName, size, tags, layers }: GraphQLRepository): RepositoryView {
  return {
    name,
    repository: baseName,
    size: size ?? 0,
    tags: (tags?.nodes ?? []).map((tag) => ({ name: tag.name, imageId: tag.imageId ?? '' })),
    layers: (layers ?? []).map(({ digest }) => digest.replace('sha256:', '')),
  };
}

/** A mutation's failure is in its payload, any other in `errors`. Errors beside a value do not count as one. */
function toResult<D, T>(
  { status, headers, body, text }: HttpAnswer<GraphQLAnswer<D>>,
  read: (data: D) => T | null | undefined,
): Result<T> {
  const value = body.data ? (read(body.data) ?? null) : null;
  const payload = Object.values<{ userErrors?: readonly { code: string; message: string }[] } | null>(
    body.data ?? {},
  )[0];
  const [userError] = payload?.userErrors ?? [];
  const [error] = body.errors ?? [];
  const why = userError ?? (value === null && error ? { ...error.extensions, message: error.message } : null);
  return {
    value: why ? null : value,
    status,
    headers,
    code: why?.code ?? null,
    message: why?.message ?? '',
    facts: { ...why },
    text,
  };
}
