import { createForcedReads } from '../../src/catalogue/sync/forcedreads.js';
import type { RepositoryName } from '../../src/domain/name.js';
import type { TestGateway } from '../support/worlds/gateway.js';
import { openServedWorld, type World } from '../support/worlds/world.js';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { done } from '../accounts/principals.js';
import { createManualTimer, letRun, type ManualTimer, until } from '../support/timer.js';

interface ForcingWorld extends World<TestGateway> {
  readonly timer: ManualTimer;
  readonly ids: { readonly registry: string; readonly app: string };
  /** Requests to the registry, token requests and HEADs included, that the work causes. */
  readonly count: (work: () => Promise<unknown>) => Promise<number>;
}

const image = buildImage();
const app = 'team/app' as RepositoryName;
const refresh = 'mutation ($id: ID!) { refresh(input: { id: $id, wait: true }) { job { id } userErrors { code } } }';
const noCache = { headers: { 'cache-control': 'no-cache' } };

async function open(): Promise<ForcingWorld> {
  const timer = createManualTimer();
  const world = await openServedWorld({}, { timer });
  const { registry, gateway } = world;
  for (let n = 0; n < 5; n++) seed(registry.store, app, `v${n}`, buildImage({ labels: { n: String(n) } }));
  seed(registry.store, 'team/tool', 'v1', image);
  await gateway.attach('local', registry.url);
  await gateway.crawl('local');
  const { body } = await gateway.graphql<{ registry: { id: string; repository: { id: string } } }>(
    '{ registry(name: "local") { id repository(name: "team/app") { id } } }',
  );
  const { id, repository } = body.data!.registry;
  const count: ForcingWorld['count'] = async (work) => {
    const before = registry.requests.length;
    await work();
    return registry.requests.length - before;
  };
  return {
    ...world,
    timer,
    ids: { registry: id, app: repository.id },
    count,
  };
}

const times = <T>(n: number, work: (n: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: n }, (_, at) => work(at)));

test.each<[string, (world: ForcingWorld, n: number) => Promise<unknown>, (world: ForcingWorld) => Promise<unknown>]>([
  [
    'refresh of a registry',
    ({ gateway, ids }) => gateway.graphql(refresh, { id: ids.registry }),
    ({ gateway }) => gateway.crawl('local'),
  ],
  [
    'no-cache over REST and GraphQL',
    ({ gateway }, n) =>
      n % 2
        ? gateway.rest('GET', '/api/registries/local/repositories', noCache)
        : gateway.graphql('{ repositories(first: 5) { nodes { name } } }', {}, noCache),
    ({ gateway }) => gateway.crawl('local'),
  ],
])(
  '25 calls of %s, at once or one after the other, and of a reader, cost what one crawl does',
  async (_what, call, one) => {
    await using world = await open();
    const crawl = await world.count(() => one(world));
    expect(await world.count(() => times(25, (n) => call(world, n)))).toBe(crawl);
    const serially = async (): Promise<void> => {
      for (let n = 0; n < 25; n++) await call(world, n);
    };
    expect(await world.count(serially)).toBe(0);
    const later = async (): Promise<void> => {
      await world.timer.advance(10_000);
      await serially();
    };
    expect(await world.count(later)).toBe(crawl);
  },
);

test('25 reads of one repository that are forced cost what one does, whatever they are forced by, and those of another are its own', async () => {
  await using world = await open();
  const { gateway, ids, count, timer } = world;
  const one = await count(() => gateway.graphql(refresh, { id: ids.app }));
  expect(one).toBeGreaterThan(0);
  const repository = (name: string) =>
    gateway.graphql(`{ registry(name: "local") { repository(name: "${name}") { tagCount } } }`, {}, noCache);
  expect(
    await count(() => times(25, (n) => (n % 2 ? repository(app) : gateway.graphql(refresh, { id: ids.app })))),
  ).toBe(0);
  expect(await count(() => repository('team/tool'))).toBeGreaterThan(0);
  const later = async (): Promise<void> => {
    await timer.advance(10_000);
    await times(25, () => repository(app));
  };
  expect(await count(later)).toBe(one);
});

test('who sees by grants alone has no registry read whole, over REST or GraphQL, and is told what is known', async () => {
  await using world = await open();
  const { gateway, count } = world;
  const grants = [{ registry: 'local', repositories: 'team/*', right: 'READ' }];
  const { secret } = await done<{ secret: string }>(gateway, 'createToken', { grants }, 'secret');
  const narrowed = { ...noCache, access: `admin:${secret}` };
  const query = '{ repositories { totalCount } }';
  const read = async (): Promise<void> => {
    const { body } = await gateway.graphql(query, {}, narrowed);
    expect(body.data).toEqual({ repositories: { totalCount: 2 } });
    expect((await gateway.rest('GET', '/api/registries/local/repositories', narrowed)).status).toBe(200);
  };
  expect(await count(read)).toBe(0);
  expect(await count(() => gateway.graphql(query, {}, noCache))).toBeGreaterThan(0);
});

