import { parseRegistryAddress } from '../../src/domain/registry.js';
import { rows } from '../support/run/amount.js';
import { createTestCatalogue } from '../support/worlds/catalogue.js';
import { describeWith, startDistribution } from '../support/servers/distribution.js';
import { at, images, open, restore, type HistoryWorld } from '../support/worlds/history.js';
import { push, seed, send } from '../support/content/push.js';
import type { Flavour } from '../support/registry/options.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';

const [a, b, c] = images;

/** Requests that change something; the probe names nothing. */
function writes(registry: MemoryRegistry): string[] {
  return registry.requests
    .filter(({ method, path }) => method !== 'GET' && method !== 'HEAD' && !path.endsWith('0'.repeat(64)))
    .map(({ method, path }) => `${method} ${path}`);
}

describe.each<Flavour>(rows(['2.8', '3.1'], 1))('putting a tag back, on a registry like distribution %s', (flavour) => {
  /** v1 has been on a, then on b; v2 is on a. */
  async function openMoved(): Promise<HistoryWorld> {
    const world = await open({ flavour });
    for (const tag of ['v1', 'v2']) seed(world.registry.store, 'app', tag, a);
    await world.gateway.crawl('r');
    world.gateway.wait(60);
    seed(world.registry.store, 'app', 'v1', b);
    await world.gateway.crawl('r');
    world.gateway.wait(60);
    return world;
  }

  test('a tag that was moved goes back to its former image, from the digest it is known to be on', async () => {
    await using world = await openMoved();
    expect(await restore(world, { expectedDigest: b.digest })).toEqual({
      tag: { name: 'v1', digest: a.digest },
      previousDigest: b.digest,
      userErrors: [],
    });
    expect(writes(world.registry)).toEqual(['PUT /v2/app/manifests/v1']);
    expect(world.registry.store.findManifest('app', 'v1')).toEqual({
      digest: a.digest,
      mediaType: a.mediaType,
      bytes: a.bytes,
    });
    expect((await world.history('v1')).map(({ digest, until }) => [digest, until])).toEqual([
      [a.digest, null],
      [b.digest, at(120)],
      [a.digest, at(60)],
    ]);
    expect((await restore(world, { expectedDigest: a.digest })).tag).toEqual({ name: 'v1', digest: b.digest });
  });

  test('a tag that is there already is left as it is, whoever put it there', async () => {
    await using world = await openMoved();
    const back = { digest: a.digest, expectedDigest: b.digest };
    for (const previousDigest of [b.digest, a.digest])
      expect(await restore(world, back)).toEqual({
        tag: { name: 'v1', digest: a.digest },
        previousDigest,
        userErrors: [],
      });
    expect(writes(world.registry)).toHaveLength(1);
  });

  test('a tag that was deleted without its siblings comes back, also when nobody has read since', async () => {
    await using world = await openMoved();
    seed(world.registry.store, 'app', 'kept', a);
    await world.gateway.query(
      'mutation { deleteTags(input: { registry: "r", repository: "app", tags: ["v2"] }) { userErrors { message } } }',
    );
    world.gateway.wait(60);
    seed(world.registry.store, 'app', 'v3', b);
    await world.gateway.crawl('r');
    world.gateway.wait(60);
    world.registry.store.deleteTag('app', 'v3');
    for (const [tag, { digest }] of [
      ['v2', a],
      ['v3', b],
    ] as const) {
      expect(await restore(world, { tag })).toEqual({
        tag: { name: tag, digest },
        previousDigest: null,
        userErrors: [],
      });
      expect(world.registry.store.resolveTag('app', tag)).toBe(digest);
    }
    expect((await world.history('v3')).map(({ digest, since, until }) => [digest, since, until])).toEqual([
      [b.digest, at(240), null],
      [b.digest, at(180), at(240)],
    ]);
  });

  test('what nobody has read yet is in the history before it is taken off', async () => {
    await using world = await openMoved();
    seed(world.registry.store, 'app', 'v1', c);
    expect((await restore(world, { digest: a.digest, expectedDigest: c.digest })).previousDigest).toBe(c.digest);
    expect((await world.history('v1')).map(({ digest }) => digest)).toEqual([a.digest, c.digest, b.digest, a.digest]);
  });

  test('a tag of a repository that is no longer listed comes back with it', async () => {
    await using world = await openMoved();
    for (const tag of ['v1', 'v2']) world.registry.store.deleteTag('app', tag);
    const unlisted = world.registry.fail({ kind: 'namesNull', match: /_catalog/ });
    for (let times = 0; times < 2; times++) {
      await world.gateway.crawl('r');
      world.gateway.wait(60);
    }
    expect(await world.gateway.database.kysely.selectFrom('repository').selectAll().execute()).toEqual([]);
    expect(await restore(world, { tag: 'v2' })).toMatchObject({ tag: { digest: a.digest }, userErrors: [] });
    unlisted.stop();
    expect(world.registry.store.resolveTag('app', 'v2')).toBe(a.digest);
  });

  test('an answer that was lost is read back', async () => {
    await using world = await openMoved();
    world.registry.fail({ kind: 'reset', executed: true, method: 'PUT', times: 1 });
    expect(await restore(world, { expectedDigest: b.digest })).toMatchObject({
      tag: { digest: a.digest },
      userErrors: [],
    });
    world.registry.fail({ kind: 'status', status: 500, method: 'PUT' });
    expect(await restore(world, { expectedDigest: a.digest })).toMatchObject({
      tag: null,
      userErrors: [{ code: 'UPSTREAM_ERROR' }],
    });
    expect(world.registry.store.resolveTag('app', 'v1')).toBe(a.digest);
  });

  test.each<[string, object, string]>([
    ['a tag that is there, without saying where it is', {}, 'BAD_USER_INPUT'],
    ['a tag that is elsewhere than is said', { expectedDigest: c.digest }, 'CHANGED_SINCE_PLAN'],
    ['a tag that is gone, said to be there', { tag: 'v3', expectedDigest: b.digest }, 'CHANGED_SINCE_PLAN'],
    ['a digest that nobody ever saw', { expectedDigest: b.digest, digest: c.digest }, 'NOT_FOUND'],
    ['the digest of another tag', { tag: 'v2', expectedDigest: a.digest, digest: b.digest }, 'NOT_FOUND'],
    ['a tag that was never elsewhere', { tag: 'v2', expectedDigest: a.digest }, 'NOT_FOUND'],
    ['a tag that never was', { tag: 'v4' }, 'NOT_FOUND'],
    ['a repository that never was', { repository: 'none' }, 'NOT_FOUND'],
    ['a registry that is not attached', { registry: 'none' }, 'NOT_FOUND'],
    ['what is no tag', { tag: '../v1' }, 'BAD_USER_INPUT'],
    ['what is no repository', { repository: '../app' }, 'BAD_USER_INPUT'],
  ])('%s is refused, and nothing is written', async (_what, input, code) => {
    await using world = await openMoved();
    seed(world.registry.store, 'app', null, c);
    seed(world.registry.store, 'app', 'v3', b);
    await world.gateway.crawl('r');
    world.registry.store.deleteTag('app', 'v3');
    expect(await restore(world, input)).toMatchObject({ tag: null, previousDigest: null, userErrors: [{ code }] });
    expect(writes(world.registry)).toEqual([]);
  });

  test('what the registry no longer has is refused, and nothing is written', async () => {
    await using world = await openMoved();
    world.registry.store.deleteManifest('app', a.digest);
    const { userErrors } = await restore(world, { expectedDigest: b.digest });
    expect(userErrors).toMatchObject([
      { code: 'NOT_FOUND', message: expect.stringContaining('no longer has') as unknown },
    ]);
    expect(await restore(world, { tag: 'v2' })).toMatchObject({ userErrors: [{ code: 'NOT_FOUND' }] });
    expect(writes(world.registry)).toEqual([]);
  });

  test('a push that comes while the image is fetched stays, and nothing is written', async () => {
    await using world = await openMoved();
    const { store } = world.registry;
    const pushWhileFetched = (): boolean => {
      seed(store, 'app', 'v1', c);
      return false;
    };
    world.registry.fail({
      kind: 'hang',
      method: 'GET',
      match: (request) => request.path.endsWith(a.digest) && pushWhileFetched(),
    });
    expect((await restore(world, { expectedDigest: b.digest })).userErrors).toMatchObject([
      { code: 'CHANGED_SINCE_PLAN', message: expect.stringContaining('Nothing was touched') as unknown },
    ]);
    expect(store.resolveTag('app', 'v1')).toBe(c.digest);
    expect(writes(world.registry)).toEqual([]);
  });

  test('other bytes than the digest names are not put under a tag', async () => {
    await using world = await openMoved();
    world.registry.fail({ kind: 'wrongBytes', method: 'GET', match: new RegExp(a.digest) });
    expect((await restore(world, { expectedDigest: b.digest })).userErrors).toMatchObject([
      { code: 'UPSTREAM_DIGEST_MISMATCH' },
    ]);
    expect(writes(world.registry)).toEqual([]);
  });

  test('readers may not, nobody may what is protected, nor in a registry that is read-only here: nothing is written', async () => {
    await using world = await openMoved();
    expect((await restore(world, { expectedDigest: b.digest }, 'registries:ro')).userErrors).toMatchObject([
      { code: 'FORBIDDEN' },
    ]);
    const { id } = (await world.gateway.registries.list())[0]!;
    await world.gateway.registries.setProtection(id, { protection: [{ repository: 'app', tag: 'v1' }] });
    expect((await restore(world, { expectedDigest: b.digest })).userErrors).toMatchObject([{ code: 'PROTECTED' }]);
    await world.gateway.registries.setProtection(id, { readOnly: true });
    expect((await restore(world, { expectedDigest: b.digest })).userErrors).toMatchObject([{ code: 'READ_ONLY' }]);
    expect(writes(world.registry)).toEqual([]);
  });

  test('what is protected and gone comes back all the same', async () => {
    await using world = await openMoved();
    const { id } = (await world.gateway.registries.list())[0]!;
    await world.gateway.registries.setProtection(id, { protection: [{ repository: 'app', tag: '*' }] });
    world.registry.store.deleteTag('app', 'v1');
    expect((await restore(world, { digest: a.digest })).userErrors).toEqual([]);
    expect(world.registry.store.resolveTag('app', 'v1')).toBe(a.digest);
  });

  test('a registry in its own maintenance mode is told from one that refuses, and changes nothing', async () => {
    await using world = await openMoved();
    await using same = await createMemoryRegistry({ flavour, readOnly: true, store: world.registry.store });
    const { id } = (await world.gateway.registries.list())[0]!;
    await world.gateway.registries.update(id, { addr: parseRegistryAddress(same.url) });
    world.gateway.catalogue.clients.forget(id);
    expect((await restore(world, { expectedDigest: b.digest })).userErrors).toMatchObject([{ code: 'READ_ONLY' }]);
    expect(same.store.resolveTag('app', 'v1')).toBe(b.digest);
  });
});

