import { isUsername, type Role, type Viewer } from '../domain/account.js';
import { grantsRight, includesRight } from '../domain/grant.js';
import { quote, type RepositoryName, type TagName } from '../domain/name.js';
import { findRuleOf, findWholeRule, rulesFor } from '../domain/protection.js';
import type { ProtectionRule, Registry } from '../domain/registry.js';
import { GatewayError, notFound, unauthenticated } from '../errors.js';
import {
  type Ability,
  type Action,
  actionOfMutation,
  actionsOfAbility,
  actionsOfAccounts,
  rightOfAction,
  rolesByAction,
} from './policy.js';
import { seesRepository } from './visibility.js';

export type { Action } from './policy.js';

/** The thing that an action is done to. */
export interface AccessTarget {
  readonly registry: Registry;
  readonly repository?: RepositoryName;
  /**
   * Absent: it is not known yet about which tags. A deletion is then refused where it cannot be of any: in a registry
   * that is read-only, in a repository with a rule for all its tags. Ask again once they are known.
   */
  readonly tags?: readonly TagName[];
}

/**
 * Throws as `assertAllowed` does, of a mutation by its name alone; what only reads, and a login, is not in its list.
 */
export function assertMutationAllowed(viewer: Viewer | null, mutation: string): void {
  const action = actionOfMutation[mutation];
  if (action !== undefined) assertAllowed(viewer, action);
}

export function isAllowed(viewer: Viewer | null, action: Action, target?: AccessTarget): boolean {
  return (
    viewer !== null &&
    mayDo(viewer, action, target) &&
    (action !== 'delete' || !target || findProtection(target) === null)
  );
}

/**
 * Throws UNAUTHENTICATED without a viewer, FORBIDDEN without the role or a grant, NOT_FOUND for a repository that the
 * viewer does not see, and of a deletion READ_ONLY or PROTECTED by what it is done to. Every use case calls it first.
 */
export function assertAllowed(viewer: Viewer | null, action: Action, target?: AccessTarget): asserts viewer is Viewer {
  assertEntitled(viewer, action, target);
  if (action === 'delete' && target) assertUnprotected(target);
}

/** Whether `assertEntitled` lets them. */
export function isEntitled(viewer: Viewer, action: Action, target?: AccessTarget): boolean {
  return mayDo(viewer, action, target);
}

/** Whether rights let somebody do it, whatever protects what it is done to: they would not meet FORBIDDEN. */
export function isAble(viewer: Viewer | null, ability: Ability, target?: AccessTarget): boolean {
  return viewer !== null && actionsOfAbility[ability].every((action) => mayDo(viewer, action, target));
}

/** As `assertAllowed`, whatever protects it. */
export function assertEntitled(viewer: Viewer | null, action: Action, target?: AccessTarget): asserts viewer is Viewer {
  if (viewer === null) throw unauthenticated();
  if (mayDo(viewer, action, target)) return;
  if (target?.repository !== undefined) assertSeen(viewer, target.registry, target.repository);
  throw describeForbidden(viewer, action, target);
}

/** Throws NOT_FOUND for a repository that the viewer does not see, as for one that is not there. */
export function assertSeen(viewer: Viewer, { id, name }: Registry, repository: RepositoryName): void {
  if (!seesRepository(viewer, id, repository)) throw noRepository(name, repository);
}

export function noRepository(registry: string, repository: string): GatewayError {
  return notFound(`The registry ${registry} has no repository ${quote(repository)}.`);
}

/**
 * Why a deletion would be refused by the gateway, one error a reason; none: it would not. Made of `outcome`, what was
 * done until then.
 */
export function listRefusals(viewer: Viewer | null, target: AccessTarget, outcome: string): GatewayError[] {
  const protection = findProtection(target);
  const ofRole =
    viewer === null
      ? unauthenticated()
      : mayDo(viewer, 'delete', target)
        ? null
        : describeForbidden(viewer, 'delete', target);
  return [...(ofRole ? [ofRole] : []), ...(protection ? [describeProtection(target, protection, outcome)] : [])];
}

/** For work that goes on without its viewer, whose role was checked when it began. Throws READ_ONLY, PROTECTED. */
export function assertUnprotected(target: AccessTarget): void {
  const protection = findProtection(target);
  if (protection) throw describeProtection(target, protection);
}

export function isUnprotected(target: AccessTarget): boolean {
  return findProtection(target) === null;
}

/** Whoever may not protect a registry may not take it out of its protection either. */
function rolesOf(action: Action, target?: AccessTarget): readonly Role[] {
  if (action !== 'release' || !target) return rolesByAction[action];
  const { readOnly, protection, approvals } = target.registry;
  return rolesByAction[readOnly || protection.length > 0 || approvals.length > 0 ? 'protect' : action];
}

