import { createServer, type Server, type Socket } from 'node:net';
import type { Role } from '../../src/domain/account.js';
import type { RegistryAddress } from '../../src/domain/registry.js';
import type { RegistryName } from '../../src/domain/name.js';
import { GatewayError } from '../../src/errors.js';
import { strangersWait, testConnection } from '../../src/catalogue/manage/connection.js';
import { createAddressPolicy } from '../../src/upstream/network/addresses.js';
import { createUpstream, type UpstreamOptions } from '../../src/upstream/client.js';
import { listen, type Wire } from '../upstream/wire.js';
import { createHastyTimer, createManualTimer } from '../support/timer.js';

const opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.close();
});

async function serve(answer: Parameters<typeof listen>[0]): Promise<Wire> {
  const wire = await listen(answer);
  opened.push(wire);
  return wire;
}

/** A TCP server that is no HTTP server: it says this much when somebody comes; null: nothing, for ever. */
async function speak(banner: string | null): Promise<string> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    if (banner !== null) socket.write(banner);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  opened.push({ close: () => (sockets.forEach((socket) => socket.destroy()), server.close()) });
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}

async function findClosedPort(): Promise<string> {
  const wire = await listen((_, response) => response.end());
  await wire.close();
  return wire.url;
}

interface Outcome {
  readonly shown: unknown;
  /** Milliseconds of the manual timer at which it was told. */
  readonly told: number;
  readonly requests: number;
  readonly logged: readonly Record<string, unknown>[];
}

/**
 * Tests a connection as somebody with this role. The timer goes on once the failure is there to be told, or at once
 * where none comes.
 */
async function attempt(
  addr: string,
  role: Role,
  options: Partial<UpstreamOptions> = {},
  isEndless = false,
): Promise<Outcome> {
  const timer = createManualTimer();
  const logged: Record<string, unknown>[] = [];
  let requests = 0;
  const progress = { isOver: false };
  const asked = {
    viewer: { accountId: 'a', username: 'ann', roles: [role], tokenId: 't' } as never,
    createUpstream: (settings: Parameters<typeof createUpstream>[0]) =>
      createUpstream(settings, {
        userAgent: 'test',
        timer: createHastyTimer(),
        timeouts: { headers: 150 },
        ...options,
      }),
    clock: () => new Date(0),
    timer,
    call: { onRequest: () => void requests++ },
    log: (_: string, facts: Record<string, unknown>) => void logged.push(facts),
    requestId: 'r1',
  };
  const registry = {
    id: 'new',
    name: 'x' as RegistryName,
    addr: addr as RegistryAddress,
    tlsSkipVerify: false,
    caCertificate: null,
    authRealm: null,
  };
  const outcome = testConnection(asked, asked, { registry, credentials: { username: 'ann', password: 'secret' } }).then(
    (health) => health,
    (error: unknown) => {
      if (!(error instanceof GatewayError)) throw error;
      return { code: error.code, message: error.message, facts: error.facts };
    },
  );
  void outcome.finally(() => (progress.isOver = true)).catch(() => undefined);
  // What the network does takes no time of this timer; the wait behind it does.
  for (let turn = 0; turn < 400 && !progress.isOver; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    if (isEndless || timer.waiting().length > 1) await timer.advance(1000);
  }
  return { shown: await outcome, told: timer.elapsed(), requests, logged };
}

