import { readConfig } from '../../src/config.js';
import { ConfigError } from '../../src/settings/reader.js';

const whole = {
  OIDC_ISSUER: 'https://login.example/realms/main',
  OIDC_AUDIENCE: 'https://gateway.example/api',
  OIDC_ROLES: 'ops=admin, cn=dev%2Cdc=example=registries:ro,*=registries:ro',
};

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
      isHttpAllowed: false,
    });
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ['no address', { OIDC_ISSUER: 'login.example' }, /^OIDC_ISSUER must be an address/],
    ['an address with a query', { OIDC_ISSUER: 'https://login.example/?a=b' }, /^OIDC_ISSUER must be an address/],
    ['an address with a user', { OIDC_ISSUER: 'https://u:p@login.example/' }, /^OIDC_ISSUER must be an address/],
    ['an address without TLS', { OIDC_ISSUER: 'http://login.example' }, /^OIDC_ISSUER must be an https:/],
    ['no audience', { OIDC_AUDIENCE: '' }, /^OIDC_ISSUER needs OIDC_AUDIENCE/],
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
