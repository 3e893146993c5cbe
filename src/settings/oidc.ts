import { isRole, roles as allRoles } from '../domain/account.js';
import type { GroupRole, SingleSignOnSettings } from '../domain/singlesignon.js';
import { parseWord } from './parsers.js';
import { type Environment, Fault, type ReadSetting } from './reader.js';
import { readSignOnClient } from './signonclient.js';

/** Settings that say nothing without OIDC_ISSUER. */
const others = ['OIDC_AUDIENCE', 'OIDC_CLIENT_ID', 'OIDC_ROLES', 'OIDC_REQUIRED_GROUP'];

/** The provider of OIDC_ISSUER; null: there is no single sign-on, or its settings are faulty, which is noted. */
export function readSingleSignOn(env: Environment, read: ReadSetting, faults: string[]): SingleSignOnSettings | null {
  const isHttpAllowed = read('OIDC_SCHEMES', 'https', parseWord('https', 'any')) === 'any';
  const issuer = read<string | null>('OIDC_ISSUER', '', (text) => parseIssuer(text, isHttpAllowed));
  const audience = read<string | null>('OIDC_AUDIENCE', '', parseText);
  const settings = {
    usernameClaim: read('OIDC_USERNAME_CLAIM', 'preferred_username', parseClaim),
    groupsClaim: read('OIDC_GROUPS_CLAIM', 'groups', parseClaim),
    roles: Object.freeze(read<readonly GroupRole[]>('OIDC_ROLES', '', parseRoles)),
    requiredGroup: read<string | null>('OIDC_REQUIRED_GROUP', '', parseText),
    isHttpAllowed,
    client: readSignOnClient(env, read, faults),
  };
  if (!env['OIDC_ISSUER']) {
    const idle = others.find((name) => env[name]);
    if (idle !== undefined) faults.push(`${idle} does nothing without OIDC_ISSUER: set that too.`);
    return null;
  }
  if (!env['OIDC_AUDIENCE'] && !env['OIDC_CLIENT_ID'])
    faults.push(
      'OIDC_ISSUER needs OIDC_CLIENT_ID, by which people log in, or OIDC_AUDIENCE, which tokens of machines have.',
    );
  if (!env['OIDC_ROLES'])
    faults.push('OIDC_ISSUER needs OIDC_ROLES, as nobody is let in without a role: *=registries:ro lets all read.');
  return issuer === null ? null : Object.freeze({ ...settings, issuer, audience });
}

function parseIssuer(text: string, isHttpAllowed: boolean): string | null | Fault {
  if (text === '') return null;
  const url = URL.parse(text);
  const isPlain = url !== null && !url.username && !url.password && !/[?#\s]/.test(text);
  if (!isPlain || !(url.protocol === 'https:' || url.protocol === 'http:'))
    return new Fault('must be an address like https://login.example/realms/main, without a user or a query.');
  return url.protocol === 'https:' || isHttpAllowed
    ? text
    : new Fault('must be an https:// address: OIDC_SCHEMES=any lets it be http://, where nobody listens on the way.');
}

function parseText(text: string): string | null | Fault {
  return text.length <= 1000 && !/\p{Cc}/u.test(text)
    ? text || null
    : new Fault('must be up to 1000 characters, none of them a control character.');
}

function parseClaim(text: string): string | Fault {
  return /^[\x21-\x7e]{1,200}$/.test(text) ? text : new Fault('must be the name of a claim, like groups.');
}

/** A group may have anything, percent-encoded: distinguished names have commas. */
function parseRoles(text: string): GroupRole[] | Fault {
  const pairs = text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
    .map(parsePair);
  return pairs.every((pair) => pair !== null)
    ? pairs
    : new Fault(
        `must be pairs group=role joined by commas, a comma in a group as %2C; roles are ${allRoles.join(', ')}; ` +
          'the group * is everybody.',
      );
}

function parsePair(text: string): GroupRole | null {
  const at = text.lastIndexOf('=');
  const role = text.slice(at + 1);
  try {
    const group = decodeURIComponent(text.slice(0, Math.max(at, 0)));
    return group !== '' && isRole(role) ? Object.freeze({ group, role }) : null;
  } catch {
    return null;
  }
}
