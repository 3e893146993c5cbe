import { createRateLimit } from '../../../src/domain/ratelimit.js';

function create(points: number, keys?: number) {
  let now = 0;
  const limit = createRateLimit({ points, seconds: 60, elapsed: () => now, ...(keys !== undefined && { keys }) });
  return { limit, pass: (ms: number) => (now += ms) };
}

test('a key has so many units in a window, which begins with its first', () => {
  const { limit, pass } = create(2);
  pass(30_000);
  expect(limit.look('a')).toEqual({ limit: 2, remaining: 2, reset: 60, isSpent: false });
  expect(limit.take('a')).toEqual({ limit: 2, remaining: 1, reset: 60, isSpent: false });
  pass(20_500);
  expect(limit.take('a')).toEqual({ limit: 2, remaining: 0, reset: 40, isSpent: false });
  expect(limit.take('a')).toEqual({ limit: 2, remaining: 0, reset: 40, isSpent: true });
  expect(limit.look('a').isSpent).toBe(true);
  expect(limit.take('b').isSpent).toBe(false);
  pass(39_499);
  expect(limit.take('a')).toMatchObject({ reset: 1, isSpent: true });
  pass(1);
  expect(limit.take('a')).toEqual({ limit: 2, remaining: 1, reset: 60, isSpent: false });
});

test('what was forgotten counts no more', () => {
  const { limit } = create(1);
  limit.take('a');
  limit.forget('a');
  expect(limit.take('a').isSpent).toBe(false);
});

test('no more keys are remembered than are allowed, those used last', () => {
  const { limit } = create(1, 3);
  for (const key of ['a', 'b', 'c']) limit.take(key);
  expect(limit.take('a').isSpent).toBe(true);
  for (let i = 0; i < 2; i++) limit.take(`other ${i}`);
  expect([limit.look('a').isSpent, limit.look('b').isSpent, limit.look('c').isSpent]).toEqual([true, false, false]);
});
