import { type Built, buildImage, buildIndex } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';
import type { Flavour } from '../support/registry/options.js';
import { amount, rows } from '../support/run/amount.js';
import { createManualTimer } from '../support/timer.js';
import { createTestCatalogue, type TestCatalogue } from '../support/worlds/catalogue.js';

interface Planned {
  readonly plan: {
    readonly tags: readonly { readonly name: string }[];
    readonly keepingImage: readonly { readonly name: string }[];
    readonly manifests: readonly string[];
    readonly upstreamRequests: number;
    readonly stayingReadAt: string | null;
    readonly token: string;
  } | null;
  readonly job: { readonly state: string } | null;
  readonly userErrors: readonly { readonly code: string }[];
}

const mutation = `mutation ($input: DeleteTagsInput!) { deleteTags(input: $input) {
  plan { tags { name } keepingImage { name } manifests upstreamRequests stayingReadAt token }
  job { state } userErrors { code } repository { tagCount } } }`;

interface World extends AsyncDisposable {
  readonly registry: MemoryRegistry;
  readonly gateway: TestCatalogue;
  /** Deletes tags of the repository, and gives the requests that it took. */
  deleteTags(
    tags: readonly string[] | null,
    more?: object,
  ): Promise<Planned & { readonly requests: readonly string[] }>;
}

/** Nothing takes time: a snapshot is used for as long as a deletion takes. */
async function open(flavour: Flavour, fill: (registry: MemoryRegistry) => void): Promise<World> {
  const registry = await createMemoryRegistry({ flavour });
  fill(registry);
  const gateway = await createTestCatalogue({ timer: createManualTimer() });
  await gateway.attach('r', registry.url);
  await gateway.crawl('r');
  return {
    registry,
    gateway,
    async deleteTags(tags, more = {}) {
      registry.forget();
      const input = { registry: 'r', repository: 'app', tags, ...more };
      const { data, codes } = await gateway.query<{ deleteTags: Planned }>(mutation, { input });
      expect(codes).toEqual([]);
      const requests = registry.requests.map(({ method, path }) => `${method} ${path.slice('/v2/app/'.length)}`);
      return { ...data.deleteTags, requests };
    },
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await registry.close();
    },
  };
}

const [own, shared, other] = ['own', 'shared', 'other'].map((name) => buildImage({ labels: { name } })) as [
  Built,
  Built,
  Built,
];

/** Tags on a few images, and beside them `a` and `b`: on one of their own, and on one that `sibling` is on too. */
function fillWith(tags: number): (registry: MemoryRegistry) => void {
  const images = Array.from({ length: 20 }, (_, at) => buildImage({ labels: { at: `${at}` } }));
  return ({ store }) => {
    for (let at = 0; at < tags - 3; at++) seed(store, 'app', `v${at}`, images[at % images.length]!);
    seed(store, 'app', 'a', own);
    for (const tag of ['b', 'sibling']) seed(store, 'app', tag, shared);
  };
}

/** Without further pages of a list, of which a long one has several. */
const withoutPages = (requests: readonly string[]): string[] =>
  requests.filter((request) => !request.startsWith('GET tags/list?'));

/** Without the two probes of a plan either, which name nothing. */
const withoutProbes = (requests: readonly string[]): string[] =>
  withoutPages(requests).filter(
    (request) => !request.includes('0'.repeat(64)) && !request.includes('registry-gateway-probe'),
  );

const ofTags = ['GET tags/list', 'GET manifests/a', 'GET manifests/b', 'GET manifests/sibling'];
const figures: object[] = [];
afterAll(() => process.stdout.write(`Requests of deletions: ${JSON.stringify(figures)}\n`));

