import { sql } from 'kysely';
import { EventBrowsing } from '../../src/catalogue/browse/events.js';
import type { RequestContext } from '../../src/catalogue/context.js';
import type { CatalogueEvent, EventFilter } from '../../src/domain/event.js';
import type { EventLog } from '../../src/store/events/eventlog.js';
import { pruneEvents } from '../../src/store/pruning/oldevents.js';
import type { Asker } from '../../src/store/scanning/place.js';
import { createTestCatalogue, type TestCatalogue } from '../support/worlds/catalogue.js';

let gateway: TestCatalogue;
let request: RequestContext;

beforeEach(async () => {
  gateway = await createTestCatalogue();
  request = gateway.catalogue.open({ accountId: 'ann', username: 'ann', roles: ['registries:ro'] });
});
afterEach(() => gateway[Symbol.asyncDispose]());

/** So many events, of which the last tells of a registry and the others of tags. */
async function fill(total: number): Promise<void> {
  await sql`insert into event (at, kind, registry_id, registry_name, tag)
    with recursive n(n) as (select 1 union all select n + 1 from n where n < ${total})
    select n, case when n = ${total} then 'REGISTRY_ATTACHED' else 'TAG_PUSHED' end, 'r', 'r', 'v' || n from n`.execute(
    gateway.database.kysely,
  );
}

/** The log, where the oldest events but these go before each search of it. */
function createLog(beforeFind: () => Promise<void> = async () => undefined): EventLog & { finds: number } {
  const { eventLog } = gateway.parts;
  const log = {
    ...eventLog,
    finds: 0,
    async find(...asked: Parameters<EventLog['find']>): Promise<CatalogueEvent[]> {
      log.finds += 1;
      await beforeFind();
      return eventLog.find(...asked);
    },
  };
  return log;
}
const keep = (newest: number) => async (): Promise<void> => {
  for await (const step of pruneEvents(gateway.database.kysely, 0, newest)) void step;
};
const browse = (eventLog: EventLog, readAs = gateway.parts.readAs): EventBrowsing => {
  request = { ...request, seen: { ...request.seen, eventLog } };
  return new EventBrowsing({ ...gateway.parts, eventLog, readAs } as never);
};

test('one who is behind is told that events were pruned before they were found, and skips none', async () => {
  await fill(1000);
  const newest = { now: 1000 };
  const events = browse(createLog(() => keep(newest.now)()));
  const follower = await events.follow(request, '100', {});
  const ids = (await follower.next(request)).map(({ id }) => id);
  expect([ids[0], ids.at(-1)]).toEqual(['101', '300']);
  // The next that it is to be told of is 301.
  newest.now = 699;
  await expect(follower.next(request)).rejects.toMatchObject({
    code: 'EVENTS_GONE',
    message: 'Events after 300 are not kept any more. Read what you show anew, and go on after 1000, the newest event.',
  });
  follower.close();
});

test('one who is behind is told all where what was pruned comes before it', async () => {
  await fill(1000);
  const follower = await browse(createLog(keep(700))).follow(request, '300', {});
  expect((await follower.next(request))[0]?.id).toBe('301');
  follower.close();
});

test('a page after an id is refused where what follows was pruned before it was found', async () => {
  await fill(1000);
  const pages = (after: string | null) => browse(createLog(keep(500))).list(request, {}, { first: 10, after });
  await expect(pages('100')).rejects.toMatchObject({ code: 'EVENTS_GONE' });
  // The first page is of what there is.
  expect((await pages(null)).items[0]?.id).toBe('501');
});

test('events that few filters want are looked at some at a time, and each search has its budget', async () => {
  await fill(120_000);
  const askers: Asker[] = [];
  const readAs = <T>(asker: Asker, work: () => T): T => {
    askers.push(asker);
    return work();
  };
  const log = createLog();
  const filter: EventFilter = { kinds: ['REGISTRY_ATTACHED'] };
  const follower = await browse(log, readAs).follow(request, '0', filter);
  const seen: unknown[] = [];
  for (let look = 0; look < 3; look++) {
    const ids = (await follower.next(request)).map(({ id }) => id);
    await follower.wait(AbortSignal.abort());
    seen.push([ids, follower.place]);
  }
  expect(seen).toEqual([
    [[], '50000'],
    [[], '100000'],
    [['120000'], '120000'],
  ]);
  // It is at the end: what comes is told from memory.
  expect([await follower.next(request), log.finds]).toEqual([[], 3]);
  // The look for where it begins is one too.
  expect(askers.map(({ caller, budget }) => [caller, budget])).toEqual([
    ['ann', 1000],
    ['ann', 1000],
    ['ann', 1000],
    ['ann', 1000],
  ]);
  follower.close();
});

test('ids that were passed over are no place to go on after, and nothing is searched for among them', async () => {
  await fill(10);
  await sql`update event set id = id + 200000 where id > 4`.execute(gateway.database.kysely);
  const events = browse(createLog());
  await expect(events.follow(request, '5', {})).rejects.toMatchObject({
    code: 'EVENTS_GONE',
    message: expect.stringContaining('lost with the power') as unknown,
  });
  await expect(events.list(request, {}, { first: 1, after: '200004' })).rejects.toMatchObject({ code: 'EVENTS_GONE' });
  const follower = await events.follow(request, '0', { kinds: ['REGISTRY_ATTACHED'] });
  const places: string[] = [];
  for (let look = 0; look < 3; look++) {
    await follower.next(request);
    await follower.wait(AbortSignal.abort());
    places.push(follower.place);
  }
  // A client that comes back to any finds an event there.
  expect(places).toEqual(['4', '200005', '200010']);
  follower.close();
});
