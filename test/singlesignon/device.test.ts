import { describedOperations } from '../../src/rest/reference/document.js';
import { createKeyring } from '../../src/store/keys/keyring.js';
import { scrapeUntil } from '../metrics/scrape.js';
import { runCommands } from '../cli/remote/stand.js';
import { createFolder } from '../store/files.js';
import { serve } from '../support/processes/child.js';
import { denial, type OpenIdProvider, startOpenIdProvider } from '../support/servers/openidprovider.js';
import { readRoutes } from '../support/observed/routes.js';
import { createManualTimer, until } from '../support/timer.js';
import { startGateway, type TestGateway } from '../support/worlds/gateway.js';
import { createPlainBrowser, describePeople, type FetchedLogin, publicUrl } from './person.js';

const ann = { sub: 'ann-1', claims: { preferred_username: 'Ann', groups: ['readers'] } };
const key = Buffer.alloc(32, 'k');
const timer = createManualTimer();

interface Begun {
  readonly handle: string;
  readonly userCode: string;
  readonly verificationUri: string;
  readonly verificationUriComplete: string;
  readonly expiresIn: number;
  readonly interval: number;
}

interface Answer extends FetchedLogin {
  readonly status?: string;
  readonly interval?: number;
}

let provider: OpenIdProvider;
let gateway: TestGateway;
/** Another of the same key, whose time passes. */
let other: TestGateway;
const folder = createFolder();
beforeAll(async () => {
  provider = await startOpenIdProvider({ deviceInterval: 1 });
  const singleSignOn = describePeople(provider, provider.addClient(publicUrl));
  gateway = await startGateway({ singleSignOn, publicUrl, timer, loadKey: () => key });
  other = await startGateway({ singleSignOn, publicUrl, loadKey: () => key });
});
beforeEach(async () => {
  provider.letIn(ann);
  provider.setAway(false);
  for (const path of ['/token', '/device/auth']) provider.answer(path, null);
  await timer.advance(60_000);
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await other[Symbol.asyncDispose]();
  await provider.close();
  folder[Symbol.dispose]();
});

const post = async <T>(path: string, body: object, at = gateway): Promise<T> =>
  (await at.rest<T>('POST', path, { access: null, body })).body;
const begin = (at = gateway): Promise<Begun & Answer> => post('/auth/device', {}, at);
const ask = (handle: string, at = gateway): Promise<Answer> => post('/auth/device/token', { handle }, at);

/** The provider refuses, in its words, what is asked of this path. */
const refuse = (path: string, error: string, status = 400): void =>
  provider.answer(path, (response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error, error_description: denial }));
  });

/** Somebody opens the provider's page, and sends on its forms as they are, or gives the login up. */
async function enter(address: string, isGivenUp = false): Promise<string> {
  const browser = createPlainBrowser(gateway);
  let { text } = await browser.go(address);
  for (let forms = 0; forms < 4 && text.includes('<form'); forms++) {
    const action = /action="([^"]+)"/.exec(text)![1]!;
    const fields = [...text.matchAll(/name="([^"]+)" value="([^"]*)"/g)].map(([, name, value]) => [name!, value!]);
    const isConfirmed = fields.some(([name]) => name === 'confirm');
    const form = { ...Object.fromEntries(fields), ...(isConfirmed && isGivenUp && { abort: 'yes' }) };
    ({ text } = await browser.post(action, form));
    if (isConfirmed && isGivenUp) break;
  }
  return text;
}

async function readAudit() {
  const query = '{ auditLog(first: 1) { nodes { actor action outcome details } } }';
  const { body } = await gateway.graphql<{ auditLog: { nodes: object[] } }>(query);
  return body.data!.auditLog.nodes[0];
}

it('a gateway with a provider has the routes that its OpenAPI document says need one', () => {
  const needing = describedOperations.filter(({ needsProvider }) => needsProvider).map(({ route }) => route);
  expect(needing).toEqual(['/auth/device', '/auth/device/token']);
  const routes = readRoutes(gateway).map(([pattern]) => pattern);
  expect(routes).toEqual(expect.arrayContaining(needing));
});

