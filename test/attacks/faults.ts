import { once } from 'node:events';
import { createServer } from 'node:net';
import { createAuthority } from '../support/servers/certificates.js';
import { closeOnce } from '../support/run/leftovers.js';
import type { FaultRule } from '../support/registry/faults.js';
import type { RegistryOptions } from '../support/registry/options.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';

/** What a client may be told; null: it was done. Of one that depends on when the fault strikes, each that may be. */
export type Ends = readonly (string | null)[];

/** A registry that was read whole, and then goes wrong. */
export interface Fault {
  readonly name: string;
  readonly options?: RegistryOptions;
  /** Of the address it is attached with; 127.0.0.1 by default. Names end in `.test`, which are on loopback. */
  readonly host?: string;
  readonly credentials?: { readonly username: string; readonly password: string };
  readonly begin: (struck: Struck) => void | Promise<void>;
  /** Ends of looking the repository up, of a dry run, of its deletion, and of attaching the registry once more. */
  readonly repository?: Ends;
  readonly plan: Ends;
  readonly deletion: Ends;
  readonly attach: Ends;
}

/** What a fault may take hold of. */
export interface Struck {
  readonly registry: MemoryRegistry;
  /** The names that are not known from then on. */
  readonly lostHosts: Set<string>;
}

const authority = createAuthority('Faults CA');
export const caCertificate = authority.certificate;
const users = { alice: 'canary-pa55' };
const credentials = { username: 'alice', password: 'canary-pa55' };
const bearer: RegistryOptions = { auth: { mode: 'bearer', users } };
const tls: RegistryOptions = { tls: authority.issue() };

const by =
  (...rules: FaultRule[]) =>
  ({ registry }: Struck): void =>
    rules.forEach((rule) => void registry.fail(rule));
const done: Ends = [null];
const everywhere = (code: string): Pick<Fault, 'plan' | 'deletion' | 'attach'> => ({
  plan: [code],
  deletion: [code],
  attach: [code],
});
const nowhere: Pick<Fault, 'plan' | 'deletion' | 'attach'> = { plan: done, deletion: done, attach: done };
const portOf = ({ host }: MemoryRegistry): number => Number(host.split(':')[1]);
const challenge = (realm: string): Record<string, string> => ({
  'WWW-Authenticate': `Bearer realm="${realm}",service="s"`,
});

/** Comes back on its port with another certificate. */
const presenting =
  (issue: () => { certificate: string; key: string }) =>
  async ({ registry }: Struck): Promise<void> => {
    await registry.close();
    await createMemoryRegistry({ port: portOf(registry), store: registry.store, tls: issue() });
  };

/** Takes connections on its port, and says nothing. */
async function fallSilent({ registry }: Struck): Promise<void> {
  await registry.close();
  const server = createServer((socket) => void socket.on('error', () => undefined));
  server.listen(portOf(registry), '127.0.0.1');
  await once(server, 'listening');
  closeOnce(async () => void server.close());
}

