import { createTestCatalogue, type TestCatalogue } from '../support/worlds/catalogue.js';
import { startGateway } from '../support/worlds/gateway.js';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import type { RegistryOptions } from '../support/registry/options.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';
import { writes } from '../support/observed/writes.js';

interface Blocked {
  readonly viewerCanDelete: boolean;
  readonly deletionBlockers: readonly {
    readonly reason: string;
    readonly message: string;
    readonly hint: string | null;
  }[];
}
interface Listed {
  readonly repository: Blocked & {
    readonly tags: { readonly nodes: readonly (Blocked & { readonly name: string })[] };
  };
}
interface DryRun {
  readonly plan: {
    readonly method: string;
    readonly token: string;
    readonly deletionBlockers: Blocked['deletionBlockers'];
  } | null;
  readonly userErrors: readonly {
    readonly __typename: string;
    readonly code: string;
    readonly message: string;
    readonly hint?: string;
  }[];
}

const blockers = 'viewerCanDelete deletionBlockers { reason message hint }';
const tags = `tags(first: 50) { nodes { name ${blockers} } }`;
const listing = `{ repository(registry: "r", name: "app") { ${blockers} ${tags} } }`;
const dryRun = `mutation ($dryRun: Boolean!) { deleteTags(input:
  { registry: "r", repository: "app", tags: ["v1"], dryRun: $dryRun }) {
  plan { method token deletionBlockers { reason message hint } }
  userErrors { __typename code message ... on DeleteDisabledError { hint } ... on ReadOnlyError { hint } ...
  on UpstreamFailedError { hint } } } }`;

