import { type FastifyInstance } from 'fastify';
import { createManualTimer } from '../support/timer.js';
import { openWorld, type World, type WorldOptions } from '../support/worlds/world.js';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { parseRegistryName } from '../../src/domain/name.js';
import { ask, get, serveSurfaces } from '../support/worlds/surfaces.js';

interface SurfaceWorld extends World {
  readonly server: FastifyInstance;
  readonly generation: { value: number };
  /** How many operations were run, and which registries hits were reported for. */
  readonly runs: string[];
  readonly hits: string[][];
}

const page = '{ registry(name: "local") { name repositories { nodes { name tags { nodes { name digest size } } } } } }';

/** The whole surface on a memory registry. Who asks is in the header `x-access-token`, as `name=role role`. */
async function open(options: WorldOptions = {}): Promise<SurfaceWorld> {
  const world = await openWorld({}, { name: 'local', ...options });
  const { registry, gateway } = world;
  seed(registry.store, 'app', 'v1', buildImage({ labels: { v: '1' } }));
  seed(registry.store, 'library/registry', 'v1', buildImage({ labels: { v: '2' } }));
  const { id } = (await gateway.registries.findByName(parseRegistryName('local')))!;
  await gateway.crawl('local');
  const generation = { value: 1 };
  const runs: string[] = [];
  const hits: string[][] = [];
  const onHit = (touched: readonly string[]): void => void hits.push([...touched]);
  const server = await serveSurfaces(gateway, { generation, runs, onHit, touched: id });
  return {
    ...world,
    server,
    generation,
    runs,
    hits,
    async [Symbol.asyncDispose]() {
      await server.close();
      await world[Symbol.asyncDispose]();
    },
  };
}

