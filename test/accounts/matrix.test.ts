import { startGateway, type TestGateway } from '../support/worlds/gateway.js';
import { codesOf, createPrincipals, done, passwordOf, type PrincipalName, toEnum, unknownToken } from './principals.js';

const nobody = '00000000-0000-4000-8000-000000000000';

/** Who sends something that counts for nothing. */
const refused: readonly PrincipalName[] = ['anonymous', 'disabled', 'expired', "other's token"];
const everybody: readonly PrincipalName[] = ['ro', 'rw', 'admin', 'ro key', 'admin key'];
const admins: readonly PrincipalName[] = ['admin', 'admin key'];
/** Who may change accounts. */
const administrators: readonly PrincipalName[] = ['admin'];
const people: readonly PrincipalName[] = ['ro', 'rw', 'admin'];

interface Operation {
  readonly name: string;
  readonly query: string;
  readonly variables?: (principal: PrincipalName) => Record<string, unknown>;
  readonly may: readonly PrincipalName[];
  /** The code of those who may, where what they name is not there. */
  readonly code?: string;
}

/** Of things that are not there, so that nobody changes what the next one meets. */
const operations: readonly Operation[] = [
  { name: 'accounts', query: '{ accounts { nodes { username } totalCount } }', may: admins },
  { name: "account of one's own", query: '{ account(username: "ro") { username } }', may: ['ro', ...admins] },
  { name: "another's account", query: '{ account(username: "admin") { username } }', may: admins },
  {
    name: 'createAccount',
    query: 'mutation { createAccount(input: { username: "admin", roles: [] }) { userErrors { code } } }',
    may: administrators,
    code: 'CONFLICT',
  },
  {
    name: 'updateAccount',
    query: 'mutation { updateAccount(input: { username: "none", roles: [] }) { userErrors { code } } }',
    may: administrators,
    code: 'NOT_FOUND',
  },
  {
    name: 'deleteAccount',
    query: 'mutation { deleteAccount(input: { username: "none" }) { userErrors { code } } }',
    may: administrators,
    code: 'NOT_FOUND',
  },
  {
    name: 'resetPassword',
    query: 'mutation { resetPassword(input: { username: "none" }) { userErrors { code } } }',
    may: administrators,
    code: 'NOT_FOUND',
  },
  { name: 'teams', query: '{ teams { nodes { name } totalCount } }', may: admins },
  { name: 'team', query: '{ team(name: "none") { name } }', may: admins, code: 'NOT_FOUND' },
  {
    name: 'createTeam',
    query: 'mutation { createTeam(input: { name: "A team" }) { userErrors { code } } }',
    may: administrators,
    code: 'BAD_USER_INPUT',
  },
  ...['updateTeam', 'deleteTeam'].map((name) => ({
    name,
    query: `mutation { ${name}(input: { name: "none" }) { userErrors { code } } }`,
    may: administrators,
    code: 'NOT_FOUND',
  })),
  {
    name: 'revokeGrant',
    query: `mutation { revokeGrant(input: { id: "${nobody}" }) { userErrors { code } } }`,
    may: administrators,
    code: 'NOT_FOUND',
  },
  { name: 'webhooks', query: '{ webhooks { id } }', may: admins },
  {
    name: 'createWebhook',
    query: 'mutation { createWebhook(input: { url: "x" }) { userErrors { code } } }',
    may: administrators,
    code: 'BAD_USER_INPUT',
  },
  ...['updateWebhook', 'deleteWebhook', 'testWebhook'].map((name) => ({
    name,
    query: `mutation { ${name}(input: { id: "${nobody}" }) { userErrors { code } } }`,
    may: administrators,
    code: 'NOT_FOUND',
  })),
  { name: "one's own tokens", query: '{ tokens { nodes { id } } }', may: everybody },
  { name: "another's tokens", query: '{ tokens(filter: { username: "other" }) { nodes { id } } }', may: admins },
  {
    name: 'createToken',
    query: 'mutation { createToken(input: { expiresInDays: 366 }) { userErrors { code } } }',
    may: people,
    code: 'BAD_USER_INPUT',
  },
  {
    name: 'revokeToken',
    query: `mutation { revokeToken(input: { id: "${nobody}" }) { userErrors { code } } }`,
    may: everybody,
    code: 'NOT_FOUND',
  },
  {
    name: 'revokeToken by itself',
    query: `mutation { revokeToken(input: { secret: "${unknownToken}" }) { userErrors { code } } }`,
    may: everybody,
    code: 'NOT_FOUND',
  },
  {
    name: "changePassword of one's own account, to one that is too short,",
    query:
      'mutation ($old: String!) { ' +
      'changePassword(input: { currentPassword: $old, newPassword: "short" }) { userErrors { code } } }',
    variables: (principal) => ({ old: passwordOf(principal) }),
    may: people,
    code: 'BAD_USER_INPUT',
  },
  {
    name: "changePassword of another's account",
    query:
      'mutation { changePassword(input: { username: "other", currentPassword: "a guess", newPassword: "another" }) ' +
      '{ userErrors { code } } }',
    may: [],
  },
];

