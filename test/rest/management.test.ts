import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';
import { adminPassword, startGateway, type TestGateway } from '../support/worlds/gateway.js';

interface Refused {
  readonly error: { readonly code: string; readonly message: string; readonly path?: readonly string[] };
}

const users = { ann: 'right' };
let registry: MemoryRegistry;
let gateway: TestGateway;

beforeAll(async () => {
  registry = await createMemoryRegistry({ auth: { mode: 'basic', users } });
  seed(registry.store, 'team/app', 'one', buildImage());
  gateway = await startGateway();
  await gateway.attach('local', registry.url, { username: 'ann', password: 'right' });
  await gateway.crawl('local');
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await registry.close();
});

const change = (body: unknown, path = '/api/registries/local') => gateway.rest<Refused>('PATCH', path, { body });

async function readSettings(): Promise<Record<string, unknown>> {
  const fields = 'name hasCredentials maxAge pullHost followedRepositories proxy { mode url }';
  const { body } = await gateway.graphql<{ registry: Record<string, unknown> }>(
    `{ registry(name: "local") { ${fields} } }`,
  );
  return body.data!.registry;
}

describe('PATCH of a registry', () => {
  test('changes what is sent and nothing else, removes what is null, and answers with the registry', async () => {
    const before = await gateway.rest<{ id: string }>('GET', '/api/registries/local');
    const some = await change({ max_age: 60, followed_repositories: ['team/*'] });
    expect([some.status, some.body]).toEqual([200, before.body]);
    expect(await readSettings()).toMatchObject({ maxAge: 60, followedRepositories: ['team/*'], hasCredentials: true });
    expect((await change({ followed_repositories: null })).status).toBe(200);
    expect(await readSettings()).toMatchObject({ maxAge: 60, followedRepositories: [], hasCredentials: true });
    expect((await change({})).status).toBe(200);
    expect((await change({ max_age: 30, proxy: 'none' })).status).toBe(200);
    expect(await readSettings()).toMatchObject({ maxAge: 30, proxy: { mode: 'NONE', url: null } });
    expect((await change({ pull_host: 'pull.example:5000' })).status).toBe(200);
    expect(await readSettings()).toMatchObject({ pullHost: 'pull.example:5000' });
    expect((await change({ pull_host: null })).status).toBe(200);
    expect(await readSettings()).toMatchObject({ pullHost: new URL(registry.url).host });
    expect((await change({ proxy: null })).status).toBe(200);
    expect(await readSettings()).toMatchObject({ proxy: { mode: 'ENVIRONMENT', url: null } });
  });

  test('a new name is the one of the answer, and an id names it as well', async () => {
    const { body } = await gateway.rest<{ id: string; addr: string }>('GET', '/api/registries/local');
    const renamed = await change({ name: 'other' }, `/api/registries/${body.id}`);
    expect([renamed.status, renamed.body]).toEqual([200, { ...body, name: 'other' }]);
    expect((await change({ name: 'local' }, '/api/registries/other')).status).toBe(200);
  });

  test.each<[string, unknown, readonly string[], RegExp]>([
    ['a key that is not known', { maxage: 5 }, ['maxage'], /"maxage" is not known/],
    ['an age of another type', { max_age: '5' }, ['max_age'], /"max_age"/],
    ['an age out of bounds', { max_age: 86_401 }, ['max_age'], /"max_age" is a number of seconds/],
    ['no name', { name: null }, ['name'], /"name"/],
    ['a name that is none', { name: 'a name' }, ['name'], /./],
    ['an address that is none', { addr: 'ftp://x' }, ['addr'], /./],
    ['a user without a password', { username: 'bob' }, ['password'], /password/],
    ['half of a certificate', { client_key: 'x' }, ['client_certificate'], /./],
    ['a proxy that is none', { proxy: 'socks5://x:1' }, ['proxy'], /./],
    ['credentials for no proxy', { proxy_username: 'a', proxy_password: 'b' }, ['proxy_username'], /proxy_username/],
    ['a host that is none', { pull_host: 'https://x/y' }, ['pull_host'], /is no host to pull from/],
    ['a secret that is short', { events_secret: 'short' }, ['events_secret'], /./],
    ['a list', [], [], /JSON object/],
  ])('%s is 422 naming the key, and changes nothing', async (_, body, path, message) => {
    const before = await readSettings();
    const { status, body: refused } = await change(body);
    expect([status, refused.error.code, refused.error.path ?? []]).toEqual([422, 'BAD_USER_INPUT', path]);
    expect(refused.error.message).toMatch(message);
    expect(await readSettings()).toEqual(before);
  });

  test('wrong credentials, a taken name and a registry that is not there say so', async () => {
    const wrong = await change({ username: 'ann', password: 'wrong' });
    expect([wrong.status, wrong.body.error.code]).toEqual([502, 'UPSTREAM_AUTH']);
    expect(wrong.text).not.toContain('"wrong"');
    const none = await change({ max_age: 30 }, '/api/registries/none');
    expect([none.status, none.body.error.code]).toEqual([404, 'NOT_FOUND']);
    expect((await change({ max_age: 30 }, '/api/registries/local?dry_run=true')).status).toBe(400);
    const reader = await gateway.accessAs('registries:ro');
    const refused = await gateway.rest('PATCH', '/api/registries/local', { access: reader, body: { max_age: 1 } });
    expect(refused.status).toBe(403);
  });
});

