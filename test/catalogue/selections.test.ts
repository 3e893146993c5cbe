import type { Viewer } from '../../src/domain/account.js';
import { createOwnEntry } from '../../src/domain/audit.js';
import type { RepositoryGlob } from '../../src/domain/glob.js';
import type { Digest } from '../../src/domain/digest.js';
import { parseRegistryName, type RepositoryName, type TagName } from '../../src/domain/name.js';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { writes } from '../support/observed/writes.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';
import { type Engine, listEngines } from '../support/servers/engines.js';
import { until } from '../support/timer.js';
import { openWorld, type World } from '../support/worlds/world.js';

interface Plan {
  readonly token: string;
  readonly tagCount: number;
  readonly upstreamRequests: number;
  readonly repositories: readonly { readonly repository: { readonly name: string }; readonly tagCount: number }[];
}
interface ShownJob {
  readonly id: string;
  readonly state: string;
  readonly repositoryName: string;
  readonly registry: { readonly name: string };
  readonly steps: { readonly nodes: readonly { readonly kind: string; readonly state: string }[] };
}
interface Payload {
  readonly plan: Plan | null;
  readonly jobCount: number;
  readonly jobs: readonly ShownJob[];
  readonly userErrors: readonly { readonly code: string; readonly message: string }[];
}

const planFields =
  'token tagCount manifestCount repositoryCount protectedTagCount unknownTagCount unreadRepositoryCount reclaimable ' +
  'upstreamRequests confirmedAt repositories { repository { name } registry { name } tags { name } tagCount ' +
  'keepingImageCount manifestCount method needsApproval leavesEmptyRepository uncertainties }';
const jobFields = 'id state repositoryName registry { name } steps(first: 100) { nodes { kind state tags } }';

/** Registries `r` and `s`: v1 and v2 of `team/app` are on one image, which `kept` is on too. */
class SelectedWorld implements AsyncDisposable {
  private constructor(
    readonly world: World,
    readonly second: MemoryRegistry,
  ) {}

  static async open(openDatabase?: Engine['open']): Promise<SelectedWorld> {
    const world = await openWorld({ flavour: '3.1' }, { maxAge: 3600, ...(openDatabase && { openDatabase }) });
    const second = await createMemoryRegistry({ flavour: '3.1' });
    await world.gateway.attach('s', second.url, { maxAge: 3600 });
    const shared = buildImage({ labels: { is: 'shared' } });
    for (const tag of ['v1', 'v2', 'kept']) seed(world.registry.store, 'team/app', tag, shared);
    for (const store of [world.registry.store, second.store])
      for (const name of ['team/db', 'other'])
        for (const tag of ['v1', 'v2']) seed(store, name, tag, buildImage({ labels: { is: `${name}:${tag}` } }));
    for (const name of ['r', 's']) await world.gateway.crawl(name);
    return new SelectedWorld(world, second);
  }

  async delete(input: object, viewer?: Viewer): Promise<Payload> {
    const { data, codes } = await this.world.gateway.query<{ deleteSelection: Payload }>(
      `mutation ($input: DeleteSelectionInput!) { deleteSelection(input: $input) { plan { ${planFields} } jobCount
        jobs { ${jobFields} } userErrors { code message } } }`,
      { input },
      viewer,
    );
    expect(codes).toEqual([]);
    return data.deleteSelection;
  }

  async end({ jobs }: Payload): Promise<ShownJob[]> {
    const read = async (): Promise<ShownJob[]> => {
      const found = jobs.map(async ({ id }) => {
        const { data } = await this.world.gateway.query<{ job: ShownJob }>(
          `query ($id: ID!) { job(id: $id) { ${jobFields} } }`,
          { id },
        );
        return data.job;
      });
      return Promise.all(found);
    };
    await until(async () => (await read()).every(({ state }) => !['QUEUED', 'RUNNING'].includes(state)));
    return read();
  }

  tags(repository: string, { store }: MemoryRegistry = this.world.registry): string[] {
    return store.tags(repository).toSorted();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.world[Symbol.asyncDispose]();
    await this.second.close();
  }
}

const versions = { repositoryGlobs: ['team/*'], glob: 'v*' };
const namesOf = (plan: Plan | null): string[] =>
  plan!.repositories.map(({ repository, tagCount }) => `${repository.name} ${tagCount}`).toSorted();
const codesOf = ({ userErrors }: Payload): string[] => userErrors.map(({ code }) => code);

