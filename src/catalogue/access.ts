import type { Role, Viewer } from '../domain/account.js';
import type { RepositoryName, TagName } from '../domain/name.js';
import type { Registry } from '../domain/registry.js';
import { GatewayError, unauthenticated } from '../errors.js';

/**
 * What can be done with the catalogue. `manage` is attaching, changing and detaching registries; `delete` is deleting, and
 * putting back; `protect` is saying what may not be deleted, and what is to be deleted by itself; `audit` is reading who did what.
 */
export type Action = 'read' | 'manage' | 'delete' | 'protect' | 'audit';

/** What an action is done to. */
export interface Target {
  readonly registry: Registry;
  readonly repository?: RepositoryName;
  /** Absent: the action is not about single tags, or it is not known yet about which. */
  readonly tags?: readonly TagName[];
}

/** The whole policy of roles: which may do what. What is not listed is refused. */
const rolesByAction: Readonly<Record<Action, readonly Role[]>> = {
  read: ['admin', 'registries:rw', 'registries:ro'],
  manage: ['admin', 'registries:rw'],
  delete: ['admin', 'registries:rw'],
  protect: ['admin'],
  audit: ['admin'],
};

export function isAllowed(viewer: Viewer | null, action: Action, target?: Target): boolean {
  const hasRole = viewer !== null && viewer.roles.some((role) => rolesByAction[action].includes(role));
  return hasRole && (action !== 'delete' || !target || findProtection(target) === null);
}

/**
 * Throws UNAUTHENTICATED without a viewer, FORBIDDEN without the role, and of a deletion READ_ONLY or PROTECTED by what it is
 * done to. Every use case calls it first.
 */
export function assertAllowed(viewer: Viewer | null, action: Action, target?: Target): asserts viewer is Viewer {
  if (viewer === null) throw unauthenticated();
  if (!isAllowed(viewer, action)) {
    throw new GatewayError('FORBIDDEN', `${viewer.username} may not do this: it needs one of the roles ${rolesByAction[action].join(', ')}.`);
  }
  if (action === 'delete' && target) assertUnprotected(target);
}

/** For work that goes on without its viewer, whose role was checked when it began. Throws READ_ONLY, PROTECTED. */
export function assertUnprotected(target: Target): void {
  const refusal = findProtection(target);
  if (refusal) throw refusal;
}

/** Why nothing may be deleted there; null when it may. */
function findProtection({ registry }: Target): GatewayError | null {
  if (!registry.readOnly) return null;
  return new GatewayError('READ_ONLY', `${registry.name} is set read-only here. Nothing was touched.`, {
    registry: registry.name,
    hint: 'An admin can end that with setProtection.',
  });
}
