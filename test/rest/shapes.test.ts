import { errorCodes } from '../../src/errors.js';
import { startGateway, type TestGateway } from '../support/worlds/gateway.js';
import { buildHelmChart, buildImage, buildIndex } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';

interface ErrorAnswer {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly requestId: string;
    readonly [fact: string]: unknown;
  };
}

const hex64 = /^[0-9a-f]{64}$/;
const image = buildImage({
  author: 'Ann <ann@example.com>',
  layers: [
    { size: 3000, seed: 'base', command: '/bin/sh -c #(nop) ADD file:1 in / ' },
    { size: 2500, seed: 'top', command: 'COPY app /app' },
  ],
  cmd: ['/app'],
});

let registry: MemoryRegistry;
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(async () => gateway[Symbol.asyncDispose]());
beforeEach(async () => {
  registry = await createMemoryRegistry();
  seed(registry.store, 'library/registry', 'latest', image);
  await gateway.attach('local', registry.url);
});
afterEach(async () => {
  await gateway.rest('DELETE', '/api/registries/local');
  await registry.close();
});

describe('the documented JSON', () => {
  test('a registry has an id, a name and an addr, and nothing else', async () => {
    const list = await gateway.rest('GET', '/api/registries');
    const one = await gateway.rest<{ id: string }>('GET', '/api/registries/local');
    expect(one.headers.get('content-type')).toMatch(/^application\/json/);
    expect(one.text).toBe(`{"id":"${one.body.id}","name":"local","addr":"${registry.url}"}`);
    expect(list.text).toBe(`[${one.text}]`);
  });

  test('a repository is told to the byte', async () => {
    const { body, text, status } = await gateway.rest<object>(
      'GET',
      '/api/registries/local/repositories/library/registry',
    );
    expect(status).toBe(200);
    const at = '2024-01-02T03:04:05Z';
    const described = { os: 'linux', architecture: 'amd64', author: 'Ann <ann@example.com>' };
    const expected = {
      name: 'library/registry',
      namespace: 'library',
      repository: 'registry',
      tags: [{ ID: image.config!.digest.slice(7), Name: 'latest' }],
      layers: [
        {
          id: image.layers[0]!.digest.slice(7),
          size: 3000,
          created: '2024-01-02T03:04:05.000Z',
          ...described,
          container_config: { Cmd: ['/bin/sh -c #(nop) ADD file:1 in / '] },
        },
        {
          id: image.layers[1]!.digest.slice(7),
          size: 2500,
          created: '2024-01-02T03:04:05.000Z',
          ...described,
          container_config: { Cmd: ['COPY app /app'] },
        },
      ],
      size: image.config!.size + 5500,
    };
    expect(new Date(expected.layers[0]!.created)).toEqual(new Date(at));
    expect(body).toEqual(expected);
    expect(text).toBe(JSON.stringify(expected));
    const list = await gateway.rest('GET', '/api/registries/local/repositories');
    expect(list.text).toBe(`[${JSON.stringify(expected)}]`);
  });

  test('no registry and no repository are empty lists', async () => {
    await using empty = await createMemoryRegistry();
    await gateway.attach('empty', empty.url);
    expect((await gateway.rest('GET', '/api/registries/empty/repositories')).text).toBe('[]');
    await gateway.rest('DELETE', '/api/registries/empty');
    await gateway.rest('DELETE', '/api/registries/local');
    const { text, headers } = await gateway.rest('GET', '/api/registries');
    expect([text, headers.get('link')]).toEqual(['[]', '<../explorer/rest.html>; rel="service-doc"']);
  });

  test('a name without a slash has the namespace library, a deep one all before its last slash', async () => {
    seed(registry.store, 'plain', 'v1', image);
    seed(registry.store, 'a/b/c', 'v1', image);
    await gateway.crawl('local');
    const { body } = await gateway.rest<{ name: string; namespace: string; repository: string }[]>(
      'GET',
      '/api/registries/local/repositories',
    );
    expect(body.map(({ name, namespace, repository }) => [name, namespace, repository])).toEqual([
      ['a/b/c', 'a/b', 'c'],
      ['library/registry', 'library', 'registry'],
      ['plain', 'library', 'plain'],
    ]);
  });

  test('indexes, charts and tags that point to nothing fit the same shape', async () => {
    const index = buildIndex([buildImage({ arch: 'amd64' }), buildImage({ arch: 'arm64' })], { attestation: true });
    const chart = buildHelmChart({ name: 'app', version: '1.0.0' });
    seed(registry.store, 'odd', 'index', index);
    seed(registry.store, 'odd', 'chart', chart);
    registry.store.setTag('odd', 'dangling', `sha256:${'a'.repeat(64)}`);
    const { body } = await gateway.rest<{
      tags: { ID: string; Name: string }[];
      size: number;
      layers: { id: string; size: number }[];
    }>('GET', '/api/registries/local/repositories/odd');
    expect(body.tags).toEqual([
      { ID: chart.config!.digest.slice(7), Name: 'chart' },
      { ID: '', Name: 'dangling' },
      { ID: index.digest.slice(7), Name: 'index' },
    ]);
    const blobs = new Map(
      [chart, ...index.children].flatMap((built) => built.blobs).map(({ digest, bytes }) => [digest, bytes.length]),
    );
    expect(body.size).toBe([...blobs.values()].reduce((sum, size) => sum + size, 0));
    for (const layer of body.layers) {
      expect(layer.id).toMatch(hex64);
      expect(Number.isInteger(layer.size)).toBe(true);
    }
  });

  test('a layer that stands twice, in an image or in two, counts once', async () => {
    const layer = { size: 4000, seed: 'shared' };
    const first = buildImage({ layers: [layer, layer], labels: { n: '1' } });
    const second = buildImage({ layers: [layer], labels: { n: '2' } });
    for (const [tag, built] of [
      ['a', first],
      ['b', second],
      ['c', first],
    ] as const)
      seed(registry.store, 'shared', tag, built);
    const { body } = await gateway.rest<{ size: number; layers: unknown[] }>(
      'GET',
      '/api/registries/local/repositories/shared',
    );
    expect(body).toMatchObject({ size: 4000 + first.config!.size + second.config!.size });
    expect(body.layers).toHaveLength(1);
  });

  test('an emptied repository is not listed and not found, and cannot be deleted', async () => {
    seed(registry.store, 'emptied', 'v1', image);
    registry.store.deleteTag('emptied', 'v1');
    const { body } = await gateway.rest<{ name: string }[]>('GET', '/api/registries/local/repositories');
    expect(body.map(({ name }) => name)).toEqual(['library/registry']);
    for (const method of ['GET', 'DELETE']) {
      const answer = await gateway.rest<ErrorAnswer>(method, '/api/registries/local/repositories/emptied');
      expect([answer.status, answer.body.error.code]).toEqual([404, 'NOT_FOUND']);
    }
  });

  test('a thousand tags come at once: the documented routes have no pages', async () => {
    for (let n = 0; n < 250; n++) seed(registry.store, 'many', `v${n}`, image);
    for (let n = 0; n < 130; n++) seed(registry.store, `repo-${n}`, 'v1', image);
    await gateway.crawl('local');
    const { body } = await gateway.rest<{ name: string; tags: object[] }[]>(
      'GET',
      '/api/registries/local/repositories',
    );
    expect(body).toHaveLength(132);
    expect(body.find(({ name }) => name === 'many')?.tags).toHaveLength(250);
  });
});

