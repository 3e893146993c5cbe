import { gzipSync } from 'node:zlib';
import { longestForm } from '../../src/domain/form.js';
import { adminPassword, startGateway, type TestGateway } from '../support/worlds/gateway.js';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: {
    readonly auth_token?: string;
    readonly user_agent?: string;
    readonly error?: { readonly code: string; readonly message: string; readonly hint?: string };
  };
}

const form = 'application/x-www-form-urlencoded';
const right = new URLSearchParams({ username: 'admin', password: adminPassword }).toString();

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({
    publicUrl: 'https://tools.example/registry/',
    allowedOrigins: ['https://app.example'],
  });
});
afterAll(async () => gateway[Symbol.asyncDispose]());

async function send(
  payload: string | Buffer,
  headers: Record<string, string> = {},
  url = '/auth/login',
): Promise<Answer> {
  const answer = await gateway.app.server.inject({
    method: 'POST',
    url,
    payload,
    headers: { 'content-type': form, host: 'gateway.example:4000', ...headers },
  });
  return { status: answer.statusCode, headers: answer.headers, body: answer.json<Answer['body']>() };
}

test('a form logs in as JSON does, and its token is good', async () => {
  for (const type of [form, `${form}; charset=UTF-8`, 'Application/X-WWW-Form-Urlencoded;charset="utf-8"']) {
    const { status, headers, body } = await send(`${right}&submit=Log+in`, {
      'content-type': type,
      'user-agent': 'a browser',
    });
    expect([status, body]).toEqual([200, { auth_token: expect.stringMatching(/^rgw_/), user_agent: 'a browser' }]);
    expect(headers['cache-control']).toBe('no-store, no-transform');
    expect((await gateway.rest('GET', '/api/registries', { access: `admin:${body.auth_token}` })).status).toBe(200);
  }
});

