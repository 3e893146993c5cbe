import { isRole, type Role, roles as allRoles } from '../domain/account.js';
import { badInput } from '../errors.js';

export const rolesHelp = `some of ${allRoles.join(', ')}, joined by commas`;

/** The value of --roles. Throws BAD_USER_INPUT. */
export function parseRoles(text: string): Role[] {
  const names = [...new Set(text.split(',').map((name) => name.trim()))];
  if (names.every(isRole)) return names;
  throw badInput(`--roles must be ${rolesHelp}.`);
}
