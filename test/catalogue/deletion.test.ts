import { array, assert, asyncProperty, boolean, integer, pre, tuple } from 'fast-check';
import { rows } from '../support/run/amount.js';
import { type TestCatalogue, createTestCatalogue } from '../support/worlds/catalogue.js';
import { describeWith, startDistribution } from '../support/servers/distribution.js';
import { buildImage, buildIndex } from '../support/content/images.js';
import { push, seed, send } from '../support/content/push.js';
import type { Flavour } from '../support/registry/options.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';
import { until } from '../support/timer.js';
import { writes } from '../support/observed/writes.js';

interface Deleted {
  readonly deleteTags: {
    readonly deletedTagIds: readonly string[];
    readonly plan: {
      readonly tags: readonly { name: string }[];
      readonly manifests: readonly string[];
      readonly keepingImage: readonly { name: string }[];
      readonly token: string;
    } | null;
    readonly userErrors: readonly { readonly __typename: string; readonly code: string; readonly message: string }[];
  };
}

const mutation = `mutation ($input: DeleteTagsInput!) { deleteTags(input: $input) {
  deletedTagIds plan { tags { name } manifests keepingImage { name } token expiresAt } repository
  { tagCount } userErrors { __typename code message } } }`;

async function deleteTags(
  gateway: TestCatalogue,
  tags: readonly string[],
  more: object = {},
): Promise<Deleted['deleteTags']> {
  const { data, codes } = await gateway.query<Deleted>(mutation, {
    input: { registry: 'r', repository: 'app', tags, ...more },
  });
  expect(codes).toEqual([]);
  return data.deleteTags;
}

async function open(
  flavour: Flavour,
  options: object = {},
): Promise<{ registry: MemoryRegistry; gateway: TestCatalogue } & AsyncDisposable> {
  const registry = await createMemoryRegistry({ flavour, ...options });
  const gateway = await createTestCatalogue();
  await gateway.attach('r', registry.url);
  return {
    registry,
    gateway,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await registry.close();
    },
  };
}

describe.each<Flavour>(rows(['2.8', '3.1'], 1))('on a registry like distribution %s', (flavour) => {
  test('a tag goes without its siblings, and what it pointed to stays', async () => {
    await using world = await open(flavour);
    const image = buildImage();
    for (const tag of ['v1', 'v2', 'latest']) seed(world.registry.store, 'app', tag, image);
    const { deletedTagIds, userErrors } = await deleteTags(world.gateway, ['v1']);
    expect([deletedTagIds.length, userErrors]).toEqual([1, []]);
    expect(world.registry.store.tags('app').toSorted()).toEqual(['latest', 'v2']);
    expect(world.registry.store.findManifest('app', image.digest)).not.toBeNull();
  });

  test('an image goes with its last tags, so that the registry can give the space back', async () => {
    await using world = await open(flavour);
    const [gone, kept] = [buildImage({ labels: { n: '1' } }), buildImage({ labels: { n: '2' } })];
    for (const tag of ['a', 'b']) seed(world.registry.store, 'app', tag, gone);
    seed(world.registry.store, 'app', 'c', kept);
    const dry = await deleteTags(world.gateway, ['a', 'b'], { dryRun: true });
    expect(dry.plan).toMatchObject({
      tags: [{ name: 'a' }, { name: 'b' }],
      manifests: [gone.digest],
      keepingImage: [],
    });
    expect(writes(world.registry)).toEqual([]);
    expect((await deleteTags(world.gateway, ['a', 'b'])).userErrors).toEqual([]);
    expect(world.registry.store.tags('app')).toEqual(['c']);
    expect(world.registry.store.findManifest('app', gone.digest)).toBeNull();
  });

  test('a tag on a child of an index goes without breaking the index', async () => {
    await using world = await open(flavour);
    const child = buildImage({ arch: 'arm64' });
    seed(world.registry.store, 'app', 'multi', buildIndex([buildImage(), child]));
    seed(world.registry.store, 'app', 'arm', child);
    expect((await deleteTags(world.gateway, ['arm'])).userErrors).toEqual([]);
    expect(world.registry.store.tags('app')).toEqual(['multi']);
    expect(world.registry.store.findManifest('app', child.digest)).not.toBeNull();
  });

  test('of any tags with any siblings, those asked for go and no others', async () => {
    await assert(
      asyncProperty(
        array(tuple(integer({ min: 0, max: 3 }), boolean()), { minLength: 1, maxLength: 8 }),
        async (graph) => {
          await using world = await open(flavour);
          graph.forEach(([image], at) =>
            seed(world.registry.store, 'app', `t${at}`, buildImage({ labels: { image: `${image}` } })),
          );
          const asked = graph.flatMap(([, isAsked], at) => (isAsked ? [`t${at}`] : []));
          pre(asked.length > 0);
          const { userErrors, deletedTagIds } = await deleteTags(world.gateway, asked);
          expect([userErrors, deletedTagIds.length]).toEqual([[], asked.length]);
          expect(world.registry.store.tags('app').toSorted()).toEqual(
            graph.flatMap(([, isAsked], at) => (isAsked ? [] : [`t${at}`])).toSorted(),
          );
        },
      ),
      { numRuns: 25 },
    );
  });
});