describe('GraphQL', () => {
  it('keeps an answer that shows when a registry is read next for as long as that is so', async () => {
    await using world = await open();
    const planned = '{ registry(name: "local") { freshness { nextAttemptAt } } }';
    await ask(world.server, planned);
    const ran = world.runs.length;
    await ask(world.server, planned);
    expect(world.runs.length).toBe(ran);
    // It finds nothing new, and changes when the next one is.
    await world.gateway.crawl('local');
    await ask(world.server, planned);
    expect(world.runs.length).toBe(ran + 1);
  });

  it('keeps an answer that shows how old a registry is for as long as that is so, whenever it is read next', async () => {
    await using world = await open();
    const shown = '{ registry(name: "local") { freshness { state } } }';
    await ask(world.server, shown);
    const ran = world.runs.length;
    world.gateway.catalogue.sync.start();
    await ask(world.server, shown);
    expect(world.runs.length).toBe(ran);
  });

  it('gives a repeated query the same bytes without running it, until the data changes', async () => {
    await using world = await open();
    await ask(world.server, page);
    const first = await ask(world.server, page, { viewer: 'ann=admin' });
    const ran = world.runs.length;
    const second = await ask(world.server, page, { viewer: 'bob=admin' });
    expect(second).toMatchObject({ status: 200, body: first.body });
    expect(second.headers['content-type']).toBe(first.headers['content-type']);
    expect(world.runs.length).toBe(ran);
    expect(world.hits).toHaveLength(1);
    expect(world.hits[0]).toHaveLength(1);
    world.generation.value += 1;
    await ask(world.server, page, { viewer: 'bob=admin' });
    expect(world.runs.length).toBe(ran + 1);
  });

  it('never gives an answer to someone with other rights, to nobody, or to a bad token', async () => {
    await using world = await open();
    await ask(world.server, page, { viewer: 'ann=admin' });
    expect(world.runs).toHaveLength(1);
    await ask(world.server, page, { viewer: 'bob=' });
    expect(world.runs).toHaveLength(2);
    expect(await ask(world.server, page, { viewer: null })).toMatchObject({ status: 401 });
    const refused = await ask(world.server, page, { viewer: 'x' });
    expect(refused.status).toBe(401);
    expect(JSON.parse(refused.body)).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    expect(world.hits).toEqual([]);
  });

  it.each([
    [
      'freshness of what the index confirms',
      '{ registry(name: "local") { repositories { nodes { freshness { state } } } } }',
    ],
    ['freshness of sources', '{ repositories { sources { freshness { state } } } }'],
    ['health', '{ registry(name: "local") { health { reachable } } }'],
    ['who asks', '{ viewer { username } }'],
    ['freshness in a fragment', '{ repositories { nodes { ...F } } } fragment F on Repository { freshness { state } }'],
    ['an error', '{ registry(name: "nope") { name } }'],
    [
      'a mutation',
      'mutation { removeRegistry(input: { id: "00000000-0000-4000-8000-000000000000" }) { removedRegistryId } }',
    ],
  ])('does not keep %s', async (_what, query) => {
    await using world = await open();
    for (let use = 0; use < 3; use++) await ask(world.server, query, { viewer: 'ann=admin' });
    expect(world.runs).toHaveLength(3);
  });

  it.each([
    ['a repository', '{ repository(registry: "local", name: "app") { name size tag(name: "v1") { digest } } }'],
    [
      'a repository of a registry',
      '{ registry(name: "local") { repository(name: "app") { tags { nodes { name } } } } }',
    ],
    ['the freshness of a registry', '{ registries { freshness { state confirmedAt } } }'],
  ])('keeps %s until it is due', async (_what, query) => {
    await using world = await open();
    const runsAfter = async (): Promise<unknown> => {
      await ask(world.server, query);
      return world.runs.length;
    };
    expect(await runsAfter()).toBe(1);
    world.gateway.wait(29);
    expect(await runsAfter()).toBe(1);
    world.gateway.wait(1);
    expect(await runsAfter()).toBe(2);
    // A clock that was set back says nothing of what has been since.
    world.gateway.wait(-3600);
    expect(await runsAfter()).toBe(3);
  });

  it('tells variables, operation names and accepted types apart', async () => {
    await using world = await open();
    const query = 'query A($n: String!) { registry(name: $n) { name } }';
    const viewer = 'ann=admin';
    await ask(world.server, query, { viewer, variables: { n: 'local' } });
    await ask(world.server, query, { viewer, variables: { n: 'nope' } });
    const other = await ask(world.server, query, {
      viewer,
      variables: { n: 'local' },
      headers: { accept: 'application/graphql-response+json' },
    });
    expect(other.headers['content-type']).toContain('application/graphql-response+json');
    expect(world.runs).toHaveLength(3);
  });

  it('runs a kept query again for a client that says no-cache', async () => {
    await using world = await open();
    const viewer = 'ann=admin';
    await ask(world.server, page, { viewer });
    await ask(world.server, page, { viewer });
    expect(world.runs).toHaveLength(1);
    await ask(world.server, page, { viewer, headers: { 'cache-control': 'no-cache' } });
    expect(world.runs).toHaveLength(2);
  });

  it('answers 304 to a GET whose client has the same bytes, also when it had to run the query', async () => {
    await using world = await open();
    const viewer = 'ann=admin';
    const first = await ask(world.server, page, { viewer, method: 'GET' });
    expect(first.headers).toMatchObject({
      etag: expect.stringMatching(/^"[\w-]{43}"$/) as unknown,
      'cache-control': 'private, no-cache',
      vary: expect.stringContaining('authorization, x-access-token') as unknown,
    });
    const etag = String(first.headers['etag']);
    for (const sent of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
      expect(
        await ask(world.server, page, { viewer, method: 'GET', headers: { 'if-none-match': sent } }),
      ).toMatchObject({ status: 304, body: '', headers: { etag } });
    }
    world.generation.value += 1;
    expect(await ask(world.server, page, { viewer, method: 'GET', headers: { 'if-none-match': etag } })).toMatchObject({
      status: 304,
    });
    seed(world.registry.store, 'app', 'v2', buildImage({ labels: { v: '3' } }));
    world.gateway.wait(60);
    await world.gateway.crawl('local');
    world.generation.value += 1;
    const third = await ask(world.server, page, { viewer, method: 'GET', headers: { 'if-none-match': etag } });
    expect(third.status).toBe(200);
    expect(third.headers['etag']).not.toBe(etag);
  });

  it('does not answer a GET that could be forged by a page with what an honest one got', async () => {
    await using world = await open();
    await ask(world.server, page, { viewer: 'ann=admin', method: 'GET' });
    expect(
      await ask(world.server, page, {
        viewer: 'ann=admin',
        method: 'GET',
        headers: { 'apollo-require-preflight': '' },
      }),
    ).toMatchObject({ status: 400 });
  });
});

