import * as fc from 'fast-check';
import { countRequests, type Partition, partitionTags, planSteps } from '../../../../src/catalogue/delete/partition.js';
import { findReferences, imageKeysOf, listHeld } from '../../../../src/catalogue/delete/references.js';
import { addSiblings, maxTags, parseSelection, selectTags } from '../../../../src/catalogue/delete/selection.js';
import type { Tag } from '../../../../src/domain/catalogue.js';
import type { PlannedStep } from '../../../../src/domain/deletion.js';
import type { Digest } from '../../../../src/domain/digest.js';
import type { TagName } from '../../../../src/domain/name.js';
import { digestOf, type GivenIndexes, headsOf, problem, referenceParts, source, tag } from './given.js';

/** Plans the deletion of some of the tags, as the planner does once it has read them. */
async function partition(all: readonly Tag[], going: readonly string[], given: GivenIndexes = {}): Promise<Partition> {
  const parts = referenceParts(given);
  const tags = all.filter(({ name }) => going.includes(name));
  const staying = all.filter(({ name }) => !going.includes(name));
  const references = await findReferences(parts, headsOf(all), staying, {});
  return partitionTags(tags, references, await listHeld(parts.images, imageKeysOf(tags)));
}

async function plan(all: readonly Tag[], going: readonly string[], given: GivenIndexes = {}): Promise<PlannedStep[]> {
  return planSteps(
    all.filter(({ name }) => going.includes(name)),
    await partition(all, going, given),
  );
}

const names = (tags: readonly Tag[]): string[] => tags.map(({ name }) => name);

test('an image goes with all its tags when they all go', async () => {
  expect(await plan([tag('a', 1), tag('b', 1), tag('c', 2)], ['a', 'b'])).toEqual([
    { kind: 'MANIFEST', digest: digestOf(1), tags: ['a', 'b'] },
  ]);
});

test('a tag goes alone when another tag is on its image', async () => {
  expect(await plan([tag('a', 1), tag('b', 1)], ['a'])).toEqual([{ kind: 'TAG', digest: digestOf(1), tags: ['a'] }]);
});

test('a tag goes alone when an index that stays holds its image', async () => {
  const given = { entries: { 1: [{ of: 2 }] } };
  expect(await plan([tag('multi', 1), tag('amd64', 2)], ['amd64'], given)).toEqual([
    { kind: 'TAG', digest: digestOf(2), tags: ['amd64'] },
  ]);
});

test('a tag with nothing behind it goes alone', async () => {
  expect(await plan([tag('a', null)], ['a'])).toEqual([{ kind: 'TAG', digest: null, tags: ['a'] }]);
});

test('an index takes with it the children that nothing else references', async () => {
  const given = { entries: { 1: [{ of: 2 }, { of: 3 }] } };
  expect(await plan([tag('multi', 1), tag('arm64', 3)], ['multi'], given)).toEqual([
    { kind: 'MANIFEST', digest: digestOf(1), tags: ['multi'] },
    { kind: 'CHILD', digest: digestOf(2), tags: [] },
  ]);
});

test('indexes go before the tagged images that they hold', async () => {
  const given = { entries: { 3: [{ of: 2 }], 2: [{ of: 1 }] } };
  const steps = await plan([tag('a', 1), tag('b', 2), tag('c', 3)], ['a', 'b', 'c'], given);
  expect(steps.map(({ digest }) => digest)).toEqual([3, 2, 1].map(digestOf));
});

test('children that were not read stay, and the plan says how many', async () => {
  const given = { entries: { 1: [{ of: 2, imageKey: null }, { of: 3 }, { of: 4, role: 'blob' as const }] } };
  const { children, imageKeys, uncertainties } = await partition([tag('multi', 1)], ['multi'], given);
  expect(children).toEqual([digestOf(3)]);
  expect(imageKeys).toEqual([1, 3]);
  expect(uncertainties).toEqual(['Of the indexes that go, 1 children were not read, and are left.']);
});

test('every tag goes alone, and no child goes, while a tag that stays cannot be read', async () => {
  const all = [tag('a', 1), tag('lost', null, problem('UPSTREAM_TIMEOUT'))];
  const divided = await partition(all, ['a'], { entries: { 1: [{ of: 2 }] } });
  expect(names(divided.alone)).toEqual(['a']);
  expect(divided).toMatchObject({ manifests: [], children: [], imageKeys: [] });
  expect(divided.uncertainties).toEqual(['The tag lost could not be read: what it points to now is not known.']);
});

