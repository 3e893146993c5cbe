import { setTimeout as sleep } from 'node:timers/promises';
import { startGateway } from '../support/worlds/gateway.js';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';
import { createManualTimer, type ManualTimer } from '../support/timer.js';

const path = '/api/registries/local/repositories';
const noCache = { headers: { 'cache-control': 'no-cache' } };
const image = buildImage();

/** Three pages of repositories, as the route reads them. */
function fill({ store }: MemoryRegistry): void {
  for (let n = 0; n < 250; n++) seed(store, `app-${String(n).padStart(3, '0')}`, 'v1', image);
}

function countLists({ requests }: MemoryRegistry): number {
  return requests.filter(({ path: asked }) => asked.includes('/tags/list')).length;
}

/** Until the gateway waits for so many milliseconds, which is the last thing it does before it stands. */
async function waitUntilWaiting(timer: ManualTimer, ms: number): Promise<void> {
  for (let tries = 0; !timer.waiting().includes(ms); tries++) {
    if (tries > 1000) throw new Error(`Nothing waits for ${ms} ms, but ${timer.waiting().join(', ')}`);
    await sleep(10);
  }
}

test('a forced list of many pages reads the registry once, others within ten seconds get what it read, and two at once join', async () => {
  await using registry = await createMemoryRegistry();
  const timer = createManualTimer();
  await using gateway = await startGateway({ timer });
  fill(registry);
  await gateway.attach('local', registry.url);
  await gateway.crawl('local');
  const before = countLists(registry);
  const one = await gateway.rest<unknown[]>('GET', path, noCache);
  expect([one.body.length, countLists(registry) - before, one.headers.get('x-registry-stale')]).toEqual([
    250,
    250,
    null,
  ]);
  await timer.advance(9_999);
  await gateway.rest('GET', path, noCache);
  expect(countLists(registry) - before).toBe(250);
  await timer.advance(1);
  await Promise.all([gateway.rest('GET', path, noCache), gateway.rest('GET', path, noCache)]);
  expect(countLists(registry) - before).toBe(500);
});

test('a forced list waits ten seconds in all for a registry that does not answer, and says how old it is', async () => {
  await using registry = await createMemoryRegistry();
  const timer = createManualTimer();
  await using gateway = await startGateway({ timer });
  fill(registry);
  await gateway.attach('local', registry.url);
  await gateway.crawl('local');
  gateway.wait(3600);
  registry.fail({ kind: 'hang', match: /_catalog/ });
  const answer = gateway.rest<unknown[]>('GET', path, noCache);
  await waitUntilWaiting(timer, 10_000);
  await timer.advance(10_000);
  const { status, body, headers } = await answer;
  expect([status, body.length, Number(headers.get('age')) >= 3600, headers.get('x-registry-stale')]).toEqual([
    200,
    250,
    true,
    'STALE',
  ]);
});