it('whoever enters the code at the provider has logged in the program that shows it', async () => {
  const begun = await begin();
  expect(begun).toEqual({
    handle: expect.stringMatching(/^v1\./),
    userCode: expect.stringMatching(/^[A-Z-]{9}$/),
    verificationUri: `${provider.issuer}/device`,
    verificationUriComplete: `${provider.issuer}/device?user_code=${begun.userCode}`,
    expiresIn: 600,
    interval: 1,
  });
  expect(await ask(begun.handle)).toEqual({ status: 'PENDING', interval: 1 });
  expect(await enter(begun.verificationUriComplete)).toBe('Done');
  await timer.advance(1000);
  const session = await ask(begun.handle);
  expect(session).toMatchObject({ status: 'DONE', username: 'ann', token: expect.stringMatching(/^rgw_/) });
  expect(Date.parse(session.expiresAt!) - Date.now()).toBeGreaterThan(11.9 * 60 * 60_000);
  const access = `ann:${session.token}`;
  const { body } = await gateway.graphql(
    '{ viewer { username roles } tokens { nodes { kind label } } }',
    {},
    { access },
  );
  expect(body.data).toEqual({
    viewer: { username: 'ann', roles: ['REGISTRIES_READ'] },
    tokens: { nodes: [{ kind: 'LOGIN', label: 'single sign-on by a device code' }] },
  });
  expect(await readAudit()).toMatchObject({
    actor: 'ann',
    action: 'login',
    outcome: 'DONE',
    details: { issuer: provider.issuer, subject: 'ann-1', clientAddress: '127.0.0.1', device: true },
  });
  // It is given once, and the provider is not asked for what was given.
  const asked = provider.count('/token');
  await timer.advance(60_000);
  expect((await ask(begun.handle)).error?.code).toBe('UNAUTHENTICATED');
  expect(provider.count('/token')).toBe(asked);
});

it('the provider is asked as often as it wants, however often programs ask, at once or one after the other', async () => {
  const { handle } = await begin();
  const asked = provider.count('/token');
  for (const { status } of await Promise.all(Array.from({ length: 20 }, () => ask(handle))))
    expect(status).toBe('PENDING');
  expect(provider.count('/token')).toBe(asked + 1);
  await timer.advance(999);
  await ask(handle);
  expect(provider.count('/token')).toBe(asked + 1);
  await timer.advance(1);
  refuse('/token', 'slow_down');
  expect(await ask(handle)).toEqual({ status: 'PENDING', interval: 6 });
  expect(provider.count('/token')).toBe(asked + 2);
  await timer.advance(5999);
  expect(await ask(handle)).toEqual({ status: 'PENDING', interval: 6 });
  expect(provider.count('/token')).toBe(asked + 2);
  await timer.advance(1);
  // As some providers say it.
  refuse('/token', 'authorization_pending', 401);
  expect(await ask(handle)).toEqual({ status: 'PENDING', interval: 6 });
  expect(provider.count('/token')).toBe(asked + 3);
});

it('while the provider has not answered it is not asked again, however late that is', async () => {
  const { handle } = await begin();
  const asked = provider.count('/token');
  let answerIt: () => void = () => undefined;
  provider.answer('/token', (response) => {
    answerIt = () => {
      response.writeHead(400, { 'content-type': 'application/json' });
      response.end('{"error":"slow_down"}');
    };
  });
  const first = ask(handle);
  await until(() => provider.count('/token') === asked + 1);
  await timer.advance(5000);
  expect(await ask(handle)).toEqual({ status: 'PENDING', interval: 1 });
  answerIt();
  expect(await first).toEqual({ status: 'PENDING', interval: 6 });
  expect(provider.count('/token')).toBe(asked + 1);
});

