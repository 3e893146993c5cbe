import { startGateway, type TestGateway } from '../support/worlds/gateway.js';
import { createMemoryRegistry } from '../support/registry/server.js';

const metricsToken = 'a-token-for-scrapers-only';
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway({ metricsToken });
});
afterAll(async () => gateway[Symbol.asyncDispose]());

const bearer = (token: string) => ({ access: null, headers: { authorization: `Bearer ${token}` } });

test('metrics are for whoever may read registries, and for the token of scrapers', async () => {
  const reader = await gateway.accessAs('registries:ro');
  for (const options of [{}, { access: reader }, bearer(reader.split(':')[1]!), bearer(metricsToken)]) {
    const { status, headers, text } = await gateway.rest('GET', '/metrics', options);
    expect([status, headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
    expect(text).toContain('# TYPE registry_gateway_registries gauge');
  }
  expect((await gateway.rest('HEAD', '/metrics')).status).toBe(200);
});

test.each([
  ['nobody', { access: null }],
  ['another token', bearer(`${metricsToken}x`)],
  ['an empty one', { access: null, headers: { authorization: 'Bearer ' } }],
  ['the same under another scheme', { access: null, headers: { authorization: `Basic ${metricsToken}` } }],
])('%s is refused, and told how to be let in', async (_who, options) => {
  const { status, headers, body } = await gateway.rest<{ error: { code: string } }>('GET', '/metrics', options);
  expect([status, body.error.code, headers.get('www-authenticate')]).toEqual([
    401,
    'UNAUTHENTICATED',
    'Bearer realm="registry-gateway"',
  ]);
});

test('without a token for scrapers in the settings none lets anybody in', async () => {
  await using plain = await startGateway();
  for (const token of ['', 'null', 'undefined'])
    expect((await plain.rest('GET', '/metrics', bearer(token))).status).toBe(401);
});

interface Ready {
  readonly status: string;
  readonly parts: readonly { readonly part: string; readonly state: string; readonly message?: string }[];
  readonly sickRegistries?: readonly { readonly registry: string; readonly message: string; readonly next: string }[];
}

describe('/readyz?verbose', () => {
  test('tells strangers the state of each part, and nothing else', async () => {
    await using sick = await startGateway();
    const registry = await createMemoryRegistry();
    await sick.attach('secret-name', registry.url);
    await registry.close();
    await sick.crawl('secret-name');
    const { status, body, text } = await sick.rest<Ready>('GET', '/readyz?verbose', { access: null });
    expect([status, body.status]).toEqual([200, 'ok']);
    expect(body.parts.map(({ part, state }) => [part, state])).toEqual([
      ['database', 'ok'],
      ['disk', 'ok'],
      ['key', 'ok'],
      ['registries', 'warning'],
    ]);
    expect(text).not.toMatch(/secret-name|message/);
    const told = await sick.rest<Ready>('GET', '/readyz?verbose');
    expect(told.body.parts.at(-1)).toEqual({
      part: 'registries',
      state: 'warning',
      message: '1 of 1 registries are not well.',
    });
    expect(told.body.sickRegistries).toEqual([
      {
        registry: 'secret-name',
        message: expect.stringContaining('cannot be reached') as string,
        next: expect.stringContaining('See that it runs') as string,
      },
    ]);
    const plain = await sick.rest('GET', '/readyz', { access: null });
    expect([plain.status, plain.body]).toEqual([200, { status: 'ok' }]);
  });

  test('says that the key is gone, and stays ready', async () => {
    let isThere = true;
    const loadKey = (): Buffer => {
      if (!isThere) throw new Error('ENOENT /secret/path');
      return Buffer.alloc(32, 7);
    };
    await using keyless = await startGateway({ loadKey });
    isThere = false;
    const { status, body, text } = await keyless.rest<Ready>('GET', '/readyz?verbose=1');
    expect([status, body.parts.find(({ part }) => part === 'key')]).toMatchObject([
      200,
      { state: 'warning', message: expect.stringContaining('the next start would fail') as string },
    ]);
    expect(text).not.toContain('/secret/path');
  });

  test('refuses a token that is not valid, and takes HEAD', async () => {
    expect((await gateway.rest('GET', '/readyz?verbose', bearer('rgw_wrong'))).status).toBe(401);
    expect((await gateway.rest('HEAD', '/readyz?verbose', { access: null })).status).toBe(200);
  });
});
