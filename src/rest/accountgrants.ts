import type { FastifyRequest } from 'fastify';
import type { NamedGrant } from './input.js';
import * as operations from './operations.js';
import { assertAccepted, assertNoUserErrors, assertRead } from './outcome.js';
import type { RunFor } from './reads.js';

/** As it is selected; no registry: every one. */
interface HeldGrant {
  readonly id: string;
  readonly registry: { readonly id: string; readonly name: string } | null;
  readonly repositories: string;
  readonly right: string;
}

/**
 * Has the account have these grants itself, and no others: takes back first, then gives, each by an operation of its
 * own. Where one is refused those before it stand, and the request can be sent again. Throws what refused it.
 */
export async function saveGrants(
  request: FastifyRequest,
  run: RunFor,
  username: string,
  wanted: readonly NamedGrant[],
): Promise<void> {
  const found = await run<{ account: { grants: HeldGrant[] } | null }>(request, operations.getAccountGrants, {
    username,
  });
  const held = assertRead(found, found.data?.account).grants;
  for (const grant of held) {
    if (wanted.some((one) => isSamePlace(one, grant))) continue;
    assertNoUserErrors(await run(request, operations.revokeGrant, { id: grant.id }));
  }
  for (const grant of wanted) {
    if (held.some((one) => isSamePlace(grant, one) && grant.right === one.right)) continue;
    assertAccepted(await run(request, operations.grantAccess, { input: { account: username, ...grant } }));
  }
}

/** A registry is named by its name, or by its id. */
function isSamePlace({ registry: text, repositories }: NamedGrant, { registry, ...held }: HeldGrant): boolean {
  const isRegistry = registry === null ? text === '*' : text === registry.name || text === registry.id;
  return isRegistry && repositories === held.repositories;
}