/** security.md, the table of faults. */
export const faults: readonly Fault[] = [
  { name: 'it refuses connections', begin: ({ registry }) => registry.close(), ...everywhere('UPSTREAM_UNREACHABLE') },
  {
    name: 'its name is not known',
    host: 'lost.test',
    begin: ({ lostHosts }) => void lostHosts.add('lost.test'),
    ...everywhere('UPSTREAM_UNREACHABLE'),
  },
  {
    name: 'its certificate has expired',
    options: tls,
    begin: presenting(() => authority.issue({ expired: true })),
    ...everywhere('UPSTREAM_TLS'),
  },
  {
    name: 'its certificate is for another name',
    options: tls,
    begin: presenting(() => authority.issue({ hosts: ['other.example'] })),
    ...everywhere('UPSTREAM_TLS'),
  },
  {
    name: 'its certificate is of an unknown authority',
    options: tls,
    begin: presenting(() => createAuthority('Other').issue()),
    ...everywhere('UPSTREAM_TLS'),
  },
  { name: 'it takes connections and says nothing', options: tls, begin: fallSilent, ...everywhere('UPSTREAM_TIMEOUT') },
  { name: 'it never answers', begin: by({ kind: 'hang' }), ...everywhere('UPSTREAM_TIMEOUT') },
  {
    name: 'its bodies come drop by drop',
    begin: by({ kind: 'drip', everyMs: 3000 }),
    ...everywhere('UPSTREAM_TIMEOUT'),
  },
  { name: 'it resets connections', begin: by({ kind: 'reset' }), ...everywhere('UPSTREAM_UNREACHABLE') },
  { name: 'its bodies end too early', begin: by({ kind: 'truncate' }), ...everywhere('UPSTREAM_INVALID') },
  {
    name: 'its tokens have expired',
    options: bearer,
    credentials,
    begin: ({ registry }) => registry.expireTokens(),
    ...nowhere,
  },
  {
    name: 'it wants a login for ever',
    options: bearer,
    credentials,
    begin: by({ kind: 'status', status: 401, headers: challenge('http://127.0.0.1:1/token'), match: /^\/v2/ }),
    ...everywhere('UPSTREAM_REALM_REFUSED'),
  },
  {
    name: 'its token server fails',
    options: bearer,
    credentials,
    begin: (struck) => {
      struck.registry.expireTokens();
      by({ kind: 'status', status: 500, match: /^\/token/ })(struck);
    },
    ...everywhere('UPSTREAM_AUTH'),
  },
  {
    name: 'its realm is elsewhere',
    options: bearer,
    credentials,
    begin: by({ kind: 'status', status: 401, headers: challenge('http://thief.test/token'), match: /^\/v2/ }),
    ...everywhere('UPSTREAM_REALM_REFUSED'),
  },
  { name: 'it forbids everything', begin: by({ kind: 'status', status: 403 }), ...everywhere('UPSTREAM_AUTH') },
  { name: 'it has no catalogue', begin: by({ kind: 'status', status: 404, match: /_catalog/ }), ...nowhere },
  {
    name: 'its repository is gone',
    begin: by({ kind: 'status', status: 404, match: /app\/(?:tags|manifests)/ }),
    repository: [null, 'NOT_FOUND'],
    plan: ['NOT_FOUND'],
    deletion: ['NOT_FOUND'],
    attach: done,
  },
  {
    name: 'it deletes nothing',
    options: { deleteEnabled: false },
    begin: () => undefined,
    plan: ['DELETE_DISABLED'],
    deletion: ['DELETE_DISABLED'],
    attach: done,
  },
  {
    name: 'it has had enough',
    begin: by({ kind: 'rateLimit', retryAfter: '86400' }),
    ...everywhere('UPSTREAM_RATE_LIMITED'),
  },
  { name: 'it fails', begin: by({ kind: 'status', status: 503 }), ...everywhere('UPSTREAM_ERROR') },
  {
    name: 'it shows a login page',
    begin: by({ kind: 'html' }),
    plan: ['UPSTREAM_INVALID'],
    deletion: ['UPSTREAM_INVALID'],
    attach: [null, 'UPSTREAM_INVALID'],
  },
  {
    name: 'its tags are null',
    begin: by({ kind: 'namesNull' }),
    repository: [null, 'NOT_FOUND'],
    plan: ['NOT_FOUND', 'UPSTREAM_PAGINATION'],
    deletion: ['NOT_FOUND', 'UPSTREAM_PAGINATION'],
    attach: done,
  },
  {
    name: 'its names are no names',
    begin: by({ kind: 'names', names: [1, null, '../x', '__proto__', 'a b', '\ud800'] }),
    plan: done,
    deletion: done,
    attach: done,
  },
  {
    name: 'its digests are wrong',
    begin: by({ kind: 'wrongDigest', match: /manifests/ }),
    plan: [null, 'UPSTREAM_DIGEST_MISMATCH'],
    deletion: ['CHANGED_SINCE_PLAN', 'UPSTREAM_DIGEST_MISMATCH'],
    attach: done,
  },
  {
    name: 'its answers are bombs',
    begin: by({ kind: 'oversize', bytes: 8 * 1024 * 1024, gzip: true }),
    ...everywhere('UPSTREAM_TOO_LARGE'),
  },
  {
    name: 'its pages never end',
    begin: by({ kind: 'repeatedLast', match: /tags\/list/ }),
    plan: ['UPSTREAM_PAGINATION'],
    deletion: ['UPSTREAM_PAGINATION'],
    attach: done,
  },
  {
    name: 'it redirects in a circle',
    begin: by({ kind: 'redirect', location: '/v2/' }),
    ...everywhere('UPSTREAM_BLOCKED'),
  },
  {
    name: 'it redirects to where nobody may go',
    begin: by({ kind: 'redirect', location: 'http://169.254.169.254/' }),
    ...everywhere('UPSTREAM_BLOCKED'),
  },
  {
    name: 'it closes after every answer',
    begin: by({ kind: 'headers', headers: { Connection: 'close' } }),
    ...nowhere,
  },
  {
    name: 'its images vanish while they are read',
    begin: by({ kind: 'status', status: 404, match: /manifests/, method: 'GET' }),
    plan: ['UPSTREAM_INVALID'],
    deletion: ['UPSTREAM_INVALID'],
    attach: done,
  },
  {
    name: 'its clock is a day behind',
    options: { ...bearer, now: () => Date.now() - 86_400_000 },
    credentials,
    begin: () => undefined,
    ...nowhere,
  },
];
