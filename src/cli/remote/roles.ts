import { InvalidArgumentError } from 'commander';
import { isRole, type Role as RoleName } from '../../domain/account.js';
import { rolesHelp } from '../roles.js';
import type { Role } from './documents.js';

const names: Readonly<Record<Role, RoleName>> = {
  ADMIN: 'admin',
  REGISTRIES_READ: 'registries:ro',
  REGISTRIES_WRITE: 'registries:rw',
};

/** By the names that --roles has. */
export const roleValues = Object.fromEntries(Object.entries(names).map(([value, name]) => [name, value])) as Readonly<
  Record<RoleName, Role>
>;

/** Reads --roles, names joined by commas. Throws InvalidArgumentError, which commander shows with the option's name. */
export function parseRoleNames(text: string): Role[] {
  const given = [...new Set(text.split(',').map((name) => name.trim()))];
  if (given.every(isRole)) return given.map((name) => roleValues[name]);
  throw new InvalidArgumentError(`It must be ${rolesHelp}.`);
}

/** The same, or `none`. */
export function parseRolesOrNone(text: string): Role[] {
  return text === 'none' ? [] : parseRoleNames(text);
}

/** Roles as --roles takes them. */
export function describeRoles(roles: readonly Role[], between = ','): string {
  return roles.map((role) => names[role]).join(between) || '(none)';
}
