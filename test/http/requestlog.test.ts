import { connect } from 'node:net';
import { pino } from 'pino';
import { createHttpServer, defaultHttpLimits } from '../../src/http/server.js';
import { createWaits } from '../../src/waits.js';
import { startGateway, type TestGateway } from '../support/worlds/gateway.js';
import { buildImage } from '../support/content/images.js';
import { closeOnce } from '../support/run/leftovers.js';
import { seed } from '../support/content/push.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';
import { createManualTimer, until } from '../support/timer.js';

type Line = Readonly<Record<string, unknown>>;

/** Lines of requests, those of the setting up left out. */
async function linesOf(log: readonly Line[], from: number, count: number): Promise<Line[]> {
  const find = (): Line[] => log.slice(from).filter(({ method }) => method !== undefined);
  await until(() => find().length >= count);
  return find();
}

describe('a request has one line', () => {
  let gateway: TestGateway;
  let registry: MemoryRegistry;

  beforeAll(async () => {
    registry = await createMemoryRegistry();
    seed(registry.store, 'team/app', 'one', buildImage());
    gateway = await startGateway();
    await gateway.attach('main', registry.url);
    await gateway.crawl('main');
  });
  afterAll(async () => {
    await gateway[Symbol.asyncDispose]();
    await registry[Symbol.asyncDispose]();
  });

  const ask = async (
    query: string,
    variables?: Record<string, unknown>,
    headers: Record<string, string> = {},
  ): Promise<Line> => {
    const from = gateway.log.length;
    await gateway.graphql(query, variables, { headers });
    const [line, ...others] = await linesOf(gateway.log, from, 1);
    expect(others).toEqual([]);
    return line!;
  };

  test('a request has one line with who asked for what, what came of it and what it cost', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const query =
      'query Names($secret: String!) { registry(name: $secret) { repositories(first: 5) { nodes { name } } } }';
    const line = await ask(query, { secret: 'main' }, { traceparent });
    expect(line).toEqual({
      level: 30,
      time: expect.any(Number),
      pid: expect.any(Number),
      hostname: expect.any(String),
      reqId: expect.any(String),
      method: 'POST',
      route: '/graphql',
      path: '/graphql',
      status: 200,
      ms: expect.any(Number),
      bytes: expect.any(Number),
      client: '127.0.0.1',
      viewer: 'admin',
      operations: ['Names'],
      cost: 6,
      cache: 'miss',
      traceId: '0af7651916cd43dd8448eb211c80319c',
      msg: 'a request',
    });
    // A kept answer still has the name of what made it, also where the client does not say it.
    expect(await ask(query, { secret: 'main' })).toMatchObject({ cache: 'hit', operations: ['Names'] });
  });

  test('counts the requests to registries that it waited for', async () => {
    const line = await ask(
      '{ registry(name: "main") { repository(name: "team/app") { tags(first: 1) { nodes { name } } } } }',
      {},
      { 'cache-control': 'no-cache' },
    );
    expect(line['upstreamRequests']).toBeGreaterThan(0);
  });

  test('over REST with the pattern of its route, and without its query', async () => {
    const from = gateway.log.length;
    await gateway.rest('GET', '/api/registries/main/repositories/team/app?token=rgw_canary');
    const [line] = await linesOf(gateway.log, from, 1);
    expect(line).toMatchObject({
      route: '/api/registries/:name/repositories/*',
      path: '/api/registries/main/repositories/team/app',
      viewer: 'admin',
    });
    expect(JSON.stringify(line)).not.toContain('canary');
  });

  test('counts the bytes that were sent, of each answer on a connection by itself', async () => {
    const from = gateway.log.length;
    const { hostname, port } = new URL(gateway.url);
    const socket = connect(Number(port), hostname);
    let received = 0;
    socket.on('data', (chunk: Buffer) => (received += chunk.length));
    const request = (path: string, more = ''): string =>
      `GET ${path} HTTP/1.1\r\nHost: gateway\r\nX-Access-Token: ${gateway.access}\r\n${more}\r\n`;
    // The second and third come before the first is answered.
    socket.write(
      request('/api/registries') +
        request('/api/registries/main') +
        request('/api/registries/none', 'Connection: close\r\n'),
    );
    await new Promise((resolve) => socket.once('close', resolve));
    const lines = await linesOf(gateway.log, from, 3);
    expect(lines.map(({ status }) => status)).toEqual([200, 200, 404]);
    expect(lines.every(({ bytes }) => Number(bytes) > 100)).toBe(true);
    expect(lines.reduce((sum, { bytes }) => sum + Number(bytes), 0)).toBe(received);
  });

  test('has the codes of what was refused', async () => {
    expect(await ask('{ registry(name: "none") { name } }')).toMatchObject({
      level: 30,
      status: 200,
      codes: ['NOT_FOUND'],
    });
    const from = gateway.log.length;
    await gateway.rest('GET', '/api/%zz');
    await gateway.rest('PUT', '/api/registries');
    const lines = await linesOf(gateway.log, from, 2);
    expect(lines.map(({ status, codes }) => [status, codes])).toEqual([
      [400, ['BAD_USER_INPUT']],
      [405, ['BAD_USER_INPUT']],
    ]);
  });

  test('holds no more of what a client calls things than says what they are, and no line of its own making', async () => {
    const name = 'N'.repeat(5000);
    const line = await ask(`query ${name} { viewer { username } }`);
    expect(line['operations']).toEqual(['N'.repeat(100)]);
    const from = gateway.log.length;
    await gateway.rest('GET', `/api/registries/${'%0a'.repeat(300)}%0A{"level":60}`);
    const [refused] = await linesOf(gateway.log, from, 1);
    expect(String(refused!['path'])).toHaveLength(500);
  });

  test('says nothing of health checks that are well', async () => {
    const from = gateway.log.length;
    await gateway.rest('GET', '/livez');
    await gateway.rest('GET', '/readyz');
    await ask('{ __typename }');
    expect(gateway.log.slice(from)).toHaveLength(1);
  });
});

