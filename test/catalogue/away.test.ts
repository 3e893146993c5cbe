import { createTestCatalogue, type TestCatalogue } from '../support/worlds/catalogue.js';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';
import { until } from '../support/timer.js';

interface Shown {
  readonly health: {
    readonly reachable: boolean | null;
    readonly message: string | null;
    readonly retryAt: string | null;
  };
  readonly freshness: {
    readonly state: string;
    readonly retryAt: string | null;
    readonly lastError: { readonly code: string } | null;
  };
}

let registry: MemoryRegistry;
let gateway: TestCatalogue;

beforeEach(async () => {
  registry = await createMemoryRegistry();
  gateway = await createTestCatalogue({ headers: 300 });
  seed(registry.store, 'app', 'v1', buildImage());
  await gateway.attach('r', registry.url);
  await gateway.crawl('r');
});
afterEach(async () => {
  await gateway[Symbol.asyncDispose]();
  await registry.close();
});

const show = async (): Promise<Shown> =>
  (
    await gateway.query<{ registry: Shown }>(
      '{ registry(name: "r") { health { reachable message retryAt } freshness { state retryAt lastError { code } } } }',
    )
  ).data.registry;

/** Of a name that is not known, so that the registry has to be asked. */
const ask = (name: string) =>
  gateway.query<{ registry: object }>(`{ registry(name: "r") { repository(name: "${name}") { name } } }`);

async function fallAway(): Promise<void> {
  for (let n = 0; n < 5; n++) await ask(`new-${n}`);
  // Its ping is asked behind.
  await until(async () => (await show()).health.retryAt !== null);
}

test('a registry that hangs is found away by five calls, and costs nobody anything until its ping is answered', async () => {
  registry.fail({ kind: 'hang' });
  gateway.wait(60);
  await fallAway();
  const { health, freshness } = await show();
  expect(health).toMatchObject({
    reachable: false,
    message: expect.stringContaining('too slow with the ping') as unknown,
  });
  expect(freshness).toMatchObject({ state: 'UNREACHABLE', lastError: { code: 'UPSTREAM_TIMEOUT' } });
  expect([health.retryAt, freshness.retryAt]).not.toContain(null);
  registry.forget();
  for (let n = 0; n < 20; n++) {
    const { codes, messages } = await ask('another');
    expect([codes, messages[0]]).toEqual([['UPSTREAM_TIMEOUT'], expect.stringMatching(/is asked again in \d+ s/)]);
  }
  expect(await gateway.crawl('r')).toMatchObject({ state: 'FAILED', failures: [{ code: 'UPSTREAM_TIMEOUT' }] });
  // What is known of it is served at once.
  expect(await gateway.query('{ registry(name: "r") { repository(name: "app") { tagCount } } }')).toMatchObject({
    data: { registry: { repository: { tagCount: 1 } } },
  });
  expect(registry.requests).toEqual([]);
  registry.heal();
  await gateway.letRest(30);
  expect((await gateway.crawl('r')).state).toBe('SUCCEEDED');
  expect(registry.requests[0]!.path).toBe('/v2/');
  expect(await show()).toEqual({
    health: { reachable: true, message: null, retryAt: null },
    freshness: { state: 'FRESH', retryAt: null, lastError: null },
  });
});

test('a change of its settings has it asked at once', async () => {
  registry.fail({ kind: 'reset' });
  await fallAway();
  registry.heal();
  const change =
    'mutation ($input: UpdateRegistryInput!) { updateRegistry(input: $input) { registry { health { ' +
    'reachable retryAt } } userErrors { code } } }';
  const { data: found } = await gateway.query<{ registry: { id: string } }>('{ registry(name: "r") { id } }');
  const { data } = await gateway.query(change, { input: { id: found.registry.id, maxAge: 60 } });
  expect(data).toEqual({
    updateRegistry: { registry: { health: { reachable: true, retryAt: null } }, userErrors: [] },
  });
});