test.each([101, amount(141, 10_000)])(
  'of %i tags two cost what decides: those two, and one that is on an image of them',
  async (size) => {
    await using world = await open('3.1', fillWith(size));
    world.gateway.wait(3600);
    const dry = await world.deleteTags(['a', 'b'], { dryRun: true });
    expect(dry.plan).toMatchObject({ keepingImage: [{ name: 'b' }], manifests: [own.digest] });
    expect(dry.plan!.stayingReadAt).toBe('2026-01-02T03:04:05.000Z');
    expect(withoutProbes(dry.requests)).toEqual([...ofTags, `GET referrers/${own.digest}`]);
    expect(withoutPages(dry.requests)).toHaveLength(7);
    const { job, requests } = await world.deleteTags(['a', 'b'], { planToken: dry.plan!.token });
    expect(job).toEqual({ state: 'SUCCEEDED' });
    // The plan again, then each tag once before the image goes.
    expect(withoutProbes(requests).slice(0, ofTags.length)).toEqual(ofTags);
    const others = requests.filter((one) => one.startsWith('GET manifests/v'));
    expect([others.length, new Set(others).size]).toEqual([size - 3, size - 3]);
    expect(withoutPages(requests)).toHaveLength(size + 17);
    expect(dry.plan!.upstreamRequests).toBe(size + 16);
    // Tags whose image stays cost no request for any other but one on it.
    const alone = await world.deleteTags(['v1', 'v2']);
    expect(alone.job).toEqual({ state: 'SUCCEEDED' });
    expect(withoutProbes(alone.requests).filter((one) => one.startsWith('GET manifests/'))).toEqual([
      'GET manifests/v1',
      'GET manifests/v2',
      expect.stringMatching(/^GET manifests\/v\d+1$/),
      expect.stringMatching(/^GET manifests\/v\d+2$/),
    ]);
    expect(withoutPages(alone.requests)).toHaveLength(15);
    // All that are left, by a filter: each is asked for once to plan it.
    const left = world.registry.store.tags('app').length;
    const startedAt = performance.now();
    const all = await world.deleteTags(null, { filter: {}, dryRun: true });
    const plannedAt = performance.now();
    expect(withoutProbes(all.requests).filter((one) => one.startsWith('GET manifests/'))).toHaveLength(left);
    const ended = await world.deleteTags(null, { filter: {}, expectedCount: left, planToken: all.plan!.token });
    expect([ended.job, world.registry.store.tags('app')]).toEqual([{ state: 'SUCCEEDED' }, []]);
    figures.push({
      size,
      dryRun: dry.requests.length,
      execution: requests.length,
      ofTagsAlone: alone.requests.length,
      all: [left, all.requests.length, ended.requests.length].join(),
      seconds: [plannedAt - startedAt, performance.now() - plannedAt].map((ms) => Math.round(ms / 1000)),
    });
  },
);

describe.each<Flavour>(rows(['2.8', '3.1'], 1))('on a registry like distribution %s', (flavour) => {
  test('a tag that has moved onto the image since it was read is not lost: the image stays with it', async () => {
    await using world = await open(flavour, fillWith(23));
    seed(world.registry.store, 'app', 'v0', own);
    const { plan } = await world.deleteTags(['a'], { dryRun: true });
    expect(plan!.manifests).toEqual([own.digest]);
    const { job } = await world.deleteTags(['a'], { planToken: plan!.token });
    expect(job).toEqual({ state: 'SUCCEEDED' });
    expect(world.registry.store.tags('app')).not.toContain('a');
    expect(world.registry.store.resolveTag('app', 'v0')).toBe(own.digest);
    expect(world.registry.store.findManifest('app', own.digest)).not.toBeNull();
  });

  test('a tag that has moved onto an index of the image since it was read keeps it', async () => {
    await using world = await open(flavour, fillWith(23));
    const index = buildIndex([own]);
    seed(world.registry.store, 'app', 'v0', index);
    expect((await world.deleteTags(['a'])).job).toEqual({ state: 'SUCCEEDED' });
    expect(world.registry.store.tags('app')).not.toContain('a');
    for (const { digest } of [index, own]) expect(world.registry.store.findManifest('app', digest)).not.toBeNull();
  });
});

test('a tag that came since is asked for, and keeps the image that it is on', async () => {
  await using world = await open('3.1', fillWith(23));
  seed(world.registry.store, 'app', 'new', own);
  const { plan, requests } = await world.deleteTags(['a'], { dryRun: true });
  expect(plan).toMatchObject({ keepingImage: [{ name: 'a' }], manifests: [] });
  expect(withoutProbes(requests)).toEqual(['GET tags/list', 'GET manifests/a', 'GET manifests/new']);
});

