import { eventKinds, mostTagsTold } from '../../src/domain/event.js';
import type { TagName } from '../../src/domain/name.js';
import type { Database } from '../../src/store/database/database.js';
import { createEventLog, type EventLog } from '../../src/store/events/eventlog.js';
import { createImageStore } from '../../src/store/index/images.js';
import type { ChangeTime } from '../../src/store/index/taglisting.js';
import { TagStore } from '../../src/store/index/tags.js';
import { createJobStore } from '../../src/store/jobs/jobs.js';
import { pruneEvents } from '../../src/store/pruning/oldevents.js';
import { openMemory } from './files.js';
import { createManifest } from './manifests.js';
import { addRegistry, addRepository } from './rows.js';

const seen: ChangeTime = { at: new Date(5000), source: 'CHANGE_SEEN' };

let database: Database;
let registryId: string;
let repositoryKey: number;
let tags: TagStore;
let log: EventLog;

beforeEach(async () => {
  database = await openMemory();
  registryId = await addRegistry(database.kysely, 'r');
  repositoryKey = await addRepository(database.kysely, registryId, 'app');
  tags = new TagStore(database);
  log = createEventLog(database);
});
afterEach(() => database.close());

const list = (...names: string[]): Promise<unknown> => tags.applyNames(repositoryKey, names as TagName[], seen);

/** Points each of these tags to the image of this name. */
async function point(name: string, only: readonly string[], when = seen): Promise<void> {
  const made = createManifest(name, {});
  const keys = await createImageStore(database).save([made], seen.at);
  const all = (await tags.listAll([repositoryKey])).filter((tag) => only.includes(tag.name));
  const imageKey = keys.get(made.manifest.digest)!;
  const readings = all.map((tag) => ({ tagKey: tag.key, imageKey, was: tag.imageKey }));
  await tags.applyReadings(readings, { at: seen.at, now: seen.at }, when);
}
const digestOf = (name: string): string => createManifest(name, {}).manifest.digest;

const told = async (after = 0): Promise<string[]> =>
  (await log.read(after, 5000)).map(({ kind, tag, digest, formerDigest, tagCount }) =>
    [kind, tag, digest && digest.slice(7, 15), formerDigest && formerDigest.slice(7, 15), tagCount]
      .filter((part) => part !== null)
      .join(' '),
  );
const short = (name: string): string => digestOf(name).slice(7, 15);

test('a repository appears with its tags, and each is told of when it is known what it points to', async () => {
  await list('v1', 'v2');
  expect(await told()).toEqual(['REPOSITORY_APPEARED 2']);
  await point('one', ['v1']);
  expect(await told(1)).toEqual([`TAG_PUSHED v1 ${short('one')}`]);
  await point('two', ['v1', 'v2']);
  expect(await told(2)).toEqual([`TAG_MOVED v1 ${short('two')} ${short('one')}`, `TAG_PUSHED v2 ${short('two')}`]);
  // Read once more, nothing is new.
  await point('two', ['v1', 'v2']);
  expect(await told(4)).toEqual([]);
});

test('tags that go are told of with what they pointed to, and a repository without any is emptied', async () => {
  await list('v1', 'v2', 'v3');
  await point('one', ['v1', 'v2']);
  await list('v2', 'v3');
  await list();
  await list('v4');
  expect(await told(3)).toEqual([
    `TAG_DELETED v1 ${short('one')}`,
    `TAG_DELETED v2 ${short('one')}`,
    'REPOSITORY_EMPTIED 2',
    'REPOSITORY_APPEARED 1',
  ]);
});

test('tags that hold signatures and the like are not told of', async () => {
  const hidden = `sha256-${'a'.repeat(64)}.sig`;
  await list(hidden);
  await point('one', [hidden]);
  await list();
  expect(await told()).toEqual([]);
});

test('the tags of a first reading are told of by their repository alone', async () => {
  await list('v1');
  await point('one', ['v1'], { ...seen, isBulk: true });
  await point('two', ['v1'], { ...seen, isBulk: true });
  // It moved, which is no first reading.
  expect(await told()).toEqual(['REPOSITORY_APPEARED 1', `TAG_MOVED v1 ${short('two')} ${short('one')}`]);
});

test('more tags that come or go at once than are told of one by one are one event of their repository', async () => {
  const many = Array.from({ length: mostTagsTold + 1 }, (_, at) => `t${at}`);
  await list('v1');
  await list('v1', ...many);
  await point('one', many, { ...seen, isBulk: true });
  expect(await told(1)).toEqual([`REPOSITORY_CHANGED ${many.length}`]);
  await list('v1');
  expect(await told(2)).toEqual([`REPOSITORY_CHANGED ${many.length}`]);
});

test('tags that hold signatures do not have others told of by their number, nor count themselves', async () => {
  const hidden = Array.from({ length: mostTagsTold + 1 }, (_, at) => `sha256-${`${at}`.padStart(64, '0')}.sig`);
  await list('v1', 'v2');
  await point('one', ['v1', 'v2']);
  expect(await list('v1', 'v2', 'v3', ...hidden)).toEqual({ hasChanged: true, isBulk: false });
  expect(await list('v1')).toEqual({ hasChanged: true, isBulk: false });
  expect(await told(3)).toEqual([`TAG_DELETED v2 ${short('one')}`]);
});

