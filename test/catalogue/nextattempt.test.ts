import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { createMemoryRegistry } from '../support/registry/server.js';
import { createManualTimer } from '../support/timer.js';
import { createTestCatalogue } from '../support/worlds/catalogue.js';

const fields = 'freshness { nextAttemptAt }';
const query = `{ registry(name: "r") { ${fields} repositories(first: 1) { sources { ${fields} }
  nodes { ${fields} tags(first: 1) { nodes { ${fields} } } } } } }`;

test('a registry, its repositories and tags, and what lists come from, say when they are read next by themselves', async () => {
  await using registry = await createMemoryRegistry();
  await using gateway = await createTestCatalogue({ timer: createManualTimer() });
  seed(registry.store, 'app', 'v1', buildImage());
  await gateway.attach('r', registry.url);
  await gateway.crawl('r');
  const read = async (): Promise<unknown[]> => {
    const { data, messages } = await gateway.query(query);
    expect(messages).toEqual([]);
    return [...JSON.stringify(data).matchAll(/"nextAttemptAt":(?<at>null|"[^"]*")/g)].map((found) => found[1]);
  };
  // Nothing is begun before the schedule is.
  expect(new Set(await read())).toEqual(new Set(['null']));
  gateway.catalogue.sync.start();
  const planned = new Set(['"2026-01-02T03:09:05.000Z"']);
  expect(new Set(await read())).toEqual(planned);
  gateway.wait(20);
  expect(await read()).toHaveLength(4);
  expect(new Set(await read())).toEqual(planned);
});
