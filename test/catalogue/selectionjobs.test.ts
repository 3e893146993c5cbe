import { randomUUID } from 'node:crypto';
import type { Viewer } from '../../src/domain/account.js';
import { createOwnEntry } from '../../src/domain/audit.js';
import type { RepositoryGlob } from '../../src/domain/glob.js';
import { parseRegistryName, type RepositoryName, type TagName } from '../../src/domain/name.js';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { writes } from '../support/observed/writes.js';
import { listEngines } from '../support/servers/engines.js';
import { until } from '../support/timer.js';
import { SelectedWorld, versions, type Whole } from '../support/worlds/selected.js';

interface Undo {
  readonly undo: { readonly tagCount: number; readonly tags: readonly object[] };
  readonly job: { readonly id: string; readonly work: string } | null;
  readonly userErrors: readonly { readonly code: string }[];
}

async function undo(world: SelectedWorld, id: string, dryRun: boolean, viewer?: Viewer): Promise<Undo> {
  const { data } = await world.world.gateway.query<{ undoJob: Undo }>(
    `mutation ($input: UndoJobInput!) { undoJob(input: $input) { undo { tagCount
      tags(first: 10, state: RESTORABLE) { name repositoryName registry { name } } }
      job { id work } userErrors { code } } }`,
    { input: { id, dryRun } },
    viewer,
  );
  return data.undoJob;
}

async function list(world: SelectedWorld, filter: object, viewer?: Viewer): Promise<string[]> {
  const { data } = await world.world.gateway.query<{ jobs: { nodes: { id: string; work: string }[] } }>(
    'query ($filter: JobFilter!) { jobs(first: 20, filter: $filter) { nodes { id work } } }',
    { filter },
    viewer,
  );
  return data.jobs.nodes.filter(({ work }) => work !== 'CRAWL').map(({ id, work }) => `${work} ${id}`);
}

async function cancel(world: SelectedWorld, id: string, viewer?: Viewer): Promise<readonly string[]> {
  const { data } = await world.world.gateway.query<{ cancelJob: { userErrors: { code: string }[] } }>(
    'mutation ($id: ID!) { cancelJob(input: { id: $id }) { userErrors { code } } }',
    { id },
    viewer,
  );
  return data.cancelJob.userErrors.map(({ code }) => code);
}

async function deleteAll(world: SelectedWorld): Promise<Whole> {
  const { plan } = await world.delete({ filter: versions, dryRun: true });
  return (await world.delete({ filter: versions, planToken: plan!.token })).job!;
}

/** Who may delete from `team/db` of `r`, and sees nothing else. */
async function createPart({ world }: SelectedWorld): Promise<Viewer> {
  const { id: registryId } = (await world.gateway.registries.findByName(parseRegistryName('r')))!;
  return {
    accountId: '00000000-0000-4000-8000-00000000aaaa',
    username: 'part',
    roles: [],
    grants: [{ registryId, repositories: 'team/db' as RepositoryGlob, right: 'DELETE' }],
  };
}

