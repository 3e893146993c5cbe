import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildImage } from '../support/content/images.js';
import { type GatewayProcess, startProcess } from '../support/processes/gateway.js';
import { seed } from '../support/content/push.js';
import { createMemoryRegistry } from '../support/registry/server.js';
import { readAttribute, type ReceivedSpan, startReceiver } from './receiver.js';

let folder: string;
const running: GatewayProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gateway-'));
});
afterEach(() => {
  for (const { child } of running.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const password = 'a good password';

/** A process with a registry attached, and what asks it. */
async function start(env: Record<string, string>, registryUrl: string) {
  const gateway = startProcess(folder, { ADMIN_PASSWORD: password, ...env });
  running.push(gateway);
  const url = await gateway.listening();
  const post = async (path: string, body: object, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const login = await post('/auth/login', { username: 'admin', password });
  const { auth_token: token } = (await login.json()) as { auth_token: string };
  const access = { 'x-access-token': `admin:${token}` };
  await post('/api/registries', { name: 'main', addr: registryUrl }, access);
  const ask = async (query: string, headers: Record<string, string> = {}): Promise<unknown> =>
    (await post('/graphql', { query }, { ...access, ...headers })).json();
  const read = async (path: string): Promise<string> => (await fetch(`${url}${path}`, { headers: access })).text();
  const stop = async (): Promise<number> => {
    const began = performance.now();
    gateway.child.kill('SIGTERM');
    expect(await gateway.ended()).toBe(0);
    return performance.now() - began;
  };
  return { gateway, ask, read, stop, token };
}

test('a trace leads from the request over its operation and use case to the statements and the requests to the registry', async () => {
  await using receiver = await startReceiver();
  await using registry = await createMemoryRegistry();
  seed(registry.store, 'team/secretive', 'v1', buildImage());
  const { ask, stop, token } = await start(
    {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_SERVICE_NAME: 'registries',
    },
    registry.url,
  );
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const query =
    'query Mine { registry(name: "main") { repository(name: "team/secretive") { tags(first: 1) { nodes { ' +
    'name } } } } }';
  await ask(query, { traceparent: `00-${traceId}-b7ad6b7169203331-01`, 'cache-control': 'no-cache' });
  await stop();

  expect([...receiver.services]).toEqual(['registries']);
  const spans = receiver.spans.filter((span) => span.traceId === traceId);
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const way = (span: ReceivedSpan | undefined): ReceivedSpan[] =>
    span ? [...way(byId.get(span.parentSpanId ?? '')), span] : [];
  const names = (span: ReceivedSpan): string[] => way(span).map(({ name }) => name);
  const ways = spans.map(names);
  const [root] = spans.filter(({ name }) => name === 'POST /graphql');
  expect(root).toMatchObject({ parentSpanId: 'b7ad6b7169203331', kind: 2 });
  expect(['http.route', 'http.response.status_code'].map((name) => readAttribute(root!, name))).toEqual([
    '/graphql',
    200,
  ]);
  expect(ways).toContainEqual(['POST /graphql', 'query']);
  // Statements and requests stand under a use case, that under the operation.
  expect(
    ways.find((one) => one.at(-1) === 'SELECT' && one[1] === 'query' && /^[A-Z]\w+\.\w+$/.test(one[2]!)),
  ).toBeDefined();
  const request = spans.find((span) => span.name === 'GET' && names(span)[1] === 'query')!;
  expect(names(request)).toEqual(['POST /graphql', 'query', expect.stringMatching(/^[A-Z]\w+\.\w+$/), 'GET']);
  expect(readAttribute(request, 'server.port')).toBe(Number(new URL(registry.url).port));
  // What a registry is asked, and by whom, is its own business; names and secrets are nobody's.
  const text = JSON.stringify(receiver.spans);
  for (const hidden of ['secretive', token, password]) expect(text).not.toContain(hidden);
  // Nobody waits for a crawl: it is a trace of its own.
  const crawl = receiver.spans.find(({ name }) => name === 'crawl');
  expect(crawl?.parentSpanId ?? '').toBe('');
});

test('a receiver that takes connections and never answers holds up no stop, and what it is not sent is counted', async () => {
  await using registry = await createMemoryRegistry();
  const sockets = new Set<Socket>();
  const deaf = createServer((socket) => sockets.add(socket.on('error', () => undefined))).listen(0, '127.0.0.1');
  await once(deaf, 'listening');
  const url = `http://127.0.0.1:${(deaf.address() as AddressInfo).port}`;
  const { ask, stop, read } = await start(
    { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_BSP_SCHEDULE_DELAY: '20', OTEL_BSP_MAX_QUEUE_SIZE: '5' },
    registry.url,
  );
  for (let i = 0; i < 20; i++)
    expect(await ask('{ registries { name } }')).toMatchObject({ data: { registries: [{ name: 'main' }] } });
  expect(sockets.size).toBeGreaterThan(0);
  expect(await read('/metrics')).toMatch(/^registry_gateway_trace_spans_total\{outcome="dropped"\} [1-9]/m);
  await stop();
  for (const socket of sockets) socket.destroy();
  deaf.close();
});

test('a receiver that is not there costs no request, fills no log, and holds up no stop', async () => {
  await using registry = await createMemoryRegistry();
  const away = await startReceiver();
  await away[Symbol.asyncDispose]();
  const { gateway, ask, stop } = await start(
    { OTEL_EXPORTER_OTLP_ENDPOINT: away.url, OTEL_BSP_SCHEDULE_DELAY: '20' },
    registry.url,
  );
  for (let i = 0; i < 20; i++)
    expect(await ask('{ registries { name } }')).toMatchObject({ data: { registries: [{ name: 'main' }] } });
  expect(await stop()).toBeLessThan(8000);
  expect(gateway.output().match(/spans could not be sent/g)?.length ?? 0).toBeLessThanOrEqual(1);
});
