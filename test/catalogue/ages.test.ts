import type { TimeSource } from '../../src/domain/catalogue.js';
import type { Notice } from '../../src/domain/notice.js';
import type { RegistryName, RepositoryName, TagName } from '../../src/domain/name.js';
import { createTestCatalogue, type TestCatalogue } from '../support/worlds/catalogue.js';
import { openWorld, type World } from '../support/worlds/world.js';
import { type Built, buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';
import { until } from '../support/timer.js';

/** The test's clock begins at this time; images are built long before. */
const start = '2026-01-02T03:04:05.000Z';
const built = '2024-02-09T00:00:00.000Z';
const old = buildImage({ created: built, labels: { is: 'old' } });
const other = buildImage({ created: built, labels: { is: 'other' } });

interface Shown {
  readonly name: string;
  readonly updatedAt: string;
  readonly updatedAtSource: TimeSource;
}

/** A registry with `app:v1`, attached as `r` and read once. */
class AgingWorld implements World {
  readonly registry: MemoryRegistry;
  readonly gateway: TestCatalogue;
  readonly #world: World;

  private constructor(world: World) {
    this.registry = world.registry;
    this.gateway = world.gateway;
    this.#world = world;
  }

  static async open(): Promise<AgingWorld> {
    const world = new AgingWorld(await openWorld({}, { maxAge: 3600 }));
    world.seed('app', 'v1', old);
    await world.gateway.crawl('r');
    return world;
  }

  seed(repository: string, tag: string, image: Built): void {
    seed(this.registry.store, repository, tag, image);
  }

  /** Reads the registry whole, so many seconds later. */
  async crawl(seconds = 60): Promise<void> {
    this.gateway.wait(seconds);
    await this.gateway.crawl('r');
  }

  /** The registry has nothing, for two listings in a row; then all of it again. */
  async goAndComeBack(): Promise<void> {
    const { store } = this.registry;
    const names = store.repositories('manifest');
    const content = names.flatMap((repository) =>
      store.tags(repository).map((tag) => ({ repository, tag, image: this.imageOf(repository, tag) })),
    );
    for (const name of names) store.removeRepository(name);
    await this.crawl();
    await this.crawl();
    expect((await this.gateway.query('{ repositories(filter: { empty: null }) { totalCount } }')).data).toEqual({
      repositories: { totalCount: 0 },
    });
    for (const { repository, tag, image } of content) this.seed(repository, tag, image);
    await this.crawl();
  }

  private imageOf(repository: string, tag: string): Built {
    const digest = this.registry.store.findManifest(repository, tag)?.digest;
    return [old, other].find((image) => image.digest === digest)!;
  }

  async tags(repository: string): Promise<readonly Shown[]> {
    const query =
      'query ($name: String!) { repository(registry: "r", name: $name) { tags(orderBy: { field: NAME }) { nodes { ' +
      'name updatedAt updatedAtSource } } } }';
    const { data } = await this.gateway.query<{ repository: { tags: { nodes: readonly Shown[] } } }>(query, {
      name: repository,
    });
    return data.repository.tags.nodes;
  }

  /** The tags that a rule of thirty days would delete. */
  async going(repository: string): Promise<readonly string[]> {
    const query = `query ($name: String!) { retentionPreview(registry: "r", repository: $name, rules: [{ repository:
    "*", keepYoungerThan: 30 }]) {
      plan { tags(first: 100) { name } } } }`;
    const { data, messages } = await this.gateway.query<{
      retentionPreview: { plan: { tags: { name: string }[] } | null };
    }>(query, { name: repository });
    expect(messages).toEqual([]);
    return data.retentionPreview.plan?.tags.map(({ name }) => name) ?? [];
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.#world[Symbol.asyncDispose]();
  }
}

function later(seconds: number): string {
  return new Date(Date.parse(start) + seconds * 1000).toISOString();
}

test('a tag of the first complete listing is as old as its image says', async () => {
  await using world = await AgingWorld.open();
  expect(await world.tags('app')).toEqual([{ name: 'v1', updatedAt: built, updatedAtSource: 'IMAGE_CONFIG' }]);
  expect(await world.going('app')).toEqual(['v1']);
});

test('the first tag of a repository that came since is as old as when it was seen, whatever its image says', async () => {
  await using world = await AgingWorld.open();
  world.seed('team/new', 'promoted', old);
  await world.crawl();
  expect(await world.tags('team/new')).toEqual([
    { name: 'promoted', updatedAt: later(60), updatedAtSource: 'FIRST_SEEN' },
  ]);
  expect(await world.going('team/new')).toEqual([]);
});

test('a repository that is looked up before anything was listed was there before the gateway looked; one that is looked up later was not', async () => {
  await using registry = await createMemoryRegistry();
  await using gateway = await createTestCatalogue();
  for (const name of ['early', 'late']) seed(registry.store, name, 'v1', old);
  await gateway.attach('r', registry.url, { maxAge: 3600 });
  const sourceOf = async (name: string): Promise<unknown> =>
    (await gateway.query(`{ repository(registry: "r", name: "${name}") { latestTag { updatedAtSource } } }`)).data;
  expect(await sourceOf('early')).toEqual({ repository: { latestTag: { updatedAtSource: 'IMAGE_CONFIG' } } });
  await gateway.crawl('r');
  expect(await sourceOf('late')).toEqual({ repository: { latestTag: { updatedAtSource: 'IMAGE_CONFIG' } } });
  seed(registry.store, 'later', 'v1', old);
  expect(await sourceOf('later')).toEqual({ repository: { latestTag: { updatedAtSource: 'FIRST_SEEN' } } });
});

test('a tag whose push was told of is as old as that, though the first listing had it and its image is older', async () => {
  await using world = await AgingWorld.open();
  const { id } = (await world.gateway.registries.findByName('r' as RegistryName))!;
  const tell = async (tag: string, image: Built): Promise<void> => {
    const notice = {
      repository: 'app' as RepositoryName,
      action: 'push',
      tag: tag as TagName,
      digest: image.digest,
    } as const;
    world.gateway.catalogue.sync.notify(id, notice, new Date(later(60)), () => undefined);
    await until(async () =>
      (await world.tags('app')).some(({ name, updatedAtSource }) => name === tag && updatedAtSource === 'NOTIFICATION'),
    );
  };
  world.gateway.wait(90);
  await tell('v1', old);
  world.seed('app', 'v2', other);
  await tell('v2', other);
  expect(await world.tags('app')).toEqual(
    ['v1', 'v2'].map((name) => ({ name, updatedAt: later(60), updatedAtSource: 'NOTIFICATION' })),
  );
  expect(await world.going('app')).toEqual([]);
});

test('a tag that was told of before its repository was first read leaves the others as old as their images', async () => {
  await using registry = await createMemoryRegistry();
  await using gateway = await createTestCatalogue();
  for (const [tag, image] of [
    ['v1', old],
    ['v2', other],
  ] as const)
    seed(registry.store, 'app', tag, image);
  const { id } = await gateway.attach('r', registry.url, { maxAge: 3600 });
  const notice = {
    repository: 'app' as RepositoryName,
    action: 'push',
    tag: 'v2' as TagName,
    digest: other.digest,
  } as const;
  gateway.catalogue.sync.notify(id, notice, new Date(start), () => undefined);
  const query = '{ repository(registry: "r", name: "app") { tags { nodes { name updatedAtSource } } } }';
  const expected = [
    { name: 'v1', updatedAtSource: 'IMAGE_CONFIG' },
    { name: 'v2', updatedAtSource: 'NOTIFICATION' },
  ];
  await until(async () => {
    const { data } = await gateway.query<{ repository: { tags: { nodes: unknown[] } } | null }>(query);
    return JSON.stringify(data?.repository?.tags.nodes) === JSON.stringify(expected);
  });
});

test('what was gone for two listings and comes back on the digest it had keeps its time', async () => {
  await using world = await AgingWorld.open();
  world.seed('app', 'v2', other);
  await world.crawl();
  const before = await world.tags('app');
  expect(before.map(({ updatedAtSource }) => updatedAtSource)).toEqual(['IMAGE_CONFIG', 'FIRST_SEEN']);
  await world.goAndComeBack();
  expect(await world.tags('app')).toEqual(before);
  expect(await world.going('app')).toEqual(['v1']);
  // Once more: the time is kept, not the time of the return.
  await world.goAndComeBack();
  expect(await world.tags('app')).toEqual(before);
});

test('what comes back on another digest than it had last is as old as its return', async () => {
  await using world = await AgingWorld.open();
  world.seed('app', 'v1', other);
  await world.crawl();
  world.registry.store.deleteManifest('app', other.digest);
  await world.crawl();
  // The digest it had before its last one: it was pushed again since.
  world.seed('app', 'v1', old);
  await world.crawl();
  expect(await world.tags('app')).toEqual([{ name: 'v1', updatedAt: later(180), updatedAtSource: 'FIRST_SEEN' }]);
});

describe('a tag that was deleted and put back', () => {
  /** `v1` is as old as its image, `v2` came 60 seconds later; `v2` is deleted after 120 seconds, and put back later. */
  async function openRestored(prepare: (world: AgingWorld) => void = () => undefined): Promise<AgingWorld> {
    const world = await AgingWorld.open();
    world.seed('app', 'v2', other);
    await world.crawl();
    world.gateway.wait(30);
    world.seed('app', 'v3', old);
    await world.crawl();
    world.registry.store.deleteTag('app', 'v2');
    await world.crawl();
    world.gateway.wait(3600);
    prepare(world);
    const { data } = await world.gateway.query(
      'mutation { restoreTag(input: { registry: "r", repository: "app", tag: "v2" }) { tag { name updatedAt ' +
        'updatedAtSource } userErrors { message } } }',
    );
    expect(data).toEqual({ restoreTag: { tag: restored, userErrors: [] } });
    return world;
  }
  const restored = { name: 'v2', updatedAt: later(60), updatedAtSource: 'RESTORED' };

  test('it has the time it had, before and after crawls, and does not lead the newest', async () => {
    await using world = await openRestored();
    for (let crawls = 0; crawls < 2; crawls++) {
      expect((await world.tags('app'))[1]).toEqual(restored);
      const { data } = await world.gateway.query(
        '{ repository(registry: "r", name: "app") { updatedAt latestTag { name } tags(orderBy: { field: UPDATED_AT, ' +
          'direction: DESC }) { nodes { name } } } }',
      );
      expect(data).toEqual({
        repository: {
          updatedAt: later(150),
          latestTag: { name: 'v3' },
          tags: { nodes: [{ name: 'v3' }, { name: 'v2' }, { name: 'v1' }] },
        },
      });
      await world.crawl();
    }
  });

  test('retention judges it as if it had never been gone', async () => {
    await using world = await openRestored();
    world.gateway.wait(30 * 86_400 - 3600);
    expect(await world.going('app')).toEqual(['v1', 'v2', 'v3']);
  });

  test('another image that is pushed to it is a new time', async () => {
    await using world = await openRestored();
    world.seed('app', 'v2', old);
    await world.crawl();
    expect((await world.tags('app'))[1]).toMatchObject({ updatedAt: later(3870), updatedAtSource: 'CHANGE_SEEN' });
  });

  test('the notice of the push that puts it back does not make it new', async () => {
    await using world = await openRestored(({ gateway, registry }) => {
      const told = { repository: 'app', action: 'push', tag: 'v2', digest: other.digest } as unknown as Notice;
      const tell = async (): Promise<void> => {
        const { id } = (await gateway.registries.findByName('r' as RegistryName))!;
        gateway.catalogue.sync.notify(id, told, gateway.parts.clock(), () => undefined);
      };
      const tellWhilePut = (): boolean => {
        void tell();
        return false;
      };
      registry.fail({ kind: 'hang', method: 'PUT', match: tellWhilePut });
    });
    await world.crawl();
    expect((await world.tags('app'))[1]).toEqual(restored);
  });

  test('one whose time nobody knew is as unknown as it was', async () => {
    await using world = await AgingWorld.open();
    const undated = buildImage({ created: null });
    world.seed('bare', 'v1', undated);
    await using late = await createTestCatalogue();
    await late.attach('r', world.registry.url, { maxAge: 3600 });
    await late.crawl('r');
    world.registry.store.deleteTag('bare', 'v1');
    await late.crawl('r');
    await late.query(
      'mutation { restoreTag(input: { registry: "r", repository: "bare", tag: "v1" }) { previousDigest } }',
    );
    const { data } = await late.query(
      '{ retentionPreview(registry: "r", repository: "bare", rules: [{ repository: "*", keepYoungerThan: 1, ' +
        'keepLast: 1 }]) { kept { tag { name updatedAtSource } reasons } } }',
    );
    expect(data).toMatchObject({
      retentionPreview: { kept: [{ tag: { name: 'v1' }, reasons: ['YOUNGER', 'UNDATED'] }] },
    });
  });
});

test('the history of what came back says when it went and when it came', async () => {
  await using world = await AgingWorld.open();
  await world.goAndComeBack();
  const query =
    '{ registry(name: "r") { tagHistory(repository: "app") { nodes { tag digest since sinceSource until ' +
    'untilSource } } } }';
  const { data } = await world.gateway.query(query);
  const entry = { tag: 'v1', digest: old.digest };
  expect(data).toEqual({
    registry: {
      tagHistory: {
        nodes: [
          { ...entry, since: later(180), sinceSource: 'FIRST_SEEN', until: null, untilSource: null },
          { ...entry, since: start, sinceSource: 'FIRST_SEEN', until: later(60), untilSource: 'CHANGE_SEEN' },
        ],
      },
    },
  });
});