describe.each(listEngines('the job of a deletion from many repositories'))('on $name', ({ open }) => {
  test('it is listed once, followed to its end by one stream, and undone as a whole', async () => {
    await using world = await SelectedWorld.open(open);
    const { gateway } = world.world;
    // Its image stays, so that the tag can come back.
    seed(world.second.store, 'team/db', 'kept', buildImage({ labels: { is: 'team/db:v1' } }));
    await gateway.crawl('s');
    const { id } = await deleteAll(world);
    const request = gateway.catalogue.open({ accountId: 'ann', username: 'ann', roles: ['registries:ro'] });
    const follower = await gateway.catalogue.useCases.browsing.jobs.follow(request, id);
    const told: { readonly done: number; readonly total: number; readonly state: string }[] = [];
    await until(async () => {
      told.push(...(await follower.next(request)));
      return follower.isOver;
    });
    follower.close();
    expect(told.at(-1)).toMatchObject({ id, state: 'SUCCEEDED', done: 6, total: 6 });
    expect(told.map(({ done }) => done)).toEqual(told.map(({ done }) => done).toSorted((a, b) => a - b));
    const whole = [`DELETE_SELECTION ${id}`];
    expect([await list(world, {}), await list(world, { registries: ['s'], states: ['SUCCEEDED'] })]).toEqual([
      whole,
      whole,
    ]);
    expect((await list(world, { pieces: true })).map((job) => job.split(' ')[0])).toEqual(Array(3).fill('DELETE_TAGS'));
    const { pieces, restorableTagCount } = await world.read(id);
    expect([restorableTagCount, pieces.nodes.every(({ parent }) => parent?.id === id)]).toEqual([3, true]);
    const shown = await undo(world, id, true);
    expect(shown).toMatchObject({ undo: { tagCount: 6 }, job: null, userErrors: [] });
    expect(shown.undo.tags).toHaveLength(3);
    expect(shown.undo.tags).toContainEqual({ name: 'v1', repositoryName: 'team/db', registry: { name: 's' } });
    const { job } = await undo(world, id, false);
    expect(job?.work).toBe('RESTORE_SELECTION');
    expect(await world.end({ job })).toMatchObject({ state: 'SUCCEEDED', done: 3, total: 3, registry: null });
    expect([world.tags('team/app'), world.tags('team/db', world.second)]).toEqual([
      ['kept', 'v1', 'v2'],
      ['kept', 'v1'],
    ]);
    expect(await undo(world, id, false)).toMatchObject({ job: null, userErrors: [] });
  });

  test('who was granted a part sees, counts, undoes and cancels the pieces of that alone', async () => {
    await using world = await SelectedWorld.open(open);
    const part = await createPart(world);
    const { id } = await world.end({ job: await deleteAll(world) });
    expect(await world.read(id, part)).toMatchObject({
      done: 2,
      total: 2,
      registry: { name: 'r' },
      pieceCounts: [{ state: 'SUCCEEDED', count: 1 }],
      pieces: { totalCount: 1, nodes: [{ repositoryName: 'team/db' }] },
    });
    expect(await list(world, {}, part)).toEqual([`DELETE_SELECTION ${id}`]);
    expect(await list(world, { registries: ['r'], repository: 'team/app' }, part)).toEqual([]);
    const none = { ...part, grants: [{ ...part.grants![0]!, repositories: 'none' as RepositoryGlob }] };
    expect([await world.read(id, none), await list(world, {}, none)]).toEqual([null, []]);
    expect((await undo(world, id, true, part)).undo.tagCount).toBe(2);
    expect((await undo(world, id, true, none)).userErrors).toEqual([expect.objectContaining({ code: 'NOT_FOUND' })]);
    expect(await cancel(world, id, none)).toEqual(['NOT_FOUND']);
    const reads = { ...part, grants: [{ ...part.grants![0]!, right: 'READ' as const }] };
    expect(await cancel(world, id, reads)).toEqual(['FORBIDDEN']);
  });

  test('cancelled by who may delete a part, it has the pieces of that not begun, and the others go on', async () => {
    await using world = await SelectedWorld.open(open);
    const { gateway, registry } = world.world;
    const { parts } = gateway;
    const { id: registryId } = (await gateway.registries.findByName(parseRegistryName('r')))!;
    const asked = { kind: 'DELETE_TAGS', registryId, requestedBy: 'ann', createdAt: parts.clock() } as const;
    const id = randomUUID();
    // Another gateway wrote them down, and nobody has begun.
    await parts.steps.createPieces(
      id,
      ['team/app', 'team/db'].map((name) => ({
        job: { ...asked, repository: name as RepositoryName },
        steps: [
          {
            kind: name === 'team/app' ? ('TAG' as const) : ('MANIFEST' as const),
            digest: registry.store.resolveTag(name, 'v1') as never,
            tags: ['v1' as TagName] as const,
          },
        ],
        audit: () => createOwnEntry({ at: parts.clock(), actor: 'ann', action: 'deleteSelection', details: null }),
      })),
    );
    expect(await cancel(world, id, await createPart(world))).toEqual([]);
    expect(await world.read(id)).toMatchObject({ state: 'RUNNING', cancelledBy: 'part', finishedAt: null });
    expect(writes(registry)).toEqual([]);
    await gateway.catalogue.start();
    const ended = await world.end({ job: { id } });
    expect(ended).toMatchObject({ state: 'CANCELLED', done: 1, total: 2 });
    expect(ended.pieces.nodes.map((piece) => `${piece.repositoryName} ${piece.state}`)).toEqual([
      'team/app SUCCEEDED',
      'team/db CANCELLED',
    ]);
    expect([world.tags('team/app'), world.tags('team/db')]).toEqual([
      ['kept', 'v2'],
      ['v1', 'v2'],
    ]);
  });

  test('its end is told by the pace of its pieces, and of each by its own', async () => {
    await using world = await SelectedWorld.open(open);
    const { gateway, registry } = world.world;
    const { jobs, steps, clock } = gateway.parts;
    const { id: registryId } = (await gateway.registries.findByName(parseRegistryName('r')))!;
    const asked = { kind: 'DELETE_TAGS', registryId, requestedBy: 'ann', createdAt: clock() } as const;
    const id = randomUUID();
    const digest = registry.store.resolveTag('team/app', 'v1') as never;
    const [first, second] = await steps.createPieces(
      id,
      ['team/app', 'team/db'].map((name) => ({
        job: { ...asked, repository: name as RepositoryName },
        steps: Array.from({ length: 8 }, (_, at) => ({
          kind: 'TAG' as const,
          digest,
          tags: [`v${at}` as TagName] as const,
        })),
        audit: () => createOwnEntry({ at: clock(), actor: 'ann', action: 'deleteSelection', details: null }),
      })),
    );
    const ends = async (job: string): Promise<(string | null)[]> => {
      const { startedAt, estimatedEndAt } = await world.read(job);
      return [startedAt, estimatedEndAt].map((time) => time && time.slice(11, 19));
    };
    expect(await ends(id)).toEqual([null, null]);
    for (const piece of [first!, second!]) await jobs.update(piece.id, { state: 'RUNNING', resumedAt: clock() });
    await jobs.update(first!.id, { done: 4 });
    await jobs.update(second!.id, { done: 2 });
    gateway.wait(60);
    // Six steps took two minutes: ten more, two at a time, are a hundred seconds, and six of one piece two minutes.
    expect(await ends(id)).toEqual(['03:04:05', '03:07:05']);
    expect(await ends(first!.id)).toEqual(['03:04:05', '03:06:05']);
    expect(await ends(second!.id)).toEqual(['03:04:05', null]);
  });
});