describe('names in paths', () => {
  test.each([
    ['raw slashes', 'library/registry'],
    ['an encoded slash', 'library%2Fregistry'],
    ['an encoded slash in lower case', 'library%2fregistry'],
    ['a slash at the end', 'library/registry/'],
    ['a query', 'library/registry?x=1'],
  ])('%s lead to the repository', async (_, path) => {
    const { status, body } = await gateway.rest('GET', `/api/registries/local/repositories/${path}`);
    expect([status, (body as { name: string }).name]).toEqual([200, 'library/registry']);
  });

  test('library/x finds x where there is no library/x, for reading and deleting; what is there goes first', async () => {
    seed(registry.store, 'registry', 'plain', image);
    seed(registry.store, 'busybox', 'v1', image);
    expect(
      (await gateway.rest<{ name: string }>('GET', '/api/registries/local/repositories/library/busybox')).body.name,
    ).toBe('busybox');
    expect(
      (await gateway.rest<{ name: string }>('GET', '/api/registries/local/repositories/library/registry')).body.name,
    ).toBe('library/registry');
    expect((await gateway.rest('DELETE', '/api/registries/local/repositories/library/busybox')).status).toBe(204);
    expect([registry.store.tags('busybox'), registry.store.tags('registry')]).toEqual([[], ['plain']]);
    expect((await gateway.rest('DELETE', '/api/registries/local/repositories/library/registry')).status).toBe(204);
    expect([registry.store.tags('library/registry'), registry.store.tags('registry')]).toEqual([[], ['plain']]);
  });

  test.each([
    '%',
    '%zz',
    '%ff',
    'a%00b',
    '%0d%0aX:1',
    '..%2f..',
    '%2e%2e/x',
    'a//b',
    '//',
    'a/%2e%2e/b',
    '%252F',
    ';x',
    '\\..\\x',
    'A',
    '*',
  ])('the path %s is refused as JSON, and the registry hears nothing of it', async (path) => {
    registry.forget();
    for (const method of ['GET', 'DELETE']) {
      const { status, body } = await gateway.rest<ErrorAnswer>(method, `/api/registries/local/repositories/${path}`);
      expect([400, 404]).toContain(status);
      expect(['BAD_USER_INPUT', 'NOT_FOUND']).toContain(body.error?.code);
      expect(body.error.requestId).toMatch(/^[0-9a-f-]{36}$/);
    }
    expect(registry.requests).toEqual([]);
  });
});

