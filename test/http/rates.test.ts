import { startGateway, type TestGateway } from '../support/worlds/gateway.js';
import { createManualTimer } from '../support/timer.js';

type Refused = { error: { code: string; message: string; retryAfter: number; retryable: boolean } };

/** Its first request after the login takes the token's window to its beginning. */
async function start(requests: number, anonymousRequests = 1000) {
  const timer = createManualTimer();
  const gateway = await startGateway({ timer, httpLimits: { requests, anonymousRequests } });
  return { timer, gateway, [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose]() };
}

const read = (gateway: TestGateway, access = gateway.access) =>
  gateway.rest<Refused>('GET', '/api/registries', { access });
const ask = (gateway: TestGateway, access: string | null = gateway.access) =>
  gateway.graphql('{ viewer { username } }', {}, { access });
const limitsOf = ({ headers }: { headers: Headers }) =>
  ['limit', 'remaining', 'reset'].map((name) => headers.get(`ratelimit-${name}`));

test('an account has so many requests a minute, over both surfaces, and is told how many are left', async () => {
  await using started = await start(4);
  const { gateway, timer } = started;
  expect(limitsOf(await read(gateway))).toEqual(['4', '3', '60']);
  await timer.advance(20_000);
  expect(limitsOf(await ask(gateway))).toEqual(['4', '2', '40']);
  expect(limitsOf(await gateway.rest('DELETE', '/api/registries/none'))).toEqual(['4', '1', '40']);
  expect((await gateway.rest('GET', '/api/registries/none')).status).toBe(404);
  const rest = await read(gateway);
  expect([rest.status, rest.headers.get('retry-after'), limitsOf(rest)]).toEqual([429, '40', ['4', '0', '40']]);
  const message = 'More than 4 requests a minute of this account. Try again in 40 seconds.';
  expect(rest.body.error).toMatchObject({ code: 'RATE_LIMITED', message, retryAfter: 40, retryable: true });
  const { status, headers, body } = await ask(gateway);
  expect([status, headers.get('retry-after')]).toEqual([429, '40']);
  expect(body.errors).toMatchObject([
    { message, extensions: { code: 'RATE_LIMITED', retryAfter: 40, retryable: true } },
  ]);
  expect(body.errors![0]!.extensions['requestId']).toBe(headers.get('x-request-id'));
  expect((await gateway.rest('DELETE', '/api/registries/none')).status).toBe(429);
  await timer.advance(40_000);
  expect((await ask(gateway)).status).toBe(200);
});

test('another token of the account has no more requests, and each of its service keys has its own', async () => {
  await using started = await start(4);
  const { gateway } = started;
  const make = async (kind: string): Promise<string> => {
    const query = `mutation { createToken(input: { label: "x", kind: ${kind} }) { secret userErrors { message } } }`;
    const { body } = await gateway.graphql<{ createToken: { secret: string } }>(query);
    return body.data!.createToken.secret;
  };
  const other = `admin:${await make('TOKEN')}`;
  const keys = [await make('SERVICE_KEY'), await make('SERVICE_KEY')];
  expect((await read(gateway, other)).status).toBe(200);
  expect([(await read(gateway, other)).status, (await read(gateway)).status]).toEqual([429, 429]);
  for (const key of keys) {
    const options = { access: null, headers: { 'x-service-key': key } };
    const answers = [];
    for (let n = 0; n < 5; n++) answers.push(await gateway.rest<Refused>('GET', '/api/registries', options));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 429]);
    expect(answers[4]!.body.error.message).toContain('More than 4 requests a minute with this service key.');
  }
});

test("one account's requests are not another's, nor those that need none", async () => {
  await using started = await start(1);
  const { gateway } = started;
  await read(gateway);
  expect((await read(gateway)).status).toBe(429);
  const other = await gateway.accessAs('registries:ro');
  expect((await read(gateway, other)).status).toBe(200);
  const open = ['/livez', '/readyz', '/'];
  for (const path of [...open, ...open]) expect((await gateway.rest('GET', path)).status).toBe(200);
  expect((await gateway.rest('POST', '/events/none', { body: {} })).status).toBe(401);
});

test('without a valid token an address has fewer, from which neither tokens nor logins suffer', async () => {
  await using started = await start(1000, 3);
  const { gateway } = started;
  const statuses = [];
  for (let i = 0; i < 3; i++) statuses.push((await ask(gateway, i === 0 ? null : `admin:rgw_${i}`)).status);
  const refused = await gateway.rest<Refused>('GET', '/api/registries', { access: null });
  statuses.push(refused.status, (await ask(gateway, null)).status, (await read(gateway, 'admin:wrong')).status);
  expect(statuses).toEqual([401, 401, 401, 429, 429, 429]);
  expect(refused.body.error.message).toBe(
    'More than 3 requests a minute without a valid token from this address. Try again in 60 seconds.',
  );
  expect((await read(gateway)).status).toBe(200);
  const credentials = { username: 'admin', password: 'correct horse battery' };
  expect((await gateway.rest('POST', '/auth/login', { access: null, body: credentials })).status).toBe(200);
  const mutation = 'mutation ($input: LoginInput!) { login(input: $input) { token } }';
  const login = await gateway.graphql<{ login: { token: string } }>(mutation, { input: credentials }, { access: null });
  expect([login.status, typeof login.body.data?.login.token]).toEqual([200, 'string']);
});