/** A server with routes that succeed, fail, and answer when they are told to. */
async function serve(level = 'info') {
  const log: Line[] = [];
  const timer = createManualTimer();
  const logger = pino({ level }, { write: (line: string) => log.push(JSON.parse(line) as Line) });
  const waits = createWaits(timer);
  const server = await createHttpServer({
    logger,
    allowedOrigins: [],
    limits: defaultHttpLimits,
    timer,
    waits,
    measureLoopDelay: () => 0,
    slowRequest: 200,
  });
  const late = Promise.withResolvers<string>();
  server.get('/well', async () => 'well');
  server.get('/late', () => late.promise.finally(waits.begin('upstream')));
  const asked = Promise.withResolvers<void>();
  server.post('/late', (request) => {
    const answer = late.promise.then(() => request.body).finally(waits.begin('database'));
    asked.resolve();
    return answer;
  });
  server.get('/broken', async () => {
    throw new Error('the wheel came off', { cause: new Error('rust') });
  });
  server.get('/routine', { config: { isRoutine: true } }, async () => 'well');
  server.get('/routine/broken', { config: { isRoutine: true } }, async () => {
    throw new Error('the wheel came off');
  });
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  log.length = 0;
  return {
    log,
    timer,
    server,
    url,
    late,
    asked: asked.promise,
    [Symbol.asyncDispose]: closeOnce(() => server.close()),
  };
}

test('a slow request is a warning, and says how late its answer was', async () => {
  await using served = await serve();
  const answer = fetch(`${served.url}/late`);
  await until(() => served.server.server.listening);
  await new Promise<void>((resolve) =>
    served.server.server.getConnections((_, count) => (count > 0 ? resolve() : setTimeout(resolve, 50))),
  );
  await served.timer.advance(200);
  served.late.resolve('late');
  await (await answer).text();
  const [line] = await linesOf(served.log, 0, 1);
  expect(line).toMatchObject({
    level: 40,
    status: 200,
    answeredMs: 200,
    ms: 200,
    upstreamMs: 200,
    msg: 'a slow request',
  });
  expect(line).not.toHaveProperty('databaseMs');
});

