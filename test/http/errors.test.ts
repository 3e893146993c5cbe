import { gzipSync } from 'node:zlib';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type HttpAnswer, startGateway, type TestGateway } from '../support/worlds/gateway.js';

const origin = 'https://ui.example.com';
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway({
    httpLimits: { headersTimeout: 500, requestTimeout: 1000, headers: 8192, body: 4096, url: 2048 },
  });
});
afterAll(async () => gateway[Symbol.asyncDispose]());

interface RawAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** Sends bytes as they stand, and reads until the gateway closes the connection. */
async function speak(parts: readonly string[], pauseMs = 0): Promise<RawAnswer> {
  const { hostname, port } = new URL(gateway.url);
  const socket = connect(Number(port), hostname);
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('error', () => undefined);
  for (const part of parts) {
    if (socket.destroyed) break;
    socket.write(part);
    if (pauseMs) await sleep(pauseMs);
  }
  await closed;
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [status = '', ...lines] = head.split('\r\n');
  const headers = new Map(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  return { status: Number(status.split(' ')[1]), headers, body: rest.join('\r\n\r\n') };
}

const post = (more: string): string =>
  `POST /auth/login HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\n${more}`;

test.each<[string, number, readonly string[], number]>([
  ['no HTTP', 400, ['hello\r\n\r\n'], 0],
  ['a method that is none', 400, ['FROB / HTTP/1.1\r\nHost: a\r\n\r\n'], 0],
  ['HTTP/2', 400, ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'], 0],
  ['no Host header', 400, ['GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n'], 0],
  ['two Host headers', 400, ['GET /livez HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n'], 0],
  ['a length and chunks', 400, [post('Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n')], 0],
  ['a chunk that is none', 400, [post('Transfer-Encoding: chunked\r\n\r\nzz\r\n')], 0],
  ['a folded header', 400, ['GET /livez HTTP/1.1\r\nHost: a\r\nX-A: 1\r\n  2\r\n\r\n'], 0],
  ['a path that is no UTF-8', 400, ['GET /api/registries/%ff HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'], 0],
  [
    'headers that do not come',
    408,
    ['GET /livez HTTP/1.1\r\n', ...Array.from({ length: 20 }, (_, n) => `X-${n}: 1\r\n`)],
    200,
  ],
  [
    'a body that does not come',
    408,
    [post('Content-Length: 1000\r\n\r\n'), ...Array.from({ length: 20 }, () => 'x')],
    200,
  ],
  ['a body that is too large', 413, [post('Content-Length: 5000\r\nConnection: close\r\n\r\n')], 0],
  [
    'a body in chunks that is too large',
    413,
    [post('Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n'), `2000\r\n${'x'.repeat(0x2000)}\r\n0\r\n\r\n`],
    0,
  ],
  [
    'extensions of chunks that are too long',
    413,
    [post('Transfer-Encoding: chunked\r\n\r\n'), `2;${'x'.repeat(20_000)}\r\n{}\r\n0\r\n\r\n`],
    0,
  ],
  [
    'a URL that is too long',
    414,
    [`GET /api/registries/${'a/'.repeat(1500)} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`],
    0,
  ],
  [
    'a name in a URL that is too long',
    414,
    [`GET /api/registries/${'a'.repeat(1500)} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`],
    0,
  ],
  ['an expectation', 417, [`GET /livez HTTP/1.1\r\nHost: a\r\nExpect: the-moon\r\nConnection: close\r\n\r\n`], 0],
  ['headers that are too long', 431, [`GET /livez HTTP/1.1\r\nHost: a\r\nX-Pad: ${'x'.repeat(9000)}\r\n\r\n`], 0],
  ['a URL longer than all headers may be', 431, [`GET /${'a'.repeat(9000)} HTTP/1.1\r\nHost: a\r\n\r\n`], 0],
])('%s: %i in the documented shape, and the connection is closed', async (_, status, parts, pauseMs) => {
  const answer = await speak(parts, pauseMs);
  const { error } = JSON.parse(answer.body) as { error: Record<string, unknown> };
  expect([answer.status, error]).toEqual([
    status,
    {
      code: 'BAD_USER_INPUT',
      message: expect.stringMatching(/^[A-Z].*\.$/),
      requestId: expect.stringMatching(uuid),
      retryable: status === 408,
    },
  ]);
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(answer.body)),
    'x-request-id': error['requestId'],
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    'content-security-policy': expect.stringContaining("default-src 'none'"),
  });
});

test('the log has what could not be read, under the request id that was told', async () => {
  const { error } = JSON.parse((await speak(['hello\r\n\r\n'])).body) as { error: { requestId: string } };
  expect(gateway.log.find(({ reqId }) => reqId === error.requestId)).toMatchObject({
    status: 400,
    code: expect.stringMatching(/^HPE_/),
    msg: 'a request could not be read',
  });
});

test('a second request that cannot be read is answered after the first, and not in its place', async () => {
  const answer = await speak(['GET /livez HTTP/1.1\r\nHost: a\r\n\r\nhello\r\n\r\n']);
  expect([answer.status, answer.body]).toEqual([
    200,
    expect.stringMatching(/^\{"status":"ok"\}HTTP\/1\.1 400 Bad Request\r\n/),
  ]);
});

