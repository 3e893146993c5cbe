import type { Digest } from '../../src/domain/digest.js';
import type { RepositoryName, TagName } from '../../src/domain/name.js';
import type { Notice } from '../../src/domain/notice.js';
import { plainly } from '../store/rows.js';
import { createTestCatalogue, type TestCatalogue } from '../support/worlds/catalogue.js';
import { buildImage, buildIndex, type Built } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';
import { until } from '../support/timer.js';

const [one, two, three] = ['1', '2', '3'].map((build) => buildImage({ labels: { build } })) as [Built, Built, Built];
const told = new Date('2026-01-02T03:04:04Z');
const noticeOf = (action: Notice['action'], tag: string | null, digest: string | null, repository = 'app'): Notice => ({
  repository: repository as RepositoryName,
  action,
  tag: tag as TagName | null,
  digest: digest as Digest | null,
});

interface Shown {
  readonly repository: { readonly tagCount: number; readonly tags: { readonly nodes: readonly object[] } };
}

describe('what a registry told of', () => {
  let gateway: TestCatalogue;
  let registry: MemoryRegistry;
  let id: string;
  let missed: Notice[];
  beforeEach(async () => {
    missed = [];
    gateway = await createTestCatalogue();
    registry = await createMemoryRegistry();
    for (const tag of ['v1', 'v2', 'v3']) seed(registry.store, 'app', tag, one);
    ({ id } = await gateway.attach('r', registry.url, { maxAge: 3600 }));
    await gateway.crawl('r');
    registry.forget();
  });
  afterEach(async () => {
    await gateway[Symbol.asyncDispose]();
    await registry.close();
  });

  const notify = (notice: Notice): void => gateway.catalogue.sync.notify(id, notice, told, () => missed.push(notice));
  const tags = async (repository = 'app'): Promise<Record<string, string | null>> => {
    const joined = plainly(gateway.database.kysely)
      .selectFrom('tag')
      .innerJoin('repository', 'repository.id', 'tag.repository_id')
      .leftJoin('image', 'image.id', 'tag.image_id');
    const rows = await joined
      .select(['tag.name', 'image.digest'])
      .where('repository.name', '=', repository)
      .orderBy('tag.name')
      .execute();
    return Object.fromEntries(rows.map(({ name, digest }) => [name, digest]));
  };
  const shows = (tag: string, digest: string | undefined, repository?: string): Promise<void> =>
    until(async () => (await tags(repository))[tag] === digest);
  const asked = (): string[] => registry.requests.map(({ method, path }) => `${method} ${path}`);

  test('costs one request for a tag, and its config; the time is when it was told', async () => {
    seed(registry.store, 'app', 'v4', two);
    notify(noticeOf('push', 'v4', two.digest));
    await shows('v4', two.digest);
    await until(async () => asked().length === 2);
    expect(asked()).toEqual(['GET /v2/app/manifests/v4', `GET /v2/app/blobs/${two.blobs[0]!.digest}`]);
    // Numbers of a repository follow its tags: they are counted once the image is read.
    const tagCount = '{ repository(registry: "r", name: "app") { tagCount } }';
    await until(async () => (await gateway.query<Shown>(tagCount)).data.repository.tagCount === 4);
    const { data } = await gateway.query<Shown>(
      '{ repository(registry: "r", name: "app") { tags(first: 10) { nodes { name updatedAt updatedAtSource } } } }',
    );
    expect(asked()).toHaveLength(2);
    expect(data.repository.tags.nodes.at(-1)).toEqual({
      name: 'v4',
      updatedAt: told.toISOString(),
      updatedAtSource: 'NOTIFICATION',
    });
  });

  test('what a registry told of is looked for until its tag is written: a new one, one that moves, and the first of a new repository', async () => {
    const wait = (path: RegExp): Promise<void> => until(() => registry.count(undefined, path) >= 3);
    notify(noticeOf('push', 'v4', two.digest));
    notify(noticeOf('push', 'v1', two.digest));
    notify(noticeOf('push', 'v1', two.digest, 'team/new'));
    await Promise.all([wait(/\/app\/manifests\/v4/), wait(/\/app\/manifests\/v1/), wait(/\/team\/new\/manifests\/v1/)]);
    expect([await tags(), await tags('team/new')]).toEqual([{ v1: one.digest, v2: one.digest, v3: one.digest }, {}]);
    seed(registry.store, 'app', 'v4', two);
    seed(registry.store, 'app', 'v1', two);
    seed(registry.store, 'team/new', 'v1', two);
    await Promise.all([shows('v4', two.digest), shows('v1', two.digest), shows('v1', two.digest, 'team/new')]);
    expect([await tags(), await tags('team/new')]).toEqual([
      { v1: two.digest, v2: one.digest, v3: one.digest, v4: two.digest },
      { v1: two.digest },
    ]);
    expect(missed).toEqual([]);
  });

  test('twice in a row shows in the end, though the first of both is there when the second is told of', async () => {
    notify(noticeOf('push', 'v1', two.digest));
    notify(noticeOf('push', 'v1', three.digest));
    seed(registry.store, 'app', 'v1', two);
    await shows('v1', two.digest);
    expect(await tags()).toMatchObject({ v1: two.digest });
    seed(registry.store, 'app', 'v1', three);
    await shows('v1', three.digest);
    expect(await tags()).toMatchObject({ v1: three.digest });
  });

  test('what a registry told of is taken as it is when something newer shows', async () => {
    seed(registry.store, 'app', 'v1', three);
    notify(noticeOf('push', 'v1', two.digest));
    await shows('v1', three.digest);
    expect([await tags(), missed]).toEqual([{ v1: three.digest, v2: one.digest, v3: one.digest }, []]);
  });

  test('goes, where it was deleted, when lists no longer have it: a tag, and a digest with its tags', async () => {
    seed(registry.store, 'app', 'v4', two);
    notify(noticeOf('push', 'v4', two.digest));
    await shows('v4', two.digest);
    notify(noticeOf('delete', 'v2', null));
    notify(noticeOf('delete', null, two.digest));
    registry.forget();
    await until(() => registry.count('GET', /tags\/list/) >= 1);
    expect(Object.keys(await tags())).toEqual(['v1', 'v2', 'v3', 'v4']);
    registry.store.deleteTag('app', 'v2');
    registry.store.deleteManifest('app', two.digest);
    await until(async () => Object.keys(await tags()).length === 2);
    expect(await tags()).toEqual({ v1: one.digest, v3: one.digest });
  });

  test('about content without a tag costs nothing, unless an index waits for it', async () => {
    const index = buildIndex([two, three]);
    seed(registry.store, 'app', 'all', index);
    registry.store.deleteManifest('app', three.digest);
    gateway.wait(1);
    await gateway.crawl('r');
    const children = (): Promise<{ child_id: number | null }[]> =>
      gateway.database.kysely.selectFrom('image_entry').select('child_id').orderBy('position').execute();
    expect((await children()).map(({ child_id }) => child_id === null)).toEqual([false, true]);
    registry.forget();
    notify(noticeOf('push', null, two.digest));
    notify(noticeOf('push', null, two.digest, 'team/unknown'));
    notify(noticeOf('delete', null, two.digest, 'team/unknown'));
    notify(noticeOf('push', null, three.digest));
    await until(() => registry.count('GET', new RegExp(three.digest)) >= 2);
    expect(new Set(asked())).toEqual(new Set([`GET /v2/app/manifests/${three.digest}`]));
    seed(registry.store, 'app', null, three);
    await until(async () => (await children()).every(({ child_id }) => child_id !== null));
    expect((await children()).map(({ child_id }) => child_id === null)).toEqual([false, false]);
  });

  test('what a registry told of is not undone by a reading of the whole that asked before, for the tag or for the list', async () => {
    registry.store.deleteTag('app', 'v3');
    registry.fail({ kind: 'delay', ms: 400, match: /manifests\/v1/, times: 1 });
    // The second list is the one that counts.
    registry.fail({ kind: 'delay', ms: 400, match: /tags\/list/, times: 1, after: 1 });
    gateway.wait(1);
    const crawled = gateway.crawl('r');
    await until(() => registry.count('GET', /tags\/list/) >= 2);
    seed(registry.store, 'app', 'v9', two);
    notify(noticeOf('push', 'v9', two.digest));
    await shows('v9', two.digest);
    await until(() => registry.count('GET', /manifests\/v1/) >= 1);
    seed(registry.store, 'app', 'v1', two);
    notify(noticeOf('push', 'v1', two.digest));
    await shows('v1', two.digest);
    await crawled;
    expect(await tags()).toEqual({ v1: two.digest, v2: one.digest, v9: two.digest });
  });

  test('what a registry told of is given up where it never shows after some looks, changes nothing, and may be told again', async () => {
    const before = await tags();
    notify(noticeOf('push', 'none', two.digest));
    notify(noticeOf('push', 'v1', two.digest, 'team/none'));
    await until(() => missed.length === 2);
    expect(missed.map(({ repository }) => repository).sort()).toEqual(['app', 'team/none']);
    for (const path of [/app\/manifests\/none/, /team\/none\/manifests\/v1/]) {
      expect(registry.count(undefined, path)).toBeGreaterThan(1);
      expect(registry.count(undefined, path)).toBeLessThanOrEqual(11);
    }
    expect([await tags(), await tags('team/none')]).toEqual([before, {}]);
  });
});
