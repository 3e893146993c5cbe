import { compileFollowing } from '../../../src/domain/following.js';
import type { RegistryName } from '../../../src/domain/name.js';
import type { Registry, RegistryAddress } from '../../../src/domain/registry.js';

/** A registry that is attached as `r`, and that nothing of it is protected in. */
export function registry(settings: Partial<Registry> = {}): Registry {
  return {
    id: 'registry-1',
    name: 'r' as RegistryName,
    addr: 'https://r.example' as RegistryAddress,
    username: null,
    tlsSkipVerify: false,
    caCertificate: null,
    hasClientCertificate: false,
    proxy: null,
    hasProxyCredentials: false,
    authRealm: null,
    maxAge: 30,
    pullHost: null,
    following: compileFollowing([]),
    createdAt: new Date(0),
    readOnly: false,
    protection: [],
    approvals: [],
    ...settings,
  };
}