test('a refresh that comes too soon names the job that read last, and answers with what that read', async () => {
  await using world = await open();
  const { gateway, registry, ids, timer } = world;
  const ask = async () =>
    (await gateway.graphql<{ refresh: { job: { id: string }; userErrors: unknown[] } }>(refresh, { id: ids.registry }))
      .body.data!.refresh;
  const first = await ask();
  seed(registry.store, 'team/new', 'v1', image);
  expect(await ask()).toEqual(first);
  expect(await ask()).toEqual(first);
  await timer.advance(10_000);
  expect((await ask()).job.id).not.toBe(first.job.id);
});

test('a registry that was to be refreshed too soon is read once more when the ten seconds are over', async () => {
  await using world = await open();
  const { gateway, registry, ids, timer } = world;
  await gateway.graphql(refresh, { id: ids.registry });
  seed(registry.store, 'team/new', 'v1', image);
  await gateway.graphql(refresh, { id: ids.registry });
  const tags = async () =>
    (
      await gateway.graphql<{ registry: { repositories: { nodes: { name: string }[] } } }>(
        '{ registry(name: "local") { repositories { nodes { name } } } }',
      )
    ).body.data!.registry.repositories.nodes.map(({ name }) => name);
  expect(await tags()).not.toContain('team/new');
  await timer.advance(10_000);
  await until(async () => (await tags()).includes('team/new'));
});

test('what was deleted through the gateway since the last forced read is read anew', async () => {
  await using world = await open();
  const { gateway, ids, count } = world;
  await gateway.graphql(refresh, { id: ids.registry });
  await gateway.graphql(refresh, { id: ids.app });
  expect((await gateway.rest('DELETE', '/api/registries/local/repositories/team/app')).status).toBe(204);
  expect(await count(() => gateway.graphql(refresh, { id: ids.registry }))).toBeGreaterThan(0);
});

describe('createForcedReads', () => {
  const begun = () => {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    return { begin: () => ({ given: promise, ended: promise }), resolve, reject };
  };

  it('joins one under way, and rests ten seconds from its end', async () => {
    const timer = createManualTimer();
    const forced = createForcedReads(timer);
    const [first, second, third] = [begun(), begun(), begun()];
    const { given } = forced.run('r', app, first.begin);
    await timer.advance(60_000);
    expect([forced.run('r', app, second.begin).given === given, forced.hasEnded('r', app)]).toEqual([true, false]);
    first.resolve(1);
    await letRun();
    await timer.advance(9_999);
    expect([forced.run('r', app, second.begin).given === given, forced.hasEnded('r', app)]).toEqual([true, true]);
    await timer.advance(1);
    expect([forced.hasEnded('r', app), forced.run('r', app, third.begin).given === given]).toEqual([false, false]);
  });

  it.each<[string, (forced: ReturnType<typeof createForcedReads>) => void, string]>([
    ['a registry that was changed', (forced) => forced.forget('r'), ''],
    ['a repository that was deleted from', (forced) => forced.noteChange('r', app), 'team/tool'],
    ['another registry', (forced) => forced.forget('q'), 'registry team/app team/tool'],
  ])('forgets what concerns %s', async (_what, change, left) => {
    const forced = createForcedReads(createManualTimer());
    const names = [null, app, 'team/tool' as RepositoryName];
    for (const name of names) {
      const read = begun();
      forced.run('r', name, read.begin);
      read.resolve(1);
    }
    await letRun();
    change(forced);
    expect(
      names
        .filter((name) => forced.hasEnded('r', name))
        .map((name) => name ?? 'registry')
        .join(' '),
    ).toBe(left);
  });

  it('lets the read that follows begin, though the timeout comes a little early', async () => {
    const timer = createManualTimer();
    const forced = createForcedReads({ ...timer, after: (ms, work) => timer.after(ms - 0.9, work) });
    const [first, second] = [begun(), begun()];
    const { given } = forced.run('r', null, first.begin);
    first.resolve(1);
    await letRun();
    let followed: Promise<number> | null = null;
    forced.follow('r', null, () => void (followed = forced.run('r', null, second.begin).given));
    await timer.advance(10_000);
    expect([followed !== null, followed === given]).toEqual([true, false]);
  });

  it('forgets one that failed', async () => {
    const forced = createForcedReads(createManualTimer());
    const [first, second] = [begun(), begun()];
    const { given } = forced.run('r', null, first.begin);
    first.reject(new Error('no'));
    await expect(given).rejects.toThrow('no');
    second.resolve(2);
    expect(await forced.run('r', null, second.begin).given).toBe(2);
  });

  it('remembers ten thousand, and the newest of more', async () => {
    const forced = createForcedReads(createManualTimer());
    const nameOf = (n: number) => `app-${n}` as RepositoryName;
    const force = (n: number) =>
      forced.run('r', nameOf(n), () => ({ given: Promise.resolve(n), ended: Promise.resolve(n) }));
    for (let n = 0; n < 20_000; n++) force(n);
    await letRun();
    const kept = Array.from({ length: 20_000 }, (_, n) => forced.hasEnded('r', nameOf(n)));
    expect([kept.filter(Boolean).length <= 10_000, kept.slice(-9_000).every(Boolean)]).toEqual([true, true]);
  });
});
