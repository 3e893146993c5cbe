import { BackgroundTasks } from '../../../src/catalogue/tasks.js';
import { GatewayError, notFound } from '../../../src/errors.js';

interface Stand {
  readonly tasks: BackgroundTasks;
  readonly logged: unknown[];
}

function stand(): Stand {
  const logged: unknown[] = [];
  return { tasks: new BackgroundTasks((message, { err }) => logged.push([message, err])), logged };
}

test('the end of background work waits for all that was added or tracked', async () => {
  const { tasks } = stand();
  const [added, tracked] = [Promise.withResolvers<void>(), Promise.withResolvers<string>()];
  const order: string[] = [];
  void tasks.add(added.promise.then(() => order.push('added')));
  void tasks.track(tracked.promise.then(() => order.push('tracked')));
  const finished = tasks.finish().then(() => order.push('finished'));
  tracked.resolve('');
  await Promise.resolve();
  added.resolve();
  await finished;
  expect(order).toEqual(['tracked', 'added', 'finished']);
});

test('a failure of added work is logged, unless its registry was detached meanwhile', async () => {
  const { tasks, logged } = stand();
  const fault = new TypeError('not a function');
  await tasks.add(Promise.reject(fault));
  await tasks.add(Promise.reject(notFound('The registry is no longer attached.')));
  const failure = new GatewayError('UPSTREAM_TIMEOUT', 'It took too long.', {});
  await tasks.add(Promise.reject(failure));
  expect(logged).toEqual([
    ['background work failed', fault],
    ['background work failed', failure],
  ]);
});

test('a failure of tracked work is the failure of its caller, and is not logged', async () => {
  const { tasks, logged } = stand();
  await expect(tasks.track(Promise.reject(new Error('refused')))).rejects.toThrow('refused');
  await tasks.finish();
  expect(logged).toEqual([]);
});