describe.each(listEngines('deletions from many repositories'))('on $name', ({ open }) => {
  test('one plan over registries and repositories is made by the index, and its token begins a job for each', async () => {
    await using world = await SelectedWorld.open(open);
    const before = [world.world.registry, world.second].map(({ requests }) => requests.length);
    const { plan, jobCount, userErrors } = await world.delete({ filter: versions, dryRun: true });
    expect([jobCount, userErrors, namesOf(plan)]).toEqual([0, [], ['team/app 2', 'team/db 2', 'team/db 2']]);
    expect(plan).toMatchObject({
      tagCount: 6,
      manifestCount: 4,
      repositoryCount: 3,
      protectedTagCount: 0,
      unknownTagCount: 0,
      unreadRepositoryCount: 0,
      confirmedAt: '2026-01-02T03:04:05.000Z',
    });
    expect(plan!.repositories.find(({ repository }) => repository.name === 'team/app')).toMatchObject({
      keepingImageCount: 2,
      manifestCount: 0,
      method: 'TAG_DELETE',
      leavesEmptyRepository: false,
      needsApproval: false,
      uncertainties: [],
    });
    expect([world.world.registry, world.second].map(({ requests }) => requests.length)).toEqual(before);
    const begun = await world.delete({ filter: versions, planToken: plan!.token });
    expect([begun.jobCount, begun.plan, begun.userErrors]).toEqual([3, null, []]);
    const ended = await world.end(begun);
    expect(ended.map((job) => `${job.registry.name} ${job.repositoryName} ${job.state}`).toSorted()).toEqual([
      'r team/app SUCCEEDED',
      'r team/db SUCCEEDED',
      's team/db SUCCEEDED',
    ]);
    expect([world.tags('team/app'), world.tags('team/db'), world.tags('other')]).toEqual([['kept'], [], ['v1', 'v2']]);
    expect(world.tags('team/db', world.second)).toEqual([]);
    const sent = world.world.registry.requests.length + world.second.requests.length - before[0]! - before[1]!;
    expect(sent).toBeLessThanOrEqual(plan!.upstreamRequests * 1.1);
    const { data } = await world.world.gateway.query<{ auditLog: { nodes: { action: string; repository: string }[] } }>(
      '{ auditLog(first: 10, filter: { action: "deleteSelection" }) { nodes { action repository outcome jobId } } }',
    );
    expect(data.auditLog.nodes.map(({ repository }) => repository).toSorted()).toEqual([
      'team/app',
      'team/db',
      'team/db',
    ]);
  });

  test('who was granted a part deletes from that alone, and is refused where they may only read', async () => {
    await using world = await SelectedWorld.open(open);
    const { gateway } = world.world;
    const { id } = (await gateway.registries.findByName(parseRegistryName('r')))!;
    const grant = (repositories: string, right: 'READ' | 'DELETE') => ({
      registryId: id,
      repositories: repositories as RepositoryGlob,
      right,
    });
    const viewerOf = (...grants: Viewer['grants'] & object): Viewer => ({
      accountId: '00000000-0000-4000-8000-00000000aaaa',
      username: 'part',
      roles: [],
      grants,
    });
    const all = { ...versions, repositoryGlobs: ['*'] };
    const part = viewerOf(grant('team/db', 'DELETE'));
    const { plan } = await world.delete({ filter: all, dryRun: true }, part);
    expect(namesOf(plan)).toEqual(['team/db 2']);
    const reads = viewerOf(grant('team/db', 'DELETE'), grant('other', 'READ'));
    expect(codesOf(await world.delete({ filter: all, dryRun: true }, reads))).toEqual(['FORBIDDEN']);
    const begun = await world.delete({ filter: all, planToken: plan!.token }, part);
    expect((await world.end(begun)).map(({ state }) => state)).toEqual(['SUCCEEDED']);
    expect([world.tags('team/db'), world.tags('team/app')]).toEqual([[], ['kept', 'v1', 'v2']]);
    expect(world.tags('team/db', world.second)).toEqual(['v1', 'v2']);
  });

  test('what an ended process left of it goes on, and what was sent is looked at first', async () => {
    await using world = await SelectedWorld.open(open);
    const { gateway, registry } = world.world;
    const { parts } = gateway;
    const { id: registryId } = (await gateway.registries.findByName(parseRegistryName('r')))!;
    const digestOf = (name: string, tag: string): Digest => registry.store.resolveTag(name, tag) as Digest;
    const wanted = ['team/app', 'team/db'].map((name) => ({
      job: {
        kind: 'DELETE_TAGS' as const,
        registryId,
        repository: name as RepositoryName,
        requestedBy: 'ann',
        createdAt: parts.clock(),
      },
      steps: ['v1', 'v2'].map((tag) => ({
        kind: name === 'team/app' ? ('TAG' as const) : ('MANIFEST' as const),
        digest: digestOf(name, tag),
        tags: [tag as TagName] as const,
      })),
      audit: () => createOwnEntry({ at: parts.clock(), actor: 'ann', action: 'deleteSelection', details: null }),
    }));
    const jobs = await parts.steps.createAll(wanted);
    expect(jobs.map(({ repository, state, total }) => [repository, state, total])).toEqual([
      ['team/app', 'QUEUED', 2],
      ['team/db', 'QUEUED', 2],
    ]);
    // It was sent and done, and the process ended before that was written down.
    await parts.steps.record(jobs[0]!.id, 0, { state: 'SENT' });
    registry.store.deleteTag('team/app', 'v1');
    await gateway.catalogue.start();
    const ended = await world.end({ jobs } as unknown as Payload);
    expect(ended.map(({ state, steps }) => [state, steps.nodes.map((step) => step.state)])).toEqual([
      ['SUCCEEDED', ['DONE', 'DONE']],
      ['SUCCEEDED', ['DONE', 'DONE']],
    ]);
    expect(writes(registry).filter((request) => request.includes('team/app'))).toHaveLength(1);
    expect([world.tags('team/app'), world.tags('team/db')]).toEqual([['kept'], []]);
  });

  test('of several jobs that are written down together one that may not be keeps all from being', async () => {
    await using world = await SelectedWorld.open(open);
    const { gateway } = world.world;
    const { parts } = gateway;
    const { id: registryId } = (await gateway.registries.findByName(parseRegistryName('r')))!;
    const jobOf = (name: string) => ({
      kind: 'DELETE_TAGS' as const,
      registryId,
      repository: name as RepositoryName,
      requestedBy: 'ann',
      requestedAccount: 'ann',
      createdAt: parts.clock(),
    });
    const audit = () => createOwnEntry({ at: parts.clock(), actor: 'ann', action: 'deleteSelection', details: null });
    const waiting = { ...jobOf('team/db'), approvalExpiresAt: new Date(parts.clock().getTime() + 1000) };
    const many = Array.from({ length: 11 }, () => ({ job: waiting, steps: [], audit }));
    await expect(parts.steps.createAll([{ job: jobOf('team/app'), steps: [], audit }, ...many])).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    expect(await parts.jobs.listUnfinished(['DELETE_TAGS'])).toEqual([]);
  });
});

