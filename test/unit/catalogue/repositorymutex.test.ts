import { AsyncLocalStorage } from 'node:async_hooks';
import { RepositoryMutex } from '../../../src/catalogue/repositorymutex.js';
import type { RepositoryName } from '../../../src/domain/name.js';
import { createOwnLeases } from '../../../src/store/leases/leases.js';
import { systemTimer } from '../../../src/timer.js';

const app = 'team/app' as RepositoryName;
const web = 'team/web' as RepositoryName;

function createMutex(): RepositoryMutex {
  return new RepositoryMutex({ leases: createOwnLeases(), timer: systemTimer });
}

test('work on one repository is done one after the other, in its order, whether the work before fails or not', async () => {
  const mutex = createMutex();
  const events: string[] = [];
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const results = gates.map(({ promise }, at) =>
    mutex.runExclusive('r', app, async () => {
      events.push(`begin ${at}`);
      await promise;
      events.push(`end ${at}`);
      return at;
    }),
  );
  gates[1]!.resolve();
  gates[2]!.resolve();
  gates[0]!.reject(new Error('out of order'));

  await expect(results[0]).rejects.toThrow('out of order');
  await expect(results[1]).resolves.toBe(1);
  await expect(results[2]).resolves.toBe(2);
  expect(events).toEqual(['begin 0', 'begin 1', 'end 1', 'begin 2', 'end 2']);
});

test('work on another repository, or on one of the same name elsewhere, waits for nothing', async () => {
  const mutex = createMutex();
  const gate = Promise.withResolvers<void>();
  const held = mutex.runExclusive('r', app, () => gate.promise);
  await expect(mutex.runExclusive('r', web, async () => 'web')).resolves.toBe('web');
  await expect(mutex.runExclusive('s', app, async () => 'app')).resolves.toBe('app');
  gate.resolve();
  await held;
  await expect(mutex.runExclusive('r', app, async () => 'again')).resolves.toBe('again');
});

test('work that waited runs in the asynchronous context of its caller', async () => {
  const mutex = createMutex();
  const caller = new AsyncLocalStorage<string>();
  const work = async (): Promise<string | undefined> => {
    await Promise.resolve();
    return caller.getStore();
  };
  const both = ['first', 'second'].map((name) => caller.run(name, () => mutex.runExclusive('r', app, work)));
  await expect(Promise.all(both)).resolves.toEqual(['first', 'second']);
});

test('work never begins before its caller has the promise', async () => {
  const order: string[] = [];
  const done = createMutex().runExclusive('r', app, async () => void order.push('work'));
  order.push('caller');
  await done;
  expect(order).toEqual(['caller', 'work']);
});
