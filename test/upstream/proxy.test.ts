import type { Duplex } from 'node:stream';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { parseBypass } from '../../src/domain/bypass.js';
import { type OutboundProxy, parseOutboundProxy } from '../../src/domain/outboundproxy.js';
import type { RepositoryName, TagName } from '../../src/domain/name.js';
import type { UpstreamOptions } from '../../src/upstream/client.js';
import { createProxyChoice } from '../../src/upstream/network/proxychoice.js';
import type { Upstream } from '../../src/upstream/upstream.js';
import { createAuthority } from '../support/servers/certificates.js';
import { buildImage } from '../support/content/images.js';
import { type ProxyOptions, startProxy, type TestProxy } from '../support/servers/proxy.js';
import { seed } from '../support/content/push.js';
import type { RegistryOptions } from '../support/registry/options.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';
import { attach, catchFacts, listen, type Attach } from './wire.js';

const authority = createAuthority('Company CA');
const users = { ann: 'canary-pr0xy' };
const repository = 'team/app' as RepositoryName;
const opened: { close(): unknown }[] = [];

/** Keeps it until the test is over. */
function keep<T extends { close(): unknown }>(one: T): T {
  opened.push(one);
  return one;
}

afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.close();
});

function named(url: string): OutboundProxy {
  return parseOutboundProxy(url, 'HTTPS_PROXY') as OutboundProxy;
}

/** Both variables name this proxy. */
function through(url: string, noProxy = ''): Pick<UpstreamOptions, 'chooseProxy'> {
  return {
    chooseProxy: createProxyChoice({ https: named(url), http: named(url), bypass: parseBypass(noProxy) as never }),
  };
}

/** A registry that only the proxy can find, as registry.example, with an image in it. */
async function openBehind(
  {
    proxy: proxyOptions,
    registry: registryOptions,
    attached,
    isTls = true,
  }: {
    readonly proxy?: ProxyOptions;
    readonly registry?: RegistryOptions;
    readonly attached?: Attach;
    readonly isTls?: boolean;
  },
  withUserInfo: (url: string) => string = (url) => url,
): Promise<{ proxy: TestProxy; registry: MemoryRegistry; upstream: Upstream }> {
  const tls = isTls ? { tls: authority.issue({ hosts: ['registry.example'] }) } : {};
  const registry = keep(await createMemoryRegistry({ ...tls, ...registryOptions }));
  seed(registry.store, repository, '1.0', buildImage());
  const port = isTls ? 443 : 80;
  const hosts = { [`registry.example:${port}`]: new URL(registry.url).host, ...proxyOptions?.hosts };
  const proxy = keep(await startProxy({ ...proxyOptions, hosts }));
  const settings = { caCertificate: isTls ? authority.certificate : null, ...attached };
  const upstream = attach(`${isTls ? 'https' : 'http'}://registry.example`, settings, through(withUserInfo(proxy.url)));
  return { proxy, registry, upstream: keep(upstream) };
}

