import { type Built, buildImage, buildIndex } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import type { RegistryOptions } from '../support/registry/options.js';
import { writes } from '../support/observed/writes.js';
import { createHastyTimer } from '../support/timer.js';
import { openWorld, type World } from '../support/worlds/world.js';

interface Deleted {
  readonly deletedTagIds: readonly string[];
  readonly job: {
    readonly state: string;
    readonly failures: readonly { readonly subject: string; readonly code: string; readonly message: string }[];
    readonly steps: {
      readonly nodes: readonly { readonly kind: string; readonly state: string; readonly code: string | null }[];
    };
  } | null;
  readonly userErrors: readonly { readonly code: string; readonly message: string; readonly hint?: string }[];
}

const mutation = `mutation ($input: DeleteTagsInput!) { deleteTags(input: $input) {
  deletedTagIds job { state failures { subject code message } steps(first: 50) { nodes { kind state code } } }
  userErrors { code message ... on UpstreamFailedError { hint } ... on DeleteDisabledError { hint } } } }`;
const capabilities = '{ registry(name: "r") { capabilities { deleteManifest deleteTag deletesTagsFirst } } }';

interface DeletingWorld extends World {
  deleteTags(...tags: string[]): Promise<Deleted>;
  readCapabilities(): Promise<object>;
}

async function open(options: RegistryOptions): Promise<DeletingWorld> {
  const world = await openWorld({ auth: { mode: 'none' }, ...options }, { timer: createHastyTimer() });
  const { gateway } = world;
  return {
    ...world,
    async deleteTags(...tags) {
      const { data, codes } = await gateway.query<{ deleteTags: Deleted }>(mutation, {
        input: { registry: 'r', repository: 'app', tags },
      });
      expect(codes).toEqual([]);
      return data.deleteTags;
    },
    async readCapabilities() {
      const { data } = await gateway.query<{ registry: { capabilities: object } }>(capabilities);
      return data.registry.capabilities;
    },
  };
}

const make = (name: string): Built => buildImage({ labels: { name } });

/** Once, right before the registry carries out the first request like that. */
function before({ registry }: World, method: string, match: RegExp, act: () => unknown): void {
  let isDone = false;
  registry.fail({
    kind: 'delay',
    ms: 0,
    match(request) {
      if (!isDone && request.method === method && match.test(request.path)) {
        isDone = true;
        act();
      }
      return false;
    },
  });
}

