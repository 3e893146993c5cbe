import { RepositorySync, type RepositorySyncParts } from '../../../src/catalogue/sync/repositorysync.js';
import type { RepositoryName } from '../../../src/domain/name.js';
import type { Registry } from '../../../src/domain/registry.js';
import { GatewayError } from '../../../src/errors.js';
import { createManualTimer, letRun, type ManualTimer } from '../../support/timer.js';

const registry = { id: 'r', name: 'local' } as Registry;
const app = 'team/app' as RepositoryName;

interface Stand {
  readonly sync: RepositorySync;
  readonly timer: ManualTimer;
  /** One for each reading that began, to end it. */
  readonly readings: PromiseWithResolvers<null>[];
}

function stand(discover: () => Promise<unknown> = async () => null): Stand {
  const timer = createManualTimer();
  const readings: PromiseWithResolvers<null>[] = [];
  const parts = {
    timer,
    repositories: {
      find: async () => null,
      findMany: async (keys: number[]) => keys.map((key) => ({ key, name: app })),
    },
    indexer: {
      discover,
      readRepository() {
        const reading = Promise.withResolvers<null>();
        readings.push(reading);
        return reading.promise;
      },
    },
  };
  return { sync: new RepositorySync(parts as unknown as RepositorySyncParts), timer, readings };
}

test('a reading under way is joined, and one that has ended is not', async () => {
  const { sync, readings } = stand();
  const both = [sync.sync(registry, 1, {}), sync.sync(registry, 1, {})];
  await letRun();
  expect(readings).toHaveLength(1);
  expect(sync.isRunning(1)).toBe(true);
  readings[0]!.resolve(null);
  await expect(Promise.all(both)).resolves.toEqual([null, null]);
  expect(sync.isRunning(1)).toBe(false);
  void sync.sync(registry, 1, {});
  await letRun();
  expect(readings).toHaveLength(2);
});

test('callers who do not join a reading under way share the next, whatever came of the one before', async () => {
  const { sync, readings } = stand();
  const before = sync.sync(registry, 1, {});
  await letRun();
  const both = [1, 2].map(() => sync.sync(registry, 1, { joinRunning: false }));
  await letRun();
  expect(readings).toHaveLength(1);
  readings[0]!.reject(new Error('broke off'));
  await expect(before).rejects.toThrow('broke off');
  await letRun();
  expect(readings).toHaveLength(2);
  readings[1]!.resolve(null);
  await expect(Promise.all(both)).resolves.toEqual([null, null]);
});

test('a reading is said to begin once those that it does not join have ended', async () => {
  const { sync, readings } = stand();
  void sync.sync(registry, 1, {});
  await letRun();
  const begun: string[] = [];
  const after = sync.sync(registry, 1, { joinRunning: false, isPatient: true, onBegin: () => begun.push('after') });
  await letRun();
  expect(begun).toEqual([]);
  readings[0]!.resolve(null);
  await letRun();
  expect(begun).toEqual(['after']);
  readings[1]!.resolve(null);
  await expect(after).resolves.toBeNull();
});

test('a caller who is not patient waits fifteen seconds for a reading that may not be joined', async () => {
  const { sync, timer, readings } = stand();
  void sync.sync(registry, 1, {});
  await letRun();
  const impatient = sync.sync(registry, 1, { joinRunning: false }).catch((error: unknown) => error);
  const patient = sync.sync(registry, 1, { joinRunning: false, isPatient: true });
  await timer.advance(15_000);
  expect(await impatient).toMatchObject({
    code: 'UPSTREAM_TIMEOUT',
    message:
      'Registry local is being read, and takes long: it cannot be read anew before that has ended. Try again later.',
  });
  readings[0]!.resolve(null);
  await letRun();
  readings[1]!.resolve(null);
  await expect(patient).resolves.toBeNull();
});

test('a name that the registry does not tell of is not read, and a fault of the gateway is not taken for that', async () => {
  const away = stand(() => Promise.reject(new GatewayError('UPSTREAM_UNREACHABLE', 'It is away.', {})));
  await away.sync.discover(registry, app, {});
  await away.sync.syncChanged(registry, app, {});
  expect(away.readings).toEqual([]);
  const broken = stand(() => Promise.reject(new TypeError('not a function')));
  await expect(broken.sync.discover(registry, app, {})).rejects.toThrow('not a function');
});
