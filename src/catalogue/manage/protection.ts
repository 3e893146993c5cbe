import { parseProtection } from '../../domain/protection.js';
import type { ProtectionRule, Registry } from '../../domain/registry.js';
import { assertAllowed } from '../access.js';
import type { MutationContext } from '../audit.js';
import { findRegistryById } from '../browse/registries.js';
import { describeProtection } from './auditentries.js';

/** What is absent or null stays as it is; an empty list of rules clears them. */
export interface ProtectionChanges {
  readonly readOnly?: boolean | null;
  readonly rules?: readonly ProtectionRule[] | null;
}

/**
 * Holds for every deletion that begins after it, and for each step of one that runs. Throws NOT_FOUND, BAD_USER_INPUT.
 */
export async function setProtection(
  session: MutationContext,
  registryId: string,
  { readOnly, rules }: ProtectionChanges,
): Promise<Registry> {
  assertAllowed(session.viewer, 'protect');
  const { id } = await findRegistryById(session, registryId);
  const protection = rules ? parseProtection(rules, 'input', 'rules') : undefined;
  const settings = { readOnly: readOnly ?? undefined, protection };
  return session.deed.commit((entry) =>
    session.registries.setProtection(id, settings, (now, before) =>
      entry({ registry: now, details: describeProtection(now, before!) }),
    ),
  );
}
