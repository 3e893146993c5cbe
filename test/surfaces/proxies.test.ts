import { parseOutboundProxy, type OutboundProxy } from '../../src/domain/outboundproxy.js';
import { startGateway, type TestGateway } from '../support/worlds/gateway.js';
import { type ProxyOptions, startProxy, type TestProxy } from '../support/servers/proxy.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';

const opened: { close(): unknown }[] = [];
const proxyCredentials = { username: 'ann', password: 'canary-pr0xy' };
const users = { ann: proxyCredentials.password };
const addr = 'http://registry.example';
const environment = { proxy: { mode: 'ENVIRONMENT', url: null, hasCredentials: false } };

let gateway: TestGateway;
let registry: MemoryRegistry;
/** What the environment names. */
let usual: TestProxy;
const seen: string[] = [];

interface Payload {
  readonly registry: { readonly id: string; readonly addr: string; readonly proxy: object } | null;
  readonly userErrors: readonly {
    readonly code: string;
    readonly message: string;
    readonly path: readonly string[] | null;
  }[];
}

async function mutate(
  field: 'addRegistry' | 'updateRegistry',
  input: object,
  access = gateway.access,
): Promise<Payload> {
  const type = field === 'addRegistry' ? 'AddRegistryInput' : 'UpdateRegistryInput';
  const registryFields = 'registry { id addr proxy { mode url hasCredentials } }';
  const query =
    `mutation ($input: ${type}!) { ${field}(input: $input) { ${registryFields} userErrors { code ` +
    'message path } } }';
  const { body, text } = await gateway.graphql<Record<string, Payload>>(query, { input }, { access });
  seen.push(text);
  return body.data![field]!;
}

/** A proxy that finds the registry as registry.example and other.example, which nobody else does. */
async function openProxy(options: ProxyOptions = {}): Promise<TestProxy> {
  const { host } = new URL(registry.url);
  const proxy = await startProxy({ ...options, hosts: { 'registry.example:80': host, 'other.example:80': host } });
  opened.push(proxy);
  return proxy;
}

function own(proxy: TestProxy): { proxy: { mode: string; url: string } } {
  return { proxy: { mode: 'OWN', url: proxy.url } };
}

beforeEach(async () => {
  registry = await createMemoryRegistry();
  opened.push(registry);
  usual = await openProxy();
  const named = parseOutboundProxy(usual.url, 'HTTP_PROXY') as OutboundProxy;
  const lookup = (_name: string, _options: unknown, done: (error: null, found: unknown) => void): void =>
    done(null, [{ address: '127.0.0.1', family: 4 }]);
  gateway = await startGateway({
    outboundProxies: { https: named, http: named, bypass: [] },
    upstream: { lookup: lookup as never },
  });
});
afterEach(async () => {
  await gateway[Symbol.asyncDispose]();
  for (const each of opened.splice(0).reverse()) await each.close();
});

test('a registry is asked through its own proxy in place of that of the environment, and its password is nowhere to be read', async () => {
  const proxy = await openProxy({ users });
  const refused = await mutate('addRegistry', { name: 'far', addr, ...own(proxy) });
  expect(refused).toMatchObject({
    registry: null,
    userErrors: [
      {
        code: 'UPSTREAM_PROXY',
        message: expect.stringContaining(
          `Proxy ${proxy.host}, on the way to registry far, asks for a user name`,
        ) as unknown,
      },
    ],
  });
  const added = await mutate('addRegistry', { name: 'far', addr, ...own(proxy), proxyCredentials });
  expect(added).toMatchObject({
    userErrors: [],
    registry: { proxy: { mode: 'OWN', url: proxy.url, hasCredentials: true } },
  });
  // The client that reads it later has the credentials from the store.
  const before = proxy.seen.length;
  expect((await gateway.crawl('far')).state).toBe('SUCCEEDED');
  expect(proxy.seen.length).toBeGreaterThan(before);
  expect(usual.seen).toEqual([]);

  const { id } = added.registry!;
  expect(await mutate('updateRegistry', { id, maxAge: 60 })).toMatchObject({
    userErrors: [],
    registry: { proxy: { hasCredentials: true } },
  });
  expect(await mutate('updateRegistry', { id, proxy: null })).toMatchObject({ userErrors: [], registry: environment });
  expect(usual.seen.length).toBeGreaterThan(0);

  const { text } = await gateway.graphql('{ auditLog(first: 50) { nodes { action details } } }');
  expect(text).toContain('hasProxyCredentials');
  expect(text).toContain(proxy.url);
  expect(text).toMatch(/proxyCredentials.{1,8}removed/);
  const told = [...seen, text, JSON.stringify(gateway.log)];
  expect(told.filter((each) => /canary|v1\.[0-9a-f]{8}\./.test(each))).toEqual([]);
});

