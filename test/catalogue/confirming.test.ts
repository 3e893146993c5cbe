import type { RepositoryName } from '../../src/domain/name.js';
import { createTestCatalogue, type TestCatalogue } from '../support/worlds/catalogue.js';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { type TagWrites, watchTagWrites } from '../support/observed/tagwrites.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';
import { listEngines } from '../support/servers/engines.js';

const names = ['v0', 'v1', 'v2', 'v3', 'v4', 'v5'];
const begun = Date.parse('2026-01-02T03:04:05Z');

/** Of each tag by its name: seconds from the begin of the test to its confirmation, and the code of its error. */
type Seen = Readonly<Record<string, readonly [at: number, code: string | null]>>;

let registry: MemoryRegistry;
let gateway: TestCatalogue;
let writes: TagWrites;
afterEach(async () => {
  await gateway[Symbol.asyncDispose]();
  await registry.close();
});

async function read(): Promise<Seen> {
  const repository = await find();
  const tags = await gateway.parts.tags.listAll([repository!.key]);
  return Object.fromEntries(
    tags.map(({ name, confirmedAt, error }) => [name, [(confirmedAt!.getTime() - begun) / 1000, error?.code ?? null]]),
  );
}

async function find() {
  const [row] = await gateway.registries.list();
  return gateway.parts.repositories.find(row!.id, 'app' as RepositoryName);
}

/**
 * As another gateway writes it: what each of the tags points to is confirmed, or cannot be read, as of then. `written`:
 * when it does so, in seconds too.
 */
async function readElsewhere(
  some: readonly string[],
  seconds: number,
  code?: 'UPSTREAM_TIMEOUT' | 'UPSTREAM_INVALID',
  written = seconds,
): Promise<void> {
  const repository = (await find())!;
  const [at, now] = [new Date(begun + seconds * 1000), new Date(begun + written * 1000)];
  const tags = (await gateway.parts.tags.listAll([repository.key])).filter(({ name }) => some.includes(name));
  const readings = tags.map(({ key: tagKey, imageKey }) =>
    code ? { tagKey, problem: { code, message: 'late', at } } : { tagKey, imageKey, was: imageKey },
  );
  await gateway.parts.tags.applyReadings(readings, { at, now }, { at, source: 'NOTIFICATION' }, repository.key);
}

/** Does `work` once, as the method is called. */
function interpose<K extends string>(
  object: Record<K, (...all: never[]) => Promise<unknown>>,
  name: K,
  work: () => Promise<void>,
): void {
  const method = object[name].bind(object);
  object[name] = async (...all) => {
    object[name] = method;
    await work();
    return method(...all);
  };
}

const all = (seconds: number): Seen => Object.fromEntries(names.map((name) => [name, [seconds, null]]));

