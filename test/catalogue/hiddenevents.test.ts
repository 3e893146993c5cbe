import type { FastifyRequest } from 'fastify';
import { sql } from 'kysely';
import type { EventFollower } from '../../src/catalogue/browse/events.js';
import type { RequestContext } from '../../src/catalogue/context.js';
import type { Viewer } from '../../src/domain/account.js';
import type { EventFilter } from '../../src/domain/event.js';
import { parseRepositoryGlob } from '../../src/domain/glob.js';
import { pruneEvents } from '../../src/store/pruning/oldevents.js';
import { follow as followOn } from '../../src/streams/eventstream.js';
import { createOpenStreams } from '../../src/streams/openstreams.js';
import { addRegistry, addRepository } from '../store/rows.js';
import { listEngines } from '../support/servers/engines.js';
import { createManualTimer, until } from '../support/timer.js';
import { testViewer } from '../support/worlds/context.js';
import { createTestCatalogue, type TestCatalogue } from '../support/worlds/catalogue.js';

const over = AbortSignal.abort();
const none: EventFilter = {};

interface NewEvent {
  readonly registry: string;
  readonly repository?: string;
  readonly kind?: string;
}

describe.each(listEngines('hidden events'))('on $name', ({ open }) => {
  let gateway: TestCatalogue;
  let one: string;
  let two: string;

  beforeEach(async () => {
    gateway = await createTestCatalogue({ openDatabase: open });
    await gateway.database.write(null, async (db, note) => {
      [one, two] = [await addRegistry(db, 'one'), await addRegistry(db, 'two')];
      for (const id of [one, two]) await addRepository(db, id, 'team-a/app');
      note('visible', 'state');
    });
  });
  afterEach(() => gateway[Symbol.asyncDispose]());

  const viewerOf = (...registries: string[]): Viewer => ({
    accountId: 'ann',
    username: 'ann',
    roles: [],
    grants: registries.map((registryId) => ({
      registryId,
      repositories: parseRepositoryGlob('team-a/*'),
      right: 'READ',
    })),
  });
  const openAs = (viewer: Viewer): RequestContext => gateway.catalogue.open(viewer);
  const follow = (viewer: Viewer, after: string | null, filter = none): Promise<EventFollower> =>
    gateway.catalogue.useCasesFor(viewer).browsing.events.follow(openAs(viewer), after, filter);

  /** Written as a change writes them: who follows hears of it. */
  async function tell(...events: readonly NewEvent[]): Promise<void> {
    await gateway.database.write(null, async (db) => {
      for (const { registry, repository = null, kind = 'TAG_PUSHED' } of events)
        await sql`insert into event (at, kind, registry_id, registry_name, repository)
          values (1, ${kind}, ${registry}, 'r', ${repository})`.execute(db);
    });
  }
  const hidden = (): NewEvent => ({ registry: one, repository: 'team-b/app' });
  const shown = (): NewEvent => ({ registry: one, repository: 'team-a/app' });

  /** Reads an id that a viewer with grants was told, and fails for one that is no secret. */
  const read = (id: string): number => {
    expect(id).toMatch(/^e[\w-]{22}$/);
    return gateway.parts.eventCode.read(id.slice(1))!;
  };
  const write = (id: number): string => `e${gateway.parts.eventCode.write(id)}`;

  /** Looks until it is at the end, and gives the ids that it was given. */
  async function readAll(follower: EventFollower, viewer: Viewer): Promise<number[]> {
    const { eventTail, eventLog } = gateway.parts;
    await until(async () => eventTail.end === (await eventLog.bounds()).end);
    const ids: number[] = [];
    for (let found = await follower.next(openAs(viewer)); found.length > 0; found = await follower.next(openAs(viewer)))
      ids.push(...found.map(({ id }) => read(id)));
    return ids;
  }

  test('the place of a stream is that of an event that its viewer sees, and is gone on with', async () => {
    const ann = viewerOf(one);
    await tell(shown(), hidden());
    const follower = await follow(ann, null);
    expect(read(follower.place)).toBe(1);
    await tell(hidden(), hidden());
    expect(await readAll(follower, ann)).toEqual([]);
    void follower.wait(over);
    expect(read(follower.place)).toBe(1);
    await tell(shown(), hidden());
    expect(await readAll(follower, ann)).toEqual([5]);
    void follower.wait(over);
    expect(read(follower.place)).toBe(5);
    follower.close();
    await tell(hidden(), shown());
    const back = await follow(ann, follower.place);
    expect(await readAll(back, ann)).toEqual([8]);
    back.close();
  });

  test('an event that is not wanted, but seen, is a place; a hidden one is refused as one that never was', async () => {
    const ann = viewerOf(one);
    const follower = await follow(ann, null, { kinds: ['TAG_MOVED'] });
    await tell(shown(), hidden());
    expect(await readAll(follower, ann)).toEqual([]);
    void follower.wait(over);
    expect(read(follower.place)).toBe(1);
    follower.close();
    const refusals = await Promise.all(
      [write(2), write(3), write(424_242), '1', '2', '424242'].map((after) =>
        follow(ann, after).catch(({ code, message }: Error & { code: string }) => [code, message.replace(after, '…')]),
      ),
    );
    const next = `go on after ${write(1)}, the newest event.`;
    expect(refusals[0]).toEqual(['EVENTS_GONE', expect.stringContaining(next) as unknown]);
    expect(new Set(refusals.map(String)).size).toBe(1);
  });

  test('no number is told to who has grants alone, whether events of theirs are kept or not', async () => {
    const ann = viewerOf(one);
    const { events } = gateway.catalogue.useCasesFor(ann).browsing;
    const findNewest = async (): Promise<number> => read(await events.findNewest(openAs(ann)));
    await tell(shown(), hidden(), shown());
    const page = await events.list(openAs(ann), none, { first: 1, after: '0' });
    expect(page.items.map(({ id }) => read(id))).toEqual([1]);
    const next = await events.list(openAs(ann), none, { first: 2, after: page.cursorOf(page.items[0]!) });
    expect(next.items.map((event) => [read(event.id), read(next.cursorOf(event))])).toEqual([[3, 3]]);
    expect(await findNewest()).toBe(3);
    for await (const step of pruneEvents(gateway.database.kysely, 0, 0)) void step;
    expect(await findNewest()).toBe(3);
    const advice = `Read what you show anew, and go on after ${write(3)}, the newest event.`;
    const gone = `Events after ${write(1)} are not kept any more. ${advice}`;
    await expect(follow(ann, write(1))).rejects.toMatchObject({ code: 'EVENTS_GONE', message: gone });
    const follower = await follow(ann, write(3));
    expect(read(follower.place)).toBe(3);
    follower.close();
  });

  test('whoever sees all is told numbers, and goes on after any id', async () => {
    await tell(shown(), hidden(), shown());
    const follower = await follow(testViewer, write(1));
    expect((await follower.next(openAs(testViewer))).map(({ id }) => id)).toEqual(['2', '3']);
    follower.close();
    await expect(follow(testViewer, write(4))).rejects.toMatchObject({ code: 'EVENTS_GONE' });
  });

  test('who comes back to hidden events looks past them once, and then waits', async () => {
    const ann = viewerOf(one);
    await tell(shown(), ...Array.from({ length: 300 }, hidden));
    const follower = await follow(ann, write(1));
    expect(await readAll(follower, ann)).toEqual([]);
    let isWoken = false;
    const waiting = new AbortController();
    const waited = follower.wait(waiting.signal).then(() => (isWoken = true));
    await new Promise(setImmediate);
    expect([isWoken, read(follower.place)]).toEqual([false, 1]);
    waiting.abort();
    await waited;
    follower.close();
  });

  test('one whose grants are taken while it follows is told nothing more of a registry that it no longer sees', async () => {
    const [both, less] = [viewerOf(one, two), viewerOf(one)];
    const follower = await follow(both, null);
    const away = (registry: string): NewEvent => ({ registry, kind: 'REGISTRY_UNREACHABLE' });
    await tell(away(one), away(two));
    expect(await readAll(follower, both)).toEqual([1, 2]);
    await tell(away(two), away(one));
    expect(await readAll(follower, less)).toEqual([4]);
    follower.close();
    // The same for one who is behind, for whom events are searched for.
    const behind = await follow(both, write(1));
    expect(await readAll(behind, less)).toEqual([4]);
    behind.close();
  });

  test('one who takes slowly what was found for it is told no more than its rights at the time', async () => {
    const timer = createManualTimer();
    let viewer = viewerOf(one, two);
    const stream = createOpenStreams({ timer, perAccount: 1, identify: async () => viewer }).open(
      {} as FastifyRequest,
      viewer,
    );
    await tell(shown(), { registry: two, repository: 'team-a/app' }, shown(), shown());
    const follower = await follow(viewer, '0');
    const told = followOn(stream, follower, () => ({ request: openAs(stream.viewer), end: () => undefined }));
    const take = async (): Promise<number | undefined> => {
      const { value } = await told.next();
      return value && read(value.id);
    };
    expect(await take()).toBe(1);
    viewer = viewerOf(one);
    await timer.advance(1000);
    expect([await take(), await take()]).toEqual([3, 4]);
    await tell({ registry: two, repository: 'team-a/app' }, shown(), shown());
    expect(await take()).toBe(6);
    viewer = { ...viewer, grants: [] };
    await timer.advance(1000);
    await expect(take()).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(read(follower.place)).toBe(4);
    stream.end('gone');
  });

  test('one who is granted more while it follows is told of that from then on', async () => {
    const [less, both] = [viewerOf(one), viewerOf(one, two)];
    await tell(shown(), { registry: two, repository: 'team-a/app' }, shown());
    const behind = await follow(less, write(1));
    expect(await readAll(behind, both)).toEqual([2, 3]);
    behind.close();
  });
});