test('a plan is executed as it was shown, or not at all', async () => {
  await using world = await open('2.8');
  const image = buildImage();
  for (const tag of ['v1', 'v2']) seed(world.registry.store, 'app', tag, image);
  const { plan } = await deleteTags(world.gateway, ['v1'], { dryRun: true });
  seed(world.registry.store, 'app', 'v1', buildImage({ labels: { pushed: 'meanwhile' } }));
  const refused = await deleteTags(world.gateway, ['v1'], { planToken: plan!.token });
  expect(refused.userErrors).toMatchObject([{ __typename: 'ChangedSincePlanError', code: 'CHANGED_SINCE_PLAN' }]);
  expect(refused.plan!.token).not.toBe(plan!.token);
  expect(writes(world.registry)).toEqual([]);
  expect((await deleteTags(world.gateway, ['v1'], { planToken: refused.plan!.token })).userErrors).toEqual([]);
  expect(world.registry.store.tags('app')).toEqual(['v2']);
});

test('a plan says of each image that stays why it does, and of each that goes what it is', async () => {
  await using world = await open('3.1');
  const [shared, gone, child] = [buildImage({ labels: { n: '1' } }), buildImage({ labels: { n: '2' } }), buildImage()];
  for (const tag of ['s1', 's2', 's3']) seed(world.registry.store, 'app', tag, shared);
  seed(world.registry.store, 'app', 'multi', buildIndex([child, buildImage({ arch: 'arm64' })]));
  seed(world.registry.store, 'app', 'outer', buildIndex([buildIndex([child])]));
  seed(world.registry.store, 'app', 'child', child);
  seed(world.registry.store, 'app', 'gone', gone);
  const query = `mutation { deleteTags(input: { registry: "r", repository: "app", tags: ["s1", "s2", "child", "gone"]
    dryRun: true }) { plan { secondsLeft keepingImageCount alsoRemovedTagCount orphanedReferrerCount keptImageCount
    images { digest size platforms { name } } keptImages { digest image { digest } reasons tagCount otherTagCount
    indexTagCount tags { name } otherTags(first: 1) { name } indexTags { name } } } } }`;
  const { data, codes } = await world.gateway.query<{ deleteTags: { plan: unknown } }>(query);
  expect(codes).toEqual([]);
  const names = (...some: string[]) => some.map((name) => ({ name }));
  const kept = { digest: shared.digest, image: { digest: shared.digest }, reasons: ['OTHER_TAGS'] };
  const held = { digest: child.digest, image: { digest: child.digest }, reasons: ['INDEX'] };
  expect(data.deleteTags.plan).toEqual({
    secondsLeft: 300,
    keepingImageCount: 3,
    alsoRemovedTagCount: 0,
    orphanedReferrerCount: 0,
    keptImageCount: 2,
    images: [{ digest: gone.digest, size: expect.any(Number) as unknown, platforms: [{ name: 'linux/amd64' }] }],
    keptImages: [
      {
        ...held,
        tagCount: 1,
        otherTagCount: 0,
        indexTagCount: 2,
        tags: names('child'),
        otherTags: [],
        indexTags: names('multi', 'outer'),
      },
      {
        ...kept,
        tagCount: 2,
        otherTagCount: 1,
        indexTagCount: 0,
        tags: names('s1', 's2'),
        otherTags: names('s3'),
        indexTags: [],
      },
    ],
  });
});

