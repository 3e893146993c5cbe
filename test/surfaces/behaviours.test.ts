import { createToken } from '../../src/auth/token.js';
import { isFullRun } from '../support/run/amount.js';
import { createAuthority } from '../support/servers/certificates.js';
import { adminPassword, startGateway, type TestGateway } from '../support/worlds/gateway.js';
import { buildImage, buildIndex } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import type { FaultRule } from '../support/registry/faults.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';
import { until } from '../support/timer.js';
import { writes } from '../support/observed/writes.js';
import { createGraphQLSurface, createRestSurface, type Result, type Surface } from './surface.js';
import type { World } from '../support/worlds/world.js';

/** The status of each code on REST, as documented. */
const restStatus: Readonly<Record<string, number>> = {
  BAD_USER_INPUT: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  READ_ONLY: 423,
  PROTECTED: 423,
  RATE_LIMITED: 429,
  DELETE_DISABLED: 409,
  DELETE_INCOMPLETE: 502,
  UPSTREAM_UNREACHABLE: 502,
  UPSTREAM_TLS: 502,
  UPSTREAM_TIMEOUT: 504,
  UPSTREAM_AUTH: 502,
  UPSTREAM_REALM_REFUSED: 502,
  UPSTREAM_RATE_LIMITED: 503,
  UPSTREAM_INVALID: 502,
  UPSTREAM_TOO_LARGE: 502,
  UPSTREAM_PAGINATION: 502,
  UPSTREAM_BLOCKED: 422,
  UPSTREAM_ERROR: 502,
};

/** What no client may ever see: what a sick registry says, what a password is, where the program is. */
const upstreamText = 'upstream-internal-text-7f3a';
const registryPassword = 'canary-password-91c4';
const leaks = [
  upstreamText,
  registryPassword,
  adminPassword,
  'node_modules',
  '    at ',
  'file:///tmp',
  '.js:',
  'SELECT ',
  'select ',
  'Maximum call stack',
  'kysely',
  'GatewayError',
];

/** Each behaviour has a registry of its own, attached as `local` and the only one. */
interface BehaviourWorld extends Pick<World<TestGateway>, 'gateway' | 'registry'> {
  readonly surface: Surface;
  /** The operation was refused with this code, its REST status, and a message with these words; nothing leaked. */
  readonly expectRefused: (result: Result<unknown>, code: string, ...words: string[]) => void;
  readonly expectDone: <T>(result: Result<T>, status?: number) => T;
}

type Behaviour = (world: BehaviourWorld) => Promise<void>;

function fill({ store }: MemoryRegistry): void {
  seed(store, 'app', 'v1', buildImage({ labels: { v: '1' } }));
  seed(
    store,
    'library/registry',
    'latest',
    buildImage({
      layers: [
        { size: 3000, seed: 'base' },
        { size: 2500, seed: 'top' },
      ],
    }),
  );
  seed(store, 'team/deep/er/name', 'v1', buildImage({ labels: { v: '2' } }));
}

const badNames: readonly [string, string][] = [
  ['two dots', '..'],
  ['a way up', 'app/../../v2/secret'],
  ['a dot', '.'],
  ['upper case', 'Upper/Case'],
  ['an encoded dot', 'a%2e%2e'],
  ['a doubly encoded slash', 'library%2Fregistry'],
  ['two slashes', 'team//app'],
  ['a leading slash', '/app'],
  ['NUL', 'app\u0000'],
  ['a line break', 'app\r\nX-Evil: 1'],
  ['a backslash', 'team\\app'],
  ['a semicolon', 'app;v=1'],
  ['a question mark', 'app?n=1'],
  ['a space', 'my app'],
  ['a tag', 'app:latest'],
  ['a digest', `app@sha256:${'a'.repeat(64)}`],
  ['a separator at the end', 'app-'],
  ['letters beyond ASCII', 'äpp'],
  ['300 characters', 'a'.repeat(300)],
  ['700 characters in parts', Array.from({ length: 140 }, () => 'abcd').join('/')],
];