describe('each operation', () => {
  let gateway: TestGateway;
  let principals: Awaited<ReturnType<typeof createPrincipals>>;

  beforeAll(async () => {
    gateway = await startGateway();
    principals = await createPrincipals(gateway);
  });
  afterAll(() => gateway[Symbol.asyncDispose]());

  const cells = operations.flatMap((operation) =>
    [...refused, ...everybody].map((principal) => ({ ...operation, principal })),
  );

  test.each(cells)('$name answers $principal as its rights are', async ({ query, variables, may, code, principal }) => {
    const codes = await codesOf(gateway, query, variables?.(principal), principals[principal]);
    const wanted = refused.includes(principal)
      ? ['UNAUTHENTICATED']
      : !may.includes(principal)
        ? ['FORBIDDEN']
        : code === undefined
          ? []
          : [code];
    expect(codes).toEqual(wanted);
  });

  test('a reader sees tokens of its own alone, and admins those of all', async () => {
    const query = '{ tokens(first: 100) { nodes { username } } }';
    const namesFor = async (principal: PrincipalName): Promise<string[]> => {
      const { body } = await gateway.graphql<{ tokens: { nodes: { username: string }[] } }>(
        query,
        {},
        principals[principal],
      );
      return [...new Set(body.data!.tokens.nodes.map(({ username }) => username))].toSorted();
    };
    expect(await namesFor('ro')).toEqual(['ro']);
    expect(await namesFor('ro key')).toEqual([]);
    expect(await namesFor('admin')).toEqual(['admin', 'disabled', 'expired', 'ro', 'rw']);
  });

  test('nobody ends the token of another by its id, and whoever has it ends it', async () => {
    const made = await done<{ secret: string; token: { id: string } }>(
      gateway,
      'createToken',
      { label: 'lent' },
      'secret token { id }',
      principals.rw,
    );
    const byId = 'mutation ($id: ID!) { revokeToken(input: { id: $id }) { userErrors { code } } }';
    expect(await codesOf(gateway, byId, { id: made.token.id }, principals.ro)).toEqual(['NOT_FOUND']);
    expect(await codesOf(gateway, byId, { id: made.token.id }, principals['ro key'])).toEqual(['NOT_FOUND']);
    expect(await codesOf(gateway, '{ viewer { username } }', {}, { access: `rw:${made.secret}` })).toEqual([]);
    await done(gateway, 'revokeToken', { secret: made.secret }, 'token { id revokedAt }', principals.ro);
    expect(await codesOf(gateway, '{ viewer { username } }', {}, { access: `rw:${made.secret}` })).toEqual([
      'UNAUTHENTICATED',
    ]);
  });

  test.each([
    ['ro', 'registries:rw'],
    ['ro', 'admin'],
    ['rw', 'admin'],
  ] as const)('%s gives no token with %s', async (principal, role) => {
    const query = 'mutation ($input: CreateTokenInput!) { createToken(input: $input) { secret userErrors { code } } }';
    for (const kind of ['TOKEN', 'SERVICE_KEY'])
      expect(await codesOf(gateway, query, { input: { kind, roles: [toEnum(role)] } }, principals[principal])).toEqual([
        'FORBIDDEN',
      ]);
  });

  // The last: the tokens of the others are gone after it.
  test.each([...refused, ...everybody])(
    'logout by %s ends the token that is sent, and no service key',
    async (name) => {
      const [codes, after] = people.includes(name)
        ? [[], ['UNAUTHENTICATED']]
        : refused.includes(name)
          ? [['UNAUTHENTICATED'], ['UNAUTHENTICATED']]
          : [['FORBIDDEN'], []];
      expect(await codesOf(gateway, 'mutation { logout { userErrors { code } } }', {}, principals[name])).toEqual(
        codes,
      );
      expect(await codesOf(gateway, '{ viewer { username } }', {}, principals[name])).toEqual(after);
    },
  );
});