describe('tags by a filter', () => {
  const fill = ({ store }: MemoryRegistry): void => {
    for (let at = 0; at < 6; at++) seed(store, 'app', `old-${at}`, buildImage({ labels: { at: `${at % 3}` } }));
    for (const tag of ['new', 'old']) seed(store, 'app', tag, buildImage({ labels: { tag } }));
  };
  const ask = async ({ gateway }: { gateway: TestCatalogue }, more: object): Promise<Deleted['deleteTags']> =>
    (await gateway.query<Deleted>(mutation, { input: { registry: 'r', repository: 'app', ...more } })).data.deleteTags;

  test('those that fit go, but for those that are left out, when they are as many as expected', async () => {
    await using world = await open('3.1');
    fill(world.registry);
    const filter = { glob: 'old-*' };
    const dry = await ask(world, { filter, except: ['old-4', 'new'], dryRun: true });
    expect(dry.plan!.tags.map(({ name }) => name)).toEqual(['old-0', 'old-1', 'old-2', 'old-3', 'old-5']);
    const asked = { filter, except: ['old-4'], planToken: dry.plan!.token };
    const other = await ask(world, { ...asked, expectedCount: 4 });
    expect(other.userErrors).toMatchObject([
      { __typename: 'ChangedSincePlanError', message: expect.stringContaining('5 tags of app of r') as unknown },
    ]);
    expect(other.plan!.tags).toHaveLength(5);
    expect(writes(world.registry)).toEqual([]);
    expect(await ask(world, { ...asked, expectedCount: 5 })).toMatchObject({ userErrors: [], plan: null });
    expect(world.registry.store.tags('app').toSorted()).toEqual(['new', 'old', 'old-4']);
  });

  test('one that came since fits as any other, and one that has moved, and fits no more, stays', async () => {
    await using world = await open('3.1');
    fill(world.registry);
    const query = 'mutation { refresh(input: { registry: "r" }) { userErrors { code } } }';
    expect((await world.gateway.query(query)).codes).toEqual([]);
    await world.gateway.crawl('r');
    seed(world.registry.store, 'app', 'old-6', buildImage({ labels: { at: '1' } }));
    seed(world.registry.store, 'app', 'old-1', buildImage({ labels: { at: '9' } }));
    const filter = { label: { key: 'at', value: '1' } };
    const asked = { filter, expectedCount: 2 };
    expect((await ask(world, { ...asked, dryRun: true })).plan!.tags).toEqual([{ name: 'old-4' }, { name: 'old-6' }]);
    expect(await ask(world, asked)).toMatchObject({
      userErrors: [],
      deletedTagIds: [expect.anything(), expect.anything()],
    });
    expect(world.registry.store.tags('app').toSorted()).toEqual([
      'new',
      'old',
      'old-0',
      'old-1',
      'old-2',
      'old-3',
      'old-5',
    ]);
  });

  test.each([
    [{ filter: { glob: 'none' }, dryRun: true }, 'NOT_FOUND'],
    [{ filter: { glob: 'old*' } }, 'BAD_USER_INPUT'],
    [{ filter: { glob: 'old*' }, tags: ['old'], expectedCount: 1 }, 'BAD_USER_INPUT'],
    [{ tags: ['old'], except: ['new'] }, 'BAD_USER_INPUT'],
    [{ filter: { glob: 'old*' }, except: ['../x'], expectedCount: 7 }, 'BAD_USER_INPUT'],
    [{ filter: { semver: '>>1' }, expectedCount: 7 }, 'BAD_USER_INPUT'],
  ])('%j is refused as %s, and nothing is written', async (more, code) => {
    await using world = await open('3.1');
    fill(world.registry);
    expect((await ask(world, more)).userErrors).toMatchObject([{ code }]);
    expect(writes(world.registry)).toEqual([]);
  });
});

test('a token that is old, of other tags, of another repository or made up is refused, and nothing is written', async () => {
  await using world = await open('2.8');
  for (const tag of ['v1', 'v2']) seed(world.registry.store, 'app', tag, buildImage());
  seed(world.registry.store, 'other', 'v1', buildImage());
  const { plan } = await deleteTags(world.gateway, ['v1'], { dryRun: true });
  const other = await deleteTags(world.gateway, ['v1'], { repository: 'other', dryRun: true });
  const code = async (more: object, tags = ['v1']): Promise<unknown> =>
    (await deleteTags(world.gateway, tags, more)).userErrors[0]?.code;
  for (const planToken of [other.plan!.token, `${plan!.token}x`, 'v1.x'])
    expect(await code({ planToken })).toBe('PLAN_INVALID');
  expect(await code({ planToken: plan!.token }, ['v2'])).toBe('CHANGED_SINCE_PLAN');
  world.gateway.wait(300);
  expect(await code({ planToken: plan!.token })).toBe('PLAN_INVALID');
  expect(writes(world.registry)).toEqual([]);
});

test.each([
  ['deleting is off', { deleteEnabled: false }, 'DELETE_DISABLED'],
  ['it is read-only', { readOnly: true }, 'READ_ONLY'],
])('where %s nothing is written', async (_what, options, code) => {
  await using world = await open('2.8', options);
  for (const tag of ['v1', 'v2']) seed(world.registry.store, 'app', tag, buildImage());
  expect((await deleteTags(world.gateway, ['v1'])).userErrors).toMatchObject([{ code }]);
  expect(writes(world.registry)).toEqual([]);
  expect(world.registry.store.tags('app').toSorted()).toEqual(['v1', 'v2']);
});

