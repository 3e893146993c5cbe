import { createMemoryRegistry } from '../support/registry/server.js';
import { adminPassword, startGateway, type TestGateway } from '../support/worlds/gateway.js';
import { createPerson, createPrincipals, done, logIn, password, passwordOf, type PrincipalName } from './principals.js';

const nobody = '00000000-0000-4000-8000-000000000000';
const refused: readonly PrincipalName[] = ['anonymous', 'disabled', 'expired', "other's token"];
const everybody: readonly PrincipalName[] = ['ro', 'rw', 'admin', 'ro key', 'admin key'];
const admins: readonly PrincipalName[] = ['admin', 'admin key'];

interface RouteCase {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  /** Where it differs by who asks. */
  readonly bodyOf?: (principal: PrincipalName) => unknown;
  readonly may: readonly PrincipalName[];
  readonly status: number;
}

/** Of things that are not there, so that nobody changes what the next one meets. */
const cases: readonly RouteCase[] = [
  { method: 'GET', path: '/api/accounts', may: admins, status: 200 },
  { method: 'GET', path: '/api/accounts/admin', may: admins, status: 200 },
  { method: 'GET', path: '/api/accounts/ro', may: ['ro', ...admins], status: 200 },
  { method: 'POST', path: '/api/accounts', body: { username: 'none', password: 'short' }, may: ['admin'], status: 422 },
  { method: 'DELETE', path: '/api/accounts/none', may: ['admin'], status: 404 },
  { method: 'GET', path: '/api/roles', may: everybody, status: 200 },
  { method: 'GET', path: '/api/roles/admin', may: everybody, status: 200 },
  { method: 'GET', path: '/api/roles/none', may: everybody, status: 404 },
  { method: 'GET', path: '/api/servicekeys', may: everybody, status: 200 },
  {
    method: 'POST',
    path: '/api/servicekeys',
    body: { description: 'x', expires_in_days: 0 },
    may: ['ro', 'rw', 'admin'],
    status: 422,
  },
  { method: 'DELETE', path: '/api/servicekeys', body: { key: nobody }, may: everybody, status: 404 },
  { method: 'DELETE', path: `/api/servicekeys/${nobody}`, may: everybody, status: 404 },
  {
    method: 'POST',
    path: '/account/changepassword',
    bodyOf: (principal) => ({ password: 'short', old_password: passwordOf(principal) }),
    may: ['ro', 'rw', 'admin'],
    status: 422,
  },
];

describe('each route', () => {
  let gateway: TestGateway;
  let principals: Awaited<ReturnType<typeof createPrincipals>>;

  beforeAll(async () => {
    gateway = await startGateway();
    principals = await createPrincipals(gateway);
  });
  afterAll(() => gateway[Symbol.asyncDispose]());

  const cells = cases.flatMap((route) => [...refused, ...everybody].map((principal) => ({ ...route, principal })));

  test.each(cells)('$method $path answers $principal as its rights are', async ({ principal, may, ...route }) => {
    const { method, path, bodyOf, body = bodyOf?.(principal), status: wanted } = route;
    const answer = await gateway.rest(method, path, { ...principals[principal], body });
    expect(answer.status).toBe(refused.includes(principal) ? 401 : may.includes(principal) ? wanted : 403);
  });
});

test('accounts have the documented shape, and are made, changed and removed as its clients do', async () => {
  await using gateway = await startGateway();
  const body = { first_name: 'Ann', last_name: 'A', username: 'ann', password, roles: ['registries:ro'] };
  expect((await gateway.rest('POST', '/api/accounts', { body })).status).toBe(204);
  const { body: ann } = await gateway.rest<{ id: string }>('GET', '/api/accounts/ann');
  expect(ann).toEqual({ id: expect.any(String) as string, username: 'ann', roles: ['registries:ro'] });
  expect((await gateway.rest('GET', '/api/accounts')).body).toEqual([
    { id: expect.any(String) as string, username: 'admin', roles: ['admin'] },
    ann,
  ]);
  expect((await gateway.rest('POST', '/api/accounts', { body })).status).toBe(409);
  const changed = { username: 'ann', password: '', roles: ['registries:rw'] };
  expect((await gateway.rest('POST', '/api/accounts', { body: changed })).status).toBe(204);
  expect((await gateway.rest('GET', '/api/accounts/ann')).body).toMatchObject({ roles: ['registries:rw'] });
  const wrong = { username: 'ann', roles: ['containers:ro'] };
  expect((await gateway.rest('POST', '/api/accounts', { body: wrong })).body).toMatchObject({
    error: { code: 'BAD_USER_INPUT', path: ['roles'] },
  });
  expect((await gateway.rest('DELETE', '/api/accounts/admin')).body).toMatchObject({ error: { code: 'LAST_ADMIN' } });
  expect((await gateway.rest('DELETE', '/api/accounts/ann?dry_run=true')).status).toBe(400);
  expect((await gateway.rest('DELETE', '/api/accounts/ann')).status).toBe(204);
  expect((await gateway.rest('GET', '/api/accounts/ann')).status).toBe(404);
});

