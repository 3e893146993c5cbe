import { screens } from '../../src/domain/basepath.js';
import { startGateway, type HttpAnswer, type TestGateway } from '../support/worlds/gateway.js';
import { readRoutes } from '../support/observed/routes.js';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';

const origin = 'https://ui.example.com';

let gateway: TestGateway;
let registry: MemoryRegistry;
beforeAll(async () => {
  registry = await createMemoryRegistry();
  seed(registry.store, 'team/app', 'one', buildImage());
  gateway = await startGateway({ allowedOrigins: [origin] });
  await gateway.attach('local', registry.url);
  await gateway.crawl('local');
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await registry[Symbol.asyncDispose]();
});

interface Route {
  /** As it is registered. */
  readonly pattern: string;
  readonly allow: string;
  /** Requests that it answers. */
  readonly examples: readonly string[];
}

/** Every route of the gateway: one that is added is added here. */
const routes: readonly Route[] = [
  { pattern: '/', allow: 'GET, HEAD, OPTIONS', examples: ['/', '/?x=1'] },
  { pattern: '/livez', allow: 'GET, HEAD, OPTIONS', examples: ['/livez', '/livez/'] },
  { pattern: '/readyz', allow: 'GET, HEAD, OPTIONS', examples: ['/readyz', '/readyz?verbose'] },
  { pattern: '/metrics', allow: 'GET, HEAD, OPTIONS', examples: ['/metrics'] },
  { pattern: '/schema.graphql', allow: 'GET, HEAD, OPTIONS', examples: ['/schema.graphql'] },
  { pattern: '/explorer', allow: 'GET, HEAD, OPTIONS', examples: ['/explorer', '/explorer/'] },
  { pattern: '/assets/:file', allow: 'GET, HEAD, OPTIONS', examples: ['/assets/licences.txt', '/assets/none'] },
  ...screens.flatMap((screen) => [
    { pattern: `/${screen}`, allow: 'GET, HEAD, OPTIONS', examples: screen === 'r' ? ['/r'] : [] },
    { pattern: `/${screen}/*`, allow: 'GET, HEAD, OPTIONS', examples: screen === 'r' ? ['/r/local/team/app'] : [] },
  ]),
  {
    pattern: '/explorer/:file',
    allow: 'GET, HEAD, OPTIONS',
    examples: ['/explorer/boot.js', '/explorer/documentation.html', '/explorer/none'],
  },
  {
    pattern: '/graphql',
    allow: 'GET, HEAD, OPTIONS, POST',
    examples: [
      '/graphql?query=%7Bviewer%7Busername%7D%7D',
      '/graphql/?query=%7Bregistries%7Bname%7D%7D',
      '/graphql',
      '/graphql?query=%7B',
    ],
  },
  { pattern: '/graphql/stream', allow: 'OPTIONS, POST', examples: ['/graphql/stream', '/graphql/stream/'] },
  { pattern: '/auth/login', allow: 'OPTIONS, POST', examples: ['/auth/login', '/auth/login/'] },
  { pattern: '/auth/logout', allow: 'OPTIONS, POST', examples: ['/auth/logout'] },
  { pattern: '/account/changepassword', allow: 'OPTIONS, POST', examples: ['/account/changepassword'] },
  { pattern: '/api/accounts', allow: 'GET, HEAD, OPTIONS, POST', examples: ['/api/accounts', '/api/accounts/'] },
  {
    pattern: '/api/accounts/:username',
    allow: 'DELETE, GET, HEAD, OPTIONS',
    examples: ['/api/accounts/admin', '/api/accounts/none'],
  },
  { pattern: '/api/roles', allow: 'GET, HEAD, OPTIONS', examples: ['/api/roles'] },
  { pattern: '/api/roles/:name', allow: 'GET, HEAD, OPTIONS', examples: ['/api/roles/admin', '/api/roles/none'] },
  { pattern: '/api/servicekeys', allow: 'DELETE, GET, HEAD, OPTIONS, POST', examples: ['/api/servicekeys'] },
  { pattern: '/api/servicekeys/:id', allow: 'DELETE, OPTIONS', examples: ['/api/servicekeys/none'] },
  { pattern: '/events/:registry', allow: 'OPTIONS, POST', examples: ['/events/local', '/events/none'] },
  // A stream has no end, and so nothing that HEAD could tell of it.
  { pattern: '/api/events', allow: 'GET, OPTIONS', examples: ['/api/events', '/api/events?after=0'] },
  { pattern: '/api/registries', allow: 'GET, HEAD, OPTIONS, POST', examples: ['/api/registries', '/api/registries/'] },
  {
    pattern: '/api/registries/:name',
    allow: 'DELETE, GET, HEAD, OPTIONS, PATCH',
    examples: ['/api/registries/local', '/api/registries/none'],
  },
  {
    pattern: '/api/registries/:name/refresh',
    allow: 'OPTIONS, POST',
    examples: ['/api/registries/local/refresh', '/api/registries/none/refresh?repository=team/app'],
  },
  { pattern: '/api/registries/test', allow: 'OPTIONS, POST', examples: [] },
  { pattern: '/api/registries/:name/test', allow: 'OPTIONS, POST', examples: ['/api/registries/local/test'] },
  {
    pattern: '/api/registries/:name/repositories',
    allow: 'GET, HEAD, OPTIONS',
    examples: ['/api/registries/local/repositories', '/api/registries/none/repositories'],
  },
  {
    pattern: '/api/registries/:name/repositories/*',
    allow: 'DELETE, GET, HEAD, OPTIONS',
    examples: [
      '/api/registries/local/repositories/team/app',
      '/api/registries/local/repositories/team%2Fapp',
      '/api/registries/local/repositories/none',
    ],
  },
  {
    pattern: '/api/registries/:name/tags',
    allow: 'GET, HEAD, OPTIONS',
    examples: ['/api/registries/local/tags?repository=team/app', '/api/registries/local/tags'],
  },
  {
    pattern: '/api/registries/:name/tags/:tag',
    allow: 'DELETE, GET, HEAD, OPTIONS',
    examples: ['/api/registries/local/tags/one?repository=team/app', '/api/registries/local/tags/none?repository=x'],
  },
  { pattern: '/api/docs', allow: 'GET, HEAD, OPTIONS', examples: ['/api/docs'] },
  { pattern: '/api/openapi.json', allow: 'GET, HEAD, OPTIONS', examples: ['/api/openapi.json'] },
  { pattern: '/api/jobs', allow: 'GET, HEAD, OPTIONS', examples: ['/api/jobs', '/api/jobs/?kind=CRAWL'] },
  { pattern: '/api/search', allow: 'GET, HEAD, OPTIONS', examples: ['/api/search?q=app', '/api/search'] },
  {
    pattern: '/api/jobs/:id',
    allow: 'DELETE, GET, HEAD, OPTIONS',
    examples: ['/api/jobs/7', '/api/jobs/00000000-0000-4000-8000-000000000000'],
  },
  { pattern: '/api/jobs/:id/pieces', allow: 'GET, HEAD, OPTIONS', examples: ['/api/jobs/7/pieces'] },
  { pattern: '/api/jobs/:id/undo', allow: 'OPTIONS, POST', examples: ['/api/jobs/7/undo'] },
  { pattern: '/api/deletions', allow: 'OPTIONS, POST', examples: ['/api/deletions'] },
];

