import type { JWTPayload } from 'jose';
import { denial, type OpenIdProvider, startOpenIdProvider } from '../support/servers/openidprovider.js';
import { startGateway, type TestGateway } from '../support/worlds/gateway.js';
import { scrapeUntil } from '../metrics/scrape.js';
import { createPlainBrowser, describePeople, fetchLogin, logInBy, type PlainBrowser, publicUrl } from './person.js';

const ann = { sub: 'ann-1', claims: { preferred_username: 'Ann', groups: ['readers'] } };
const callback = `${publicUrl}auth/callback`;

let provider: OpenIdProvider;
let gateway: TestGateway;
beforeAll(async () => {
  provider = await startOpenIdProvider();
  gateway = await startGateway({
    singleSignOn: describePeople(provider, provider.addClient(publicUrl)),
    publicUrl,
  });
});
beforeEach(() => {
  provider.letIn(ann);
  provider.setAway(false);
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await provider.close();
});

const open = (): PlainBrowser => createPlainBrowser(gateway);
const own = 'gateway.example';

async function viewerOf({ username, token }: { username?: string; token?: string }) {
  const { body } = await gateway.graphql<{ viewer: object | null }>(
    '{ viewer { username roles } }',
    {},
    { access: `${username}:${token}` },
  );
  return body.data?.viewer ?? body.errors?.[0]?.extensions.code;
}

async function readAudit() {
  const { body } = await gateway.graphql<{ auditLog: { nodes: object[] } }>(
    '{ auditLog(first: 3) { nodes { actor action outcome code details } } }',
  );
  return body.data!.auditLog.nodes;
}

it('somebody whom the provider lets in has a token of an account of their own, with the roles of their groups', async () => {
  const browser = open();
  const { address } = await browser.go(`${publicUrl}auth/login`);
  expect(address.href).toBe(`${publicUrl}explorer#login`);
  const session = await fetchLogin(browser);
  expect(session).toMatchObject({ username: 'ann', token: expect.stringMatching(/^rgw_/) });
  expect(Date.parse(session.expiresAt!) - Date.now()).toBeGreaterThan(11.9 * 60 * 60_000);
  expect(await viewerOf(session)).toEqual({ username: 'ann', roles: ['REGISTRIES_READ'] });
  expect((await readAudit())[0]).toMatchObject({
    actor: 'ann',
    action: 'login',
    outcome: 'DONE',
    details: { issuer: provider.issuer, subject: 'ann-1', roles: ['registries:ro'] },
  });
  // All that was kept on the way is gone.
  expect(browser.cookies.get(own)).toEqual(new Map());
});

it('a page that wants a session is given its cookie in place of a token, and the cookie is them', async () => {
  const browser = open();
  expect((await browser.go(`${publicUrl}auth/login?session=true`)).address.href).toBe(`${publicUrl}#login`);
  const { headers, body } = await browser.send('POST', 'auth/session', { 'sec-fetch-site': 'same-origin' });
  expect(body).toEqual({ username: 'ann', expiresAt: expect.any(String) });
  const cookie = headers.getSetCookie().find((line) => line.includes('registry-gateway-session='));
  expect(cookie).toMatch(
    /^__Secure-registry-gateway-session=rgc_\w+; Path=\/tools\/; Max-Age=43\d\d\d; HttpOnly; SameSite=Strict; Secure$/,
  );
  const answer = await browser.send('GET', 'graphql?query={viewer{username}}', { 'apollo-require-preflight': 'true' });
  expect(answer.body).toMatchObject({ data: { viewer: { username: 'ann' } } });
  expect((await readAudit())[0]).toMatchObject({ action: 'login', outcome: 'DONE', details: { session: true } });
});

it('roles are those of the groups at the last login, for tokens of earlier ones too', async () => {
  provider.letIn({ ...ann, claims: { ...ann.claims, groups: ['operators'] } });
  const first = await logInBy(open());
  expect(await viewerOf(first)).toMatchObject({ roles: ['ADMIN'] });
  provider.letIn(ann);
  await logInBy(open());
  expect(await viewerOf(first)).toMatchObject({ username: 'ann', roles: ['REGISTRIES_READ'] });
});

