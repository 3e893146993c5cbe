import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Viewer } from '../domain/account.js';
import { notFound } from '../errors.js';
import { readBody, loginBody, registryBody } from './body.js';
import { findTwin, readCandidates } from './library.js';
import * as operations from './operations.js';
import { assertNoUserErrors, assertRead, type Outcome } from './outcome.js';
import { assertNoBody, assertParameters } from './query.js';
import { createReads, type Read, type RestAnswer, type RestParts, type Run } from './reads.js';
import { registerDeletion } from './deletion.js';
import { type FreshnessData, type RegistryData, type RepositoryData, shapeRepository } from './shapes.js';

interface RegistryParams {
  readonly name: string;
}
interface RepositoryParams extends RegistryParams {
  /** The repository's name, its slashes raw or as `%2F`. */
  readonly '*': string;
}

/** The documented routes have no pages: lists are read in pages of this size, and all tags of a repository at once. */
const repositoriesPerPage = 100;
export const restPageLimit = 1_000_000;

/** The documented Shipyard routes. Each runs a named operation on the GraphQL schema and shapes its answer as documented. */
export function registerRestRoutes(server: FastifyInstance, parts: RestParts): void {
  const { executor, identify, createContext } = parts;
  const runAs = async <T>(viewer: Viewer | null, request: FastifyRequest, operation: operations.Operation, variables: Record<string, unknown>) =>
    (await executor.run(operation, variables, createContext(request, viewer))) as Outcome<T>;
  const run: RunFor = async (request, operation, variables) => runAs(await identify(request), request, operation, variables);
  registerReads(server, createReads(parts));

  registerDeletion(server, run);
  // Browsers send what they have stored, and a login is how they come by something better.
  registerManagement(server, run, (request, operation, variables) => runAs(null, request, operation, variables));
}

function registerReads(server: FastifyInstance, read: Read): void {
  server.get('/api/registries', (request, reply) =>
    read(request, reply, async (run) => {
      const outcome = await run<{ registries: RegistryData[] }>(operations.listRegistries, {});
      return { body: assertRead(outcome, outcome.data?.registries), isWhole: !outcome.errors };
    }),
  );

  server.get<{ Params: RegistryParams }>('/api/registries/:name', (request, reply) =>
    read(request, reply, async (run) => {
      const outcome = await run<{ registry: RegistryData }>(operations.getRegistry, { registry: request.params.name });
      return { body: assertRead(outcome, outcome.data?.registry), isWhole: !outcome.errors };
    }),
  );

  server.get<{ Params: RegistryParams }>('/api/registries/:name/repositories', (request, reply) =>
    read(request, reply, (run) => readRepositories(run, request.params.name)),
  );

  server.get<{ Params: RepositoryParams }>('/api/registries/:name/repositories/*', (request, reply) =>
    read(request, reply, async (run) => {
      const { name: registry, '*': path } = request.params;
      const repository = await readCandidates(path, async (candidate) => {
        const outcome = await run<RepositoryReadData>(operations.getRepository, { registry, name: candidate, tags: restPageLimit });
        return assertTagged(assertRead(outcome, outcome.data?.registry?.repository));
      });
      const hasTwin = await isKnown(run, registry, findTwin(repository.name));
      // Never kept: a single repository is confirmed first when that is due.
      return { body: shapeRepository(repository, hasTwin), isWhole: false, freshness: repository.freshness };
    }),
  );
}

/** The documented route has no pages: every page is read, one after the other. */
async function readRepositories(run: Run, registry: string): Promise<RestAnswer> {
  const found: RepositoryData[] = [];
  let after: string | null = null;
  let isWhole = true;
  let freshness: FreshnessData;
  do {
    const variables = { registry, first: repositoriesPerPage, tags: restPageLimit, after };
    const outcome: Outcome<RepositoryListData> = await run<RepositoryListData>(operations.listRepositories, variables);
    const page: RepositoryPage = assertRead(outcome, outcome.data?.registry?.repositories);
    freshness = outcome.data!.registry!.freshness;
    isWhole &&= !outcome.errors && page.nodes.every((repository) => repository.freshness.confirmedAt !== null);
    for (const node of page.nodes) found.push(node);
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after !== null);
  const shown = found.filter(isShown);
  const names = new Set<string | null>(found.map(({ name }) => name));
  if (shown.some(({ name }) => findTwin(name) !== null)) for (const name of await readEmptyLibrary(run, registry)) names.add(name);
  const body = shown.map((repository) => shapeRepository(repository, names.has(findTwin(repository.name))));
  return { body, isWhole, freshness, of: registry };
}

