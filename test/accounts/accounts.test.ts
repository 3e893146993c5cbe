import { readFileSync } from 'node:fs';
import { adminPassword, startGateway, type TestGateway } from '../support/worlds/gateway.js';
import { codesOf, createKey, createPerson, done, logIn, password } from './principals.js';

const whoAmI = '{ viewer { username roles } }';
const update = 'mutation ($input: UpdateAccountInput!) { updateAccount(input: $input) { userErrors { code } } }';
const remove = 'mutation ($input: DeleteAccountInput!) { deleteAccount(input: $input) { userErrors { code } } }';
const reset = 'mutation ($input: ResetPasswordInput!) { resetPassword(input: $input) { userErrors { code } } }';

interface Entry {
  readonly actor: string;
  readonly action: string;
  readonly outcome: string;
  readonly code: string | null;
  readonly details: Record<string, unknown> | null;
}

async function readEntries(gateway: TestGateway, first: number): Promise<readonly Entry[]> {
  const query = '{ auditLog(first: 100) { nodes { actor action outcome code details } } }';
  const { body } = await gateway.graphql<{ auditLog: { nodes: Entry[] } }>(query);
  return body.data!.auditLog.nodes.slice(0, first).toReversed();
}

test('accounts are listed by name, page by page, and by their filter', async () => {
  await using gateway = await startGateway();
  for (const [username, role] of [
    ['dora', 'REGISTRIES_READ'],
    ['ben', 'REGISTRIES_WRITE'],
    ['ann', 'REGISTRIES_READ'],
  ])
    await done(gateway, 'createAccount', { username, password, roles: [role] }, 'account { username }');
  await done(gateway, 'createAccount', { username: 'robot', roles: [], canLogIn: false }, 'oneTimePassword');
  await done(gateway, 'updateAccount', { username: 'ben', disabled: true }, 'account { disabledAt }');
  interface Listed {
    readonly accounts: {
      readonly nodes: { username: string }[];
      readonly totalCount: number;
      readonly pageInfo: { endCursor: string; hasNextPage: boolean; hasPreviousPage: boolean };
    };
  }
  const list = async (args: string): Promise<Listed['accounts']> => {
    const page = 'pageInfo { endCursor hasNextPage hasPreviousPage }';
    const query = `{ accounts(${args}) { nodes { username } totalCount ${page} } }`;
    return (await gateway.graphql<Listed>(query)).body.data!.accounts;
  };
  const namesOf = async (args: string): Promise<string[]> => (await list(args)).nodes.map(({ username }) => username);
  const first = await list('first: 2');
  expect(first).toMatchObject({
    nodes: [{ username: 'admin' }, { username: 'ann' }],
    totalCount: 5,
    pageInfo: { hasNextPage: true, hasPreviousPage: false },
  });
  expect(await namesOf(`first: 2, after: "${first.pageInfo.endCursor}"`)).toEqual(['ben', 'dora']);
  expect(await namesOf('filter: { nameContains: "AN" }')).toEqual(['ann']);
  expect(await namesOf('filter: { nameContains: "%" }')).toEqual([]);
  expect(await namesOf('filter: { role: REGISTRIES_READ }')).toEqual(['ann', 'dora']);
  expect(await namesOf('filter: { disabled: true }')).toEqual(['ben']);
  expect(await namesOf('filter: { disabled: false, role: REGISTRIES_WRITE }')).toEqual([]);
  const { body } = await gateway.graphql('{ account(username: "robot") { hasPassword roles disabledAt } }');
  expect(body.data).toEqual({ account: { hasPassword: false, roles: [], disabledAt: null } });
  expect(await codesOf(gateway, '{ accounts(after: "x") { nodes { username } } }')).toEqual(['BAD_USER_INPUT']);
  expect(await codesOf(gateway, '{ accounts(first: 101) { nodes { username } } }')).toEqual(['BAD_USER_INPUT']);
  expect(await codesOf(gateway, '{ account(username: "none") { username } }')).toEqual(['NOT_FOUND']);
});