describe('a registry behind a proxy', () => {
  test('a registry behind a proxy is asked through one tunnel over https, with its own authority, Basic and writes', async () => {
    const alice = { username: 'alice', password: 'canary-pa55' };
    const { proxy, upstream } = await openBehind({
      registry: { auth: { mode: 'basic', users: { alice: alice.password } } },
      attached: { credentials: alice },
    });
    await upstream.ping();
    expect((await upstream.listTags(repository)).names).toEqual(['1.0']);
    expect(await upstream.fetchManifest(repository, '1.0' as TagName)).not.toBeNull();
    expect(proxy.seen.map(({ line }) => line)).toEqual(['CONNECT registry.example:443']);
    // A write goes on a connection of its own, so in a tunnel of its own.
    const raw = await upstream.fetchRawManifest(repository, '1.0' as TagName);
    await upstream.putManifest(repository, '1.1' as TagName, raw!.mediaType, raw!.bytes);
    expect(proxy.seen.map(({ line }) => line)).toEqual(Array.from({ length: 2 }, () => 'CONNECT registry.example:443'));
    expect(JSON.stringify(proxy.seen)).not.toMatch(/authorization/i);
    expect(proxy.tunnelled.bytes.toString('latin1')).not.toMatch(/canary|authorization/i);
  });

  test('a registry behind a proxy is asked by its whole address over http, with the credentials of each for each', async () => {
    const { proxy, registry, upstream } = await openBehind({ isTls: false, proxy: { users } }, (url) =>
      url.replace('//', '//ann:canary-pr0xy@'),
    );
    expect((await upstream.listTags(repository)).names).toEqual(['1.0']);
    const lines = proxy.seen.map(({ line }) => line);
    expect(lines.every((line) => line.startsWith('GET http://registry.example/v2/'))).toBe(true);
    expect(proxy.seen[0]!.headers.host).toBe('registry.example');
    expect(JSON.stringify(registry.requests)).not.toMatch(/proxy-authorization/i);
  });

  test('a registry behind a proxy is asked through a proxy that speaks TLS, whose certificate the registry says nothing about', async () => {
    const tls = authority.issue();
    const { upstream } = await openBehind({ proxy: { tls }, attached: { tlsSkipVerify: true } });
    expect(await catchFacts(upstream.ping())).toMatchObject({
      code: 'UPSTREAM_TLS',
      message: expect.stringMatching(
        /^Proxy 127\.0\.0\.1:\d+, on the way to registry test, gives no trusted TLS connection for the ping: .*NODE_EXTRA_CA_CERTS\.$/,
      ) as unknown,
    });
  });

  test('a registry behind a proxy is shown its client certificate inside the tunnel, on every connection', async () => {
    const clients = createAuthority('Client CA');
    const { certificate, key } = clients.issue({ hosts: ['gateway'] });
    const tls = { ...authority.issue({ hosts: ['registry.example'] }), clientAuthority: clients.certificate };
    const { proxy, registry, upstream } = await openBehind({
      registry: { tls },
      attached: { clientCertificate: { certificate, key } },
    });
    await upstream.ping();
    expect(await upstream.probeDelete(repository)).toBe('enabled');
    expect([registry.requests.length, proxy.seen.length]).toEqual([2, 2]);
    const without = await openBehind({ registry: { tls } });
    expect(await catchFacts(without.upstream.ping())).toMatchObject({
      message: expect.stringMatching(/client certificate/) as unknown,
    });
    expect(without.proxy.seen.length).toBeGreaterThan(0);
    expect(without.registry.requests).toEqual([]);
  });

  test('a registry behind a proxy is asked through a proxy that speaks TLS and is trusted, over https and http', async () => {
    const trusted = getCACertificates('default');
    setDefaultCACertificates([...trusted, authority.certificate]);
    try {
      for (const isTls of [true, false]) {
        const { proxy, upstream } = await openBehind({ isTls, proxy: { tls: authority.issue(), users } }, (url) =>
          url.replace('//', '//ann:canary-pr0xy@'),
        );
        expect((await upstream.listTags(repository)).names).toEqual(['1.0']);
        expect(new Set(proxy.seen.map(({ line }) => line.split(' ')[0]))).toEqual(new Set([isTls ? 'CONNECT' : 'GET']));
      }
    } finally {
      setDefaultCACertificates(trusted);
    }
  });

  test('a registry whose certificate is for another name is told as the registry, not as the proxy', async () => {
    const { upstream } = await openBehind({ registry: { tls: authority.issue({ hosts: ['other.example'] }) } });
    expect(await catchFacts(upstream.ping())).toMatchObject({
      code: 'UPSTREAM_TLS',
      message: expect.stringMatching(
        /^No trusted TLS connection to registry test, asked through proxy 127\.0\.0\.1:\d+, for the ping: its certificate is for another name\.$/,
      ) as unknown,
    });
  });

  test('redirects to a store that goes its own way: NO_PROXY is read for each host', async () => {
    const store = keep(await listen((_, response) => response.end('{}')));
    const registry = keep(
      await listen((_, response) =>
        response.writeHead(307, { location: `http://store.example:${store.port}/v2/` }).end(),
      ),
    );
    const hosts = {
      'registry.example:80': new URL(registry.url).host,
      [`store.example:${store.port}`]: new URL(store.url).host,
    };
    const proxy = keep(await startProxy({ hosts }));
    const lookup = (_name: string, _options: unknown, done: (error: null, found: unknown) => void): void =>
      done(null, [{ address: '127.0.0.1', family: 4 }]);
    const direct = keep(
      attach('http://registry.example', {}, { ...through(proxy.url, 'store.example'), lookup: lookup as never }),
    );
    await direct.ping();
    expect(proxy.seen.map(({ line }) => line)).toEqual(['GET http://registry.example/v2/']);
    const both = keep(attach('http://registry.example', {}, through(proxy.url)));
    await both.ping();
    expect(proxy.seen.map(({ line }) => line).slice(1)).toEqual([
      'GET http://registry.example/v2/',
      `GET http://store.example:${store.port}/v2/`,
    ]);
    expect(store.seen).toHaveLength(2);
  });

  test('a registry behind a proxy on loopback, or in NO_PROXY, is asked directly', async () => {
    const registry = keep(await createMemoryRegistry());
    const proxy = keep(await startProxy());
    await keep(attach(registry.url, {}, through(proxy.url))).ping();
    expect(proxy.seen).toEqual([]);
  });
});

