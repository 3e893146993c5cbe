import { Webhook } from 'standardwebhooks';
import { parseNetwork } from '../../src/domain/network.js';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';
import { badAnswers, type Endpoint, startEndpoint } from '../support/servers/endpoint.js';
import { startGateway, type TestGateway } from '../support/worlds/gateway.js';
import { until } from '../support/timer.js';

const settings = { upstreamNetworks: { allow: [parseNetwork('127.0.0.0/8')!], deny: [] }, isWebhookHttpAllowed: true };

let gateway: TestGateway;
let endpoint: Endpoint;
let registry: MemoryRegistry;

beforeEach(async () => {
  [gateway, endpoint, registry] = [await startGateway(settings), await startEndpoint(), await createMemoryRegistry()];
});
afterEach(async () => {
  await gateway[Symbol.asyncDispose]();
  await endpoint[Symbol.asyncDispose]();
  await registry.close();
});

interface Shown {
  readonly id: string;
  readonly url: string;
  readonly enabled: boolean;
  readonly [field: string]: unknown;
}
interface Payload {
  readonly webhook: Shown | null;
  readonly secret: string | null;
  readonly userErrors: readonly { readonly code: string; readonly path: readonly string[] | null }[];
}

const fields = `id url kinds registries repository enabled disabledReason owner formerSecretUntil
  delivery { pendingCount lastEventId lastStatus lastFailure attempts nextAttemptAt }`;