describe.each(listEngines('confirming'))('on $name', ({ open }) => {
  beforeEach(async () => {
    registry = await createMemoryRegistry();
    for (const name of names) seed(registry.store, 'app', name, buildImage({ labels: { name } }));
    gateway = await createTestCatalogue({ openDatabase: open });
    writes = await watchTagWrites(gateway.database);
    await gateway.attach('r', registry.url);
    await gateway.crawl('r');
    await writes.take();
  });

  test('a crawl that finds no news writes no row of a tag, and confirms each of them', async () => {
    expect(await read()).toEqual(all(0));
    for (const seconds of [60, 120]) {
      gateway.wait(60);
      expect(await gateway.crawl('r')).toMatchObject({ state: 'SUCCEEDED' });
      expect(await writes.take()).toEqual([]);
      expect(await read()).toEqual(all(seconds));
    }
  });

  test('a crawl writes the rows of those tags alone that have moved, come or gone', async () => {
    seed(registry.store, 'app', 'v2', buildImage({ labels: { name: 'moved' } }));
    seed(registry.store, 'app', 'v9', buildImage({ labels: { name: 'new' } }));
    registry.store.deleteTag('app', 'v4');
    gateway.wait(60);
    await gateway.crawl('r');
    expect([...new Set(await writes.take())]).toEqual(['v2', 'v4', 'v9']);
    const { v4: _gone, ...rest } = all(60);
    expect(await read()).toEqual({ ...rest, v9: [60, null] });
    gateway.wait(60);
    await gateway.crawl('r');
    expect(await writes.take()).toEqual([]);
  });

  test('a tag that cannot be read keeps the time when it last could be, and is confirmed again once it can', async () => {
    gateway.wait(60);
    await gateway.crawl('r');
    const fault = registry.fail({ kind: 'status', status: 404, match: /manifests\/v3/ });
    gateway.wait(60);
    await gateway.crawl('r');
    expect(await read()).toEqual({ ...all(120), v3: [60, 'UPSTREAM_INVALID'] });
    gateway.wait(60);
    await gateway.crawl('r');
    expect(await read()).toEqual({ ...all(180), v3: [60, 'UPSTREAM_INVALID'] });
    fault.stop();
    gateway.wait(60);
    await writes.take();
    await gateway.crawl('r');
    expect(await writes.take()).toEqual(['v3']);
    expect(await read()).toEqual(all(240));
  });

  test('a crawl that is cut off confirms the tags that it came to, and the next one the others', async () => {
    const limit = registry.fail({ kind: 'rateLimit', retryAfter: '1', match: /manifests/, after: 4 });
    gateway.wait(60);
    expect(await gateway.crawl('r')).toMatchObject({ state: 'FAILED' });
    expect(Object.values(await read()).filter(([at]) => at === 60)).toHaveLength(4);
    expect((await find())?.tagsConfirmedAt?.getTime()).toBe(begun);
    limit.stop();
    await gateway.letRest(300);
    gateway.wait(60);
    const before = await read();
    expect(await gateway.crawl('r')).toMatchObject({ state: 'SUCCEEDED' });
    const isRead = (name: string): boolean => before[name]![0] === 60;
    expect(await read()).toEqual(Object.fromEntries(names.map((name) => [name, [isRead(name) ? 60 : 120, null]])));
    gateway.wait(60);
    await gateway.crawl('r');
    expect(await read()).toEqual(all(180));
  });

  test('an error that was found elsewhere during a crawl is gone where the crawl asked later, and stays else', async () => {
    gateway.wait(60);
    interpose(gateway.parts.repositories, 'confirm', async () => {
      await readElsewhere(['v0'], 60, 'UPSTREAM_TIMEOUT');
      gateway.wait(30);
      await readElsewhere(['v1'], 90, 'UPSTREAM_TIMEOUT');
    });
    await gateway.crawl('r');
    expect(await read()).toEqual({ ...all(60), v1: [0, 'UPSTREAM_TIMEOUT'] });
  });

  test('a crawl that is cut off leaves as it is what was found of its tags since', async () => {
    registry.fail({ kind: 'rateLimit', retryAfter: '1', match: /manifests/, after: 4 });
    gateway.wait(60);
    interpose(gateway.parts.tags, 'confirmUnchanged', async () => {
      // By a clock that is ahead by as little as clocks may be.
      await readElsewhere(['v0', 'v1', 'v2'], 63);
      await readElsewhere(['v3', 'v4', 'v5'], 63, 'UPSTREAM_TIMEOUT');
    });
    expect(await gateway.crawl('r')).toMatchObject({ state: 'FAILED' });
    const failed = [0, 'UPSTREAM_TIMEOUT'] as const;
    expect(await read()).toEqual({ ...all(63), v3: failed, v4: failed, v5: failed });
  });

  test('an error that a crawl found, and a confirmation of what it asked before, leave what was found since', async () => {
    const before = registry.fail({ kind: 'status', status: 404, match: /manifests\/v[01]/ });
    gateway.wait(60);
    await gateway.crawl('r');
    before.stop();
    registry.fail({ kind: 'status', status: 404, match: /manifests\/v[23]/ });
    gateway.wait(60);
    interpose(gateway.parts.tags, 'saveReadings', async () => {
      gateway.wait(3);
      await readElsewhere(['v0'], 123, 'UPSTREAM_TIMEOUT');
      await readElsewhere(['v2'], 123);
    });
    await gateway.crawl('r');
    const [v0, v2] = [[0, 'UPSTREAM_TIMEOUT'] as const, [123, null] as const];
    expect(await read()).toEqual({ ...all(120), v0, v2, v3: [60, 'UPSTREAM_INVALID'] });
  });

  const codes = { late: 'UPSTREAM_TIMEOUT', early: 'UPSTREAM_INVALID' } as const;
  test.each([
    ['an error', 'a confirmation', codes.early, undefined, [90, null]],
    ['an error', 'an error', codes.early, codes.late, [0, codes.late]],
    ['a confirmation', 'a confirmation', undefined, undefined, [90, null]],
    ['a confirmation', 'an error', undefined, codes.late, [0, codes.late]],
  ] as const)(
    '%s of a tag that was found before leaves %s that was found later',
    async (_one, _other, older, newer, seen) => {
      await readElsewhere(['v0'], 90, newer);
      await readElsewhere(['v0'], 60, older, 91);
      expect(await read()).toEqual({ ...all(0), v0: seen });
      await readElsewhere(['v0'], 92);
      expect(await read()).toEqual({ ...all(0), v0: [92, null] });
    },
  );

  test('an error that was found before a crawl began leaves what that has confirmed', async () => {
    gateway.wait(60);
    await gateway.crawl('r');
    await readElsewhere(['v0'], 59, 'UPSTREAM_TIMEOUT', 61);
    expect(await read()).toEqual(all(60));
    await readElsewhere(['v0'], 61, 'UPSTREAM_TIMEOUT');
    expect(await read()).toEqual({ ...all(60), v0: [60, 'UPSTREAM_TIMEOUT'] });
  });

  test('what was read by a clock that was ahead hides nothing that is read of a tag later', async () => {
    const repository = (await find())!;
    const ahead = new Date(begun + 7_200_000);
    await gateway.parts.repositories.confirm(repository, { at: ahead, from: ahead });
    expect(await read()).toEqual(all(7200));
    await readElsewhere(['v0'], 60);
    expect(await read()).toEqual({ ...all(0), v0: [60, null] });
    await readElsewhere(['v1'], 7200);
    const [, v1] = await gateway.parts.tags.listAll([repository.key]);
    const now = new Date(begun + 90_000);
    await gateway.parts.tags.confirmUnchanged([v1!], { at: now, now });
    expect(await read()).toEqual({ ...all(0), v0: [60, null], v1: [90, null] });
  });

  test('a tag that was confirmed by itself since a crawl began is as fresh as that', async () => {
    const { tags } = gateway.parts;
    const repository = (await find())!;
    const [tag] = await tags.listAll([repository.key]);
    const reading = { tagKey: tag!.key, imageKey: tag!.imageKey, was: tag!.imageKey };
    const when = { at: new Date(begun), source: 'NOTIFICATION' } as const;
    const now = new Date(begun + 90_000);
    await tags.applyReadings([reading], { at: now, now }, when, repository.key);
    const from = new Date(begun + 60_000);
    await gateway.parts.repositories.confirm(repository, { at: new Date(begun + 120_000), from });
    expect(await read()).toEqual({ ...all(60), v0: [90, null] });
  });

  test('a reading that ends after one that began later confirms nothing', async () => {
    const { repositories } = gateway.parts;
    const at = (seconds: number): Date => new Date(begun + seconds * 1000);
    await repositories.confirm((await find())!, { at: at(61), from: at(60) });
    const confirmed = (await find())!;
    await repositories.confirm(confirmed, { at: at(120), from: at(30) });
    expect(await find()).toEqual(confirmed);
    await repositories.confirm(confirmed, { at: at(120), from: at(90) });
    expect(await read()).toEqual(all(90));
  });

  test('a reading that fails after one that began later has ended leaves no error, and one that began later does', async () => {
    const { repositories } = gateway.parts;
    const at = (seconds: number): Date => new Date(begun + seconds * 1000);
    const fail = async (from: number): Promise<string | null> => {
      const { key } = (await find())!;
      const error = { code: 'UPSTREAM_TIMEOUT', message: 'It did not answer.', at: at(120) } as const;
      await repositories.recordTagsError(key, error, at(from));
      return (await find())!.tagsError?.code ?? null;
    };
    await repositories.confirm((await find())!, { at: at(61), from: at(60) });
    expect([await fail(30), await fail(90)]).toEqual([null, 'UPSTREAM_TIMEOUT']);
  });

  test('where the clock was set back, a crawl confirms as of the time that it has now', async () => {
    gateway.wait(-3600);
    await gateway.crawl('r');
    expect(await read()).toEqual(all(-3600));
    await writes.take();
    gateway.wait(60);
    await gateway.crawl('r');
    expect(await writes.take()).toEqual([]);
    expect(await read()).toEqual(all(-3540));
  });

  test('a tag that a crawl has confirmed stays when a list from before lacks it', async () => {
    const { tags, repositories } = gateway.parts;
    const repository = (await find())!;
    const before = await tags.listAll([repository.key]);
    await repositories.confirm(repository, { at: new Date(begun + 61_000), from: new Date(begun + 60_000) });
    const when = { at: new Date(begun + 62_000), source: 'CHANGE_SEEN' } as const;
    expect(await tags.applyNames(repository.key, [], when, before)).toMatchObject({ hasChanged: false });
    expect(await tags.applyNames(repository.key, [], when)).toMatchObject({ hasChanged: true });
  });
});