describe('a proxy that fails', () => {
  const say =
    (text: string) =>
    (socket: Duplex): void =>
      void socket.end(text);
  test.each<[string, (socket: Duplex) => void, string, RegExp]>([
    [
      'wants credentials',
      say('HTTP/1.1 407 No\r\n\r\n'),
      'UPSTREAM_PROXY',
      /asks for a user name and password, and is given none \(407\)\.$/,
    ],
    [
      'wants them by 401, as tinyproxy does',
      say('HTTP/1.1 401 No\r\n\r\n'),
      'UPSTREAM_PROXY',
      /asks for a user name and password, and is given none \(401\)\.$/,
    ],
    [
      'refuses the host',
      say('HTTP/1.1 403 Filtered\r\nContent-Length: 6\r\n\r\ncanary'),
      'UPSTREAM_PROXY',
      /answered 403 when it was asked for a connection to registry\.example:443 for the ping: it does not let that through/,
    ],
    [
      'redirects',
      say('HTTP/1.1 302 Found\r\nLocation: http://canary.example/\r\n\r\n'),
      'UPSTREAM_PROXY',
      /answered 302/,
    ],
    [
      'says an interim status',
      say('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n'),
      'UPSTREAM_PROXY',
      /answered 100/,
    ],
    [
      'cannot reach the registry',
      say('HTTP/1.1 503 Unavailable\r\n\r\n'),
      'UPSTREAM_UNREACHABLE',
      /answered 503 .*: it did not reach that host, or failed itself/,
    ],
    [
      'closes the connection',
      (socket) => void socket.destroy(),
      'UPSTREAM_UNREACHABLE',
      /cannot be reached for the ping: it closed the connection without an answer\.$/,
    ],
    ['answers half', say('HTTP/1.1 200 O'), 'UPSTREAM_UNREACHABLE', /closed the connection|cannot be reached/],
    ['answers something else', say('SSH-2.0-canary\r\n'), 'UPSTREAM_INVALID', /not proper HTTP\.$/],
    [
      'speaks before the tunnel is used',
      (socket) => void socket.write('HTTP/1.1 200 OK\r\n\r\ncanary'),
      'UPSTREAM_INVALID',
      /not proper HTTP\.$/,
    ],
    [
      'sends headers without end',
      (socket) => void socket.write(`HTTP/1.1 200 OK\r\nx: ${'a'.repeat(40_000)}`),
      'UPSTREAM_INVALID',
      /not proper HTTP\.$/,
    ],
    ['does not answer', () => undefined, 'UPSTREAM_TIMEOUT', /was too slow with the ping \(response\)\.$/],
    [
      'drips',
      (socket) => void socket.write('HTTP/1.1 200 OK\r\n'),
      'UPSTREAM_TIMEOUT',
      /was too slow with the ping \(response\)\.$/,
    ],
  ])('because it %s is told as the proxy, not as the registry', async (_what, onConnect, code, why) => {
    const proxy = keep(await startProxy({ onConnect }));
    const upstream = keep(
      attach('https://registry.example', {}, { ...through(proxy.url), timeouts: { headers: 200 } }),
    );
    const facts = await catchFacts(upstream.ping());
    expect(facts).toEqual({
      name: 'GatewayError',
      code,
      message: expect.stringMatching(why) as unknown,
      registry: 'test',
      proxy: proxy.host,
      hint: 'The proxy is set by HTTPS_PROXY. A host in NO_PROXY is asked without one.',
    });
    expect(facts['message']).toMatch(`Proxy ${proxy.host}, on the way to registry test,`);
    expect(JSON.stringify(facts)).not.toContain('canary');
  });

  test('because it is away is told as the proxy, at once and while its hosts are left alone', async () => {
    const proxy = await startProxy();
    await proxy.close();
    const outages: unknown[] = [];
    for (const addr of ['https://registry.example', 'http://registry.example']) {
      const upstream = keep(attach(addr, {}, { ...through(proxy.url), onOutage: (...outage) => outages.push(outage) }));
      const first = {
        code: 'UPSTREAM_UNREACHABLE',
        message:
          `Proxy ${proxy.host}, on the way to registry test, cannot be reached for the ping: nothing ` +
          'listens at its address.',
      };
      expect(await catchFacts(upstream.ping())).toMatchObject({ ...first, proxy: proxy.host });
      for (let asked = 0; asked < 10 && upstream.outage === null; asked++) await catchFacts(upstream.ping());
      expect(await catchFacts(upstream.listTags(repository))).toMatchObject({
        code: first.code,
        message: expect.stringContaining(
          'since the proxy on the way to it is away, and is asked again in 30 s. Its last failure: Proxy ' +
            `${proxy.host},`,
        ) as unknown,
        proxy: proxy.host,
      });
    }
    expect(outages).toHaveLength(2);
  });

  test.each(['https://registry.example', 'http://registry.example'])(
    'because it refuses its credentials is told so, and they are not told: %s',
    async (addr) => {
      const proxy = keep(await startProxy({ users }));
      const upstream = keep(attach(addr, {}, through(proxy.url.replace('//', '//ann:canary-wr0ng@'))));
      const facts = await catchFacts(upstream.ping());
      expect(facts).toMatchObject({
        code: 'UPSTREAM_PROXY',
        message:
          `Proxy ${proxy.host}, on the way to registry test, refuses the user name and password that it ` +
          'is given (407).',
      });
      expect(JSON.stringify(facts)).not.toMatch(/canary|ann/);
      expect(proxy.seen).toHaveLength(1);
    },
  );

  test('a proxy that fails in the place of the registry, over http, leaves open who it was', async () => {
    const proxy = keep(await startProxy({ onRequest: (_, response) => response.writeHead(502).end('canary') }));
    const upstream = keep(attach('http://registry.example', {}, through(proxy.url)));
    expect(await catchFacts(upstream.ping())).toMatchObject({
      code: 'UPSTREAM_ERROR',
      message:
        `Registry test, asked through proxy ${proxy.host}, answered 502 to the ping: it or the proxy ` +
        'failed. Try again later, and look at both logs.',
      proxy: proxy.host,
    });
  });

  test('a proxy that fails with a handshake that never ends behind its tunnel is bounded', async () => {
    const proxy = keep(await startProxy({ onConnect: (socket) => void socket.write('HTTP/1.1 200 OK\r\n\r\n') }));
    const upstream = keep(
      attach('https://registry.example', {}, { ...through(proxy.url), timeouts: { secureConnect: 200 } }),
    );
    expect(await catchFacts(upstream.ping())).toMatchObject({
      code: 'UPSTREAM_TIMEOUT',
      message: expect.stringMatching(/^Registry test, asked through proxy .* \(secureConnect\)\.$/) as unknown,
    });
  });

  test('a proxy that fails is left when the client is closed, though it has not answered', async () => {
    const gone = Promise.withResolvers<void>();
    const connected = Promise.withResolvers<void>();
    const proxy = keep(
      await startProxy({
        onConnect: (socket) => {
          socket.on('end', () => gone.resolve()).resume();
          connected.resolve();
        },
      }),
    );
    const upstream = attach('https://registry.example', {}, through(proxy.url));
    const call = catchFacts(upstream.ping());
    await connected.promise;
    upstream.close();
    await gone.promise;
    expect(await call).toMatchObject({
      code: 'UPSTREAM_UNREACHABLE',
      message: expect.stringContaining('closed by the gateway') as unknown,
    });
  });
});