describe('tags go before their image', () => {
  test.each<[string, RegistryOptions]>([
    ['where a digest leaves its tags', { flavour: 'ggcr' }],
    ['where a digest with tags is refused', { flavour: 'artifact-registry' }],
    ['where a digest with several tags is refused', { flavour: 'zot' }],
  ])('%s: all that was asked for goes, siblings stay, and the order is remembered', async (_, options) => {
    await using world = await open(options);
    const { store } = world.registry;
    const [pair, shared, child] = [make('pair'), make('shared'), make('child')];
    for (const tag of ['v1', 'v2']) seed(store, 'app', tag, pair);
    for (const tag of ['old', 'kept']) seed(store, 'app', tag, shared);
    seed(store, 'app', 'multi', buildIndex([child, make('other child')]));
    const first = await world.deleteTags('v1', 'v2', 'old');
    expect([first.userErrors, first.job!.state]).toEqual([[], 'SUCCEEDED']);
    expect(store.tags('app').toSorted()).toEqual(['kept', 'multi']);
    expect(store.resolveTag('app', 'kept')).toBe(shared.digest);
    expect(await world.readCapabilities()).toMatchObject({ deletesTagsFirst: true });
    world.registry.forget();
    expect((await world.deleteTags('multi')).userErrors).toEqual([]);
    expect([store.tags('app'), store.findManifest('app', child.digest)]).toEqual([['kept'], null]);
    expect(writes(world.registry)[0]).toContain('multi');
  });

  test.each<[string, RegistryOptions]>([
    ['2.8', { flavour: '2.8' }],
    ['3.1', { flavour: '3.1' }],
    ['a list that lags', { flavour: 'lagging' }],
  ])('tags do not go before an image that they go with: %s', async (_, options) => {
    await using world = await open(options);
    for (const tag of ['v1', 'v2']) seed(world.registry.store, 'app', tag, make(tag));
    expect((await world.deleteTags('v1')).job!.state).toBe('SUCCEEDED');
    expect(await world.readCapabilities()).toMatchObject({ deletesTagsFirst: false });
  });

  test('a wrong lesson is unlearnt where tags cannot be deleted by their names', async () => {
    await using world = await open({ flavour: '2.8' });
    seed(world.registry.store, 'app', 'v1', make('v1'));
    const { id } = (await world.gateway.registries.list())[0]!;
    await world.gateway.registries.recordCapabilities(id, { deletesTagsFirst: true });
    expect((await world.deleteTags('v1')).job!.state).toBe('SUCCEEDED');
    expect(await world.readCapabilities()).toMatchObject({ deletesTagsFirst: false, deleteTag: false });
  });

  test('a tag that moves meanwhile is left alone, and what it was on before goes', async () => {
    await using world = await open({ flavour: 'artifact-registry' });
    const { store } = world.registry;
    const pair = make('pair');
    for (const tag of ['v1', 'v2']) seed(store, 'app', tag, pair);
    before(world, 'DELETE', /manifests\/v1$/, () => seed(store, 'app', 'v2', make('new')));
    const { job, userErrors } = await world.deleteTags('v1', 'v2');
    expect([store.tags('app'), store.resolveTag('app', 'v2')]).toEqual([['v2'], make('new').digest]);
    expect(job).toMatchObject({ state: 'PARTIALLY_FAILED', failures: [{ code: 'CHANGED_SINCE_PLAN' }] });
    expect(userErrors).toMatchObject([{ code: 'DELETE_INCOMPLETE' }]);
  });

  test('where neither an image with tags nor a tag can be deleted, that is said, and nothing is touched', async () => {
    await using world = await open({ flavour: '2.8' });
    seed(world.registry.store, 'app', 'v1', make('v1'));
    const body = JSON.stringify({ errors: [{ code: 'GOOGLE_MANIFEST_DANGLING_TAG' }] });
    world.registry.fail({ kind: 'status', status: 409, body, method: 'DELETE', match: /sha256:(?!0{64})/ });
    const { job } = await world.deleteTags('v1');
    expect(job).toMatchObject({
      state: 'FAILED',
      failures: [{ code: 'UPSTREAM_UNSUPPORTED', message: expect.stringContaining('no single tags') as unknown }],
    });
    expect(world.registry.store.tags('app')).toEqual(['v1']);
  });
});

describe('a list that lags', () => {
  test.each<[string, number, RegistryOptions]>([
    ['where tags are deleted by their names', 20, { flavour: '3.1' }],
    ['where they are not', 20, { flavour: '2.8' }],
  ])('does not make a failure of what is gone, %s', async (_, lag, options) => {
    await using world = await open(options);
    const image = make('sibling');
    for (const tag of ['v1', 'v2', 'keep']) seed(world.registry.store, 'app', tag, make(tag));
    for (const tag of ['one', 'other']) seed(world.registry.store, 'app', tag, image);
    const stale = { kind: 'names', names: ['v1', 'v2', 'one'], match: /tags\/list/, times: lag } as const;
    before(world, 'DELETE', /sha256:(?!0{64})/, () => world.registry.fail(stale));
    const { job, userErrors, deletedTagIds } = await world.deleteTags('v1', 'v2', 'one');
    expect([job!.state, job!.failures, userErrors, deletedTagIds.length]).toEqual(['SUCCEEDED', [], [], 3]);
    expect(world.registry.store.tags('app').toSorted()).toEqual(['keep', 'other']);
  });

  test('a list that lags is given up where it never catches up, and what it lists is told', async () => {
    await using world = await open({ flavour: '2.8' });
    for (const tag of ['v1', 'keep']) seed(world.registry.store, 'app', tag, make(tag));
    before(world, 'DELETE', /sha256:(?!0{64})/, () =>
      world.registry.fail({ kind: 'names', names: ['v1'], match: /tags\/list/ }),
    );
    const { job } = await world.deleteTags('v1');
    expect(job).toMatchObject({
      state: 'FAILED',
      failures: [{ code: 'DELETE_INCOMPLETE', message: expect.stringContaining('goes on listing v1') as unknown }],
    });
    expect(world.registry.count('GET', /tags\/list/)).toBeLessThan(60);
  });
});

