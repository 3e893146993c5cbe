import { createSchedule, type ScheduleParts } from '../../../src/catalogue/sync/schedule.js';
import { createSlots } from '../../../src/catalogue/sync/slots.js';
import { BackgroundTasks } from '../../../src/catalogue/tasks.js';
import { createManualTimer } from '../../support/timer.js';

/** The seconds, from the first on, at which crawls begin of a registry whose last crawl took so many requests. */
async function schedule(
  crawlRequests: number | null,
  { seconds, maxAge = 30, isUsed = false }: { seconds: number; maxAge?: number; isUsed?: boolean },
): Promise<number[]> {
  const timer = createManualTimer();
  const clock = (): Date => new Date(timer.elapsed());
  const slots = createSlots(timer);
  const state = { indexedAt: clock(), namesConfirmedAt: clock(), namesError: null, crawlRequests };
  const begun: number[] = [];
  const parts = {
    registries: { list: async () => [{ id: 'r', maxAge }], states: async () => new Map([['r', { ...state }]]) },
    clients: { outageOf: async () => null },
    crawls: {
      slots,
      isRunning: () => false,
      makeRoom: () => undefined,
      crawlDue: async () => {
        begun.push(Math.round(timer.elapsed() / 1000));
        slots.take('r');
        slots.leave('r', true, 0);
        Object.assign(state, { namesConfirmedAt: clock() });
      },
    },
    clock,
    timer,
    tasks: new BackgroundTasks(() => undefined),
    stopping: new AbortController().signal,
  } as unknown as ScheduleParts;
  const made = createSchedule(parts);
  made.start();
  for (let at = 0; at < seconds; at += 5) {
    if (isUsed) made.markUsed('r');
    await timer.advance(5000);
  }
  made.stop();
  // The first one tells the process when it was.
  return begun.slice(1).map((at) => at - begun[0]!);
}

test.each([
  [null, 300],
  [0, 300],
  [300, 300],
  [1100, 1100],
  [5000, 5000],
])(
  'a registry that nobody uses, and that took %j requests, is crawled again after %i seconds',
  async (requests, after) => {
    const [first] = await schedule(requests, { seconds: after + 20 });
    expect(first).toBeGreaterThanOrEqual(after);
    expect(first).toBeLessThan(after + 10);
  },
);

test('none waits longer than a day, and each as long as its own maxAge says', async () => {
  expect((await schedule(10_000_000, { seconds: 86_420 }))[0]).toBeLessThan(86_410);
  expect((await schedule(10, { seconds: 4000, maxAge: 3600 }))[0]).toBeGreaterThanOrEqual(3600);
});

test('one that is used is crawled after its maxAge, however large it is', async () => {
  expect((await schedule(1_000_000, { seconds: 60, isUsed: true }))[0]).toBeLessThan(40);
});
