import type { Role } from '../../src/domain/account.js';
import { parseRegistryName } from '../../src/domain/name.js';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { writes } from '../support/observed/writes.js';
import { until } from '../support/timer.js';
import { openWorld, type World } from '../support/worlds/world.js';

interface Preview {
  readonly repositoryCount: number;
  readonly ruledRepositoryCount: number;
  readonly unreadRepositoryCount: number;
  readonly goingTagCount: number;
  readonly keptTagCount: number;
  readonly bytes: number;
  readonly confirmedAt: string | null;
  readonly token: string;
  readonly repositories: readonly {
    readonly repository: { readonly name: string };
    readonly going: readonly { readonly name: string }[];
    readonly goingTagCount: number;
    readonly keptTagCount: number;
    readonly bytes: number;
  }[];
}
interface Applied {
  readonly job: { readonly id: string; readonly work: string } | null;
  readonly preview: Preview | null;
  readonly userErrors: readonly { readonly code: string }[];
}

const fields =
  'repositoryCount ruledRepositoryCount unreadRepositoryCount goingTagCount keptTagCount bytes confirmedAt token ' +
  'repositories { repository { name } going { name } goingTagCount keptTagCount bytes }';
const rule = { repository: 'team/*', keepLast: 1 };

class RuledWorld implements AsyncDisposable {
  readonly world: World;

  constructor(world: World) {
    this.world = world;
  }

  /** `team/a` and `team/b` have v1, v2 and v3, each on an older image than the next; the rule keeps the last. */
  static async open(): Promise<RuledWorld> {
    const world = new RuledWorld(await openWorld({ flavour: '3.1' }, { maxAge: 3600 }));
    for (const repository of ['team/a', 'team/b', 'other'])
      for (const [tag, age] of [
        ['v1', 30],
        ['v2', 20],
        ['v3', 10],
      ] as const)
        world.seed(repository, tag, age);
    await world.world.gateway.crawl('r');
    const registry = await world.world.gateway.registries.findByName(parseRegistryName('r'));
    await world.world.gateway.query(
      'mutation ($input: SetRetentionInput!) { setRetention(input: $input) { userErrors { code } } }',
      { input: { registry: registry!.id, rules: [rule] } },
    );
    return world;
  }

  seed(repository: string, tag: string, age: number, label = tag): void {
    const created = new Date(Date.parse('2026-01-02T03:04:05Z') - age * 86_400_000).toISOString();
    seed(
      this.world.registry.store,
      repository,
      tag,
      buildImage({ created, labels: { label: `${repository}:${label}` } }),
    );
  }

  async preview(rules: readonly object[] | null = null, role?: Role): Promise<Preview | null> {
    const { data } = await this.world.gateway.query<{ registryRetentionPreview: Preview | null }>(
      `query ($rules: [RetentionRuleInput!]) { registryRetentionPreview(registry: "r", rules: $rules) { ${fields} } }`,
      { rules },
      role,
    );
    return data.registryRetentionPreview;
  }

  async apply(input: object): Promise<Applied> {
    const { data, codes } = await this.world.gateway.query<{ applyRetention: Applied }>(
      `mutation ($input: ApplyRetentionInput!) { applyRetention(input: $input) { job { id work } preview { ${fields} }
        userErrors { code } } }`,
      { input: { registry: 'r', ...input } },
    );
    expect(codes).toEqual([]);
    return data.applyRetention;
  }

  async end({ job }: Applied): Promise<string> {
    const read = async (): Promise<string> => {
      const { data } = await this.world.gateway.query<{ job: { state: string } }>(
        'query ($id: ID!) { job(id: $id) { state } }',
        { id: job!.id },
      );
      return data.job.state;
    };
    await until(async () => (await read()) !== 'RUNNING');
    return read();
  }

  tags(repository: string): string[] {
    return this.world.registry.store.tags(repository).toSorted();
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.world[Symbol.asyncDispose]();
  }
}