it('a name that a local account has is never taken over', async () => {
  provider.letIn({ sub: 'other-admin', claims: { preferred_username: 'admin', groups: ['readers'] } });
  const session = await logInBy(open());
  expect(session.username).toMatch(/^admin-[0-9a-f]{10}$/);
  expect(await viewerOf(session)).toMatchObject({ roles: ['REGISTRIES_READ'] });
  provider.letIn({ sub: 'nameless', claims: { preferred_username: 'Ein Name mit Leerzeichen', groups: ['readers'] } });
  expect((await logInBy(open())).username).toMatch(/^sso-[0-9a-f]{10}$/);
});

describe('cookies of a login', () => {
  it('no script reads them, and only the way of the login is sent them, over TLS', async () => {
    const begun = await open().send('GET', 'auth/login');
    expect(begun.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^__Secure-registry-gateway-login=v1\.[\w.-]+; Path=\/tools\/auth; Max-Age=600; HttpOnly; SameSite=Lax; Secure$/,
      ),
    ]);
    const query = new URL(begun.headers.get('location')!).searchParams;
    expect(Object.fromEntries(query)).toMatchObject({
      response_type: 'code',
      redirect_uri: callback,
      code_challenge_method: 'S256',
      scope: 'openid profile email',
      nonce: expect.stringMatching(/.{20}/),
      state: expect.stringMatching(/.{20}/),
    });
    const lost = await open().send('GET', 'auth/callback?code=x&state=y');
    expect([lost.status, lost.headers.get('location')]).toEqual([303, `${publicUrl}#login`]);
    expect(lost.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^__Secure-registry-gateway-handover=.+; Path=\/tools\/auth; Max-Age=60; HttpOnly; SameSite=Strict; Secure$/,
      ),
    ]);
  });

  it('what they hold is sealed: nobody reads or changes it', async () => {
    const browser = open();
    const back = await browser.goUntil(`${publicUrl}auth/login`, callback);
    const jar = browser.cookies.get(own)!;
    const [[name, value]] = [...jar] as [[string, string]];
    jar.set(name, `${value.slice(0, -2)}AA`);
    await browser.go(back.href);
    expect((await fetchLogin(browser)).error?.code).toBe('UNAUTHENTICATED');
  });
});

describe('an answer that is refused', () => {
  const failsWith = async (browser: PlainBrowser, address: string): Promise<string | undefined> => {
    await browser.go(address);
    return (await fetchLogin(browser)).error?.code;
  };

  it('in a browser that did not begin the login', async () => {
    const back = await open().goUntil(`${publicUrl}auth/login`, callback);
    expect(await failsWith(open(), back.href)).toBe('UNAUTHENTICATED');
    const other = open();
    await other.send('GET', 'auth/login');
    expect(await failsWith(other, back.href)).toBe('UNAUTHENTICATED');
  });

  it('a second time, with the cookie of the first', async () => {
    const browser = open();
    const back = await browser.goUntil(`${publicUrl}auth/login`, callback);
    const kept = new Map(browser.cookies.get(own));
    await browser.go(back.href);
    expect(await fetchLogin(browser)).toHaveProperty('token');
    browser.cookies.set(own, kept);
    const asked = provider.count('/token');
    expect(await failsWith(browser, back.href)).toBe('UNAUTHENTICATED');
    expect(provider.count('/token')).toBe(asked);
  });

  it('of another provider, by its issuer', async () => {
    const browser = open();
    const back = await browser.goUntil(`${publicUrl}auth/login`, callback);
    back.searchParams.set('iss', 'https://elsewhere.example');
    const asked = provider.count('/token');
    expect(await failsWith(browser, back.href)).toBe('UNAUTHENTICATED');
    expect(provider.count('/token')).toBe(asked);
  });

  it('more than ten minutes later', async () => {
    const browser = open();
    const back = await browser.goUntil(`${publicUrl}auth/login`, callback);
    gateway.wait(601);
    expect(await failsWith(browser, back.href)).toBe('UNAUTHENTICATED');
    gateway.wait(-601);
  });

  it('with a made-up code', async () => {
    const browser = open();
    const back = await browser.goUntil(`${publicUrl}auth/login`, callback);
    back.searchParams.set('code', 'made-up');
    expect(await failsWith(browser, back.href)).toBe('UNAUTHENTICATED');
  });

  it('by which the provider lets nobody in, without a word of its own', async () => {
    provider.letIn(null);
    const browser = open();
    await browser.go(`${publicUrl}auth/login`);
    const { error } = await fetchLogin(browser);
    expect(error?.code).toBe('FORBIDDEN');
    expect(JSON.stringify(error)).not.toContain(denial);
  });

  it.each<[string, Record<string, string>]>([
    ['for the fetch of another site', { 'sec-fetch-site': 'cross-site' }],
    ['for a site beside it', { 'sec-fetch-site': 'same-site' }],
    ['for another origin over plain HTTP', { origin: 'https://elsewhere.example' }],
  ])('what came of it is kept %s', async (_name, headers) => {
    const browser = open();
    await browser.go(`${publicUrl}auth/login`);
    expect((await browser.send('POST', 'auth/session', headers)).status).toBe(403);
    expect(await fetchLogin(browser)).toHaveProperty('token');
  });

  it('what came of it is given once, and for a minute', async () => {
    const browser = open();
    await browser.go(`${publicUrl}auth/login`);
    const kept = new Map(browser.cookies.get(own));
    expect(await fetchLogin(browser)).toHaveProperty('token');
    browser.cookies.set(own, kept);
    expect((await fetchLogin(browser)).error?.code).toBe('UNAUTHENTICATED');
    await browser.go(`${publicUrl}auth/login`);
    gateway.wait(61);
    expect((await fetchLogin(browser)).error?.code).toBe('UNAUTHENTICATED');
    gateway.wait(-61);
  });
});