test('with NONE it is asked directly, though the environment names a proxy', async () => {
  const direct = `http://registry.example:${new URL(registry.url).port}`;
  const none = { proxy: { mode: 'NONE' } };
  const added = await mutate('addRegistry', { name: 'near', addr: direct, ...none });
  expect(added).toMatchObject({
    userErrors: [],
    registry: { proxy: { mode: 'NONE', url: null, hasCredentials: false } },
  });
  expect(usual.seen).toEqual([]);
});

test('a proxy is tested before it is kept: one that is away, or at a forbidden address, changes nothing', async () => {
  const added = await mutate('addRegistry', { name: 'far', addr });
  expect(added).toMatchObject({ userErrors: [], registry: environment });
  const { id } = added.registry!;
  const away = await openProxy();
  await away.close();
  expect(await mutate('updateRegistry', { id, ...own(away) })).toMatchObject({
    registry: null,
    userErrors: [
      { code: 'UPSTREAM_UNREACHABLE', message: expect.stringMatching(/^Proxy .*Nothing was changed\.$/) as unknown },
    ],
  });
  const metadata = { proxy: { mode: 'OWN', url: 'http://169.254.169.254:80' } };
  expect(await mutate('updateRegistry', { id, ...metadata })).toMatchObject({
    registry: null,
    userErrors: [
      { code: 'UPSTREAM_BLOCKED', message: expect.stringMatching(/^Proxy 169\.254\.169\.254:80, /) as unknown },
    ],
  });
  expect(await mutate('updateRegistry', { id, maxAge: 60 })).toMatchObject({ userErrors: [], registry: environment });
});

test('what is given for one proxy is not shown to another', async () => {
  const first = await openProxy({ users });
  const second = await openProxy();
  const { id } = (await mutate('addRegistry', { name: 'far', addr, ...own(first), proxyCredentials })).registry!;
  expect(await mutate('updateRegistry', { id, ...own(second) })).toMatchObject({
    userErrors: [],
    registry: { proxy: { url: second.url, hasCredentials: false } },
  });
  expect(second.seen.length).toBeGreaterThan(0);
  expect(JSON.stringify(second.seen)).not.toMatch(/authorization/i);
});

test('where another proxy could read what the registry is shown, that is given again', async () => {
  const credentials = { username: 'bob', password: 'right' };
  await using closed = await createMemoryRegistry({ auth: { mode: 'basic', users: { bob: 'right' } } });
  const hosts = { 'closed.example:80': new URL(closed.url).host };
  const [first, second] = [await startProxy({ hosts }), await startProxy({ hosts })];
  opened.push(first, second);
  const { id } = (
    await mutate('addRegistry', { name: 'closed', addr: 'http://closed.example', credentials, ...own(first) })
  ).registry!;
  expect(await mutate('updateRegistry', { id, ...own(second) })).toMatchObject({
    registry: null,
    userErrors: [{ code: 'BAD_USER_INPUT', path: ['input', 'credentials'] }],
  });
  expect(second.seen).toEqual([]);
  expect(await mutate('updateRegistry', { id, ...own(first), maxAge: 60 })).toMatchObject({ userErrors: [] });
  expect(await mutate('updateRegistry', { id, ...own(second), credentials })).toMatchObject({
    userErrors: [],
    registry: { proxy: { url: second.url } },
  });
});

