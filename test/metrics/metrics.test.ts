import { startGateway, type TestGateway } from '../support/worlds/gateway.js';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';
import { scrape, scrapeUntil } from './scrape.js';

let registry: MemoryRegistry;
let gateway: TestGateway;

beforeEach(async () => {
  registry = await createMemoryRegistry();
  gateway = await startGateway();
  seed(registry.store, 'team/app', 'v1', buildImage());
  await gateway.attach('local', registry.url);
  await gateway.crawl('local');
});
afterEach(async () => {
  await gateway[Symbol.asyncDispose]();
  await registry.close();
});

const of = (name: string, labels = 'registry="local"'): string => `registry_gateway_${name}{${labels}}`;

test('a registry that was crawled shows its requests, its job, its times and what the index holds of it', async () => {
  const shown = [of('jobs_total', 'registry="local",kind="CRAWL",state="SUCCEEDED"'), of('index_tags')];
  const page = await scrapeUntil(gateway, (now) => shown.every((series) => now.has(series)));
  expect(page.get(of('upstream_requests_total', 'registry="local",outcome="2xx"'))).toBeGreaterThanOrEqual(3);
  expect(page.get(of('upstream_request_duration_seconds_count'))).toBeGreaterThanOrEqual(3);
  expect(page.get(of('registry_reachable'))).toBe(1);
  expect(page.get(of('registry_circuit_open'))).toBe(0);
  const now = Date.now() / 1000;
  for (const name of [
    'registry_attached_timestamp_seconds',
    'registry_names_confirmed_timestamp_seconds',
    'registry_indexed_timestamp_seconds',
  ]) {
    expect([name, Math.abs(page.get(of(name))! - now) < 120]).toEqual([name, true]);
  }
  expect([of('index_repositories'), of('index_tags')].map((series) => page.get(series))).toEqual([1, 1]);
  expect(page.get('registry_gateway_index_images')).toBe(1);
  expect(page.get('registry_gateway_registries')).toBe(1);
});

test('the database, the connections, the build and the process are shown', async () => {
  const page = await scrape(gateway);
  for (const name of [
    'database_size_bytes',
    'database_wal_size_bytes',
    'database_disk_free_bytes',
    'database_disk_size_bytes',
    'http_connections',
  ]) {
    expect([name, page.get(`registry_gateway_${name}`)! > 0]).toEqual([name, true]);
  }
  expect(page.get('registry_gateway_database_fault')).toBe(0);
  expect([...page.keys()].find((series) => series.startsWith('registry_gateway_build_info'))).toMatch(
    /\{version="\d+\.\d+\.\d+[^"]*",node_version="v\d+\./,
  );
  expect(page.has('process_resident_memory_bytes') && page.has('nodejs_eventloop_lag_p99_seconds')).toBe(true);
  for (const part of ['registries', 'database', 'index', 'connections'])
    expect(page.get(of('scrape_part_up', `part="${part}"`))).toBe(1);
});

test('a registry that is away is shown as that, by why, and how often', async () => {
  await registry.close();
  for (let n = 0; n < 6; n++)
    await gateway.graphql(`{ registry(name: "local") { repository(name: "none-${n}") { name } } }`);
  const page = await scrapeUntil(gateway, (now) => now.get(of('registry_circuit_open')) === 1);
  expect(page.get(of('upstream_requests_total', 'registry="local",outcome="unreachable"'))).toBeGreaterThanOrEqual(5);
  expect(page.get(of('registry_outages_total'))).toBe(1);
});

test('a registry that is detached, or has another name, leaves no series behind', async () => {
  await scrapeUntil(gateway, (page) => page.has(of('jobs_total', 'registry="local",kind="CRAWL",state="SUCCEEDED"')));
  const { body } = await gateway.graphql<{ registry: { id: string } }>('{ registry(name: "local") { id } }');
  const id = body.data!.registry.id;
  await gateway.graphql(`mutation { updateRegistry(input: { id: "${id}", name: "moved" }) { registry { name } } }`);
  const page = await scrapeUntil(gateway, (now) => now.has(of('registry_reachable', 'registry="moved"')));
  expect([...page.keys()].filter((series) => series.includes('"local"'))).toEqual([]);
  await gateway.graphql(`mutation { removeRegistry(input: { id: "${id}" }) { removedRegistryId } }`);
  await scrapeUntil(gateway, (now) => ![...now.keys()].some((series) => series.includes('registry="')));
});

test('logins are counted by what came of them', async () => {
  for (const password of ['wrong', 'wrong too'])
    await gateway.rest('POST', '/auth/login', { access: null, body: { username: 'admin', password } });
  const page = await scrapeUntil(gateway, (now) => now.get(of('logins_total', 'result="refused"')) === 2);
  expect(page.get(of('logins_total', 'result="ok"'))).toBe(1);
});

test('refused notifications are counted by why', async () => {
  const notify = (registry: string): Promise<unknown> =>
    gateway.rest('POST', `/events/${registry}`, { access: null, body: { events: [] } });
  await Promise.all([notify('local'), notify('none'), notify('another')]);
  const refused = (reason: string): string => of('notifications_refused_total', `reason="${reason}"`);
  const page = await scrapeUntil(gateway, (now) => now.get(refused('no_such_registry')) === 2);
  expect([page.get(refused('no_secret')), page.get(refused('wrong_secret'))]).toEqual([1, 0]);
});

test('a deletion ends as a job of its own kind', async () => {
  expect((await gateway.rest('DELETE', '/api/registries/local/repositories/team/app')).status).toBeLessThan(300);
  await scrapeUntil(
    gateway,
    (page) => page.get(of('jobs_total', 'registry="local",kind="DELETE_REPOSITORY",state="SUCCEEDED"')) === 1,
  );
});

test('requests are counted by route and operation, with their cost, their kept answers and their errors', async () => {
  await gateway.graphql('query Page { repositories(first: 5) { nodes { name } } }');
  await gateway.graphql('query Page { repositories(first: 5) { nodes { name } } }');
  await gateway.graphql('query Strange { registries { name } }', {}, { access: null });
  const listed = await gateway.rest('GET', '/api/registries');
  const again = await gateway.rest('GET', '/api/registries', {
    headers: { 'if-none-match': listed.headers.get('etag')! },
  });
  expect(again.status).toBe(304);
  await gateway.rest('GET', '/no/such/page');
  const route = (method: string, path: string, status: number): string =>
    of('http_requests_total', `method="${method}",route="${path}",status="${status}"`);
  const page = await scrapeUntil(gateway, (now) => now.has(route('GET', '(none)', 404)));
  expect(page.get(route('POST', '/graphql', 200))).toBe(2);
  expect(page.get(route('POST', '/graphql', 401))).toBe(1);
  expect(page.get(route('GET', '/api/registries', 304))).toBe(1);
  expect(page.get(of('operations_total', 'operation="Page",result="ok"'))).toBe(2);
  expect(page.get(of('operations_total', 'operation="(others)",result="error"'))).toBe(1);
  expect(page.get(of('errors_total', 'code="UNAUTHENTICATED"'))).toBe(1);
  expect(page.get(of('answer_cache_lookups_total', 'result="hit"'))).toBe(2);
  // The second was not counted: its answer was kept.
  expect(page.get('registry_gateway_graphql_cost_points_count')).toBeGreaterThanOrEqual(1);
  expect(page.get(of('http_response_bytes_total', 'route="/graphql"'))).toBeGreaterThan(300);
});
