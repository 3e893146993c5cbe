import { randomUUID } from 'node:crypto';
import type { Viewer } from '../../src/domain/account.js';
import { createOwnEntry } from '../../src/domain/audit.js';
import type { RepositoryGlob } from '../../src/domain/glob.js';
import type { Digest } from '../../src/domain/digest.js';
import { parseRegistryName, type RepositoryName, type TagName } from '../../src/domain/name.js';
import { encodeNodeId } from '../../src/graphql/nodeid.js';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { writes } from '../support/observed/writes.js';
import { listEngines } from '../support/servers/engines.js';
import { type Plan, SelectedWorld, type SelectionPayload, versions } from '../support/worlds/selected.js';

const namesOf = (plan: Plan | null): string[] =>
  plan!.repositories.map(({ repository, tagCount }) => `${repository.name} ${tagCount}`).toSorted();
const codesOf = ({ userErrors }: SelectionPayload): string[] => userErrors.map(({ code }) => code);

describe.each(listEngines('deletions from many repositories'))('on $name', ({ open }) => {
  test('one plan over registries and repositories is made by the index, and its token begins a job for each', async () => {
    await using world = await SelectedWorld.open(open);
    const before = [world.world.registry, world.second].map(({ requests }) => requests.length);
    const { plan, job, userErrors } = await world.delete({ filter: versions, dryRun: true });
    expect([job, userErrors, namesOf(plan)]).toEqual([null, [], ['team/app 2', 'team/db 2', 'team/db 2']]);
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
    expect([begun.job!.pieces.totalCount, begun.plan, begun.userErrors]).toEqual([3, null, []]);
    const ended = await world.end(begun);
    expect(ended).toMatchObject({
      work: 'DELETE_SELECTION',
      state: 'SUCCEEDED',
      done: 6,
      total: 6,
      registry: null,
      repositoryName: null,
      failures: [],
      failureCount: 0,
      cancelledBy: null,
      startedAt: '2026-01-02T03:04:05.000Z',
      estimatedEndAt: null,
      viewerCanCancel: true,
      viewerCanApprove: false,
      pieceCounts: [{ state: 'SUCCEEDED', count: 3 }],
    });
    expect(
      ended.pieces.nodes.map((job) => `${job.registry.name} ${job.repositoryName} ${job.state}`).toSorted(),
    ).toEqual(['r team/app SUCCEEDED', 'r team/db SUCCEEDED', 's team/db SUCCEEDED']);
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
    expect((await world.end(begun)).pieceCounts).toEqual([{ state: 'SUCCEEDED', count: 1 }]);
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
    const id = randomUUID();
    const jobs = await parts.steps.createPieces(id, wanted);
    expect(jobs.map(({ repository, state, total }) => [repository, state, total])).toEqual([
      ['team/app', 'QUEUED', 2],
      ['team/db', 'QUEUED', 2],
    ]);
    // It was sent and done, and the process ended before that was written down.
    await parts.steps.record(jobs[0]!.id, 0, { state: 'SENT' });
    registry.store.deleteTag('team/app', 'v1');
    await gateway.catalogue.start();
    const ended = await world.end({ job: { id } });
    expect([ended.state, ended.done, ended.registry]).toEqual(['SUCCEEDED', 4, { name: 'r' }]);
    expect(ended.pieces.nodes.map(({ state, steps }) => [state, steps.nodes.map((step) => step.state)])).toEqual([
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
    const pieces = Array.from({ length: 11 }, () => ({ job: waiting, steps: [], audit }));
    const both = [{ job: jobOf('team/app'), steps: [], audit }, ...pieces];
    // However many pieces of a whole wait, one approval is for all of them, and they count as one.
    for (let whole = 0; whole < 10; whole++) await parts.steps.createPieces(randomUUID(), pieces);
    await expect(parts.steps.createPieces(randomUUID(), both)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(await parts.jobs.listUnfinished(['DELETE_TAGS'])).toEqual([]);
  });
});

test('tags and repositories that are named by their ids are deleted by one plan, as far as they are there and seen', async () => {
  await using world = await SelectedWorld.open();
  const { gateway } = world.world;
  const { id: r } = (await gateway.registries.findByName(parseRegistryName('r')))!;
  const { id: s } = (await gateway.registries.findByName(parseRegistryName('s')))!;
  const tag = (registryId: string, repository: string, name: string): string =>
    encodeNodeId({ type: 'Tag', registryId, repository: repository as RepositoryName, name: name as TagName });
  const whole = encodeNodeId({ type: 'Repository', registryId: s, name: 'other' as RepositoryName });
  const input = { tags: [tag(r, 'team/app', 'v1'), tag(r, 'team/db', 'none')], repositories: [whole] };
  const { plan } = await world.delete({ ...input, dryRun: true });
  expect(namesOf(plan)).toEqual(['other 2', 'team/app 1']);
  const ended = await world.end(await world.delete({ ...input, planToken: plan!.token }));
  expect(ended).toMatchObject({ state: 'SUCCEEDED', pieceCounts: [{ state: 'SUCCEEDED', count: 2 }] });
  expect([world.tags('team/app'), world.tags('other'), world.tags('other', world.second)]).toEqual([
    ['kept', 'v2'],
    ['v1', 'v2'],
    [],
  ]);
  const part: Viewer = {
    accountId: '00000000-0000-4000-8000-00000000aaaa',
    username: 'part',
    roles: [],
    grants: [{ registryId: r, repositories: 'team/db' as RepositoryGlob, right: 'DELETE' }],
  };
  const hidden = { tags: [tag(r, 'other', 'v1'), tag(r, 'nowhere', 'v1')], dryRun: true };
  expect(codesOf(await world.delete(hidden, part))).toEqual(['NOT_FOUND']);
  for (const wrong of [{}, { ...input, filter: versions }, { tags: [whole] }, { ...input, except: [] }])
    expect(codesOf(await world.delete({ ...wrong, dryRun: true }))).toEqual(['BAD_USER_INPUT']);
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
  expect(ended).toMatchObject({
    state: 'PARTIALLY_FAILED',
    failureCount: 1,
    failures: [{ subject: 'team/db', code: 'CHANGED_SINCE_PLAN' }],
  });
  expect(ended.pieces.nodes.map((job) => `${job.repositoryName} ${job.state}`).toSorted()).toEqual([
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