test('a change of roles is effective on the next request, of tokens and of service keys', async () => {
  await using gateway = await startGateway();
  const ann = await createPerson(gateway, 'ann', 'registries:rw');
  const key = { access: null, headers: { 'x-service-key': await createKey(gateway, ann) } };
  const rolesOf = async (options: typeof ann | typeof key): Promise<unknown> =>
    (await gateway.graphql<{ viewer: { roles: string[] } }>(whoAmI, {}, options)).body.data?.viewer?.roles;
  expect([await rolesOf(ann), await rolesOf(key)]).toEqual([['REGISTRIES_WRITE'], ['REGISTRIES_WRITE']]);
  await done(gateway, 'updateAccount', { username: 'ann', roles: ['ADMIN'] }, 'endedTokens');
  expect([await rolesOf(ann), await rolesOf(key)]).toEqual([['REGISTRIES_WRITE'], ['REGISTRIES_WRITE']]);
  await done(gateway, 'updateAccount', { username: 'ann', roles: ['REGISTRIES_READ'] }, 'endedTokens');
  expect([await rolesOf(ann), await rolesOf(key)]).toEqual([['REGISTRIES_READ'], ['REGISTRIES_READ']]);
  await done(gateway, 'updateAccount', { username: 'ann', roles: ['ADMIN'] }, 'endedTokens');
  expect([await rolesOf(ann), await rolesOf(key)]).toEqual([['REGISTRIES_READ'], ['REGISTRIES_READ']]);
  await done(gateway, 'updateAccount', { username: 'ann', roles: [] }, 'endedTokens');
  expect(await codesOf(gateway, whoAmI, {}, ann)).toEqual(['FORBIDDEN']);
});

test('a disabled account is nobody until it is enabled, and its tokens stay ended', async () => {
  await using gateway = await startGateway();
  const ann = await createPerson(gateway, 'ann', 'registries:rw');
  const key = { access: null, headers: { 'x-service-key': await createKey(gateway, ann) } };
  const disabled = { username: 'ann', disabled: true };
  expect(await done(gateway, 'updateAccount', disabled, 'endedTokens account { disabledAt roles }')).toMatchObject({
    endedTokens: 2,
    account: { disabledAt: expect.any(String) as string, roles: ['REGISTRIES_WRITE'] },
  });
  const login = 'mutation ($input: LoginInput!) { login(input: $input) { token userErrors { code } } }';
  expect(await codesOf(gateway, login, { input: { username: 'ann', password } })).toEqual(['UNAUTHENTICATED']);
  await done(gateway, 'updateAccount', { username: 'ann', disabled: false }, 'account { disabledAt }');
  expect(await codesOf(gateway, whoAmI, {}, ann)).toEqual(['UNAUTHENTICATED']);
  expect(await codesOf(gateway, whoAmI, {}, key)).toEqual(['UNAUTHENTICATED']);
  await logIn(gateway, 'ann', password);
});

test('a removed account is gone with its tokens and keys, and its name can be taken again', async () => {
  await using gateway = await startGateway();
  const ann = await createPerson(gateway, 'ann', 'registries:rw');
  const key = { access: null, headers: { 'x-service-key': await createKey(gateway, ann) } };
  await done(gateway, 'deleteAccount', { username: 'ann' }, 'deletedUsername');
  for (const options of [ann, key]) expect(await codesOf(gateway, whoAmI, {}, options)).toEqual(['UNAUTHENTICATED']);
  await createPerson(gateway, 'ann', 'registries:ro');
  expect(await codesOf(gateway, whoAmI, {}, ann)).toEqual(['UNAUTHENTICATED']);
});

