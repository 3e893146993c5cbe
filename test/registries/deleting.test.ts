import {
  before,
  type Behaviour,
  describeSubjects,
  image,
  index,
  locked,
  newer,
  type Outcome,
  type Shown,
  type Stand,
  tagsOf,
  without,
} from './stand.js';
import { subjects } from './subjects.js';

/** Carried out, or refused with the registry's code and nothing gone. */
async function expectDeleted(
  { subject, site, expectShown }: Stand,
  outcome: Outcome,
  left: Shown,
  gone: readonly string[] = [],
  kept: readonly string[] = [],
): Promise<void> {
  const { deleting } = subject.abilities;
  expect(outcome.userErrors.map(({ code }) => code)).toEqual(deleting ? [deleting] : []);
  expect(outcome.job).toEqual(deleting ? null : expect.objectContaining({ state: 'SUCCEEDED', failures: [] }));
  const expected = deleting ? before : left;
  for (const repository of ['team/app', 'team/tool'])
    expect([repository, await site.tags(repository)]).toEqual([repository, tagsOf(expected, repository)]);
  for (const digest of gone) expect([digest, await site.has('team/app', digest)]).toEqual([digest, deleting !== null]);
  for (const digest of kept) expect([digest, await site.has('team/app', digest)]).toEqual([digest, true]);
  await expectShown(expected);
}

const digestsOf = (built: typeof index): string[] => [built.digest, ...built.children.map(({ digest }) => digest)];

const deleting: Readonly<Record<string, Behaviour>> = {
  'a tag goes and its sibling stays, with the image': async (stand) => {
    await stand.refresh();
    await expectDeleted(
      stand,
      await stand.deleteTags(['v1.9.0']),
      without('team/app:v1.9.0'),
      [],
      [image.digest, ...digestsOf(index)],
    );
  },

  'an image goes whole, with every tag on it': async (stand) => {
    await stand.refresh();
    const { plan } = await stand.deleteTags(['v1.9.0'], { withSiblings: true, dryRun: true });
    const outcome = await stand.deleteTags(['v1.9.0'], { withSiblings: true, planToken: plan!.token });
    await expectDeleted(
      stand,
      outcome,
      without('team/app:v1.9.0', 'team/app:v1.10.0'),
      [image.digest],
      digestsOf(index),
    );
  },

  'an index goes with its children, and nothing else does': async (stand) => {
    await stand.refresh();
    await expectDeleted(stand, await stand.deleteTags(['multi']), without('team/app:multi'), digestsOf(index), [
      image.digest,
      locked.digest,
    ]);
  },

  'a dry run says what would go, and what keeps it from going; and touches nothing': async (stand) => {
    await stand.refresh();
    const { plan, job, userErrors } = await stand.deleteTags(['v1.9.0', 'v1.10.0', 'multi'], { dryRun: true });
    expect(plan).toMatchObject({ tagCount: 3, manifestCount: 6 });
    const { deleting: code } = stand.subject.abilities;
    expect([job, userErrors.map((error) => error.code)]).toEqual([null, code ? [code] : []]);
    expect(await stand.site.tags('team/app')).toEqual(tagsOf(before, 'team/app'));
    await stand.expectShown(before);
  },

  'what the registry itself protects stays and is told as that; all else goes': async (stand) => {
    await stand.refresh();
    const { locks, deleting: code } = stand.subject.abilities;
    const outcome = await stand.deleteTags(['v1.9.0', 'immutable', 'v1.10.0']);
    const refused = { state: 'PARTIALLY_FAILED', failures: [expect.objectContaining({ code: 'UPSTREAM_LOCKED' })] };
    const ended = locks ? refused : { state: 'SUCCEEDED', failures: [] };
    expect(outcome.job).toEqual(code ? null : expect.objectContaining(ended));
    const gone = ['team/app:v1.9.0', 'team/app:v1.10.0', ...(locks ? [] : ['team/app:immutable'])];
    const left = code ? before : without(...gone);
    expect(await stand.site.tags('team/app')).toEqual(tagsOf(left, 'team/app'));
    expect(await stand.site.has('team/app', locked.digest)).toBe(locks || code !== null);
    await stand.expectShown(left);
  },

  'a repository goes whole, but for what the registry protects': async (stand) => {
    await stand.refresh();
    const { locks, deleting: code } = stand.subject.abilities;
    const outcome = await stand.deleteRepository();
    const told = locks ? ['DELETE_INCOMPLETE'] : [];
    expect(outcome.userErrors.map((error) => error.code)).toEqual(code ? [code] : told);
    expect(outcome.job).toEqual(
      code ? null : expect.objectContaining({ state: locks ? 'PARTIALLY_FAILED' : 'SUCCEEDED' }),
    );
    const kept = locks ? ['team/app:immutable'] : [];
    const left = code
      ? before
      : without(
          ...tagsOf(before, 'team/app')
            .map((tag) => `team/app:${tag}`)
            .filter((name) => !kept.includes(name)),
        );
    expect(await stand.site.tags('team/app')).toEqual(tagsOf(left, 'team/app'));
    for (const digest of [image.digest, ...digestsOf(index)])
      expect(await stand.site.has('team/app', digest)).toBe(code !== null);
    await stand.expectShown(left);
  },

  'a tag that was moved is put back to what it was': async (stand) => {
    await stand.refresh();
    await stand.site.push('team/app', 'v1.10.0', newer);
    await stand.expectShown({ ...before, 'team/app:v1.10.0': newer.digest });
    const restored = await stand.restoreTag({ tag: 'v1.10.0', digest: image.digest, expectedDigest: newer.digest });
    expect(restored).toMatchObject({ tag: { digest: image.digest }, userErrors: [] });
    await stand.expectShown(before);
  },
};

describeSubjects(subjects, deleting);