test('a wait is known for its request also after a body was read', async () => {
  await using served = await serve();
  const answer = fetch(`${served.url}/late`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  await served.asked;
  await served.timer.advance(300);
  served.late.resolve('late');
  await (await answer).text();
  const [line] = await linesOf(served.log, 0, 1);
  expect(line).toMatchObject({ answeredMs: 300, databaseMs: 300, msg: 'a slow request' });
});

test('a slow request says how long it waited for a registry and for the database, whoever asked for what it waits for', async () => {
  await using registry = await createMemoryRegistry();
  seed(registry.store, 'team/app', 'one', buildImage());
  await using gateway = await startGateway({ slowRequest: 0 });
  await gateway.attach('main', registry.url);
  await gateway.crawl('main');
  registry.fail({ kind: 'delay', ms: 100 });
  const query =
    'query Slow { registry(name: "main") { repository(name: "team/app") { tags(first: 1) { nodes { name } } } } }';
  await Promise.all(
    [1, 2].map((n) =>
      gateway.graphql(query.replace('tags', `n${n}: tags`), {}, { headers: { 'cache-control': 'no-cache' } }),
    ),
  );
  const find = (): Line[] =>
    gateway.log.filter(({ operations }) => (operations as string[] | undefined)?.includes('Slow'));
  await until(() => find().length === 2);
  for (const { upstreamMs, databaseMs, ms } of find()) {
    expect([Number(upstreamMs) > 0, Number(upstreamMs) <= Number(ms), Number(databaseMs) > 0]).toEqual([
      true,
      true,
      true,
    ]);
  }
});

test('what failed inside the gateway is an error, with its cause', async () => {
  await using served = await serve();
  await fetch(`${served.url}/broken`);
  const [line, ...others] = await linesOf(served.log, 0, 1);
  expect(line).toMatchObject({
    level: 50,
    status: 500,
    codes: ['INTERNAL'],
    err: { message: expect.stringContaining('the wheel came off') },
  });
  expect(others).toEqual([]);
});

test.each(['silent', 'fatal', 'error', 'warn', 'info'])(
  'at LOG_LEVEL=%s a route of routine writes no more than the others',
  async (level) => {
    await using served = await serve(level);
    for (const path of ['/routine', '/routine/broken', '/broken']) await fetch(served.url + path);
    // Their connections are closed, and their lines written, when this is done.
    await served[Symbol.asyncDispose]();
    expect(served.log.map((line) => line['path'])).toEqual(
      ['silent', 'fatal'].includes(level) ? [] : ['/routine/broken', '/broken'],
    );
  },
);

test('requests of routine that are well take none of the lines that a minute has for nobody known', async () => {
  await using served = await serve();
  for (let i = 0; i < 70; i++) await fetch(`${served.url}/routine`).then((answer) => answer.text());
  await fetch(`${served.url}/nothing`);
  const lines = await linesOf(served.log, 0, 1);
  await served.timer.advance(60_000);
  expect([lines.map(({ path }) => path), served.log]).toEqual([['/nothing'], lines]);
});

test('a request whose client went away says so', async () => {
  await using served = await serve();
  const going = new AbortController();
  const asked = new Promise<void>((resolve) => served.server.server.once('request', () => resolve()));
  const answer = fetch(`${served.url}/late`, { signal: going.signal }).catch(() => null);
  await asked;
  going.abort();
  await answer;
  const [line] = await linesOf(served.log, 0, 1);
  expect(line).toMatchObject({ status: null, aborted: true, bytes: 0 });
});

test('a flood by nobody known fills a minute of the log with 60 lines, and is told of in one more', async () => {
  await using served = await serve();
  for (let i = 0; i < 75; i++) await fetch(`${served.url}/nothing/${i}`).then((answer) => answer.text());
  const { hostname, port } = new URL(served.url);
  const socket = connect(Number(port), hostname);
  socket.end('no HTTP\r\n\r\n');
  await new Promise((resolve) => socket.resume().once('close', resolve));
  await linesOf(served.log, 0, 60);
  await served.timer.advance(60_000);
  expect(served.log).toHaveLength(61);
  expect(served.log.at(-1)).toMatchObject({ level: 40, requests: 16, byStatus: { 404: 15, unread: 1 } });
  await fetch(`${served.url}/well`);
  await linesOf(served.log, 61, 1);
});
