import { adminPassword, startGateway } from '../support/worlds/gateway.js';
import { codesOf, createKey, createPerson, done, logIn, password } from './principals.js';

const whoAmI = '{ viewer { username } }';
const change =
  'mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { endedTokens userErrors { code } } }';
const login = 'mutation ($input: LoginInput!) { login(input: $input) { token userErrors { code } } }';
const next = 'the password after that';

test('a change needs the old password, and ends the other tokens of the account, and not its service keys', async () => {
  await using gateway = await startGateway();
  const ann = await createPerson(gateway, 'ann', 'registries:ro');
  const other = { access: await logIn(gateway, 'ann', password) };
  const key = { access: null, headers: { 'x-service-key': await createKey(gateway, ann) } };
  const asked = (currentPassword: string, newPassword = next): Promise<readonly string[]> =>
    codesOf(gateway, change, { input: { currentPassword, newPassword } }, ann);
  expect(await asked('guess of a password')).toEqual(['UNAUTHENTICATED']);
  expect(await asked(password, 'short')).toEqual(['BAD_USER_INPUT']);
  expect(await asked(password, 'x'.repeat(1025))).toEqual(['BAD_USER_INPUT']);
  expect(await asked(password, password)).toEqual(['BAD_USER_INPUT']);
  expect(await codesOf(gateway, whoAmI, {}, other)).toEqual([]);
  const input = { currentPassword: password, newPassword: next };
  expect(await done(gateway, 'changePassword', input, 'endedTokens account { username }', ann)).toMatchObject({
    endedTokens: 1,
    account: { username: 'ann' },
  });
  expect(await codesOf(gateway, whoAmI, {}, other)).toEqual(['UNAUTHENTICATED']);
  expect(await codesOf(gateway, whoAmI, {}, ann)).toEqual([]);
  expect(await codesOf(gateway, whoAmI, {}, key)).toEqual([]);
  expect(await codesOf(gateway, login, { input: { username: 'ann', password } })).toEqual(['UNAUTHENTICATED']);
  await logIn(gateway, 'ann', next);
});

test("nobody changes another's password, and a service key has none", async () => {
  await using gateway = await startGateway();
  const ann = await createPerson(gateway, 'ann', 'registries:ro');
  const key = { access: null, headers: { 'x-service-key': await createKey(gateway, ann) } };
  const input = { username: 'admin', currentPassword: adminPassword, newPassword: next };
  expect(await codesOf(gateway, change, { input }, ann)).toEqual(['FORBIDDEN']);
  expect(await codesOf(gateway, change, { input }, key)).toEqual(['FORBIDDEN']);
  const own = { currentPassword: password, newPassword: next };
  expect(await codesOf(gateway, change, { input: own }, key)).toEqual(['FORBIDDEN']);
  expect(await codesOf(gateway, change, { input: own }, { access: null })).toEqual(['UNAUTHENTICATED']);
  await logIn(gateway, 'ann', password);
});

test('a one-time password is good for its change alone, and for a day', async () => {
  await using gateway = await startGateway();
  const ann = await createPerson(gateway, 'ann', 'registries:ro');
  const reset = (): Promise<{ oneTimePassword: string }> =>
    done(gateway, 'resetPassword', { username: 'ann' }, 'oneTimePassword account { passwordExpiresAt }');
  const late = (await reset()).oneTimePassword;
  expect(await codesOf(gateway, whoAmI, {}, ann)).toEqual(['UNAUTHENTICATED']);
  expect(await codesOf(gateway, login, { input: { username: 'ann', password } })).toEqual(['UNAUTHENTICATED']);
  expect(await codesOf(gateway, login, { input: { username: 'ann', password: late } })).toEqual(['FORBIDDEN']);
  gateway.wait(86_401);
  const by = (currentPassword: string): Record<string, unknown> => ({
    input: { username: 'ann', currentPassword, newPassword: next },
  });
  expect(await codesOf(gateway, change, by(late), { access: null })).toEqual(['UNAUTHENTICATED']);
  const admin = { access: await logIn(gateway, 'admin', adminPassword) };
  const { oneTimePassword } = await done<{ oneTimePassword: string }>(
    gateway,
    'resetPassword',
    { username: 'ann' },
    'oneTimePassword',
    admin,
  );
  // A browser sends the token that has ended, too.
  expect(await codesOf(gateway, change, by(oneTimePassword), ann)).toEqual([]);
  expect(await codesOf(gateway, change, by(oneTimePassword), { access: null })).toEqual(['UNAUTHENTICATED']);
  await logIn(gateway, 'ann', next);
});

test('guesses count together with those of logins, and once in an operation', async () => {
  await using gateway = await startGateway();
  await createPerson(gateway, 'ann', 'registries:ro');
  const guess = (at: number): Promise<readonly string[]> =>
    at % 2 === 0
      ? codesOf(gateway, login, { input: { username: 'ann', password: `guess ${at}` } }, { access: null })
      : codesOf(
          gateway,
          change,
          { input: { username: 'ann', currentPassword: `guess ${at}`, newPassword: next } },
          { access: null },
        );
  const codes = [];
  for (let at = 0; at < 8; at++) codes.push(...(await guess(at)));
  expect(codes.filter((code) => code === 'UNAUTHENTICATED')).toHaveLength(5);
  expect(codes.filter((code) => code === 'RATE_LIMITED')).toHaveLength(3);
  const both = `mutation { login(input: { username: "ann", password: "a" }) { token }
    changePassword(input: { username: "ann", currentPassword: "a", newPassword: "b" }) { endedTokens } }`;
  const { status } = await gateway.graphql(both, {}, { access: null });
  expect(status).toBe(400);
});

test('of two changes at once one is made', async () => {
  await using gateway = await startGateway();
  const ann = await createPerson(gateway, 'ann', 'registries:ro');
  const choices = ['the first of the two', 'the second of the two'];
  const codes = await Promise.all(
    choices.map((newPassword) => codesOf(gateway, change, { input: { currentPassword: password, newPassword } }, ann)),
  );
  expect(codes.map(([code = 'DONE']) => code).toSorted()).toEqual(['DONE', 'UNAUTHENTICATED']);
  await logIn(gateway, 'ann', choices[codes.findIndex(({ length }) => length === 0)]!);
});
