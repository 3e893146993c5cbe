import type { Role } from '../domain/account.js';
import type { Right } from '../domain/grant.js';

/**
 * Something that can be done with the catalogue. `manage` is attaching, changing and detaching registries; `release` is
 * what ends a registry's protection on the way: detaching it, or having its address under another attachment; `delete`
 * is deleting, and putting back; `protect` is saying what may not be deleted; `regulate` is saying what is to be
 * deleted by itself, `retain` is having it done in a repository, and `retainAll` in a registry; `crawl` is having a
 * registry read whole;
 * `audit` is reading who did what; `route` is saying through which proxy a registry is asked, and to where its own one
 * leads; `diagnose` is being told what answers at an address where no registry does; `oversee` is being told of the
 * accounts and tokens of others, and of webhooks; `administer` is making, changing and removing accounts, and ending
 * the tokens of others; `notify` is having endpoints told of events.
 */
export type Action =
  | 'read'
  | 'crawl'
  | 'manage'
  | 'release'
  | 'route'
  | 'delete'
  | 'protect'
  | 'regulate'
  | 'retain'
  | 'retainAll'
  | 'audit'
  | 'diagnose'
  | 'oversee'
  | 'administer'
  | 'notify';

/** The whole policy of roles: which may do what. What is not listed is refused, but for grants. */
export const rolesByAction: Readonly<Record<Action, readonly Role[]>> = {
  read: ['admin', 'registries:rw', 'registries:ro'],
  crawl: ['admin', 'registries:rw', 'registries:ro'],
  manage: ['admin', 'registries:rw'],
  release: ['admin', 'registries:rw'],
  route: ['admin'],
  delete: ['admin', 'registries:rw'],
  protect: ['admin'],
  regulate: ['admin'],
  retain: ['admin', 'registries:rw'],
  retainAll: ['admin', 'registries:rw'],
  audit: ['admin'],
  diagnose: ['admin'],
  oversee: ['admin'],
  administer: ['admin'],
  notify: ['admin'],
};

/** The right by which a grant lets somebody do it in its place; by grants nobody does what is not listed. */
export const rightOfAction: Partial<Readonly<Record<Action, Right>>> = {
  delete: 'DELETE',
  regulate: 'RETAIN',
  retain: 'RETAIN',
};

/**
 * Actions of accounts alone: a service key that did them would leave what goes on when it has ended, a password or an
 * endpoint.
 */
export const actionsOfAccounts: readonly Action[] = ['administer', 'notify'];

/** Pages ask beforehand what a viewer may do: each needs all of these actions. */
export const actionsOfAbility = {
  attachRegistries: ['manage'],
  setProxies: ['manage', 'route'],
  seeAuditLog: ['audit'],
  seeAccounts: ['oversee'],
  manageAccounts: ['administer'],
  manageWebhooks: ['notify'],
  update: ['manage'],
  detach: ['manage', 'release'],
  protect: ['protect'],
  setRetention: ['regulate'],
  applyRetention: ['retain'],
  applyAllRetention: ['retainAll'],
  refresh: ['crawl'],
} as const satisfies Readonly<Record<string, readonly Action[]>>;
export type Ability = keyof typeof actionsOfAbility;

/**
 * The action that a mutation is, by its name: whoever has no role for it is refused before anything is looked up, and
 * learns nothing.
 */
export const actionOfMutation: Readonly<Record<string, Action>> = {
  addRegistry: 'manage',
  testRegistry: 'manage',
  updateRegistry: 'manage',
  removeRegistry: 'manage',
  deleteRepository: 'delete',
  deleteTags: 'delete',
  deleteSelection: 'delete',
  restoreTag: 'delete',
  undoJob: 'delete',
  approveDeletion: 'delete',
  rejectDeletion: 'delete',
  applyRetention: 'retain',
  setProtection: 'protect',
  setRetention: 'regulate',
  createAccount: 'administer',
  updateAccount: 'administer',
  deleteAccount: 'administer',
  resetPassword: 'administer',
  createTeam: 'administer',
  updateTeam: 'administer',
  deleteTeam: 'administer',
  grantAccess: 'administer',
  revokeGrant: 'administer',
  createWebhook: 'notify',
  updateWebhook: 'notify',
  deleteWebhook: 'notify',
  testWebhook: 'notify',
};
