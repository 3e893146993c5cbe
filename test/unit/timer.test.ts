import { createSlices } from '../../src/timer.js';
import { letRun } from '../support/timer.js';

it('lets short pieces run at once, and one in each turn of the loop when they have taken their time', async () => {
  let now = 0;
  const slices = createSlices(10, () => now);
  expect([slices.next(), slices.next()]).toEqual([null, null]);
  now = 10;
  const order: number[] = [];
  const turns = [1, 2, 3].map((piece) => slices.next()!.then(() => order.push(piece)));
  await Promise.resolve();
  expect(order).toEqual([]);
  await new Promise((resolve) => setImmediate(resolve));
  expect(order).toEqual([1]);
  await Promise.all(turns);
  expect(order).toEqual([1, 2, 3]);
  await letRun();
  expect(slices.next()).toBeNull();
});
