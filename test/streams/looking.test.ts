import type { FastifyRequest } from 'fastify';
import { EventBrowsing } from '../../src/catalogue/browse/events.js';
import { EventTail } from '../../src/catalogue/browse/eventtail.js';
import { JobBrowsing } from '../../src/catalogue/browse/jobs.js';
import type { Follower, RequestContext } from '../../src/catalogue/context.js';
import type { Role, Viewer } from '../../src/domain/account.js';
import type { CatalogueEvent } from '../../src/domain/event.js';
import type { Registry } from '../../src/domain/registry.js';
import type { WriteSignal } from '../../src/store/database/writesignal.js';
import type { EventLog } from '../../src/store/events/eventlog.js';
import { follow } from '../../src/streams/eventstream.js';
import { createOpenStreams } from '../../src/streams/openstreams.js';
import { createManualTimer, letRun } from '../support/timer.js';

const ann: Viewer = { accountId: 'ann', username: 'ann', roles: ['admin'] };

function openRequest(...roles: Role[]): RequestContext {
  return { viewer: { ...ann, roles }, call: { signal: new AbortController().signal } } as unknown as RequestContext;
}

/** As `openRequest`, for one who follows these. */
const lookAt = ({ seen }: { readonly seen: RequestContext['seen'] }, ...roles: Role[]): RequestContext => ({
  ...openRequest(...roles),
  seen,
});

/** A log in memory, and the events of it as they are followed. `listRegistries` is asked before any is given. */
function openLog(listRegistries: () => Promise<Registry[]> = async () => []) {
  const events: CatalogueEvent[] = [];
  let wake = (): void => undefined;
  const eventLog: EventLog = {
    bounds: async () => ({ start: 0, end: events.length }),
    start: async () => 0,
    has: async (id) => id > 0 && id <= events.length,
    reach: async (after, ids) => (after < events.length ? Math.min(after + ids, events.length) : null),
    read: async (after, limit) => events.slice(after, after + limit),
    find: async (_filter, after, limit) => events.slice(after, after + limit),
    findBack: async (_filter, before, limit) =>
      events
        .slice(0, before === null ? undefined : before - 1)
        .toReversed()
        .slice(0, limit),
    countAfter: async (_filter, after, most) => Math.min(events.length - after, most),
    count: async () => events.length,
  };
  const writes: WriteSignal = {
    on(_table, given) {
      wake = given;
      return () => undefined;
    },
  };
  const eventTail = new EventTail(eventLog, writes, (error) => {
    throw error;
  });
  const seen = { eventLog, registries: { list: listRegistries } } as unknown as RequestContext['seen'];
  const parts = { ...seen, eventTail, readAs: (_asker: unknown, work: () => unknown) => work() };
  const browsing = new EventBrowsing(parts as unknown as ConstructorParameters<typeof EventBrowsing>[0]);
  const tell = async (count: number): Promise<void> => {
    const event = { registryId: 'r', kind: 'TAG_PUSHED', repository: null, tag: null } as CatalogueEvent;
    for (let n = 0; n < count; n++) events.push({ ...event, id: events.length + 1 });
    wake();
    await letRun();
  };
  return { browsing, seen, tell };
}

test('a place counts once all events up to it have been taken, not while it is looked who may see them', async () => {
  const listed = Promise.withResolvers<Registry[]>();
  const log = openLog(() => listed.promise);
  const follower = await log.browsing.follow(openRequest('admin'), null, {});
  await log.tell(3);
  const next = follower.next(lookAt(log, 'admin'));
  await letRun();
  expect(follower.place).toBe('0');
  listed.resolve([]);
  expect((await next).map(({ id }) => id)).toEqual(['1', '2', '3']);
  expect(follower.place).toBe('0');
  expect(await follower.next(lookAt(log, 'admin'))).toEqual([]);
  expect(follower.place).toBe('3');
  follower.close();
});

test('events that could not be looked at are told the next time', async () => {
  let fails = true;
  const log = openLog(() => (fails ? Promise.reject(new Error('Away.')) : Promise.resolve([])));
  const follower = await log.browsing.follow(openRequest('admin'), null, {});
  await log.tell(2);
  await expect(follower.next(lookAt(log, 'admin'))).rejects.toThrow('Away.');
  fails = false;
  expect((await follower.next(lookAt(log, 'admin'))).map(({ id }) => id)).toEqual(['1', '2']);
  follower.close();
});

test('one whose roles are all taken is told so, and no longer follows in silence', async () => {
  const log = openLog();
  const follower = await log.browsing.follow(openRequest('admin'), null, {});
  await expect(follower.next(lookAt(log))).rejects.toMatchObject({ code: 'FORBIDDEN' });
  follower.close();
});

test('a reader who goes has nothing more searched for, and a look that is over leaves nothing on the stream', async () => {
  const streams = createOpenStreams({ timer: createManualTimer(), perAccount: 1, identify: async () => ann });
  const stream = streams.open({} as FastifyRequest, ann);
  const looks: AbortSignal[] = [];
  const follower: Follower<number> = {
    next: ({ call: { signal } }) => {
      looks.push(signal);
      if (looks.length <= 100) return Promise.resolve([looks.length]);
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error));
      });
    },
    isOver: false,
    wait: () => Promise.resolve(),
    close: () => undefined,
  };
  let listening = 0;
  const { signal } = stream;
  const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
  signal.addEventListener = (...given: Parameters<typeof add>) => {
    listening += 1;
    add(...given);
  };
  signal.removeEventListener = (...given: Parameters<typeof remove>) => {
    listening -= 1;
    remove(...given);
  };
  const told = follow(stream, follower, () => {
    const ending = new AbortController();
    const request = { call: { signal: ending.signal } } as unknown as RequestContext;
    return { request, end: (reason: unknown) => ending.abort(reason) };
  });
  for (let n = 1; n <= 100; n++) expect(await told.next()).toEqual({ done: false, value: n });
  expect(listening).toBeLessThanOrEqual(1);
  const last = told.next();
  await letRun();
  expect(looks.at(-1)!.aborted).toBe(false);
  stream.end('gone');
  expect(looks.map(({ aborted }) => aborted)).toEqual([...Array<boolean>(100).fill(false), true]);
  expect(await last).toEqual({ done: true, value: undefined });
});

test('who waits for a job over and over leaves nothing on its signal', async () => {
  const timer = createManualTimer();
  let wake = (): void => undefined;
  const job = { id: 'j', state: 'RUNNING', registryId: 'r' };
  const browsing = new JobBrowsing({
    jobs: { find: async () => job },
    sync: { progressOf: () => null },
    writes: {
      on: (_table: string, given: () => void) => {
        wake = given;
        return () => undefined;
      },
    },
    timer,
  } as unknown as ConstructorParameters<typeof JobBrowsing>[0]);
  const request = { ...openRequest('admin'), loaders: { job: { load: async () => job } } } as unknown as RequestContext;
  const follower = await browsing.follow(request, 'j');
  let listening = 0;
  const signal = {
    aborted: false,
    throwIfAborted: () => undefined,
    addEventListener: () => (listening += 1),
    removeEventListener: () => (listening -= 1),
  } as unknown as AbortSignal;
  for (let n = 0; n < 20; n++) {
    await follower.next(request);
    const waited = follower.wait(signal);
    wake();
    await timer.advance(250);
    await waited;
  }
  expect(listening).toBe(0);
  follower.close();
});
