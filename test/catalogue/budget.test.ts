import { startGateway } from '../support/worlds/gateway.js';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { createMemoryRegistry } from '../support/registry/server.js';
import { until } from '../support/timer.js';

test('a registry shows how many requests may be under way, are, and wait', async () => {
  await using registry = await createMemoryRegistry();
  await using gateway = await startGateway({
    upstreamConcurrency: 8,
    upstream: { timeouts: { headers: 60_000, whole: 60_000 } },
  });
  for (let n = 0; n < 20; n++) seed(registry.store, 'team/app', `v${n}`, buildImage({ labels: { n: String(n) } }));
  registry.fail({ kind: 'hang', match: /manifests/, times: 100 });
  await gateway.attach('local', registry.url);
  const read = async () =>
    (
      await gateway.graphql<{ registry: { upstreamBudget: object } }>(
        '{ registry(name: "local") { upstreamBudget { limit inUse queued } } }',
      )
    ).body.data!.registry.upstreamBudget;
  await until(async () => JSON.stringify(await read()) === JSON.stringify({ limit: 8, inUse: 3, queued: 17 }));
});