describe('attaching a registry', () => {
  test.each<[string, string, number]>([
    ['no JSON', '{"name":', 400],
    ['no body', '', 400],
    ['no name', `{"addr":"http://127.0.0.1:1"}`, 422],
    ['a name that is none', `{"name":"my registry","addr":"http://127.0.0.1:1"}`, 422],
    ['an address without a scheme', `{"name":"new","addr":"127.0.0.1:5000"}`, 422],
    ['a user without a password', `{"name":"new","addr":"http://127.0.0.1:1","username":"ann","password":""}`, 422],
  ])('%s is answered so that no client takes it for done', async (_, body, status) => {
    const answer = await gateway.rest<Refused>('POST', '/api/registries', { body });
    expect([answer.status, answer.body]).toMatchObject([status, { status, error: { code: 'BAD_USER_INPUT' } }]);
  });
});

describe('a refresh', () => {
  test('of a registry is 202 with its job, and where that is found', async () => {
    const answer = await gateway.rest<{ id: string; kind: string }>('POST', '/api/registries/local/refresh');
    expect([answer.status, answer.body.kind]).toEqual([202, 'CRAWL']);
    expect(answer.headers.get('location')).toBe(`../../jobs/${answer.body.id}`);
    expect((await gateway.rest('GET', `/api/jobs/${answer.body.id}`)).status).toBe(200);
  });

  test('of a repository shows what was pushed, however young the last reading is', async () => {
    seed(registry.store, 'team/app', 'two', buildImage({ labels: { n: '2' } }));
    const path = '/api/registries/local/refresh?repository=team/app';
    expect((await gateway.rest('POST', path)).status).toBe(204);
    const { body } = await gateway.rest<{ tags: { Name: string }[] }>(
      'GET',
      '/api/registries/local/repositories/team/app',
    );
    expect(body.tags.map(({ Name }) => Name)).toEqual(['one', 'two']);
  });

  test.each([
    ['POST', '/api/registries/none/refresh', undefined, 404],
    ['POST', '/api/registries/local/refresh?repository=No', undefined, 400],
    ['POST', '/api/registries/local/refresh?repository=a&repository=b', undefined, 400],
    ['POST', '/api/registries/local/refresh?repo=team/app', undefined, 400],
    ['POST', '/api/registries/local/refresh', { repository: 'team/app' }, 400],
  ])('%s %s %j is refused, and nothing is read', async (method, path, body, status) => {
    registry.forget();
    expect((await gateway.rest(method, path, { body })).status).toBe(status);
    expect(registry.requests).toEqual([]);
  });
});

test('a logout ends the token that it is sent with, and no other', async () => {
  const login = await gateway.rest<{ auth_token: string }>('POST', '/auth/login', {
    access: null,
    body: { username: 'admin', password: adminPassword },
  });
  const access = `admin:${login.body.auth_token}`;
  const { status, text } = await gateway.rest('POST', '/auth/logout', { access });
  expect([status, text]).toEqual([204, '']);
  expect((await gateway.rest('GET', '/api/registries', { access })).status).toBe(401);
  expect((await gateway.rest('POST', '/auth/logout', { access })).status).toBe(401);
  expect((await gateway.rest('POST', '/auth/logout', { access: null })).status).toBe(401);
  expect((await gateway.rest('GET', '/api/registries')).status).toBe(200);
});