test('unknown tags, bad names and readers are refused, and nothing is written', async () => {
  await using world = await open('2.8');
  seed(world.registry.store, 'app', 'v1', buildImage());
  expect((await deleteTags(world.gateway, ['v1', 'nope'])).userErrors).toMatchObject([
    { code: 'NOT_FOUND', message: expect.stringContaining('nope') as unknown },
  ]);
  expect((await deleteTags(world.gateway, ['../x'])).userErrors).toMatchObject([{ code: 'BAD_USER_INPUT' }]);
  expect((await deleteTags(world.gateway, [])).userErrors).toMatchObject([{ code: 'BAD_USER_INPUT' }]);
  const { data } = await world.gateway.query<Deleted>(
    mutation,
    { input: { registry: 'r', repository: 'app', tags: ['v1'] } },
    'registries:ro',
  );
  expect(data.deleteTags.userErrors).toMatchObject([{ code: 'FORBIDDEN' }]);
  expect(writes(world.registry)).toEqual([]);
});

test('an answer that was lost leaves no placeholder, whether the request was lost with it or not', async () => {
  await using world = await open('2.8');
  const image = buildImage();
  for (const tag of ['v1', 'v2', 'v3']) seed(world.registry.store, 'app', tag, image);
  world.registry.fail({ kind: 'reset', executed: true, method: 'PUT', times: 1 });
  expect((await deleteTags(world.gateway, ['v1'])).userErrors).toEqual([]);
  expect(world.registry.store.tags('app').toSorted()).toEqual(['v2', 'v3']);
  world.registry.fail({ kind: 'reset', method: 'PUT', times: 1 });
  expect((await deleteTags(world.gateway, ['v3'])).userErrors).toMatchObject([{ code: 'DELETE_INCOMPLETE' }]);
  expect(world.registry.store.resolveTag('app', 'v3')).toBe(image.digest);
  world.registry.fail({ kind: 'reset', executed: true, method: 'DELETE', match: /sha256:(?!0{64})/, times: 1 });
  expect((await deleteTags(world.gateway, ['v3'])).userErrors).toEqual([]);
  expect(world.registry.store.tags('app')).toEqual(['v2']);
});

const noDeletes = { kind: 'status', status: 500, method: 'DELETE', match: /sha256:(?!0{64})/ } as const;

test('a tag whose placeholder the registry does not let go gets its image back', async () => {
  await using world = await open('2.8');
  const image = buildImage();
  for (const tag of ['v1', 'v2']) seed(world.registry.store, 'app', tag, image);
  world.registry.fail(noDeletes);
  const { userErrors, deletedTagIds } = await deleteTags(world.gateway, ['v1']);
  expect(userErrors).toMatchObject([
    { code: 'DELETE_INCOMPLETE', message: expect.stringContaining('put back') as unknown },
  ]);
  expect(deletedTagIds).toEqual([]);
  expect(world.registry.store.resolveTag('app', 'v1')).toBe(image.digest);
});

test('a placeholder that had to stay goes as soon as the registry lets it', async () => {
  await using world = await open('2.8');
  const image = buildImage();
  for (const tag of ['v1', 'v2']) seed(world.registry.store, 'app', tag, image);
  const [first, second] = [
    world.registry.fail(noDeletes),
    world.registry.fail({ kind: 'status', status: 500, method: 'PUT', after: 1 }),
  ];
  const { userErrors } = await deleteTags(world.gateway, ['v1']);
  expect(userErrors).toMatchObject([
    { code: 'DELETE_INCOMPLETE', message: expect.stringContaining('placeholder') as unknown },
  ]);
  expect(world.registry.store.resolveTag('app', 'v1')).not.toBe(image.digest);
  for (const fault of [first, second]) fault.stop();
  await world.gateway.catalogue.start();
  await until(() => world.registry.store.tags('app').length === 1);
  expect(world.registry.store.resolveTag('app', 'v2')).toBe(image.digest);
});

describeWith('docker-registry', 'on a real docker-registry', () => {
  test('a tag goes without its siblings, by a placeholder that leaves nothing behind', async () => {
    const registry = await startDistribution();
    try {
      await using gateway = await createTestCatalogue();
      await gateway.attach('r', registry.url);
      const image = buildImage();
      for (const tag of ['v1', 'v2', 'latest']) await push(registry.url, 'app', tag, image);
      expect((await deleteTags(gateway, ['v1', 'latest'])).userErrors).toEqual([]);
      const answer = await send('GET', `${registry.url}/v2/app/tags/list`);
      expect(JSON.parse(String(answer.body))).toEqual({ name: 'app', tags: ['v2'] });
    } finally {
      await registry.close();
    }
  });
});
