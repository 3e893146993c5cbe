import type { FastifyInstance, FastifyReply } from 'fastify';
import { type Role, roles as allRoles } from '../domain/account.js';
import type { Right } from '../domain/grant.js';
import { quote } from '../domain/name.js';
import { GatewayError, notFound } from '../errors.js';
import { findOriginal } from '../graphql/server/failure.js';
import { wrongValue } from '../http/problem.js';
import type { accountAnswer, roleAnswer } from './accountanswers.js';
import type { Shaped } from './wire.js';
import { saveGrants } from './accountgrants.js';
import { accountBody, assertNoBody, assertParameters, passwordBody, readBody } from './input.js';
import * as operations from './operations.js';
import { assertAccepted, assertNoUserErrors, assertRead, isNotFound } from './outcome.js';
import type { RunFor } from './reads.js';

/** As it is selected; no registry: every one. */
export interface GrantData {
  readonly registry: { readonly name: string } | null;
  readonly repositories: string;
  readonly right: Right;
}

/** As it is selected. */
interface AccountData {
  readonly id: string;
  readonly username: string;
  readonly roles: readonly string[];
  readonly grants: readonly GrantData[];
  readonly teams: readonly string[];
}

interface AccountParams {
  readonly Params: { readonly username: string };
}

/** The names that roles have in GraphQL. */
const namesInGraphQL: Readonly<Record<Role, string>> = {
  admin: 'ADMIN',
  'registries:rw': 'REGISTRIES_WRITE',
  'registries:ro': 'REGISTRIES_READ',
};

/** As clients of the documented API know roles: by paths and methods. */
const documentedRoles = [
  { role_name: 'admin', description: 'Administrator', rules: [{ path: '*', methods: ['*'] }] },
  {
    role_name: 'registries:rw',
    description: 'Registries',
    rules: [{ path: '/api/registries', methods: ['GET', 'POST', 'DELETE'] }],
  },
  {
    role_name: 'registries:ro',
    description: 'Registries Read Only',
    rules: [{ path: '/api/registries', methods: ['GET'] }],
  },
] satisfies readonly Shaped<typeof roleAnswer>[];

/**
 * Accounts and roles as clients of the documented API know them, without the hash of a password. `runAsNobody`: whoever
 * names an account shows its password, and whatever token is sent beside that says nothing.
 */
export function registerAccounts(server: FastifyInstance, run: RunFor, runAsNobody: RunFor): void {
  registerAccountReads(server, run);

  server.post('/api/accounts', async (request, reply) => {
    assertParameters(request, 'Saving an account');
    const { username, password, roles, grants } = readBody(accountBody, request.body);
    const found = await run<{ account: AccountData | null }>(request, operations.getAccount, { username });
    const isThere = Boolean(found.data?.account);
    // Whoever may not see it may not save it.
    if (!isThere && !found.errors?.every((error) => isNotFound(findOriginal(error)))) assertRead(found, null);
    const wanted = roles && toGraphQLRoles(roles, 'roles');
    if (isThere) {
      if (password)
        throw new GatewayError(
          'CONFLICT',
          `There is an account ${quote(username)} already, whose password its owner changes: leave "password" out.`,
        );
      assertAccepted(await run(request, operations.updateAccount, { input: { username, roles: wanted } }));
    } else {
      if (!password)
        throw wrongValue('The body\'s "password" is needed: there is no account of that name.', 'password');
      const input = { username, password, roles: wanted ?? [] };
      assertAccepted(await run(request, operations.createAccount, { input }));
    }
    if (grants) await saveGrants(request, run, username, grants);
    return sendNothing(reply);
  });

  server.delete<AccountParams>('/api/accounts/:username', async (request, reply) => {
    assertParameters(request, 'Removing an account');
    assertNoBody(request, 'Removing an account');
    const { username } = request.params;
    assertNoUserErrors(await run(request, operations.deleteAccount, { username }));
    return sendNothing(reply);
  });

  server.post('/account/changepassword', async (request, reply) => {
    assertParameters(request, 'Changing a password');
    const { username, password, old_password } = readBody(passwordBody, request.body);
    const input = { username, currentPassword: old_password, newPassword: password };
    const runFor = username ? runAsNobody : run;
    assertAccepted(await runFor(request, operations.changePassword, { input }));
    return sendNothing(reply);
  });
}

function registerAccountReads(server: FastifyInstance, run: RunFor): void {
  server.get('/api/accounts', async (request) => {
    const outcome = await run<{ accounts: { nodes: AccountData[] } | null }>(request, operations.getAccounts, {});
    return assertRead(outcome, outcome.data?.accounts).nodes.map(shapeAccount);
  });

  server.get<AccountParams>('/api/accounts/:username', async (request) => {
    const { username } = request.params;
    const outcome = await run<{ account: AccountData | null }>(request, operations.getAccount, { username });
    return shapeAccount(assertRead(outcome, outcome.data?.account));
  });

  server.get('/api/roles', async (request) => {
    await assertKnown(request, run);
    return documentedRoles;
  });

  server.get<{ Params: { name: string } }>('/api/roles/:name', async (request) => {
    await assertKnown(request, run);
    const { name } = request.params;
    const role = documentedRoles.find(({ role_name }) => role_name === name);
    if (role) return role;
    throw notFound(`There is no role ${quote(name)}. There are ${allRoles.join(', ')}.`);
  });
}

/** Throws for whoever may not read. */
async function assertKnown(request: Parameters<RunFor>[0], run: RunFor): Promise<void> {
  const outcome = await run<{ viewer: object | null }>(request, operations.getViewer, {});
  assertRead(outcome, outcome.data?.viewer);
}

function sendNothing(reply: FastifyReply): FastifyReply {
  return reply.code(204).send();
}

function shapeAccount({ id, username, roles, grants, teams }: AccountData): Shaped<typeof accountAnswer> {
  return { id, username, roles: toRoles(roles), ...shapeGrants(grants), ...(teams.length > 0 && { teams }) };
}

/** Beside the documented fields, where there are any. */
export function shapeGrants(grants: readonly GrantData[]): Pick<Shaped<typeof accountAnswer>, 'grants'> {
  if (grants.length === 0) return {};
  return { grants: grants.map(({ registry, ...grant }) => ({ registry: registry?.name ?? '*', ...grant })) };
}

export function toRoles(names: readonly string[]): Role[] {
  return allRoles.filter((role) => names.includes(namesInGraphQL[role]));
}

/** Throws BAD_USER_INPUT naming the key of the body. */
export function toGraphQLRoles(names: readonly string[], key: string): string[] {
  return names.map((name) => {
    const role = allRoles.find((one) => one === name);
    if (role) return namesInGraphQL[role];
    throw wrongValue(`The body's "${key}" takes ${allRoles.join(', ')}, and not ${quote(name)}.`, key);
  });
}
