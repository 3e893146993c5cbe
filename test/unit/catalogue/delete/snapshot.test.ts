import { RepositorySnapshots, type SnapshotParts } from '../../../../src/catalogue/delete/snapshot.js';
import type { Image, Tag } from '../../../../src/domain/catalogue.js';
import type { DeletionStep, StepKind, StepState } from '../../../../src/domain/deletion.js';
import type { TagName } from '../../../../src/domain/name.js';
import { createManualTimer } from '../../../support/timer.js';
import { digestOf, type GivenIndexes, headsOf, problem, referenceParts, source, tag } from './given.js';

/** A step of a plan for the image with this key. */
function step(imageKey: number, tags: readonly string[], state: StepState = 'PENDING'): DeletionStep {
  return {
    kind: 'MANIFEST',
    digest: digestOf(imageKey),
    tags: tags as TagName[],
    position: 0,
    state,
    placeholderDigest: null,
    error: null,
  };
}

/**
 * Snapshots of a repository whose tags the test changes. `readings` counts how often it was read whole, each 100 ms
 * long after `waits` ms for another; `asked` are tags that were asked for beside that.
 */
async function open(tags: readonly Tag[], steps: readonly DeletionStep[], given: GivenIndexes = {}) {
  const world = { tags, readings: 0, lists: 0, waits: 0, asked: [] as string[], unread: [] as string[] };
  const timer = createManualTimer();
  const references = referenceParts(given);
  const repository = source.repository;
  const parts: SnapshotParts = {
    ...references,
    images: {
      ...references.images,
      findByDigests: async (digests) =>
        digests.map((digest) => ({ key: Number.parseInt(digest.slice(-8), 16), digest }) as Image),
    },
    timer,
    clock: () => new Date(0),
    repositories: {
      find: async () => repository,
      findMany: async () => [repository],
      add: async () => repository,
    },
    tags: { listAll: async () => [...world.tags] },
    sync: {
      syncRepository: async (_, __, options) => {
        await timer.advance(world.waits);
        options?.onBegin?.();
        if (options?.choose) {
          for (const one of await options.choose(world.tags)) world.asked.push(one.name);
          return null;
        }
        world.readings++;
        await timer.advance(100);
        return null;
      },
    },
  };
  const upstream = {
    headManifest: headsOf(tags).headManifest,
    listTags: async () => {
      world.lists++;
      return {
        names: [...world.tags.map(({ name }) => name), ...(world.unread as TagName[])],
        dropped: 0,
        known: true,
      };
    },
  };
  const snapshots = await RepositorySnapshots.open(parts, { ...source, upstream, call: {} }, steps);
  return { snapshots, timer, world };
}

test('a manifest whose tags all go is not referenced, and one with a tag that stays is', async () => {
  const { snapshots } = await open([tag('a', 1), tag('b', 2), tag('stays', 2)], [step(1, ['a']), step(2, ['b'])]);
  expect(await snapshots.isReferenced(digestOf(1), 'MANIFEST')).toBe(false);
  expect(await snapshots.isReferenced(digestOf(2), 'MANIFEST')).toBe(true);
});

test('a manifest is referenced by a tag that was pushed on it since, even one that was to go with another', async () => {
  const { snapshots } = await open([tag('a', 1), tag('b', 1)], [step(1, ['a']), step(2, ['b'])]);
  expect(await snapshots.isReferenced(digestOf(1), 'MANIFEST')).toBe(true);
});

/** That each reading of these costs its 100 ms. */
const many = Array.from({ length: 40 }, (_, at) => tag(`other-${at}`, 100 + at));