describe('the address guard, where a proxy is on the way', () => {
  test.each([
    'http://169.254.169.254',
    'https://169.254.169.254',
    'http://[fd00:ec2::254]',
    'https://[::ffff:169.254.169.254]',
    'http://2852039166',
    'https://100.100.100.200',
    'http://metadata.google.internal',
    'https://METADATA.google.internal.',
    'http://instance-data',
  ])('refuses %s, and the proxy is not asked for it', async (addr) => {
    const proxy = keep(await startProxy());
    expect(await catchFacts(keep(attach(addr, {}, through(proxy.url))).ping())).toEqual({
      name: 'GatewayError',
      code: 'UPSTREAM_BLOCKED',
      message: 'Registry test leads to a network address that the gateway may not connect to.',
      registry: 'test',
    });
    expect(proxy.seen).toEqual([]);
  });

  test('judges addresses that stand in a URL, and the address of the proxy', async () => {
    const proxy = keep(await startProxy());
    const onlyPublic = { allow: (address: string) => !address.startsWith('10.') };
    expect(
      await catchFacts(keep(attach('http://10.0.0.7', {}, { ...through(proxy.url), ...onlyPublic })).ping()),
    ).toMatchObject({ code: 'UPSTREAM_BLOCKED' });
    const noLoopback = { allow: (address: string) => !address.startsWith('127.') };
    const blocked = {
      code: 'UPSTREAM_BLOCKED',
      message:
        `Proxy ${proxy.host}, on the way to registry test, is at a network address that the gateway may ` +
        'not connect to.',
      proxy: proxy.host,
    };
    expect(
      await catchFacts(keep(attach('http://registry.example', {}, { ...through(proxy.url), ...noLoopback })).ping()),
    ).toMatchObject(blocked);
    const byName = proxy.url.replace('127.0.0.1', 'localhost');
    const message = blocked.message.replace('127.0.0.1', 'localhost');
    expect(
      await catchFacts(keep(attach('https://registry.example', {}, { ...through(byName), allow: () => false })).ping()),
    ).toMatchObject({ code: 'UPSTREAM_BLOCKED', message });
    expect(proxy.seen).toEqual([]);
  });
});
