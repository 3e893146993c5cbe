import { startGateway, type RequestOptions, type TestGateway } from '../support/worlds/gateway.js';
import { codesOf, createPerson, done, logIn, password } from './principals.js';

const whoAmI = '{ viewer { username roles } }';
const revoke = 'mutation ($id: ID!) { revokeToken(input: { id: $id }) { userErrors { code } } }';

interface Made {
  readonly secret: string;
  readonly token: { readonly id: string; readonly expiresAt: string };
}

function make(gateway: TestGateway, input: object, options: RequestOptions): Promise<Made> {
  return done<Made>(gateway, 'createToken', { ...input }, 'secret token { id expiresAt }', options);
}

const asToken = (username: string, { secret }: Made): RequestOptions => ({ access: `${username}:${secret}` });
const asKey = ({ secret }: Made): RequestOptions => ({ access: null, headers: { 'x-service-key': secret } });

async function idsFor(gateway: TestGateway, options: RequestOptions): Promise<readonly string[]> {
  interface Listed {
    readonly tokens: { readonly nodes: { id: string }[]; readonly totalCount: number };
  }
  const query = '{ tokens(first: 100) { nodes { id } totalCount } }';
  const { tokens } = (await gateway.graphql<Listed>(query, {}, options)).body.data!;
  expect(tokens.totalCount).toBe(tokens.nodes.length);
  return tokens.nodes.map(({ id }) => id);
}

test('a token sees and ends none of its account that has more rights, but itself', async () => {
  await using gateway = await startGateway();
  const ann = await createPerson(gateway, 'ann', 'registries:rw');
  const reader = await make(gateway, { roles: ['REGISTRIES_READ'] }, ann);
  const other = await make(gateway, { roles: ['REGISTRIES_READ'], kind: 'SERVICE_KEY' }, ann);
  const writer = await make(gateway, { roles: ['REGISTRIES_READ', 'REGISTRIES_WRITE'] }, ann);
  const asReader = asToken('ann', reader);
  expect((await idsFor(gateway, asReader)).toSorted()).toEqual([reader.token.id, other.token.id].toSorted());
  expect(await idsFor(gateway, ann)).toHaveLength(4);
  expect(await codesOf(gateway, revoke, { id: writer.token.id }, asReader)).toEqual(['NOT_FOUND']);
  expect(await codesOf(gateway, whoAmI, {}, asToken('ann', writer))).toEqual([]);
  expect(await codesOf(gateway, revoke, { id: other.token.id }, asReader)).toEqual([]);
  expect(await codesOf(gateway, whoAmI, {}, asKey(other))).toEqual(['UNAUTHENTICATED']);
  expect(await codesOf(gateway, revoke, { id: reader.token.id }, asReader)).toEqual([]);
  expect(await codesOf(gateway, whoAmI, {}, asReader)).toEqual(['UNAUTHENTICATED']);
});

test('what a token makes runs out with it, and ends with it, however far down', async () => {
  await using gateway = await startGateway();
  const ann = await createPerson(gateway, 'ann', 'registries:rw');
  const short = await make(gateway, { expiresInDays: 1 }, ann);
  const child = await make(gateway, { expiresInDays: 30 }, asToken('ann', short));
  const key = await make(gateway, { expiresInDays: 365, kind: 'SERVICE_KEY' }, asToken('ann', child));
  expect([child.token.expiresAt, key.token.expiresAt]).toEqual([short.token.expiresAt, short.token.expiresAt]);
  const beside = await make(gateway, { kind: 'SERVICE_KEY' }, ann);
  await done(gateway, 'revokeToken', { id: short.token.id }, 'token { id }', ann);
  for (const options of [asToken('ann', child), asKey(key)])
    expect(await codesOf(gateway, whoAmI, {}, options)).toEqual(['UNAUTHENTICATED']);
  await done(gateway, 'logout', null, 'token { id }', ann);
  expect(await codesOf(gateway, whoAmI, {}, asKey(beside))).toEqual([]);
});

test('a change of the password ends what tokens made, and keys of logins where that is asked for', async () => {
  await using gateway = await startGateway();
  const ann = await createPerson(gateway, 'ann', 'registries:rw');
  const token = await make(gateway, {}, ann);
  const ofToken = await make(gateway, { kind: 'SERVICE_KEY' }, asToken('ann', token));
  const ofLogin = await make(gateway, { kind: 'SERVICE_KEY' }, ann);
  const change = (currentPassword: string, newPassword: string, more = {}): Promise<object> =>
    done(gateway, 'changePassword', { currentPassword, newPassword, ...more }, 'endedTokens', ann);
  expect(await change(password, 'another password')).toMatchObject({ endedTokens: 2 });
  expect(await codesOf(gateway, whoAmI, {}, asKey(ofToken))).toEqual(['UNAUTHENTICATED']);
  expect(await codesOf(gateway, whoAmI, {}, asKey(ofLogin))).toEqual([]);
  expect(await change('another password', password, { endServiceKeys: true })).toMatchObject({ endedTokens: 1 });
  expect(await codesOf(gateway, whoAmI, {}, asKey(ofLogin))).toEqual(['UNAUTHENTICATED']);
});

test('a reset of the password ends service keys, unless they are to stay', async () => {
  await using gateway = await startGateway();
  const ann = await createPerson(gateway, 'ann', 'registries:rw');
  const key = await make(gateway, { kind: 'SERVICE_KEY' }, ann);
  await done(gateway, 'resetPassword', { username: 'ann', endServiceKeys: false }, 'oneTimePassword');
  expect(await codesOf(gateway, whoAmI, {}, asKey(key))).toEqual([]);
  await done(gateway, 'resetPassword', { username: 'ann' }, 'oneTimePassword');
  expect(await codesOf(gateway, whoAmI, {}, asKey(key))).toEqual(['UNAUTHENTICATED']);
});

test('an account has its 50 newest logins, and whatever else it made', async () => {
  await using gateway = await startGateway();
  const ann = await createPerson(gateway, 'ann', 'registries:ro');
  const token = await make(gateway, {}, ann);
  let last = '';
  for (let login = 0; login < 50; login++) last = await logIn(gateway, 'ann', password);
  expect(await codesOf(gateway, whoAmI, {}, ann)).toEqual(['UNAUTHENTICATED']);
  for (const options of [{ access: last }, asToken('ann', token)])
    expect(await codesOf(gateway, whoAmI, {}, options)).toEqual([]);
  expect(await idsFor(gateway, { access: last })).toHaveLength(51);
});
