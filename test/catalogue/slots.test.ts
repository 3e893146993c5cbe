import { createSlots, type Slots } from '../../src/catalogue/sync/slots.js';
import { createTestCatalogue } from '../support/worlds/catalogue.js';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { createMemoryRegistry } from '../support/registry/server.js';
import { createManualTimer, letRun, until } from '../support/timer.js';

function fill(slots: Slots, count: number, name = 'slow'): void {
  for (let n = 0; n < count; n++) slots.take(`${name}-${n}`);
}

describe('slots of crawls', () => {
  test('eight are taken, and given up after ten seconds, though the crawls go on', async () => {
    const timer = createManualTimer();
    const slots = createSlots(timer);
    fill(slots, 8);
    expect(slots.hasRoom('other')).toBe(false);
    await timer.advance(9999);
    expect(slots.hasRoom('other')).toBe(false);
    await timer.advance(1);
    expect(slots.hasRoom('other')).toBe(true);
  });

  test('whoever was quick has room beside those who are not, four at a time', () => {
    const slots = createSlots(createManualTimer());
    for (let n = 0; n < 6; n++) {
      slots.take(`quick-${n}`);
      slots.leave(`quick-${n}`, true, 0);
    }
    fill(slots, 8);
    expect(slots.hasRoom('quick-5')).toBe(true);
    fill(slots, 4, 'quick');
    expect(slots.hasRoom('quick-5')).toBe(false);
  });

  test.each([
    ['failed', false, 0],
    ['took more than its share', true, 10_000],
  ])('whoever %s is quick no more', async (_, isWhole, took) => {
    const timer = createManualTimer();
    const slots = createSlots(timer);
    slots.take('one');
    slots.leave('one', true, 0);
    slots.take('one');
    await timer.advance(took);
    slots.leave('one', isWhole, 0);
    fill(slots, 8);
    expect(slots.hasRoom('one')).toBe(false);
  });

  test('of thirty-two that go on, the one that has had most is to be given up; of fewer, none', async () => {
    const timer = createManualTimer();
    const slots = createSlots(timer);
    for (let n = 0; n < 4; n++) {
      fill(slots, 8, `round-${n}`);
      expect(slots.findOverdue()).toBe(n === 3 ? 'round-0-0' : null);
      await timer.advance(10_000);
    }
    expect([slots.hasRoom('other'), slots.findOverdue()]).toEqual([false, 'round-0-0']);
    slots.leave('round-0-0', false, 5000);
    expect([slots.hasRoom('other'), slots.findOverdue(), slots.isResting('round-0-0')]).toEqual([true, null, true]);
    await timer.advance(5000);
    expect(slots.isResting('round-0-0')).toBe(false);
  });
});

test.each([9, 20, 50])('%i registries that never answer do not stop the crawls of a healthy one', async (count) => {
  await using healthy = await createMemoryRegistry();
  await using sick = await createMemoryRegistry();
  const timer = createManualTimer();
  await using gateway = await createTestCatalogue({ timer, headers: 600_000 });
  seed(healthy.store, 'app', 'v1', buildImage());
  sick.fail({ kind: 'hang' });
  for (let n = 0; n < count; n++) await gateway.attach(`a-${n}`, sick.url, { maxAge: 5 });
  const { id } = await gateway.attach('z', healthy.url, { maxAge: 5 });
  gateway.catalogue.sync.start();
  const crawled = (): number => healthy.requests.filter(({ path }) => path.includes('_catalog')).length;
  const step = async (): Promise<void> => {
    gateway.catalogue.sync.markUsed(id);
    await timer.advance(1000);
    await until(() => gateway.catalogue.sync.progressOf(id) === null);
    await letRun();
  };
  // Of those that were never crawled nobody is known to be quick: each has its share in turn.
  for (let seconds = 0; crawled() === 0 && seconds < count * 2; seconds++) await step();
  expect(crawled()).toBeGreaterThan(0);
  const before = crawled();
  for (let seconds = 0; seconds < 60; seconds++) await step();
  expect(crawled() - before).toBeGreaterThanOrEqual(9);
});
