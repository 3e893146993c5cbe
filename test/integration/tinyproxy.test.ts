import { readConfig } from '../../src/config.js';
import { createAuthority } from '../support/servers/certificates.js';
import { describeWhere } from '../support/processes/child.js';
import { startGateway, type TestGateway } from '../support/worlds/gateway.js';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';
import { createHastyTimer } from '../support/timer.js';
import {
  findTinyproxyObstacle,
  startTinyproxy,
  type Tinyproxy,
  type TinyproxyOptions,
} from '../support/servers/tinyproxy.js';

interface Payload {
  readonly registry: { readonly id: string } | null;
  readonly userErrors: readonly { readonly code: string; readonly message: string; readonly hint: string | null }[];
}

const authority = createAuthority('Company CA');
const user = { username: 'ann', password: 'canary-pr0xy' };
const hosts = ['registry.example', 'other.example', 'blocked.example'];
const opened: { close(): unknown }[] = [];
let gateway: TestGateway;
let plain: MemoryRegistry;
let secure: MemoryRegistry;
/** Milliseconds that have passed beside those that do. */
let passed = 0;

function keep<T extends { close(): unknown }>(one: T): T {
  opened.push(one);
  return one;
}

const portOf = ({ url }: MemoryRegistry): number => Number(new URL(url).port);
const http = (host = 'registry.example'): string => `http://${host}:${portOf(plain)}`;
const https = (host = 'registry.example'): string => `https://${host}:${portOf(secure)}`;

const openProxy = async (options: Partial<TinyproxyOptions> = {}): Promise<Tinyproxy> =>
  keep(await startTinyproxy({ hosts, ...options }));

/** A gateway with these variables, for which every name is at 127.0.0.1 where it asks directly. */
async function openGateway(env: Record<string, string>): Promise<void> {
  const lookup = (_name: string, _options: unknown, done: (error: null, found: unknown) => void): void =>
    done(null, [{ address: '127.0.0.1', family: 4 }]);
  const timer = createHastyTimer();
  const upstream = { lookup: lookup as never, timer: { ...timer, elapsed: () => timer.elapsed() + passed } };
  gateway = await startGateway({ outboundProxies: readConfig(env).outboundProxies, upstream });
  opened.push({ close: () => gateway[Symbol.asyncDispose]() });
}

async function add(name: string, addr: string, more: object = {}): Promise<Payload> {
  const query =
    'mutation ($input: AddRegistryInput!) { addRegistry(input: $input) { registry { id } userErrors { code message ' +
    '... on UpstreamFailedError { hint } } } }';
  const input = { name, addr, ...(addr.startsWith('https:') && { caCertificate: authority.certificate }), ...more };
  const { body, text } = await gateway.graphql<{ addRegistry: Payload }>(query, { input });
  if (!body.data) throw new Error(text);
  expect(text).not.toContain('canary');
  return body.data.addRegistry;
}

const attached: unknown = { registry: { id: expect.any(String) as unknown }, userErrors: [] };

function refused(code: string, message: RegExp): object {
  return { registry: null, userErrors: [{ code, message: expect.stringMatching(message) as unknown }] };
}

async function list(name: string): Promise<unknown> {
  const { status, body } = await gateway.rest('GET', `/api/registries/${name}/repositories`, {
    headers: { 'cache-control': 'no-cache' },
  });
  return { status, body };
}

const found: unknown = { status: 200, body: [expect.objectContaining({ name: 'team/app' }) as unknown] };

