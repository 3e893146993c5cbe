import { parseNetwork } from '../../src/domain/network.js';
import { readEventStream } from '../support/observed/eventstream.js';
import { createMemoryRegistry } from '../support/registry/server.js';
import {
  adminPassword,
  exchange,
  type GraphQLAnswer,
  type HttpAnswer,
  type RequestOptions,
  startGateway,
  type TestGateway,
} from '../support/worlds/gateway.js';
import { createPerson, done, password } from './principals.js';

const login = `mutation ($input: LoginInput!) {
  login(input: $input) { token expiresAt viewer { username } userErrors { code } }
}`;
const whoAmI = '{ viewer { username sessionExpiresAt } }';
const allowedOrigin = 'https://pages.example';

type Headers = Readonly<Record<string, string>>;
type Login = { login: { token: string | null; expiresAt: string; viewer: object | null; userErrors: object[] } };

let gateway: TestGateway;
let registry: Awaited<ReturnType<typeof createMemoryRegistry>>;
beforeAll(async () => {
  registry = await createMemoryRegistry();
  gateway = await startGateway({
    allowedOrigins: [allowedOrigin],
    trustedProxies: [parseNetwork('127.0.0.2/32')!],
    sessionIdleMinutes: 60,
  });
  await gateway.attach('local', registry.url);
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await registry.close();
});

const logInTo = (of: TestGateway, headers: Headers = {}, username = 'admin', secret = adminPassword) =>
  of.graphql<Login>(
    login,
    { input: { username, password: secret, session: true } },
    { access: null, headers: { 'content-type': 'application/json', ...headers } },
  );

/** `name=value`, as the browser sends it. */
async function openSession(of: TestGateway, ...given: [Headers?, string?, string?]): Promise<string> {
  const { headers } = await logInTo(of, ...given);
  return headers.getSetCookie()[0]!.split(';')[0]!;
}

const ask = (cookie: string, options: RequestOptions & { readonly query?: string } = {}) =>
  exchange<GraphQLAnswer<{ viewer: { username: string; sessionExpiresAt: string } | null }>>(
    gateway.url,
    'POST',
    '/graphql',
    { body: { query: options.query ?? whoAmI }, ...options, headers: { cookie, ...options.headers } },
  );

function told({ status, body }: HttpAnswer): string {
  const { data, errors, error } = (body ?? {}) as GraphQLAnswer<{ viewer: { username: string } | null }> & {
    readonly error?: { readonly code: string };
  };
  return data?.viewer?.username ?? errors?.[0]?.extensions.code ?? error?.code ?? String(status);
}