it.each<Record<string, string>>([{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }])(
  'a page begins no login by a device code: %j',
  async (headers) => {
    const asked = provider.count('/device/auth');
    const { status, body } = await gateway.rest<Answer>('POST', '/auth/device', { access: null, headers, body: {} });
    expect([status, body.error?.code, provider.count('/device/auth')]).toEqual([403, 'FORBIDDEN', asked]);
  },
);

it('a login that is given up at the provider, or by nobody in time, is refused in the gateway’s words', async () => {
  const given = await begin();
  await enter(given.verificationUriComplete, true);
  const { error } = await ask(given.handle);
  expect(error).toMatchObject({ code: 'FORBIDDEN' });
  expect(JSON.stringify(error)).not.toContain(denial);
  const asked = provider.count('/token');
  expect((await ask(given.handle)).error?.code).toBe('UNAUTHENTICATED');
  const late = await begin();
  gateway.wait(601);
  expect((await ask(late.handle)).error?.code).toBe('UNAUTHENTICATED');
  gateway.wait(-601);
  expect(provider.count('/token')).toBe(asked);
  refuse('/token', 'expired_token');
  expect(await ask(late.handle)).toMatchObject({
    error: { code: 'UNAUTHENTICATED', message: expect.stringMatching(/in time/) },
  });
});

it('a handle that the gateway did not give is none', async () => {
  const { handle } = await begin();
  const asked = provider.count('/token');
  const sealer = createKeyring(key);
  const forged = JSON.stringify({ deviceCode: 'x', interval: 1, id: 'x', until: Date.now() + 60_000 });
  for (const each of [`${handle.slice(0, -2)}AA`, 'x', sealer.seal(forged, 'login:state')])
    expect((await ask(each)).error?.code).toBe('UNAUTHENTICATED');
  for (const body of [{}, { handle: 7 }, { handle: 'x'.repeat(9000) }, []])
    expect(await post('/auth/device/token', body)).toMatchObject({ error: { code: 'BAD_USER_INPUT' } });
  expect(provider.count('/token')).toBe(asked);
});

it('any gateway with the same key can be asked', async () => {
  const { handle, verificationUriComplete } = await begin(other);
  await enter(verificationUriComplete);
  expect(await ask(handle)).toMatchObject({ status: 'DONE', username: 'ann' });
  expect((await ask(handle, other)).error?.code).toBe('UNAUTHENTICATED');
});

it('while the provider is away no login begins, and one that was begun goes on', async () => {
  const { handle, verificationUriComplete } = await begin();
  await enter(verificationUriComplete);
  provider.setAway(true);
  expect((await ask(handle)).error).toMatchObject({ code: 'LOGIN_UNAVAILABLE', retryAfter: 10 });
  expect((await begin()).error).toMatchObject({ code: 'LOGIN_UNAVAILABLE' });
  provider.setAway(false);
  await timer.advance(1000);
  expect(await ask(handle)).toMatchObject({ status: 'DONE', username: 'ann' });
});

it('a provider that has no device codes for the gateway is told of, and what it gives is looked at', async () => {
  refuse('/device/auth', 'unauthorized_client');
  expect((await begin()).error).toMatchObject({
    code: 'LOGIN_UNAVAILABLE',
    message: expect.stringMatching(/OIDC_CLIENT_ID/),
  });
  const usual = { device_code: 'x', user_code: 'ABCD', verification_uri: 'https://p.example/', expires_in: 1e9 };
  const beginWith = (more: object) => {
    provider.answer('/device/auth', (response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ ...usual, ...more }));
    });
    return begin();
  };
  expect(await beginWith({})).toMatchObject({ expiresIn: 1800, interval: 5, verificationUri: 'https://p.example/' });
  expect(await beginWith({ interval: 1e9 })).toMatchObject({ interval: 60 });
  for (const more of [
    { verification_uri: 'javascript:alert(1)' },
    { verification_uri_complete: 'file:///etc/passwd' },
    { user_code: '\u001b[2J' },
    { user_code: 'x'.repeat(100) },
    { device_code: 'x'.repeat(5000) },
    { expires_in: 'soon' },
  ])
    expect([more, (await beginWith(more)).error?.code]).toEqual([more, 'LOGIN_UNAVAILABLE']);
});

