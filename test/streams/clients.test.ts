import { createClient } from 'graphql-sse';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import type { MemoryRegistry } from '../support/registry/server.js';
import { until } from '../support/timer.js';
import type { TestGateway } from '../support/worlds/gateway.js';
import { openServedWorld, type World } from '../support/worlds/world.js';

const images = Array.from({ length: 8 }, (_, n) => buildImage({ labels: { n: `${n}` } }));

let world: World<TestGateway>;
let registry: MemoryRegistry;
let gateway: TestGateway;

beforeEach(async () => {
  world = await openServedWorld();
  ({ registry, gateway } = world);
});
afterEach(() => world[Symbol.asyncDispose]());

const createEvents = () =>
  createClient({
    url: `${gateway.url}/graphql/stream`,
    headers: () => ({ 'X-Access-Token': gateway.access }),
    retryAttempts: 0,
  });

interface Told {
  readonly events: { readonly id: string; readonly kind: string; readonly tagName: string | null };
}
const query = 'subscription ($after: ID) { events(after: $after) { id kind tagName } }';

test("graphql-sse's own client is told of events, and of an error in its own form", async () => {
  const client = createEvents();
  await gateway.attach('r', registry.url);
  const told = client.iterate<Told>({ query, variables: { after: '0' } });
  expect((await told.next()).value).toEqual({
    data: { events: { id: '1', kind: 'REGISTRY_ATTACHED', tagName: null } },
  });
  await told.return!();
  const refused = client.iterate({ query, variables: { after: 'x' } });
  await expect(refused.next()).rejects.toThrow();
  client.dispose();
});

test('whoever follows through broken lines, each time after the last id, is told of each event once', async () => {
  seed(registry.store, 'app', 'v0', images[0]!);
  await gateway.attach('r', registry.url);
  await gateway.crawl('r');
  const seen: string[] = [];
  let isDone = false;
  let lines = 0;
  const follow = async (): Promise<void> => {
    while (!isDone) {
      const client = createEvents();
      lines += 1;
      try {
        for await (const { data } of client.iterate<Told>({ query, variables: { after: seen.at(-1) ?? '0' } })) {
          seen.push(data!.events.id);
          if (data!.events.tagName === 'last') isDone = true;
          if (isDone) break;
        }
      } catch {
        // The line broke.
      }
      client.dispose();
    }
  };
  const following = follow();
  for (let round = 1; round < 8; round++) {
    for (let tag = 0; tag < 40; tag++) seed(registry.store, 'app', `v${tag}`, images[round]!);
    const before = seen.length;
    const crawled = gateway.crawl('r');
    // In the middle of what is told, with some of it sent and not read.
    await until(() => seen.length > before);
    gateway.app.server.server.closeAllConnections();
    await crawled;
  }
  seed(registry.store, 'app', 'last', images[0]!);
  await gateway.crawl('r');
  await following;
  const all: string[] = [];
  for (let after = '0', more = true; more;) {
    const { body } = await gateway.graphql<{
      events: {
        nodes: { id: string; tagName: string | null }[];
        pageInfo: { hasNextPage: boolean; endCursor: string };
      };
    }>(
      'query ($after: String) { events(first: 100, after: $after) { ' +
        'nodes { id tagName } pageInfo { hasNextPage endCursor } } }',
      { after },
    );
    const { nodes, pageInfo } = body.data!.events;
    all.push(...nodes.map(({ id }) => id));
    [after, more] = [pageInfo.endCursor, pageInfo.hasNextPage];
  }
  expect(lines).toBeGreaterThan(1);
  expect(seen.length).toBeGreaterThan(280);
  expect(seen).toEqual(all.slice(0, seen.length));
});
