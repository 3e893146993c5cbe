import { listKept } from '../../../../src/catalogue/retain/rules.js';
import type { RepositorySource } from '../../../../src/catalogue/sync/reading.js';
import type { Tag } from '../../../../src/domain/catalogue.js';
import type { RepositoryName } from '../../../../src/domain/name.js';
import type { ProtectionRule } from '../../../../src/domain/registry.js';
import { parseRetention, type RetentionRuleDraft } from '../../../../src/domain/retention.js';
import { type GivenIndexes, problem, referenceParts, tag } from '../delete/given.js';
import { registry } from '../given.js';

const now = new Date('2026-01-31T12:00:00Z');

/** The tags that stay in `team/app`, each with its reasons. `changed` is when each was pushed, in days before now. */
async function keep(
  tags: readonly Tag[],
  rules: readonly RetentionRuleDraft[],
  given: { readonly indexes?: GivenIndexes; readonly protection?: readonly ProtectionRule[] } = {},
): Promise<Record<string, readonly string[]>> {
  const source = {
    registry: registry({ protection: given.protection ?? [] }),
    repository: { key: 1, name: 'team/app' as RepositoryName, isSettled: true },
  } as RepositorySource;
  const { images } = referenceParts(given.indexes);
  const parts = { clock: () => now, images } as unknown as Parameters<typeof listKept>[0];
  const kept = await listKept(parts, source, tags, parseRetention(rules));
  return Object.fromEntries(kept.map(({ tag: { name }, reasons }) => [name, reasons]));
}

function pushed(name: string, imageKey: number | null, daysAgo: number): Tag {
  return {
    ...tag(name, imageKey),
    updatedAt: new Date(now.getTime() - daysAgo * 86_400_000),
    updatedAtSource: 'CHANGE_SEEN',
  };
}

const [old, older, young] = [pushed('old', 1, 40), pushed('older', 2, 50), pushed('young', 3, 1)];
const byAge = [{ repository: '*', keepYoungerThan: 30 }];

test('tags that a rule keeps stay, and no others', async () => {
  expect(await keep([old, older, young], byAge)).toEqual({ young: ['YOUNGER'] });
});

test('a repository that no rule is about keeps all its tags', async () => {
  expect(await keep([old, young], [{ repository: 'other/*', keepLast: 1 }])).toEqual({
    old: ['NO_RULE'],
    young: ['NO_RULE'],
  });
});

test('a tag that is protected stays, whatever the rules say', async () => {
  const protection = [{ repository: 'team/*', tag: 'olde*' }];
  expect(await keep([old, older, young], byAge, { protection })).toEqual({ older: ['PROTECTED'], young: ['YOUNGER'] });
});

test('protection of another repository keeps nothing here', async () => {
  expect(await keep([old], byAge, { protection: [{ repository: 'other', tag: '*' }] })).toEqual({});
});

test('a tag stays whose image an index holds under a tag that stays, at any depth, protected ones too', async () => {
  const entries = { 3: [{ of: 9 }], 9: [{ of: 1 }] };
  expect(await keep([old, older, young], byAge, { indexes: { entries } })).toEqual({
    old: ['INDEX_CHILD'],
    young: ['YOUNGER'],
  });
  expect(
    await keep([old, { ...older, imageKey: 3 }], byAge, {
      indexes: { entries },
      protection: [{ repository: '*', tag: 'older' }],
    }),
  ).toEqual({ old: ['INDEX_CHILD'], older: ['PROTECTED'] });
});

test('what an index holds goes with it where no tag of the index stays', async () => {
  expect(await keep([old, older], byAge, { indexes: { entries: { 2: [{ of: 1 }] } } })).toEqual({});
});

test('a tag has every reason that keeps it', async () => {
  const kept = await keep(
    [young, pushed('v1', 1, 2)],
    [{ repository: '*', keepYoungerThan: 30, keepMatching: ['v*'] }],
    {
      protection: [{ repository: '*', tag: 'v1' }],
      indexes: { entries: { 3: [{ of: 1 }] } },
    },
  );
  expect(kept['v1']!.toSorted()).toEqual(['INDEX_CHILD', 'MATCHING', 'PROTECTED', 'YOUNGER']);
});

test('a tag that could not be read stays, as nothing is known of what it is', async () => {
  const unread = { ...pushed('unread', null, 90), error: problem('UPSTREAM_INVALID') };
  expect(Object.keys(await keep([unread, old], byAge))).toEqual(['unread']);
});