describeWith('docker-registry', 'on a real docker-registry', () => {
  test('a tag that was deleted without its sibling is served again with the same bytes; one whose image went with it is not', async () => {
    const registry = await startDistribution();
    try {
      await using gateway = await createTestCatalogue();
      await gateway.attach('r', registry.url);
      for (const tag of ['v1', 'v2']) await push(registry.url, 'app', tag, a);
      await push(registry.url, 'app', 'v3', b);
      await gateway.crawl('r');
      const { data } = await gateway.query(
        'mutation { deleteTags(input: { registry: "r", repository: "app", tags: ["v1", "v3"] }) { userErrors { ' +
          'message } } }',
      );
      expect(data).toEqual({ deleteTags: { userErrors: [] } });
      const url = `${registry.url}/v2/app/manifests/v1`;
      const accept = { Accept: a.mediaType };
      expect((await send('GET', url, {}, accept)).status).toBe(404);
      expect(await restore({ gateway })).toEqual({
        tag: { name: 'v1', digest: a.digest },
        previousDigest: null,
        userErrors: [],
      });
      const { status, headers, body } = await send('GET', url, {}, accept);
      expect([status, headers['docker-content-digest'], headers['content-type'], body]).toEqual([
        200,
        a.digest,
        a.mediaType,
        a.bytes,
      ]);
      expect(await restore({ gateway }, { tag: 'v3' })).toMatchObject({ userErrors: [{ code: 'NOT_FOUND' }] });
      const tags = await send('GET', `${registry.url}/v2/app/tags/list`);
      expect((JSON.parse(String(tags.body)) as { tags: string[] }).tags.toSorted()).toEqual(['v1', 'v2']);
    } finally {
      await registry.close();
    }
  });

  test('a tag that was moved goes back', async () => {
    const registry = await startDistribution();
    try {
      await using gateway = await createTestCatalogue();
      await gateway.attach('r', registry.url);
      for (const image of [a, b]) {
        await push(registry.url, 'app', 'v1', image);
        await gateway.crawl('r');
        gateway.wait(60);
      }
      expect(await restore({ gateway }, { expectedDigest: b.digest })).toMatchObject({
        tag: { digest: a.digest },
        previousDigest: b.digest,
        userErrors: [],
      });
      expect(
        (await send('HEAD', `${registry.url}/v2/app/manifests/v1`, {}, { Accept: a.mediaType })).headers[
          'docker-content-digest'
        ],
      ).toBe(a.digest);
    } finally {
      await registry.close();
    }
  });
});