test('roles have the documented shape', async () => {
  await using gateway = await startGateway();
  const { body } = await gateway.rest<{ role_name: string }[]>('GET', '/api/roles');
  expect(body.map(({ role_name }) => role_name)).toEqual(['admin', 'registries:rw', 'registries:ro']);
  expect((await gateway.rest('GET', '/api/roles/registries:ro')).body).toEqual({
    role_name: 'registries:ro',
    description: 'Registries Read Only',
    rules: [{ path: '/api/registries', methods: ['GET'] }],
  });
});

test('a password is changed by whoever has the old one, with a token of the account or without', async () => {
  await using gateway = await startGateway();
  const ann = await createPerson(gateway, 'ann', 'registries:ro');
  const change = async (body: object, access: string | null): Promise<number> =>
    (await gateway.rest('POST', '/account/changepassword', { body, access })).status;
  expect(await change({ password: 'another password' }, ann.access)).toBe(422);
  expect(await change({ password: 'another password', old_password: 'guess' }, ann.access)).toBe(401);
  expect(await change({ password: 'another password', old_password: password }, null)).toBe(401);
  expect(await change({ password: 'another password', old_password: password }, ann.access)).toBe(204);
  const { oneTimePassword } = await done<{ oneTimePassword: string }>(
    gateway,
    'resetPassword',
    { username: 'ann' },
    'oneTimePassword',
  );
  const login = { username: 'ann', password: oneTimePassword };
  expect((await gateway.rest('POST', '/auth/login', { body: login, access: null })).status).toBe(403);
  // A browser sends the token that has ended, too.
  expect(await change({ username: 'ann', password, old_password: oneTimePassword }, ann.access)).toBe(204);
  await logIn(gateway, 'ann', password);
});