const examples = routes.flatMap((route) => route.examples.map((path): [string, string] => [path, route.allow]));

test('these are all routes there are', () => {
  const known = routes.map(({ pattern, allow }) => [pattern, allow]);
  expect(Object.fromEntries(readRoutes(gateway))).toEqual(Object.fromEntries(known));
});

const errorOf = ({ body }: HttpAnswer): Record<string, unknown> => {
  const { error, errors } = body as {
    error?: Record<string, unknown>;
    errors?: { message: string; extensions: Record<string, unknown> }[];
  };
  return error ?? { message: errors?.[0]?.message, ...errors?.[0]?.extensions };
};

describe.each(examples)('%s', (path, allow) => {
  test('takes what it takes, and says so to everything else, whoever asks and whatever is sent', async () => {
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND'].filter(
      (each) => !allow.split(', ').includes(each),
    )) {
      for (const access of [gateway.access, null]) {
        const body = ['GET', 'HEAD', 'TRACE'].includes(method)
          ? {}
          : { body: 'x', headers: { 'content-type': 'text/plain' } };
        const answer = await gateway.rest(method, path, { access, ...body });
        expect([method, answer.status, answer.headers.get('allow')]).toEqual([method, 405, allow]);
        if (method === 'HEAD') {
          expect(answer.text).toBe('');
          continue;
        }
        const message = `This address takes ${allow}, and not ${method}. Nothing was done.`;
        expect(errorOf(answer)).toMatchObject({
          code: 'BAD_USER_INPUT',
          message,
          requestId: answer.headers.get('x-request-id'),
        });
        expect(path.startsWith('/graphql')).toBe('errors' in (answer.body as object));
      }
    }
  });

  test('says to OPTIONS what it takes', async () => {
    for (const access of [gateway.access, null]) {
      const { status, headers, text } = await gateway.rest('OPTIONS', path, { access });
      expect([status, headers.get('allow'), text]).toEqual([204, allow, '']);
    }
  });

  test('lets a page ask before it sends', async () => {
    const asking = {
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type,x-access-token',
    };
    const { status, headers, text } = await gateway.rest('OPTIONS', path, {
      access: null,
      headers: { origin, ...asking },
    });
    expect([status, text]).toEqual([204, '']);
    expect(Object.fromEntries(headers)).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'GET, HEAD, POST, PATCH, DELETE',
      'access-control-allow-headers': asking['access-control-request-headers'],
      'access-control-max-age': '600',
    });
    const refused = await gateway.rest('OPTIONS', path, {
      access: null,
      headers: { origin: 'https://evil.example', ...asking },
    });
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([403, null]);
  });
});

