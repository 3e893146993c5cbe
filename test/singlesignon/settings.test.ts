import { writeFileSync } from 'node:fs';
import { readConfig } from '../../src/config.js';
import { ConfigError } from '../../src/settings/reader.js';
import { createFolder } from '../store/files.js';

const whole = {
  OIDC_ISSUER: 'https://login.example/realms/main',
  OIDC_AUDIENCE: 'https://gateway.example/api',
  OIDC_ROLES: 'ops=admin, cn=dev%2Cdc=example=registries:ro,*=registries:ro',
};

const client = { OIDC_CLIENT_ID: 'gateway', PUBLIC_URL: 'https://gateway.example/' };

function faultsOf(env: Record<string, string>): readonly string[] {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
}

describe('the settings of single sign-on', () => {
  it('they have defaults beside what must be set', () => {
    expect(readConfig(whole).singleSignOn).toEqual({
      issuer: whole.OIDC_ISSUER,
      usernameClaim: 'preferred_username',
      groupsClaim: 'groups',
      roles: [
        { group: 'ops', role: 'admin' },
        { group: 'cn=dev,dc=example', role: 'registries:ro' },
        { group: '*', role: 'registries:ro' },
      ],
      requiredGroup: null,
      audience: whole.OIDC_AUDIENCE,
      client: null,
      isHttpAllowed: false,
    });
  });

  it('those of people have defaults too, and machines need none of them', () => {
    const { OIDC_AUDIENCE: _audience, ...people } = { ...whole, ...client };
    expect(readConfig(people).singleSignOn).toMatchObject({
      audience: null,
      client: {
        id: 'gateway',
        secret: null,
        scopes: 'openid profile email',
        name: 'single sign-on',
        sessionHours: 12,
        areTeamsGroups: false,
      },
    });
    const more = { OIDC_CLIENT_SECRET: 's', OIDC_SCOPES: 'openid,groups', OIDC_TEAMS: 'groups', OIDC_NAME: 'Keycloak' };
    expect(readConfig({ ...people, ...more, OIDC_SESSION_HOURS: '1' }).singleSignOn?.client).toEqual({
      id: 'gateway',
      secret: 's',
      scopes: 'openid groups',
      name: 'Keycloak',
      sessionHours: 1,
      areTeamsGroups: true,
    });
  });

  it('the secret of the client may come from a file', () => {
    using folder = createFolder();
    const file = folder.file('secret');
    writeFileSync(file, 'from a file\n', { mode: 0o600 });
    const read = readConfig({ ...whole, ...client, OIDC_CLIENT_SECRET_FILE: file });
    expect(read.singleSignOn?.client?.secret).toBe('from a file');
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ['no address of its own', { PUBLIC_URL: '' }, /^OIDC_CLIENT_ID needs PUBLIC_URL/],
    ['scopes without openid', { OIDC_SCOPES: 'profile' }, /^OIDC_SCOPES must be scopes/],
    ['a session that never ends', { OIDC_SESSION_HOURS: '0' }, /^OIDC_SESSION_HOURS must be/],
    ['another word for teams', { OIDC_TEAMS: 'all' }, /^OIDC_TEAMS must be one of/],
    ['a name of two lines', { OIDC_NAME: 'a\nb' }, /^OIDC_NAME must be/],
    ['two secrets', { OIDC_CLIENT_SECRET: 'a', OIDC_CLIENT_SECRET_FILE: 'b' }, /are both set: set one/],
    ['no client', { OIDC_CLIENT_ID: '', OIDC_NAME: 'Dex' }, /^OIDC_NAME does nothing without OIDC_CLIENT_ID/],
  ])('those of people are refused in one sentence with %s', (_name, more, fault) => {
    expect(faultsOf({ ...whole, ...client, ...more })).toEqual([expect.stringMatching(fault)]);
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ['no address', { OIDC_ISSUER: 'login.example' }, /^OIDC_ISSUER must be an address/],
    ['an address with a query', { OIDC_ISSUER: 'https://login.example/?a=b' }, /^OIDC_ISSUER must be an address/],
    ['an address with a user', { OIDC_ISSUER: 'https://u:p@login.example/' }, /^OIDC_ISSUER must be an address/],
    ['an address without TLS', { OIDC_ISSUER: 'http://login.example' }, /^OIDC_ISSUER must be an https:/],
    ['neither machines nor people', { OIDC_AUDIENCE: '' }, /^OIDC_ISSUER needs OIDC_CLIENT_ID/],
    ['an audience that no header has', { OIDC_AUDIENCE: 'a\nb' }, /^OIDC_AUDIENCE must be/],
    ['no roles', { OIDC_ROLES: '' }, /^OIDC_ISSUER needs OIDC_ROLES/],
    ['a role that is none', { OIDC_ROLES: 'ops=root' }, /^OIDC_ROLES must be pairs group=role/],
    ['a role of no group', { OIDC_ROLES: '=admin' }, /^OIDC_ROLES must be pairs group=role/],
    ['a group that is not coded right', { OIDC_ROLES: '%zz=admin' }, /^OIDC_ROLES must be pairs group=role/],
    ['no issuer', { OIDC_ISSUER: '' }, /^OIDC_AUDIENCE does nothing without OIDC_ISSUER/],
  ])('they are refused in one sentence with %s', (_name, more, fault) => {
    expect(faultsOf({ ...whole, ...more })).toEqual([expect.stringMatching(fault)]);
  });
});