test('the preview of a registry tells what goes of each repository, by the index, and asks the registry nothing', async () => {
  await using world = await RuledWorld.open();
  const before = world.world.registry.requests.length;
  const preview = (await world.preview())!;
  expect(preview).toMatchObject({
    repositoryCount: 2,
    ruledRepositoryCount: 2,
    unreadRepositoryCount: 0,
    goingTagCount: 4,
    keptTagCount: 2,
    confirmedAt: '2026-01-02T03:04:05.000Z',
  });
  expect(preview.repositories.map(({ repository, going }) => [repository.name, going.map(({ name }) => name)])).toEqual(
    [
      ['team/a', ['v1', 'v2']],
      ['team/b', ['v1', 'v2']],
    ],
  );
  expect(preview.bytes).toBe(preview.repositories.reduce((sum, { bytes }) => sum + bytes, 0));
  expect(preview.bytes).toBeGreaterThan(0);
  expect(world.world.registry.requests.length).toBe(before);
  // An image that a tag which stays is on counts for nothing.
  world.seed('team/a', 'v1', 10, 'v3');
  world.seed('team/a', 'v2', 10, 'v3');
  await world.world.gateway.crawl('r');
  const same = (await world.preview([{ repository: 'team/a', keepMatching: ['v3'] }]))!;
  expect(same.repositories).toMatchObject([{ goingTagCount: 2, bytes: 0 }]);
});

test('rules are tried before they are set', async () => {
  await using world = await RuledWorld.open();
  const tried = (await world.preview([{ repository: 'other', keepMatching: ['v3'] }]))!;
  expect(tried.repositories).toMatchObject([{ repository: { name: 'other' }, goingTagCount: 2, keptTagCount: 1 }]);
  expect((await world.preview())!.goingTagCount).toBe(4);
  // The token is of what goes: the rules of the registry let other tags go.
  expect(await world.apply({ planToken: tried.token })).toMatchObject({
    job: null,
    preview: { goingTagCount: 4 },
    userErrors: [{ code: 'CHANGED_SINCE_PLAN' }],
  });
});

test('what was shown is what is done: a run by its token leaves tags that came or moved meanwhile', async () => {
  await using world = await RuledWorld.open();
  const { preview, job } = await world.apply({ dryRun: true });
  expect([preview!.goingTagCount, job, writes(world.world.registry)]).toEqual([4, null, []]);
  // Nobody has read these yet: the index has what was shown.
  world.seed('team/a', 'v2', 20, 'moved');
  world.seed('team/b', 'v0', 40);
  const applied = await world.apply({ planToken: preview!.token });
  expect([applied.job!.work, applied.userErrors]).toEqual(['RETENTION_RUN', []]);
  expect(await world.end(applied)).toBe('SUCCEEDED');
  expect(['team/a', 'team/b', 'other'].map((name) => world.tags(name))).toEqual([
    ['v2', 'v3'],
    ['v0', 'v3'],
    ['v1', 'v2', 'v3'],
  ]);
});

test('it is refused once the index has something else, and for a token that is old or of another place', async () => {
  await using world = await RuledWorld.open();
  const { token } = (await world.preview())!;
  world.seed('team/a', 'v4', 1);
  await world.world.gateway.crawl('r');
  expect(await world.apply({ planToken: token })).toMatchObject({
    job: null,
    preview: { goingTagCount: 5 },
    userErrors: [{ code: 'CHANGED_SINCE_PLAN' }],
  });
  expect((await world.apply({ planToken: 'made up' })).userErrors).toEqual([{ code: 'PLAN_INVALID' }]);
  expect((await world.apply({ repository: 'team/a', planToken: token })).userErrors).toEqual([
    { code: 'PLAN_INVALID' },
  ]);
  world.world.gateway.wait(301);
  expect((await world.apply({ planToken: token })).userErrors).toEqual([{ code: 'PLAN_INVALID' }]);
  expect(writes(world.world.registry)).toEqual([]);
});

test('a run under way is not joined by one that was shown something; readers see no preview', async () => {
  await using world = await RuledWorld.open();
  const { token } = (await world.preview())!;
  world.world.registry.fail({ kind: 'delay', ms: 1500, method: 'DELETE', times: 1 });
  const running = await world.apply({});
  expect((await world.apply({ planToken: token })).userErrors).toEqual([{ code: 'CONFLICT' }]);
  expect(await world.end(running)).toBe('SUCCEEDED');
  expect(await world.preview(null, 'registries:ro')).toBeNull();
  expect((await world.apply({ dryRun: true })).preview).toMatchObject({ goingTagCount: 0, repositories: [] });
});
