import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { createTracer } from '../../src/tracing/tracer.js';
import { startGateway, type TestGateway } from '../support/worlds/gateway.js';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';
import { until } from '../support/timer.js';

let registry: MemoryRegistry;
let gateway: TestGateway;
let exporter: InMemorySpanExporter;

beforeEach(async () => {
  exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  registry = await createMemoryRegistry();
  for (const name of ['team/app', 'team/other']) seed(registry.store, name, 'v1', buildImage());
  gateway = await startGateway({ tracer: createTracer(provider.getTracer('test')) });
  await gateway.attach('main', registry.url);
  await gateway.crawl('main');
  await until(() => findAll('crawl').length > 0);
  exporter.reset();
});
afterEach(async () => {
  await gateway[Symbol.asyncDispose]();
  await registry[Symbol.asyncDispose]();
});

function findAll(name: string): ReadableSpan[] {
  return exporter.getFinishedSpans().filter((span) => span.name === name);
}

async function find(name: string): Promise<ReadableSpan> {
  await until(() => findAll(name).length > 0);
  return findAll(name)[0]!;
}

/** The names from the first span of a trace to each that has none below it. */
function listWays(traceId: string): string[] {
  const spans = exporter.getFinishedSpans().filter((span) => span.spanContext().traceId === traceId);
  const byId = new Map(spans.map((span) => [span.spanContext().spanId, span]));
  const wayOf = (span: ReadableSpan): string => {
    const parent = byId.get(span.parentSpanContext?.spanId ?? '');
    return parent ? `${wayOf(parent)} > ${span.name}` : span.name;
  };
  return [...new Set(spans.map(wayOf))];
}

/** A trace of its own, which leads to the request. */
function expectLinked(work: ReadableSpan, request: ReadableSpan): void {
  expect(work.parentSpanContext).toBeUndefined();
  expect(work.spanContext().traceId).not.toBe(request.spanContext().traceId);
  expect(work.links.map(({ context }) => context.traceId)).toEqual([request.spanContext().traceId]);
}

test.each([
  [
    '/api/registries/main/repositories',
    'GET /api/registries/:name/repositories',
    'RestRepositories',
    'Registry.repositories',
  ],
  [
    '/api/registries/main/repositories/team/app',
    'GET /api/registries/:name/repositories/*',
    'RestRepository',
    'Registry.repository',
  ],
])('the list %s is an operation with a use case that has its statements', async (path, route, operation, field) => {
  expect((await gateway.rest('GET', path)).status).toBe(200);
  const request = await find(route);
  const span = await find('query');
  expect(span.attributes).toEqual({ 'graphql.operation.type': 'query', 'graphql.operation.name': operation });
  await find(field);
  expect(listWays(request.spanContext().traceId)).toContain(`${route} > query > ${field} > SELECT`);
  await until(() =>
    gateway.log.some(({ path: of, operations }) => of === path && (operations as string[]).includes(operation)),
  );
});

test('the list of registries, which is in memory, is an operation without parts', async () => {
  await gateway.rest('GET', '/api/registries');
  const request = await find('GET /api/registries');
  expect((await find('query')).attributes['graphql.operation.name']).toBe('RestRegistries');
  expect(listWays(request.spanContext().traceId)).toContain('GET /api/registries > query');
});

test('the statements of a list that is sent while it is read are under its use case too', async () => {
  for (let i = 0; i < 700; i++) seed(registry.store, `many/r-${i}`, 'v1', buildImage());
  await gateway.crawl('main');
  exporter.reset();
  await gateway.rest('GET', '/api/registries/main/repositories');
  const useCase = await find('Registry.repositories');
  const { traceId, spanId } = useCase.spanContext();
  const statements = findAll('SELECT').filter(
    (span) => span.spanContext().traceId === traceId && span.parentSpanContext?.spanId === spanId,
  );
  // Pages of repositories, each with its tags.
  expect(statements.length).toBeGreaterThanOrEqual(4);
});

test('a deletion is a trace of its own, with its registry and its job, linked to the request that began it', async () => {
  await Promise.all(
    ['team/app', 'team/other'].map((name) => gateway.rest('DELETE', `/api/registries/main/repositories/${name}`)),
  );
  await until(
    () => findAll('deletion').length === 2 && findAll('DELETE /api/registries/:name/repositories/*').length === 2,
  );
  const requests = findAll('DELETE /api/registries/:name/repositories/*');
  for (const deletion of findAll('deletion')) {
    expect(deletion.attributes).toEqual({
      'registry_gateway.registry': 'main',
      'registry_gateway.job.id': expect.any(String),
      'registry_gateway.job.kind': 'DELETE_REPOSITORY',
    });
    expect(listWays(deletion.spanContext().traceId)).toContain('deletion > DELETE');
  }
  const asked = findAll('deletion').map(({ links }) => links[0]!.context.traceId);
  expect(asked.sort()).toEqual(requests.map((request) => request.spanContext().traceId).sort());
});

test('a run of retention is a trace of its own, and so is what it deletes', async () => {
  const { body } = await gateway.graphql<{ registry: { id: string } }>('{ registry(name: "main") { id } }');
  const { id } = body.data!.registry;
  await gateway.graphql(
    `mutation { setRetention(input: { registry: "${id}", rules: [{ repository: "team/*", keepLast: 1 }] }) { ` +
      'userErrors { code } } }',
  );
  seed(registry.store, 'team/app', 'v2', buildImage({ author: 'another' }));
  await gateway.crawl('main');
  exporter.reset();
  await gateway.graphql(
    `mutation { applyRetention(input: { registry: "${id}" }) { job { id } userErrors { code message } } }`,
  );
  const run = await find('retention');
  expect(run.attributes).toEqual({
    'registry_gateway.registry': 'main',
    'registry_gateway.job.id': expect.any(String),
    'registry_gateway.job.kind': 'RETENTION_RUN',
  });
  expectLinked(run, await find('POST /graphql'));
  expectLinked(await find('deletion'), run);
});
