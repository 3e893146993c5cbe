import Fastify from 'fastify';
import { createMetrics } from '../../src/metrics/metrics.js';
import { createSamplers } from '../../src/scraping.js';
import { createTestCatalogue } from '../support/worlds/catalogue.js';
import { watchStatements } from '../support/observed/statements.js';
import { createManualTimer } from '../support/timer.js';

async function countStatements(registries: number): Promise<{ statements: number; bytes: number }> {
  await using stand = await createTestCatalogue();
  for (let n = 0; n < registries; n++) await stand.attach(`r-${n}`, `http://registry-${n}.invalid`);
  const timer = createManualTimer();
  const metrics = createMetrics({ timer, version: '', ownOperations: [], refusals: [] });
  const samplers = createSamplers({ ...stand, server: Fastify(), timer, spans: null, eventStreams: { size: 0 } });
  // The index is counted with the first.
  await metrics.render(samplers);
  await timer.advance(1000);
  const watch = await watchStatements(stand.database);
  const page = await metrics.render(samplers);
  return { statements: watch.take().length, bytes: page.length };
}

test('a page is made from as many statements for a hundred registries as for one', async () => {
  const [one, hundred] = [await countStatements(1), await countStatements(100)];
  // The registries' states are kept from the page before.
  expect([one.statements, hundred.statements]).toEqual([1, 1]);
  // A registry takes some 2 KB of it before it was asked for anything.
  expect((hundred.bytes - one.bytes) / 99).toBeLessThan(4000);
});