it('one address begins so many logins a minute, and asks after them so often', async () => {
  const { handle } = await begin();
  // Each question is counted, also those that need no provider.
  for (let n = 0; n < 600; n++) await ask(n === 0 ? handle : 'x');
  expect((await ask(handle)).error?.code).toBe('RATE_LIMITED');
  refuse('/device/auth', 'unauthorized_client');
  for (let n = 1; n < 120; n++) await begin();
  expect((await begin()).error?.code).toBe('RATE_LIMITED');
});

it('logins are counted by what came of them, once each', async () => {
  await using counted = await startGateway({
    singleSignOn: describePeople(provider, provider.addClient(publicUrl)),
    publicUrl,
  });
  const good = await begin(counted);
  await ask(good.handle, counted);
  const denied = await begin(counted);
  await enter(denied.verificationUriComplete, true);
  await ask(denied.handle, counted);
  await ask(denied.handle, counted);
  provider.setAway(true);
  await begin(counted);
  const read = (page: ReadonlyMap<string, number>) =>
    ['ok', 'refused', 'unavailable'].map((result) => page.get(`registry_gateway_logins_total{result="${result}"}`));
  // The admin of each test's gateway has logged in too.
  expect(read(await scrapeUntil(counted, (page) => read(page).join() === '1,1,1'))).toEqual([1, 1, 1]);
});

describe('login --sso', () => {
  const config = folder.file('config');
  const args = ['login', '--sso', '--url'];
  const env = { XDG_CONFIG_HOME: config };
  /** Runs it where its waits take no time, and pass for the gateway too. */
  const run = (url: string) =>
    runCommands([...args, url], { env, given: { timer: { ...timer, sleep: (ms) => timer.advance(ms) } } });

  it('shows the code, waits until it is entered, and keeps the login, as a process of its own', async () => {
    const program = serve(process.execPath, ['.test/src/main.js', ...args, other.url], env);
    await using _gone = { [Symbol.asyncDispose]: program.kill };
    const address = await program.waitFor(/^or open (\S+) and see that it shows that code\.$/m);
    expect(await enter(address)).toBe('Done');
    const text = await program.waitFor(/^(Logged in .*)$/m);
    expect(text).toMatch(/ as ann until 20\d\d-\d\d-\d\d \d\d:\d\d UTC\. The profile default is kept in \S+\.$/);
    const { code, out } = await runCommands(['tokens', 'list'], { env });
    expect([code, out]).toEqual([0, expect.stringContaining('single sign-on by a device code')]);
    expect(await runCommands(['logout'], { env })).toMatchObject({ code: 0 });
  });

  it('goes on while the gateway cannot say what became of the login', async () => {
    let asked = 0;
    provider.answer('/token', (response) => {
      asked += 1;
      response.writeHead(asked < 3 ? 502 : 400, { 'content-type': 'application/json' });
      response.end(asked < 3 ? '{}' : '{"error":"access_denied"}');
    });
    const { code, err } = await run(gateway.url);
    expect([code, asked]).toEqual([77, 3]);
    expect(err.match(/Still waiting\./g)).toHaveLength(1);
    expect(err).toMatch(/let nobody in/);
  });

  it('ends when nobody enters the code, and where there is no single sign-on', async () => {
    refuse('/token', 'expired_token');
    expect(await run(gateway.url)).toMatchObject({ code: 77, err: expect.stringMatching(/in time/) });
    await using without = await startGateway();
    expect(await run(without.url)).toMatchObject({ code: 1, err: expect.stringMatching(/no single sign-on/) });
    const both = [...args, other.url, '--username', 'ann'];
    expect(await runCommands(both, { env })).toMatchObject({ code: 64 });
  });
});