test('the last admin who can log in is neither removed, nor disabled, demoted or reset', async () => {
  await using gateway = await startGateway();
  await done(gateway, 'createAccount', { username: 'robot', roles: ['ADMIN'], canLogIn: false }, 'account { roles }');
  await done(gateway, 'createAccount', { username: 'new', roles: ['ADMIN'] }, 'oneTimePassword');
  const attempts: [string, Record<string, unknown>][] = [
    [update, { username: 'admin', roles: ['REGISTRIES_WRITE'] }],
    [update, { username: 'admin', disabled: true }],
    [remove, { username: 'admin' }],
    [reset, { username: 'admin' }],
  ];
  for (const [query, input] of attempts) expect(await codesOf(gateway, query, { input })).toEqual(['LAST_ADMIN']);
  await createPerson(gateway, 'ann', 'admin');
  expect(await codesOf(gateway, update, { input: { username: 'admin', roles: [] } })).toEqual([]);
});

test('of two admins who take each other away at once one stays', async () => {
  await using gateway = await startGateway();
  const ann = await createPerson(gateway, 'ann', 'admin');
  const codes = await Promise.all([
    codesOf(gateway, update, { input: { username: 'ann', roles: [] } }),
    codesOf(gateway, update, { input: { username: 'admin', roles: [] } }, ann),
  ]);
  expect(codes.flat()).toHaveLength(1);
  expect(['LAST_ADMIN', 'FORBIDDEN']).toContain(codes.flat()[0]);
});

test('each change has one entry with it, what is refused too, and no entry, line, answer or file has a secret', async () => {
  await using gateway = await startGateway();
  const canary = 'canary-of-a-password-1';
  const other = 'canary-of-a-password-2';
  const input = { username: 'ann', password: canary, roles: ['REGISTRIES_READ'] };
  await done(gateway, 'createAccount', input, 'account { username }');
  const ann = { access: await logIn(gateway, 'ann', canary) };
  await done(gateway, 'changePassword', { currentPassword: canary, newPassword: other }, 'endedTokens', ann);
  const made = await done<{ secret: string }>(gateway, 'createToken', { label: 'ci' }, 'secret', ann);
  const key = await createKey(gateway, ann);
  await done(gateway, 'revokeToken', { secret: made.secret }, 'token { id }', ann);
  await done(gateway, 'updateAccount', { username: 'ann', roles: [] }, 'endedTokens');
  const { oneTimePassword } = await done<{ oneTimePassword: string }>(
    gateway,
    'resetPassword',
    { username: 'ann' },
    'oneTimePassword',
  );
  const late = await logIn(gateway, 'admin', adminPassword);
  await done(gateway, 'logout', null, 'token { id }', { access: late });
  await codesOf(gateway, remove, { input: { username: 'admin' } });
  await codesOf(gateway, remove, { input: { username: 'x'.repeat(300) } });
  await done(gateway, 'deleteAccount', { username: 'ann' }, 'deletedUsername');
  const entries = await readEntries(gateway, 13);
  expect(entries.map(({ actor, action, outcome, code }) => [actor, action, code ?? outcome])).toEqual([
    ['admin', 'createAccount', 'DONE'],
    ['ann', 'login', 'DONE'],
    ['ann', 'changePassword', 'DONE'],
    ['ann', 'createToken', 'DONE'],
    ['ann', 'createToken', 'DONE'],
    ['ann', 'revokeToken', 'DONE'],
    ['admin', 'updateAccount', 'DONE'],
    ['admin', 'resetPassword', 'DONE'],
    ['admin', 'login', 'DONE'],
    ['admin', 'logout', 'DONE'],
    ['admin', 'deleteAccount', 'LAST_ADMIN'],
    ['admin', 'deleteAccount', 'NOT_FOUND'],
    ['admin', 'deleteAccount', 'DONE'],
  ]);
  expect(entries[3]!.details).toMatchObject({ username: 'ann', kind: 'TOKEN', label: 'ci', roles: ['registries:ro'] });
  const log = JSON.stringify(gateway.log);
  const kept = ['', '-wal'].map((end) => readFileSync(`${gateway.databaseFile}${end}`).toString('latin1')).join('');
  const told = JSON.stringify(await readEntries(gateway, 100));
  for (const secret of [canary, other, made.secret, key, oneTimePassword])
    for (const place of [log, kept, told]) expect(place.includes(secret)).toBe(false);
});