async function open(
  options: RegistryOptions = {},
): Promise<{ registry: MemoryRegistry; gateway: TestCatalogue } & AsyncDisposable> {
  const registry = await createMemoryRegistry(options);
  for (const tag of ['v1', 'v2', 'kept']) seed(registry.store, 'app', tag, buildImage({ labels: { tag } }));
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

async function plan(gateway: TestCatalogue, isDryRun = true): Promise<DryRun> {
  const { data, codes } = await gateway.query<{ deleteTags: DryRun }>(dryRun, { dryRun: isDryRun });
  expect(codes).toEqual([]);
  return data.deleteTags;
}

async function list(
  gateway: TestCatalogue,
  role?: Parameters<TestCatalogue['query']>[2],
): Promise<Listed['repository']> {
  return (await gateway.query<Listed>(listing, {}, role)).data.repository;
}

const cases: readonly [string, RegistryOptions, string, string, RegExp][] = [
  ['deleting is off', { deleteEnabled: false }, 'DELETE_DISABLED', 'DELETES_DISABLED', /storage\.delete\.enabled/],
  [
    'deleting is off in another registry',
    { deleteEnabled: false, traits: { deletes: { off: { status: 405 }, digest: 'withTags', tag: 'alone' } } },
    'DELETE_DISABLED',
    'DELETES_DISABLED',
    /^(?!.*storage)/,
  ],
  ['it is read-only', { readOnly: true }, 'READ_ONLY', 'REGISTRY_READ_ONLY', /maintenance/],
];

test.each(cases)(
  'where %s a dry run says so beside the plan, as the execution does, and lists say so from then on',
  async (_, options, code, reason, hint) => {
    await using world = await open(options);
    const { gateway, registry } = world;
    expect(await list(gateway)).toMatchObject({ viewerCanDelete: true, deletionBlockers: [] });
    const dry = await plan(gateway);
    const blocker = { reason, message: expect.any(String) as string, hint: expect.stringMatching(hint) as string };
    expect(dry.plan).toMatchObject({ method: 'UNSUPPORTED', deletionBlockers: [blocker] });
    expect(dry.userErrors).toMatchObject([{ code, hint: expect.stringMatching(hint) as string }]);
    expect((await plan(gateway, false)).userErrors).toEqual(dry.userErrors);
    const before = registry.requests.length;
    const { tags, ...repository } = await list(gateway);
    expect(repository).toEqual({ viewerCanDelete: false, deletionBlockers: [blocker] });
    for (const tag of tags.nodes) expect(tag).toMatchObject({ viewerCanDelete: false, deletionBlockers: [blocker] });
    expect(registry.requests.length).toBe(before);
    expect(writes(registry)).toEqual([]);
  },
);

test('a registry where the account may not delete says so', async () => {
  await using world = await open();
  const denied = world.registry.fail({ kind: 'status', status: 403, method: 'DELETE' });
  expect((await plan(world.gateway)).userErrors).toMatchObject([
    { code: 'UPSTREAM_AUTH', hint: expect.stringContaining('account') as string },
  ]);
  expect(await list(world.gateway)).toMatchObject({
    viewerCanDelete: false,
    deletionBlockers: [{ reason: 'ACCOUNT_MAY_NOT_DELETE' }],
  });
  // A registry that deletes by now is asked again by the next dry run.
  denied.stop();
  expect(await plan(world.gateway)).toMatchObject({ plan: { deletionBlockers: [] }, userErrors: [] });
  expect(await list(world.gateway)).toMatchObject({ viewerCanDelete: true, deletionBlockers: [] });
});

test('roles, a registry that is read-only here and protected tags are told, each by itself', async () => {
  await using world = await open();
  const { gateway } = world;
  const { id } = (await gateway.registries.list())[0]!;
  expect(await list(gateway, 'registries:ro')).toMatchObject({
    viewerCanDelete: false,
    deletionBlockers: [{ reason: 'ROLE', message: expect.stringContaining('registries:rw') as string, hint: null }],
  });
  await gateway.registries.setProtection(id, { protection: [{ repository: 'app', tag: 'k*' }] });
  const { tags, ...repository } = await list(gateway);
  expect(repository).toMatchObject({
    viewerCanDelete: false,
    deletionBlockers: [{ reason: 'PROTECTED', hint: expect.stringContaining('setProtection') as string }],
  });
  expect(tags.nodes.map(({ name, deletionBlockers }) => [name, deletionBlockers.map(({ reason }) => reason)])).toEqual([
    ['kept', ['PROTECTED']],
    ['v1', []],
    ['v2', []],
  ]);
  await gateway.registries.setProtection(id, { readOnly: true });
  const { deletionBlockers } = await list(gateway, 'registries:ro');
  expect(deletionBlockers.map(({ reason, message }) => [reason, message.includes('touched')])).toEqual([
    ['ROLE', false],
    ['READ_ONLY', false],
  ]);
});

/** Counts how often a method is called from now on. */
function countCalls<T extends object>(called: T, method: keyof T): { calls: number } {
  const counted = { calls: 0 };
  const original = called[method] as (...args: unknown[]) => unknown;
  const count = (...args: unknown[]): unknown => {
    counted.calls += 1;
    return original.apply(called, args);
  };
  Object.assign(called, { [method]: count });
  return counted;
}

test('a longer list takes no more statements', async () => {
  await using world = await open({ deleteEnabled: false });
  const { gateway, registry } = world;
  await plan(gateway);
  const counted = [countCalls(gateway.registries, 'states'), countCalls(gateway.registries, 'list')];
  const count = async (): Promise<number[]> => {
    for (const each of counted) each.calls = 0;
    await list(gateway);
    return counted.map(({ calls }) => calls);
  };
  const few = await count();
  for (let i = 0; i < 40; i++) seed(registry.store, 'app', `more-${i}`, buildImage({ labels: { i: `${i}` } }));
  await gateway.crawl('r');
  expect(await count()).toEqual(few);
});

test('REST shows the error of the execution beside the plan of a dry run', async () => {
  await using registry = await createMemoryRegistry({ deleteEnabled: false });
  seed(registry.store, 'team/app', 'v1', buildImage());
  await using gateway = await startGateway();
  await gateway.attach('local', registry.url);
  const dry = await gateway.rest<{ plan_token: string; error: object }>(
    'DELETE',
    '/api/registries/local/repositories/team/app?dry_run=true',
  );
  expect(dry).toMatchObject({
    status: 200,
    body: {
      plan_token: expect.any(String) as string,
      error: { code: 'DELETE_DISABLED', hint: expect.stringContaining('storage.delete') as string },
    },
  });
  const refused = await gateway.rest<{ error: object }>('DELETE', '/api/registries/local/repositories/team/app');
  expect(refused).toMatchObject({ status: 409, body: { error: dry.body.error } });
  expect(writes(registry)).toEqual([]);
});