describe('a login of a page', () => {
  it('has a cookie that no script reads in place of a token, and nothing that is written has it', async () => {
    const { headers, body, text } = await logInTo(gateway);
    const [cookie, ...others] = headers.getSetCookie();
    expect(others).toEqual([]);
    expect(cookie).toMatch(
      /^registry-gateway-session=rgc_[0-9A-Za-z]{38}; Path=\/; Max-Age=864\d\d; HttpOnly; SameSite=Strict$/,
    );
    const [pair] = cookie!.split(';') as [string];
    const secret = pair.split('=')[1]!;
    const { expiresAt } = body.data!.login;
    expect(body.data!.login).toEqual({ token: null, expiresAt, viewer: { username: 'admin' }, userErrors: [] });
    expect((await ask(pair)).body.data).toEqual({ viewer: { username: 'admin', sessionExpiresAt: expiresAt } });
    const listed = await gateway.graphql<{ tokens: { nodes: object[] }; auditLog: { nodes: object[] } }>(
      '{ tokens(first: 1) { nodes { kind label lastUsedFrom } } auditLog(first: 1) { nodes { action details } } }',
    );
    expect(listed.body.data).toMatchObject({
      tokens: { nodes: [{ kind: 'LOGIN', label: 'session', lastUsedFrom: '127.0.0.1' }] },
      auditLog: { nodes: [{ action: 'login', details: { clientAddress: '127.0.0.1', session: true } }] },
    });
    expect([text, listed.text, JSON.stringify(gateway.log)].filter((one) => one.includes(secret))).toEqual([]);
  });

  it('pages of other origins are refused it, and so is a wrong password, without a cookie', async () => {
    for (const headers of [{ origin: allowedOrigin }, { 'sec-fetch-site': 'same-site' }] as Headers[]) {
      const { headers: sent, body } = await logInTo(gateway, headers);
      expect([body.data?.login.userErrors, sent.getSetCookie()]).toEqual([[{ code: 'FORBIDDEN' }], []]);
    }
    const wrong = await logInTo(gateway, {}, 'admin', 'not the password');
    expect([wrong.body.data?.login.userErrors, wrong.headers.getSetCookie()]).toEqual([
      [{ code: 'UNAUTHENTICATED' }],
      [],
    ]);
  });

  it('has a cookie that is bound to its host and path as far as TLS and the path are known', async () => {
    const start = (line: string | undefined): string => line!.replace(/=rgc_\w+; /, ' ').replace(/Max-Age=\d+; /, '');
    const kept = 'HttpOnly; SameSite=Strict';
    for (const [publicUrl, expected] of [
      ['https://gateway.example/', `__Host-registry-gateway-session Path=/; ${kept}; Secure`],
      ['https://gateway.example/tools/', `__Secure-registry-gateway-session Path=/tools/; ${kept}; Secure`],
      ['http://gateway.example/tools/', `registry-gateway-session Path=/tools/; ${kept}`],
    ] as const) {
      await using other = await startGateway({ publicUrl });
      const [line] = (await logInTo(other)).headers.getSetCookie();
      expect(start(line)).toBe(expected);
      const cookie = line!.split(';')[0]!;
      const answer = await other.graphql(whoAmI, {}, { access: null, headers: { cookie } });
      expect(told(answer)).toBe('admin');
      const renamed = cookie
        .replace(/^__\w+-/, '')
        .replace(/^registry/, publicUrl.startsWith('https') ? 'registry' : '__Host-registry');
      expect(told(await other.graphql(whoAmI, {}, { access: null, headers: { cookie: renamed } }))).toBe(
        'UNAUTHENTICATED',
      );
    }
    await using behind = await startGateway({ trustedProxies: [parseNetwork('127.0.0.1/32')!] });
    for (const [headers, expected] of [
      [{ 'x-forwarded-proto': 'https' }, `__Host-registry-gateway-session Path=/; ${kept}; Secure`],
      [
        { 'x-forwarded-proto': 'https', 'x-forwarded-prefix': '/tools' },
        `__Secure-registry-gateway-session Path=/tools/; ${kept}; Secure`,
      ],
      [{ 'x-forwarded-proto': 'http' }, `registry-gateway-session Path=/; ${kept}`],
    ] as const)
      expect(start((await logInTo(behind, headers)).headers.getSetCookie()[0])).toBe(expected);
  });
});