test('a first list is told of with what it adds to the tags of notifications, and tells of no more', async () => {
  await database.kysely.updateTable('repository').set({ tags_confirmed_at: null }).execute();
  const when: ChangeTime = { ...seen, source: 'NOTIFICATION' };
  await tags.addNames(repositoryKey, ['v1' as TagName], when);
  await point('one', ['v1'], when);
  expect(await list('v1', 'v2', 'v3')).toEqual({ hasChanged: true, isBulk: true });
  await point('one', ['v2', 'v3'], { ...seen, isBulk: true });
  expect(await told()).toEqual(['REPOSITORY_APPEARED 1', `TAG_PUSHED v1 ${short('one')}`, 'REPOSITORY_CHANGED 2']);
});

test('tags beyond those that one reading may tell of are told of by how many they are', async () => {
  await list('v1', 'v2', 'v3');
  await point('one', ['v1', 'v2']);
  await point('two', ['v1', 'v2', 'v3'], { ...seen, isCounted: true });
  await point('two', ['v1', 'v2', 'v3'], { ...seen, isCounted: true });
  expect(await told(3)).toEqual(['REPOSITORY_CHANGED 3']);
});

test('a tag that a notification brings to a repository without any has it appear, once', async () => {
  const when: ChangeTime = { ...seen, source: 'NOTIFICATION' };
  await tags.addNames(repositoryKey, ['v1' as TagName], when);
  await point('one', ['v1'], when);
  await tags.addNames(repositoryKey, ['v2' as TagName], when);
  expect(await told()).toEqual(['REPOSITORY_APPEARED 1', `TAG_PUSHED v1 ${short('one')}`]);
});

test('a reading that fails halfway leaves no event', async () => {
  await list('v1');
  const [tag] = await tags.listAll([repositoryKey]);
  // There is no such image.
  const readings = [{ tagKey: tag!.key, imageKey: 99, was: null }];
  await expect(tags.applyReadings(readings, { at: seen.at, now: seen.at }, seen)).rejects.toThrow();
  expect(await told()).toEqual(['REPOSITORY_APPEARED 1']);
});

test('jobs are told of when they begin and end; crawls that nobody asked for are not', async () => {
  const jobs = createJobStore(database);
  const wanted = { kind: 'CRAWL', registryId, requestedBy: 'ann', createdAt: seen.at } as const;
  const asked = await jobs.create(wanted);
  await jobs.create({ ...wanted, requestedBy: 'schedule' });
  await jobs.create({ ...wanted, requestedBy: 'notification' });
  await jobs.update(asked.id, { done: 1 });
  await jobs.update(asked.id, { state: 'SUCCEEDED', finishedAt: new Date(6000) });
  const left = await jobs.create({ ...wanted, kind: 'RETENTION_RUN', requestedBy: '(retention)' });
  await jobs.cancelRunning(['CRAWL', 'RETENTION_RUN'], new Date(7000));
  const events = await log.read(0, 100);
  expect(
    events.map(({ kind, jobId, jobKind, jobState, at }) => [kind, jobId, jobKind, jobState, at.getTime()]),
  ).toEqual([
    ['JOB_BEGAN', asked.id, 'CRAWL', 'RUNNING', 5000],
    ['JOB_ENDED', asked.id, 'CRAWL', 'SUCCEEDED', 6000],
    ['JOB_BEGAN', left.id, 'RETENTION_RUN', 'RUNNING', 5000],
    ['JOB_ENDED', left.id, 'RETENTION_RUN', 'CANCELLED', 7000],
  ]);
});

describe('pruning', () => {
  const fill = async (times: readonly number[]): Promise<void> => {
    for (const at of times)
      await database.kysely
        .insertInto('event')
        .values({ at, kind: eventKinds[0], registry_id: registryId, registry_name: 'r' as never })
        .execute();
  };
  const prune = async (before: number, kept?: number): Promise<number[]> => {
    const steps: number[] = [];
    for await (const { removed } of pruneEvents(database.kysely, before, kept)) steps.push(removed);
    return steps;
  };

  test('events that are too old go from the oldest on, and where they begin is known', async () => {
    await fill([1, 2, 9, 3, 10]);
    expect(await prune(5)).toEqual([2]);
    // One of an earlier time waits for its turn.
    expect((await log.read(0, 10)).map(({ id }) => id)).toEqual([3, 4, 5]);
    expect(await log.bounds()).toEqual({ start: 2, end: 5 });
  });

  test('the newest are kept, in steps, and an id is not given again', async () => {
    await fill(Array.from({ length: 1201 }, () => 7));
    expect(await prune(5, 1)).toEqual([500, 500, 200]);
    expect(await prune(8)).toEqual([1]);
    expect(await log.bounds()).toEqual({ start: 1201, end: 1201 });
    await fill([9]);
    expect((await log.read(0, 10)).map(({ id }) => id)).toEqual([1202]);
  });
});