test('only an admin says which proxy there is, and where it leads', async () => {
  const proxy = await openProxy();
  const writer = await gateway.accessAs('registries:rw');
  const forbidden = {
    registry: null,
    userErrors: [{ code: 'FORBIDDEN', message: expect.stringContaining('are set by the role admin.') as unknown }],
  };
  for (const way of [own(proxy), { proxy: { mode: 'NONE' } }]) {
    expect(await mutate('addRegistry', { name: 'mine', addr, ...way }, writer)).toMatchObject(forbidden);
  }
  expect(await mutate('addRegistry', { name: 'mine', addr, proxy: { mode: 'ENVIRONMENT' } }, writer)).toMatchObject({
    userErrors: [],
  });
  const { id } = (await mutate('addRegistry', { name: 'far', addr: 'http://other.example', ...own(proxy) })).registry!;
  const asked = proxy.seen.length;
  const authRealm = 'http://internal.example/token';
  for (const change of [
    { proxy: null },
    { proxyCredentials },
    { addr: 'http://internal.example' },
    { addr: 'https://other.example' },
    { authRealm },
  ]) {
    expect(await mutate('updateRegistry', { id, ...change }, writer)).toMatchObject(forbidden);
  }
  expect(proxy.seen).toHaveLength(asked);
  expect(await mutate('updateRegistry', { id, maxAge: 60 }, writer)).toMatchObject({
    userErrors: [],
    registry: { proxy: { url: proxy.url } },
  });
  expect(await mutate('updateRegistry', { id, addr })).toMatchObject({
    userErrors: [],
    registry: { addr, proxy: { url: proxy.url } },
  });
});

test.each<[string, object, readonly string[]]>([
  ['OWN without an address', { proxy: { mode: 'OWN' } }, ['proxy', 'url']],
  ['an address with NONE', { proxy: { mode: 'NONE', url: 'http://proxy.example' } }, ['proxy', 'url']],
  ['an address with ENVIRONMENT', { proxy: { mode: 'ENVIRONMENT', url: 'http://proxy.example' } }, ['proxy', 'url']],
  ['a name without a scheme', { proxy: { mode: 'OWN', url: 'proxy.example:3128' } }, ['proxy', 'url']],
  ['SOCKS', { proxy: { mode: 'OWN', url: 'socks5://proxy.example:1080' } }, ['proxy', 'url']],
  ['a path', { proxy: { mode: 'OWN', url: 'http://proxy.example/x' } }, ['proxy', 'url']],
  ['user info', { proxy: { mode: 'OWN', url: 'http://ann:canary@proxy.example' } }, ['proxy', 'url']],
  ['credentials without a proxy', { proxyCredentials }, ['proxyCredentials']],
  ['credentials with NONE', { proxy: { mode: 'NONE' }, proxyCredentials }, ['proxyCredentials']],
  [
    'a colon in the name',
    { proxy: { mode: 'OWN', url: 'http://proxy.example' }, proxyCredentials: { username: 'a:b', password: 'canary' } },
    ['proxyCredentials', 'username'],
  ],
  [
    'a line break in the password',
    {
      proxy: { mode: 'OWN', url: 'http://proxy.example' },
      proxyCredentials: { username: 'a', password: 'canary\r\nx: y' },
    },
    ['proxyCredentials'],
  ],
])('%s is refused before anything is asked', async (_what, given, path) => {
  const { userErrors } = await mutate('addRegistry', { name: 'far', addr, ...given });
  expect(userErrors).toMatchObject([{ code: 'BAD_USER_INPUT', path: ['input', ...path] }]);
  expect(JSON.stringify(userErrors)).not.toContain('canary');
  expect(usual.seen).toEqual([]);
});
