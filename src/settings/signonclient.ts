import type { SignOnClient } from '../domain/singlesignon.js';
import { parseNumber, parseWord } from './parsers.js';
import { type Environment, Fault, type ReadSetting } from './reader.js';
import { readSecretLine } from './secretfile.js';

/** Settings that say nothing without OIDC_CLIENT_ID. */
const others = ['OIDC_CLIENT_SECRET', 'OIDC_CLIENT_SECRET_FILE', 'OIDC_SCOPES', 'OIDC_NAME', 'OIDC_SESSION_HOURS'];

/** The gateway as the provider's client, by OIDC_CLIENT_ID; null: it is not set, or faulty, which is noted. */
export function readSignOnClient(env: Environment, read: ReadSetting, faults: string[]): SignOnClient | null {
  const id = read<string | null>('OIDC_CLIENT_ID', '', parsePrintable);
  const client = {
    secret: readSecretLine('OIDC_CLIENT_SECRET', { env, read, faults }, parsePrintable),
    scopes: read('OIDC_SCOPES', 'openid profile email', parseScopes),
    name: read('OIDC_NAME', 'single sign-on', parseName),
    sessionHours: read('OIDC_SESSION_HOURS', '12', parseNumber(1, 720)),
    areTeamsGroups: read('OIDC_TEAMS', 'manual', parseWord('manual', 'groups')) === 'groups',
  };
  if (!env['OIDC_CLIENT_ID']) {
    const idle = [...others, 'OIDC_TEAMS'].find((name) => env[name]);
    if (idle !== undefined) faults.push(`${idle} does nothing without OIDC_CLIENT_ID: set that too.`);
    return null;
  }
  if (!env['PUBLIC_URL'])
    faults.push('OIDC_CLIENT_ID needs PUBLIC_URL: the provider sends browsers back to auth/callback below it.');
  return id === null ? null : Object.freeze({ ...client, id });
}

function parsePrintable(text: string): string | null | Fault {
  return /^[\x20-\x7e]{0,1000}$/.test(text)
    ? text || null
    : new Fault('must be up to 1000 printable characters of ASCII, as the provider gave it.');
}

function parseScopes(text: string): string | Fault {
  const scopes = text.split(/[\s,]+/).filter(Boolean);
  const areFit = scopes.every((scope) => /^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/.test(scope)) && scopes.length <= 50;
  return areFit && scopes.includes('openid')
    ? scopes.join(' ')
    : new Fault('must be scopes joined by spaces, with openid among them.');
}

function parseName(text: string): string | Fault {
  return text.length <= 60 && !/\p{Cc}/u.test(text)
    ? text
    : new Fault('must be up to 60 characters: it stands on a button.');
}
