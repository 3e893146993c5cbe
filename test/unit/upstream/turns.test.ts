import { createTurns } from '../../../src/upstream/transport/turns.js';

/** Takes a turn, and notes its name once it has one. */
const take = (turns: ReturnType<typeof createTurns>, got: string[], name: string, isFirst = false): void => {
  const turn = turns.take(isFirst, undefined);
  if (turn === null) got.push(name);
  else void turn.then(() => got.push(name));
};
/** Lets promises that are settled be heard. */
const listen = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('as many begin at once as may, the others in the order in which they came, and those of the first line before', async () => {
  const turns = createTurns(() => 2);
  const got: string[] = [];
  for (const name of ['a', 'b', 'c', 'd']) take(turns, got, name);
  take(turns, got, 'urgent', true);
  await listen();
  expect({ got, inUse: turns.inUse, waiting: turns.waiting }).toEqual({ got: ['a', 'b'], inUse: 2, waiting: 3 });
  for (const expected of [
    ['a', 'b', 'urgent'],
    ['a', 'b', 'urgent', 'c'],
    ['a', 'b', 'urgent', 'c', 'd'],
  ]) {
    turns.leave();
    await listen();
    expect(got).toEqual(expected);
  }
  turns.leave();
  turns.leave();
  expect({ inUse: turns.inUse, waiting: turns.waiting }).toEqual({ inUse: 0, waiting: 0 });
});

test('a turn that was given on is not taken by whoever comes before it is heard', async () => {
  const turns = createTurns(() => 1);
  const got: string[] = [];
  take(turns, got, 'a');
  take(turns, got, 'b');
  turns.leave();
  take(turns, got, 'c', true);
  expect(got).toEqual(['a']);
  await listen();
  expect({ got, waiting: turns.waiting }).toEqual({ got: ['a', 'b'], waiting: 1 });
});

test('whoever gives up leaves the line, and is told why', async () => {
  const turns = createTurns(() => 1);
  const got: string[] = [];
  const giving = new AbortController();
  take(turns, got, 'a');
  const given = turns.take(false, giving.signal);
  take(turns, got, 'c');
  giving.abort(new Error('no longer wanted'));
  await expect(given).rejects.toThrow('no longer wanted');
  expect(() => turns.take(false, giving.signal)).toThrow('no longer wanted');
  turns.leave();
  await listen();
  expect({ got, inUse: turns.inUse, waiting: turns.waiting }).toEqual({ got: ['a', 'c'], inUse: 1, waiting: 0 });
});

test('fewer are let in as the limit falls, and as many as may as it rises', async () => {
  let limit = 3;
  const turns = createTurns(() => limit);
  const got: string[] = [];
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) take(turns, got, name);
  limit = 1;
  turns.leave();
  turns.leave();
  await listen();
  expect({ got, inUse: turns.inUse }).toEqual({ got: ['a', 'b', 'c'], inUse: 1 });
  limit = 3;
  turns.leave();
  await listen();
  expect({ got, inUse: turns.inUse, waiting: turns.waiting }).toEqual({
    got: ['a', 'b', 'c', 'd', 'e', 'f'],
    inUse: 3,
    waiting: 1,
  });
});
