import { createSchedule, type Schedule, type ScheduleParts } from '../../../src/catalogue/sync/schedule.js';
import { createSlots } from '../../../src/catalogue/sync/slots.js';
import { BackgroundTasks } from '../../../src/catalogue/tasks.js';
import type { Registry } from '../../../src/domain/registry.js';
import type { RegistryState } from '../../../src/store/registries/state.js';
import { createManualTimer, type ManualTimer } from '../../support/timer.js';

const registry = { id: 'r', maxAge: 30 } as Registry;

/** A registry whose crawls take no time, and fail where `fails` says so. */
interface World {
  readonly timer: ManualTimer;
  readonly made: Schedule;
  readonly begun: readonly number[];
  readonly state: { -readonly [K in keyof RegistryState]: RegistryState[K] };
  fails: boolean;
  /** Milliseconds for which the registry is left alone from now on. */
  away: number;
  /** Seconds from the begin until the next attempt, as it is told now; null: none is. */
  readonly told: () => Promise<number | null>;
}

function createWorld(crawlRequests: number | null, isShared = false): World {
  const timer = createManualTimer();
  const clock = (): Date => new Date(timer.elapsed());
  const slots = createSlots(timer);
  const state = {
    indexedAt: null,
    namesConfirmedAt: null,
    namesError: null,
    crawlRequests,
  } as unknown as World['state'];
  const begun: number[] = [];
  const crawlDue = async (_: Registry, isStillDue: (state: RegistryState) => boolean): Promise<void> => {
    if (isShared && !isStillDue(state)) return;
    begun.push(timer.elapsed() / 1000);
    slots.take('r');
    const error = { code: 'UPSTREAM_UNREACHABLE', message: '', at: clock() } as const;
    Object.assign(state, world.fails ? { namesError: error } : { namesConfirmedAt: clock(), indexedAt: clock() });
    slots.leave('r', !world.fails, world.fails ? 600_000 : 1000);
  };
  const parts = {
    registries: { list: async () => [registry], states: async () => new Map([['r', { ...state }]]) },
    clients: { outageOf: async () => (world.away > 0 ? { restMs: world.away } : null) },
    crawls: { slots, isRunning: () => false, makeRoom: () => undefined, crawlDue },
    leases: { isShared },
    clock,
    timer,
    tasks: new BackgroundTasks(() => undefined),
    stopping: new AbortController().signal,
  } as unknown as ScheduleParts;
  const made = createSchedule(parts);
  const told = async (): Promise<number | null> => {
    const at = await made.nextAttemptAt(registry, state);
    return at && at.getTime() / 1000;
  };
  const world: World = { timer, made, begun, state, fails: false, away: 0, told };
  return world;
}

/** Lets the time pass until another crawl has begun, and returns when that was. */
async function waitForNext({ timer, begun }: World): Promise<number> {
  for (const before = begun.length; begun.length === before;) await timer.advance(250);
  return begun.at(-1)!;
}

test('nothing is planned before the schedule starts, and after it stops', async () => {
  const { made, told } = createWorld(null);
  expect(await told()).toBeNull();
  made.start();
  expect(await told()).not.toBeNull();
  made.stop();
  expect(await told()).toBeNull();
});

test('one that was never read is due at once', async () => {
  const { made, told } = createWorld(null);
  made.start();
  expect(await told()).toBe(0);
  made.stop();
});

test.each([
  [null, 300],
  [1100, 1100],
])(
  'after a crawl, the last one having taken %j requests, the next is planned in %i seconds, and begins then',
  async (requests, seconds) => {
    const world = createWorld(requests);
    world.made.start();
    const first = await waitForNext(world);
    expect(await world.told()).toBe(first + seconds);
    await world.timer.advance(60_000);
    expect(await world.told()).toBe(first + seconds);
    // It is looked for every five seconds.
    expect(Math.abs((await waitForNext(world)) - (first + seconds))).toBeLessThanOrEqual(5);
    world.made.stop();
  },
);

test('after one that failed the next is planned when the registry is no longer left alone, and begins then', async () => {
  const world = createWorld(null);
  world.fails = true;
  world.made.start();
  const first = await waitForNext(world);
  expect(await world.told()).toBe(first + 600);
  expect(Math.abs((await waitForNext(world)) - (first + 600))).toBeLessThanOrEqual(5);
  world.away = 3_000_000;
  expect(await world.told()).toBe(world.timer.elapsed() / 1000 + 3000);
  world.made.stop();
});

test('one that somebody reads is due at once where it is older than its maxAge, and else as if nobody did', async () => {
  const world = createWorld(null);
  world.made.start();
  const first = await waitForNext(world);
  world.made.markUsed('r');
  expect(await world.told()).toBe(first + 300);
  await world.timer.advance(2000);
  world.state.namesConfirmedAt = new Date(world.timer.elapsed() - 31_000);
  world.made.markUsed('r');
  expect(await world.told()).toBe(world.timer.elapsed() / 1000);
  world.made.stop();
});

test('one that was read in the future, as the clock was set back since, is due at once', async () => {
  const world = createWorld(null);
  world.made.start();
  await waitForNext(world);
  await world.timer.advance(2000);
  world.state.namesConfirmedAt = new Date(world.timer.elapsed() + 60_000);
  expect(await world.told()).toBe(world.timer.elapsed() / 1000);
  world.made.stop();
});

test('where another gateway has crawled it, the next is planned by what that has stored', async () => {
  const world = createWorld(null, true);
  world.state.indexedAt = world.state.namesConfirmedAt = new Date(0);
  world.made.start();
  await world.timer.advance(10_000);
  expect(world.begun).toEqual([]);
  expect(await world.told()).toBe(300);
  world.made.stop();
});