describe('an image that the registry itself locks', () => {
  test.each([
    [405, 'REGISTRY_DISALLOWED_OPERATION'],
    [412, 'PRECONDITION'],
    [409, 'DENIED'],
    [403, 'DENIED'],
    [423, 'LOCKED'],
  ])(
    'an image that the registry itself locks by %i is told as that, once, and stops nothing else',
    async (status, code) => {
      await using world = await open({
        flavour: '3.1',
        traits: { lock: { tags: ['locked'], refusal: { status, code, message: 'by a rule' } } },
      });
      const { store } = world.registry;
      const index = buildIndex([make('child'), make('other child')]);
      seed(store, 'app', 'locked', index);
      for (const tag of ['v1', 'v2']) seed(store, 'app', tag, make(tag));
      const { job } = await world.deleteTags('v1', 'locked', 'v2');
      expect(job!.state).toBe('PARTIALLY_FAILED');
      expect(job!.failures).toMatchObject([
        {
          subject: 'locked',
          code: 'UPSTREAM_LOCKED',
          message: expect.stringContaining(`It said: "${code}: by a rule".`) as unknown,
        },
      ]);
      expect(job!.steps.nodes.filter(({ kind }) => kind === 'CHILD')).toMatchObject([
        { state: 'KEPT', code: 'UPSTREAM_LOCKED' },
        { state: 'KEPT', code: 'UPSTREAM_LOCKED' },
      ]);
      expect(store.tags('app')).toEqual(['locked']);
      for (const { digest } of index.children) expect(store.findManifest('app', digest)).not.toBeNull();
    },
  );

  test('keeps a tag that could only go by a placeholder', async () => {
    await using world = await open({ flavour: 'harbor' });
    const image = make('image');
    for (const tag of ['immutable', 'other']) seed(world.registry.store, 'app', tag, image);
    const { job } = await world.deleteTags('immutable');
    expect(job).toMatchObject({
      state: 'FAILED',
      failures: [{ code: 'UPSTREAM_LOCKED', message: expect.stringContaining('configured as immutable') as unknown }],
    });
    expect(world.registry.store.resolveTag('app', 'immutable')).toBe(image.digest);
  });
});

test.each<[string, RegistryOptions, string, RegExp, RegExp]>([
  [
    'distribution names its switch',
    { flavour: '2.8', deleteEnabled: false },
    'DELETE_DISABLED',
    /does not delete images/,
    /storage\.delete\.enabled/,
  ],
  [
    'another does not',
    { flavour: 'olareg' },
    'DELETE_DISABLED',
    /does not delete images/,
    /^(?!.*storage\.delete).*documents of the registry/,
  ],
])('a registry that deletes nothing: %s', async (_, options, code, message, hint) => {
  await using world = await open(options);
  seed(world.registry.store, 'app', 'v1', make('v1'));
  const { userErrors } = await world.deleteTags('v1');
  expect(userErrors).toMatchObject([
    { code, message: expect.stringMatching(message) as unknown, hint: expect.stringMatching(hint) as unknown },
  ]);
});

test('a registry that refuses everything to a gateway without an account says so', async () => {
  await using world = await open({ flavour: '3.1' });
  seed(world.registry.store, 'app', 'v1', make('v1'));
  world.registry.fail({ kind: 'status', status: 403, method: 'DELETE' });
  const { userErrors } = await world.deleteTags('v1');
  expect(userErrors).toMatchObject([
    { code: 'UPSTREAM_AUTH', message: expect.stringContaining('has no account there') as unknown },
  ]);
});

test('a tag that two gateways delete at once is gone for both', async () => {
  await using world = await open({ flavour: '2.8' });
  const image = make('image');
  for (const tag of ['v1', 'v2']) seed(world.registry.store, 'app', tag, image);
  // The other one's placeholder stands from before this one's is deleted until the list is read again.
  const other = buildIndex([], {
    annotations: {
      'io.registry-gateway.tombstone': 'a4a1f5b8-5d0c-4e0e-9f11-0c7c1f6f8f11',
      'io.registry-gateway.at': '2026-01-02T03:04:05Z',
    },
  });
  before(world, 'DELETE', /sha256:(?!0{64})/, () => seed(world.registry.store, 'app', 'v1', other));
  let lists = 0;
  world.registry.fail({
    kind: 'delay',
    ms: 0,
    match({ method, path }) {
      if (
        method === 'GET' &&
        path.includes('tags/list') &&
        world.registry.store.resolveTag('app', 'v1') === other.digest &&
        ++lists === 2
      ) {
        world.registry.store.deleteManifest('app', other.digest);
      }
      return false;
    },
  });
  const { job, userErrors } = await world.deleteTags('v1');
  expect([job!.state, userErrors, lists]).toEqual(['SUCCEEDED', [], 2]);
  expect(world.registry.store.tags('app')).toEqual(['v2']);
});