/** Headers that tell of one answer, and not of what it says; Prometheus' numbers change from one to the next. */
const fleeting = ['date', 'x-request-id', 'age', 'ratelimit-remaining', 'ratelimit-reset'];

describe.each(examples.filter(([, allow]) => allow.includes('HEAD')))('HEAD %s', (path) => {
  test.each(['identity', 'br', 'gzip, zstd'])(
    'has the status and headers that GET has, and no body, with Accept-Encoding: %s',
    async (coding) => {
      for (const access of [gateway.access, null]) {
        const headers = { 'accept-encoding': coding };
        const [get, head] = [
          await gateway.rest('GET', path, { access, headers }),
          await gateway.rest('HEAD', path, { access, headers }),
        ];
        const left = path === '/metrics' ? [...fleeting, 'content-length'] : fleeting;
        const shown = (answer: HttpAnswer): unknown =>
          Object.fromEntries([...answer.headers].filter(([name]) => !left.includes(name)));
        expect([head.status, shown(head), head.text]).toEqual([get.status, shown(get), '']);
        expect(get.text).not.toBe('');
      }
    },
  );
});

test('OPTIONS of the server itself, and of what is not there', async () => {
  const server = await gateway.rest('OPTIONS', '*', { access: null });
  expect([server.status, server.headers.get('allow')]).toEqual([204, 'DELETE, GET, HEAD, OPTIONS, PATCH, POST']);
  for (const path of [
    '/none',
    '/api',
    '/api/registriesx',
    '/explorer/a/b',
    '/api/jobs/7/x',
    '/schema.graphql/x',
    '/schemaxgraphql',
  ]) {
    for (const method of ['OPTIONS', 'PUT', 'GET', 'HEAD'])
      expect([method, path, (await gateway.rest(method, path)).status]).toEqual([method, path, 404]);
  }
});