function mayDo(viewer: Viewer, action: Action, target?: AccessTarget): boolean {
  return hasRole(viewer, action, target) || isGranted(viewer, action, target);
}

/** Where no registry, or no repository, is named: whether it is granted of any. */
function isGranted({ grants = [] }: Viewer, action: Action, target?: AccessTarget): boolean {
  const right = rightOfAction[action];
  if (right === undefined || grants.length === 0) return false;
  if (!target) return grants.some((grant) => includesRight(grant.right, right));
  const { registry, repository } = target;
  if (repository !== undefined) return grantsRight(grants, right, registry.id, repository);
  const isOfRegistry = (id: string | null): boolean => id === null || id === registry.id;
  return grants.some((grant) => isOfRegistry(grant.registryId) && includesRight(grant.right, right));
}

function hasRole(viewer: Viewer, action: Action, target?: AccessTarget): boolean {
  const { username, roles, grants = [] } = viewer;
  if (actionsOfAccounts.includes(action) && !isUsername(username)) return false;
  // Shown is what the grants give: see visibility.ts.
  if (action === 'read' && grants.length > 0)
    return target?.repository === undefined || seesRepository(viewer, target.registry.id, target.repository);
  const allowed = rolesOf(action, target);
  return roles.some((role) => allowed.includes(role));
}

function describeForbidden({ username }: Viewer, action: Action, target?: AccessTarget): GatewayError {
  const needed = rolesOf(action, target).join(', ');
  if (action === 'route') {
    const what = "a registry's proxy, and the addresses of one that has its own,";
    return new GatewayError('FORBIDDEN', `${username} may not do this: ${what} are set by the role ${needed}.`);
  }
  if (actionsOfAccounts.includes(action) && !isUsername(username)) {
    const what = 'a service key changes no accounts and no webhooks. Use a token of an account';
    return new GatewayError('FORBIDDEN', `${username} may not do this: ${what}.`);
  }
  if (action !== 'release' || !target) {
    const message = `${username} may not do this: it needs one of the roles ${needed}${describeRight(action, target)}.`;
    return new GatewayError('FORBIDDEN', message);
  }
  const { name } = target.registry;
  const why =
    `${name} is read-only, or has protected tags or approvals here, which ends when it is detached or its address is ` +
    'attached otherwise';
  return new GatewayError('FORBIDDEN', `${username} may not do this: ${why}. It needs the role ${needed}.`, {
    registry: name,
  });
}

function describeRight(action: Action, target?: AccessTarget): string {
  const right = rightOfAction[action];
  if (right === undefined) return '';
  const place = target?.repository === undefined ? '' : ` to ${target.repository} of ${target.registry.name}`;
  return `, or a grant of ${right}${place}`;
}

/**
 * The reason why something may not be deleted: that the whole registry is read-only, or a rule and those of the tags
 * that any rule names.
 */
type Protection = 'read-only' | { readonly rule: ProtectionRule; readonly tags: readonly TagName[] };

/** null: nothing does. Asked for every tag of a page, so it says no more than it must. */
function findProtection({ registry, repository, tags }: AccessTarget): Protection | null {
  if (registry.readOnly) return 'read-only';
  if (repository === undefined || registry.protection.length === 0) return null;
  const rules = rulesFor(registry.protection, repository);
  if (rules.length === 0) return null;
  if (tags === undefined) {
    const rule = findWholeRule(rules);
    return rule && { rule, tags: [] };
  }
  const named = tags.filter((tag) => findRuleOf(rules, tag) !== null);
  return named.length === 0 ? null : { rule: findRuleOf(rules, named[0]!)!, tags: named };
}

function describeProtection(
  { registry: { name }, repository }: AccessTarget,
  protection: Protection,
  outcome = ' Nothing was touched.',
): GatewayError {
  if (protection === 'read-only') {
    return new GatewayError('READ_ONLY', `${name} is set read-only here.${outcome}`, {
      registry: name,
      hint: 'An admin can end that with setProtection.',
    });
  }
  const { rule, tags } = protection;
  const shown = `${tags.slice(0, 5).join(', ')}${tags.length > 5 ? `, … ${tags.length} in all` : ''}`;
  const what = tags.length === 0 ? 'is protected whole' : `has protected tags (${shown})`;
  const message = `${repository} of ${name} ${what}, by the rule ${rule.repository}:${rule.tag}.${outcome}`;
  return new GatewayError('PROTECTED', message, {
    registry: name,
    tags: tags.slice(0, 100),
    hint: 'An admin can change the rules with setProtection.',
  });
}
