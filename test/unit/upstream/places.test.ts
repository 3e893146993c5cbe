import { createPlaces, type Share } from '../../../src/upstream/network/places.js';
import { letRun } from '../../support/timer.js';

/** Asks for places as often as is said; gives what leaves those it got. */
function ask(share: Share, count: number, isWrite = false): (() => void)[] {
  const got: (() => void)[] = [];
  for (let n = 0; n < count; n++) void share.take(isWrite, undefined).then((leave) => got.push(leave));
  return got;
}

test('eight registries that hold what they get leave places for a ninth, and a deletion has its own', async () => {
  const places = createPlaces(64);
  const sick = Array.from({ length: 8 }, () => places.open());
  const held = sick.map((share) => ask(share, 8));
  await letRun();
  expect(held.flat().length).toBeLessThan(60);
  const healthy = places.open();
  const got = ask(healthy, 1);
  await letRun();
  expect(got).toHaveLength(1);
  const written = ask(sick[0]!, 8, true);
  await letRun();
  expect(written.length).toBeGreaterThanOrEqual(4);
});

test('all may hold no more than the limit, and whoever holds fewest is next', async () => {
  const places = createPlaces(8);
  const [first, second] = [places.open(), places.open()];
  const got = ask(first, 20);
  await letRun();
  expect([got.length, first.inUse]).toEqual([3, 3]);
  const fourth = places.open();
  for (const share of [second, places.open()]) ask(share, 20);
  await letRun();
  expect(second.inUse).toBe(2);
  const waiting = ask(fourth, 1);
  await letRun();
  expect(waiting).toHaveLength(0);
  got[0]!();
  await letRun();
  expect([waiting.length, first.inUse, second.inUse]).toEqual([1, 2, 2]);
});

test('a wait that is given up is forgotten, with the reason', async () => {
  const places = createPlaces(8);
  const share = places.open();
  const got = ask(share, 3);
  await letRun();
  const giving = new AbortController();
  const waiting = share.take(false, giving.signal);
  giving.abort(new Error('given up'));
  await expect(waiting).rejects.toThrow('given up');
  for (const leave of got) leave();
  expect(share.inUse).toBe(0);
});
