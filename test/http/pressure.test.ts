import { setTimeout as sleep } from 'node:timers/promises';
import { createLoopDelayMeasure } from '../../src/http/pressure.js';
import { startGateway } from '../support/worlds/gateway.js';
import { createManualTimer, until } from '../support/timer.js';

test('while the event loop is late all is refused but /livez, and /readyz says so', async () => {
  const timer = createManualTimer();
  let delay = 1000;
  await using gateway = await startGateway({ timer, measureLoopDelay: () => delay, httpLimits: { loopDelay: 1000 } });
  await timer.advance(1000);
  expect((await gateway.rest('GET', '/readyz')).status).toBe(200);
  delay = 1001;
  await timer.advance(1000);
  const message = 'The gateway has more to do than it can. Try again in 2 seconds.';
  for (const [method, path] of [
    ['GET', '/api/registries'],
    ['DELETE', '/api/registries/none'],
    ['POST', '/auth/login'],
    ['GET', '/'],
    ['POST', '/events/x'],
  ] as const) {
    const { status, headers, body } = await gateway.rest<{ error: object }>(method, path);
    expect([path, status, headers.get('retry-after'), body.error]).toEqual([
      path,
      503,
      '2',
      expect.objectContaining({ code: 'OVERLOADED', message, retryAfter: 2 }),
    ]);
  }
  const { status, headers, body } = await gateway.graphql(
    'mutation { removeRegistry(input: { id: "x" }) { removedRegistryId } }',
  );
  expect([status, headers.get('retry-after')]).toEqual([503, '2']);
  expect(body.errors).toMatchObject([{ message, extensions: { code: 'OVERLOADED', retryAfter: 2, retryable: true } }]);
  expect((await gateway.rest('GET', '/livez')).status).toBe(200);
  const ready = await gateway.rest('GET', '/readyz');
  expect([ready.status, ready.body]).toEqual([503, { status: 'the gateway has more to do than it can' }]);
  delay = 0;
  await timer.advance(1000);
  expect((await gateway.rest('GET', '/api/registries')).status).toBe(200);
  expect(gateway.log.filter(({ msg }) => /requests are (refused|taken again)/.test(String(msg)))).toHaveLength(2);
});

test('what held the loop before the gateway listened refuses nothing', async () => {
  const timer = createManualTimer();
  const delays = [5000];
  await using gateway = await startGateway({ timer, measureLoopDelay: () => delays.shift() ?? 0 });
  await timer.advance(1000);
  expect((await gateway.rest('GET', '/api/registries')).status).toBe(200);
});

test('a loop that is held again and again is measured as late, and as free afterwards', async () => {
  const measure = createLoopDelayMeasure();
  await sleep(50);
  measure();
  const hold = (): void => {
    for (const end = performance.now() + 300; performance.now() < end;);
  };
  for (let i = 0; i < 4; i++) {
    hold();
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(measure()).toBeGreaterThan(100);
  await until(async () => {
    await sleep(50);
    return measure() < 100;
  });
});