const reading: readonly [string, Behaviour][] = [
  [
    'registries are listed in name order',
    async ({ surface, gateway, registry, expectDone }) => {
      await gateway.attach('a-first', registry.url);
      const listed = expectDone(await surface.listRegistries(), 200);
      expect(listed.map(({ name, addr }) => [name, addr])).toEqual([
        ['a-first', registry.url],
        ['local', registry.url],
      ]);
    },
  ],
  [
    'a registry is found by its name and by its UUID',
    async ({ surface, expectDone }) => {
      const byName = expectDone(await surface.getRegistry('local'), 200);
      expect(byName.id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      expect(expectDone(await surface.getRegistry(byName.id), 200)).toEqual(byName);
    },
  ],
  [
    'an unknown registry is named, whatever is asked of it',
    async ({ surface, registry, expectRefused }) => {
      registry.forget();
      expectRefused(await surface.getRegistry('nowhere'), 'NOT_FOUND', '"nowhere"');
      expectRefused(await surface.getRegistry('7b4d261c-5ac4-481a-b1fa-1808355becf8'), 'NOT_FOUND', '"7b4d261c');
      expectRefused(await surface.listRepositories('nowhere'), 'NOT_FOUND', '"nowhere"');
      expectRefused(await surface.getRepository('nowhere', 'app'), 'NOT_FOUND', '"nowhere"');
      expectRefused(await surface.deleteRepository('nowhere', 'app'), 'NOT_FOUND', '"nowhere"');
      expectRefused(await surface.removeRegistry('nowhere'), 'NOT_FOUND');
      expect(registry.requests).toEqual([]);
    },
  ],
  [
    'a text that cannot name a registry is refused',
    async ({ surface, expectRefused }) => {
      for (const name of ['..', 'a/b', 'a b', '-a', 'x'.repeat(64), 'a\u0000'])
        expectRefused(await surface.getRegistry(name), 'BAD_USER_INPUT');
    },
  ],
  [
    'repositories are listed with their tags, image ids, sizes and layers',
    async ({ surface, registry, expectDone }) => {
      const image = buildImage({
        layers: [
          { size: 3000, seed: 'base' },
          { size: 2500, seed: 'top' },
        ],
      });
      const listed = expectDone(await surface.listRepositories('local'), 200);
      expect(listed.map(({ name }) => name)).toEqual(['app', 'library/registry', 'team/deep/er/name']);
      expect(listed[1]).toEqual({
        name: 'library/registry',
        repository: 'registry',
        size: image.config!.size + 5500,
        tags: [{ name: 'latest', imageId: image.config!.digest.slice(7) }],
        layers: image.layers.map(({ digest }) => digest.slice(7)),
      });
      expect(registry.unexpected).toEqual([]);
    },
  ],
  [
    'a repository is found by its name, also before anything was listed',
    async ({ surface, expectDone }) => {
      const found = expectDone(await surface.getRepository('local', 'team/deep/er/name'), 200);
      expect(found).toMatchObject({ name: 'team/deep/er/name', repository: 'name', tags: [{ name: 'v1' }] });
      expect(expectDone(await surface.listRepositories('local'))[2]).toEqual(found);
    },
  ],
  [
    'an unknown repository is named, with its registry',
    async ({ surface, expectRefused }) => {
      expectRefused(await surface.getRepository('local', 'no/such'), 'NOT_FOUND', 'no/such', 'local');
      expectRefused(await surface.deleteRepository('local', 'no/such'), 'NOT_FOUND', 'no/such', 'local');
      expectRefused(await surface.getRepository('local', 'library/nothing'), 'NOT_FOUND', 'library/nothing');
    },
  ],
  ...badNames.map(([what, name]): [string, Behaviour] => [
    `a repository's name with ${what} is refused, and the registry hears nothing of it`,
    async ({ surface, registry, expectRefused }) => {
      registry.forget();
      expectRefused(await surface.getRepository('local', name), 'BAD_USER_INPUT');
      expectRefused(await surface.deleteRepository('local', name), 'BAD_USER_INPUT');
      expect(registry.requests).toEqual([]);
    },
  ]),
];

const deleting: readonly [string, Behaviour][] = [
  [
    'a deleted repository leaves none of its tags, images and platforms, and its neighbours alone',
    async ({ surface, registry, gateway, expectDone, expectRefused }) => {
      const children = [buildImage({ arch: 'amd64' }), buildImage({ arch: 'arm64' })];
      const index = buildIndex(children, { attestation: true });
      const { store } = registry;
      for (const tag of ['v1', 'latest']) seed(store, 'team/app', tag, index);
      seed(store, 'team/app', 'amd64', children[0]!);
      seed(store, 'team/app', 'other', buildImage({ labels: { v: '9' } }));
      seed(store, 'team/app/sub', 'v1', children[0]!);
      expect(expectDone(await surface.getRepository('local', 'team/app')).tags).toHaveLength(4);
      expectDone(await surface.deleteRepository('local', 'team/app'), surface.name === 'REST' ? 204 : 200);
      expect(store.tags('team/app')).toEqual([]);
      for (const { digest } of [index, ...index.children]) expect(store.findManifest('team/app', digest)).toBeNull();
      expect(store.tags('team/app/sub')).toEqual(['v1']);
      expect(writes(registry).length).toBe(new Set(writes(registry)).size);
      expectRefused(await surface.getRepository('local', 'team/app/none'), 'NOT_FOUND');
      gateway.wait(60);
      expect(expectDone(await surface.listRepositories('local')).map(({ name }) => name)).not.toContain('team/app');
      expect(expectDone(await surface.getRepository('local', 'team/app/sub')).tags).toHaveLength(1);
    },
  ],
  [
    'a repository that is deleted twice is not found the second time',
    async ({ surface, registry, expectDone, expectRefused }) => {
      expectDone(await surface.deleteRepository('local', 'app'));
      registry.forget();
      expectRefused(await surface.deleteRepository('local', 'app'), 'NOT_FOUND', 'app');
      expect(writes(registry)).toEqual([]);
    },
  ],
  [
    'two deletions of one repository at once leave nothing, and nobody gets an internal error',
    async ({ surface, registry, expectRefused }) => {
      const results = await Promise.all([
        surface.deleteRepository('local', 'app'),
        surface.deleteRepository('local', 'app'),
      ]);
      expect(registry.store.tags('app')).toEqual([]);
      for (const result of results.filter(({ code }) => code !== null)) expectRefused(result, 'NOT_FOUND', 'app');
    },
  ],
  [
    'a repository can be pushed again after it was deleted',
    async ({ surface, registry, gateway, expectDone }) => {
      expectDone(await surface.deleteRepository('local', 'app'));
      seed(registry.store, 'app', 'again', buildImage({ labels: { v: '3' } }));
      gateway.wait(31);
      expect(expectDone(await surface.getRepository('local', 'app')).tags).toMatchObject([{ name: 'again' }]);
    },
  ],
  [
    'a registry that keeps what it was told to delete is told on, with what is left',
    async ({ surface, registry, expectRefused }) => {
      registry.fail({ kind: 'status', status: 500, body: upstreamText, method: 'DELETE', match: /sha256:(?!0{64})/ });
      expectRefused(await surface.deleteRepository('local', 'app'), 'DELETE_INCOMPLETE', 'app', 'local', 'v1');
      expect(registry.store.tags('app')).toEqual(['v1']);
    },
  ],
  [
    'a repository with a tag that cannot be read is not deleted by halves',
    async ({ surface, registry }) => {
      seed(registry.store, 'app', 'v2', buildImage({ labels: { v: '4' } }));
      registry.fail({ kind: 'wrongDigest', match: /app\/manifests\/v2/ });
      const { code } = await surface.deleteRepository('local', 'app');
      expect([code, registry.store.tags('app'), writes(registry)]).toEqual([
        'UPSTREAM_DIGEST_MISMATCH',
        ['v1', 'v2'],
        [],
      ]);
    },
  ],
];

const refusing: readonly [string, Behaviour][] = (['disabled', 'read-only'] as const).map(
  (why): [string, Behaviour] => [
    `where deleting is ${why} nothing is written, and the answer says what to change`,
    async ({ surface, gateway, expectRefused }) => {
      await using kept = await createMemoryRegistry(why === 'disabled' ? { deleteEnabled: false } : { readOnly: true });
      fill(kept);
      await gateway.attach('kept', kept.url);
      kept.forget();
      const refused = await surface.deleteRepository('kept', 'app');
      expectRefused(refused, why === 'disabled' ? 'DELETE_DISABLED' : 'READ_ONLY', 'kept');
      expect(refused.facts).toMatchObject({
        registry: 'kept',
        hint: expect.stringContaining(why === 'disabled' ? 'storage.delete.enabled' : 'readonly') as string,
      });
      expect(writes(kept)).toEqual([]);
      expect(kept.store.tags('app')).toEqual(['v1']);
      expect(kept.store.tags('library/registry')).toEqual(['latest']);
    },
  ],
);

/** Said by an admin, on the one surface that has it. */
async function protect(gateway: TestGateway, name: string, settings: object): Promise<void> {
  const found = await gateway.rest<{ id: string }>('GET', `/api/registries/${name}`);
  const { body } = await gateway.graphql<{ setProtection: { userErrors: unknown[] } }>(
    'mutation ($input: SetProtectionInput!) { setProtection(input: $input) { userErrors { code message } } }',
    { input: { registry: found.body.id, ...settings } },
  );
  expect(body.data?.setProtection.userErrors).toEqual([]);
}

const protecting: readonly [string, Behaviour][] = [
  [
    'in a registry that an admin set read-only nothing is deleted, by the admin neither, until that is ended',
    async ({ surface, gateway, registry, expectDone, expectRefused }) => {
      await protect(gateway, 'local', { readOnly: true });
      for (const access of [undefined, await gateway.accessAs('registries:rw')]) {
        const refused = await surface.deleteRepository('local', 'app', access);
        expectRefused(refused, 'READ_ONLY', 'local', 'Nothing was touched');
        expect(refused.facts).toMatchObject({
          registry: 'local',
          hint: expect.stringContaining('setProtection') as string,
        });
      }
      expect([registry.store.tags('app'), writes(registry)]).toEqual([['v1'], []]);
      await protect(gateway, 'local', { readOnly: false });
      expectDone(await surface.deleteRepository('local', 'app'));
    },
  ],
  [
    'a repository with a protected tag is not deleted, and the tag is named; its neighbours are',
    async ({ surface, gateway, registry, expectDone, expectRefused }) => {
      await protect(gateway, 'local', { rules: [{ repository: 'team/*', tag: 'v?' }] });
      const refused = await surface.deleteRepository('local', 'team/deep/er/name');
      expectRefused(refused, 'PROTECTED', 'team/deep/er/name', 'local', 'v1', 'team/*:v?', 'Nothing was touched');
      expect(refused.facts).toMatchObject({
        registry: 'local',
        tags: ['v1'],
        hint: expect.stringContaining('setProtection') as string,
      });
      expect([registry.store.tags('team/deep/er/name'), writes(registry)]).toEqual([['v1'], []]);
      expectDone(await surface.deleteRepository('local', 'app'));
    },
  ],
  [
    'what is protected leaves its registry with an admin only, and cannot be attached beside it',
    async ({ surface, gateway, registry, expectDone, expectRefused }) => {
      const access = await gateway.accessAs('registries:rw');
      for (const settings of [{ readOnly: true }, { readOnly: false, rules: [{ tag: 'v1' }] }]) {
        await protect(gateway, 'local', settings);
        registry.forget();
        expectRefused(await surface.removeRegistry('local', access), 'FORBIDDEN', 'local', 'admin');
        expectRefused(
          await surface.addRegistry({ name: 'beside', addr: registry.url }, access),
          'FORBIDDEN',
          'local',
          'admin',
        );
        expect(registry.requests).toEqual([]);
      }
      expectDone(await surface.addRegistry({ name: 'beside', addr: registry.url }));
      expectDone(await surface.removeRegistry('local'));
    },
  ],
];

const rights: readonly [string, Behaviour][] = [
  [
    'a reader reads, and may not delete, attach or detach',
    async ({ surface, gateway, registry, expectDone, expectRefused }) => {
      const access = await gateway.accessAs('registries:ro');
      expectDone(await surface.listRegistries(access));
      expectDone(await surface.getRegistry('local', access));
      expectDone(await surface.listRepositories('local', access));
      expectDone(await surface.getRepository('local', 'app', access));
      registry.forget();
      expectRefused(await surface.deleteRepository('local', 'app', access), 'FORBIDDEN', 'registries:rw');
      expectRefused(await surface.addRegistry({ name: 'mine', addr: registry.url }, access), 'FORBIDDEN');
      expectRefused(await surface.removeRegistry('local', access), 'FORBIDDEN');
      expect(registry.requests).toEqual([]);
      expect(expectDone(await surface.listRegistries())).toHaveLength(1);
    },
  ],
  [
    'an account with registries:rw may delete, attach and detach',
    async ({ surface, gateway, registry, expectDone }) => {
      const access = await gateway.accessAs('registries:rw');
      expectDone(await surface.deleteRepository('local', 'app', access));
      expectDone(await surface.addRegistry({ name: 'mine', addr: registry.url }, access));
      expectDone(await surface.removeRegistry('mine', access));
    },
  ],
  [
    'an account without a role may do nothing',
    async ({ surface, gateway, expectRefused }) => {
      const access = await gateway.accessAs();
      expectRefused(await surface.listRegistries(access), 'FORBIDDEN');
      expectRefused(await surface.getRepository('local', 'app', access), 'FORBIDDEN');
      expectRefused(await surface.deleteRepository('local', 'app', access), 'FORBIDDEN');
    },
  ],
  [
    'without a token nothing is told and nothing is asked',
    async ({ surface, registry, expectRefused }) => {
      registry.forget();
      expectRefused(await surface.listRegistries(null), 'UNAUTHENTICATED');
      expectRefused(await surface.getRegistry('local', null), 'UNAUTHENTICATED');
      expectRefused(await surface.getRegistry('nowhere', null), 'UNAUTHENTICATED');
      expectRefused(await surface.listRepositories('local', null), 'UNAUTHENTICATED');
      expectRefused(await surface.getRepository('local', 'app', null), 'UNAUTHENTICATED');
      expectRefused(await surface.getRepository('local', 'NOT A NAME', null), 'UNAUTHENTICATED');
      expectRefused(await surface.deleteRepository('local', 'app', null), 'UNAUTHENTICATED');
      expectRefused(await surface.addRegistry({ name: 'mine', addr: registry.url }, null), 'UNAUTHENTICATED');
      expectRefused(await surface.removeRegistry('local', null), 'UNAUTHENTICATED');
      expect(registry.requests).toEqual([]);
    },
  ],
  [
    'a token that is not valid is refused, however it is sent',
    async ({ surface, gateway, expectRefused }) => {
      const [, token = ''] = gateway.access.split(':');
      const bad: Record<string, string | string[]>[] = [
        { 'x-access-token': 'admin:wrong' },
        { 'x-access-token': `other:${token}` },
        { 'x-access-token': token },
        { 'x-access-token': `admin:${token.slice(0, -1)}${token.endsWith('a') ? 'b' : 'a'}` },
        { 'x-access-token': '' },
        { 'x-access-token': `ADMIN:${token}` },
        { 'x-access-token': [gateway.access, gateway.access] },
        { 'x-access-token': [gateway.access, 'admin:wrong'] },
        { 'x-access-token': gateway.access, authorization: `Bearer ${createToken()}` },
        { 'x-access-token': 'admin:wrong', authorization: 'Basic eA==' },
        { authorization: `Basic ${Buffer.from(gateway.access).toString('base64')}` },
        { authorization: 'Bearer ' },
      ];
      for (const headers of bad) expectRefused(await surface.listRegistries(null, headers), 'UNAUTHENTICATED');
    },
  ],
  [
    'a token is taken as Authorization: Bearer too, and beside itself',
    async ({ surface, gateway, expectDone }) => {
      const authorization = `Bearer ${gateway.access.split(':')[1]}`;
      expectDone(await surface.listRegistries(null, { authorization }));
      expectDone(await surface.listRegistries(null, { authorization, 'x-access-token': gateway.access }));
    },
  ],
  [
    'a good token is taken beside what a proxy or a netrc says in Authorization',
    async ({ surface, gateway, expectDone }) => {
      for (const authorization of ['Basic eA==', 'Bearer eyJhbGciOiJub25lIn0.e30.', 'Negotiate YII=', '']) {
        expectDone(await surface.listRegistries(null, { authorization, 'x-access-token': gateway.access }));
      }
    },
  ],
];

/** Logins are counted, so each of these has a gateway of its own. */
const loggingIn: readonly [string, Behaviour][] = [
  [
    'the right password gives a token that works, and wrong ones look alike',
    async ({ surface, expectDone, expectRefused }) => {
      const token = expectDone(await surface.logIn('admin', adminPassword), 200);
      expectDone(await surface.listRegistries(`admin:${token}`));
      const wrong = await surface.logIn('admin', 'guess');
      const unknown = await surface.logIn('nobody', 'guess');
      const odd = await surface.logIn('NO SUCH: user', '');
      for (const result of [wrong, unknown, odd]) {
        expectRefused(result, 'UNAUTHENTICATED');
        expect(result.message).toBe(wrong.message);
      }
    },
  ],
  [
    'a login is never refused for what it carries beside the password',
    async ({ surface, gateway, expectDone, expectRefused }) => {
      const carried: Record<string, string | string[]>[] = [
        { 'x-access-token': 'admin:undefined' },
        { 'x-access-token': `admin:${createToken()}` },
        { 'x-access-token': '' },
        { 'x-access-token': [gateway.access, gateway.access] },
        { 'x-access-token': gateway.access },
        { authorization: 'Basic eA==' },
        { authorization: `Bearer ${createToken()}` },
      ];
      for (const headers of carried) {
        const token = expectDone(await surface.logIn('admin', adminPassword, headers), 200);
        expectDone(await surface.listRegistries(`admin:${token}`));
      }
      expectRefused(await surface.logIn('admin', 'guess', { 'x-access-token': 'admin:undefined' }), 'UNAUTHENTICATED');
    },
  ],
  [
    'after five wrong passwords the next waits, and is told how long',
    async ({ surface, expectRefused }) => {
      for (let n = 0; n < 5; n++) expectRefused(await surface.logIn('admin', `guess ${n}`), 'UNAUTHENTICATED');
      const limited = await surface.logIn('admin', adminPassword);
      expectRefused(limited, 'RATE_LIMITED');
      expect(limited.facts['retryAfter']).toBeGreaterThan(0);
      if (surface.name === 'REST') expect(limited.headers.get('retry-after')).toBe(String(limited.facts['retryAfter']));
    },
  ],
];

/** A fault of everything the registry answers, and the code it must have. */
const sicknesses: readonly [string, FaultRule, string][] = [
  ['resets every connection', { kind: 'reset' }, 'UPSTREAM_UNREACHABLE'],
  ['never answers', { kind: 'hang' }, 'UPSTREAM_TIMEOUT'],
  ['answers 401', { kind: 'status', status: 401, body: upstreamText }, 'UPSTREAM_AUTH'],
  ['answers 403', { kind: 'status', status: 403, body: upstreamText }, 'UPSTREAM_AUTH'],
  ['answers 429', { kind: 'rateLimit', retryAfter: '7' }, 'UPSTREAM_RATE_LIMITED'],
  ['answers 429 for a day', { kind: 'rateLimit', retryAfter: '86400' }, 'UPSTREAM_RATE_LIMITED'],
  [
    'answers 500',
    { kind: 'status', status: 500, body: `<pre>panic: ${upstreamText}\n    at /srv/app.js:1</pre>` },
    'UPSTREAM_ERROR',
  ],
  ['answers 503', { kind: 'status', status: 503, body: upstreamText }, 'UPSTREAM_ERROR'],
  ['answers no JSON', { kind: 'garbage' }, 'UPSTREAM_INVALID'],
  ['answers with a login page', { kind: 'html' }, 'UPSTREAM_INVALID'],
  ['breaks off its answers', { kind: 'truncate' }, 'UPSTREAM_INVALID'],
  [
    'redirects to where nothing is',
    { kind: 'redirect', location: `http://127.0.0.1:1/${upstreamText}` },
    'UPSTREAM_UNREACHABLE',
  ],
  ['redirects in a circle', { kind: 'redirect', location: `/${upstreamText}` }, 'UPSTREAM_BLOCKED'],
  ['redirects to what is no http', { kind: 'redirect', location: `file:///${upstreamText}` }, 'UPSTREAM_BLOCKED'],
  ['sends more than anyone should read', { kind: 'oversize', bytes: 300_000, gzip: true }, 'UPSTREAM_TOO_LARGE'],
  [
    'asks for the password to be sent elsewhere',
    {
      kind: 'status',
      status: 401,
      body: upstreamText,
      headers: { 'WWW-Authenticate': 'Bearer realm="http://thief.example/token",service="x"' },
    },
    'UPSTREAM_REALM_REFUSED',
  ],
];

const failing: readonly [string, Behaviour][] = [
  ...sicknesses.map(([what, fault, code]): [string, Behaviour] => [
    `a registry that ${what} is ${code} with its name, for attaching, listing, reading and deleting`,
    async ({ surface, expectRefused, expectDone }) => {
      await using sick = await createMemoryRegistry();
      fill(sick);
      const attached = { name: 'sick', addr: sick.url, username: 'ann', password: registryPassword };
      // It answers the ping, so that it can be attached, and nothing else.
      sick.fail({ ...fault, match: ({ path }) => !path.endsWith('/v2/') });
      expectDone(await surface.addRegistry(attached));
      sick.heal();
      sick.fail(fault);
      sick.forget();
      const attach = await surface.addRegistry({ ...attached, name: 'sick-too' });
      let list = await surface.listRepositories('sick');
      // While the first crawl waits for what never comes, it is being indexed, and that is no failure yet.
      if (fault.kind === 'hang') await until(async () => (list = await surface.listRepositories('sick')).code !== null);
      const results = {
        attach,
        list,
        get: await surface.getRepository('sick', 'app'),
        delete: await surface.deleteRepository('sick', 'app'),
      };
      for (const result of Object.values(results)) {
        // A login page at /v2/ is what a registry behind a proxy may be: only the API's own answers count there.
        if (
          result === results.attach &&
          ['garbage', 'html', 'truncate', 'oversize'].includes(fault.kind) &&
          result.code === null
        )
          continue;
        // Who may ping and not list has a registry without a catalogue: what is known of it is listed, which is
        // nothing.
        if (result === results.list && code === 'UPSTREAM_AUTH') expect(expectDone(results.list)).toEqual([]);
        else expectRefused(result, code, 'sick');
      }
      expect(results.get.facts['registry']).toBe('sick');
      if (code === 'UPSTREAM_RATE_LIMITED') {
        expect(results.get.facts['retryAfter']).toBeLessThanOrEqual(300);
        if (surface.name === 'REST') expect(Number(results.get.headers.get('retry-after'))).toBeGreaterThan(0);
      }
      expect(sick.store.tags('app')).toEqual(['v1']);
      expect(writes(sick)).toEqual([]);
      expect(expectDone(await surface.listRegistries()).map(({ name }) => name)).toEqual(
        expect.arrayContaining(['local', 'sick']),
      );
      expect(expectDone(await surface.listRepositories('local'))).toHaveLength(3);
    },
  ]),
  [
    'a registry whose catalogue never ends is UPSTREAM_PAGINATION',
    async ({ surface, expectDone, expectRefused }) => {
      for (const kind of ['endlessPages', 'repeatedLast'] as const) {
        await using endless = await createMemoryRegistry();
        endless.fail({ kind, match: /_catalog/ });
        expectDone(await surface.addRegistry({ name: kind, addr: endless.url }));
        expectRefused(await surface.listRepositories(kind), 'UPSTREAM_PAGINATION', kind);
      }
    },
  ],
  [
    'a registry with a certificate of another authority is UPSTREAM_TLS, and its own authority lets it in',
    async ({ surface, gateway, expectRefused, expectDone }) => {
      const authority = createAuthority();
      const tls = authority.issue();
      await using first = await createMemoryRegistry({ tls });
      fill(first);
      expectRefused(await surface.addRegistry({ name: 'tls', addr: first.url }), 'UPSTREAM_TLS', 'tls');
      expectDone(await surface.addRegistry({ name: 'tls', addr: first.url, caCertificate: authority.certificate }));
      expectDone(await surface.addRegistry({ name: 'unchecked', addr: first.url, tlsSkipVerify: true }));
      await first.close();
      await using second = await createMemoryRegistry({
        tls: createAuthority('Other CA').issue(),
        port: Number(new URL(first.url).port),
        store: first.store,
      });
      await gateway.crawl('tls');
      expect(expectDone(await surface.listRepositories('tls'), 200)).toHaveLength(3);
      expectRefused(await surface.getRepository('tls', 'never/seen'), 'UPSTREAM_TLS', 'tls');
      expectRefused(await surface.deleteRepository('tls', 'app'), 'UPSTREAM_TLS', 'tls');
      expect(second.requests).toEqual([]);
      expect(expectDone(await surface.listRepositories('unchecked'))).toHaveLength(3);
    },
  ],
  [
    'a registry that is gone gives its last known state, and deletes nothing',
    async ({ surface, registry, gateway, expectDone, expectRefused }) => {
      const before = expectDone(await surface.listRepositories('local'));
      await registry.close();
      gateway.wait(3600);
      expect(expectDone(await surface.listRepositories('local'), 200)).toEqual(before);
      expect(expectDone(await surface.getRepository('local', 'app'), 200)).toEqual(before[0]);
      expectRefused(await surface.getRepository('local', 'never/seen'), 'UPSTREAM_UNREACHABLE', 'local');
      expectRefused(await surface.deleteRepository('local', 'app'), 'UPSTREAM_UNREACHABLE', 'local');
      expect(expectDone(await surface.listRepositories('local'))).toEqual(before);
    },
  ],
  [
    'one broken tag and one broken repository fail no list',
    async ({ surface, gateway, expectDone }) => {
      await using registry = await createMemoryRegistry();
      fill(registry);
      registry.store.setTag('app', 'dangling', `sha256:${'a'.repeat(64)}`);
      registry.fail({ kind: 'garbage', match: /registry\/manifests/ });
      registry.fail({ kind: 'status', status: 500, body: upstreamText, match: /deep\/er\/name\/tags/ });
      await gateway.attach('broken', registry.url);
      const listed = expectDone(await surface.listRepositories('broken'), 200);
      expect(listed.map(({ name }) => name)).toEqual(['app', 'library/registry', 'team/deep/er/name']);
      expect(listed[0]!.tags).toEqual([
        { name: 'dangling', imageId: '' },
        { name: 'v1', imageId: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
      ]);
      expect(listed[1]!.tags).toEqual([{ name: 'latest', imageId: '' }]);
      expect(listed[2]).toMatchObject({ tags: [], size: 0 });
    },
  ],
];

const attaching: readonly [string, Behaviour][] = [
  [
    'a registry is attached, read and detached',
    async ({ surface, expectDone, expectRefused }) => {
      await using other = await createMemoryRegistry({ auth: { mode: 'basic', users: { ann: registryPassword } } });
      fill(other);
      expectDone(
        await surface.addRegistry({
          name: 'other',
          addr: `${other.url}/`,
          username: 'ann',
          password: registryPassword,
        }),
        surface.name === 'REST' ? 204 : 200,
      );
      expect(expectDone(await surface.getRegistry('other')).addr).toBe(other.url);
      expect(expectDone(await surface.listRepositories('other'))).toHaveLength(3);
      expectDone(await surface.removeRegistry('other'), surface.name === 'REST' ? 204 : 200);
      expectRefused(await surface.getRegistry('other'), 'NOT_FOUND', 'other');
      expect(expectDone(await surface.listRegistries()).map(({ name }) => name)).toEqual(['local']);
      expect(writes(other)).toEqual([]);
      expectDone(
        await surface.addRegistry({ name: 'other', addr: other.url, username: 'ann', password: registryPassword }),
      );
    },
  ],
  [
    'a name that is taken is a conflict, and the first stays as it was',
    async ({ surface, registry, expectDone, expectRefused }) => {
      await using other = await createMemoryRegistry();
      expectRefused(await surface.addRegistry({ name: 'local', addr: other.url }), 'CONFLICT', 'local');
      expect(expectDone(await surface.getRegistry('local')).addr).toBe(registry.url);
    },
  ],
  [
    'two registries that take a name at once do not both get it',
    async ({ surface, registry }) => {
      const results = await Promise.all([1, 2, 3].map(() => surface.addRegistry({ name: 'race', addr: registry.url })));
      expect(results.map(({ code }) => String(code)).toSorted()).toEqual(['CONFLICT', 'CONFLICT', 'null']);
    },
  ],
  [
    'a registry that cannot be reached, or that refuses the password, is not attached',
    async ({ surface, expectDone, expectRefused }) => {
      await using closed = await createMemoryRegistry({ auth: { mode: 'basic', users: { ann: 'another' } } });
      expectRefused(
        await surface.addRegistry({ name: 'closed', addr: closed.url, username: 'ann', password: registryPassword }),
        'UPSTREAM_AUTH',
        'closed',
        'Nothing was changed',
      );
      await closed.close();
      expectRefused(
        await surface.addRegistry({ name: 'closed', addr: closed.url, username: 'ann', password: registryPassword }),
        'UPSTREAM_UNREACHABLE',
        'closed',
      );
      expect(expectDone(await surface.listRegistries())).toHaveLength(1);
    },
  ],
  ...(
    [
      ['a name with a slash', { name: 'a/b' }],
      ['an empty name', { name: '' }],
      ['an address without a scheme', { addr: '127.0.0.1:5000' }],
      ['a file', { addr: 'file:///etc/passwd' }],
      ['a socket', { addr: 'unix:/var/run/docker.sock' }],
      ['an address with a password', { addr: `http://ann:${registryPassword}@127.0.0.1:1` }],
      ['an address with a query', { addr: 'http://127.0.0.1:1/?x=1' }],
      ['a user name with a colon', { username: 'a:b', password: registryPassword }],
      ['a certificate that is none', { caCertificate: 'not PEM' }],
    ] as const
  ).map(([what, wrong]): [string, Behaviour] => [
    `attaching with ${what} is refused before anything is asked`,
    async ({ surface, registry, expectRefused, expectDone }) => {
      registry.forget();
      expectRefused(await surface.addRegistry({ name: 'new', addr: registry.url, ...wrong }), 'BAD_USER_INPUT');
      expect(registry.requests).toEqual([]);
      expect(expectDone(await surface.listRegistries())).toHaveLength(1);
    },
  ]),
];

describe.each([
  ['GraphQL', createGraphQLSurface, 0],
  ['REST', createRestSurface, 1],
])('on %s', (_, createSurface, turn) => {
  let gateway: TestGateway;
  let world: BehaviourWorld;

  const begin = async (): Promise<void> => {
    gateway = await startGateway({
      upstream: { timeouts: { headers: 1500 }, limits: { pages: 20, ping: 64_000, page: 200_000, manifest: 200_000 } },
    });
  };
  const end = async (): Promise<void> => {
    await gateway[Symbol.asyncDispose]();
    const logged = JSON.stringify(gateway.log);
    for (const secret of [registryPassword, adminPassword, gateway.access.split(':')[1]!])
      expect(logged).not.toContain(secret);
    expect(gateway.log.filter(({ level }) => Number(level) >= 50)).toEqual([]);
  };
  const attachOne = async (): Promise<void> => {
    const registry = await createMemoryRegistry();
    fill(registry);
    await gateway.attach('local', registry.url);
    world = { gateway, registry, surface: createSurface(gateway), expectRefused, expectDone };
  };
  const detachAll = async (): Promise<void> => {
    await world.registry.close();
    const { body } = await gateway.rest<{ name: string }[]>('GET', '/api/registries');
    for (const { name } of body) await gateway.rest('DELETE', `/api/registries/${name}`);
  };

  describe('the catalogue', () => {
    beforeAll(begin);
    afterAll(end);
    beforeEach(attachOne);
    afterEach(detachAll);
    // In `npm test` each sickness is met on one of both, by turns.
    const sick = failing.filter((_behaviour, at) => isFullRun || (at + turn) % 2 === 0);
    const all = [...reading, ...deleting, ...refusing, ...protecting, ...rights, ...sick, ...attaching];
    test.each(all)('%s', async (_name, behaviour) => behaviour(world));
  });

  describe('the door', () => {
    beforeEach(begin);
    beforeEach(attachOne);
    afterEach(async () => world.registry.close());
    afterEach(end);
    test.each(loggingIn)('%s', async (_name, behaviour) => behaviour(world));
  });

  function expectRefused(result: Result<unknown>, code: string, ...words: string[]): void {
    expect({ code: result.code, value: result.value }).toEqual({ code, value: null });
    for (const word of words) expect(result.message).toContain(word);
    for (const leak of leaks) expect(result.text).not.toContain(leak);
    if (world.surface.name === 'REST') {
      const isAway = code.startsWith('UPSTREAM_') && result.facts['retryAfter'] !== undefined;
      const isValue = code === 'BAD_USER_INPUT' && result.hasBody;
      expect(result.status).toBe(isAway ? 503 : isValue ? 422 : restStatus[code]);
      expect(result.facts['requestId']).toBe(result.headers.get('x-request-id'));
    } else expect(result.status).toBe(code === 'UNAUTHENTICATED' && !result.text.includes('userErrors') ? 401 : 200);
  }

  function expectDone<T>(result: Result<T>, status?: number): T {
    expect({ code: result.code, message: result.message }).toEqual({ code: null, message: '' });
    if (status !== undefined) expect(result.status).toBe(status);
    for (const leak of leaks) expect(result.text).not.toContain(leak);
    return result.value!;
  }
});
