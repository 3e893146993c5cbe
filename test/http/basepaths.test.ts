import { ownParts, parseBasePath, stripBasePath } from '../../src/domain/basepath.js';
import { parseNetwork } from '../../src/domain/network.js';
import { startGateway } from '../support/worlds/gateway.js';

const base = (text: string) => parseBasePath(text)!;

describe('parseBasePath', () => {
  it.each([
    ['/', ''],
    ['/registry', '/registry'],
    ['/registry/', '/registry'],
    ['/tools/registry.v2_~-', '/tools/registry.v2_~-'],
    ['/registry/api', '/registry/api'],
    ['/apis', '/apis'],
  ])('%j is %j', (text, path) => expect(parseBasePath(text)).toBe(path));

  it.each([
    '',
    'registry',
    '//registry',
    '/registry//',
    '/a//b',
    '/..',
    '/a/../b',
    '/./a',
    '/a b',
    '/a%20b',
    '/a?b',
    '/a#b',
    '/a"b',
    '/a<b',
    '/a\\b',
    '/é',
    '/a, /b',
    'https://elsewhere.example',
    '//elsewhere.example/a',
    '/a\nb',
    `/${'a'.repeat(255)}`,
    ...ownParts.map((part) => `/${part}`),
    '/api/v2/',
  ])('%j is none', (text) => expect(parseBasePath(text)).toBeNull());
});

describe('stripBasePath', () => {
  it.each([
    ['/registry', '/'],
    ['/registry/', '/'],
    ['/registry?a=/b', '/?a=/b'],
    ['/registry/graphql?query=%7B%7D', '/graphql?query=%7B%7D'],
    ['/registry/api/registries/a/repositories/b%2Fc', '/api/registries/a/repositories/b%2Fc'],
    ['/%72egistr%79/livez', '/livez'],
    ['http://tools.example/registry/livez', 'http://tools.example/livez'],
    ['/livez', '/livez'],
    ['/registrys/livez', '/registrys/livez'],
    ['/Registry/livez', '/Registry/livez'],
    ['/registry%2Flivez', '/registry%2Flivez'],
    ['%2Fregistry/livez', '%2Fregistry/livez'],
    ['/registr%zz/livez', '/registr%zz/livez'],
    ['/registr%', '/registr%'],
    ['/a/registry/livez', '/a/registry/livez'],
    ['*', '*'],
    ['', ''],
  ])('%j becomes %j', (target, stripped) => expect(stripBasePath(target, base('/registry'))).toBe(stripped));
});

test('no route of the gateway begins with a part that a base path may begin with', async () => {
  await using gateway = await startGateway();
  // A tree: what is below the root is one step in, `    ├── api/jobs/:id (GET, HEAD, DELETE)`.
  const routes = gateway.app.server.printRoutes({ commonPrefix: false });
  const parts = new Set([...routes.matchAll(/^ {4}[├└]── ([^/ ]+)/gm)].map(([, part]) => part!));
  expect([...parts].filter((part) => !ownParts.includes(part))).toEqual([]);
  expect(parts).toContain('livez');
});

const addresses = async (
  gateway: Awaited<ReturnType<typeof startGateway>>,
  below = '',
  headers: Record<string, string> = {},
) => {
  const list = await gateway.rest('GET', `${below}/api/registries`, { headers });
  const visit = await gateway.rest('GET', `${below}/graphql`, { headers: { ...headers, accept: 'text/html' } });
  const root = await gateway.rest<{ graphql: string; rest: string; explorer: string }>('GET', below || '/', {
    headers,
  });
  const page = await gateway.rest('GET', `${below}/`, { headers: { ...headers, accept: 'text/html' } });
  return {
    link: list.headers.get('link'),
    location: visit.headers.get('location'),
    graphql: root.body.graphql,
    rest: root.body.rest,
    explorer: root.body.explorer,
    base: /<base href="([^"]*)">/.exec(page.text)?.[1] ?? null,
  };
};