test.each([0, 600_000])(
  'a snapshot is used for twice the time that it took, without the %i ms it waited, then read again',
  async (waits) => {
    const { snapshots, timer, world } = await open([tag('a', 1), ...many], [step(1, ['a'])]);
    world.waits = waits;
    await snapshots.isReferenced(digestOf(1), 'MANIFEST');
    await timer.advance(200);
    await snapshots.isReferenced(digestOf(1), 'MANIFEST');
    expect(world.readings).toBe(1);
    await timer.advance(1);
    world.tags = [tag('a', 1), ...many.slice(1), tag('other-0', 1)];
    expect(await snapshots.isReferenced(digestOf(1), 'MANIFEST')).toBe(true);
    expect(world.readings).toBe(2);
  },
);

test.each([
  ['of three tags', 3, 30],
  ['of ten thousand', 10_000, 200],
])('a reading %s that took long is used for no longer than they cost', async (_, count, lifetime) => {
  const tags = Array.from({ length: count }, (__, at) => tag(`t${at}`, 1 + at));
  const { snapshots, timer, world } = await open(tags, [step(1, ['t0'])]);
  await snapshots.isReferenced(digestOf(1), 'MANIFEST');
  await timer.advance(lifetime);
  await snapshots.isReferenced(digestOf(1), 'MANIFEST');
  expect(world.readings).toBe(1);
  await timer.advance(1);
  await snapshots.isReferenced(digestOf(1), 'MANIFEST');
  expect(world.readings).toBe(2);
});

test.each<StepKind>(['MANIFEST', 'CHILD'])(
  'a tag that came since the snapshot keeps its image, and costs the list and itself: %s',
  async (kind) => {
    const { snapshots, world } = await open([tag('stays', 2), ...many], [step(1, ['gone'])]);
    expect(await snapshots.isReferenced(digestOf(1), kind)).toBe(false);
    world.tags = [...world.tags, tag('new', 1)];
    expect(await snapshots.isReferenced(digestOf(1), kind)).toBe(true);
    expect(await snapshots.isReferenced(digestOf(1), kind)).toBe(true);
    expect(world).toMatchObject({ readings: 1, lists: 3, asked: ['new'] });
  },
);

test('a tag that a step deleted, or that was not listed for a while, is new when it comes back', async () => {
  const before = [tag('a', 1), tag('b', 2), tag('other', 3)];
  const { snapshots, world } = await open(before, [step(1, ['a']), step(2, ['b'])]);
  expect(await snapshots.isReferenced(digestOf(1), 'MANIFEST')).toBe(false);
  await snapshots.recordOutcome(step(1, ['a']), { state: 'DONE', error: null });
  world.tags = [tag('a', 2), tag('b', 2)];
  expect(await snapshots.isReferenced(digestOf(2), 'MANIFEST')).toBe(true);
  expect(await snapshots.isReferenced(digestOf(4), 'MANIFEST')).toBe(false);
  world.tags = [tag('a', 2), tag('b', 2), tag('other', 4)];
  expect(await snapshots.isReferenced(digestOf(4), 'MANIFEST')).toBe(true);
  expect(world).toMatchObject({ readings: 1, asked: ['a', 'other'] });
});

test('a tag that came and is not in the index keeps every manifest while the registry has it', async () => {
  const { snapshots, world } = await open([tag('a', 1), tag('hidden', 9)], [step(1, ['a'])]);
  world.tags = [tag('a', 1)];
  expect(await snapshots.isReferenced(digestOf(1), 'MANIFEST')).toBe(false);
  world.unread = ['hidden', 'gone'];
  expect(await snapshots.isReferenced(digestOf(1), 'MANIFEST')).toBe(true);
  world.unread = ['gone'];
  snapshots.discard();
  expect(await snapshots.isReferenced(digestOf(1), 'MANIFEST')).toBe(false);
});

test('a snapshot for children that waited for a crawl until the one before is too old is read whole', async () => {
  const { snapshots, world } = await open([tag('stays', 2), ...many], [step(1, ['gone'])]);
  await snapshots.isReferenced(digestOf(1), 'MANIFEST');
  await snapshots.isReferenced(digestOf(3), 'CHILD');
  expect(world.readings).toBe(1);
  snapshots.discard();
  await snapshots.isReferenced(digestOf(1), 'MANIFEST');
  world.waits = 201;
  await snapshots.isReferenced(digestOf(3), 'CHILD');
  expect(world.readings).toBe(3);
});

