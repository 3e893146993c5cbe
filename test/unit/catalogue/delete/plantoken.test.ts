import type { DeletionPlan } from '../../../../src/catalogue/delete/plan.js';
import { assertPlanned, sealPlan } from '../../../../src/catalogue/delete/plantoken.js';
import type { PlannedStep } from '../../../../src/domain/deletion.js';
import type { TagName } from '../../../../src/domain/name.js';
import { createKeyring } from '../../../../src/store/keys/keyring.js';
import { digestOf, source } from './given.js';

const issuedAt = new Date('2026-01-31T00:00:00Z');
const sealer = createKeyring(new Uint8Array(32).fill(7));
const step: PlannedStep = { kind: 'MANIFEST', digest: digestOf(1), tags: ['a', 'b'] as TagName[] };

/** Only what a token stands for. */
function planOf(steps: readonly PlannedStep[], repository = 'team/app', registry = 'registry-1'): DeletionPlan {
  return {
    registry: { ...source.registry, id: registry },
    repository: { ...source.repository, name: repository },
    steps,
  } as DeletionPlan;
}

function at(minutes: number) {
  return { sealer, clock: () => new Date(issuedAt.getTime() + minutes * 60_000) };
}

function redeem(plan: DeletionPlan, token: string, minutes = 1, opener: Pick<typeof sealer, 'seal' | 'open'> = sealer) {
  return () => assertPlanned({ ...at(minutes), sealer: opener }, plan, token);
}

function refusal(code: string, message: string) {
  return expect.objectContaining({ code, message: expect.stringContaining(message) as string }) as Error;
}

const { token, expiresAt } = sealPlan(at(0), planOf([step]));

test('a token is taken for the same plan until five minutes have passed', () => {
  expect(expiresAt).toEqual(at(5).clock());
  expect(redeem(planOf([step]), token, 4.99)).not.toThrow();
  expect(redeem(planOf([step]), token, 5)).toThrow(refusal('PLAN_INVALID', 'is older than five minutes: plan again.'));
});

test.each<[string, PlannedStep[]]>([
  ['a tag moved', [{ kind: 'MANIFEST', digest: digestOf(2), tags: ['a', 'b'] as TagName[] }]],
  ['a tag came', [{ kind: 'MANIFEST', digest: digestOf(1), tags: ['a', 'b', 'c'] as TagName[] }]],
  ['a tag is to go alone', [{ kind: 'TAG', digest: digestOf(1), tags: ['a' as TagName] }]],
  ['a child came', [step, { kind: 'CHILD', digest: digestOf(3), tags: [] }]],
  ['nothing is left', []],
])('a token is refused when %s since', (_, steps) => {
  expect(redeem(planOf(steps), token)).toThrow(
    refusal('CHANGED_SINCE_PLAN', 'team/app of harbour has changed since it was planned. Nothing was touched'),
  );
});

test('a token is refused for another repository, and for one of the same name in another registry', () => {
  const message = '"planToken" is of a plan for another place. Nothing was touched.';
  expect(redeem(planOf([step], 'team/other'), token)).toThrow(refusal('PLAN_INVALID', message));
  expect(redeem(planOf([step], 'team/app', 'registry-2'), token)).toThrow(refusal('PLAN_INVALID', message));
});

test('a token that the gateway did not issue is refused', () => {
  const ofOthers = createKeyring(new Uint8Array(32).fill(8));
  const forAnotherPurpose = sealer.seal('{"place":"registry-1 team/app","pins":"","expiresAt":1e15}', 'session');
  for (const forged of ['', 'nonsense', `${token.slice(0, -4)}AAAA`, forAnotherPurpose])
    expect(redeem(planOf([step]), forged)).toThrow(refusal('PLAN_INVALID', 'is not a token of this gateway'));
  expect(redeem(planOf([step]), token, 1, ofOthers)).toThrow(refusal('PLAN_INVALID', 'is not a token of this gateway'));
  expect(redeem(planOf([step]), sealer.seal('{"place":1}', 'deletion-plan'))).toThrow(
    refusal('PLAN_INVALID', 'is not a token of this gateway'),
  );
});