it('nowhere else than to its own page does it send a browser', async () => {
  const browser = open();
  const query = 'return_to=https://elsewhere.example&redirect_uri=https://elsewhere.example';
  const { headers } = await browser.send('GET', `auth/login?${query}`);
  expect(new URL(headers.get('location')!).searchParams.get('redirect_uri')).toBe(callback);
  const lost = await browser.send('GET', `auth/callback?${query}`);
  expect(lost.headers.get('location')).toBe(`${publicUrl}explorer#login`);
});

it('a disabled account is refused, which is written down', async () => {
  const set = (isDisabled: boolean) =>
    gateway.graphql(`mutation { updateAccount(input: { username: "ann", disabled: ${isDisabled} }) { endedTokens } }`);
  await logInBy(open());
  await set(true);
  expect(await logInBy(open())).toMatchObject({ error: { code: 'FORBIDDEN', message: expect.stringMatching(/ann/) } });
  expect((await readAudit())[0]).toMatchObject({
    actor: 'ann',
    action: 'login',
    outcome: 'REFUSED',
    code: 'FORBIDDEN',
  });
  await set(false);
  expect(await logInBy(open())).toHaveProperty('token');
});

it('without a group that gives anything nobody has an account, and whoever leaves the required group is out', async () => {
  const requiredGroup = 'staff';
  await using strict = await startGateway({
    singleSignOn: describePeople(provider, provider.addClient(publicUrl), { requiredGroup }),
    publicUrl,
  });
  const logIn = (...groups: string[]) => {
    provider.letIn({ ...ann, claims: { groups } });
    return logInBy(createPlainBrowser(strict));
  };
  expect(await logIn('staff')).toMatchObject({ error: { code: 'FORBIDDEN' } });
  const { username, token } = await logIn('staff', 'readers');
  const ask = async () =>
    (await strict.graphql('{ viewer { username } }', {}, { access: `${username}:${token}` })).status;
  expect(await ask()).toBe(200);
  expect(await logIn('readers')).toMatchObject({ error: { code: 'FORBIDDEN' } });
  expect(await ask()).toBe(401);
});

it('while the provider is away sessions go on, and logins say so', async () => {
  const session = await logInBy(open());
  const browser = open();
  const back = await browser.goUntil(`${publicUrl}auth/login`, callback);
  provider.setAway(true);
  await browser.go(back.href);
  expect((await fetchLogin(browser)).error).toMatchObject({ code: 'LOGIN_UNAVAILABLE', retryAfter: 10 });
  expect(await viewerOf(session)).toMatchObject({ username: 'ann' });
  await using fresh = await startGateway({
    singleSignOn: describePeople(provider, { id: 'x', secret: null }),
    publicUrl,
  });
  const stranger = createPlainBrowser(fresh);
  const asked = provider.asked.length;
  for (let n = 0; n < 3; n++) expect(await logInBy(stranger)).toMatchObject({ error: { code: 'LOGIN_UNAVAILABLE' } });
  // One failure stands for those that come right behind it.
  expect(provider.asked.length).toBe(asked + 1);
});