describe('REST', () => {
  const list = '/api/registries/local/repositories';

  it('keeps the body, and computes Age and X-Registry-Stale each time', async () => {
    await using world = await open();
    const first = await get(world.server, list);
    expect(first.status).toBe(200);
    expect(first.headers['age']).toBeDefined();
    const second = await get(world.server, list);
    expect(second).toMatchObject({
      status: 200,
      body: first.body,
      headers: { etag: first.headers['etag'], 'content-type': 'application/json; charset=utf-8' },
    });
    expect(second.headers['age']).toBeDefined();
    expect(world.runs.filter((name) => name === 'RestFreshness')).toHaveLength(1);
    expect(world.hits).toHaveLength(1);
  });

  it('tells of a registry, and of a repository of it, when it is read next, with a kept body as of now', async () => {
    await using world = await open({ timer: createManualTimer() });
    const told = async (url: string): Promise<unknown> =>
      (await get(world.server, url)).headers['x-registry-next-attempt'];
    // Nothing is planned before the schedule starts.
    expect(await told(list)).toBeUndefined();
    world.gateway.catalogue.sync.start();
    world.gateway.wait(1);
    const planned = 'Fri, 02 Jan 2026 03:09:05 GMT';
    expect([await told(list), await told(`${list}/library/registry`)]).toEqual([planned, planned]);
    world.gateway.wait(10);
    await world.gateway.crawl('local');
    const hits = world.hits.length;
    const later = 'Fri, 02 Jan 2026 03:09:16 GMT';
    expect([await told(list), await told(`${list}/library/registry`)]).toEqual([later, later]);
    expect(world.hits.length).toBeGreaterThan(hits);
  });

  it('answers 304 to GET and HEAD, with the headers of a full answer', async () => {
    await using world = await open();
    const { headers } = await get(world.server, list);
    const same = { 'if-none-match': String(headers['etag']) };
    expect(await get(world.server, list, same)).toMatchObject({
      status: 304,
      body: '',
      headers: { etag: headers['etag'], age: expect.anything() as unknown },
    });
    expect(await get(world.server, list, same, 'HEAD')).toMatchObject({ status: 304 });
    expect(await get(world.server, list, {}, 'HEAD')).toMatchObject({
      status: 200,
      body: '',
      headers: { etag: headers['etag'] },
    });
  });

  it('keeps a single repository until it is due, and tells its age as of now', async () => {
    await using world = await open();
    const url = `${list}/library/registry`;
    const first = await get(world.server, url);
    world.gateway.wait(10);
    const second = await get(world.server, url, { 'if-none-match': String(first.headers['etag']) });
    expect(second).toMatchObject({ status: 304, headers: { etag: first.headers['etag'], age: '10' } });
    expect(world.hits).toHaveLength(1);
    world.gateway.wait(19);
    await get(world.server, url);
    expect(world.hits).toHaveLength(2);
    const asked = world.registry.requests.length;
    world.gateway.wait(1);
    expect(await get(world.server, url)).toMatchObject({ status: 200, body: first.body, headers: { age: '0' } });
    expect(world.registry.requests.length).toBeGreaterThan(asked);
    expect(world.hits).toHaveLength(2);
  });

  it('looks each time for what a name without a namespace stands before', async () => {
    await using world = await open();
    for (const name of ['app', 'library/app']) {
      const first = await get(world.server, `${list}/${name}`);
      expect(first.headers['age']).toBeDefined();
      expect(
        await get(world.server, `${list}/${name}`, { 'if-none-match': String(first.headers['etag']) }),
      ).toMatchObject({ status: 304 });
    }
    expect(world.hits).toEqual([]);
  });

  it('keeps no error, and says no-store of none', async () => {
    await using world = await open();
    for (let use = 0; use < 2; use++) expect((await get(world.server, '/api/registries/nope')).status).not.toBe(200);
    expect(world.hits).toEqual([]);
  });
});
