import type { Role, Viewer } from '../domain/account.js';
import { GatewayError, unauthenticated } from '../errors.js';

/** What can be done with the catalogue. `manage` is attaching, changing and detaching registries. */
export type Action = 'read' | 'manage' | 'delete';

/** The whole policy: which roles may do what. What is not listed is refused. */
const rolesByAction: Readonly<Record<Action, readonly Role[]>> = {
  read: ['admin', 'registries:rw', 'registries:ro'],
  manage: ['admin', 'registries:rw'],
  delete: ['admin', 'registries:rw'],
};

export function isAllowed(viewer: Viewer | null, action: Action): boolean {
  return viewer !== null && viewer.roles.some((role) => rolesByAction[action].includes(role));
}

/** Throws UNAUTHENTICATED without a viewer, FORBIDDEN without the role. Every use case calls it first. */
export function assertAllowed(viewer: Viewer | null, action: Action): asserts viewer is Viewer {
  if (viewer === null) throw unauthenticated();
  if (!isAllowed(viewer, action)) {
    throw new GatewayError('FORBIDDEN', `${viewer.username} may not do this: it needs one of the roles ${rolesByAction[action].join(', ')}.`);
  }
}