describe('headers', () => {
  test('Age says how old an answer is, and X-Registry-Stale that it is older than it should be', async () => {
    const path = '/api/registries/local/repositories';
    const fresh = await gateway.rest('GET', path);
    const age = Number(fresh.headers.get('age'));
    expect([Number.isInteger(age), fresh.headers.get('x-registry-stale')]).toEqual([true, null]);
    gateway.wait(2);
    expect(Number((await gateway.rest('GET', path)).headers.get('age'))).toBeGreaterThanOrEqual(age + 2);
    registry.fail({ kind: 'reset' });
    gateway.wait(60);
    expect((await gateway.rest('GET', path)).headers.get('x-registry-stale')).toBe('STALE');
    await gateway.crawl('local');
    for (const stale of [await gateway.rest('GET', path), await gateway.rest('GET', `${path}/library/registry`)]) {
      expect([stale.status, stale.headers.get('x-registry-stale')]).toEqual([200, 'UPSTREAM_UNREACHABLE']);
      expect(Number(stale.headers.get('age'))).toBeGreaterThanOrEqual(1);
    }
  });

  test('GET and DELETE may say application/json and send no body', async () => {
    const headers = { 'content-type': 'application/json' };
    expect((await gateway.rest('GET', '/api/registries', { headers })).status).toBe(200);
    expect(
      (await gateway.rest('DELETE', '/api/registries/local/repositories/library/registry', { headers })).status,
    ).toBe(204);
    const chunked = { ...headers, 'transfer-encoding': 'chunked' };
    expect((await gateway.rest('GET', '/api/registries', { headers: chunked })).status).toBe(200);
  });

  test('204 has neither a body nor a content type', async () => {
    const { status, text, headers } = await gateway.rest(
      'DELETE',
      '/api/registries/local/repositories/library/registry',
    );
    expect([status, text, headers.get('content-type')]).toEqual([204, '', null]);
  });

  test('a slash at the end changes nothing', async () => {
    expect((await gateway.rest('GET', '/api/registries/')).text).toBe(
      (await gateway.rest('GET', '/api/registries')).text,
    );
    expect((await gateway.rest('GET', '/api/registries/local/')).status).toBe(200);
    expect((await gateway.rest('GET', '/api/registries/local/repositories/')).body).toHaveLength(1);
  });
});

