import { createTestCatalogue } from '../support/worlds/catalogue.js';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { createMemoryRegistry } from '../support/registry/server.js';

test('a crawl writes down how many requests it took, the first one and one that finds nothing new', async () => {
  await using registry = await createMemoryRegistry();
  await using fixture = await createTestCatalogue();
  for (const repository of ['a/one', 'a/two', 'b/three'])
    for (const tag of ['1.0', '1.1'])
      seed(registry.store, repository, tag, buildImage({ labels: { of: repository + tag } }));
  await fixture.attach('r', registry.url);
  const readCost = async (): Promise<number | null> => {
    const row = await fixture.database.kysely.selectFrom('registry').select('crawl_requests').executeTakeFirstOrThrow();
    return row.crawl_requests;
  };
  await fixture.crawl('r');
  const before = registry.requests.length;
  await fixture.crawl('r');
  const taken = registry.requests.length - before;
  // A catalogue, three lists, and six tags that are as they were.
  expect(taken).toBeGreaterThanOrEqual(10);
  expect(await readCost()).toBe(taken);
});