const obstacle = findTinyproxyObstacle();
describeWhere(obstacle === null, obstacle ?? '', 'registries behind a real tinyproxy', () => {
  beforeEach(async () => {
    passed = 0;
    plain = keep(await createMemoryRegistry());
    secure = keep(
      await createMemoryRegistry({ tls: authority.issue({ hosts: ['registry.example', 'other.example'] }) }),
    );
    for (const { store } of [plain, secure]) seed(store, 'team/app', '1.0', buildImage());
  });
  afterEach(async () => {
    for (const each of opened.splice(0).reverse()) await each.close();
  });

  test('registries are read by HTTP_PROXY over http and by HTTPS_PROXY over https, with the authority of their own', async () => {
    const proxy = await openProxy({ user });
    const url = `http://ann:canary-pr0xy@${proxy.host}`;
    await openGateway({ HTTP_PROXY: url, HTTPS_PROXY: url });
    expect(await add('plain', http())).toEqual(attached);
    expect(await add('secure', https())).toEqual(attached);
    expect([await list('plain'), await list('secure')]).toEqual([found, found]);
    expect(proxy.asked()).toEqual(
      expect.arrayContaining([`GET ${http()}/v2/`, `CONNECT registry.example:${portOf(secure)}`]),
    );
    expect(new Set(proxy.asked().map((line) => line.split(' ')[0]))).toEqual(new Set(['GET', 'CONNECT']));
    // Its certificate is judged behind the tunnel.
    expect(await add('strange', https('blocked.example'))).toMatchObject(
      refused(
        'UPSTREAM_TLS',
        /^No trusted TLS connection to registry strange, asked through proxy .*: its certificate is for another name/,
      ),
    );
  });

  test('registries are not reached without its password, or with a wrong one, which is said of the proxy', async () => {
    const proxy = await openProxy({ user });
    const own = (userInfo: string): object => ({
      proxy: { mode: 'OWN', url: `http://${proxy.host}` },
      ...(userInfo && { proxyCredentials: { ...user, password: userInfo } }),
    });
    await openGateway({});
    const asks = new RegExp(
      `^Proxy ${proxy.host}, on the way to registry r, asks for a user name and password, and is given ` +
        `none \\(407\\)\\.`,
    );
    expect(await add('r', https(), own(''))).toMatchObject(refused('UPSTREAM_PROXY', asks));
    expect(await add('r', http(), own(''))).toMatchObject(refused('UPSTREAM_PROXY', asks));
    const rejects = new RegExp(
      `^Proxy ${proxy.host}, on the way to registry r, refuses the user name and password that it is ` +
        `given \\(401\\)\\.`,
    );
    expect(await add('r', https(), own('canary-wr0ng'))).toMatchObject(refused('UPSTREAM_PROXY', rejects));
    // It answers a request as a registry does that wants a login.
    const either = new RegExp(
      `^Registry r asks for a user name and password, and none are stored\\. It was asked through proxy ` +
        `${proxy.host}, which may have said so: look at its log, `,
    );
    expect(await add('r', http(), own('canary-wr0ng'))).toMatchObject(refused('UPSTREAM_AUTH', either));
    const account = { credentials: { username: 'alice', password: 'canary' }, ...own('canary-wr0ng') };
    expect(await add('r', http(), account)).toMatchObject(
      refused(
        'UPSTREAM_AUTH',
        new RegExp(`^Registry r, asked through proxy ${proxy.host}, answered 401 .* The proxy may have said so`),
      ),
    );
    expect([plain.requests, secure.requests]).toEqual([[], []]);
  });

  test('registries are not reached where its filter or its list of ports says no', async () => {
    const proxy = await openProxy({ filter: ['blocked.example'], connectPorts: [443] });
    await openGateway({ HTTP_PROXY: `http://${proxy.host}`, HTTPS_PROXY: `http://${proxy.host}` });
    const port = portOf(secure);
    for (const host of ['blocked.example', 'registry.example']) {
      expect(await add('r', https(host))).toMatchObject(
        refused(
          'UPSTREAM_PROXY',
          new RegExp(
            `^Proxy ${proxy.host}, .* answered 403 when it was asked for a connection to ${host}:${port} .*Allow ` +
              'that host and port there',
          ),
        ),
      );
    }
    // Over http a 403 may be of either.
    expect(await add('r', http('blocked.example'))).toMatchObject(
      refused('UPSTREAM_AUTH', /asked through proxy .*answered 403.* The proxy may have said so: look at its log\./),
    );
    expect(await add('r', http())).toEqual(attached);
  });

  test('registries that it refuses are told apart from names that it does not find', async () => {
    const proxy = await openProxy();
    await openGateway({ HTTP_PROXY: `http://${proxy.host}`, HTTPS_PROXY: `http://${proxy.host}` });
    expect(await add('r', 'https://nowhere.invalid')).toMatchObject(
      refused(
        'UPSTREAM_UNREACHABLE',
        new RegExp(
          `^Proxy ${proxy.host}, .* answered 50\\d when it was asked for a connection to nowhere\\.invalid:443 .*: ` +
            'it did not reach that host, or failed itself',
        ),
      ),
    );
    expect(await add('r', 'http://nowhere.invalid')).toMatchObject(
      refused(
        'UPSTREAM_ERROR',
        /asked through proxy .*: it or the proxy failed\. Try again later, and look at both logs\./,
      ),
    );
  });

  test('registries are asked directly where NO_PROXY names them, or they say so, and through their own proxy where they have one', async () => {
    const usual = await openProxy();
    const own = await openProxy({ user });
    await openGateway({
      HTTP_PROXY: `http://${usual.host}`,
      HTTPS_PROXY: `http://${usual.host}`,
      NO_PROXY: 'other.example',
    });
    expect(await add('direct', http('other.example'))).toEqual(attached);
    expect(await add('none', https(), { proxy: { mode: 'NONE' } })).toEqual(attached);
    expect([usual.asked(), own.asked()]).toEqual([[], []]);
    const named = { proxy: { mode: 'OWN', url: `http://${own.host}` }, proxyCredentials: user };
    expect(await add('own', https(), named)).toEqual(attached);
    expect(await add('owned', http('other.example'), named)).toEqual(attached);
    expect([await list('own'), await list('owned')]).toEqual([found, found]);
    expect(own.asked()).toEqual(
      expect.arrayContaining([`CONNECT registry.example:${portOf(secure)}`, `GET ${http('other.example')}/v2/`]),
    );
    expect(usual.asked()).toEqual([]);
  });

  test('registries are all left alone while it is away, each saying that it is the proxy, and are read when it is back; others go on', async () => {
    const proxy = await openProxy();
    await openGateway({
      HTTP_PROXY: `http://${proxy.host}`,
      HTTPS_PROXY: `http://${proxy.host}`,
      NO_PROXY: 'other.example',
    });
    for (const [name, addr] of [
      ['plain', http()],
      ['secure', https()],
      ['direct', http('other.example')],
    ] as const)
      expect(await add(name, addr)).toEqual(attached);
    await proxy.close();
    const away = 'the proxy on the way to a host is away, and the host left alone';
    for (const name of ['plain', 'secure']) {
      const isLeftAlone = (): boolean => gateway.log.some(({ msg, registry }) => msg === away && registry === name);
      for (let asked = 0; asked < 20 && !isLeftAlone(); asked++) await gateway.crawl(name);
      expect(gateway.log.filter(({ msg, registry }) => msg === away && registry === name)).toMatchObject([
        { code: 'UPSTREAM_UNREACHABLE', proxy: proxy.host, level: 40 },
      ]);
    }
    const { body } = await gateway.graphql<{ registries: { name: string; health: object }[] }>(
      '{ registries { name health { reachable message } } }',
    );
    const said = expect.stringMatching(
      new RegExp(`Proxy ${proxy.host}, on the way to registry \\w+, cannot be reached`),
    ) as unknown;
    expect(body.data?.registries).toEqual(
      expect.arrayContaining([
        { name: 'plain', health: { reachable: false, message: said } },
        { name: 'secure', health: { reachable: false, message: said } },
        { name: 'direct', health: { reachable: true, message: null } },
      ]),
    );
    expect(await list('direct')).toEqual(found);
    await openProxy({ port: proxy.port });
    passed = 31_000;
    for (const name of ['plain', 'secure']) {
      expect((await gateway.crawl(name)).state).toBe('SUCCEEDED');
      expect(await list(name)).toEqual(found);
    }
  });
});
