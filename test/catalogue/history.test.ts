import { array, assert, asyncProperty, constantFrom, oneof, record } from 'fast-check';
import type { Digest } from '../../src/domain/digest.js';
import type { RepositoryName } from '../../src/domain/name.js';
import { openDatabase } from '../../src/store/database/database.js';
import { boundHistory, createRevisionStore } from '../../src/store/index/tagrevisions.js';
import { TagStore } from '../../src/store/index/tags.js';
import { describePlaceholder } from '../../src/upstream/content/placeholder.js';
import { createFolder, openMemory } from '../store/files.js';
import { addImage, addRegistry, addRepository, addTags, fakeDigest, plainly } from '../store/rows.js';
import { rows } from '../support/run/amount.js';
import type { Answer } from '../support/worlds/catalogue.js';
import { at, images, notify, open, restore } from '../support/worlds/history.js';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import type { Flavour } from '../support/registry/options.js';

const [a, b, c] = images;

describe.each<Flavour>(rows(['3.1', '2.8'], 1))('on a registry like distribution %s', (flavour) => {
  test('a first crawl and one of what has not changed write no revision: what a tag points to is told by the tag', async () => {
    await using world = await open({ flavour });
    for (const tag of ['v1', 'v2']) seed(world.registry.store, 'app', tag, a);
    await world.gateway.crawl('r');
    world.gateway.wait(60);
    await world.gateway.crawl('r');
    expect(await world.gateway.database.kysely.selectFrom('tag_revision').selectAll().execute()).toEqual([]);
    const now = { digest: a.digest, since: at(0), sinceSource: 'FIRST_SEEN', until: null, untilSource: null };
    expect(await world.history('v1')).toEqual([{ tag: 'v1', ...now }]);
    expect(await world.history(null)).toEqual([
      { tag: 'v2', ...now },
      { tag: 'v1', ...now },
    ]);
    expect(await world.history(null, 'formerOnly: true')).toEqual([]);
  });

  test('a tag that is moved keeps what it pointed to before, with when that is known from', async () => {
    await using world = await open({ flavour });
    seed(world.registry.store, 'app', 'v1', a);
    await world.gateway.crawl('r');
    world.gateway.wait(60);
    seed(world.registry.store, 'app', 'v1', b);
    await world.gateway.crawl('r');
    world.gateway.wait(60);
    seed(world.registry.store, 'app', 'v1', c);
    await notify(world);
    expect(await world.history('v1')).toEqual([
      { tag: 'v1', digest: c.digest, since: at(119), sinceSource: 'NOTIFICATION', until: null, untilSource: null },
      {
        tag: 'v1',
        digest: b.digest,
        since: at(60),
        sinceSource: 'CHANGE_SEEN',
        until: at(119),
        untilSource: 'NOTIFICATION',
      },
      {
        tag: 'v1',
        digest: a.digest,
        since: at(0),
        sinceSource: 'FIRST_SEEN',
        until: at(60),
        untilSource: 'CHANGE_SEEN',
      },
    ]);
  });

  test('a notification that is read late ends nothing before it began', async () => {
    await using world = await open({ flavour });
    seed(world.registry.store, 'app', 'v1', a);
    await world.gateway.crawl('r');
    seed(world.registry.store, 'app', 'v1', b);
    await notify(world);
    expect((await world.history('v1')).map(({ since, until }) => [since, until])).toEqual([
      [at(0), null],
      [at(0), at(0)],
    ]);
  });

  test('a tag that is deleted, and comes back, has what it pointed to and the gap', async () => {
    await using world = await open({ flavour });
    for (const tag of ['v1', 'v2']) seed(world.registry.store, 'app', tag, a);
    await world.gateway.crawl('r');
    world.gateway.wait(60);
    const { data } = await world.gateway.query(
      'mutation { deleteTags(input: { registry: "r", repository: "app", tags: ["v1"] }) { userErrors { message } } }',
    );
    expect(data).toEqual({ deleteTags: { userErrors: [] } });
    const gone = {
      tag: 'v1',
      digest: a.digest,
      since: at(0),
      sinceSource: 'FIRST_SEEN',
      until: at(60),
      untilSource: 'CHANGE_SEEN',
    };
    expect(await world.history('v1')).toEqual([gone]);
    expect((await world.history(null)).map(({ tag, until }) => [tag, until])).toEqual([
      ['v2', null],
      ['v1', at(60)],
    ]);
    expect(await world.history(null, 'formerOnly: true')).toEqual([gone]);
    world.gateway.wait(60);
    seed(world.registry.store, 'app', 'v1', a);
    await world.gateway.crawl('r');
    expect(await world.history('v1')).toEqual([
      { tag: 'v1', digest: a.digest, since: at(120), sinceSource: 'FIRST_SEEN', until: null, untilSource: null },
      gone,
    ]);
  });

  test.each(['its tags are gone', 'it may not be read any more'])(
    'of a repository that is no longer listed the history stays, and goes with its registry: %s',
    async (how) => {
      await using world = await open({ flavour });
      for (const tag of ['v1', 'v2']) seed(world.registry.store, 'app', tag, a);
      seed(world.registry.store, 'other', 'v1', b);
      await world.gateway.crawl('r');
      if (how === 'its tags are gone') world.registry.store.removeRepository('app');
      else {
        world.registry.fail({ kind: 'namesNull', match: /_catalog/ });
        world.registry.fail({ kind: 'status', status: 403, match: /app\// });
      }
      const db = world.gateway.database.kysely;
      for (const known of [true, false]) {
        world.gateway.wait(60);
        await world.gateway.crawl('r');
        expect((await db.selectFrom('repository').select('name').execute()).some(({ name }) => name === 'app')).toBe(
          known,
        );
      }
      expect((await world.history(null)).map(({ tag, digest, until }) => [tag, digest, until !== null])).toEqual([
        ['v2', a.digest, true],
        ['v1', a.digest, true],
      ]);
      const { id } = (await world.gateway.registries.list())[0]!;
      await world.gateway.query('mutation ($id: ID!) { removeRegistry(input: { id: $id }) { userErrors { code } } }', {
        id,
      });
      expect(await db.selectFrom('tag_revision').selectAll().execute()).toEqual([]);
    },
  );

  test('a placeholder that was seen under a tag is not in its history', async () => {
    await using world = await open({ flavour });
    for (const tag of ['v1', 'v2', 'v3']) seed(world.registry.store, 'app', tag, a);
    await world.gateway.crawl('r');
    world.gateway.wait(60);
    for (const tag of ['v1', 'v2', 'v3']) {
      const { mediaType, bytes } = describePlaceholder(a.digest, new Date());
      world.registry.store.putManifest('app', tag, mediaType, bytes);
    }
    await world.gateway.crawl('r');
    const before = {
      tag: 'v1',
      digest: a.digest,
      since: at(0),
      sinceSource: 'FIRST_SEEN',
      until: at(60),
      untilSource: 'CHANGE_SEEN',
    };
    expect(await world.history('v1')).toEqual([before]);
    world.gateway.wait(60);
    world.registry.store.deleteTag('app', 'v1');
    seed(world.registry.store, 'app', 'v2', b);
    await world.gateway.crawl('r');
    expect(await world.history('v1')).toEqual([before]);
    expect(await world.history('v2')).toEqual([
      { tag: 'v2', digest: b.digest, since: at(120), sinceSource: 'CHANGE_SEEN', until: null, untilSource: null },
      { ...before, tag: 'v2' },
    ]);
    // An index without entries that nobody marked is an image like any other.
    world.gateway.wait(60);
    world.registry.store.putManifest(
      'app',
      'v3',
      'application/vnd.oci.image.index.v1+json',
      Buffer.from('{"schemaVersion":2,"manifests":[]}'),
    );
    await world.gateway.crawl('r');
    expect(await world.history('v3')).toHaveLength(2);
  });

  test('a deletion that leaves its placeholder for a time leaves none in the history', async () => {
    await using world = await open({ flavour: '2.8' });
    for (const tag of ['v1', 'v2']) seed(world.registry.store, 'app', tag, a);
    await world.gateway.crawl('r');
    world.gateway.wait(60);
    // Neither can the placeholder be taken away nor the image be put back in its place.
    const down = world.registry.fail({ kind: 'status', status: 500, method: 'DELETE', match: /sha256:(?!0{64})/ });
    world.registry.fail({ kind: 'status', status: 500, method: 'PUT', after: 1 });
    await world.gateway.query(
      'mutation { deleteTags(input: { registry: "r", repository: "app", tags: ["v1"] }) { userErrors { code } } }',
    );
    await world.gateway.crawl('r');
    const placeholder = world.registry.store.resolveTag('app', 'v1');
    const { data } = await world.gateway.query(
      '{ repository(registry: "r", name: "app") { tag(name: "v1") { digest } } }',
    );
    expect(data).toEqual({ repository: { tag: { digest: placeholder } } });
    expect(placeholder).not.toBe(a.digest);
    down.stop();
    world.registry.store.deleteManifest('app', placeholder!);
    world.gateway.wait(60);
    await world.gateway.crawl('r');
    expect((await world.history('v1')).map(({ digest, until }) => [digest, until])).toEqual([[a.digest, at(60)]]);
  });

  test('whatever is pushed, moved, deleted, put back and read, the history is what the readings saw', async () => {
    const tags = constantFrom('v1', 'v2');
    const step = oneof(
      record({ kind: constantFrom('push' as const), tag: tags, image: constantFrom(...images) }),
      record({ kind: constantFrom('delete' as const, 'restore' as const), tag: tags }),
      record({ kind: constantFrom('crawl' as const, 'notify' as const) }),
    );
    let restored = 0;
    await assert(
      asyncProperty(array(step, { minLength: 8, maxLength: 30, size: 'max' }), async (steps) => {
        await using world = await open({ flavour });
        const { store } = world.registry;
        // A repository without any tag would not be listed at first.
        seed(store, 'app', 'kept', a);
        await world.gateway.crawl('r');
        const present = new Map<string, { readonly digest: string; readonly since: number }>();
        const former: {
          readonly tag: string;
          readonly digest: string;
          readonly since: number;
          readonly until: number;
        }[] = [];
        const look = (now: number): void => {
          for (const tag of ['v1', 'v2']) {
            const [last, digest] = [present.get(tag), store.resolveTag('app', tag)];
            if (last?.digest === (digest ?? undefined)) continue;
            if (last) former.push({ tag, ...last, until: now });
            if (digest === null) present.delete(tag);
            else present.set(tag, { digest, since: now });
          }
        };
        const putBack = async (tag: string, now: number): Promise<void> => {
          const before = store.resolveTag('app', tag);
          const known = [present.get(tag), ...former.toReversed().filter((one) => one.tag === tag)];
          const wanted = known.find((one) => one && one.digest !== before)?.digest;
          // Before anything is written the tag is read where it is not known as it is.
          if (wanted) look(now);
          const { userErrors, previousDigest } = await restore(world, { tag, expectedDigest: before });
          expect([userErrors.map(({ code }) => code), previousDigest]).toEqual(
            wanted ? [[], before] : [['NOT_FOUND'], null],
          );
          expect(store.resolveTag('app', tag)).toBe(wanted ?? before);
          if (wanted) restored += 1;
          if (wanted) look(now);
        };
        let now = 0;
        for (const one of steps) {
          if (one.kind === 'push') seed(store, 'app', one.tag, one.image);
          else if (one.kind === 'delete') store.deleteTag('app', one.tag);
          else {
            world.gateway.wait(60);
            now += 60;
            if (one.kind === 'restore') await putBack(one.tag, now);
            else await (one.kind === 'crawl' ? world.gateway.crawl('r') : notify(world));
            if (one.kind !== 'restore') look(one.kind === 'crawl' ? now : now - 1);
          }
        }
        const describe = (tag: string, digest: string, since: string, until: string | null): string =>
          `${tag} ${digest} ${since} ${until}`;
        const history = (await world.history(null))
          .filter(({ tag }) => tag !== 'kept')
          .map(({ tag, digest, since, until }) => describe(tag, digest, since, until));
        const expected = [...present].map(([tag, { digest, since }]) => describe(tag, digest, at(since), null));
        expected.push(...former.map(({ tag, digest, since, until }) => describe(tag, digest, at(since), at(until))));
        expect(history.toSorted()).toEqual(expected.toSorted());
      }),
      { numRuns: 50 },
    );
    // Or the test would say little of it.
    expect(restored).toBeGreaterThan(5);
  });
});

interface HistoryPage {
  readonly totalCount: number;
  readonly pageInfo: { readonly endCursor: string };
  readonly nodes: readonly { readonly digest: string; readonly image: { readonly digest: string } }[];
}

test('tags and repositories that are gone are listed by all registries, and what is put back is not', async () => {
  await using world = await open({ flavour: '3.1' });
  const { registry, gateway } = world;
  for (const tag of ['v1', 'v2']) seed(registry.store, 'team/app', tag, images[0]);
  seed(registry.store, 'team/other', 'v1', images[1]);
  await gateway.crawl('r');
  for (const tag of ['v1', 'v2']) registry.store.deleteTag('team/app', tag);
  registry.store.deleteTag('team/other', 'v1');
  gateway.wait(31);
  await gateway.crawl('r');
  const read = async () => {
    const { data, codes } = await gateway.query<Record<'formerTags' | 'formerRepositories', { nodes: object[] }>>(
      '{ formerTags(registries: ["r"]) { nodes { repositoryName tag registry { name } } } ' +
        'formerRepositories(registry: "r") { nodes { name tagCount registry { name } } } }',
    );
    expect(codes).toEqual([]);
    return [data.formerTags.nodes, data.formerRepositories.nodes];
  };
  const of = { registry: { name: 'r' } };
  const [tags, repositories] = await read();
  expect(tags).toHaveLength(3);
  expect(tags).toContainEqual({ repositoryName: 'team/other', tag: 'v1', ...of });
  expect(repositories).toEqual([
    { name: 'team/app', tagCount: 2, ...of },
    { name: 'team/other', tagCount: 1, ...of },
  ]);
  const input = '{ registry: "r", repository: "team/app", tag: "v1" }';
  const restored = await gateway.query(`mutation { restoreTag(input: ${input}) { userErrors { code } } }`);
  expect(restored.data).toEqual({ restoreTag: { userErrors: [] } });
  const [left, others] = await read();
  expect(left).toHaveLength(2);
  expect(others).toEqual([{ name: 'team/other', tagCount: 1, ...of }]);
});

test('of a tag that moves again and again the last hundred are kept, page after page', async () => {
  await using world = await open();
  const { store } = world.registry;
  const content = Array.from({ length: 106 }, (_, n) => buildImage({ labels: { moved: `${n}` } }));
  seed(store, 'app', 'v2', a);
  for (const image of content) {
    seed(store, 'app', 'v1', image);
    await world.gateway.crawl('r');
    world.gateway.wait(60);
  }
  const digests: string[] = [];
  const query = `query ($after: String) { repository(registry: "r", name: "app") { tag(name: "v1")
  { history(first: 40, after: $after) {
    totalCount pageInfo { endCursor } nodes { digest image { digest } } } } } }`;
  for (let after: string | null = null, pages = 0; pages < 3; pages++) {
    const answer: Answer<{ repository: { tag: { history: HistoryPage } } }> = await world.gateway.query(query, {
      after,
    });
    expect(answer.codes).toEqual([]);
    const { totalCount, pageInfo, nodes } = answer.data.repository.tag.history;
    expect(totalCount).toBe(101);
    expect(nodes.map(({ image }) => image.digest)).toEqual(nodes.map(({ digest }) => digest));
    digests.push(...nodes.map(({ digest }) => digest));
    after = pageInfo.endCursor;
  }
  expect(digests).toEqual(
    content
      .toReversed()
      .slice(0, 101)
      .map(({ digest }) => digest),
  );
  expect(await world.history('v2')).toHaveLength(1);
  for (const wrong of ['tag: "v2"', 'formerOnly: true', 'tag: "../v1"']) {
    const { codes } = await world.gateway.query(
      `{ repository(registry: "r", name: "app") { tagHistory(${wrong}, after: ` +
        `"${Buffer.from('["history:x",1,1]').toString('base64url')}") { nodes { tag } } } }`,
    );
    expect(codes).toEqual(['BAD_USER_INPUT']);
  }
});

test('a list of images of a history is read in one go', async () => {
  await using world = await open();
  for (const image of images) {
    seed(world.registry.store, 'app', 'v1', image);
    await world.gateway.crawl('r');
    world.gateway.wait(60);
  }
  const session = world.gateway.catalogue.open(null);
  const { data } = await world.gateway.query<{
    registry: { tagHistory: { nodes: { image: { digest: string } | null }[] } };
  }>('{ registry(name: "r") { tagHistory(repository: "app") { nodes { image { digest } } } } }');
  expect(data.registry.tagHistory.nodes.map(({ image }) => image?.digest)).toEqual(
    images.toReversed().map(({ digest }) => digest),
  );
  expect(await session.loaders.imageByDigest.loadMany([a.digest, `sha256:${'1'.repeat(64)}` as Digest])).toMatchObject([
    { digest: a.digest },
    null,
  ]);
});

test('the history is there after a restart', async () => {
  using folder = createFolder();
  const url = `sqlite:${folder.file('gateway.db')}`;
  const first = await openDatabase(url);
  const registryId = await addRegistry(first.kysely, 'r');
  const tags = new TagStore(first);
  const key = await addRepository(first.kysely, registryId, 'app');
  const image = await addImage(first.kysely, fakeDigest(1));
  await addTags(first.kysely, key, [{ name: 'v1', image_id: image }, { name: 'v2' }]);
  await tags.applyNames(key, [], { at: new Date(5), source: 'CHANGE_SEEN' });
  await first.close();
  const second = await openDatabase(url);
  const place = { registryId, repository: 'app' as RepositoryName, tag: null };
  const [page] = await createRevisionStore(second.kysely).list([place], true, { first: 10, after: null });
  // What never pointed to anything has no history.
  expect(page!.items).toMatchObject([{ tag: 'v1', digest: fakeDigest(1), since: new Date(0), until: new Date(5) }]);
  await second.close();
});

test('where tags of ever new names come and go, the latest of the repository are kept', async () => {
  await using database = await openMemory();
  const db = database.kysely;
  const registryId = await addRegistry(db, 'r');
  const keys = [await addRepository(db, registryId, 'app'), await addRepository(db, registryId, 'other')];
  const image = await addImage(db, fakeDigest(1));
  for (const key of keys) {
    await addTags(
      db,
      key,
      Array.from({ length: 8 }, (_, n) => ({ name: `v${n}`, image_id: image })),
    );
    await new TagStore(database).applyNames(key, [], { at: new Date(5), source: 'CHANGE_SEEN' });
  }
  await boundHistory(db, keys[0]!, 3);
  const kept = async (repository: string): Promise<string[]> =>
    (
      await plainly(db)
        .selectFrom('tag_revision')
        .select('tag')
        .where('repository', '=', repository)
        .orderBy('id')
        .execute()
    ).map(({ tag }) => tag);
  expect(await kept('app')).toEqual(['v5', 'v6', 'v7']);
  expect(await kept('other')).toHaveLength(8);
});
