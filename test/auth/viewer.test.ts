import { createServer, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { createToken, hashToken, type TokenText } from '../../src/auth/token.js';
import { createAuthenticator } from '../../src/auth/viewer.js';
import { isUsername, type Role } from '../../src/domain/account.js';
import { GatewayError } from '../../src/errors.js';
import { AccountStore } from '../../src/store/accounts/accounts.js';
import { openMemory } from '../store/files.js';

const day = 24 * 60 * 60 * 1000;
const start = new Date('2026-01-02T00:00:00.000Z');
const refusal = {
  name: 'GatewayError',
  code: 'UNAUTHENTICATED',
  message:
    "The token is not valid here: unknown, expired, revoked, or not the named user's. Log in again, or create another.",
};

async function addToken(
  accounts: AccountStore,
  username: string,
  roles: readonly Role[] = ['registries:ro'],
): Promise<{ token: TokenText; id: string; accountId: string }> {
  const token = createToken();
  const account = (await accounts.find(username)) ?? (await accounts.create({ username, roles, passwordHash: null }));
  const { id } = await accounts.createToken({
    accountId: account.id,
    hash: hashToken(token),
    label: '',
    roles,
    expiresAt: new Date(start.getTime() + 90 * day),
  });
  return { token, id, accountId: account.id };
}

describe('the authenticator', () => {
  const t = createToken();
  const other = createToken();
  const X = 'X-Access-Token';
  const A = 'Authorization';

  const accepted: [string, string[]][] = [
    ['user and token', [X, `ci:${t}`]],
    ['the header in lower case', ['x-access-token', `ci:${t}`]],
    ['the header in upper case', ['X-ACCESS-TOKEN', `ci:${t}`]],
    ['a bearer token', [A, `Bearer ${t}`]],
    ['the scheme in lower case', [A, `bearer ${t}`]],
    ['the scheme in upper case', ['authorization', `BEARER ${t}`]],
    ['both, agreeing', [X, `ci:${t}`, A, `Bearer ${t}`]],
    ['both the other way round', [A, `Bearer ${t}`, X, `ci:${t}`]],
    ['beside the Basic of a proxy', [X, `ci:${t}`, A, 'Basic eA==']],
    ['before the Basic of a proxy', [A, 'Basic eA==', X, `ci:${t}`]],
    ['beside the bearer token of another service', [X, `ci:${t}`, A, 'Bearer eyJhbGciOiJub25lIn0.e30.']],
    ['beside an unknown scheme', [X, `ci:${t}`, A, 'Negotiate YII=']],
    ['beside an empty Authorization', [X, `ci:${t}`, A, '']],
    ['beside the Basic of two proxies', [X, `ci:${t}`, A, 'Basic eA==', A, 'Basic eQ==']],
    ['beside Basic and the same token', [X, `ci:${t}`, A, 'Basic eA==', A, `Bearer ${t}`]],
    ['other headers around', ['Host', 'h', X, `ci:${t}`, 'Accept', '*/*']],
  ];
  const anonymous: [string, string[]][] = [
    ['nothing', []],
    ['other headers', ['Host', 'h', 'Accept', '*/*']],
    ['a value that reads like the header', ['Accept', 'X-Access-Token']],
    ['a cookie', ['Cookie', `token=${t}`]],
    ['another header with the token', ['X-Auth-Token', `ci:${t}`]],
  ];
  const refused: [string, string[]][] = [
    ['a token in the place of a service key', ['X-Service-Key', t]],
    ['an empty header', [X, '']],
    ['a colon only', [X, ':']],
    ['no colon', [X, t]],
    ['no user', [X, `:${t}`]],
    ['no token', [X, 'ci:']],
    ['another user', [X, `admin:${t}`]],
    ['another case of the user', [X, `CI:${t}`]],
    ['an unknown user', [X, `nobody:${t}`]],
    ['a user that is a prefix', [X, `c:${t}`]],
    ['a user outside the grammar', [X, `c i:${t}`]],
    ['a user of 65 characters', [X, `${'a'.repeat(65)}:${t}`]],
    ['an unknown token', [X, `ci:${other}`]],
    ['a token in lower case', [X, `ci:${t.toLowerCase()}`]],
    ['a token cut off', [X, `ci:${t.slice(0, -1)}`]],
    ['a token with more behind', [X, `ci:${t}x`]],
    ['a space before the token', [X, `ci: ${t}`]],
    ['a space after the token', [X, `ci:${t} `]],
    ['a space before the user', [X, ` ci:${t}`]],
    ['two colons', [X, `ci::${t}`]],
    ['a password behind', [X, `ci:${t}:x`]],
    ['the hash instead of the token', [X, `ci:${hashToken(t)}`]],
    ['two headers that agree', [X, `ci:${t}`, X, `ci:${t}`]],
    ['two headers in different case', [X, `ci:${t}`, 'x-access-token', `ci:${t}`]],
    ['two headers, the second empty', [X, `ci:${t}`, X, '']],
    ['two values joined', [X, `ci:${t}, ci:${t}`]],
    ['a header that was folded', [X, `ci:${t}\tx`]],
    ['quotes', [X, `"ci:${t}"`]],
    ['NUL', [X, `ci:${t}\0`]],
    ['a like pattern', [X, `ci:rgw_${'%'.repeat(38)}`]],
    ['a megabyte', [X, `ci:${'a'.repeat(1_000_000)}`]],
    ['percent-encoding', [X, `ci%3A${t}`]],
    ['Basic', [A, `Basic ${Buffer.from(`ci:${t}`).toString('base64')}`]],
    ['no scheme', [A, t]],
    ['a scheme only', [A, 'Bearer']],
    ['a scheme and a space', [A, 'Bearer ']],
    ['two spaces', [A, `Bearer  ${t}`]],
    ['a tab', [A, `Bearer\t${t}`]],
    ['the user in a bearer token', [A, `Bearer ci:${t}`]],
    ['two bearer tokens', [A, `Bearer ${t}`, A, `Bearer ${t}`]],
    ['an empty Authorization', [A, '']],
    ['an unknown bearer token', [A, `Bearer ${other}`]],
    ['another scheme', [A, `Token ${t}`]],
    ['both, the bearer token unknown', [X, `ci:${t}`, A, `Bearer ${other}`]],
    ['both, the bearer token unknown and behind a Basic', [X, `ci:${t}`, A, 'Basic eA==', A, `Bearer ${other}`]],
    ['an unknown access token beside Basic', [X, `ci:${other}`, A, 'Basic eA==']],
    ['a malformed access token beside Basic', [X, 'ci:undefined', A, 'Basic eA==']],
    ['Basic and a good bearer token', [A, 'Basic eA==', A, `Bearer ${t}`]],
    ['both, the access token of another user', [X, `admin:${t}`, A, `Bearer ${t}`]],
    ['a good bearer token beside an empty access token', [X, '', A, `Bearer ${t}`]],
  ];

  async function authenticate(headers: string[]): Promise<unknown> {
    await using database = await openMemory();
    const accounts = new AccountStore(database, () => start);
    const { id } = await accounts.create({ username: 'ci', roles: ['registries:ro'], passwordHash: null });
    await accounts.create({ username: 'admin', roles: ['admin'], passwordHash: 'x' });
    await accounts.createToken({
      accountId: id,
      hash: hashToken(t),
      label: '',
      roles: ['registries:ro'],
      expiresAt: new Date(start.getTime() + day),
    });
    return await createAuthenticator(accounts, () => start)(headers);
  }

  it.each(accepted)('accepts %s', async (_what, headers) => {
    expect(await authenticate(headers)).toMatchObject({ username: 'ci', roles: ['registries:ro'] });
  });
  it.each(anonymous)('knows nobody by %s', async (_what, headers) => {
    expect(await authenticate(headers)).toBeNull();
  });
  it.each(refused)('refuses %s', async (_what, headers) => {
    await expect(authenticate(headers)).rejects.toMatchObject(refusal);
  });

  it('asks the database only for text that can be a token', async () => {
    const findToken = (): never => {
      throw new Error('asked');
    };
    const authenticator = createAuthenticator({ findToken } as unknown as AccountStore);
    await expect(authenticator(['X-Access-Token', `ci:rgw_${'0'.repeat(38)}`])).rejects.toMatchObject(refusal);
    await expect(authenticator(['X-Access-Token', `ci:${createToken()}`])).rejects.toThrow('asked');
  });

  it('refuses a token from its expiry on, and one that was revoked', async () => {
    await using database = await openMemory();
    let now = start;
    const accounts = new AccountStore(database, () => now);
    const first = await addToken(accounts, 'ci');
    const second = await addToken(accounts, 'ci');
    const authenticator = createAuthenticator(accounts, () => now);
    await accounts.revokeToken(second.id);
    await expect(authenticator(['X-Access-Token', `ci:${second.token}`])).rejects.toMatchObject(refusal);
    now = new Date(start.getTime() + 90 * day - 1);
    expect(await authenticator(['X-Access-Token', `ci:${first.token}`])).not.toBeNull();
    now = new Date(start.getTime() + 90 * day);
    await expect(authenticator(['X-Access-Token', `ci:${first.token}`])).rejects.toMatchObject(refusal);
  });

  it('gives the roles that token and account share at this request, and none back that the account had lost', async () => {
    await using database = await openMemory();
    const accounts = new AccountStore(database, () => start);
    const { token, accountId } = await addToken(accounts, 'ci', ['registries:rw', 'registries:ro']);
    const authenticator = createAuthenticator(accounts, () => start);
    const roles = async (): Promise<unknown> => (await authenticator(['Authorization', `Bearer ${token}`]))?.roles;
    expect(await roles()).toEqual(['registries:rw', 'registries:ro']);
    await accounts.setRoles(accountId, ['registries:ro']);
    expect(await roles()).toEqual(['registries:ro']);
    await accounts.setRoles(accountId, ['admin']);
    expect(await roles()).toEqual(['registries:ro']);
    await accounts.setRoles(accountId, []);
    expect(await roles()).toEqual([]);
  });

  it('writes the last use once a minute', async () => {
    await using database = await openMemory();
    let now = start;
    const accounts = new AccountStore(database, () => start);
    const { token } = await addToken(accounts, 'ci');
    const authenticator = createAuthenticator(accounts, () => now);
    const uses = [];
    for (const seconds of [0, 59.999, 60, 100, 120]) {
      now = new Date(start.getTime() + seconds * 1000);
      await authenticator(['Authorization', `Bearer ${token}`]);
      uses.push(((await accounts.findToken(hashToken(token)))?.lastUsedAt?.getTime() ?? 0) - start.getTime());
    }
    expect(uses).toEqual([0, 0, 60_000, 60_000, 120_000]);
  });

  it('still knows a reader when the last use cannot be written', async () => {
    await using database = await openMemory();
    const accounts = new AccountStore(database, () => start);
    const { token } = await addToken(accounts, 'ci');
    const full = {
      findToken: (hash: string) => accounts.findToken(hash),
      recordUse: () => Promise.reject(new GatewayError('STORAGE_FULL', 'full')),
    };
    expect(await createAuthenticator(full, () => start)(['Authorization', `Bearer ${token}`])).toMatchObject({
      username: 'ci',
    });
  });

  it('refuses a header that was sent twice through a real server', async () => {
    await using database = await openMemory();
    const accounts = new AccountStore(database, () => start);
    const { token } = await addToken(accounts, 'ci');
    const authenticator = createAuthenticator(accounts, () => start);
    const handle = async (request: IncomingMessage): Promise<string> =>
      authenticator(request.rawHeaders).then(
        (viewer) => viewer?.username ?? 'nobody',
        (error: GatewayError) => error.code,
      );
    const server = createServer((request, response) => void handle(request).then((text) => response.end(text)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const send = (headers: string): Promise<string> =>
      new Promise((resolve) => {
        let answer = '';
        const socket = connect((server.address() as AddressInfo).port, '127.0.0.1', () =>
          socket.write(`GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n${headers}\r\n\r\n`),
        );
        socket
          .on('data', (data) => (answer += data.toString()))
          .on('close', () => resolve(answer.split('\r\n\r\n')[1]?.split('\r\n')[1] ?? answer));
      });
    expect(await send(`X-Access-Token: ci:${token}`)).toContain('ci');
    expect(await send(`X-Access-Token: ci:${token}\r\nX-Access-Token: ci:${token}`)).toContain('UNAUTHENTICATED');
    expect(await send(`Authorization: Bearer ${token}\r\nAuthorization: Bearer ${createToken()}`)).toContain(
      'UNAUTHENTICATED',
    );
    await new Promise((resolve) => server.close(resolve));
  });
});

it.each([
  ['ci', true],
  ['a.b_c@d-e', true],
  ['a'.repeat(64), true],
  ['', false],
  ['a'.repeat(65), false],
  ['Admin', false],
  ['a:b', false],
  ['a b', false],
  ['a\n', false],
  ['ä', false],
])('%j as a user name: %s', (text, valid) => {
  expect(isUsername(text)).toBe(valid);
});