describe('a session', () => {
  it('tokens, keys and bearer tokens go before it, and what is none does not', async () => {
    const cookie = await openSession(gateway);
    const ann = await createPerson(gateway, 'ann', 'registries:ro');
    expect(told(await ask(cookie, { access: ann.access }))).toBe('ann');
    expect(told(await ask(cookie, { headers: { authorization: `Bearer ${ann.access.slice(4)}` } }))).toBe('ann');
    expect(told(await ask(cookie, { headers: { authorization: 'Bearer x' } }))).toBe('UNAUTHENTICATED');
    expect(told(await ask(cookie, { headers: { 'x-service-key': 'rgs_x' } }))).toBe('UNAUTHENTICATED');
    expect(told(await ask(cookie, { headers: { authorization: 'Basic eA==' } }))).toBe('admin');
  });

  it('holds no token, and a token is none', async () => {
    const cookie = await openSession(gateway);
    const [name, value] = cookie.split('=') as [string, string];
    expect(told(await ask('', { access: `admin:${value}` }))).toBe('UNAUTHENTICATED');
    expect(told(await ask('', { headers: { authorization: `Bearer ${value}` } }))).toBe('UNAUTHENTICATED');
    expect(told(await ask(`${name}=${gateway.access.slice('admin:'.length)}`))).toBe('SESSION_OVER');
    expect(told(await ask(`${cookie}; ${name}=x`))).toBe('UNAUTHENTICATED');
    expect(told(await ask(`other=1; ${cookie}; more=2`))).toBe('admin');
  });

  it.each([
    [
      'a form',
      'POST',
      '/graphql',
      { 'content-type': 'application/x-www-form-urlencoded' },
      'query=%7Bviewer%7Bid%7D%7D',
    ],
    ['text', 'POST', '/graphql', { 'content-type': 'text/plain; application/json' }, '{"query":"{viewer{username}}"}'],
    ['a query of a link', 'GET', '/graphql?query={viewer{username}}', {}, null],
    ['a mutation of a link', 'GET', '/graphql?query=mutation{logout{userErrors{code}}}', {}, null],
    ['a stream of EventSource', 'GET', '/api/events', { accept: 'text/event-stream' }, null],
    [
      'a subscription without JSON',
      'POST',
      '/graphql/stream',
      { 'content-type': 'text/plain' },
      '{"query":"{viewer}"}',
    ],
    ['a socket', 'GET', '/graphql?query={viewer{username}}', { connection: 'Upgrade', upgrade: 'websocket' }, null],
    ['a REST list', 'GET', '/api/registries', {}, null],
    ['a REST deletion', 'DELETE', '/api/registries/local', {}, null],
    ['a refresh', 'POST', '/api/registries/local/refresh', {}, null],
    ['a logout', 'POST', '/auth/logout', {}, null],
    ['the metrics', 'GET', '/metrics', {}, null],
    ['JSON of another site', 'POST', '/graphql', { 'sec-fetch-site': 'cross-site' }, '{"query":"{viewer{username}}"}'],
    ['JSON of the same site', 'POST', '/graphql', { 'sec-fetch-site': 'same-site' }, '{"query":"{viewer{username}}"}'],
    [
      'JSON of another origin',
      'POST',
      '/graphql',
      { origin: 'https://evil.example' },
      '{"query":"{viewer{username}}"}',
    ],
    ['JSON of an allowed origin', 'POST', '/graphql', { origin: allowedOrigin }, '{"query":"{viewer{username}}"}'],
    [
      'a deletion of an allowed origin',
      'DELETE',
      '/api/registries/local',
      { origin: allowedOrigin, 'x-requested-with': 'x' },
      null,
    ],
  ] as [string, string, string, Headers, string | null][])(
    'does not count for %s',
    async (_, method, path, headers, body) => {
      const cookie = await openSession(gateway);
      const answer = await exchange(gateway.url, method, path, {
        headers: { cookie, ...headers },
        ...(body !== null && { body }),
      });
      // A body of another type is not read at all, and a link to GraphQL is refused whoever sends it.
      const isUnread = body !== null && /text|form/.test(headers['content-type'] ?? '');
      const earlier = isUnread ? 415 : path.startsWith('/graphql?') ? 400 : null;
      expect([answer.status, told(answer)]).toEqual(earlier ? [earlier, 'BAD_USER_INPUT'] : [403, 'FORBIDDEN']);
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
      expect(told(await ask(cookie))).toBe('admin');
      expect((await gateway.rest('GET', '/api/registries/local')).status).toBe(200);
    },
  );

  it('counts for what a page of the gateway itself sends', async () => {
    const cookie = await openSession(gateway);
    const own = { cookie, origin: gateway.url, 'sec-fetch-site': 'same-origin' };
    const asked = (method: string, path: string, headers: Headers, body?: unknown) =>
      exchange(gateway.url, method, path, { headers: { ...own, ...headers }, body });
    expect(told(await asked('POST', '/graphql', {}, { query: whoAmI }))).toBe('admin');
    const link = '/graphql?query={viewer{username}}';
    expect(told(await asked('GET', link, { 'apollo-require-preflight': 'true' }))).toBe('admin');
    expect(told(await asked('GET', link, { 'x-apollo-operation-name': 'Who' }))).toBe('admin');
    const list = await asked('GET', '/api/registries', { 'x-requested-with': 'console' });
    expect([list.status, list.headers.get('vary')]).toEqual([200, expect.stringContaining('cookie')]);
    const mutation = '/graphql?query=mutation{logout{userErrors{code}}}';
    expect((await asked('GET', mutation, { 'apollo-require-preflight': 'true' })).status).toBe(405);
    expect(told(await ask(cookie))).toBe('admin');
    const removed = await asked('DELETE', '/api/registries/none', { 'x-requested-with': 'console' });
    expect(told(removed)).toBe('NOT_FOUND');
  });

  it('ends with a logout, which takes the cookie away, over both surfaces', async () => {
    for (const logOut of [
      (cookie: string) => ask(cookie, { query: 'mutation { logout { token { label } userErrors { code } } }' }),
      (cookie: string) =>
        exchange(gateway.url, 'POST', '/auth/logout', { headers: { cookie, 'x-requested-with': 'console' } }),
    ]) {
      const cookie = await openSession(gateway);
      const answer = await logOut(cookie);
      expect(answer.headers.getSetCookie()).toEqual([
        'registry-gateway-session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict',
      ]);
      expect(told(await ask(cookie))).toBe('SESSION_OVER');
    }
    const cookie = await openSession(gateway);
    const ofToken = await createPerson(gateway, 'tess', 'registries:ro');
    const logout = 'mutation { logout { userErrors { code } } }';
    expect((await ask(cookie, { access: ofToken.access, query: logout })).headers.getSetCookie()).toEqual([]);
    expect(told(await ask(cookie))).toBe('admin');
  });

  it('ends when its token is revoked, its account disabled, or its time over, and says so', async () => {
    await createPerson(gateway, 'dora', 'registries:ro');
    const [first, second, third] = [
      await openSession(gateway, {}, 'dora', password),
      await openSession(gateway, {}, 'dora', password),
      await openSession(gateway),
    ];
    await done(gateway, 'revokeToken', { secret: first.split('=')[1]! }, 'token { id }');
    const over = await ask(first);
    expect([over.status, told(over), told(await ask(second))]).toEqual([401, 'SESSION_OVER', 'dora']);
    expect(over.body.errors?.[0]?.message).toMatch(/Log in again\.$/);
    await done(gateway, 'updateAccount', { username: 'dora', disabled: true }, 'endedTokens');
    expect(told(await ask(second))).toBe('SESSION_OVER');
    expect(
      told(await exchange(gateway.url, 'GET', '/api/jobs', { headers: { cookie: second, 'x-requested-with': 'x' } })),
    ).toBe('SESSION_OVER');
    // What is over keeps nobody from logging in.
    expect((await logInTo(gateway, { cookie: second })).body.data!.login.viewer).toEqual({ username: 'admin' });
    gateway.wait(3600);
    expect(told(await ask(third))).toBe('admin');
    gateway.wait(3661);
    expect(told(await ask(third))).toBe('SESSION_OVER');
  });

  it('ends the streams that were opened by it, which say why', async () => {
    const cookie = await openSession(gateway);
    const headers = { cookie, 'content-type': 'application/json', accept: 'text/event-stream' };
    const body = JSON.stringify({ query: 'subscription { events { id } }' });
    const stream = await readEventStream(`${gateway.url}/graphql/stream`, { method: 'POST', headers, body });
    try {
      expect(stream.status).toBe(200);
      await ask(cookie, { query: 'mutation { logout { userErrors { code } } }' });
      while (!stream.isEnded) await new Promise((resolve) => setImmediate(resolve));
      expect(stream.events).toMatchObject([
        { event: 'next', data: { errors: [{ extensions: { code: 'SESSION_OVER' } }] } },
        { event: 'complete' },
      ]);
    } finally {
      stream.close();
    }
  });
});
