import type { GroupRole } from '../domain/singlesignon.js';
import { parseGroupRoles } from './grouproles.js';
import { type Environment, Fault, type ReadSetting } from './reader.js';

/** Headers that are read already, or that no proxy names a user in. */
const taken = ['authorization', 'cookie', 'host', 'origin', 'x-access-token', 'x-service-key'];

/** Those of the way that a request came, which proxies set for other reasons. */
const ofTheWay = /^(?:sec-|x-forwarded-(?:for|prefix|proto|host|port|server|scheme|ssl|uri|method)$)/;

/** The groups of whoever a proxy names. */
export interface ProxyGroupsSettings {
  /** In small letters. */
  readonly header: string;
  readonly roles: readonly GroupRole[];
}

/** AUTH_PROXY_HEADER in small letters; null: it is not set, or faulty, which is noted. */
export function readProxyUserHeader(env: Environment, read: ReadSetting, faults: string[]): string | null {
  const header = read<string | null>('AUTH_PROXY_HEADER', '', parseHeader);
  if (header !== null && !env['TRUST_PROXY'])
    faults.push('AUTH_PROXY_HEADER needs TRUST_PROXY: from anybody else the header could say anything.');
  return header;
}

/** AUTH_PROXY_GROUPS_HEADER and AUTH_PROXY_ROLES; null: they are not set, or faulty, which is noted. */
export function readProxyGroups(env: Environment, read: ReadSetting, faults: string[]): ProxyGroupsSettings | null {
  const header = read<string | null>('AUTH_PROXY_GROUPS_HEADER', '', parseHeader);
  const roles = Object.freeze(read<readonly GroupRole[]>('AUTH_PROXY_ROLES', '', parseGroupRoles));
  const [isNamed, isMapped] = [Boolean(env['AUTH_PROXY_GROUPS_HEADER']), Boolean(env['AUTH_PROXY_ROLES'])];
  if (isNamed && !isMapped)
    faults.push('AUTH_PROXY_GROUPS_HEADER needs AUTH_PROXY_ROLES, which says what its groups may do.');
  if (isMapped && !isNamed)
    faults.push('AUTH_PROXY_ROLES does nothing without AUTH_PROXY_GROUPS_HEADER: set that too.');
  if (isNamed && !env['AUTH_PROXY_HEADER'])
    faults.push('AUTH_PROXY_GROUPS_HEADER does nothing without AUTH_PROXY_HEADER: set that too.');
  if (header !== null && header === env['AUTH_PROXY_HEADER']?.toLowerCase())
    faults.push('AUTH_PROXY_GROUPS_HEADER must be another header than AUTH_PROXY_HEADER.');
  return header === null ? null : Object.freeze({ header, roles });
}

function parseHeader(text: string): string | null | Fault {
  if (text === '') return null;
  const name = text.toLowerCase();
  // No underscore: proxies disagree whether it is the same as a hyphen.
  const isFit = /^[a-z][a-z0-9-]{0,63}$/.test(name) && !taken.includes(name) && !ofTheWay.test(name);
  return isFit
    ? name
    : new Fault(
        'must be the name of a header that only the proxy sets, like X-Remote-User: letters, digits and hyphens.',
      );
}