const errorOf = ({ body }: HttpAnswer): Record<string, unknown> => {
  const { error, errors } = body as {
    error?: Record<string, unknown>;
    errors?: { message: string; extensions: Record<string, unknown> }[];
  };
  return error ?? { message: errors?.[0]?.message, ...errors?.[0]?.extensions };
};

test.each([
  ['text/plain', 'text/plain'],
  ['none', undefined],
  ['a form in parts', 'multipart/form-data; boundary=x'],
  ['what is no type', ';;;'],
  ['UTF-16', 'application/json; charset=utf-16'],
  ['UTF-7', 'application/json;charset="utf-7"'],
  ['Latin-1', 'application/json; CHARSET=ISO-8859-1'],
  ['two charsets', 'application/json; charset=utf-8; charset=utf-16'],
])('a body of another type says what to send: %s', async (_, type) => {
  for (const path of ['/auth/login', '/api/registries', '/graphql']) {
    const sent = JSON.stringify({ query: '{ viewer { username } }', username: 'a', password: 'b', name: 'c' });
    const headers: Record<string, string | string[]> = { 'content-type': type ?? [] };
    const answer = await gateway.rest('POST', path, { body: sent, headers });
    const types = ['application/json', ...(path === '/auth/login' ? ['application/x-www-form-urlencoded'] : [])];
    expect([path, answer.status, answer.headers.get('accept-post')]).toEqual([path, 415, types.join(', ')]);
    expect(errorOf(answer)).toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringContaining(`send it as ${types.join(' or ')}, in UTF-8`),
      requestId: answer.headers.get('x-request-id'),
    });
  }
});

const bodies: readonly [string, Buffer, Record<string, string>, number, string][] = [
  [
    'UTF-16 without a mark',
    Buffer.from('{"username":"a"}', 'utf16le'),
    {},
    400,
    'The body cannot be read: it is UTF-16 or UTF-32, and must be UTF-8.',
  ],
  [
    'UTF-16 with a mark',
    Buffer.from('\ufeff{"username":"a"}', 'utf16le'),
    {},
    400,
    'The body cannot be read: it is UTF-16 or UTF-32, and must be UTF-8.',
  ],
  [
    'UTF-16 of the other order',
    Buffer.from('\ufeff{"username":"a"}', 'utf16le').swap16(),
    {},
    400,
    'The body cannot be read: it is UTF-16 or UTF-32, and must be UTF-8.',
  ],
  [
    'UTF-32',
    Buffer.from('0000feff0000007b0000007d', 'hex'),
    {},
    400,
    'The body cannot be read: it is UTF-16 or UTF-32, and must be UTF-8.',
  ],
  [
    'Latin-1',
    Buffer.from('{"username":"J\xfcrgen"}', 'latin1'),
    {},
    400,
    'The body cannot be read: it is not UTF-8 text.',
  ],
  [
    'UTF-8 that is cut off',
    Buffer.from('{"username":"J\u00fc').subarray(0, -1),
    {},
    400,
    'The body cannot be read: it is not UTF-8 text.',
  ],
  [
    'half a character',
    Buffer.from('7b2261223a22eda080227d', 'hex'),
    {},
    400,
    'The body cannot be read: it is not UTF-8 text.',
  ],
  ['no JSON', Buffer.from('username=a'), {}, 400, 'The body cannot be read: it is not JSON.'],
  [
    'a body that is compressed',
    gzipSync('{"username":"a"}'),
    { 'content-encoding': 'gzip' },
    415,
    'The body is compressed, or said to be: send it as it is, without Content-Encoding.',
  ],
];

describe.each(['/auth/login', '/api/registries', '/graphql'])('a body to %s', (url) => {
  test.each(bodies)('%s is refused in words that say why', async (_, payload, more, status, message) => {
    const headers = { 'content-type': 'application/json', 'x-access-token': gateway.access, ...more };
    const { statusCode, body } = await gateway.app.server.inject({ method: 'POST', url, payload, headers });
    expect([statusCode, errorOf({ body: JSON.parse(body) } as HttpAnswer)]).toMatchObject([
      status,
      { code: 'BAD_USER_INPUT', message },
    ]);
  });
});

test('no body at all is no login', async () => {
  const answer = await gateway.rest('POST', '/auth/login', {
    headers: { 'content-type': 'application/json' },
    body: '',
  });
  expect([answer.status, errorOf(answer)]).toMatchObject([
    400,
    { code: 'BAD_USER_INPUT', message: 'The body must be a JSON object.' },
  ]);
});

test('a mark before UTF-8 is let pass', async () => {
  const payload = Buffer.from('\ufeff{"query":"{ viewer { username } }"}');
  const { statusCode, body } = await gateway.app.server.inject({
    method: 'POST',
    url: '/graphql',
    payload,
    headers: { 'content-type': 'application/json', 'x-access-token': gateway.access },
  });
  expect([statusCode, JSON.parse(body)]).toMatchObject([200, { data: { viewer: { username: 'admin' } } }]);
});