it('a client that the provider does not know is an operator’s fault, and said to be', async () => {
  await using wrong = await startGateway({
    singleSignOn: describePeople(provider, { id: 'registry-gateway', secret: 'another' }),
    publicUrl,
  });
  const { error } = await logInBy(createPlainBrowser(wrong));
  expect(error).toMatchObject({ code: 'LOGIN_UNAVAILABLE', message: expect.stringMatching(/OIDC_CLIENT_ID/) });
});

it('an ID token of another key, client, time or nonce is not taken', async () => {
  const now = Math.floor(Date.now() / 1000);
  const usual = { iss: provider.issuer, aud: 'registry-gateway', sub: 'ann-1', iat: now, exp: now + 60 };
  const logInWith = async (more: JWTPayload, header: Readonly<Record<string, string>> = {}) => {
    const browser = open();
    const begun = (await browser.send('GET', 'auth/login')).headers.get('location')!;
    const { nonce } = Object.fromEntries(new URL(begun).searchParams);
    const back = await browser.goUntil(begun, callback);
    const token = await provider.sign({ ...usual, ...ann.claims, nonce, ...more }, header);
    provider.answer('/token', (response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ access_token: 'x', token_type: 'Bearer', id_token: token }));
    });
    await browser.go(back.href);
    const { username, error } = await fetchLogin(browser);
    return username ?? error?.code;
  };
  expect(await logInWith({})).toBe('ann');
  for (const more of [
    { aud: 'another' },
    { iss: 'https://elsewhere.example' },
    { exp: now - 120 },
    { nonce: 'another' },
    { aud: ['registry-gateway', 'another'], azp: 'another' },
    { sub: 'x) (admin' },
  ])
    expect([more, await logInWith(more)]).toEqual([more, 'UNAUTHENTICATED']);
  expect(await logInWith({}, { kid: 'unknown' })).toBe('UNAUTHENTICATED');
  provider.answer('/token', null);
});

it('logins are counted by what came of them', async () => {
  await using counted = await startGateway({
    singleSignOn: describePeople(provider, provider.addClient(publicUrl)),
    publicUrl,
  });
  const browser = createPlainBrowser(counted);
  await logInBy(browser);
  provider.letIn(null);
  browser.cookies.clear();
  await logInBy(browser);
  const back = await browser.goUntil(`${publicUrl}auth/login`, callback);
  provider.letIn(ann);
  browser.cookies.clear();
  const other = await browser.goUntil(`${publicUrl}auth/login`, callback);
  provider.setAway(true);
  await browser.go(other.href);
  await browser.go(back.href);
  const read = (page: ReadonlyMap<string, number>) =>
    ['ok', 'refused', 'unavailable'].map((result) => page.get(`registry_gateway_logins_total{result="${result}"}`));
  // The admin of each test's gateway has logged in too; the last answer is none of the browser's login.
  expect(read(await scrapeUntil(counted, (page) => read(page).join() === '2,2,1'))).toEqual([2, 2, 1]);
});

it('one address has so many logins a minute', async () => {
  await using busy = await startGateway({
    singleSignOn: describePeople(provider, { id: 'x', secret: null }),
    publicUrl,
  });
  const browser = createPlainBrowser(busy);
  const codes = new Set<string | undefined>();
  for (let n = 0; n < 120; n++) await browser.send('GET', 'auth/callback?x');
  codes.add((await fetchLogin(browser)).error?.code);
  await browser.send('GET', 'auth/login');
  codes.add((await fetchLogin(browser)).error?.code);
  expect([...codes]).toEqual(['UNAUTHENTICATED', 'RATE_LIMITED']);
});

it('logging out goes on to the provider, and comes back to the page', async () => {
  const { headers, status } = await open().send('GET', 'auth/logout');
  const address = new URL(headers.get('location')!);
  expect([status, `${address.origin}${address.pathname}`]).toEqual([303, `${provider.issuer}/session/end`]);
  expect(Object.fromEntries(address.searchParams)).toEqual({
    client_id: 'registry-gateway',
    post_logout_redirect_uri: publicUrl,
  });
});
