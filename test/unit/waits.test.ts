import { noTracer } from '../../src/trace.js';
import { createWaits, tellApart } from '../../src/waits.js';
import { createManualTimer } from '../support/timer.js';

function open() {
  const timer = createManualTimer();
  const waits = createWaits(timer);
  const pass = (ms: number): Promise<void> => timer.advance(ms);
  return { waits, pass, request: waits.open() };
}

test('what is waited for several times at once counts once', async () => {
  const { waits, pass, request } = open();
  await request.run(async () => {
    const [first, second] = [waits.begin('database'), waits.begin('database')];
    await pass(10);
    first();
    await pass(5);
    second();
    await pass(100);
    const third = waits.begin('database');
    await pass(1);
    third();
  });
  expect(request.read()).toEqual({ upstream: 0, database: 16 });
});

test('waits for both at once count for both, and one that goes on counts until now', async () => {
  const { waits, pass, request } = open();
  await request.run(async () => {
    const end = waits.begin('database');
    waits.begin('upstream');
    await pass(20);
    end();
    end();
    await pass(30);
  });
  expect(request.read()).toEqual({ upstream: 50, database: 20 });
  await pass(7);
  expect(request.read()).toEqual({ upstream: 57, database: 20 });
});

test('a wait is of the request that it is begun in, and of none outside of any or in work apart', async () => {
  const { waits, pass, request } = open();
  const other = waits.open();
  const tracer = tellApart(noTracer, waits);
  const ends = [waits.begin('upstream'), other.run(() => waits.begin('database'))];
  request.run(() =>
    ends.push(
      tracer.apart(
        () => ({ name: 'crawl' }),
        () => waits.begin('upstream'),
      ),
    ),
  );
  await pass(3);
  for (const end of ends) end();
  expect([request.read(), other.read()]).toEqual([
    { upstream: 0, database: 0 },
    { upstream: 0, database: 3 },
  ]);
});