describe('errors', () => {
  test('errors are one object with code, message and the id that the header has', async () => {
    const { status, headers, body } = await gateway.rest<ErrorAnswer>('GET', '/api/registries/nowhere');
    expect(status).toBe(404);
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(body).toEqual({
      type: '/explorer/errors.html#NOT_FOUND',
      title: 'There is no such thing.',
      status: 404,
      error: {
        code: 'NOT_FOUND',
        message: 'No registry is attached as "nowhere".',
        retryable: false,
        requestId: headers.get('x-request-id'),
      },
    });
  });

  test('the type of each code leads to its line of the documentation', async () => {
    const { status, text } = await gateway.rest('GET', '/explorer/errors.html', { access: null });
    expect(status).toBe(200);
    expect(errorCodes.filter((code) => !text.includes(`<code id="${code}">`))).toEqual([]);
  });

  test('a client that asks for problems is answered with one, whose detail is the message', async () => {
    const headers = { accept: 'application/json, application/problem+json' };
    const answer = await gateway.rest<ErrorAnswer>('GET', '/api/registries/nowhere', { headers });
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(answer.body).toMatchObject({ detail: answer.body.error.message, status: answer.status });
  });

  test.each([
    ['GET', '/api'],
    ['GET', '/api/nothing'],
    ['GET', '/auth/login'],
    ['PUT', '/api/registries'],
    ['PATCH', '/api/registries'],
    ['POST', '/api/registries/local/repositories/library/registry'],
    ['DELETE', '/api/registries'],
    ['DELETE', '/api/registries/local/repositories'],
    ['GET', '/api/registries/local/repositories/../../x'],
  ])('%s %s is refused as JSON and does nothing', async (method, path) => {
    const { status, body, headers } = await gateway.rest<ErrorAnswer>(method, path);
    expect([400, 404, 405]).toContain(status);
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    expect(body.error).toMatchObject({ message: expect.any(String) as string, requestId: headers.get('x-request-id') });
    expect(registry.store.tags('library/registry')).toEqual(['latest']);
    expect((await gateway.rest('GET', '/api/registries/local')).status).toBe(200);
  });

  test.each([
    ['not JSON', '{', 400],
    ['a list', '[]', 422],
    ['null', 'null', 422],
    ['a number', '1', 422],
    ['nothing', '', 400],
    ['40 levels deep', `${'['.repeat(40)}${']'.repeat(40)}`, 400],
    ['a million levels deep', '['.repeat(200_000), 400],
    ['with __proto__', '{"name":"p","addr":"http://127.0.0.1:1","__proto__":{"isAdmin":true}}', 400],
    ['with constructor.prototype', '{"name":"p","addr":"http://127.0.0.1:1","constructor":{"prototype":{"x":1}}}', 400],
    ['not UTF-8', '\u0000', 400],
    ['without an address', '{"name":"p"}', 422],
    ['with a number for a name', '{"name":1,"addr":"http://127.0.0.1:1"}', 422],
    [
      'with an object for a password',
      '{"name":"p","addr":"http://127.0.0.1:1","username":"a","password":{"$ne":null}}',
      422,
    ],
    [
      'one byte over 256 KiB',
      JSON.stringify({ name: 'p', pad: 'x'.repeat(256 * 1024 - 20 + 1) }).slice(0, 256 * 1024 + 1),
      413,
    ],
  ])('a body that is %s is refused', async (_, text, status) => {
    const { status: got, body } = await gateway.rest<ErrorAnswer>('POST', '/api/registries', { body: text });
    expect([got, body.error.code]).toEqual([status, 'BAD_USER_INPUT']);
    expect(body.error.message).not.toMatch(/at position|Unexpected token|stack/i);
    expect((await gateway.rest('GET', '/api/registries')).body).toHaveLength(1);
  });

  test('a body of exactly 256 KiB is read', async () => {
    const start = '{"name":"big/name","addr":"http://127.0.0.1:1","pad":"';
    const { status, body } = await gateway.rest<ErrorAnswer>('POST', '/api/registries', {
      body: `${start}${'x'.repeat(256 * 1024 - start.length - 2)}"}`,
    });
    expect([status, body.error.code, body.error['path']]).toEqual([422, 'BAD_USER_INPUT', ['name']]);
  });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
    'application/jsonx',
    '',
  ])('a body of the type %j is refused, so that no page of another site can send it', async (type) => {
    const body = JSON.stringify({ name: 'csrf', addr: registry.url });
    const answer = await gateway.rest<ErrorAnswer>('POST', '/api/registries', {
      body,
      headers: { 'content-type': type },
    });
    expect([400, 415]).toContain(answer.status);
    expect(answer.body.error.code).toBe('BAD_USER_INPUT');
    expect((await gateway.rest('GET', '/api/registries/csrf')).status).toBe(404);
  });

  test('a login answers with the token and the user agent that it came from', async () => {
    const { status, body } = await gateway.rest<{ auth_token: string; user_agent: string }>('POST', '/auth/login', {
      access: null,
      body: { username: 'admin', password: 'correct horse battery' },
      headers: { 'user-agent': 'shipyard/3' },
    });
    expect(status).toBe(200);
    expect(body).toEqual({ auth_token: expect.stringMatching(/^rgw_/) as string, user_agent: 'shipyard/3' });
  });
});
