import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Viewer } from '../domain/account.js';
import { assertNoBody, assertParameters, loginBody, readBody } from './input.js';
import { registerAccounts } from './accounts.js';
import { wantsTable } from './csv.js';
import { openRegistries, openRepositories, openRepository, openRepositoryPage, openRepositoryTable } from './lists.js';
import * as operations from './operations.js';
import { assertAccepted, assertNoUserErrors, assertRead, type OperationResult } from './outcome.js';
import { createReads, type RestParts, type RunFor, type SendRead } from './reads.js';
import { cacheBuster, readQuery, repositoriesQuery } from './queries.js';
import { registerDeletion } from './deletion.js';
import { readJobId, registerJobs, sendJob } from './jobs.js';
import { registerManagement } from './registries.js';
import { registerSearch } from './search.js';
import { registerSelection } from './selection.js';
import { registerTags } from './tags.js';
import { registerServiceKeys } from './servicekeys.js';
import type { RegistryData } from './shapes.js';
import { listOperations } from './tracing.js';
import { secretAnswer } from '../coding/content.js';

interface RegistryParams {
  readonly name: string;
}
interface RepositoryParams extends RegistryParams {
  /** The repository's name, its slashes raw or as `%2F`. */
  readonly '*': string;
}

export interface RestRoutesParts extends RestParts {
  readonly acceptForms: AcceptForms;
}

/** The documented routes have no pages: a plan has all its tags at once. */
export const restPageLimit = 1_000_000;

/**
 * The documented Shipyard routes. Each runs a named operation on the GraphQL schema and shapes its answer as
 * documented; lists, which may be of any length, are written page by page from the same use cases.
 */
export function registerRestRoutes(server: FastifyInstance, parts: RestRoutesParts): void {
  const { executor, identify, createContext, acceptForms } = parts;
  const runAs = async <T>(
    viewer: Viewer | null,
    request: FastifyRequest,
    operation: operations.Operation,
    variables: Record<string, unknown>,
  ) => {
    const context = createContext(request, viewer);
    const result = (await executor.run(operation, variables, context)) as OperationResult<T>;
    return { ...result, refusal: context.refusals.at(-1) ?? null };
  };
  const run: RunFor = async (request, operation, variables) =>
    runAs(await identify(request), request, operation, variables);
  const read = createReads(parts);
  registerReads(server, read, run);
  registerTags(server, read, run);
  registerSearch(server, read);
  registerJobs(server, read, run);
  registerDeletion(server, run);
  registerSelection(server, run);
  registerManagement(server, run);
  registerLogout(server, run);
  registerAccounts(server, run, (request, operation, variables) => runAs(null, request, operation, variables));
  registerServiceKeys(server, run);
  // Browsers send what they have stored, and a login is how they come by something better.
  registerLogin(server, acceptForms, (request, variables) => runAs(null, request, operations.login, variables));
}

function registerReads(server: FastifyInstance, read: SendRead, run: RunFor): void {
  server.get('/api/registries', (request, reply) => {
    // RFC 8631 §4.1: whoever meets an empty list finds there how one attaches a registry.
    const root = request.basePath ?? (/\/(\?|$)/.test(request.url) ? '../..' : '..');
    reply.header('link', `<${root}/explorer/rest.html>; rel="service-doc"`);
    return read(request, reply, openRegistries, listOperations.registries);
  });

  server.get<{ Params: RegistryParams }>('/api/registries/:name', (request, reply) =>
    read(request, reply, async ({ run }) => {
      const outcome = await run<{ registry: RegistryData }>(operations.getRegistry, { registry: request.params.name });
      return { body: assertRead(outcome, outcome.data?.registry), isWhole: !outcome.errors };
    }),
  );

  server.get<{ Params: RegistryParams }>('/api/registries/:name/repositories', (request, reply) => {
    const query = readQuery(repositoriesQuery, request, 'A list of repositories');
    // Without parameters it is the documented list, which is whole.
    const isPaged = Object.keys(request.query as object).some((name) => name !== cacheBuster);
    const { name } = request.params;
    const isTable = wantsTable(request, query);
    const open: Parameters<SendRead>[2] = (asked) => {
      if (isTable) return openRepositoryTable(asked, name, query);
      return isPaged ? openRepositoryPage(asked, name, query) : openRepositories(asked, name);
    };
    return read(request, reply, open, listOperations.repositories);
  });

  server.get<{ Params: RepositoryParams }>('/api/registries/:name/repositories/*', (request, reply) => {
    const job = readJobId(request);
    if (job !== null) return sendJob(request, reply, job, run);
    const open: Parameters<SendRead>[2] = (asked) => openRepository(asked, request.params.name, request.params['*']);
    return read(request, reply, open, listOperations.repository);
  });
}

/** Lets the routes of a scope take a form of the gateway's own pages. */
export type AcceptForms = (scope: FastifyInstance) => void;

type LoginData = { login: { token: string } };
type RunLogin = (request: FastifyRequest, variables: Record<string, unknown>) => Promise<OperationResult<LoginData>>;

/** `POST /auth/login`, by JSON or by a form. */
export function registerLogin(server: FastifyInstance, acceptForms: AcceptForms, run: RunLogin): void {
  const routes = async (scope: FastifyInstance): Promise<void> => {
    acceptForms(scope);
    scope.post('/auth/login', async (request, reply) => {
      const { username, password } = readBody(loginBody, request.body);
      const outcome = await run(request, { username, password });
      assertAccepted(outcome);
      reply.header('cache-control', secretAnswer);
      return { auth_token: outcome.data?.login.token, user_agent: request.headers['user-agent'] ?? '' };
    });
  };
  // Of a function without a name to show, Fastify looks for a module that exports it, in all there are.
  void server.register(Object.assign(routes, { [Symbol.for('fastify.display-name')]: 'login' }));
}

/** `POST /auth/logout`: ends the token that it is sent with. */
function registerLogout(server: FastifyInstance, run: RunFor): void {
  server.post('/auth/logout', async (request, reply) => {
    assertParameters(request, 'A logout');
    assertNoBody(request, 'A logout');
    assertNoUserErrors(await run(request, operations.logout, {}));
    return reply.code(204).send();
  });
}