async function readEmptyLibrary(run: Run, registry: string): Promise<readonly string[]> {
  const outcome = await run<RepositoryListData>(operations.listEmptyLibrary, { registry, first: restPageLimit });
  return assertRead(outcome, outcome.data?.registry?.repositories).nodes.map(({ name }) => name);
}

/** An empty one is known too, as a deletion sees it. */
async function isKnown(run: Run, registry: string, name: string | null): Promise<boolean> {
  if (name === null) return false;
  const { data } = await run<RepositoryNameData>(operations.findRepository, { registry, name });
  return data?.registry?.repository != null;
}

type RunFor = <T>(request: FastifyRequest, operation: operations.Operation, variables: Record<string, unknown>) => Promise<Outcome<T>>;

/** Not in the documented page, but what clients of that API also call. */
function registerManagement(server: FastifyInstance, run: RunFor, runAsStranger: RunFor): void {
  server.post('/api/registries', async (request, reply) => {
    assertParameters(request, 'Attaching a registry');
    const { name, addr, username, password, tls_skip_verify, ca_certificate, client_certificate, client_key, auth_realm, followed_repositories } = readBody(registryBody, request.body);
    const credentials = username && password ? { username, password } : null;
    // One without the other is refused where both are read.
    const clientCertificate = client_certificate || client_key ? { certificate: client_certificate ?? '', key: client_key ?? '' } : null;
    const trust = { clientCertificate, tlsSkipVerify: tls_skip_verify ?? false, caCertificate: ca_certificate, authRealm: auth_realm };
    const input = { name, addr, credentials, ...trust, followedRepositories: followed_repositories };
    assertNoUserErrors(await run(request, operations.addRegistry, { input }));
    return sendNoContent(reply);
  });

  server.delete<{ Params: RegistryParams }>('/api/registries/:name', async (request, reply) => {
    assertParameters(request, 'Detaching a registry');
    assertNoBody(request, 'Detaching a registry');
    const outcome = await run<{ registry: RegistryData }>(request, operations.getRegistry, { registry: request.params.name });
    // Also of a name that none has: a refusal is a matter for the audit log, which mutations write.
    const removal = await run(request, operations.removeRegistry, { id: outcome.data?.registry?.id ?? request.params.name });
    assertRead(outcome, outcome.data?.registry);
    assertNoUserErrors(removal);
    return sendNoContent(reply);
  });

  server.post('/auth/login', async (request) => {
    const { username, password } = readBody(loginBody, request.body);
    const outcome = await runAsStranger<{ login: { token: string } }>(request, operations.login, { username, password });
    assertNoUserErrors(outcome);
    return { auth_token: outcome.data?.login.token, user_agent: request.headers['user-agent'] ?? '' };
  });
}

interface RepositoryPage {
  readonly nodes: readonly RepositoryData[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}
interface RepositoryListData {
  readonly registry: { readonly freshness: FreshnessData; readonly repositories: RepositoryPage | null } | null;
}
interface RepositoryNameData {
  readonly registry: { readonly repository: { readonly name: string } | null } | null;
}
interface RepositoryReadData {
  readonly registry: { readonly repository: RepositoryData | null } | null;
}

function assertTagged(repository: RepositoryData): RepositoryData {
  if (isShown(repository)) return repository;
  throw notFound(`The repository ${repository.name} has no tags.`);
}

/** A registry keeps the name of an emptied repository; the documented list does not show it, so neither does its route. */
function isShown({ tags, freshness }: RepositoryData): boolean {
  return tags.nodes.length > 0 || freshness.confirmedAt === null;
}

function sendNoContent(reply: FastifyReply): FastifyReply {
  return reply.code(204).send();
}