const repositories = fc.record({
  /** Tags by the key of their image. */
  images: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 8 }),
  /** Entries lead to greater keys only. */
  edges: fc.array(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 2, max: 9 })), { maxLength: 10 }),
  going: fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
});

test('whatever the repository is, each tag that goes is in one step, and nothing that stays loses a manifest', async () => {
  await fc.assert(
    fc.asyncProperty(repositories, async ({ images, edges, going }) => {
      const all = images.map((imageKey, at) => tag(`t${at}`, imageKey));
      const wanted = names(all).filter((_, at) => going[at]);
      const entries: Record<number, { of: number }[]> = {};
      for (const [from, of] of edges) if (of > from) (entries[from] ??= []).push({ of });
      const steps = await plan(all, wanted, { entries });
      expect(steps.flatMap(({ tags }) => tags).sort()).toEqual([...wanted].sort());
      const needed = new Set<Digest>();
      const need = (key: number): void => {
        needed.add(digestOf(key));
        for (const { of } of entries[key] ?? []) need(of);
      };
      for (const { name, imageKey } of all) if (!wanted.includes(name)) need(imageKey!);
      const deleted = steps.filter(({ kind }) => kind !== 'TAG').map(({ digest }) => digest!);
      expect(deleted.filter((digest) => needed.has(digest))).toEqual([]);
      expect(new Set(deleted).size).toBe(deleted.length);
    }),
  );
});

test('names that no tag can have, none, and too many are refused', () => {
  const tooMany = Array.from({ length: maxTags + 1 }, (_, at) => `t${at}`);
  for (const [given, message] of [
    [[], '"tags" takes 1 to 500 tags, got 0.'],
    [tooMany, '"tags" takes 1 to 500 tags, got 501.'],
    [['a b'], expect.stringContaining('"a b"')],
  ] as const)
    expect(() => parseSelection({ names: given, withSiblings: false })).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT', message }),
    );
  expect(parseSelection({ names: null, withSiblings: false })).toEqual({ names: null, withSiblings: false });
});

test('the first name that is not there is named, and an empty repository has nothing to delete', () => {
  const all = [tag('a', 1), tag('b', 1)];
  const some = (...texts: string[]): TagName[] => texts as TagName[];
  expect(names(selectTags(source, all, some('b')))).toEqual(['b']);
  expect(selectTags(source, all, null)).toBe(all);
  expect(() => selectTags(source, all, some('a', 'x', 'y'))).toThrow(
    expect.objectContaining({
      code: 'NOT_FOUND',
      message: 'The repository team/app has no tag "x". Nothing was touched.',
    }),
  );
  expect(() => selectTags(source, [], null)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
});

test('siblings are the other tags on the same images, as far as they could be read', () => {
  const all = [tag('a', 1), tag('b', 1), tag('c', 2), tag('d', 1, problem('UPSTREAM_TIMEOUT'))];
  expect(names(addSiblings(all, [all[0]!]))).toEqual(['a', 'b']);
});

test('the requests of a plan are counted by how its tags go', () => {
  const steps: PlannedStep[] = [
    { kind: 'MANIFEST', digest: digestOf(1), tags: ['a' as TagName] },
    { kind: 'TAG', digest: digestOf(2), tags: ['b' as TagName] },
    { kind: 'CHILD', digest: digestOf(3), tags: [] },
  ];
  const counts = { all: 10, asked: 3 };
  expect(countRequests(steps, 'UNSUPPORTED', counts)).toBe(0);
  // 6 to plan, 2 + 3 + 3 of the steps, 11 of the snapshot, 1 of that for children, 2 lists at last with 2 proofs.
  expect(countRequests(steps, 'TAG_DELETE', counts)).toBe(6 + 8 + 11 + 1 + 4);
  expect(countRequests(steps, 'PLACEHOLDER_THEN_DELETE', counts)).toBe(6 + 11 + 11 + 1 + 4);
  expect(countRequests(steps.slice(1, 2), 'TAG_DELETE', counts)).toBe(6 + 2 + 3);
});