test('the routes of service keys end no other token, by its id or by itself', async () => {
  await using gateway = await startGateway();
  const selection = 'secret token { id }';
  const made = await done<{ secret: string; token: { id: string } }>(gateway, 'createToken', {}, selection);
  const answers = [
    await gateway.rest('DELETE', `/api/servicekeys/${made.token.id}`),
    await gateway.rest('DELETE', '/api/servicekeys', { body: { key: made.token.id } }),
    await gateway.rest('DELETE', '/api/servicekeys', { body: { key: made.secret } }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
  expect((await gateway.rest('GET', '/api/roles', { access: `admin:${made.secret}` })).status).toBe(200);
});

test('a service key is made, used, listed without itself, and deleted by itself, by its id, and as it is listed', async () => {
  await using gateway = await startGateway();
  interface Key {
    readonly id: string;
    readonly key: string;
  }
  const create = async (body: object): Promise<Key> => {
    const answer = await gateway.rest<Key>('POST', '/api/servicekeys', { body });
    expect(answer.headers.get('cache-control')).toBe('no-store, no-transform');
    return answer.body;
  };
  const made = await create({ description: 'build', roles: ['registries:ro'], expires_in_days: 30 });
  expect(made).toMatchObject({
    key: expect.stringMatching(/^rgs_[0-9A-Za-z]{38}$/) as string,
    description: 'build',
    username: 'admin',
    roles: ['registries:ro'],
    last_used_at: null,
  });
  const use = async (key: string, more: Record<string, string> = {}): Promise<number> =>
    (await gateway.rest('GET', '/api/registries', { access: null, headers: { 'x-service-key': key, ...more } })).status;
  expect(await use(made.key)).toBe(200);
  const attach = { access: null, headers: { 'x-service-key': made.key }, body: { name: 'a', addr: 'http://a' } };
  expect((await gateway.rest('POST', '/api/registries', attach)).status).toBe(403);
  expect((await gateway.rest('GET', '/api/servicekeys')).body).toMatchObject([
    { id: made.id, key: made.id, last_used_from: '127.0.0.1' },
  ]);
  const others = [await create({ description: 'second' }), await create({}), await create({ description: 'by id' })];
  expect(await use(made.key, { 'x-access-token': gateway.access })).toBe(401);
  expect(await use(made.key, { authorization: `Bearer ${gateway.access.split(':')[1]}` })).toBe(401);
  expect(await use(made.key, { authorization: 'Basic eA==' })).toBe(200);
  expect(await use(`${made.key}, ${made.key}`)).toBe(401);
  expect(await use(gateway.access.split(':')[1]!)).toBe(401);
  expect((await gateway.rest('GET', '/api/registries', { access: `admin:${made.key}` })).status).toBe(401);
  const remove = async (path: string, body?: object): Promise<number> =>
    (await gateway.rest('DELETE', path, { body })).status;
  expect(await remove('/api/servicekeys', { key: others[0]!.key })).toBe(204);
  expect(await remove('/api/servicekeys', { key: others[1]!.id })).toBe(204);
  expect(await remove(`/api/servicekeys/${others[2]!.id}`)).toBe(204);
  for (const { key } of others) expect(await use(key)).toBe(401);
  expect(await remove('/api/servicekeys')).toBe(400);
  expect(await remove('/api/servicekeys', { key: 'x' })).toBe(404);
  expect((await gateway.rest<Key[]>('GET', '/api/servicekeys')).body).toHaveLength(1);
  const late = { access: await logIn(gateway, 'admin', adminPassword) };
  await createPerson(gateway, 'ann', 'admin');
  await done(gateway, 'updateAccount', { username: 'admin', disabled: true }, 'endedTokens', late);
  expect(await use(made.key)).toBe(401);
});

test('an account is saved with its grants, which become just those, and keeps them where none are named', async () => {
  await using gateway = await startGateway();
  await using registry = await createMemoryRegistry();
  await gateway.attach('local', registry.url);
  const save = (more: object) =>
    gateway.rest<{ code?: string }>('POST', '/api/accounts', { body: { username: 'ann', ...more } });
  const grantsOf = async () =>
    (
      await gateway.rest<{ grants?: { registry: string; repositories: string; right: string }[] }>(
        'GET',
        '/api/accounts/ann',
      )
    ).body.grants?.map(({ registry, repositories, right }) => `${registry}:${repositories}:${right}`);
  const [read, remove] = [
    { registry: '*', repositories: 'a/*', right: 'READ' },
    { registry: 'local', repositories: 'b', right: 'DELETE' },
  ];
  expect((await save({ password, roles: ['registries:ro'], grants: [read, remove] })).status).toBe(204);
  expect(await grantsOf()).toEqual(['*:a/*:READ', 'local:b:DELETE']);
  expect((await save({ roles: ['registries:ro'] })).status).toBe(204);
  expect(await grantsOf()).toHaveLength(2);
  // What is there already is not given again, whichever way its registry is named.
  const { body } = await gateway.graphql<{ registry: { id: string } }>('{ registry(name: "local") { id } }');
  const registryId = body.data!.registry.id;
  const entries = async (): Promise<number> =>
    (await gateway.graphql<{ auditLog: { totalCount: number } }>('{ auditLog { totalCount } }')).body.data!.auditLog
      .totalCount;
  const before = await entries();
  const greater = { ...read, right: 'DELETE' };
  expect((await save({ grants: [{ ...remove, registry: registryId }, greater] })).status).toBe(204);
  expect(await grantsOf()).toEqual(['*:a/*:DELETE', 'local:b:DELETE']);
  // One of the account, and one of the grant.
  expect(await entries()).toBe(before + 2);
  expect((await save({ grants: [remove] })).status).toBe(204);
  expect(await grantsOf()).toEqual(['local:b:DELETE']);
  expect(await save({ grants: [{ ...read, registry: 'none' }] })).toMatchObject({ status: 404 });
  expect(await save({ grants: [{ ...read, right: 'OWN' }] })).toMatchObject({ status: 422 });
  expect((await save({ grants: [] })).status).toBe(204);
  expect(await grantsOf()).toBeUndefined();
  const ann = await logIn(gateway, 'ann', password);
  const asAnn = { access: ann, body: { username: 'ann', grants: [greater] } };
  expect((await gateway.rest('POST', '/api/accounts', asAnn)).status).toBe(403);
  await done(gateway, 'createTeam', { name: 'builders', members: ['ann'] }, 'team { id }');
  expect((await gateway.rest('GET', '/api/accounts/ann', { access: ann })).body).toMatchObject({ teams: ['builders'] });
});
