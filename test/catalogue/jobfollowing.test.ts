import { createMemoryRegistry } from '../support/registry/server.js';
import { createHastyTimer } from '../support/timer.js';
import { createTestCatalogue } from '../support/worlds/catalogue.js';

test('one who follows a job of a registry is told of its end when the registry is detached', async () => {
  await using registry = await createMemoryRegistry();
  await using gateway = await createTestCatalogue({ timer: createHastyTimer() });
  const { id: registryId } = await gateway.attach('r', registry.url);
  const { jobs } = gateway.parts;
  const { id } = await jobs.create({ kind: 'CRAWL', registryId, requestedBy: 'ann', createdAt: new Date(0) });
  const request = gateway.catalogue.open({ accountId: 'ann', username: 'ann', roles: ['registries:ro'] });
  const follower = await gateway.catalogue.useCases.browsing.jobs.follow(request, id);
  expect(await follower.next(request)).toMatchObject([{ id, state: 'RUNNING' }]);
  const woken = follower.wait(new AbortController().signal);
  await gateway.query('mutation { removeRegistry(input: { registry: "r" }) { userErrors { message } } }');
  await woken;
  expect([await follower.next(request), follower.isOver]).toEqual([[], true]);
  follower.close();
});
