import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { startGateway, type TestGateway } from '../support/worlds/gateway.js';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { createMemoryRegistry } from '../support/registry/server.js';

const origin = 'https://ui.example.com';
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway({
    allowedOrigins: [origin],
    httpLimits: { body: 4096, url: 1024, headers: 8192, headersTimeout: 500, requestTimeout: 1000 },
  });
});
afterAll(async () => gateway[Symbol.asyncDispose]());

/** Sends these bytes, with pauses, and gives what came back by the time the gateway closed the connection. */
async function speak(parts: readonly string[], pauseMs = 0, limitMs = 20_000): Promise<{ text: string }> {
  const { hostname, port } = new URL(gateway.url);
  const socket = connect(Number(port), hostname);
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('error', () => undefined);
  const timer = setTimeout(() => socket.destroy(), limitMs);
  for (const part of parts) {
    if (socket.destroyed) break;
    socket.write(part);
    if (pauseMs) await sleep(pauseMs);
  }
  await closed;
  clearTimeout(timer);
  return { text };
}

const post = (more: string): string =>
  `POST /auth/login HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\n${more}`;

describe('what a client may send is bounded', () => {
  test('bodies', async () => {
    const over = await gateway.rest<{ error: { code: string } }>('POST', '/auth/login', {
      body: `{"pad":"${'x'.repeat(4096)}"}`,
    });
    expect([over.status, over.body.error.code]).toEqual([413, 'BAD_USER_INPUT']);
    const { text } = await speak([
      post('Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n'),
      `2000\r\n${'x'.repeat(0x2000)}\r\n0\r\n\r\n`,
    ]);
    expect(text).toMatch(/^HTTP\/1\.1 413 /);
  });

  test('URLs', async () => {
    const path = (length: number): string => `/api/registries/${'a'.repeat(length - '/api/registries/'.length)}`;
    for (const length of [1024, 1025]) {
      const { status, body } = await gateway.rest<{ error: { message: string } }>('GET', path(length));
      expect([status, body.error.message.includes('URL')]).toEqual(length > 1024 ? [414, true] : [400, false]);
    }
  });

  test('names in URLs', async () => {
    const roomy = await startGateway();
    try {
      const { status, body } = await roomy.rest<{ error: { message: string } }>(
        'GET',
        `/api/registries/${'a'.repeat(1025)}`,
      );
      expect([status, body.error.message]).toEqual([414, expect.stringContaining('longer than 1024')]);
    } finally {
      await roomy[Symbol.asyncDispose]();
    }
  });

  test('headers', async () => {
    const { text } = await speak([`GET /livez HTTP/1.1\r\nHost: gateway\r\nX-Pad: ${'x'.repeat(9000)}\r\n\r\n`]);
    expect(text).toMatch(/^HTTP\/1\.1 431 /);
  });

  test('the time a body takes', async () => {
    const { text } = await speak([post('Content-Length: 1000\r\n\r\n'), ...Array.from({ length: 20 }, () => 'x')], 200);
    expect(text).toMatch(/^HTTP\/1\.1 408 /);
  });

  test('the time headers take', async () => {
    const { text } = await speak(
      ['GET /livez HTTP/1.1\r\n', ...Array.from({ length: 20 }, (_, n) => `X-${n}: 1\r\n`)],
      200,
    );
    expect(text).toMatch(/^HTTP\/1\.1 408 /);
  });
});

describe('what could be read in two ways is refused', () => {
  test.each([
    ['two Host headers', 'GET /livez HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n'],
    ['no Host header', 'GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n'],
    ['two lengths', post('Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}')],
    ['a length and chunks', post('Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n')],
    ['a folded header', 'GET /livez HTTP/1.1\r\nHost: a\r\nX-A: 1\r\n  2\r\n\r\n'],
    ['a space before the colon', 'GET /livez HTTP/1.1\r\nHost : a\r\n\r\n'],
    ['no HTTP', 'hello\r\n\r\n'],
  ])('%s', async (_, request) => {
    const { text } = await speak([request], 0, 2000);
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
    expect(text.match(/HTTP\/1\.1 /g)).toHaveLength(1);
  });
});