async function mutate(name: string, input: object, access?: string): Promise<Payload> {
  const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input!`;
  const payload = `webhook { ${fields} } secret userErrors { code path }`;
  const text = `mutation ($input: ${type}) { done: ${name}(input: $input) { ${payload} } }`;
  const { body } = await gateway.graphql<{ done: Payload }>(text, { input }, access ? { access } : {});
  return body.data!.done;
}
const list = async (access?: string) =>
  gateway.graphql<{ webhooks: Shown[] | null }>(`{ webhooks { ${fields} } }`, {}, access ? { access } : {});
const test1 = (id: string) =>
  gateway.graphql<{ testWebhook: object }>(
    'mutation ($id: ID!) { testWebhook(input: { id: $id }) { delivered status failure userErrors { code } } }',
    { id },
  );

test('a push that a crawl finds is told to an endpoint, which verifies it', async () => {
  await gateway.attach('local', registry.url);
  seed(registry.store, 'team/app', 'v1', buildImage({ labels: { n: '1' } }));
  await gateway.crawl('local');
  const { webhook, secret } = await mutate('createWebhook', {
    url: endpoint.url,
    registries: ['local'],
    kinds: ['TAG_PUSHED', 'TAG_MOVED'],
    repository: 'team/*',
  });
  expect(webhook).toMatchObject({ enabled: true, registries: ['local'], repository: 'team/*', owner: 'admin' });
  const moved = buildImage({ labels: { n: '2' } });
  seed(registry.store, 'team/app', 'v1', moved);
  seed(registry.store, 'other', 'v1', moved);
  gateway.wait(60);
  await gateway.crawl('local');
  await until(() => endpoint.deliveries.length > 0);
  const [{ body, headers } = { body: '', headers: {} }] = endpoint.deliveries;
  expect(
    new Webhook(secret!).verify(
      body,
      headers as Record<string, string>,
      { enableTimestampVerification: false } as never,
    ),
  ).toMatchObject({
    type: 'registry-gateway.tag.moved',
    subject: 'local/team/app:v1',
    data: { digest: moved.digest },
  });
  await until(async () => (await list()).body.data!.webhooks![0]!['delivery'] !== null);
  const shown = async () => (await list()).body.data!.webhooks![0]! as unknown as { delivery: Record<string, unknown> };
  await until(async () => (await shown()).delivery['lastStatus'] === 204);
  expect((await shown()).delivery).toMatchObject({ attempts: 0, lastFailure: null, nextAttemptAt: null });
});

test('a test sends a ping, whatever the filter, and tells the status alone', async () => {
  const { webhook } = await mutate('createWebhook', { url: endpoint.url, kinds: ['JOB_ENDED'] });
  expect((await test1(webhook!.id)).body.data!.testWebhook).toEqual({
    delivered: true,
    status: 204,
    failure: null,
    userErrors: [],
  });
  expect(JSON.parse(endpoint.deliveries[0]!.body)).toMatchObject({ type: 'registry-gateway.ping' });
  endpoint.script(badAnswers.redirected('http://127.0.0.1/'));
  expect((await test1(webhook!.id)).body.data!.testWebhook).toMatchObject({ delivered: false, failure: 'REDIRECTED' });
  expect(endpoint.deliveries).toHaveLength(2);
});

test('a list of webhooks costs as many as there may be: what waits for each is counted', async () => {
  const { body } = await gateway.graphql('{ webhooks { id delivery { pendingCount } } }');
  expect(body).toMatchObject({ data: { webhooks: [] }, extensions: { cost: { requested: 100 * (1 + 1 + 50) } } });
});

test('a webhook is disabled and enabled, has another secret beside the one from before, and is removed', async () => {
  const { webhook, secret } = await mutate('createWebhook', { url: endpoint.url });
  const { id } = webhook!;
  expect(secret).toMatch(/^whsec_/);
  expect((await mutate('updateWebhook', { id, enabled: false })).webhook).toMatchObject({
    enabled: false,
    disabledReason: 'BY_ADMIN',
  });
  await gateway.attach('local', registry.url);
  const waiting = (await list()).body.data!.webhooks![0]! as unknown as { delivery: { pendingCount: number } };
  expect(waiting.delivery.pendingCount).toBeGreaterThan(0);
  const rotated = await mutate('updateWebhook', { id, rotateSecret: true, overlapHours: 1 });
  expect(rotated.secret).toMatch(/^whsec_/);
  expect(rotated.secret).not.toBe(secret);
  expect(rotated.webhook!['formerSecretUntil']).not.toBeNull();
  expect((await mutate('updateWebhook', { id, enabled: true, skipPending: true })).webhook).toMatchObject({
    enabled: true,
    delivery: { pendingCount: 0 },
  });
  const removal = 'mutation ($id: ID!) { deleteWebhook(input: { id: $id }) { deletedWebhookId userErrors { code } } }';
  const removed = await gateway.graphql<{ deleteWebhook: object }>(removal, { id });
  expect(removed.body.data!.deleteWebhook).toEqual({ deletedWebhookId: id, userErrors: [] });
  const again = await gateway.graphql<{ deleteWebhook: object }>(removal, { id });
  expect(again.body.data!.deleteWebhook).toMatchObject({ userErrors: [{ code: 'NOT_FOUND' }] });
  expect((await list()).body.data!.webhooks).toEqual([]);
});

test.each<[string, object, string[]]>([
  ['a user name', { url: 'https://u:p@a.example' }, ['input', 'url']],
  ['another scheme', { url: 'ftp://a.example' }, ['input', 'url']],
  ['no kinds', { url: 'https://a.example', kinds: [] }, ['input', 'kinds']],
  ['a pattern of none', { url: 'https://a.example', repository: '[a]' }, ['input', 'repository']],
  ['a short secret', { url: 'https://a.example', secret: 'whsec_AAAA' }, ['input', 'secret']],
])('a webhook with %s is refused', async (_, input, path) => {
  expect((await mutate('createWebhook', input)).userErrors).toEqual([{ code: 'BAD_USER_INPUT', path }]);
});

test('only admins make, change, test and see webhooks, and each change has its entry without secrets', async () => {
  const { webhook, secret } = await mutate('createWebhook', { url: `${endpoint.url}/hidden` });
  for (const role of ['registries:rw', 'registries:ro'] as const) {
    const access = await gateway.accessAs(role);
    expect((await list(access)).body.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    expect((await mutate('createWebhook', { url: endpoint.url }, access)).userErrors).toMatchObject([
      { code: 'FORBIDDEN' },
    ]);
    expect((await mutate('updateWebhook', { id: webhook!.id, enabled: false }, access)).userErrors).toMatchObject([
      { code: 'FORBIDDEN' },
    ]);
  }
  await mutate('updateWebhook', { id: webhook!.id, rotateSecret: true });
  const log = await gateway.graphql('{ auditLog(first: 20) { nodes { action outcome code details } } }');
  const text = JSON.stringify(log.body.data);
  for (const action of ['createWebhook', 'updateWebhook']) expect(text).toContain(action);
  expect(text).not.toContain('hidden');
  expect(text).not.toContain(secret!.slice(6));
  expect(text).not.toContain('whsec_');
});

test('the page of metrics has what was sent, and the log says when an endpoint fails, without its path', async () => {
  endpoint.script(500);
  await mutate('createWebhook', { url: endpoint.url });
  await gateway.attach('local', registry.url);
  await until(() => endpoint.subjects().length > 0);
  const read = async () => (await gateway.rest('GET', '/metrics')).text;
  await until(async () => /webhook_deliveries_total\{outcome="ok"\} [1-9]/.test(await read()));
  const page = await read();
  expect(page).toContain('registry_gateway_webhook_deliveries_total{outcome="failed"} 1');
  expect(page).toContain('registry_gateway_webhooks{state="disabled"} 0');
  expect(page).toContain('registry_gateway_event_streams 0');
  const lines = gateway.log.filter(({ msg }) => String(msg).startsWith('a webhook'));
  expect(lines).toMatchObject([{ failure: 'FAILED', status: 500 }, {}]);
  expect(JSON.stringify(gateway.log)).not.toContain('/hook');
});