const page = '<!doctype html><title>router</title>';
const silent = (): Promise<string> => speak(null);
const places: readonly [string, () => Promise<string>][] = [
  ['a closed port', findClosedPort],
  [
    'a web site',
    async () => (await serve((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(page))).url,
  ],
  [
    'a web site that knows no such page',
    async () => (await serve((_, response) => response.writeHead(404).end(page))).url,
  ],
  ['a web site that forbids it', async () => (await serve((_, response) => response.writeHead(403).end(page))).url],
  [
    'a web site that asks to log in by a form',
    async () => (await serve((_, response) => response.writeHead(401).end(page))).url,
  ],
  [
    'a web site that failed',
    async () => (await serve((_, response) => response.writeHead(500, { 'retry-after': '7' }).end(page))).url,
  ],
  [
    'a web site that limits',
    async () => (await serve((_, response) => response.writeHead(429, { 'retry-after': '7' }).end(page))).url,
  ],
  [
    'a web site that redirects to another',
    async () => (await serve((_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end())).url,
  ],
  ['a secure shell', () => speak('SSH-2.0-OpenSSH_9.6\r\n')],
  ['a data base', () => speak('\u0000\u0000\u0000\u000amysql')],
  ['a silent port', silent],
  ['no TLS', async () => (await serve((_, response) => response.end('{}'))).url.replace('http:', 'https:')],
  [
    'a registry in name that leads to a web site',
    async () => {
      const site = await serve((_, response) => response.end(page));
      return (
        await serve((_, response) =>
          response.writeHead(307, { location: site.url, 'docker-distribution-api-version': 'registry/2.0' }).end(),
        )
      ).url;
    },
  ],
];

describe('whoever may attach, but is no admin', () => {
  test.each(places)(
    'whoever may attach, but is no admin is told of %s only that no registry answers, after one time',
    async (_, open) => {
      const addr = await open();
      const outcome = await attempt(addr, 'registries:rw');
      expect(outcome.shown).toEqual({
        code: 'UPSTREAM_UNREACHABLE',
        message: 'No registry answers at the address of x. Nothing was changed.',
        facts: {
          registry: 'x',
          hint:
            'Check the scheme, the host and the port. An admin is told more, and the log has it under ' +
            'the request id.',
        },
      });
      expect([outcome.told, outcome.requests]).toEqual([strangersWait, 0]);
      expect(outcome.logged).toMatchObject([
        { registry: 'x', addr, username: 'ann', requestId: 'r1', code: expect.stringMatching(/^UPSTREAM_/) },
      ]);
      expect(outcome.logged[0]!['why']).not.toBe((outcome.shown as Error).message);
    },
  );

  test('whoever may attach, but is no admin is told so after that time from a port that never answers, however patient the client is', async () => {
    const outcome = await attempt(await silent(), 'registries:rw', { timeouts: {} }, true);
    expect(outcome).toMatchObject({ shown: { code: 'UPSTREAM_UNREACHABLE' }, told: strangersWait });
  });

  test('whoever may attach, but is no admin is told at once what a registry itself says', async () => {
    const refusing = await serve((_, response) =>
      response.writeHead(401, { 'www-authenticate': 'Basic realm="r"' }).end(),
    );
    const refused = await attempt(refusing.url, 'registries:rw');
    expect([refused.shown, refused.told]).toMatchObject([
      { code: 'UPSTREAM_AUTH', message: expect.stringContaining('Registry x answered 401') },
      0,
    ]);
    const failing = await serve((_, response) =>
      response.writeHead(503, { 'docker-distribution-api-version': 'registry/2.0' }).end(),
    );
    expect((await attempt(failing.url, 'registries:rw')).shown).toMatchObject({
      code: 'UPSTREAM_ERROR',
      facts: { upstreamStatus: 503 },
    });
    const leading = await serve((_, response) =>
      response.writeHead(401, { 'www-authenticate': 'Bearer realm="https://auth.example/token"' }).end(),
    );
    expect((await attempt(leading.url, 'registries:rw')).shown).toMatchObject({ code: 'UPSTREAM_REALM_REFUSED' });
  });

  test('attaches a registry as an admin does, its requests counted', async () => {
    const registry = await serve((request, response) => {
      if (request.headers.authorization) return response.end('{}');
      return response.writeHead(401, { 'www-authenticate': 'Basic realm="r"' }).end();
    });
    const outcome = await attempt(registry.url, 'registries:rw');
    expect(outcome).toMatchObject({ shown: { reachable: true, authenticated: true }, told: 0, logged: [] });
    expect(outcome.requests).toBe(registry.seen.length);
  });

  test('whoever may attach, but is no admin is told of an address as it was typed that it is not opened, and of a name not where it leads', async () => {
    const lookup: UpstreamOptions['lookup'] = (_, __, callback) => callback(null, [{ address: '10.1.2.3', family: 4 }]);
    const allow = createAddressPolicy({ allow: [], deny: [{ family: 'ipv4', address: '10.0.0.0', prefix: 8 }] });
    for (const addr of ['http://10.1.2.3:5000', 'http://169.254.169.254', 'http://[fe80::1]']) {
      expect(await attempt(addr, 'registries:rw', { allow })).toMatchObject({
        shown: { code: 'UPSTREAM_BLOCKED' },
        told: 0,
      });
    }
    expect(await attempt('http://inner.example', 'registries:rw', { allow, lookup })).toMatchObject({
      shown: { code: 'UPSTREAM_UNREACHABLE' },
      told: strangersWait,
    });
  });
});

test('an admin is told what it is, at once', async () => {
  const codes: string[] = [];
  for (const [, open] of places) {
    const { shown, told, logged } = await attempt(await open(), 'admin');
    codes.push((shown as { code: string }).code);
    expect([told, logged]).toEqual([0, []]);
  }
  expect(codes).toEqual([
    'UPSTREAM_UNREACHABLE',
    'UPSTREAM_INVALID',
    'UPSTREAM_INVALID',
    'UPSTREAM_AUTH',
    'UPSTREAM_AUTH',
    'UPSTREAM_ERROR',
    'UPSTREAM_RATE_LIMITED',
    'UPSTREAM_UNREACHABLE',
    'UPSTREAM_INVALID',
    'UPSTREAM_INVALID',
    'UPSTREAM_TIMEOUT',
    'UPSTREAM_TLS',
    'UPSTREAM_INVALID',
  ]);
});
