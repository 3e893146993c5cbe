import { findHeld, findReferences, listHeld } from '../../../../src/catalogue/delete/references.js';
import { maxEntriesRead, maxIndexDepth } from '../../../../src/domain/image.js';
import { digestOf, type GivenEntry, type GivenIndexes, headsOf, problem, referenceParts, tag } from './given.js';

const call = {};

/** Index 1 holds index 2, which holds index 3, and so on: the last key is an image. */
function chain(length: number): Record<number, readonly GivenEntry[]> {
  return Object.fromEntries(
    Array.from({ length: length - 1 }, (_, at) => [at + 1, [{ of: at + 2, role: 'index' as const }]]),
  );
}

function find(given: GivenIndexes, tags = [tag('latest', 1)]) {
  return findReferences(referenceParts(given), headsOf(tags), tags, call);
}

test('a tag references its image, and all that its index holds', async () => {
  const references = await find({ entries: { 1: [{ of: 2 }, { of: 3, attestation: true }] } });
  expect(references).toEqual({
    digests: new Set([1, 2, 3].map(digestOf)),
    isUncertain: false,
    uncertainties: [],
  });
});

test('no tags reference nothing, and that is certain', async () => {
  expect(await find({}, [])).toEqual({ digests: new Set(), isUncertain: false, uncertainties: [] });
});

test('indexes are followed as deep as the bound says, and all there is then is known', async () => {
  const references = await find({ entries: chain(maxIndexDepth + 1) });
  expect(references.digests.has(digestOf(maxIndexDepth + 1))).toBe(true);
  expect(references).toMatchObject({ isUncertain: false, uncertainties: [] });
});

test('an index one level deeper than the bound makes the references uncertain', async () => {
  const references = await find({ entries: chain(maxIndexDepth + 2) });
  expect(references.digests.has(digestOf(maxIndexDepth + 2))).toBe(false);
  expect(references).toMatchObject({
    isUncertain: true,
    uncertainties: [`An index holds others deeper than ${maxIndexDepth} levels: what those hold is not known.`],
  });
});

test('indexes that hold each other in a circle end at the bound, and are uncertain', async () => {
  const references = await find({ entries: { 1: [{ of: 2 }], 2: [{ of: 1 }] } });
  expect(references).toMatchObject({ digests: new Set([digestOf(1), digestOf(2)]), isUncertain: true });
});

test.each<[string, GivenEntry, 'certain' | 'uncertain', GivenIndexes?]>([
  ['an image that was asked for and not read', { of: 2, imageKey: null }, 'uncertain'],
  ['an image that the registry lacks', { of: 2, imageKey: null }, 'certain', { missing: [2] }],
  ['an index that the registry lacks', { of: 2, imageKey: null, role: 'index' }, 'uncertain', { missing: [2] }],
  ['an image beyond those asked for', { of: 2, imageKey: null, position: maxEntriesRead }, 'certain'],
  ['an index beyond those asked for', { of: 2, imageKey: null, role: 'index', position: maxEntriesRead }, 'uncertain'],
  ['an entry of an unknown type', { of: 2, imageKey: null, role: 'unknown' }, 'uncertain'],
  ['a blob', { of: 2, imageKey: null, role: 'blob' }, 'certain'],
])('%s in an index, %p, leaves the references %s', async (_, entry, word, given = {}) => {
  const references = await find({ ...given, entries: { 1: [entry] } });
  expect(references.isUncertain).toBe(word === 'uncertain');
  expect(references.digests.has(digestOf(2))).toBe(true);
});

test('a manifest whose children could not be read out of it makes the references uncertain', async () => {
  const { uncertainties } = await find({ unclear: [1] });
  expect(uncertainties).toEqual([
    expect.stringMatching(/ cannot be read as a manifest: what it holds is not known\.$/),
  ]);
});

test('twenty sentences are given, however many children were not read', async () => {
  const entries = Array.from({ length: 50 }, (_, at) => ({ of: at + 2, imageKey: null }));
  expect((await find({ entries: { 1: entries } })).uncertainties).toHaveLength(20);
});

test('a tag that could not be read makes the references uncertain, and no further tag is asked about', async () => {
  const asked: string[] = [];
  const tags = [
    tag('gone', null, problem('UPSTREAM_INVALID')),
    tag('lost', null, problem('UPSTREAM_TIMEOUT')),
    tag('other', null, problem('UPSTREAM_INVALID')),
  ];
  const references = await findReferences(referenceParts(), headsOf(tags, asked), tags, call);
  expect(references.uncertainties).toEqual(['The tag lost could not be read: what it points to now is not known.']);
  expect(asked).toEqual(['gone']);
});

test('a tag with nothing behind it references nothing', async () => {
  const references = await find({}, [tag('dangling', null, problem('UPSTREAM_INVALID'))]);
  expect(references).toMatchObject({ digests: new Set(), isUncertain: false });
});

test('an entry that stands at several depths counts at the deepest', async () => {
  const { images } = referenceParts({ entries: { 1: [{ of: 2 }, { of: 3 }], 2: [{ of: 3 }] } });
  const held = await listHeld(images, [1]);
  expect(held.get(digestOf(2))).toEqual({ depth: 1, imageKey: 2, role: 'manifest' });
  expect(held.get(digestOf(3))).toEqual({ depth: 2, imageKey: 3, role: 'manifest' });
});

test('images hold what is in them, and not themselves', async () => {
  const held = await findHeld(referenceParts({ entries: { 1: [{ of: 2 }] } }), 1, [1]);
  expect(held).toEqual({ digests: new Set([digestOf(2)]), isUncertain: false, uncertainties: [] });
});