test('children have a snapshot of their own, in which every tag that is there stays', async () => {
  const given = { entries: { 1: [{ of: 3 }] } };
  const { snapshots, world } = await open([tag('multi', 1)], [step(1, ['multi'])], given);
  expect(await snapshots.isReferenced(digestOf(3), 'MANIFEST')).toBe(false);
  expect(await snapshots.isReferenced(digestOf(3), 'CHILD')).toBe(true);
  expect(world).toMatchObject({ readings: 1, asked: ['multi'] });
});

test('after a step that was skipped, all that its image holds stays, with the reason of the step', async () => {
  const given = { entries: { 1: [{ of: 3 }] } };
  const error = { code: 'PROTECTED' as const, message: 'It is protected.' };
  const { snapshots, world } = await open([tag('multi', 1)], [step(1, ['multi'])], given);
  world.tags = [];
  expect(await snapshots.isReferenced(digestOf(3), 'CHILD')).toBe(false);
  await snapshots.recordOutcome(step(1, ['multi']), { state: 'FAILED', error });
  expect(await snapshots.isReferenced(digestOf(3), 'CHILD')).toBe(true);
  expect(snapshots.reasonFor(digestOf(3))).toEqual(error);
  expect(snapshots.reasonFor(digestOf(4))).toBeNull();
});

test('after a step that was done nothing more stays', async () => {
  const given = { entries: { 1: [{ of: 3 }] } };
  const { snapshots } = await open([], [step(1, ['multi'])], given);
  await snapshots.recordOutcome(step(1, ['multi']), { state: 'DONE', error: null });
  expect(await snapshots.isReferenced(digestOf(3), 'CHILD')).toBe(false);
});

test('steps that an ended process left undone keep what they hold, and every manifest when that is not known', async () => {
  const steps = [step(1, ['multi'], 'FAILED'), step(2, ['other'])];
  const known = await open([], steps, { entries: { 1: [{ of: 3 }] } });
  expect(await known.snapshots.isReferenced(digestOf(3), 'CHILD')).toBe(true);
  expect(await known.snapshots.isReferenced(digestOf(2), 'MANIFEST')).toBe(false);
  const unknown = await open([], steps, { unclear: [1] });
  expect(await unknown.snapshots.isReferenced(digestOf(2), 'MANIFEST')).toBe(true);
});

test('a step that was skipped for a tag of the snapshot has the repository read again', async () => {
  const { snapshots, world } = await open([tag('a', 1), tag('b', 2)], [step(1, ['a']), step(2, ['b'])]);
  await snapshots.isReferenced(digestOf(1), 'MANIFEST');
  await snapshots.recordOutcome(step(1, ['a']), { state: 'KEPT', error: null });
  await snapshots.isReferenced(digestOf(2), 'MANIFEST');
  expect(world.readings).toBe(2);
});

test('a tag with nothing behind it that was planned so is to go, and one that cannot be read keeps every manifest', async () => {
  const dangling: DeletionStep = { ...step(1, []), kind: 'TAG', digest: null, tags: ['a' as TagName] };
  const invalid = tag('a', null, problem('UPSTREAM_INVALID'));
  const lost = tag('b', null, problem('UPSTREAM_TIMEOUT'));
  const settled = await open([invalid], [dangling, step(2, [])]);
  expect(await settled.snapshots.isReferenced(digestOf(2), 'MANIFEST')).toBe(false);
  const unsettled = await open([invalid, lost], [dangling, step(2, [])]);
  expect(await unsettled.snapshots.isReferenced(digestOf(2), 'MANIFEST')).toBe(true);
});