test.each([
  ['the next image', other],
  ['an index of the next image', buildIndex([other])],
])('a tag that is pushed on %s while another goes is not lost', async (_, pushed) => {
  await using world = await open('3.1', ({ store }) => {
    for (const [tag, built] of Object.entries({ a: own, b: other, c: shared })) seed(store, 'app', tag, built);
  });
  const { store } = world.registry;
  let isPushed = false;
  world.registry.fail({
    kind: 'delay',
    ms: 0,
    match({ method, path }) {
      if (!isPushed && method === 'DELETE' && path.endsWith(own.digest)) {
        isPushed = true;
        seed(store, 'app', 'new', pushed);
      }
      return false;
    },
  });
  const { job, requests } = await world.deleteTags(['a', 'b']);
  expect([job, isPushed]).toEqual([{ state: 'SUCCEEDED' }, true]);
  expect([store.tags('app'), store.resolveTag('app', 'new')]).toEqual([['c', 'new'], pushed.digest]);
  for (const { digest } of [other, pushed]) expect(store.findManifest('app', digest)).not.toBeNull();
  expect(requests).toContain('DELETE manifests/b');
  // The snapshot is used on: what was known is asked for once, and what came by itself.
  expect(requests.filter((one) => one === 'GET manifests/c')).toHaveLength(1);
});

test('tags of an image that have moved away are asked for until one is found on it', async () => {
  const tags = Array.from({ length: 40 }, (_, at) => `s${String(at).padStart(2, '0')}`);
  await using world = await open('3.1', ({ store }) => {
    for (const tag of ['a', ...tags]) seed(store, 'app', tag, own);
  });
  for (const tag of tags.slice(0, 5)) seed(world.registry.store, 'app', tag, shared);
  const first = await world.deleteTags(['a'], { dryRun: true });
  expect(first.plan!.keepingImage).toEqual([{ name: 'a' }]);
  // One, then two, then four.
  expect(first.requests.filter((one) => one.startsWith('GET manifests/s'))).toEqual(
    expect.arrayContaining(tags.slice(0, 7).map((tag) => `GET manifests/${tag}`)),
  );
  expect(first.requests.filter((one) => /^GET manifests\/s\d/.test(one))).toHaveLength(7);
  for (const tag of tags) seed(world.registry.store, 'app', tag, shared);
  expect((await world.deleteTags(['a'], { dryRun: true })).plan!.manifests).toEqual([own.digest]);
});

test('with siblings each tag on the image is asked for, and nothing else', async () => {
  await using world = await open('3.1', fillWith(43));
  const { plan, requests } = await world.deleteTags(['v1', 'b'], { withSiblings: true, dryRun: true });
  expect(plan!.tags.map(({ name }) => name).toSorted()).toEqual(['b', 'sibling', 'v1', 'v21']);
  expect(requests.filter((one) => one.startsWith('GET manifests/'))).toHaveLength(4);
});

test('a tag on an index is asked whether it still holds the image, and a child goes with its index', async () => {
  const [one, second] = [buildImage({ arch: 'amd64' }), buildImage({ arch: 'arm64' })];
  await using world = await open('3.1', (registry) => {
    fillWith(23)(registry);
    seed(registry.store, 'app', 'multi', buildIndex([one, second]));
    seed(registry.store, 'app', 'other-multi', buildIndex([one], { annotations: { of: 'other' } }));
    seed(registry.store, 'app', 'arm', second);
  });
  const arm = await world.deleteTags(['arm'], { dryRun: true });
  expect(arm.plan).toMatchObject({ keepingImage: [{ name: 'arm' }], manifests: [] });
  expect(withoutProbes(arm.requests)).toEqual(['GET tags/list', 'GET manifests/arm', 'GET manifests/multi']);
  const multi = await world.deleteTags(['multi', 'arm'], { dryRun: true });
  expect(multi.plan!.manifests).toHaveLength(2);
  expect(withoutProbes(multi.requests).filter((one) => one.startsWith('GET manifests/'))).toEqual([
    'GET manifests/arm',
    'GET manifests/multi',
    'GET manifests/other-multi',
  ]);
  expect((await world.deleteTags(['multi', 'arm'], { planToken: multi.plan!.token })).job).toEqual({
    state: 'SUCCEEDED',
  });
  expect(world.registry.store.findManifest('app', one.digest)).not.toBeNull();
  expect(world.registry.store.findManifest('app', second.digest)).toBeNull();
});
