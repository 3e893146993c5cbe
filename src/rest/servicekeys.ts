import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { secretAnswer } from '../coding/content.js';
import { isUuid } from '../domain/name.js';
import type { serviceKeyAnswer } from './accountanswers.js';
import type { Shaped } from './wire.js';
import { type GrantData, shapeGrants, toGraphQLRoles, toRoles } from './accounts.js';
import { assertNoBody, assertParameters, readBody, serviceKeyBody, serviceKeyName } from './input.js';
import * as operations from './operations.js';
import { assertAccepted, assertNoUserErrors, assertRead, type OperationResult } from './outcome.js';
import type { RunFor } from './reads.js';

/** As it is selected. */
interface KeyData {
  readonly id: string;
  readonly username: string;
  readonly label: string;
  readonly roles: readonly string[];
  readonly grants: readonly GrantData[];
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly lastUsedAt: string | null;
  readonly lastUsedFrom: string | null;
}

interface KeysData {
  readonly tokens: {
    readonly nodes: readonly KeyData[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  } | null;
}

interface CreatedKey {
  readonly createToken: { readonly token: KeyData; readonly secret: string };
}

/** Days that a key is valid where nothing is said: clients of the documented API expect that it has no end. */
const usualDays = 365;

/**
 * Service keys as clients of the documented API know them. A list has no keys, and in the place of each its id: such
 * clients send what stands there back, to have it deleted.
 */
export function registerServiceKeys(server: FastifyInstance, run: RunFor): void {
  server.get('/api/servicekeys', async (request) => {
    const keys = [];
    let after: string | null = null;
    do {
      const outcome: OperationResult<KeysData> = await run<KeysData>(request, operations.listServiceKeys, { after });
      const { nodes, pageInfo } = assertRead(outcome, outcome.data?.tokens);
      for (const key of nodes) keys.push(shapeKey(key, key.id));
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
      // Other requests have their turn between two pages.
      if (after !== null) await nextTurn();
    } while (after !== null);
    return keys;
  });

  server.post('/api/servicekeys', async (request, reply) => {
    assertParameters(request, 'Making a service key');
    const { description, roles, grants, expires_in_days } = readBody(serviceKeyBody, request.body);
    const input = {
      kind: 'SERVICE_KEY',
      label: description ?? '',
      expiresInDays: expires_in_days ?? usualDays,
      ...(roles && { roles: toGraphQLRoles(roles, 'roles') }),
      ...(grants && { grants }),
    };
    const outcome = await run<CreatedKey>(request, operations.createServiceKey, { input });
    assertAccepted(outcome);
    const { token, secret } = outcome.data!.createToken;
    reply.header('cache-control', secretAnswer);
    return shapeKey(token, secret);
  });

  server.delete('/api/servicekeys', async (request, reply) => {
    assertParameters(request, 'Deleting a service key');
    const { key } = readBody(serviceKeyName, request.body);
    const input = { kind: 'SERVICE_KEY', ...(isUuid(key) ? { id: key } : { secret: key }) };
    assertAccepted(await run(request, operations.revokeServiceKey, { input }));
    return reply.code(204).send();
  });

  server.delete<{ Params: { id: string } }>('/api/servicekeys/:id', async (request, reply) => {
    assertParameters(request, 'Deleting a service key');
    assertNoBody(request, 'Deleting a service key by its id');
    const input = { kind: 'SERVICE_KEY', id: request.params.id };
    assertNoUserErrors(await run(request, operations.revokeServiceKey, { input }));
    return reply.code(204).send();
  });
}

function shapeKey(token: KeyData, key: string): Shaped<typeof serviceKeyAnswer> {
  const { id, label, username, roles, grants, createdAt, expiresAt, lastUsedAt, lastUsedFrom } = token;
  return {
    id,
    key,
    description: label,
    username,
    roles: toRoles(roles),
    created_at: createdAt,
    expires_at: expiresAt,
    last_used_at: lastUsedAt,
    last_used_from: lastUsedFrom,
    ...shapeGrants(grants),
  };
}