describe('pages of other sites', () => {
  const allowed = async (headers: Record<string, string>, method = 'GET') =>
    (await gateway.rest(method, '/api/registries', { headers })).headers;

  test('pages of an allowed origin may read answers and ask before sending', async () => {
    expect((await allowed({ origin })).get('access-control-allow-origin')).toBe(origin);
    const preflight = await allowed(
      { origin, 'access-control-request-method': 'DELETE', 'access-control-request-headers': 'x-access-token' },
      'OPTIONS',
    );
    expect(preflight.get('access-control-allow-origin')).toBe(origin);
    expect(preflight.get('access-control-allow-methods')).toContain('DELETE');
    expect(preflight.get('access-control-allow-credentials')).toBeNull();
  });

  test.each([
    'x-apollo-operation-name, apollographql-client-name, apollographql-client-version, apollo-require-preflight',
    'content-type,traceparent,tracestate,baggage,sentry-trace',
    'if-none-match, cache-control, prefer, x-request-id, x-access-token, authorization',
    '',
  ])('pages of an allowed origin may send what GraphQL clients and tracing send: %s', async (names) => {
    const preflight = await allowed(
      { origin, 'access-control-request-method': 'POST', ...(names && { 'access-control-request-headers': names }) },
      'OPTIONS',
    );
    expect([preflight.get('access-control-allow-headers') ?? '', preflight.get('vary')?.toLowerCase()]).toEqual([
      names,
      expect.stringContaining('origin'),
    ]);
  });

  test('pages of an allowed origin may read tags, addresses and times to wait', async () => {
    const { headers } = await gateway.rest('HEAD', '/api/registries', { headers: { origin } });
    const exposed = headers.get('access-control-expose-headers')?.split(', ');
    expect(exposed).toEqual(
      expect.arrayContaining(['etag', 'link', 'location', 'retry-after', 'x-request-id', 'ratelimit-remaining']),
    );
  });

  test.each([
    [
      'an origin that is not allowed',
      { origin: 'https://evil.example' },
      'FORBIDDEN',
      'Pages of "https://evil.example" may not call this gateway.',
    ],
    ['no origin', { origin: 'null' }, 'FORBIDDEN', 'Pages of "null" may not call this gateway.'],
    [
      'a method that no address takes',
      { 'access-control-request-method': 'PUT' },
      'BAD_USER_INPUT',
      'Pages of other sites may send GET, HEAD, POST, PATCH, DELETE, and not "PUT".',
    ],
    [
      'headers that are none',
      { 'access-control-request-headers': 'a, b c' },
      'BAD_USER_INPUT',
      'The headers that the page wants to send cannot be read: "b c".',
    ],
    [
      'more headers than anybody sends',
      { 'access-control-request-headers': 'a,'.repeat(100) },
      'BAD_USER_INPUT',
      'The headers that the page wants to send cannot be read: "too many".',
    ],
  ])('pages of other sites that ask with %s are told why they may not', async (_, said, code, message) => {
    const headers = { origin, 'access-control-request-method': 'POST', ...said };
    const answer = await gateway.rest<{ error: object }>('OPTIONS', '/api/registries', { access: null, headers });
    expect([answer.status, answer.body.error]).toMatchObject([403, { code, message }]);
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });

  test.each([
    'https://evil.example',
    'null',
    'https://ui.example.com.evil.example',
    'http://ui.example.com',
    'https://ui.example.com:8443',
    'https://xui.example.com',
  ])('pages of %s may not read answers or ask before sending', async (other) => {
    for (const method of ['GET', 'OPTIONS']) {
      expect([null, origin]).toContain(
        (await allowed({ origin: other, 'access-control-request-method': 'DELETE' }, method)).get(
          'access-control-allow-origin',
        ),
      );
    }
  });

  test('none is allowed unless it is set', async () => {
    await using closed = await startGateway();
    const { headers } = await closed.rest('GET', '/api/registries', { headers: { origin } });
    expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    const asking = await closed.rest('OPTIONS', '/graphql', {
      access: null,
      headers: { origin, 'access-control-request-method': 'POST' },
    });
    expect([asking.status, asking.body]).toMatchObject([
      403,
      { errors: [{ extensions: { code: 'FORBIDDEN', hint: expect.stringContaining('ALLOWED_ORIGINS') } }] },
    ]);
  });
});

test('livez and readyz need no token and tell nothing but that', async () => {
  for (const path of ['/livez', '/readyz']) {
    const { status, text } = await gateway.rest('GET', path, { access: null });
    expect([status, text]).toEqual([200, '{"status":"ok"}']);
  }
});

test('closing answers what is in flight first', async () => {
  await using registry = await createMemoryRegistry();
  seed(registry.store, 'app', 'v1', buildImage());
  const closing = await startGateway();
  await closing.attach('local', registry.url);
  registry.fail({ kind: 'delay', ms: 400, match: /_catalog/ });
  registry.forget();
  const answer = closing.rest('GET', '/api/registries/local/repositories', {
    headers: { 'cache-control': 'no-cache' },
  });
  while (registry.count('GET', /_catalog/) === 0) await sleep(5);
  const closed = closing[Symbol.asyncDispose]();
  expect((await answer).body).toMatchObject([{ name: 'app' }]);
  await closed;
  await expect(closing.rest('GET', '/livez')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test('whoever is refused is told how to be let in, on every surface', async () => {
  const asked = [
    gateway.rest('GET', '/api/registries', { access: null }),
    gateway.graphql('{ viewer { username } }', {}, { access: null }),
    gateway.rest('POST', '/events/local', { access: null, body: {} }),
  ];
  for (const { status, headers } of await Promise.all(asked)) {
    expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="registry-gateway"']);
  }
});
