import { createToken } from '../../src/auth/token.js';
import type { Role } from '../../src/domain/account.js';
import { adminPassword, type RequestOptions, type TestGateway } from '../support/worlds/gateway.js';

/** What `errors` and `userErrors` of one operation have for codes; empty: it was done. */
export async function codesOf(
  gateway: TestGateway,
  query: string,
  variables: Record<string, unknown> = {},
  options: RequestOptions = {},
): Promise<readonly string[]> {
  const { body } = await gateway.graphql<Record<string, { userErrors?: { code: string }[] } | null>>(
    query,
    variables,
    options,
  );
  const refused = Object.values(body.data ?? {}).flatMap((payload) => payload?.userErrors ?? []);
  return [...(body.errors ?? []).map(({ extensions }) => extensions.code), ...refused.map(({ code }) => code)];
}

/** Runs one mutation with `userErrors`, and gives its payload. Throws where it was refused. */
export async function done<T>(
  gateway: TestGateway,
  name: string,
  input: Record<string, unknown> | null,
  selection: string,
  options: RequestOptions = {},
): Promise<T> {
  const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
  const query =
    input === null
      ? `mutation { ${name} { ${selection} userErrors { code message } } }`
      : `mutation ($input: ${type}!) { ${name}(input: $input) { ${selection} userErrors { code message } } }`;
  const variables = input === null ? {} : { input };
  const { body } = await gateway.graphql<Record<string, T & { userErrors: object[] }>>(query, variables, options);
  const payload = body.data?.[name];
  if (!payload || payload.userErrors.length > 0) throw new Error(JSON.stringify(body));
  return payload;
}

export const password = 'a long enough password';

/** Makes somebody who can log in, and logs in: `access` is for X-Access-Token. */
export async function createPerson(
  gateway: TestGateway,
  username: string,
  ...roles: Role[]
): Promise<{ readonly username: string; readonly access: string }> {
  await done(gateway, 'createAccount', { username, password, roles: roles.map(toEnum) }, 'account { username }');
  return { username, access: await logIn(gateway, username, password) };
}

export async function logIn(gateway: TestGateway, username: string, secret: string): Promise<string> {
  const { token } = await done<{ token: string }>(gateway, 'login', { username, password: secret }, 'token', {
    access: null,
  });
  return `${username}:${token}`;
}

export function toEnum(role: Role): string {
  return { admin: 'ADMIN', 'registries:rw': 'REGISTRIES_WRITE', 'registries:ro': 'REGISTRIES_READ' }[role];
}

export type PrincipalName =
  'anonymous' | 'ro' | 'rw' | 'admin' | 'disabled' | 'expired' | "other's token" | 'ro key' | 'admin key';

/** Of the account that somebody has; a service key is of none. */
export function passwordOf(principal: PrincipalName): string {
  return principal === 'admin' ? adminPassword : password;
}

/** Everybody that an operation may be tried as. The clock of the gateway is moved by two days. */
export async function createPrincipals(gateway: TestGateway): Promise<Record<PrincipalName, RequestOptions>> {
  const expired = await createPerson(gateway, 'expired', 'admin');
  gateway.wait(2 * 86_400);
  const admin = { access: await logIn(gateway, 'admin', adminPassword) };
  const disabled = await createPersonAs(gateway, admin, 'disabled', 'admin');
  const [ro, rw] = [
    await createPersonAs(gateway, admin, 'ro', 'registries:ro'),
    await createPersonAs(gateway, admin, 'rw', 'registries:rw'),
  ];
  await done(gateway, 'updateAccount', { username: 'disabled', disabled: true }, 'endedTokens', admin);
  return {
    anonymous: { access: null },
    ro,
    rw,
    admin,
    disabled,
    expired: { access: expired.access },
    "other's token": { access: `admin:${ro.access.split(':')[1]}` },
    'ro key': { access: null, headers: { 'x-service-key': await createKey(gateway, ro) } },
    'admin key': { access: null, headers: { 'x-service-key': await createKey(gateway, admin) } },
  };
}

export async function createKey(gateway: TestGateway, options: RequestOptions, label = 'build'): Promise<string> {
  const input = { kind: 'SERVICE_KEY', label };
  return (await done<{ secret: string }>(gateway, 'createToken', input, 'secret', options)).secret;
}

function createPersonAs(
  gateway: TestGateway,
  admin: RequestOptions,
  username: string,
  role: Role,
): Promise<{ readonly access: string }> {
  return createPersonWith(gateway, admin, username, [role]);
}

/** As an admin; logged in. */
export async function createPersonWith(
  gateway: TestGateway,
  admin: RequestOptions,
  username: string,
  roles: readonly Role[],
): Promise<{ readonly access: string }> {
  const input = { username, password, roles: roles.map(toEnum) };
  await done(gateway, 'createAccount', input, 'account { username }', admin);
  return { access: await logIn(gateway, username, password) };
}

/** One that nobody was given. */
export const unknownToken = createToken();