test('nothing is done without the token of what was shown, and once the index has something else', async () => {
  await using world = await SelectedWorld.open();
  const { gateway, registry } = world.world;
  expect(codesOf(await world.delete({ filter: versions }))).toEqual(['PLAN_INVALID']);
  expect(codesOf(await world.delete({ filter: { glob: 'v*' }, dryRun: true }))).toEqual(['BAD_USER_INPUT']);
  expect(codesOf(await world.delete({ filter: { ...versions, glob: 'none' }, dryRun: true }))).toEqual(['NOT_FOUND']);
  const { plan } = await world.delete({ filter: versions, dryRun: true });
  // Of another filter the token stands for something else.
  const narrower = await world.delete({ filter: { ...versions, registries: ['r'] }, planToken: plan!.token });
  expect([codesOf(narrower), namesOf(narrower.plan)]).toEqual([['CHANGED_SINCE_PLAN'], ['team/app 2', 'team/db 2']]);
  seed(registry.store, 'team/db', 'v3', buildImage({ labels: { is: 'new' } }));
  await gateway.crawl('r');
  expect(codesOf(await world.delete({ filter: versions, planToken: plan!.token }))).toEqual(['CHANGED_SINCE_PLAN']);
  gateway.wait(301);
  expect(codesOf(await world.delete({ filter: versions, planToken: plan!.token }))).toEqual(['PLAN_INVALID']);
  expect([writes(registry), writes(world.second)]).toEqual([[], []]);
});

test('protected tags and those that are named stay, and a registry that is read-only refuses it all', async () => {
  await using world = await SelectedWorld.open();
  const { gateway, registry } = world.world;
  const protect = (settings: string) =>
    gateway.query(`mutation { setProtection(input: { registry: "r", ${settings} }) { userErrors { code } } }`);
  await protect('rules: [{ repository: "team/db", tag: "v1" }]');
  const { data } = await gateway.query<{ tag: { id: string } }>(
    '{ repository(registry: "r", name: "team/app") { tag(name: "v1") { id } } }',
  );
  const { id } = (data as unknown as { repository: { tag: { id: string } } }).repository.tag;
  const filter = { ...versions, registries: ['r'] };
  const input = { filter, except: [id] };
  const { plan } = await world.delete({ ...input, dryRun: true });
  expect(plan).toMatchObject({ tagCount: 2, protectedTagCount: 1 });
  // It points elsewhere by now, and nobody has read that: it stays, and the rest goes.
  seed(registry.store, 'team/db', 'v2', buildImage({ labels: { is: 'moved' } }));
  const ended = await world.end(await world.delete({ ...input, planToken: plan!.token }));
  expect(ended.map((job) => `${job.repositoryName} ${job.state}`).toSorted()).toEqual([
    'team/app SUCCEEDED',
    'team/db FAILED',
  ]);
  expect([world.tags('team/app'), world.tags('team/db')]).toEqual([
    ['kept', 'v1'],
    ['v1', 'v2'],
  ]);
  await protect('readOnly: true');
  expect(codesOf(await world.delete({ filter: versions, dryRun: true }))).toEqual(['READ_ONLY']);
});