const relative = {
  link: '<../explorer/rest.html>; rel="service-doc"',
  location: './explorer',
  graphql: './graphql',
  rest: './api/registries',
  explorer: './explorer',
  base: './',
};
const below = (path: string) => ({
  link: `<${path}/explorer/rest.html>; rel="service-doc"`,
  location: `${path}/explorer`,
  graphql: `${path}/graphql`,
  rest: `${path}/api/registries`,
  explorer: `${path}/explorer`,
  base: `${path}/`,
});

test('below a base path that is set every address has it, whether a proxy takes it off or not, and whatever a header says', async () => {
  await using gateway = await startGateway({
    basePath: base('/tools/registry'),
    trustedProxies: [parseNetwork('127.0.0.1')!],
  });
  for (const asked of ['/tools/registry', '']) {
    expect(await addresses(gateway, asked, { 'x-forwarded-prefix': '/other' })).toEqual(below('/tools/registry'));
    for (const path of ['/livez', '/readyz', '/explorer/boot.js', '/explorer/rest.html'])
      expect((await gateway.rest('GET', asked + path)).status).toBe(200);
    expect((await gateway.graphql('{ viewer { username } }')).body.data).toEqual({ viewer: { username: 'admin' } });
  }
  expect(
    (await gateway.rest('POST', '/tools/registry/graphql', { body: { query: '{ __typename }' } })).body,
  ).toMatchObject({ data: { __typename: 'Query' } });
  expect((await gateway.rest('GET', '/tools/registry', { headers: { accept: 'text/html' } })).text).toContain(
    '<base href="/tools/registry/">',
  );
  expect((await gateway.rest('GET', '/other/livez')).status).toBe(404);
  expect((await gateway.rest('PUT', '/tools/registry/livez')).status).toBe(405);
  expect((await gateway.rest('OPTIONS', '/tools/registry/graphql')).headers.get('allow')).toBe(
    'GET, HEAD, OPTIONS, POST',
  );
});

test('at a root that is set addresses are absolute too', async () => {
  await using gateway = await startGateway({ basePath: base('/') });
  expect(await addresses(gateway)).toEqual(below(''));
});

test('without a setting the base path is what a trusted proxy says, as far as it is one', async () => {
  await using gateway = await startGateway({ trustedProxies: [parseNetwork('127.0.0.1')!] });
  expect(await addresses(gateway)).toEqual(relative);
  expect(await addresses(gateway, '', { 'x-forwarded-prefix': '/gw' })).toEqual(below('/gw'));
  expect(await addresses(gateway, '/gw', { 'x-forwarded-prefix': '/gw/' })).toEqual(below('/gw'));
  for (const made of [
    '//elsewhere.example',
    'https://elsewhere.example',
    '/a"><script>',
    '/gw, /gw',
    '/api',
    '/..',
    'gw',
    ' ',
  ]) {
    expect([made, await addresses(gateway, '', { 'x-forwarded-prefix': made })]).toEqual([made, relative]);
  }
});

test('nobody else is believed', async () => {
  await using gateway = await startGateway({ trustedProxies: [parseNetwork('192.0.2.1')!] });
  expect(await addresses(gateway, '', { 'x-forwarded-prefix': '/gw' })).toEqual(relative);
  expect((await gateway.rest('GET', '/gw/livez', { headers: { 'x-forwarded-prefix': '/gw' } })).status).toBe(404);
});

test('the page below a base path is not sent again while it is the same', async () => {
  await using gateway = await startGateway({ basePath: base('/gw') });
  const headers = { accept: 'text/html', 'accept-encoding': 'gzip' };
  const first = await gateway.rest('GET', '/gw/explorer', { headers });
  expect([first.status, first.headers.get('content-encoding')]).toEqual([200, 'gzip']);
  const again = await gateway.rest('GET', '/gw/explorer', {
    headers: { ...headers, 'if-none-match': first.headers.get('etag')! },
  });
  expect([again.status, again.text]).toEqual([304, '']);
});