test.each<[string, Record<string, string>, boolean]>([
  ['of no browser', {}, true],
  ['of a page of its own', { 'sec-fetch-site': 'same-origin', origin: 'https://tools.example' }, true],
  ['of a page of its own that tells no origin', { 'sec-fetch-site': 'same-origin', origin: 'null' }, true],
  ['that no page sent', { 'sec-fetch-site': 'none' }, true],
  ['of a page on its public address, over plain HTTP as a proxy has it', { origin: 'https://tools.example' }, true],
  ['of a page on the address that was asked', { origin: 'http://gateway.example:4000' }, true],
  [
    'of a page on the address that was asked, with TLS before it',
    { origin: 'https://gateway.example', host: 'gateway.example' },
    true,
  ],
  [
    'of a page on the address that was asked, its port said',
    { origin: 'https://gateway.example', host: 'gateway.example:443' },
    true,
  ],
  ['of a page on an IPv6 address', { origin: 'http://[::1]:4000', host: '[::1]:4000' }, true],
  ['of another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }, false],
  [
    'of another site that says it is at home',
    { 'sec-fetch-site': 'cross-site', origin: 'https://tools.example' },
    false,
  ],
  ['of another host of its site', { 'sec-fetch-site': 'same-site' }, false],
  ['that two say something else of', { 'sec-fetch-site': 'same-origin, cross-site' }, false],
  ['of something that is not known', { 'sec-fetch-site': 'same-planet' }, false],
  ['of nothing', { 'sec-fetch-site': '' }, false],
  ['of another origin', { origin: 'https://evil.example' }, false],
  ['of another port', { origin: 'http://gateway.example:4001' }, false],
  ['of a host that begins with its own', { origin: 'https://tools.example.evil.example' }, false],
  ['of its public host without TLS', { origin: 'http://tools.example' }, false],
  ['of a page without an origin', { origin: 'null' }, false],
  ['of a file', { origin: 'file://' }, false],
  ['of what is no origin', { origin: 'gateway.example:4000' }, false],
  ['of an origin that may send JSON', { origin: 'https://app.example' }, false],
  ['of another origin to a request without a host', { origin: 'https://evil.example', host: '' }, false],
])('a form %s', async (_, headers, isTaken) => {
  const { status, body } = await send(right, headers);
  expect([status, body.error?.code]).toEqual(isTaken ? [200, undefined] : [403, 'FORBIDDEN']);
  if (!isTaken)
    expect(body.error).toMatchObject({
      message: 'A form of a page of another site is not taken.',
      hint: expect.stringContaining('PUBLIC_URL'),
    });
});

test('a page that is refused is not told whether the password was right, and uses up no attempt', async () => {
  for (let at = 0; at < 8; at++)
    expect((await send('username=admin&password=x', { origin: 'https://evil.example' })).status).toBe(403);
  expect((await send(right, { origin: 'https://evil.example' })).status).toBe(403);
  expect((await send(right)).status).toBe(200);
});

test.each<[string, string | Buffer, Record<string, string>, number, string]>([
  ['no password', 'username=admin', {}, 422, `The body's "password" is not what it must be: `],
  ['nothing', '', {}, 400, 'The body must be a JSON object'],
  [
    'a name twice',
    'username=admin&username=bob&password=x',
    {},
    400,
    'The body cannot be read: the field "username" comes more than once.',
  ],
  [
    'an escape that is none',
    'username=admin&password=%',
    {},
    400,
    'The body cannot be read: a "%" in it must be followed by two hex digits.',
  ],
  [
    'JSON',
    JSON.stringify({ username: 'admin', password: adminPassword }),
    {},
    400,
    'The body cannot be read: it is JSON, and said to be a form: send it with "Content-Type: application/json".',
  ],
  [
    'UTF-16',
    Buffer.from(right, 'utf16le'),
    {},
    400,
    'The body cannot be read: it is UTF-16 or UTF-32, and must be UTF-8.',
  ],
  [
    'Latin-1, said to be so',
    right,
    { 'content-type': `${form}; charset=iso-8859-1` },
    415,
    `The body is said to be in another charset: send it as application/json or ${form}, in UTF-8.`,
  ],
  [
    'a form that is compressed',
    gzipSync(right),
    { 'content-encoding': 'gzip' },
    415,
    'The body is compressed, or said to be: send it as it is, without Content-Encoding.',
  ],
  [
    'too much',
    `username=admin&password=${'x'.repeat(longestForm)}`,
    {},
    413,
    `The form is larger than ${longestForm} bytes.`,
  ],
  [
    'a form in parts',
    '--x\r\ncontent-disposition: form-data; name="username"\r\n\r\nadmin\r\n--x--',
    { 'content-type': 'multipart/form-data; boundary=x' },
    415,
    `The body is of a type that is not read here: send it as application/json or ${form}, in UTF-8.`,
  ],
])('a login by form is refused in words that say why: %s', async (_, payload, headers, status, message) => {
  const { body, ...answer } = await send(payload, headers);
  expect([answer.status, body.error]).toEqual([
    status,
    expect.objectContaining({ code: 'BAD_USER_INPUT', message: expect.stringContaining(message) }),
  ]);
  if (status === 415 && !headers['content-encoding'])
    expect(answer.headers['accept-post']).toBe(`application/json, ${form}`);
  expect(JSON.stringify(gateway.log)).not.toContain(adminPassword);
});

test('no other route takes a form', async () => {
  for (const url of ['/api/registries', '/graphql', '/graphql/']) {
    const { status, headers, body } = await send(right, { 'x-access-token': gateway.access }, url);
    const { error, errors } = body as { error?: { message: string }; errors?: { message: string }[] };
    expect([url, status, headers['accept-post'], error?.message ?? errors?.[0]?.message]).toEqual([
      url,
      415,
      'application/json',
      'The body is of a type that is not read here: send it as application/json, in UTF-8.',
    ]);
  }
});

// Last: the admin is then locked out.
test('wrong passwords count together, however they are sent', async () => {
  const asJson = { 'content-type': 'application/json' };
  for (let at = 0; at < 5; at++) {
    const guess =
      at % 2 ? send(JSON.stringify({ username: 'admin', password: 'x' }), asJson) : send('username=admin&password=x');
    expect(await guess).toMatchObject({ status: 401, body: { error: { code: 'UNAUTHENTICATED' } } });
  }
  for (const answer of [
    await send(right),
    await send(JSON.stringify({ username: 'admin', password: adminPassword }), asJson),
  ]) {
    expect(answer).toMatchObject({
      status: 429,
      headers: { 'retry-after': expect.anything() },
      body: { error: { code: 'RATE_LIMITED' } },
    });
  }
});