test.each([
  'application/json',
  'application/json; charset=utf-8',
  'application/json;charset=UTF-8',
  'application/json; charset="utf8"',
  'APPLICATION/JSON',
])('%s is read', async (type) => {
  const answer = await gateway.graphql('{ viewer { username } }', {}, { headers: { 'content-type': type } });
  expect([answer.status, answer.body.data]).toEqual([200, { viewer: { username: 'admin' } }]);
});

test('every error has its request id, in the body and in a header, on both surfaces', async () => {
  const asks: readonly [string, string, Parameters<TestGateway['rest']>[2]][] = [
    ['GET', '/none', {}],
    ['GET', '/api/registries/none', {}],
    ['GET', '/api/registries', { access: null }],
    ['GET', '/api/registries', { access: 'admin:rgw_x' }],
    ['POST', '/auth/login', { body: '{' }],
    ['POST', '/auth/login', { body: {} }],
    ['POST', '/events/none', { body: {} }],
    ['GET', '/explorer/none.js', {}],
    ['GET', '/assets/none.js', {}],
    ['GET', '/repositories', {}],
    ['POST', '/graphql', { body: '{' }],
    ['POST', '/graphql', { body: {} }],
    ['POST', '/graphql', { body: [] }],
    ['POST', '/graphql', { body: { query: '{' } }],
    ['POST', '/graphql', { body: { query: '{ nothing }' } }],
    ['POST', '/graphql', { body: { query: '{ viewer { username } }' }, access: null }],
    ['POST', '/graphql', { body: { query: '{ viewer { username } }' }, access: 'admin:rgw_x' }],
    ['POST', '/graphql', { body: { query: '{ registry(name: "none") { id } }' } }],
    [
      'POST',
      '/graphql',
      {
        body: {
          query: 'query ($n: Int!) { registries { repositories(first: $n) { totalCount } } }',
          variables: { n: 'x' },
        },
      },
    ],
    ['GET', '/graphql', {}],
    ['GET', '/graphql?query=mutation%7Blogin%7D', {}],
    ['GET', '/graphql?query=%7B', { headers: { 'content-type': 'text/plain' } }],
  ];
  for (const [method, path, options] of asks) {
    const answer = await gateway.rest(method, path, options);
    const { requestId, code } = errorOf(answer);
    expect([method, path, options, requestId]).toEqual([method, path, options, answer.headers.get('x-request-id')]);
    expect([requestId, code]).toEqual([expect.stringMatching(uuid), expect.stringMatching(/^[A-Z_]+$/)]);
  }
});

test('whoever may not does not learn what is there', async () => {
  const access = await gateway.accessAs('registries:ro');
  const refused = await Promise.all([
    gateway.rest('DELETE', '/api/registries/none', { access }),
    gateway.rest('DELETE', '/api/registries/00000000-0000-4000-8000-000000000000', { access }),
    gateway.rest('DELETE', '/api/registries/none/repositories/app', { access }),
    gateway.rest('DELETE', '/api/jobs/00000000-0000-4000-8000-000000000000', { access }),
    gateway.rest('POST', '/api/registries', { access, body: { name: 'x', addr: 'http://127.0.0.1:1' } }),
  ]);
  expect(refused.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403]);
  const missing = await gateway.rest('DELETE', '/api/registries/none');
  expect([missing.status, errorOf(missing)]).toMatchObject([
    404,
    { code: 'NOT_FOUND', message: 'No registry is attached as "none".' },
  ]);
});

describe('with an origin that is allowed', () => {
  let open: TestGateway;
  beforeAll(async () => {
    open = await startGateway({ allowedOrigins: [origin] });
  });
  afterAll(async () => open[Symbol.asyncDispose]());

  test('its page asks before it sends, and OPTIONS without that is answered as ever', async () => {
    const asking = { origin, 'access-control-request-method': 'DELETE' };
    const preflight = await open.rest('OPTIONS', '/api/registries/x', { access: null, headers: asking });
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, origin]);
    const plain = await open.rest('OPTIONS', '/api/registries/x', { access: null });
    expect([plain.status, plain.headers.get('allow')]).toEqual([204, 'DELETE, GET, HEAD, OPTIONS, PATCH']);
    expect((await open.rest('OPTIONS', '/none', { access: null })).status).toBe(404);
  });

  test('what an answer depends on is told whole', async () => {
    for (const path of ['/', '/r/local', '/graphql', '/api/registries']) {
      const { headers } = await open.rest('GET', path, { headers: { origin, accept: 'text/html' } });
      expect([path, headers.get('vary')?.toLowerCase()]).toEqual([path, expect.stringContaining('origin')]);
      expect([path, headers.get('vary')?.toLowerCase()]).toEqual([path, expect.stringContaining('accept')]);
    }
  });

  test('its page reads errors as well', async () => {
    for (const [method, path] of [
      ['PUT', '/livez'],
      ['GET', '/none'],
      ['POST', '/auth/login'],
    ] as const) {
      expect(
        (await open.rest(method, path, { headers: { origin }, body: 'x' })).headers.get('access-control-allow-origin'),
      ).toBe(origin);
    }
  });
});
